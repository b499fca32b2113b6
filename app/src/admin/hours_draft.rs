//! Opening hours as they are being edited: texts in fields, from and to what `domain` calls hours.
//!
//! Invariant: what was read and not typed over comes out as it was, but for its order and for
//! exceptions, which are shown as ranges.

use domain::api::Field;
use domain::date::{Date, Weekday};
use domain::limit;
use domain::settings::{DayException, Interval, MinuteOfDay, OpeningHours, WeekInterval, ZoneName};
use domain::text::{DisplayName, Reason};
use leptos::prelude::*;

/// What a new time is, where nothing says otherwise.
const FROM: &str = "09:00";
const TO: &str = "17:00";
/// The zone of new hours, until somebody chooses theirs.
const ZONE: &str = "UTC";

/// A time to be open as it is being edited.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct IntervalDraft {
    id: usize,
    /// When it opens, `HH:MM`.
    pub from: RwSignal<String>,
    /// When it closes; on the next day unless it is later.
    pub to: RwSignal<String>,
}

impl IntervalDraft {
    /// The id of one of its fields.
    pub fn field(self, name: &str) -> String {
        format!("time-{}-{name}", self.id)
    }

    /// Whether it closes on the day after.
    pub fn is_overnight(self) -> bool {
        let is_midnight = self.to.with(|to| to == "00:00");
        let checked = self.checked().ok();
        !is_midnight && checked.is_some_and(|time| time.to() <= time.from())
    }

    fn checked(self) -> Result<Interval, Reason> {
        let minute = |text: RwSignal<String>| text.with(|text| MinuteOfDay::parse(text.trim()));
        let (from, to) = (minute(self.from), minute(self.to));
        let times = from.zip(to);
        times
            .and_then(|(from, to)| Interval::new(from, to))
            .ok_or(Reason::Form)
    }
}

/// Dates that are not as their week is, as they are being edited.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ExceptionDraft {
    id: usize,
    /// The first date, or the only one.
    pub first: RwSignal<String>,
    /// The last date; empty where there is one.
    pub last: RwSignal<String>,
    /// What people call it.
    pub name: RwSignal<String>,
    /// When it is open.
    pub times: RwSignal<Vec<IntervalDraft>>,
}

impl ExceptionDraft {
    /// The id of one of its fields.
    pub fn field(self, name: &str) -> String {
        format!("exception-{}-{name}", self.id)
    }

    /// One exception for each of its dates.
    fn checked(self) -> Result<Vec<DayException>, Reason> {
        let read = |text: RwSignal<String>| text.with(|text| Date::parse(text.trim()));
        let first = read(self.first).ok_or(Reason::Form)?;
        let last = if self.last.with(|last| last.trim().is_empty()) {
            first
        } else {
            read(self.last).ok_or(Reason::Form)?
        };
        let days = last.days().saturating_sub(first.days());
        if !usize::try_from(days).is_ok_and(|days| days < limit::DAY_EXCEPTIONS_MAX) {
            return Err(Reason::Form);
        }
        let name = self.name.get();
        let name = if name.trim().is_empty() {
            None
        } else {
            Some(DisplayName::parse(&name)?)
        };
        let intervals = times(self.times)?;
        let dates = (first.days()..=last.days()).filter_map(Date::from_days);
        Ok(dates
            .map(|date| DayException {
                date,
                name: name.clone(),
                intervals: intervals.clone(),
            })
            .collect())
    }
}

fn times(times: RwSignal<Vec<IntervalDraft>>) -> Result<Vec<Interval>, Reason> {
    times
        .get()
        .into_iter()
        .map(IntervalDraft::checked)
        .collect()
}

/// Opening hours as they are being edited.
#[derive(Clone, Copy)]
pub struct HoursDraft {
    /// Whether there are any; else it is always open.
    pub is_limited: RwSignal<bool>,
    /// The zone's name.
    pub zone: RwSignal<String>,
    /// Monday first.
    days: StoredValue<Vec<RwSignal<Vec<IntervalDraft>>>>,
    /// In the order in which they were made.
    pub exceptions: RwSignal<Vec<ExceptionDraft>>,
    next: StoredValue<usize>,
}

