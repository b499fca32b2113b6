//! From a configuration to a running server, and back down in order.
//!
//! Invariant: what was accepted is committed before the program ends: doors close first, then
//! what waits is written, then the database is closed.

use crate::attachments::{Folder, Uploads};
use crate::clock::Clock;
use crate::config::Config;
use crate::conversations::{Committer, Starting, Waiting, Waits, Way};
use crate::country::Countries;
use crate::db::Db;
use crate::first_steps::{self, FirstAdmin};
use crate::flows::{FirstQuestions, Programs};
use crate::live::Hub;
use crate::profiles::availability::Openings;
use crate::profiles::{self, Profiles};
use crate::rates::Rates;
use crate::seal::Seal;
use crate::server::{Parts, Server};
use crate::websites::{self, KnownWebsites};
use crate::{attachments, conversations, db, demo, flows, integration, router};
use anyhow::{Context, anyhow, bail};
use axum::Router;
use axum::serve::ListenerExt;
use domain::limit;
use domain::time::Span;
use std::fs::File;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long doors may take to close before the rest goes on without them.
const CLOSE_DUE: Duration = Duration::from_secs(10);
/// How often leases and idle limits are looked at.
const TIDY_EVERY: Duration = Duration::from_secs(2);

/// A server that is ready to be served, with what ends it.
pub struct Started {
    /// What every use case gets.
    pub server: Server,
    /// The admin whom this start has made, if it was the first.
    pub first_admin: Option<FirstAdmin>,
    writers: JoinSet<()>,
    lock: Option<File>,
}

/// Opens the database, makes the installation if it is new, and starts what works inside.
pub async fn start(config: Config, clock: Clock, public_url: String) -> anyhow::Result<Started> {
    let (db, lock) = db::open(&config.database_url).await?;
    start_on(config, clock, public_url, db, lock).await
}

/// As `start`, on a database that is open already.
pub async fn start_on(
    config: Config,
    clock: Clock,
    public_url: String,
    db: Db,
    lock: Option<File>,
) -> anyhow::Result<Started> {
    let countries = Countries::open(config.country_mmdb.as_deref())?;
    let (installation, first_admin) = first_steps::begin(&db, &clock, &config).await?;
    flows::begin(&db, &clock)
        .await
        .context("making the first flow")?;
    let waits = Waits::read(&db, clock.now()).await;
    let waits = waits.context("reading how long visitors have waited")?;
    let waiting = Waiting::read(&db).await;
    let waiting = waiting.context("reading who waits")?;
    let websites = websites::store::read(&db).await;
    let websites = websites.context("reading which websites may have the chat")?;
    let (committer, ways) = Committer::new(db.writers());
    let demo_url = config.demo.then(|| demo_url(&config));
    let key_file = config.key_file.clone();
    let key_file = key_file.unwrap_or_else(|| config.beside_database("key"));
    let files_dir = config.files_dir.clone();
    let files_dir = files_dir.unwrap_or_else(|| config.beside_database("files"));
    let agent_idle = config.test.agent_idle_seconds;
    let server = Server::new(Parts {
        hub: Hub::new(agent_idle.map_or(limit::AGENT_IDLE, Span::from_seconds)),
        committer,
        starting: Starting::default(),
        seal: Seal::new(key_file),
        rates: Rates::new(&config.rates, clock.clone()),
        files: Folder::new(files_dir),
        uploads: Uploads::new(config.files_bytes_max),
        countries,
        profiles: Profiles::default(),
        websites: KnownWebsites::new(websites),
        openings: Openings::default(),
        first_questions: FirstQuestions::default(),
        programs: Programs::default(),
        waits,
        waiting,
        epoch: installation.epoch,
        has_answered: AtomicBool::new(installation.has_answered),
        has_opened: AtomicBool::new(installation.has_opened),
        widget_requests: AtomicU64::new(0),
        stop: CancellationToken::new(),
        tasks: TaskTracker::new(),
        db,
        clock,
        config,
        public_url,
        demo_url,
    });
    if let Err(error) = attachments::begin(&server).await {
        tracing::warn!(?error, "the folder of files could not be looked at");
    }
    let writers = write(&server, ways);
    tidy(&server);
    server.spawn(conversations::say_wait_messages(server.clone()));
    Ok(Started {
        server,
        first_admin,
        writers,
        lock,
    })
}

fn demo_url(config: &Config) -> String {
    let of_port = || format!("http://localhost:{}", config.demo_listen.port());
    config.demo_url.clone().unwrap_or_else(of_port)
}

fn write(server: &Server, ways: Vec<Way>) -> JoinSet<()> {
    let mut writers = JoinSet::new();
    for way in ways {
        writers.spawn(conversations::run(server.clone(), way));
    }
    writers
}

