//! What a chat profile says of its own, in other languages than the one it was written in.
//!
//! Invariant: a translation belongs to the sentence as it is written; one of a sentence that the
//! profile does not say says nothing.

use super::{BubbleRule, ChatProfile, Language, wait_message};
use crate::limit;
use crate::text::{Greeting, MessageText, Reason, Teaser, WordingText};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One sentence of a chat profile in another language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translation {
    /// In which.
    pub language: Language,
    /// The sentence as it is written.
    pub of: String,
    /// What is said instead.
    pub text: MessageText,
}

/// Where a chat profile says a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SentenceKind {
    /// Before the first line of a conversation.
    Greeting,
    /// Beside the closed bubble, of whatever page.
    Teaser,
    /// On top of the window, on certain days.
    Banner,
    /// To somebody who waits.
    WaitMessage,
}

impl SentenceKind {
    /// Whether a text can stand there.
    ///
    /// # Errors
    /// The [`Reason`] that the text is refused for.
    pub fn checked(self, text: &str) -> Result<(), Reason> {
        match self {
            Self::Greeting => Greeting::parse(text).map(drop),
            Self::Teaser => Teaser::parse(text).map(drop),
            Self::Banner => WordingText::parse(text).map(drop),
            Self::WaitMessage => wait_message(text).map(drop),
        }
    }
}

impl ChatProfile {
    /// Every sentence of its own, and where it is said: the greeting first.
    pub fn sentences(&self) -> Vec<(SentenceKind, &str)> {
        let wording = &self.wording;
        let rules = self.rules.iter().filter_map(|rule| match &rule.bubble {
            BubbleRule::Notify { text } => Some(text.as_str()),
            BubbleRule::Show | BubbleRule::Open { .. } | BubbleRule::Hide => None,
        });
        let beside = wording.notification.iter().map(Teaser::as_str);
        let beside = beside.chain(wording.teasers.iter().map(|teaser| teaser.text.as_str()));
        let banners = wording.banners.iter().map(|banner| banner.text.as_str());
        let waiting = self.wait_messages.messages.iter().map(MessageText::as_str);
        let as_kind = |kind| move |text| (kind, text);
        let greeting = (SentenceKind::Greeting, self.greeting.as_str());
        std::iter::once(greeting)
            .chain(beside.chain(rules).map(as_kind(SentenceKind::Teaser)))
            .chain(banners.map(as_kind(SentenceKind::Banner)))
            .chain(waiting.map(as_kind(SentenceKind::WaitMessage)))
            .collect()
    }

    /// A sentence of its own as it is said in this language.
    pub fn said_in<'a>(&'a self, language: Language, sentence: &'a str) -> &'a str {
        let mut translations = self.wording.translations.iter();
        let found = translations.find(|one| one.language == language && one.of == sentence);
        found.map_or(sentence, |one| one.text.as_str())
    }

    /// The language in which it speaks to somebody whose browser likes this one best.
    pub fn language_for(&self, browser: Language) -> Language {
        self.wording.language.unwrap_or(browser)
    }

    /// Whether each translation can stand where its sentence is said.
    ///
    /// # Errors
    /// [`Reason::TooLong`] for more than [`limit::TRANSLATIONS_MAX`], [`Reason::Taken`] when one is
    /// there twice, or the reason that a text is refused for.
    pub fn translations_checked(&self) -> Result<(), Reason> {
        let translations = &self.wording.translations;
        let max = limit::TRANSLATIONS_MAX;
        if translations.len() > max {
            return Err(Reason::TooLong { max });
        }
        let sentences = self.sentences();
        let mut seen = BTreeSet::new();
        for one in translations {
            if !seen.insert((one.language, &one.of)) {
                return Err(Reason::Taken);
            }
            let here = sentences.iter().filter(|(_, text)| *text == one.of);
            let mut kinds = here.map(|(kind, _)| kind);
            kinds.try_for_each(|kind| kind.checked(one.text.as_str()))?;
        }
        Ok(())
    }

    /// Translations as they follow a sentence that was corrected since, without those of sentences
    /// that this profile says no more: what reads otherwise now would be said wrongly elsewhere.
    pub fn kept(&self, translations: Vec<Translation>, before: &Self) -> Vec<Translation> {
        let (old, new) = (before.sentences(), self.sentences());
        let says = |all: &[(SentenceKind, &str)], of: &str| all.iter().any(|one| one.1 == of);
        let follow = |mut one: Translation| {
            if says(&new, &one.of) {
                return Some(one);
            }
            let written = new.iter().filter(|(_, text)| !says(&old, text));
            let mut corrected = written.filter(|(_, text)| is_correction(&one.of, text));
            let (kind, text) = corrected.next()?;
            let is_fine = kind.checked(one.text.as_str()).is_ok();
            (*text).clone_into(&mut one.of);
            is_fine.then_some(one)
        };
        let mut seen = BTreeSet::new();
        let mut kept: Vec<_> = translations.into_iter().filter_map(follow).collect();
        kept.retain(|one| seen.insert((one.language, one.of.clone())));
        kept
    }
}

