//! Publishing: with a note, and never unseen: what has to be mended, what tests read otherwise,
//! and what is new.
//!
//! Invariant: what is published was saved; what the server refuses is said in its words.

use super::compare::DifferenceView;
use super::desk::{Desk, Side};
use super::difference::Difference;
use super::fields::AreaField;
use super::kept_tests::{Changed, all_otherwise};
use super::lens::Lens;
use super::problems;
use super::rollout::{Audience, AudienceFields};
use super::saving::Saving;
use super::trial::otherwise;
use crate::admin::dialog_form::DialogFooter;
use crate::admin::form::{Submit, Trouble};
use crate::api;
use crate::locale::{flows as text, t, t_count, t_with};
use crate::ui::{Banner, Button, Dialog, Toaster, Tone};
use domain::api::{ChangedTest, Field, PublishFlow, Published, ReadFlowVersion};
use domain::flow::{Flow, Share};
use domain::limit;
use domain::text::FlowNote;
use leptos::prelude::*;

/// Asks what is new, and publishes.
#[component]
pub fn PublishDialog(saving: Saving, open: RwSignal<bool>) -> impl IntoView {
    let desk = saving.desk;
    let title = Signal::derive(move || {
        let name = desk.draft.with(|draft| draft.name.clone());
        t_with(text::PUBLISH_TITLE, &[("name", &name)])
    });
    view! {
        <Dialog id="publish" title=title open=open>
            {move || open.get().then(|| view! { <PublishForm saving open /> })}
        </Dialog>
    }
}

