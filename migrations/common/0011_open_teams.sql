-- Whether agents may join and leave a team themselves. Who is in a team reads its conversations,
-- so no team is open before an admin says so.
alter table team add column is_open_to_join boolean not null default false;
