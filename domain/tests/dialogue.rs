//! Bots in conversations: what becomes of a visitor's words, and who answers when.
//!
//! Invariant: every story is made by `decide` and `follow`, as on the server.

#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

use domain::api::Refusal;
use domain::conversation::{
    Circumstances, Command, Conversation, EntryBody, Proof, Rules, Speaker, Stage, VisitorBody,
    Who, decide, first_words,
};
use domain::flow::{Facts, Flow, Program, Rollout, Share, Shelf, StepId};
use domain::id::{AgentId, ContactId, ConversationId, FlowId, ProfileId, Seq, TeamId, VisitorId};
use domain::limit;
use domain::people::{ContactField, ContactFields, Face, Page, Person, Role};
use domain::settings::{Language, ProfileAccess};
use domain::text::{DisplayName, FieldText, MessageText};
use domain::time::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

fn flow(steps: &Value) -> Flow {
    let flow = json!({ "bot_name": "Robo", "languages": ["en"], "start": 1, "steps": steps });
    serde_json::from_value(flow).unwrap()
}

fn en(text: &str) -> Value {
    json!({ "en": text })
}

/// Asks what it is about; an e-mail address; and puts through whoever asks for prices.
fn reception() -> Flow {
    flow(&json!([
        { "id": 1, "name": "", "does": { "message": { "text": en("Hi."), "next": 2 } } },
        { "id": 2, "name": "", "may_start": true, "does": { "question": {
            "text": en("What is it about?"),
            "answers": [
                { "id": 1, "text": en("Prices"), "next": 3 },
                { "id": 2, "text": en("Other"), "next": 4 },
                { "id": 3, "text": en("Nothing"), "next": 7 },
            ] } } },
        { "id": 3, "name": "", "does": { "hand_over": { "text": en("One moment."), "nobody": 4,
            "files": "prevent", "expertise": ["Glazing"] } } },
        { "id": 4, "name": "", "does": { "input": { "text": en("Your address?"), "kind": "email",
            "invalid": en("No address."), "fill": "email", "next": 5 } } },
        { "id": 5, "name": "", "does": { "end": { "text": en("We write to $EMAIL.") } } },
        { "id": 7, "name": "", "does": { "end": { "text": en("Bye."), "closes": true } } },
    ]))
}

struct World {
    shelf: Shelf,
    rules: Rules,
    facts: Facts,
    contacts: BTreeMap<ContactId, ContactFields>,
    state: Option<Conversation>,
    /// Everything that has happened, in short.
    log: Vec<String>,
}

fn team(n: u8) -> TeamId {
    TeamId::from_value(u128::from(n))
}

fn flow_id(n: u8) -> FlowId {
    FlowId::from_value(u128::from(n))
}

fn text(text: &str) -> MessageText {
    MessageText::parse(text).unwrap()
}

impl World {
    fn with(flows: Vec<Flow>) -> Self {
        let mut shelf = Shelf::default();
        for (flow, n) in flows.into_iter().zip(1..) {
            shelf.put(flow_id(n), 1, Arc::new(Program::new(flow)));
            shelf.set_current(flow_id(n), 1, None);
        }
        Self {
            shelf,
            rules: Rules {
                is_profile_active: true,
                team: team(1),
                is_page_query_kept: false,
                access: ProfileAccess::Everyone,
                are_files_welcome: true,
                agent_name: None,
                language: None,
                flow: Some(flow_id(1)),
                steps: Vec::new(),
                asked: None,
            },
            facts: Facts {
                teams_there: [team(1)].into(),
                ..Facts::default()
            },
            contacts: BTreeMap::new(),
            state: None,
            log: Vec::new(),
        }
    }

    fn does(&mut self, who: &Who, command: Command) -> Result<(), Refusal> {
        let id = ConversationId::from_value(1);
        let at = self.at();
        let decision = decide(self.state.as_ref(), who, None, command, at)?;
        let now = at.now;
        let (state, entries) = decision.follow(self.state.take(), &id, now);
        self.state = state;
        for entry in entries {
            let said = match &entry.body {
                EntryBody::Message { text } => text.to_string(),
                EntryBody::Said { said, is_last } => {
                    let ask = if said.ask.is_some() { " ?" } else { "" };
                    let last = if *is_last { " (last)" } else { "" };
                    format!("{}{ask}{last}", said.text)
                }
                EntryBody::Started { .. } | EntryBody::Went { .. } => continue,
                EntryBody::Filled { value, .. } => format!("filled {value}"),
                EntryBody::HandedOver { team, .. } => format!("handed over to {team}"),
                other => format!("{other:?}"),
            };
            let by = match &entry.by {
                Speaker::Visitor => "V",
                Speaker::Agent { .. } => "A",
                Speaker::Bot { .. } => "B",
                Speaker::System => "S",
            };
            self.log.push(format!("{by}: {said}"));
        }
        Ok(())
    }

