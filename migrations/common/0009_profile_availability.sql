-- Any number of chat profiles: when each is open (JSON; null is always), whether that needs
-- somebody to be there, and what its bubble does on which pages (a JSON list, in order).
alter table chat_profile add column hours text;
alter table chat_profile add column is_agent_required boolean not null default false;
alter table chat_profile add column rules text not null default '[]';

-- The profile that is meant where nobody names one. There was one so far; where somebody has made
-- more by hand, it is the oldest, as before.
alter table chat_profile add column is_default boolean not null default false;
update chat_profile set is_default = true
    where id = (select id from chat_profile order by created_at, id limit 1);
