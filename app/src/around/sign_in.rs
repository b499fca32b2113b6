//! Signing in: the page, which is a plain form and works without JavaScript, and the dialog that
//! lies over a page whose session has ended.
//!
//! Invariant: a password is in its input and in the request, nowhere else.

use super::browser;
use super::failure::sentence;
use super::next::{self, HOME};
use super::session::use_session;
use crate::api;
use crate::locale::{around as text, refusal, t};
use crate::ui::{Banner, Button, Dialog, Look, Tone, mark};
use domain::api::{ReadMe, SignIn};
use leptos::task::spawn_local;
use leptos::{html, prelude::*};
use leptos_meta::Title;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_query_map;

/// The sign-in page. Whoever is signed in already goes on at once.
#[component]
pub fn SignInPage() -> impl IntoView {
    let query = use_query_map();
    let next = move || next::local(&query.read().get("next").unwrap_or_default()).to_owned();
    let failed = move || {
        query
            .read()
            .get("failed")
            .map(|word| t(reason(&word)).to_owned())
    };
    let me = Resource::new_blocking(|| (), |()| api::request(ReadMe {}));
    view! {
        <Title text=t(text::SIGN_IN) />
        <Transition>
            {move || Suspend::new(async move {
                me.await.is_ok().then(|| view! { <Redirect path=next() /> })
            })}
        </Transition>
        <main class="around" id="main">
            <a class="around__brand" href=HOME>
                {mark()}
                <span>{t(text::PRODUCT)}</span>
            </a>
            <div class="around__card">
                <h1 class="around__title">{t(text::SIGN_IN)}</h1>
                <p class="around__text">{t(text::SIGN_IN_LEAD)}</p>
                <SignInForm
                    next=Signal::derive(next)
                    failed=Signal::derive(failed)
                    on_done=Callback::new(move |()| browser::go_to(&next()))
                />
            </div>
            <p class="around__foot">{t(text::LOST_PASSWORD)}</p>
        </main>
    }
}

/// The server answers the plain form with one of these words in the address.
fn reason(word: &str) -> crate::locale::Text {
    match word {
        "wrong_password" => refusal::WRONG_PASSWORD,
        "too_many" => text::TOO_MANY_TRIES,
        "foreign_origin" => refusal::FOREIGN_ORIGIN,
        _ => text::TRY_LATER,
    }
}

/// Over a page whose session has ended: signs in, and the page goes on where it was.
#[component]
pub fn SessionDialog(
    /// The session is back.
    on_done: Callback<()>,
) -> impl IntoView {
    let session = use_session();
    let done = Callback::new(move |()| {
        let before = session.agent();
        spawn_local(async move {
            match api::request(ReadMe {}).await {
                // Somebody else sits here now: nothing of this page is theirs.
                Ok(me) if me.agent.id != before => browser::reload(),
                Ok(me) => {
                    session.me.set(me);
                    session.is_over.set(false);
                    on_done.run(());
                }
                Err(_) => browser::reload(),
            }
        });
    });
    view! {
        <Dialog
            id="session-ended"
            title=t(text::SESSION_ENDED_TITLE)
            open=session.is_over
            is_narrow=true
            is_dismissible=false
        >
            <div class="dialog__body">
                <p class="dialog__text">{t(text::SESSION_ENDED_TEXT)}</p>
                {move || {
                    session.is_over.get().then(|| view! { <SignInForm on_done=done /> })
                }}
            </div>
        </Dialog>
    }
}

/// Address and password. Without JavaScript it is posted; with it, it is asked by fetch, so that
/// a wrong password does not empty the form.
#[component]
fn SignInForm(
    /// Where the plain form leads.
    #[prop(optional, into)]
    next: Signal<String>,
    /// What an earlier try was refused for.
    #[prop(optional, into)]
    failed: Signal<Option<String>>,
    /// Called when the session is there.
    on_done: Callback<()>,
) -> impl IntoView {
    let (email, password) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let refused = RwSignal::new(None::<String>);
    let is_busy = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        // Read from the inputs: people and password managers are quicker than hydration.
        let (Some(email), Some(password)) = (email.get_untracked(), password.get_untracked())
        else {
            return;
        };
        let question = SignIn {
            email: email.value(),
            password: password.value(),
        };
        is_busy.set(true);
        spawn_local(async move {
            let answer = api::request(question).await;
            is_busy.set(false);
            match answer {
                Ok(_) => on_done.run(()),
                Err(failure) => {
                    refused.set(Some(sentence(&failure)));
                    password.select();
                }
            }
        });
    };
    let trouble = move || refused.get().or_else(|| failed.get());
    view! {
        <form class="around__form" method="post" action=next::SIGN_IN on:submit=submit>
            <input type="hidden" name="next" value=move || next.get() />
            {move || trouble().map(|text| view! { <Banner tone=Tone::Danger text=text /> })}
            <div class="field">
                <label class="field__label" for="email">
                    {t(text::EMAIL)}
                </label>
                <input
                    node_ref=email
                    class="field__input"
                    id="email"
                    name="email"
                    type="email"
                    autocomplete="username"
                    required=true
                />
            </div>
            <div class="field">
                <label class="field__label" for="password">
                    {t(text::PASSWORD)}
                </label>
                <input
                    node_ref=password
                    class="field__input"
                    id="password"
                    name="password"
                    type="password"
                    autocomplete="current-password"
                    required=true
                />
            </div>
            <Button look=Look::Primary is_wide=true is_busy=is_busy>
                {t(text::SIGN_IN)}
            </Button>
        </form>
    }
}
