//! Conversations: begun by visitors, taken by agents, read by both.
//!
//! Invariant: everything that changes a conversation goes through `commit`; everything else in
//! this folder only reads.

mod commit;
pub(crate) mod first_joins;
mod group;
mod list;
#[cfg(test)]
pub(crate) mod specimen;
mod starting;
pub mod store;
mod waiting;
mod waits;

pub use commit::{Committer, Outcome, Participant, Way, run};
pub use starting::Starting;
pub use waiting::Waiting;
pub(crate) use waiting::say_wait_messages;
pub use waits::{Queued, Waits};

use crate::error::{self, Result};
use crate::flows::{self, Caller};
use crate::principal::{Agent, Visitor};
use crate::server::Server;
use crate::{identity, profiles, teams};
use commit::{CommandWork, MarkWork, Work};
use domain::api::{FileChoice, ListConversations, ReadConversation, ReadFileChoice, Refusal};
use domain::conversation::{
    Access, Command, Conversation, ListPage, Marks, Row, Rules, Who, may_hear,
};
use domain::id::{AgentId, ClientId, ConversationId, TeamId};
use domain::limit;
use domain::live::{AgentSnapshot, VisitorSnapshot};
use domain::settings::ProfileAccess;
use starting::Start;
use store::Reader;
use tokio::sync::oneshot;

/// The visitor's word among senders and participants.
pub(crate) const VISITOR: &str = "visitor";

/// The sender's word in the database.
fn sender(who: &Who) -> &str {
    match who {
        Who::Visitor { .. } => VISITOR,
        Who::Agent { id, .. } => id.as_str(),
        Who::System => "system",
    }
}

/// The answer to a command that was handed in.
pub struct Answer(oneshot::Receiver<std::result::Result<Outcome, Refusal>>);

impl Answer {
    /// Waits until the disk has it.
    pub async fn done(self) -> Result<Outcome> {
        Ok(self.0.await.or(Err(error::UNAVAILABLE))??)
    }
}

/// Hands in a command that a visitor's window has sent. Commands handed in one after the other are
/// done in this order.
pub async fn visitor_command(
    server: &Server,
    who: &Visitor,
    client_id: ClientId,
    conversation: ConversationId,
    command: Command,
) -> Result<Answer> {
    of_visitor(server, who, client_id, conversation, command).await
}

/// Hands in a command that an agent's window has sent. Commands handed in one after the other are
/// done in this order.
pub async fn agent_command(
    server: &Server,
    who: &Agent,
    client_id: ClientId,
    conversation: ConversationId,
    command: Command,
) -> Result<Answer> {
    let command = match command {
        Command::ChooseFiles { .. } => {
            let state = for_agent(server, &who.access(), &conversation).await?;
            if !file_choice(server, &state).await?.is_agents {
                return Err(Refusal::Forbidden.into());
            }
            command
        }
        Command::Transfer { team, .. } => {
            let name = teams::name_of_manned(server, &team).await?;
            Command::Transfer { team, name }
        }
        command => command,
    };
    of_agent(server, who, client_id, conversation, command)
}

