//! Too long, too large, too fast, too many, or simply wrong: each is refused with a reason, and
//! nobody else notices.
//!
//! Invariant: after every refusal the one next door goes on as before.

use crate::world::{
    Agent, Heard, Upgrade, Visitor, World, both, client_id, conversation_id, soon, text, until,
};
use axum::http::StatusCode;
use domain::api::{Field, PollAsVisitor, Refusal};
use domain::conversation::Command;
use domain::id::Seq;
use domain::limit;
use domain::live::{ClientFrame, Cursor, ForVisitor, Hello, ServerFrame};
use domain::text::Reason;
use domain::time::Span;
use futures::future::join_all;
use serde_json::{Value, json};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;

/// A command as text, with words that no type of ours would let through.
fn raw_send(
    own: &domain::id::ClientId,
    conversation: &domain::id::ConversationId,
    words: &str,
) -> String {
    let command = json!({ "send": { "text": words } });
    json!({ "command": { "client_id": own, "conversation": conversation, "command": command } })
        .to_string()
}

both! {
    async fn words_up_to_the_limit_and_no_further(world: World) {
        let ann = world.agent("Ann").await;
        let visitor = world.visitor();
        let cnv = visitor.starts("Hello").await;
        let (mut a, mut v) = (ann.socket().await, visitor.socket().await);
        let full = "🙂".repeat(limit::MESSAGE_CHARS_MAX);
        visitor.says(&cnv, &full).await;
        assert_eq!(serde_json::to_value(a.entry().await).unwrap()["body"]["message"]["text"], full);
        v.entry().await;
        let max = limit::MESSAGE_CHARS_MAX;
        for (words, reason) in [
            (format!("{full}🙂"), Reason::TooLong { max }),
            ("a\0b".to_owned(), Reason::Forbidden),
            (" \n\t ".to_owned(), Reason::Empty),
        ] {
            let own = client_id();
            v.send_raw(Message::text(raw_send(&own, &cnv, &words))).await;
            let want = Refusal::Invalid { field: Field::Text, reason };
            assert_eq!(v.refused().await, (Some(own), want));
        }
        // The line is as good as before, and the next message has the next number.
        visitor.says(&cnv, "still here").await;
        assert_eq!(v.entry().await.seq, Seq::new(4));
        assert_eq!(a.entry().await.seq, Seq::new(4));
    }

    async fn frames_that_are_none(world: World) {
        let (ann, visitor) = (world.agent("Ann").await, world.visitor());
        let cnv = visitor.starts("Hello").await;
        let mut a = ann.socket().await;
        let mut v = visitor.socket().await;
        let hello = serde_json::to_string(&ClientFrame::Hello(visitor.hello())).unwrap();
        for bad in ["", "{", "null", "[]", "\"ping", "{\"no_such_frame\":{}}", "\0", &hello,
            &"[".repeat(10_000), "{\"command\":{\"client_id\":\"x\"}}"]
        {
            v.send_raw(Message::text(bad.to_owned())).await;
            assert_eq!(v.refused().await, (None, Refusal::Malformed), "{bad:.40}");
        }
        // Almost a frame: the sender hears which one it was.
        let own = client_id();
        let almost = raw_send(&own, &cnv, "hello").replace("send", "shout");
        v.send_raw(Message::text(almost)).await;
        assert_eq!(v.refused().await, (Some(own), Refusal::Malformed));
        v.send_raw(Message::text("x".repeat(limit::FRAME_BYTES_MAX + 1))).await;
        assert_eq!(v.refused().await, (None, Refusal::TooLarge));
        assert!(v.is_alive().await, "none of this ends the line");

        // What no browser of ours would send does.
        v.send_raw(Message::binary(vec![0, 159, 146, 150])).await;
        assert_eq!(v.rest().await.1, Some(1008));
        let mut v = visitor.socket().await;
        v.send_raw(Message::text("x".repeat(limit::FRAME_BYTES_MAX * 2 + 1))).await;
        assert!(matches!(v.rest().await, (frames, _) if frames.is_empty()));
        visitor.says(&cnv, "and again").await;
        assert_eq!(a.entry().await.seq, Seq::new(3), "nobody else has noticed");
    }

    async fn a_hello_comes_first_and_is_right(world: World) {
        let visitor = world.visitor();
        let good = visitor.hello();
        let mut refused = Vec::new();
        let claim = |change: &dyn Fn(&mut domain::live::VisitorHello)| {
            let mut hello = good.clone();
            change(hello.visitor.as_mut().unwrap());
            serde_json::to_value(ClientFrame::Hello(hello)).unwrap()
        };
        refused.push((claim(&|hello| hello.key.push('x')), Refusal::WrongKey));
        refused.push((claim(&|hello| hello.key.clear()), Refusal::WrongKey));
        let other = domain::id::ProfileId::from_value(9);
        refused.push((claim(&|hello| hello.profile = other.clone()), Refusal::WrongKey));
        let nobody = Hello { visitor: None, ..good.clone() };
        let nobody = serde_json::to_value(ClientFrame::Hello(nobody)).unwrap();
        refused.push((nobody, Refusal::Unauthorized));
        let mut short = claim(&|_| ());
        short["hello"]["visitor"]["token"] = json!("abc");
        refused.push((short, Refusal::Malformed));
        refused.push((json!("ping"), Refusal::Malformed));
        refused.push((json!({ "open": { "conversation": conversation_id() } }), Refusal::Malformed));
        for (frame, want) in refused {
            let mut v = visitor.line().await;
            v.send_raw(Message::text(frame.to_string())).await;
            assert_eq!(v.refused().await.1, want, "{frame}");
            assert_eq!(v.rest().await.1, Some(1008));
            // The same over a poll.
            let body = json!({ "frames": [frame] }).to_string();
            let answer = world.post("/api/call/poll_as_visitor", body).answer().await;
            assert_eq!(answer.refusal(), want);
        }
        for hello in [
            Hello { version: 0, ..good.clone() },
            Hello { version: 99, visitor: None, ..good.clone() },
        ] {
            let mut v = visitor.line().await;
            v.hello(&hello).await;
            assert_eq!(v.frame().await, ServerFrame::Outdated);
            assert_eq!(v.rest().await.1, Some(1008));
            assert_eq!(visitor.poll(hello, Vec::new()).await, Ok(vec![ServerFrame::Outdated]));
        }
        let mut v = visitor.line().await;
        v.hello(&good).await;
        v.welcome().await;
    }

    /// Takes as long as the limits say, both at once: a silent window, and one that is told.
    async fn silence_before_the_hello_ends_and_after_it_is_filled(world: World) {
        let (ann, visitor) = (world.agent("Ann").await, world.visitor());
        let foreign = world.visitor().starts("Hello").await;
        let cnv = visitor.starts("Hello").await;
        ann.notes(&cnv, "internal").await;
        let (mut silent, mut agents) = (visitor.line().await, ann.line().await);
        let mut v = visitor.socket().await;
        v.command(&client_id(), &foreign, Command::Close).await;
        assert_eq!(v.refused().await.1, Refusal::NotFound);
        let beat = v.until("a heartbeat", |frame| match frame {
            ServerFrame::Beat { heads, .. } => Some(heads),
            _ => None,
        });
        let (heads, one, two) = tokio::join!(beat, silent.rest(), agents.rest());
        let own = Cursor { conversation: cnv, after: Seq::new(2) };
        assert_eq!(heads, [own], "the last number it may see, and nothing of others");
        let refused = ServerFrame::Refused { client_id: None, refusal: Refusal::Malformed };
        assert_eq!((one.0, one.1), (vec![refused], Some(1008)));
        assert_eq!(two.1, Some(1008));
    }

    async fn requests_too_large(world: World) {
        let ann = world.agent("Ann").await;
        let body = format!("{{\"x\":\"{}\"}}", "x".repeat(limit::BODY_BYTES_MAX));
        for door in ["me", "sign_in", "poll_as_visitor"] {
            let asked = world.post(&format!("/api/call/{door}"), body.clone());
            let answer = asked.with("cookie", &ann.cookie).answer().await;
            assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
            assert_eq!(answer.refusal(), Refusal::TooLarge);
        }
        for (bytes, want) in [
            (limit::HEADER_BYTES_MAX - 1000, StatusCode::OK),
            (limit::HEADER_BYTES_MAX, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
        ] {
            let asked = world.post("/api/call/me", "{}").with("cookie", &ann.cookie);
            let answer = asked.with("x-large", &"x".repeat(bytes)).answer().await;
            assert_eq!(answer.status, want);
        }
        let visitor = world.visitor();
        let cursor = |_| Cursor { conversation: conversation_id(), after: Seq::NONE };
        for (n, is_refused) in [(limit::CURSORS_MAX, false), (limit::CURSORS_MAX + 1, true)] {
            let hello = Hello { cursors: (0..n).map(cursor).collect(), ..visitor.hello() };
            let polled = visitor.poll(hello.clone(), Vec::new()).await;
            assert_eq!(polled.err(), is_refused.then_some(Refusal::TooLarge));
            let mut v = visitor.line().await;
            v.hello(&hello).await;
            let first = v.frame().await;
            assert_eq!(matches!(first, ServerFrame::Welcome(_)), !is_refused, "{first:?}");
        }
        let frames = vec![ClientFrame::Ping; limit::FRAMES_PER_POLL_MAX];
        let polled = visitor.poll(visitor.hello(), frames.clone()).await;
        assert_eq!(polled, Err(Refusal::TooLarge));
        let polled = visitor.poll(visitor.hello(), frames[1..].to_vec()).await;
        assert!(polled.is_ok());
        assert_eq!(world.ask(None, PollAsVisitor { frames: Vec::new() }).await, Err(Refusal::Malformed));
    }

    async fn windows_and_conversations_of_one_visitor(world: World) {
        let visitor = world.visitor();
        let open = (0..limit::CONNECTIONS_PER_VISITOR_MAX).map(async |_| visitor.socket().await);
        let mut open = join_all(open).await;
        let mut v = visitor.line().await;
        v.hello(&visitor.hello()).await;
        assert!(matches!(v.refused().await.1, Refusal::TooMany { .. }));
        assert_eq!(v.rest().await.1, Some(1008));
        world.visitor().socket().await;
        open.pop();
        until("a place to be free", async || {
            let mut v = visitor.line().await;
            v.hello(&visitor.hello()).await;
            matches!(v.frame().await, ServerFrame::Welcome(_))
        })
        .await;

        let mut started = Vec::new();
        for _ in 0..limit::OPEN_CONVERSATIONS_PER_VISITOR_MAX {
            started.push(visitor.starts("Hello").await);
        }
        let one_more = || visitor.does(&started[0], Visitor::start("Hello"));
        let next = conversation_id();
        let refused = visitor.does(&next, Visitor::start("Hello")).await;
        assert!(matches!(refused, Err(Refusal::TooMany { .. })));
        assert_eq!(one_more().await, Err(Refusal::Forbidden), "an old one is no new one");
        visitor.does(&started[0], Command::Close).await.unwrap();
        visitor.does(&next, Visitor::start("Hello")).await.unwrap();
    }

    async fn starts_at_once_do_not_slip_past_the_limit(world: World) {
        let visitor = world.visitor();
        let starts = (0..limit::OPEN_CONVERSATIONS_PER_VISITOR_MAX * 2).map(async |_| {
            visitor.does(&conversation_id(), Visitor::start("Hello")).await
        });
        let (begun, refused): (Vec<_>, Vec<_>) =
            join_all(starts).await.into_iter().partition(Result::is_ok);
        assert_eq!(begun.len(), limit::OPEN_CONVERSATIONS_PER_VISITOR_MAX);
        assert!(refused.iter().all(|answer| matches!(answer, Err(Refusal::TooMany { .. }))));
    }

    async fn frames_faster_than_the_rate_come_later(world: World) {
        world.restart(|config| config.rates.frames_per_second = 1).await;
        let (visitor, other) = (world.visitor(), world.visitor());
        let cnv = visitor.starts("Hello").await;
        let mut v = visitor.socket().await;
        for n in 0..10 {
            v.command(&client_id(), &cnv, Command::Send { text: text(&format!("{n}")) }).await;
        }
        let late = client_id();
        let command = Command::Send { text: text("too fast") };
        v.command(&late, &cnv, command.clone()).await;
        let refused = v.until("its refusal", |frame| match frame {
            // It is named, so that it is not lost.
            ServerFrame::Refused { client_id, refusal } if client_id.as_ref() == Some(&late) => {
                Some(refusal)
            }
            _ => None,
        });
        let refusal = refused.await;
        let Refusal::TooMany { retry_after_ms } = refusal else { panic!("{refusal}") };
        assert!((1..=1001).contains(&retry_after_ms), "{retry_after_ms}");
        assert!(other.socket().await.is_alive().await, "others have their own measure");

        world.advance(Span::from_ms(retry_after_ms));
        v.command(&late, &cnv, command).await;
        let done = v.until("the same command", |frame| match frame {
            ServerFrame::Entry(entry) => (entry.client_id.as_ref() == Some(&late)).then_some(entry),
            _ => None,
        });
        soon("the entry", done).await;
    }

    async fn starts_and_requests_of_one_address(world: World) {
        world.restart(|config| {
            config.rates.starts_per_address_per_minute = 2;
            config.rates.requests_per_address_per_second = 2;
        }).await;
        let start = |own: &domain::id::ClientId, cnv: &domain::id::ConversationId, visitor: &Visitor| {
            let command = json!({ "client_id": own, "conversation": cnv,
                "command": { "start": { "page": { "url": "", "title": "" }, "text": "Hello" } } });
            let hello = serde_json::to_value(ClientFrame::Hello(visitor.hello())).unwrap();
            let frames: Value = json!({ "frames": [hello, { "command": command }] });
            world.post("/api/call/poll_as_visitor", frames.to_string())
        };
        let visitor = world.visitor();
        let (own, cnv) = (client_id(), conversation_id());
        for _ in 0..3 {
            // A repeat does not count.
            let body = start(&own, &cnv, &visitor).from("192.0.2.1").answer().await.body;
            assert!(!body.contains("too_many"), "{body}");
        }
        let other = world.visitor();
        let body = start(&client_id(), &conversation_id(), &other).from("192.0.2.1").answer().await.body;
        assert!(!body.contains("too_many"), "{body}");
        let body = start(&client_id(), &conversation_id(), &other).from("192.0.2.1").answer().await.body;
        assert!(body.contains("too_many"), "{body}");
        let body = start(&client_id(), &conversation_id(), &other).from("192.0.2.2").answer().await.body;
        assert!(!body.contains("too_many"), "{body}");

        let profile = world.profile();
        let path = format!("/api/profile/{}?key={}", profile.id, profile.key);
        for n in 0..21 {
            let answer = world.get(&path).from("192.0.2.3").answer().await;
            let want = if n < 20 { StatusCode::OK } else { StatusCode::TOO_MANY_REQUESTS };
            assert_eq!(answer.status, want, "request {n}");
        }
        assert_eq!(world.get(&path).from("192.0.2.4").answer().await.status, StatusCode::OK);
    }

    /// Two windows stop reading in the middle of a flood; a third one reads on.
    async fn who_does_not_read_is_cut_and_resumes_whole(world: World) {
        let ann = world.agent("Ann").await;
        let visitor = world.visitor();
        let cnv = visitor.starts("Hello").await;
        ann.accepts(&cnv).await;
        let origin = world.url();
        let line = async |path: &'static str, cookie: Option<&str>| {
            let origin = Some(origin.as_str());
            let upgrade = Upgrade { path, cookie, origin, receive_buffer: Some(4096), language: None };
            world.upgrade::<ForVisitor>(upgrade).await.unwrap()
        };
        let mut deaf = line("/api/live/visitor", None).await;
        deaf.hello(&visitor.hello()).await;
        let mut deaf_agent = line("/api/live/agent", Some(&ann.cookie)).await;
        deaf_agent.hello(&Agent::hello()).await;
        let mut v = visitor.socket().await;
        let hub = world.server();
        until("all windows", async || hub.hub.count() == (2, 1)).await;
        let lines = hub.tasks.len();

        // Both kernels' buffers, and then the queue.
        let words = text(&"🙂".repeat(limit::MESSAGE_CHARS_MAX));
        let mut sent = 0;
        let began = tokio::time::Instant::now();
        while hub.hub.count().0 == 2 {
            for _ in 0..16 {
                let command = Command::Send { text: words.clone() };
                v.command(&client_id(), &cnv, command).await;
            }
            for _ in 0..16 {
                sent += 1;
                let entry = v.entry().await;
                assert_eq!(entry.seq, Seq::new(sent + 3), "the one who reads misses nothing");
            }
            assert!(sent < 4000, "never cut");
        }
        assert!(began.elapsed() < Duration::from_secs(25));
        // It never reads, and yet it ends: the server lets go of the line.
        until("the line to end", async || hub.tasks.len() < lines).await;
        let mut last = None;
        loop {
            match deaf.heard().await {
                Heard::Frame(ServerFrame::Entry(entry)) => last = Some(entry.seq),
                Heard::Frame(_) => {}
                Heard::Closed(_) => break,
            }
        }
        let last = last.unwrap();
        assert!(last < Seq::new(sent + 3));

        let mut again = visitor.line().await;
        let epoch = Some(world.server().epoch.clone());
        let cursors = vec![Cursor { conversation: cnv.clone(), after: last }];
        again.hello(&Hello { epoch, cursors, ..visitor.hello() }).await;
        let through = again.until("what it missed", |frame| match frame {
            ServerFrame::Entries { through, .. } => Some(through),
            ServerFrame::Resync(snapshot) => Some(snapshot.last),
            _ => None,
        });
        assert_eq!(through.await, Seq::new(sent + 3));
        drop(deaf_agent);
    }
}
