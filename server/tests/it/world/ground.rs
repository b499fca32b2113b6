//! The databases under the tests: a file in a folder of its own, or a copy of a migrated
//! template on the `PostgreSQL` that `AUREOLE_TEST_POSTGRES` names.
//!
//! Invariant: two tests never share a database.

use domain::id::VisitorToken;
use server::clock::entropy;
use sqlx::{AssertSqlSafe, Connection, PgConnection, query, query_scalar};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// A database for one test.
pub(crate) enum Ground {
    Sqlite(TempDir),
    Postgres {
        server: String,
        name: String,
    },
    /// A folder of the test's own.
    Folder(PathBuf),
}

/// Any number, as long as it is always the same: who makes the template holds this lock.
const TEMPLATE_LOCK: i64 = 7_241_907;

impl Ground {
    /// A fresh one; `None` where there is no `PostgreSQL` and nobody insists.
    pub(crate) async fn new(kind: Kind) -> Option<Self> {
        if kind == Kind::Sqlite {
            return Some(Self::Sqlite(tempfile::tempdir().unwrap()));
        }
        let Ok(server) = std::env::var("AUREOLE_TEST_POSTGRES") else {
            let is_ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
            assert!(!is_ci, "AUREOLE_TEST_POSTGRES is not set");
            eprintln!("skipped: AUREOLE_TEST_POSTGRES is not set");
            return None;
        };
        let template = template(&server).await;
        let unique = VisitorToken::new(entropy().unwrap());
        let name = format!("aureole_it_{}", &unique.secret()[..16]);
        let create = format!("create database {name} template {template}");
        execute(&server, create).await;
        Some(Self::Postgres { server, name })
    }

    /// What `DATABASE_URL` would say.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("a.db").display()),
            Self::Folder(folder) => format!("sqlite:{}", folder.join("a.db").display()),
            Self::Postgres { server, name } => address_of(server, name),
        }
    }

    /// Removes it. A folder goes by itself.
    pub(crate) async fn remove(&self) {
        if let Self::Postgres { server, name } = self {
            execute(
                server,
                format!("drop database if exists {name} with (force)"),
            )
            .await;
        }
    }
}

/// The same server, another database.
fn address_of(server: &str, name: &str) -> String {
    let (address, settings) = server.split_once('?').unwrap_or((server, ""));
    let (scheme, rest) = address.split_once("://").unwrap();
    let host = rest.split('/').next().unwrap_or(rest);
    let join = if settings.is_empty() { "" } else { "?" };
    format!("{scheme}://{host}/{name}{join}{settings}")
}

async fn execute(server: &str, statement: String) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    query(AssertSqlSafe(statement))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

/// The name of a database with today's schema, made by whoever comes first.
async fn template(server: &str) -> String {
    let name = format!("aureole_it_template_{:016x}", digest());
    let mut connection = PgConnection::connect(server).await.unwrap();
    query("select pg_advisory_lock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut connection)
        .await
        .unwrap();
    let known: i64 = query_scalar("select count(*) from pg_database where datname = $1")
        .bind(&name)
        .fetch_one(&mut connection)
        .await
        .unwrap();
    if known == 0 {
        execute(server, format!("drop database if exists {name}_new")).await;
        execute(server, format!("create database {name}_new")).await;
        let url = address_of(server, &format!("{name}_new"));
        let (db, _) = server::db::open(&url).await.unwrap();
        db.close().await;
        let rename = format!("alter database {name}_new rename to {name}");
        execute(server, rename).await;
    }
    connection.close().await.unwrap();
    name
}

/// Another schema is another template: a `PostgreSQL` that is kept between runs stays right.
fn digest() -> u64 {
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let mut hasher = DefaultHasher::new();
    for folder in ["common", "postgres"] {
        let files = std::fs::read_dir(migrations.join(folder))
            .into_iter()
            .flatten();
        let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            std::fs::read(path).unwrap().hash(&mut hasher);
        }
    }
    hasher.finish()
}
