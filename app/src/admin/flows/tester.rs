//! The bot as a visitor would have it, in the page: the same engine, and a world that the author
//! turns.
//!
//! Invariant: what is read comes from the engine; nothing here is sent anywhere.

use super::ask::AskForm;
use super::desk::Desk;
use super::fields::{Labelled, LineField};
use super::lens::Lens;
use super::trial::Trial;
use super::words;
use crate::locale::{flows as text, t, t_with};
use crate::ui::{Banner, Button, Icon, Look, Toaster, Tone, icon};
use domain::flow::{
    At, Call, Effect, Ending, Kind, Outcome, Rehearsal, Said, StepId, Trouble, Turn,
};
use domain::limit;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The conversation that is being tried.
#[component]
pub fn Tester(desk: Desk) -> impl IntoView {
    let played = Memo::new(move |_| {
        desk.trial
            .with(|trial| desk.program.with(|program| trial.play(program)))
    });
    view! {
        <section class="flow-trial" aria-label=t(text::TRIAL)>
            <Head desk />
            <div class="flow-trial__log" role="log" aria-label=t(text::TRIAL_LOG) tabindex="0">
                {move || played.with(|played| lines(desk, played))}
            </div>
            <div class="flow-trial__answer">
                {move || played.with(|played| answer(desk, played))}
            </div>
            <Keep desk />
        </section>
    }
    .into_any()
}

#[component]
fn Head(desk: Desk) -> impl IntoView {
    let is_begun = Memo::new(move |_| desk.trial.with(|trial| !trial.moves.is_empty()));
    view! {
        <header class="flow-trial__head">
            <h2 class="flow-panel__title">{t(text::TRIAL)}</h2>
            <div class="flow-trial__tools">
                <Button
                    look=Look::Quiet
                    is_small=true
                    icon=Icon::Undo
                    is_disabled=Signal::derive(move || !is_begun.get())
                    on_press=Callback::new(move |()| desk.trial.update(Trial::take_back))
                >
                    {t(text::TRIAL_TAKE_BACK)}
                </Button>
                <Button
                    look=Look::Quiet
                    is_small=true
                    icon=Icon::Retry
                    on_press=Callback::new(move |()| desk.trial.update(Trial::restart))
                >
                    {t(text::TRIAL_RESTART)}
                </Button>
            </div>
        </header>
        <Begins desk />
    }
    .into_any()
}

/// Where it begins, in a flow that may begin at several places.
#[component]
fn Begins(desk: Desk) -> impl IntoView {
    let places = Memo::new(move |_| {
        desk.settled.with(|draft| {
            let steps = draft.flow.steps.iter().filter(|step| step.may_start);
            steps
                .map(|step| (step.id.to_string(), words::numbered(step, &draft.flow)))
                .collect::<Vec<_>>()
        })
    });
    let choices = move || {
        let mut choices = vec![(String::new(), t(text::TRIAL_AT_START).to_owned())];
        choices.extend(places.get());
        choices
    };
    let value = Lens {
        get: Signal::derive(move || {
            let at = desk.trial.with(|trial| trial.at);
            at.map(|id| id.to_string()).unwrap_or_default()
        }),
        set: Callback::new(move |word: String| {
            desk.trial.update(|trial| {
                trial.at = word.parse().ok().map(StepId);
                trial.restart();
            });
        }),
    };
    view! {
        <Show when=move || places.with(|places| !places.is_empty())>
            <super::fields::PickField
                id="trial-at"
                label=t(text::TRIAL_AT)
                value
                choices=Signal::derive(choices)
            />
        </Show>
    }
    .into_any()
}

/// Everything that is read so far.
fn lines(desk: Desk, played: &Rehearsal) -> Vec<AnyView> {
    let mut lines = Vec::new();
    for turn in &played.turns {
        match turn {
            Some(turn) => read(desk, turn, &mut lines),
            None => lines.push(notice(t(text::TRIAL_UNHEARD).to_owned(), None, desk)),
        }
    }
    lines
}

fn read(desk: Desk, turn: &Turn, lines: &mut Vec<AnyView>) {
    if let Some(heard) = &turn.heard {
        let heard = heard.clone();
        lines.push(
            view! {
                <div class="flow-trial__line flow-trial__line--visitor">
                    <span class="visually-hidden">{t(text::TRIAL_VISITOR)} ": "</span>
                    <p>{heard}</p>
                </div>
            }
            .into_any(),
        );
    }
    lines.extend(turn.says.iter().map(|said| self::said(desk, said.clone())));
    for effect in &turn.effects {
        let (words, step) = effect_words(desk, effect);
        lines.push(notice(words, step, desk));
    }
    match &turn.run.at {
        At::Over {
            ending: Ending::Done,
            step,
        } => lines.push(notice(t(text::TRIAL_DONE).to_owned(), Some(*step), desk)),
        At::Lost { step, trouble } => lines.push(lost(desk, *step, *trouble)),
        _ => {}
    }
}

