//! What the window says on certain days.
//!
//! Invariant: the order of the rows is the order in which they are tried; days are those of the
//! chat profile's own time zone.

use super::ordered::{Names, Row, RowField, ordered};
use super::teasers::wrong;
use crate::locale::{admin as text, t};
use crate::ui::Card;
use domain::api::Field;
use domain::date::Date;
use domain::limit;
use domain::settings::Banner;
use domain::text::{Reason, WordingText};
use leptos::prelude::*;

const ROWS: Names = Names {
    title: text::BANNERS,
    hint: text::BANNERS_HINT,
    hint_id: "banners-hint",
    place: text::BANNERS_PLACE,
    class: "teasers__one teasers__one--days",
    empty_title: text::BANNERS_EMPTY_TITLE,
    empty_text: text::BANNERS_EMPTY_TEXT,
    add: text::BANNERS_ADD,
    max: limit::BANNERS_MAX,
};

/// A banner as it is being edited.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BannerDraft {
    id: usize,
    text: RwSignal<String>,
    from: RwSignal<String>,
    until: RwSignal<String>,
}

impl Row for BannerDraft {
    fn blank(id: usize) -> Self {
        Self::new(id, "", None, None)
    }

    fn id(self) -> usize {
        self.id
    }
}

impl BannerDraft {
    fn new(id: usize, text: &str, from: Option<Date>, until: Option<Date>) -> Self {
        let shown = |day: Option<Date>| RwSignal::new(day.map_or_else(String::new, shown));
        Self {
            id,
            text: RwSignal::new(text.to_owned()),
            from: shown(from),
            until: shown(until),
        }
    }

    /// The rows of these.
    pub fn all_of(banners: &[Banner]) -> Vec<Self> {
        let rows = banners.iter().enumerate();
        rows.map(|(id, banner)| Self::new(id, banner.text.as_str(), banner.from, banner.until))
            .collect()
    }

    /// Whether something else is typed than this.
    pub fn differs(self, banner: &Banner) -> bool {
        self.text.with(|text| text.trim() != banner.text.as_str())
            || self
                .from
                .with(|day| *day != banner.from.map_or_else(String::new, shown))
            || self
                .until
                .with(|day| *day != banner.until.map_or_else(String::new, shown))
    }

    /// What is typed in it.
    pub fn checked(self) -> Result<Banner, Reason> {
        let from = self.from.with(|typed| day(typed))?;
        Ok(Banner {
            text: self.text.with(|text| WordingText::parse(text))?,
            from,
            until: self.until.with(|typed| ends(from, typed))?,
        })
    }
}

fn shown(day: Date) -> String {
    day.to_string()
}

/// A day, if one is typed.
fn day(typed: &str) -> Result<Option<Date>, Reason> {
    if typed.is_empty() {
        return Ok(None);
    }
    Date::parse(typed).map(Some).ok_or(Reason::Form)
}

/// The last day, if one is typed; not before the first.
fn ends(from: Option<Date>, typed: &str) -> Result<Option<Date>, Reason> {
    let until = day(typed)?;
    let is_backwards = from.zip(until).is_some_and(|(from, until)| from > until);
    if is_backwards {
        Err(Reason::Form)
    } else {
        Ok(until)
    }
}

/// What the window says on certain days.
#[component]
pub fn Banners(
    rows: RwSignal<Vec<BannerDraft>>,
    /// Whether each field says what is wrong with it.
    is_strict: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <Card title=t(text::BANNERS_TITLE) lead=t(text::BANNERS_LEAD)>
            {ordered(&ROWS, rows, move |row| fields(row, is_strict))}
        </Card>
    }
}

/// The fields of a row.
fn fields(row: BannerDraft, is_strict: RwSignal<bool>) -> AnyView {
    let BannerDraft {
        id,
        text: said,
        from,
        until,
    } = row;
    let backwards = Signal::derive(move || {
        let from = from.with(|typed| day(typed)).ok().flatten();
        let is_wrong = until.with(|typed| ends(from, typed)).is_err();
        (is_strict.get() && is_wrong).then(|| t(text::BANNERS_BACKWARDS).to_owned())
    });
    view! {
        <RowField
            id=format!("banner-{id}-text")
            label=text::TEASERS_TEXT
            value=said
            error=wrong(is_strict, said, WordingText::parse, Field::Texts)
        />
        <RowField
            id=format!("banner-{id}-from")
            label=text::BANNERS_FROM
            kind="date"
            value=from
            error=wrong(is_strict, from, day, Field::Texts)
        />
        <RowField
            id=format!("banner-{id}-until")
            label=text::BANNERS_UNTIL
            kind="date"
            value=until
            error=backwards
        />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_typed_or_left_open_and_go_forwards() {
        let first = Date::new(2026, 12, 24);
        assert_eq!(day(""), Ok(None));
        assert_eq!(day("2026-12-24"), Ok(first));
        assert_eq!(day("24.12."), Err(Reason::Form));
        assert_eq!(ends(first, "2026-12-24"), Ok(first));
        assert_eq!(ends(first, "2026-12-23"), Err(Reason::Form));
        assert_eq!(ends(None, "2026-12-23"), Ok(Date::new(2026, 12, 23)));
        assert_eq!(first.map(shown).as_deref(), Some("2026-12-24"));
    }
}
