//! Days of the calendar and of the week, without a time of day and without a zone.
//!
//! Invariant: a date is one that is; no clock is read, and no leap second is known.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// The first day of year 1, in days since 1970-01-01.
const FIRST: i32 = -719_162;
/// The last day of year 9999, in days since 1970-01-01.
const LAST: i32 = 2_932_896;
/// Days from 0000-03-01, with which the calendar's pattern begins, to 1970-01-01.
const PATTERN_BEFORE_1970: i32 = 719_468;
/// Days of 400 years, after which the calendar repeats itself.
const PATTERN_DAYS: i32 = 146_097;

/// A day of the Gregorian calendar, continued backwards before its invention: year 1 to 9999.
/// Its text is `YYYY-MM-DD` (ISO 8601).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

impl Date {
    /// The day of this year (1 to 9999), month (1 to 12) and day of the month; `None` when there
    /// is no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let parts = (i32::from(year), i32::from(month), i32::from(day));
        let date = Self::from_days(days_of(parts))?;
        // A day beyond its month's end comes back as one of the next month.
        (date.parts() == parts).then_some(date)
    }

    /// Reads `YYYY-MM-DD`; `None` for anything else, and for a day that is not.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        let two = |text| u8::try_from(read_digits(text, 2)?).ok();
        Self::new(read_digits(year, 4)?, two(month)?, two(day)?)
    }

    /// The day that many days after 1970-01-01; `None` outside the years 1 to 9999.
    pub fn from_days(days: i32) -> Option<Self> {
        (FIRST..=LAST).contains(&days).then_some(Self(days))
    }

    /// Days since 1970-01-01, negative before.
    pub fn days(self) -> i32 {
        self.0
    }

    /// Its day of the week.
    pub fn weekday(self) -> Weekday {
        Weekday::of_days(self.0.into())
    }

    /// The day after; `None` after the last day of year 9999.
    pub fn next(self) -> Option<Self> {
        Self::from_days(self.0.saturating_add(1))
    }

    /// The day before; `None` before the first day of year 1.
    pub fn previous(self) -> Option<Self> {
        Self::from_days(self.0.saturating_sub(1))
    }

    /// Year, month, day of the month: `civil_from_days` of Howard Hinnant, "chrono-Compatible
    /// Low-Level Date Algorithms", for which years begin in March, so that a leap day is a last.
    fn parts(self) -> (i32, i32, i32) {
        let days = self.0 + PATTERN_BEFORE_1970;
        let (pattern, day) = (days / PATTERN_DAYS, days % PATTERN_DAYS);
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day_of_year = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day_of_month = day_of_year - (153 * month + 2) / 5 + 1;
        let (is_next, month) = if month < 10 {
            (0, month + 3)
        } else {
            (1, month - 9)
        };
        (year + pattern * 400 + is_next, month, day_of_month)
    }
}

/// Days since 1970-01-01: `days_from_civil` of the same source, for years from 0 on.
fn days_of((year, month, day): (i32, i32, i32)) -> i32 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let (pattern, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let day = year * 365 + year / 4 - year / 100 + day_of_year;
    pattern * PATTERN_DAYS + day - PATTERN_BEFORE_1970
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        let mut out = String::with_capacity(10);
        push_digits(&mut out, year, 4);
        out.push('-');
        push_digits(&mut out, month, 2);
        out.push('-');
        push_digits(&mut out, day, 2);
        f.write_str(&out)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not a date"))
    }
}

