//! Signing in and out, and how long a session lasts.
//!
//! Invariant: nobody learns from an answer which addresses exist.

use crate::world::{Agent, Answer, PASSWORD, World, both, until};
use axum::http::{Method, StatusCode};
use domain::api::{ReadMe, Refusal, SetAgentActive, SignOut};
use domain::limit;
use domain::live::{AgentFrame, AgentSignal, ClientFrame, ServerFrame};
use domain::time::Span;
use serde_json::json;

async fn sign_in(world: &World, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password }).to_string();
    world.post("/api/call/sign_in", body).answer().await
}

/// The pair of name and value that a browser would send back.
fn cookie_of(answer: &Answer) -> String {
    let set = answer.header("set-cookie");
    set.split(';').next().unwrap().to_owned()
}

async fn is_signed_in(agent: &Agent) -> bool {
    match agent.ask(ReadMe {}).await {
        Ok(me) => me.agent.id == agent.person.id,
        Err(refusal) => {
            assert_eq!(refusal, Refusal::Unauthorized);
            false
        }
    }
}

/// What a browser without scripts posts.
async fn form(world: &World, origin: &str, fields: &str) -> Answer {
    world
        .bare(Method::POST, "/app/sign-in")
        .with("origin", origin)
        .with("content-type", "application/x-www-form-urlencoded")
        .body(fields)
        .answer()
        .await
}

