//! What visitors who wait for a person are told, as an admin settles it for a chat profile.
//!
//! Invariant: says what and how often, never when: that is for `conversation`.

use crate::flow::Template;
use crate::limit;
use crate::text::{MessageText, Reason};
use crate::time::Span;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// What visitors who wait are told. A setting that is not stored is the default's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WaitMessages {
    /// How long a visitor waits for the first message, and from one to the next, in minutes.
    /// Within [`WaitMessages::INTERVAL_MINUTES`].
    pub interval_minutes: u32,
    /// Whether the first comes again after the last, for [`limit::WAIT_LOOP_LASTS`]; else nothing
    /// more is said.
    pub is_looped: bool,
    /// The messages in their order, at most [`limit::WAIT_MESSAGES_MAX`]; none says nothing. They
    /// may hold variables.
    pub messages: Vec<MessageText>,
}

impl Default for WaitMessages {
    fn default() -> Self {
        Self {
            interval_minutes: 3,
            is_looped: false,
            messages: Vec::new(),
        }
    }
}

impl WaitMessages {
    /// What an interval can be, in minutes.
    pub const INTERVAL_MINUTES: RangeInclusive<u32> =
        limit::WAIT_INTERVAL_MINUTES_MIN..=limit::WAIT_INTERVAL_MINUTES_MAX;

    /// Whether its interval and the number of its messages can be.
    ///
    /// # Errors
    /// [`Reason::Form`] for an interval outside of [`WaitMessages::INTERVAL_MINUTES`],
    /// [`Reason::TooLong`] for more than [`limit::WAIT_MESSAGES_MAX`] messages.
    pub fn checked(&self) -> Result<(), Reason> {
        let max = limit::WAIT_MESSAGES_MAX;
        if !Self::INTERVAL_MINUTES.contains(&self.interval_minutes) {
            Err(Reason::Form)
        } else if self.messages.len() > max {
            Err(Reason::TooLong { max })
        } else {
            Ok(())
        }
    }

    /// How long it is to the first message, and from one to the next.
    pub fn interval(&self) -> Span {
        Span::from_minutes(u64::from(self.interval_minutes))
    }
}

/// Reads a message for those who wait.
///
/// # Errors
/// The [`Reason`] that [`MessageText`] is refused for; [`Reason::Form`] where nothing might be left
/// to read, or for a variable that only a flow could fill.
pub fn wait_message(typed: &str) -> Result<MessageText, Reason> {
    let text = MessageText::parse(typed)?;
    let template = Template::parse(text.as_str());
    template.stands_alone().then_some(text).ok_or(Reason::Form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_and_messages_have_bounds() {
        let max = limit::WAIT_MESSAGES_MAX;
        for (interval_minutes, count, expected) in [
            (1, 0, Ok(())),
            (60, max, Ok(())),
            (0, 1, Err(Reason::Form)),
            (61, 1, Err(Reason::Form)),
            (3, max + 1, Err(Reason::TooLong { max })),
        ] {
            let settings = WaitMessages {
                interval_minutes,
                is_looped: true,
                messages: vec![MessageText::parse("One moment").unwrap(); count],
            };
            assert_eq!(settings.checked(), expected, "{interval_minutes} {count}");
        }
        assert_eq!(WaitMessages::default().checked(), Ok(()));
        assert_eq!(WaitMessages::default().interval(), Span::from_minutes(3));
    }

    #[test]
    fn a_message_needs_no_flow_to_be_read() {
        for (typed, is_fit) in [
            ("About $-WAITTIME minutes, $NAME.", true),
            ("${NAME|Friend}", true),
            ("$field.CFlevel first, and $5 back", true),
            (" ", false),
            ("$NAME", false),
            ("Your order: $order", false),
            ("${order|none}", false),
            ("${a b} or so", false),
        ] {
            assert_eq!(wait_message(typed).is_ok(), is_fit, "{typed}");
        }
    }

    #[test]
    fn what_is_not_stored_is_the_default() {
        let read: WaitMessages = serde_json::from_str("{}").unwrap();
        assert_eq!(read, WaitMessages::default());
    }
}
