//! What a visitor reads, in every language, as the server sends it: one language at a time.
//!
//! Invariant: each language says the same things; what is missing in a language would be English,
//! and a test finds it.

use super::all;
use domain::settings::Language;
use std::collections::BTreeMap;
use std::sync::LazyLock;

type Texts = BTreeMap<String, String>;

static TRANSLATIONS: LazyLock<BTreeMap<Language, Texts>> = LazyLock::new(|| {
    let read = |text| serde_json::from_str(text).unwrap_or_default();
    [
        (Language::De, read(include_str!("../../texts/de.json"))),
        (Language::Fr, read(include_str!("../../texts/fr.json"))),
        (Language::Es, read(include_str!("../../texts/es.json"))),
        (Language::Ar, read(include_str!("../../texts/ar.json"))),
    ]
    .into()
});

/// What a visitor reads in English: whatever has been translated.
static ENGLISH: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    let translated = TRANSLATIONS.get(&Language::De);
    all()
        .filter(|text| translated.is_some_and(|known| known.contains_key(text.name)))
        .map(|text| (text.name, text.english))
        .collect()
});

/// Every text that a visitor may read in this language, by key.
pub fn texts(language: Language) -> Box<dyn Iterator<Item = (&'static str, &'static str)>> {
    match TRANSLATIONS.get(&language) {
        Some(texts) => {
            let texts = texts.iter();
            Box::new(texts.map(|(key, text)| (key.as_str(), text.as_str())))
        }
        None => Box::new(ENGLISH.iter().map(|(key, text)| (*key, *text))),
    }
}

/// Whether a visitor may read a text of this key.
pub fn is_known(key: &str) -> bool {
    ENGLISH.contains_key(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The `{name}`s of a text, in the order of the alphabet.
    fn places(text: &str) -> Vec<&str> {
        let parts = text.split('{').skip(1);
        let mut places: Vec<_> = parts.filter_map(|part| part.split_once('}')).collect();
        places.sort_unstable();
        places.into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn each_language_says_the_same_things() {
        let keys: Vec<_> = texts(Language::En).map(|(key, _)| key).collect();
        assert!(keys.len() > 100, "{}", keys.len());
        for language in Language::ALL {
            let own: Vec<_> = texts(language).map(|(key, _)| key).collect();
            assert_eq!(own, keys, "{language:?}");
            for (key, text) in texts(language) {
                let english = ENGLISH.get(key).unwrap();
                assert_eq!(places(text), places(english), "{language:?} {key}");
                assert!(
                    !text.is_empty() && text.trim() == text,
                    "{language:?} {key}"
                );
                assert!(
                    !text.contains('!') && !text.contains("..."),
                    "{language:?} {key}"
                );
            }
        }
    }

    /// The script says English by itself where no texts came.
    #[test]
    fn the_script_beside_the_program_says_the_same_english() {
        let script = include_str!("../../../widget/more.js");
        let mut words = 0;
        for call in script.split("word('").skip(1) {
            let (key, rest) = call.split_once("', '").unwrap();
            let english = rest.split_once('\'').unwrap().0;
            assert_eq!(ENGLISH.get(key), Some(&english), "{key}");
            words += 1;
        }
        assert!(words > 15, "{words}");
        let most = format!(
            "FILE_BYTES_MAX = {} * 1024 * 1024;",
            domain::limit::FILE_BYTES_MAX >> 20
        );
        assert!(script.contains(&most));
    }

    #[test]
    fn what_a_visitor_reads_is_translated() {
        use crate::locale::{emoji, launcher, widget};
        for text in [
            emoji::ALL,
            launcher::ALL,
            launcher::boot::ALL,
            launcher::nowhere::ALL,
            widget::ALL,
        ]
        .into_iter()
        .flatten()
        {
            assert!(is_known(text.name), "{}", text.name);
        }
        assert!(!is_known("admin.settings"));
    }
}
