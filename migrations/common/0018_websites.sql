-- Which websites may have the chat is said once for the whole installation; an entrance that says
-- it for itself goes by its own word.

-- JSON: the websites; none is every website.
alter table installation add column websites text not null default '[]';
-- Counts the changes, so that nobody saves over another's unseen.
alter table installation add column websites_version bigint not null default 1;
