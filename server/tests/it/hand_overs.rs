//! Where a bot hands over: whose people are asked, who hears of it, and what becomes of files.
//!
//! Invariant: nobody is asked who is not there, and whom nobody can take is told so by the bot.

use crate::attachments::{PNG, Party, attachment_id, upload};
use crate::bots::{answers, change, flow_of, seen, transcript, waiting};
use crate::identity::{ready, starts, token};
use crate::waits::is_told;
use crate::world::{Agent, Visitor, World, both};
use domain::api::{CreateTeam, ReadConversation, Refusal, SaveProfile};
use domain::conversation::{Command, EntryBody, Stage};
use domain::flow::{FilePolicy, Kind};
use domain::id::{ConversationId, FlowId, TeamId};
use domain::live::ServerFrame;
use domain::people::Role;
use domain::settings::{ChatProfile, FlowWhen, OpeningHours, WaitMethod, WaitTime, ZoneName};
use domain::text::DisplayName;
use domain::time::Span;
use serde_json::json;

/// A bot that hands over to people of these teams as soon as somebody writes.
async fn porter(admin: &Agent, teams: &[&TeamId]) -> FlowId {
    let hand_over = json!({ "text": { "en": "Somebody comes." }, "teams": teams, "nobody": 2 });
    let steps = json!([
        { "id": 1, "name": "", "does": { "hand_over": hand_over } },
        { "id": 2, "name": "", "does": { "end": { "text": { "en": "Nobody is there." } } } },
    ]);
    let flow = flow_of(admin, "Porter", &steps).await;
    answers(admin, &flow, FlowWhen::Always).await;
    flow
}

pub(crate) async fn new_team(admin: &Agent, name: &str) -> TeamId {
    let team = CreateTeam {
        name: DisplayName::parse(name).unwrap(),
        members: Vec::new(),
        is_open_to_join: false,
    };
    admin.ask(team).await.unwrap().id
}

/// Whose people were asked.
async fn asked(agent: &Agent, id: &ConversationId) -> TeamId {
    let (entries, stage) = transcript(agent, id).await;
    assert!(matches!(stage, Stage::Waiting { .. }), "{stage:?}");
    match &entries.last().unwrap().body {
        EntryBody::HandedOver { team, .. } => team.clone(),
        other => panic!("{other:?}"),
    }
}

async fn set_files(admin: &Agent, flow: &FlowId, files: FilePolicy) {
    change(admin, flow, |draft| {
        for step in &mut draft.steps {
            if let Kind::HandOver(hand_over) = &mut step.does {
                hand_over.files = files;
            }
        }
    })
    .await;
}

/// Whether the visitor may send a file; their window is told the same.
async fn may_send(visitor: &Visitor, id: &ConversationId) -> bool {
    let frames = visitor.poll(visitor.hello(), Vec::new()).await.unwrap();
    let told = frames.into_iter().find_map(|frame| match frame {
        ServerFrame::Welcome(welcome) => Some(welcome.profile.are_files_welcome),
        _ => None,
    });
    let party = Party::Visitor(visitor);
    let sent = upload(&visitor.world, party, id, &attachment_id(), "a.png", PNG).await;
    match sent {
        Ok(_) => assert_eq!(told, Some(true)),
        Err(refusal) => assert_eq!((refusal, told), (Refusal::FilesUnwelcome, Some(false))),
    }
    told.unwrap()
}

