//! When a chat profile is open: its week, and the dates on which the week does not count. One
//! function answers, and widget, bot and queue alike ask it.
//!
//! Invariant: reads no clock and knows no zone; `now` and the zone's offsets are handed in.

mod calendar;
#[cfg(test)]
mod tests;

use crate::date::{Date, Weekday, push_digits, read_digits};
use crate::limit;
use crate::text::{self, DisplayName, Reason};
use crate::time::Timestamp;
use calendar::{Calendar, DAY_MINUTES, DAY_MS, DAYS_BACK, Wall};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::collections::BTreeSet;
use std::fmt;

/// When a chat profile is open, by the clock on the wall of its zone. With no interval at all it
/// never is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningHours {
    /// Whose wall clock counts.
    pub zone: ZoneName,
    /// What comes again every week, in any order.
    pub week: Vec<WeekInterval>,
    /// The dates on which the week does not count, in any order.
    pub exceptions: Vec<DayException>,
}

/// One time to be open in every week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekInterval {
    /// The day it begins on.
    pub day: Weekday,
    /// From when until when.
    pub interval: Interval,
}

/// A date that is not as its day of the week is.
///
/// What it says is all there is to say of the date: an interval that began on the day before is
/// cut at midnight, as a holiday is closed from its midnight on, and the night shift before it
/// would otherwise have to be changed, too. Its own intervals may run past midnight like any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayException {
    /// Which.
    pub date: Date,
    /// What people call it, such as a holiday's name.
    #[serde(default)]
    pub name: Option<DisplayName>,
    /// When it is open; nothing is closed all day.
    pub intervals: Vec<Interval>,
}

/// A minute of a day on the wall: 0 to 1440, where 1440 is the midnight that ends the day. Its
/// text is `HH:MM`, from `00:00` to `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MinuteOfDay(u16);

impl MinuteOfDay {
    /// The midnight that ends the day.
    pub const END: Self = Self(24 * 60);

    /// So many minutes after the midnight that begins the day; `None` for more than 1440.
    pub fn new(minutes: u16) -> Option<Self> {
        let minute = Self(minutes);
        (minute <= Self::END).then_some(minute)
    }

    /// Reads `HH:MM`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (hours, minutes) = text.split_once(':')?;
        let (hours, minutes) = (read_digits(hours, 2)?, read_digits(minutes, 2)?);
        let within = (minutes < 60).then_some(minutes)?;
        Self::new(hours.checked_mul(60)?.checked_add(within)?)
    }

    /// Minutes since the midnight that begins the day, 0 to 1440.
    pub fn minutes(self) -> u16 {
        self.0
    }
}

impl fmt::Display for MinuteOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = i32::from(self.0);
        let mut out = String::with_capacity(5);
        push_digits(&mut out, minutes / 60, 2);
        out.push(':');
        push_digits(&mut out, minutes % 60, 2);
        f.write_str(&out)
    }
}

impl Serialize for MinuteOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MinuteOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not a time of day"))
    }
}

/// A time to be open: from a minute of one day, up to but without a minute of the same day or, if
/// that is not later, of the next. So it lasts 24 hours at most, and `24:00` and `00:00` are the
/// same end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Bounds")]
pub struct Interval {
    from: MinuteOfDay,
    to: MinuteOfDay,
}

/// An interval as it travels, unchecked.
#[derive(Deserialize)]
struct Bounds {
    from: MinuteOfDay,
    to: MinuteOfDay,
}

impl TryFrom<Bounds> for Interval {
    type Error = Reason;

    fn try_from(Bounds { from, to }: Bounds) -> Result<Self, Reason> {
        Self::new(from, to).ok_or(Reason::Form)
    }
}

impl Interval {
    /// `None` when it would begin at `24:00`, which is `00:00` of another day.
    pub fn new(from: MinuteOfDay, to: MinuteOfDay) -> Option<Self> {
        (from < MinuteOfDay::END).then_some(Self { from, to })
    }

    /// When it opens, `23:59` at the latest.
    pub fn from(self) -> MinuteOfDay {
        self.from
    }

    /// When it closes; on the next day unless it is later than [`Self::from`].
    pub fn to(self) -> MinuteOfDay {
        self.to
    }

