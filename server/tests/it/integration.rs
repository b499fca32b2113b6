//! The public API from outside: tokens for API clients, data sent ahead, custom fields.
//!
//! Invariant: every no is JSON with a word, and has changed nothing.

use crate::identity::{card, defect, ready, save, start, starts, token};
use crate::world::{Agent, Answer, World, both, client_id, conversation_id};
use axum::http::{Method, StatusCode};
use domain::api::{
    ApiClientMade, CreateApiClient, CreateCustomField, Field, ListApiClients, ListCustomFields,
    Refusal, SaveCustomField, SetApiClientActive, TokenDefect,
};
use domain::conversation::Command;
use domain::id::FieldId;
use domain::limit;
use domain::people::ContactField;
use domain::settings::{CustomField, Scope};
use domain::text::{DisplayName, FieldName, Reason};
use domain::time::Span;
use serde_json::{Value, json};

fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

async fn client(admin: &Agent, called: &str, scopes: &[Scope]) -> ApiClientMade {
    let (name, scopes) = (name(called), scopes.to_vec());
    admin.ask(CreateApiClient { name, scopes }).await.unwrap()
}

async fn post_form(world: &World, form: &str) -> Answer {
    let asked = world.bare(Method::POST, "/auth/token").body(form);
    asked
        .with("content-type", "application/x-www-form-urlencoded")
        .answer()
        .await
}

fn form(made: &ApiClientMade, more: &str) -> String {
    let (id, secret) = (&made.client.id, made.secret.secret());
    format!("grant_type=client_credentials&client_id={id}&client_secret={secret}{more}")
}

fn parsed(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

async fn access(world: &World, made: &ApiClientMade) -> String {
    let answer = post_form(world, &form(made, "&scope=all")).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = parsed(&answer);
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], limit::API_TOKEN_LASTS.seconds());
    body["access_token"].as_str().unwrap().to_owned()
}

async fn send(world: &World, access: Option<&str>, body: &str) -> Answer {
    let mut asked = world.bare(Method::POST, "/api/ChatMatchingData").body(body);
    if let Some(access) = access {
        asked = asked.with("authorization", &format!("Bearer {access}"));
    }
    asked.answer().await
}

fn word(answer: &Answer) -> String {
    let body = parsed(answer);
    assert!(body["error_description"].is_string(), "{answer:?}");
    body["error"].as_str().unwrap().to_owned()
}

