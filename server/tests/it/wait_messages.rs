//! What visitors who wait are told, one message in each interval.
//!
//! Invariant: that nothing more was said is asked only after a bell has rung twice, a visitor at an
//! entrance of their own who is told something every minute: whoever was due with the first stroke
//! has been told by the second.

use crate::world::{Agent, Visitor, World, both, client_id, conversation_id, text, until};
use domain::api::{
    CreateFlow, CreateProfile, Field, ListConversations, PublishFlow, ReadConversation,
    ReadProfile, Refusal, SaveProfile,
};
use domain::conversation::{
    Command, Conversation, Entry, EntryBody, Filter, Speaker, Stage, VisitorBody, VisitorStage,
    Voice,
};
use domain::id::ConversationId;
use domain::limit;
use domain::live::{ClientFrame, ServerFrame, VisitorSnapshot};
use domain::settings::{
    ChatProfile, FlowWhen, Language, OpeningHours, ProfileFlow, Translation, WaitMessages,
    WaitTime, Wording, ZoneName,
};
use domain::text::{DisplayName, Reason};
use domain::time::Span;

fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

fn settings(interval_minutes: u32, is_looped: bool, messages: &[&str]) -> WaitMessages {
    WaitMessages {
        interval_minutes,
        is_looped,
        messages: messages.iter().map(|words| text(words)).collect(),
    }
}

/// The default entrance says this from now on.
async fn says(admin: &Agent, wait_messages: WaitMessages) -> Result<ChatProfile, Refusal> {
    let profile = ChatProfile {
        wait_messages,
        ..admin.profile().await.profile
    };
    admin.ask(SaveProfile { profile }).await
}

async fn entries(reader: &Agent, id: &ConversationId) -> Vec<Entry> {
    let conversation = id.clone();
    let read = reader.ask(ReadConversation { conversation }).await;
    read.unwrap().entries
}

/// What a visitor was told while they waited.
async fn told(reader: &Agent, id: &ConversationId) -> Vec<String> {
    let said = |entry: Entry| match entry.body {
        EntryBody::WaitMessage { text, .. } => Some(text.as_str().to_owned()),
        _ => None,
    };
    entries(reader, id)
        .await
        .into_iter()
        .filter_map(said)
        .collect()
}

async fn is_told(reader: &Agent, id: &ConversationId, words: &[&str]) {
    until("a message for one who waits", async || {
        told(reader, id).await == words
    })
    .await;
}

/// What the visitor's window begins with.
async fn window(visitor: &Visitor) -> VisitorSnapshot {
    let frames = visitor.poll(visitor.hello(), Vec::new()).await.unwrap();
    let welcome = frames.into_iter().find_map(|frame| match frame {
        ServerFrame::Welcome(welcome) => Some(welcome),
        _ => None,
    });
    welcome.unwrap().conversation.unwrap()
}

struct Bell {
    admin: Agent,
    id: ConversationId,
}

impl Bell {
    async fn hung(world: &World) -> Self {
        let (admin, visitor, id) = (world.admin().await, world.visitor(), conversation_id());
        let create = CreateProfile {
            name: name("Bell"),
            like: None,
            team: Some(world.profile().team),
        };
        let profile = ChatProfile {
            wait_messages: settings(1, true, &["Ding"]),
            ..admin.ask(create).await.unwrap().profile
        };
        let profile = admin.ask(SaveProfile { profile }).await.unwrap();
        let mut hello = visitor.hello();
        let person = hello.visitor.as_mut().unwrap();
        (person.profile, person.key) = (profile.id, profile.key);
        let frame = ClientFrame::Command {
            client_id: client_id(),
            conversation: id.clone(),
            command: Visitor::start("Is this a bell?"),
        };
        visitor.poll(hello, vec![frame]).await.unwrap();
        Self { admin, id }
    }

    async fn strokes(&self) -> usize {
        told(&self.admin, &self.id).await.len()
    }

    async fn stroke(&self, world: &World, minutes: u64) {
        let before = self.strokes().await;
        world.advance(Span::from_minutes(minutes));
        until("the bell", async || self.strokes().await > before).await;
    }

    /// So many minutes go by, and one more.
    async fn ring(&self, world: &World, minutes: u64) {
        self.stroke(world, minutes).await;
        self.stroke(world, 1).await;
    }
}

