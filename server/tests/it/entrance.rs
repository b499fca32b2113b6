//! Which websites may show a chat, and what a new key does to those with the old one.
//!
//! Invariant: a website that is refused learns nothing but that.

use crate::world::{Agent, Answer, Visitor, World, both};
use axum::http::StatusCode;
use domain::api::{
    CreateProfile, Field, ListProfiles, ProfilePage, ReadWebsites, Refusal, ReplaceKey,
    SaveProfile, SaveWebsites,
};
use domain::date::Date;
use domain::id::ProfileId;
use domain::limit;
use domain::live::{ServerFrame, VisitorSignal};
use domain::settings::{
    Banner, BubbleRule, ChannelRule, ChatProfile, HaloEntrance, HostOrigin, Language, OwnText,
    PageTeaser, Translation, Websites, Wording,
};
use domain::text::{
    DisplayName, ForeignWord, Greeting, MessageText, Reason, Teaser, UrlPattern, WordingText,
};
use domain::time::Span;
use serde_json::{Value, json};

async fn page(admin: &Agent) -> ProfilePage {
    admin.profile().await
}

async fn list(admin: &Agent, origins: &[&str]) -> ChatProfile {
    let mut profile = page(admin).await.profile;
    let parse = |origin: &&str| HostOrigin::parse(origin).unwrap();
    profile.origins = origins.iter().map(parse).collect();
    admin.ask(SaveProfile { profile }).await.unwrap()
}

async fn replace(admin: &Agent, profile: &ChatProfile) -> Result<ProfilePage, Refusal> {
    let (profile, version) = (profile.id.clone(), profile.version);
    admin.ask(ReplaceKey { profile, version }).await
}

/// What a launcher on a page of this origin is told.
async fn launcher(world: &World, key: &str, origin: Option<&str>) -> Answer {
    let profile = world.profile();
    let mut asked = world.get(&format!("/api/profile/{}?key={key}", profile.id));
    if let Some(origin) = origin {
        asked = asked.with("origin", origin);
    }
    asked.answer().await
}

/// Who may show the frame.
async fn ancestors(world: &World, query: &str) -> String {
    let answer = world.get(&format!("/chat/frame?{query}")).answer().await;
    let policy = answer.header("content-security-policy");
    let mut parts = policy.split("; ");
    let found = parts.find_map(|part| part.strip_prefix("frame-ancestors "));
    found.unwrap().to_owned()
}

fn german(of: &str, text: &str) -> Translation {
    Translation {
        language: Language::De,
        of: of.to_owned(),
        text: MessageText::parse(text).unwrap(),
    }
}

/// A profile that says something everywhere, and most of it in German.
fn talkative(profile: ChatProfile) -> ChatProfile {
    let teaser = |text| Teaser::parse(text).unwrap();
    let everywhere = || UrlPattern::parse("*").unwrap();
    let mut profile = profile;
    profile.rules = vec![ChannelRule {
        url: everywhere(),
        countries: Vec::new(),
        bubble: BubbleRule::Notify {
            text: teaser("Beside"),
        },
        flow: None,
        step: None,
    }];
    profile.wording = Wording {
        notification: Some(teaser("Beside")),
        teasers: vec![PageTeaser {
            url: everywhere(),
            text: teaser("Here"),
        }],
        banners: vec![Banner {
            text: WordingText::parse("Closed").unwrap(),
            from: None,
            until: None,
        }],
        translations: vec![
            german("Hello! How can we help you?", "Guten Tag!"),
            german("Beside", "Daneben"),
            german("Here", "Hier"),
            german("Closed", "Geschlossen"),
            german("Said by nobody", "Von niemandem"),
        ],
        ..Wording::default()
    };
    profile
}

