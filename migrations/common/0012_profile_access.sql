-- Whom a chat profile is for: 'everyone', or 'identified', those of whom a token of the host page
-- has proved who they are.
alter table chat_profile add column access text not null default 'everyone';
