//! `cargo xtask crash`: kills the server with -9 at random moments under load, and proves that
//! what it acknowledged is there exactly once and in order.
//!
//! Invariant: shares no code with the server; the judges are SQL and what other windows heard.
//! A kill cannot show a missing sync of the disk: for that the settings are read back elsewhere.

pub mod chance;
pub mod line;
pub mod program;
pub mod receiver;
pub mod record;
pub mod run;
pub mod sender;
pub mod truth;
pub mod verify;

use crate::{console, serve};
use anyhow::{Result, bail};
use chance::Chance;
use program::Installation;
use run::Run;
use std::net::TcpListener;
use truth::Truth;

/// Which database to torture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// What the crash loop can be told.
#[derive(clap::Args)]
pub struct Choice {
    /// How often the server is killed, per database.
    #[arg(long, default_value_t = 50)]
    kills: usize,
    /// Only this database.
    #[arg(long, value_enum)]
    database: Option<Database>,
    /// Repeats the choices of another run, as far as threads allow.
    #[arg(long)]
    seed: Option<u64>,
    /// Let the server acknowledge before it commits: then a breach must be found.
    #[arg(long)]
    acknowledge_early: bool,
    /// Take the program that was built last.
    #[arg(long)]
    no_build: bool,
}

impl Choice {
    /// What CI asks: both databases, honest and lying.
    pub fn of_ci() -> [Self; 2] {
        let choice = |kills, acknowledge_early| Self {
            kills,
            database: None,
            seed: None,
            acknowledge_early,
            no_build: true,
        };
        [choice(10, false), choice(4, true)]
    }
}

/// Runs the loop on the chosen databases; one line for each.
pub fn run(choice: &Choice) -> Result<Vec<String>> {
    if !choice.no_build {
        serve::build(false)?;
    }
    let databases = match choice.database {
        Some(database) => vec![database],
        None => vec![Database::Sqlite, Database::Postgres],
    };
    let seed = choice.seed.unwrap_or_else(Chance::seed_of_now);
    let mut lines = Vec::new();
    for database in databases {
        let kills = choice.kills;
        let name = format!("{kills} kills on {database:?}, seed {seed}");
        lines.push(if choice.acknowledge_early {
            console::step(&format!("{name}, acknowledging early"), || {
                must_find_the_lie(database, kills, seed)
            })?
        } else {
            console::step(&name, || torture(database, kills, false, seed))?
        });
    }
    Ok(lines)
}

/// In the mode that lies, the loop must come to the conclusion that messages were lost.
fn must_find_the_lie(database: Database, kills: usize, seed: u64) -> Result<String> {
    match torture(database, kills, true, seed) {
        Ok(summary) => bail!("the server lied and was not found out: {summary}"),
        Err(failure) => match failure.downcast::<Breach>() {
            Ok(Breach(faults)) => {
                let first = faults.lines().nth(1).unwrap_or_default();
                Ok(format!(
                    "{database:?}: acknowledging early was found out: {first}"
                ))
            }
            Err(failure) => Err(failure),
        },
    }
}

/// A promise that was not kept.
#[derive(Debug)]
pub struct Breach(pub String);

impl std::fmt::Display for Breach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Breach {}

fn torture(database: Database, kills: usize, is_lying: bool, seed: u64) -> Result<String> {
    let folder = tempfile::Builder::new()
        .prefix("aureole-crash-")
        .tempdir()?;
    let truth = Truth::new(database, folder.path())?;
    let installation = Installation {
        address: TcpListener::bind(("127.0.0.1", 0))?.local_addr()?,
        database_url: truth.url(),
        folder: folder.path().to_owned(),
        acknowledges_early: is_lying,
    };
    let result = Run::new(installation, truth).all(kills, &mut Chance::new(seed));
    if result.is_err() && !is_lying {
        let kept = folder.keep();
        eprintln!(
            "database and log of the server are kept in {}",
            kept.display()
        );
    }
    result
}
