//! The history of a flow: its versions, what is different between them, and the way back.
//!
//! Invariant: a version never changes; going back to one publishes it again under a new number.

use super::desk::Desk;
use super::difference::{Change, Difference, What};
use super::fields::PickField;
use super::lens::Lens;
use super::publish::told;
use super::rollout::{RolloutCard, RolloutDialog, beginners};
use super::saving::Saving;
use crate::admin::dialog_form::DialogFooter;
use crate::admin::form::{Submit, Trouble};
use crate::api;
use crate::around::sentence;
use crate::live::browser;
use crate::locale::format::{self, Offset};
use crate::locale::{Text, flows as text, t, t_with};
use crate::ui::{Badge, Banner, Button, Dialog, EmptyState, Icon, Look, Tone};
use domain::api::{FlowVersionRow, ReadFlowVersion, RollBackFlow};
use domain::flow::Flow;
use domain::text::shown;
use domain::time::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What is different, in lines.
#[component]
pub fn DifferenceView(difference: Difference) -> impl IntoView {
    if difference.is_empty() {
        return view! { <p class="field__hint">{t(text::DIFF_SAME)}</p> }.into_any();
    }
    let whole = (!difference.whole.is_empty()).then(|| {
        view! {
            <li class="flow-diff__step">
                <strong>{t(text::DIFF_WHOLE)}</strong>
                {lines(difference.whole)}
            </li>
        }
    });
    let steps = difference.steps.into_iter().map(|(id, name, what)| {
        let (tone, words, changes) = match what {
            What::Added => (Tone::Positive, text::DIFF_ADDED, Vec::new()),
            What::Removed => (Tone::Danger, text::DIFF_REMOVED, Vec::new()),
            What::Changed(changes) => (Tone::Info, text::DIFF_CHANGED, changes),
        };
        view! {
            <li class="flow-diff__step">
                <strong>{id.to_string()} " · " {name}</strong>
                <Badge tone=tone>{t(words)}</Badge>
                {lines(changes)}
            </li>
        }
    });
    let steps = steps.collect_view();
    view! {
        <ul class="flow-diff">
            {whole}
            {steps}
        </ul>
    }
    .into_any()
}

fn lines(changes: Vec<Change>) -> AnyView {
    if changes.is_empty() {
        return ().into_any();
    }
    let side = |class: &'static str, mark: Text, words: String| {
        (!words.is_empty()).then(|| {
            view! {
                <dd class=class>
                    <span class="flow-diff__mark">{t(mark)}</span>
                    {words}
                </dd>
            }
        })
    };
    let changes = changes.into_iter().map(|change| {
        view! {
            <dt>{change.what}</dt>
            {side("flow-diff__before", text::DIFF_BEFORE, change.before)}
            {side("flow-diff__after", text::DIFF_AFTER, change.after)}
        }
    });
    let changes = changes.collect_view();
    view! { <dl class="flow-diff__lines">{changes}</dl> }.into_any()
}

/// A moment as its reader's clock has it. On the server nobody's clock is known: the browser says
/// it as soon as it can.
#[component]
pub fn Moment(at: Timestamp) -> impl IntoView {
    let words = RwSignal::new(format::machine(at));
    Effect::new(move |_| {
        let offset = Offset(browser::offset_minutes(at));
        words.set(format::day_and_clock(at, browser::now(), offset));
    });
    view! { <time datetime=format::machine(at)>{move || words.get()}</time> }.into_any()
}

/// What is compared: a version, and what with.
type Compared = Option<(u32, Flow)>;

