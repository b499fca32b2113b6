//! One flow: its steps as a list and as a drawing, the form of the chosen one, its problems, its
//! tests and its history.
//!
//! Invariant: both views show the same draft, and every change can be undone.

use super::archive::ArchiveDialog;
use super::compare::HistoryPanel;
use super::desk::{Desk, Side, View};
use super::facts_form::FactsForm;
use super::graph::Graph;
use super::kept_tests::KeptTests;
use super::list::export;
use super::panel::StepPanel;
use super::problems::{self, ProblemsPanel};
use super::publish::PublishDialog;
use super::rollout::shared;
use super::saving::{Conflict, Saving, keys, watch};
use super::settings::FlowPanel;
use super::steps::{Search, StepList};
use super::tester::Tester;
use crate::admin::area::{NotRead, Reading};
use crate::admin::form::Trouble;
use crate::admin::leaving::guard;
use crate::api::{self, Failure};
use crate::locale::{Text, flows as text, t, t_count, t_with};
use crate::ui::{Badge, Banner, Button, Icon, Look, Menu, MenuItem, Tone, icon};
use domain::api::{FlowPage, FlowRow, ListFlows, ListProfiles, ListTeams, ReadFlow, Refusal};
use domain::id::{FlowId, TeamId};
use domain::people::Team;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// Everything that the editor reads.
type Read = (FlowPage, Vec<Team>, Vec<FlowRow>, Option<TeamId>);

async fn read(flow: String) -> Result<Read, Failure> {
    let flow = FlowId::parse(&flow).or(Err(Failure::Refused(Refusal::NotFound)))?;
    let (page, teams) = (api::request(ReadFlow { flow }), api::request(ListTeams {}));
    let (flows, profiles) = (api::request(ListFlows {}), api::request(ListProfiles {}));
    let profiles = profiles.await?.into_iter();
    let team = profiles.max_by_key(|row| row.is_default);
    let team = team.map(|row| row.team);
    Ok((page.await?, teams.await?, flows.await?, team))
}

/// The editor of one flow.
#[component]
pub fn FlowEditorPage() -> impl IntoView {
    let params = use_params_map();
    let flow = Memo::new(move |_| params.with(|params| params.get("flow").unwrap_or_default()));
    let read = Resource::new_blocking(move || flow.get(), read);
    view! {
        <Transition fallback=Reading>
            {move || Suspend::new(async move {
                match read.await {
                    Ok((page, teams, flows, team)) => {
                        Either::Left(view! { <Editor page teams flows team /> })
                    }
                    Err(failure) => Either::Right(view! { <NotRead failure /> }),
                }
            })}
        </Transition>
    }
}

#[component]
fn Editor(
    page: FlowPage,
    teams: Vec<Team>,
    flows: Vec<FlowRow>,
    team: Option<TeamId>,
) -> impl IntoView {
    let desk = Desk::new(page, teams, flows, team);
    let saving = Saving::begin(desk);
    watch(saving);
    guard(desk.is_changed);
    keys(saving);
    let is_open = RwSignal::new(false);
    let archived = RwSignal::new(None::<FlowRow>);
    let title = move || desk.draft.with(|draft| draft.name.clone());
    view! {
        <Title text=title />
        <div class="flow-desk">
            <Bar saving is_open archived />
            <div class="flow-desk__notices">
                <Conflict saving />
                <Trouble sending=saving.sending fields=&[] />
                <Show when=move || desk.page.with(|page| page.row.is_archived)>
                    <Banner tone=Tone::Waiting text=t(text::PUBLISH_ARCHIVED) />
                </Show>
            </div>
            {move || {
                if desk.is_testing.get() {
                    view! { <Testing desk /> }.into_any()
                } else {
                    view! { <Editing saving /> }.into_any()
                }
            }}
        </div>
        <PublishDialog saving open=is_open />
        <ArchiveDialog archived changed=Callback::new(move |()| refresh(desk)) />
    }
    .into_any()
}

