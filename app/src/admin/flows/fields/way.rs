//! Where a way out of a step leads, and where that can be changed.
//!
//! Invariant: going through the list by keyboard makes no steps.

use super::{Labelled, options};
use crate::admin::flows::add_step::SortItems;
use crate::admin::flows::desk::Desk;
use crate::admin::flows::words;
use crate::locale::{Text, flows as text, t, t_with};
use crate::ui::field::described_by;
use crate::ui::{Icon, IconButton, Menu};
use domain::flow::{Exit, StepId, Way};
use leptos::prelude::*;

/// Where a way out leads: a step, a new one, or nowhere yet.
#[component]
pub fn WayField(
    desk: Desk,
    step: StepId,
    exit: Exit,
    /// What stands for no step.
    #[prop(default = text::NOWHERE)]
    none: Text,
    #[prop(optional, into)] hint: Option<String>,
    /// Where several show the same way: told apart by this.
    #[prop(default = "way")]
    place: &'static str,
) -> impl IntoView {
    let way = desk.way(step, exit);
    let label = Signal::derive(move || {
        desk.draft.with(|draft| {
            let found = draft.flow.step(step);
            found
                .map(|step| words::exit(step, exit, &draft.flow))
                .unwrap_or_default()
        })
    });
    let choose = move |event: leptos::ev::Event| {
        way.set
            .run(event_target_value(&event).parse().ok().map(StepId));
    };
    let id = format!("{place}-{step}-{}", exit_word(exit));
    let described = described_by(&id, hint.is_some());
    view! {
        <Labelled id=id.clone() label=Signal::derive(move || {
            t_with(text::LEADS_TO, &[("way", &label.get())])
        }) hint=hint>
            <div class="flow-panel__way">
                <select
                    class="field__input"
                    id=id
                    aria-describedby=described
                    aria-invalid=move || (none == text::NOWHERE && way.get.get().is_none()).then_some("true")
                    on:change=choose
                >
                    {move || way_options(desk, way.get.get(), none)}
                </select>
                <NewStep desk step exit label />
                <GoTo desk to=way.get />
            </div>
        </Labelled>
    }
    .into_any()
}

/// Each way out of a step by a word of its own, for ids.
fn exit_word(exit: Exit) -> String {
    match exit {
        Exit::Answer(id) => format!("answer-{id}"),
        Exit::Case(at) => format!("case-{at}"),
        Exit::Next => "next".to_owned(),
        Exit::Other => "other".to_owned(),
        Exit::Instead => "instead".to_owned(),
        Exit::GivenUp => "given-up".to_owned(),
        Exit::Otherwise => "otherwise".to_owned(),
        Exit::Skipped => "skipped".to_owned(),
        Exit::Nobody => "nobody".to_owned(),
        Exit::Nothing => "nothing".to_owned(),
        Exit::Failed => "failed".to_owned(),
    }
}

fn way_options(desk: Desk, chosen: Way, none: Text) -> Vec<AnyView> {
    let names = desk.names.get();
    let chosen_word = chosen.map(|id| id.to_string()).unwrap_or_default();
    let mut steps = vec![(String::new(), t(none).to_owned())];
    if let Some(id) = chosen.filter(|id| names.iter().all(|(known, _)| known != id)) {
        let gone = t_with(text::NO_SUCH, &[("number", &id.to_string())]);
        steps.push((id.to_string(), gone));
    }
    steps.extend(names.into_iter().map(|(id, name)| (id.to_string(), name)));
    options(steps, &chosen_word)
}

/// A step of a kind of one's choice, to which this way leads then. No line of the list beside:
/// whoever goes through that by keyboard would make steps on the way.
#[component]
fn NewStep(desk: Desk, step: StepId, exit: Exit, label: Signal<String>) -> impl IntoView {
    let label = Signal::derive(move || t_with(text::NEW_STEP, &[("way", &label.get())]));
    view! {
        <Menu label=label sign=Icon::Plus>
            <SortItems add=Callback::new(move |sort| desk.add_to(step, exit, sort)) />
        </Menu>
    }
    .into_any()
}

#[component]
fn GoTo(desk: Desk, to: Signal<Way>) -> impl IntoView {
    let label = Signal::derive(move || {
        let name = to
            .get()
            .map(|id| desk.draft.with(|draft| words::step_label(&draft.flow, id)));
        t_with(text::GO_TO, &[("name", &name.unwrap_or_default())])
    });
    let go = move |()| {
        if let Some(id) = to.get_untracked() {
            desk.show(id);
        }
    };
    view! {
        <Show when=move || to.get().is_some()>
            <IconButton icon=Icon::Forward label on_press=go />
        </Show>
    }
    .into_any()
}
