-- The first schema: one organisation with its agents, teams and chat profile, and conversations
-- whose entries are numbered without holes. Ids are text made by the program, times are
-- milliseconds since 1970, structured values are JSON text: the same on SQLite and PostgreSQL.

-- Exactly one row: what is true of the whole installation. `epoch` changes when a backup is
-- restored, so that clients do not take an older database for "nothing new". `checked_at` is
-- what the readiness check writes, to find out whether the disk still takes writes.
create table installation (
    id bigint primary key,
    epoch text not null,
    created_at bigint not null,
    checked_at bigint not null,
    has_opened boolean not null,
    has_answered boolean not null,
    has_copied boolean not null,
    constraint installation_one check (id = 1)
);

-- A member of staff. Never deleted: transcripts name them.
create table agent (
    id text primary key,
    name text not null,
    email text not null,
    password_hash text not null,
    role text not null,
    is_active boolean not null,
    availability text not null,
    created_at bigint not null,
    constraint agent_email unique (email)
);

create table team (
    id text primary key,
    name text not null,
    is_active boolean not null,
    created_at bigint not null,
    constraint team_name unique (name)
);

create table team_member (
    team_id text not null,
    agent_id text not null,
    primary key (team_id, agent_id),
    constraint team_member_team foreign key (team_id) references team (id),
    constraint team_member_agent foreign key (agent_id) references agent (id)
);

-- A signed-in browser of an agent. Only the hash of its cookie is kept.
create table session (
    id text primary key,
    token_hash text not null,
    agent_id text not null,
    created_at bigint not null,
    seen_at bigint not null,
    constraint session_token unique (token_hash),
    constraint session_agent foreign key (agent_id) references agent (id)
);
create index session_by_agent on session (agent_id);

-- One entrance: host pages name it by id and key. `version` counts the saves.
create table chat_profile (
    id text primary key,
    key text not null,
    name text not null,
    colour text not null,
    greeting text not null,
    team_id text not null,
    is_active boolean not null,
    version bigint not null,
    created_at bigint not null,
    constraint chat_profile_team foreign key (team_id) references team (id)
);

-- A visitor exists from the first message on, never before. The id follows from the token's hash.
create table visitor (
    id text primary key,
    token_hash text not null,
    created_at bigint not null
);

-- A conversation as it stands. `state` is the fold of its entries; the columns beside it repeat
-- what lists are sorted and chosen by. The row is locked while its commands are decided.
create table conversation (
    id text primary key,
    visitor_id text not null,
    profile_id text not null,
    team_id text not null,
    agent_id text,
    stage text not null,
    since bigint not null,
    last_seq bigint not null,
    visible_seq bigint not null,
    last_at bigint not null,
    state text not null,
    constraint conversation_visitor foreign key (visitor_id) references visitor (id)
);
create index conversation_by_life on conversation (stage, last_at);
create index conversation_by_visitor on conversation (visitor_id, stage);
create index conversation_by_agent on conversation (agent_id, stage);

-- One numbered line of a transcript. `sender` is the agent's id, 'visitor' or 'system'; with
-- `client_id` it makes a repeated command known again. `said` is 1 for messages of the visitor:
-- what unread counts count.
create table entry (
    conversation_id text not null,
    seq bigint not null,
    visitor_prev bigint not null,
    is_visible boolean not null,
    said bigint not null,
    at bigint not null,
    sender text not null,
    client_id text,
    body text not null,
    primary key (conversation_id, seq),
    constraint entry_client unique (conversation_id, client_id, sender),
    constraint entry_conversation foreign key (conversation_id) references conversation (id)
);

-- How far a participant ('visitor' or an agent's id) has come. Merged by maximum.
create table mark (
    conversation_id text not null,
    participant text not null,
    delivered bigint not null,
    seen bigint not null,
    seen_messages bigint not null,
    primary key (conversation_id, participant),
    constraint mark_conversation foreign key (conversation_id) references conversation (id)
);

-- What admins changed, when. Rows are only ever added.
create table audit (
    id text primary key,
    at bigint not null,
    agent_id text not null,
    deed text not null,
    subject text not null
);
