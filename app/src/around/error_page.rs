//! Pages that say no: there is no such page, it is for admins, something broke, the server is
//! away. Each sets the status of the answer that carries it.
//!
//! Invariant: each says what to do next, and none looks like the browser's own.

use super::answer::answer_with;
use super::browser;
use super::next::HOME;
use crate::api::Failure;
use crate::locale::{Text, around as text, refusal, t, t_with, ui};
use crate::ui::{Button, Look, mark};
use domain::api::Refusal;
use leptos::prelude::*;
use leptos_meta::Title;

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// There is no page of that address.
    NotFound,
    /// It is for admins.
    Forbidden,
    /// Our fault; with the request's number if there is one.
    Broken(Option<String>),
    /// The server was not reached.
    Away,
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Unreachable | Failure::Refused(Refusal::Unavailable { .. }) => Self::Away,
            Failure::Refused(Refusal::NotFound) => Self::NotFound,
            Failure::Refused(Refusal::Forbidden) => Self::Forbidden,
            Failure::Refused(Refusal::Internal { request }) => Self::Broken(Some(request)),
            Failure::Refused(_) => Self::Broken(None),
        }
    }
}

impl Problem {
    /// Of the answer that carries it.
    pub fn status(&self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::Forbidden => 403,
            Self::Broken(_) => 500,
            Self::Away => 503,
        }
    }

    fn title(&self) -> Text {
        match self {
            Self::NotFound => text::NOT_FOUND_TITLE,
            Self::Forbidden => text::FORBIDDEN_TITLE,
            Self::Broken(_) => text::BROKEN_TITLE,
            Self::Away => text::RESTARTING_TITLE,
        }
    }

    fn text(self) -> String {
        match self {
            Self::NotFound => t(text::NOT_FOUND_TEXT).to_owned(),
            Self::Forbidden => t(text::FORBIDDEN_TEXT).to_owned(),
            Self::Broken(None) => t(text::BROKEN_TEXT_PLAIN).to_owned(),
            Self::Broken(Some(request)) => t_with(text::BROKEN_TEXT, &[("request", &request)]),
            Self::Away => t(refusal::OFFLINE).to_owned(),
        }
    }

    /// Whether the same page may well be there in a moment.
    fn is_passing(&self) -> bool {
        matches!(self, Self::Broken(_) | Self::Away)
    }
}

/// A whole page.
#[component]
pub fn ErrorPage(problem: Problem) -> impl IntoView {
    view! {
        <main class="around" id="main">
            <a class="around__brand" href=HOME>
                {mark()}
                <span>{t(text::PRODUCT)}</span>
            </a>
            <ErrorCard problem />
        </main>
    }
}

/// The same inside the frame of the signed-in pages.
#[component]
pub fn ErrorCard(problem: Problem) -> impl IntoView {
    answer_with(problem.status());
    let (is_passing, status, title) = (problem.is_passing(), problem.status(), problem.title());
    view! {
        <Title text=t(title) />
        <div class="around__card">
            <p class="around__code">{status}</p>
            <h1 class="around__title">{t(title)}</h1>
            <p class="around__text">{problem.text()}</p>
            <div class="around__actions">
                {is_passing
                    .then(|| {
                        view! {
                            <Button look=Look::Primary on_press=Callback::new(|()| browser::reload())>
                                {t(ui::TRY_AGAIN)}
                            </Button>
                        }
                    })}
                <a class="button" class:button--primary=!is_passing href=HOME>
                    {t(text::GO_HOME)}
                </a>
            </div>
        </div>
    }
}
