//! Hours on certain dates in certain zones, one by one; `tests/hours.rs` holds the laws.
//!
//! Invariant: what is expected was read off a calendar.

use super::calendar::{MINUTE_MS, wall_time};
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
