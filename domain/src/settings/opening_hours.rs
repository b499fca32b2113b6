//! When a chat profile is open: its week, and the dates on which the week does not count. One
//! function answers, and widget, bot and queue alike ask it.
//!
//! Invariant: reads no clock and knows no zone; `now` and the zone's offsets are handed in.

use crate::date::{Date, Weekday, push_digits, read_digits};
use crate::limit;
use crate::text::{self, DisplayName, Reason};
use crate::time::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Minutes of a day on the wall.
const DAY_MINUTES: i64 = 24 * 60;
/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;
/// Milliseconds of a day on the wall.
const DAY_MS: i64 = DAY_MINUTES * MINUTE_MS;
/// An interval reaches into the day after its own, and clocks have been put back by a whole day.
const DAYS_BACK: i64 = 3;
/// Offsets reach 26 hours to either side, and an interval begins `DAYS_BACK` before today.
const OFFSETS_BACK_MS: i64 = (DAYS_BACK + 4) * DAY_MS;
/// Likewise at the other end, where an interval ends on the day after the last.
const OFFSETS_AHEAD_MS: i64 = (limit::OPENING_DAYS_AHEAD + 5) * DAY_MS;

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

/// Which intervals begin on which day, each day's by their begin. Days count from 1970-01-01, so
/// that days beyond the calendar's ends have a week, too.
struct Calendar {
    week: BTreeMap<Weekday, Vec<Interval>>,
    exceptions: BTreeMap<i64, Vec<Interval>>,
}

impl Calendar {
    fn of(hours: &OpeningHours, first: i64, last: i64) -> Self {
        let mut week: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for WeekInterval { day, interval } in &hours.week {
            week.entry(*day).or_default().push(*interval);
        }
        let by_day = |exception: &DayException| {
            let day = i64::from(exception.date.days());
            let is_near = (first..=last).contains(&day);
            is_near.then(|| (day, exception.intervals.clone()))
        };
        let mut exceptions: BTreeMap<_, _> = hours.exceptions.iter().filter_map(by_day).collect();
        for of_day in week.values_mut().chain(exceptions.values_mut()) {
            of_day.sort_unstable();
        }
        Self { week, exceptions }
    }

    /// Begin and end of each interval that begins on this day, in minutes since its midnight.
    fn minutes(&self, day: i64) -> impl Iterator<Item = (i64, i64)> {
        let of_week = || self.week.get(&Weekday::of_days(day));
        let of_day = self.exceptions.get(&day).or_else(of_week);
        let is_cut = self.exceptions.contains_key(&(day + 1));
        let end_max = if is_cut { DAY_MINUTES } else { 2 * DAY_MINUTES };
        let bounds = move |interval: &Interval| (interval.begin(), interval.end().min(end_max));
        of_day.into_iter().flatten().map(bounds)
    }
}

/// The clock on the wall: which of its times is when. Times on it count milliseconds since
/// 1970-01-01T00:00 of the place.
struct Wall(Vec<Piece>);

/// A stretch of time, in milliseconds since the Unix epoch, and what is added to it for the time
/// on the wall.
struct Piece {
    begin: i64,
    end: i64,
    offset: i64,
}

impl Wall {
    /// The pieces that count for the days around `now` that are looked at.
    fn near(offsets: &[OffsetSpan], now: Timestamp) -> Self {
        let first = now.ms().saturating_sub(OFFSETS_BACK_MS);
        let last = now.ms().saturating_add(OFFSETS_AHEAD_MS);
        let changes = || offsets.iter().skip(1).map(|span| span.from.ms());
        let begins = std::iter::once(i64::MIN).chain(changes());
        let ends = changes().chain([i64::MAX]);
        let piece = |((span, begin), end): ((&OffsetSpan, i64), i64)| Piece {
            begin,
            end,
            offset: i64::from(span.offset_seconds) * 1000,
        };
        let pieces = offsets.iter().zip(begins).zip(ends).map(piece);
        let is_near =
            |piece: &Piece| piece.begin < piece.end && piece.end > first && piece.begin <= last;
        Self(pieces.filter(is_near).collect())
    }

    /// The time on the wall at an instant.
    fn time(&self, instant: i64) -> i64 {
        let offset = self.0.iter().rev().find(|piece| piece.begin <= instant);
        instant.saturating_add(offset.map_or(0, |piece| piece.offset))
    }

