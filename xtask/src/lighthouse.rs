//! `cargo xtask lighthouse`: what the chat costs the page that embeds it. Lighthouse opens the demo
//! shop with the chat and without it, in turns, on a server with a database of its own.
//!
//! Invariant: no part of `cargo xtask test`. Its numbers are times, and a busy machine changes them.

use crate::{
    cleanup::{Cleanup, at_end, signal},
    console, install,
    program::{program, run as run_program},
    serve,
    site::{self, Quality},
    workspace,
};
use anyhow::{Context, Result, bail};
use rustix::process::Signal;
use std::{
    fs::{self, File},
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};
use tempfile::TempDir;

const READY_DUE: Duration = Duration::from_secs(30);
const ANSWER_DUE: Duration = Duration::from_secs(5);

/// What the comparison can be told.
#[derive(clap::Args)]
pub struct Choice {
    /// How often each side is measured.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Build the server with optimisations.
    #[arg(long)]
    release: bool,
    /// Take the program that was built last.
    #[arg(long)]
    no_build: bool,
}

/// Prints the comparison, and fails where the chat costs the page something.
pub fn run(choice: &Choice) -> Result<()> {
    let chromium = install::chromium()?;
    install::lighthouse()?;
    if !choice.no_build {
        site::build(Quality::Ship)?;
        serve::build(choice.release)?;
    }
    let shop = console::step("start the demo shop", || Shop::start(choice.release))?;
    run_program(
        program("node")
            .current_dir(workspace::path(install::LIGHTHOUSE_FOLDER))
            .args(["compare.mjs", &shop.url])
            .args(["--runs", &choice.runs.to_string()])
            .env("CHROME_PATH", chromium),
    )
}

/// A server with its demo shop; it ends, and its folder goes, on drop.
struct Shop {
    url: String,
    child: Child,
    /// For the case that we are told to stop.
    ending: Option<Cleanup>,
    folder: TempDir,
}

impl Shop {
    fn start(is_release: bool) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("aureole-lighthouse-")
            .tempdir()?;
        let (chat, shop) = two_free_addresses()?;
        let child = server(&serve::program(is_release), folder.path(), chat, shop)?
            .spawn()
            .context("cannot start the server: cargo xtask build")?;
        let (id, path) = (child.id(), folder.path().to_owned());
        let ending = at_end(move || {
            signal(id, Signal::TERM);
            // We are about to end as well; a folder that is left lies among temporary files.
            let _ = fs::remove_dir_all(path);
        });
        let mut started = Self {
            // Another site than the chat's 127.0.0.1, as on a stranger's page.
            url: format!("http://localhost:{}", shop.port()),
            child,
            ending: Some(ending),
            folder,
        };
        started.wait_until_ready(shop)?;
        Ok(started)
    }

    fn wait_until_ready(&mut self, shop: SocketAddr) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < READY_DUE {
            if is_served(shop).unwrap_or(false) {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended with {status}:\n{}", self.log());
            }
            sleep(Duration::from_millis(20));
        }
        bail!(
            "the shop was not served within {READY_DUE:?}:\n{}",
            self.log()
        )
    }

    fn log(&self) -> String {
        fs::read_to_string(log_below(self.folder.path())).unwrap_or_default()
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        signal(self.child.id(), Signal::TERM);
        if let Err(failure) = self.child.wait() {
            eprintln!("the server did not end: {failure}");
        }
        // Its id may be another program's from now on.
        if let Some(ending) = self.ending.take() {
            ending.forget();
        }
    }
}

/// The server as it starts without settings, but on these addresses and in this folder.
fn server(path: &Path, folder: &Path, chat: SocketAddr, shop: SocketAddr) -> Result<Command> {
    let log = File::create(log_below(folder))?;
    let mut command = Command::new(path);
    command
        .args(["serve", "--demo"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    // What a developer has set for a server of their own is not what is measured.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AUREOLE_") {
            command.env_remove(name);
        }
    }
    command
        .env("AUREOLE_LISTEN", chat.to_string())
        .env("AUREOLE_DEMO_LISTEN", shop.to_string())
        .env("DATABASE_URL", "sqlite:aureole.db");
    Ok(command)
}

fn log_below(folder: &Path) -> PathBuf {
    folder.join("server.log")
}

/// Both are held at once, or the second could be the first again.
fn two_free_addresses() -> Result<(SocketAddr, SocketAddr)> {
    let first = TcpListener::bind(("127.0.0.1", 0))?;
    let second = TcpListener::bind(("127.0.0.1", 0))?;
    Ok((first.local_addr()?, second.local_addr()?))
}

/// Whether the shop answers. Chat and shop begin to answer together.
fn is_served(shop: SocketAddr) -> Result<bool> {
    let mut stream = TcpStream::connect_timeout(&shop, ANSWER_DUE)?;
    stream.set_read_timeout(Some(ANSWER_DUE))?;
    write!(
        stream,
        "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.starts_with("HTTP/1.1 200 "))
}
