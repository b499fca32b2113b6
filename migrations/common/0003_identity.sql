-- Who a visitor is, as the server of a host page proves it: how a chat profile's proofs look, and
-- the persons that were proved. `settings` is JSON without secrets. `secret` and `old_secret` are
-- encrypted with the key file, which is no part of the database: a copy of the database alone
-- proves nothing.
create table identity (
    profile_id text primary key,
    settings text not null,
    secret text,
    old_secret text,
    old_secret_until bigint,
    version bigint not null,
    constraint identity_profile foreign key (profile_id) references chat_profile (id)
);

-- A person whom a host page vouches for. `matched_by` is what tells them apart ("subject:…" or
-- "email:…"); `fields` is JSON.
create table contact (
    id text primary key,
    matched_by text not null,
    subject text,
    fields text not null,
    created_at bigint not null,
    updated_at bigint not null,
    constraint contact_matched_by unique (matched_by)
);