/// Hands in a command of a visitor.
pub(crate) async fn of_visitor(
    server: &Server,
    who: &Visitor,
    client_id: ClientId,
    conversation: ConversationId,
    command: Command,
) -> Result<Answer> {
    if let Some(agent) = who.asker() {
        server.note_activity(agent);
    }
    let start = match command {
        Command::Start { .. } => may_start(server, who, &conversation).await?,
        _ => None,
    };
    // Read anew: the socket may be older than the last save of the profile.
    let profile = profiles::by_id(server, &who.profile.id)
        .await?
        .ok_or(Refusal::WrongKey)?;
    let is_start = matches!(command, Command::Start { .. });
    let begun = is_start.then(|| flows::of_profile(server, &profile, who));
    let (flow, steps) = begun.flatten().unzip();
    let rules = Rules {
        is_profile_active: profile.is_active,
        access: profile.access,
        team: profiles::availability::team(server, &profile, who.asker()).clone(),
        is_page_query_kept: profile.is_page_query_kept,
        are_files_welcome: profile.are_files_welcome,
        agent_name: profile.wording.agent_name.clone(),
        language: Some(profile.language_for(who.language)),
        flow,
        steps: steps.unwrap_or_default(),
        asked: server.first_questions.of(&who.id).filter(|_| is_start),
    };
    let proof = identity::proof(server, who, &client_id, &command).await?;
    let (answer, outcome) = oneshot::channel();
    server
        .committer
        .submit(Work::Command(Box::new(CommandWork {
            who: who.who(proof),
            access: None,
            token_hash: Some(who.token_hash.clone()),
            conversation,
            client_id: Some(client_id),
            command,
            rules,
            caller: Some(Caller::of(who, &profile)),
            start,
            answer,
        })))?;
    Ok(Answer(outcome))
}

/// A repeat of a start must not be counted against the limits: only a new one is asked, and
/// counted until it is committed or refused.
async fn may_start(server: &Server, who: &Visitor, id: &ConversationId) -> Result<Option<Start>> {
    if store::state(&server.db, id).await?.is_some() {
        return Ok(None);
    }
    server.rates.start(who.address)?;
    let (start, mut going) = server.starting.begin(&who.id, id);
    // Read after it was counted: whatever is no longer on its way by now is on the disk.
    going.extend(store::open_of_visitor(&server.db, &who.id).await?);
    // Begun meanwhile by a repeat of this very start.
    going.remove(id);
    if going.len() >= limit::OPEN_CONVERSATIONS_PER_VISITOR_MAX {
        return Err(Refusal::TooMany {
            retry_after_ms: 60_000,
        }
        .into());
    }
    Ok(Some(start))
}

/// Hands in a command of an agent.
pub(crate) fn of_agent(
    server: &Server,
    who: &Agent,
    client_id: ClientId,
    conversation: ConversationId,
    command: Command,
) -> Result<Answer> {
    server.note_activity(&who.agent.id);
    let (answer, outcome) = oneshot::channel();
    let work = CommandWork {
        who: who.who(),
        access: Some(who.access()),
        token_hash: None,
        conversation,
        client_id: Some(client_id),
        command,
        rules: no_rules(),
        caller: None,
        start: None,
        answer,
    };
    server.committer.submit(Work::Command(Box::new(work)))?;
    Ok(Answer(outcome))
}

/// Only a start asks the rules, and only visitors start.
fn no_rules() -> Rules {
    Rules {
        is_profile_active: false,
        access: ProfileAccess::default(),
        team: TeamId::from_value(0),
        is_page_query_kept: false,
        are_files_welcome: false,
        agent_name: None,
        language: None,
        flow: None,
        steps: Vec::new(),
        asked: None,
    }
}

/// What a deactivated agent answered waits again.
pub(crate) async fn release(server: &Server, agent: &AgentId) -> Result<()> {
    // A join of theirs may still be on its way to the disk; no new one can follow it, because
    // their sessions have ended.
    server.committer.settle().await;
    for conversation in store::of_agent(&server.db, agent).await? {
        let (answer, outcome) = oneshot::channel();
        server
            .committer
            .submit(Work::Command(Box::new(CommandWork {
                who: Who::System,
                access: None,
                token_hash: None,
                conversation,
                client_id: None,
                command: Command::Release {
                    agent: agent.clone(),
                },
                rules: no_rules(),
                caller: None,
                start: None,
                answer,
            })))?;
        // Closed or put back meanwhile is as good.
        let _ = outcome.await;
    }
    Ok(())
}

