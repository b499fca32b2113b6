//! Coming back: what a window missed comes by number, whichever way it asks.
//!
//! Invariant: a window that has everything up to n and asks for what comes after misses nothing.

use crate::world::{Agent, Visitor, World, both, client_id, conversation_id, text};
use domain::api::Refusal;
use domain::conversation::{Command, Line};
use domain::id::{ConversationId, Seq};
use domain::limit;
use domain::live::{ClientFrame, Cursor, Hello, ServerFrame, View, VisitorFrame};

fn cursor(conversation: &ConversationId, after: u32) -> Cursor {
    Cursor {
        conversation: conversation.clone(),
        after: Seq::new(after),
    }
}

fn with(hello: Hello, world: &World, cursors: Vec<Cursor>) -> Hello {
    Hello {
        epoch: Some(world.server().epoch.clone()),
        cursors,
        ..hello
    }
}

/// Numbers of the entries in the first frame that holds some, and up to where it is complete.
fn entries<V: View>(frames: &[ServerFrame<V>]) -> Option<(Vec<u32>, Seq)> {
    frames.iter().find_map(|frame| match frame {
        ServerFrame::Entries {
            entries, through, ..
        } => Some((
            entries.iter().map(|entry| entry.seq().get()).collect(),
            *through,
        )),
        _ => None,
    })
}

fn resync<V: View>(frames: &[ServerFrame<V>]) -> Option<(Seq, usize, bool)> {
    frames.iter().find_map(|frame| match frame {
        ServerFrame::Resync(snapshot) => {
            Some((snapshot.last, snapshot.entries.len(), snapshot.has_earlier))
        }
        _ => None,
    })
}

/// Writes `n` messages through one window.
async fn writes(visitor: &Visitor, conversation: &ConversationId, n: usize) {
    let mut socket = visitor.socket().await;
    for i in 0..n {
        let words = text(&format!("message {i}"));
        let command = Command::Send { text: words };
        socket.command(&client_id(), conversation, command).await;
    }
    for _ in 0..n {
        socket.entry().await;
    }
}

