//! What is asked of the server without a form, by the press of a button.
//!
//! Invariant: whoever pressed is told when it failed.

use crate::api::{self, Failure};
use crate::around::{Session, sentence, use_session};
use crate::ui::{Toaster, Tone};
use domain::api::Endpoint;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A page's way to the server beside its forms.
#[derive(Clone, Copy)]
pub struct Asking {
    session: Session,
    toaster: Toaster,
}

impl Asking {
    /// Nothing asked yet. Called by a component, below the frame.
    pub fn begin() -> Self {
        Self {
            session: use_session(),
            toaster: expect_context::<Toaster>(),
        }
    }

    /// Asks; `done` gets the reply.
    pub fn ask<E>(self, question: E, done: impl FnOnce(E::Reply) + 'static)
    where
        E: Endpoint + 'static,
    {
        spawn_local(async move {
            match api::request(question).await {
                Ok(reply) => done(reply),
                Err(failure) => self.failed(&failure),
            }
        });
    }

    fn failed(self, failure: &Failure) {
        self.session.note(failure);
        self.toaster.say(Tone::Danger, sentence(failure));
    }
}