    fn at(&self) -> Circumstances<'_> {
        Circumstances {
            rules: &self.rules,
            facts: &self.facts,
            shelf: &self.shelf,
            contacts: &self.contacts,
            now: Timestamp::from_ms(1),
        }
    }

    /// The visitor opens the window, and sees what the bot asks.
    fn opens(&mut self) {
        let first = first_words(&visitor_id(1), &Page::default(), None, self.at());
        self.rules.asked = first.map(|first| first.asked);
    }

    /// The visitor says something, first of all by opening the window and beginning.
    fn says(&mut self, said: &str) {
        if self.state.is_none() {
            self.opens();
        }
        self.says_as(&visitor(), said);
    }

    fn says_as(&mut self, who: &Who, said: &str) {
        let command = if self.state.is_none() {
            Command::Start {
                page: Page::default(),
                text: text(said),
                id_token: None,
            }
        } else {
            Command::Send { text: text(said) }
        };
        self.does(who, command).unwrap();
    }

    #[track_caller]
    fn log(&mut self, want: &[&str]) {
        assert_eq!(self.log, want);
        self.log.clear();
    }

    fn stage(&self) -> &Stage {
        &self.state.as_ref().unwrap().stage
    }

    fn is_in_flow(&self) -> bool {
        matches!(self.stage(), Stage::InFlow { .. })
    }

    fn is_waiting(&self) -> bool {
        matches!(self.stage(), Stage::Waiting { .. })
    }
}

fn visitor_id(n: u8) -> VisitorId {
    VisitorId::from_value(u128::from(n))
}

fn visitor() -> Who {
    visitor_of(visitor_id(1))
}

fn visitor_of(id: VisitorId) -> Who {
    Who::Visitor {
        id,
        profile: ProfileId::from_value(1),
        proof: Proof::None,
    }
}

fn ann() -> Who {
    Who::Agent {
        id: AgentId::from_value(1),
        name: DisplayName::parse("Ann").unwrap(),
        face: Face::default(),
        role: Role::Agent,
    }
}

#[test]
fn a_bot_that_asks_speaks_first_and_hears_the_answer() {
    let mut world = World::with(vec![reception()]);
    world.says("other");
    world.log(&[
        "B: Hi.",
        "B: What is it about? ?",
        "V: other",
        "B: Your address? ?",
    ]);
    assert!(world.is_in_flow());
    world.says("none of your business");
    world.log(&["V: none of your business", "B: No address. ?"]);
    world.says("Vera@Example.com");
    world.log(&[
        "V: Vera@Example.com",
        "V: filled vera@example.com",
        "B: We write to vera@example.com. (last)",
    ]);
    let state = world.state.as_ref().unwrap();
    assert_eq!(state.claims.email.as_deref(), Some("vera@example.com"));
    assert!(world.is_in_flow(), "nobody waits: the bot has done it all");
    // But who has more to say says it to people.
    world.says("and one more thing");
    world.log(&[
        "V: and one more thing",
        &format!("B: handed over to {}", team(1)),
    ]);
    assert!(world.is_waiting());
    world.says("hello?");
    world.log(&["V: hello?"]);
}

#[test]
fn what_is_said_of_a_rating_belongs_to_that_rating_and_has_its_room() {
    let mut world = World::with(vec![flow(&json!([
        { "id": 1, "name": "", "does": { "input": { "text": en("How was it?"), "kind": { "rating": {
            "satisfied": en("Good"), "okay": en("So so"), "dissatisfied": en("Bad") } },
            "invalid": en("One of three."), "next": 2 } } },
        { "id": 2, "name": "", "does": { "input": { "text": en("Why?"), "kind": "lines",
            "fill": "comment", "next": 3 } } },
        { "id": 3, "name": "", "does": { "question": { "text": en("And now?"),
            "answers": [{ "id": 1, "text": en("Once more"), "next": 1 }] } } },
    ]))]);
    let comment = |world: &World| world.state.as_ref().unwrap().claims.comment.clone();
    world.says("Bad");
    world.says(&"x".repeat(limit::RATING_COMMENT_CHARS_MAX + 1));
    assert_eq!(
        comment(&world),
        None,
        "more than there is room for is no answer"
    );
    let most = "x".repeat(limit::RATING_COMMENT_CHARS_MAX);
    world.says(&most);
    assert_eq!(comment(&world), Some(most));
    world.says("Once more");
    assert!(comment(&world).is_some());
    world.says("Good");
    assert_eq!(comment(&world), None, "it was said of another rating");
}

