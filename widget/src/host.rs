//! What the host page may say to the chat window, and what the window may say to the page: two
//! closed enums, read from and written to the text that the launcher carries. Here live the
//! defaults and the tolerance of the events API; `port.rs` carries the text in the browser.
//!
//! Invariant: any text decodes to a command or to nothing; no detail of a page is an error.

use domain::json::{self, Value};

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

/// Longer tokens are not read: a signed token with generous claims has some 2,000 characters.
const ID_TOKEN_CHARS_MAX: usize = domain::limit::ID_TOKEN_CHARS_MAX;
/// Longer addresses and titles of a page are cut, as only agents read them.
const PAGE_CHARS_MAX: usize = 500;

/// What the host page wants.
#[derive(Debug, Clone, PartialEq)]
pub enum HostCommand {
    /// The configuration as it is now. Comes first, and again when the page changes it. Another
    /// flow never comes this way: it gets a frame of its own.
    Initialize {
        config: Box<Config>,
        look: Option<Look>,
        page: Option<Page>,
    },
    /// The window is being shown: by the bubble, by the page, or again after a navigation.
    Open {
        start: Start,
        /// False when nobody asked just now: then the focus must stay where it is.
        may_take_focus: bool,
        page: Option<Page>,
    },
    /// The window is no longer seen. The conversation goes on.
    Close,
    /// The anonymous conversation shall belong to the token's person; answered by
    /// [`HostEvent::UpgradeResult`].
    UpgradeAnonymous { id_token: Option<String> },
    /// Somebody else, or (`None`) nobody, is signed in on the page now.
    LoginChanged { id_token: Option<String> },
    /// Nobody is signed in any more.
    Logout,
}

/// How a conversation shall begin, if none is in progress.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Start {
    pub id_token: Option<String>,
    /// True: an existing conversation must be shown, whatever else is asked for.
    pub is_previous_retained: bool,
}

/// What concerns the window of `haloChatConfig` with the overrides of all initialisations; `None` is
/// absent or unreadable.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    pub theme: Theme,
    pub is_token_persisted: bool,
    pub mode: Mode,
    pub sound: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    Light,
    Dark,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    #[default]
    Websocket,
    Heartbeat,
}

/// The colour of bubble and window, resolved by the browser on the page, and the colour of text on
/// it. Both are `#rrggbb`, checked here, so they may become custom properties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    pub colour: String,
    pub ink: String,
}

/// The page the visitor is on; the address without fragment, and without query unless the chat
/// profile keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub title: String,
    pub url: String,
}

/// What the window tells the launcher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostEvent {
    /// The window is drawn and listens. The launcher stops repeating what it told.
    Ready,
    /// How many messages of the other side have not been seen.
    Unread { count: u32 },
    /// The visitor closes the window: the cross, or Escape.
    Close,
    /// The window was open in this tab before a navigation: show it, without taking the focus.
    Open,
    /// A conversation began (after its first message is stored) or ended: the page's only marker.
    InProgress { is_on: bool },
    /// The answer to [`HostCommand::UpgradeAnonymous`]; `error` is a short name, not a sentence.
    UpgradeResult { error: Option<String> },
}

impl HostCommand {
    /// Reads what the launcher sent: `{"event":"…","detail":…}`. Unknown events are `None`.
    pub fn decode(text: &str) -> Option<Self> {
        let message = Value::parse(text).ok()?;
        let detail = message.get("detail").unwrap_or(&Value::Null);
        Some(match message.get("event")?.as_str()? {
            "initialize" => Self::Initialize {
                config: Box::new(Config::read(detail)),
                look: message.get("look").and_then(Look::read),
                page: message.get("page").and_then(Page::read),
            },
            "openChatWindow" => Self::Open {
                start: Start {
                    id_token: id_token(detail),
                    is_previous_retained: flag(detail, "retainPreviousChat").unwrap_or(false),
                },
                may_take_focus: flag(&message, "focus").unwrap_or(true),
                page: message.get("page").and_then(Page::read),
            },
            "closeChatWindow" => Self::Close,
            "upgradeAnonChat" => Self::UpgradeAnonymous {
                id_token: id_token(detail),
            },
            "loginChanged" => Self::LoginChanged {
                id_token: id_token(detail),
            },
            "logout" => Self::Logout,
            _ => return None,
        })
    }
}

