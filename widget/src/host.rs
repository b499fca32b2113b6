//! What the host page may say to the chat window, and what the window may say to the page, read
//! from and written to the text that the launcher carries. Here live the defaults and the tolerance
//! of the events API; `port.rs` carries the text in the browser.
//!
//! Invariant: any text decodes to an order or to nothing; no detail of a page is an error.

use app::widget::{Configuration, Look, News, Order, Proof};
use domain::flow::StepId;
use domain::json::{self, Value};
use domain::people::Page;
use domain::text::IdToken;

/// Every event name that a host page may dispatch. The launcher listens to exactly these.
pub const INBOUND: [&str; 6] = [
    "haloChat_inboundEvent_initialize",
    "haloChat_inboundEvent_openChatWindow",
    "haloChat_inboundEvent_closeChatWindow",
    "haloChat_inboundEvent_upgradeAnonChat",
    "haloChat_inboundEvent_loginChanged",
    "haloChat_inboundEvent_logout",
];

/// Every event name that a host page may hear. `initialized` is the launcher's own: it must be
/// answered before, and also without, a frame.
pub const OUTBOUND: [&str; 2] = [
    "haloChat_outboundEvent_initialized",
    "haloChat_outboundEvent_upgradeAnonChat",
];

/// Longer addresses and titles of a page are cut, as only agents read them.
const PAGE_CHARS_MAX: usize = 500;

/// Reads what the launcher sent: `{"event":"…","detail":…}`. Unknown events are `None`. `subject`
/// says whom a token names, unproved.
pub fn decode(text: &str, subject: &dyn Fn(&str) -> String) -> Option<Order> {
    let message = Value::parse(text).ok()?;
    let detail = message.get("detail").unwrap_or(&Value::Null);
    let proof = || {
        let id_token = IdToken::parse(&self::text(detail, "id_token")?).ok()?;
        let subject = subject(id_token.secret());
        Some(Proof { id_token, subject })
    };
    Some(match message.get("event")?.as_str()? {
        "initialize" => Order::Configure(Box::new(configuration(&message, detail))),
        "openChatWindow" => Order::Open {
            // False when nobody asked just now: then the focus must stay where it is.
            may_take_focus: flag(&message, "focus").unwrap_or(true),
            page: page(&message),
            proof: proof(),
            is_previous_retained: flag(detail, "retainPreviousChat").unwrap_or(false),
            step: step(detail),
        },
        "closeChatWindow" => Order::Close,
        "upgradeAnonChat" => Order::Upgrade(proof()),
        "loginChanged" => proof().map_or(Order::Forget, Order::SignIn),
        "logout" => Order::Forget,
        _ => return None,
    })
}

