//! The texts a visitor may read, for whoever writes their own.

use super::Endpoint;
use crate::settings::Language;
use serde::{Deserialize, Serialize};

/// Every text that a visitor may read, in one language, in our words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadTexts {
    /// In which.
    pub language: Language,
}

/// A text that a visitor may read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownText {
    /// An area and a name, such as `widget.ended`.
    pub key: String,
    /// Our words.
    pub text: String,
}

impl Endpoint for ReadTexts {
    const NAME: &'static str = "read_texts";
    type Reply = Vec<KnownText>;
}