fn said(desk: Desk, said: Said) -> AnyView {
    let things = said.rich.into_iter().map(|rich| {
        let words = if rich.title.is_empty() {
            rich.url.clone()
        } else {
            rich.title
        };
        view! {
            <span class="flow-trial__thing">
                {words::rich_kind(rich.kind)} ": " {words} " (" {rich.url} ")"
            </span>
        }
    });
    let things = things.collect_view();
    view! {
        <div class="flow-trial__line flow-trial__line--bot">
            <span class="visually-hidden">
                {desk.settled.with_untracked(|draft| draft.flow.bot_name.clone())} ": "
            </span>
            {(!said.text.is_empty()).then(|| view! { <p>{said.text}</p> })}
            {things}
            <Jump desk to=said.step />
        </div>
    }
    .into_any()
}

/// Leads from a line to its step.
#[component]
fn Jump(desk: Desk, to: StepId) -> impl IntoView {
    let name = desk
        .settled
        .with_untracked(|draft| words::step_label(&draft.flow, to));
    let label = t_with(text::TRIAL_JUMP, &[("name", &name)]);
    view! {
        <button
            type="button"
            class="flow-trial__jump"
            aria-label=label.clone()
            title=label
            on:click=move |_| desk.show(to)
        >
            {name}
        </button>
    }
    .into_any()
}

fn notice(words: String, step: Option<StepId>, desk: Desk) -> AnyView {
    view! {
        <div class="flow-trial__line flow-trial__line--notice">
            <p>{words}</p>
            {step.map(|to| view! { <Jump desk to /> })}
        </div>
    }
    .into_any()
}

fn effect_words(desk: Desk, effect: &Effect) -> (String, Option<StepId>) {
    match effect {
        Effect::HandOver { .. } => (t(text::TRIAL_HANDED_OVER).to_owned(), None),
        Effect::Close => (t(text::TRIAL_CLOSED).to_owned(), None),
        Effect::Fill { fill, value } => {
            let what = words::fill(fill);
            let words = t_with(text::TRIAL_FILLED, &[("what", &what), ("value", value)]);
            (words, None)
        }
        Effect::Rate { .. } => (t(text::TRIAL_RATED).to_owned(), None),
        Effect::Call { step, call, .. } => {
            let what = words::call(call);
            (t_with(text::TRIAL_CALLED, &[("what", what)]), Some(*step))
        }
        Effect::StartFlow { step, flow } => {
            let name = desk.flows.with_value(|flows| {
                let row = flows.iter().find(|row| row.id == *flow);
                row.map(|row| row.name.as_str().to_owned())
            });
            let words = match name {
                Some(name) => format!("{} ({name})", t(text::TRIAL_CALLED_FLOW)),
                None => t(text::TRIAL_CALLED_FLOW).to_owned(),
            };
            (words, Some(*step))
        }
    }
}

fn lost(desk: Desk, step: Option<StepId>, trouble: Trouble) -> AnyView {
    let words = t(match trouble {
        Trouble::NoStart => text::TRIAL_NO_START,
        Trouble::DeadEnd(_) | Trouble::NoStep(_) => text::TRIAL_LOST_DEAD_END,
        Trouble::NoAnswer | Trouble::TooManySteps => text::TRIAL_LOST,
    });
    view! {
        <div class="flow-trial__line flow-trial__line--lost">
            <p>{icon(Icon::Alert)} {words}</p>
            {step.map(|to| view! { <Jump desk to /> })}
        </div>
    }
    .into_any()
}

/// How it can go on.
fn answer(desk: Desk, played: &Rehearsal) -> AnyView {
    if desk.trial.with(|trial| trial.moves.len()) >= limit::FLOW_TEST_MOVES_MAX {
        return ().into_any();
    }
    match &played.run.at {
        At::Asked { .. } => {
            let turns = played.turns.iter().rev().flatten();
            let ask = turns
                .flat_map(|turn| turn.says.iter().rev())
                .find_map(|said| said.ask.clone());
            ask.map(|ask| view! { <AskForm desk ask /> }.into_any())
                .into_any()
        }
        At::Away { step, .. } => {
            let does = desk
                .settled
                .with(|draft| draft.flow.step(*step).map(|step| step.does.clone()));
            away(desk, does)
        }
        At::Over { .. } | At::Lost { .. } => ().into_any(),
    }
}

