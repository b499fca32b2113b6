//! The same command twice is done once: at once, all together, or after the server has died.
//!
//! Invariant: a repeat is answered with the entry that exists, and nobody else hears of it.

use crate::world::{Visitor, World, both, client_id, conversation_id, soon, text, until};
use domain::api::Refusal;
use domain::conversation::{Command, EntryBody};
use domain::live::ServerFrame;
use futures::future::join_all;

const MESSAGES: &str = "select count(*) from entry where said = 1";

fn send(words: &str) -> Command {
    Command::Send { text: text(words) }
}

both! {
    async fn a_message_repeated(world: World) {
        let (ann, visitor) = (world.agent("Ann").await, world.visitor());
        let cnv = visitor.starts("Hello").await;
        let (mut a, mut v) = (ann.socket().await, visitor.socket().await);
        let own = client_id();
        v.command(&own, &cnv, send("only once")).await;
        let first = v.entry().await;
        v.command(&own, &cnv, send("only once")).await;
        assert_eq!(v.entry().await, first, "the entry that exists");
        // Even with other words: the name decides.
        v.command(&own, &cnv, send("something else")).await;
        assert_eq!(v.entry().await, first);
        join_all((0..20).map(async |_| visitor.repeats(&own, &cnv, send("only once")).await.unwrap()))
            .await;

        world.restart(|_| ()).await;
        let mut v = visitor.socket().await;
        v.command(&own, &cnv, send("only once")).await;
        assert_eq!(v.entry().await, first, "after a restart, too");
        assert_eq!(world.number(MESSAGES).await, 2);

        // What ann heard before her line was cut: one entry.
        let (frames, _) = a.rest().await;
        let heard = frames.iter().filter(|frame| matches!(frame, ServerFrame::Entry(_)));
        assert_eq!(heard.count(), 1);
    }

    async fn the_first_time_all_at_once(world: World) {
        let (ann, visitor) = (world.agent("Ann").await, world.visitor());
        let cnv = visitor.starts("Hello").await;
        let mut a = ann.socket().await;
        let own = client_id();
        join_all((0..20).map(async |_| visitor.repeats(&own, &cnv, send("only once")).await.unwrap()))
            .await;
        visitor.says(&cnv, "sentinel").await;
        let mut heard = Vec::new();
        while heard.last() != Some(&"sentinel".to_owned()) {
            if let EntryBody::Message { text } = a.entry().await.body {
                heard.push(text.to_string());
            }
        }
        assert_eq!(heard, ["only once", "sentinel"], "told once");
        assert_eq!(world.number(MESSAGES).await, 3);
    }

    async fn a_start_repeated(world: World) {
        let (ann, visitor) = (world.agent("Ann").await, world.visitor());
        let mut a = ann.socket().await;
        let (own, cnv) = (client_id(), conversation_id());
        let start = || Visitor::start("Hello");
        join_all((0..20).map(async |_| visitor.repeats(&own, &cnv, start()).await.unwrap())).await;
        visitor.repeats(&own, &cnv, start()).await.unwrap();
        visitor.says(&cnv, "sentinel").await;
        for body in ["started", "Hello", "sentinel"] {
            let entry = a.entry().await;
            match entry.body {
                EntryBody::Started { .. } => assert_eq!(body, "started"),
                EntryBody::Message { text } => assert_eq!(body, text.as_str()),
                other => panic!("{other:?}"),
            }
        }
        world.restart(|_| ()).await;
        visitor.repeats(&own, &cnv, start()).await.unwrap();
        assert_eq!(world.number("select count(*) from visitor").await, 1);
        assert_eq!(world.number("select count(*) from conversation").await, 1);
        assert_eq!(world.number(MESSAGES).await, 2);
        // Another command under the conversation's name is no repeat.
        let other = visitor.does(&cnv, start()).await;
        assert_eq!(other, Err(Refusal::Forbidden));
    }

    async fn a_name_belongs_to_its_sender(world: World) {
        let (ann, visitor) = (world.agent("Ann").await, world.visitor());
        let cnv = visitor.starts("Hello").await;
        ann.accepts(&cnv).await;
        let own = client_id();
        visitor.repeats(&own, &cnv, send("from the visitor")).await.unwrap();
        let mut a = ann.socket().await;
        a.command(&own, &cnv, send("from ann")).await;
        assert_eq!(a.entry().await.body, EntryBody::Message { text: text("from ann") });
        // Who is not of this conversation learns nothing from a repeat either.
        let stranger = world.visitor().repeats(&own, &cnv, send("from the visitor")).await;
        assert_eq!(stranger, Err(Refusal::NotFound));
        let missing = world.visitor().repeats(&own, &conversation_id(), send("x")).await;
        assert_eq!(missing, Err(Refusal::NotFound));
    }

    /// A hundred commands that wait are few commits, not a hundred: entries of one group carry
    /// one time, and this clock runs.
    async fn what_waits_together_is_committed_together(world: World) {
        let visitors: Vec<_> = (0..100).map(|_| world.visitor()).collect();
        let held = world.server().db.begin().await.unwrap();
        let all = join_all(visitors.iter().map(|visitor| visitor.starts("Hello")));
        let ticking = async {
            // SQLite's writer waits for us; PostgreSQL's does not, so it may need some groups.
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            held.commit().await.unwrap();
            until("all to be there", async || {
                world.advance(domain::time::Span::from_ms(1));
                world.number("select count(*) from visitor").await == 100
            })
            .await;
        };
        soon("all starts", async { tokio::join!(all, ticking) }).await;
        let moments = world.number("select count(distinct at) from entry").await;
        assert!(moments <= 20, "{moments} commits for a hundred commands");
    }
}
