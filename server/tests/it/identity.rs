//! Who a visitor is, by the word of a host page: what is believed, what comes of it, who learns it.
//!
//! Invariant: what is not believed leaves no trace of a person; the chat goes on all the same.

use crate::world::{Agent, Visitor, World, both, client_id, conversation_id};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::api::{
    ContactCard, Field, IdentityPage, ListConversations, ReadContact, ReadConversation,
    ReadIdentity, Refusal, ReplaceSecret, SaveIdentity, TokenDefect,
};
use domain::conversation::{Command, EntryBody, Filter, VisitorBody};
use domain::id::ConversationId;
use domain::limit;
use domain::people::{ContactField, ContactFields};
use domain::settings::{Algorithm, Identity, Mapping, Matching};
use domain::text::{FieldText, IdToken, Reason, TokenSecret};
use domain::time::Span;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};

const SECRET: &str = "a secret of the shop's own server, with 64 bytes or a little more";

async fn page(admin: &Agent) -> IdentityPage {
    let profile = admin.profile().await.profile.id;
    admin.ask(ReadIdentity { profile }).await.unwrap()
}

pub(crate) async fn save(
    admin: &Agent,
    change: impl FnOnce(&mut Identity),
) -> Result<IdentityPage, Refusal> {
    let IdentityPage {
        profile,
        mut identity,
        version,
        ..
    } = page(admin).await;
    change(&mut identity);
    admin
        .ask(SaveIdentity {
            profile,
            identity,
            version,
        })
        .await
}

/// Puts this secret in the place of the one there; `None` has one made, which is returned.
async fn secret(admin: &Agent, given: Option<&str>, is_old_kept: bool) -> Option<String> {
    let IdentityPage {
        profile, version, ..
    } = page(admin).await;
    let secret = given.map(|secret| TokenSecret::parse(secret).unwrap());
    let asked = ReplaceSecret {
        profile,
        version,
        secret,
        is_old_kept,
    };
    let made = admin.ask(asked).await.unwrap().made;
    made.map(|made| made.secret().to_owned())
}

/// An installation whose shop signs with `SECRET`.
pub(crate) async fn ready(world: &World) -> Agent {
    let admin = world.admin().await;
    save(&admin, |identity| identity.is_enabled = true)
        .await
        .unwrap();
    assert_eq!(secret(&admin, Some(SECRET), false).await, None);
    admin
}

fn signed(secret: &str, algorithm: Algorithm, claims: &Value) -> IdToken {
    let header = json!({ "alg": algorithm.as_str(), "typ": "JWT" });
    under(&header, claims, secret, algorithm)
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// Signed with this algorithm, whatever the header says about it.
fn under(header: &Value, claims: &Value, secret: &str, algorithm: Algorithm) -> IdToken {
    fn mac<M: Mac + KeyInit>(secret: &str, text: &str) -> Vec<u8> {
        let mut mac = <M as KeyInit>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }
    let text = format!("{}.{}", part(header), part(claims));
    let signature = match algorithm {
        Algorithm::Hs256 => mac::<Hmac<Sha256>>(secret, &text),
        Algorithm::Hs384 => mac::<Hmac<Sha384>>(secret, &text),
        Algorithm::Hs512 => mac::<Hmac<Sha512>>(secret, &text),
    };
    IdToken::parse(&format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))).unwrap()
}

/// A token of the shop's, good for a minute.
pub(crate) fn token(world: &World, mut claims: Value) -> IdToken {
    claims["exp"] = json!(world.server().now().ms() / 1000 + 60);
    signed(SECRET, Algorithm::Hs256, &claims)
}

pub(crate) fn start(id_token: IdToken) -> Command {
    match Visitor::start("Hello") {
        Command::Start { page, text, .. } => Command::Start {
            page,
            text,
            id_token: Some(id_token),
        },
        other => other,
    }
}

pub(crate) async fn starts(visitor: &Visitor, id_token: IdToken) -> ConversationId {
    let conversation = conversation_id();
    visitor.does(&conversation, start(id_token)).await.unwrap();
    conversation
}

pub(crate) async fn card(agent: &Agent, conversation: &ConversationId) -> ContactCard {
    let conversation = conversation.clone();
    agent.ask(ReadContact { conversation }).await.unwrap()
}

