//! Laws of conversations, checked on random histories.
//!
//! Invariant: a history is made only by `decide` and `follow`, as on the server.

#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

use domain::conversation::{
    Attachment, Circumstances, Command, Conversation, Entry, EntryBody, Proof, Rating, Rules,
    Stage, VisitorHead, WaitWords, Who, decide,
};
use domain::flow::{Facts, Program, Shelf};
use domain::id::{
    AgentId, AttachmentId, ClientId, ContactId, ConversationId, FlowId, ProfileId, Seq, TeamId,
    VisitorId,
};
use domain::live::{AgentFrame, ClientFrame, VisitorFrame};
use domain::people::{Face, Page, Person, Role};
use domain::settings::ProfileAccess;
use domain::text::{DisplayName, EmailAddress, FieldText, FileName, IdToken, MessageText};
use domain::time::{Span, Timestamp};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Stands in every note and nowhere else.
const SECRET: &str = "internal-canary";

fn visitor() -> Who {
    Who::Visitor {
        id: VisitorId::from_value(1),
        profile: ProfileId::from_value(1),
        proof: Proof::None,
    }
}

/// The visitor, as a host page names them.
fn named(n: u8) -> Who {
    let person = Person {
        contact: ContactId::from_value(u128::from(n)),
        name: Some(DisplayName::parse("Vera").unwrap()),
        agent: None,
        custom: [(SECRET.to_owned(), FieldText::parse(SECRET).unwrap())].into(),
    };
    match visitor() {
        Who::Visitor { id, profile, .. } => Who::Visitor {
            id,
            profile,
            proof: Proof::Given(person),
        },
        who => who,
    }
}

fn agent(n: u8) -> Who {
    let name = ["Ann", "Bob", "Cem"]
        .get(usize::from(n))
        .copied()
        .unwrap_or("Dot");
    Who::Agent {
        id: AgentId::from_value(u128::from(n) + 1000),
        name: DisplayName::parse(name).unwrap(),
        face: Face::default(),
        role: if n == 2 { Role::Admin } else { Role::Agent },
    }
}

fn text(text: &str) -> MessageText {
    MessageText::parse(text).unwrap()
}

fn attachment() -> Attachment {
    Attachment {
        id: AttachmentId::from_value(1),
        name: FileName::parse("lamp.png").unwrap(),
        bytes: 9,
        picture: None,
    }
}

fn deed() -> impl Strategy<Value = (Who, Command)> {
    let who = prop_oneof![
        Just(visitor()),
        (0_u8..2).prop_map(named),
        (0_u8..3).prop_map(agent),
        Just(Who::System)
    ];
    let command = prop_oneof![
        4 => "\\PC{1,30}".prop_filter_map("blank", |said| MessageText::parse(&said).ok())
            .prop_map(|text| Command::Send { text }),
        1 => Just(Command::Identify { id_token: IdToken::parse(SECRET).unwrap() }),
        2 => Just(Command::Note { text: text(SECRET) }),
        3 => Just(Command::Join),
        1 => Just(Command::PutBack),
        1 => (1_u128..3).prop_map(|n| Command::Transfer {
            team: TeamId::from_value(n),
            name: Some(DisplayName::parse(SECRET).unwrap()),
        }),
        1 => (0_u128..3)
            .prop_map(|n| Command::Release { agent: AgentId::from_value(n + 1000) }),
        1 => Just(Command::Close),
        1 => Just(Command::Attach { attachment: attachment() }),
        1 => Just(Command::Rate { rating: Rating::Okay, comment: Some(text(SECRET)) }),
        1 => Just(Command::RequestCopy { email: EmailAddress::parse("a@b.example").unwrap() }),
    ];
    (who, command)
}

