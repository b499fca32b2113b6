//! Times in words: how long ago, what o'clock, which day. Called by views after hydration, with
//! the browser's offset from UTC; the server renders `<time datetime>` and no local time.
//!
//! Invariant: pure; `now` and the offset are arguments.

use super::{Text, t, t_with};
use domain::time::{Span, Timestamp};

texts! { "format";
    NOW "now" "now";
    SECONDS "seconds" "{count} s";
    MINUTES "minutes" "{count} min";
    UNDER_A_MINUTE "under_a_minute" "< 1 min";
    HOURS "hours" "{count} h";
    HOURS_MINUTES "hours_minutes" "{hours} h {minutes} min";
    DAYS "days" "{count} d";
    KILOBYTES "kilobytes" "{count} KB";
    MEGABYTES "megabytes" "{count} MB";
    TODAY "today" "Today";
    YESTERDAY "yesterday" "Yesterday";
    DAY_MONTH "day_month" "{day} {month}";
    DAY_MONTH_YEAR "day_month_year" "{day} {month} {year}";
    DAY_TIME "day_time" "{day}, {time}";
    MONDAY "monday" "Monday";
    TUESDAY "tuesday" "Tuesday";
    WEDNESDAY "wednesday" "Wednesday";
    THURSDAY "thursday" "Thursday";
    FRIDAY "friday" "Friday";
    SATURDAY "saturday" "Saturday";
    SUNDAY "sunday" "Sunday";
    JANUARY "january" "January";
    FEBRUARY "february" "February";
    MARCH "march" "March";
    APRIL "april" "April";
    MAY "may" "May";
    JUNE "june" "June";
    JULY "july" "July";
    AUGUST "august" "August";
    SEPTEMBER "september" "September";
    OCTOBER "october" "October";
    NOVEMBER "november" "November";
    DECEMBER "december" "December";
}

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// Minutes by which local time is ahead of UTC (a browser's `getTimezoneOffset` negated).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offset(pub i32);

/// A date and time as a wall clock shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Local {
    /// Days since 1970-01-01.
    day: i64,
    /// Minutes since midnight, 0 to 1439.
    minute: u32,
}

impl Local {
    fn of(at: Timestamp, offset: Offset) -> Self {
        let minutes = at.ms().div_euclid(60_000).saturating_add(offset.0.into());
        Self {
            day: minutes.div_euclid(1440),
            minute: u32::try_from(minutes.rem_euclid(1440)).unwrap_or_default(),
        }
    }
}

/// Year, month (1 to 12) and day of the month of a day since 1970-01-01 (Gregorian). Counts in
/// years that begin in March, so that the leap day is a year's last.
fn civil(day: i64) -> (i64, u32, u32) {
    let shifted = day.saturating_add(719_468);
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day_of_month = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let small = |n: i64| u32::try_from(n).unwrap_or_default();
    (year, small(month), small(day_of_month))
}

/// How long ago, for a row of a list: "now", "5 min", "3 h", "2 d".
pub fn ago(span: Span) -> String {
    match span.ms() {
        0..MINUTE_MS => t(NOW).into(),
        ms @ MINUTE_MS..HOUR_MS => counted(MINUTES, ms / MINUTE_MS),
        ms @ HOUR_MS..DAY_MS => counted(HOURS, ms / HOUR_MS),
        ms => counted(DAYS, ms / DAY_MS),
    }
}

/// How long somebody has waited: "< 1 min", "4 min", "1 h 5 min", "2 d".
pub fn waited(span: Span) -> String {
    match span.ms() {
        0..MINUTE_MS => t(UNDER_A_MINUTE).into(),
        ms @ MINUTE_MS..HOUR_MS => counted(MINUTES, ms / MINUTE_MS),
        ms @ HOUR_MS..DAY_MS => t_with(
            HOURS_MINUTES,
            &[
                ("hours", &(ms / HOUR_MS).to_string()),
                ("minutes", &(ms % HOUR_MS / MINUTE_MS).to_string()),
            ],
        ),
        ms => counted(DAYS, ms / DAY_MS),
    }
}

/// How long until it may be tried again, rounded up: "5 s", "2 min".
pub fn until(span: Span) -> String {
    match span.ms() {
        ms @ 0..MINUTE_MS => counted(SECONDS, ms.div_ceil(1000).max(1)),
        ms => counted(MINUTES, ms.div_ceil(MINUTE_MS)),
    }
}

/// What o'clock: "14:03".
pub fn clock(at: Timestamp, offset: Offset) -> String {
    let Local { minute, .. } = Local::of(at, offset);
    let mut out = String::with_capacity(5);
    two_digits(&mut out, minute / 60);
    out.push(':');
    two_digits(&mut out, minute % 60);
    out
}

