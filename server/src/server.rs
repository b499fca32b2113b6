//! What every use case gets: the database, the hub, the clock, the settings.
//!
//! Invariant: cheap to clone; there is one of each part in a process.

use crate::attachments::{Folder, Uploads};
use crate::clock::{self, Clock};
use crate::config::Config;
use crate::conversations::{Committer, Starting, Waiting, Waits};
use crate::country::Countries;
use crate::db::Db;
use crate::flows::{FirstQuestions, Programs};
use crate::live::Hub;
use crate::profiles::Profiles;
use crate::profiles::availability::Openings;
use crate::rates::Rates;
use crate::seal::Seal;
use crate::websites::KnownWebsites;
use domain::id::AgentId;
use domain::time::Timestamp;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The running program. Cloning it clones a pointer.
#[derive(Clone)]
pub struct Server(Arc<Parts>);

/// What the running program is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Who is connected, and who is told what.
    pub hub: Hub,
    /// Where commands are committed.
    pub committer: Committer,
    /// Conversations that are being begun.
    pub starting: Starting,
    /// Where "now" comes from.
    pub clock: Clock,
    /// What was set at start.
    pub config: Config,
    /// The origin people reach us under.
    pub public_url: String,
    /// The demo shop's origin, if one is served.
    pub demo_url: Option<String>,
    /// How often is too often.
    pub rates: Rates,
    /// Encrypts what the database must not tell.
    pub seal: Seal,
    /// Where files lie.
    pub files: Folder,
    /// Files that are coming in.
    pub uploads: Uploads,
    /// Where visitors come from.
    pub countries: Countries,
    /// The chat profiles, kept in memory.
    pub profiles: Profiles,
    /// The websites that may have the chat, kept in memory.
    pub websites: KnownWebsites,
    /// What their hours say, kept for as long as it holds.
    pub openings: Openings,
    /// What bots have asked in windows where nothing is stored yet.
    pub first_questions: FirstQuestions,
    /// The flows that conversations go through, kept in memory.
    pub programs: Programs,
    /// How long visitors have waited of late, and since when those who wait now do.
    pub waits: Waits,
    /// Who waits, and when they have to be told something.
    pub waiting: Waiting,
    /// Changes when a backup is restored.
    pub epoch: String,
    /// Whether an agent is known to have answered once; saves asking.
    pub has_answered: AtomicBool,
    /// Whether a page with the widget is known to have been opened once; saves asking.
    pub has_opened: AtomicBool,
    /// Requests from widgets so far, for tests that count them.
    pub widget_requests: AtomicU64,
    /// Asks everything to end.
    pub stop: CancellationToken,
    /// Everything that has to end before the program may.
    pub tasks: TaskTracker,
}

impl Server {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Tells the windows of visitors where who is there, or what the hours say, has changed, and
    /// those of agents who have become idle, or are no longer.
    pub fn refresh_presence(&self) {
        self.hub
            .refresh_presence(&self.openings, &self.waits, self.now());
    }

    /// The agent has done something: whoever was idle is there again at once.
    pub fn note_activity(&self, agent: &AgentId) {
        if self.hub.note_activity(agent, self.now()) {
            self.refresh_presence();
        }
    }

    /// Whether pages are reached under TLS, so that cookies may insist on it.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The protocol this server speaks.
    pub fn protocol_version(&self) -> u32 {
        self.config
            .test
            .protocol_version
            .unwrap_or(domain::live::VERSION)
    }

    /// Ten unpredictable bytes for an id.
    pub fn entropy(&self) -> anyhow::Result<[u8; 10]> {
        clock::entropy()
    }

    /// Runs `task` until it ends by itself; shutdown waits for it.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }
}

impl std::ops::Deref for Server {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
