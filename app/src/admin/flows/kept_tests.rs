//! The tests of a flow: conversations that were kept, and whether they read the same today.
//!
//! Invariant: a test changes only when its author says so.

use super::desk::Desk;
use super::lens::in_row;
use super::trial::{Otherwise, Trial, accepted, otherwise};
use super::words;
use crate::locale::{flows as text, t, t_with};
use crate::ui::{Badge, Button, Icon, Menu, MenuItem, Tone, icon};
use domain::flow::FlowTest;
use domain::limit;
use leptos::prelude::*;

/// What reads otherwise today, by the place of its test.
pub fn all_otherwise(desk: Desk) -> Memo<Vec<Option<Otherwise>>> {
    Memo::new(move |_| {
        desk.settled.with(|draft| {
            desk.program.with(|program| {
                let tests = draft.tests.iter();
                tests.map(|test| otherwise(program, test)).collect()
            })
        })
    })
}

/// All tests.
#[component]
pub fn KeptTests(desk: Desk) -> impl IntoView {
    let results = all_otherwise(desk);
    let count = Memo::new(move |_| desk.draft.with(|draft| draft.tests.len()));
    view! {
        <section class="flow-tests" aria-label=t(text::TESTS)>
            <h2 class="flow-panel__title">{t(text::TESTS)}</h2>
            <p class="field__hint">{t(text::TESTS_LEAD)}</p>
            <Show
                when=move || count.get() != 0
                fallback=|| view! { <p class="flow-tests__empty">{t(text::TESTS_EMPTY)}</p> }
            >
                <ul class="flow-tests__list">
                    <For each=move || 0..count.get() key=|at| *at let:at>
                        <Test desk at results />
                    </For>
                </ul>
            </Show>
        </section>
    }
    .into_any()
}

#[component]
fn Test(desk: Desk, at: usize, results: Memo<Vec<Option<Otherwise>>>) -> impl IntoView {
    let name = Memo::new(move |_| {
        desk.draft.with(|draft| {
            draft
                .tests
                .get(at)
                .map(|test| test.name.clone())
                .unwrap_or_default()
        })
    });
    let result = Memo::new(move |_| results.with(|results| results.get(at).cloned().flatten()));
    let is_renamed = RwSignal::new(false);
    let open = move |_| {
        let test = desk
            .draft
            .with_untracked(|draft| draft.tests.get(at).cloned());
        if let Some(test) = test {
            desk.trial.set(Trial::of(&test));
        }
    };
    view! {
        <li class="flow-tests__one">
            <div class="flow-tests__head">
                <Show
                    when=move || is_renamed.get()
                    fallback=move || {
                        view! {
                            <button
                                type="button"
                                class="flow-tests__open"
                                aria-label=move || t_with(text::TEST_OPEN, &[("name", &name.get())])
                                on:click=open
                            >
                                {icon(Icon::Play)}
                                <span>{move || name.get()}</span>
                            </button>
                        }
                    }
                >
                    <Rename desk at name is_renamed />
                </Show>
                {move || {
                    let (tone, words) = if result.with(Option::is_some) {
                        (Tone::Waiting, text::TEST_CHANGED)
                    } else {
                        (Tone::Positive, text::TEST_PASSES)
                    };
                    view! { <Badge tone=tone>{t(words)}</Badge> }
                }}
                <TestMenu desk at name is_renamed />
            </div>
            {move || result.get().map(|result| view! { <Changed result /> })}
            <Show when=move || result.with(Option::is_some)>
                <Button is_small=true on_press=Callback::new(move |()| accept(desk, at))>
                    {move || t_with(text::TEST_ACCEPT, &[("name", &name.get())])}
                </Button>
            </Show>
        </li>
    }
    .into_any()
}

fn accept(desk: Desk, at: usize) {
    desk.look();
    desk.edit("", |draft| {
        if let Some(test) = draft.tests.get_mut(at) {
            *test = desk
                .program
                .with_untracked(|program| accepted(program, test));
        }
    });
    desk.look();
}

#[component]
fn TestMenu(
    desk: Desk,
    at: usize,
    name: Memo<String>,
    is_renamed: RwSignal<bool>,
) -> impl IntoView {
    let label = Signal::derive(move || t_with(text::TEST_MORE, &[("name", &name.get())]));
    let rename = move |()| {
        is_renamed.set(true);
        crate::ui::focus::focus_on(".flow-tests__rename");
    };
    let delete = move |()| {
        desk.edit("", |draft| {
            if at < draft.tests.len() {
                draft.tests.remove(at);
            }
        });
        desk.look();
    };
    view! {
        <Menu label=label is_small=true>
            <MenuItem sign=Icon::Letters on_press=rename>
                {t(text::TEST_RENAME)}
            </MenuItem>
            <MenuItem sign=Icon::Close is_danger=true on_press=delete>
                {t(text::TEST_DELETE)}
            </MenuItem>
        </Menu>
    }
}

#[component]
fn Rename(desk: Desk, at: usize, name: Memo<String>, is_renamed: RwSignal<bool>) -> impl IntoView {
    let change = move |test: &mut FlowTest, to: String| test.name = to;
    let write = move |event: leptos::ev::Event| {
        let to = event_target_value(&event);
        desk.edit(&in_row("test name", at), |draft| {
            if let Some(test) = draft.tests.get_mut(at) {
                change(test, to);
            }
        });
    };
    let close = move |event: leptos::ev::KeyboardEvent| {
        if matches!(event.key().as_str(), "Enter" | "Escape") {
            event.prevent_default();
            is_renamed.set(false);
        }
    };
    view! {
        <input
            class="field__input flow-tests__rename"
            aria-label=t(text::TESTS_NAME)
            maxlength=limit::NAME_CHARS_MAX.to_string()
            prop:value=move || name.get()
            on:input=write
            on:keydown=close
            on:blur=move |_| is_renamed.set(false)
        />
    }
    .into_any()
}

/// The first line that differs, before and now.
#[component]
pub fn Changed(result: Otherwise) -> impl IntoView {
    let number = result.line.saturating_add(1).to_string();
    let read = |line: Option<domain::flow::Line>| {
        let words = line.as_ref().map(words::line);
        words.unwrap_or_else(|| t(text::TEST_NOTHING).to_owned())
    };
    view! {
        <dl class="flow-diff__lines">
            <dt>{t_with(text::TEST_LINE, &[("number", &number)])}</dt>
            <dd class="flow-diff__before">
                <span class="flow-diff__mark">{t(text::TEST_BEFORE)}</span>
                {read(result.before)}
            </dd>
            <dd class="flow-diff__after">
                <span class="flow-diff__mark">{t(text::TEST_NOW)}</span>
                {read(result.now)}
            </dd>
        </dl>
    }
    .into_any()
}
