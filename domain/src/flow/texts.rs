//! One text in the languages of a flow.
//!
//! Invariant: holds what an author wrote, unfinished as it may be; only `check` demands more.

use crate::settings::Language;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A text by language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Texts(BTreeMap<Language, String>);

impl Texts {
    /// A text in one language.
    pub fn of(language: Language, text: &str) -> Self {
        Self([(language, text.to_owned())].into())
    }

    /// Says it in a language; an empty text says nothing there.
    pub fn set(&mut self, language: Language, text: &str) {
        if text.is_empty() {
            self.0.remove(&language);
        } else {
            self.0.insert(language, text.to_owned());
        }
    }

    /// What is written in this language; `None` for nothing but white space.
    pub fn get(&self, language: Language) -> Option<&str> {
        let text = self.0.get(&language).map(String::as_str);
        text.filter(|text| !text.trim().is_empty())
    }

    /// What is said in `language`, or else in the first of `languages` in which something is.
    pub fn best(&self, language: Language, languages: &[Language]) -> Option<&str> {
        let others = languages.iter().find_map(|other| self.get(*other));
        self.get(language).or(others)
    }

    /// Whether nothing is written in any language.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(|text| text.trim().is_empty())
    }

    /// Every language in which something is written, with what.
    pub fn iter(&self) -> impl Iterator<Item = (Language, &str)> {
        self.0
            .iter()
            .map(|(language, text)| (*language, text.as_str()))
    }
}