both! {
    async fn after_a_cut_both_sides_get_what_they_missed(world: World) {
        let (ann, visitor) = (world.agent("Ann").await, world.visitor());
        let cnv = visitor.starts("Hello").await;
        ann.accepts(&cnv).await;
        let (a, v) = (ann.socket().await, visitor.socket().await);
        drop((a, v));
        ann.says(&cnv, "one").await;
        ann.notes(&cnv, "two").await;
        visitor.says(&cnv, "three").await;

        let mut v = visitor.line().await;
        v.hello(&with(visitor.hello(), &world, vec![cursor(&cnv, 3)])).await;
        let welcome = v.welcome().await;
        assert_eq!(welcome.conversation, None, "the cursor covers it");
        let got = entries(&[v.frame().await]);
        assert_eq!(got, Some((vec![4, 6], Seq::new(6))));

        let mut a = ann.line().await;
        a.hello(&with(Agent::hello(), &world, vec![cursor(&cnv, 3)])).await;
        assert_eq!(a.welcome().await.list.rows.len(), 1);
        let got = entries(&[a.frame().await]);
        assert_eq!(got, Some((vec![4, 5, 6], Seq::new(6))));
        // And on it goes, without a gap.
        ann.says(&cnv, "four").await;
        let entry = v.entry().await;
        assert_eq!((entry.prev, entry.seq), (Seq::new(6), Seq::new(7)));
        assert_eq!(a.entry().await.seq, Seq::new(7));
    }

    async fn up_to_the_limit_by_entries_and_beyond_it_by_resync(world: World) {
        let visitor = world.visitor();
        let cnv = visitor.starts("Hello").await;
        writes(&visitor, &cnv, limit::RESUME_ENTRIES_MAX).await;
        let last = u32::try_from(limit::RESUME_ENTRIES_MAX).unwrap() + 2;
        let ask = async |hello: Hello| visitor.poll(hello, Vec::new()).await.unwrap();

        let frames = ask(with(visitor.hello(), &world, vec![cursor(&cnv, 2)])).await;
        let (numbers, through) = entries(&frames).unwrap();
        assert_eq!(numbers, (3..=last).collect::<Vec<_>>());
        assert_eq!(through, Seq::new(last));

        let frames = ask(with(visitor.hello(), &world, vec![cursor(&cnv, 1)])).await;
        assert_eq!(entries(&frames), None);
        let page = limit::ENTRIES_PER_PAGE;
        assert_eq!(resync(&frames), Some((Seq::new(last), page, true)));
    }

    async fn another_epoch_or_a_cursor_from_the_future_starts_over(world: World) {
        let (ann, visitor) = (world.agent("Ann").await, world.visitor());
        let cnv = visitor.starts("Hello").await;
        ann.notes(&cnv, "internal").await;
        let whole = |notes: u32| Some((Seq::new(2 + notes), 1 + 2 * usize::from(notes > 0), false));
        for (epoch, after) in [(Some("of an old backup"), 2), (None, 2), (Some("own"), 99)] {
            let mut hello = with(visitor.hello(), &world, vec![cursor(&cnv, after)]);
            let mut agents = with(Agent::hello(), &world, vec![cursor(&cnv, after)]);
            if epoch != Some("own") {
                hello.epoch = epoch.map(str::to_owned);
                agents.epoch.clone_from(&hello.epoch);
            }
            let frames = visitor.poll(hello.clone(), Vec::new()).await.unwrap();
            assert_eq!((entries(&frames), resync(&frames)), (None, whole(0)));
            let frames = ann.poll(agents, Vec::new()).await.unwrap();
            assert_eq!((entries(&frames), resync(&frames)), (None, whole(1)));
        }
    }

    async fn open_before_and_after_page_through_a_long_transcript(world: World) {
        let (ann, visitor) = (world.agent("Ann").await, world.visitor());
        let cnv = visitor.starts("Hello").await;
        writes(&visitor, &cnv, 58).await;
        let (mut a, mut v) = (ann.socket().await, visitor.socket().await);
        let page = u32::try_from(limit::ENTRIES_PER_PAGE).unwrap();

        a.send(&ClientFrame::Open { conversation: cnv.clone() }).await;
        let got = resync(&[a.frame().await]);
        assert_eq!(got, Some((Seq::new(60), limit::ENTRIES_PER_PAGE, true)));
        a.send(&ClientFrame::Before(cursor(&cnv, 61 - page))).await;
        let ServerFrame::Earlier { entries: older, has_earlier, .. } = a.frame().await else {
            panic!("something else");
        };
        let numbers: Vec<_> = older.iter().map(|entry| entry.seq.get()).collect();
        assert_eq!((numbers, has_earlier), ((1..=60 - page).collect(), false));

        v.send(&ClientFrame::After(cursor(&cnv, 57))).await;
        let got = entries(&[v.frame().await]);
        assert_eq!(got, Some((vec![58, 59, 60], Seq::new(60))));
        v.send(&ClientFrame::After(cursor(&cnv, 60))).await;
        assert_eq!(entries(&[v.frame().await]), Some((vec![], Seq::new(60))));
        // The visitor has 59 visible entries: number 1 is internal.
        v.send(&ClientFrame::Before(cursor(&cnv, 11))).await;
        let ServerFrame::Earlier { entries: older, has_earlier, .. } = v.frame().await else {
            panic!("something else");
        };
        assert_eq!((older.len(), older[0].seq, has_earlier), (9, Seq::new(2), false));
    }

    async fn a_poll_gives_what_a_socket_gives(world: World) {
        let (ann, visitor) = (world.agent("Ann").await, world.visitor());
        let cnv = visitor.starts("Hello").await;
        ann.accepts(&cnv).await;
        ann.notes(&cnv, "internal").await;
        ann.says(&cnv, "Hi").await;
        let cursors = vec![cursor(&cnv, 2)];
        for hello in [visitor.hello(), with(visitor.hello(), &world, cursors.clone())] {
            let polled = visitor.poll(hello.clone(), Vec::new()).await.unwrap();
            let mut v = visitor.line().await;
            v.hello(&hello).await;
            let (beat, rest) = polled.split_last().unwrap();
            for frame in rest {
                assert_eq!(*frame, v.frame().await);
            }
            let ServerFrame::Beat { heads, .. } = beat else { panic!("{beat:?}") };
            assert_eq!(*heads, [cursor(&cnv, 5)]);
        }
        let hello = with(Agent::hello(), &world, cursors);
        let polled = ann.poll(hello.clone(), Vec::new()).await.unwrap();
        let mut a = ann.line().await;
        a.hello(&hello).await;
        for frame in &polled[..polled.len() - 1] {
            assert_eq!(*frame, a.frame().await);
        }
    }

    async fn a_whole_conversation_by_polls_alone(world: World) {
        let (ann, visitor) = (world.agent("Ann").await, world.visitor());
        let cnv = conversation_id();
        let command = |command| ClientFrame::Command {
            client_id: client_id(),
            conversation: cnv.clone(),
            command,
        };
        let frames = vec![command(Visitor::start("Hello"))];
        let frames: Vec<VisitorFrame> = visitor.poll(visitor.hello(), frames).await.unwrap();
        let ServerFrame::Welcome(welcome) = &frames[0] else { panic!("{frames:?}") };
        assert_eq!(welcome.conversation.as_ref().unwrap().last, Seq::new(2));
        ann.accepts(&cnv).await;
        let said = vec![command(Command::Send { text: text("Hi") })];
        let hello = with(Agent::hello(), &world, vec![cursor(&cnv, 3)]);
        let frames = ann.poll(hello, said).await.unwrap();
        assert_eq!(entries(&frames), Some((vec![4], Seq::new(4))), "its own entry is in the answer");
        let hello = with(visitor.hello(), &world, vec![cursor(&cnv, 2)]);
        let frames = visitor.poll(hello.clone(), vec![command(Command::Join)]).await.unwrap();
        assert_eq!(entries(&frames), Some((vec![3, 4], Seq::new(4))));
        let refused = frames.iter().any(|frame| {
            matches!(frame, ServerFrame::Refused { refusal: Refusal::Forbidden, .. })
        });
        assert!(refused, "a visitor cannot join");
    }
}
