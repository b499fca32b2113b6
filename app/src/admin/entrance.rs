//! How the chat is reached besides by its bubble, and how a website that should not have it loses
//! it: the page of its own, and the key.
//!
//! Invariant: a key that is replaced goes on for as long as the dialog says.

use super::dialog_form::DialogFooter;
use super::form::{Sending, Submit, Trouble};
use crate::locale::{admin as text, format, t, t_with};
use crate::ui::{Banner, Button, Card, CopyButton, Dialog, Look, Toaster, Tone};
use domain::api::{ProfilePage, ReplaceKey};
use domain::limit;
use leptos::prelude::*;

/// The page of its own, to copy.
#[component]
pub fn Link(
    #[prop(into)] link: Signal<String>,
    /// Whether nobody begins there who is not known.
    is_identity_asked: Memo<bool>,
) -> impl IntoView {
    view! {
        <Card title=t(text::LINK_TITLE) lead=t(text::LINK_TEXT)>
            <Show when=move || is_identity_asked.get()>
                <Banner tone=Tone::Waiting text=t(text::LINK_IDENTITY) />
            </Show>
            <div class="snippet">
                <div class="snippet__bar">
                    <span>{t(text::LINK_LABEL)}</span>
                    <CopyButton text=link label=t(text::LINK_COPY) />
                </div>
                <p class="snippet__code">
                    <a href=move || link.get() target="_blank" rel="noopener">
                        {move || link.get()}
                    </a>
                </p>
            </div>
        </Card>
    }
}

/// The key, as far as there is something to say of it, and a new one.
#[component]
pub fn Key(
    #[prop(into)] page: Signal<ProfilePage>,
    replaced: Callback<ProfilePage>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let old = move || {
        page.with(|page| {
            let until = page.profile.old_key.as_ref()?.until;
            // The day alone, which is the same on the server and here, whatever the time zone.
            let day = format::machine(until)
                .split('T')
                .next()
                .map(str::to_owned)?;
            Some(t_with(text::KEY_OLD, &[("day", &day)]))
        })
    };
    view! {
        <Card title=t(text::KEY_TITLE) lead=t(text::KEY_TEXT)>
            {move || old().map(|old| view! { <p>{old}</p> })}
            <div>
                <Button on_press=Callback::new(move |()| open.set(true))>
                    {t(text::KEY_REPLACE)}
                </Button>
            </div>
        </Card>
        <Dialog id="replace-key" title=t(text::KEY_REPLACE_TITLE).to_owned() open=open is_narrow=true>
            {move || open.get().then(|| view! { <ReplaceForm page open replaced /> })}
        </Dialog>
    }
}

#[component]
fn ReplaceForm(
    page: Signal<ProfilePage>,
    open: RwSignal<bool>,
    replaced: Callback<ProfilePage>,
) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let sending = Sending::begin();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let question = page.with_untracked(|page| ReplaceKey {
            profile: page.profile.id.clone(),
            version: page.profile.version,
        });
        sending.send(question, move |page| {
            open.set(false);
            replaced.run(page);
            toaster.say(Tone::Positive, t(text::KEY_REPLACED));
        });
    };
    let days = (limit::KEY_GRACE.seconds() / 86_400).to_string();
    let has_old = move || page.with(|page| page.profile.old_key.is_some());
    view! {
        <form novalidate on:submit=submit>
            <div class="dialog__body">
                <p class="dialog__text">{t_with(text::KEY_REPLACE_TEXT, &[("days", &days)])}</p>
                {move || {
                    has_old().then(|| view! { <p class="dialog__text">{t(text::KEY_REPLACE_OLD)}</p> })
                }}
                <Trouble sending fields=&[] />
            </div>
            <DialogFooter open>
                <Submit sending look=Look::Primary>
                    {t(text::KEY_REPLACE)}
                </Submit>
            </DialogFooter>
        </form>
    }
}
