//! Texts that were checked once and stay checked: the same rule in the browser and on the server.
//!
//! Invariant: no text holds U+0000, and every length is counted in characters.

use crate::limit;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nothing but white space.
    #[error("empty")]
    Empty,
    /// More characters than allowed.
    #[error("longer than {max} characters")]
    TooLong {
        /// How many characters are allowed.
        max: usize,
    },
    /// Fewer characters than needed.
    #[error("shorter than {min} characters")]
    TooShort {
        /// How many characters are needed.
        min: usize,
    },
    /// Holds U+0000, which no text may.
    #[error("holds a forbidden character")]
    Forbidden,
    /// Not of the form that is asked for (an address without "@", a colour that is none).
    #[error("not of the form that is asked for")]
    Form,
    /// Somebody else has it already.
    #[error("taken")]
    Taken,
}

/// Characters of a text as every limit counts them.
pub fn chars(text: &str) -> usize {
    text.chars().count()
}

/// How many more characters a message may have; negative when it has too many.
pub fn message_room(text: &str) -> isize {
    let have = isize::try_from(chars(text.trim())).unwrap_or(isize::MAX);
    isize::try_from(limit::MESSAGE_CHARS_MAX)
        .unwrap_or(isize::MAX)
        .saturating_sub(have)
}

fn parsed(text: &str, max: usize) -> Result<String, Reason> {
    let text = text.trim();
    if text.is_empty() {
        Err(Reason::Empty)
    } else if text.contains('\0') {
        Err(Reason::Forbidden)
    } else if chars(text) > max {
        Err(Reason::TooLong { max })
    } else {
        Ok(text.to_owned())
    }
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident by $parse:expr;)*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Reads and trims a text.
            ///
            /// # Errors
            /// The [`Reason`] it is refused for.
            pub fn parse(text: &str) -> Result<Self, Reason> {
                let parse: fn(&str) -> Result<String, Reason> = $parse;
                parse(text).map(Self)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(de::Error::custom)
            }
        }
    )* };
}

texts! {
    /// A message or note: 1 to [`limit::MESSAGE_CHARS_MAX`] characters. It is data, never markup.
    MessageText by |text| parsed(text, limit::MESSAGE_CHARS_MAX);
    /// The name of a person, a team or a profile: 1 to [`limit::NAME_CHARS_MAX`] characters.
    /// Show it through [`shown`].
    DisplayName by |text| parsed(text, limit::NAME_CHARS_MAX);
    /// The first line a visitor reads: 1 to [`limit::GREETING_CHARS_MAX`] characters.
    Greeting by |text| parsed(text, limit::GREETING_CHARS_MAX);
    /// What stands beside the closed bubble: 1 to [`limit::TEASER_CHARS_MAX`] characters.
    Teaser by |text| parsed(text, limit::TEASER_CHARS_MAX);
    /// A text in the place of one of ours: 1 to [`limit::GREETING_CHARS_MAX`] characters.
    WordingText by |text| parsed(text, limit::GREETING_CHARS_MAX);
    /// What is new in a version of a flow: 1 to [`limit::FLOW_NOTE_CHARS_MAX`] characters.
    FlowNote by |text| parsed(text, limit::FLOW_NOTE_CHARS_MAX);
    /// The pages a teaser stands on: a path, or an address with its origin, in which `*` is any
    /// text. Begins with `/`, `*`, `http://` or `https://`.
    UrlPattern by url_pattern;
    /// An e-mail address, the letters of ASCII in lower case: one "@" with something on both sides, no white space.
    EmailAddress by email;
    /// What is known of a contact or conversation, in one field: 1 to [`limit::FIELD_CHARS_MAX`]
    /// characters.
    FieldText by |text| parsed(text, limit::FIELD_CHARS_MAX);
    /// The name of a custom field: `CF` and 1 to [`limit::FIELD_NAME_CHARS_MAX`] letters, digits
    /// or underscores of ASCII.
    FieldName by field_name;
    /// An address on the web, or one that is relative to a page: nothing with another scheme than
    /// `http` or `https`. At most [`limit::PAGE_URL_CHARS_MAX`] characters.
    WebAddress by web_address;
    /// What a file is called: 1 to [`limit::FILE_NAME_CHARS_MAX`] characters, no path and no
    /// control character. Show it through [`shown`].
    FileName by file_name;
    /// A word by which another system names something: 1 to [`limit::FOREIGN_WORD_CHARS_MAX`]
    /// characters, none of them white space or control characters.
    ForeignWord by foreign_word;
    /// A colour as `#` and six hexadecimal digits.
    Colour by colour;
}