#[test]
fn handing_over_is_one_step_and_silences_the_bot() {
    let mut world = World::with(vec![reception()]);
    world.says("Prices");
    world.log(&[
        "B: Hi.",
        "B: What is it about? ?",
        "V: Prices",
        "B: One moment.",
        &format!("B: handed over to {}", team(1)),
    ]);
    assert!(world.is_waiting());
    let state = world.state.as_ref().unwrap();
    assert_eq!(state.going, None);
    world.does(&ann(), Command::Join).unwrap();
    world.says("Other");
    world.log(&["A: Joined", "V: Other"]);

    // Nobody there: the other way.
    let mut world = World::with(vec![reception()]);
    world.facts.teams_there.clear();
    world.says("Prices");
    assert_eq!(world.log.last().unwrap(), "B: Your address? ?");
}

#[test]
fn an_agent_may_take_over_at_any_time_and_only_whole() {
    let mut world = World::with(vec![reception()]);
    world.says("Other");
    let send = || Command::Send {
        text: text("hello"),
    };
    assert_eq!(world.does(&ann(), send()), Err(Refusal::NotJoined));
    world.does(&ann(), Command::Join).unwrap();
    world.log.clear();
    world.says("vera@example.com");
    world.does(&ann(), send()).unwrap();
    world.log(&["V: vera@example.com", "A: hello"]);
    world.does(&ann(), Command::PutBack).unwrap();
    assert!(
        world.is_waiting(),
        "who has met a person is not sent back to a bot"
    );
}

#[test]
fn a_bot_may_end_the_conversation() {
    let mut world = World::with(vec![reception()]);
    world.says("nothing");
    assert_eq!(world.log.last().unwrap(), "B: Closed");
    assert!(world.state.as_ref().unwrap().is_closed());
    let send = Command::Send {
        text: text("hello"),
    };
    assert_eq!(
        world.does(&visitor(), send),
        Err(Refusal::ConversationClosed)
    );
}

#[test]
fn a_run_stays_on_its_version() {
    let mut world = World::with(vec![reception()]);
    world.says("Other");
    let other = flow(&json!([
        { "id": 4, "name": "", "does": { "end": { "text": en("Changed.") } } },
    ]));
    world
        .shelf
        .put(flow_id(1), 2, Arc::new(Program::new(other)));
    world.shelf.set_current(flow_id(1), 2, None);
    world.log.clear();
    world.says("vera@example.com");
    assert_eq!(
        world.log.last().unwrap(),
        "B: We write to vera@example.com. (last)"
    );
    let going = world.state.as_ref().unwrap().going.clone().unwrap();
    assert_eq!(going.version, 1);
}

#[test]
fn a_part_begins_with_a_version_on_trial_and_each_with_what_their_window_has_shown() {
    let porter = flow(&json!([
        { "id": 1, "name": "", "does": { "start_flow": { "flow": flow_id(2), "failed": 2 } } },
        { "id": 2, "name": "", "does": { "end": { "text": en("Failed.") } } },
    ]));
    // On trial is what visitors meet first, or what that starts.
    for (flows, tried) in [(vec![reception()], 1), (vec![porter, reception()], 2)] {
        let tried = flow_id(tried);
        let rollout = Rollout {
            before: 1,
            share: Share::from_percent(50).unwrap(),
        };
        let with = |rollout| {
            let mut world = World::with(flows.clone());
            let program = Arc::new(Program::new(reception()));
            world.shelf.put(tried.clone(), 2, program);
            world.shelf.set_current(tried.clone(), 2, rollout);
            world
        };
        let mut begun = Vec::new();
        for n in 1..=40 {
            let who = visitor_of(visitor_id(n));
            let mut world = with(Some(rollout));
            let shown = first_words(&visitor_id(n), &Page::default(), None, world.at());
            let asked = shown.unwrap().asked;
            world.rules.asked = Some(asked.clone());
            world.says_as(&who, "Other");
            assert_eq!(world.log.last().unwrap(), "B: Your address? ?");
            let going = world.state.as_ref().unwrap().going.clone().unwrap();
            assert_eq!((&going.flow, going.version), (&tried, asked.version));
            assert_eq!(going.version, rollout.version(2, &tried, &visitor_id(n)));
            begun.push(going.version);

            // For everyone before the first word: who was shown the version before is asked anew.
            let mut world = with(None);
            world.rules.asked = Some(asked.clone());
            world.says_as(&who, "Other");
            let is_answer = world.log.last().unwrap() == "B: Your address? ?";
            assert_eq!(is_answer, asked.version == 2);
            let going = world.state.as_ref().unwrap().going.clone().unwrap();
            assert_eq!(going.version, 2);
        }
        assert!(begun.contains(&1) && begun.contains(&2), "{begun:?}");
    }
}

