//! The steps as a list: in the order of their author, each with its words and its ways on.
//!
//! Invariant: whatever the list can do, the keyboard can.

use super::add_step::{AddStep, sign};
use super::desk::Desk;
use super::edit::{self, Sort};
use super::fields::WayField;
use super::panel::{duplicate, remove};
use super::words;
use crate::locale::{Text, flows as text, t, t_count, t_with};
use crate::ui::focus::{focus_if_lost, focus_on};
use crate::ui::{Badge, Button, EmptyState, Icon, IconButton, Look, Toaster, Tone, icon};
use domain::flow::{Exit, Kind, StepId};
use leptos::{ev, prelude::*};

/// The steps as a list.
#[component]
pub fn StepList(desk: Desk) -> impl IntoView {
    let found = desk.found;
    let shown = Memo::new(move |_| {
        let ids = desk
            .names
            .with(|names| names.iter().map(|(id, _)| *id).collect::<Vec<_>>());
        found.with(|found| match found {
            Some(found) => ids.into_iter().filter(|id| found.contains(id)).collect(),
            None => ids,
        })
    });
    let is_empty = Memo::new(move |_| desk.names.with(Vec::is_empty));
    let add = Callback::new(move |sort| desk.add(sort, None));
    view! {
        <section class="flow-steps" aria-label=t(text::STEPS)>
            <Show when=move || is_empty.get()>
                <EmptyState
                    sign=Icon::Bubble
                    title=t(text::STEPS_EMPTY_TITLE)
                    text=t(text::STEPS_EMPTY_TEXT)
                />
            </Show>
            <p class="visually-hidden" id="flow-steps-hint">
                {t(text::STEPS_HINT)}
            </p>
            <ol class="flow-steps__list">
                <For each=move || shown.get() key=|id| *id let:id>
                    <Row desk id shown />
                </For>
            </ol>
            <div class="flow-steps__end">
                <AddStep label=t(text::STEP_ADD) add />
                <Show when=move || desk.names.with(|names| names.len() > 2)>
                    <Button
                        look=Look::Quiet
                        is_small=true
                        on_press=Callback::new(move |()| {
                            desk.edit("", |draft| edit::sort(&mut draft.flow));
                        })
                    >
                        {t(text::STEPS_SORT)}
                    </Button>
                </Show>
            </div>
        </section>
    }
    .into_any()
}

/// What a row reads.
#[derive(Clone, PartialEq, Eq)]
struct Shown {
    sort: Sort,
    name: String,
    said: String,
    ways: Vec<(Exit, String, String, bool)>,
    is_start: bool,
    may_start: bool,
}

fn shown(desk: Desk, id: StepId) -> Option<Shown> {
    desk.settled.with(|draft| {
        let flow = &draft.flow;
        let step = flow.step(id)?;
        let ways = step.exits().into_iter().map(|(exit, way)| {
            let is_open = way.is_none_or(|to| flow.step(to).is_none());
            (
                exit,
                words::exit(step, exit, flow),
                words::way_label(flow, way),
                is_open,
            )
        });
        Some(Shown {
            sort: Sort::of(&step.does),
            name: words::label(step, flow),
            said: words::said(step, flow),
            ways: ways.collect(),
            is_start: flow.start == Some(id),
            may_start: step.may_start,
        })
    })
}

#[component]
fn Row(desk: Desk, id: StepId, shown: Memo<Vec<StepId>>) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let words = Memo::new(move |_| self::shown(desk, id));
    let is_chosen = Memo::new(move |_| desk.chosen.get() == Some(id));
    // One row can be reached by Tab: the chosen one, or else the first.
    let is_stop = move || {
        let chosen = desk.chosen.get();
        shown.with(
            |shown| match chosen.filter(|chosen| shown.contains(chosen)) {
                Some(chosen) => chosen == id,
                None => shown.first() == Some(&id),
            },
        )
    };
    view! {
        <li class="flow-steps__row" class:flow-steps__row--chosen=move || is_chosen.get()>
            <button
                type="button"
                class="flow-steps__step"
                id=format!("flow-step-{id}")
                tabindex=move || if is_stop() { "0" } else { "-1" }
                aria-current=move || is_chosen.get().then_some("true")
                aria-describedby="flow-steps-hint"
                on:click=move |_| desk.press(id)
                on:keydown=move |event| on_key(desk, toaster, shown, id, &event)
            >
                {move || words.get().map(|words| head(id, words))}
                <Count desk id />
            </button>
            <Show when=move || !is_chosen.get()>
                <ul class="flow-steps__ways">
                    {move || words.get().map(|words| ways(words.ways))}
                </ul>
            </Show>
            <Show when=move || is_chosen.get()>
                <Tools desk id />
            </Show>
        </li>
    }
    .into_any()
}

fn head(id: StepId, shown: Shown) -> impl IntoView {
    let said = (shown.said != shown.name && !shown.said.is_empty()).then_some(shown.said);
    view! {
        <span class="flow-steps__sign">{icon(sign(shown.sort))}</span>
        <span class="flow-steps__words">
            <span class="flow-steps__kind">
                {id.to_string()} " · " {t(words::sort(shown.sort).0)}
            </span>
            <strong class="flow-steps__name">{shown.name}</strong>
            {said.map(|said| view! { <span class="flow-steps__said">{said}</span> })}
        </span>
        {shown.is_start.then(|| view! { <Badge tone=Tone::Positive>{t(text::STEP_BEGINS)}</Badge> })}
        {(shown.may_start && !shown.is_start)
            .then(|| view! { <Badge>{t(text::STEP_MAY_BEGIN)}</Badge> })}
    }
    .into_any()
}

