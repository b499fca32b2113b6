//! The languages a visitor can be spoken to in, and which of them a browser asks for.
//!
//! Invariant: English is always there, and stands in wherever nothing else fits.

use serde::{Deserialize, Serialize};

/// A language of the visitor's window.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Spanish.
    Es,
    /// Arabic.
    Ar,
}

impl Language {
    /// All of them, English first.
    pub const ALL: [Self; 5] = [Self::En, Self::De, Self::Fr, Self::Es, Self::Ar];

    /// Its code (ISO 639-1), as in the attribute `lang`.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
            Self::Es => "es",
            Self::Ar => "ar",
        }
    }

    /// Its own name for itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
            Self::Fr => "Français",
            Self::Es => "Español",
            Self::Ar => "العربية",
        }
    }

    /// Its direction of writing, as in the attribute `dir`.
    pub fn dir(self) -> &'static str {
        match self {
            Self::Ar => "rtl",
            Self::En | Self::De | Self::Fr | Self::Es => "ltr",
        }
    }

    /// The language of a tag such as `de-AT`; `None` for one that is not here.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let code = tag.split(['-', '_']).next().unwrap_or_default().trim();
        Self::ALL
            .into_iter()
            .find(|language| language.code().eq_ignore_ascii_case(code))
    }

    /// The one that a browser likes best, by its `Accept-Language` (RFC 9110, section 12.5.4).
    /// Of several it likes alike, the first.
    pub fn preferred(accepted: &str) -> Self {
        let mut best = (0.0, Self::default());
        for part in accepted.split(',') {
            let (tag, parameters) = part.split_once(';').unwrap_or((part, ""));
            let weight = parameters.trim().strip_prefix("q=");
            let weight: f32 = weight.map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
            if let Some(language) = Self::from_tag(tag)
                && weight > best.0
            {
                best = (weight, language);
            }
        }
        best.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_a_browser_likes_best() {
        for (accepted, want) in [
            ("", Language::En),
            ("de", Language::De),
            ("de-AT,de;q=0.9,en;q=0.8", Language::De),
            ("nl,fr;q=0.5,es;q=0.7", Language::Es),
            ("fr, es", Language::Fr),
            ("AR-eg", Language::Ar),
            ("de;q=0", Language::En),
            ("en;q=0.1, de; q=0.2", Language::De),
            ("de;q=x, fr;q=0.1", Language::Fr),
            ("*", Language::En),
            (",;;,q=1", Language::En),
        ] {
            assert_eq!(Language::preferred(accepted), want, "{accepted}");
        }
    }
}
