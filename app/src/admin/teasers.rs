//! What stands beside the closed bubble: one text for all pages, and others for certain ones.
//!
//! Invariant: the order of the rows is the order in which they are tried.

use super::ordered::{Names, Row, RowField, ordered};
use crate::locale::{admin as text, refusal, t, t_with};
use crate::ui::{Card, TextField};
use domain::api::Field;
use domain::limit;
use domain::settings::PageTeaser;
use domain::text::{Reason, Teaser, UrlPattern};
use leptos::prelude::*;

const ROWS: Names = Names {
    title: text::TEASERS,
    hint: text::TEASERS_HINT,
    hint_id: "teasers-hint",
    place: text::TEASERS_PLACE,
    class: "teasers__one",
    empty_title: text::TEASERS_EMPTY_TITLE,
    empty_text: text::TEASERS_EMPTY_TEXT,
    add: text::TEASERS_ADD,
    max: limit::TEASERS_MAX,
};

/// A text for certain pages as it is being edited.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TeaserDraft {
    id: usize,
    url: RwSignal<String>,
    text: RwSignal<String>,
}

impl Row for TeaserDraft {
    fn blank(id: usize) -> Self {
        Self::new(id, "", "")
    }

    fn id(self) -> usize {
        self.id
    }
}

impl TeaserDraft {
    fn new(id: usize, url: &str, text: &str) -> Self {
        Self {
            id,
            url: RwSignal::new(url.to_owned()),
            text: RwSignal::new(text.to_owned()),
        }
    }

    /// The rows of these.
    pub fn all_of(teasers: &[PageTeaser]) -> Vec<Self> {
        teasers
            .iter()
            .enumerate()
            .map(|(id, teaser)| Self::new(id, teaser.url.as_str(), teaser.text.as_str()))
            .collect()
    }

    /// Whether something else is typed than this.
    pub fn differs(self, teaser: &PageTeaser) -> bool {
        self.url.with(|url| url.trim() != teaser.url.as_str())
            || self.text.with(|text| text.trim() != teaser.text.as_str())
    }

    /// What is typed in it.
    pub fn checked(self) -> Result<PageTeaser, Reason> {
        Ok(PageTeaser {
            url: self.url.with(|url| UrlPattern::parse(url))?,
            text: self.text.with(|text| Teaser::parse(text))?,
        })
    }
}

/// The text for all other pages; nothing, where nothing is typed.
pub fn notification(typed: &str) -> Result<Option<Teaser>, Reason> {
    if typed.trim().is_empty() {
        Ok(None)
    } else {
        Teaser::parse(typed).map(Some)
    }
}

/// The sentence under a field, once somebody has tried to save.
pub fn wrong<T: 'static>(
    is_strict: RwSignal<bool>,
    typed: RwSignal<String>,
    parse: fn(&str) -> Result<T, Reason>,
    field: Field,
) -> Signal<Option<String>> {
    Signal::derive(move || {
        let reason = typed.with(|typed| parse(typed)).err()?;
        is_strict.get().then(|| refusal::for_field(field, reason))
    })
}

/// What stands beside the closed bubble.
#[component]
pub fn Teasers(
    said: RwSignal<String>,
    rows: RwSignal<Vec<TeaserDraft>>,
    /// Whether each field says what is wrong with it.
    is_strict: RwSignal<bool>,
) -> impl IntoView {
    let max = limit::TEASER_CHARS_MAX.to_string();
    view! {
        <Card title=t(text::TEASERS_TITLE) lead=t(text::TEASERS_LEAD)>
            <TextField
                id="words-notification"
                label=t(text::TEASERS_NOTIFICATION)
                value=said
                is_optional=true
                hint=t_with(text::TEASERS_NOTIFICATION_HINT, &[("max", &max)])
                error=wrong(is_strict, said, notification, Field::Notification)
            />
            {ordered(&ROWS, rows, move |row| fields(row, is_strict))}
        </Card>
    }
}

/// On which pages a row counts.
pub fn pages_field(id: String, url: RwSignal<String>, is_strict: RwSignal<bool>) -> impl IntoView {
    view! {
        <RowField
            id
            label=text::TEASERS_URL
            value=url
            example=t(text::TEASERS_URL_EXAMPLE)
            is_address=true
            error=wrong(is_strict, url, UrlPattern::parse, Field::Teasers)
        />
    }
}

/// The fields of a row.
fn fields(row: TeaserDraft, is_strict: RwSignal<bool>) -> AnyView {
    view! {
        {pages_field(format!("teaser-{}-url", row.id), row.url, is_strict)}
        <RowField
            id=format!("teaser-{}-text", row.id)
            label=text::TEASERS_TEXT
            value=row.text
            error=wrong(is_strict, row.text, Teaser::parse, Field::Teasers)
        />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_beside_the_bubble_is_fine() {
        assert_eq!(notification("  "), Ok(None));
        assert!(notification("Hello").is_ok_and(|text| text.is_some()));
        let long = "x".repeat(limit::TEASER_CHARS_MAX + 1);
        assert!(matches!(notification(&long), Err(Reason::TooLong { .. })));
    }
}