/// All versions.
#[component]
pub fn HistoryPanel(saving: Saving) -> impl IntoView {
    let desk = saving.desk;
    let versions = Memo::new(move |_| desk.page.with(|page| page.versions.clone()));
    let compared = RwSignal::new(None::<(u32, Flow)>);
    let back = RwSignal::new(None::<u32>);
    let asked = RwSignal::new(None);
    view! {
        <h2 class="flow-panel__title">{t(text::SIDE_HISTORY)}</h2>
        <RolloutCard desk asked />
        <Show
            when=move || versions.with(|versions| !versions.is_empty())
            fallback=|| {
                view! {
                    <EmptyState
                        sign=Icon::Clock
                        title=t(text::SIDE_HISTORY)
                        text=t(text::HISTORY_EMPTY)
                    />
                }
            }
        >
            <ol class="flow-history">
                <For each=move || versions.get() key=|version| version.number let:version>
                    <Version desk version compared back saving />
                </For>
            </ol>
        </Show>
        <RollBackDialog saving back />
        <RolloutDialog saving asked />
    }
    .into_any()
}

#[component]
fn Version(
    desk: Desk,
    version: FlowVersionRow,
    compared: RwSignal<Compared>,
    back: RwSignal<Option<u32>>,
    saving: Saving,
) -> impl IntoView {
    let number = version.number;
    let words = |of: Text| t_with(of, &[("number", &number.to_string())]);
    let beginners = Memo::new(move |_| desk.page.with(|page| beginners(&page.row, number)));
    let is_in_use = Memo::new(move |_| beginners.with(Option::is_some));
    let is_shown = Memo::new(move |_| {
        compared.with(|compared| compared.as_ref().is_some_and(|(shown, _)| *shown == number))
    });
    let by = match &version.by {
        Some(name) => t_with(text::HISTORY_BY, &[("name", &shown(name.as_str()))]),
        None => t(text::HISTORY_PROGRAM).to_owned(),
    };
    let note = match version.note.strip_prefix("= ") {
        Some(number) => t_with(text::HISTORY_ROLLED, &[("number", number)]),
        None => version.note.clone(),
    };
    let compare = move |()| {
        if is_shown.get_untracked() {
            compared.set(None);
        } else {
            read(saving, number, move |flow| {
                compared.set(Some((number, flow)));
            });
        }
    };
    view! {
        <li class="flow-history__version">
            <div class="flow-history__head">
                <strong>{words(text::VERSION)}</strong>
                <Show when=move || is_in_use.get()>
                    <Badge tone=Tone::Positive>{move || beginners.get()}</Badge>
                </Show>
            </div>
            <p class="field__hint"><Moment at=version.at /> " " {by}</p>
            {(!note.is_empty()).then(|| view! { <p class="flow-history__note">{note}</p> })}
            <div class="flow-history__tools">
                <button
                    type="button"
                    class="button button--small"
                    aria-expanded=move || if is_shown.get() { "true" } else { "false" }
                    on:click=move |_| compare(())
                >
                    {words(text::HISTORY_COMPARE)}
                </button>
                <Show when=move || !is_in_use.get()>
                    <Button
                        is_small=true
                        look=Look::Quiet
                        on_press=Callback::new(move |()| back.set(Some(number)))
                    >
                        {t_with(text::HISTORY_ROLL_BACK, &[("number", &number.to_string())])}
                    </Button>
                </Show>
            </div>
            {move || {
                let shown = compared.get().filter(|(shown, _)| *shown == number);
                shown.map(|(number, flow)| view! { <Compare saving number flow /> })
            }}
        </li>
    }
    .into_any()
}

fn read(saving: Saving, number: u32, then: impl FnOnce(Flow) + 'static) {
    let flow = saving.desk.page.with_untracked(|page| page.row.id.clone());
    spawn_local(async move {
        match api::request(ReadFlowVersion { flow, number }).await {
            Ok(flow) => then(flow),
            Err(failure) => saving.toaster.say(Tone::Danger, sentence(&failure)),
        }
    });
}

const DRAFT: &str = "draft";

