//! What a chat profile says beside its greeting: in which language, in whose words, and what it
//! says on the page before anybody has opened the chat.
//!
//! Invariant: texts are data; which keys there are, the pages know, and an unknown one says
//! nothing.

use super::{Language, Translation};
use crate::date::Date;
use crate::limit;
use crate::text::{DisplayName, Reason, Teaser, UrlPattern, WordingText};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a chat profile says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is its own question; no two exclude each other"
)]
pub struct Wording {
    /// The language of its texts; `None` is the visitor's own, as far as it is here.
    pub language: Option<Language>,
    /// What visitors read in the place of agents' names; `None` is the names.
    pub agent_name: Option<DisplayName>,
    /// Stands beside the closed bubble on every page that has no teaser of its own.
    pub notification: Option<Teaser>,
    /// What stands there on certain pages. The first that fits counts.
    pub teasers: Vec<PageTeaser>,
    /// Texts of its own in the place of ours.
    pub texts: Vec<OwnText>,
    /// What the profile says of its own, in other languages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// What the window says on certain days. The first that is for a day counts.
    pub banners: Vec<Banner>,
    /// Whether visitors are asked at the end how it was.
    pub is_rating_asked: bool,
    /// Whether they may add a comment to that.
    pub is_comment_asked: bool,
    /// Whether they are offered a copy by e-mail.
    pub is_copy_offered: bool,
    /// Whether they are asked for an e-mail address while nobody is there.
    pub is_address_asked: bool,
}

impl Default for Wording {
    fn default() -> Self {
        Self {
            language: None,
            agent_name: None,
            notification: None,
            teasers: Vec::new(),
            texts: Vec::new(),
            translations: Vec::new(),
            banners: Vec::new(),
            is_rating_asked: true,
            is_comment_asked: true,
            is_copy_offered: true,
            is_address_asked: true,
        }
    }
}

/// What the window says on certain days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Banner {
    /// What.
    pub text: WordingText,
    /// The first of them; `None` is ever since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last of them; `None` is from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl Banner {
    /// Whether it is for this day.
    pub fn is_for(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
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
    /// [`Reason::TooLong`] for more teasers, texts or banners than may be; [`Reason::Taken`] when a
    /// text is there twice; [`Reason::Form`] when a banner ends before it begins.
    pub fn checked(&self) -> Result<(), Reason> {
        for (have, max) in [
            (self.teasers.len(), limit::TEASERS_MAX),
            (self.texts.len(), limit::OWN_TEXTS_MAX),
            (self.banners.len(), limit::BANNERS_MAX),
        ] {
            if have > max {
                return Err(Reason::TooLong { max });
            }
        }
        let is_backwards =
            |banner: &Banner| banner.from.zip(banner.until).is_some_and(|(a, b)| a > b);
        if self.banners.iter().any(is_backwards) {
            return Err(Reason::Form);
        }
        let mut seen = BTreeSet::new();
        let is_twice = |text: &OwnText| !seen.insert((text.language, text.key.clone()));
        if self.texts.iter().any(is_twice) {
            return Err(Reason::Taken);
        }
        Ok(())
    }

    /// What the window says on this day.
    pub fn banner(&self, day: Date) -> Option<&WordingText> {
        let banner = self.banners.iter().find(|banner| banner.is_for(day))?;
        Some(&banner.text)
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

    #[test]
    fn the_first_banner_that_is_for_a_day_counts() {
        let day = |day| Date::new(2026, 12, day).unwrap();
        let banner = |text: &str, from: Option<u8>, until: Option<u8>| Banner {
            text: WordingText::parse(text).unwrap(),
            from: from.map(day),
            until: until.map(day),
        };
        let of = |banners| Wording {
            banners,
            ..Wording::default()
        };
        let wording = of(vec![
            banner("closed", Some(24), Some(26)),
            banner("late", Some(20), None),
            banner("soon", None, Some(10)),
        ]);
        assert_eq!(wording.checked(), Ok(()));
        let said = |on| wording.banner(day(on)).map(WordingText::as_str);
        let all = [
            (10, Some("soon")),
            (11, None),
            (20, Some("late")),
            (24, Some("closed")),
            (26, Some("closed")),
            (27, Some("late")),
        ];
        for (on, want) in all {
            assert_eq!(said(on), want, "{on}");
        }
        let backwards = of(vec![banner("never", Some(2), Some(1))]);
        assert_eq!(backwards.checked(), Err(Reason::Form));
        let many = of(vec![banner("x", None, None); limit::BANNERS_MAX + 1]);
        assert!(matches!(many.checked(), Err(Reason::TooLong { .. })));
    }
}
