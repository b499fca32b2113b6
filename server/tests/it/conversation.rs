//! One conversation between two open windows, from the first word to the last.
//!
//! Invariant: what the visitor's window hears holds nothing internal.

use crate::world::{Heard, Socket, Visitor, World, both, client_id, conversation_id, text};
use domain::api::{ReadConversation, Refusal, SaveProfile};
use domain::conversation::{
    Command, EntryBody, LeftReason, Line, Marks, Row, Side, Stage, VisitorBody, VisitorEntry, Voice,
};
use domain::id::{ConversationId, Seq};
use domain::live::{AgentSignal, ClientFrame, Cursor, ForAgent, ForVisitor, ServerFrame, View};
use domain::text::DisplayName;

fn seen(conversation: &ConversationId, seq: u32) -> ClientFrame {
    ClientFrame::Mark {
        conversation: conversation.clone(),
        marks: Marks {
            delivered: Seq::new(seq),
            seen: Seq::new(seq),
        },
    }
}

fn typing(conversation: &ConversationId) -> ClientFrame {
    ClientFrame::Typing {
        conversation: conversation.clone(),
        is_typing: true,
    }
}

async fn marks<V: View>(socket: &mut Socket<V>) -> (Side, Marks) {
    socket
        .until("marks", |frame| match frame {
            ServerFrame::Marks { side, marks, .. } => Some((side, marks)),
            _ => None,
        })
        .await
}

async fn types<V: View>(socket: &mut Socket<V>) -> Option<String> {
    socket
        .until("typing", |frame| match frame {
            ServerFrame::Typing { name, .. } => Some(name.map(|name| name.to_string())),
            _ => None,
        })
        .await
}

async fn row(ann: &mut Socket<ForAgent>) -> Row {
    ann.until("a row", |frame| match frame {
        ServerFrame::Signal(AgentSignal::Row(row)) => Some(*row),
        _ => None,
    })
    .await
}

/// The visitor's next entry, which must follow the one before.
async fn next(socket: &mut Socket<ForVisitor>, last: &mut Seq) -> VisitorEntry {
    let entry = socket.entry().await;
    assert_eq!(entry.prev(), *last, "a gap before {entry:?}");
    *last = entry.seq();
    entry
}

