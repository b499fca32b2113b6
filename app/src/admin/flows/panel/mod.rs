//! What one step says and does, to be written: the form of the chosen step.
//!
//! Invariant: every kind of step has its form here, and every field of the definition its place.

pub mod bounds;
pub mod condition;
pub mod end;
pub mod hand_over;
pub mod input;
pub mod message;
pub mod outside;
pub mod question;
pub mod runbook;
pub mod set;

use super::desk::Desk;
use super::edit::{self, Sort};
use super::fields::{AreaField, CheckField, ExpressionField, LineField, WayField};
use super::problems::Defects;
use super::words;
use crate::locale::{flows as text, t, t_with};
use crate::ui::{EmptyState, Icon, Menu, MenuItem, Toaster, Tone, icon};
use condition::ConditionForm;
use domain::flow::{Exit, OnlyIf, StepId};
use domain::settings::Language;
use end::{EndForm, StartFlowForm};
use hand_over::HandOverForm;
use input::InputForm;
use leptos::prelude::*;
use message::MessageForm;
use outside::OutsideForm;
use question::QuestionForm;
use set::SetForm;

/// The form of the chosen step.
#[component]
pub fn StepPanel(desk: Desk) -> impl IntoView {
    // The form is built anew only for another step, or another kind of it.
    let shown = Memo::new(move |_| {
        let id = desk.chosen.get()?;
        let sort = desk
            .draft
            .with(|draft| draft.flow.step(id).map(|step| Sort::of(&step.does)))?;
        Some((id, sort))
    });
    move || {
        match shown.get() {
        None => view! { <EmptyState sign=Icon::Bubble title=t(text::SIDE_STEP) text=t(text::NO_STEP) /> }
            .into_any(),
        Some((id, sort)) => view! { <StepForm desk id sort /> }.into_any(),
    }
    }
}

#[component]
fn StepForm(desk: Desk, id: StepId, sort: Sort) -> impl IntoView {
    let name = desk.of_step(
        id,
        "name",
        |step| step.name.clone(),
        |step, name| step.name = name,
    );
    let (kind, about) = words::sort(sort);
    view! {
        <header class="flow-panel__header">
            <div>
                <h2 class="flow-panel__title">
                    {t(kind)} " " <span class="flow-panel__number">{id.to_string()}</span>
                </h2>
                <p class="field__hint">{t(about)}</p>
            </div>
            <StepMenu desk id />
        </header>
        <Defects desk step=id />
        <LineField id="step-name" label=t(text::STEP_NAME) value=name />
        <LanguageTabs desk />
        <div class="flow-panel__fields">
            {match sort {
                Sort::Message => view! { <MessageForm desk id /> }.into_any(),
                Sort::Question => view! { <QuestionForm desk id /> }.into_any(),
                Sort::Input => view! { <InputForm desk id /> }.into_any(),
                Sort::Condition => view! { <ConditionForm desk id /> }.into_any(),
                Sort::Set => view! { <SetForm desk id /> }.into_any(),
                Sort::HandOver => view! { <HandOverForm desk id /> }.into_any(),
                Sort::Outside => view! { <OutsideForm desk id /> }.into_any(),
                Sort::StartFlow => view! { <StartFlowForm desk id /> }.into_any(),
                Sort::End => view! { <EndForm desk id /> }.into_any(),
            }}
        </div>
        <More desk id />
        <ComesFrom desk id />
    }
    .into_any()
}

/// What can be done with the step as a whole.
#[component]
fn StepMenu(desk: Desk, id: StepId) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let label = Signal::derive(move || {
        let name = desk.draft.with(|draft| words::step_label(&draft.flow, id));
        t_with(text::TEST_MORE, &[("name", &name)])
    });
    view! {
        <Menu label=label>
            <MenuItem
                sign=Icon::Forward
                on_press=move |()| desk.edit("", |draft| draft.flow.start = Some(id))
            >
                {t(text::STEP_FIRST)}
            </MenuItem>
            <MenuItem sign=Icon::Copy on_press=move |()| duplicate(desk, id)>
                {t(text::STEP_DUPLICATE)}
            </MenuItem>
            <MenuItem
                sign=Icon::Close
                is_danger=true
                on_press=move |()| remove(desk, toaster, id)
            >
                {t(text::STEP_REMOVE)}
            </MenuItem>
        </Menu>
    }
}

