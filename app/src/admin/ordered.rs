//! Rows that are ordered by hand: each is moved and removed by its own buttons, and one more comes
//! after the last.
//!
//! Invariant: a row that is moved keeps what is typed in it, and the focus; the focus of one that
//! is removed goes to the button that adds.

use crate::locale::{Text, admin as text, t, t_with};
use crate::ui::field::{Field, described_by, invalid};
use crate::ui::focus::focus_on;
use crate::ui::{Button, EmptyState, Icon, icon};
use leptos::wasm_bindgen::JsCast;
use leptos::{ev, prelude::*, web_sys};
use std::hash::Hash;

/// A row as it is being edited. Its signals are what it is: those that are read anew are others,
/// whatever their numbers.
pub trait Row: Copy + Eq + Hash + Send + Sync + 'static {
    /// One in which nothing is typed yet.
    fn blank(id: usize) -> Self;

    /// Tells the fields of the rows apart.
    fn id(self) -> usize;
}

/// What the rows are called, and how many there can be.
pub struct Names {
    /// The rows together.
    pub title: Text,
    /// Which of them counts.
    pub hint: Text,
    /// The id of that.
    pub hint_id: &'static str,
    /// One of them, by `place` and `count`.
    pub place: Text,
    /// The class of one of them.
    pub class: &'static str,
    /// That there are none.
    pub empty_title: Text,
    /// What that means.
    pub empty_text: Text,
    /// One more.
    pub add: Text,
    /// So many and no more.
    pub max: usize,
}

impl Names {
    /// Where they stand, for the focus.
    fn at(&self) -> String {
        format!(".teasers[aria-describedby={}]", self.hint_id)
    }
}

/// All rows, and room for one more.
pub fn ordered<R: Row>(
    names: &'static Names,
    rows: RwSignal<Vec<R>>,
    fields: impl Fn(R) -> AnyView + Clone + Send + 'static,
) -> impl IntoView {
    let count = Memo::new(move |_| rows.with(Vec::len));
    let add = move |()| {
        rows.update(|rows| {
            let last = rows.iter().map(|row| row.id()).max();
            rows.push(R::blank(last.map_or(0, |last| last.saturating_add(1))));
        });
        focus_on(format!(
            "{} .teasers__row:last-child :is(input, textarea)",
            names.at()
        ));
    };
    let full = t_with(text::TEASERS_FULL, &[("max", &names.max.to_string())]);
    view! {
        <fieldset class="teasers" aria-describedby=names.hint_id>
            <legend class="field__label">{t(names.title)}</legend>
            <p class="field__hint" id=names.hint_id>
                {t(names.hint)}
            </p>
            <Show when=move || count.get() == 0>
                <EmptyState
                    sign=Icon::Bubble
                    title=t(names.empty_title)
                    text=t(names.empty_text)
                />
            </Show>
            <ol class="teasers__rows">
                <For
                    each=move || rows.get()
                    key=|row| *row
                    children=move |row| framed(names, rows, row, count, fields(row))
                />
            </ol>
            <div class="teasers__add">
                <Show
                    when=move || count.get() < names.max
                    fallback=move || view! { <p class="field__hint">{full.clone()}</p> }
                >
                    <Button is_small=true icon=Icon::Plus on_press=Callback::new(add)>
                        {t(names.add)}
                    </Button>
                </Show>
            </div>
        </fieldset>
    }
}

/// A row: its fields, and the buttons that move and remove it.
fn framed<R: Row>(
    names: &'static Names,
    rows: RwSignal<Vec<R>>,
    row: R,
    count: Memo<usize>,
    fields: AnyView,
) -> impl IntoView {
    let place = Memo::new(move |_| {
        let at = rows.with(|rows| rows.iter().position(|one| *one == row));
        at.unwrap_or_default().saturating_add(1)
    });
    let name = move || {
        let (place, count) = (place.get().to_string(), count.get().to_string());
        t_with(names.place, &[("place", &place), ("count", &count)])
    };
    let shift_it = move |event: &ev::MouseEvent, is_up: bool| {
        rows.update(|rows| shift(rows, &row, is_up));
        keep_focus(event);
    };
    let remove = move |_: &ev::MouseEvent| {
        rows.update(|rows| rows.retain(|one| *one != row));
        focus_on(format!("{} .teasers__add button", names.at()));
    };
    let is_first = Signal::derive(move || place.get() == 1);
    let is_last = Signal::derive(move || place.get() == count.get());
    let up = move |event: &ev::MouseEvent| shift_it(event, true);
    let down = move |event: &ev::MouseEvent| shift_it(event, false);
    view! {
        <li class="teasers__row">
            <div class=names.class role="group" aria-label=name>
                {fields}
                <div class="teasers__tools">
                    {tool(Icon::ArrowUp, text::TEASERS_UP, is_first, up)}
                    {tool(Icon::ArrowDown, text::TEASERS_DOWN, is_last, down)}
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

/// A line to type in a row.
#[component]
pub fn RowField(
    id: String,
    label: Text,
    value: RwSignal<String>,
    #[prop(optional)] example: &'static str,
    #[prop(optional)] is_address: bool,
    /// What a browser calls it.
    #[prop(default = "text")]
    kind: &'static str,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let described = described_by(&id, false);
    view! {
        <Field id=id.clone() label=t(label) error>
            <input
                class="field__input"
                id=id
                type=kind
                placeholder=example
                autocomplete="off"
                spellcheck=is_address.then_some("false")
                autocapitalize=is_address.then_some("none")
                value=value.get_untracked()
                prop:value=move || value.get()
                aria-describedby=described
                aria-invalid=invalid(error)
                on:input=move |event| value.set(event_target_value(&event))
            />
        </Field>
    }
}

/// Whether something else is typed in the rows than is kept.
pub fn rows_differ<R: Row, T>(
    rows: RwSignal<Vec<R>>,
    kept: &[T],
    differs: fn(R, &T) -> bool,
) -> bool {
    rows.with(|rows| {
        let mut pairs = rows.iter().zip(kept);
        rows.len() != kept.len() || pairs.any(|(row, kept)| differs(*row, kept))
    })
}

/// What is typed in the rows.
///
/// # Errors
/// The first row's that cannot be kept.
pub fn checked_rows<R: Row, T, E>(
    rows: RwSignal<Vec<R>>,
    checked: fn(R) -> Result<T, E>,
) -> Result<Vec<T>, E> {
    rows.with(|rows| rows.iter().copied().map(checked).collect())
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
}
