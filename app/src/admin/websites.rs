//! The websites that may show the chat: one list for all chat profiles that name none.
//!
//! Invariant: the list is read when the dialog opens, and saved over nothing that was not read.

use super::asking::Asking;
use super::dialog_form::{DialogForm, open_while};
use super::form::Sending;
use crate::locale::{admin as text, t, t_with};
use crate::ui::{Banner, Button, Dialog, Icon, TextAreaField, Toaster, Tone};
use domain::api::{Field, ReadWebsites, Refusal, SaveWebsites};
use domain::settings::{HostOrigin, Websites};
use leptos::prelude::*;

/// Opens the list.
#[component]
pub fn WebsitesButton() -> impl IntoView {
    let asking = Asking::begin();
    let read = RwSignal::new(None);
    let press = move |()| {
        asking.ask(ReadWebsites {}, move |websites| {
            // Whoever has pressed twice may have begun to type.
            if read.with_untracked(Option::is_none) {
                read.set(Some(websites));
            }
        });
    };
    let open = open_while(read);
    view! {
        <Button icon=Icon::Link on_press=Callback::new(press)>
            {t(text::WEBSITES_OPEN)}
        </Button>
        <Dialog id="websites-of-all" title=t(text::WEBSITES_TITLE) open=open>
            {move || read.get().map(|websites| view! { <Form websites open /> })}
        </Dialog>
    }
}

#[component]
fn Form(websites: Websites, open: RwSignal<bool>) -> impl IntoView {
    let sending = Sending::begin();
    let asking = Asking::begin();
    let toaster = expect_context::<Toaster>();
    let typed = RwSignal::new(HostOrigin::write_all(&websites.origins));
    let version = RwSignal::new(websites.version);
    // What somebody else has saved since.
    let theirs = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        if sending.refusal() == Some(Refusal::Changed) {
            asking.ask(ReadWebsites {}, move |websites| {
                sending.failure.set(None);
                version.set(websites.version);
                let lines = websites.origins.iter().map(HostOrigin::as_str);
                theirs.set(Some(lines.collect::<Vec<_>>().join(", ")));
            });
        }
    });
    let submit = move |()| {
        let origins = match typed.with_untracked(|typed| HostOrigin::parse_all(typed)) {
            Ok(origins) => origins,
            Err(reason) => return sending.refuse(Field::Origins, reason),
        };
        let version = version.get_untracked();
        let websites = Websites { origins, version };
        sending.send(SaveWebsites { websites }, move |_| {
            open.set(false);
            toaster.say(Tone::Positive, t(text::WEBSITES_SAVED));
        });
    };
    let changed = move || {
        let theirs = theirs.get()?;
        let words = if theirs.is_empty() {
            t(text::WEBSITES_EMPTIED).to_owned()
        } else {
            t_with(text::WEBSITES_CHANGED, &[("websites", &theirs)])
        };
        Some(view! { <Banner tone=Tone::Waiting text=words /> })
    };
    view! {
        <DialogForm
            sending
            open
            fields=&[Field::Origins]
            lead=Some(t(text::WEBSITES_LEAD).to_owned())
            words=t(text::WEBSITES_SAVE)
            on_submit=submit
        >
            {changed}
            <TextAreaField
                id="websites"
                label=t(text::WEBSITES_LABEL)
                value=typed
                is_optional=true
                hint=t(text::WEBSITES_HINT)
                error=sending.at(Field::Origins)
            />
        </DialogForm>
    }
}
