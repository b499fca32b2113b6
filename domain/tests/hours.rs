//! Laws of opening hours, checked on random weeks, exceptions and zones.
//!
//! Invariant: what is right is found by looking at the clock on the wall minute by minute, never
//! by the code under test.

#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

use domain::date::{Date, Weekday};
use domain::json;
use domain::settings::{
    DayException, Interval, MinuteOfDay, OffsetSpan, Opening, OpeningHours, WeekInterval, ZoneName,
};
use domain::text::DisplayName;
use domain::time::Timestamp;
use proptest::prelude::*;
use std::fmt::Debug;

const MINUTE_MS: i64 = 60_000;
const DAY_MINUTES: i64 = 1440;
/// How far the oracle looks, in minutes.
const ORACLE_MINUTES: i64 = 9 * DAY_MINUTES;
/// 2026-01-01, in days since 1970-01-01. Everything random lies around it.
const SOME_DAY: i32 = 20_454;

/// Mostly such as people write, so that intervals meet.
fn minute(max: u16) -> impl Strategy<Value = MinuteOfDay> {
    let round = (0..=max / 240).prop_map(|n| n * 240);
    let minute = prop_oneof![3 => round, 1 => 0..=max];
    minute.prop_map(|minutes| MinuteOfDay::new(minutes).unwrap())
}

fn interval() -> impl Strategy<Value = Interval> {
    (minute(1439), minute(1440)).prop_map(|(from, to)| Interval::new(from, to).unwrap())
}

fn hours(days: std::ops::Range<i32>) -> impl Strategy<Value = OpeningHours> {
    let row = (prop::sample::select(Weekday::ALL.to_vec()), interval())
        .prop_map(|(day, interval)| WeekInterval { day, interval });
    let exception = (prop::collection::vec(interval(), 0..4), any::<bool>()).prop_map(
        |(intervals, is_named)| {
            let name = is_named.then(|| DisplayName::parse("Holiday").unwrap());
            (name, intervals)
        },
    );
    let exceptions = prop::collection::btree_map(days, exception, 0..8);
    (prop::collection::vec(row, 0..14), exceptions).prop_map(|(week, exceptions)| {
        let exception = |(day, (name, intervals))| DayException {
            date: Date::from_days(day).unwrap(),
            name,
            intervals,
        };
        OpeningHours {
            zone: ZoneName::parse("Europe/Berlin").unwrap(),
            week,
            exceptions: exceptions.into_iter().map(exception).collect(),
        }
    })
}

fn near_hours() -> impl Strategy<Value = OpeningHours> {
    hours(SOME_DAY - 8..SOME_DAY + 12)
}

fn now() -> impl Strategy<Value = Timestamp> {
    let first = i64::from(SOME_DAY) * DAY_MINUTES;
    let minute = first - 2 * DAY_MINUTES..first + 2 * DAY_MINUTES;
    let ms = prop_oneof![Just(0), Just(1), Just(MINUTE_MS - 1), 0..MINUTE_MS];
    (minute, ms).prop_map(|(minute, ms)| Timestamp::from_ms(minute * MINUTE_MS + ms))
}

/// Clocks are changed by half an hour to a whole day, some days apart.
fn offsets() -> impl Strategy<Value = Vec<OffsetSpan>> {
    let change = (
        3 * DAY_MINUTES..12 * DAY_MINUTES,
        prop::sample::select(vec![-86_400, -7200, -3600, -1800, 1800, 3600, 7200, 86_400]),
    );
    let changes = prop::collection::vec(change, 0..5);
    (-6..=6_i32, 0..DAY_MINUTES, changes).prop_map(|(quarters, minute, changes)| {
        let mut at = (i64::from(SOME_DAY) - 20) * DAY_MINUTES + minute;
        let mut offset_seconds = quarters * 900;
        let mut spans = vec![(at, offset_seconds)];
        for (pause, change) in changes {
            at += pause;
            // No place is further from UTC than that.
            if (offset_seconds + change).abs() <= 93_600 {
                offset_seconds += change;
            }
            spans.push((at, offset_seconds));
        }
        let span = |(at, offset_seconds)| OffsetSpan {
            from: Timestamp::from_ms(at * MINUTE_MS),
            offset_seconds,
        };
        spans.into_iter().map(span).collect()
    })
}

