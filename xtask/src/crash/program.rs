//! The real binary as a process: started, killed, ended; asked over plain HTTP.
//!
//! Invariant: only the process that we started is killed, by its id, and none outlives us.

use crate::{
    cleanup::{Cleanup, at_end, signal},
    serve,
};
use anyhow::{Context, Result, bail};
use rustix::process::Signal;
use serde_json::Value;
use std::{
    fs::{File, OpenOptions},
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

pub const EMAIL: &str = "admin@crash.test";
pub const PASSWORD: &str = "only for the crash loop";

const READY_DUE: Duration = Duration::from_secs(30);
const END_DUE: Duration = Duration::from_secs(30);

/// What every life of the server has in common.
pub struct Installation {
    pub address: SocketAddr,
    pub database_url: String,
    pub folder: PathBuf,
    /// Whether the server lies: acknowledges before the disk has it.
    pub acknowledges_early: bool,
}

/// One life of the server.
pub struct Life {
    child: Child,
    ending: Cleanup,
}

impl Installation {
    /// The origin that pages of the server have.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where the server writes its log, all lives one after the other.
    pub fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    /// Starts a life.
    pub fn start(&self) -> Result<Life> {
        let log = open(&self.log())?;
        let mut command = Command::new(serve::program(false));
        command
            .arg("serve")
            .current_dir(&self.folder)
            .env("AUREOLE_LISTEN", self.address.to_string())
            .env("DATABASE_URL", &self.database_url)
            .env("AUREOLE_ADMIN_EMAIL", EMAIL)
            .env("AUREOLE_ADMIN_PASSWORD", PASSWORD)
            // The load comes from one address, and is meant to be too much.
            .env("AUREOLE_STARTS_PER_ADDRESS_PER_MINUTE", "1000000")
            .env("AUREOLE_FRAMES_PER_SECOND", "1000000")
            .env("AUREOLE_REQUESTS_PER_ADDRESS_PER_SECOND", "1000000")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        for name in [
            "AUREOLE_PUBLIC_URL",
            "AUREOLE_DEMO",
            "AUREOLE_LOG_JSON",
            "NATS_URL",
        ] {
            command.env_remove(name);
        }
        if self.acknowledges_early {
            command.env("AUREOLE_TEST_ACK_BEFORE_COMMIT", "true");
        }
        let child = command
            .spawn()
            .context("cannot start the server: cargo xtask build")?;
        let id = child.id();
        Ok(Life {
            child,
            ending: at_end(move || signal(id, Signal::KILL)),
        })
    }

    /// Waits until the server takes writes; how long it took.
    pub fn wait_until_ready(&self, life: &mut Life) -> Result<Duration> {
        let begun = Instant::now();
        while begun.elapsed() < READY_DUE {
            if self
                .ask("GET", "/ready", None)
                .is_ok_and(|answer| answer.status == 200)
            {
                return Ok(begun.elapsed());
            }
            if let Some(status) = life.child.try_wait()? {
                bail!(
                    "the server ended with {status}, see {}",
                    self.log().display()
                );
            }
            sleep(Duration::from_millis(5));
        }
        bail!(
            "the server was not ready within {READY_DUE:?}, see {}",
            self.log().display()
        )
    }

    /// The cookie of a new session of the admin.
    pub fn sign_in(&self) -> Result<String> {
        let body = serde_json::json!({ "email": EMAIL, "password": PASSWORD });
        let answer = self.ask("POST", "/api/call/sign_in", Some(&body))?;
        let head = answer.head.to_lowercase();
        let cookie = head
            .lines()
            .zip(answer.head.lines())
            .find_map(|(lower, line)| {
                lower
                    .starts_with("set-cookie:")
                    .then(|| line.get("set-cookie:".len()..))?
            });
        let cookie = cookie.and_then(|cookie| cookie.split(';').next());
        Ok(cookie
            .with_context(|| format!("no cookie: {}", answer.head))?
            .trim()
            .to_owned())
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer> {
        let mut stream = TcpStream::connect_timeout(&self.address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        let body = body.map(Value::to_string).unwrap_or_default();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nOrigin: {}\r\nContent-Length: {}\r\n\
             Content-Type: application/json\r\nConnection: close\r\n\r\n{body}",
            self.address,
            self.origin(),
            body.len(),
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, _) = answer.split_once("\r\n\r\n").context("no answer")?;
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        Ok(Answer {
            status: status.context("no status")?,
            head: head.to_owned(),
        })
    }
}

struct Answer {
    status: u16,
    head: String,
}

impl Life {
    /// kill -9.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        self.ending.forget();
        Ok(())
    }

    /// Asks it to end, and waits until it has.
    pub fn end(mut self) -> Result<ExitStatus> {
        signal(self.child.id(), Signal::TERM);
        let deadline = Instant::now() + END_DUE;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                self.ending.forget();
                return Ok(status);
            }
            sleep(Duration::from_millis(10));
        }
        bail!("the server did not end within {END_DUE:?} after SIGTERM");
    }
}

fn open(path: &Path) -> Result<File> {
    Ok(OpenOptions::new().create(true).append(true).open(path)?)
}