both! {
    async fn nobody_is_asked_to_wait_for_people_who_have_gone_home(world: World) {
        let admin = world.admin().await;
        let bell = Bell::hung(&world).await;
        let said = says(&admin, settings(1, false, &["One moment", "Still here"])).await.unwrap();
        let never = OpeningHours {
            zone: ZoneName::parse("Europe/Berlin").unwrap(),
            week: Vec::new(),
            exceptions: Vec::new(),
        };
        let profile = ChatProfile { hours: Some(never), ..said };
        let closed = admin.ask(SaveProfile { profile }).await.unwrap();
        let id = world.visitor().starts("Anybody there?").await;
        bell.ring(&world, 1).await;
        is_told(&admin, &id, &[]).await;
        // As soon as somebody may be there again, who waits hears of it: once, whatever has passed.
        let profile = ChatProfile { hours: None, ..closed };
        admin.ask(SaveProfile { profile }).await.unwrap();
        is_told(&admin, &id, &["Still here"]).await;
    }

    async fn who_waits_is_told_in_their_language(world: World) {
        let admin = world.admin().await;
        let bell = Bell::hung(&world).await;
        let said = says(&admin, settings(1, false, &["One moment", "Still here"])).await.unwrap();
        let wording = Wording {
            translations: vec![Translation {
                language: Language::De,
                of: "One moment".to_owned(),
                text: text("Einen Moment, $LANGUAGE"),
            }],
            ..Wording::default()
        };
        admin.ask(SaveProfile { profile: ChatProfile { wording, ..said } }).await.unwrap();
        let german = Visitor { language: Some("de-AT"), ..world.visitor() };
        let english = world.visitor();
        let (of_german, of_english) =
            (german.starts("Jemand da?").await, english.starts("Anybody there?").await);
        bell.stroke(&world, 1).await;
        is_told(&admin, &of_german, &["Einen Moment, de"]).await;
        is_told(&admin, &of_english, &["One moment"]).await;
        // What nobody has said in their language, they read as it is written.
        bell.stroke(&world, 1).await;
        is_told(&admin, &of_german, &["Einen Moment, de", "Still here"]).await;
    }

    async fn who_waits_is_told_one_message_after_the_other(world: World) {
        let admin = world.admin().await;
        let bell = Bell::hung(&world).await;
        says(&admin, settings(3, false, &["About $-WAITTIME minutes, ${NAME|friend}.", "Still here."])).await.unwrap();
        let profile = ChatProfile {
            wait_time: WaitTime { usual_minutes: Some(7), ..WaitTime::default() },
            ..admin.profile().await.profile
        };
        let profile = admin.ask(SaveProfile { profile }).await.unwrap();
        let ann = world.agent("ann").await.available().await;
        let visitor = world.visitor();
        let id = visitor.starts("Anybody there?").await;
        bell.ring(&world, 1).await;
        assert!(told(&admin, &id).await.is_empty(), "not after two minutes");
        world.advance(Span::from_minutes(1));
        is_told(&admin, &id, &["About 7 minutes, friend."]).await;
        bell.ring(&world, 1).await;
        assert_eq!(told(&admin, &id).await.len(), 1);
        world.advance(Span::from_minutes(1));
        let both = ["About 7 minutes, friend.", "Still here."];
        is_told(&admin, &id, &both).await;
        bell.ring(&world, 30).await;
        assert_eq!(told(&admin, &id).await, both, "all was said");

        // To the visitor somebody spoke, and nobody came.
        let window = window(&visitor).await;
        assert_eq!(window.head.stage, VisitorStage::Waiting);
        let last = window.entries.last().unwrap();
        assert_eq!(last.by, Voice::Agent { name: profile.name.clone(), picture: None });
        assert!(matches!(&last.body, VisitorBody::Message { text, aside: None } if text.as_str() == "Still here."));
        assert_eq!(window.last, last.seq);

        // To agents the conversation waits as before.
        let list = ListConversations { filter: Filter::Active, before: None };
        let rows = ann.ask(list).await.unwrap().rows;
        let row = rows.iter().find(|row| row.row.id == id).unwrap();
        assert_eq!(row.unread(), 1);
        assert_eq!(row.row.preview.as_ref().unwrap().text, "Anybody there?");
        let Stage::Waiting { since } = row.row.stage else { panic!("{:?}", row.row.stage) };
        let all = entries(&admin, &id).await;
        assert_eq!(since, all[0].at);
        let of_bot = |entry: &&Entry| entry.by == Speaker::Bot { name: profile.name.clone(), picture: None };
        assert_eq!(all.iter().filter(of_bot).count(), 2);

        // What is stored is what the entries fold to.
        let state = server::conversations::store::state(&world.server().db, &id).await.unwrap();
        let mut fold = Conversation::begin(&all[0]).unwrap();
        all[1..].iter().for_each(|entry| fold.apply(entry));
        assert_eq!(state, Some(fold));
    }

    async fn messages_begin_anew_where_an_admin_wants_it(world: World) {
        let admin = world.admin().await;
        let bell = Bell::hung(&world).await;
        says(&admin, settings(3, true, &["One", "Two"])).await.unwrap();
        let id = world.visitor().starts("Anybody there?").await;
        let mut words = Vec::new();
        for next in ["One", "Two", "One", "Two"] {
            bell.ring(&world, 1).await;
            assert_eq!(told(&admin, &id).await, words);
            world.advance(Span::from_minutes(1));
            words.push(next);
            is_told(&admin, &id, &words).await;
        }
    }

    async fn nobody_is_told_to_wait_who_does_not(world: World) {
        let admin = world.admin().await;
        let bell = Bell::hung(&world).await;
        says(&admin, settings(3, true, &["One", "Two"])).await.unwrap();
        let ann = world.agent("ann").await;
        let (joined, closed) = (world.visitor(), world.visitor());
        let (id, gone) = (joined.starts("Anybody there?").await, closed.starts("Hello?").await);
        world.advance(Span::from_minutes(3));
        is_told(&admin, &id, &["One"]).await;
        is_told(&admin, &gone, &["One"]).await;
        ann.accepts(&id).await;
        closed.does(&gone, Command::Close).await.unwrap();
        bell.ring(&world, 20).await;
        assert_eq!(told(&admin, &id).await, ["One"]);
        assert_eq!(told(&admin, &gone).await, ["One"]);

        // Who waits again waits from the beginning.
        ann.does(&id, Command::PutBack).await.unwrap();
        bell.ring(&world, 1).await;
        assert_eq!(told(&admin, &id).await, ["One"]);
        world.advance(Span::from_minutes(1));
        is_told(&admin, &id, &["One", "One"]).await;

        // Who talks with a bot is not told anything by anybody else.
        let draft = serde_json::from_value(serde_json::json!({
            "bot_name": "Robo", "languages": ["en"], "start": 1, "steps": [
                { "id": 1, "name": "", "does": { "input": {
                    "text": { "en": "Your name?" }, "kind": "line", "next": 2,
                } } },
                { "id": 2, "name": "", "does": { "input": {
                    "text": { "en": "Your order?" }, "kind": "line", "next": 3,
                } } },
                { "id": 3, "name": "", "does": { "end": { "text": { "en": "Bye." } } } },
            ],
        }));
        let create = CreateFlow { name: name("Robo"), draft: draft.unwrap(), tests: Vec::new() };
        let page = admin.ask(create).await.unwrap();
        let publish = PublishFlow { flow: page.row.id.clone(), save: page.save, note: None, is_accepted: true, share: None };
        admin.ask(publish).await.unwrap();
        let profile = ChatProfile {
            flow: Some(ProfileFlow { flow: page.row.id, when: FlowWhen::Always }),
            ..admin.profile().await.profile
        };
        admin.ask(SaveProfile { profile }).await.unwrap();
        let in_flow = world.visitor().starts("Hello?").await;
        bell.ring(&world, 20).await;
        assert!(told(&admin, &in_flow).await.is_empty());
        assert!(matches!(entries(&admin, &in_flow).await.last().unwrap().body, EntryBody::Went { .. }));
    }

    async fn a_restart_repeats_nothing_and_a_pause_ends_with_one_message(world: World) {
        let admin = world.admin().await;
        let bell = Bell::hung(&world).await;
        says(&admin, settings(3, false, &["One", "Two", "Three", "Four"])).await.unwrap();
        let id = world.visitor().starts("Anybody there?").await;
        world.advance(Span::from_minutes(3));
        is_told(&admin, &id, &["One"]).await;
        world.restart(|_| ()).await;
        bell.ring(&world, 1).await;
        assert_eq!(told(&admin, &id).await, ["One"]);
        world.advance(Span::from_minutes(1));
        is_told(&admin, &id, &["One", "Two"]).await;

        // Nobody was there to say the third when its time came.
        world.end().await;
        world.advance(Span::from_minutes(7));
        world.restart(|_| ()).await;
        is_told(&admin, &id, &["One", "Two", "Four"]).await;
        bell.ring(&world, 30).await;
        assert_eq!(told(&admin, &id).await, ["One", "Two", "Four"]);
    }

    async fn whoever_looks_twice_says_nothing_twice(world: World) {
        let admin = world.admin().await;
        let bell = Bell::hung(&world).await;
        let one = settings(3, true, &["One"]);
        says(&admin, one.clone()).await.unwrap();
        let id = world.visitor().starts("Anybody there?").await;
        for round in 1..=5 {
            world.advance(Span::from_minutes(3));
            // Each save has everybody looked at anew, whatever is on its way to the disk.
            for _ in 0..5 {
                says(&admin, one.clone()).await.unwrap();
            }
            is_told(&admin, &id, &vec!["One"; round]).await;
        }
        bell.ring(&world, 1).await;
        assert_eq!(told(&admin, &id).await.len(), 5);
    }

    async fn a_change_of_settings_counts_for_those_who_wait(world: World) {
        let admin = world.admin().await;
        let bell = Bell::hung(&world).await;
        let id = world.visitor().starts("Anybody there?").await;
        bell.ring(&world, 20).await;
        assert!(told(&admin, &id).await.is_empty(), "there is nothing to say");
        says(&admin, settings(60, false, &["One", "Two", "Three"])).await.unwrap();
        bell.ring(&world, 3).await;
        assert!(told(&admin, &id).await.is_empty());
        // Due long ago: the latest of those that there are.
        says(&admin, settings(10, true, &["One", "Two", "Three"])).await.unwrap();
        is_told(&admin, &id, &["Two"]).await;
        says(&admin, settings(10, true, &["Un", "Deux", "Trois"])).await.unwrap();
        bell.ring(&world, 8).await;
        assert_eq!(told(&admin, &id).await, ["Two"]);
        world.advance(Span::from_minutes(1));
        is_told(&admin, &id, &["Two", "Trois"]).await;
        says(&admin, WaitMessages::default()).await.unwrap();
        bell.ring(&world, 60).await;
        assert_eq!(told(&admin, &id).await, ["Two", "Trois"]);
        // Named another way, and with an interval that has not gone by since the last.
        says(&admin, settings(60, false, &["A", "B", "C", "D"])).await.unwrap();
        is_told(&admin, &id, &["Two", "Trois", "D"]).await;
    }

    async fn what_is_said_is_stored_with_the_profile(world: World) {
        let admin = world.admin().await;
        let first = admin.profile().await.profile;
        assert_eq!(first.wait_messages, WaitMessages::default());
        let invalid = |reason| Refusal::Invalid { field: Field::Text, reason };
        let many = vec!["Wait"; limit::WAIT_MESSAGES_MAX + 1];
        for (wrong, reason) in [
            (settings(0, false, &["Wait"]), Reason::Form),
            (settings(61, false, &["Wait"]), Reason::Form),
            (settings(3, false, &many), Reason::TooLong { max: limit::WAIT_MESSAGES_MAX }),
            (settings(3, false, &["Wait", "$NAME"]), Reason::Form),
            (settings(3, false, &["For $order"]), Reason::Form),
        ] {
            assert_eq!(says(&admin, wrong.clone()).await.unwrap_err(), invalid(reason), "{wrong:?}");
        }
        assert_eq!(admin.profile().await.profile, first);

        let wanted = settings(60, true, &["One moment.\nOr two.", "$-WAITTIME min"]);
        let saved = says(&admin, wanted.clone()).await.unwrap();
        assert_eq!(saved.wait_messages, wanted);
        let like = CreateProfile { name: name("Copy"), like: Some(saved.id.clone()), team: None };
        assert_eq!(admin.ask(like).await.unwrap().profile.wait_messages, wanted);
        world.restart(|_| ()).await;
        assert_eq!(admin.profile().await.profile, saved);

        // A release before this one has written nothing there.
        world.change("update chat_profile set wait_messages = '{}'").await;
        let read = admin.ask(ReadProfile { profile: saved.id }).await.unwrap();
        assert_eq!(read.profile.wait_messages, WaitMessages::default());
    }
}