both! {
    async fn both_sides_talk(world: World) {
        let ann = world.agent("Ann").await.available().await;
        let visitor = world.visitor();
        let (mut a, mut v, mut second) =
            (ann.socket().await, visitor.socket().await, visitor.socket().await);
        let (cnv, mut last) = (conversation_id(), Seq::NONE);

        let own = client_id();
        v.command(&own, &cnv, Visitor::start("Hello")).await;
        let entry = next(&mut v, &mut last).await;
        assert_eq!(entry.client_id, Some(own.clone()));
        assert_eq!((entry.by, entry.seq), (Voice::You, Seq::new(2)));
        assert_eq!(second.entry().await.client_id, Some(own), "the other tab hears it, too");
        let started = a.entry().await;
        assert!(matches!(started.body, EntryBody::Started { .. }));
        assert_eq!(a.entry().await.body, EntryBody::Message { text: text("Hello") });
        let waiting = row(&mut a).await;
        assert!(matches!(waiting.stage, Stage::Waiting { .. }));
        assert_eq!((waiting.visitor_messages, waiting.last_seq), (1, Seq::new(2)));

        a.command(&client_id(), &cnv, Command::Join).await;
        let joined = next(&mut v, &mut last).await;
        assert_eq!(joined.body, VisitorBody::Joined);
        assert!(matches!(joined.by, Voice::Agent { name, .. } if name.as_str() == "Ann"));
        assert!(row(&mut a).await.is_of(&ann.person.id));

        a.send(&typing(&cnv)).await;
        assert_eq!(types(&mut v).await, Some("Ann".to_owned()));
        v.send(&typing(&cnv)).await;
        assert_eq!(types(&mut a).await, None);

        a.send(&seen(&cnv, 2)).await;
        assert_eq!(marks(&mut v).await.0, Side::Agents);
        let count = a.until("the count", |frame| match frame {
            ServerFrame::Signal(AgentSignal::SeenMessages { seen_messages, .. }) => {
                Some(seen_messages)
            }
            _ => None,
        });
        assert_eq!(count.await, 1);

        let own = client_id();
        a.command(&own, &cnv, Command::Send { text: text("How can I help?") }).await;
        let answer = next(&mut v, &mut last).await;
        assert_eq!(answer.client_id, None, "an agent's name for it is not the visitor's business");
        assert_eq!(a.until("own", |frame| match frame {
            ServerFrame::Entry(entry) => entry.client_id,
            _ => None,
        }).await, own);
        v.send(&seen(&cnv, 4)).await;
        let (side, at) = marks(&mut a).await;
        assert_eq!((side, at.seen, at.delivered), (Side::Visitor, Seq::new(4), Seq::new(4)));
        // Backwards does not go, and nobody has seen what does not exist.
        v.send(&seen(&cnv, 1)).await;
        assert_eq!(marks(&mut a).await.1.seen, Seq::new(4));
        v.send(&seen(&cnv, 4_000_000)).await;
        assert_eq!(marks(&mut a).await.1.seen, Seq::new(4));

        a.command(&client_id(), &cnv, Command::Close).await;
        assert_eq!(next(&mut v, &mut last).await.body, VisitorBody::Closed);
        let late = client_id();
        v.command(&late, &cnv, Command::Send { text: text("One more thing") }).await;
        assert_eq!(v.refused().await, (Some(late), Refusal::ConversationClosed));
    }

    async fn where_agents_have_one_name_no_other_reaches_the_visitor(world: World) {
        let admin = world.admin().await;
        let mut profile = admin.profile().await.profile;
        profile.wording.agent_name = DisplayName::parse("Care team").ok();
        admin.ask(SaveProfile { profile }).await.unwrap();
        let ann = world.agent("Ann").await;
        let (mut a, visitor) = (ann.socket().await, world.visitor());
        let cnv = visitor.starts("Hello").await;
        let mut v = visitor.socket().await;
        ann.accepts(&cnv).await;
        a.send(&typing(&cnv)).await;
        assert_eq!(types(&mut v).await.as_deref(), Some("Care team"));
        ann.says(&cnv, "Good morning").await;
        ann.does(&cnv, Command::PutBack).await.unwrap();
        let frames = visitor.poll(visitor.hello(), Vec::new()).await.unwrap();
        let told = serde_json::to_string(&frames).unwrap();
        assert!(told.contains("Care team") && !told.contains("Ann"), "{told}");
        // Colleagues read who it was, and the next conversation takes what is said by then.
        let read = ann.ask(ReadConversation { conversation: cnv.clone() }).await.unwrap();
        assert!(serde_json::to_string(&read).unwrap().contains("\"name\":\"Ann\""));
        let mut profile = admin.profile().await.profile;
        profile.wording.agent_name = None;
        admin.ask(SaveProfile { profile }).await.unwrap();
        ann.accepts(&cnv).await;
        let head = |frames: &str| (frames.contains("Care team"), frames.contains("Ann"));
        let told = serde_json::to_string(&visitor.poll(visitor.hello(), Vec::new()).await.unwrap()).unwrap();
        assert_eq!(head(&told), (true, false));
        let next = world.visitor();
        ann.accepts(&next.starts("Hello").await).await;
        let told = serde_json::to_string(&next.poll(next.hello(), Vec::new()).await.unwrap()).unwrap();
        assert_eq!(head(&told), (false, true));
    }

    async fn an_agent_puts_back_and_another_goes_on(world: World) {
        let (ann, bob) = (world.agent("Ann").await, world.agent("Bob").await);
        let cnv = world.visitor().starts("Hello").await;
        ann.accepts(&cnv).await;
        let mut b = bob.socket().await;
        ann.does(&cnv, Command::PutBack).await.unwrap();
        let left = b.entry().await;
        assert!(matches!(left.body, EntryBody::Left { reason: LeftReason::PutBack, .. }));
        assert!(matches!(row(&mut b).await.stage, Stage::Waiting { .. }));
        let refused = ann.does(&cnv, Command::Send { text: text("still me") }).await;
        assert_eq!(refused, Err(Refusal::NotJoined));
        bob.accepts(&cnv).await;
        bob.says(&cnv, "Hello").await;
    }

    async fn notes_stay_inside_and_make_no_gap(world: World) {
        let ann = world.agent("Ann").await;
        let visitor = world.visitor();
        let cnv = visitor.starts("Hello").await;
        let mut v = visitor.socket().await;
        ann.notes(&cnv, "canary before").await;
        ann.accepts(&cnv).await;
        ann.notes(&cnv, "canary between").await;
        ann.notes(&cnv, "canary again").await;
        ann.says(&cnv, "Good morning").await;
        ann.notes(&cnv, "canary at the end").await;
        visitor.says(&cnv, "sentinel").await;

        let mut last = Seq::new(2);
        let (mut numbers, mut raw) = (Vec::new(), String::new());
        while numbers.len() < 3 {
            let Heard::Frame(frame) = v.heard().await else { panic!("closed") };
            raw.push_str(&serde_json::to_string(&frame).unwrap());
            if let ServerFrame::Entry(entry) = frame {
                assert_eq!(entry.prev, last);
                last = entry.seq;
                numbers.push(entry.seq.get());
            }
        }
        assert_eq!(numbers, [4, 7, 9]);

        // Nor by any other way in: snapshot, resume, earlier pages, polls.
        let cursor = |after| Cursor { conversation: cnv.clone(), after: Seq::new(after) };
        let frames = vec![
            ClientFrame::Open { conversation: cnv.clone() },
            ClientFrame::After(cursor(0)),
            ClientFrame::Before(cursor(100)),
        ];
        let frames = visitor.poll(visitor.hello(), frames).await.unwrap();
        let texts = serde_json::to_string(&frames).unwrap();
        assert!(texts.contains("sentinel") && texts.contains("Good morning"));
        assert!(!(raw + &texts).contains("canary"));
        let through = frames.iter().find_map(|frame| match frame {
            ServerFrame::Entries { through, entries, .. } => Some((*through, entries.len())),
            _ => None,
        });
        assert_eq!(through, Some((Seq::new(9), 4)));
        // The agent's own view has them all.
        let read = ReadConversation { conversation: cnv.clone() };
        let all = serde_json::to_string(&ann.ask(read).await.unwrap()).unwrap();
        assert_eq!(all.matches("canary").count(), 4);
    }
}