/// Writes what the launcher reads.
pub fn encode(news: News) -> String {
    let (event, detail) = match news {
        News::Ready => ("ready", "null".to_owned()),
        News::Unread(count) => {
            let count = count.to_string();
            ("unread", [r#"{"count":"#, &count, "}"].concat())
        }
        News::Close => ("close", "null".to_owned()),
        News::Open => ("open", "null".to_owned()),
        News::InProgress(true) => ("inProgress", r#"{"on":true}"#.to_owned()),
        News::InProgress(false) => ("inProgress", r#"{"on":false}"#.to_owned()),
        News::Upgraded(Ok(())) => ("upgradeAnonChat", r#"{"success":true}"#.to_owned()),
        News::Upgraded(Err(error)) => {
            let mut detail = String::from(r#"{"success":false,"error":"#);
            json::push_text(&mut detail, error);
            detail.push('}');
            ("upgradeAnonChat", detail)
        }
    };
    [r#"{"event":""#, event, r#"","detail":"#, &detail, "}"].concat()
}

/// What concerns the window of `haloChatConfig` with the overrides of all initialisations.
fn configuration(message: &Value, detail: &Value) -> Configuration {
    let text = |key| text(detail, key);
    Configuration {
        is_dark: text("theme").as_deref() == Some("dark"),
        is_lasting: flag(detail, "persistChatToken").unwrap_or(true),
        is_polling: text("chatMode").as_deref() == Some("heartbeat"),
        sound: text("sound").filter(|sound| is_loadable(sound)),
        look: message.get("look").and_then(look),
        page: page(message),
    }
}

/// What a page may make us fetch. `javascript:` would do nothing in a sound, but need not try.
fn is_loadable(address: &str) -> bool {
    let scheme = address.split(['/', '?', '#']).next().unwrap_or_default();
    matches!(scheme, "https:" | "http:") || !scheme.contains(':')
}

/// The colour of bubble and window, resolved by the browser on the page, and the colour of text on
/// it. Both are `#rrggbb`, checked here, so they may become custom properties.
fn look(value: &Value) -> Option<Look> {
    let colour = |key| text(value, key).filter(|colour| is_hex(colour));
    Some(Look {
        colour: colour("colour")?,
        ink: colour("ink")?,
    })
}

fn is_hex(colour: &str) -> bool {
    let digits = colour.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The page the visitor is on; the address without fragment, and without query unless the chat
/// profile keeps it.
fn page(message: &Value) -> Option<Page> {
    let value = message.get("page")?;
    let part = |key| Some(cut(value.get(key)?.as_str()?));
    Some(Page {
        title: part("title")?,
        url: part("url")?,
    })
}

fn cut(text: &str) -> String {
    text.chars().take(PAGE_CHARS_MAX).collect()
}

fn step(detail: &Value) -> Option<StepId> {
    let number = text(detail, "startStepOverride")?.parse();
    number.ok().map(StepId)
}

/// A text, or a number that stands where a text is meant. Empty is absent.
fn text(value: &Value, key: &str) -> Option<String> {
    match value.get(key)? {
        Value::Text(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.clone()),
        _ => None,
    }
}

/// A truth, or the word for it: snippets are written by hand.
fn flag(value: &Value, key: &str) -> Option<bool> {
    match value.get(key)? {
        Value::Bool(truth) => Some(*truth),
        Value::Text(word) => word.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const LAUNCHER: &str = include_str!("../launcher.js");
    const BOOT: &str = include_str!("../boot.js");

    fn decode(text: &str) -> Option<Order> {
        super::decode(text, &|token| format!("of {token}"))
    }

    /// How a window opens: whom it is said to be, whether what was there is retained, and where.
    fn open(detail: &str) -> (Option<String>, bool, Option<u32>) {
        let text = format!(r#"{{"event":"openChatWindow","detail":{detail}}}"#);
        match decode(&text) {
            Some(Order::Open {
                proof,
                is_previous_retained,
                step,
                ..
            }) => {
                let subject = proof.map(|proof| proof.subject);
                (subject, is_previous_retained, step.map(|step| step.0))
            }
            other => panic!("{detail}: {other:?}"),
        }
    }

    fn config(detail: &str) -> Configuration {
        let text = format!(r#"{{"event":"initialize","detail":{detail}}}"#);
        match decode(&text) {
            Some(Order::Configure(config)) => *config,
            other => panic!("{detail}: {other:?}"),
        }
    }

    #[test]
    fn opening_is_tolerant() {
        for nothing in ["null", "{}", "7", "\"x\"", "[]", r#"{"id_token":null}"#] {
            assert_eq!(open(nothing), (None, false, None), "{nothing}");
        }
        let start =
            r#"{"id_token":"a.b.c","retainPreviousChat":"true","startStepOverride":"12","x":1}"#;
        assert_eq!(open(start), (Some("of a.b.c".to_owned()), true, Some(12)));
        for (step, want) in [("7", Some(7)), ("-1", None), ("1.5", None), ("{}", None)] {
            let detail = format!(r#"{{"startStepOverride":{step}}}"#);
            assert_eq!(open(&detail).2, want, "{step}");
        }
        let long = "x".repeat(domain::limit::ID_TOKEN_CHARS_MAX + 1);
        assert_eq!(open(&format!(r#"{{"id_token":"{long}"}}"#)).0, None);
    }

    #[test]
    fn focus_is_taken_unless_the_launcher_says_otherwise() {
        for (text, expected) in [
            (r#"{"event":"openChatWindow"}"#, true),
            (r#"{"event":"openChatWindow","focus":false}"#, false),
        ] {
            let Some(Order::Open { may_take_focus, .. }) = decode(text) else {
                panic!("{text}");
            };
            assert_eq!(may_take_focus, expected, "{text}");
        }
    }

    #[test]
    fn configuration_has_its_defaults() {
        let empty = config("null");
        assert!(empty.is_lasting);
        assert!(!empty.is_dark && !empty.is_polling);
        let given = config(
            r#"{"theme":"dark","persistChatToken":"false","chatMode":"heartbeat","sound":""}"#,
        );
        assert!(!given.is_lasting);
        assert!(given.is_dark && given.is_polling);
        assert_eq!(given.sound, None);
    }

    #[test]
    fn a_sound_is_an_address_on_the_web() {
        let sound = |address: &str| config(&format!(r#"{{"sound":"{address}"}}"#)).sound;
        for address in [
            "https://a.example/x.mp3",
            "/x.mp3",
            "x.mp3?a=b:c",
            "//a.example/x",
        ] {
            assert!(sound(address).is_some(), "{address}");
        }
        for address in ["javascript:alert(1)", "file:///x", "blob:x", "data:audio/x"] {
            assert!(sound(address).is_none(), "{address}");
        }
    }

    #[test]
    fn a_look_is_two_plain_colours() {
        let look = |colour: &str| {
            let text = format!(
                r##"{{"event":"initialize","look":{{"colour":"{colour}","ink":"#ffffff"}}}}"##
            );
            match decode(&text) {
                Some(Order::Configure(config)) => config.look,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(look("#4b50c8").unwrap().colour, "#4b50c8");
        for hostile in ["red", "#fff", "#4b50c8;x", "#4b50cg", "url(x)", "#é5051"] {
            assert_eq!(look(hostile), None, "{hostile}");
        }
    }

    #[test]
    fn a_page_is_cut_and_not_refused() {
        let title = "ä".repeat(PAGE_CHARS_MAX + 9);
        let text = format!(
            r#"{{"event":"openChatWindow","page":{{"title":"{title}","url":"https://a.example/"}}}}"#
        );
        let Some(Order::Open {
            page: Some(page), ..
        }) = decode(&text)
        else {
            panic!("no page");
        };
        assert_eq!(page.title.chars().count(), PAGE_CHARS_MAX);
    }

    #[test]
    fn who_is_signed_in_may_be_nobody() {
        let nobody = r#"{"event":"loginChanged","detail":null}"#;
        assert_eq!(decode(nobody), Some(Order::Forget));
        let logout = r#"{"event":"logout","detail":{"a":1}}"#;
        assert_eq!(decode(logout), Some(Order::Forget));
        let upgrade = r#"{"event":"upgradeAnonChat","detail":{"id_token":"t"}}"#;
        let Some(Order::Upgrade(Some(proof))) = decode(upgrade) else {
            panic!("no upgrade");
        };
        assert_eq!(proof.subject, "of t");
        let upgrade = r#"{"event":"upgradeAnonChat"}"#;
        assert_eq!(decode(upgrade), Some(Order::Upgrade(None)));
    }

    #[test]
    fn nonsense_is_nothing() {
        for text in [
            "",
            "7",
            "{}",
            "null",
            r#"{"event":5}"#,
            r#"{"event":"later"}"#,
        ] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    #[test]
    fn events_are_what_the_launcher_reads() {
        for (event, text) in [
            (News::Ready, r#"{"event":"ready","detail":null}"#),
            (
                News::Unread(3),
                r#"{"event":"unread","detail":{"count":3}}"#,
            ),
            (News::Close, r#"{"event":"close","detail":null}"#),
            (News::Open, r#"{"event":"open","detail":null}"#),
            (
                News::InProgress(true),
                r#"{"event":"inProgress","detail":{"on":true}}"#,
            ),
            (
                News::Upgraded(Ok(())),
                r#"{"event":"upgradeAnonChat","detail":{"success":true}}"#,
            ),
            (
                News::Upgraded(Err("a\"b")),
                r#"{"event":"upgradeAnonChat","detail":{"success":false,"error":"a\"b"}}"#,
            ),
        ] {
            assert_eq!(encode(event), text);
            let message: serde_json::Value = serde_json::from_str(text).unwrap();
            let name = message["event"].as_str().unwrap();
            let heard = format!("event === '{name}'");
            assert!(LAUNCHER.contains(&heard), "the launcher is deaf to {name}");
        }
    }

    fn names_in(text: &str) -> BTreeSet<&str> {
        text.match_indices("haloChat_")
            .map(|(at, _)| {
                let rest = &text[at..];
                let end = rest.find(|c: char| c != '_' && !c.is_ascii_alphanumeric());
                &rest[..end.unwrap_or(rest.len())]
            })
            .collect()
    }

    #[test]
    fn the_launcher_knows_the_same_names() {
        let ours: BTreeSet<_> = INBOUND.into_iter().chain(OUTBOUND).collect();
        assert_eq!(names_in(LAUNCHER), ours);
        assert_eq!(names_in(include_str!("../halochat.d.ts")), ours);
        for name in INBOUND {
            let event = name.rsplit('_').next().unwrap();
            assert!(
                decode(&format!(r#"{{"event":"{event}"}}"#)).is_some(),
                "{name} is carried but not understood"
            );
        }
    }

    #[test]
    fn the_launcher_knows_the_same_limits() {
        let (min, max) = (
            domain::limit::WINDOW_SIDE_MIN,
            domain::limit::WINDOW_SIDE_MAX,
        );
        assert!(LAUNCHER.contains(&format!("const SIZE_MIN = {min};")));
        assert!(LAUNCHER.contains(&format!("const SIZE_MAX = {max};")));
    }

    #[test]
    fn the_document_says_by_its_event_that_texts_are_others() {
        let more = include_str!("../more.js");
        assert!(more.contains(&format!("new Event('{}')", app::widget::NEW_TEXTS)));
    }

    #[test]
    fn both_scripts_speak_one_version() {
        let version = |script: &str| {
            let (_, rest) = script.split_once("const VERSION = ").unwrap();
            rest.split(';').next().unwrap().to_owned()
        };
        assert_eq!(version(LAUNCHER), version(BOOT));
    }
}