/// Reads the page again; what is typed stays.
fn refresh(desk: Desk) {
    let flow = desk.page.with_untracked(|page| page.row.id.clone());
    leptos::task::spawn_local(async move {
        if let Ok(fresh) = api::request(ReadFlow { flow }).await {
            desk.compare(fresh);
        }
    });
}

/// What stands on top: name and state, undo and redo, what is shown, save and publish.
#[component]
fn Bar(
    saving: Saving,
    is_open: RwSignal<bool>,
    archived: RwSignal<Option<FlowRow>>,
) -> impl IntoView {
    let desk = saving.desk;
    let name = move || desk.draft.with(|draft| draft.name.clone());
    let is_archived = Signal::derive(move || desk.page.with(|page| page.row.is_archived));
    view! {
        <header class="flow-desk__bar">
            <a class="button button--quiet button--icon" href="/app/admin/flows" aria-label=t(text::BACK) title=t(text::BACK)>
                {icon(Icon::Back)}
            </a>
            <div class="flow-desk__name">
                <h1 class="flow-desk__title">{name}</h1>
                <State desk />
            </div>
            <Turns desk />
            <Choices desk />
            <div class="flow-desk__deeds">
                <Saved desk />
                <Button
                    is_busy=saving.sending.is_busy
                    is_disabled=Signal::derive(move || !desk.is_changed.get())
                    on_press=Callback::new(move |()| saving.save_loudly())
                >
                    {t(text::SAVE)}
                </Button>
                <Button
                    look=Look::Primary
                    is_disabled=is_archived
                    on_press=Callback::new(move |()| is_open.set(true))
                >
                    {t(text::PUBLISH)}
                </Button>
                <MoreMenu desk archived />
            </div>
        </header>
    }
    .into_any()
}

#[component]
fn MoreMenu(desk: Desk, archived: RwSignal<Option<FlowRow>>) -> impl IntoView {
    let label = Signal::derive(move || {
        let name = desk.draft.with(|draft| draft.name.clone());
        t_with(text::TEST_MORE, &[("name", &name)])
    });
    let row = move || desk.page.with_untracked(|page| page.row.clone());
    let words = move || {
        t(if desk.page.with(|page| page.row.is_archived) {
            text::UNARCHIVE
        } else {
            text::ARCHIVE
        })
    };
    view! {
        <Menu label=label>
            <MenuItem
                sign=Icon::ArrowDown
                on_press=move |()| desk.draft.with_untracked(export)
            >
                {t(text::EXPORT)}
            </MenuItem>
            <MenuItem sign=Icon::Note on_press=move |()| archived.set(Some(row()))>
                {words}
            </MenuItem>
        </Menu>
    }
}

/// Draft or version, with how many that is tried, and whether it is the newest.
#[component]
fn State(desk: Desk) -> impl IntoView {
    let row = Memo::new(move |_| desk.page.with(|page| page.row.clone()));
    move || row.with(|row| state(row, desk.is_changed.get()))
}

/// The state of a flow in words.
pub fn state(row: &FlowRow, is_typed: bool) -> AnyView {
    if row.is_archived {
        return view! { <Badge>{t(text::ARCHIVED)}</Badge> }.into_any();
    }
    match row.published {
        None => view! { <Badge tone=Tone::Waiting>{t(text::DRAFT)}</Badge> }.into_any(),
        Some(number) => {
            let words = t_with(text::VERSION, &[("number", &number.to_string())]);
            let is_changed = row.is_changed || is_typed;
            let tried = row.rollout.map(|rollout| {
                let words = shared(text::ROLLOUT_STATE, rollout.share);
                view! { <Badge tone=Tone::Waiting>{words}</Badge> }
            });
            view! {
                <Badge tone=Tone::Positive>{words}</Badge>
                {tried}
                {is_changed
                    .then(|| view! { <Badge tone=Tone::Waiting>{t(text::CHANGED_SINCE)}</Badge> })}
            }
            .into_any()
        }
    }
}