#[test]
fn whatever_cannot_go_on_waits_for_people() {
    // The version is gone: a restored backup, a hand in the database.
    let mut world = World::with(vec![reception()]);
    world.says("Other");
    world.shelf = Shelf::default();
    world.log.clear();
    world.says("vera@example.com");
    world.log(&[
        "V: vera@example.com",
        &format!("B: handed over to {}", team(1)),
    ]);
    assert!(world.is_waiting());

    // A way that leads nowhere.
    let lost = flow(&json!([
        { "id": 1, "name": "", "does": { "message": { "text": en("Hi."), "next": 9 } } },
    ]));
    let mut world = World::with(vec![lost]);
    world.says("hello");
    world.log(&[
        "V: hello",
        "B: Hi.",
        &format!("B: handed over to {}", team(1)),
    ]);

    // No flow at all.
    let mut world = World::with(Vec::new());
    world.says("hello");
    world.log(&["V: hello"]);
    assert!(world.is_waiting());
}

#[test]
fn a_bot_that_asks_nothing_waits_for_the_first_word() {
    let starts = |n: u8| {
        flow(&json!([
            { "id": 1, "name": "", "does": { "start_flow": { "flow": flow_id(n), "failed": 2 } } },
            { "id": 2, "name": "", "does": { "end": { "text": en("Failed.") } } },
        ]))
    };
    // One that begins with another asks as soon as that one does.
    let mut world = World::with(vec![starts(2), reception()]);
    assert_eq!(shown_first(&world).len(), 2);
    world.says("other");
    assert_eq!(world.log.last().unwrap(), "B: Your address? ?");
    let going = world.state.as_ref().unwrap().going.clone().unwrap();
    assert_eq!(going.flow, flow_id(2));

    // One that is not there: the declared way.
    let mut world = World::with(vec![starts(9)]);
    assert_eq!(shown_first(&world), Vec::<String>::new());
    world.says("hello");
    world.log(&["V: hello", "B: Failed. (last)"]);

    // A circle, made by two who published at once: it ends, and people go on.
    let mut world = World::with(vec![starts(2), starts(1)]);
    world.says("hello");
    world.log(&["V: hello", &format!("B: handed over to {}", team(1))]);
}

fn shown_first(world: &World) -> Vec<String> {
    let first = first_words(&visitor_id(1), &Page::default(), None, world.at());
    let entries = first.map(|first| first.entries).unwrap_or_default();
    let mut prev = Seq::NONE;
    let words = entries.iter().map(|entry| {
        assert_eq!(entry.prev, prev);
        prev = entry.seq;
        match &entry.body {
            VisitorBody::Message { text, aside } => {
                format!("{text} {}", aside.as_deref().unwrap_or_default())
            }
            other => panic!("{other:?}"),
        }
    });
    words.collect()
}

#[test]
fn the_first_words_are_known_before_anything_is_stored() {
    let mut world = World::with(vec![reception()]);
    let words = shown_first(&world);
    assert_eq!(words.len(), 2);
    assert!(words[0].starts_with("Hi. "));
    assert!(words[1].contains("\"Prices\""), "{words:?}");
    // They stand where they will stand in the conversation.
    world.says("Other");
    let seq = world.state.as_ref().unwrap().last_seq;
    assert_eq!(
        seq.get(),
        6,
        "started, two of the bot, one of the visitor, one, where it stands"
    );
    // A host page may begin elsewhere, where the author allows it.
    let mut world = World::with(vec![reception()]);
    world.rules.steps = vec![StepId(2)];
    assert_eq!(shown_first(&world).len(), 1);
    world.rules.steps = vec![StepId(4)];
    assert_eq!(shown_first(&world).len(), 2);
    world.facts.language = Language::De;
    assert_eq!(shown_first(&world).len(), 2);
    // Where it may not, the next one counts.
    world.rules.steps = vec![StepId(4), StepId(2)];
    assert_eq!(shown_first(&world).len(), 1);
}