/// Sends this ahead, and returns the claims that point to it.
async fn ahead(world: &World, access: &str, content: Value) -> Value {
    let body = json!([{ "json_content": content }]).to_string();
    let answer = send(world, Some(access), &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    let body = parsed(&answer);
    json!({ "sub": "4711", "chatmatchingdataguid": body["guid"], "chatmatchingdatakey": body["key"] })
}

both! {
    async fn tokens_are_for_clients_with_the_right_secret(world: World) {
        let admin = world.admin().await;
        let made = client(&admin, "The shop", &Scope::ALL).await;
        access(&world, &made).await;
        let wrong = ApiClientMade { client: client(&admin, "Other", &[]).await.client, ..made.clone() };
        let none = client(&admin, "None", &[]).await;
        let (id, secret) = (&made.client.id, made.secret.secret());
        let table = [
            (form(&wrong, ""), StatusCode::UNAUTHORIZED, "invalid_client"),
            (form(&made, "x"), StatusCode::UNAUTHORIZED, "invalid_client"),
            (format!("grant_type=client_credentials&client_id=nobody&client_secret={secret}"), StatusCode::UNAUTHORIZED, "invalid_client"),
            (format!("grant_type=password&client_id={id}&client_secret={secret}"), StatusCode::BAD_REQUEST, "unsupported_grant_type"),
            (format!("client_id={id}&client_secret={secret}"), StatusCode::BAD_REQUEST, "invalid_request"),
            (format!("grant_type=client_credentials&client_id={id}"), StatusCode::BAD_REQUEST, "invalid_request"),
            (form(&made, "&scope=everything"), StatusCode::BAD_REQUEST, "invalid_scope"),
            (form(&none, "&scope=contacts%3Awrite"), StatusCode::BAD_REQUEST, "invalid_scope"),
            ("{\"grant_type\":".to_owned(), StatusCode::BAD_REQUEST, "invalid_request"),
            (String::new(), StatusCode::BAD_REQUEST, "invalid_request"),
        ];
        for (form, status, want) in table {
            let answer = post_form(&world, &form).await;
            assert_eq!(answer.status, status, "{form}");
            assert_eq!(word(&answer), want, "{form}");
        }
        let twice = CreateApiClient { name: name("The shop"), scopes: vec![] };
        let want = Refusal::Invalid { field: Field::Name, reason: Reason::Taken };
        assert_eq!(admin.ask(twice).await.unwrap_err(), want);
        assert_eq!(admin.ask(ListApiClients {}).await.unwrap().len(), 3);
        let stored = world.texts("select secret_hash from api_client").await;
        assert!(!stored.iter().any(|hash| hash == secret));

        // Too often is said in the same form.
        world.restart(|config| config.rates.requests_per_address_per_second = 1).await;
        let mut last = post_form(&world, &form(&made, "")).await;
        for _ in 0..20 {
            last = post_form(&world, &form(&made, "")).await;
        }
        assert_eq!((last.status, word(&last).as_str()), (StatusCode::TOO_MANY_REQUESTS, "slow_down"));
        assert!(last.header("retry-after").parse::<u64>().unwrap() > 0);
    }

    async fn data_is_sent_ahead_by_who_may(world: World) {
        let admin = ready(&world).await;
        let shop = client(&admin, "The shop", &Scope::ALL).await;
        let good = access(&world, &shop).await;
        let powerless = access(&world, &client(&admin, "None", &[]).await).await;
        let body = json!([{ "json_content": { "email": "vera@shop.example" } }]).to_string();
        let refused = async |access: Option<&str>, body: &str| {
            let answer = send(&world, access, body).await;
            assert_eq!(world.number("select count(*) from matching_data").await, 0, "{body}");
            (answer.status, word(&answer))
        };
        for bad in [None, Some(""), Some("nonsense"), Some(&good[1..])] {
            let want = (StatusCode::UNAUTHORIZED, "invalid_token".to_owned());
            assert_eq!(refused(bad, &body).await, want, "{bad:?}");
        }
        let want = (StatusCode::FORBIDDEN, "insufficient_scope".to_owned());
        assert_eq!(refused(Some(&powerless), &body).await, want);
        let long = "x".repeat(limit::MATCHING_DATA_CHARS_MAX);
        let long = json!([{ "json_content": { "a": long } }]).to_string();
        for bad in ["", "{}", "[]", "[{}]", "[7]", r#"[{"json_content":7}]"#, r#"[{"json_content":{"a":{}}}]"#, r#"[{"json_content":{}},{"json_content":{}}]"#, &long] {
            let want = (StatusCode::BAD_REQUEST, "invalid_request".to_owned());
            assert_eq!(refused(Some(&good), bad).await, want, "{bad}");
        }

        let answer = send(&world, Some(&good), &body).await;
        assert_eq!(answer.status, StatusCode::CREATED);
        let found = parsed(&answer);
        for part in ["guid", "key"] {
            let text = found[part].as_str().unwrap();
            assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{text}");
        }
        let stored = world.texts("select data || key_hash from matching_data").await;
        assert!(!stored[0].contains("vera") && !stored[0].contains(found["key"].as_str().unwrap()));

        // A token ends by itself, and with its client.
        world.advance(limit::API_TOKEN_LASTS);
        assert_eq!(send(&world, Some(&good), &body).await.status, StatusCode::UNAUTHORIZED);
        let again = access(&world, &shop).await;
        let admin = world.admin().await;
        let turn = |is_active| SetApiClientActive { client: shop.client.id.clone(), is_active };
        admin.ask(turn(false)).await.unwrap();
        assert_eq!(send(&world, Some(&again), &body).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(post_form(&world, &form(&shop, "")).await.status, StatusCode::UNAUTHORIZED);
        admin.ask(turn(true)).await.unwrap();
        assert_eq!(send(&world, Some(&again), &body).await.status, StatusCode::CREATED);
    }

    async fn a_token_points_to_what_was_sent_ahead(world: World) {
        let admin = ready(&world).await;
        let shop = client(&admin, "The shop", &Scope::ALL).await;
        let access = access(&world, &shop).await;
        let content = json!({ "firstname": "Vera", "lastname": "Lee", "CFlevel": 3, "none": null });
        let level = CreateCustomField { name: FieldName::parse("CFlevel").unwrap(), label: name("Level") };
        admin.ask(level).await.unwrap();
        let claims = ahead(&world, &access, content.clone()).await;
        for _ in 0..2 {
            let conversation = starts(&world.visitor(), token(&world, claims.clone())).await;
            let known = card(&admin, &conversation).await;
            assert_eq!(known.person.unwrap().name.unwrap().as_str(), "Vera Lee");
            assert_eq!(known.custom.len(), 1);
            assert_eq!((known.custom[0].0.as_str(), known.custom[0].1.as_str()), ("Level", "3"));
        }
        let gone = async |claims: Value| {
            let conversation = starts(&world.visitor(), token(&world, claims)).await;
            assert_eq!(defect(&admin, &conversation).await, Some(TokenDefect::NoMatchingData));
        };
        let mut other = claims.clone();
        other["chatmatchingdatakey"] = claims["chatmatchingdataguid"].clone();
        gone(other).await;

        save(&admin, |identity| identity.is_matching_data_single_use = true).await.unwrap();
        let once = ahead(&world, &access, content.clone()).await;
        let visitor = world.visitor();
        let (own, first) = (client_id(), conversation_id());
        for _ in 0..2 {
            // A repeat, as after a cut, is the same use.
            let begin = start(token(&world, once.clone()));
            visitor.repeats(&own, &first, begin).await.unwrap();
        }
        assert_eq!(defect(&admin, &first).await, None);
        gone(once).await;
        save(&admin, |identity| identity.is_matching_data_single_use = false).await.unwrap();

        world.advance(Span::from_ms(limit::MATCHING_DATA_LASTS.ms() - 1));
        let admin = world.admin().await;
        let last = starts(&world.visitor(), token(&world, claims.clone())).await;
        assert_eq!(defect(&admin, &last).await, None);
        world.advance(Span::from_ms(1));
        let admin = world.admin().await;
        let late = starts(&world.visitor(), token(&world, claims)).await;
        assert_eq!(defect(&admin, &late).await, Some(TokenDefect::NoMatchingData));
        crate::world::until("what has expired is gone", async || {
            world.advance(Span::from_seconds(61));
            world.number("select count(*) from matching_data").await == 0
        }).await;
    }

    async fn data_for_one_token_is_gone_soon_after_its_use(world: World) {
        let admin = ready(&world).await;
        let shop = client(&admin, "The shop", &Scope::ALL).await;
        let access = access(&world, &shop).await;
        save(&admin, |identity| identity.is_matching_data_single_use = true).await.unwrap();
        let begun = world.server().now();
        let first = ahead(&world, &access, json!({ "firstname": "Vera" })).await;
        let second = ahead(&world, &access, json!({ "firstname": "Wilma" })).await;
        let uses = async |claims: Value, want: &str| {
            let conversation = starts(&world.visitor(), token(&world, claims)).await;
            let known = card(&admin, &conversation).await;
            assert_eq!(known.person.unwrap().name.unwrap().as_str(), want);
        };
        let are_left = async |count| {
            let what = format!("{count} are left");
            crate::world::until(&what, async || {
                world.number("select count(*) from matching_data").await == count
            }).await;
        };
        uses(first, "Vera").await;
        assert_eq!(world.number("select count(*) from matching_data").await, 2, "repeats may come");
        // As long as repeats may come, and until somebody has looked; what nobody used stays.
        let a_while = limit::REPEAT_LASTS.ms() + 60_000;
        world.advance(Span::from_ms(a_while));
        are_left(1).await;
        uses(second, "Wilma").await;
        world.advance(Span::from_ms(a_while));
        are_left(0).await;
        assert!(world.server().now().since(begun) < limit::MATCHING_DATA_LASTS);
    }

    async fn custom_fields_are_filled_by_name_or_label(world: World) {
        let admin = ready(&world).await;
        let make = async |field: &str, label: &str| {
            let name = FieldName::parse(field).unwrap();
            admin.ask(CreateCustomField { name, label: self::name(label) }).await
        };
        let level = make("CFlevel", "Level").await.unwrap();
        make("CForder", "Order number").await.unwrap();
        let taken = |field| Refusal::Invalid { field, reason: Reason::Taken };
        assert_eq!(make("CFlevel", "Other").await.unwrap_err(), taken(Field::FieldName));
        assert_eq!(make("CFother", "Level").await.unwrap_err(), taken(Field::Label));
        let claims = json!({ "sub": "1", "CFlevel": "gold", "Order number": 4711, "phone": "1" });
        let visitor = world.visitor();
        let first = starts(&visitor, token(&world, claims.clone())).await;
        let shown = async |conversation: &_| {
            let card = card(&admin, conversation).await;
            assert!(!card.contact.unwrap().fields.contains_key(&ContactField::Phone));
            card.custom.iter().map(|(label, text)| format!("{label}: {text}")).collect::<Vec<_>>()
        };
        assert_eq!(shown(&first).await, ["Level: gold", "Order number: 4711"]);
        // What is said again is new, what is not said again stays.
        let id_token = token(&world, json!({ "sub": "1", "CForder": "4712" }));
        visitor.does(&first, Command::Identify { id_token }).await.unwrap();
        assert_eq!(shown(&first).await, ["Level: gold", "Order number: 4712"]);

        // Called something else it is the same; deactivated it is filled no more.
        let rename = SaveCustomField { field: level.id.clone(), label: name("Customer level"), is_active: false };
        admin.ask(rename).await.unwrap();
        assert_eq!(shown(&first).await, ["Customer level: gold", "Order number: 4712"]);
        let second = starts(&world.visitor(), token(&world, claims)).await;
        assert_eq!(shown(&second).await, ["Order number: 4711"]);
        let fields = admin.ask(ListCustomFields {}).await.unwrap();
        let active: Vec<_> = fields.iter().map(|field: &CustomField| field.is_active).collect();
        assert_eq!(active, [true, false]);
        let nobody = SaveCustomField { field: FieldId::from_value(9), label: name("x"), is_active: true };
        assert_eq!(admin.ask(nobody).await.unwrap_err(), Refusal::NotFound);
    }
}
