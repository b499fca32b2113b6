//! One group of commands in one transaction: load, decide in order, write.
//!
//! Invariant: a refused command leaves no trace and costs its neighbours nothing.

use super::commit::{CommandWork, MarkWork, Outcome, Participant, WaitWork, Work};
use super::first_joins::{self, FirstJoin};
use super::store::{EntryRow, StoredBody};
use super::waiting::wait_words;
use super::{VISITOR, no_rules, sender};
use crate::db::parse::{json, seq, to_json};
use crate::db::{Tx, within};
use crate::flows::{Source, Wanted};
use crate::server::Server;
use crate::{contacts, flows};
use anyhow::Result;
use domain::api::Refusal;
use domain::conversation::{
    Circumstances, Conversation, Entry, Marks, Proof, Side, Speaker, Stage, Who, decide, may_hear,
};
use domain::flow::{Facts, Shelf};
use domain::id::{AgentId, ClientId, ContactId, ConversationId};
use domain::measure::ended_wait;
use domain::people::ContactFields;
use domain::time::Timestamp;
use sqlx::QueryBuilder;
use std::collections::{BTreeMap, BTreeSet};

/// Works that are committed together.
pub(super) struct Group {
    works: Vec<Work>,
}

/// What was written, ready to be told.
#[derive(Clone)]
pub(super) struct Written {
    changes: Vec<Change>,
    joins: Vec<FirstJoin>,
    marks: Vec<Moved>,
    outcomes: Vec<Option<Result<Outcome, Refusal>>>,
}

/// One conversation before and after, and the entries in between.
#[derive(Clone)]
struct Change {
    before: Option<Conversation>,
    after: Conversation,
    entries: Vec<Entry>,
}

/// A mark that was stored.
#[derive(Clone)]
struct Moved {
    conversation: Conversation,
    agent: Option<AgentId>,
    marks: Marks,
    seen_messages: u32,
}

/// A command as the database knows it.
type Key = (ConversationId, String, ClientId);

impl Group {
    pub(super) fn new(works: Vec<Work>) -> Self {
        Self { works }
    }

    pub(super) fn len(&self) -> usize {
        self.works.len()
    }

    /// The same works, each in a group of its own.
    pub(super) fn apart(self) -> impl Iterator<Item = Self> {
        self.works
            .into_iter()
            .map(|work| Self { works: vec![work] })
    }

    /// Decides all and writes what follows; the caller commits.
    pub(super) async fn write(&self, tx: &mut Tx, server: &Server) -> Result<Written> {
        let now = server.now();
        let before = self.states(tx).await?;
        let programs = &server.programs;
        let shelf = programs.shelf(Source::Tx(tx), self.wanted(&before)).await?;
        let contacts = self.contacts(tx, &before).await?;
        let mut known = self.known(tx).await?;
        let mut after = before.clone();
        let mut entries: Vec<Entry> = Vec::new();
        let mut outcomes = Vec::with_capacity(self.works.len());
        for work in &self.works {
            outcomes.push(match work {
                Work::Mark(_) => None,
                Work::Wait(work) => {
                    let at = (&shelf, &contacts, now);
                    speak(work, &mut after, &mut entries, server, at);
                    None
                }
                Work::Command(work) => {
                    let at = Circumstances {
                        rules: &work.rules,
                        facts: &work.facts(after.get(&work.conversation), server),
                        shelf: &shelf,
                        contacts: &contacts,
                        now,
                    };
                    Some(one(work, &mut after, &mut known, &mut entries, at))
                }
            });
        }
        let changes = changes(before, &after, entries);
        self.insert_visitors(tx, &changes, now).await?;
        upsert_conversations(tx, &changes).await?;
        insert_entries(tx, &changes).await?;
        let joins = first_joins::insert(tx, joins(&changes)).await?;
        let marks = self.write_marks(tx, &after).await?;
        Ok(Written {
            changes,
            joins,
            marks,
            outcomes,
        })
    }

    /// The states of all conversations of the group, locked in the order of their ids.
    async fn states(&self, tx: &mut Tx) -> Result<BTreeMap<ConversationId, Conversation>> {
        let ids: BTreeSet<_> = self.works.iter().map(Work::conversation).cloned().collect();
        let is_postgres = matches!(tx, Tx::Postgres(_));
        let rows: Vec<(String, String)> = within!(tx, c => {
            let mut query =
                QueryBuilder::new("select id, state from conversation where id in (");
            let mut list = query.separated(", ");
            for id in &ids {
                list.push_bind(id.as_str().to_owned());
            }
            query.push(") order by id");
            if is_postgres {
                query.push(" for update");
            }
            query.build_query_as().fetch_all(c).await
        })?;
        let states = rows.iter().map(|(id, state)| {
            let state: Conversation = json(state, "conversation", id)?;
            Ok((state.id.clone(), state))
        });
        states.collect()
    }

