//! What stands beside the closed bubble: one text for all pages, and others for certain ones.
//!
//! Invariant: the order of the rows is the order in which they are tried; a row that is moved
//! keeps what is typed in it, and the focus.

use crate::locale::{Text, admin as text, refusal, t, t_with};
use crate::ui::focus::focus_on;
use crate::ui::{Button, Card, EmptyState, Icon, TextField, icon};
use domain::api::Field;
use domain::limit;
use domain::settings::PageTeaser;
use domain::text::{Reason, Teaser, UrlPattern};
use leptos::wasm_bindgen::JsCast;
use leptos::{ev, prelude::*, web_sys};

/// A text for certain pages as it is being edited.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TeaserDraft {
    /// Tells the fields of the rows apart.
    id: usize,
    url: RwSignal<String>,
    text: RwSignal<String>,
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

/// One place up or down, where there is one.
fn shift<T: PartialEq>(rows: &mut [T], one: &T, is_up: bool) {
    let Some(at) = rows.iter().position(|row| row == one) else {
        return;
    };
    let to = if is_up {
        at.checked_sub(1)
    } else {
        at.checked_add(1).filter(|to| *to < rows.len())
    };
    if let Some(to) = to {
        rows.swap(at, to);
    }
}

/// The sentence under a field, once somebody has tried to save.
fn wrong<T: 'static>(
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
            <Rows rows is_strict />
        </Card>
    }
}

/// All rows, and room for one more.
#[component]
fn Rows(rows: RwSignal<Vec<TeaserDraft>>, is_strict: RwSignal<bool>) -> impl IntoView {
    let count = Memo::new(move |_| rows.with(Vec::len));
    let add = move |()| {
        rows.update(|rows| {
            let last = rows.iter().map(|row| row.id).max();
            let id = last.map_or(0, |last| last.saturating_add(1));
            rows.push(TeaserDraft::new(id, "", ""));
        });
        focus_on(".teasers__row:last-child input");
    };
    let full = t_with(
        text::TEASERS_FULL,
        &[("max", &limit::TEASERS_MAX.to_string())],
    );
    view! {
        <fieldset class="teasers" aria-describedby="teasers-hint">
            <legend class="field__label">{t(text::TEASERS)}</legend>
            <p class="field__hint" id="teasers-hint">
                {t(text::TEASERS_HINT)}
            </p>
            <Show when=move || count.get() == 0>
                <EmptyState
                    sign=Icon::Bubble
                    title=t(text::TEASERS_EMPTY_TITLE)
                    text=t(text::TEASERS_EMPTY_TEXT)
                />
            </Show>
            <ol class="teasers__rows">
                <For
                    each=move || rows.get()
                    key=|row| row.url
                    children=move |row| view! { <Row rows row count is_strict /> }
                />
            </ol>
            <div class="teasers__add">
                <Show
                    when=move || count.get() < limit::TEASERS_MAX
                    fallback=move || view! { <p class="field__hint">{full.clone()}</p> }
                >
                    <Button is_small=true icon=Icon::Plus on_press=Callback::new(add)>
                        {t(text::TEASERS_ADD)}
                    </Button>
                </Show>
            </div>
        </fieldset>
    }
}

