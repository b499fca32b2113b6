//! How a chat profile looks on a website, and what it says first, with a picture of it beside.
//!
//! Invariant: the picture shows what is typed; only its name is as it was saved, on another page.

use super::form::Sending;
use super::preview::Preview;
use super::profile_area::tab;
use super::profile_part::{CardForm, Part};
use crate::api;
use crate::locale::{admin as text, t, t_with};
use crate::ui::{ColourField, TextAreaField};
use domain::api::{Field, ReadProfile, Refusal};
use domain::limit;
use domain::settings::ChatProfile;
use domain::text::{Colour, Greeting};
use leptos::prelude::*;

const FIELDS: [Field; 2] = [Field::Colour, Field::Greeting];

/// The look as it is being edited.
#[derive(Clone, Copy)]
struct Draft {
    colour: RwSignal<String>,
    greeting: RwSignal<String>,
}

impl Draft {
    fn blank() -> Self {
        let empty = || RwSignal::new(String::new());
        Self {
            colour: empty(),
            greeting: empty(),
        }
    }

    /// Forgets what was typed.
    fn adopt(self, profile: &ChatProfile) {
        self.colour.set(profile.colour.as_str().to_owned());
        self.greeting.set(profile.greeting.as_str().to_owned());
    }

    /// What is typed, if it is valid; else the first field that is not.
    fn checked(self, over: ChatProfile) -> Result<ChatProfile, Refusal> {
        let invalid = |field| move |reason| Refusal::Invalid { field, reason };
        Ok(ChatProfile {
            colour: Colour::parse(&self.colour.get()).map_err(invalid(Field::Colour))?,
            greeting: Greeting::parse(&self.greeting.get()).map_err(invalid(Field::Greeting))?,
            ..over
        })
    }
}

/// How a chat profile looks.
#[component]
pub fn AppearancePage() -> impl IntoView {
    let read = |profile| {
        let profile = api::request(ReadProfile { profile });
        async move { Ok(profile.await?.profile) }
    };
    tab(
        text::APPEARANCE_TITLE,
        text::APPEARANCE_LEAD,
        read,
        |profile| view! { <Appearance profile /> }.into_any(),
    )
}

#[component]
fn Appearance(profile: ChatProfile) -> impl IntoView {
    let draft = Draft::blank();
    let part = Part::of(
        profile,
        move |profile| draft.adopt(profile),
        move |over| draft.checked(over),
        |one, other| one.colour == other.colour && one.greeting == other.greeting,
    );
    let name = move || part.base.with(|base| base.name.as_str().to_owned());
    let sending = Sending::begin();
    view! {
        <div class="page__split">
            <CardForm part sending title=t(text::APPEARANCE_CARD) fields=&FIELDS>
                <Fields draft sending />
            </CardForm>
            <div class="page__beside">
                <Preview
                    name=Signal::derive(name)
                    colour=draft.colour
                    greeting=draft.greeting
                />
            </div>
        </div>
    }
}

#[component]
fn Fields(draft: Draft, sending: Sending) -> impl IntoView {
    let max = limit::GREETING_CHARS_MAX.to_string();
    view! {
        <ColourField
            id="profile-colour"
            label=t(text::PROFILE_COLOUR)
            choose=t(text::PROFILE_COLOUR_CHOOSE)
            value=draft.colour
            hint=t(text::PROFILE_COLOUR_HINT)
            error=sending.at(Field::Colour)
        />
        <TextAreaField
            id="profile-greeting"
            label=t(text::PROFILE_GREETING)
            value=draft.greeting
            hint=t_with(text::PROFILE_GREETING_HINT, &[("max", &max)])
            error=sending.at(Field::Greeting)
        />
    }
}