    /// The flows that commands of this group may need: those that conversations go through, and
    /// those that new ones begin with.
    fn wanted(&self, states: &BTreeMap<ConversationId, Conversation>) -> Wanted {
        let mut wanted = Wanted::default();
        for work in &self.works {
            let Work::Command(work) = work else { continue };
            match states.get(&work.conversation) {
                None => wanted.begun.extend(work.rules.flow.clone()),
                Some(state) => {
                    let going = state.going.as_deref();
                    wanted
                        .running
                        .extend(going.map(|going| (going.flow.clone(), going.version)));
                }
            }
        }
        wanted
    }

    /// What is known of the persons whom a bot may ask about.
    async fn contacts(
        &self,
        tx: &mut Tx,
        states: &BTreeMap<ConversationId, Conversation>,
    ) -> Result<BTreeMap<ContactId, ContactFields>> {
        let mut known = BTreeMap::new();
        for work in &self.works {
            let state = states.get(work.conversation());
            let person = match work {
                Work::Mark(_) => None,
                Work::Wait(_) => state.and_then(|state| state.person.as_ref()),
                Work::Command(work) => match (state, &work.who) {
                    (Some(state), _) if state.going.is_some() => state.person.as_ref(),
                    (
                        None,
                        Who::Visitor {
                            proof: Proof::Given(person),
                            ..
                        },
                    ) if work.rules.flow.is_some() => Some(person),
                    _ => None,
                },
            };
            if let Some(person) = person
                && !known.contains_key(&person.contact)
                && let Some(contact) = contacts::store::by_id_in(tx, &person.contact).await?
            {
                known.insert(contact.id, contact.fields);
            }
        }
        Ok(known)
    }