fn ways(ways: Vec<(Exit, String, String, bool)>) -> impl IntoView {
    let ways = ways.into_iter().map(|(_, exit, to, is_open)| {
        view! {
            <li class:flow-steps__way--open=is_open>
                <span>{exit}</span>
                {icon(Icon::Forward)}
                <span>{to}</span>
            </li>
        }
    });
    ways.collect_view()
}

/// How many defects the step has.
#[component]
pub fn Count(desk: Desk, id: StepId) -> impl IntoView {
    let defects = desk.defects;
    let count = Memo::new(move |_| defects.with(|defects| defects.get(&id).copied().unwrap_or(0)));
    move || {
        let count = u64::try_from(count.get()).unwrap_or(u64::MAX);
        (count > 0).then(|| {
            let words = t_count(text::STEP_PROBLEM_ONE, text::STEP_PROBLEM_OTHER, count);
            view! { <Badge tone=Tone::Danger>{words}</Badge> }
        })
    }
}

/// What the chosen step can do in the list, and where it leads.
#[component]
fn Tools(desk: Desk, id: StepId) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let exits = Memo::new(move |_| {
        desk.draft.with(|draft| {
            let Some(step) = draft.flow.step(id) else {
                return Vec::new();
            };
            let mut exits: Vec<Exit> = step.exits().into_iter().map(|(exit, _)| exit).collect();
            // Shown whether it is set or not, as in the form.
            if matches!(step.does, Kind::Question(_)) && !exits.contains(&Exit::Other) {
                exits.push(Exit::Other);
            }
            exits
        })
    });
    let none = |exit| match exit {
        Exit::Other => text::ASK_AGAIN,
        _ => text::NOWHERE,
    };
    let tool = move |icon: Icon, words: Text, on_press: Callback<()>| {
        view! { <IconButton icon label=t(words) is_small=true on_press /> }
    };
    view! {
        <div class="flow-steps__tools">
            <AddStep
                label=t(text::STEP_ADD_AFTER)
                add=Callback::new(move |sort| desk.add(sort, Some(id)))
            />
            {tool(Icon::ArrowUp, text::STEP_UP, Callback::new(move |()| shift(desk, id, true)))}
            {tool(Icon::ArrowDown, text::STEP_DOWN, Callback::new(move |()| shift(desk, id, false)))}
            {tool(Icon::Copy, text::STEP_DUPLICATE, Callback::new(move |()| duplicate(desk, id)))}
            {tool(
                Icon::Close,
                text::STEP_REMOVE,
                Callback::new(move |()| {
                    remove(desk, toaster, id);
                    focus_if_lost(".flow-steps__step[tabindex=\"0\"]");
                }),
            )}
        </div>
        <div class="flow-steps__exits">
            <For each=move || exits.get() key=|exit| *exit let:exit>
                <WayField desk step=id exit none=none(exit) place="row" />
            </For>
        </div>
    }
    .into_any()
}

fn shift(desk: Desk, id: StepId, is_up: bool) {
    desk.edit("", |draft| {
        edit::shift(&mut draft.flow, id, is_up);
    });
}

fn on_key(
    desk: Desk,
    toaster: Toaster,
    shown: Memo<Vec<StepId>>,
    id: StepId,
    event: &ev::KeyboardEvent,
) {
    let key = event.key();
    let ids = shown.get_untracked();
    let at = ids.iter().position(|one| *one == id).unwrap_or_default();
    let to = match key.as_str() {
        "ArrowUp" | "ArrowDown" if event.alt_key() => {
            event.prevent_default();
            shift(desk, id, key == "ArrowUp");
            return focus_on(CHOSEN);
        }
        "ArrowUp" => at.checked_sub(1).and_then(|at| ids.get(at)),
        "ArrowDown" => ids.get(at.saturating_add(1)),
        "Home" => ids.first(),
        "End" => ids.last(),
        "Delete" => {
            event.prevent_default();
            remove(desk, toaster, id);
            return focus_on(CHOSEN);
        }
        "Enter" => {
            event.prevent_default();
            desk.show(id);
            return focus_on("#step-name");
        }
        _ => return,
    };
    event.prevent_default();
    if let Some(to) = to {
        desk.chosen.set(Some(*to));
        focus_on(CHOSEN);
    }
}

/// The row that Tab reaches.
const CHOSEN: &str = ".flow-steps__step[tabindex=\"0\"]";

/// Searches the steps, and says how many are found.
#[component]
pub fn Search(desk: Desk) -> impl IntoView {
    let found = desk.found;
    let said = move || {
        found.with(|found| {
            let count = u64::try_from(found.as_ref()?.len()).unwrap_or(u64::MAX);
            Some(if count == 0 {
                let search = desk.search.get();
                t_with(text::SEARCH_NOTHING, &[("search", search.trim())])
            } else {
                t_count(text::SEARCH_FOUND_ONE, text::SEARCH_FOUND_OTHER, count)
            })
        })
    };
    let first = move |event: ev::KeyboardEvent| {
        let found = found.get_untracked().unwrap_or_default();
        let names = desk.names.get_untracked();
        let first = names.into_iter().find(|(id, _)| found.contains(id));
        if event.key() == "Enter"
            && let Some((id, _)) = first
        {
            event.prevent_default();
            desk.show(id);
        }
    };
    view! {
        <div class="flow-desk__search" role="search">
            <input
                class="field__input"
                type="search"
                aria-label=t(text::SEARCH)
                placeholder=t(text::SEARCH)
                prop:value=move || desk.search.get()
                on:input=move |event| desk.search.set(event_target_value(&event))
                on:keydown=first
            />
            <span class="flow-desk__found" role="status">
                {said}
            </span>
        </div>
    }
    .into_any()
}
