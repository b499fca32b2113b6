-- Bot dialogues: a draft that authors work on, and versions that conversations go through.

-- One flow. `draft` and `tests` are JSON, as docs/flow.md describes them; `saves` counts the
-- saves, so that a save made from an old one is refused. `published` is the number of the version
-- that new conversations begin with, if there is one, and `published_save` the save it was made
-- from. Never deleted, only archived: conversations tell of its steps.
create table flow (
    id text primary key,
    name text not null,
    draft text not null,
    tests text not null,
    saves bigint not null,
    saved_at bigint not null,
    saved_by text,
    last_version bigint not null,
    published bigint,
    published_save bigint,
    is_archived boolean not null,
    created_at bigint not null,
    constraint flow_name unique (name)
);

-- A version, which never changes: running conversations stay on theirs. `starts` is a JSON list
-- of the flows that it can start without asking the visitor first.
create table flow_version (
    flow_id text not null,
    number bigint not null,
    content text not null,
    starts text not null,
    note text not null,
    made_at bigint not null,
    made_by text,
    primary key (flow_id, number),
    constraint flow_version_of foreign key (flow_id) references flow (id)
);
