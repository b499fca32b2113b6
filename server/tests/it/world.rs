//! A real server with a database of its own, and the people around it.
//!
//! Invariant: everything a test starts has ended when it returns, whether it failed or not.

mod ground;
mod http;
mod people;
mod socket;

pub(crate) use ground::{Ground, Kind};
pub(crate) use http::Answer;
pub(crate) use people::{Agent, PASSWORD, Visitor, client_id, conversation_id, session, text};
pub(crate) use socket::{Heard, Socket, Upgrade};

use axum::serve::ListenerExt;
use clap::Parser;
use domain::settings::ChatProfile;
use domain::time::{Span, Timestamp};
use futures::FutureExt;
use server::clock::Clock;
use server::config::Config;
use server::start::{Started, start};
use server::{Server, profiles};
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::task::JoinHandle;

/// Nothing in these tests takes this long, unless it never comes.
const DUE: Duration = Duration::from_secs(30);

const KEY_FILE: &str = "a.key";
const FILES: &str = "files";

/// Makes `name::sqlite` and `name::postgres` of one test.
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($world:ident: World) $body:block)*) => { $(
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn test($world: World) $body

            #[test]
            fn sqlite() {
                $crate::world::run($crate::world::Kind::Sqlite, test);
            }

            #[test]
            fn postgres() {
                $crate::world::run($crate::world::Kind::Postgres, test);
            }
        }
    )* };
}

pub(crate) use both;

/// A running server and what it stands on. Cloning it clones a pointer.
#[derive(Clone)]
pub(crate) struct World(Arc<Inner>);

struct Inner {
    ground: Ground,
    keys: TempDir,
    clock: Clock,
    config: Mutex<Config>,
    running: Mutex<Option<Running>>,
    profile: Mutex<Option<ChatProfile>>,
}

struct Running {
    started: Started,
    server: Server,
    address: SocketAddr,
    serving: JoinHandle<()>,
}

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    config: Config,
}

/// Runs a test in a fresh world, and takes the world down again.
pub(crate) fn run<F, Fut>(kind: Kind, test: F)
where
    F: FnOnce(World) -> Fut,
    Fut: Future<Output = ()>,
{
    runtime().block_on(async {
        if let Some(ground) = Ground::new(kind).await {
            run_on(ground, test).await;
        }
    });
}