/// Why the proof at the beginning of this conversation was not believed.
pub(crate) async fn defect(agent: &Agent, conversation: &ConversationId) -> Option<TokenDefect> {
    let conversation = conversation.clone();
    let read = agent.ask(ReadConversation { conversation }).await.unwrap();
    match &read.entries[0].body {
        EntryBody::Started { defect, .. } => *defect,
        other => panic!("{other:?}"),
    }
}

/// Begins with this token: a person comes of it, or this defect and nobody.
async fn check(admin: &Agent, id_token: IdToken, want: Option<TokenDefect>, word: &str) {
    let conversation = starts(&admin.world.visitor(), id_token).await;
    assert_eq!(defect(admin, &conversation).await, want, "{word}");
    let known = card(admin, &conversation).await;
    assert_eq!(known.person.is_none(), want.is_some(), "{word}");
}

/// Tokens that are signed as they should be, and say this.
async fn check_claims(
    admin: &Agent,
    table: impl IntoIterator<Item = (Value, Option<TokenDefect>)>,
) {
    for (claims, want) in table {
        let id_token = signed(SECRET, Algorithm::Hs256, &claims);
        check(admin, id_token, want, &claims.to_string()).await;
    }
}

fn fields(of: &[(ContactField, &str)]) -> ContactFields {
    let field = |(field, text): &(_, &str)| (*field, FieldText::parse(text).unwrap());
    of.iter().map(field).collect()
}

