-- What the next visitor is told of the wait for a person: from what it is estimated, and the waits
-- themselves, so that a restart does not forget them.

-- JSON: the method, its period and what is usual; what is missing is the default's.
alter table chat_profile add column wait_time text not null default '{}';

-- The wait that ended when the first agent joined a conversation. `team_id` is whom it waited for,
-- which is not always the team that the conversation has later.
create table first_join (
    conversation_id text primary key,
    team_id text not null,
    waiting_since bigint not null,
    joined_at bigint not null,
    constraint first_join_conversation foreign key (conversation_id)
        references conversation (id) on delete cascade
);
create index first_join_by_time on first_join (joined_at);
