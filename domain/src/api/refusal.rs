//! Every way in which the answer can be no.
//!
//! Invariant: a refusal is data. Pages turn it into a sentence that says what to do; the server
//! never sends sentences.

use crate::text::{DisplayName, Reason};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

// Words are read by hand: derived, a dozen of them cost the chat frame more than a loop over them.
macro_rules! words {
    ($(#[$of:meta])* $kind:ident { $($(#[$doc:meta])* $name:ident = $word:literal;)* }) => {
        $(#[$of])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $kind { $($(#[$doc])* $name,)* }

        impl $kind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }

        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $kind {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $kind {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = String::deserialize(deserializer)?;
                let found = Self::ALL.iter().find(|own| own.as_str() == word);
                found.copied().ok_or_else(|| de::Error::custom("no such word"))
            }
        }
    };
}

words! {
    /// A field of a form.
    #[expect(missing_docs, reason = "each is the field of that name")]
    Field {
        Text = "text";
        Name = "name";
        Email = "email";
        Password = "password";
        Colour = "colour";
        Greeting = "greeting";
        Team = "team";
        Members = "members";
        Origins = "origins";
        Mappings = "mappings";
        Secret = "secret";
        FieldName = "field_name";
        Label = "label";
        Wait = "wait";
        Address = "address";
        File = "file";
        Teasers = "teasers";
        Notification = "notification";
        Texts = "texts";
        Flow = "flow";
        Hours = "hours";
        Rules = "rules";
        Picture = "picture";
        Look = "look";
        Halo = "halo";
        Step = "step";
        Zone = "zone";
    }
}

words! {
    /// Why a host page's token proves nothing. The word is what the host page hears.
    TokenDefect {
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
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
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
    /// The chat profile lets visitors send no files.
    #[error("no files here")]
    FilesUnwelcome,
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
    /// The chat profile takes no new conversations, or none of somebody who has not proved who they
    /// are.
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