impl FileName {
    /// The name of a file as a browser says it, made to be one: without its path, without control
    /// characters, its middle cut so that the ending stays.
    pub fn claimed(name: &str) -> Self {
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let chars: Vec<char> = name.trim().chars().filter(|c| !c.is_control()).collect();
        let (max, end) = (limit::FILE_NAME_CHARS_MAX, FILE_NAME_END_CHARS);
        let name: String = if chars.len() > max {
            let tail = chars.iter().skip(chars.len().saturating_sub(end));
            chars
                .iter()
                .take(max - end - 1)
                .chain([&'…'])
                .chain(tail)
                .collect()
        } else {
            chars.iter().collect()
        };
        Self::parse(&name).unwrap_or_else(|_| Self("file".to_owned()))
    }
}

/// Characters at the end of a long name of a file that are never cut.
const FILE_NAME_END_CHARS: usize = 20;

impl Colour {
    /// Whether white text can be read on it: a contrast of 4.5 (WCAG 2.2, 1.4.3) asks for a
    /// luminance of at most 1.05 / 4.5 - 0.05. Where white cannot, black can.
    pub fn has_room_for_white(&self) -> bool {
        let channel = |from: usize| {
            let digits = self.0.get(from..from.saturating_add(2)).unwrap_or_default();
            let value = u16::from_str_radix(digits, 16).unwrap_or_default();
            // The curve of sRGB within half a percent, without the power function's kilobytes.
            let x = f32::from(value) / 255.0;
            x * x * (0.7 + 0.3 * x)
        };
        let luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
        luminance <= 0.1833
    }
}

fn foreign_word(text: &str) -> Result<String, Reason> {
    let text = parsed(text, limit::FOREIGN_WORD_CHARS_MAX)?;
    let is_word = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    is_word.then_some(text).ok_or(Reason::Form)
}

fn email(text: &str) -> Result<String, Reason> {
    // The letters of other alphabets cost the widget tables of 13 kB.
    let text = parsed(text, limit::EMAIL_CHARS_MAX)?.to_ascii_lowercase();
    let is_address = matches!(text.split_once('@'), Some((local, host))
        if !local.is_empty() && !host.is_empty() && !host.contains('@'));
    let is_plain = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    if is_address && is_plain {
        Ok(text)
    } else {
        Err(Reason::Form)
    }
}

fn field_name(text: &str) -> Result<String, Reason> {
    let text = parsed(text, limit::FIELD_NAME_CHARS_MAX + 2)?;
    let is_word = |rest: &str| {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        !rest.is_empty() && rest.bytes().all(is_part)
    };
    if text.strip_prefix("CF").is_some_and(is_word) {
        Ok(text)
    } else {
        Err(Reason::Form)
    }
}

fn web_address(text: &str) -> Result<String, Reason> {
    let text = parsed(text, limit::PAGE_URL_CHARS_MAX)?;
    let scheme = text.split(['/', '?', '#']).next().unwrap_or_default();
    let is_web = matches!(scheme, "https:" | "http:") || !scheme.contains(':');
    if is_web && !text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        Ok(text)
    } else {
        Err(Reason::Form)
    }
}

fn url_pattern(text: &str) -> Result<String, Reason> {
    let text = parsed(text, limit::PAGE_URL_CHARS_MAX)?;
    let is_address = ["/", "*", "http://", "https://"]
        .iter()
        .any(|begin| text.starts_with(begin));
    if is_address && !text.contains('#') && !text.chars().any(char::is_whitespace) {
        Ok(text)
    } else {
        Err(Reason::Form)
    }
}

fn file_name(text: &str) -> Result<String, Reason> {
    let text = parsed(text, limit::FILE_NAME_CHARS_MAX)?;
    if text
        .chars()
        .any(|c| c.is_control() || matches!(c, '/' | '\\'))
    {
        Err(Reason::Form)
    } else {
        Ok(text)
    }
}

