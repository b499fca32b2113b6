//! What a bot knows from outside its conversation: each fact as the server finds it out.
//!
//! Invariant: what is not known is not guessed, and what somebody else may not know is not said.

use crate::bots::{answers, flow_of, seen};
use crate::identity::{ready, start, token};
use crate::world::{Agent, Visitor, World, both, conversation_id, text, until};
use domain::api::SaveProfile;
use domain::conversation::Command;
use domain::date::Weekday;
use domain::id::FlowId;
use domain::people::Page;
use domain::settings::{
    BubbleRule, ChannelRule, ChatProfile, Country, FlowWhen, Interval, MinuteOfDay, OpeningHours,
    ProfileFlow, WeekInterval, ZoneName,
};
use domain::text::{IdToken, UrlPattern};
use domain::time::Span;
use serde_json::json;

/// A database of countries (MMDB) of one node: addresses below 128.0.0.0, and so everybody who asks
/// here, come from Sweden.
const SWEDEN: &[u8] = b"\0\0\x11\0\0\x01\
    \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\
    \xe1\x47country\xe1\x48iso_code\x42SE\
    \xab\xcd\xefMaxMind.com\xe9\
    \x4anode_count\xc1\x01\
    \x4brecord_size\xa1\x18\
    \x4aip_version\xa1\x04\
    \x4ddatabase_type\x44Test\
    \x49languages\x00\x04\
    \x5bbinary_format_major_version\xa1\x02\
    \x5bbinary_format_minor_version\xa1\x00\
    \x4bbuild_epoch\x01\x02\x01\
    \x4bdescription\xe0";

/// A bot that answers the first word with this, and is done.
async fn teller(admin: &Agent, name: &str, tells: &str) -> FlowId {
    let steps = json!([
        { "id": 1, "name": "", "does": { "message": { "text": { "en": tells }, "next": 2 } } },
        { "id": 2, "name": "", "does": { "end": {} } },
    ]);
    flow_of(admin, name, &steps).await
}

/// From now on the profile's bot tells this.
async fn tells(admin: &Agent, tells: &str) {
    let flow = teller(admin, "Teller", tells).await;
    answers(admin, &flow, FlowWhen::Always).await;
}

/// What somebody is told who begins like this.
async fn told(visitor: &Visitor, start: Command) -> String {
    visitor.does(&conversation_id(), start).await.unwrap();
    let (words, _) = seen(visitor).await;
    assert_eq!(words.len(), 2, "{words:?}");
    words[1].clone()
}

fn on_page(url: &str, title: &str) -> Command {
    Command::Start {
        page: Page {
            url: url.to_owned(),
            title: title.to_owned(),
        },
        text: text("Hello"),
        id_token: None,
    }
}

/// The same hours every day, if any, in this zone.
fn hours(zone: &str, times: Option<(&str, &str)>) -> OpeningHours {
    let minute = |text| MinuteOfDay::parse(text).unwrap();
    let interval = times.map(|(from, to)| Interval::new(minute(from), minute(to)).unwrap());
    let week = Weekday::ALL.into_iter();
    let week = week.filter_map(|day| interval.map(|interval| WeekInterval { day, interval }));
    OpeningHours {
        zone: ZoneName::parse(zone).unwrap(),
        week: week.collect(),
        exceptions: Vec::new(),
    }
}

async fn change(admin: &Agent, change: impl FnOnce(&mut ChatProfile)) {
    let mut profile = admin.profile().await.profile;
    change(&mut profile);
    admin.ask(SaveProfile { profile }).await.unwrap();
}

