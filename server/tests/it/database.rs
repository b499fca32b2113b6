//! Both databases: what is asked of them, what they promise, and what keeps them shut.
//!
//! Invariant: each reason not to open is one sentence for the operator.

use crate::world::{Ground, Kind, World, both, config, runtime};
use server::clock::Clock;
use server::db::{Db, all_statements, open};
use sqlx::{AssertSqlSafe, Executor, Row, SqlSafeStr};
use std::collections::BTreeSet;

/// Table, column, whether it may be null, and a type that both have a word for.
type Columns = BTreeSet<(String, String, bool, String)>;

fn plain(kind: &str) -> String {
    match kind.to_lowercase().as_str() {
        "bool" => "boolean".to_owned(),
        other => other.to_owned(),
    }
}

async fn columns(db: &Db) -> Columns {
    match db {
        Db::Sqlite { read, .. } => {
            let query = "select m.name, c.name, c.\"notnull\" = 0 and c.pk = 0, c.type
                from sqlite_schema m join pragma_table_info(m.name) c
                where m.type = 'table' and m.name not like '\\_sqlx%' escape '\\'
                and m.name not like 'sqlite%'";
            let rows = sqlx::query(query).fetch_all(read).await.unwrap();
            let columns = rows
                .iter()
                .map(|row| (row.get(0), row.get(1), row.get(2), plain(row.get(3))));
            columns.collect()
        }
        Db::Postgres(pool) => {
            let query = "select table_name::text, column_name::text, is_nullable = 'YES',
                data_type::text from information_schema.columns
                where table_schema = 'public' and table_name not like '\\_sqlx%'";
            let rows = sqlx::query(query).fetch_all(pool).await.unwrap();
            let columns = rows
                .iter()
                .map(|row| (row.get(0), row.get(1), row.get(2), plain(row.get(3))));
            columns.collect()
        }
    }
}

/// Indexes and unique constraints by name; `SQLite` has no names for its own ones.
async fn indexes(db: &Db) -> BTreeSet<String> {
    let names: Vec<String> = match db {
        Db::Sqlite { read, .. } => {
            let query = "select name from sqlite_schema where type = 'index' and sql is not null";
            sqlx::query_scalar(query).fetch_all(read).await.unwrap()
        }
        Db::Postgres(pool) => {
            let query = "select i.relname::text from pg_class i join pg_index x
                on x.indexrelid = i.oid join pg_namespace n on n.oid = i.relnamespace
                where n.nspname = 'public'
                    and not exists (select 1 from pg_constraint c where c.conindid = i.oid)";
            sqlx::query_scalar(query).fetch_all(pool).await.unwrap()
        }
    };
    names.into_iter().collect()
}

/// What `open` says instead of opening.
async fn refusal(url: &str) -> String {
    let Err(error) = open(url).await else {
        panic!("{url} was opened")
    };
    error.to_string()
}

fn is_one_sentence(text: &str) -> bool {
    !text.contains('\n') && text.ends_with('.') && text.len() < 300
}