fn offset(offsets: &[OffsetSpan], at: i64) -> i64 {
    let mut found = offsets.first().map_or(0, |span| span.offset_seconds);
    for span in offsets {
        if span.from.ms() <= at {
            found = span.offset_seconds;
        }
    }
    i64::from(found) * 1000
}

/// Whether the clock on the wall shows the same time twice within the hours around this instant.
fn is_repeated(offsets: &[OffsetSpan], at: i64) -> bool {
    offsets
        .iter()
        .zip(offsets.iter().skip(1))
        .any(|(span, next)| {
            let back = i64::from(span.offset_seconds - next.offset_seconds) * 1000;
            back > 0 && (at - next.from.ms()).abs() <= back
        })
}

/// Whether it is open at an instant, as somebody would find out who looks at the wall.
fn is_open(hours: &OpeningHours, offsets: &[OffsetSpan], at: i64) -> bool {
    let minutes = (at + offset(offsets, at)).div_euclid(MINUTE_MS);
    let (day, minute) = (
        minutes.div_euclid(DAY_MINUTES),
        minutes.rem_euclid(DAY_MINUTES),
    );
    let date = Date::from_days(i32::try_from(day).unwrap()).unwrap();
    let exception = |date| hours.exceptions.iter().find(|one| one.date == date);
    let begin_on = |date: Date| -> Vec<Interval> {
        if let Some(exception) = exception(date) {
            return exception.intervals.clone();
        }
        let rows = hours.week.iter().filter(|row| row.day == date.weekday());
        rows.map(|row| row.interval).collect()
    };
    let today = begin_on(date).into_iter().any(|interval| {
        let (from, to) = (interval.from().minutes(), interval.to().minutes());
        minute >= i64::from(from) && (to <= from || minute < i64::from(to))
    });
    let since_yesterday = begin_on(date.previous().unwrap())
        .into_iter()
        .any(|interval| {
            interval.to() <= interval.from() && minute < i64::from(interval.to().minutes())
        });
    today || (exception(date).is_none() && since_yesterday)
}

fn change(opening: Opening) -> Option<Timestamp> {
    match opening {
        Opening::Open { until } => until,
        Opening::Closed { opens } => opens,
    }
}

fn check_wire<T>(value: &T)
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + Debug,
{
    let wire = serde_json::to_string(value).unwrap();
    assert_eq!(serde_json::from_str::<T>(&wire).unwrap(), *value);
    assert_eq!(json::write(value).unwrap(), wire);
    assert_eq!(json::read::<T>(&wire).unwrap(), *value);
}

fn noise() -> impl Strategy<Value = Vec<OffsetSpan>> {
    let small = (-9_i64..9).prop_map(|n| i64::from(SOME_DAY) * DAY_MINUTES * MINUTE_MS + n);
    let edge = prop::sample::select(vec![i64::MIN, i64::MIN + 1, 0, i64::MAX - 1, i64::MAX]);
    let from = prop_oneof![any::<i64>(), small, edge];
    let offset = prop_oneof![
        any::<i32>(),
        -90_000..90_000,
        Just(i32::MIN),
        Just(i32::MAX)
    ];
    let span = (from, offset).prop_map(|(from, offset_seconds)| OffsetSpan {
        from: Timestamp::from_ms(from),
        offset_seconds,
    });
    prop::collection::vec(span, 0..6)
}

