//! What keeps a flow from being published: found by the same check that the server asks, as the
//! author writes.
//!
//! Invariant: every defect says what to do next, and leads to its place.

use super::desk::{Desk, Side};
use super::{flaws, words};
use crate::locale::{flows as text, t, t_count, t_with};
use crate::ui::{EmptyState, Icon, icon};
use domain::flow::{Defect, Flow, StepId};
use leptos::prelude::*;

/// How many defects there are.
pub fn count(desk: Desk) -> Memo<u64> {
    let findings = desk.findings;
    Memo::new(move |_| {
        let count = findings.with(|found| found.defects.len());
        u64::try_from(count).unwrap_or(u64::MAX)
    })
}

/// One defect in words.
#[derive(Clone, PartialEq, Eq)]
struct Problem {
    step: Option<StepId>,
    place: String,
    what: String,
    todo: String,
    /// The ways from the start to the step; `None` for one that nothing leads to.
    path: Option<Vec<String>>,
}

fn problem(desk: Desk, defect: &Defect, flow: &Flow) -> Problem {
    let (what, todo) = flaws::defect(defect, flow);
    let path = defect.step.and_then(|step| {
        desk.findings.with(|found| found.path(step)).map(|hops| {
            let hop = |hop: domain::flow::Hop| {
                let from = flow.step(hop.step)?;
                let name = words::label(from, flow);
                Some(format!("{name} → {}", words::exit(from, hop.exit, flow)))
            };
            hops.into_iter().filter_map(hop).collect()
        })
    });
    Problem {
        step: defect.step,
        place: match defect.step {
            Some(step) => words::step_label(flow, step),
            None => t(text::PROBLEM_FLOW).to_owned(),
        },
        what,
        todo: todo.to_owned(),
        path,
    }
}

/// All defects.
#[component]
pub fn ProblemsPanel(desk: Desk) -> impl IntoView {
    let problems = Memo::new(move |_| {
        desk.settled.with(|draft| {
            desk.findings.with(|found| {
                let defects = found.defects.iter();
                defects
                    .map(|defect| problem(desk, defect, &draft.flow))
                    .collect::<Vec<_>>()
            })
        })
    });
    let title = move || {
        let count = u64::try_from(problems.with(Vec::len)).unwrap_or(u64::MAX);
        t_count(text::PROBLEMS_COUNT_ONE, text::PROBLEMS_COUNT_OTHER, count)
    };
    move || {
        if problems.with(Vec::is_empty) {
            view! {
                <EmptyState
                    sign=Icon::Check
                    title=t(text::PROBLEMS_NONE_TITLE)
                    text=t(text::PROBLEMS_NONE_TEXT)
                />
            }
            .into_any()
        } else {
            view! {
                <h2 class="flow-panel__title">{title()}</h2>
                <ul class="flow-problems">
                    {problems
                        .get()
                        .into_iter()
                        .map(|problem| view! { <One desk problem /> })
                        .collect_view()}
                </ul>
            }
            .into_any()
        }
    }
}

#[component]
fn One(desk: Desk, problem: Problem) -> impl IntoView {
    let Problem {
        step,
        place,
        what,
        todo,
        path,
    } = problem;
    let label = match step {
        Some(_) => t_with(text::PROBLEM_SHOW, &[("name", &place)]),
        None => t(text::PROBLEM_SETTINGS).to_owned(),
    };
    let show = move |_| match step {
        Some(step) => {
            desk.show(step);
            crate::ui::focus::focus_on("#step-name");
        }
        None => desk.side.set(Side::Flow),
    };
    view! {
        <li class="flow-problems__one">
            <span class="flow-problems__place">{place}</span>
            <p class="flow-problems__what">{icon(Icon::Alert)} {what}</p>
            <p class="flow-problems__todo">{todo}</p>
            {path.map(|path| view! { <Path path /> })}
            <button type="button" class="button button--small" on:click=show>
                {label}
            </button>
        </li>
    }
    .into_any()
}

/// The way that leads to a defect.
#[component]
fn Path(path: Vec<String>) -> impl IntoView {
    if path.is_empty() {
        return view! { <p class="field__hint">{t(text::PROBLEM_PATH_START)}</p> }.into_any();
    }
    let hops = path.into_iter().map(|hop| view! { <li>{hop}</li> });
    let hops = hops.collect_view();
    view! {
        <details class="flow-problems__path" open=true>
            <summary>{t(text::PROBLEM_PATH)}</summary>
            <ol>{hops}</ol>
        </details>
    }
    .into_any()
}

/// The defects of one step, above its form.
#[component]
pub fn Defects(desk: Desk, step: StepId) -> impl IntoView {
    let problems = Memo::new(move |_| {
        desk.settled.with(|draft| {
            desk.findings.with(|found| {
                let defects = found.defects.iter().filter(|it| it.step == Some(step));
                defects
                    .map(|defect| flaws::defect(defect, &draft.flow))
                    .map(|(what, todo)| (what, todo.to_owned()))
                    .collect::<Vec<_>>()
            })
        })
    });
    view! {
        <div role="status">
            <Show when=move || problems.with(|problems| !problems.is_empty())>
                <ul class="flow-panel__defects">
                    {move || {
                        problems
                            .get()
                            .into_iter()
                            .map(|(what, todo)| {
                                view! {
                                    <li>{icon(Icon::Alert)} <span>{what} " " {todo}</span></li>
                                }
                            })
                            .collect_view()
                    }}
                </ul>
            </Show>
        </div>
    }
    .into_any()
}