    /// The entries that commands of this group have already led to.
    async fn known(&self, tx: &mut Tx) -> Result<BTreeMap<Key, Entry>> {
        let named: Vec<(&ConversationId, &ClientId)> = self
            .works
            .iter()
            .filter_map(|work| match work {
                Work::Command(work) => Some((&work.conversation, work.client_id.as_ref()?)),
                Work::Mark(_) | Work::Wait(_) => None,
            })
            .collect();
        if named.is_empty() {
            return Ok(BTreeMap::new());
        }
        let rows: Vec<EntryRow> = within!(tx, c => {
            // A list of pairs in brackets is no row value to SQLite and one value to PostgreSQL;
            // `values` means the same to both.
            let mut query = QueryBuilder::new(
                "select conversation_id, seq, visitor_prev, at, client_id, body from entry
                 where (conversation_id, client_id) in (",
            );
            query.push_values(&named, |mut pair, (conversation, client_id)| {
                pair.push_bind(conversation.as_str().to_owned());
                pair.push_bind(client_id.as_str().to_owned());
            });
            query.push(")");
            query.build_query_as().fetch_all(c).await
        })?;
        let mut known = BTreeMap::new();
        for row in rows {
            let entry = row.entry()?;
            if let Some(key) = key_of(&entry) {
                known.insert(key, entry);
            }
        }
        Ok(known)
    }

    /// Visitors exist from their first message on.
    async fn insert_visitors(&self, tx: &mut Tx, changes: &[Change], now: Timestamp) -> Result<()> {
        let started: BTreeSet<_> = changes
            .iter()
            .filter(|change| change.before.is_none())
            .map(|change| &change.after.id)
            .collect();
        let visitors: BTreeMap<String, String> = self
            .works
            .iter()
            .filter_map(|work| match work {
                Work::Command(work) if started.contains(&work.conversation) => match &work.who {
                    Who::Visitor { id, .. } => {
                        Some((id.as_str().to_owned(), work.token_hash.clone()?))
                    }
                    Who::Agent { .. } | Who::System => None,
                },
                _ => None,
            })
            .collect();
        if visitors.is_empty() {
            return Ok(());
        }
        within!(tx, c => {
            let mut query =
                QueryBuilder::new("insert into visitor (id, token_hash, created_at) ");
            query.push_values(&visitors, |mut row, (id, hash)| {
                row.push_bind(id.clone()).push_bind(hash.clone()).push_bind(now.ms());
            });
            query.push(" on conflict (id) do nothing");
            query.build().execute(c).await.map(drop)
        })?;
        Ok(())
    }

    async fn write_marks(
        &self,
        tx: &mut Tx,
        states: &BTreeMap<ConversationId, Conversation>,
    ) -> Result<Vec<Moved>> {
        let mut moved = Vec::new();
        for (work, marks) in self.merged_marks() {
            let Some(conversation) = states.get(&work.conversation) else {
                continue;
            };
            let (participant, agent) = match &work.participant {
                Participant::Visitor(id) if *id == conversation.visitor => (VISITOR, None),
                Participant::Agent(id, access) if may_hear(access, conversation) => {
                    (id.as_str(), Some(id.clone()))
                }
                // Not theirs to mark: as if it had not been said.
                Participant::Visitor(_) | Participant::Agent(..) => continue,
            };
            // Nobody can have seen what does not exist.
            let marks = Marks {
                delivered: marks.delivered.min(conversation.last_seq),
                seen: marks.seen.min(conversation.last_seq),
            };
            let (marks, seen_messages) =
                upsert_mark(tx, &work.conversation, participant, marks).await?;
            let conversation = conversation.clone();
            moved.push(Moved {
                conversation,
                agent,
                marks,
                seen_messages,
            });
        }
        Ok(moved)
    }

    /// The marks of the group, those of one participant in one conversation made one.
    fn merged_marks(&self) -> Vec<(&MarkWork, Marks)> {
        let mut merged: BTreeMap<(&ConversationId, &str), (&MarkWork, Marks)> = BTreeMap::new();
        for work in &self.works {
            let Work::Mark(work) = work else { continue };
            let who = match &work.participant {
                Participant::Visitor(id) => id.as_str(),
                Participant::Agent(id, _) => id.as_str(),
            };
            let entry = merged
                .entry((&work.conversation, who))
                .or_insert((work, Marks::default()));
            entry.1 = entry.1.merged(work.marks);
        }
        merged.into_values().collect()
    }

    /// Answers every sender.
    pub(super) fn answer(self, written: Written) {
        for (work, outcome) in self.works.into_iter().zip(written.outcomes) {
            if let (Work::Command(work), Some(outcome)) = (work, outcome) {
                // The sender may be gone; the entry stands all the same.
                let _ = work.answer.send(outcome);
            }
        }
    }

    /// Tells every sender that nothing is known to be done.
    pub(super) fn refuse(self, refusal: &Refusal) {
        for work in self.works {
            if let Work::Command(work) = work {
                let _ = work.answer.send(Err(refusal.clone()));
            }
        }
    }
}

impl Written {
    /// Tells everybody who may know, in the order of the entries.
    pub(super) fn tell(&self, server: &Server) {
        for change in &self.changes {
            server.waits.hear(&change.after);
            server.waiting.hear(&change.after, server.now());
            server
                .hub
                .publish(change.before.as_ref(), &change.after, &change.entries);
        }
        for join in &self.joins {
            server.waits.end(&join.team, join.wait);
        }
        for moved in &self.marks {
            let side = if moved.agent.is_some() {
                Side::Agents
            } else {
                Side::Visitor
            };
            server
                .hub
                .publish_marks(&moved.conversation, side, moved.marks);
            if let Some(agent) = &moved.agent {
                server
                    .hub
                    .publish_seen(agent, &moved.conversation.id, moved.seen_messages);
            }
        }
    }

