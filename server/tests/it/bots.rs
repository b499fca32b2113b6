//! Conversations that go through flows: what the bot says, who may speak, and what stays when the
//! flow or the program changes meanwhile.
//!
//! Invariant: whatever becomes of a flow, nothing that a visitor has said is lost.

use crate::world::{Agent, Visitor, World, both, client_id, conversation_id, text};
use domain::api::{
    CreateFlow, Field, FlowPage, ListConversations, ListFlows, PublishFlow, Published,
    ReadConversation, ReadFlow, Refusal, RolloutChange, SaveFlow, SaveProfile, SetFlowArchived,
    SetFlowRollout,
};
use domain::conversation::{
    Command, Entry, EntryBody, Filter, Speaker, Stage, VisitorBody, VisitorEntry, VisitorStage,
};
use domain::flow::{FilePolicy, Flow, Kind, Share, StepId};
use domain::id::{ConversationId, FlowId};
use domain::limit;
use domain::live::{ServerFrame, VisitorSignal};
use domain::settings::{
    BubbleRule, ChannelRule, ChatProfile, FlowWhen, Language, OpeningHours, ProfileFlow, ZoneName,
};
use domain::text::{DisplayName, Reason, UrlPattern};
use serde_json::{Value, json};

pub(crate) async fn welcome_bot(admin: &Agent) -> FlowId {
    let flows = admin.ask(ListFlows {}).await.unwrap();
    flows[0].id.clone()
}

/// From now on this bot answers.
pub(crate) async fn answers(admin: &Agent, flow: &FlowId, when: FlowWhen) {
    let profile = admin.profile().await.profile;
    let flow = Some(ProfileFlow {
        flow: flow.clone(),
        when,
    });
    let profile = ChatProfile { flow, ..profile };
    admin.ask(SaveProfile { profile }).await.unwrap();
}

/// A new flow of these steps that begins at the first, published.
pub(crate) async fn flow_of(admin: &Agent, name: &str, steps: &Value) -> FlowId {
    let draft = json!({ "bot_name": name, "languages": ["en"], "start": 1, "steps": steps });
    let create = CreateFlow {
        name: DisplayName::parse(name).unwrap(),
        draft: serde_json::from_value(draft).unwrap(),
        tests: Vec::new(),
    };
    let flow = admin.ask(create).await.unwrap().row.id;
    change(admin, &flow, |_| ()).await;
    flow
}

/// Publishes a change of the draft.
pub(crate) async fn change(admin: &Agent, flow: &FlowId, change: impl Fn(&mut Flow)) {
    change_for(admin, flow, None, change).await;
}

/// Publishes a change of the draft, for a part of new conversations at first.
async fn change_for(
    admin: &Agent,
    flow: &FlowId,
    share: Option<Share>,
    change: impl Fn(&mut Flow),
) -> FlowPage {
    let page = admin.ask(ReadFlow { flow: flow.clone() }).await.unwrap();
    let mut draft = page.draft;
    change(&mut draft);
    let save = SaveFlow {
        flow: flow.clone(),
        name: page.row.name,
        draft,
        tests: page.tests,
        save: page.save,
    };
    let page = admin.ask(save).await.unwrap();
    let publish = PublishFlow {
        flow: flow.clone(),
        save: page.save,
        note: None,
        is_accepted: true,
        share,
    };
    match admin.ask(publish).await.unwrap() {
        Published::Done(page) => *page,
        other => panic!("{other:?}"),
    }
}

/// Other words wherever the bot says something or ends.
fn reword(draft: &mut Flow) {
    for step in &mut draft.steps {
        if let Kind::Message(message) = &mut step.does {
            message.text.set(Language::En, "Changed.");
        }
        if let Kind::End(end) = &mut step.does {
            end.text.set(Language::En, "Changed, too.");
        }
    }
}

/// What a window is told before its visitor has said anything.
async fn first_words(visitor: &Visitor) -> Vec<String> {
    let frames = visitor.poll(visitor.hello(), Vec::new()).await.unwrap();
    let Some(ServerFrame::Welcome(welcome)) = frames.into_iter().next() else {
        panic!("no welcome");
    };
    welcome.opening.iter().filter_map(said).collect()
}

