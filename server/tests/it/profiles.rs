//! Chat profiles through the admins' doors: what one may say, and who changes what meanwhile.
//!
//! Invariant: what was refused has changed nothing.

use crate::world::{Agent, Socket, World, both, until};
use axum::http::StatusCode;
use domain::api::{
    CreateFlow, CreateProfile, Field, ListFlows, ListProfiles, ListZones, NoteActivity, ReadFlow,
    ReadZone, Refusal, SaveProfile, SetFlowArchived,
};
use domain::date::Weekday;
use domain::id::{FlowId, ProfileId, TeamId};
use domain::limit;
use domain::live::{ForVisitor, ServerFrame, VisitorSignal};
use domain::settings::{
    BubbleRule, ChannelRule, ChatProfile, Country, FlowWhen, Interval, MinuteOfDay, OpeningHours,
    ProfileFlow, WeekInterval, ZoneName,
};
use domain::text::{DisplayName, Reason, Teaser, UrlPattern};
use domain::time::{Span, Timestamp};
use serde_json::{Value, json};

fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

async fn profile(admin: &Agent) -> ChatProfile {
    admin.profile().await.profile
}

async fn save(admin: &Agent, profile: &ChatProfile) -> Result<ChatProfile, Refusal> {
    let profile = profile.clone();
    admin.ask(SaveProfile { profile }).await
}

/// The same hours from Monday to Friday, such as "10:00-12:00 13:00-17:00".
fn hours(zone: &str, times: &str) -> OpeningHours {
    let interval = |text: &str| {
        let (from, to) = text.split_once('-').unwrap();
        let minute = |text| MinuteOfDay::parse(text).unwrap();
        Interval::new(minute(from), minute(to)).unwrap()
    };
    let days = Weekday::ALL.into_iter().take(5);
    let week = days.flat_map(|day| {
        let times = times.split(' ').map(interval);
        times.map(move |interval| WeekInterval { day, interval })
    });
    OpeningHours {
        zone: ZoneName::parse(zone).unwrap(),
        week: week.collect(),
        exceptions: Vec::new(),
    }
}

fn rule(url: &str, countries: &str, bubble: BubbleRule) -> ChannelRule {
    ChannelRule {
        url: UrlPattern::parse(url).unwrap(),
        countries: Country::parse_all(countries).unwrap(),
        bubble,
        flow: None,
        step: None,
    }
}

/// What a launcher is told of this profile.
async fn launcher(world: &World, profile: &ChatProfile) -> Value {
    let path = format!("/api/profile/{}?key={}", profile.id, profile.key);
    serde_json::from_str(&world.get(&path).answer().await.body).unwrap()
}

