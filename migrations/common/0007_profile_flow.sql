-- Which bot speaks first where a chat profile lets people in, if one does, and when: 'always', or
-- 'nobody_there'. Both are null where people alone answer.
alter table chat_profile add column flow_id text constraint chat_profile_flow references flow (id);
alter table chat_profile add column flow_use text;