both! {
    async fn the_visitors_language_and_the_page_without_its_query(world: World) {
        let admin = world.admin().await;
        tells(&admin, "$LANGUAGE <$PAGEURL> <$PAGETITLE>").await;
        let visitor = Visitor { language: Some("de-AT, en;q=0.5"), ..world.visitor() };
        let start = on_page("https://shop.example/prices?secret=1#far", "Prices & more");
        let want = "de <https://shop.example/prices> <Prices & more>";
        assert_eq!(told(&visitor, start).await, want);
        // What is no page of the web is none, and a language that nobody speaks here is English.
        let visitor = Visitor { language: Some("tlh"), ..world.visitor() };
        assert_eq!(told(&visitor, on_page("file:///home/vera", "")).await, "en <> <>");
        change(&admin, |profile| profile.is_page_query_kept = true).await;
        let start = on_page("https://shop.example/prices?size=2#far", "Prices");
        let want = "en <https://shop.example/prices?size=2> <Prices>";
        assert_eq!(told(&world.visitor(), start).await, want);
    }

    async fn the_day_is_that_of_the_profiles_zone(world: World) {
        let admin = world.admin().await;
        tells(&admin, "$TODAY").await;
        let today = async || told(&world.visitor(), Visitor::start("Hello")).await;
        // The clock of these tests stands at eight in the morning, in UTC.
        assert_eq!(today().await, "2027-01-15");
        world.advance(Span::from_seconds(3 * 60 * 60));
        assert_eq!(today().await, "2027-01-15");
        for (zone, day) in [
            ("Pacific/Kiritimati", "2027-01-16"),
            ("Pacific/Pago_Pago", "2027-01-15"),
        ] {
            change(&admin, |profile| profile.hours = Some(hours(zone, None))).await;
            assert_eq!(today().await, day, "{zone}");
        }
        world.advance(Span::from_seconds(13 * 60 * 60));
        assert_eq!(today().await, "2027-01-15", "it is midnight in UTC, and one in the afternoon there");
    }

    async fn whether_it_is_open_and_whether_somebody_is_there(world: World) {
        let admin = world.admin().await;
        tells(&admin, "$OPEN $AGENTAVAILABLE").await;
        let now = async || told(&world.visitor(), Visitor::start("Hello")).await;
        assert_eq!(now().await, "yes no");
        let ann = world.agent("ann").await.available().await;
        assert_eq!(now().await, "yes no", "nobody has the page open");
        let line = ann.socket().await;
        assert_eq!(now().await, "yes yes");
        change(&admin, |profile| profile.hours = Some(hours("UTC", Some(("08:10", "08:20"))))).await;
        assert_eq!(now().await, "no no", "to a bot nobody is there out of hours");
        world.advance(Span::from_seconds(10 * 60));
        assert_eq!(now().await, "yes yes");
        ann.away().await;
        assert_eq!(now().await, "yes no");
        let ann = ann.available().await;
        assert_eq!(now().await, "yes yes");
        drop(line);
        // She may be on her way from one page to the next, and counts a few seconds longer.
        until("ann to be gone", async || {
            world.advance(Span::from_seconds(1));
            now().await == "yes no"
        }).await;
        let _line = ann.socket().await;
        assert_eq!(now().await, "yes yes");
        world.advance(Span::from_seconds(10 * 60));
        assert_eq!(now().await, "no no");
    }

    async fn a_bot_of_a_countrys_own_knows_the_country(world: World) {
        let admin = world.admin().await;
        tells(&admin, "Everybody's, ${COUNTRY|nowhere}").await;
        let mut rules = Vec::new();
        for (country, name) in [("NO", "Norsk"), ("SE", "Svensk")] {
            let flow = teller(&admin, name, &format!("{name}, ${{COUNTRY|nowhere}}")).await;
            rules.push(ChannelRule {
                url: UrlPattern::parse("*").unwrap(),
                countries: Country::parse_all(country).unwrap(),
                bubble: BubbleRule::Show,
                flow: Some(ProfileFlow { flow, when: FlowWhen::Always }),
                step: None,
            });
        }
        change(&admin, |profile| profile.rules = rules).await;
        let now = async || told(&world.visitor(), Visitor::start("Hello")).await;
        assert_eq!(now().await, "Everybody's, nowhere", "without a database nobody comes from anywhere");

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("countries.mmdb");
        std::fs::write(&path, SWEDEN).unwrap();
        world.restart(|config| config.country_mmdb = Some(path)).await;
        assert_eq!(now().await, "Svensk, SE");
        let admin = world.admin().await;
        change(&admin, |profile| profile.rules.truncate(1)).await;
        assert_eq!(now().await, "Everybody's, SE");
    }

    async fn a_token_says_who_somebody_is_and_nobody_else_does(world: World) {
        let admin = ready(&world).await;
        tells(&admin, "$AUTHENTICATED ${NAME|nobody} ${EMAIL|nowhere}").await;
        assert_eq!(told(&world.visitor(), Visitor::start("Hello")).await, "no nobody nowhere");
        let vera = json!({ "sub": "4711", "firstname": "Vera", "lastname": "Lee",
            "email": "vera@shop.example" });
        let known = told(&world.visitor(), start(token(&world, vera))).await;
        assert_eq!(known, "yes Vera Lee vera@shop.example");
        let foreign = IdToken::parse("a.b.c").unwrap();
        assert_eq!(told(&world.visitor(), start(foreign)).await, "no nobody nowhere");
    }

    async fn where_nobody_has_waited_the_wait_is_what_the_profile_calls_usual(world: World) {
        let admin = world.admin().await;
        tells(&admin, "$WAITTIME|${WAITTIME|unknown}").await;
        let now = async || told(&world.visitor(), Visitor::start("Hello")).await;
        assert_eq!(now().await, "|unknown");
        change(&admin, |profile| profile.wait_time.usual_minutes = Some(7)).await;
        assert_eq!(now().await, "7|7");
    }
}
