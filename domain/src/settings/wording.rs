//! What a chat profile says beside its greeting: in which language, in whose words, and what it
//! says on the page before anybody has opened the chat.
//!
//! Invariant: texts are data; which keys there are, the pages know, and an unknown one says
//! nothing.

use super::Language;
use crate::limit;
use crate::text::{Reason, Teaser, UrlPattern, WordingText};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a chat profile says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wording {
    /// The language of its texts; `None` is the visitor's own, as far as it is here.
    pub language: Option<Language>,
    /// Stands beside the closed bubble on every page that has no teaser of its own.
    pub notification: Option<Teaser>,
    /// What stands there on certain pages. The first that fits counts.
    pub teasers: Vec<PageTeaser>,
    /// Texts of its own in the place of ours.
    pub texts: Vec<OwnText>,
}

/// What stands beside the bubble on certain pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageTeaser {
    /// On which.
    pub url: UrlPattern,
    /// What.
    pub text: Teaser,
}

/// A text in the place of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnText {
    /// In which language.
    pub language: Language,
    /// Which: an area and a name, such as `widget.ended`.
    pub key: String,
    /// What is said instead.
    pub text: WordingText,
}

impl Wording {
    /// The wording, if it can be one.
    ///
    /// # Errors
    /// [`Reason::TooLong`] for more teasers or texts than may be; [`Reason::Taken`] when a text is
    /// there twice.
    pub fn checked(&self) -> Result<(), Reason> {
        for (have, max) in [
            (self.teasers.len(), limit::TEASERS_MAX),
            (self.texts.len(), limit::OWN_TEXTS_MAX),
        ] {
            if have > max {
                return Err(Reason::TooLong { max });
            }
        }
        let mut seen = BTreeSet::new();
        let is_twice = |text: &OwnText| !seen.insert((text.language, text.key.clone()));
        if self.texts.iter().any(is_twice) {
            return Err(Reason::Taken);
        }
        Ok(())
    }

    /// Its own texts in this language, by key.
    pub fn texts_in(&self, language: Language) -> impl Iterator<Item = (&str, &str)> {
        self.texts
            .iter()
            .filter(move |own| own.language == language)
            .map(|own| (own.key.as_str(), own.text.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(language: Language, key: &str) -> OwnText {
        OwnText {
            language,
            key: key.to_owned(),
            text: WordingText::parse("Bye").unwrap(),
        }
    }

    #[test]
    fn a_text_stands_once_in_each_language() {
        let of = |texts| Wording {
            texts,
            ..Wording::default()
        };
        let both = of(vec![own(Language::En, "a.b"), own(Language::De, "a.b")]);
        assert_eq!(both.checked(), Ok(()));
        assert_eq!(
            both.texts_in(Language::De).collect::<Vec<_>>(),
            [("a.b", "Bye")]
        );
        let twice = of(vec![own(Language::En, "a.b"), own(Language::En, "a.b")]);
        assert_eq!(twice.checked(), Err(Reason::Taken));
        let many = of(vec![own(Language::En, "a.b"); limit::OWN_TEXTS_MAX + 1]);
        assert!(matches!(many.checked(), Err(Reason::TooLong { .. })));
        assert_eq!(
            serde_json::from_str::<Wording>("{}").unwrap(),
            Wording::default()
        );
    }
}
