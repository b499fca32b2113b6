//! What bots say of the wait for a person: calculated as an admin says, and remembered.
//!
//! Invariant: visitors wait at an entrance where people alone answer; the bot stands at another of
//! the same team, and is asked by windows in which nothing begins.

use crate::world::{Agent, Socket, Visitor, World, both, client_id, conversation_id, text};
use domain::api::{
    CreateFlow, CreateProfile, CreateTeam, Field, PublishFlow, Published, ReadProfile, Refusal,
    SaveProfile,
};
use domain::conversation::{Command, VisitorBody};
use domain::id::{ConversationId, TeamId};
use domain::limit;
use domain::live::{ClientFrame, ForVisitor, ServerFrame, VisitorSignal};
use domain::settings::{ChatProfile, FlowWhen, ProfileFlow, WaitMethod, WaitTime};
use domain::text::{DisplayName, Reason};
use domain::time::Span;

const UNKNOWN: &str = "You wait unknown min.";

fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

/// From now on a bot at the default entrance says how long the wait is.
async fn bot_says_it(admin: &Agent) {
    let draft = serde_json::from_value(serde_json::json!({
        "bot_name": "Robo", "languages": ["en"], "start": 1, "steps": [
            { "id": 1, "name": "", "does": { "message": {
                "text": { "en": "You wait ${WAITTIME|unknown} min." }, "next": 2,
            } } },
            { "id": 2, "name": "", "does": { "input": {
                "text": { "en": "Your name?" }, "kind": "line", "next": 3,
            } } },
            { "id": 3, "name": "", "does": { "end": { "text": { "en": "Bye." } } } },
        ],
    }));
    let create = CreateFlow {
        name: name("Robo"),
        draft: draft.unwrap(),
        tests: Vec::new(),
    };
    let page = admin.ask(create).await.unwrap();
    let publish = PublishFlow {
        flow: page.row.id.clone(),
        save: page.save,
        note: None,
        is_accepted: true,
        share: None,
    };
    let published = admin.ask(publish).await.unwrap();
    assert!(matches!(published, Published::Done(_)), "{published:?}");
    let profile = ChatProfile {
        flow: Some(ProfileFlow {
            flow: page.row.id,
            when: FlowWhen::Always,
        }),
        ..admin.profile().await.profile
    };
    admin.ask(SaveProfile { profile }).await.unwrap();
}

/// An entrance of this team where people alone answer.
async fn entrance(admin: &Agent, label: &str, team: TeamId) -> ChatProfile {
    let create = CreateProfile {
        name: name(label),
        like: None,
        team: Some(team),
    };
    admin.ask(create).await.unwrap().profile
}

async fn calculated(admin: &Agent, wait_time: WaitTime) -> Result<ChatProfile, Refusal> {
    let profile = ChatProfile {
        wait_time,
        ..admin.profile().await.profile
    };
    admin.ask(SaveProfile { profile }).await
}

async fn does_at(entrance: &ChatProfile, visitor: &Visitor, id: &ConversationId, command: Command) {
    let mut hello = visitor.hello();
    let person = hello.visitor.as_mut().unwrap();
    person.profile = entrance.id.clone();
    person.key.clone_from(&entrance.key);
    let frame = ClientFrame::Command {
        client_id: client_id(),
        conversation: id.clone(),
        command,
    };
    visitor.poll(hello, vec![frame]).await.unwrap();
}

/// Somebody begins to wait.
async fn comes(world: &World, entrance: &ChatProfile) -> (Visitor, ConversationId) {
    let (visitor, id) = (world.visitor(), conversation_id());
    does_at(entrance, &visitor, &id, Visitor::start("Hello?")).await;
    (visitor, id)
}

/// What the bot tells a newcomer.
async fn said(world: &World) -> String {
    let visitor = world.visitor();
    let frames = visitor.poll(visitor.hello(), Vec::new()).await.unwrap();
    let opening = frames.into_iter().find_map(|frame| match frame {
        ServerFrame::Welcome(welcome) => Some(welcome.opening),
        _ => None,
    });
    match &opening.unwrap()[0].body {
        VisitorBody::Message { text, .. } => text.as_str().to_owned(),
        other => panic!("the bot says no words: {other:?}"),
    }
}

fn words(minutes: &str) -> String {
    format!("You wait {minutes} min.")
}

fn minutes(count: u64) -> Span {
    Span::from_minutes(count)
}