/// What comes back from somebody else.
fn away(desk: Desk, does: Option<Kind>) -> AnyView {
    let call = match does {
        Some(Kind::Outside(outside)) => Some(outside.call),
        _ => None,
    };
    let values: Vec<(String, domain::flow::ValueKind, RwSignal<String>)> = match &call {
        Some(Call::Runbook { back, .. }) => back
            .iter()
            .map(|back| (back.name.clone(), back.kind, RwSignal::new(String::new())))
            .collect(),
        _ => Vec::new(),
    };
    let typed = values.clone();
    let done = move |()| {
        let mut back = BTreeMap::new();
        for (name, kind, typed) in &typed {
            if let Some(value) = super::ask::value(*kind, &typed.get_untracked()) {
                back.insert(name.clone(), value);
            }
        }
        desk.trial
            .update(|trial| trial.come_back(Outcome::Done(back)));
    };
    let can_find_nothing = call.as_ref().is_some_and(Call::can_find_nothing);
    let fields = values
        .into_iter()
        .enumerate()
        .map(|(at, (name, kind, typed))| {
            let value = Lens {
                get: typed.into(),
                set: Callback::new(move |to| typed.set(to)),
            };
            let label = format!("{name} ({})", words::value_kind(kind));
            view! { <LineField id=format!("back-value-{at}") label value /> }
        });
    let fields = fields.collect_view();
    let is_call = call.is_some();
    view! {
        <fieldset class="flow-trial__offers">
            <legend class="flow-panel__caption">{t(text::TRIAL_RETURN)}</legend>
            {fields}
            {is_call
                .then(|| {
                    view! {
                        <Button is_small=true on_press=Callback::new(done)>
                            {t(text::TRIAL_RETURN_DONE)}
                        </Button>
                    }
                })}
            {can_find_nothing.then(|| come_back(desk, Outcome::Nothing))}
            {come_back(desk, Outcome::Failed)}
            <Button
                is_small=true
                icon=Icon::Clock
                on_press=Callback::new(move |()| desk.trial.update(Trial::pass))
            >
                {t(text::TRIAL_PASSED)}
            </Button>
        </fieldset>
    }
    .into_any()
}

fn come_back(desk: Desk, outcome: Outcome) -> AnyView {
    let words = match outcome {
        Outcome::Nothing => text::TRIAL_RETURN_NOTHING,
        _ => text::TRIAL_RETURN_FAILED,
    };
    let press = move |()| desk.trial.update(|trial| trial.come_back(outcome.clone()));
    view! {
        <Button is_small=true on_press=Callback::new(press)>
            {t(words)}
        </Button>
    }
    .into_any()
}

/// Keeps the conversation as a test.
#[component]
fn Keep(desk: Desk) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let name = RwSignal::new(String::new());
    let is_full = Memo::new(move |_| {
        desk.draft
            .with(|draft| draft.tests.len() >= limit::FLOW_TESTS_MAX)
    });
    let keep = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let called = name.get_untracked().trim().to_owned();
        if called.is_empty() {
            return crate::ui::focus::focus_on("#test-name");
        }
        desk.look();
        let test = desk.trial.with_untracked(|trial| {
            desk.program
                .with_untracked(|program| trial.keep(program, &called))
        });
        desk.edit("", |draft| draft.tests.push(test));
        desk.look();
        name.set(String::new());
        toaster.say(Tone::Positive, t(text::TESTS_KEPT));
    };
    view! {
        <form class="flow-trial__keep" on:submit=keep>
            <Show
                when=move || !is_full.get()
                fallback=|| view! { <Banner text=t(text::TESTS_FULL) /> }
            >
                <Labelled id="test-name" label=t(text::TESTS_RECORD)>
                    <div class="field__row">
                        <input
                            class="field__input"
                            id="test-name"
                            autocomplete="off"
                            maxlength=limit::NAME_CHARS_MAX.to_string()
                            placeholder=t(text::TESTS_NAME)
                            prop:value=move || name.get()
                            on:input=move |event| name.set(event_target_value(&event))
                        />
                        <button type="submit" class="button">
                            {t(text::TESTS_KEEP)}
                        </button>
                    </div>
                </Labelled>
            </Show>
        </form>
    }
    .into_any()
}