/// A number of exactly so many digits of ASCII, at most four.
pub(crate) fn read_digits(text: &str, places: usize) -> Option<u16> {
    let add = |number: u16, byte: u8| {
        let digit = byte.is_ascii_digit().then(|| u16::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    };
    (text.len() == places)
        .then(|| text.bytes().try_fold(0, add))
        .flatten()
}

/// Written by hand because the formatter of the standard library costs the widget kilobytes.
pub(crate) fn push_digits(out: &mut String, number: i32, places: u32) {
    for place in (0..places).rev() {
        let digit = number.unsigned_abs() / 10_u32.pow(place) % 10;
        out.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

/// A day of the week, Monday first (ISO 8601).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the day of that name")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// All of them, Monday first.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// That of the day that many days after 1970-01-01, a Thursday. Any number has one.
    pub fn of_days(days: i64) -> Self {
        match days.rem_euclid(7) {
            0 => Self::Thursday,
            1 => Self::Friday,
            2 => Self::Saturday,
            3 => Self::Sunday,
            4 => Self::Monday,
            5 => Self::Tuesday,
            _ => Self::Wednesday,
        }
    }

    /// Days since Monday: 0 to 6.
    pub fn days_since_monday(self) -> u8 {
        self as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut days = FIRST..=LAST;
        let mut weekdays = Weekday::ALL.into_iter().cycle();
        let mut next = Date::from_days(FIRST);
        for year in 1..=9_999_u16 {
            let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let february = if is_leap { 29 } else { 28 };
            let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
            for (month, length) in (1..).zip(lengths) {
                for day in 1..=length {
                    let date = Date::new(year, month, day);
                    assert_eq!(date, next);
                    assert_eq!(date.map(Date::days), days.next());
                    assert_eq!(date.map(Date::weekday), weekdays.next());
                    next = date.and_then(Date::next);
                }
                assert_eq!(Date::new(year, month, length + 1), None);
            }
        }
        assert_eq!((next, days.next()), (None, None));
    }

    #[test]
    fn days_that_everybody_knows() {
        for (text, days, weekday) in [
            ("0001-01-01", FIRST, Weekday::Monday),
            ("1582-10-15", -141_427, Weekday::Friday),
            ("1969-12-31", -1, Weekday::Wednesday),
            ("1970-01-01", 0, Weekday::Thursday),
            ("2000-02-29", 11_016, Weekday::Tuesday),
            ("2026-03-29", 20_541, Weekday::Sunday),
            ("9999-12-31", LAST, Weekday::Friday),
        ] {
            let date = date(text);
            assert_eq!((date.days(), date.weekday()), (days, weekday), "{text}");
            assert_eq!(Date::from_days(days), Some(date));
            assert_eq!(date.to_string(), text);
            let wire = format!("\"{text}\"");
            assert_eq!(serde_json::to_string(&date).unwrap(), wire);
            assert_eq!(crate::json::write(&date).unwrap(), wire);
            assert_eq!(crate::json::read(&wire), Ok(date));
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for bad in [
            "",
            "2026-02-29",
            "1900-02-29",
            "2026-04-31",
            "2026-00-10",
            "2026-13-10",
            "2026-01-00",
            "2026-01-32",
            "0000-12-31",
            "10000-01-01",
            "-001-01-01",
            "+026-01-01",
            "2026-1-01",
            "2026-001-1",
            "20260101",
            " 2026-01-01",
            "2026-01-01T00:00",
            "2026-01-0１",
        ] {
            assert_eq!(Date::parse(bad), None, "{bad}");
            assert!(serde_json::from_value::<Date>(bad.into()).is_err(), "{bad}");
        }
        for (year, month, day) in [(0, 1, 1), (u16::MAX, 1, 1), (1, u8::MAX, u8::MAX)] {
            assert_eq!(Date::new(year, month, day), None);
        }
        for days in [i32::MIN, FIRST - 1, LAST + 1, i32::MAX] {
            assert_eq!(Date::from_days(days), None);
        }
    }

    #[test]
    fn the_calendar_has_two_ends() {
        let (first, last) = (date("0001-01-01"), date("9999-12-31"));
        assert_eq!((first.previous(), last.next()), (None, None));
        assert_eq!(date("2024-02-28").next(), Some(date("2024-02-29")));
        assert_eq!(date("2026-01-01").previous(), Some(date("2025-12-31")));
        assert!(first < last);
    }

    #[test]
    fn weekdays_follow_each_other_through_all_numbers() {
        for (days, weekday) in (4..).zip(Weekday::ALL) {
            assert_eq!(Weekday::of_days(days), weekday);
            assert_eq!(Weekday::of_days(days - 7_000), weekday);
            assert_eq!(i64::from(weekday.days_since_monday()), days - 4);
        }
        assert_eq!(
            serde_json::to_string(&Weekday::Monday).unwrap(),
            "\"monday\""
        );
        for days in [i64::MIN, i64::MAX] {
            assert!(Weekday::ALL.contains(&Weekday::of_days(days)));
        }
    }
}