/// Somebody has come further. Nobody waits for it, and a lost one is said again by the next.
pub fn mark(server: &Server, participant: Participant, conversation: ConversationId, marks: Marks) {
    let work = MarkWork {
        conversation,
        participant,
        marks,
    };
    if server.committer.submit(Work::Mark(work)).is_err() {
        tracing::debug!("a mark was not stored: too much to do");
    }
}

/// One page of the agent's list.
pub async fn list(server: &Server, who: &Agent, request: ListConversations) -> Result<ListPage> {
    let page = list::page(
        &server.db,
        &who.access(),
        request.filter,
        request.before.as_ref(),
    )
    .await?;
    Ok(page)
}

/// One conversation with its last entries, for an agent.
pub async fn read(
    server: &Server,
    who: &Agent,
    request: ReadConversation,
) -> Result<AgentSnapshot> {
    agent_snapshot(server, &who.access(), &request.conversation).await
}

/// Whether the visitor may send files, for an agent who would say otherwise.
pub async fn read_file_choice(
    server: &Server,
    who: &Agent,
    request: ReadFileChoice,
) -> Result<FileChoice> {
    let state = for_agent(server, &who.access(), &request.conversation).await?;
    file_choice(server, &state).await
}

async fn file_choice(server: &Server, state: &Conversation) -> Result<FileChoice> {
    let profile = profiles::by_id(server, &state.profile).await?;
    let profile = profile.ok_or(Refusal::NotFound)?;
    Ok(FileChoice {
        is_agents: profile.may_agents_choose_files,
        are_welcome: state.takes_files(profile.are_files_welcome),
    })
}

/// The conversation, if this agent may hear it. Foreign and missing ones look the same.
pub async fn for_agent(
    server: &Server,
    access: &Access,
    id: &ConversationId,
) -> Result<Conversation> {
    let state = store::state(&server.db, id).await?;
    Ok(state
        .filter(|state| may_hear(access, state))
        .ok_or(Refusal::NotFound)?)
}

/// The conversation, if it is this visitor's. Foreign and missing ones look the same.
pub async fn for_visitor(
    server: &Server,
    who: &Visitor,
    id: &ConversationId,
) -> Result<Conversation> {
    let state = store::state(&server.db, id).await?;
    Ok(state
        .filter(|state| state.visitor == who.id)
        .ok_or(Refusal::NotFound)?)
}

/// What an agent's window begins with.
pub async fn agent_snapshot(
    server: &Server,
    access: &Access,
    id: &ConversationId,
) -> Result<AgentSnapshot> {
    let state = for_agent(server, access, id).await?;
    // Entries that come after the state was read are not in it; the numbers tell the client.
    let (entries, has_earlier) =
        store::before(&server.db, id, state.last_seq.next(), Reader::Agent).await?;
    let progress = store::progress(&server.db, id, Some(&access.agent)).await?;
    Ok(AgentSnapshot {
        last: state.last_seq,
        head: Row::of(&state),
        entries,
        has_earlier,
        own: progress.agents,
        other: progress.visitor,
    })
}

/// What a visitor's window begins with.
pub async fn visitor_snapshot(
    server: &Server,
    who: &Visitor,
    id: &ConversationId,
) -> Result<VisitorSnapshot> {
    let state = for_visitor(server, who, id).await?;
    let (entries, has_earlier) =
        store::before(&server.db, id, state.last_seq.next(), Reader::Visitor).await?;
    let progress = store::progress(&server.db, id, None).await?;
    Ok(VisitorSnapshot {
        head: state.for_visitor(),
        entries: entries
            .iter()
            .filter_map(domain::conversation::Entry::for_visitor)
            .collect(),
        has_earlier,
        last: state.visible_seq,
        own: progress.visitor,
        other: progress.agents,
    })
}

/// The visitor's open conversation that was last alive.
pub async fn open_conversation(server: &Server, who: &Visitor) -> Result<Option<ConversationId>> {
    Ok(store::open_of_visitor(&server.db, &who.id)
        .await?
        .into_iter()
        .next())
}