/// Copies a step, and shows the copy.
pub fn duplicate(desk: Desk, id: StepId) {
    let mut copy = None;
    desk.edit("", |draft| {
        let name = draft
            .flow
            .step(id)
            .map(|step| step.name.clone())
            .unwrap_or_default();
        let name = if name.is_empty() {
            name
        } else {
            t_with(text::STEP_COPY, &[("name", &name)])
        };
        copy = edit::duplicate(&mut draft.flow, id, &name);
    });
    if let Some(copy) = copy {
        desk.show(copy);
    }
}

/// Deletes a step, says so, and shows the next.
pub fn remove(desk: Desk, toaster: Toaster, id: StepId) {
    let name = desk
        .draft
        .with_untracked(|draft| words::step_label(&draft.flow, id));
    let mut next = None;
    desk.edit("", |draft| next = edit::remove(&mut draft.flow, id));
    desk.chosen.set(next);
    toaster.say(Tone::Info, t_with(text::STEP_REMOVED, &[("name", &name)]));
}

/// In which language the author writes.
#[component]
pub fn LanguageTabs(desk: Desk) -> impl IntoView {
    let languages = Memo::new(move |_| desk.draft.with(|draft| draft.flow.languages.clone()));
    view! {
        <Show when=move || languages.with(|languages| languages.len() > 1)>
            <div class="tabs" role="group" aria-label=t(text::LANGUAGE)>
                <For each=move || languages.get() key=|language| *language let:language>
                    <LanguageTab desk language />
                </For>
            </div>
        </Show>
    }
    .into_any()
}

#[component]
fn LanguageTab(desk: Desk, language: Language) -> impl IntoView {
    let is_pressed = move || {
        if desk.language.get() == language {
            "true"
        } else {
            "false"
        }
    };
    view! {
        <button
            type="button"
            class="tabs__tab"
            lang=language.code()
            aria-pressed=is_pressed
            on:click=move |_| desk.language.set(language)
        >
            {language.name()}
        </button>
    }
}

/// What few steps need: a note, a condition, being begun at.
#[component]
fn More(desk: Desk, id: StepId) -> impl IntoView {
    let note = desk.of_step(
        id,
        "note",
        |step| step.note.clone(),
        |step, note| step.note = note,
    );
    let may_start = desk.of_step(
        id,
        "",
        |step| step.may_start,
        |step, may_start| step.may_start = may_start,
    );
    let is_conditional = desk.of_step(
        id,
        "",
        |step| step.only_if.is_some(),
        |step, is_on: bool| {
            step.only_if = is_on.then(|| OnlyIf {
                when: String::new(),
                otherwise: None,
            });
        },
    );
    let when = desk.of_step(
        id,
        "only-if",
        |step| step.only_if.clone().map(|it| it.when).unwrap_or_default(),
        |step, when| {
            if let Some(only) = &mut step.only_if {
                only.when = when;
            }
        },
    );
    let is_open = is_conditional.get.get_untracked()
        || may_start.get.get_untracked()
        || !note.get.with_untracked(String::is_empty);
    view! {
        <details class="flow-panel__more" open=is_open>
            <summary>{t(text::MORE)}</summary>
            <div class="flow-panel__fields">
                <CheckField label=t(text::ONLY_IF_ON) value=is_conditional />
                <Show when=move || is_conditional.get.get()>
                    <ExpressionField desk step=id id="step-only-if" label=t(text::ONLY_IF) value=when />
                    <WayField desk step=id exit=Exit::Skipped />
                </Show>
                <CheckField label=t(text::MAY_START) value=may_start />
                <AreaField id="step-note" label=t(text::NOTE) value=note />
            </div>
        </details>
    }
    .into_any()
}

/// The steps that lead here.
#[component]
fn ComesFrom(desk: Desk, id: StepId) -> impl IntoView {
    let from = Memo::new(move |_| {
        desk.settled.with(|draft| {
            let ways = edit::ways_to(&draft.flow, id).into_iter();
            ways.filter_map(|(from, exit)| {
                let step = draft.flow.step(from)?;
                let name = words::numbered(step, &draft.flow);
                Some((
                    from,
                    exit,
                    format!("{name}: {}", words::exit(step, exit, &draft.flow)),
                ))
            })
            .collect::<Vec<_>>()
        })
    });
    view! {
        <Show when=move || from.with(|from| !from.is_empty())>
            <section class="flow-panel__from">
                <h3 class="flow-panel__caption">{t(text::COMES_FROM)}</h3>
                <ul>
                    <For each=move || from.get() key=Clone::clone let:way>
                        <li>
                            <button
                                type="button"
                                class="flow-panel__jump"
                                on:click=move |_| desk.show(way.0)
                            >
                                {icon(Icon::Back)}
                                {way.2}
                            </button>
                        </li>
                    </For>
                </ul>
            </section>
        </Show>
    }
    .into_any()
}