both! {
    async fn every_statement_is_understood(world: World) {
        let statements = all_statements();
        assert!(statements.len() > 40, "{}", statements.len());
        for (name, statement) in statements {
            let prepared = match &world.server().db {
                Db::Sqlite { write, .. } => {
                    write.prepare(statement.into_sql_str()).await.map(drop)
                }
                Db::Postgres(pool) => pool.prepare(statement.into_sql_str()).await.map(drop),
            };
            assert!(prepared.is_ok(), "{name}: {prepared:?}\n{statement}");
        }
    }

    async fn a_commit_that_has_returned_is_on_the_disk(world: World) {
        let setting = async |name: &str| -> String {
            match &world.server().db {
                Db::Sqlite { write, .. } => {
                    let pragma = AssertSqlSafe(format!("select * from pragma_{name}"));
                    let row = sqlx::query(pragma).fetch_one(write).await.unwrap();
                    row.try_get::<String, _>(0)
                        .unwrap_or_else(|_| row.get::<i64, _>(0).to_string())
                }
                Db::Postgres(pool) => {
                    let show = AssertSqlSafe(format!("show {name}"));
                    sqlx::query_scalar(show).fetch_one(pool).await.unwrap()
                }
            }
        };
        if world.server().db.kind() == "sqlite" {
            assert_eq!(setting("synchronous").await, "2", "FULL");
            assert_eq!(setting("journal_mode").await, "wal");
            assert_eq!(setting("foreign_keys").await, "1");
        } else {
            assert_eq!(setting("fsync").await, "on");
            assert_eq!(setting("synchronous_commit").await, "on");
        }
    }

    async fn a_database_of_a_newer_program_stays_shut(world: World) {
        let url = world.server().config.database_url.clone();
        let future = "insert into _sqlx_migrations
            (version, description, installed_on, success, checksum, execution_time)
            select version + 9000, description, installed_on, success, checksum, execution_time
            from _sqlx_migrations where version = 1";
        match &world.server().db {
            Db::Sqlite { write, .. } => write.execute(future).await.map(drop).unwrap(),
            Db::Postgres(pool) => pool.execute(future).await.map(drop).unwrap(),
        }
        if world.server().db.kind() == "sqlite" {
            let said = refusal(&url).await;
            assert!(said.starts_with("Another aureole is using") && is_one_sentence(&said), "{said}");
        }
        world.end().await;
        let said = refusal(&url).await;
        assert!(said.starts_with("The database is newer") && said.contains("9001"), "{said}");
        // Nothing was changed by looking.
        let said_again = refusal(&url).await;
        assert_eq!(said, said_again);
    }

    async fn opening_twice_changes_nothing(world: World) {
        let first = (columns(&world.server().db).await, world.server().epoch.clone());
        world.restart(|_| ()).await;
        assert_eq!(first, (columns(&world.server().db).await, world.server().epoch.clone()));
        assert_eq!(world.number("select count(*) from agent").await, 1);
    }
}

#[test]
fn both_have_the_same_schema() {
    runtime().block_on(async {
        let sqlite = Ground::new(Kind::Sqlite).await.unwrap();
        let Some(postgres) = Ground::new(Kind::Postgres).await else {
            return;
        };
        let (one, _lock) = open(&sqlite.url()).await.unwrap();
        let (two, _) = open(&postgres.url()).await.unwrap();
        let (left, right) = (columns(&one).await, columns(&two).await);
        let difference: Vec<_> = left.symmetric_difference(&right).collect();
        assert!(difference.is_empty(), "{difference:#?}");
        assert!(left.len() > 50, "{}", left.len());
        assert_eq!(indexes(&one).await, indexes(&two).await);
        one.close().await;
        two.close().await;
        postgres.remove().await;
    });
}

#[test]
fn what_cannot_be_opened_is_said_in_one_sentence() {
    runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "not a folder").unwrap();
        let below = format!("sqlite:{}", file.join("aureole.db").display());
        for (url, begin) in [
            (
                "mysql://localhost/aureole",
                "DATABASE_URL must begin with sqlite: or postgres:",
            ),
            ("", "DATABASE_URL must begin with"),
            (below.as_str(), "Cannot write to "),
            ("sqlite:/proc/nothing/aureole.db", "Cannot write to "),
        ] {
            let said = refusal(url).await;
            assert!(
                said.starts_with(begin) && is_one_sentence(&said),
                "{url}: {said}"
            );
        }
        // A file that is no database, and a PostgreSQL that is not there.
        let garbage = folder.path().join("garbage.db");
        std::fs::write(&garbage, "x".repeat(8192)).unwrap();
        let said = refusal(&format!("sqlite:{}", garbage.display())).await;
        assert!(!said.contains('\n'), "{said}");
        let said = refusal("postgres://nobody:secret@127.0.0.1:1/aureole").await;
        assert!(
            said.contains("PostgreSQL") && !said.contains("secret"),
            "{said}"
        );
    });
}

#[test]
fn a_second_process_is_kept_off_the_file() {
    runtime().block_on(async {
        let ground = Ground::new(Kind::Sqlite).await.unwrap();
        let first = open(&ground.url()).await.unwrap();
        let second = server::start::start(
            config(&ground.url()),
            Clock::System,
            "http://127.0.0.1:1".to_owned(),
        );
        let said = second.await.map(drop).unwrap_err().to_string();
        assert!(
            said.starts_with("Another aureole is using") && is_one_sentence(&said),
            "{said}"
        );
        first.0.close().await;
        drop(first);
        let (db, _lock) = open(&ground.url()).await.unwrap();
        db.close().await;
    });
}