#[component]
fn PublishForm(saving: Saving, open: RwSignal<bool>) -> impl IntoView {
    let (desk, sending) = (saving.desk, saving.sending);
    sending.failure.set(None);
    untrack(|| desk.look());
    let note = RwSignal::new(String::new());
    let is_accepted = RwSignal::new(false);
    let audience = desk.page.with_untracked(Audience::of);
    let count = problems::count(desk);
    let changed = all_otherwise(desk);
    let has_changed = Memo::new(move |_| changed.with(|all| all.iter().any(Option::is_some)));
    let is_stopped =
        Signal::derive(move || count.get() > 0 || (has_changed.get() && !is_accepted.get()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = note.get_untracked();
        let note = match FlowNote::parse(&typed) {
            Ok(note) => Some(note),
            Err(_) if typed.trim().is_empty() => None,
            Err(reason) => return sending.refuse(Field::Text, reason),
        };
        let Ok(share) = audience.read() else { return };
        let is_accepted = is_accepted.get_untracked();
        if is_stopped.get_untracked() {
            return;
        }
        let go_on = move || publish(saving, open, note, is_accepted, share);
        if desk.is_changed.get_untracked() {
            saving.save(go_on);
        } else {
            go_on();
        }
    };
    let lens = Lens {
        get: note.into(),
        set: Callback::new(move |typed| note.set(typed)),
    };
    let max = limit::FLOW_NOTE_CHARS_MAX.to_string();
    let hint = t_with(text::PUBLISH_NOTE_HINT, &[("max", &max)]);
    view! {
        <form novalidate on:submit=submit>
            <div class="dialog__body">
                <p class="dialog__text">{t(text::PUBLISH_TEXT)}</p>
                <Trouble sending fields=&[] />
                <Stopped desk open count />
                <ChangedTests desk is_accepted has_changed />
                <AreaField id="publish-note" label=t(text::PUBLISH_NOTE) value=lens hint=hint />
                <AudienceFields audience />
                <News desk />
            </div>
            <DialogFooter open>
                <PublishButton saving is_stopped />
            </DialogFooter>
        </form>
    }
    .into_any()
}

#[component]
fn PublishButton(saving: Saving, is_stopped: Signal<bool>) -> impl IntoView {
    view! {
        <Show
            when=move || is_stopped.get()
            fallback=move || view! { <Submit sending=saving.sending>{t(text::PUBLISH)}</Submit> }
        >
            <Button is_disabled=true look=crate::ui::Look::Primary on_press=Callback::new(|()| ())>
                {t(text::PUBLISH)}
            </Button>
        </Show>
    }
}

fn publish(
    saving: Saving,
    open: RwSignal<bool>,
    note: Option<FlowNote>,
    is_accepted: bool,
    share: Option<Share>,
) {
    let desk = saving.desk;
    let (flow, save) = desk
        .page
        .with_untracked(|page| (page.row.id.clone(), page.save));
    let question = PublishFlow {
        flow,
        save,
        note,
        is_accepted,
        share,
    };
    let toaster = saving.toaster;
    saving.sending.send(question, move |published| {
        told(desk, toaster, published, move || open.set(false));
    });
}

/// What the server said to a publication.
pub fn told(desk: Desk, toaster: Toaster, published: Published, done: impl FnOnce()) {
    match published {
        Published::Done(page) => {
            let number = page.row.published.unwrap_or_default().to_string();
            let words = match page.row.rollout {
                None => t_with(text::PUBLISHED, &[("number", &number)]),
                Some(rollout) => {
                    let share = rollout.share.to_string();
                    let numbers = [("number", &*number), ("share", &*share)];
                    t_with(text::PUBLISHED_PART, &numbers)
                }
            };
            desk.adopt(*page);
            done();
            toaster.say(Tone::Positive, words);
        }
        Published::Defective(defects) => {
            // What it refers to has changed since it was read: the page hears of it by itself.
            let count = u64::try_from(defects.len()).unwrap_or(u64::MAX);
            let words = t_count(
                text::PUBLISH_DEFECTIVE_ONE,
                text::PUBLISH_DEFECTIVE_OTHER,
                count,
            );
            toaster.say(Tone::Danger, words);
        }
        Published::Changed(tests) => toaster.say(Tone::Danger, changed_words(&tests)),
    }
}

fn changed_words(tests: &[ChangedTest]) -> String {
    let count = u64::try_from(tests.len()).unwrap_or(u64::MAX);
    t_count(
        text::PUBLISH_CHANGED_ONE,
        text::PUBLISH_CHANGED_OTHER,
        count,
    )
}

/// What has to be mended first.
#[component]
fn Stopped(desk: Desk, open: RwSignal<bool>, count: Memo<u64>) -> impl IntoView {
    let words = Signal::derive(move || {
        t_count(
            text::PUBLISH_DEFECTIVE_ONE,
            text::PUBLISH_DEFECTIVE_OTHER,
            count.get(),
        )
    });
    let show = move |()| {
        open.set(false);
        desk.is_testing.set(false);
        desk.side.set(Side::Problems);
    };
    view! {
        <Show when=move || count.get() != 0>
            <Banner tone=Tone::Danger text=words>
                <Button is_small=true on_press=Callback::new(show)>
                    {t(text::PUBLISH_SHOW)}
                </Button>
            </Banner>
        </Show>
    }
    .into_any()
}

/// The tests that read otherwise, each with its first line that does.
#[component]
fn ChangedTests(desk: Desk, is_accepted: RwSignal<bool>, has_changed: Memo<bool>) -> impl IntoView {
    let changed = Memo::new(move |_| {
        desk.settled.with(|draft| {
            desk.program.with(|program| {
                let tests = draft.tests.iter();
                tests
                    .filter_map(|test| Some((test.name.clone(), otherwise(program, test)?)))
                    .collect::<Vec<_>>()
            })
        })
    });
    let words = move || {
        let count = u64::try_from(changed.with(Vec::len)).unwrap_or(u64::MAX);
        t_count(
            text::PUBLISH_CHANGED_ONE,
            text::PUBLISH_CHANGED_OTHER,
            count,
        )
    };
    let accept = Lens {
        get: is_accepted.into(),
        set: Callback::new(move |is_on| is_accepted.set(is_on)),
    };
    view! {
        <Show when=move || has_changed.get()>
            <Banner tone=Tone::Waiting text=Signal::derive(words) />
            <ul class="flow-tests__list">
                {move || {
                    changed
                        .get()
                        .into_iter()
                        .map(|(name, result)| {
                            view! {
                                <li class="flow-tests__one">
                                    <strong>{name}</strong>
                                    <Changed result />
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
            <super::fields::CheckField label=t(text::PUBLISH_ACCEPT) value=accept />
        </Show>
    }
    .into_any()
}

/// What is new since the version in use.
#[component]
fn News(desk: Desk) -> impl IntoView {
    let (flow, number) = desk
        .page
        .with_untracked(|page| (page.row.id.clone(), page.row.published));
    let Some(number) = number else {
        return ().into_any();
    };
    let read = LocalResource::new(move || {
        api::request(ReadFlowVersion {
            flow: flow.clone(),
            number,
        })
    });
    let shown = move |before: Flow| {
        let difference = desk
            .settled
            .with(|draft| Difference::between(&before, &draft.flow));
        let number = number.to_string();
        if difference.is_empty() {
            let words = t_with(text::PUBLISH_SAME, &[("number", &number)]);
            return view! { <p class="field__hint">{words}</p> }.into_any();
        }
        let words = t_with(text::PUBLISH_CHANGES, &[("number", &number)]);
        view! {
            <details class="flow-panel__more">
                <summary>{words}</summary>
                <DifferenceView difference />
            </details>
        }
        .into_any()
    };
    (move || read.get().and_then(Result::ok).map(shown)).into_any()
}
