-- What other programs may do here, and what they may say of conversations.

-- A field of conversations that an admin made. Never deleted: stored conversations hold values
-- under its name.
create table custom_field (
    id text primary key,
    name text not null,
    label text not null,
    is_active boolean not null,
    created_at bigint not null,
    constraint custom_field_name unique (name),
    constraint custom_field_label unique (label)
);

-- A program of somebody else's. Only the hash of its secret is kept; `scopes` is a JSON list.
-- Never deleted, only deactivated.
create table api_client (
    id text primary key,
    name text not null,
    secret_hash text not null,
    scopes text not null,
    is_active boolean not null,
    created_at bigint not null,
    constraint api_client_name unique (name)
);

-- Data of a person that a program sent ahead of a token which points to it, so that the token
-- itself holds nothing personal. Encrypted with the key file; deleted when its time is over, or
-- when it is used where it may be used once.
create table matching_data (
    id text primary key,
    key_hash text not null,
    data text not null,
    expires_at bigint not null
);
create index matching_data_by_end on matching_data (expires_at);
