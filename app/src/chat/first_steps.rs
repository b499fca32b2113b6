//! The three steps of a new installation: open the demo shop, answer, copy the snippet. They
//! stand where no conversation is chosen, tick themselves, and go when they are done.
//!
//! Invariant: a step is done when the server says so, not when its button was pressed.

use super::desk::use_desk;
use crate::api;
use crate::locale::{chat as text, t, ui};
use crate::ui::{CopyButton, Icon, Look, icon};
use domain::api::{
    FirstSteps as Steps, ListProfiles, MarkSnippetCopied, ReadFirstSteps, ReadProfile,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The steps, or the children once nothing is left of them.
#[component]
pub fn FirstSteps(steps: Option<Steps>, children: ChildrenFn) -> impl IntoView {
    let desk = use_desk();
    let session = desk.session();
    let steps = RwSignal::new(steps);
    let read = move || {
        spawn_local(async move {
            if let Ok(fresh) = api::request(ReadFirstSteps {}).await {
                steps.try_set(Some(fresh));
            }
        });
    };
    // The server says over the line that a step was done, whoever did it. What was done while
    // this card was not shown is read when it is.
    Effect::new(move |_| {
        session.settings.track();
        let is_left = steps.with_untracked(|steps| steps.as_ref().is_some_and(|s| !s.is_done()));
        if is_left {
            read();
        }
    });
    let copied = move || {
        spawn_local(async move {
            match api::request(MarkSnippetCopied {}).await {
                Ok(_) => read(),
                Err(failure) => desk.trouble(&failure),
            }
        });
    };
    let shown = move || {
        steps
            .get()
            .filter(|steps| !steps.is_done() && session.is_admin())
    };
    view! {
        {move || match shown() {
            None => children().into_any(),
            Some(steps) => {
                view! { <Card steps on_copied=Callback::new(move |()| copied()) /> }.into_any()
            }
        }}
    }
}

#[component]
fn Card(steps: Steps, on_copied: Callback<()>) -> impl IntoView {
    let demo = steps.demo_url.clone();
    let has_demo = demo.is_some();
    view! {
        <section class="card first-steps" aria-labelledby="first-steps">
            <header class="card__header">
                <h2 class="card__title" id="first-steps">
                    {t(text::FIRST_TITLE)}
                </h2>
                <p class="card__lead">{t(text::FIRST_LEAD)}</p>
            </header>
            <ol class="steps card__body">
                <Step is_done=steps.has_opened title=t(text::FIRST_OPEN_TITLE)>
                    <p class="steps__text">
                        {t(if has_demo { text::FIRST_OPEN_TEXT } else { text::FIRST_OPEN_NONE })}
                    </p>
                    {(!steps.has_opened).then_some(demo).flatten().map(|url| view! { <DemoLink url /> })}
                </Step>
                <Step is_done=steps.has_answered title=t(text::FIRST_ANSWER_TITLE)>
                    <p class="steps__text">{t(text::FIRST_ANSWER_TEXT)}</p>
                </Step>
                <Step is_done=steps.has_copied title=t(text::FIRST_SNIPPET_TITLE)>
                    <p class="steps__text">{t(text::FIRST_SNIPPET_TEXT)}</p>
                    {(!steps.has_copied).then(|| view! { <CopySnippet on_copied /> })}
                </Step>
            </ol>
        </section>
    }
}

#[component]
fn Step(is_done: bool, title: &'static str, children: Children) -> impl IntoView {
    view! {
        <li class="steps__step" class:steps__step--done=is_done>
            <span class="steps__mark">{is_done.then(|| icon(Icon::Check))}</span>
            <div>
                <h3 class="steps__title">
                    {is_done
                        .then(|| {
                            view! {
                                <span class="visually-hidden">{t(ui::DONE)}</span>
                            }
                        })}
                    {title}
                </h3>
                {children()}
            </div>
        </li>
    }
}

#[component]
fn DemoLink(url: String) -> impl IntoView {
    view! {
        <a class="button button--primary" href=url target="_blank" rel="noopener">
            {icon(Icon::External)}
            {t(text::FIRST_OPEN_BUTTON)}
            <span class="visually-hidden">", " {t(ui::NEW_TAB)}</span>
        </a>
    }
}

/// The snippet comes with the profile, which only this step needs here.
#[component]
fn CopySnippet(on_copied: Callback<()>) -> impl IntoView {
    let snippet = RwSignal::new(String::new());
    Effect::new(move |_| {
        spawn_local(async move {
            let rows = api::request(ListProfiles {}).await.unwrap_or_default();
            let Some(row) = rows.into_iter().find(|row| row.is_default) else {
                return;
            };
            if let Ok(page) = api::request(ReadProfile { profile: row.id }).await {
                snippet.try_set(page.snippet);
            }
        });
    });
    view! { <CopyButton text=snippet look=Look::Primary on_copied=on_copied /> }
}
