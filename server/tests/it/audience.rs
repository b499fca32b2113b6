//! Who hears what: foreign conversations look like missing ones, through every way in.
//!
//! Invariant: a right and its lack are tried in the same test.

use crate::world::{Agent, World, both, client_id, conversation_id, text};
use domain::api::{CreateTeam, ReadConversation, Refusal, SaveTeam};
use domain::conversation::{Command, Marks};
use domain::id::{ConversationId, Seq, TeamId};
use domain::live::{AgentSignal, ClientFrame, Cursor, Hello, ServerFrame, View};
use domain::people::Role;
use domain::text::DisplayName;

/// One of each frame that names a conversation.
fn frames(conversation: &ConversationId) -> Vec<ClientFrame> {
    let cursor = Cursor {
        conversation: conversation.clone(),
        after: Seq::NONE,
    };
    let mut frames = vec![
        ClientFrame::Open {
            conversation: conversation.clone(),
        },
        ClientFrame::After(cursor.clone()),
        ClientFrame::Before(cursor),
        ClientFrame::Typing {
            conversation: conversation.clone(),
            is_typing: true,
        },
        ClientFrame::Mark {
            conversation: conversation.clone(),
            marks: Marks {
                delivered: Seq::new(9),
                seen: Seq::new(9),
            },
        },
    ];
    let note = Command::Note { text: text("x") };
    let send = Command::Send { text: text("x") };
    let transfer = Command::Transfer {
        team: TeamId::from_value(7),
        name: None,
    };
    for command in [
        Command::Join,
        Command::PutBack,
        Command::Close,
        note,
        send,
        transfer,
    ] {
        frames.push(ClientFrame::Command {
            client_id: client_id(),
            conversation: conversation.clone(),
            command,
        });
    }
    frames
}

/// The answers as text, without the names that differ by nature.
fn told<V: View>(frames: &[ServerFrame<V>], conversation: &ConversationId) -> Vec<String> {
    frames
        .iter()
        .map(|frame| match frame {
            ServerFrame::Refused { refusal, .. } => format!("refused: {refusal}"),
            other => serde_json::to_string(other)
                .unwrap()
                .replace(conversation.as_str(), "it"),
        })
        .collect()
}

/// A hello that claims to have come far in a conversation.
fn claims(hello: Hello, world: &World, conversation: &ConversationId) -> Hello {
    let mut hello = hello;
    hello.epoch = Some(world.server().epoch.clone());
    hello.cursors = vec![Cursor {
        conversation: conversation.clone(),
        after: Seq::new(1),
    }];
    if let Some(visitor) = &mut hello.visitor {
        visitor.conversation = Some(conversation.clone());
    }
    hello
}

