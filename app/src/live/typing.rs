//! When to tell the other side that somebody types here.
//!
//! Invariant: says it at most once per `limit::TYPING_EVERY`, and takes back what it said.

use domain::limit;
use domain::time::Timestamp;

/// What was said last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TypingSign {
    said_at: Option<Timestamp>,
}

impl TypingSign {
    /// The composer's text changed. What to say now, if anything.
    pub fn changed(&mut self, is_empty: bool, now: Timestamp) -> Option<bool> {
        if is_empty {
            return self.stopped();
        }
        let is_fresh = self
            .said_at
            .is_some_and(|said| now.since(said) < limit::TYPING_EVERY);
        if is_fresh {
            return None;
        }
        self.said_at = Some(now);
        Some(true)
    }

    /// The text was sent or put away.
    pub fn stopped(&mut self) -> Option<bool> {
        self.said_at.take().map(|_| false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_now_and_then_and_taken_back_once() {
        let at = |ms| Timestamp::from_ms(ms);
        let mut sign = TypingSign::default();
        assert_eq!(sign.changed(true, at(0)), None);
        assert_eq!(sign.changed(false, at(1)), Some(true));
        assert_eq!(sign.changed(false, at(2)), None);
        assert_eq!(sign.changed(false, at(3001)), Some(true));
        assert_eq!(sign.changed(true, at(3002)), Some(false));
        assert_eq!(sign.stopped(), None);
    }
}