proptest! {
    #[test]
    fn the_answer_is_what_the_wall_shows(
        hours in near_hours(),
        offsets in offsets(),
        now in now(),
    ) {
        let opening = hours.opening(&offsets, now);
        // A time that comes twice has a rule of its own; see the unit tests.
        if !is_repeated(&offsets, now.ms()) {
            prop_assert_eq!(opening.is_open(), is_open(&hours, &offsets, now.ms()));
        }
        let next_minute = now.ms().div_euclid(MINUTE_MS) + 1;
        for minute in next_minute..next_minute + ORACLE_MINUTES {
            let at = minute * MINUTE_MS;
            if is_repeated(&offsets, at) {
                break;
            }
            let has_changed = is_open(&hours, &offsets, at) != opening.is_open();
            let says_changed = change(opening).is_some_and(|change| change.ms() <= at);
            prop_assert_eq!(says_changed, has_changed, "{} {:?}", at, opening);
            if has_changed {
                break;
            }
        }
    }

    #[test]
    fn nothing_changes_before_it_is_said_to(
        hours in near_hours(),
        offsets in offsets(),
        now in now(),
        samples in prop::collection::vec(0..1_000_i64, 20),
    ) {
        let opening = hours.opening(&offsets, now);
        if let Some(change) = change(opening) {
            prop_assert!(change > now);
            let length = change.ms() - now.ms();
            let between = samples.iter().map(|sample| now.ms() + length * sample / 1_000);
            for at in between.chain([now.ms(), change.ms() - 1]) {
                let at = Timestamp::from_ms(at);
                prop_assert_eq!(hours.opening(&offsets, at), opening, "{:?}", at);
            }
            prop_assert_ne!(hours.opening(&offsets, change).is_open(), opening.is_open());
        }
    }

    #[test]
    fn spans_far_away_change_nothing(
        hours in near_hours(),
        offsets in offsets(),
        now in now(),
    ) {
        let far = |days: i32, offset_seconds| OffsetSpan {
            from: Timestamp::from_ms(i64::from(SOME_DAY + days) * DAY_MINUTES * MINUTE_MS),
            offset_seconds,
        };
        let mut more = vec![far(-9_000, 7 * 3600), far(-8_000, -7 * 3600)];
        more.extend(&offsets);
        more.extend([far(8_000, 7 * 3600), far(9_000, -7 * 3600)]);
        prop_assert_eq!(hours.opening(&more, now), hours.opening(&offsets, now));
    }

    #[test]
    fn the_order_of_rows_is_no_matter(
        hours in near_hours(),
        offsets in offsets(),
        now in now(),
    ) {
        let mut turned = hours.clone();
        turned.week.reverse();
        turned.exceptions.reverse();
        turned.exceptions.iter_mut().for_each(|exception| exception.intervals.reverse());
        prop_assert_eq!(turned.opening(&offsets, now), hours.opening(&offsets, now));
        prop_assert_eq!(turned.checked().is_ok(), hours.checked().is_ok());
    }

    #[test]
    fn hours_in_which_nothing_overlaps_pass(
        cuts in prop::collection::btree_set(0..7 * DAY_MINUTES, 0..15),
        shift in 0..7_usize,
    ) {
        // Every second stretch between cuts of the week, as far as an interval can be that long.
        let cuts: Vec<_> = cuts.into_iter().collect();
        let minute = |cut: i64| {
            MinuteOfDay::new(u16::try_from(cut.rem_euclid(DAY_MINUTES)).unwrap()).unwrap()
        };
        let row = |pair: &[i64]| {
            let day = (pair[0] / DAY_MINUTES + i64::try_from(shift).unwrap()) % 7;
            WeekInterval {
                day: Weekday::ALL[usize::try_from(day).unwrap()],
                interval: Interval::new(minute(pair[0]), minute(pair[1])).unwrap(),
            }
        };
        let pairs = cuts.chunks_exact(2).filter(|pair| pair[1] - pair[0] <= DAY_MINUTES);
        let hours = OpeningHours {
            zone: ZoneName::parse("UTC").unwrap(),
            week: pairs.map(row).collect(),
            exceptions: Vec::new(),
        };
        prop_assert_eq!(hours.checked(), Ok(()));
    }

    #[test]
    fn wire_hours_and_answers_read_back(
        hours in near_hours(),
        offsets in offsets(),
        now in now(),
    ) {
        check_wire(&hours);
        check_wire(&offsets);
        check_wire(&hours.opening(&offsets, now));
        if let Err(defect) = hours.checked() {
            check_wire(&defect);
        }
    }

    #[test]
    fn any_input_has_an_answer(
        hours in hours(-719_162..2_932_896),
        offsets in noise(),
        now in prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX), Just(0)],
        text in "\\PC{0,80}",
    ) {
        let mut hours = hours;
        let twice = hours.exceptions.clone();
        hours.exceptions.extend(twice);
        let _ = hours.opening(&offsets, Timestamp::from_ms(now));
        let _ = hours.checked();
        let _ = Date::parse(&text);
        let _ = MinuteOfDay::parse(&text);
        let _ = ZoneName::parse(&text);
        let _ = json::read::<OpeningHours>(&text);
        let row = format!("{{\"day\":\"monday\",\"interval\":{{\"from\":{text:?},\"to\":\"08:00\"}}}}");
        let is_minute = MinuteOfDay::parse(&text).is_some();
        prop_assert_eq!(json::read::<WeekInterval>(&row).is_ok(), is_minute);
    }
}
