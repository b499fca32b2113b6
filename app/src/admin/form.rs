//! What every form of the settings has in common: it is checked by the types of `domain`, sent
//! once, and says at the field, or above the form, why something was refused.
//!
//! Invariant: a form that was refused keeps what was typed.

use crate::api::{self, Failure};
use crate::around::{above_form, at_field, use_session};
use crate::ui::{Banner, Button, Look, Tone};
use domain::api::{Endpoint, Field, Refusal};
use domain::text::Reason;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// One form's way to the server.
#[derive(Clone, Copy)]
pub struct Sending {
    /// It is on its way.
    pub is_busy: RwSignal<bool>,
    /// Why it was refused the last time.
    pub failure: RwSignal<Option<Failure>>,
    session: crate::around::Session,
}

impl Sending {
    /// Nothing sent yet. Called by a component, below the frame.
    pub fn begin() -> Self {
        Self {
            is_busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            session: use_session(),
        }
    }

    /// A field cannot be as it is: the person is told without asking the server.
    pub fn refuse(self, field: Field, reason: Reason) {
        self.failure
            .set(Some(Refusal::Invalid { field, reason }.into()));
    }

    /// Sends, once at a time; `done` gets the reply.
    pub fn send<E>(self, question: E, done: impl FnOnce(E::Reply) + 'static)
    where
        E: Endpoint + 'static,
    {
        if self.is_busy.get_untracked() {
            return;
        }
        self.is_busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let answer = api::request(question).await;
            self.is_busy.try_set(false);
            match answer {
                Ok(reply) => done(reply),
                Err(failure) => {
                    self.session.note(&failure);
                    self.failure.try_set(Some(failure));
                }
            }
        });
    }

    /// The sentence under a field.
    pub fn at(self, field: Field) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.failure
                .with(|failure| at_field(failure.as_ref(), field))
        })
    }

    /// The refusal, if it is one.
    pub fn refusal(self) -> Option<Refusal> {
        self.failure
            .with(|failure| failure.as_ref().and_then(Failure::refusal).cloned())
    }
}

/// What is about none of the form's fields.
#[component]
pub fn Trouble(sending: Sending, fields: &'static [Field]) -> impl IntoView {
    move || {
        let sentence = sending
            .failure
            .with(|failure| above_form(failure.as_ref(), fields));
        sentence.map(|sentence| view! { <Banner tone=Tone::Danger text=sentence /> })
    }
}

/// The button that sends the form around it.
#[component]
pub fn Submit(
    sending: Sending,
    #[prop(default = Look::Primary)] look: Look,
    children: Children,
) -> impl IntoView {
    view! {
        <Button look=look is_busy=sending.is_busy>
            {children()}
        </Button>
    }
}