both! {
    async fn the_people_of_the_named_teams_are_asked(world: World) {
        let admin = world.admin().await;
        let own = world.profile().team;
        let (care, sales) = (new_team(&admin, "Care").await, new_team(&admin, "Sales").await);
        let flow = porter(&admin, &[&care, &sales]).await;
        // Somebody of the profile's own team is there, but nobody of those.
        let ann = world.agent("ann").await.available().await;
        let _ann = ann.socket().await;
        let visitor = world.visitor();
        visitor.starts("Hello").await;
        assert_eq!(seen(&visitor).await.0, ["Hello", "Nobody is there."]);
        assert_eq!(waiting(&admin).await, 0);

        // Of the first team nobody is there, so the second is asked, and nobody else hears of it.
        let sam = world.agent_of("sam", Role::Agent, vec![sales.clone()]).await.available().await;
        let _sam = sam.socket().await;
        let visitor = world.visitor();
        let id = visitor.starts("Hello").await;
        assert_eq!(seen(&visitor).await.0, ["Hello", "Somebody comes."]);
        assert_eq!(asked(&sam, &id).await, sales);
        let read = ReadConversation { conversation: id.clone() };
        assert_eq!(ann.ask(read).await.unwrap_err(), Refusal::NotFound);
        assert_eq!(ann.does(&id, Command::Join).await, Err(Refusal::NotFound));
        assert_eq!((waiting(&sam).await, waiting(&ann).await), (1, 0));
        sam.accepts(&id).await;

        // With somebody in both, the one that is named first.
        let cem = world.agent_of("cem", Role::Agent, vec![care.clone()]).await.available().await;
        let _cem = cem.socket().await;
        let id = world.visitor().starts("Hello").await;
        assert_eq!(asked(&cem, &id).await, care);
        assert_eq!((waiting(&cem).await, waiting(&sam).await), (1, 0));
        // Who is there and takes nobody is as good as gone.
        cem.away().await;
        let id = world.visitor().starts("Hello").await;
        assert_eq!(asked(&sam, &id).await, sales);

        // None named is the profile's own.
        change(&admin, &flow, |draft| for step in &mut draft.steps {
            if let Kind::HandOver(hand_over) = &mut step.does {
                hand_over.teams.clear();
            }
        }).await;
        let id = world.visitor().starts("Hello").await;
        assert_eq!(asked(&ann, &id).await, own);
    }

    async fn named_teams_are_asked_at_any_hour_and_the_own_one_is_not(world: World) {
        let admin = world.admin().await;
        let own = world.profile().team;
        let sales = new_team(&admin, "Sales").await;
        porter(&admin, &[&own, &sales]).await;
        let ann = world.agent("ann").await.available().await;
        let _ann = ann.socket().await;
        let id = world.visitor().starts("Hello").await;
        assert_eq!(asked(&ann, &id).await, own);
        let never = OpeningHours {
            zone: ZoneName::parse("UTC").unwrap(),
            week: Vec::new(),
            exceptions: Vec::new(),
        };
        let profile = ChatProfile { hours: Some(never), ..admin.profile().await.profile };
        admin.ask(SaveProfile { profile }).await.unwrap();
        let visitor = world.visitor();
        visitor.starts("Hello").await;
        assert_eq!(seen(&visitor).await.0, ["Hello", "Nobody is there."]);
        let sam = world.agent_of("sam", Role::Agent, vec![sales.clone()]).await.available().await;
        let _sam = sam.socket().await;
        let id = world.visitor().starts("Hello").await;
        assert_eq!(asked(&sam, &id).await, sales);
    }

    async fn what_a_hand_over_says_of_files_counts_from_then_on(world: World) {
        let admin = ready(&world).await;
        let ann = world.agent("ann").await.available().await;
        let _line = ann.socket().await;
        let flow = porter(&admin, &[]).await;
        for are_files_welcome in [true, false] {
            let profile = ChatProfile { are_files_welcome, ..admin.profile().await.profile };
            admin.ask(SaveProfile { profile }).await.unwrap();
            for (files, anonymous, known) in [
                (FilePolicy::Profile, are_files_welcome, are_files_welcome),
                (FilePolicy::Prevent, false, false),
                (FilePolicy::Allow, true, true),
                (FilePolicy::KnownOnly, false, true),
            ] {
                set_files(&admin, &flow, files).await;
                let nobody = world.visitor();
                let id = nobody.starts("Hello").await;
                let may = may_send(&nobody, &id).await;
                assert_eq!(may, anonymous, "{files:?} where the profile says {are_files_welcome}");
                let vera = world.visitor();
                let vouched = starts(&vera, token(&world, json!({ "sub": "4711" }))).await;
                let may = may_send(&vera, &vouched).await;
                assert_eq!(may, known, "{files:?} where the profile says {are_files_welcome}");
                // And so it stays when a person has come.
                ann.accepts(&id).await;
                assert_eq!(may_send(&nobody, &id).await, anonymous, "{files:?}");
            }
        }
    }

    async fn whoever_proves_who_they_are_may_send_what_is_for_those_who_are_known(world: World) {
        let admin = ready(&world).await;
        let ann = world.agent("ann").await.available().await;
        let _line = ann.socket().await;
        let flow = porter(&admin, &[]).await;
        set_files(&admin, &flow, FilePolicy::KnownOnly).await;
        let visitor = world.visitor();
        let id = visitor.starts("Hello").await;
        assert!(!may_send(&visitor, &id).await);
        let id_token = token(&world, json!({ "sub": "4711" }));
        visitor.does(&id, Command::Identify { id_token }).await.unwrap();
        assert!(may_send(&visitor, &id).await);
    }
    async fn who_waits_for_others_is_told_how_long_those_take(world: World) {
        let admin = world.admin().await;
        let ann = world.agent("ann").await.available().await;
        let _ann = ann.socket().await;
        let sales = new_team(&admin, "Sales").await;
        let sam = world.agent_of("sam", Role::Agent, vec![sales.clone()]).await.available().await;
        let _sam = sam.socket().await;
        let profile = ChatProfile {
            wait_time: WaitTime { method: WaitMethod::Longest, usual_minutes: Some(2), is_shown: true, ..WaitTime::default() },
            ..admin.profile().await.profile
        };
        admin.ask(SaveProfile { profile }).await.unwrap();
        world.visitor().starts("Hello").await;
        world.advance(Span::from_minutes(9));
        let own = world.visitor();
        own.starts("Hello").await;
        let mut own = own.socket().await;
        porter(&admin, &[&sales]).await;
        let visitor = world.visitor();
        let id = visitor.starts("Hello").await;
        assert_eq!(asked(&sam, &id).await, sales);
        let mut window = visitor.socket().await;
        world.advance(Span::from_minutes(2));
        let profile = admin.profile().await.profile;
        let wait_time = WaitTime { usual_minutes: Some(3), ..profile.wait_time };
        admin.ask(SaveProfile { profile: ChatProfile { wait_time, ..profile } }).await.unwrap();
        is_told(&world, &mut window, Some(3)).await;
        is_told(&world, &mut own, Some(11)).await;
    }
}