/// What a server would have committed: the entries and the state after all of them.
fn history(deeds: Vec<(Who, Command)>, has_bot: bool) -> (Conversation, Vec<Entry>) {
    let id = ConversationId::from_value(7);
    let team = TeamId::from_value(1);
    let rules = Rules {
        is_profile_active: true,
        team: team.clone(),
        is_page_query_kept: false,
        access: ProfileAccess::Everyone,
        are_files_welcome: true,
        agent_name: None,
        language: None,
        flow: has_bot.then(|| FlowId::from_value(1)),
        steps: Vec::new(),
        asked: None,
    };
    let facts = Facts {
        teams_there: [team].into(),
        ..Facts::default()
    };
    let flow = serde_json::from_str(include_str!("flows/good/survey.json")).unwrap();
    let mut shelf = Shelf::default();
    shelf.put(FlowId::from_value(1), 3, Arc::new(Program::new(flow)));
    shelf.set_current(FlowId::from_value(1), 3, None);
    let start = Command::Start {
        page: Page {
            url: "https://shop.example/".into(),
            title: "Shop".into(),
        },
        text: text("hello"),
        id_token: None,
    };
    let shop = DisplayName::parse("Shop").unwrap();
    let words = WaitWords {
        name: &shop,
        messages: vec!["$NAME, wait", "And wait"],
        interval: Span::from_seconds(2),
        is_looped: true,
    };
    let mut state: Option<Conversation> = None;
    let mut entries: Vec<Entry> = Vec::new();
    let all = std::iter::once((visitor(), start)).chain(deeds);
    for (n, (who, command)) in all.enumerate() {
        let client_id = ClientId::from_value(n as u128);
        let now = Timestamp::from_ms(i64::try_from(n).unwrap() * 1000);
        let at = Circumstances {
            facts: &facts,
            rules: &rules,
            shelf: &shelf,
            contacts: &BTreeMap::new(),
            now,
        };
        let said = state.as_ref().and_then(|state| words.speak(state, at));
        if let Some(said) = said {
            let (next, new) = said.follow(state, &id, now);
            state = next;
            entries.extend(new);
        }
        let before = state.clone();
        match decide(state.as_ref(), &who, Some(&client_id), command, at) {
            Ok(decision) => {
                let (next, new) = decision.follow(state, &id, now);
                state = next;
                entries.extend(new);
            }
            Err(_) => assert_eq!(state, before, "a refusal changes nothing"),
        }
    }
    (state.unwrap(), entries)
}

fn fold(entries: &[Entry]) -> Conversation {
    let (first, rest) = entries.split_first().unwrap();
    let mut state = Conversation::begin(first).unwrap();
    for entry in rest {
        state.apply(entry);
    }
    state
}