#[test]
fn files_follow_what_the_bot_has_said() {
    let mut world = World::with(vec![reception()]);
    world.says("Prices");
    let file = Command::Attach {
        attachment: domain::conversation::Attachment {
            id: domain::id::AttachmentId::from_value(1),
            name: domain::text::FileName::parse("lamp.png").unwrap(),
            bytes: 1,
            picture: None,
        },
    };
    assert_eq!(world.does(&visitor(), file), Err(Refusal::FilesUnwelcome));
}

#[test]
fn what_the_window_has_not_shown_is_not_answered() {
    // Somebody was there when the window was opened; they have left, and the bot begins.
    let mut world = World::with(vec![reception()]);
    world.says_as(&visitor(), "Other");
    world.log(&["V: Other", "B: Hi.", "B: What is it about? ?"]);
    world.says("Other");
    world.log(&["V: Other", "B: Your address? ?"]);

    // Another version was published meanwhile, or the host page has named another step.
    for is_other_version in [true, false] {
        let mut world = World::with(vec![reception()]);
        world.opens();
        if is_other_version {
            let program = Arc::new(Program::new(reception()));
            world.shelf.put(flow_id(1), 2, program);
            world.shelf.set_current(flow_id(1), 2, None);
        } else if let Some(asked) = &mut world.rules.asked {
            asked.step = StepId(4);
        }
        world.says_as(&visitor(), "Prices");
        world.log(&["V: Prices", "B: Hi.", "B: What is it about? ?"]);
    }
}

#[test]
fn whoever_is_not_answered_by_a_bot_is_answered_by_people() {
    let to_people = format!("B: handed over to {}", team(1));
    // Before any question, and after one.
    let silent = json!({ "id": 9, "name": "", "does": { "end": {} } });
    let mut world = World::with(vec![flow(&json!([
        { "id": 1, "name": "", "does": { "condition": { "cases": [{ "when": "open", "next": 9 }], "otherwise": 9 } } },
        silent,
    ]))]);
    world.says("hello");
    world.log(&["V: hello", &to_people]);
    assert!(world.is_waiting());

    let mut world = World::with(vec![flow(&json!([
        { "id": 1, "name": "", "does": { "input": {
            "text": en("Your name?"), "kind": "line", "next": 9 } } },
        silent,
    ]))]);
    world.says("Vera");
    world.log(&["B: Your name? ?", "V: Vera", &to_people]);
    assert!(world.is_waiting());
}

#[test]
fn what_is_proved_is_not_talked_away() {
    let person = Person {
        contact: ContactId::from_value(1),
        name: None,
        agent: None,
        custom: [("CFplan".to_owned(), FieldText::parse("small").unwrap())].into(),
    };
    let email = FieldText::parse("vera@home.example").unwrap();
    let flow = || {
        flow(&json!([
            { "id": 1, "name": "", "does": { "input": { "text": en("Your address?"),
                "kind": "email", "fill": "email", "next": 2 } } },
            { "id": 2, "name": "", "does": { "condition": {
                "cases": [{ "when": "authenticated and visitor_email ends_with \"@corp.example\"",
                    "next": 3 }],
                "otherwise": 4 } } },
            { "id": 3, "name": "", "does": { "end": { "text": en("Secret") } } },
            { "id": 4, "name": "", "does": { "end": { "text": en("Hello $EMAIL") } } },
        ]))
    };
    let mut world = World::with(vec![flow()]);
    world.contacts.insert(
        person.contact.clone(),
        [(ContactField::Email, email)].into(),
    );
    world.opens();
    let vera = Who::Visitor {
        id: VisitorId::from_value(1),
        profile: ProfileId::from_value(1),
        proof: Proof::Given(person),
    };
    world.says_as(&vera, "boss@corp.example");
    world.log(&[
        "B: Your address? ?",
        "V: boss@corp.example",
        "V: filled boss@corp.example",
        "B: Hello vera@home.example (last)",
    ]);

    // Nobody is authenticated by saying so, and what was said counts where nothing was proved.
    let mut world = World::with(vec![flow()]);
    world.says("boss@corp.example");
    let said = world.log.pop().unwrap();
    assert_eq!(said, "B: Hello boss@corp.example (last)");
}
