//! Numbers that people write: exact, with up to four digits behind the point.
//!
//! Invariant: arithmetic saturates, nothing is ever rounded in secret, and every number can be
//! written and read again.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// Digits behind the point.
const PLACES: usize = 4;
/// Parts of one.
const SCALE: i64 = 10_000;

/// A number with up to four digits behind the point. Written as `-12.5`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(i64);

impl Decimal {
    /// A whole number; the largest there is for one that is too large.
    pub fn whole(number: i64) -> Self {
        Self::near(number.saturating_mul(SCALE))
    }

    /// The least number has no positive twin that could be read.
    fn near(parts: i64) -> Self {
        Self(parts.max(-i64::MAX))
    }

    /// Reads `-12.5`: digits, and behind a point one to four more.
    pub fn parse(text: &str) -> Option<Self> {
        let (is_negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (whole, part) = match digits.split_once('.') {
            Some((_, "")) => return None,
            Some((whole, part)) => (whole, part),
            None => (digits, ""),
        };
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || part.len() > PLACES || !is_number(whole) || !is_number(part) {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let part: i64 = format!("{part:0<PLACES$}").parse().ok()?;
        let parts = whole.checked_mul(SCALE)?.checked_add(part)?;
        Some(Self(if is_negative { -parts } else { parts }))
    }

    /// Reads what a person wrote: spaces and apostrophes between digits are nothing, the comma is
    /// a point as well, and a sign may stand before it. What could be thousands as well as
    /// thousandths (`1,500`) is not understood.
    pub fn from_person(text: &str) -> Option<Self> {
        let plain: String = with_plain_digits(text.trim())
            .chars()
            .filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’'))
            .map(|c| match c {
                ',' => '.',
                '−' => '-',
                c => c,
            })
            .collect();
        let plain = plain.strip_prefix('+').unwrap_or(&plain);
        let is_unclear = plain.split_once('.').is_some_and(|(whole, part)| {
            part.len() == 3 && whole.trim_start_matches('-').parse() != Ok(0)
        });
        if is_unclear { None } else { Self::parse(plain) }
    }

    /// Whether nothing stands behind the point.
    pub fn is_whole(self) -> bool {
        self.0 % SCALE == 0
    }

    /// The first whole number that is not less.
    #[must_use]
    pub fn up(self) -> Self {
        let above = self.0.rem_euclid(SCALE);
        let missing = if above == 0 { 0 } else { SCALE - above };
        Self::near(self.0.saturating_add(missing))
    }

    /// The last whole number that is not more.
    #[must_use]
    pub fn down(self) -> Self {
        Self::near(self.0.saturating_sub(self.0.rem_euclid(SCALE)))
    }

    /// The sum, or the nearest number there is.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self::near(self.0.saturating_add(other.0))
    }

    /// The difference, or the nearest number there is.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self::near(self.0.saturating_sub(other.0))
    }
}

/// The text with the digits of Arabic and Persian as those of ASCII.
pub(super) fn with_plain_digits(text: &str) -> String {
    let plain = |c: char| {
        let digit = match c {
            '\u{660}'..='\u{669}' => u32::from(c) - 0x660,
            '\u{6f0}'..='\u{6f9}' => u32::from(c) - 0x6f0,
            _ => return c,
        };
        char::from_digit(digit, 10).unwrap_or(c)
    };
    text.chars().map(plain).collect()
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.0.unsigned_abs();
        let scale = SCALE.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}", parts / scale)?;
        let part = format!("{:0PLACES$}", parts % scale);
        match part.trim_end_matches('0') {
            "" => Ok(()),
            part => write!(f, ".{part}"),
        }
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_string())
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not a number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_they_are_stored() {
        for (text, shown) in [
            ("0", Some("0")),
            ("-0", Some("0")),
            ("12.5", Some("12.5")),
            ("-12.0500", Some("-12.05")),
            ("007", Some("7")),
            ("0.0001", Some("0.0001")),
            ("0.00001", None),
            ("1.", None),
            (".5", None),
            ("1,5", None),
            ("+1", None),
            ("", None),
            ("-", None),
            ("1e3", None),
            ("922337203685477.5807", Some("922337203685477.5807")),
            ("922337203685477.5808", None),
            ("99999999999999999999", None),
        ] {
            let found = Decimal::parse(text).map(|number| number.to_string());
            assert_eq!(found.as_deref(), shown, "{text}");
        }
    }

    #[test]
    fn the_ends_can_be_written_and_read() {
        let least = Decimal::whole(i64::MIN);
        let most = Decimal::whole(i64::MAX);
        for number in [
            least,
            most,
            least.minus(most),
            least.plus(least),
            least.down(),
            most.up(),
        ] {
            assert_eq!(Decimal::parse(&number.to_string()), Some(number));
        }
    }

    #[test]
    fn whole_numbers_around() {
        for (text, up, down) in [
            ("1", "1", "1"),
            ("1.2", "2", "1"),
            ("-1.2", "-1", "-2"),
            ("0.0001", "1", "0"),
        ] {
            let number = Decimal::parse(text).unwrap();
            assert_eq!(number.up().to_string(), up);
            assert_eq!(number.down().to_string(), down);
        }
    }

    #[test]
    fn numbers_as_people_write_them() {
        for (text, shown) in [
            (" 12 ", Some("12")),
            ("1,5", Some("1.5")),
            ("1.5", Some("1.5")),
            ("1 234,50", Some("1234.5")),
            ("1'234.50", Some("1234.5")),
            ("+3", Some("3")),
            ("−3", Some("-3")),
            ("1,500", None),
            ("1.500", None),
            ("0,125", Some("0.125")),
            ("1.234.567", None),
            ("ten", None),
            ("٣٫٥", None),
            ("٣", Some("3")),
            ("۱۲,۵", Some("12.5")),
        ] {
            let found = Decimal::from_person(text).map(|number| number.to_string());
            assert_eq!(found.as_deref(), shown, "{text}");
        }
    }
}
