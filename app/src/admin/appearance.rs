//! How a chat profile looks on a website, and what it says first, with a picture of it beside.
//!
//! Invariant: the picture shows what is typed; only its name is as it was saved, on another page.

use super::form::Sending;
use super::preview::Preview;
use super::profile_area::tab;
use super::profile_part::{CardForm, Part};
use crate::api;
use crate::around::{PictureField, Shape};
use crate::locale::{admin as text, t, t_with};
use crate::ui::{ColourField, TextAreaField, TextField};
use domain::api::{Field, ReadProfile, Refusal};
use domain::id::PictureId;
use domain::limit;
use domain::settings::{ChatProfile, WindowLook};
use domain::text::{Colour, Greeting, Reason};
use leptos::prelude::*;

const FIELDS: [Field; 3] = [Field::Colour, Field::Greeting, Field::Look];

/// The look as it is being edited.
#[derive(Clone, Copy)]
struct Draft {
    colour: RwSignal<String>,
    greeting: RwSignal<String>,
    /// Pixels; empty is ours.
    height: RwSignal<String>,
    width: RwSignal<String>,
    icon: RwSignal<Option<PictureId>>,
    header: RwSignal<Option<PictureId>>,
}

/// A side as it is typed; empty is ours.
fn side(typed: &str) -> Result<Option<u32>, Reason> {
    match typed.trim() {
        "" => Ok(None),
        typed => typed.parse().map(Some).or(Err(Reason::Form)),
    }
}

fn written(side: Option<u32>) -> String {
    side.map_or_else(String::new, |side| side.to_string())
}

impl Draft {
    fn blank() -> Self {
        let empty = || RwSignal::new(String::new());
        Self {
            colour: empty(),
            greeting: empty(),
            height: empty(),
            width: empty(),
            icon: RwSignal::new(None),
            header: RwSignal::new(None),
        }
    }

    /// Forgets what was typed.
    fn adopt(self, profile: &ChatProfile) {
        self.colour.set(profile.colour.as_str().to_owned());
        self.greeting.set(profile.greeting.as_str().to_owned());
        self.height.set(written(profile.look.height));
        self.width.set(written(profile.look.width));
        self.icon.set(profile.look.icon.clone());
        self.header.set(profile.look.header.clone());
    }

    /// What is typed, if it is valid; else the first field that is not.
    fn checked(self, over: ChatProfile) -> Result<ChatProfile, Refusal> {
        let invalid = |field| move |reason| Refusal::Invalid { field, reason };
        let look = WindowLook {
            height: self
                .height
                .with(|typed| side(typed))
                .map_err(invalid(Field::Look))?,
            width: self
                .width
                .with(|typed| side(typed))
                .map_err(invalid(Field::Look))?,
            icon: self.icon.get(),
            header: self.header.get(),
        };
        look.checked().map_err(invalid(Field::Look))?;
        Ok(ChatProfile {
            look,
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
        |one, other| {
            let own = |profile: &ChatProfile| {
                let ChatProfile {
                    colour,
                    greeting,
                    look,
                    ..
                } = profile.clone();
                (colour, greeting, look)
            };
            own(one) == own(other)
        },
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
                    icon=draft.icon
                    header=draft.header
                />
            </div>
        </div>
    }
}

fn chosen(picture: RwSignal<Option<PictureId>>) -> Callback<Option<PictureId>> {
    Callback::new(move |chosen| {
        picture.try_set(chosen);
    })
}

/// What is wrong with a side, once somebody has tried to save it.
fn wrong_side(typed: RwSignal<String>, sending: Sending) -> Signal<Option<String>> {
    let said = sending.at(Field::Look);
    Signal::derive(move || {
        let side = typed.with(|typed| side(typed));
        let is_fine =
            side.is_ok_and(|side| side.is_none_or(|side| WindowLook::SIDES.contains(&side)));
        said.get().filter(|_| !is_fine)
    })
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
        <PictureField
            id="profile-header"
            label=t(text::PROFILE_HEADER)
            hint=t(text::PROFILE_HEADER_HINT)
            shape=Shape::Header
            value=draft.header
            set=chosen(draft.header)
        />
        <PictureField
            id="profile-icon"
            label=t(text::PROFILE_ICON)
            hint=t(text::PROFILE_ICON_HINT)
            shape=Shape::Icon
            value=draft.icon
            set=chosen(draft.icon)
        />
        <div class="words__choose">
            <TextField
                id="profile-width"
                label=t(text::PROFILE_WIDTH)
                value=draft.width
                is_optional=true
                hint=t_with(text::PROFILE_SIDE_HINT, &[("pixels", "400")])
                error=wrong_side(draft.width, sending)
            />
            <TextField
                id="profile-height"
                label=t(text::PROFILE_HEIGHT)
                value=draft.height
                is_optional=true
                hint=t_with(text::PROFILE_SIDE_HINT, &[("pixels", "700")])
                error=wrong_side(draft.height, sending)
            />
        </div>
    }
}
