//! The form that fills a dialog, and when such a dialog is open.
//!
//! Invariant: a dialog is left by its Cancel, too, which sends nothing.

use super::form::{Sending, Submit, Trouble};
use super::row::named;
use crate::locale::{Text, t, ui};
use crate::ui::{Button, Look};
use domain::api::Field;
use domain::text::DisplayName;
use leptos::{ev, prelude::*};

/// The form that fills a dialog. Children are its fields.
#[component]
pub fn DialogForm(
    sending: Sending,
    open: RwSignal<bool>,
    /// Those that say themselves what is wrong with them.
    #[prop(optional)]
    fields: &'static [Field],
    /// What it is about, where the title does not say it all.
    #[prop(optional_no_strip, into)]
    lead: Option<String>,
    /// What its button says.
    #[prop(into)]
    words: Signal<String>,
    #[prop(default = Look::Primary)] look: Look,
    #[prop(into)] on_submit: Callback<()>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        on_submit.run(());
    };
    view! {
        <form novalidate on:submit=submit>
            <div class="dialog__body">
                {lead.map(|lead| view! { <p class="dialog__text">{lead}</p> })}
                <Trouble sending fields />
                {children.map(|children| children())}
            </div>
            <DialogFooter open>
                <Submit sending look>
                    {move || words.get()}
                </Submit>
            </DialogFooter>
        </form>
    }
    .into_any()
}

/// Cancel, and what the dialog is for.
#[component]
pub fn DialogFooter(open: RwSignal<bool>, children: Children) -> impl IntoView {
    view! {
        <footer class="dialog__footer">
            <Button on_press=Callback::new(move |()| open.set(false))>{t(ui::CANCEL)}</Button>
            {children()}
        </footer>
    }
}

/// A dialog that is about something is open while there is something.
pub fn open_while<T>(about: RwSignal<Option<T>>) -> RwSignal<bool>
where
    T: Send + Sync + 'static,
{
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(about.with(Option::is_some)));
    Effect::new(move |was_open: Option<bool>| {
        let is_open = open.get();
        if was_open == Some(true) && !is_open {
            about.set(None);
        }
        is_open
    });
    open
}

/// The title of such a dialog, with the name of what it is about.
pub fn title_while<T>(
    about: RwSignal<Option<T>>,
    title: Text,
    name: fn(&T) -> &DisplayName,
) -> Signal<String>
where
    T: Send + Sync + 'static,
{
    let titled = move |about: &T| named(title, name(about));
    Signal::derive(move || {
        about
            .with(|about| about.as_ref().map(titled))
            .unwrap_or_default()
    })
}
