//! A button that opens a short list of commands. Arrow keys move, Escape and leaving close.
//!
//! Invariant: when it closes by key or command, the focus is back on its button.

use super::icon::{Icon, icon};
use leptos::{ev, html, prelude::*, wasm_bindgen::JsCast, web_sys};

/// What a menu remembers, and where its parts are: for who draws a menu without [`Menu`].
#[derive(Clone, Copy)]
pub struct Unfolding {
    /// Whether the list is shown.
    pub is_open: RwSignal<bool>,
    /// The button that opens it.
    pub button: NodeRef<html::Button>,
    /// The list.
    pub list: NodeRef<html::Div>,
}

impl Default for Unfolding {
    fn default() -> Self {
        Self::new()
    }
}

impl Unfolding {
    /// A closed one.
    pub fn new() -> Self {
        Self {
            is_open: RwSignal::new(false),
            button: NodeRef::new(),
            list: NodeRef::new(),
        }
    }

    /// Closes it, and gives the focus back to its button.
    pub fn close(self) {
        self.is_open.set(false);
        if let Some(button) = self.button.get_untracked() {
            let _ = button.focus();
        }
    }

    /// The button was pressed.
    pub fn toggle(self) {
        if self.is_open.get_untracked() {
            self.close();
        } else {
            self.open(false);
        }
    }

    fn open(self, to_last: bool) {
        self.is_open.set(true);
        // The list is shown by the effect that runs after this handler; until then nothing in
        // it can have the focus. Quick fingers may have chosen by then, and taken the menu away.
        request_animation_frame(move || {
            if let Some(list) = self.list.try_get_untracked().flatten() {
                let end = if to_last {
                    list.last_element_child()
                } else {
                    list.first_element_child()
                };
                focus_from(end, !to_last);
            }
        });
    }

    /// A key was pressed on the button or in the list.
    pub fn on_key(self, event: &ev::KeyboardEvent) {
        let key = event.key();
        if !self.is_open.get_untracked() {
            if key == "ArrowDown" || key == "ArrowUp" {
                event.prevent_default();
                self.open(key == "ArrowUp");
            }
            return;
        }
        match key.as_str() {
            "Escape" => {
                // The window around may close on Escape, too; this one was for the menu.
                event.stop_propagation();
                self.close();
            }
            "ArrowDown" | "ArrowUp" | "Home" | "End" => {
                event.prevent_default();
                if let Some(list) = self.list.get_untracked() {
                    move_focus(&list, &key);
                }
            }
            _ => {}
        }
    }

    /// The focus goes elsewhere.
    pub fn on_leave(self, event: &ev::FocusEvent) {
        let to = event
            .related_target()
            .and_then(|to| to.dyn_into::<web_sys::Node>().ok());
        let stays = event
            .current_target()
            .and_then(|menu| menu.dyn_into::<web_sys::Node>().ok())
            .is_some_and(|menu| to.is_some_and(|to| menu.contains(Some(&to))));
        if !stays {
            self.is_open.set(false);
        }
    }
}

/// A menu behind an icon, or behind a `face` of the caller's own; children are `MenuItem`s.
#[component]
pub fn Menu(
    #[prop(into)] label: Signal<String>,
    #[prop(default = Icon::More)] sign: Icon,
    #[prop(optional, into)] face: Option<ViewFn>,
    /// The button's class, where it has a face of its own.
    #[prop(default = "button button--quiet button--icon")]
    class: &'static str,
    /// The button's id.
    #[prop(optional)]
    id: Option<&'static str>,
    #[prop(optional)] is_small: bool,
    #[prop(optional)] opens_up: bool,
    children: Children,
) -> impl IntoView {
    let menu = Unfolding::new();
    let is_open = menu.is_open;
    view! {
        <div class="menu" on:keydown=move |event| menu.on_key(&event) on:focusout=move |event| menu.on_leave(&event)>
            <button
                node_ref=menu.button
                type="button"
                id=id
                class=class
                class:button--small=is_small
                aria-haspopup="menu"
                aria-expanded=move || if is_open.get() { "true" } else { "false" }
                aria-label=move || label.get()
                on:click=move |_| menu.toggle()
            >
                {match face {
                    Some(face) => face.run(),
                    None => icon(sign).into_any(),
                }}
            </button>
            <div
                node_ref=menu.list
                class="menu__list"
                class:menu__list--up=opens_up
                role="menu"
                aria-label=move || label.get()
                hidden=move || !is_open.get()
                // Pressing an item must not take the focus out of the menu first: Safari does
                // not focus buttons, and the list would be gone before the click.
                on:mousedown=move |event| event.prevent_default()
                // Before the item hears the click: what it opens then gives the focus back to
                // the button, and not to an item that is gone.
                on:click:capture=move |_| menu.close()
            >
                {children()}
            </div>
        </div>
    }
}

/// One command of a menu. The menu has closed and given the focus back when nothing else takes it.
#[component]
pub fn MenuItem(
    #[prop(into)] sign: Signal<Icon>,
    #[prop(optional)] is_danger: bool,
    #[prop(into)] on_press: Callback<()>,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="menu__item"
            class:menu__item--danger=is_danger
            role="menuitem"
            tabindex="-1"
            on:click=move |_| on_press.run(())
        >
            {move || icon(sign.get())}
            {children()}
        </button>
    }
}

fn move_focus(items: &web_sys::HtmlDivElement, key: &str) {
    let (first, last) = (items.first_element_child(), items.last_element_child());
    let here = items
        .owner_document()
        .and_then(|document| document.active_element())
        .filter(|here| items.contains(Some(here)));
    match (key, here) {
        ("Home", _) | ("ArrowDown", None) => focus_from(first, true),
        ("End", _) | (_, None) => focus_from(last, false),
        ("ArrowDown", Some(here)) => {
            focus_from(here.next_element_sibling().or(first), true);
        }
        (_, Some(here)) => focus_from(here.previous_element_sibling().or(last), false),
    }
}

/// Focuses this element or the next one after (or before) it that is a command.
fn focus_from(from: Option<web_sys::Element>, is_forward: bool) {
    let mut at = from;
    while let Some(element) = at {
        let is_command = element.get_attribute("role").as_deref() == Some("menuitem");
        if is_command && !element.has_attribute("hidden") {
            if let Ok(element) = element.dyn_into::<web_sys::HtmlElement>() {
                let _ = element.focus();
            }
            return;
        }
        at = if is_forward {
            element.next_element_sibling()
        } else {
            element.previous_element_sibling()
        };
    }
}
