//! Every door with everybody who may stand before it, and where requests may come from.
//!
//! Invariant: a door that this table does not name fails the test, and so does one too many.

use crate::world::{Agent, Answer, PASSWORD, Upgrade, World, both, session};
use axum::http::{Method, StatusCode};
use domain::api::{
    CreateAgent, CreateApiClient, CreateCustomField, CreateFlow, CreateTeam, Endpoint, FlowPage,
    ListFlows, PublishFlow, Published, ReadFlow, Refusal, SetAgentActive,
};
use domain::flow::{Flow, Share};
use domain::live::{ClientFrame, ForAgent, ForVisitor, VERSION};
use domain::people::Role;
use domain::text::{DisplayName, EmailAddress, FieldName, Password};
use serde_json::{Value, json};
use server::api::{May, signs};

/// A flow whose second version is tried with a part of new conversations.
async fn tried(admin: &Agent, name: &str, draft: &Flow) -> FlowPage {
    let create = CreateFlow {
        name: DisplayName::parse(name).unwrap(),
        draft: draft.clone(),
        tests: Vec::new(),
    };
    let mut page = admin.ask(create).await.unwrap();
    for share in [None, Share::from_percent(20)] {
        let publish = PublishFlow {
            flow: page.row.id.clone(),
            save: page.save,
            note: None,
            is_accepted: false,
            share,
        };
        let Published::Done(done) = admin.ask(publish).await.unwrap() else {
            panic!("{name} was not published");
        };
        page = *done;
    }
    page
}

