-- The version that was in use before the one in `published`, and how many new conversations in a
-- hundred begin with the new one; all the others begin with the one before. Both are null while
-- everyone begins with the same.
alter table flow add column rollout_before bigint;
alter table flow add column rollout_share bigint;
