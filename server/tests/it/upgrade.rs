//! Databases that earlier releases left are opened, migrated and gone on with.
//!
//! Invariant: a fixture is what that release wrote, and is never brought up to date.

use crate::world::{World, both, text};
use domain::api::{ListConversations, ReadConversation};
use domain::conversation::{Command, Conversation, EntryBody, Filter, Stage};
use domain::id::ConversationId;
use domain::text::DisplayName;
use sqlx::migrate::Migrator;
use sqlx::{Connection, PgConnection, SqliteConnection};
use std::borrow::Cow;

static TODAY: Migrator = sqlx::migrate!("../migrations/common");

/// What the first release knew, and what somebody did with it.
const SPINE_MIGRATION: i64 = 1;
const SPINE: &str = include_str!("fixture/spine.sql");
const ENDED: &str = "cnv_01M7YS5X517YSEHJG24GPMGCSC";
const WAITING: &str = "cnv_01M7YS62SK42X8ZAH2T7TD7FHJ";

/// Puts the first release's database in the place of this one.
async fn leave_spine_at(url: &str) {
    let known = TODAY
        .iter()
        .filter(|m| m.version <= SPINE_MIGRATION)
        .cloned();
    let migrator = Migrator {
        migrations: Cow::Owned(known.collect()),
        ..Migrator::DEFAULT
    };
    if let Some(path) = url.strip_prefix("sqlite:") {
        for end in ["", "-wal", "-shm"] {
            // The log is gone already when the program ended in order.
            let _ = std::fs::remove_file(format!("{path}{end}"));
        }
        let address = format!("sqlite:{path}?mode=rwc");
        let mut connection = SqliteConnection::connect(&address).await.unwrap();
        migrator.run(&mut connection).await.unwrap();
        sqlx::raw_sql(SPINE).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        let empty = "drop schema public cascade; create schema public";
        sqlx::raw_sql(empty).execute(&mut connection).await.unwrap();
        migrator.run(&mut connection).await.unwrap();
        sqlx::raw_sql(SPINE).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
}

both! {
    async fn the_first_release_left_this(world: World) {
        let url = world.server().config.database_url.clone();
        world.end().await;
        leave_spine_at(&url).await;
        world.restart(|_| {}).await;

        let admin = world.admin().await;
        let list = |filter| ListConversations { filter, before: None };
        for (filter, id) in [(Filter::Closed, ENDED), (Filter::Active, WAITING)] {
            let page = admin.ask(list(filter)).await.unwrap();
            let ids: Vec<_> = page.rows.iter().map(|row| row.row.id.as_str()).collect();
            assert_eq!(ids, [id]);
        }
        let ended = ConversationId::parse(ENDED).unwrap();
        let read = admin.ask(ReadConversation { conversation: ended.clone() }).await.unwrap();
        assert!(matches!(read.head.stage, Stage::Closed { .. }));
        let says = |body: &EntryBody| match body {
            EntryBody::Message { text } | EntryBody::Note { text } => Some(text.as_str().to_owned()),
            _ => None,
        };
        let said: Vec<_> = read.entries.iter().filter_map(|entry| says(&entry.body)).collect();
        assert_eq!(said, [
            "Is the Heron teapot still there?",
            "It is. Shall I put it aside?",
            "Yes please \u{2602}",
            "Regular customer, be kind",
        ]);
        // What is stored as the state is still what its entries fold to.
        let state = server::conversations::store::state(&world.server().db, &ended).await.unwrap();
        let mut entries = read.entries.iter();
        let mut fold = Conversation::begin(entries.next().unwrap()).unwrap();
        entries.for_each(|entry| fold.apply(entry));
        assert_eq!(state, Some(fold));

        let profile = admin.profile().await.profile;
        assert_eq!(profile.name, DisplayName::parse("Support").unwrap());
        assert!(profile.origins.is_empty() && profile.old_key.is_none(), "as it was: everywhere");
        let path = format!("/api/profile/{}?key=937ed859b03143886b489dd7", profile.id);
        let launcher = world.get(&path).with("origin", "https://shop.example").answer().await;
        assert!(launcher.status.is_success(), "the snippets that are out there go on");

        let waiting = ConversationId::parse(WAITING).unwrap();
        admin.accepts(&waiting).await;
        admin.does(&waiting, Command::Send { text: text("You can!") }).await.unwrap();
        let new = world.visitor().starts("Hello, new world").await;
        admin.accepts(&new).await;
    }
}