    /// Its begin in minutes since the midnight of its day: 0 to 1439.
    fn begin(self) -> i64 {
        self.from.0.into()
    }

    /// Its end in minutes since the midnight of its day: 1 to 2879.
    fn end(self) -> i64 {
        let is_next_day = self.to <= self.from;
        i64::from(self.to.0) + if is_next_day { DAY_MINUTES } else { 0 }
    }
}

/// The name of a time zone as IANA has it, such as `Europe/Berlin`: 1 to
/// [`limit::ZONE_NAME_CHARS_MAX`] letters, digits, `/`, `_`, `-` or `+` of ASCII. Only the form is
/// checked here; which zones there are, the server knows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ZoneName(String);

impl ZoneName {
    /// Reads and trims a name.
    ///
    /// # Errors
    /// The [`Reason`] it is refused for.
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let text = text.trim();
        let max = limit::ZONE_NAME_CHARS_MAX;
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"_-+".contains(&byte);
        // Zones are commonly files; a name with an empty part could be a path from the root.
        let is_part = |part: &str| !part.is_empty() && part.bytes().all(is_word);
        if text.is_empty() {
            Err(Reason::Empty)
        } else if text::chars(text) > max {
            Err(Reason::TooLong { max })
        } else if text.split('/').all(is_part) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Reason::Form)
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ZoneName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

/// What is wrong with opening hours, and where. An `index` counts the intervals of that day or
/// date from 0, in the order in which they are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum HoursDefect {
    /// More than [`limit::INTERVALS_PER_DAY_MAX`] intervals on a day of the week.
    #[error("too many intervals on {day:?}")]
    DayTooFull {
        /// Which day.
        day: Weekday,
    },
    /// An interval of the week begins while another one runs, perhaps since the day before.
    #[error("interval {index} of {day:?} begins within another")]
    DayOverlap {
        /// Its day.
        day: Weekday,
        /// Its place on that day.
        index: usize,
    },
    /// More than [`limit::DAY_EXCEPTIONS_MAX`] exceptions.
    #[error("too many exceptions")]
    TooManyExceptions,
    /// Two exceptions on one date.
    #[error("two exceptions on {date}")]
    DateTwice {
        /// Which date.
        date: Date,
    },
    /// More than [`limit::INTERVALS_PER_DAY_MAX`] intervals on the date of an exception.
    #[error("too many intervals on {date}")]
    DateTooFull {
        /// Which date.
        date: Date,
    },
    /// An interval of an exception begins while another one of it runs.
    #[error("interval {index} of {date} begins within another")]
    DateOverlap {
        /// Its date.
        date: Date,
        /// Its place on that date.
        index: usize,
    },
}

/// A stretch of time in which a zone is that far from UTC. Each is valid until the next begins;
/// the first also counts for all time before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffsetSpan {
    /// From when on.
    pub from: Timestamp,
    /// What is added to UTC for the time on the wall, in seconds: 3600 in Berlin's winter.
    pub offset_seconds: i32,
}

/// Whether it is open, and until when that stays so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opening {
    /// It is open.
    Open {
        /// From then on it is not; `None` if it stays open for
        /// [`limit::OPENING_DAYS_AHEAD`] days or longer.
        until: Option<Timestamp>,
    },
    /// It is closed.
    Closed {
        /// From then on it is open; `None` if it stays closed for
        /// [`limit::OPENING_DAYS_AHEAD`] days or longer.
        opens: Option<Timestamp>,
    },
}

impl Opening {
    /// Whether it is open now.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open { .. })
    }
}