proptest! {
    #[test]
    fn resume_state_at_n_and_entries_after_n_make_the_state_now(
        deeds in prop::collection::vec(deed(), 0..40),
        has_bot in any::<bool>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let (now, entries) = history(deeds, has_bot);
        let cut = cut.index(entries.len()) + 1;
        let mut state = fold(&entries[..cut]);
        entries[cut..].iter().for_each(|entry| state.apply(entry));
        prop_assert_eq!(state, now);
    }

    #[test]
    fn entries_are_numbered_from_one_without_holes(
        deeds in prop::collection::vec(deed(), 0..40),
        has_bot in any::<bool>(),
    ) {
        let (now, entries) = history(deeds, has_bot);
        for (entry, number) in entries.iter().zip(1..) {
            prop_assert_eq!(entry.seq, Seq::new(number));
        }
        prop_assert_eq!(usize::try_from(now.last_seq.get()).unwrap(), entries.len());
    }

    #[test]
    fn what_the_visitor_sees_is_one_chain_and_leads_to_the_same_head(
        deeds in prop::collection::vec(deed(), 0..40),
        has_bot in any::<bool>(),
    ) {
        let (now, entries) = history(deeds, has_bot);
        let mut last = Seq::NONE;
        let mut head: Option<VisitorHead> = None;
        for entry in entries.iter().filter_map(Entry::for_visitor) {
            prop_assert_eq!(entry.prev, last, "a visitor without notes sees no gap");
            last = entry.seq;
            let head = head.get_or_insert_with(|| fold(&entries[..2]).for_visitor());
            head.apply(&entry);
        }
        prop_assert_eq!(last, now.visible_seq);
        prop_assert_eq!(head.unwrap(), now.for_visitor());
    }

    #[test]
    fn privacy_nothing_internal_survives_for_visitor(
        deeds in prop::collection::vec(deed(), 0..40),
        has_bot in any::<bool>(),
    ) {
        let (_, entries) = history(deeds, has_bot);
        let seen: Vec<_> = entries.iter().filter_map(Entry::for_visitor).collect();
        let wire = serde_json::to_string(&seen).unwrap();
        prop_assert!(!wire.contains(SECRET));
        prop_assert!(!wire.contains(AgentId::PREFIX), "visitors know agents by name only");
        prop_assert!(!wire.contains(TeamId::PREFIX));
        prop_assert!(!wire.contains(VisitorId::PREFIX));
    }

    #[test]
    fn exactly_one_agent_answers_and_only_they_send(
        deeds in prop::collection::vec(deed(), 0..60),
        has_bot in any::<bool>(),
    ) {
        let (_, entries) = history(deeds, has_bot);
        let mut state = fold(&entries[..1]);
        for entry in &entries[1..] {
            let answering = state.agent().cloned();
            if let domain::conversation::Speaker::Agent { id, .. } = &entry.by {
                match entry.body {
                    EntryBody::Message { .. } | EntryBody::Attached { .. } => {
                        prop_assert_eq!(Some(id), answering.as_ref());
                    }
                    EntryBody::Joined => {
                        prop_assert_eq!(answering.clone(), None);
                    }
                    _ => {}
                }
            }
            let may_follow_the_end = match entry.body {
                EntryBody::Note { .. } => true,
                EntryBody::Rated { .. } => state.rating.is_none(),
                EntryBody::CopyRequested { .. } => state.copy_to.is_none(),
                _ => false,
            };
            prop_assert!(
                !state.is_closed() || may_follow_the_end,
                "after the end only notes follow, one rating and one wish for a copy"
            );
            if let domain::conversation::Speaker::Bot { .. } = &entry.by {
                prop_assert_eq!(answering, None, "a bot never speaks over an agent");
            }
            state.apply(entry);
            let is_told = entry.is_said() && matches!(entry.body, EntryBody::WaitMessage { .. });
            let is_waiting = matches!(state.stage, Stage::Waiting { .. });
            prop_assert!(is_waiting || !is_told && state.wait_said.is_none());
            let is_in_flow = matches!(state.stage, Stage::InFlow { .. });
            prop_assert_eq!(state.going.is_some(), is_in_flow);
        }
        let is_one = matches!(
            state.stage,
            Stage::Waiting { .. }
                | Stage::InFlow { .. }
                | Stage::Talking { .. }
                | Stage::Closed { .. }
        );
        prop_assert!(is_one);
    }

    #[test]
    fn wire_entries_and_commands_read_back(
        deeds in prop::collection::vec(deed(), 0..20),
        has_bot in any::<bool>(),
    ) {
        for (n, (_, command)) in deeds.iter().enumerate() {
            let frame = ClientFrame::Command {
                client_id: ClientId::from_value(n as u128),
                conversation: ConversationId::from_value(1),
                command: command.clone(),
            };
            let wire = serde_json::to_string(&frame);
            if let Command::Attach { .. } | Command::Release { .. } = command {
                prop_assert!(wire.is_err(), "no window can say that");
                continue;
            }
            let mut read = serde_json::from_str::<ClientFrame>(&wire.unwrap()).unwrap();
            // What a window says the team is called does not travel.
            if let (
                ClientFrame::Command { command: Command::Transfer { name: read, .. }, .. },
                Command::Transfer { name, .. },
            ) = (&mut read, command)
            {
                prop_assert_eq!(&*read, &None);
                read.clone_from(name);
            }
            prop_assert_eq!(read, frame);
        }
        let (now, entries) = history(deeds, has_bot);
        let wire = serde_json::to_string(&now).unwrap();
        prop_assert_eq!(serde_json::from_str::<Conversation>(&wire).unwrap(), now);
        for entry in entries {
            if let Some(entry) = entry.for_visitor() {
                let frame = VisitorFrame::Entry(entry);
                let wire = serde_json::to_string(&frame).unwrap();
                prop_assert_eq!(serde_json::from_str::<VisitorFrame>(&wire).unwrap(), frame);
            }
            let frame = AgentFrame::Entry(entry);
            let wire = serde_json::to_string(&frame).unwrap();
            prop_assert_eq!(serde_json::from_str::<AgentFrame>(&wire).unwrap(), frame);
        }
    }

    #[test]
    fn wire_noise_is_refused_and_never_fatal(noise in "\\PC{0,200}") {
        // Whatever comes in, the answer is a value.
        let _ = serde_json::from_str::<ClientFrame>(&noise);
        let wrapped = format!("{{\"command\":{{\"client_id\":{noise:?}}}}}");
        prop_assert!(serde_json::from_str::<ClientFrame>(&wrapped).is_err());
    }

    #[test]
    fn shown_text_holds_nothing_that_turns_its_surroundings(said in "\\PC{0,40}[\u{202A}-\u{202E}]?") {
        let shown = domain::text::shown(&said);
        let turns = |c| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        prop_assert!(!shown.chars().any(turns));
    }
}