/// A door, who may enter, and a request that does something to whoever is let in.
#[expect(clippy::too_many_lines, reason = "one line a door")]
async fn table(world: &World, admin: &Agent) -> Vec<(&'static str, May, Value)> {
    let (team, agent) = (world.profile().team, admin.person.id.clone());
    let conversation = world.visitor().starts("Hello").await;
    let hello = |hello| json!({ "frames": [ClientFrame::Hello(hello)] });
    let visitors = hello(world.visitor().hello());
    let profile = server::profiles::store::first(&world.server().db)
        .await
        .unwrap();
    let unique = crate::world::client_id();
    let websites = world.server().websites.get().version;
    // Whoever gets in has just saved the profile.
    let ready = world.profile();
    let create_profile = json!({ "name": "Second", "like": null, "team": team });
    let replace_key = json!({ "profile": ready.id, "version": ready.version + 1 });
    let save_identity = json!({ "profile": ready.id, "version": 0,
        "identity": domain::settings::Identity::default() });
    let replace_secret = json!({ "profile": ready.id, "version": 1, "secret": null,
        "is_old_kept": true });
    let number = unique.as_str().trim_start_matches("cli_");
    let create_field = json!({ "name": format!("CF{number}"), "label": format!("Field {number}") });
    let field = CreateCustomField {
        name: FieldName::parse(&format!("CFs{number}")).unwrap(),
        label: DisplayName::parse(&format!("Saved {number}")).unwrap(),
    };
    let field = admin.ask(field).await.unwrap();
    let save_field = json!({ "field": field.id, "label": field.label, "is_active": true });
    let create_client = json!({ "name": format!("Client {number}"), "scopes": [] });
    let name = DisplayName::parse(&format!("Active {number}")).unwrap();
    let scopes = Vec::new();
    let made = admin.ask(CreateApiClient { name, scopes }).await.unwrap();
    let set_client_active = json!({ "client": made.client.id, "is_active": true });
    let flows = admin.ask(ListFlows {}).await.unwrap();
    let welcome = flows.iter().find(|row| row.name.as_str() == "Welcome Bot");
    let flow = welcome.unwrap().id.clone();
    let page = admin.ask(ReadFlow { flow: flow.clone() }).await.unwrap();
    let create_flow = json!({ "name": format!("Flow {number}"), "draft": page.draft, "tests": [] });
    let flow_made = admin.ask(CreateFlow {
        name: DisplayName::parse(&format!("Made {number}")).unwrap(),
        draft: page.draft.clone(),
        tests: Vec::new(),
    });
    let made = flow_made.await.unwrap();
    // Whoever gets in has just saved the flow.
    let save_flow = json!({ "flow": made.row.id, "name": made.row.name, "draft": page.draft,
        "tests": [], "save": 1 });
    let publish_flow = json!({ "flow": made.row.id, "save": 2, "note": null,
        "is_accepted": false });
    let roll_back_flow = json!({ "flow": flow, "save": page.save, "number": 1 });
    let tried = tried(admin, &format!("Tried {number}"), &page.draft).await;
    let set_flow_rollout = json!({ "flow": tried.row.id, "save": tried.save,
        "change": "everyone" });
    let archive_flow = json!({ "flow": made.row.id, "is_archived": false });
    let create = json!({ "name": "New", "email": format!("{unique}@example.com"),
        "password": PASSWORD, "role": "agent", "teams": [team] });
    let open = CreateTeam {
        name: DisplayName::parse(&format!("Open {number}")).unwrap(),
        members: Vec::new(),
        is_open_to_join: true,
    };
    let open = admin.ask(open).await.unwrap().id;
    let sign_in = json!({ "email": "admin@example.com", "password": PASSWORD });
    vec![
        ("poll_as_visitor", May::Anyone, visitors),
        ("poll_as_agent", May::Agent, hello(Agent::hello())),
        ("me", May::Agent, json!({})),
        (
            "set_availability",
            May::Agent,
            json!({ "availability": "away" }),
        ),
        ("note_activity", May::Agent, json!({})),
        ("set_own_face", May::Agent, json!({ "face": {} })),
        (
            "save_picture",
            May::Agent,
            json!({ "bytes": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ" }),
        ),
        ("list_own_teams", May::Agent, json!({})),
        ("list_teams_there", May::Agent, json!({})),
        ("list_own_profiles", May::Agent, json!({})),
        (
            "set_own_membership",
            May::Agent,
            json!({ "team": open, "is_member": true }),
        ),
        (
            "list_conversations",
            May::Agent,
            json!({ "filter": "all", "before": null }),
        ),
        (
            "read_conversation",
            May::Agent,
            json!({ "conversation": conversation }),
        ),
        (
            "read_file_choice",
            May::Agent,
            json!({ "conversation": conversation }),
        ),
        (
            "read_contact",
            May::Agent,
            json!({ "conversation": conversation }),
        ),
        ("read_first_steps", May::Agent, json!({})),
        ("mark_snippet_copied", May::Agent, json!({})),
        ("list_agents", May::Admin, json!({})),
        ("create_agent", May::Admin, create),
        (
            "set_agent_active",
            May::Admin,
            json!({ "agent": agent, "is_active": true, "is_confirmed": false }),
        ),
        (
            "set_password",
            May::Admin,
            json!({ "agent": agent, "password": PASSWORD }),
        ),
        ("list_teams", May::Admin, json!({})),
        (
            "create_team",
            May::Admin,
            json!({ "name": format!("Team {unique}"), "members": [], "is_open_to_join": true }),
        ),
        (
            "save_team",
            May::Admin,
            json!({ "team": team, "name": "Support", "members": [agent],
            "members_before": [agent], "is_open_to_join": true, "is_confirmed": true }),
        ),
        (
            "set_team_active",
            May::Admin,
            json!({ "team": team, "is_active": true }),
        ),
        ("list_profiles", May::Admin, json!({})),
        ("create_profile", May::Admin, create_profile),
        ("read_profile", May::Admin, json!({ "profile": ready.id })),
        ("list_zones", May::Admin, json!({})),
        ("read_zone", May::Admin, json!({ "zone": "Europe/Berlin" })),
        ("save_profile", May::Admin, json!({ "profile": profile })),
        ("replace_key", May::Admin, replace_key),
        ("read_texts", May::Admin, json!({ "language": "de" })),
        ("read_identity", May::Admin, json!({ "profile": ready.id })),
        ("save_identity", May::Admin, save_identity),
        ("replace_secret", May::Admin, replace_secret),
        ("read_websites", May::Admin, json!({})),
        (
            "save_websites",
            May::Admin,
            json!({ "websites": { "origins": [], "version": websites } }),
        ),
        ("list_custom_fields", May::Admin, json!({})),
        ("create_custom_field", May::Admin, create_field),
        ("save_custom_field", May::Admin, save_field),
        ("list_api_clients", May::Admin, json!({})),
        ("create_api_client", May::Admin, create_client),
        ("set_api_client_active", May::Admin, set_client_active),
        ("list_flows", May::Admin, json!({})),
        ("read_flow", May::Admin, json!({ "flow": flow })),
        (
            "read_flow_version",
            May::Admin,
            json!({ "flow": flow, "number": 1 }),
        ),
        ("create_flow", May::Admin, create_flow),
        ("save_flow", May::Admin, save_flow),
        ("publish_flow", May::Admin, publish_flow),
        ("roll_back_flow", May::Admin, roll_back_flow),
        ("set_flow_rollout", May::Admin, set_flow_rollout),
        ("set_flow_archived", May::Admin, archive_flow),
        ("sign_in", May::Anyone, sign_in),
        ("sign_out", May::Anyone, json!({})),
    ]
}

async fn knock(world: &World, door: &str, body: &Value, cookie: Option<&str>) -> Answer {
    let mut asked = world.post(&format!("/api/call/{door}"), body.to_string());
    if let Some(cookie) = cookie {
        asked = asked.with("cookie", cookie);
    }
    asked.answer().await
}

/// What admins do leaves a line: who was not let in has left none.
async fn deeds(world: &World) -> i64 {
    world.number("select count(*) from audit").await
}

/// Origins of pages that are not ours.
fn foreign(world: &World) -> Vec<String> {
    let own = world.url();
    vec![
        "https://evil.example".to_owned(),
        "null".to_owned(),
        format!("{own}.evil.example"),
        format!("{own}0"),
        own.replace("http://", "https://"),
        own.replace("127.0.0.1", "localhost"),
        String::new(),
    ]
}

use Verdict::{Forbidden, In, Unauthorized};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    In,
    Unauthorized,
    Forbidden,
}

fn verdict(answer: &Answer) -> Verdict {
    match answer.status {
        StatusCode::OK => In,
        StatusCode::UNAUTHORIZED => {
            assert_eq!(answer.refusal(), Refusal::Unauthorized);
            Unauthorized
        }
        StatusCode::FORBIDDEN => {
            assert_eq!(answer.refusal(), Refusal::Forbidden);
            Forbidden
        }
        _ => panic!("{answer:?}"),
    }
}

both! {
    async fn who_may_enter_where(world: World) {
        let ann = world.agent("Ann").await;
        let gone = world.agent("Gone").await;
        let admin = world.admin().await;
        let out = SetAgentActive { agent: gone.person.id.clone(), is_active: false, is_confirmed: true };
        admin.ask(out).await.unwrap();
        // Even a session that was forgotten in the table opens nothing.
        let forgotten = session(&world, &gone.person.id).await;
        let garbage = format!("aureole={}", "g".repeat(64));
        let mut named: Vec<_> = table(&world, &admin).await.iter().map(|(n, m, _)| (*n, *m)).collect();
        let mut doors = signs();
        named.sort_by_key(|(name, _)| *name);
        doors.sort_by_key(|(name, _)| *name);
        assert_eq!(named, doors, "the table names every door, and as what it is");

        for (name, may, body) in table(&world, &admin).await {
            let of = |anyone, agent, admin| match may {
                May::Anyone => anyone,
                May::Agent => agent,
                May::Admin => admin,
            };
            // Sign-out ends the session it is asked with, so everybody comes with a fresh one.
            let agent = session(&world, &ann.person.id).await;
            let boss = session(&world, &admin.person.id).await;
            let everybody = [
                ("nobody", None, of(In, Unauthorized, Unauthorized)),
                ("garbage", Some(&garbage), of(In, Unauthorized, Unauthorized)),
                ("deactivated", Some(&gone.cookie), of(In, Unauthorized, Unauthorized)),
                ("forgotten", Some(&forgotten), of(In, Unauthorized, Unauthorized)),
                ("agent", Some(&agent), of(In, In, Forbidden)),
                ("admin", Some(&boss), In),
            ];
            for (who, cookie, want) in everybody {
                let before = deeds(&world).await;
                let answer = knock(&world, name, &body, cookie.map(String::as_str)).await;
                assert_eq!(verdict(&answer), want, "{who} before {name}: {answer:?}");
                let is_deed = may == May::Admin && who == "admin"
                    && !name.starts_with("list_") && !name.starts_with("read_");
                assert_eq!(deeds(&world).await - before, i64::from(is_deed), "{who} at {name}");
            }
        }
    }

    async fn pages_of_other_origins_are_shut_out(world: World) {
        let admin = world.admin().await;
        for (name, _, body) in table(&world, &admin).await {
            let boss = session(&world, &admin.person.id).await;
            let path = format!("/api/call/{name}");
            let before = deeds(&world).await;
            let ask = || {
                world.bare(Method::POST, &path).with("cookie", &boss).body(body.to_string())
            };
            let mut refused = vec![ask()];
            refused.extend(foreign(&world).iter().map(|origin| ask().with("origin", origin)));
            let own = world.url();
            refused.push(ask().with("origin", &own).with("origin", "https://evil.example"));
            for asked in refused {
                let answer = asked.answer().await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}: {answer:?}");
                assert_eq!(answer.refusal(), Refusal::ForeignOrigin);
                assert_eq!(answer.header("set-cookie"), "");
            }
            assert_eq!(deeds(&world).await, before);
            let get = world.get(&path).with("cookie", &boss).answer().await;
            assert_eq!(get.status, StatusCode::METHOD_NOT_ALLOWED, "{name}");
            let answer = ask().with("origin", &own).answer().await;
            assert_eq!(answer.status, StatusCode::OK, "{name}: {answer:?}");
        }
    }

    async fn sockets_open_to_our_own_pages_only(world: World) {
        let ann = world.agent("Ann").await;
        let own = world.url();
        let agents = async |cookie: Option<&str>, origin: Option<&str>| {
            let path = "/api/live/agent";
            let upgrade = Upgrade { path, cookie, origin, receive_buffer: None, language: None };
            world.upgrade::<ForAgent>(upgrade).await.map(drop)
        };
        let visitors = async |cookie: Option<&str>, origin: Option<&str>| {
            let path = "/api/live/visitor";
            let upgrade = Upgrade { path, cookie, origin, receive_buffer: None, language: None };
            world.upgrade::<ForVisitor>(upgrade).await.map(drop)
        };
        let cookie = Some(ann.cookie.as_str());
        for origin in foreign(&world) {
            assert_eq!(agents(cookie, Some(&origin)).await, Err(StatusCode::FORBIDDEN), "{origin}");
            assert_eq!(visitors(None, Some(&origin)).await, Err(StatusCode::FORBIDDEN), "{origin}");
        }
        assert_eq!(agents(cookie, None).await, Err(StatusCode::FORBIDDEN));
        assert_eq!(visitors(cookie, None).await, Err(StatusCode::FORBIDDEN));
        assert_eq!(agents(None, Some(&own)).await, Err(StatusCode::UNAUTHORIZED));
        assert_eq!(agents(Some("aureole=x"), Some(&own)).await, Err(StatusCode::UNAUTHORIZED));
        assert_eq!(agents(cookie, Some(&own)).await, Ok(()));
        assert_eq!(visitors(None, Some(&own)).await, Ok(()));
        assert_eq!(visitors(None, None).await, Ok(()), "a program without a cookie");
    }

    async fn what_is_no_door_says_so(world: World) {
        for (method, path) in [
            (Method::POST, "/api/call/no_such_door"),
            (Method::GET, "/api/nothing"),
            (Method::DELETE, "/api/call/"),
            (Method::POST, "/api/call/../../etc/passwd"),
        ] {
            let answer = world.bare(method, path).answer().await;
            assert_eq!((answer.status, answer.refusal()), (StatusCode::NOT_FOUND, Refusal::NotFound));
            assert_eq!(answer.header("content-type"), "application/json");
        }
        let ann = world.agent("Ann").await;
        for body in ["", "{", "[]", "{\"filter\":\"all\"", "\u{0}", "{\"filter\":9,\"before\":null}"] {
            let asked = world.post("/api/call/list_conversations", body).with("cookie", &ann.cookie);
            let answer = asked.answer().await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(answer.refusal(), Refusal::Malformed);
        }
    }

    async fn the_launchers_configuration_is_public_and_needs_the_key(world: World) {
        let profile = world.profile();
        let (id, key) = (&profile.id, &profile.key);
        let ask = async |path: String| {
            world.get(&path).with("origin", "https://shop.example").answer().await
        };
        let answer = ask(format!("/api/profile/{id}?key={key}")).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert!(answer.body.contains("\"is_active\":true"), "{}", answer.body);
        let other = domain::id::ProfileId::from_value(1);
        for path in [
            format!("/api/profile/{id}?key=x{key}"),
            format!("/api/profile/{id}?key="),
            format!("/api/profile/{id}"),
            format!("/api/profile/{other}?key={key}"),
            format!("/api/profile/x?key={key}"),
        ] {
            let answer = ask(path).await;
            assert_eq!((answer.status, answer.refusal()), (StatusCode::FORBIDDEN, Refusal::WrongKey));
        }
    }

    async fn one_host_name_for_pages(world: World) {
        let elsewhere = world.get("/chat/frame?x=1").with("host", "localhost:1").answer().await;
        assert_eq!(elsewhere.status, StatusCode::TEMPORARY_REDIRECT);
        assert_eq!(elsewhere.header("location"), format!("{}/chat/frame?x=1", world.url()));
        for path in ["/health", "/ready"] {
            let answer = world.get(path).with("host", "localhost:1").answer().await;
            assert_eq!(answer.status, StatusCode::OK);
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
        }
    }

    async fn a_page_of_another_version_is_told_to_reload(world: World) {
        let ann = world.agent("Ann").await;
        let other = VERSION - 1;
        for (version, want) in [(VERSION, StatusCode::OK), (other, StatusCode::UPGRADE_REQUIRED)] {
            let asked = world.post("/api/call/me", "{}").with("cookie", &ann.cookie);
            let answer = asked.with(app::api::VERSION_HEADER, &version.to_string()).answer().await;
            assert_eq!(answer.status, want);
        }
    }

    async fn a_new_agent_enters_with_what_the_admin_gave(world: World) {
        let admin = world.admin().await;
        let create = CreateAgent {
            name: DisplayName::parse("Eve").unwrap(),
            email: EmailAddress::parse("Eve@Example.com").unwrap(),
            password: Password::parse(PASSWORD).unwrap(),
            role: Role::Agent,
            teams: vec![world.profile().team],
        };
        assert_eq!(CreateAgent::NAME, "create_agent");
        admin.ask(create).await.unwrap();
        let body = json!({ "email": " eve@EXAMPLE.com ", "password": PASSWORD }).to_string();
        let answer = world.post("/api/call/sign_in", body).answer().await;
        assert_eq!(answer.status, StatusCode::OK);
    }
}
