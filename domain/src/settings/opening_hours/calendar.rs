//! Which intervals begin on which day, and when a time on the wall of a zone is.
//!
//! Invariant: every day has a week and every instant a time on the wall, also beyond the ends of
//! the calendar and of the offsets that were handed in.

use super::{DayException, Interval, OffsetSpan, OpeningHours, WeekInterval};
use crate::date::Weekday;
use crate::limit;
use crate::time::Timestamp;
use std::collections::BTreeMap;

/// Minutes of a day on the wall.
pub(super) const DAY_MINUTES: i64 = 24 * 60;
/// Milliseconds of a minute.
pub(super) const MINUTE_MS: i64 = 60_000;
/// Milliseconds of a day on the wall.
pub(super) const DAY_MS: i64 = DAY_MINUTES * MINUTE_MS;
/// An interval reaches into the day after its own, and clocks have been put back by a whole day.
pub(super) const DAYS_BACK: i64 = 3;
/// Offsets reach 26 hours to either side, and an interval begins `DAYS_BACK` before today.
const OFFSETS_BACK_MS: i64 = (DAYS_BACK + 4) * DAY_MS;
/// Likewise at the other end, where an interval ends on the day after the last.
const OFFSETS_AHEAD_MS: i64 = (limit::OPENING_DAYS_AHEAD + 5) * DAY_MS;

/// Which intervals begin on which day, each day's by their begin. Days count from 1970-01-01, so
/// that days beyond the calendar's ends have a week, too.
pub(super) struct Calendar {
    week: BTreeMap<Weekday, Vec<Interval>>,
    exceptions: BTreeMap<i64, Vec<Interval>>,
}

impl Calendar {
    pub(super) fn of(hours: &OpeningHours, first: i64, last: i64) -> Self {
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
    pub(super) fn minutes(&self, day: i64) -> impl Iterator<Item = (i64, i64)> {
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
pub(super) struct Wall(Vec<Piece>);

/// A stretch of time, in milliseconds since the Unix epoch, and what is added to it for the time
/// on the wall.
struct Piece {
    begin: i64,
    end: i64,
    offset: i64,
}

impl Wall {
    /// The pieces that count for the days around `now` that are looked at.
    pub(super) fn near(offsets: &[OffsetSpan], now: Timestamp) -> Self {
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
    pub(super) fn time(&self, instant: i64) -> i64 {
        let offset = self.0.iter().rev().find(|piece| piece.begin <= instant);
        instant.saturating_add(offset.map_or(0, |piece| piece.offset))
    }

    /// The first instant at which the wall shows this time, or a later one.
    pub(super) fn opens(&self, day: i64, minute: i64) -> i64 {
        let time = wall_time(day, minute);
        let first = |piece: &Piece| {
            let at = time.saturating_sub(piece.offset).max(piece.begin);
            (at < piece.end).then_some(at)
        };
        self.0.iter().find_map(first).unwrap_or(time)
    }

    /// The first instant from which on the wall shows this time or a later one for good.
    pub(super) fn closes(&self, day: i64, minute: i64) -> i64 {
        let time = wall_time(day, minute);
        let is_before = |piece: &&Piece| piece.begin.saturating_add(piece.offset) < time;
        let last = self.0.iter().rev().find(is_before);
        last.map_or(time, |piece| {
            time.saturating_sub(piece.offset).min(piece.end)
        })
    }
}

pub(super) fn wall_time(day: i64, minute: i64) -> i64 {
    let midnight = day.saturating_mul(DAY_MS);
    midnight.saturating_add(minute.saturating_mul(MINUTE_MS))
}
