//! What a flow is as a whole: its names, its languages and where it begins.
//!
//! Invariant: a flow keeps at least the language that it speaks first; texts in a language that
//! is taken away stay in the draft, and come back with it.

use super::desk::Desk;
use super::fields::{CheckField, Choices, LineField, PickField};
use super::lens::Lens;
use crate::around::{PictureField, Shape};
use crate::locale::{Text, flows as text, refusal, t, t_with};
use crate::ui::{Icon, IconButton};
use domain::api::Field;
use domain::flow::StepId;
use domain::settings::Language;
use domain::text::DisplayName;
use leptos::prelude::*;

/// The settings of the flow.
#[component]
pub fn FlowPanel(desk: Desk) -> impl IntoView {
    let name = desk.of_draft(
        "flow name",
        |draft| draft.name.clone(),
        |draft, name| draft.name = name,
    );
    let bot = desk.of_draft(
        "bot name",
        |draft| draft.flow.bot_name.clone(),
        |draft, name| draft.flow.bot_name = name,
    );
    let picture = desk.of_draft(
        "",
        |draft| draft.flow.bot_picture.clone(),
        |draft, picture| draft.flow.bot_picture = picture,
    );
    let start = desk.of_draft(
        "",
        |draft| {
            draft
                .flow
                .start
                .map(|id| id.to_string())
                .unwrap_or_default()
        },
        |draft, typed| draft.flow.start = typed.parse().ok().map(StepId),
    );
    let steps = Signal::derive(move || {
        let mut steps = vec![(String::new(), t(text::NOWHERE).to_owned())];
        let names = desk.names.get().into_iter();
        steps.extend(names.map(|(id, name)| (id.to_string(), name)));
        steps
    });
    view! {
        <h2 class="flow-panel__title">{t(text::SETTINGS)}</h2>
        <div class="flow-panel__fields">
            <NameField id="flow-name" label=text::FLOW_NAME hint=text::FLOW_NAME_HINT value=name />
            <NameField id="flow-bot-name" label=text::BOT_NAME hint=text::BOT_NAME_HINT value=bot />
            <PictureField
                id="flow-bot-picture"
                label=t(text::BOT_PICTURE)
                hint=t(text::BOT_PICTURE_HINT)
                shape=Shape::Face
                value=picture.get
                set=picture.set
            />
            <Languages desk />
            <PickField id="flow-start" label=t(text::START) value=start choices=steps />
        </div>
    }
    .into_any()
}

#[component]
fn NameField(id: &'static str, label: Text, hint: Text, value: Lens<String>) -> impl IntoView {
    let error = Signal::derive(move || {
        let reason = value.get.with(|name| DisplayName::parse(name)).err()?;
        Some(refusal::for_field(Field::Name, reason))
    });
    view! { <LineField id label=t(label) value hint=t(hint) error /> }
}

#[component]
fn Languages(desk: Desk) -> impl IntoView {
    let rows = Language::ALL.map(|language| view! { <LanguageRow desk language /> });
    view! {
        <Choices label=t(text::LANGUAGES) hint=Some(t(text::LANGUAGES_HINT))>
            {rows}
        </Choices>
    }
}

#[component]
fn LanguageRow(desk: Desk, language: Language) -> impl IntoView {
    let draft = desk.draft;
    let place = Memo::new(move |_| {
        draft.with(|draft| draft.flow.languages.iter().position(|it| *it == language))
    });
    let value = Lens {
        get: Signal::derive(move || place.get().is_some()),
        set: Callback::new(move |is_on: bool| {
            desk.edit("", |draft| turn(&mut draft.flow.languages, language, is_on));
            let first = draft.with_untracked(|draft| draft.flow.languages.first().copied());
            if let (false, Some(first)) = (is_on, first) {
                desk.language.set(first);
            }
        }),
    };
    let first = move |()| {
        desk.edit("", |draft| {
            draft.flow.languages.retain(|it| *it != language);
            draft.flow.languages.insert(0, language);
        });
    };
    let label = t_with(text::LANGUAGE_FIRST, &[("language", language.name())]);
    view! {
        <div class="flow-panel__language">
            <CheckField label=language.name() value />
            <Show when=move || place.get().is_some_and(|place| place > 0)>
                <IconButton icon=Icon::ArrowUp label=label.clone() is_small=true on_press=first />
            </Show>
        </div>
    }
    .into_any()
}

fn turn(languages: &mut Vec<Language>, language: Language, is_on: bool) {
    languages.retain(|it| *it != language);
    if is_on || languages.is_empty() {
        languages.push(language);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_language_stays() {
        let mut languages = vec![Language::En];
        turn(&mut languages, Language::De, true);
        assert_eq!(languages, [Language::En, Language::De]);
        turn(&mut languages, Language::En, false);
        turn(&mut languages, Language::De, false);
        assert_eq!(languages, [Language::De]);
    }
}