both! {
    async fn for_other_visitors_it_is_not_there(world: World) {
        let (owner, other) = (world.visitor(), world.visitor());
        let (cnv, missing) = (owner.starts("Hello").await, conversation_id());
        let mut answers = Vec::new();
        for id in [&cnv, &missing] {
            let hello = claims(other.hello(), &world, id);
            let got = other.poll(hello, frames(id)).await.unwrap();
            answers.push(told(&got, id));
            // Over a socket, too, frame by frame.
            let mut line = other.line().await;
            line.hello(&claims(other.hello(), &world, id)).await;
            line.welcome().await;
            for frame in frames(id) {
                let is_silent = matches!(frame, ClientFrame::Mark { .. });
                line.send(&frame).await;
                if !is_silent {
                    assert_eq!(line.refused().await.1, Refusal::NotFound);
                }
            }
        }
        assert_eq!(answers[0], answers[1]);
        assert!(!answers[0].iter().any(|frame| frame.contains("it\"")), "{:?}", answers[0]);
        // Its owner is let in everywhere, and nobody has left a mark.
        let hello = claims(owner.hello(), &world, &cnv);
        let got = owner.poll(hello, frames(&cnv)).await.unwrap();
        let refused = got.iter().any(|frame| {
            matches!(frame, ServerFrame::Refused { refusal: Refusal::NotFound, .. })
        });
        assert!(!refused, "{got:?}");
        assert_eq!(world.number("select count(*) from mark").await, 1);
        assert_eq!(world.number("select count(*) from entry").await, 3, "start and close");
    }

    async fn for_agents_of_other_teams_it_is_not_there(world: World) {
        let admin = world.agent_of("Root", Role::Admin, Vec::new()).await;
        let name = DisplayName::parse("Sales").unwrap();
        let sales = admin.ask(CreateTeam { name, members: Vec::new(), is_open_to_join: false }).await.unwrap();
        let ann = world.agent("Ann").await;
        let bob = world.agent_of("Bob", Role::Agent, vec![sales.id]).await;
        let (mut a, mut b, mut r) =
            (ann.socket().await, bob.socket().await, admin.socket().await);
        let (cnv, missing) = (world.visitor().starts("Hello").await, conversation_id());

        // Ann and the admin hear it; the first thing Bob hears is the answer to his ping.
        assert_eq!(a.entry().await.conversation, cnv);
        assert_eq!(r.entry().await.conversation, cnv, "admins hear all");
        b.send(&ClientFrame::Ping).await;
        assert!(matches!(b.frame().await, ServerFrame::Pong));

        let mut answers = Vec::new();
        for id in [&cnv, &missing] {
            let read = ReadConversation { conversation: id.clone() };
            assert_eq!(bob.ask(read).await.unwrap_err(), Refusal::NotFound);
            let hello = claims(Agent::hello(), &world, id);
            let got = bob.poll(hello, frames(id)).await.unwrap();
            answers.push(told(&got, id));
        }
        assert_eq!(answers[0], answers[1]);
        for agent in [&ann, &admin] {
            let read = ReadConversation { conversation: cnv.clone() };
            assert_eq!(agent.ask(read).await.unwrap().last, Seq::new(2));
        }
        assert_eq!(world.number("select count(*) from mark").await, 0);
        assert_eq!(world.number("select count(*) from entry").await, 2);
    }

    async fn a_change_of_teams_is_heard_at_once_by_open_windows(world: World) {
        let admin = world.admin().await;
        let ann = world.agent("Ann").await;
        let bob = world.agent_of("Bob", Role::Agent, Vec::new()).await;
        let (mut a, mut b) = (ann.socket().await, bob.socket().await);
        let first = world.visitor().starts("Before").await;
        a.entry().await;
        let save = |members: Vec<&Agent>| SaveTeam {
            team: world.profile().team,
            name: DisplayName::parse("Support").unwrap(),
            members: members.iter().map(|agent| agent.person.id.clone()).collect(),
            members_before: vec![ann.person.id.clone()],
            is_open_to_join: false,
            is_confirmed: false,
        };
        admin.ask(save(vec![&bob])).await.unwrap();
        assert_eq!(a.signal_but_rows().await, AgentSignal::Me);
        assert_eq!(b.signal_but_rows().await, AgentSignal::Me);
        let second = world.visitor().starts("After").await;
        assert_eq!(b.entry().await.conversation, second);
        b.send(&ClientFrame::Open { conversation: first.clone() }).await;
        let opened = b.until("the snapshot", |frame| match frame {
            ServerFrame::Resync(snapshot) => Some(snapshot.head.id),
            _ => None,
        });
        assert_eq!(opened.await, first);
        let own = client_id();
        a.command(&own, &first, Command::Join).await;
        assert_eq!(a.refused().await, (Some(own), Refusal::NotFound));
    }

    async fn what_an_agent_may_hear_no_longer_goes_with_a_last_word(world: World) {
        let admin = world.admin().await;
        let ann = world.agent("Ann").await;
        let cnv = world.visitor().starts("Hello").await;
        ann.accepts(&cnv).await;
        let save = SaveTeam {
            team: world.profile().team,
            name: DisplayName::parse("Support").unwrap(),
            members: vec![admin.person.id.clone()],
            members_before: vec![admin.person.id.clone(), ann.person.id.clone()],
            is_open_to_join: false,
            is_confirmed: false,
        };
        admin.ask(save).await.unwrap();
        // Her own conversation stays hers to the end.
        let mut a = ann.socket().await;
        a.command(&client_id(), &cnv, Command::Send { text: text("Bye") }).await;
        a.entry().await;
        a.command(&client_id(), &cnv, Command::PutBack).await;
        a.entry().await;
        assert_eq!(a.signal_but_rows().await, AgentSignal::Gone { conversation: cnv });
    }
}