/// This window is told this estimate, sooner or later.
pub(crate) async fn is_told(world: &World, window: &mut Socket<ForVisitor>, want: Option<u32>) {
    world.server().refresh_presence();
    let what = format!("the estimate {want:?}");
    let told = |frame| match frame {
        ServerFrame::Signal(VisitorSignal::Presence { wait_minutes, .. }) => {
            (wait_minutes == want).then_some(())
        }
        _ => None,
    };
    window.until(&what, told).await;
}

/// The estimates that have reached this window. What it is told in this moment may come later.
async fn estimates(world: &World, window: &mut Socket<ForVisitor>) -> Vec<Option<u32>> {
    world.server().refresh_presence();
    window.send(&ClientFrame::Ping).await;
    let mut heard = Vec::new();
    loop {
        match window.frame().await {
            ServerFrame::Signal(VisitorSignal::Presence { wait_minutes, .. }) => {
                heard.push(wait_minutes);
            }
            ServerFrame::Pong => return heard,
            _ => {}
        }
    }
}

/// The estimates that a poll of this visitor brings.
async fn polled(visitor: &Visitor) -> Vec<Option<u32>> {
    let frames = visitor.poll(visitor.hello(), Vec::new()).await.unwrap();
    let told = frames.into_iter().filter_map(|frame| match frame {
        ServerFrame::Signal(VisitorSignal::Presence { wait_minutes, .. }) => Some(wait_minutes),
        _ => None,
    });
    told.collect()
}