/// Says that something is not saved.
#[component]
fn Saved(desk: Desk) -> impl IntoView {
    let words = move || {
        t(if desk.is_changed.get() {
            text::UNSAVED
        } else {
            text::ALL_SAVED
        })
    };
    view! {
        <span
            class="flow-desk__saved"
            class:page__unsaved=move || desk.is_changed.get()
            role="status"
        >
            {words}
        </span>
    }
}

/// Undo and redo.
#[component]
fn Turns(desk: Desk) -> impl IntoView {
    let can = desk.can_turn();
    let button =
        move |sign: Icon, words: Text, keys: &'static str, is_off: Signal<bool>, turn: fn(Desk)| {
            view! {
                <button
                    type="button"
                    class="button button--quiet button--icon"
                    aria-label=t(words)
                    aria-keyshortcuts=keys
                    title=t(words)
                    disabled=move || is_off.get()
                    on:click=move |_| turn(desk)
                >
                    {icon(sign)}
                </button>
            }
        };
    let cannot_undo = Signal::derive(move || !can.get().0);
    let cannot_redo = Signal::derive(move || !can.get().1);
    view! {
        <div class="flow-desk__turns">
            {button(Icon::Undo, text::UNDO, "Control+Z", cannot_undo, Desk::undo)}
            {button(Icon::Redo, text::REDO, "Control+Shift+Z", cannot_redo, Desk::redo)}
        </div>
    }
    .into_any()
}

/// One of several ways to do one thing.
fn choice(words: Text, is_on: Signal<bool>, press: impl Fn() + 'static) -> AnyView {
    view! {
        <button
            type="button"
            class="tabs__tab"
            aria-pressed=move || if is_on.get() { "true" } else { "false" }
            on:click=move |_| press()
        >
            {t(words)}
        </button>
    }
    .into_any()
}

/// What is shown: the list, the drawing or both; and whether one edits or tests.
#[component]
fn Choices(desk: Desk) -> impl IntoView {
    let views = [
        (text::VIEW_LIST, View::List),
        (text::VIEW_GRAPH, View::Graph),
        (text::VIEW_BOTH, View::Both),
    ]
    .map(|(words, view)| {
        let is_on = Signal::derive(move || desk.view.get() == view);
        choice(words, is_on, move || desk.view.set(view))
    });
    let modes = [(text::MODE_EDIT, false), (text::MODE_TEST, true)].map(|(words, is_testing)| {
        let is_on = Signal::derive(move || desk.is_testing.get() == is_testing);
        choice(words, is_on, move || {
            desk.look();
            desk.is_testing.set(is_testing);
        })
    });
    view! {
        <div class="tabs flow-desk__views" role="group" aria-label=t(text::VIEW)>
            {views}
        </div>
        <div class="tabs" role="group" aria-label=t(text::MODE)>
            {modes}
        </div>
    }
    .into_any()
}

/// The steps, as they are to be shown.
#[component]
fn Views(desk: Desk) -> impl IntoView {
    let has_list = Memo::new(move |_| desk.view.get() != View::Graph);
    let has_graph = Memo::new(move |_| desk.view.get() != View::List);
    view! {
        <div class="flow-desk__steps" class:flow-desk__steps--both=move || desk.view.get() == View::Both>
            <Show when=move || has_list.get()>
                <div class="flow-desk__list">
                    <Search desk />
                    <StepList desk />
                </div>
            </Show>
            <Show when=move || has_graph.get()>
                <div class="flow-desk__graph">
                    <Show when=move || !has_list.get()>
                        <Search desk />
                    </Show>
                    <Graph desk />
                </div>
            </Show>
        </div>
    }
    .into_any()
}