both! {
    async fn a_proof_makes_a_person_of_a_visitor(world: World) {
        let admin = ready(&world).await;
        let ann = world.agent("Ann").await;
        let claims = json!({ "sub": "4711", "firstname": "Vera", "lastname": "Lee",
            "email": "vera@shop.example", "other": "x" });
        let first = starts(&world.visitor(), token(&world, claims.clone())).await;
        let known = card(&ann, &first).await;
        let (person, contact) = (known.person.unwrap(), known.contact.unwrap());
        assert_eq!(person.name.as_ref().unwrap().as_str(), "Vera Lee");
        assert_eq!(person.contact, contact.id);
        assert_eq!(contact.subject.as_deref(), Some("4711"));
        let want = [
            (ContactField::FirstName, "Vera"),
            (ContactField::LastName, "Lee"),
            (ContactField::Email, "vera@shop.example"),
        ];
        assert_eq!(contact.fields, fields(&want));
        let filter = Filter::Active;
        let list = ann.ask(ListConversations { filter, before: None }).await.unwrap();
        assert_eq!(list.rows[0].row.person, Some(person.clone()));

        // From another browser, with another name: the same person, whom transcripts that are
        // there call as they did.
        let claims = json!({ "sub": "4711", "firstname": "Veronika" });
        let second = starts(&world.visitor(), token(&world, claims)).await;
        let now = card(&ann, &second).await;
        assert_eq!(now.contact.as_ref().unwrap().id, contact.id);
        assert_eq!(now.person.unwrap().name.unwrap().as_str(), "Veronika Lee");
        let before = card(&ann, &first).await;
        assert_eq!(before.person, Some(person));
        assert_eq!(before.contact, now.contact);

        // Somebody else, and nobody.
        let third = starts(&world.visitor(), token(&world, json!({ "sub": "4712" }))).await;
        let other = card(&ann, &third).await;
        assert_ne!(other.contact.unwrap().id, contact.id);
        assert_eq!(other.person.unwrap().name, None);
        let plain = world.visitor().starts("Hello").await;
        let nobody = ContactCard { person: None, contact: None, custom: Vec::new() };
        assert_eq!(card(&admin, &plain).await, nobody);
        assert_eq!(defect(&ann, &plain).await, None);
        assert_eq!(world.number("select count(*) from contact").await, 2);
    }

    async fn what_is_not_believed_is_said_and_stops_nobody(world: World) {
        use TokenDefect as D;
        let admin = world.admin().await;
        let good = || token(&world, json!({ "sub": "4711" }));
        let check = async |id_token, want, word| check(&admin, id_token, want, word).await;
        check(good(), Some(D::NotEnabled), "before anything is set").await;
        save(&admin, |identity| identity.is_enabled = true).await.unwrap();
        check(good(), Some(D::NotEnabled), "without a secret").await;
        secret(&admin, Some(SECRET), false).await;
        check(good(), None, "as it should be").await;
        save(&admin, |identity| identity.is_enabled = false).await.unwrap();
        check(good(), Some(D::NotEnabled), "switched off").await;
        save(&admin, |identity| identity.is_enabled = true).await.unwrap();

        let now = world.server().now().ms() / 1000;
        let parse = |text: &str| IdToken::parse(text).unwrap();
        let with = |claims: Value| signed(SECRET, Algorithm::Hs256, &claims);
        let table = [
            (parse("nonsense"), D::Malformed),
            (signed("somebody else's secret", Algorithm::Hs256, &json!({ "sub": "1", "exp": now + 60 })), D::BadSignature),
            (signed(SECRET, Algorithm::Hs512, &json!({ "sub": "1", "exp": now + 60 })), D::WrongAlgorithm),
            (with(json!({ "sub": "1" })), D::NoExpiry),
            (with(json!({ "sub": "1", "exp": now - 61 })), D::Expired),
            (with(json!({ "sub": "1", "exp": now + 600, "nbf": now + 300 })), D::NotYetValid),
            (with(json!({ "exp": now + 60 })), D::NoSubject),
            (with(json!({ "sub": 1, "exp": now + 60 })), D::Malformed),
        ];
        for (id_token, want) in table {
            check(id_token, Some(want), want.as_str()).await;
        }
        assert_eq!(world.number("select count(*) from contact").await, 1);

        save(&admin, |identity| {
            identity.algorithm = Algorithm::Hs512;
            identity.is_lifetime_checked = false;
        }).await.unwrap();
        check(good(), Some(D::WrongAlgorithm), "the profile's algorithm counts").await;
        check(signed(SECRET, Algorithm::Hs512, &json!({ "sub": "4711", "exp": 1 })), None, "no time is asked").await;
        let logged = world.texts("select body from entry").await;
        assert!(!logged.iter().any(|body| body.contains("eyJ")), "no token is stored");
    }

    async fn each_algorithm_is_believed_by_the_profile_that_asks_for_it(world: World) {
        use TokenDefect as D;
        let admin = ready(&world).await;
        let claims = json!({ "sub": "4711", "exp": world.server().now().ms() / 1000 + 60 });
        for asked in Algorithm::ALL {
            save(&admin, |identity| identity.algorithm = asked).await.unwrap();
            for named in Algorithm::ALL {
                let word = format!("{} where {} is asked", named.as_str(), asked.as_str());
                let id_token = signed(SECRET, named, &claims);
                check(&admin, id_token, (named != asked).then_some(D::WrongAlgorithm), &word).await;
                // It says what is asked, and is signed otherwise.
                let header = json!({ "alg": asked.as_str() });
                let id_token = under(&header, &claims, SECRET, named);
                check(&admin, id_token, (named != asked).then_some(D::BadSignature), &word).await;
            }
        }
        assert_eq!(world.number("select count(*) from contact").await, 1);
    }

    async fn no_header_chooses_how_a_token_is_read(world: World) {
        use TokenDefect as D;
        let admin = ready(&world).await;
        let claims = json!({ "sub": "4711", "exp": world.server().now().ms() / 1000 + 60 });
        let table = [
            (json!({ "alg": "none" }), D::WrongAlgorithm),
            (json!({ "alg": "None" }), D::WrongAlgorithm),
            (json!({ "alg": "hs256" }), D::WrongAlgorithm),
            (json!({ "alg": "RS256" }), D::WrongAlgorithm),
            (json!({ "alg": ["HS256"] }), D::Malformed),
            (json!({ "alg": null }), D::Malformed),
            (json!({ "typ": "JWT" }), D::Malformed),
            (json!(["HS256"]), D::Malformed),
            (json!({ "alg": "HS256", "crit": ["exp"] }), D::Malformed),
            (json!({ "alg": "HS256", "crit": [] }), D::Malformed),
            (json!({ "alg": "HS256", "jwk": { "kty": "oct", "k": "eA" } }), D::Malformed),
            (json!({ "alg": "HS256", "jku": "https://evil.example/keys" }), D::Malformed),
            (json!({ "alg": "HS256", "x5u": "https://evil.example/chain" }), D::Malformed),
            (json!({ "alg": "HS256", "x5c": [] }), D::Malformed),
            (json!({ "alg": "HS256", "b64": false }), D::Malformed),
        ];
        for (header, want) in table {
            let id_token = under(&header, &claims, SECRET, Algorithm::Hs256);
            check(&admin, id_token, Some(want), &header.to_string()).await;
        }
        // Signed by nobody: neither where it says so, nor where it says otherwise.
        for (header, want) in [("none", D::WrongAlgorithm), ("HS256", D::BadSignature)] {
            let text = format!("{}.{}.", part(&json!({ "alg": header })), part(&claims));
            check(&admin, IdToken::parse(&text).unwrap(), Some(want), header).await;
        }
        assert_eq!(world.number("select count(*) from contact").await, 0);
        // A header that chooses nothing does no harm.
        let header = json!({ "alg": "HS256", "kid": "1", "cty": "x" });
        check(&admin, under(&header, &claims, SECRET, Algorithm::Hs256), None, "kid").await;
    }

    async fn a_token_is_good_in_its_time(world: World) {
        use TokenDefect as D;
        let admin = ready(&world).await;
        let now = world.server().now().ms() / 1000;
        let skew = i64::try_from(limit::CLOCK_SKEW.seconds()).unwrap();
        let expires = |exp: Value| json!({ "sub": "1", "exp": exp });
        let begins = |nbf: Value| json!({ "sub": "1", "exp": now + 600, "nbf": nbf });
        let issued = |iat: Value| json!({ "sub": "1", "exp": now + 600, "iat": iat });
        check_claims(&admin, [
            (expires(json!(now + 1)), None),
            (expires(json!(now - skew + 1)), None),
            (expires(json!(now - skew)), Some(D::Expired)),
            (expires(json!(now - skew - 1)), Some(D::Expired)),
            (expires(json!(0)), Some(D::Expired)),
            (begins(json!(now - 600)), None),
            (begins(json!(now + skew)), None),
            (begins(json!(now + skew + 1)), Some(D::NotYetValid)),
            (issued(json!(now - 600)), None),
            (issued(json!(now + skew)), None),
            (issued(json!(now + skew + 1)), Some(D::NotYetValid)),
        ]).await;
        let no_times = || [
            expires(json!((now + 60).to_string())),
            expires(json!(-1)),
            expires(json!(null)),
            begins(json!(true)),
            begins(json!(-1)),
            issued(json!(now.to_string())),
            issued(json!([now])),
        ].map(|claims| (claims, Some(D::Malformed)));
        check_claims(&admin, no_times()).await;
        // Where no time is asked, it must be one all the same.
        save(&admin, |identity| identity.is_lifetime_checked = false).await.unwrap();
        check_claims(&admin, no_times()).await;
        check_claims(&admin, [
            (expires(json!(0)), None),
            (begins(json!(now + skew + 1)), None),
            (issued(json!(now + skew + 1)), None),
        ]).await;
        assert_eq!(world.number("select count(*) from contact").await, 1);
    }

    async fn a_subject_is_a_text(world: World) {
        use TokenDefect as D;
        let admin = ready(&world).await;
        let exp = world.server().now().ms() / 1000 + 60;
        let longest = "é".repeat(limit::SUBJECT_CHARS_MAX);
        let bad = [
            json!(7),
            json!(true),
            json!(null),
            json!(["4711"]),
            json!({ "id": "4711" }),
            json!(""),
            json!("a\0b"),
            json!(format!("{longest}x")),
        ];
        check_claims(&admin, bad.map(|sub| (json!({ "sub": sub, "exp": exp }), Some(D::Malformed)))).await;
        check_claims(&admin, [(json!({ "exp": exp }), Some(D::NoSubject))]).await;
        assert_eq!(world.number("select count(*) from contact").await, 0);
        let good = [json!("7"), json!(longest), json!("'; drop table contact; --")];
        check_claims(&admin, good.map(|sub| (json!({ "sub": sub, "exp": exp }), None))).await;
        assert_eq!(world.number("select count(*) from contact").await, 3);
    }

    async fn an_anonymous_conversation_becomes_somebodys(world: World) {
        let admin = ready(&world).await;
        let visitor = world.visitor();
        let mut socket = visitor.socket().await;
        let conversation = conversation_id();
        socket.command(&client_id(), &conversation, Visitor::start("Hello")).await;
        socket.entry().await;
        let identify = |claims| Command::Identify { id_token: token(&world, claims) };
        let own = client_id();
        let vera = json!({ "sub": "4711", "name": "Vera" });
        socket.command(&own, &conversation, identify(vera.clone())).await;
        let entry = socket.entry().await;
        assert_eq!(entry.client_id, Some(own.clone()));
        assert!(matches!(&entry.body, VisitorBody::Identified { name: Some(name) } if name.as_str() == "Vera"));
        let known = card(&admin, &conversation).await;
        assert_eq!(known.person.unwrap().name.unwrap().as_str(), "Vera");
        let before = admin.ask(ReadConversation { conversation: conversation.clone() }).await.unwrap();
        assert_eq!(before.entries.len(), 3, "the transcript goes on");

        // Said again under the same name it is done once; by the same person again it is well.
        visitor.repeats(&own, &conversation, identify(vera.clone())).await.unwrap();
        visitor.does(&conversation, identify(vera.clone())).await.unwrap();
        let other = visitor.does(&conversation, identify(json!({ "sub": "4712" }))).await;
        assert_eq!(other.unwrap_err(), Refusal::AlreadyIdentified);
        let bad = Command::Identify { id_token: IdToken::parse("a.b.c").unwrap() };
        let defect = TokenDefect::Malformed;
        assert_eq!(visitor.does(&conversation, bad).await.unwrap_err(), Refusal::BadToken { defect });
        let foreign = world.visitor().does(&conversation, identify(vera.clone())).await;
        assert_eq!(foreign.unwrap_err(), Refusal::NotFound);
        let agents = admin.does(&conversation, identify(vera.clone())).await;
        assert_eq!(agents.unwrap_err(), Refusal::Forbidden);
        visitor.does(&conversation, Command::Close).await.unwrap();
        let late = visitor.does(&conversation, identify(vera)).await;
        assert_eq!(late.unwrap_err(), Refusal::ConversationClosed);
        // A start that is a repeat is the start that was.
        let again = client_id();
        let anew = conversation_id();
        let begin = || start(token(&world, json!({ "sub": "4711" })));
        visitor.repeats(&again, &anew, begin()).await.unwrap();
        visitor.repeats(&again, &anew, begin()).await.unwrap();
        assert_eq!(world.number("select count(*) from conversation").await, 2);
    }

    async fn claims_are_taken_over_as_the_rows_say(world: World) {
        let admin = ready(&world).await;
        let row = |claim: &str, field, is_only_for_new, is_never_over| Mapping {
            claim: claim.to_owned(), field, is_only_for_new, is_never_over,
        };
        save(&admin, |identity| identity.mappings = vec![
            row("full name", ContactField::Name, false, false),
            row("tel", ContactField::Phone, true, false),
            row("org", ContactField::Company, false, true),
        ]).await.unwrap();
        let told = |name, tel, org| json!({ "sub": "1", "full name": name, "tel": tel, "org": org });
        starts(&world.visitor(), token(&world, told("Vera", 1, "Lamps"))).await;
        let second = starts(&world.visitor(), token(&world, told("Vera Lee", 2, "Chairs"))).await;
        let want = [(ContactField::Name, "Vera Lee"), (ContactField::Phone, "1"), (ContactField::Company, "Lamps")];
        assert_eq!(card(&admin, &second).await.contact.unwrap().fields, fields(&want));

        // By e-mail address, whatever its case, and only through the row that maps it.
        save(&admin, |identity| {
            identity.matching = Matching::Email;
            identity.mappings = vec![row("mail", ContactField::Email, false, false)];
        }).await.unwrap();
        let visitor = world.visitor();
        let third = starts(&visitor, token(&world, json!({ "sub": "1", "mail": "V@shop.example" }))).await;
        let fourth = starts(&visitor, token(&world, json!({ "mail": "v@shop.example" }))).await;
        let ids = [card(&admin, &third).await, card(&admin, &fourth).await];
        let ids = ids.map(|card| card.contact.unwrap().id);
        assert_eq!(ids[0], ids[1]);
        let fifth = starts(&visitor, token(&world, json!({ "sub": "1", "email": "v@shop.example" }))).await;
        assert_eq!(defect(&admin, &fifth).await, Some(TokenDefect::NoSubject));

        let twice = save(&admin, |identity| {
            identity.mappings.push(row("x", ContactField::Email, false, false));
        }).await;
        let want = Refusal::Invalid { field: Field::Mappings, reason: Reason::Taken };
        assert_eq!(twice.unwrap_err(), want);
    }

    async fn a_secret_goes_in_and_never_comes_out(world: World) {
        let admin = world.admin().await;
        let before = page(&admin).await;
        assert_eq!(before.identity, Identity::default());
        assert!(!before.secret.is_set && !world.key_file().exists());
        let made = secret(&admin, None, true).await.unwrap();
        assert!(world.key_file().exists());
        save(&admin, |identity| identity.is_enabled = true).await.unwrap();
        let now = page(&admin).await;
        assert!(now.secret.is_set && now.secret.old_until.is_none());
        assert!(!serde_json::to_string(&now).unwrap().contains(&made));
        let stale = SaveIdentity { profile: now.profile.clone(), identity: now.identity.clone(), version: now.version - 1 };
        assert_eq!(admin.ask(stale).await.unwrap_err(), Refusal::Changed);
        let stored = world.texts("select secret from identity").await;
        assert!(!stored[0].contains(&made));

        // Too short for the algorithm, now and after it is changed.
        let short = TokenSecret::parse(&"x".repeat(31)).unwrap();
        let asked = ReplaceSecret { profile: now.profile.clone(), version: now.version, secret: Some(short), is_old_kept: true };
        let want = |min| Refusal::Invalid { field: Field::Secret, reason: Reason::TooShort { min } };
        assert_eq!(admin.ask(asked).await.unwrap_err(), want(32));
        let exact = "x".repeat(32);
        secret(&admin, Some(&exact), true).await;
        let changed = save(&admin, |identity| identity.algorithm = Algorithm::Hs384).await;
        assert_eq!(changed.unwrap_err(), want(48));

        // The one before goes on for a while, and over a restart; not when it was ended at once.
        let exp = json!(world.server().now().ms() / 1000 + 10_000_000);
        let claims = json!({ "sub": "1", "exp": exp });
        let of = |secret: &str| signed(secret, Algorithm::Hs256, &claims);
        world.restart(|_| {}).await;
        let admin = world.admin().await;
        let check = async |secret: &str, want: Option<TokenDefect>| {
            let conversation = starts(&world.visitor(), of(secret)).await;
            assert_eq!(defect(&world.admin().await, &conversation).await, want);
        };
        check(&made, None).await;
        check(&exact, None).await;
        world.advance(Span::from_ms(limit::SECRET_GRACE.ms() - 1));
        check(&made, None).await;
        world.advance(Span::from_ms(1));
        check(&made, Some(TokenDefect::BadSignature)).await;
        check(&exact, None).await;
        drop(admin);
        let admin = world.admin().await;
        assert_eq!(page(&admin).await.secret.old_until, None);
        secret(&admin, Some(SECRET), false).await;
        check(&exact, Some(TokenDefect::BadSignature)).await;
        check(SECRET, None).await;
        let deeds = world.texts("select deed from audit where deed = 'replace_secret'").await;
        assert_eq!(deeds.len(), 3);

        // The database without its key file: nobody is let in by mistake, and the operator learns.
        std::fs::remove_file(world.key_file()).unwrap();
        world.restart(|_| {}).await;
        check(SECRET, Some(TokenDefect::NotEnabled)).await;
        let admin = world.admin().await;
        save(&admin, |identity| identity.is_lifetime_checked = false).await.unwrap();
        secret(&admin, Some(&exact), true).await;
        assert_eq!(page(&admin).await.secret.old_until, None, "what is lost is not kept");
        check(&exact, None).await;
    }
}