fn said(entry: &VisitorEntry) -> Option<String> {
    match &entry.body {
        VisitorBody::Message { text, .. } => Some(text.as_str().to_owned()),
        _ => None,
    }
}

pub(crate) async fn seen(visitor: &Visitor) -> (Vec<String>, VisitorStage) {
    let frames = visitor.poll(visitor.hello(), Vec::new()).await.unwrap();
    let Some(ServerFrame::Welcome(welcome)) = frames.into_iter().next() else {
        panic!("no welcome");
    };
    let snapshot = welcome.conversation.unwrap();
    let words = snapshot.entries.iter().filter_map(said).collect();
    (words, snapshot.head.stage)
}

pub(crate) async fn transcript(agent: &Agent, id: &ConversationId) -> (Vec<Entry>, Stage) {
    let conversation = id.clone();
    let read = agent.ask(ReadConversation { conversation }).await.unwrap();
    (read.entries, read.head.stage)
}

pub(crate) async fn waiting(agent: &Agent) -> u32 {
    let list = ListConversations {
        filter: Filter::Active,
        before: None,
    };
    agent.ask(list).await.unwrap().counts.waiting
}

both! {
    async fn an_open_window_where_nothing_began_is_welcomed_by_the_bot_of_now(world: World) {
        let admin = world.admin().await;
        let (idle, busy) = (world.visitor(), world.visitor());
        let mut waits = idle.line().await;
        waits.hello(&idle.hello()).await;
        assert_eq!(waits.welcome().await.opening, Vec::new());
        let id = busy.starts("Hello").await;
        let mut goes_on = busy.line().await;
        goes_on.hello(&busy.hello()).await;
        assert!(goes_on.welcome().await.conversation.is_some());
        answers(&admin, &welcome_bot(&admin).await, FlowWhen::Always).await;
        let words: Vec<_> = waits.welcome().await.opening.iter().filter_map(said).collect();
        assert_eq!(words, ["Welcome! 👋", "What are you looking for?"]);
        // Nobody is spoken to again in the middle: the next that this window hears is an answer.
        busy.says(&id, "Still here").await;
        loop {
            match goes_on.frame().await {
                ServerFrame::Welcome(_) => panic!("welcomed in the middle"),
                ServerFrame::Entry(entry) if said(&entry).as_deref() == Some("Still here") => break,
                _ => {}
            }
        }
    }

    async fn the_welcome_bot_greets_asks_and_takes_an_address(world: World) {
        let admin = world.admin().await;
        let visitor = world.visitor();
        assert_eq!(first_words(&visitor).await, Vec::<String>::new());
        answers(&admin, &welcome_bot(&admin).await, FlowWhen::Always).await;
        let words = first_words(&visitor).await;
        assert_eq!(words, ["Welcome! 👋", "What are you looking for?"]);
        let list = ListConversations { filter: Filter::All, before: None };
        let none = admin.ask(list.clone()).await.unwrap();
        assert!(none.rows.is_empty(), "who only looks leaves nothing behind");

        let id = visitor.starts("something ELSE").await;
        visitor.says(&id, "call me").await;
        visitor.says(&id, "Vera@Example.com").await;
        let (words, stage) = seen(&visitor).await;
        assert_eq!(words[..4], [
            "Welcome! 👋",
            "What are you looking for?",
            "something ELSE",
            "Thank you, I have noted that down.",
        ]);
        assert_eq!(words[5], "call me");
        assert!(words[6].starts_with("That does not look like an e-mail address"));
        assert_eq!(words[7], "Vera@Example.com");
        let name = DisplayName::parse("Welcome Bot").unwrap();
        assert_eq!(stage, VisitorStage::Talking { name, picture: None });

        assert_eq!(waiting(&admin).await, 0, "nobody waits for a person");
        let rows = admin.ask(list).await.unwrap().rows;
        assert_eq!(rows[0].row.claims.email.as_deref(), Some("vera@example.com"));
        let active = ListConversations { filter: Filter::Active, before: None };
        assert_eq!(admin.ask(active).await.unwrap().rows.len(), 1);
        let (entries, stage) = transcript(&admin, &id).await;
        assert!(matches!(stage, Stage::InFlow { .. }));
        let numbers: Vec<_> = entries.iter().map(|entry| entry.seq.get()).collect();
        let whole: Vec<_> = (1..=u32::try_from(entries.len()).unwrap()).collect();
        assert_eq!(numbers, whole);

        // The bot is done; who has more to say is heard by people.
        visitor.says(&id, "one more thing").await;
        assert_eq!(waiting(&admin).await, 1);
    }

    async fn who_asks_for_prices_is_put_through_if_somebody_is_there(world: World) {
        let admin = world.admin().await;
        answers(&admin, &welcome_bot(&admin).await, FlowWhen::Always).await;
        let alone = world.visitor();
        first_words(&alone).await;
        let id = alone.starts("I have a question about prices").await;
        let (words, _) = seen(&alone).await;
        assert!(words.contains(&"Nobody is free to answer right now.".to_owned()), "{words:?}");
        assert!(matches!(transcript(&admin, &id).await.1, Stage::InFlow { .. }));

        let ann = world.agent("ann").await.available().await;
        let _line = ann.socket().await;
        let visitor = world.visitor();
        first_words(&visitor).await;
        let id = visitor.starts("I have a question about prices").await;
        let (entries, stage) = transcript(&ann, &id).await;
        assert!(matches!(stage, Stage::Waiting { .. }));
        let last = entries.last().unwrap();
        assert!(matches!(&last.body, EntryBody::HandedOver { .. }));
        assert!(matches!(&last.by, Speaker::Bot { .. }));
        ann.accepts(&id).await;
        visitor.says(&id, "Something else").await;
        let (words, _) = seen(&visitor).await;
        assert_eq!(words.last().unwrap(), "Something else", "the bot is silent");
    }

    async fn out_of_hours_nobody_is_put_through(world: World) {
        let admin = world.admin().await;
        answers(&admin, &welcome_bot(&admin).await, FlowWhen::Always).await;
        let ann = world.agent("ann").await.available().await;
        let _line = ann.socket().await;
        let never = OpeningHours {
            zone: ZoneName::parse("UTC").unwrap(),
            week: Vec::new(),
            exceptions: Vec::new(),
        };
        let profile = ChatProfile { hours: Some(never), ..admin.profile().await.profile };
        admin.ask(SaveProfile { profile }).await.unwrap();
        let visitor = world.visitor();
        assert_eq!(first_words(&visitor).await.len(), 2, "the bot speaks at any hour");
        let id = visitor.starts("I have a question about prices").await;
        let (words, _) = seen(&visitor).await;
        assert!(words.contains(&"Nobody is free to answer right now.".to_owned()), "{words:?}");
        assert!(matches!(transcript(&admin, &id).await.1, Stage::InFlow { .. }));
    }

    async fn an_agent_takes_over_and_the_bot_never_speaks_again(world: World) {
        let admin = world.admin().await;
        answers(&admin, &welcome_bot(&admin).await, FlowWhen::Always).await;
        let visitor = world.visitor();
        let id = visitor.starts("Something else").await;
        let ann = world.agent("ann").await;
        let send = Command::Send { text: text("Hello") };
        assert_eq!(ann.does(&id, send).await, Err(Refusal::NotJoined));
        ann.accepts(&id).await;
        visitor.says(&id, "vera@example.com").await;
        ann.says(&id, "Hello Vera").await;
        let (words, _) = seen(&visitor).await;
        assert_eq!(words[words.len() - 2..], ["vera@example.com", "Hello Vera"]);
    }

    async fn a_running_conversation_stays_on_its_version(world: World) {
        let admin = world.admin().await;
        let flow = welcome_bot(&admin).await;
        answers(&admin, &flow, FlowWhen::Always).await;
        let visitor = world.visitor();
        first_words(&visitor).await;
        let id = visitor.starts("Something else").await;
        change(&admin, &flow, reword).await;
        let newcomer = world.visitor();
        assert_eq!(first_words(&newcomer).await[0], "Changed.");
        // Another process, another memory: the version is read from the disk.
        world.restart(|_| ()).await;
        visitor.says(&id, "vera@example.com").await;
        let (words, _) = seen(&visitor).await;
        assert!(!words.iter().any(|said| said.starts_with("Changed")), "{words:?}");

        // Put aside meanwhile: who is in it goes on, and nobody else begins with it.
        let admin = world.admin().await;
        first_words(&newcomer).await;
        let other = newcomer.starts("Something else").await;
        let archive = SetFlowArchived { flow, is_archived: true };
        admin.ask(archive).await.unwrap();
        newcomer.says(&other, "nobody@example.com").await;
        assert_eq!(seen(&newcomer).await.0.last().unwrap(), "Changed, too.");
        let third = world.visitor();
        assert_eq!(first_words(&third).await, Vec::<String>::new());
        let id = third.starts("Hello?").await;
        assert!(matches!(transcript(&admin, &id).await.1, Stage::Waiting { .. }));
    }

    async fn a_part_of_new_conversations_begins_with_a_version_on_trial(world: World) {
        let admin = world.admin().await;
        let flow = welcome_bot(&admin).await;
        answers(&admin, &flow, FlowWhen::Always).await;
        let percent = |percent| Share::from_percent(percent).unwrap();
        let page = change_for(&admin, &flow, Some(percent(50)), reword).await;
        let visitors: Vec<_> = (0..32).map(|_| world.visitor()).collect();
        let sides = async || {
            let mut sides = Vec::new();
            for visitor in &visitors {
                let words = first_words(visitor).await;
                sides.push(match words[0].as_str() {
                    "Changed." => true,
                    "Welcome! 👋" => false,
                    other => panic!("{other}"),
                });
            }
            sides
        };
        let tried = sides().await;
        assert!(tried.contains(&true) && tried.contains(&false), "{tried:?}");
        assert_eq!(sides().await, tried, "who looks again finds the same");
        // Another process, another memory.
        world.restart(|_| ()).await;
        assert_eq!(sides().await, tried);

        let set = async |save, change| {
            let set = SetFlowRollout { flow: flow.clone(), save, change };
            admin.ask(set).await.unwrap().save
        };
        let save = set(page.save, RolloutChange::Share(percent(80))).await;
        let more = sides().await;
        let is_kept = tried.iter().zip(&more).all(|(before, now)| !before || *now);
        assert!(is_kept, "nobody falls back: {tried:?} {more:?}");

        // What the window has shown is what is answered, on either side.
        let mut begun = Vec::new();
        for side in [true, false] {
            let at = tried.iter().position(|tried| *tried == side).unwrap();
            let visitor = &visitors[at];
            first_words(visitor).await;
            let id = visitor.starts("Something else").await;
            let words = seen(visitor).await.0;
            let first = if more[at] { "Changed." } else { "Welcome! 👋" };
            assert_eq!(words[..3], [first, "What are you looking for?", "Something else"]);
            begun.push((visitor, id, more[at]));
        }
        set(save, RolloutChange::TakeBack).await;
        for (visitor, id, is_new) in begun {
            visitor.says(&id, "vera@example.com").await;
            let words = seen(visitor).await.0;
            let is_last_new = words.last().unwrap() == "Changed, too.";
            assert_eq!(is_last_new, is_new, "who has begun stays: {words:?}");
        }
        for _ in 0..8 {
            assert_eq!(first_words(&world.visitor()).await[0], "Welcome! 👋");
        }
    }

    async fn what_no_window_has_shown_is_not_answered(world: World) {
        let admin = world.admin().await;
        let flow = welcome_bot(&admin).await;
        answers(&admin, &flow, FlowWhen::NobodyThere).await;
        let ann = world.agent("ann").await.available().await;
        let _line = ann.socket().await;
        // Ann is there, and the window shows no bot; she leaves, and the bot answers the words.
        let visitor = world.visitor();
        assert_eq!(first_words(&visitor).await, Vec::<String>::new());
        ann.away().await;
        visitor.starts("I have a question about prices").await;
        let (words, _) = seen(&visitor).await;
        assert_eq!(words[0], "I have a question about prices");
        assert!(words.len() > 2, "and it asks what it is about: {words:?}");
        assert!(!words.contains(&"Nobody is free to answer right now.".to_owned()), "{words:?}");

        // Another version was published behind an open window.
        let visitor = world.visitor();
        assert!(!first_words(&visitor).await.is_empty());
        change(&admin, &flow, |draft| "Somebody else".clone_into(&mut draft.bot_name)).await;
        visitor.starts("Something else").await;
        assert_eq!(seen(&visitor).await.0[0], "Something else");
    }

    async fn a_version_that_cannot_be_read_leaves_the_entrance_open(world: World) {
        let admin = world.admin().await;
        let flow = welcome_bot(&admin).await;
        answers(&admin, &flow, FlowWhen::Always).await;
        let visitor = world.visitor();
        first_words(&visitor).await;
        let id = visitor.starts("Something else").await;
        world.change("update flow_version set content = '{}'").await;
        world.restart(|_| ()).await;
        let newcomer = world.visitor();
        assert_eq!(first_words(&newcomer).await, Vec::<String>::new());
        let other = newcomer.starts("Hello?").await;
        visitor.says(&id, "vera@example.com").await;
        let admin = world.admin().await;
        for id in [id, other] {
            assert!(matches!(transcript(&admin, &id).await.1, Stage::Waiting { .. }));
        }
    }

    async fn what_a_bot_says_of_files_reaches_the_window(world: World) {
        let admin = world.admin().await;
        let flow = welcome_bot(&admin).await;
        answers(&admin, &flow, FlowWhen::Always).await;
        change(&admin, &flow, |draft| for step in &mut draft.steps {
            if let Kind::HandOver(hand_over) = &mut step.does {
                hand_over.files = FilePolicy::Prevent;
            }
        }).await;
        let ann = world.agent("ann").await.available().await;
        let _line = ann.socket().await;
        let visitor = world.visitor();
        let mut line = visitor.socket().await;
        let welcomed = async |visitor: &Visitor| {
            let frames = visitor.poll(visitor.hello(), Vec::new()).await.unwrap();
            frames.into_iter().find_map(|frame| match frame {
                ServerFrame::Welcome(welcome) => Some(welcome.profile.are_files_welcome),
                _ => None,
            })
        };
        assert_eq!(welcomed(&visitor).await, Some(true));
        let id = visitor.starts("I have a question about prices").await;
        let told = line.until("word of files", |frame| match frame {
            ServerFrame::Signal(VisitorSignal::Profile(profile)) => Some(profile.are_files_welcome),
            _ => None,
        });
        assert!(!told.await);
        assert_eq!(welcomed(&visitor).await, Some(false), "and a window that comes later");
        // Another conversation is under the profile's own word again.
        visitor.does(&id, Command::Close).await.unwrap();
        visitor.starts("Something else").await;
        let told = line.until("word of files", |frame| match frame {
            ServerFrame::Signal(VisitorSignal::Profile(profile)) => Some(profile.are_files_welcome),
            _ => None,
        });
        assert!(told.await);
    }

    async fn a_repeat_is_answered_once(world: World) {
        let admin = world.admin().await;
        answers(&admin, &welcome_bot(&admin).await, FlowWhen::Always).await;
        let visitor = world.visitor();
        let (own, id) = (client_id(), conversation_id());
        let start = || Visitor::start("Something else");
        for _ in 0..3 {
            visitor.repeats(&own, &id, start()).await.unwrap();
        }
        let own = client_id();
        for _ in 0..3 {
            let answer = Command::Send { text: text("vera@example.com") };
            visitor.repeats(&own, &id, answer).await.unwrap();
        }
        let (words, _) = seen(&visitor).await;
        let times = |what: &str| words.iter().filter(|said| *said == what).count();
        assert_eq!(times("Something else"), 1);
        assert_eq!(times("vera@example.com"), 1);
        assert_eq!(times("What are you looking for?"), 1);
    }

    async fn a_bot_may_speak_only_where_nobody_is(world: World) {
        let admin = world.admin().await;
        answers(&admin, &welcome_bot(&admin).await, FlowWhen::NobodyThere).await;
        let visitor = world.visitor();
        assert_eq!(first_words(&visitor).await.len(), 2);
        let ann = world.agent("ann").await.available().await;
        let _line = ann.socket().await;
        assert_eq!(first_words(&visitor).await, Vec::<String>::new());
        let id = visitor.starts("Hello").await;
        assert!(matches!(transcript(&ann, &id).await.1, Stage::Waiting { .. }));
        // Who has long done nothing is nobody, to a bot as well.
        world.advance(limit::AGENT_IDLE);
        assert_eq!(first_words(&world.visitor()).await.len(), 2);
    }

    async fn where_rules_begin_is_looked_at_when_they_are_saved(world: World) {
        let admin = world.admin().await;
        let flow = welcome_bot(&admin).await;
        answers(&admin, &flow, FlowWhen::Always).await;
        let draft = admin.ask(ReadFlow { flow: flow.clone() }).await.unwrap().draft;
        let asks = |kind: &Kind| matches!(kind, Kind::Input(_));
        let step = draft.steps.iter().find(|step| asks(&step.does)).unwrap().id;
        let rule = ChannelRule {
            url: UrlPattern::parse("*").unwrap(),
            countries: Vec::new(),
            bubble: BubbleRule::Show,
            flow: None,
            step: Some(step),
        };
        let save = async |rules: Vec<ChannelRule>| {
            let profile = ChatProfile { rules, ..admin.profile().await.profile };
            admin.ask(SaveProfile { profile }).await
        };
        let refused = Refusal::Invalid { field: Field::Step, reason: Reason::Form };
        assert_eq!(save(vec![rule.clone()]).await.unwrap_err(), refused);
        change(&admin, &flow, |draft| for own in &mut draft.steps {
            own.may_start |= own.id == step;
        }).await;
        save(vec![rule.clone()]).await.unwrap();
        let visitor = world.visitor();
        assert_eq!(first_words(&visitor).await.len(), 1, "the question alone");
        // A page's word that means nothing there does not hide the rule's.
        let mut hello = visitor.hello();
        if let Some(own) = &mut hello.visitor {
            own.step = Some(StepId(99));
        }
        let frames = visitor.poll(hello, Vec::new()).await.unwrap();
        let Some(ServerFrame::Welcome(welcome)) = frames.into_iter().next() else {
            panic!("no welcome");
        };
        assert_eq!(welcome.opening.iter().filter_map(said).count(), 1);
        let nowhere = ChannelRule { step: Some(StepId(99)), ..rule.clone() };
        assert_eq!(save(vec![rule.clone(), nowhere]).await.unwrap_err(), refused);
        // What a later version no longer allows keeps nobody from saving something else.
        change(&admin, &flow, |draft| for own in &mut draft.steps {
            own.may_start = false;
        }).await;
        let hidden = ChannelRule { bubble: BubbleRule::Hide, ..rule };
        save(vec![hidden]).await.unwrap();
        assert_eq!(first_words(&visitor).await.len(), 2, "from its start");
    }

    async fn one_flow_starts_another(world: World) {
        let admin = world.admin().await;
        let target = welcome_bot(&admin).await;
        let porter = flow_of(&admin, "Porter", &json!([
            { "id": 1, "name": "", "does": { "start_flow": { "flow": target, "failed": 2 } } },
            { "id": 2, "name": "", "does": { "end": { "text": { "en": "Sorry." } } } },
        ])).await;
        answers(&admin, &porter, FlowWhen::Always).await;
        let visitor = world.visitor();
        assert_eq!(first_words(&visitor).await.len(), 2);
        visitor.starts("Something else").await;
        let (words, stage) = seen(&visitor).await;
        assert_eq!(words[0], "Welcome! 👋");
        let name = DisplayName::parse("Welcome Bot").unwrap();
        assert_eq!(stage, VisitorStage::Talking { name, picture: None });

        let archive = SetFlowArchived { flow: target, is_archived: true };
        admin.ask(archive).await.unwrap();
        let visitor = world.visitor();
        visitor.starts("Hello").await;
        assert_eq!(seen(&visitor).await.0, ["Hello", "Sorry."]);
    }
}
