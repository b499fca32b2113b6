//! Typed ids. Each prints with a prefix of three letters, so a log line explains itself.
//!
//! Invariant: an id is made from a time and randomness that the caller brings.

use crate::time::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;

/// Crockford's base 32: no I, L, O, U, so that an id survives being read aloud.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 128 bits in base 32.
const BODY_CHARS: usize = 26;

/// A text that is not an id of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id of this kind")]
pub struct NotAnId;

fn body(value: u128) -> String {
    (0..BODY_CHARS)
        .rev()
        .map(|place| {
            let digit = (value >> (place * 5)) & 31;
            usize::try_from(digit)
                .ok()
                .and_then(|at| ALPHABET.get(at))
                .map_or('0', |c| *c as char)
        })
        .collect()
}

fn is_body(text: &str) -> bool {
    text.len() == BODY_CHARS && text.bytes().all(|byte| ALPHABET.contains(&byte))
}

/// 48 bits of time, then 80 bits of `entropy`: ids sort by their birth.
fn value(at: Timestamp, entropy: [u8; 10]) -> u128 {
    let time = u128::from(at.ms().max(0).unsigned_abs() & 0xFFFF_FFFF_FFFF);
    entropy
        .iter()
        .fold(time, |value, byte| (value << 8) | u128::from(*byte))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// What every id of this kind begins with.
            pub const PREFIX: &'static str = concat!($prefix, "_");

            /// A new id, born `at`, made unguessable by `entropy`.
            pub fn new(at: Timestamp, entropy: [u8; 10]) -> Self {
                Self::from_value(value(at, entropy))
            }

            /// The id that stands for these 128 bits.
            pub fn from_value(value: u128) -> Self {
                Self(format!("{}{}", Self::PREFIX, body(value)))
            }

            /// Reads an id.
            ///
            /// # Errors
            /// [`NotAnId`] when prefix, length or alphabet differ.
            pub fn parse(text: &str) -> Result<Self, NotAnId> {
                match text.strip_prefix(Self::PREFIX) {
                    Some(body) if is_body(body) => Ok(Self(text.to_owned())),
                    _ => Err(NotAnId),
                }
            }

            /// The id as it is written.
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

ids! {
    /// One conversation. Made by the visitor's browser.
    ConversationId = "cnv";
    /// What a client calls a command before the server has answered; a repeat carries it again.
    ClientId = "cli";
    /// A visitor. Follows from the visitor's token.
    VisitorId = "vis";
    /// An agent.
    AgentId = "agt";
    /// A team.
    TeamId = "tea";
    /// A chat profile. Host pages know it as `configId`.
    ProfileId = "prf";
    /// A flow: a bot dialogue with its versions.
    FlowId = "flw";
    /// A file that somebody sent. Made by the sender's browser.
    AttachmentId = "att";
    /// A picture that stands for somebody or for a website: public, and never another one.
    PictureId = "pic";
    /// A person whom a host page vouches for.
    ContactId = "con";
    /// A field of conversations that an admin made.
    FieldId = "fld";
    /// A program that may use the public API.
    ApiClientId = "apc";
    /// A session: one signed-in browser of an agent.
    SessionId = "ses";
}

/// The secret of a visitor's browser: 256 bits as 64 hexadecimal digits. The server keeps only
/// its hash. Not printable by accident: `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct VisitorToken(String);

impl VisitorToken {
    /// The token that stands for these 256 bits.
    pub fn new(entropy: [u8; 32]) -> Self {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let digit = |nibble: u8| HEX.get(usize::from(nibble)).map_or('0', |c| *c as char);
        Self(
            entropy
                .iter()
                .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
                .collect(),
        )
    }

    /// Reads a token.
    ///
    /// # Errors
    /// [`NotAnId`] unless it is 64 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, NotAnId> {
        let is_token = text.len() == 64
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        if is_token {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnId)
        }
    }

    /// The secret itself: for storage in the visitor's browser and for hashing, nothing else.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for VisitorToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VisitorToken(hidden)")
    }
}

impl<'de> Deserialize<'de> for VisitorToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

/// The number of an entry in its conversation, counted from 1 without holes; 0 is "none yet".
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seq(u32);

impl Seq {
    /// Before the first entry.
    pub const NONE: Self = Self(0);

    /// The number `n`.
    pub const fn new(n: u32) -> Self {
        Self(n)
    }

    /// The bare number.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The number after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The number before this one; 0 has none and stays 0.
    #[must_use]
    pub const fn before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_birth_and_read_back() {
        let early = ConversationId::new(Timestamp::from_ms(1), [255; 10]);
        let late = ConversationId::new(Timestamp::from_ms(2), [0; 10]);
        assert!(early < late);
        assert_eq!(ConversationId::parse(early.as_str()), Ok(early.clone()));
        assert_eq!(AgentId::parse(early.as_str()), Err(NotAnId));
        assert_eq!(ConversationId::parse("cnv_1"), Err(NotAnId));
        assert_eq!(
            ConversationId::parse(&early.as_str().to_lowercase()),
            Err(NotAnId)
        );
    }

    #[test]
    fn a_token_hides_in_debug_output_and_is_strict() {
        let token = VisitorToken::new([0xAB; 32]);
        assert_eq!(token.secret().len(), 64);
        assert!(!format!("{token:?}").contains("ab"));
        assert_eq!(VisitorToken::parse(token.secret()), Ok(token));
        assert_eq!(VisitorToken::parse(&"G".repeat(64)), Err(NotAnId));
    }
}