/// Which day, seen from `now`: "Today", "Yesterday", "Monday" (of this week or the next days), "3 November", "3 November 2024".
pub fn day(at: Timestamp, now: Timestamp, offset: Offset) -> String {
    let (then, today) = (Local::of(at, offset).day, Local::of(now, offset).day);
    match today.saturating_sub(then) {
        0 => t(TODAY).into(),
        1 => t(YESTERDAY).into(),
        -6..=6 => t(weekday(then)).into(),
        _ => {
            let (year, month, day) = civil(then);
            let day = day.to_string();
            let month = t(month_name(month));
            if civil(today).0 == year {
                t_with(DAY_MONTH, &[("day", &day), ("month", month)])
            } else {
                let year = year.to_string();
                t_with(
                    DAY_MONTH_YEAR,
                    &[("day", &day), ("month", month), ("year", &year)],
                )
            }
        }
    }
}

/// The number of a day, in its local time: another number is another day.
pub fn day_number(at: Timestamp, offset: Offset) -> i64 {
    Local::of(at, offset).day
}

/// Day and time in one: "Today, 14:03".
pub fn day_and_clock(at: Timestamp, now: Timestamp, offset: Offset) -> String {
    t_with(
        DAY_TIME,
        &[("day", &day(at, now, offset)), ("time", &clock(at, offset))],
    )
}

/// Whether a day divider stands between two entries.
pub fn is_other_day(a: Timestamp, b: Timestamp, offset: Offset) -> bool {
    Local::of(a, offset).day != Local::of(b, offset).day
}

/// For the `datetime` attribute of `<time>`: "2026-11-21T14:03Z".
pub fn machine(at: Timestamp) -> String {
    let local = Local::of(at, Offset(0));
    let (year, month, day) = civil(local.day);
    let mut out = year.to_string();
    for (mark, number) in [
        ('-', month),
        ('-', day),
        ('T', local.minute / 60),
        (':', local.minute % 60),
    ] {
        out.push(mark);
        two_digits(&mut out, number);
    }
    out.push('Z');
    out
}

fn counted(text: Text, count: u64) -> String {
    t_with(text, &[("count", &count.to_string())])
}

fn two_digits(out: &mut String, number: u32) {
    for digit in [number / 10, number % 10] {
        out.push(char::from_digit(digit % 10, 10).unwrap_or('0'));
    }
}

/// 1970-01-01 was a Thursday.
fn weekday(day: i64) -> Text {
    match day.rem_euclid(7) {
        0 => THURSDAY,
        1 => FRIDAY,
        2 => SATURDAY,
        3 => SUNDAY,
        4 => MONDAY,
        5 => TUESDAY,
        _ => WEDNESDAY,
    }
}

fn month_name(month: u32) -> Text {
    match month {
        1 => JANUARY,
        2 => FEBRUARY,
        3 => MARCH,
        4 => APRIL,
        5 => MAY,
        6 => JUNE,
        7 => JULY,
        8 => AUGUST,
        9 => SEPTEMBER,
        10 => OCTOBER,
        11 => NOVEMBER,
        _ => DECEMBER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_795_262_400_000; // 2026-11-21T12:00Z, a Saturday

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    #[test]
    fn spans_in_words() {
        for (ms, expected_ago, expected_waited, expected_until) in [
            (0, "now", "< 1 min", "1 s"),
            (59_999, "now", "< 1 min", "60 s"),
            (60_000, "1 min", "1 min", "1 min"),
            (61_000, "1 min", "1 min", "2 min"),
            (3_900_000, "1 h", "1 h 5 min", "65 min"),
            (200_000_000, "2 d", "2 d", "3334 min"),
        ] {
            let span = Span::from_ms(ms);
            assert_eq!(ago(span), expected_ago);
            assert_eq!(waited(span), expected_waited);
            assert_eq!(until(span), expected_until);
        }
    }

    #[test]
    fn clocks_follow_the_offset() {
        for (offset, expected) in [(0, "12:00"), (60, "13:00"), (-330, "06:30"), (765, "00:45")] {
            assert_eq!(clock(at(NOON), Offset(offset)), expected);
        }
        assert_eq!(clock(at(-60_000), Offset(0)), "23:59");
    }

    #[test]
    fn days_are_named_from_now() {
        let day_ms = 86_400_000;
        for (days, expected) in [
            (0, "Today"),
            (1, "Yesterday"),
            (2, "Thursday"),
            (6, "Sunday"),
            (7, "14 November"),
            (324, "1 January"),
            (325, "31 December 2025"),
            (-1, "Sunday"),
            (-6, "Friday"),
            (-7, "28 November"),
        ] {
            assert_eq!(
                day(at(NOON - days * day_ms), at(NOON), Offset(0)),
                expected,
                "{days}"
            );
        }
        assert_eq!(
            day_and_clock(at(NOON), at(NOON), Offset(60)),
            "Today, 13:00"
        );
        assert!(
            is_other_day(at(NOON), at(NOON), Offset(0))
                != is_other_day(at(NOON), at(NOON - day_ms), Offset(0))
        );
    }

    #[test]
    fn leap_days_are_days() {
        for (ms, expected) in [
            (0, "1970-01-01T00:00Z"),
            (-1, "1969-12-31T23:59Z"),
            (951_782_400_000, "2000-02-29T00:00Z"),
            (1_709_164_800_000, "2024-02-29T00:00Z"),
            (4_107_542_400_000, "2100-03-01T00:00Z"),
            (NOON, "2026-11-21T12:00Z"),
        ] {
            assert_eq!(machine(at(ms)), expected);
        }
    }
}
