//! What the bubble does on certain pages, in certain countries, and which bot speaks there, from
//! which of its steps on.
//!
//! Invariant: the first rule that fits decides alone; a rule that names countries fits nobody
//! whose country is not known.

use super::ProfileFlow;
use crate::flow::StepId;
use crate::limit;
use crate::text::{Reason, Teaser, UrlPattern};
use serde::{Deserialize, Deserializer, Serialize, de};
use std::collections::BTreeSet;

/// One rule of a chat profile. Their order counts: see [`rule_for`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelRule {
    /// On which pages.
    pub url: UrlPattern,
    /// In which countries; none named means everywhere.
    pub countries: Vec<Country>,
    /// What the bubble does there.
    pub bubble: BubbleRule,
    /// The bot there; `None` is the profile's own.
    pub flow: Option<ProfileFlow>,
    /// The step where the bot begins there, if its author lets it begin there; `None` is its first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<StepId>,
}

/// What the bubble does on the pages of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BubbleRule {
    /// It stands there, with the teaser or the notification of the profile's words.
    Show,
    /// It stands there, with this text beside it.
    Notify {
        /// What stands beside it.
        text: Teaser,
    },
    /// The window opens by itself: once a visit, and never again after the visitor has closed it.
    Open {
        /// So many seconds after the page was there.
        after_seconds: u32,
    },
    /// It is not there, unless a conversation is in progress.
    Hide,
}

/// A country: its two letters of ISO 3166-1, in upper case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Country(String);

impl Country {
    /// Reads a country's two letters. Which countries there are is not asked.
    ///
    /// # Errors
    /// [`Reason::Form`] for anything that is not two letters of ASCII.
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let text = text.trim();
        if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            Ok(Self(text.to_ascii_uppercase()))
        } else {
            Err(Reason::Form)
        }
    }

    /// Reads a list, parted by commas or white space; each country once.
    ///
    /// # Errors
    /// [`Reason::Form`] where one is none, [`Reason::TooLong`] for more than
    /// [`limit::RULE_COUNTRIES_MAX`].
    pub fn parse_all(text: &str) -> Result<Vec<Self>, Reason> {
        let is_between = |c: char| c == ',' || c == ';' || c.is_whitespace();
        let words = text.split(is_between).filter(|word| !word.is_empty());
        let all = words.map(Self::parse).collect::<Result<BTreeSet<_>, _>>()?;
        let max = limit::RULE_COUNTRIES_MAX;
        if all.len() > max {
            return Err(Reason::TooLong { max });
        }
        Ok(all.into_iter().collect())
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

impl ChannelRule {
    /// Whether it can be a rule.
    ///
    /// # Errors
    /// [`Reason::TooLong`] for more countries than [`limit::RULE_COUNTRIES_MAX`], or for more
    /// seconds than [`limit::RULE_SECONDS_MAX`].
    pub fn checked(&self) -> Result<(), Reason> {
        let max = limit::RULE_COUNTRIES_MAX;
        if self.countries.len() > max {
            return Err(Reason::TooLong { max });
        }
        match self.bubble {
            BubbleRule::Open { after_seconds } if after_seconds > limit::RULE_SECONDS_MAX => {
                Err(Reason::Form)
            }
            _ => Ok(()),
        }
    }

    /// Whether it counts in this country.
    pub fn is_for(&self, country: Option<&str>) -> bool {
        let is_it = |own: &Country| country.is_some_and(|name| own.0.eq_ignore_ascii_case(name));
        self.countries.is_empty() || self.countries.iter().any(is_it)
    }
}

/// The place of the rule that decides for the page at this address, and the rule: the first whose
/// pattern fits and that counts in this country.
pub fn rule_for<'a>(
    rules: &'a [ChannelRule],
    page_url: &str,
    country: Option<&str>,
) -> Option<(usize, &'a ChannelRule)> {
    let mut placed = rules.iter().enumerate();
    placed.find(|(_, rule)| rule.is_for(country) && rule.url.fits(page_url))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(url: &str, countries: &str) -> ChannelRule {
        ChannelRule {
            url: UrlPattern::parse(url).unwrap(),
            countries: Country::parse_all(countries).unwrap(),
            bubble: BubbleRule::Show,
            flow: None,
            step: None,
        }
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        let rules = [
            rule("/lamps/old*", ""),
            rule("/lamps*", "DE, at"),
            rule("/lamps*", ""),
        ];
        let at = |path: &str, country| {
            let address = format!("https://shop.example{path}");
            rule_for(&rules, &address, country).map(|(place, _)| place)
        };
        assert_eq!(at("/lamps/old/1", Some("DE")), Some(0));
        assert_eq!(at("/lamps", Some("DE")), Some(1));
        assert_eq!(at("/lamps", Some("at")), Some(1));
        assert_eq!(at("/lamps", Some("FR")), Some(2));
        assert_eq!(
            at("/lamps", None),
            Some(2),
            "a country that is not known is none of them"
        );
        assert_eq!(at("/", Some("DE")), None);
    }

    #[test]
    fn countries_are_two_letters_each() {
        let read = |text| {
            let all = Country::parse_all(text)?;
            Ok(all
                .iter()
                .map(Country::as_str)
                .collect::<Vec<_>>()
                .join(" "))
        };
        assert_eq!(read("de, AT;ch\nde"), Ok("AT CH DE".to_owned()));
        assert_eq!(read(" , "), Ok(String::new()));
        for wrong in ["DEU", "D", "d3", "Ä"] {
            assert_eq!(read(wrong), Err(Reason::Form), "{wrong}");
        }
    }

    #[test]
    fn nobody_waits_for_a_window_for_ever() {
        let mut one = rule("/", "");
        for (after_seconds, is_fine) in [
            (0, true),
            (limit::RULE_SECONDS_MAX, true),
            (limit::RULE_SECONDS_MAX + 1, false),
        ] {
            one.bubble = BubbleRule::Open { after_seconds };
            assert_eq!(one.checked().is_ok(), is_fine, "{after_seconds}");
        }
    }
}
