//! `cargo xtask run --watch`: builds again and starts the server again when a source changes.
//!
//! Invariant: a source that does not compile leaves the last good server running.

use crate::{
    cleanup::{at_end, signal},
    serve,
    site::{self, Quality},
    workspace,
};
use anyhow::Result;
use rustix::process::Signal;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command},
    thread::sleep,
    time::{Duration, SystemTime},
};

/// What is looked at. Looking costs some milliseconds, and no notification gets lost.
const SOURCES: [&str; 9] = [
    "app",
    "domain",
    "hydration",
    "migrations",
    "public",
    "server",
    "style",
    "widget",
    "Cargo.toml",
];
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Never ends by itself.
pub fn run() -> Result<()> {
    let mut server: Option<Server> = None;
    loop {
        let seen = newest_change();
        match site::build(Quality::Draft).and_then(|()| serve::build(false)) {
            Ok(()) => {
                drop(server.take());
                server = Some(Server::start()?);
            }
            Err(failure) => eprintln!("{failure:#}\nwaiting for the next change"),
        }
        while newest_change() == seen {
            sleep(LOOK_EVERY);
        }
        eprintln!("\nsomething changed");
    }
}

/// The server as our child; it ends with us.
struct Server(Child);

impl Server {
    fn start() -> Result<Self> {
        let child = Command::new(serve::program(false))
            .current_dir(workspace::root())
            .args(["serve", "--demo"])
            .spawn()?;
        let id = child.id();
        // Until we are told to end; when we only restart it, `drop` has ended it before.
        std::mem::forget(at_end(move || signal(id, Signal::TERM)));
        Ok(Self(child))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        signal(self.0.id(), Signal::TERM);
        if let Err(failure) = self.0.wait() {
            eprintln!("the server did not end: {failure}");
        }
    }
}

/// The time of the youngest file, and how many there are, as a removed file changes no time.
fn newest_change() -> (SystemTime, usize) {
    let mut newest = (SystemTime::UNIX_EPOCH, 0);
    let mut open: Vec<PathBuf> = SOURCES
        .iter()
        .map(|source| workspace::path(source))
        .collect();
    while let Some(path) = open.pop() {
        look(&path, &mut newest, &mut open);
    }
    newest
}

fn look(path: &Path, newest: &mut (SystemTime, usize), open: &mut Vec<PathBuf>) {
    // A file that vanishes while we look is seen at the next look.
    let Ok(metadata) = fs::metadata(path) else {
        return;
    };
    if metadata.is_dir() {
        let entries = fs::read_dir(path)
            .into_iter()
            .flatten()
            .filter_map(Result::ok);
        open.extend(entries.map(|entry| entry.path()));
    } else {
        let changed_at = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        *newest = (newest.0.max(changed_at), newest.1 + 1);
    }
}