/// Whether a sentence is another one with a few letters corrected: four fifths of it stand at its two
/// ends as before, and every digit is the same.
fn is_correction(before: &str, after: &str) -> bool {
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let (a, b): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
    let both = a.iter().zip(&b);
    let head = both.take_while(|(one, other)| one == other).count();
    let ends = a.iter().skip(head).rev().zip(b.iter().skip(head).rev());
    let tail = ends.take_while(|(one, other)| one == other).count();
    let kept = head.saturating_add(tail).saturating_mul(5);
    kept >= a.len().max(b.len()).saturating_mul(4) && digits(before) == digits(after)
}

#[cfg(test)]
mod tests {
    use super::super::chat_profile::tests::profile;
    use super::*;
    use crate::settings::{Banner, PageTeaser, Wording};
    use crate::text::UrlPattern;

    fn translation(language: Language, of: &str, text: &str) -> Translation {
        Translation {
            language,
            of: of.to_owned(),
            text: MessageText::parse(text).unwrap(),
        }
    }

    fn greets(greeting: &str, teasers: &[&str], translations: Vec<Translation>) -> ChatProfile {
        let teaser = |text: &&str| PageTeaser {
            url: UrlPattern::parse("*").unwrap(),
            text: Teaser::parse(text).unwrap(),
        };
        ChatProfile {
            greeting: Greeting::parse(greeting).unwrap(),
            wording: Wording {
                teasers: teasers.iter().map(teaser).collect(),
                translations,
                ..Wording::default()
            },
            ..profile()
        }
    }

    #[test]
    fn a_sentence_is_said_in_the_language_in_which_there_is_one() {
        let german = translation(Language::De, "Hello!", "Hallo!");
        let profile = greets("Hello!", &["Ask us"], vec![german]);
        assert_eq!(profile.said_in(Language::De, "Hello!"), "Hallo!");
        assert_eq!(profile.said_in(Language::Fr, "Hello!"), "Hello!");
        assert_eq!(profile.said_in(Language::De, "Ask us"), "Ask us");
    }

    #[test]
    fn every_sentence_is_there_in_its_order() {
        let mut profile = greets("Hello!", &["Ask us", "Pricing?"], Vec::new());
        profile.wording.notification = Some(Teaser::parse("We are here").unwrap());
        profile.wording.banners = vec![Banner {
            text: WordingText::parse("Closed").unwrap(),
            from: None,
            until: None,
        }];
        profile.wait_messages.messages = vec![MessageText::parse("One moment").unwrap()];
        let texts: Vec<_> = profile.sentences().into_iter().map(|one| one.1).collect();
        let all = [
            "Hello!",
            "We are here",
            "Ask us",
            "Pricing?",
            "Closed",
            "One moment",
        ];
        assert_eq!(texts, all);
    }

    #[test]
    fn a_translation_has_room_where_its_sentence_stands() {
        let long = "x".repeat(limit::TEASER_CHARS_MAX + 1);
        for (of, text, expected) in [
            ("Hello!", long.as_str(), Ok(())),
            (
                "Ask us",
                &long,
                Err(Reason::TooLong {
                    max: limit::TEASER_CHARS_MAX,
                }),
            ),
            ("nobody's", &long, Ok(())),
        ] {
            let one = translation(Language::De, of, text);
            let profile = greets("Hello!", &["Ask us"], vec![one.clone()]);
            assert_eq!(profile.translations_checked(), expected, "{of}");
            let twice = greets("Hello!", &[], vec![one.clone(), one]);
            assert!(twice.translations_checked().is_err(), "{of}");
        }
    }

    #[test]
    fn translations_follow_a_sentence_that_is_corrected() {
        let all = || {
            vec![
                translation(Language::De, "Hello there!", "Hallo!"),
                translation(Language::De, "Closed on 24 December", "Am 24.12. zu"),
                translation(Language::Fr, "Ask us anythign", "Demandez-nous"),
            ]
        };
        let teasers = ["Closed on 24 December", "Ask us anythign"];
        let before = greets("Hello there!", &teasers, all());
        for (greeting, teasers, expected) in [
            (
                "Hello there!",
                &teasers[..],
                &["Hello there!", "Closed on 24 December", "Ask us anythign"][..],
            ),
            (
                "Hello there.",
                &["Ask us anything"],
                &["Hello there.", "Ask us anything"],
            ),
            (
                "Hello there!",
                &["Closed on 31 December"],
                &["Hello there!"],
            ),
            ("Welcome to our shop", &["Ask us"], &[]),
            ("Ask us anythign", &[], &["Ask us anythign"]),
        ] {
            let kept = greets(greeting, teasers, Vec::new()).kept(all(), &before);
            let kept: Vec<_> = kept.iter().map(|one| one.of.as_str()).collect();
            assert_eq!(kept, expected, "{greeting} {teasers:?}");
        }
    }
}