/// Leases end by themselves, and rate limits forget who has been quiet.
fn tidy(server: &Server) {
    let tidied = server.clone();
    server.spawn(async move {
        let mut every = tokio::time::interval(TIDY_EVERY);
        let mut last_forgotten = tidied.now();
        loop {
            tokio::select! {
                () = tidied.stop.cancelled() => return,
                _ = every.tick() => {}
            }
            let now = tidied.now();
            tidied.refresh_presence();
            if now.since(last_forgotten) > Span::from_seconds(60) {
                tidied.rates.forget_idle();
                if let Err(error) = integration::forget_expired(&tidied).await {
                    tracing::warn!(?error, "what has expired was not deleted");
                }
                last_forgotten = now;
            }
        }
    });
}

impl Started {
    /// Ends in order. Call when no listener accepts any more.
    pub async fn end(mut self) {
        self.server.stop.cancel();
        self.server.tasks.close();
        if tokio::time::timeout(CLOSE_DUE, self.server.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("some connections did not end in time");
        }
        self.server.committer.drain();
        while self.writers.join_next().await.is_some() {}
        self.server.db.close().await;
        drop(self.lock);
    }
}

/// Serves until SIGTERM or Ctrl-C, then ends in order.
pub async fn serve(config: Config) -> anyhow::Result<()> {
    let listener = bind(config.listen, "--listen").await?;
    let address = listener
        .local_addr()
        .context("reading the listening address")?;
    let public_url = config
        .public_url
        .clone()
        .unwrap_or_else(|| format!("http://{address}"));
    let demo_listener = if config.demo {
        Some(bind(config.demo_listen, "--demo-listen").await?)
    } else {
        None
    };
    let mut config = config;
    if let Some(listener) = &demo_listener {
        config.demo_listen = listener
            .local_addr()
            .context("reading the demo shop's address")?;
    }
    let started = start(config, Clock::System, public_url).await?;
    let server = started.server.clone();
    tracing::info!(%address, url = server.public_url, database = server.db.kind(), "listening");

    let stop = server.stop.clone();
    stop_on_signal(&server)?;
    let shop = match demo_listener {
        Some(listener) => Some((listener, demo_router(&server).await?)),
        None => None,
    };
    announce(&started);
    let pages = accept(listener, router(&server), stop.clone());
    match shop {
        Some((listener, shop)) => {
            let (pages, shop) = tokio::join!(pages, accept(listener, shop, stop));
            pages.and(shop)?;
        }
        None => pages.await?,
    }
    started.end().await;
    tracing::info!("stopped: everything accepted is on the disk");
    Ok(())
}

/// SIGTERM and Ctrl-C ask everything to end.
fn stop_on_signal(server: &Server) -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listening for Ctrl-C")?;
    let stop = server.stop.clone();
    server.spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            () = stop.cancelled() => {}
        }
        stop.cancel();
    });
    Ok(())
}

async fn demo_router(server: &Server) -> anyhow::Result<Router> {
    let profile = profiles::store::first(&server.db)
        .await?
        .context("no chat profile")?;
    Ok(demo::router(
        server.public_url.clone(),
        profile.id.to_string(),
        profile.key,
    ))
}

async fn bind(address: SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => bail!(
            "{address} is in use already. Stop what listens there, or choose another address \
             with {flag}."
        ),
        Err(error) => Err(anyhow!("Cannot listen on {address}: {error}.")),
    }
}

/// Nagle's algorithm would hold small frames back for as long as the reader's delayed
/// acknowledgement.
async fn accept(
    listener: TcpListener,
    router: Router,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "could not set nodelay");
        }
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let closing = stop.clone();
    let served = axum::serve(listener, service)
        .with_graceful_shutdown(stop.cancelled_owned())
        .into_future();
    let overdue = async {
        closing.cancelled().await;
        tokio::time::sleep(CLOSE_DUE).await;
    };
    // Whoever has sent half a request has been promised nothing, and may not hold up the end.
    tokio::select! {
        served = served => served,
        () = overdue => Ok(()),
    }
}

/// What a person who started this wants to know.
fn announce(started: &Started) {
    let server = &started.server;
    let mut lines = vec![format!("  Agents   {}/app", server.public_url)];
    if let Some(shop) = &server.demo_url {
        lines.push(format!("  Shop     {shop}/"));
    }
    if let Some(admin) = &started.first_admin {
        lines.push(format!("  Sign in  {}", admin.email));
        lines.push(match &admin.made_password {
            Some(password) => format!("           {password}   (shown only this once)"),
            None => "           with the password you gave".to_owned(),
        });
    }
    eprintln!("\nAureole is ready.\n\n{}\n", lines.join("\n"));
}