/// A version beside the draft, or beside another version.
#[component]
fn Compare(saving: Saving, number: u32, flow: Flow) -> impl IntoView {
    let desk = saving.desk;
    let chosen = RwSignal::new(DRAFT.to_owned());
    let other = RwSignal::new(None::<Flow>);
    let with = Lens {
        get: chosen.into(),
        set: Callback::new(move |word: String| {
            chosen.set(word.clone());
            other.set(None);
            if let Ok(number) = word.parse() {
                read(saving, number, move |flow| other.set(Some(flow)));
            }
        }),
    };
    let choices = Signal::derive(move || {
        let mut choices = vec![(DRAFT.to_owned(), t(text::HISTORY_WITH_DRAFT).to_owned())];
        desk.page.with(|page| {
            for version in page
                .versions
                .iter()
                .filter(|version| version.number != number)
            {
                let number = version.number.to_string();
                choices.push((
                    number.clone(),
                    t_with(text::VERSION, &[("number", &number)]),
                ));
            }
        });
        choices
    });
    let (own, taken) = (flow.clone(), flow);
    let difference = move || {
        let newer = match chosen.get().as_str() {
            DRAFT => Some(desk.settled.with(|draft| draft.flow.clone())),
            _ => other.get(),
        };
        let is_older = chosen.with(|word| word.parse::<u32>().is_ok_and(|other| other < number));
        newer.map(|other| {
            let difference = if is_older {
                Difference::between(&other, &own)
            } else {
                Difference::between(&own, &other)
            };
            view! { <DifferenceView difference /> }
        })
    };
    let take = move |()| desk.edit("", |draft| draft.flow = taken.clone());
    view! {
        <div class="flow-history__compare">
            <PickField id=format!("compare-{number}") label=t(text::HISTORY_WITH) value=with choices />
            {difference}
            <Button is_small=true look=Look::Quiet on_press=Callback::new(take)>
                {t_with(text::HISTORY_TAKE, &[("number", &number.to_string())])}
            </Button>
        </div>
    }
    .into_any()
}

/// Asks before an earlier version is used again.
#[component]
fn RollBackDialog(saving: Saving, back: RwSignal<Option<u32>>) -> impl IntoView {
    let open = crate::admin::dialog_form::open_while(back);
    let title = Signal::derive(move || {
        let number = back.get().unwrap_or_default().to_string();
        t_with(text::HISTORY_ROLL_BACK_TITLE, &[("number", &number)])
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let desk = saving.desk;
        let (flow, save) = desk
            .page
            .with_untracked(|page| (page.row.id.clone(), page.save));
        if let Some(number) = back.get_untracked() {
            let question = RollBackFlow { flow, save, number };
            saving.sending.send(question, move |published| {
                rolled_back(saving, open, published);
            });
        }
    };
    view! {
        <Dialog id="roll-back" title=title open=open is_narrow=true>
            <form on:submit=submit>
                <div class="dialog__body">
                    <p class="dialog__text">{t(text::HISTORY_ROLL_BACK_TEXT)}</p>
                    <Show when=move || saving.desk.page.with(|page| page.row.is_archived)>
                        <Banner tone=Tone::Waiting text=t(text::PUBLISH_ARCHIVED) />
                    </Show>
                    <Trouble sending=saving.sending fields=&[] />
                </div>
                <DialogFooter open>
                    <Submit sending=saving.sending>{t(text::HISTORY_ROLL_BACK_DO)}</Submit>
                </DialogFooter>
            </form>
        </Dialog>
    }
    .into_any()
}

fn rolled_back(saving: Saving, open: RwSignal<bool>, published: domain::api::Published) {
    use domain::api::Published;
    let desk = saving.desk;
    match published {
        // The draft stays as it is, saved or not.
        Published::Done(page) if desk.is_changed.get_untracked() => {
            let number = page.row.published.unwrap_or_default().to_string();
            desk.saved(*page);
            open.set(false);
            let words = t_with(text::PUBLISHED, &[("number", &number)]);
            saving.toaster.say(Tone::Positive, words);
        }
        other => told(desk, saving.toaster, other, move || open.set(false)),
    }
}