impl OpeningHours {
    /// Whether it is open at `now`, and when that changes: the one answer for widget, bot and
    /// queue alike.
    ///
    /// `offsets` are those of the zone, ascending, at least from ten days before `now` to
    /// [`limit::OPENING_DAYS_AHEAD`] and ten days after; none at all are UTC. Open at the begin of
    /// an interval, closed at its end; intervals that meet or overlap are one stretch.
    ///
    /// When clocks are put forward, a time on the wall that is skipped is the moment of the jump.
    /// When they are put back, a time comes twice: an opening is at the first, a closing at the
    /// second, so that nobody is shut out by a clock, and a repeated hour is open in one piece.
    ///
    /// Looks at each day up to [`limit::OPENING_DAYS_AHEAD`] days ahead once, and ends with the
    /// first answer. Hours that are not [`Self::checked`] have an answer, too; of two exceptions
    /// on one date the last counts.
    pub fn opening(&self, offsets: &[OffsetSpan], now: Timestamp) -> Opening {
        let wall = Wall::near(offsets, now);
        let now = now.ms();
        let today = wall.time(now).div_euclid(DAY_MS);
        let (first, last) = (today - DAYS_BACK, today + limit::OPENING_DAYS_AHEAD);
        let calendar = Calendar::of(self, first, last + 1);
        let mut until: Option<i64> = None;
        for day in first..=last {
            for (begin, end) in calendar.minutes(day) {
                let (opens, closes) = (wall.opens(day, begin), wall.closes(day, end));
                if closes <= now.max(opens) {
                    continue;
                }
                // They come by their begin, so that the first beyond a gap ends the search.
                match until {
                    None if opens > now => return closed(opens),
                    Some(end) if opens > end => return open(end),
                    _ => until = until.max(Some(closes)),
                }
            }
        }
        match until {
            None => Opening::Closed { opens: None },
            Some(end) if end < wall.opens(last + 1, 0) => open(end),
            Some(_) => Opening::Open { until: None },
        }
    }

    /// Whether these can be hours. What an exception's interval past midnight meets on the next
    /// day is no defect: both count.
    ///
    /// # Errors
    /// The first [`HoursDefect`].
    pub fn checked(&self) -> Result<(), HoursDefect> {
        self.check_week()?;
        if self.exceptions.len() > limit::DAY_EXCEPTIONS_MAX {
            return Err(HoursDefect::TooManyExceptions);
        }
        let mut dates = BTreeSet::new();
        for exception in &self.exceptions {
            let date = exception.date;
            if !dates.insert(date) {
                return Err(HoursDefect::DateTwice { date });
            }
            if exception.intervals.len() > limit::INTERVALS_PER_DAY_MAX {
                return Err(HoursDefect::DateTooFull { date });
            }
            let listed = exception.intervals.iter().enumerate();
            let bounds = listed.map(|(index, one)| (one.begin(), one.end(), index));
            if let Some(index) = overlap(bounds.collect(), 0) {
                return Err(HoursDefect::DateOverlap { date, index });
            }
        }
        Ok(())
    }

    fn check_week(&self) -> Result<(), HoursDefect> {
        const WEEK_MINUTES: i64 = 7 * DAY_MINUTES;
        let mut bounds = Vec::new();
        for day in Weekday::ALL {
            let midnight = i64::from(day.days_since_monday()) * DAY_MINUTES;
            let of_day = self.week.iter().filter(|row| row.day == day);
            let of_day: Vec<_> = of_day.map(|row| row.interval).collect();
            if of_day.len() > limit::INTERVALS_PER_DAY_MAX {
                return Err(HoursDefect::DayTooFull { day });
            }
            for (index, one) in of_day.into_iter().enumerate() {
                bounds.push((midnight + one.begin(), midnight + one.end(), (day, index)));
            }
        }
        // Where Sunday's last one ends in the week after.
        let last_end = bounds.iter().map(|(_, end, _)| *end).max();
        let busy_until = last_end.unwrap_or(0).saturating_sub(WEEK_MINUTES);
        match overlap(bounds, busy_until) {
            Some((day, index)) => Err(HoursDefect::DayOverlap { day, index }),
            None => Ok(()),
        }
    }
}

/// The first of these, given as (begin, end, place), that begins while another one runs or before
/// `busy_until`.
fn overlap<P: Copy + Ord>(mut bounds: Vec<(i64, i64, P)>, mut busy_until: i64) -> Option<P> {
    bounds.sort_unstable_by_key(|(begin, _, place)| (*begin, *place));
    bounds.into_iter().find_map(|(begin, end, place)| {
        let is_free = begin >= busy_until;
        busy_until = busy_until.max(end);
        (!is_free).then_some(place)
    })
}

fn open(until: i64) -> Opening {
    let until = Some(Timestamp::from_ms(until));
    Opening::Open { until }
}

fn closed(opens: i64) -> Opening {
    let opens = Some(Timestamp::from_ms(opens));
    Opening::Closed { opens }
}