impl HoursDraft {
    /// Always open.
    pub fn always() -> Self {
        let days = Weekday::ALL.map(|_| RwSignal::new(Vec::new())).to_vec();
        Self {
            is_limited: RwSignal::new(false),
            zone: RwSignal::new(ZONE.to_owned()),
            days: StoredValue::new(days),
            exceptions: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        }
    }

    /// The times of a day of the week.
    pub fn of_day(self, day: Weekday) -> RwSignal<Vec<IntervalDraft>> {
        let at = usize::from(day.days_since_monday());
        let found = self.days.with_value(|days| days.get(at).copied());
        found.unwrap_or_else(|| RwSignal::new(Vec::new()))
    }

    fn id(self) -> usize {
        let id = self.next.get_value();
        self.next.set_value(id.saturating_add(1));
        id
    }

    fn time(self, from: &str, to: &str) -> IntervalDraft {
        IntervalDraft {
            id: self.id(),
            from: RwSignal::new(from.to_owned()),
            to: RwSignal::new(to.to_owned()),
        }
    }

    /// One more time of a day: after those that are there.
    pub fn interval(self, times: RwSignal<Vec<IntervalDraft>>) -> IntervalDraft {
        let last = times.with_untracked(|times| times.last().copied());
        match last {
            None => self.time(FROM, TO),
            Some(last) => {
                let from = last.to.get_untracked();
                self.time(&from, "")
            }
        }
    }

    /// One more exception: closed all day, until somebody says otherwise.
    pub fn exception(self) -> ExceptionDraft {
        ExceptionDraft {
            id: self.id(),
            first: RwSignal::new(String::new()),
            last: RwSignal::new(String::new()),
            name: RwSignal::new(String::new()),
            times: RwSignal::new(Vec::new()),
        }
    }

    /// Gives the days from Monday to Friday the times of this one.
    pub fn copy_to_workdays(self, from: Weekday) {
        let times = self.of_day(from).get_untracked();
        for day in Weekday::ALL.into_iter().take(5).filter(|day| *day != from) {
            let copied = times
                .iter()
                .map(|time| self.time(&time.from.get_untracked(), &time.to.get_untracked()));
            self.of_day(day).set(copied.collect());
        }
    }

    /// Forgets what was typed. Where there were no hours, the week is a common one, to begin with.
    pub fn adopt(self, hours: Option<&OpeningHours>) {
        self.is_limited.set(hours.is_some());
        for day in Weekday::ALL {
            let is_workday = day.days_since_monday() < 5;
            let times = match hours {
                None if is_workday => vec![self.time(FROM, TO)],
                None => Vec::new(),
                Some(hours) => {
                    let of_day = hours.week.iter().filter(|row| row.day == day);
                    of_day.map(|row| self.of_interval(row.interval)).collect()
                }
            };
            self.of_day(day).set(times);
        }
        let zone = hours.map_or(ZONE, |hours| hours.zone.as_str());
        self.zone.set(zone.to_owned());
        let exceptions = hours.map_or(&[][..], |hours| &hours.exceptions);
        let drafts = ranges(exceptions).into_iter().map(|(first, last)| {
            let draft = self.exception();
            draft.first.set(first.date.to_string());
            if last != first.date {
                draft.last.set(last.to_string());
            }
            let name = first.name.as_ref().map_or("", DisplayName::as_str);
            draft.name.set(name.to_owned());
            let times = first.intervals.iter().map(|time| self.of_interval(*time));
            draft.times.set(times.collect());
            draft
        });
        self.exceptions.set(drafts.collect());
    }

    fn of_interval(self, interval: Interval) -> IntervalDraft {
        // A field for a time of day knows one midnight alone.
        let to = MinuteOfDay::END == interval.to();
        let to = if to {
            "00:00".to_owned()
        } else {
            interval.to().to_string()
        };
        self.time(&interval.from().to_string(), &to)
    }

    /// What is typed; `None` for always open. The exceptions come by their dates.
    pub fn checked(self) -> Result<Option<OpeningHours>, (Field, Reason)> {
        if !self.is_limited.get() {
            return Ok(None);
        }
        let wrong = |reason| (Field::Hours, reason);
        let mut week = Vec::new();
        for day in Weekday::ALL {
            let times = times(self.of_day(day)).map_err(wrong)?;
            week.extend(
                times
                    .into_iter()
                    .map(|interval| WeekInterval { day, interval }),
            );
        }
        let zone = self.zone.with(|zone| ZoneName::parse(zone));
        let mut exceptions = Vec::new();
        for draft in self.exceptions.get() {
            exceptions.extend(draft.checked().map_err(wrong)?);
        }
        exceptions.sort_by_key(|exception| exception.date);
        let hours = OpeningHours {
            zone: zone.map_err(|reason| (Field::Zone, reason))?,
            week,
            exceptions,
        };
        hours.checked().or(Err(wrong(Reason::Form)))?;
        Ok(Some(hours))
    }
}

