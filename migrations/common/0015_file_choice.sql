-- Whether an agent may say, in a conversation that they answer, whether the visitor may send files.
alter table chat_profile add column may_agents_choose_files boolean not null default false;
