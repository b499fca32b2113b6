//! The websites that may show the chat: one list for all chat profiles that name none.
//!
//! Invariant: the list is read when the dialog opens, and saved over nothing that was not read.

use super::asking::Asking;
use super::dialog_form::{DialogForm, open_while};
use super::form::Sending;
use crate::locale::{admin as text, t};
use crate::ui::{Button, Dialog, Icon, TextAreaField, Toaster, Tone};
use domain::api::{Field, ReadWebsites, SaveWebsites};
use domain::settings::{HostOrigin, Websites};
use leptos::prelude::*;

/// Opens the list.
#[component]
pub fn WebsitesButton() -> impl IntoView {
    let asking = Asking::begin();
    let read = RwSignal::new(None);
    let press = move |()| asking.ask(ReadWebsites {}, move |websites| read.set(Some(websites)));
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
    let toaster = expect_context::<Toaster>();
    let typed = RwSignal::new(HostOrigin::write_all(&websites.origins));
    let version = websites.version;
    let submit = move |()| {
        let origins = match typed.with_untracked(|typed| HostOrigin::parse_all(typed)) {
            Ok(origins) => origins,
            Err(reason) => return sending.refuse(Field::Origins, reason),
        };
        let websites = Websites { origins, version };
        sending.send(SaveWebsites { websites }, move |_| {
            open.set(false);
            toaster.say(Tone::Positive, t(text::WEBSITES_SAVED));
        });
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
