//! Every way in which the answer can be no.
//!
//! Invariant: a refusal is data. Pages turn it into a sentence that says what to do; the server
//! never sends sentences.

use crate::text::{DisplayName, Reason};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// A field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the field of that name")]
pub enum Field {
    Text,
    Name,
    Email,
    Password,
    Colour,
    Greeting,
    Team,
    Members,
    Origins,
    Mappings,
    Secret,
}

macro_rules! defects {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        /// Why a host page's token proves nothing. The word is what the host page hears.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum TokenDefect { $($(#[$doc])* $name,)* }

        impl TokenDefect {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }
    };
}

defects! {
    /// The chat profile reads no tokens, or has no secret yet.
    NotEnabled = "not_enabled";
    /// It is no signed token, or one of its registered claims is of another type.
    Malformed = "malformed";
    /// It is signed in another way than the chat profile asks for.
    WrongAlgorithm = "wrong_algorithm";
    /// It is not signed with the chat profile's secret.
    BadSignature = "bad_signature";
    /// It says nothing of when it expires, and must.
    NoExpiry = "no_expiry";
    /// It was good until some time ago.
    Expired = "expired";
    /// It will be good some time from now.
    NotYetValid = "not_yet_valid";
    /// Nothing in it tells this person apart: the subject, or the e-mail address, is missing.
    NoSubject = "no_subject";
    /// The data it points to is gone, was used, or never was.
    NoMatchingData = "no_matching_data";
}

impl fmt::Display for TokenDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for TokenDefect {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

// By hand: derived, a dozen words cost the widget more than this loop over them.
impl<'de> Deserialize<'de> for TokenDefect {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        let found = Self::ALL.iter().find(|defect| defect.as_str() == word);
        found
            .copied()
            .ok_or_else(|| de::Error::custom("no such defect"))
    }
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Nobody is signed in, or the visitor's token is missing.
    #[error("unauthorized")]
    Unauthorized,
    /// E-mail address and password do not fit, or the agent is deactivated. Never says which.
    #[error("wrong e-mail address or password")]
    WrongPassword,
    /// Signed in, but this is not theirs to do.
    #[error("forbidden")]
    Forbidden,
    /// There is no such thing, or none that the sender may know of.
    #[error("not found")]
    NotFound,
    /// A field cannot be as it is.
    #[error("{field:?}: {reason}")]
    Invalid {
        /// Which.
        field: Field,
        /// Why.
        reason: Reason,
    },
    /// Somebody else saved meanwhile.
    #[error("changed meanwhile")]
    Changed,
    /// The conversation has ended.
    #[error("the conversation has ended")]
    ConversationClosed,
    /// Somebody else was quicker.
    #[error("already taken")]
    AlreadyTaken {
        /// Who.
        by: DisplayName,
    },
    /// This agent answers the conversation already.
    #[error("already joined")]
    AlreadyJoined,
    /// The agent has to join first.
    #[error("not joined")]
    NotJoined,
    /// The host page's token proves nothing.
    #[error("token: {defect}")]
    BadToken {
        /// Why.
        defect: TokenDefect,
    },
    /// The conversation is somebody else's already.
    #[error("identified already")]
    AlreadyIdentified,
    /// Too often.
    #[error("too many, again in {retry_after_ms} ms")]
    TooMany {
        /// When to try again, in milliseconds from now.
        retry_after_ms: u64,
    },
    /// A frame, body or list is larger than allowed.
    #[error("too large")]
    TooLarge,
    /// The request comes from a page of another origin.
    #[error("foreign origin")]
    ForeignOrigin,
    /// No chat profile has this id and key.
    #[error("wrong id or key of the chat profile")]
    WrongKey,
    /// The chat profile takes no new conversations.
    #[error("the chat profile is not active")]
    ProfileInactive,
    /// The page is older than the server understands.
    #[error("outdated")]
    Outdated,
    /// The request is not of the form that the server understands.
    #[error("malformed")]
    Malformed,
    /// The last admin has to stay.
    #[error("the last active admin")]
    LastAdmin,
    /// The team serves a chat profile and would have nobody left; ask again with confirmation.
    #[error("nobody would serve the chat profile")]
    TeamServes {
        /// The profile that would stand alone.
        profile: DisplayName,
    },
    /// The database takes no writes just now. Nothing is known to be done: send again.
    #[error("unavailable")]
    Unavailable {
        /// When to try again, in milliseconds from now.
        retry_after_ms: u64,
    },
    /// Our fault. The log has more under this id.
    #[error("internal, request {request}")]
    Internal {
        /// The id of the request.
        request: String,
    },
}

