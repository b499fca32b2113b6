//! Chats that agents begin themselves, at a chat profile that is for them.
//!
//! Invariant: who asks is known by their session alone, and never stands on both sides.

use crate::bots;
use crate::identity::{card, ready, token};
use crate::world::{Agent, Visitor, World, both, conversation_id, session, until};
use domain::api::{ListOwnProfiles, ReadConversation, Refusal, SaveProfile, SignOut};
use domain::conversation::{Command, VisitorBody, VisitorEntry};
use domain::flow::Kind;
use domain::id::ConversationId;
use domain::limit;
use domain::live::{AgentSignal, ClientFrame, ServerFrame, VisitorSignal, VisitorWelcome};
use domain::people::{ContactField, Role};
use domain::settings::{ChatProfile, FlowWhen, Language, ProfileAccess};
use domain::text::IdToken;
use domain::time::Span;
use serde_json::{Value, json};

/// The profile takes agents alone.
async fn for_agents(admin: &Agent) -> ChatProfile {
    let profile = ChatProfile {
        access: ProfileAccess::Agents,
        ..admin.profile().await.profile
    };
    admin.ask(SaveProfile { profile }).await.unwrap()
}

async fn welcome(visitor: &Visitor) -> VisitorWelcome {
    let frames = visitor.poll(visitor.hello(), Vec::new()).await.unwrap();
    match frames.into_iter().next() {
        Some(ServerFrame::Welcome(welcome)) => welcome,
        other => panic!("{other:?}"),
    }
}

/// What the window shows when it opens.
async fn shown(visitor: &Visitor) -> Option<ConversationId> {
    let snapshot = welcome(visitor).await.conversation;
    snapshot.map(|snapshot| snapshot.head.conversation)
}