#[component]
fn Editing(saving: Saving) -> impl IntoView {
    let desk = saving.desk;
    view! {
        <div class="flow-desk__main">
            <Views desk />
            <section class="flow-desk__side" aria-label=t(text::SIDE)>
                <SideTabs desk />
                <div class="flow-panel" id="flow-side" role="tabpanel" tabindex="-1" aria-label=move || t(side_word(desk.side.get()))>
                    {move || match desk.side.get() {
                        Side::Step => view! { <StepPanel desk /> }.into_any(),
                        Side::Problems => view! { <ProblemsPanel desk /> }.into_any(),
                        Side::Flow => view! { <FlowPanel desk /> }.into_any(),
                        Side::History => view! { <HistoryPanel saving /> }.into_any(),
                    }}
                </div>
            </section>
        </div>
    }
    .into_any()
}

const SIDES: [Side; 4] = [Side::Step, Side::Problems, Side::Flow, Side::History];

fn side_word(side: Side) -> Text {
    match side {
        Side::Step => text::SIDE_STEP,
        Side::Problems => text::SIDE_PROBLEMS,
        Side::Flow => text::SIDE_FLOW,
        Side::History => text::SIDE_HISTORY,
    }
}

#[component]
fn SideTabs(desk: Desk) -> impl IntoView {
    let tabs = SIDES.map(|side| view! { <SideTab desk side /> });
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let now = SIDES
            .iter()
            .position(|side| *side == desk.side.get_untracked());
        let now = now.unwrap_or_default();
        let to = match event.key().as_str() {
            "ArrowRight" => now.saturating_add(1) % SIDES.len(),
            "ArrowLeft" => now.checked_sub(1).unwrap_or(SIDES.len().saturating_sub(1)),
            _ => return,
        };
        event.prevent_default();
        if let Some(side) = SIDES.get(to) {
            desk.side.set(*side);
            crate::ui::focus::focus_on(".flow-desk__tabs [aria-selected=\"true\"]");
        }
    };
    view! {
        <div class="tabs flow-desk__tabs" role="tablist" aria-label=t(text::SIDE) on:keydown=on_key>
            {tabs}
        </div>
    }
    .into_any()
}

#[component]
fn SideTab(desk: Desk, side: Side) -> impl IntoView {
    let is_on = Memo::new(move |_| desk.side.get() == side);
    let count = problems::count(desk);
    let counted = move || {
        let count = count.get();
        (side == Side::Problems && count > 0).then(|| {
            let words = t_count(
                text::PROBLEMS_NUMBER_ONE,
                text::PROBLEMS_NUMBER_OTHER,
                count,
            );
            view! {
                <Badge tone=Tone::Danger>
                    <span aria-hidden="true">{count.to_string()}</span>
                    <span class="visually-hidden">{words}</span>
                </Badge>
            }
        })
    };
    view! {
        <button
            type="button"
            class="tabs__tab"
            role="tab"
            aria-selected=move || if is_on.get() { "true" } else { "false" }
            aria-controls="flow-side"
            tabindex=move || if is_on.get() { "0" } else { "-1" }
            on:click=move |_| desk.side.set(side)
        >
            {t(side_word(side))}
            {counted}
        </button>
    }
    .into_any()
}

/// The tester: the steps with what tests take, the conversation, and the world around it.
#[component]
fn Testing(desk: Desk) -> impl IntoView {
    view! {
        <div class="flow-desk__main flow-desk__main--testing">
            <Views desk />
            <div class="flow-desk__trial">
                <Tester desk />
                <Button
                    look=Look::Quiet
                    icon=Icon::Back
                    on_press=Callback::new(move |()| desk.is_testing.set(false))
                >
                    {t(text::BACK_TO_EDITING)}
                </Button>
            </div>
            <div class="flow-desk__side">
                <div class="flow-panel">
                    <KeptTests desk />
                    <FactsForm desk />
                </div>
            </div>
        </div>
    }
    .into_any()
}