impl HostEvent {
    /// Writes what the launcher reads.
    pub fn encode(&self) -> String {
        let (event, detail) = match self {
            Self::Ready => ("ready", "null".to_owned()),
            Self::Unread { count } => {
                let count = count.to_string();
                ("unread", [r#"{"count":"#, &count, "}"].concat())
            }
            Self::Close => ("close", "null".to_owned()),
            Self::Open => ("open", "null".to_owned()),
            Self::InProgress { is_on: true } => ("inProgress", r#"{"on":true}"#.to_owned()),
            Self::InProgress { is_on: false } => ("inProgress", r#"{"on":false}"#.to_owned()),
            Self::UpgradeResult { error: None } => {
                ("upgradeAnonChat", r#"{"success":true}"#.to_owned())
            }
            Self::UpgradeResult { error: Some(error) } => {
                let mut detail = String::from(r#"{"success":false,"error":"#);
                json::push_text(&mut detail, error);
                detail.push('}');
                ("upgradeAnonChat", detail)
            }
        };
        [r#"{"event":""#, event, r#"","detail":"#, &detail, "}"].concat()
    }
}

impl Config {
    fn read(value: &Value) -> Self {
        let text = |key| text(value, key);
        Self {
            theme: match text("theme").as_deref() {
                Some("dark") => Theme::Dark,
                _ => Theme::Light,
            },
            is_token_persisted: flag(value, "persistChatToken").unwrap_or(true),
            mode: match text("chatMode").as_deref() {
                Some("heartbeat") => Mode::Heartbeat,
                _ => Mode::Websocket,
            },
            sound: text("sound").filter(|sound| is_loadable(sound)),
        }
    }
}

/// What a page may make us fetch. `javascript:` would do nothing in a sound, but need not try.
fn is_loadable(address: &str) -> bool {
    let scheme = address.split(['/', '?', '#']).next().unwrap_or_default();
    matches!(scheme, "https:" | "http:") || !scheme.contains(':')
}

impl Look {
    fn read(value: &Value) -> Option<Self> {
        let colour = |key| text(value, key).filter(|colour| is_hex(colour));
        Some(Self {
            colour: colour("colour")?,
            ink: colour("ink")?,
        })
    }
}

fn is_hex(colour: &str) -> bool {
    let digits = colour.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl Page {
    fn read(value: &Value) -> Option<Self> {
        let part = |key| Some(cut(value.get(key)?.as_str()?));
        Some(Self {
            title: part("title")?,
            url: part("url")?,
        })
    }
}

fn cut(text: &str) -> String {
    text.chars().take(PAGE_CHARS_MAX).collect()
}

fn id_token(detail: &Value) -> Option<String> {
    text(detail, "id_token").filter(|token| token.len() <= ID_TOKEN_CHARS_MAX)
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

    fn open(detail: &str) -> Start {
        let text = format!(r#"{{"event":"openChatWindow","detail":{detail}}}"#);
        match HostCommand::decode(&text) {
            Some(HostCommand::Open { start, .. }) => start,
            other => panic!("{detail}: {other:?}"),
        }
    }

    fn config(detail: &str) -> Config {
        let text = format!(r#"{{"event":"initialize","detail":{detail}}}"#);
        match HostCommand::decode(&text) {
            Some(HostCommand::Initialize { config, .. }) => *config,
            other => panic!("{detail}: {other:?}"),
        }
    }

    #[test]
    fn opening_is_tolerant() {
        for nothing in ["null", "{}", "7", "\"x\"", "[]", r#"{"id_token":null}"#] {
            assert_eq!(open(nothing), Start::default(), "{nothing}");
        }
        let start =
            r#"{"id_token":"a.b.c","retainPreviousChat":"true","startStepOverride":"12","x":1}"#;
        assert_eq!(
            open(start),
            Start {
                id_token: Some("a.b.c".to_owned()),
                is_previous_retained: true
            }
        );
        let long = "x".repeat(ID_TOKEN_CHARS_MAX + 1);
        assert_eq!(open(&format!(r#"{{"id_token":"{long}"}}"#)).id_token, None);
    }

    #[test]
    fn focus_is_taken_unless_the_launcher_says_otherwise() {
        for (text, expected) in [
            (r#"{"event":"openChatWindow"}"#, true),
            (r#"{"event":"openChatWindow","focus":false}"#, false),
        ] {
            let Some(HostCommand::Open { may_take_focus, .. }) = HostCommand::decode(text) else {
                panic!("{text}");
            };
            assert_eq!(may_take_focus, expected, "{text}");
        }
    }

    #[test]
    fn configuration_has_its_defaults() {
        let empty = config("null");
        assert!(empty.is_token_persisted);
        assert_eq!((empty.theme, empty.mode), (Theme::Light, Mode::Websocket));
        let given = config(
            r#"{"theme":"dark","persistChatToken":"false","chatMode":"heartbeat","sound":""}"#,
        );
        assert!(!given.is_token_persisted);
        assert_eq!((given.theme, given.mode), (Theme::Dark, Mode::Heartbeat));
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
            match HostCommand::decode(&text) {
                Some(HostCommand::Initialize { look, .. }) => look,
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
        let Some(HostCommand::Open {
            page: Some(page), ..
        }) = HostCommand::decode(&text)
        else {
            panic!("no page");
        };
        assert_eq!(page.title.chars().count(), PAGE_CHARS_MAX);
    }

    #[test]
    fn who_is_signed_in_may_be_nobody() {
        let decode = |text: &str| HostCommand::decode(text).unwrap();
        assert_eq!(
            decode(r#"{"event":"loginChanged","detail":null}"#),
            HostCommand::LoginChanged { id_token: None }
        );
        assert_eq!(
            decode(r#"{"event":"logout","detail":{"a":1}}"#),
            HostCommand::Logout
        );
        assert_eq!(
            decode(r#"{"event":"upgradeAnonChat","detail":{"id_token":"t"}}"#),
            HostCommand::UpgradeAnonymous {
                id_token: Some("t".to_owned())
            }
        );
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
            assert_eq!(HostCommand::decode(text), None, "{text}");
        }
    }

    #[test]
    fn events_are_what_the_launcher_reads() {
        let error = Some("a\"b".to_owned());
        for (event, text) in [
            (HostEvent::Ready, r#"{"event":"ready","detail":null}"#),
            (
                HostEvent::Unread { count: 3 },
                r#"{"event":"unread","detail":{"count":3}}"#,
            ),
            (HostEvent::Close, r#"{"event":"close","detail":null}"#),
            (HostEvent::Open, r#"{"event":"open","detail":null}"#),
            (
                HostEvent::InProgress { is_on: true },
                r#"{"event":"inProgress","detail":{"on":true}}"#,
            ),
            (
                HostEvent::UpgradeResult { error: None },
                r#"{"event":"upgradeAnonChat","detail":{"success":true}}"#,
            ),
            (
                HostEvent::UpgradeResult { error },
                r#"{"event":"upgradeAnonChat","detail":{"success":false,"error":"a\"b"}}"#,
            ),
        ] {
            assert_eq!(event.encode(), text);
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
                HostCommand::decode(&format!(r#"{{"event":"{event}"}}"#)).is_some(),
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
    fn both_scripts_speak_one_version() {
        let version = |script: &str| {
            let (_, rest) = script.split_once("const VERSION = ").unwrap();
            rest.split(';').next().unwrap().to_owned()
        };
        assert_eq!(version(LAUNCHER), version(BOOT));
    }
}