both! {
    async fn a_profile_may_name_a_bot_that_is_published(world: World) {
        let admin = world.admin().await;
        let first = profile(&admin).await;
        assert_eq!(first.flow, None, "a bot speaks where an admin has said so");
        let with = |flow: &FlowId, when| ChatProfile {
            flow: Some(ProfileFlow { flow: flow.clone(), when }),
            ..first.clone()
        };
        let welcome = admin.ask(ListFlows {}).await.unwrap()[0].id.clone();
        let draft = admin.ask(ReadFlow { flow: welcome.clone() }).await.unwrap().draft;
        let create = CreateFlow { name: name("Draft"), draft, tests: Vec::new() };
        let draft = admin.ask(create).await.unwrap().row.id;
        let refused = Refusal::Invalid { field: Field::Flow, reason: Reason::Form };
        for flow in [&FlowId::from_value(9), &draft] {
            let answer = save(&admin, &with(flow, FlowWhen::Always)).await;
            assert_eq!(answer.unwrap_err(), refused);
        }
        assert_eq!(profile(&admin).await, first);

        let saved = save(&admin, &with(&welcome, FlowWhen::NobodyThere)).await.unwrap();
        assert_eq!(saved.flow, with(&welcome, FlowWhen::NobodyThere).flow);
        world.restart(|_| ()).await;
        let admin = world.admin().await;
        assert_eq!(profile(&admin).await, saved);

        // Put aside: the profile can still be saved, but nobody can choose the flow anew.
        let archive = SetFlowArchived { flow: welcome.clone(), is_archived: true };
        admin.ask(archive).await.unwrap();
        let renamed = ChatProfile { name: name("Shop"), ..saved };
        let renamed = save(&admin, &renamed).await.unwrap();
        let none = save(&admin, &ChatProfile { flow: None, ..renamed }).await.unwrap();
        assert_eq!(profile(&admin).await, none);
        let again = ChatProfile { version: none.version, ..with(&welcome, FlowWhen::Always) };
        assert_eq!(save(&admin, &again).await.unwrap_err(), refused);
    }

    async fn there_are_as_many_profiles_as_admins_make(world: World) {
        let admin = world.admin().await;
        let first = profile(&admin).await;
        assert!(first.is_default);
        let create = |name: &str, like, team| CreateProfile { name: self::name(name), like, team };
        let team = first.team.clone();
        let refused = Refusal::Invalid { field: Field::Team, reason: Reason::Form };
        for team in [None, Some(TeamId::from_value(9))] {
            let answer = admin.ask(create("Nobody's", None, team)).await;
            assert_eq!(answer.unwrap_err(), refused);
        }
        let nobodys = Some(ProfileId::from_value(9));
        let answer = admin.ask(create("Like none", nobodys, None)).await;
        assert_eq!(answer.unwrap_err(), Refusal::NotFound);

        let blank = admin.ask(create("Sales", None, Some(team))).await.unwrap().profile;
        let dressed = ChatProfile {
            hours: Some(hours("UTC", "10:00-17:00")),
            rules: vec![rule("/pricing*", "", BubbleRule::Hide)],
            is_agent_required: true,
            is_active: false,
            ..first.clone()
        };
        let dressed = save(&admin, &dressed).await.unwrap();
        let copy = admin.ask(create("Copy", Some(dressed.id.clone()), None)).await.unwrap().profile;
        assert!(copy.key != dressed.key && copy.id != dressed.id);
        let like = ChatProfile {
            id: copy.id.clone(),
            key: copy.key.clone(),
            name: copy.name.clone(),
            is_default: false,
            version: 1,
            ..dressed.clone()
        };
        assert_eq!(copy, like);

        let rows = admin.ask(ListProfiles {}).await.unwrap();
        let listed: Vec<_> = rows
            .iter()
            .map(|row| (row.name.as_str(), row.is_active, row.is_available, row.is_default))
            .collect();
        assert_eq!(listed, [
            ("Sales", true, true, false),
            ("Copy", false, false, false),
            ("Support", false, false, true),
        ]);
        assert_eq!(rows[0].team_name, name("Support"));
        // Each is an entrance of its own.
        for profile in [&blank, &dressed] {
            let answer = world.get(&format!("/api/profile/{}?key={}", profile.id, profile.key));
            assert_eq!(answer.answer().await.status, StatusCode::OK);
        }
        let answer = world.get(&format!("/api/profile/{}?key={}", blank.id, dressed.key));
        assert_eq!(answer.answer().await.refusal(), Refusal::WrongKey);

        // Another one is meant where nobody names any; there is always one.
        let chosen = ChatProfile { is_default: true, ..blank.clone() };
        let chosen = save(&admin, &chosen).await.unwrap();
        assert_eq!(profile(&admin).await, chosen);
        assert_eq!(save(&admin, &dressed).await.unwrap_err(), Refusal::Changed);
        let shy = ChatProfile { is_default: false, ..chosen };
        assert!(save(&admin, &shy).await.unwrap().is_default);
        world.restart(|_| ()).await;
        assert_eq!(world.profile().id, blank.id);
    }

    async fn a_profile_opens_and_closes_by_its_hours(world: World) {
        // It is Friday, 15 January 2027, 9 o'clock in Berlin.
        let admin = world.admin().await;
        let first = profile(&admin).await;
        let answer = launcher(&world, &first).await;
        assert_eq!(answer["is_available"], true);
        assert_eq!(answer.get("opens_at"), None);
        let visitor = world.visitor();
        let mut v = visitor.line().await;
        v.hello(&visitor.hello()).await;
        assert_eq!(v.welcome().await.opens_at, None);

        let set = ChatProfile {
            hours: Some(hours("Europe/Berlin", "10:00-17:00")),
            ..first.clone()
        };
        let set = save(&admin, &set).await.unwrap();
        let opens = Timestamp::from_ms(1_800_000_000_000 + 60 * 60 * 1000);
        let answer = launcher(&world, &set).await;
        assert_eq!(answer["is_available"], false);
        assert_eq!(answer["opens_at"], opens.ms());
        let presence = async |v: &mut Socket<ForVisitor>| {
            v.until("presence", |frame| match frame {
                ServerFrame::Signal(VisitorSignal::Presence { is_anyone_available, opens_at, .. }) => {
                    Some((is_anyone_available, opens_at))
                }
                _ => None,
            })
            .await
        };
        while presence(&mut v).await != (false, Some(opens)) {}
        let mut late = visitor.line().await;
        late.hello(&visitor.hello()).await;
        assert_eq!(late.welcome().await.opens_at, Some(opens));

        // Somebody is there, but nobody is told so before it opens; then everybody is.
        let ann = world.agent("Ann").await.available().await;
        let _here = ann.socket().await;
        let mut early = visitor.line().await;
        early.hello(&visitor.hello()).await;
        let welcome = early.welcome().await;
        assert_eq!((welcome.is_anyone_available, welcome.opens_at), (false, Some(opens)));
        world.advance(Span::from_seconds(60 * 60));
        ann.ask(NoteActivity {}).await.unwrap();
        while presence(&mut v).await != (true, None) {}
        assert_eq!(launcher(&world, &set).await["is_available"], true);
    }

    async fn a_profile_may_ask_for_somebody_to_be_there(world: World) {
        let admin = world.admin().await;
        let first = profile(&admin).await;
        let set = save(&admin, &ChatProfile { is_agent_required: true, ..first }).await.unwrap();
        assert_eq!(launcher(&world, &set).await["is_available"], false);
        let ann = world.agent("Ann").await.available().await;
        let _here = ann.socket().await;
        until("somebody to be there", async || {
            launcher(&world, &set).await["is_available"] == true
        })
        .await;
        world.advance(limit::AGENT_IDLE);
        assert_eq!(launcher(&world, &set).await["is_available"], false, "idle is not there");
    }

    async fn rules_reach_the_launcher_in_their_order(world: World) {
        let admin = world.admin().await;
        let first = profile(&admin).await;
        let notify = BubbleRule::Notify { text: Teaser::parse("Prices?").unwrap() };
        let set = ChatProfile {
            rules: vec![
                rule("/basket*", "", BubbleRule::Hide),
                rule("*", "DE", BubbleRule::Hide),
                rule("/pricing*", "", notify),
                rule("*/lamps", "", BubbleRule::Open { after_seconds: 5 }),
                rule("*", "", BubbleRule::Show),
            ],
            ..first
        };
        let set = save(&admin, &set).await.unwrap();
        let answer = launcher(&world, &set).await;
        let want = json!([
            { "url": "/basket*", "bubble": "hide" },
            { "url": "/pricing*", "bubble": { "notify": { "text": "Prices?" } } },
            { "url": "*/lamps", "bubble": { "open": { "after_seconds": 5 } } },
            { "url": "*", "bubble": "show" },
        ]);
        assert_eq!(answer["rules"], want, "without a database nobody comes from Germany");

        let refused = |field| Refusal::Invalid { field, reason: Reason::Form };
        let late = rule("/", "", BubbleRule::Open { after_seconds: limit::RULE_SECONDS_MAX + 1 });
        let strange = ChannelRule {
            flow: Some(ProfileFlow { flow: FlowId::from_value(9), when: FlowWhen::Always }),
            ..rule("/", "", BubbleRule::Show)
        };
        for (wrong, field) in [
            (ChatProfile { rules: vec![late], ..set.clone() }, Field::Rules),
            (ChatProfile { rules: vec![strange], ..set.clone() }, Field::Flow),
            (ChatProfile { hours: Some(hours("Europe/Atlantis", "10:00-17:00")), ..set.clone() }, Field::Zone),
            (ChatProfile { hours: Some(hours("UTC", "10:00-17:00 16:00-18:00")), ..set.clone() }, Field::Hours),
        ] {
            assert_eq!(save(&admin, &wrong).await.unwrap_err(), refused(field));
        }
        let many = ChatProfile { rules: vec![rule("/", "", BubbleRule::Show); limit::RULES_MAX + 1], ..set.clone() };
        let reason = Reason::TooLong { max: limit::RULES_MAX };
        let want = Refusal::Invalid { field: Field::Rules, reason };
        assert_eq!(save(&admin, &many).await.unwrap_err(), want);
        assert_eq!(profile(&admin).await, set);
    }

    async fn zones_are_known_by_their_names(world: World) {
        let admin = world.admin().await;
        let zones = admin.ask(ListZones {}).await.unwrap();
        let berlin = ZoneName::parse("Europe/Berlin").unwrap();
        assert!(zones.contains(&berlin));
        let page = admin.ask(ReadZone { zone: berlin }).await.unwrap();
        assert!(page.offsets.len() >= 2 && page.now == world.server().now());
        let zone = ZoneName::parse("Europe/Atlantis").unwrap();
        assert_eq!(admin.ask(ReadZone { zone }).await.unwrap_err(), Refusal::NotFound);
    }
}