both! {
    async fn an_admin_says_how_the_wait_is_calculated(world: World) {
        let admin = world.admin().await;
        let first = admin.profile().await.profile;
        assert_eq!(first.wait_time, WaitTime::default());
        let settings = WaitTime {
            method: WaitMethod::Longest,
            period_minutes: limit::WAIT_PERIOD_MINUTES_MAX,
            usual_minutes: Some(limit::WAIT_USUAL_MINUTES_MAX),
            is_shown: true,
        };
        let refused = Refusal::Invalid { field: Field::Wait, reason: Reason::Form };
        for wrong in [
            WaitTime { period_minutes: 0, ..settings },
            WaitTime { period_minutes: limit::WAIT_PERIOD_MINUTES_MAX + 1, ..settings },
            WaitTime { usual_minutes: Some(limit::WAIT_USUAL_MINUTES_MAX + 1), ..settings },
        ] {
            assert_eq!(calculated(&admin, wrong).await.unwrap_err(), refused, "{wrong:?}");
        }
        assert_eq!(admin.profile().await.profile, first);

        let saved = calculated(&admin, settings).await.unwrap();
        assert_eq!(saved.wait_time, settings);
        let like = CreateProfile { name: name("Copy"), like: Some(saved.id.clone()), team: None };
        let copy = admin.ask(like).await.unwrap().profile;
        assert_eq!(copy.wait_time, settings);
        world.restart(|_| ()).await;
        let admin = world.admin().await;
        assert_eq!(admin.profile().await.profile, saved);

        // A release before this one has written nothing there.
        world.change("update chat_profile set wait_time = '{}'").await;
        let read = admin.ask(ReadProfile { profile: saved.id }).await.unwrap();
        assert_eq!(read.profile.wait_time, WaitTime::default());
    }

    async fn a_bot_says_the_average_wait(world: World) {
        let admin = world.admin().await;
        bot_says_it(&admin).await;
        let counter = entrance(&admin, "Counter", world.profile().team).await;
        let ann = world.agent("ann").await;
        assert_eq!(said(&world).await, UNKNOWN);
        let (_, first) = comes(&world, &counter).await;
        world.advance(minutes(5));
        assert_eq!(said(&world).await, UNKNOWN, "nobody has been joined yet");
        ann.accepts(&first).await;
        assert_eq!(said(&world).await, words("5"));

        // Who goes again has waited, but to no end.
        let (visitor, gone) = comes(&world, &counter).await;
        world.advance(minutes(2));
        does_at(&counter, &visitor, &gone, Command::Close).await;
        // Whoever is put back was a newcomer once.
        ann.does(&first, Command::PutBack).await.unwrap();
        let (_, second) = comes(&world, &counter).await;
        world.advance(minutes(8));
        ann.accepts(&first).await;
        ann.accepts(&second).await;
        assert_eq!(said(&world).await, words("6"), "the mean of 5 and 8, rounded down");

        // The same bot in a conversation.
        world.visitor().starts("Hello?").await;
        let stored = world.texts("select body from entry where body like '%You wait%'").await;
        assert!(stored.len() == 1 && stored[0].contains(&words("6")), "{stored:?}");

        // Another process, another memory.
        world.restart(|_| ()).await;
        assert_eq!(said(&world).await, words("6"));
        world.advance(minutes(50));
        assert_eq!(said(&world).await, words("6"), "an hour after the first was joined");
        world.advance(Span::from_ms(1));
        assert_eq!(said(&world).await, words("8"));
        world.advance(minutes(11));
        assert_eq!(said(&world).await, UNKNOWN);
        let admin = world.admin().await;
        let settings = WaitTime { usual_minutes: Some(4), ..WaitTime::default() };
        calculated(&admin, settings).await.unwrap();
        assert_eq!(said(&world).await, words("4"));
        calculated(&admin, WaitTime { period_minutes: 120, ..settings }).await.unwrap();
        assert_eq!(said(&world).await, words("6"));
    }

    async fn a_bot_says_the_longest_wait(world: World) {
        let admin = world.admin().await;
        bot_says_it(&admin).await;
        let settings = WaitTime { method: WaitMethod::Longest, ..WaitTime::default() };
        calculated(&admin, settings).await.unwrap();
        let counter = entrance(&admin, "Counter", world.profile().team).await;
        let create = CreateTeam { name: name("Workshop"), members: vec![admin.person.id.clone()], is_open_to_join: false };
        let workshop = admin.ask(create).await.unwrap().id;
        let workshop = entrance(&admin, "Workshop", workshop).await;
        let ann = world.agent("ann").await;
        comes(&world, &workshop).await;
        world.advance(minutes(30));
        assert_eq!(said(&world).await, UNKNOWN, "whoever waits for others is in another queue");

        let (_, first) = comes(&world, &counter).await;
        assert_eq!(said(&world).await, words("< 1"));
        world.advance(minutes(3));
        let (visitor, second) = comes(&world, &counter).await;
        world.advance(minutes(4));
        assert_eq!(said(&world).await, words("7"));
        does_at(&counter, &visitor, &second, Command::Send { text: text("Hello??") }).await;
        assert_eq!(said(&world).await, words("7"));
        world.restart(|_| ()).await;
        assert_eq!(said(&world).await, words("7"));
        ann.accepts(&first).await;
        assert_eq!(said(&world).await, words("4"));
        ann.does(&first, Command::PutBack).await.unwrap();
        world.advance(minutes(1));
        assert_eq!(said(&world).await, words("5"));
        does_at(&counter, &visitor, &second, Command::Close).await;
        assert_eq!(said(&world).await, words("1"));
        ann.accepts(&first).await;
        assert_eq!(said(&world).await, UNKNOWN);
        let admin = world.admin().await;
        calculated(&admin, WaitTime { usual_minutes: Some(0), ..settings }).await.unwrap();
        assert_eq!(said(&world).await, words("< 1"));
    }
    async fn who_waits_is_told_the_estimate_where_the_admin_wants_it(world: World) {
        let admin = world.admin().await;
        let ann = world.agent("ann").await;
        let settings = WaitTime { method: WaitMethod::Longest, ..WaitTime::default() };
        calculated(&admin, settings).await.unwrap();
        let (first, second, idle) = (world.visitor(), world.visitor(), world.visitor());
        first.starts("Hello?").await;
        world.advance(minutes(3));
        let id = second.starts("Hello?").await;
        let mut asks = second.socket().await;
        let mut longest = first.socket().await;
        let heard = estimates(&world, &mut asks).await;
        assert!(heard.iter().all(Option::is_none), "nobody wants them to know: {heard:?}");

        calculated(&admin, WaitTime { is_shown: true, ..settings }).await.unwrap();
        let mut idle = idle.socket().await;
        world.advance(minutes(4));
        is_told(&world, &mut asks, Some(7)).await;
        let heard = estimates(&world, &mut idle).await;
        assert!(heard.iter().all(Option::is_none), "who does not wait: {heard:?}");
        assert_eq!(estimates(&world, &mut asks).await, [], "nothing new");
        // Whoever waits longest would read how long they have waited: they read the next one's.
        is_told(&world, &mut longest, Some(4)).await;
        // The same where sockets are blocked.
        for (visitor, want) in [(&first, 4), (&second, 7)] {
            assert_eq!(polled(visitor).await, [Some(want)]);
        }
        ann.accepts(&id).await;
        // Nobody reads an estimate who is talked to.
        is_told(&world, &mut asks, None).await;

        // Nobody keeps an estimate that is shown no more.
        calculated(&admin, settings).await.unwrap();
        is_told(&world, &mut longest, None).await;
        assert_eq!(polled(&first).await, [None]);
    }
}
