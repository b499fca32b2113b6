-- What visitors who wait for a person are told.

-- JSON: the interval, whether the messages begin anew, and the messages; what is missing is the
-- default's.
alter table chat_profile add column wait_messages text not null default '{}';
