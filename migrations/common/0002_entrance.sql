-- Which websites may embed a chat (a JSON list of texts; empty means all), and the key before the
-- present one, which stays good for a while after it was replaced.
alter table chat_profile add column origins text not null default '[]';
alter table chat_profile add column old_key text;
alter table chat_profile add column old_key_until bigint;