#[component]
fn Row(
    rows: RwSignal<Vec<TeaserDraft>>,
    row: TeaserDraft,
    count: Memo<usize>,
    is_strict: RwSignal<bool>,
) -> impl IntoView {
    let place = Memo::new(move |_| {
        let at = rows.with(|rows| rows.iter().position(|one| *one == row));
        at.unwrap_or_default().saturating_add(1)
    });
    let name = move || {
        let (place, count) = (place.get().to_string(), count.get().to_string());
        t_with(text::TEASERS_PLACE, &[("place", &place), ("count", &count)])
    };
    let shift_it = move |event: &ev::MouseEvent, is_up: bool| {
        rows.update(|rows| shift(rows, &row, is_up));
        keep_focus(event);
    };
    let remove = move |_: &ev::MouseEvent| {
        rows.update(|rows| rows.retain(|one| *one != row));
        focus_on(".teasers__add button");
    };
    let is_first = Signal::derive(move || place.get() == 1);
    let is_last = Signal::derive(move || place.get() == count.get());
    view! {
        <li class="teasers__row">
            <div class="teasers__one" role="group" aria-label=name>
                <RowField
                    id=format!("teaser-{}-url", row.id)
                    label=text::TEASERS_URL
                    value=row.url
                    example=t(text::TEASERS_URL_EXAMPLE)
                    is_address=true
                    error=wrong(is_strict, row.url, UrlPattern::parse, Field::Teasers)
                />
                <RowField
                    id=format!("teaser-{}-text", row.id)
                    label=text::TEASERS_TEXT
                    value=row.text
                    error=wrong(is_strict, row.text, Teaser::parse, Field::Teasers)
                />
                <div class="teasers__tools">
                    {tool(Icon::ArrowUp, text::TEASERS_UP, is_first, move |event| shift_it(event, true))}
                    {tool(
                        Icon::ArrowDown,
                        text::TEASERS_DOWN,
                        is_last,
                        move |event| shift_it(event, false),
                    )}
                    {tool(Icon::Close, text::TEASERS_REMOVE, Signal::stored(false), remove)}
                </div>
            </div>
        </li>
    }
}

fn tool(
    sign: Icon,
    words: Text,
    is_disabled: Signal<bool>,
    press: impl Fn(&ev::MouseEvent) + 'static,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button button--quiet button--icon button--small"
            aria-label=t(words)
            title=t(words)
            disabled=move || is_disabled.get()
            on:click=move |event| press(&event)
        >
            {icon(sign)}
        </button>
    }
}

#[component]
fn RowField(
    id: String,
    label: Text,
    value: RwSignal<String>,
    #[prop(optional)] example: &'static str,
    #[prop(optional)] is_address: bool,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let error_id = format!("{id}-error");
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>
                {t(label)}
            </label>
            <input
                class="field__input"
                id=id
                placeholder=example
                autocomplete="off"
                spellcheck=is_address.then_some("false")
                autocapitalize=is_address.then_some("none")
                value=value.get_untracked()
                prop:value=move || value.get()
                aria-describedby=error_id.clone()
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                on:input=move |event| value.set(event_target_value(&event))
            />
            <div id=error_id role="alert">
                {move || {
                    error
                        .get()
                        .map(|error| view! { <p class="field__error">{icon(Icon::Alert)} {error}</p> })
                }}
            </div>
        </div>
    }
}

/// What is moved loses the focus on the way: it comes back to the button that was pressed, or at
/// the end of the list, where that one does nothing more, to the one beside it.
fn keep_focus(event: &ev::MouseEvent) {
    let button = event_target::<web_sys::Element>(event).closest("button");
    let Some(button) = button.ok().flatten() else {
        return;
    };
    request_animation_frame(move || {
        let to = if button.has_attribute("disabled") {
            let tools = button.parent_element();
            tools.and_then(|tools| tools.query_selector("button:enabled").ok().flatten())
        } else {
            Some(button)
        };
        if let Some(to) = to.and_then(|to| to.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = to.focus();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_moves_one_place_and_not_over_the_end() {
        for (one, is_up, expected) in [
            ('a', true, "abc"),
            ('a', false, "bac"),
            ('b', true, "bac"),
            ('c', true, "acb"),
            ('c', false, "abc"),
            ('x', true, "abc"),
        ] {
            let mut rows = ['a', 'b', 'c'];
            shift(&mut rows, &one, is_up);
            assert_eq!(rows.iter().collect::<String>(), expected, "{one} {is_up}");
        }
    }

    #[test]
    fn nothing_beside_the_bubble_is_fine() {
        assert_eq!(notification("  "), Ok(None));
        assert!(notification("Hello").is_ok_and(|text| text.is_some()));
        let long = "x".repeat(limit::TEASER_CHARS_MAX + 1);
        assert!(matches!(notification(&long), Err(Reason::TooLong { .. })));
    }
}
