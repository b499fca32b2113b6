//! Rows of a form: the answers, options, cases and the like that a step has several of.
//!
//! Invariant: a row that is added, moved or removed is one change; what is typed in it stays with
//! it, and letters in two rows are never one change.

use crate::admin::flows::desk::Desk;
use crate::admin::flows::edit;
use crate::admin::flows::lens::{Lens, in_row};
use crate::locale::{Text, flows as text, t, t_with};
use crate::ui::{Button, Icon, IconButton, focus::focus_on};
use domain::flow::{Step, StepId};
use leptos::prelude::*;

/// One list of a step: where it is, and by which number each of its rows is known.
pub struct Rows<T: 'static> {
    pub desk: Desk,
    pub step: StepId,
    pub all: fn(&Step) -> &[T],
    pub all_mut: fn(&mut Step) -> Option<&mut Vec<T>>,
    /// A number that goes with the row, or else its place.
    pub key: fn(usize, &T) -> u32,
}

impl<T: 'static> Clone for Rows<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: 'static> Copy for Rows<T> {}

/// The number of a row that has none of its own.
pub fn by_place<T>(at: usize, _: &T) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl<T: 'static> Rows<T> {
    fn place(self, things: &[T], row: u32) -> Option<usize> {
        let mut places = things.iter().enumerate();
        places.find_map(|(at, thing)| ((self.key)(at, thing) == row).then_some(at))
    }

    /// All rows, in their order.
    fn rows(self) -> Signal<Vec<u32>> {
        let all = move |step: &Step| {
            let things = (self.all)(step).iter().enumerate();
            things.map(|(at, thing)| (self.key)(at, thing)).collect()
        };
        self.desk.of_step(self.step, "", all, |_, _| ()).get
    }

    /// Something of a row.
    pub fn field<V>(
        self,
        row: u32,
        at: &'static str,
        get: fn(&T) -> V,
        set: fn(&mut T, V),
    ) -> Lens<V>
    where
        V: Default + Clone + PartialEq + Send + Sync + 'static,
    {
        self.desk.of_step(
            self.step,
            in_row(at, row),
            move |step| {
                let things = (self.all)(step);
                let found = self.place(things, row).and_then(|at| things.get(at));
                found.map(get).unwrap_or_default()
            },
            move |step, value| {
                if let Some(things) = (self.all_mut)(step)
                    && let Some(at) = self.place(things, row)
                    && let Some(found) = things.get_mut(at)
                {
                    set(found, value);
                }
            },
        )
    }

    /// Changes the list.
    fn edit(self, change: impl FnOnce(&mut Vec<T>)) {
        self.desk.edit_step(self.step, "", |step| {
            if let Some(things) = (self.all_mut)(step) {
                change(things);
            }
        });
    }

    /// The list as a whole: what a new row is made from, and how a row is shown.
    pub fn list(self, of: List, made: fn(&[T]) -> T, row: fn(Self, u32) -> AnyView) -> AnyView {
        let rows = self.rows();
        let add = move |()| {
            self.edit(|things| things.push(made(things)));
            if let Some(focus) = of.focus {
                focus_on(focus);
            }
        };
        view! {
            <RowList legend=of.legend hint=of.hint add=of.add on_add=Callback::new(add)>
                <For each=move || rows.get() key=|number| *number let:number>
                    {row(self, number)}
                </For>
            </RowList>
        }
        .into_any()
    }

    /// One row, which is called by its number among the others.
    pub fn row(
        self,
        row: u32,
        name: fn(&str) -> String,
        fields: impl FnOnce(Signal<String>) -> AnyView,
    ) -> AnyView {
        let place = move |step: &Step| self.place((self.all)(step), row).unwrap_or_default();
        let place = self.desk.of_step(self.step, "", place, |_, _| ()).get;
        let name = Signal::derive(move || name(&place.get().saturating_add(1).to_string()));
        let at = move |things: &[T]| self.place(things, row);
        let shift = move |is_up| {
            self.edit(|things| {
                if let Some(at) = at(things) {
                    edit::shift_at(things, at, is_up);
                }
            });
        };
        let remove = move |()| {
            self.edit(|things| {
                if let Some(at) = at(things) {
                    things.remove(at);
                }
            });
        };
        view! {
            <div class="flow-panel__row" role="group" aria-label=move || name.get()>
                <RowTools name shift=Callback::new(shift) remove=Callback::new(remove) />
                {fields(name)}
            </div>
        }
        .into_any()
    }
}

/// What a list of rows is called, and where the focus is once one was added.
#[derive(Clone, Copy)]
pub struct List {
    pub legend: Text,
    pub hint: Option<Text>,
    pub add: Text,
    pub focus: Option<&'static str>,
}

/// Rows under their name, and the button that adds one more.
#[component]
pub fn RowList(
    legend: Text,
    #[prop(default = None)] hint: Option<Text>,
    add: Text,
    on_add: Callback<()>,
    children: Children,
) -> impl IntoView {
    view! {
        <fieldset class="flow-panel__rows">
            <legend class="flow-panel__caption">{t(legend)}</legend>
            {hint.map(|hint| view! { <p class="field__hint">{t(hint)}</p> })}
            {children()}
            <div class="flow-panel__add">
                <Button is_small=true icon=Icon::Plus on_press=on_add>
                    {t(add)}
                </Button>
            </div>
        </fieldset>
    }
    .into_any()
}

/// Moves a row, and removes it.
#[component]
fn RowTools(name: Signal<String>, shift: Callback<bool>, remove: Callback<()>) -> impl IntoView {
    let up = Callback::new(move |()| shift.run(true));
    let down = Callback::new(move |()| shift.run(false));
    let tools = [
        (Icon::ArrowUp, text::ROW_UP, up),
        (Icon::ArrowDown, text::ROW_DOWN, down),
        (Icon::Close, text::ROW_REMOVE, remove),
    ];
    let tools = tools.map(|(icon, words, on_press)| {
        let label = Signal::derive(move || t_with(words, &[("name", &name.get())]));
        view! { <IconButton icon label is_small=true on_press /> }
    });
    view! { <div class="flow-panel__tools">{tools}</div> }.into_any()
}
