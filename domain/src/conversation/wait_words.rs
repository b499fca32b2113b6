//! What a visitor hears while nobody answers yet: the wait messages of their chat profile, one in
//! each interval.
//!
//! Invariant: how far a wait has been spoken for is the fold of its entries, so that saying it
//! twice is decided to be nothing, whoever asks and how often.

use super::command::Circumstances;
use super::decide::{Decision, NewEntry};
use super::dialogue::facts_of;
use super::entry::{EntryBody, Speaker};
use super::state::{Conversation, Stage};
use crate::flow::Template;
use crate::limit;
use crate::settings::{ChatProfile, Language};
use crate::text::{DisplayName, MessageText};
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

/// How far a wait has been spoken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitSaid {
    /// The place of the last message among those of this wait, from 1. Messages whose time went by
    /// while nothing could be said have a place, too.
    pub count: u32,
    /// When it was said.
    pub at: Timestamp,
}

/// What a chat profile says to those who wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitWords<'a> {
    /// Who says it.
    pub name: &'a DisplayName,
    /// What, in this order. It may hold variables.
    pub messages: Vec<&'a str>,
    /// How long it is to the first message, and from one to the next.
    pub interval: Span,
    /// Whether the first comes again after the last.
    pub is_looped: bool,
}

impl<'a> WaitWords<'a> {
    /// What this chat profile says to somebody who is spoken to in this language; `None` is as it
    /// is written.
    pub fn of(profile: &'a ChatProfile, language: Option<Language>) -> Self {
        let settings = &profile.wait_messages;
        let said = |text: &'a MessageText| {
            let text = text.as_str();
            language.map_or(text, |language| profile.said_in(language, text))
        };
        Self {
            name: &profile.name,
            messages: settings.messages.iter().map(said).collect(),
            interval: settings.interval(),
            is_looped: settings.is_looped,
        }
    }

    /// How many messages one wait can have.
    fn places(&self) -> u32 {
        match u32::try_from(self.messages.len()).unwrap_or(u32::MAX) {
            0 => 0,
            _ if self.is_looped => u32::MAX,
            all => all,
        }
    }

    /// When the next message is due in a wait since then that has been spoken for so far; `None`:
    /// nothing more is said.
    pub fn next_at(&self, since: Timestamp, said: Option<WaitSaid>) -> Option<Timestamp> {
        let (count, from) = said.map_or((0, since), |said| (said.count, said.at));
        let next = from.plus(self.interval);
        let is_again = usize::try_from(count).map_or(true, |count| count >= self.messages.len());
        let is_too_late = is_again && next > since.plus(limit::WAIT_LOOP_LASTS);
        (count < self.places() && !is_too_late).then_some(next)
    }

    /// The place that is due now in a wait since then that has been spoken for so far, and the
    /// message, by its index. Of several whose time has come, the latest.
    pub fn due(
        &self,
        since: Timestamp,
        said: Option<WaitSaid>,
        now: Timestamp,
    ) -> Option<(u32, usize)> {
        if now < self.next_at(since, said)? {
            return None;
        }
        let (before, from) = said.map_or((0, since), |said| (said.count, said.at));
        let passed = now.since(from).ms().checked_div(self.interval.ms());
        let passed = u32::try_from(passed.unwrap_or(1)).unwrap_or(u32::MAX);
        let count = before.saturating_add(passed.max(1)).min(self.places());
        let last = usize::try_from(count.checked_sub(1)?).ok()?;
        Some((count, last.checked_rem(self.messages.len())?))
    }

    /// What is said in this conversation now; `None` where nobody waits, nothing is due, or nothing
    /// could be read.
    pub fn speak(&self, conversation: &Conversation, at: Circumstances<'_>) -> Option<Decision> {
        let Stage::Waiting { since } = conversation.stage else {
            return None;
        };
        let (count, message) = self.due(since, conversation.wait_said, at.now)?;
        let template = Template::parse(self.messages.get(message)?);
        let text = template.filled_alone(&facts_of(conversation, at));
        let text = MessageText::parse(&text).ok()?;
        let by = Speaker::Bot {
            name: self.name.clone(),
            picture: None,
        };
        Some(Decision {
            entries: vec![NewEntry {
                by,
                client_id: None,
                body: EntryBody::WaitMessage { text, count },
            }],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MINUTE: i64 = 60_000;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    fn with<T>(count: usize, is_looped: bool, ask: impl FnOnce(WaitWords<'_>) -> T) -> T {
        let name = DisplayName::parse("Shop").unwrap();
        ask(WaitWords {
            name: &name,
            messages: vec!["One moment"; count],
            interval: Span::from_minutes(3),
            is_looped,
        })
    }

    fn said(count: u32, minute: i64) -> WaitSaid {
        WaitSaid {
            count,
            at: at(minute * MINUTE),
        }
    }

    #[test]
    fn messages_come_one_in_each_interval() {
        for (count, is_looped, before, now, expected) in [
            (2, false, None, 0, None),
            (2, false, None, 3 * MINUTE - 1, None),
            (2, false, None, 3 * MINUTE, Some((1, 0))),
            (2, false, Some(said(1, 3)), 6 * MINUTE - 1, None),
            (2, false, Some(said(1, 3)), 6 * MINUTE, Some((2, 1))),
            (2, false, Some(said(2, 6)), 90 * MINUTE, None),
            (2, true, Some(said(2, 6)), 9 * MINUTE, Some((3, 0))),
            (2, true, Some(said(3, 9)), 12 * MINUTE, Some((4, 1))),
            (1, true, Some(said(3, 9)), 12 * MINUTE, Some((4, 0))),
            (0, true, None, 90 * MINUTE, None),
            (0, false, Some(said(1, 3)), 90 * MINUTE, None),
            // One less than when the last was said.
            (1, false, Some(said(2, 6)), 90 * MINUTE, None),
            // Not through a whole night.
            (2, true, Some(said(40, 120)), 123 * MINUTE, None),
            (2, true, Some(said(39, 117)), 120 * MINUTE, Some((40, 1))),
            (2, true, Some(said(1, 140)), 143 * MINUTE, Some((2, 1))),
            // The clock of another machine is ahead.
            (2, false, Some(said(1, 30)), 6 * MINUTE, None),
        ] {
            let found = with(count, is_looped, |words| words.due(at(0), before, at(now)));
            assert_eq!(found, expected, "{count} {is_looped} {before:?} {now}");
        }
    }

    #[test]
    fn after_a_pause_only_the_latest_is_said() {
        let due = |is_looped, before, minute: i64| {
            with(3, is_looped, |words| {
                words.due(at(0), before, at(minute * MINUTE))
            })
        };
        assert_eq!(due(false, None, 8), Some((2, 1)));
        assert_eq!(due(false, None, 600), Some((3, 2)));
        assert_eq!(due(true, None, 12), Some((4, 0)));
        assert_eq!(due(true, Some(said(1, 4)), 11), Some((3, 2)));
        // The next one is a whole interval away.
        assert_eq!(due(true, Some(said(3, 11)), 13), None);
        assert_eq!(due(true, Some(said(3, 11)), 14), Some((4, 0)));
    }

    proptest! {
        /// However often and however late somebody looks: never before its time, never two within
        /// one interval, and always further on.
        #[test]
        fn nothing_is_said_twice(
            count in 0_usize..4,
            is_looped: bool,
            looks in proptest::collection::vec(0_i64..400_000, 0..60),
        ) {
            with(count, is_looped, |words| {
                let (mut now, mut before, mut last) = (0, None, at(0));
                let mut places = 0;
                for pause in looks {
                    now += pause;
                    let Some((place, message)) = words.due(at(0), before, at(now)) else {
                        let next = words.next_at(at(0), before);
                        assert!(next.is_none_or(|next| at(now) < next));
                        continue;
                    };
                    assert!(message < count && place > places);
                    assert!(at(now).since(last) >= words.interval);
                    assert!(is_looped || usize::try_from(place).unwrap() <= count);
                    (before, last, places) = (Some(WaitSaid { count: place, at: at(now) }), at(now), place);
                    assert_eq!(words.due(at(0), before, at(now)), None, "at once again");
                }
            });
        }
    }
}