fn colour(text: &str) -> Result<String, Reason> {
    // Only these letters can be digits; the other alphabets' cost the widget a table of 11 kB.
    let text = parsed(text, 7)?.to_ascii_lowercase();
    let is_colour = matches!(text.strip_prefix('#'), Some(digits)
        if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if is_colour {
        Ok(text)
    } else {
        Err(Reason::Form)
    }
}

impl MessageText {
    /// What stands where there is nothing to say.
    pub fn ellipsis() -> Self {
        Self(ELLIPSIS.to_owned())
    }
}

impl DisplayName {
    /// What stands where there is no name.
    pub fn ellipsis() -> Self {
        Self(ELLIPSIS.to_owned())
    }
}

const ELLIPSIS: &str = "…";

macro_rules! secrets {
    ($($(#[$doc:meta])* $name:ident by $parse:expr;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes a secret as it is.
            ///
            /// # Errors
            /// The [`Reason`] it is refused for.
            pub fn parse(text: &str) -> Result<Self, Reason> {
                let parse: fn(&str) -> Result<String, Reason> = $parse;
                parse(text).map(Self)
            }

            /// The secret itself.
            pub fn secret(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(hidden)"))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(de::Error::custom)
            }
        }
    )* };
}

secrets! {
    /// A password while it travels: never printed, never stored; nothing is trimmed.
    /// [`limit::PASSWORD_CHARS_MIN`] to [`limit::PASSWORD_CHARS_MAX`] characters.
    Password by password;
    /// A host page's proof of who its visitor is, while it travels: read by the server alone,
    /// never printed, never stored. At most [`limit::ID_TOKEN_CHARS_MAX`] characters.
    IdToken by |text| parsed(text, limit::ID_TOKEN_CHARS_MAX);
    /// What a host's server signs such proofs with: at most [`limit::SECRET_CHARS_MAX`]
    /// characters, whose UTF-8 is the key. How many it needs, the algorithm says.
    /// White space around it is refused, as nobody sees it and it would be part of the key.
    TokenSecret by |text| match parsed(text, limit::SECRET_CHARS_MAX)? {
        secret if secret == text => Ok(secret),
        _ => Err(Reason::Form),
    };
}

fn password(text: &str) -> Result<String, Reason> {
    let (min, max) = (limit::PASSWORD_CHARS_MIN, limit::PASSWORD_CHARS_MAX);
    if chars(text) < min {
        Err(Reason::TooShort { min })
    } else if chars(text) > max {
        Err(Reason::TooLong { max })
    } else if text.contains('\0') {
        Err(Reason::Forbidden)
    } else {
        Ok(text.to_owned())
    }
}

/// The first `max` characters of `text` without U+0000: for texts that are worth keeping in
/// part (the title of a host page) rather than refusing.
pub fn cut(text: &str, max: usize) -> String {
    text.trim()
        .chars()
        .filter(|c| *c != '\0')
        .take(max)
        .collect()
}

/// `text` with every character that a reader could not see, or that could turn the reading
/// direction of its surroundings, written out as its number in brackets. A name may hold such
/// characters; nobody may be deceived by them.
pub fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            out.push('[');
            out.push_str("U+");
            push_hex(&mut out, u32::from(c));
            out.push(']');
        } else {
            out.push(c);
        }
    }
    out
}

/// Written by hand because the formatter of the standard library costs the widget kilobytes.
fn push_hex(out: &mut String, value: u32) {
    for place in (0..if value > 0xFFFF { 6 } else { 4 }).rev() {
        let digit = (value >> (place * 4)) & 15;
        out.push(
            char::from_digit(digit, 16)
                .unwrap_or('0')
                .to_ascii_uppercase(),
        );
    }
}

/// Control characters, zero-width characters but the joiner that emoji need, and the characters
/// that override or isolate the reading direction (Unicode TR 9, section 2).
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}' | '\u{200C}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}'
            | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{061C}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_trimmed_counted_in_characters_and_refused_with_a_reason() {
        let check = |text: &str, want: Result<&str, Reason>| {
            assert_eq!(
                MessageText::parse(text).as_ref().map(MessageText::as_str),
                want.as_ref().copied()
            );
        };
        check("  hello\n", Ok("hello"));
        check(" \n\t", Err(Reason::Empty));
        check("a\0b", Err(Reason::Forbidden));
        let full = "🙂".repeat(limit::MESSAGE_CHARS_MAX);
        check(&full, Ok(&full));
        check(
            &format!("{full}x"),
            Err(Reason::TooLong {
                max: limit::MESSAGE_CHARS_MAX,
            }),
        );
        assert_eq!(message_room(&full), 0);
        assert_eq!(message_room(&format!("{full}x")), -1);
    }

    #[test]
    fn addresses_and_colours_have_their_form() {
        assert_eq!(
            EmailAddress::parse(" Ann@Example.com ").unwrap().as_str(),
            "ann@example.com"
        );
        for bad in ["ann", "@x", "a@", "a@b@c", "a b@c", "a@b\u{7}"] {
            assert_eq!(EmailAddress::parse(bad), Err(Reason::Form), "{bad}");
        }
        assert_eq!(Colour::parse("#0A6CFF").unwrap().as_str(), "#0a6cff");
        for bad in ["red;}", "#12345", "#12345g", "123456#"] {
            assert!(Colour::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn white_is_written_only_where_it_can_be_read() {
        for (colour, is_white) in [
            ("#000000", true),
            ("#ffffff", false),
            ("#4b50c8", true),
            ("#ffcc00", false),
            ("#767676", true),
            ("#787878", false),
        ] {
            let colour = Colour::parse(colour).unwrap();
            assert_eq!(colour.has_room_for_white(), is_white, "{colour}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        assert_eq!(shown("Ann\u{202E}gpj"), "Ann[U+202E]gpj");
        assert_eq!(shown("a\u{7}b"), "a[U+0007]b");
        assert_eq!(shown("👩\u{200D}💻"), "👩\u{200D}💻");
        assert_eq!(shown("مرحبا"), "مرحبا");
    }

    #[test]
    fn a_password_is_never_printed() {
        let password = Password::parse("correct horse").unwrap();
        assert!(!format!("{password:?}").contains("horse"));
        assert!(matches!(
            Password::parse("short"),
            Err(Reason::TooShort { .. })
        ));
    }
}
