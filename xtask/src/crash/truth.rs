//! What the disk has, read by the databases' own command lines: `sqlite3` and `psql`.
//!
//! Invariant: no code of ours stands between the tables and this reader but its two statements.

use super::Database;
use crate::{
    install, postgres,
    program::{output, program},
};
use anyhow::{Context, Result};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// One row of the table `entry`.
#[derive(Clone, Debug, Deserialize)]
pub struct Row {
    pub conversation: String,
    pub seq: u64,
    pub visible: bool,
    pub client_id: Option<String>,
    /// JSON, as it is stored.
    pub body: String,
}

impl Row {
    /// The text of a message.
    pub fn text(&self) -> Option<String> {
        let body: serde_json::Value = serde_json::from_str(&self.body).ok()?;
        Some(body.pointer("/body/message/text")?.as_str()?.to_owned())
    }
}

/// A database under test, as a person would look into it.
pub enum Truth {
    Sqlite { file: PathBuf },
    Postgres(Postgres),
}

/// A database of our own in a `PostgreSQL` that others may use, too.
pub struct Postgres {
    server: postgres::Postgres,
    name: String,
}

impl Postgres {
    fn new() -> Result<Self> {
        let server = postgres::given_or_started()?;
        let name = format!("aureole_crash_{}", std::process::id());
        psql(&server.address, &format!("create database {name}"))?;
        Ok(Self { server, name })
    }

    fn address(&self) -> String {
        let (server, _) = self.server.address.rsplit_once('/').unwrap_or_default();
        format!("{server}/{}", self.name)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let statement = format!("drop database {} with (force)", self.name);
        if let Err(failure) = psql(&self.server.address, &statement) {
            eprintln!("{failure:#}");
        }
    }
}

#[derive(Deserialize)]
struct Head {
    id: String,
    last: u64,
}

#[derive(Deserialize)]
struct Profile {
    id: String,
    key: String,
}

impl Truth {
    /// A new database; one of `SQLite` lies in the folder.
    pub fn new(database: Database, folder: &Path) -> Result<Self> {
        Ok(match database {
            Database::Sqlite => {
                install::sqlite()?;
                Self::Sqlite {
                    file: folder.join("aureole.db"),
                }
            }
            Database::Postgres => Self::Postgres(Postgres::new()?),
        })
    }

    /// What the server is told.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite { file } => format!("sqlite:{}", file.display()),
            Self::Postgres(postgres) => postgres.address(),
        }
    }

    /// Every entry, by conversation and number.
    pub fn entries(&self) -> Result<Vec<Row>> {
        self.rows(
            "'conversation', conversation_id, 'seq', seq, 'visible', is_visible, \
             'client_id', client_id, 'body', body",
            "entry order by conversation_id, seq",
        )
    }

    /// Every conversation with the number that its state says is the last.
    pub fn heads(&self) -> Result<Vec<(String, u64)>> {
        let heads: Vec<Head> = self.rows("'id', id, 'last', last_seq", "conversation")?;
        Ok(heads.into_iter().map(|head| (head.id, head.last)).collect())
    }

    /// Id and key of the chat profile that the first start made.
    pub fn profile(&self) -> Result<(String, String)> {
        let profiles: Vec<Profile> = self.rows("'id', id, 'key', key", "chat_profile")?;
        let first = profiles.into_iter().next().context("no chat profile")?;
        Ok((first.id, first.key))
    }

    fn rows<T: for<'a> Deserialize<'a>>(&self, pairs: &str, from: &str) -> Result<Vec<T>> {
        let lines = match self {
            Self::Sqlite { file } => {
                // SQLite has no booleans: it says 0 and 1.
                let pairs = pairs.replace("is_visible", "json(iif(is_visible, 'true', 'false'))");
                let select = format!("select json_object({pairs}) from {from}");
                output(program("sqlite3").arg("-readonly").arg(file).arg(select))?
            }
            Self::Postgres(postgres) => {
                let select = format!("select json_build_object({pairs}) from {from}");
                psql(&postgres.address(), &select)?
            }
        };
        let lines = String::from_utf8(lines)?;
        let rows = lines
            .lines()
            .map(|line| serde_json::from_str(line).context(line.to_owned()));
        rows.collect()
    }
}

/// Runs one statement; what it answers, one line per row.
fn psql(address: &str, statement: &str) -> Result<Vec<u8>> {
    let psql = install::postgres()?.join("psql");
    output(
        program(&psql.display().to_string())
            .args([
                "--no-psqlrc",
                "--quiet",
                "--tuples-only",
                "--no-align",
                "--dbname",
                address,
            ])
            .args(["--set", "ON_ERROR_STOP=1", "--command", statement]),
    )
}
