//! Closures of one type each. A view is compiled anew for every type of closure in it, and every
//! closure has its own: in these boxes they share one, which halves what a visitor downloads.
//!
//! Invariant: nothing here knows what it carries.

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use std::sync::Arc;

/// What an element says, or the value of an attribute, as it changes.
pub type Text = Box<dyn FnMut() -> String + Send>;
/// Whether something is so, as it changes.
pub type Flag = Box<dyn FnMut() -> bool + Send>;
/// What a view asks, again whenever it has changed. A `Signal` may be a dozen things, whose code
/// would all be in the bundle; this is a function.
pub type Told<T> = Arc<dyn Fn() -> T + Send + Sync>;
/// What a press does.
pub type Press = Box<dyn FnMut(MouseEvent)>;
/// What a key does.
pub type Key = Box<dyn FnMut(KeyboardEvent)>;

/// What an element says, or the value of an attribute, as it changes.
pub fn text(says: impl FnMut() -> String + Send + 'static) -> Text {
    Box::new(says)
}

/// Whether something is so, as it changes.
pub fn flag(is: impl FnMut() -> bool + Send + 'static) -> Flag {
    Box::new(is)
}

/// What a view asks, again whenever it has changed.
pub fn told<T>(tells: impl Fn() -> T + Send + Sync + 'static) -> Told<T> {
    Arc::new(tells)
}

/// What a press does.
pub fn press(mut does: impl FnMut() + 'static) -> Press {
    Box::new(move |_| does())
}

/// A press that takes no focus away: for what stands beside a field on a phone, or in a menu.
pub fn still() -> Press {
    Box::new(|event| event.prevent_default())
}

/// What a key does.
pub fn key(does: impl Fn(&KeyboardEvent) + 'static) -> Key {
    Box::new(move |event| does(&event))
}

/// A button of the plainest kind, for views that count their bytes.
#[inline(never)]
pub fn button(class: &'static str, label: Text, is_hidden: Flag, does: Press) -> impl IntoView {
    view! {
        <button type="button" class=class hidden=is_hidden on:click=does>
            {label}
        </button>
    }
}

/// A text that never changes.
pub fn fixed(says: &'static str) -> Text {
    text(move || says.to_owned())
}