    /// Whether an agent answered a visitor.
    pub(super) fn has_agent_message(&self) -> bool {
        self.changes
            .iter()
            .flat_map(|change| &change.entries)
            .any(|entry| matches!(entry.by, Speaker::Agent { .. }) && entry.is_said())
    }
}

impl CommandWork {
    /// What a bot may ask about from outside, where there is one.
    fn facts(&self, state: Option<&Conversation>, server: &Server) -> Facts {
        let has_bot = state.map_or(self.rules.flow.is_some(), |state| state.going.is_some());
        let caller = self.caller.as_ref().filter(|_| has_bot);
        let team = state.map(|state| &state.team);
        caller.map_or_else(Facts::default, |caller| caller.facts(server, team))
    }
}

/// Says what somebody who waits has to be told, if it is still so in the state as it is after the
/// commands before.
fn speak(
    work: &WaitWork,
    states: &mut BTreeMap<ConversationId, Conversation>,
    entries: &mut Vec<Entry>,
    server: &Server,
    (shelf, contacts, now): (&Shelf, &BTreeMap<ContactId, ContactFields>, Timestamp),
) {
    let id = &work.conversation;
    let Some(state) = states.get(id) else { return };
    let facts = flows::facts_at(server, &work.profile, &state.team);
    let at = Circumstances {
        rules: &no_rules(),
        facts: &Facts {
            language: state.language.unwrap_or(facts.language),
            ..facts
        },
        shelf,
        contacts,
        now,
    };
    let words = wait_words(server, &work.profile, state.language);
    let Some(decision) = words.speak(state, at) else {
        return;
    };
    let (state, new) = decision.follow(states.remove(id), id, now);
    if let Some(state) = state {
        states.insert(id.clone(), state);
    }
    entries.extend(new);
}

/// Decides one command against the states as they are after the commands before it.
fn one(
    work: &CommandWork,
    states: &mut BTreeMap<ConversationId, Conversation>,
    known: &mut BTreeMap<Key, Entry>,
    entries: &mut Vec<Entry>,
    at: Circumstances<'_>,
) -> Result<Outcome, Refusal> {
    let state = states.get(&work.conversation);
    let key = work.client_id.clone().map(|client_id| {
        (
            work.conversation.clone(),
            sender(&work.who).to_owned(),
            client_id,
        )
    });
    if let Some(entry) = key.as_ref().and_then(|key| known.get(key)) {
        return if is_owner(&work.who, state) {
            Ok(Outcome::Repeated(entry.clone()))
        } else {
            Err(Refusal::NotFound)
        };
    }
    // Behind the repeats: an agent may have ended their own access by what they repeat.
    if let (Some(access), Some(state)) = (&work.access, state)
        && !may_hear(access, state)
    {
        return Err(Refusal::NotFound);
    }
    let client_id = work.client_id.as_ref();
    let decision = decide(state, &work.who, client_id, work.command.clone(), at)?;
    let state = states.remove(&work.conversation);
    let (state, new) = decision.follow(state, &work.conversation, at.now);
    if let Some(state) = state {
        states.insert(work.conversation.clone(), state);
    }
    // The entry that carries the sender's id is what the sender waits for.
    let answer = new
        .iter()
        .find(|entry| entry.client_id.is_some())
        .or(new.last())
        .cloned();
    if let (Some(key), Some(entry)) = (key, &answer) {
        known.insert(key, entry.clone());
    }
    entries.extend(new);
    answer.map(Outcome::Done).ok_or(Refusal::Malformed)
}

/// Every visitor's sender word is the same, so a repeat has to prove whose it is.
fn is_owner(who: &Who, state: Option<&Conversation>) -> bool {
    match (who, state) {
        (Who::Visitor { id, .. }, Some(state)) => *id == state.visitor,
        (Who::Visitor { .. }, None) => false,
        (Who::Agent { .. } | Who::System, _) => true,
    }
}

fn key_of(entry: &Entry) -> Option<Key> {
    let client_id = entry.client_id.clone()?;
    Some((
        entry.conversation.clone(),
        speaker(&entry.by).to_owned(),
        client_id,
    ))
}

fn speaker(by: &Speaker) -> &str {
    match by {
        Speaker::Visitor => VISITOR,
        Speaker::Agent { id, .. } => id.as_str(),
        Speaker::Bot { .. } => "bot",
        Speaker::System => "system",
    }
}

fn changes(
    mut before: BTreeMap<ConversationId, Conversation>,
    after: &BTreeMap<ConversationId, Conversation>,
    entries: Vec<Entry>,
) -> Vec<Change> {
    let mut by_conversation: BTreeMap<ConversationId, Vec<Entry>> = BTreeMap::new();
    for entry in entries {
        by_conversation
            .entry(entry.conversation.clone())
            .or_default()
            .push(entry);
    }
    by_conversation
        .into_iter()
        .filter_map(|(id, entries)| {
            let after = after.get(&id)?.clone();
            Some(Change {
                before: before.remove(&id),
                after,
                entries,
            })
        })
        .collect()
}

/// The waits that end with these changes.
fn joins(changes: &[Change]) -> Vec<FirstJoin> {
    let joins = changes.iter().filter_map(|change| {
        let (team, wait) = ended_wait(change.before.as_ref(), &change.entries)?;
        let conversation = change.after.id.clone();
        Some(FirstJoin {
            conversation,
            team,
            wait,
        })
    });
    joins.collect()
}

async fn upsert_conversations(tx: &mut Tx, changes: &[Change]) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let mut rows = Vec::with_capacity(changes.len());
    for Change { after, .. } in changes {
        let (stage, since) = match &after.stage {
            Stage::Waiting { since } => ("waiting", since),
            Stage::InFlow { since, .. } => ("in_flow", since),
            Stage::Talking { since, .. } => ("talking", since),
            Stage::Closed { at } => ("closed", at),
        };
        rows.push((after, stage, since.ms(), to_json(after)?));
    }
    within!(tx, c => {
        let mut query = QueryBuilder::new(
            "insert into conversation (id, visitor_id, profile_id, team_id, agent_id,
             asked_by, stage, since, last_seq, visible_seq, last_at, state) ",
        );
        query.push_values(&rows, |mut row, (after, stage, since, state)| {
            row.push_bind(after.id.as_str().to_owned())
                .push_bind(after.visitor.as_str().to_owned())
                .push_bind(after.profile.as_str().to_owned())
                .push_bind(after.team.as_str().to_owned())
                .push_bind(after.agent().map(|agent| agent.as_str().to_owned()))
                .push_bind(after.asker().map(|agent| agent.as_str().to_owned()))
                .push_bind(*stage)
                .push_bind(*since)
                .push_bind(i64::from(after.last_seq.get()))
                .push_bind(i64::from(after.visible_seq.get()))
                .push_bind(after.last_at.ms())
                .push_bind(state.clone());
        });
        query.push(
            " on conflict (id) do update set team_id = excluded.team_id,
             agent_id = excluded.agent_id, asked_by = excluded.asked_by, stage = excluded.stage, since = excluded.since,
             last_seq = excluded.last_seq, visible_seq = excluded.visible_seq,
             last_at = excluded.last_at, state = excluded.state",
        );
        query.build().execute(c).await.map(drop)
    })?;
    Ok(())
}