both! {
    async fn an_agent_asks_and_a_colleague_answers(world: World) {
        let admin = world.admin().await;
        let (ann, bob) = (world.agent("Ann").await, world.agent("Bob").await);
        for_agents(&admin).await;
        let asker = ann.as_visitor();
        assert!(welcome(&asker).await.profile.is_active);
        let mut heard = ann.socket().await;
        let id = asker.starts("Where is the manual?").await;

        // The colleague knows for certain who it is.
        let person = card(&bob, &id).await;
        let contact = person.contact.unwrap();
        assert_eq!(contact.fields[&ContactField::Name].as_str(), "Ann");
        assert_eq!(contact.fields[&ContactField::Email].as_str(), "ann@example.com");
        assert_eq!(person.person.unwrap().agent.as_ref(), Some(&ann.person.id));
        bob.notes(&id, "Ann never reads the manual").await;
        bob.accepts(&id).await;
        bob.says(&id, "On the shelf").await;

        // Who asks reads the answer as a visitor, in whichever browser, and nothing else of it.
        for window in [&asker, &ann.as_visitor()] {
            assert_eq!(shown(window).await.as_ref(), Some(&id));
            let snapshot = welcome(window).await.conversation.unwrap();
            let is_answer = |body: &VisitorBody| matches!(body,
                VisitorBody::Message { text, .. } if text.as_str() == "On the shelf");
            assert!(snapshot.entries.iter().any(|entry| is_answer(&entry.body)));
            assert!(!format!("{snapshot:?}").contains("never reads"));
        }
        let read = ann.ask(ReadConversation { conversation: id.clone() }).await;
        assert_eq!(read.unwrap_err(), Refusal::NotFound);
        assert_eq!(ann.does(&id, Command::Join).await, Err(Refusal::NotFound));
        let other = world.visitor();
        admin.ask(SaveProfile { profile: ChatProfile {
            access: ProfileAccess::Everyone,
            ..admin.profile().await.profile
        } }).await.unwrap();
        let foreign = other.starts("Hello").await;
        // The first conversation that Ann's own list hears of is somebody else's.
        let row = heard.until("a row", |frame| match frame {
            ServerFrame::Signal(AgentSignal::Row(row)) => Some(row.id),
            _ => None,
        }).await;
        assert_eq!(row, foreign);
    }

    async fn nobody_else_begins_or_sees_it(world: World) {
        let admin = ready(&world).await;
        for_agents(&admin).await;
        let ann = world.agent("Ann").await;
        let asker = ann.as_visitor();
        let id = asker.starts("Where is the manual?").await;
        // The next agent at the same browser, the same browser signed out, and a website's visitor.
        let next = Visitor { cookie: Some(world.agent("Bob").await.cookie), ..asker.clone() };
        let out = Visitor { cookie: None, ..asker.clone() };
        assert_eq!(shown(&next).await, None);
        assert!(welcome(&next).await.profile.is_active);
        for visitor in [&out, &world.visitor()] {
            let welcome = welcome(visitor).await;
            assert!(!welcome.profile.is_active && welcome.conversation.is_none());
            assert!(welcome.opening.is_empty());
            for id_token in [None, Some(token(&world, json!({ "sub": "4711" }))), IdToken::parse("a.b.c").ok()] {
                let start = match Visitor::start("Hello") {
                    Command::Start { page, text, .. } => Command::Start { page, text, id_token },
                    other => other,
                };
                let refused = visitor.does(&conversation_id(), start).await;
                assert_eq!(refused, Err(Refusal::ProfileInactive));
            }
        }
        for visitor in [&next, &out] {
            let say = Command::Send { text: crate::world::text("Me again") };
            assert_eq!(visitor.does(&id, say).await, Err(Refusal::NotFound));
        }
    }

    async fn the_window_ends_with_the_session(world: World) {
        let admin = world.admin().await;
        for_agents(&admin).await;
        let ann = world.agent("Ann").await;
        let elsewhere = Agent { cookie: session(&world, &ann.person.id).await, ..ann.clone() };
        let (mut here, mut there) = (ann.as_visitor().socket().await, elsewhere.as_visitor().socket().await);
        ann.ask(SignOut {}).await.unwrap();
        assert_eq!(here.refused().await, (None, Refusal::Unauthorized));
        assert!(here.rest().await.1.is_some(), "the line is closed");
        assert!(there.is_alive().await);
        let refused = ann.as_visitor().does(&conversation_id(), Visitor::start("Hello")).await;
        assert_eq!(refused, Err(Refusal::ProfileInactive));
        elsewhere.as_visitor().starts("Hello").await;
    }

    async fn it_stands_on_no_website(world: World) {
        let admin = world.admin().await;
        let profile = for_agents(&admin).await;
        let path = format!("/api/profile/{}?key={}", profile.id, profile.key);
        let is_active = async |origin: Option<&str>| {
            let asked = world.get(&path);
            let asked = match origin {
                Some(origin) => asked.with("origin", origin),
                None => asked,
            };
            let body = asked.answer().await.body;
            serde_json::from_str::<Value>(&body).unwrap()["is_active"].clone()
        };
        assert_eq!(is_active(Some("https://shop.example")).await, false);
        assert_eq!(is_active(None).await, true, "a page of ours names no origin");
        let frame = world.get(&format!("/chat/frame?profile={}&key=", profile.id)).answer().await;
        let policy = frame.headers["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("frame-ancestors 'self';"), "{policy}");
        // Said twice, the frame reads the first.
        let twice = format!("/chat/frame?profile={}&key=&profile=x", profile.id);
        let frame = world.get(&twice).answer().await;
        let policy = frame.headers["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("frame-ancestors 'self';"), "{policy}");
        let link = world.get(&format!("/chat/with/{}", profile.id)).answer().await;
        assert_eq!(link.headers["location"], "/app");
    }

    async fn who_asks_is_not_who_is_there(world: World) {
        let admin = world.admin().await.available().await;
        for_agents(&admin).await;
        let ann = world.agent("Ann").await.available().await;
        let _admin = admin.socket().await;
        let (_ann, asker) = (ann.socket().await, ann.as_visitor());
        let mut window = asker.socket().await;
        assert!(welcome(&asker).await.is_anyone_available, "the admin is there");
        admin.away().await;
        let is_there = window.until("who is there", |frame| match frame {
            ServerFrame::Signal(VisitorSignal::Presence { is_anyone_available, .. }) => Some(is_anyone_available),
            _ => None,
        }).await;
        assert!(!is_there, "Ann alone does not answer Ann");
        assert!(!welcome(&asker).await.is_anyone_available);
        let bob = world.agent("Bob").await;
        assert!(welcome(&bob.as_visitor()).await.is_anyone_available, "Bob finds Ann");
    }

    async fn agents_are_told_where_they_may_ask(world: World) {
        let admin = world.admin().await;
        let ann = world.agent_of("Ann", Role::Agent, Vec::new()).await;
        let told = async |agent: &Agent| {
            let own = agent.ask(ListOwnProfiles {}).await.unwrap();
            own.into_iter().map(|own| (own.id, own.key, own.is_going)).collect::<Vec<_>>()
        };
        assert_eq!(told(&ann).await, []);
        let profile = for_agents(&admin).await;
        let is = |is_going| vec![(profile.id.clone(), profile.key.clone(), is_going)];
        assert_eq!(told(&ann).await, is(false));
        let id = ann.as_visitor().starts("Where is the manual?").await;
        assert_eq!(told(&ann).await, is(true));
        assert_eq!(told(&admin).await, is(false), "of Ann alone");
        ann.as_visitor().does(&id, Command::Close).await.unwrap();
        assert_eq!(told(&ann).await, is(false));
        let profile = ChatProfile { is_active: false, ..admin.profile().await.profile };
        admin.ask(SaveProfile { profile }).await.unwrap();
        assert_eq!(told(&ann).await, []);
    }

    async fn what_goes_on_is_finished_whatever_the_profile_becomes(world: World) {
        let admin = world.admin().await;
        let (ann, bob) = (world.agent("Ann").await, world.agent("Bob").await);
        let shop = admin.profile().await.profile;
        for_agents(&admin).await;
        let asker = ann.as_visitor();
        let id = asker.starts("Where is the manual?").await;
        let mut window = asker.socket().await;
        let visitor = Visitor { cookie: None, ..asker.clone() };
        for (is_active, access) in [
            (false, ProfileAccess::Agents),
            (true, ProfileAccess::Everyone),
            (true, ProfileAccess::Identified),
        ] {
            let profile = ChatProfile { is_active, access, ..admin.profile().await.profile };
            admin.ask(SaveProfile { profile }).await.unwrap();
            let own = ann.ask(ListOwnProfiles {}).await.unwrap();
            assert!(own[0].is_going, "{access:?}");
            assert_eq!(bob.ask(ListOwnProfiles {}).await.unwrap(), []);
            asker.says(&id, "And now?").await;
            assert!(window.is_alive().await);
            assert_eq!(shown(&asker).await.as_ref(), Some(&id));
            assert_eq!(shown(&visitor).await, None, "it is not the browser's");
        }
        asker.does(&id, Command::Close).await.unwrap();
        assert_eq!(ann.ask(ListOwnProfiles {}).await.unwrap(), []);
        assert_eq!(shown(&asker).await, None);
        let profile = ChatProfile { access: shop.access, ..admin.profile().await.profile };
        admin.ask(SaveProfile { profile }).await.unwrap();
        let next = ann.as_visitor().starts("As anybody would").await;
        ann.ask(ReadConversation { conversation: next }).await.unwrap();
    }

    async fn a_bot_knows_from_the_first_word_who_asks(world: World) {
        let admin = world.admin().await;
        for_agents(&admin).await;
        let flow = bots::welcome_bot(&admin).await;
        bots::answers(&admin, &flow, FlowWhen::Always).await;
        bots::change(&admin, &flow, |draft| for step in &mut draft.steps {
            if let Kind::Message(message) = &mut step.does {
                message.text.set(Language::En, "Hello $NAME!");
            }
        }).await;
        let ann = world.agent("Ann").await;
        let opening = welcome(&ann.as_visitor()).await.opening;
        let says = |body: &VisitorBody| matches!(body,
            VisitorBody::Message { text, .. } if text.as_str() == "Hello Ann!");
        assert!(says(&opening[0].body), "{opening:?}");
        let contacts = || world.number("select count(*) from contact");
        assert_eq!(contacts().await, 0, "who only looks leaves nothing behind");
        let asker = ann.as_visitor();
        asker.starts("Something else").await;
        assert_eq!(contacts().await, 1);
        // What was shown is what was answered.
        let entries = welcome(&asker).await.conversation.unwrap().entries;
        let bodies = |entries: &[VisitorEntry]| {
            let bodies = entries.iter().map(|entry| entry.body.clone());
            bodies.filter(|body| matches!(body, VisitorBody::Message { .. })).collect::<Vec<_>>()
        };
        let shown = bodies(&opening);
        assert_eq!(bodies(&entries)[..shown.len()], shown);
    }

    async fn what_is_done_in_the_window_is_done_by_the_agent(world: World) {
        let admin = world.admin().await;
        for_agents(&admin).await;
        let ann = world.agent("Ann").await.available().await;
        let asker = ann.as_visitor();
        let id = asker.starts("Where is the manual?").await;
        let mut page = ann.socket().await;
        world.advance(limit::AGENT_IDLE);
        let idle = |frame| match frame {
            ServerFrame::Signal(AgentSignal::Idle { since }) => Some(since.is_some()),
            _ => None,
        };
        assert!(page.until("idle", idle).await);
        asker.says(&id, "Nobody?").await;
        assert!(!page.until("back", idle).await);
    }

    async fn a_window_alone_ends_when_its_session_is_too_old(world: World) {
        let admin = world.admin().await;
        for_agents(&admin).await;
        let ann = world.agent("Ann").await;
        let mut window = ann.as_visitor().socket().await;
        let idle = limit::SESSION_IDLE_MAX;
        for _ in 0..limit::SESSION_AGE_MAX.ms() / idle.ms() {
            world.advance(idle);
            assert!(window.is_alive().await, "it is used");
            let now = world.server().now().ms();
            until("the use to be noted", async || {
                world.number("select max(seen_at) from session").await == now
            })
            .await;
        }
        world.advance(Span::from_ms(idle.ms() / 2));
        window.send(&ClientFrame::Ping).await;
        assert!(window.rest().await.1.is_some(), "the line is closed");
    }
}
