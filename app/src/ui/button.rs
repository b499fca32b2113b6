//! Buttons with a label, and buttons with only an icon.
//!
//! Invariant: a busy button keeps its label and cannot be pressed twice.

use super::icon::{Icon, icon};
use leptos::prelude::*;

/// How much a button asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// Bordered.
    #[default]
    Plain,
    /// The one thing to do here.
    Primary,
    /// No border until touched.
    Quiet,
    /// Ends or removes something.
    Danger,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "button",
            Self::Primary => "button button--primary",
            Self::Quiet => "button button--quiet",
            Self::Danger => "button button--danger",
        }
    }
}

/// A button with a label. Without `on_press` it submits its form.
#[component]
pub fn Button(
    #[prop(optional)] look: Look,
    #[prop(optional, into)] icon: Option<Icon>,
    #[prop(optional)] is_small: bool,
    #[prop(optional)] is_wide: bool,
    #[prop(optional, into)] is_busy: Signal<bool>,
    #[prop(optional, into)] is_disabled: Signal<bool>,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type=if on_press.is_some() { "button" } else { "submit" }
            class=look.class()
            class:button--small=is_small
            class:button--wide=is_wide
            aria-busy=move || is_busy.get().then_some("true")
            disabled=move || is_busy.get() || is_disabled.get()
            on:click=move |_| {
                if let Some(on_press) = on_press {
                    on_press.run(());
                }
            }
        >
            {icon.map(self::icon)}
            {children()}
        </button>
    }
}

/// A button that is only an icon; `label` is its name.
#[component]
pub fn IconButton(
    icon: Icon,
    #[prop(into)] label: Signal<String>,
    #[prop(optional)] is_small: bool,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button button--quiet button--icon"
            class:button--small=is_small
            aria-label=move || label.get()
            title=move || label.get()
            on:click=move |_| on_press.run(())
        >
            {self::icon(icon)}
        </button>
    }
}