/// Runs a test in a world on this database.
pub(crate) async fn run_on<F, Fut>(ground: Ground, test: F)
where
    F: FnOnce(World) -> Fut,
    Fut: Future<Output = ()>,
{
    let world = World::begin(ground).await;
    let outcome = AssertUnwindSafe(Box::pin(test(world.clone())))
        .catch_unwind()
        .await;
    world.end().await;
    world.0.ground.remove().await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// Several threads, as the program itself has.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

/// The configuration of the tests: rates that nobody meets unless a test lowers them.
pub(crate) fn config(database_url: &str) -> Config {
    let mut config = Flags::parse_from(["aureole"]).config;
    database_url.clone_into(&mut config.database_url);
    config.public_url = None;
    "admin@example.com".clone_into(&mut config.admin_email);
    config.admin_password = Some(PASSWORD.to_owned());
    config.rates.sign_in_per_minute = 1_000_000;
    config.rates.sign_in_per_address_per_minute = 1_000_000;
    config.rates.starts_per_address_per_minute = 1_000_000;
    config.rates.frames_per_second = 1_000_000;
    config.rates.requests_per_address_per_second = 1_000_000;
    config
}

impl World {
    async fn begin(ground: Ground) -> Self {
        let mut config = config(&ground.url());
        let keys = tempfile::tempdir().unwrap();
        config.key_file = Some(keys.path().join(KEY_FILE));
        config.files_dir = Some(keys.path().join(FILES));
        let world = Self(Arc::new(Inner {
            ground,
            keys,
            clock: Clock::test(Timestamp::from_ms(1_800_000_000_000)),
            config: Mutex::new(config),
            running: Mutex::new(None),
            profile: Mutex::new(None),
        }));
        world.start().await;
        world
    }

    async fn start(&self) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let config = self.0.config.lock().unwrap().clone();
        let url = config
            .public_url
            .clone()
            .unwrap_or_else(|| format!("http://{address}"));
        let started = start(config, self.0.clock.clone(), url).await.unwrap();
        let server = started.server.clone();
        let profile = profiles::store::first(&server.db).await.unwrap();
        *self.0.profile.lock().unwrap() = profile;
        let service = server::router(&server).into_make_service_with_connect_info::<SocketAddr>();
        let stop = server.stop.clone();
        let serving = tokio::task::spawn(async move {
            let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
            axum::serve(listener, service)
                .with_graceful_shutdown(stop.cancelled_owned())
                .await
                .unwrap();
        });
        *self.0.running.lock().unwrap() = Some(Running {
            started,
            server,
            address,
            serving,
        });
    }

    /// Ends the server in order, before the test is over.
    pub(crate) async fn end(&self) {
        let running = self.0.running.lock().unwrap().take();
        let Some(mut running) = running else { return };
        running.server.stop.cancel();
        if tokio::time::timeout(DUE, &mut running.serving)
            .await
            .is_err()
        {
            running.serving.abort();
        }
        running.started.end().await;
    }

    /// Ends the server in order and starts it again on the same database, as an operator does
    /// who has changed a setting.
    pub(crate) async fn restart(&self, change: impl FnOnce(&mut Config)) {
        self.end().await;
        change(&mut self.0.config.lock().unwrap());
        self.start().await;
    }

    /// The running server: for looking at what the doors do not show.
    pub(crate) fn server(&self) -> Server {
        let running = self.0.running.lock().unwrap();
        running.as_ref().unwrap().server.clone()
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.0.running.lock().unwrap().as_ref().unwrap().address
    }

    /// The origin of its own pages.
    pub(crate) fn url(&self) -> String {
        self.server().public_url.clone()
    }

    /// The chat profile as it was when the server started.
    pub(crate) fn profile(&self) -> ChatProfile {
        self.0.profile.lock().unwrap().clone().unwrap()
    }

    /// The file with the key of this world's secrets.
    pub(crate) fn key_file(&self) -> PathBuf {
        self.0.keys.path().join(KEY_FILE)
    }

    /// The folder of this world's files.
    pub(crate) fn files_dir(&self) -> PathBuf {
        self.0.keys.path().join(FILES)
    }

    /// Lets time go by.
    pub(crate) fn advance(&self, span: Span) {
        self.0.clock.advance(span);
    }

    /// The number that a query returns.
    pub(crate) async fn number(&self, query: &'static str) -> i64 {
        match &self.server().db {
            server::db::Db::Sqlite { read, .. } => {
                sqlx::query_scalar(query).fetch_one(read).await.unwrap()
            }
            server::db::Db::Postgres(pool) => {
                sqlx::query_scalar(query).fetch_one(pool).await.unwrap()
            }
        }
    }

    /// Changes what the database holds, behind the program's back.
    pub(crate) async fn change(&self, statement: &'static str) {
        let mut tx = self.server().db.begin().await.unwrap();
        match &mut tx {
            server::db::Tx::Sqlite(c) => {
                sqlx::query(statement).execute(&mut **c).await.unwrap();
            }
            server::db::Tx::Postgres(c) => {
                sqlx::query(statement).execute(&mut **c).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
    }

    /// The texts that a query returns.
    pub(crate) async fn texts(&self, query: &'static str) -> Vec<String> {
        match &self.server().db {
            server::db::Db::Sqlite { read, .. } => {
                sqlx::query_scalar(query).fetch_all(read).await.unwrap()
            }
            server::db::Db::Postgres(pool) => {
                sqlx::query_scalar(query).fetch_all(pool).await.unwrap()
            }
        }
    }
}

/// Waits for what must come, but not for ever.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    let waited = tokio::time::timeout(DUE, future).await;
    waited.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

/// Waits until something is so.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    soon(what, async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}
