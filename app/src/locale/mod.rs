//! Every text a person reads, by key. A view names a text (`widget::START_AGAIN`) and asks `t`
//! for it in the reader's language; English is compiled in, other languages are looked up by the
//! hash of the key, which spares the bundles the keys themselves.
//!
//! Invariant: no view holds a text of its own; a text that a bundle's views do not name is not
//! in that bundle.

/// Makes the texts of one area: constants, each with its key below the area's word.
macro_rules! texts {
    ($area:literal; $($name:ident $key:literal $english:literal;)*) => {
        $(
            #[doc = $english]
            pub const $name: $crate::locale::Text = $crate::locale::Text {
                key: $crate::locale::hash(concat!($area, ".", $key)),
                #[cfg(any(test, feature = "ssr"))]
                name: concat!($area, ".", $key),
                english: $english,
            };
        )*

        #[cfg(any(test, feature = "ssr"))]
        pub(in crate::locale) const ALL: &[$crate::locale::Text] = &[$($name),*];
    };
}

pub mod admin;
pub mod around;
pub mod chat;
pub mod contact;
pub mod emoji;
pub mod flows;
pub mod format;
#[cfg(any(test, feature = "ssr"))]
pub mod languages;
pub mod launcher;
pub mod refusal;
pub mod transcript;
pub mod ui;
pub mod widget;

use domain::json::Value;

/// One text: what it is called in every language, and its English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    key: u32,
    #[cfg(any(test, feature = "ssr"))]
    name: &'static str,
    english: &'static str,
}

/// Every text there is.
#[cfg(any(test, feature = "ssr"))]
fn all() -> impl Iterator<Item = &'static Text> {
    [
        admin::ALL,
        around::ALL,
        chat::ALL,
        contact::ALL,
        emoji::ALL,
        flows::ALL,
        format::ALL,
        launcher::ALL,
        launcher::boot::ALL,
        launcher::nowhere::ALL,
        refusal::ALL,
        transcript::ALL,
        ui::ALL,
        widget::ALL,
    ]
    .into_iter()
    .flatten()
}

/// FNV-1a (Fowler, Noll, Vo) over the bytes of a key. A test finds two keys of one hash.
const fn hash(key: &str) -> u32 {
    let mut hash = 0x811C_9DC5_u32;
    let mut rest = key.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        hash = (hash ^ *byte as u32).wrapping_mul(0x0100_0193);
        rest = tail;
    }
    hash
}

/// The language of one reader. Its texts live as long as the program.
#[derive(Clone, Copy, Debug)]
pub struct Locale {
    /// By the hash of their keys, in no order: a page asks a few dozen times.
    translations: &'static [(u32, &'static str)],
}

/// The language that is compiled in.
pub const ENGLISH: Locale = Locale { translations: &[] };

impl Locale {
    /// A language, as JSON: one object of texts by key. English speaks where one is missing.
    pub fn read(texts: &str) -> Self {
        let Ok(Value::Map(texts)) = Value::parse(texts) else {
            return ENGLISH;
        };
        let mut translations = Vec::new();
        for (key, text) in texts {
            if let Value::Text(text) = text {
                translations.push((hash(&key), &*text.leak()));
            }
        }
        Self {
            translations: translations.leak(),
        }
    }

    fn find(&self, text: Text) -> &'static str {
        let mut known = self.translations.iter();
        let known = known.find(|(key, _)| *key == text.key);
        known.map_or(text.english, |(_, translated)| translated)
    }
}

// A browser's page has one reader, and asks from event handlers and answers that arrive late,
// where no context reaches. The server has many readers at once and asks only while it renders.
#[cfg(target_arch = "wasm32")]
mod reader {
    use super::{ENGLISH, Locale};
    use std::cell::Cell;

    thread_local! {
        static LOCALE: Cell<Locale> = const { Cell::new(ENGLISH) };
    }

    pub(super) fn set(locale: Locale) {
        LOCALE.set(locale);
    }

    pub(super) fn locale() -> Locale {
        LOCALE.get()
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod reader {
    use super::{ENGLISH, Locale};
    use leptos::prelude::{provide_context, use_context};

    pub(super) fn set(locale: Locale) {
        provide_context(locale);
    }

    pub(super) fn locale() -> Locale {
        use_context().unwrap_or(ENGLISH)
    }
}

/// From here on the reader's language is this one. Called once per page, before anything renders.
pub fn provide_locale(locale: Locale) {
    reader::set(locale);
}

/// The reader's language.
pub fn locale() -> Locale {
    reader::locale()
}

/// The text in the reader's language.
pub fn t(text: Text) -> &'static str {
    locale().find(text)
}

/// The text with its `{name}`s filled in. A name without a value stays as it is, visible.
pub fn t_with(text: Text, values: &[(&str, &str)]) -> String {
    filled(t(text), values)
}

/// The one text for one, the other for any other number, with `{count}` filled in.
pub fn t_count(one: Text, other: Text, count: u64) -> String {
    let text = if count == 1 { one } else { other };
    t_with(text, &[("count", &count.to_string())])
}

fn filled(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            out.push_str(value);
        } else {
            out.push('{');
            out.push_str(name);
            out.push('}');
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_key_is_there_once() {
        let mut seen = BTreeSet::new();
        for text in all() {
            let name = text.name;
            assert!(seen.insert(text.key), "{name} is there twice, or its hash");
            assert!(
                name.bytes()
                    .all(|b| b.is_ascii_lowercase() || b"._".contains(&b)),
                "{name}"
            );
        }
    }

    #[test]
    fn every_text_is_a_tidy_one() {
        for Text {
            name: key, english, ..
        } in all()
        {
            assert!(!english.is_empty() && english.trim() == *english, "{key}");
            assert!(!english.contains('!'), "{key} shouts");
            assert!(
                !english.contains("..."),
                "{key}: three dots are one character"
            );
            assert_eq!(
                english.matches('{').count(),
                english.matches('}').count(),
                "{key}"
            );
        }
    }

    #[test]
    fn values_fill_their_names() {
        for (text, values, expected) in [
            ("Hello {name}.", &[("name", "Ann")][..], "Hello Ann."),
            ("{a}{b}", &[("a", "1"), ("b", "2")], "12"),
            ("{a} {a}", &[("a", "1")], "1 1"),
            ("{name}", &[], "{name}"),
            ("open { end", &[("name", "x")], "open { end"),
            ("{name}", &[("name", "{name}")], "{name}"),
            ("", &[], ""),
        ] {
            assert_eq!(filled(text, values), expected, "{text}");
        }
    }

    #[test]
    fn another_language_speaks_where_it_can() {
        let german = Locale::read(r#"{"ui.cancel":"Abbrechen","ui.close":"Schließen","x":1}"#);
        assert_eq!(german.find(ui::CANCEL), "Abbrechen");
        assert_eq!(german.find(ui::CLOSE), "Schließen");
        assert_eq!(german.find(ui::SAVE), "Save");
        assert_eq!(Locale::read("nothing").find(ui::SAVE), "Save");
    }
}