/// Rows of one statement: nine values each, and SQLite takes 32,766 in one.
const ENTRIES_PER_STATEMENT: usize = 3_000;

async fn insert_entries(tx: &mut Tx, changes: &[Change]) -> Result<()> {
    let mut rows = Vec::new();
    for entry in changes.iter().flat_map(|change| &change.entries) {
        let body = StoredBody {
            by: entry.by.clone(),
            body: entry.body.clone(),
        };
        rows.push((entry, to_json(&body)?));
    }
    // A bot's turn has many entries, and a group many turns.
    for rows in rows.chunks(ENTRIES_PER_STATEMENT) {
        insert_rows(tx, rows).await?;
    }
    Ok(())
}

async fn insert_rows(tx: &mut Tx, rows: &[(&Entry, String)]) -> Result<()> {
    within!(tx, c => {
        let mut query = QueryBuilder::new(
            "insert into entry (conversation_id, seq, visitor_prev, is_visible, said, at,
             sender, client_id, body) ",
        );
        query.push_values(rows, |mut row, (entry, body)| {
            row.push_bind(entry.conversation.as_str().to_owned())
                .push_bind(i64::from(entry.seq.get()))
                .push_bind(i64::from(entry.visitor_prev.get()))
                .push_bind(entry.for_visitor().is_some())
                .push_bind(i64::from(entry.is_visitor_message()))
                .push_bind(entry.at.ms())
                .push_bind(speaker(&entry.by).to_owned())
                .push_bind(entry.client_id.as_ref().map(|id| id.as_str().to_owned()))
                .push_bind(body.clone());
        });
        query.build().execute(c).await.map(drop)
    })?;
    Ok(())
}

/// Stores a mark at its further place; the place, and the visitor's messages up to it.
async fn upsert_mark(
    tx: &mut Tx,
    id: &ConversationId,
    participant: &str,
    marks: Marks,
) -> Result<(Marks, u32)> {
    const UPSERT: &str = "insert into mark
        (conversation_id, participant, delivered, seen, seen_messages)
        values ($1, $2, $3, $4,
            (select count(*) from entry
                where conversation_id = $1 and said = 1 and seq <= $4))
        on conflict (conversation_id, participant) do update set
            delivered = case when mark.delivered > excluded.delivered
                then mark.delivered else excluded.delivered end,
            seen = case when mark.seen > excluded.seen
                then mark.seen else excluded.seen end,
            seen_messages = case when mark.seen_messages > excluded.seen_messages
                then mark.seen_messages else excluded.seen_messages end
        returning delivered, seen, seen_messages";
    let marks = Marks::default().merged(marks);
    let (delivered, seen, seen_messages): (i64, i64, i64) = within!(tx, c => {
        sqlx::query_as(UPSERT)
            .bind(id.as_str())
            .bind(participant)
            .bind(i64::from(marks.delivered.get()))
            .bind(i64::from(marks.seen.get()))
            .fetch_one(c)
            .await
    })?;
    let marks = Marks {
        delivered: seq(delivered),
        seen: seq(seen),
    };
    Ok((marks, u32::try_from(seen_messages).unwrap_or_default()))
}
