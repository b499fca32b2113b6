-- Who answers gets a face, an entrance gets its own look, and more than one team may serve it.

-- A picture that stands for somebody or for a website. Small, so that it lives here, where every
-- node and every backup has it; its bytes are base64, as both databases keep text alike. A row is
-- never changed: whoever wants another picture makes another row.
create table picture (
    id text primary key,
    -- Found in the bytes by the server.
    media_type text not null,
    bytes text not null,
    created_at bigint not null
);

-- What visitors read in the place of an agent's name, and see beside it.
alter table agent add column chat_name text;
alter table agent add column picture text;

-- JSON: sizes and pictures; what is missing is the default's.
alter table chat_profile add column look text not null default '{}';
-- JSON: the teams that stand in where nobody of the first one is there, in their order.
alter table chat_profile add column other_teams text not null default '[]';

-- By what host pages written for Halo name the entrance: their configId and configKey; null for
-- those that nobody took over.
alter table chat_profile add column halo_id text;
alter table chat_profile add column halo_key text;
create unique index chat_profile_halo on chat_profile (halo_id);