/// Exceptions on following dates that say the same, as the first of them and the last date.
fn ranges(exceptions: &[DayException]) -> Vec<(DayException, Date)> {
    let mut sorted = exceptions.to_vec();
    sorted.sort_by_key(|exception| exception.date);
    let mut ranges: Vec<(DayException, Date)> = Vec::new();
    for exception in sorted {
        match ranges.last_mut() {
            Some((first, last))
                if last.next() == Some(exception.date)
                    && first.name == exception.name
                    && first.intervals == exception.intervals =>
            {
                *last = exception.date;
            }
            _ => {
                let date = exception.date;
                ranges.push((exception, date));
            }
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exception(date: &str, name: &str) -> DayException {
        DayException {
            date: Date::parse(date).unwrap(),
            name: DisplayName::parse(name).ok(),
            intervals: Vec::new(),
        }
    }

    fn interval(text: &str) -> Interval {
        let (from, to) = text.split_once('-').unwrap();
        let minute = |text| MinuteOfDay::parse(text).unwrap();
        Interval::new(minute(from), minute(to)).unwrap()
    }

    #[test]
    fn what_was_read_comes_out_as_it_was() {
        let owner = Owner::new();
        owner.with(|| {
            let hours = OpeningHours {
                zone: ZoneName::parse("Europe/Berlin").unwrap(),
                week: vec![
                    WeekInterval {
                        day: Weekday::Monday,
                        interval: interval("09:00-12:00"),
                    },
                    WeekInterval {
                        day: Weekday::Monday,
                        interval: interval("13:00-17:00"),
                    },
                    WeekInterval {
                        day: Weekday::Saturday,
                        interval: interval("22:00-02:00"),
                    },
                ],
                exceptions: vec![
                    exception("2026-12-24", "Holidays"),
                    exception("2026-12-25", "Holidays"),
                    exception("2027-01-01", "New Year"),
                ],
            };
            let draft = HoursDraft::always();
            assert_eq!(draft.checked(), Ok(None));
            draft.adopt(Some(&hours));
            assert_eq!(draft.checked(), Ok(Some(hours)));
            let rows = draft.exceptions.get();
            let first = |row: &ExceptionDraft| (row.first.get(), row.last.get());
            let shown: Vec<_> = rows.iter().map(first).collect();
            let pair = |first: &str, last: &str| (first.to_owned(), last.to_owned());
            assert_eq!(
                shown,
                [pair("2026-12-24", "2026-12-25"), pair("2027-01-01", "")]
            );
        });
    }

    #[test]
    fn a_day_is_copied_to_the_days_of_work() {
        let owner = Owner::new();
        owner.with(|| {
            let draft = HoursDraft::always();
            draft.is_limited.set(true);
            draft
                .of_day(Weekday::Sunday)
                .set(vec![draft.time("10:00", "00:00")]);
            draft.copy_to_workdays(Weekday::Sunday);
            let hours = draft.checked().unwrap().unwrap();
            assert_eq!(hours.week.len(), 6);
            assert!(
                hours
                    .week
                    .iter()
                    .all(|row| row.interval == interval("10:00-00:00"))
            );
        });
    }

    #[test]
    fn times_that_overlap_are_named() {
        let owner = Owner::new();
        owner.with(|| {
            let draft = HoursDraft::always();
            draft.adopt(None);
            draft.is_limited.set(true);
            assert!(draft.checked().is_ok());
            let monday = draft.of_day(Weekday::Monday);
            monday.update(|times| times.push(draft.time("16:00", "18:00")));
            assert_eq!(draft.checked(), Err((Field::Hours, Reason::Form)));
            draft.zone.set(String::new());
            monday.set(Vec::new());
            assert_eq!(draft.checked(), Err((Field::Zone, Reason::Empty)));
        });
    }
}