both! {
    async fn who_may_sign_in(world: World) {
        let ann = world.agent("Ann").await;
        let gone = world.agent("Gone").await;
        let admin = world.admin().await;
        let out = SetAgentActive { agent: gone.person.id, is_active: false, is_confirmed: true };
        admin.ask(out).await.unwrap();
        let long = "x".repeat(limit::PASSWORD_CHARS_MAX * 4 + 1);
        let mut bodies = Vec::new();
        for (email, password) in [
            ("ann@example.com", "not her password"),
            ("ann@example.com", ""),
            ("ann@example.com", long.as_str()),
            ("nobody@example.com", PASSWORD),
            ("gone@example.com", PASSWORD),
            ("ann@example.com\0", PASSWORD),
            ("", PASSWORD),
            ("' or 1=1 --", PASSWORD),
        ] {
            let answer = sign_in(&world, email, password).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{email:?} {answer:?}");
            assert_eq!(answer.header("set-cookie"), "");
            bodies.push(answer.body);
        }
        bodies.dedup();
        assert_eq!(bodies.len(), 1, "all are told the same");

        let answer = sign_in(&world, "Ann@example.com", PASSWORD).await;
        assert_eq!(answer.status, StatusCode::OK);
        let again = Agent { cookie: cookie_of(&answer), ..ann };
        assert!(is_signed_in(&again).await);
        let hashes = world.texts("select token_hash from session").await;
        let secret = again.cookie.split_once('=').unwrap().1;
        assert!(hashes.iter().all(|hash| hash != secret), "only hashes are stored");
    }

    async fn the_cookie_says_all_it_can(world: World) {
        let set = sign_in(&world, "admin@example.com", PASSWORD).await;
        let set = set.header("set-cookie").to_owned();
        assert!(set.starts_with("aureole="));
        for part in ["; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age="] {
            assert!(set.contains(part), "{set}");
        }
        assert!(!set.contains("Secure") && !set.contains("Domain"));
        world.restart(|config| {
            config.public_url = Some("https://chat.example.com".to_owned());
        }).await;
        let answer = sign_in(&world, "admin@example.com", PASSWORD).await;
        let set = answer.header("set-cookie");
        assert!(set.starts_with("__Host-aureole="));
        for part in ["; HttpOnly", "; SameSite=Lax", "; Path=/", "; Secure"] {
            assert!(set.contains(part), "{set}");
        }
        let admin = Agent { cookie: cookie_of(&answer), ..world.admin().await };
        assert!(is_signed_in(&admin).await);
    }

    async fn a_session_ends_when_idle_or_old(world: World) {
        let ann = world.agent("Ann").await;
        let idle = limit::SESSION_IDLE_MAX;
        world.advance(idle);
        assert!(is_signed_in(&ann).await);
        world.advance(idle);
        assert!(is_signed_in(&ann).await, "used once, good for as long again");
        world.advance(Span::from_ms(idle.ms() + 1));
        assert!(!is_signed_in(&ann).await);

        let bob = world.agent("Bob").await;
        let steps = limit::SESSION_AGE_MAX.ms() / idle.ms();
        for _ in 0..steps {
            assert!(is_signed_in(&bob).await);
            world.advance(idle);
        }
        assert!(is_signed_in(&bob).await);
        world.advance(Span::from_ms(1));
        assert!(!is_signed_in(&bob).await, "in use, but too old");
    }

    async fn an_open_window_keeps_its_session_until_it_is_too_old(world: World) {
        let ann = world.agent("Ann").await;
        let mut window = ann.socket().await;
        let idle = limit::SESSION_IDLE_MAX;
        let steps = limit::SESSION_AGE_MAX.ms() / idle.ms();
        for _ in 0..steps {
            world.advance(idle);
            assert!(window.is_alive().await, "no request but the window's own signs of life");
            let now = world.server().now().ms();
            until("the use to be noted", async || {
                world.number("select max(seen_at) from session").await == now
            })
            .await;
        }
        assert!(is_signed_in(&ann).await);
        world.advance(Span::from_ms(limit::SESSION_IDLE_MAX.ms() / 2));
        window.send(&ClientFrame::Ping).await;
        let (frames, code) = window.rest().await;
        let is_over = |frame: &AgentFrame| {
            matches!(frame, ServerFrame::Signal(AgentSignal::SignedOut))
        };
        assert!(frames.iter().any(is_over), "{frames:?}");
        assert_eq!(code, Some(1008));
        assert!(!is_signed_in(&ann).await);
    }

    async fn signing_out_ends_this_session_and_its_sockets(world: World) {
        let ann = world.agent("Ann").await;
        let elsewhere = Agent {
            cookie: crate::world::session(&world, &ann.person.id).await,
            ..ann.clone()
        };
        let (mut here, mut there) = (ann.socket().await, elsewhere.socket().await);
        let answer = world
            .post("/api/call/sign_out", "{}")
            .with("cookie", &ann.cookie)
            .answer()
            .await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.header("set-cookie").contains("Max-Age=0"));
        let (frames, code) = here.rest().await;
        let last: Option<&AgentFrame> = frames.last();
        assert_eq!(last, Some(&ServerFrame::Signal(AgentSignal::SignedOut)));
        assert_eq!(code, Some(1008));
        assert!(!is_signed_in(&ann).await);
        assert!(is_signed_in(&elsewhere).await);
        assert!(there.is_alive().await);
        // Signing out twice, or as nobody, harms nobody.
        ann.ask(SignOut {}).await.unwrap();
        world.ask(None, SignOut {}).await.unwrap();
    }

    async fn too_many_attempts_wait(world: World) {
        world.agent("Ann").await;
        world.agent("Bob").await;
        world.restart(|config| config.rates.sign_in_per_minute = 3).await;
        for email in ["ann@example.com", " ann@example.com", "ANN@example.com "] {
            let answer = sign_in(&world, email, "wrong").await;
            assert_eq!(answer.refusal(), Refusal::WrongPassword);
        }
        for email in ["ann@example.com", "\tann@example.com"] {
            let answer = sign_in(&world, email, PASSWORD).await;
            assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "even with the right one");
            let Refusal::TooMany { retry_after_ms } = answer.refusal() else { panic!() };
            assert!((1..=20_001).contains(&retry_after_ms), "{retry_after_ms}");
            assert_eq!(answer.header("retry-after"), "21");
        }
        assert_eq!(sign_in(&world, "bob@example.com", PASSWORD).await.status, StatusCode::OK);
        world.advance(Span::from_ms(20_001));
        assert_eq!(sign_in(&world, "ann@example.com", PASSWORD).await.status, StatusCode::OK);
    }

    async fn a_forwarded_address_is_believed_from_proxies_only(world: World) {
        world.restart(|config| {
            config.rates.sign_in_per_address_per_minute = 1;
            config.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
        }).await;
        let from = async |peer: &str, forwarded: &str| {
            let body = json!({ "email": "x@example.com", "password": "wrong" }).to_string();
            let asked = world.post("/api/call/sign_in", body).from(peer);
            asked.with("x-forwarded-for", forwarded).answer().await.status
        };
        let (counted, free) = (StatusCode::TOO_MANY_REQUESTS, StatusCode::UNAUTHORIZED);
        // Each line: peer, header, and whether this client has been here before.
        for (peer, forwarded, want) in [
            ("10.0.0.1", "192.0.2.1", free),
            ("10.0.0.1", "192.0.2.1", counted),
            ("10.0.0.1", "192.0.2.2", free),
            ("10.0.0.1", "192.0.2.9, 192.0.2.1", counted),
            ("10.0.0.1", "192.0.2.1, 10.0.0.7", counted),
            ("10.0.0.1", "nonsense, 192.0.2.3", free),
            ("203.0.113.5", "192.0.2.4", free),
            ("203.0.113.5", "192.0.2.5", counted),
            ("192.0.2.1", "192.0.2.6", counted),
        ] {
            assert_eq!(from(peer, forwarded).await, want, "{peer} {forwarded}");
        }
    }

    async fn signing_in_without_scripts(world: World) {
        let own = world.url();
        let good = format!("email=admin%40example.com&password={}", PASSWORD.replace(' ', "+"));
        let bad = "email=admin%40example.com&password=wrong";
        let answer = form(&world, &own, &good).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.header("location"), "/app");
        let admin = Agent { cookie: cookie_of(&answer), ..world.admin().await };
        assert!(is_signed_in(&admin).await);

        let answer = form(&world, &own, &format!("{good}&next=%2Fapp%2Fchat%3Ffilter%3Dall")).await;
        assert_eq!(answer.header("location"), "/app/chat?filter=all");
        let answer = form(&world, &own, &format!("{bad}&next=%2Fapp%2Fchat")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.header("set-cookie"), "");
        let back = answer.header("location");
        assert!(back.starts_with("/app/sign-in?") && back.contains("failed=wrong_password"), "{back}");
        assert!(back.contains("chat"), "{back} remembers where to");

        for next in [
            "https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil.example",
            "%5C%5Cevil.example", "javascript%3Aalert(1)", "evil.example", "%2Fapp%40evil.example",
            "%2Fappevil", "%2Fapp%2F..%2F..%2F%2Fevil.example", "%2Fapp%0D%0ASet-Cookie%3A+a%3Db", "%09%2F%2Fevil.example", "",
        ] {
            let answer = form(&world, &own, &format!("{good}&next={next}")).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER);
            assert_eq!(answer.header("location"), "/app", "{next}");
        }
        let answer = form(&world, "https://evil.example", &good).await;
        assert_eq!(answer.header("set-cookie"), "");
        assert!(answer.header("location").contains("failed=foreign_origin"));
    }
}
