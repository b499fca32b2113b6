-- Files that are sent in conversations, what a chat profile says in which language, and which command
-- has used data that may be used once.

-- The command whose repeats still find the data, for some minutes.
alter table matching_data add column used_by text;

-- A file that the server holds in its folder, there called `file`. `sender` is the agent's id or
-- 'visitor', `media_type` what was found in its bytes, if browsers show that as a picture.
create table attachment (
    id text primary key,
    conversation_id text not null,
    sender text not null,
    name text not null,
    file text not null,
    bytes bigint not null,
    media_type text,
    width bigint,
    height bigint,
    created_at bigint not null,
    constraint attachment_conversation foreign key (conversation_id) references conversation (id)
);
create index attachment_by_conversation on attachment (conversation_id);

-- `wording` is JSON: the language, the words beside the bubble, and texts in the place of ours.
alter table chat_profile add column are_files_welcome boolean not null default false;
alter table chat_profile add column is_page_query_kept boolean not null default false;
alter table chat_profile add column wording text not null default '{}';