/// What a refusal may say besides its word.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Details {
    field: Option<Field>,
    reason: Option<Reason>,
    by: Option<DisplayName>,
    profile: Option<DisplayName>,
    retry_after_ms: Option<u64>,
    request: Option<String>,
    defect: Option<TokenDefect>,
}

impl Details {
    /// The refusal of this word with these details; `None` when some are missing.
    fn under(self, word: &str) -> Option<Refusal> {
        Some(match word {
            "unauthorized" => Refusal::Unauthorized,
            "wrong_password" => Refusal::WrongPassword,
            "forbidden" => Refusal::Forbidden,
            "not_found" => Refusal::NotFound,
            "invalid" => Refusal::Invalid {
                field: self.field?,
                reason: self.reason?,
            },
            "changed" => Refusal::Changed,
            "conversation_closed" => Refusal::ConversationClosed,
            "already_taken" => Refusal::AlreadyTaken { by: self.by? },
            "already_joined" => Refusal::AlreadyJoined,
            "not_joined" => Refusal::NotJoined,
            "bad_token" => Refusal::BadToken {
                defect: self.defect?,
            },
            "already_identified" => Refusal::AlreadyIdentified,
            "too_many" => Refusal::TooMany {
                retry_after_ms: self.retry_after_ms?,
            },
            "too_large" => Refusal::TooLarge,
            "foreign_origin" => Refusal::ForeignOrigin,
            "wrong_key" => Refusal::WrongKey,
            "profile_inactive" => Refusal::ProfileInactive,
            "outdated" => Refusal::Outdated,
            "malformed" => Refusal::Malformed,
            "last_admin" => Refusal::LastAdmin,
            "team_serves" => Refusal::TeamServes {
                profile: self.profile?,
            },
            "unavailable" => Refusal::Unavailable {
                retry_after_ms: self.retry_after_ms?,
            },
            "internal" => Refusal::Internal {
                request: self.request?,
            },
            _ => return None,
        })
    }
}

/// A word, or a word with its details behind it.
struct Words;

impl<'de> de::Visitor<'de> for Words {
    type Value = Refusal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a refusal")
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Refusal, E> {
        let refusal = Details::default().under(word);
        refusal.ok_or_else(|| E::custom("no such refusal"))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Refusal, A::Error> {
        let wrong = || de::Error::custom("no such refusal");
        let (word, details) = map.next_entry::<String, Details>()?.ok_or_else(wrong)?;
        match map.next_key::<String>()? {
            None => details.under(&word).ok_or_else(wrong),
            Some(_) => Err(wrong()),
        }
    }
}

// By hand: derived, with a reader for every variant, this enum alone took a thirtieth of the
// widget's WebAssembly.
impl<'de> Deserialize<'de> for Refusal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Words)
    }
}

impl Refusal {
    /// Whether the same thing sent again, later, may well be done: an outbox keeps it and tries
    /// again by itself.
    pub fn is_transient(&self) -> bool {
        self.retry_after_ms().is_some() || matches!(self, Self::Internal { .. })
    }

    /// When to try again, in milliseconds from now; `None` when that would not help.
    pub fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::TooMany { retry_after_ms } | Self::Unavailable { retry_after_ms } => {
                Some(*retry_after_ms)
            }
            _ => None,
        }
    }
}