both! {
    async fn a_website_that_is_not_listed_gets_no_chat(world: World) {
        let admin = world.admin().await;
        let key = world.profile().key;
        let asked = format!("profile={}&key={key}", world.profile().id);
        for origin in [None, Some("https://anything.example"), Some("null")] {
            assert_eq!(launcher(&world, &key, origin).await.status, StatusCode::OK);
        }
        assert_eq!(ancestors(&world, &asked).await, "*");

        let listed = ["*.shop.example:8443", "shop.example", "shop.example"];
        let saved = list(&admin, &listed).await;
        assert_eq!(saved.origins.len(), 2, "each once");
        let own = world.url();
        for origin in [
            None,
            Some(own.as_str()),
            Some("https://shop.example"),
            Some("https://www.shop.example:8443"),
        ] {
            let answer = launcher(&world, &key, origin).await;
            assert_eq!(answer.status, StatusCode::OK, "{origin:?}");
        }
        for origin in ["https://evil.example", "https://www.shop.example", "null", ""] {
            let answer = launcher(&world, &key, Some(origin)).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin}");
            assert_eq!(answer.refusal(), Refusal::ForeignOrigin);
            // Or the launcher could not read why.
            assert_eq!(answer.header("access-control-allow-origin"), "*");
        }
        assert_eq!(ancestors(&world, &asked).await, "'self' *.shop.example:8443 shop.example");
        assert_eq!(ancestors(&world, "profile=nonsense").await, "*");
        assert_eq!(ancestors(&world, "").await, "*");

        let mut profile = saved.clone();
        let many = (0..limit::HOST_ORIGINS_CHARS_MAX / 9).map(|n| format!("s{n:03}.example"));
        profile.origins = many.map(|o| HostOrigin::parse(&o).unwrap()).collect();
        let reason = Reason::TooLong { max: limit::HOST_ORIGINS_CHARS_MAX };
        let want = Refusal::Invalid { field: Field::Origins, reason };
        assert_eq!(admin.ask(SaveProfile { profile }).await.unwrap_err(), want);
        let mut text = json!({ "profile": saved });
        text["profile"]["origins"] = json!(["'none'; script-src *"]);
        let asked = world.post("/api/call/save_profile", text.to_string());
        let answer = asked.with("cookie", &admin.cookie).answer().await;
        assert_eq!(answer.refusal(), Refusal::Malformed);
        assert_eq!(page(&admin).await.profile, saved, "what was refused has changed nothing");
    }

    async fn the_websites_of_all_count_where_an_entrance_names_none(world: World) {
        let admin = world.admin().await;
        let key = world.profile().key;
        let asked = format!("profile={}&key={key}", world.profile().id);
        let (shop, club) = ("https://shop.example", "https://club.example");
        let websites = admin.ask(ReadWebsites {}).await.unwrap();
        assert_eq!(websites.origins, []);
        let origin = |origin: &str| HostOrigin::parse(origin).unwrap();
        let save = |origins: &[&str], version| SaveWebsites {
            websites: Websites { origins: origins.iter().copied().map(origin).collect(), version },
        };
        let saved = save(&["shop.example", "*.shop.example", "shop.example"], websites.version);
        let saved = admin.ask(saved).await.unwrap();
        assert_eq!(saved.origins.len(), 2, "each once");
        let stale = admin.ask(save(&["club.example"], websites.version)).await;
        assert_eq!(stale.unwrap_err(), Refusal::Changed);
        assert_eq!(admin.ask(ReadWebsites {}).await.unwrap(), saved);

        let status = async |origin| launcher(&world, &key, Some(origin)).await.status;
        assert_eq!(status(shop).await, StatusCode::OK);
        assert_eq!(status(club).await, StatusCode::FORBIDDEN);
        assert_eq!(ancestors(&world, &asked).await, "'self' *.shop.example shop.example");
        let rows = admin.ask(ListProfiles {}).await.unwrap();
        assert_eq!(rows[0].origins, 2);

        // An entrance goes by its own word alone.
        list(&admin, &["club.example"]).await;
        assert_eq!(status(shop).await, StatusCode::FORBIDDEN);
        assert_eq!(status(club).await, StatusCode::OK);
        assert_eq!(ancestors(&world, &asked).await, "'self' club.example");

        // Another process knows it as well.
        list(&admin, &[]).await;
        world.restart(|_| ()).await;
        let status = async |origin| launcher(&world, &key, Some(origin)).await.status;
        assert_eq!(status(club).await, StatusCode::FORBIDDEN);
        let admin = world.admin().await;
        admin.ask(save(&[], saved.version)).await.unwrap();
        assert_eq!(status(club).await, StatusCode::OK);
    }

    async fn a_key_that_was_replaced_is_good_for_a_while(world: World) {
        let admin = world.admin().await;
        let visitor = world.visitor();
        let before = page(&admin).await;
        let after = replace(&admin, &before.profile).await.unwrap();
        assert_eq!(replace(&admin, &before.profile).await.unwrap_err(), Refusal::Changed);
        let nobodys = ChatProfile { id: ProfileId::from_value(9), ..before.profile.clone() };
        assert_eq!(replace(&admin, &nobodys).await.unwrap_err(), Refusal::NotFound);
        let (old, new) = (before.profile.key.as_str(), after.profile.key.as_str());
        assert!(old != new && new.len() == old.len());
        assert!(after.snippet.contains(new) && !after.snippet.contains(old));
        assert_eq!(after.link, before.link, "what was sent stays good");
        assert_eq!(page(&admin).await, after);

        world.advance(Span::from_ms(limit::KEY_GRACE.ms() - 1));
        for key in [old, new] {
            assert_eq!(launcher(&world, key, None).await.status, StatusCode::OK);
        }
        // The world's visitors came with the key of its first day.
        assert!(visitor.socket().await.is_alive().await);
        world.advance(Span::from_ms(1));
        // The session has not lasted as long.
        let admin = world.admin().await;
        assert_eq!(launcher(&world, old, None).await.refusal(), Refusal::WrongKey);
        assert_eq!(launcher(&world, new, None).await.status, StatusCode::OK);
        let mut late = visitor.line().await;
        late.hello(&visitor.hello()).await;
        assert!(matches!(late.frame().await, ServerFrame::Refused { refusal: Refusal::WrongKey, .. }));
        assert_eq!(page(&admin).await.profile.old_key, None, "nothing is told of what is over");

        // A save knows nothing of keys and changes none; a third key ends the first at once.
        let mut profile = page(&admin).await.profile;
        "chosen by hand".clone_into(&mut profile.key);
        profile.old_key = None;
        let saved = admin.ask(SaveProfile { profile }).await.unwrap();
        assert_eq!(saved.key, new);
        let third = replace(&admin, &saved).await.unwrap();
        let fourth = replace(&admin, &third.profile).await.unwrap();
        assert_eq!(launcher(&world, new, None).await.refusal(), Refusal::WrongKey);
        for key in [&third.profile.key, &fourth.profile.key] {
            assert_eq!(launcher(&world, key, None).await.status, StatusCode::OK);
        }
        let deeds = world.texts("select deed from audit where deed = 'replace_key'").await;
        assert_eq!(deeds.len(), 3);
    }

    async fn the_page_with_nothing_but_the_chat(world: World) {
        let admin = world.admin().await;
        let page = page(&admin).await;
        let path = page.link.strip_prefix(&world.url()).unwrap().to_owned();
        let answer = world.get(&path).answer().await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.header("cache-control"), "no-store");
        let frame = answer.header("location").to_owned();
        assert_eq!(frame, format!("/chat/frame?profile={}&key={}", page.profile.id, page.profile.key));
        let german = world.get("/chat/with/prf_0").with("accept-language", "de").answer().await;
        assert_eq!(german.status, StatusCode::NOT_FOUND);
        assert!(german.body.contains("<h1>Diesen Chat gibt es hier nicht mehr</h1>"), "{}", german.body);
        assert!(!german.body.contains("{{"), "{}", german.body);
        for missing in ["/chat/with/prf_0", "/chat/with/x", "/chat/with/%00", "/chat/with/"] {
            let asked = world.get(missing).with("accept", "text/html");
            assert_eq!(asked.answer().await.status, StatusCode::NOT_FOUND, "{missing}");
        }
        // Where none is named, the default one is meant, whichever that is.
        let portal = async || world.get("/chat/with").answer().await.header("location").to_owned();
        assert_eq!(portal().await, frame);
        let other = CreateProfile {
            name: DisplayName::parse("Portal").unwrap(),
            like: Some(page.profile.id.clone()),
            team: None,
        };
        let other = admin.ask(other).await.unwrap();
        let profile = ChatProfile { is_default: true, ..other.profile };
        let other = admin.ask(SaveProfile { profile }).await.unwrap();
        assert_eq!(portal().await, format!("/chat/frame?profile={}&key={}", other.id, other.key));
    }

    async fn the_preview_is_for_agents_and_shows_a_snippet(world: World) {
        let ann = world.agent("Ann").await;
        let id = world.profile().id;
        let shown = async |query: &str, cookie: Option<&str>| {
            let mut asked = world.get(&format!("/chat/preview?{query}")).with("accept", "text/html");
            if let Some(cookie) = cookie {
                asked = asked.with("cookie", cookie);
            }
            asked.answer().await
        };
        let plain = format!("profile={id}");
        let garbage = format!("aureole={}", "g".repeat(64));
        for cookie in [None, Some(garbage.as_str())] {
            assert_eq!(shown(&plain, cookie).await.status, StatusCode::UNAUTHORIZED);
        }
        let cookie = Some(ann.cookie.as_str());
        for missing in ["", "profile=x", "profile=prf_0000000000000000000000000Z"] {
            assert_eq!(shown(missing, cookie).await.status, StatusCode::NOT_FOUND, "{missing}");
        }
        let hostile = r#"{"is_dark":true,"icon":"/</script><script>alert(1)</script>"}"#;
        let bytes = hostile.bytes().map(|byte| format!("%{byte:02x}"));
        let answer = shown(&format!("{plain}&options={}", bytes.collect::<String>()), cookie).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.body.contains("theme: \"dark\","), "{}", answer.body);
        assert!(answer.body.contains("\\u003c/script>") && !answer.body.contains("<script>"));
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'self'") && !policy.contains("unsafe"));
        let (_, rest) = policy.split_once("script-src 'nonce-").unwrap();
        let nonce = rest.split('\'').next().unwrap();
        assert_eq!(answer.body.matches("<script").count(), answer.body.matches(&format!("<script nonce=\"{nonce}\"")).count());
        let again = shown(&plain, cookie).await;
        assert!(!again.body.contains(nonce), "a nonce is used once");
        // What cannot be read is as if nothing had been chosen.
        for nonsense in ["7", "%7B", "%7B%22width%22%3A1%7D"] {
            let answer = shown(&format!("{plain}&options={nonsense}"), cookie).await;
            assert!(answer.status == StatusCode::OK && !answer.body.contains("theme:"), "{nonsense}");
        }
    }

    async fn nobody_asks_for_documents_faster_than_the_rate(world: World) {
        let path = page(&world.admin().await).await.link;
        let path = path.strip_prefix(&world.url()).unwrap().to_owned();
        world.restart(|config| config.rates.requests_per_address_per_second = 2).await;
        for path in [path.as_str(), "/chat/frame?profile=prf_0", "/chat/preview"] {
            let mut last = StatusCode::OK;
            for _ in 0..50 {
                last = world.get(path).answer().await.status;
            }
            assert_eq!(last, StatusCode::TOO_MANY_REQUESTS, "{path}");
            world.advance(Span::from_seconds(60));
        }
    }

    async fn what_is_said_on_certain_days_and_asked_at_the_end(world: World) {
        let admin = world.admin().await;
        let key = world.profile().key;
        let ask = async || {
            let path = format!("/api/profile/{}?key={key}", world.profile().id);
            let answer = world.get(&path).with("accept-language", "en").answer().await;
            serde_json::from_str::<Value>(&answer.body).unwrap()["frame_texts"].clone()
        };
        assert_eq!(ask().await, Value::Null);
        // The world's clock begins on this day.
        let today = Date::new(2027, 1, 15);
        let mut profile = page(&admin).await.profile;
        profile.wording = Wording {
            banners: vec![Banner {
                text: WordingText::parse("Closed <today>").unwrap(),
                from: today,
                until: today,
            }],
            is_rating_asked: false,
            is_comment_asked: false,
            is_address_asked: false,
            ..Wording::default()
        };
        let mut saved = admin.ask(SaveProfile { profile }).await.unwrap();
        let said = json!({
            "profile.banner": "Closed <today>", "profile.rating": "off", "profile.comment": "off",
            "profile.address": "off",
        });
        assert_eq!(ask().await, said);
        world.advance(Span::from_seconds(24 * 60 * 60));
        let said = json!({
            "profile.rating": "off", "profile.comment": "off", "profile.address": "off",
        });
        assert_eq!(ask().await, said);

        // Who was signed in the day before is not any more.
        let admin = world.admin().await;
        let banner = saved.wording.banners[0].clone();
        saved.wording.banners = vec![Banner { until: Date::new(2027, 1, 14), ..banner }];
        let refused = admin.ask(SaveProfile { profile: saved }).await.unwrap_err();
        assert_eq!(refused, Refusal::Invalid { field: Field::Texts, reason: Reason::Form });
    }

    async fn a_page_written_for_halo_names_the_entrance_as_halo_did(world: World) {
        let admin = world.admin().await;
        let word = |word| ForeignWord::parse(word).unwrap();
        let halo = || HaloEntrance { id: word("c0ffee-01"), key: word("k3y/+") };
        let ask = async |id: &str, key: &str| {
            world.get(&format!("/api/profile/{id}?key={key}")).answer().await.status
        };
        assert_eq!(ask("c0ffee-01", "k3y%2F%2B").await, StatusCode::FORBIDDEN);
        let profile = ChatProfile { halo: Some(halo()), ..page(&admin).await.profile };
        let saved = admin.ask(SaveProfile { profile }).await.unwrap();
        assert_eq!(ask("c0ffee-01", "k3y%2F%2B").await, StatusCode::OK);
        assert_eq!(ask("c0ffee-01", "other").await, StatusCode::FORBIDDEN);
        assert_eq!(ask(saved.id.as_str(), "k3y%2F%2B").await, StatusCode::FORBIDDEN);
        let frame = world.get("/chat/frame?profile=c0ffee-01&key=k3y%2F%2B").answer().await;
        assert_eq!(frame.status, StatusCode::SEE_OTHER);
        let address = format!("/chat/frame?profile={}&key={}", saved.id, saved.key);
        assert_eq!(frame.header("location"), address);
        let nobodys = world.get("/chat/frame?profile=c0ffee-01&key=other").answer().await;
        assert_ne!(nobodys.status, StatusCode::SEE_OTHER);

        // It is of one profile, and of no copy.
        let copy = CreateProfile {
            name: DisplayName::parse("Copy").unwrap(),
            like: Some(saved.id.clone()),
            team: None,
        };
        let copy = admin.ask(copy).await.unwrap().profile;
        assert_eq!(copy.halo, None);
        let second = ChatProfile { halo: Some(halo()), ..copy };
        let refused = admin.ask(SaveProfile { profile: second }).await.unwrap_err();
        assert_eq!(refused, Refusal::Invalid { field: Field::Halo, reason: Reason::Taken });
    }

    async fn what_the_profile_says_of_its_own_is_said_in_the_visitors_language(world: World) {
        let admin = world.admin().await;
        let key = world.profile().key;
        let ask = async |languages: &str| {
            let path = format!("/api/profile/{}?key={key}", world.profile().id);
            let answer = world.get(&path).with("accept-language", languages).answer().await;
            serde_json::from_str::<Value>(&answer.body).unwrap()
        };
        let visitor = Visitor { language: Some("de"), ..world.visitor() };
        let mut socket = visitor.line().await;
        socket.hello(&visitor.hello()).await;
        let welcome = socket.welcome().await;
        assert_eq!(welcome.profile.greeting.as_str(), "Hallo! Wie können wir Ihnen helfen?");

        let profile = talkative(page(&admin).await.profile);
        let saved = admin.ask(SaveProfile { profile }).await.unwrap();
        assert_eq!(saved.wording.translations.len(), 4, "what nobody says is forgotten");
        let told = socket.until("the profile", |frame| match frame {
            ServerFrame::Signal(VisitorSignal::Profile(profile)) => Some(profile),
            _ => None,
        }).await;
        assert_eq!(told.greeting.as_str(), "Guten Tag!");
        let (de, fr) = (ask("de").await, ask("fr").await);
        for (said, place) in [("Daneben", &de["notification"]), ("Hier", &de["teasers"][0]["text"]),
            ("Daneben", &de["rules"][0]["bubble"]["notify"]["text"]),
            ("Geschlossen", &de["frame_texts"]["profile.banner"]),
            ("Beside", &fr["notification"]), ("Closed", &fr["frame_texts"]["profile.banner"]),
            ("Beside", &fr["rules"][0]["bubble"]["notify"]["text"])] {
            assert_eq!(place, said);
        }

        // A sentence that is corrected keeps what it was in other languages; another one has none.
        let mut profile = saved;
        profile.greeting = Greeting::parse("Hello. How can we help you?").unwrap();
        let saved = admin.ask(SaveProfile { profile }).await.unwrap();
        let corrected = german("Hello. How can we help you?", "Guten Tag!");
        assert_eq!(saved.wording.translations[0], corrected);
        let greeting = Greeting::parse("Good morning!").unwrap();
        let profile = ChatProfile { greeting, ..saved };
        let saved = admin.ask(SaveProfile { profile }).await.unwrap();
        assert_eq!(saved.wording.translations.len(), 3);
        let mut long = saved;
        long.wording.translations.push(Translation {
            language: Language::Es,
            ..german("Here", &"x".repeat(limit::TEASER_CHARS_MAX + 1))
        });
        let refused = admin.ask(SaveProfile { profile: long }).await.unwrap_err();
        let reason = Reason::TooLong { max: limit::TEASER_CHARS_MAX };
        assert_eq!(refused, Refusal::Invalid { field: Field::Texts, reason });
    }

    async fn a_visitor_is_spoken_to_in_their_language_and_the_profiles_words(world: World) {
        let admin = world.admin().await;
        let key = world.profile().key;
        let ask = async |languages: &str| {
            let path = format!("/api/profile/{}?key={key}", world.profile().id);
            let answer = world.get(&path).with("accept-language", languages).answer().await;
            serde_json::from_str::<Value>(&answer.body).unwrap()
        };
        let plain = ask("en").await;
        assert_eq!((&plain["lang"], &plain["dir"]), (&json!("en"), &json!("ltr")));
        assert_eq!(plain["texts"]["open_chat"], "Open chat");
        assert_eq!(plain["texts"]["frame_title"], "Chat: Support");
        assert_eq!(plain.get("frame_texts"), None, "English is in the window already");
        let german = ask("nl, de-AT;q=0.9, en;q=0.1").await;
        assert_eq!(german["lang"], "de");
        assert_eq!(german["texts"]["open_chat"], "Chat öffnen");
        assert_eq!(german["frame_texts"]["widget.ended"], "Dieser Chat ist beendet.");
        assert_eq!(german["frame_texts"].get("launcher.open_chat"), None);
        assert_eq!(ask("ar").await["dir"], "rtl");

        let mut profile = page(&admin).await.profile;
        let own = |language, key: &str| OwnText {
            language,
            key: key.to_owned(),
            text: WordingText::parse("Bye <b>{name}</b>").unwrap(),
        };
        profile.wording = Wording {
            language: None,
            notification: Some(Teaser::parse("May we help?").unwrap()),
            teasers: vec![PageTeaser {
                url: UrlPattern::parse("/lamps*").unwrap(),
                text: Teaser::parse("Lamps?").unwrap(),
            }],
            texts: vec![
                own(Language::En, "widget.ended"),
                own(Language::De, "launcher.open_chat"),
                own(Language::De, "no.such_key"),
            ],
            ..Wording::default()
        };
        profile.is_page_query_kept = true;
        let saved = admin.ask(SaveProfile { profile }).await.unwrap();
        let english = ask("en").await;
        assert_eq!(english["frame_texts"]["widget.ended"], "Bye <b>{name}</b>");
        assert_eq!(english["notification"], "May we help?");
        assert_eq!(english["teasers"], json!([{ "url": "/lamps*", "text": "Lamps?" }]));
        assert_eq!(english["is_page_query_kept"], true);
        let german = ask("de").await;
        assert_eq!(german["texts"]["open_chat"], "Bye <b>Support</b>");
        assert_eq!(german["frame_texts"].get("no.such_key"), None);

        // What the profile says counts more than the browser; what cannot be is refused.
        let mut profile = saved.clone();
        profile.wording.language = Some(Language::Fr);
        let saved = admin.ask(SaveProfile { profile }).await.unwrap();
        assert_eq!(ask("de").await["lang"], "fr");
        let mut twice = saved;
        twice.wording.texts.push(own(Language::En, "widget.ended"));
        let refused = admin.ask(SaveProfile { profile: twice }).await.unwrap_err();
        assert_eq!(refused, Refusal::Invalid { field: Field::Texts, reason: Reason::Taken });
    }
}
