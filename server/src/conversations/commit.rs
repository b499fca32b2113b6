//! The only room that writes conversations. Commands that arrive together are decided, written
//! and synced together: a sync of the disk costs the same for one row and for four hundred.
//!
//! Invariant: nobody is answered or told before the commit has returned, and what was answered
//! is told by this task itself, whatever becomes of the connection that asked.

use super::group::{Group, Written};
use super::starting::Start;
use crate::error::{self, Error};
use crate::flows::Caller;
use crate::server::Server;
use domain::api::Refusal;
use domain::conversation::{Access, Command, Entry, Marks, Rules, Who};
use domain::id::{AgentId, ClientId, ConversationId, VisitorId};
use domain::limit;
use domain::settings::ChatProfile;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// What a committed command led to.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Done now; everybody has been told.
    Done(Entry),
    /// Done before: the entry that exists. Nobody is told again.
    Repeated(Entry),
}

/// A command on its way to the disk.
pub struct CommandWork {
    /// Who sends it.
    pub who: Who,
    /// What an agent may hear.
    pub access: Option<Access>,
    /// What is kept of a visitor's token.
    pub token_hash: Option<String>,
    /// On which conversation.
    pub conversation: ConversationId,
    /// The sender's name for it.
    pub client_id: Option<ClientId>,
    /// What.
    pub command: Command,
    /// What the settings say.
    pub rules: Rules,
    /// Whom a bot would speak with: only visitors are spoken with.
    pub caller: Option<Caller>,
    /// Counts a start as long as it is on its way.
    pub start: Option<Start>,
    /// Where the answer goes.
    pub answer: oneshot::Sender<Result<Outcome, Refusal>>,
}

/// Whose mark moves.
#[derive(Debug, Clone)]
pub enum Participant {
    /// The visitor's.
    Visitor(VisitorId),
    /// An agent's, with what they may hear.
    Agent(AgentId, Access),
}

/// A mark on its way to the disk. Nobody waits for it.
#[derive(Debug, Clone)]
pub struct MarkWork {
    /// In which conversation.
    pub conversation: ConversationId,
    /// Whose.
    pub participant: Participant,
    /// How far.
    pub marks: Marks,
}

/// Somebody who waits may have to be told something. Nobody waits for it: whether it is so is
/// decided with the conversation as it is then.
#[derive(Debug, Clone)]
pub struct WaitWork {
    /// Where.
    pub conversation: ConversationId,
    /// By whose words.
    pub profile: Arc<ChatProfile>,
}

/// What waits to be committed.
pub enum Work {
    /// A command.
    Command(Box<CommandWork>),
    /// A mark.
    Mark(MarkWork),
    /// A message for somebody who waits.
    Wait(WaitWork),
}

/// What travels on a way.
enum Item {
    /// To be committed.
    Work(Work),
    /// To be answered when everything handed in before it is committed.
    Barrier(oneshot::Sender<()>),
}

impl Work {
    pub(super) fn conversation(&self) -> &ConversationId {
        match self {
            Self::Command(work) => &work.conversation,
            Self::Mark(work) => &work.conversation,
            Self::Wait(work) => &work.conversation,
        }
    }
}

/// Where commands are handed in. Commands of one conversation always take the same way.
pub struct Committer {
    ways: Vec<mpsc::Sender<Item>>,
    drained: CancellationToken,
}

/// The other end of one way.
pub struct Way {
    queue: mpsc::Receiver<Item>,
    drained: CancellationToken,
}

impl Committer {
    /// As many ways as the database can commit at the same time.
    pub fn new(ways: usize) -> (Self, Vec<Way>) {
        let drained = CancellationToken::new();
        let (ways, ends) = (0..ways.max(1))
            .map(|_| {
                let (way, queue) = mpsc::channel(limit::COMMIT_QUEUE_MAX);
                (
                    way,
                    Way {
                        queue,
                        drained: drained.clone(),
                    },
                )
            })
            .unzip();
        (Self { ways, drained }, ends)
    }

    /// Hands in one piece of work.
    pub fn submit(&self, work: Work) -> Result<(), Refusal> {
        let mut hasher = DefaultHasher::new();
        work.conversation().hash(&mut hasher);
        let ways = u64::try_from(self.ways.len()).unwrap_or(1).max(1);
        let at = usize::try_from(hasher.finish() % ways).unwrap_or_default();
        let way = self.ways.get(at).ok_or(error::UNAVAILABLE)?;
        way.try_send(Item::Work(work)).or(Err(error::UNAVAILABLE))
    }

    /// Returns when everything that was handed in before is committed.
    pub async fn settle(&self) {
        for way in &self.ways {
            let (reached, end) = oneshot::channel();
            // A way that has ended has committed everything.
            if way.send(Item::Barrier(reached)).await.is_ok() {
                let _ = end.await;
            }
        }
    }

    /// Commits what waits and ends. Called when no door is open any more.
    pub fn drain(&self) {
        self.drained.cancel();
    }
}

/// Commits what comes along this way until it is drained.
pub async fn run(server: Server, mut way: Way) {
    let mut items = Vec::with_capacity(limit::COMMIT_GROUP_MAX);
    loop {
        let received = tokio::select! {
            biased;
            received = way.queue.recv_many(&mut items, limit::COMMIT_GROUP_MAX) => received,
            () = way.drained.cancelled() => 0,
        };
        if received == 0 {
            return;
        }
        let (mut works, mut barriers) = (Vec::with_capacity(received), Vec::new());
        for item in items.drain(..) {
            match item {
                Item::Work(work) => works.push(work),
                Item::Barrier(reached) => barriers.push(reached),
            }
        }
        if !works.is_empty() {
            commit(&server, works).await;
        }
        for reached in barriers {
            // Whoever waited may have gone.
            let _ = reached.send(());
        }
    }
}

/// Commits a group; one that the database refuses as a whole runs again one by one, so that
/// nobody pays for a neighbour.
async fn commit(server: &Server, works: Vec<Work>) {
    let group = Group::new(works);
    match attempt(server, &group).await {
        Ok(written) => finish(server, group, written).await,
        Err(error) if group.len() == 1 => refuse(group, error),
        Err(error) => {
            log(&error, group.len());
            for alone in group.apart() {
                match attempt(server, &alone).await {
                    Ok(written) => finish(server, alone, written).await,
                    Err(error) => refuse(alone, error),
                }
            }
        }
    }
}

async fn attempt(server: &Server, group: &Group) -> Result<Written, Error> {
    let mut tx = server.db.begin().await?;
    let written = group.write(&mut tx, server).await?;
    if server.config.test.ack_before_commit {
        // The crash test must find this out: tell first, let the disk have it later.
        let committed = written.clone();
        server.spawn(async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            if let Err(error) = tx.commit().await {
                tracing::error!(%error, "the late commit failed");
            }
        });
        tokio::time::sleep(Duration::from_millis(1)).await;
        return Ok(committed);
    }
    tx.commit().await?;
    Ok(written)
}

/// Tells everybody and answers the senders, in this order: a sender's own window hears of the
/// entry the same way as all others.
async fn finish(server: &Server, group: Group, written: Written) {
    written.tell(server);
    let has_answer = written.has_agent_message();
    group.answer(written);
    if has_answer {
        crate::first_steps::answered(server).await;
    }
}

fn refuse(group: Group, error: Error) {
    log(&error, group.len());
    let refusal = match error {
        Error::Refused(refusal) => refusal,
        Error::Internal(_) => error::UNAVAILABLE,
    };
    group.refuse(&refusal);
}

fn log(error: &Error, commands: usize) {
    tracing::warn!(?error, commands, "a group was not committed");
}
