//! A `PostgreSQL` of our own for the tests: a fresh folder, a free loopback port, the real
//! durability settings.
//!
//! Invariant: it is stopped, by its id, and its folder removed, whichever way we end.

use crate::{
    cleanup::{Cleanup, at_end, signal},
    install,
    program::run,
};
use anyhow::{Context, Result, bail};
use rustix::process::Signal;
use std::{
    fs,
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// The variable that brings an address to the tests; if it is set already, that one is used.
pub const ADDRESS_VARIABLE: &str = "AUREOLE_TEST_POSTGRES";

const START_MAX: Duration = Duration::from_mins(1);
const STOP_MAX: Duration = Duration::from_secs(15);

/// A running `PostgreSQL`, or the address of one that somebody else runs.
pub struct Postgres {
    pub address: String,
    /// Stops it on drop; `None` if it is not ours.
    _cleanup: Option<Cleanup>,
}

/// The one whose address is given, or a new one.
pub fn given_or_started() -> Result<Postgres> {
    match std::env::var(ADDRESS_VARIABLE) {
        Ok(address) => Ok(Postgres {
            address,
            _cleanup: None,
        }),
        Err(_) => start(),
    }
}

/// Starts one. `PostgreSQL` refuses to run as root, so then it runs as the user of its package.
pub fn start() -> Result<Postgres> {
    let programs = install::postgres()?;
    let folder = tempfile::Builder::new()
        .prefix("aureole-postgres-")
        .tempdir()?;
    let owner = owner()?;
    if let Some((user, group)) = owner {
        std::os::unix::fs::chown(folder.path(), Some(user), Some(group))?;
    }
    let data = folder.path().join("data");
    let as_owner = |name: &str| {
        let mut command = Command::new(programs.join(name));
        command
            .current_dir(folder.path())
            .env_remove("PGDATA")
            .env_remove("PGPORT");
        if let Some((user, group)) = owner {
            command.uid(user).gid(group);
        }
        command
    };
    run(as_owner("initdb")
        .args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ])
        .args(["--no-instructions", "--pgdata"])
        .arg(&data)
        .stdout(Stdio::null()))?;

    let port = free_port()?;
    let log = fs::File::create(folder.path().join("log"))?;
    let child = as_owner("postgres")
        .arg("-D")
        .arg(&data)
        .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-k"])
        .arg(folder.path())
        .args([
            "-c",
            "fsync=on",
            "-c",
            "synchronous_commit=on",
            "-c",
            "full_page_writes=on",
        ])
        .args(["-c", "max_connections=300"])
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .context("cannot start postgres")?;

    let folder = folder.keep();
    wait_until_ready(child, &programs, &folder, port)
}

fn wait_until_ready(
    mut child: Child,
    programs: &Path,
    folder: &Path,
    port: u16,
) -> Result<Postgres> {
    let (id, ours) = (child.id(), folder.to_owned());
    let cleanup = at_end(move || stop(id, &ours));
    let deadline = Instant::now() + START_MAX;
    loop {
        let ready = Command::new(programs.join("pg_isready"))
            .args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])
            .status()?;
        if ready.success() {
            let address = format!("postgres://postgres@127.0.0.1:{port}/postgres");
            return Ok(Postgres {
                address,
                _cleanup: Some(cleanup),
            });
        }
        if child.try_wait()?.is_some() || Instant::now() > deadline {
            let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
            bail!("PostgreSQL did not start:\n{log}");
        }
        sleep(Duration::from_millis(50));
    }
}

/// Asks it to close its connections and end; removes its folder when it has.
fn stop(id: u32, folder: &PathBuf) {
    let is_running = || folder.join("data/postmaster.pid").exists();
    signal(id, Signal::INT);
    let deadline = Instant::now() + STOP_MAX;
    while is_running() && Instant::now() < deadline {
        sleep(Duration::from_millis(20));
    }
    if is_running() {
        signal(id, Signal::QUIT);
        sleep(Duration::from_millis(500));
    }
    if let Err(failure) = fs::remove_dir_all(folder) {
        eprintln!("cannot remove {}: {failure}", folder.display());
    }
}

/// User and group that run it; `None` when we are an ordinary user and may do so ourselves.
fn owner() -> Result<Option<(u32, u32)>> {
    if !rustix::process::getuid().is_root() {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd")?;
    let line = users
        .lines()
        .find_map(|line| line.strip_prefix("postgres:"));
    let mut numbers = line.context("no user `postgres`")?.split(':').skip(1);
    let mut number = || -> Result<u32> {
        Ok(numbers
            .next()
            .context("a short line in /etc/passwd")?
            .parse()?)
    };
    Ok(Some((number()?, number()?)))
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
