//! The secret that tokens are signed with: whether there is one, and another in its place. And
//! what a developer needs to sign with it.
//!
//! Invariant: a secret is shown once, when the server has just made it; closing the dialog
//! forgets it.

use super::dialog_form::DialogFooter;
use super::form::{Sending, Submit, Trouble};
use super::identity::Draft;
use crate::locale::{admin as text, format, t, t_with, ui};
use crate::ui::{
    Banner, Button, Card, ChoiceField, CopyButton, Dialog, Look, Switch, TextField, Tone,
};
use domain::api::{Field, ReplaceSecret, SecretReplaced};
use domain::limit;
use domain::settings::{Algorithm, Matching};
use domain::text::TokenSecret;
use leptos::either::Either;
use leptos::prelude::*;

const MADE: &str = "made";
const OWN: &str = "own";

/// Whether there is a secret, and another in its place.
#[component]
pub fn Secret(draft: Draft) -> impl IntoView {
    let open = RwSignal::new(false);
    let is_set = move || draft.base.with(|page| page.secret.is_set);
    let old = move || {
        let until = draft.base.with(|page| page.secret.old_until)?;
        // The day alone, which is the same on the server and here, whatever the time zone.
        let machine = format::machine(until);
        let day = machine.split('T').next()?;
        Some(t_with(text::SECRET_OLD, &[("day", day)]))
    };
    view! {
        <Card title=t(text::SECRET_TITLE) lead=t(text::SECRET_LEAD)>
            <p>
                {move || t(if is_set() { text::SECRET_SET } else { text::SECRET_NONE })}
                {move || old().map(|old| format!(" {old}"))}
            </p>
            <div>
                <Button on_press=Callback::new(move |()| open.set(true))>
                    {move || t(if is_set() { text::SECRET_REPLACE } else { text::SECRET_MAKE })}
                </Button>
            </div>
        </Card>
        <Dialog id="secret" title=t(text::SECRET_DIALOG).to_owned() open=open>
            {move || open.get().then(|| view! { <SecretForm draft open /> })}
        </Dialog>
    }
}

#[component]
fn SecretForm(draft: Draft, open: RwSignal<bool>) -> impl IntoView {
    let made = RwSignal::new(None::<String>);
    move || match made.get() {
        Some(secret) => Either::Left(view! { <Once secret open /> }),
        None => Either::Right(view! { <Choose draft open made /> }),
    }
}

/// Where the secret comes from, and what becomes of the one before.
#[component]
fn Choose(draft: Draft, open: RwSignal<bool>, made: RwSignal<Option<String>>) -> impl IntoView {
    let sending = Sending::begin();
    let (source, own) = (RwSignal::new(MADE.to_owned()), RwSignal::new(String::new()));
    let is_old_kept = RwSignal::new(true);
    let is_own = move || source.get() == OWN;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let given = untrack(is_own).then(|| TokenSecret::parse(&own.get_untracked()));
        let secret = match given.transpose() {
            Ok(secret) => secret,
            Err(reason) => return sending.refuse(Field::Secret, reason),
        };
        let question = draft.base.with_untracked(|page| ReplaceSecret {
            profile: page.profile.clone(),
            version: page.version,
            secret,
            is_old_kept: is_old_kept.get_untracked(),
        });
        sending.send(question, move |SecretReplaced { page, made: secret }| {
            draft.secret_replaced(&page);
            match secret {
                Some(secret) => made.set(Some(secret.secret().to_owned())),
                None => open.set(false),
            }
        });
    };
    let sources = [
        (MADE.to_owned(), t(text::SECRET_MADE).to_owned()),
        (OWN.to_owned(), t(text::SECRET_OWN).to_owned()),
    ];
    let min = move || {
        let algorithm = draft.base.with(|page| page.identity.algorithm);
        algorithm.secret_bytes_min().to_string()
    };
    let days = (limit::SECRET_GRACE.seconds() / 86_400).to_string();
    let is_set = draft.base.with_untracked(|page| page.secret.is_set);
    view! {
        <form novalidate on:submit=submit>
            <div class="dialog__body">
                <Trouble sending fields=&[Field::Secret] />
                <ChoiceField
                    id="secret-source"
                    label=t(text::SECRET_SOURCE)
                    value=source
                    choices=Signal::stored(sources.to_vec())
                />
                <Show when=is_own>
                    <TextField
                        id="secret-own"
                        label=t(text::SECRET_OWN_LABEL)
                        value=own
                        kind="password"
                        hint=t_with(text::SECRET_OWN_HINT, &[("min", &min())])
                        error=sending.at(Field::Secret)
                    />
                </Show>
                {is_set
                    .then(|| {
                        view! {
                            <Switch
                                is_on=is_old_kept
                                label=t_with(text::SECRET_KEEP_OLD, &[("days", &days)])
                                on_switch=move |is_on| is_old_kept.set(is_on)
                            />
                        }
                    })}
            </div>
            <DialogFooter open>
                <Submit sending look=Look::Primary>
                    {t(if is_set { text::SECRET_REPLACE } else { text::SECRET_MAKE })}
                </Submit>
            </DialogFooter>
        </form>
    }
}

/// A secret that was just made.
#[component]
pub fn Once(secret: String, open: RwSignal<bool>) -> impl IntoView {
    let secret = RwSignal::new(secret);
    view! {
        <div class="dialog__body">
            <Banner tone=Tone::Waiting text=t(text::SECRET_ONCE) />
            <div class="snippet">
                <div class="snippet__bar">
                    <span>{t(text::SECRET_TITLE)}</span>
                    <CopyButton text=secret label=t(text::SECRET_COPY) />
                </div>
                <p class="snippet__code">{move || secret.get()}</p>
            </div>
        </div>
        <footer class="dialog__footer">
            <Button look=Look::Primary on_press=Callback::new(move |()| open.set(false))>
                {t(ui::GOT_IT)}
            </Button>
        </footer>
    }
}

/// What the website's server has to do, in the words of its developers.
#[component]
pub fn Recipe(draft: Draft) -> impl IntoView {
    let code = Signal::derive(move || {
        draft
            .base
            .with(|page| recipe(page.identity.algorithm, page.identity.matching))
    });
    view! {
        <Card title=t(text::RECIPE_TITLE) lead=t(text::RECIPE_LEAD)>
            <div class="snippet">
                <div class="snippet__bar">
                    <span>"JavaScript"</span>
                    <CopyButton text=code label=t(text::RECIPE_COPY) />
                </div>
                <pre class="snippet__code" tabindex="0" role="region" aria-label=t(text::RECIPE_TITLE)>
                    <code>{move || code.get()}</code>
                </pre>
            </div>
        </Card>
    }
}

fn recipe(algorithm: Algorithm, matching: Matching) -> String {
    let person = match matching {
        Matching::Subject => "sub: String(user.id), email: user.email",
        Matching::Email => "email: user.email",
    };
    let algorithm = algorithm.as_str();
    format!(
        "// On your server, for a signed-in user (package jsonwebtoken):\n\
         const id_token = jwt.sign({{ {person} }}, process.env.CHAT_SECRET, {{\n  \
         algorithm: '{algorithm}',\n  expiresIn: '1h',\n}});\n\n\
         // On your page: in haloChatConfig, as id_token, or when the chat is opened:\n\
         dispatchEvent(new CustomEvent('haloChat_inboundEvent_openChatWindow', {{\n  \
         detail: {{ id_token }},\n}}));"
    )
}