    /// The first instant at which the wall shows this time, or a later one.
    fn opens(&self, day: i64, minute: i64) -> i64 {
        let time = wall_time(day, minute);
        let first = |piece: &Piece| {
            let at = time.saturating_sub(piece.offset).max(piece.begin);
            (at < piece.end).then_some(at)
        };
        self.0.iter().find_map(first).unwrap_or(time)
    }

    /// The first instant from which on the wall shows this time or a later one for good.
    fn closes(&self, day: i64, minute: i64) -> i64 {
        let time = wall_time(day, minute);
        let is_before = |piece: &&Piece| piece.begin.saturating_add(piece.offset) < time;
        let last = self.0.iter().rev().find(is_before);
        last.map_or(time, |piece| {
            time.saturating_sub(piece.offset).min(piece.end)
        })
    }
}

fn wall_time(day: i64, minute: i64) -> i64 {
    let midnight = day.saturating_mul(DAY_MS);
    midnight.saturating_add(minute.saturating_mul(MINUTE_MS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};

    const WORKDAYS: [Weekday; 5] = [Monday, Tuesday, Wednesday, Thursday, Friday];

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    /// Reads "09:00-12:00 13:00-17:00".
    fn intervals(text: &str) -> Vec<Interval> {
        let interval = |text: &str| {
            let (from, to) = text.split_once('-').unwrap();
            let minute = |text| MinuteOfDay::parse(text).unwrap();
            Interval::new(minute(from), minute(to)).unwrap()
        };
        text.split_whitespace().map(interval).collect()
    }

    fn hours(week: &[(Weekday, &str)], exceptions: &[(&str, &str)]) -> OpeningHours {
        let of_day = |(day, text): &(Weekday, &str)| {
            let day = *day;
            let row = move |interval| WeekInterval { day, interval };
            intervals(text).into_iter().map(row)
        };
        let exception = |(on, text): &(&str, &str)| DayException {
            date: date(on),
            name: None,
            intervals: intervals(text),
        };
        OpeningHours {
            zone: ZoneName::parse("Europe/Berlin").unwrap(),
            week: week.iter().flat_map(of_day).collect(),
            exceptions: exceptions.iter().map(exception).collect(),
        }
    }

    fn on(days: &[Weekday], text: &'static str) -> Vec<(Weekday, &'static str)> {
        days.iter().map(|day| (*day, text)).collect()
    }

    /// Reads "2026-03-29 01:00" of UTC.
    fn at(text: &str) -> Timestamp {
        let (day, minute) = text.split_once(' ').unwrap();
        let minute = MinuteOfDay::parse(minute).unwrap().minutes();
        Timestamp::from_ms(wall_time(date(day).days().into(), minute.into()))
    }

    fn shown(opening: Opening) -> String {
        let (word, change) = match opening {
            Opening::Open { until } => ("open", until),
            Opening::Closed { opens } => ("closed", opens),
        };
        let Some(change) = change else {
            return word.to_owned();
        };
        let (day, rest) = (
            change.ms().div_euclid(DAY_MS),
            change.ms().rem_euclid(DAY_MS),
        );
        let minute = MinuteOfDay::new(u16::try_from(rest / MINUTE_MS).unwrap()).unwrap();
        let day = Date::from_days(i32::try_from(day).unwrap()).unwrap();
        format!("{word} until {day} {minute}")
    }

    /// Berlin's winter, summer and winter again.
    fn berlin() -> [OffsetSpan; 3] {
        let span = |from, offset_seconds| OffsetSpan {
            from: at(from),
            offset_seconds,
        };
        [
            span("2025-10-26 01:00", 3600),
            span("2026-03-29 01:00", 7200),
            span("2026-10-25 01:00", 3600),
        ]
    }

    fn check(hours: &OpeningHours, offsets: &[OffsetSpan], cases: &[(&str, &str)]) {
        assert_eq!(hours.checked(), Ok(()));
        for (now, want) in cases {
            assert_eq!(shown(hours.opening(offsets, at(now))), *want, "{now}");
        }
    }

    #[test]
    fn a_week_with_lunch_breaks() {
        let hours = hours(&on(&WORKDAYS, "13:00-17:00 09:00-12:00"), &[]);
        check(
            &hours,
            &[],
            &[
                ("2026-01-05 08:59", "closed until 2026-01-05 09:00"),
                ("2026-01-05 09:00", "open until 2026-01-05 12:00"),
                ("2026-01-05 11:59", "open until 2026-01-05 12:00"),
                ("2026-01-05 12:00", "closed until 2026-01-05 13:00"),
                ("2026-01-05 13:00", "open until 2026-01-05 17:00"),
                ("2026-01-05 17:00", "closed until 2026-01-06 09:00"),
                ("2026-01-09 17:00", "closed until 2026-01-12 09:00"),
                ("1969-12-31 10:00", "open until 1969-12-31 12:00"),
            ],
        );
        let noon = Timestamp::from_ms(at("2026-01-05 12:00").ms() - 1);
        assert!(hours.opening(&[], noon).is_open(), "a millisecond earlier");
    }

    #[test]
    fn nights() {
        let nights = [
            (Friday, "22:00-06:00"),
            (Sunday, "20:00-02:00"),
            (Monday, "08:00-12:00"),
        ];
        check(
            &hours(&nights, &[]),
            &[],
            &[
                ("2026-01-09 21:59", "closed until 2026-01-09 22:00"),
                ("2026-01-09 22:00", "open until 2026-01-10 06:00"),
                ("2026-01-10 00:00", "open until 2026-01-10 06:00"),
                ("2026-01-10 05:59", "open until 2026-01-10 06:00"),
                ("2026-01-10 06:00", "closed until 2026-01-11 20:00"),
                ("2026-01-11 23:00", "open until 2026-01-12 02:00"),
                ("2026-01-12 01:59", "open until 2026-01-12 02:00"),
                ("2026-01-12 02:00", "closed until 2026-01-12 08:00"),
            ],
        );
    }

    #[test]
    fn what_meets_is_one_stretch() {
        let meeting = [
            (Monday, "09:00-12:00 12:00-24:00"),
            (Tuesday, "00:00-01:00"),
        ];
        let case = [("2026-01-05 10:00", "open until 2026-01-06 01:00")];
        check(&hours(&meeting, &[]), &[], &case);
        let whole_day = [
            ("2026-01-05 07:59", "closed until 2026-01-05 08:00"),
            ("2026-01-05 08:00", "open until 2026-01-06 08:00"),
            ("2026-01-06 07:59", "open until 2026-01-06 08:00"),
            ("2026-01-06 08:00", "closed until 2026-01-12 08:00"),
        ];
        check(&hours(&[(Monday, "08:00-08:00")], &[]), &[], &whole_day);
        for end in ["08:00-00:00", "08:00-24:00"] {
            let case = [("2026-01-05 23:59", "open until 2026-01-06 00:00")];
            check(&hours(&[(Monday, end)], &[]), &[], &case);
        }
        for always in ["00:00-24:00", "00:00-00:00", "08:00-08:00", "23:59-23:59"] {
            let hours = hours(&on(&Weekday::ALL, always), &[]);
            check(&hours, &[], &[("2026-01-05 10:00", "open")]);
            check(&hours, &berlin(), &[("2026-10-25 00:30", "open")]);
        }
    }

    #[test]
    fn dates_on_which_the_week_does_not_count() {
        let week = [
            on(&WORKDAYS, "09:00-17:00"),
            vec![(Saturday, "22:00-04:00")],
        ]
        .concat();
        let hours = hours(
            &week,
            &[
                ("2026-12-25", ""),
                ("2026-12-24", "09:00-12:00"),
                ("2026-12-20", "13:00-18:00"),
                ("2026-12-28", "22:00-03:00"),
                ("2026-12-30", "20:00-06:00"),
                ("2026-12-31", "02:00-03:00"),
            ],
        );
        check(
            &hours,
            &[],
            &[
                // A special opening on a Sunday, which cuts Saturday's night.
                ("2026-12-19 23:00", "open until 2026-12-20 00:00"),
                ("2026-12-20 00:00", "closed until 2026-12-20 13:00"),
                ("2026-12-20 13:00", "open until 2026-12-20 18:00"),
                ("2026-12-20 18:00", "closed until 2026-12-21 09:00"),
                // A short day, a holiday, and a Saturday that is as always.
                ("2026-12-24 11:00", "open until 2026-12-24 12:00"),
                ("2026-12-24 12:00", "closed until 2026-12-26 22:00"),
                ("2026-12-25 10:00", "closed until 2026-12-26 22:00"),
                ("2026-12-26 23:00", "open until 2026-12-27 04:00"),
                // An exception's night runs on into a plain day, and not into another exception.
                ("2026-12-28 10:00", "closed until 2026-12-28 22:00"),
                ("2026-12-28 22:00", "open until 2026-12-29 03:00"),
                ("2026-12-29 09:00", "open until 2026-12-29 17:00"),
                ("2026-12-30 23:00", "open until 2026-12-31 00:00"),
                ("2026-12-31 00:00", "closed until 2026-12-31 02:00"),
                ("2026-12-31 10:00", "closed until 2027-01-01 09:00"),
            ],
        );
    }

    #[test]
    fn clocks_put_forward() {
        // On 2026-03-29 it is 02:00 and 03:00 in Berlin at 01:00 UTC.
        let check = |text, cases: &[_]| check(&hours(&[(Sunday, text)], &[]), &berlin(), cases);
        check(
            "01:30-05:00",
            &[("2026-03-29 00:30", "open until 2026-03-29 03:00")],
        );
        check(
            "02:30-05:00",
            &[("2026-03-29 00:59", "closed until 2026-03-29 01:00")],
        );
        check(
            "02:30-05:00",
            &[("2026-03-29 01:00", "open until 2026-03-29 03:00")],
        );
        check(
            "01:00-02:30",
            &[("2026-03-29 00:59", "open until 2026-03-29 01:00")],
        );
        check(
            "01:00-02:30",
            &[("2026-03-29 01:00", "closed until 2026-04-04 23:00")],
        );
        check(
            "02:10-02:50",
            &[("2026-03-29 00:59", "closed until 2026-04-05 00:10")],
        );
        check(
            "02:00-03:00",
            &[("2026-03-29 01:00", "closed until 2026-04-05 00:00")],
        );
    }

    #[test]
    fn clocks_put_back() {
        // On 2026-10-25 it is 02:30 in Berlin at 00:30 UTC and at 01:30 UTC.
        let check = |text, cases: &[_]| check(&hours(&[(Sunday, text)], &[]), &berlin(), cases);
        check(
            "02:30-05:00",
            &[("2026-10-25 00:29", "closed until 2026-10-25 00:30")],
        );
        check(
            "02:30-05:00",
            &[("2026-10-25 00:30", "open until 2026-10-25 04:00")],
        );
        check(
            "02:30-05:00",
            &[("2026-10-25 01:00", "open until 2026-10-25 04:00")],
        );
        check(
            "00:00-02:30",
            &[("2026-10-25 00:30", "open until 2026-10-25 01:30")],
        );
        check(
            "00:00-02:30",
            &[("2026-10-25 01:30", "closed until 2026-10-31 23:00")],
        );
        check(
            "02:10-02:20",
            &[("2026-10-25 00:40", "open until 2026-10-25 01:20")],
        );
        check(
            "00:00-02:30 02:30-05:00",
            &[("2026-10-25 00:00", "open until 2026-10-25 04:00")],
        );
    }

    #[test]
    fn a_night_and_a_day_off_around_the_jump() {
        let nights = on(&Weekday::ALL, "22:00-06:00");
        check(
            &hours(&nights, &[("2026-10-25", "")]),
            &berlin(),
            &[
                ("2026-03-28 22:00", "open until 2026-03-29 04:00"),
                ("2026-03-29 04:00", "closed until 2026-03-29 20:00"),
                ("2026-10-24 21:00", "open until 2026-10-24 22:00"),
                ("2026-10-24 22:00", "closed until 2026-10-26 21:00"),
            ],
        );
    }

    #[test]
    fn there_is_an_end_to_looking_ahead() {
        let cases = [("2026-01-05 10:00", "closed")];
        check(&hours(&[], &[]), &[], &cases);
        check(&hours(&[], &[("2026-12-25", "")]), &berlin(), &cases);
        let today = date("2026-01-05").days();
        let ahead = i32::try_from(limit::OPENING_DAYS_AHEAD).unwrap();
        let on = |days: i32| Date::from_days(today + days).unwrap().to_string();
        let (last, beyond) = (on(ahead), on(ahead + 1));
        let found = format!("closed until {last} 23:00");
        let check_on = |on: &str, want| {
            let hours = hours(&[], &[(on, "23:00-24:00"), ("9999-12-31", "08:00-09:00")]);
            check(&hours, &[], &[("2026-01-05 10:00", want)]);
        };
        check_on(&last, &found);
        check_on(&beyond, "closed");
        let far = hours(&[], &[("9999-12-31", "08:00-07:00")]);
        check(
            &far,
            &[],
            &[("9999-12-31 07:00", "closed until 9999-12-31 08:00")],
        );
        let open = far.opening(&[], at("9999-12-31 09:00"));
        let end = Timestamp::from_ms(at("9999-12-31 07:00").ms() + DAY_MS);
        assert_eq!(open, Opening::Open { until: Some(end) });
    }

    #[test]
    fn defects_have_a_place() {
        use HoursDefect as D;
        let week = |rows: &[(Weekday, &str)]| hours(rows, &[]).checked();
        let dates = |rows: &[(&str, &str)]| hours(&[], rows).checked();
        let on_monday = |index| Err(D::DayOverlap { day: Monday, index });
        let on_date = |on, index| {
            Err(D::DateOverlap {
                date: date(on),
                index,
            })
        };
        let full = "00:00-00:01 ".repeat(limit::INTERVALS_PER_DAY_MAX + 1);
        let (a, b) = ("2026-12-24", "2026-12-25");

        assert_eq!(
            week(&[(Monday, "09:00-12:00 12:00-13:00 08:00-09:00")]),
            Ok(())
        );
        assert_eq!(week(&[(Monday, "09:00-12:00 11:59-13:00")]), on_monday(1));
        assert_eq!(week(&[(Monday, "11:59-13:00 09:00-12:00")]), on_monday(0));
        assert_eq!(week(&[(Monday, "09:00-10:00 09:00-10:00")]), on_monday(1));
        assert_eq!(
            week(&[(Monday, "09:00-18:00 10:00-11:00 12:00-13:00")]),
            on_monday(1)
        );
        assert_eq!(
            week(&[(Monday, "02:00-03:00"), (Sunday, "20:00-02:00")]),
            Ok(())
        );
        assert_eq!(
            week(&[(Monday, "01:59-03:00"), (Sunday, "20:00-02:00")]),
            on_monday(0)
        );
        let tuesday = Err(D::DayOverlap {
            day: Tuesday,
            index: 0,
        });
        assert_eq!(
            week(&[(Tuesday, "05:59-07:00"), (Monday, "22:00-06:00")]),
            tuesday
        );
        assert_eq!(
            week(&[(Monday, "08:00-08:00"), (Tuesday, "07:00-09:00")]),
            tuesday
        );
        assert_eq!(week(&[(Friday, &full)]), Err(D::DayTooFull { day: Friday }));

        assert_eq!(dates(&[(a, "20:00-06:00"), (b, "05:00-07:00")]), Ok(()));
        assert_eq!(
            dates(&[(b, ""), (a, "09:00-12:00 10:00-11:00")]),
            on_date(a, 1)
        );
        assert_eq!(dates(&[(a, "22:00-06:00 23:00-24:00")]), on_date(a, 1));
        assert_eq!(
            dates(&[(a, ""), (b, ""), (a, "")]),
            Err(D::DateTwice { date: date(a) })
        );
        assert_eq!(dates(&[(a, &full)]), Err(D::DateTooFull { date: date(a) }));
        let days: Vec<_> = (0..=500)
            .map(|n| Date::from_days(n).unwrap().to_string())
            .collect();
        let days: Vec<_> = days.iter().map(|day| (day.as_str(), "")).collect();
        assert_eq!(dates(&days), Err(D::TooManyExceptions));
        assert_eq!(dates(&days[1..]), Ok(()));
    }

    #[test]
    fn times_of_day_and_names_of_zones_have_their_form() {
        for (text, minutes) in [
            ("00:00", 0),
            ("09:05", 545),
            ("23:59", 1439),
            ("24:00", 1440),
        ] {
            let minute = MinuteOfDay::parse(text).unwrap();
            assert_eq!(
                (minute.minutes(), minute.to_string()),
                (minutes, text.to_owned())
            );
        }
        for bad in [
            "", "24:01", "25:00", "12:60", "9:00", "09:0", "09:00:00", "+9:00", "-1:00",
        ] {
            assert_eq!(MinuteOfDay::parse(bad), None, "{bad}");
        }
        let late = MinuteOfDay::parse("23:59").unwrap();
        assert_eq!(Interval::new(MinuteOfDay::END, late), None);
        let wire = r#"{"from":"24:00","to":"08:00"}"#;
        assert!(serde_json::from_str::<Interval>(wire).is_err());
        assert!(crate::json::read::<Interval>(wire).is_err());

        for good in [
            "Europe/Berlin",
            "UTC",
            "Etc/GMT+5",
            "America/Port-au-Prince",
            "EST5EDT",
        ] {
            assert_eq!(ZoneName::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "/etc/passwd",
            "../x",
            "a//b",
            "a/",
            "Europe/Zürich",
            "a b",
            "UTC\0",
        ] {
            assert_eq!(ZoneName::parse(bad), Err(Reason::Form), "{bad}");
        }
        assert_eq!(ZoneName::parse(" "), Err(Reason::Empty));
        assert!(matches!(
            ZoneName::parse(&"a".repeat(65)),
            Err(Reason::TooLong { .. })
        ));
    }
}
