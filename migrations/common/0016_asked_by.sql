-- Conversations that agents begin themselves, at chat profiles that are for them.

-- The agent whose own question it is; null for everybody else's. Who asks does not hear the
-- answering side of it.
alter table conversation add column asked_by text;
