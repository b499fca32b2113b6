//! What the editor works on: one draft, and everything that follows from it. Every view of the
//! editor reads it here and changes it here.
//!
//! Invariant: there is one draft; whatever changes it can be undone, and nobody's save is lost
//! unseen.

use super::edit::{self, Sort};
use super::history::History;
use super::lens::Lens;
use super::trial::Trial;
use super::words;
use crate::live::browser;
use domain::api::{FlowPage, FlowRow};
use domain::flow::{
    Coverage, Exit, Findings, Flow, FlowTest, Program, Step, StepId, ValueKind, Way, check,
    coverage,
};
use domain::id::TeamId;
use domain::people::Team;
use domain::settings::Language;
use domain::text::shown;
use domain::time::Timestamp;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The flow is looked at anew when nothing was typed for so long.
const SETTLES_AFTER: Duration = Duration::from_millis(250);
/// In pixels: a wider window has the form of a step beside the steps, as the style sheet has it.
const BESIDE_FROM: f64 = 1_200.0;
/// What is typed after a rest is a change of its own.
const REST_MS: i64 = 1_000;

/// Everything that is saved together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub name: String,
    pub flow: Flow,
    pub tests: Vec<FlowTest>,
}

impl Draft {
    /// As it was read.
    pub fn of(page: &FlowPage) -> Self {
        Self {
            name: page.row.name.as_str().to_owned(),
            flow: page.draft.clone(),
            tests: page.tests.clone(),
        }
    }
}

impl Draft {
    /// Whether it is as it was read.
    fn is_of(&self, page: &FlowPage) -> bool {
        self.name == page.row.name.as_str() && self.flow == page.draft && self.tests == page.tests
    }
}

/// What is shown beside the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Step,
    Problems,
    Flow,
    History,
}

/// How the steps are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    List,
    Graph,
    Both,
}

/// The editor's state.
#[derive(Clone, Copy)]
pub struct Desk {
    /// As it was read or saved last.
    pub page: RwSignal<FlowPage>,
    /// A newer one that somebody else saved meanwhile.
    pub theirs: RwSignal<Option<FlowPage>>,
    pub draft: RwSignal<Draft>,
    history: RwSignal<History<Draft>>,
    edited_at: StoredValue<Timestamp>,
    /// The draft as it was when the author rested last.
    pub settled: RwSignal<Draft>,
    pub findings: Memo<Findings>,
    pub program: Memo<Program>,
    pub coverage: Memo<Coverage>,
    /// Number and name of every step.
    pub names: Memo<Vec<(StepId, String)>>,
    pub is_changed: Memo<bool>,
    /// The names under which the flow keeps values.
    pub kept: Memo<BTreeMap<String, ValueKind>>,
    /// How many defects each step has.
    pub defects: Memo<BTreeMap<StepId, usize>>,
    /// The steps that the search finds; `None` while nothing is searched.
    pub found: Memo<Option<BTreeSet<StepId>>>,
    pub chosen: RwSignal<Option<StepId>>,
    pub language: RwSignal<Language>,
    pub side: RwSignal<Side>,
    pub view: RwSignal<View>,
    pub search: RwSignal<String>,
    pub trial: RwSignal<Trial>,
    pub is_testing: RwSignal<bool>,
    pub teams: StoredValue<Vec<Team>>,
    pub flows: StoredValue<Vec<FlowRow>>,
}

impl Desk {
    /// The desk of a flow. Called by a component.
    pub fn new(page: FlowPage, teams: Vec<Team>, flows: Vec<FlowRow>, own: Option<TeamId>) -> Self {
        let draft = Draft::of(&page);
        let language = draft.flow.languages.first().copied().unwrap_or_default();
        let chosen = draft
            .flow
            .start
            .or(draft.flow.steps.first().map(|step| step.id));
        let trial = Trial::new(own, language);
        let page = RwSignal::new(page);
        let settled = RwSignal::new(draft.clone());
        let draft = RwSignal::new(draft);
        let program = Memo::new(move |_| settled.with(|draft| Program::new(draft.flow.clone())));
        let findings = Memo::new(move |_| {
            page.with(|page| settled.with(|draft| check(&draft.flow, &page.around)))
        });
        let search = RwSignal::new(String::new());
        let desk = Self {
            page,
            theirs: RwSignal::new(None),
            draft,
            history: RwSignal::new(History::default()),
            edited_at: StoredValue::new(Timestamp::default()),
            settled,
            findings,
            program,
            coverage: Memo::new(move |_| {
                settled.with(|draft| program.with(|program| coverage(program, &draft.tests)))
            }),
            names: Memo::new(move |_| {
                settled.with(|draft| {
                    let steps = draft.flow.steps.iter();
                    steps
                        .map(|step| (step.id, words::numbered(step, &draft.flow)))
                        .collect()
                })
            }),
            is_changed: Memo::new(move |_| {
                page.with(|page| draft.with(|draft| !draft.is_of(page)))
            }),
            kept: Memo::new(move |_| settled.with(kept)),
            defects: Memo::new(move |_| findings.with(defects)),
            found: Memo::new(move |_| {
                search.with(|search| settled.with(|draft| found(draft, search)))
            }),
            chosen: RwSignal::new(chosen),
            language: RwSignal::new(language),
            side: RwSignal::new(Side::Step),
            view: RwSignal::new(View::Both),
            search,
            trial: RwSignal::new(trial),
            is_testing: RwSignal::new(false),
            teams: StoredValue::new(teams),
            flows: StoredValue::new(flows),
        };
        desk.settle();
        desk
    }

    /// Looks at the flow anew whenever the author rests.
    fn settle(self) {
        let waiting = StoredValue::new(None::<TimeoutHandle>);
        Effect::new(move |is_first: Option<()>| {
            self.draft.track();
            if let Some(Some(before)) = waiting.try_get_value() {
                before.clear();
            }
            if is_first.is_some() {
                let look = move || self.look();
                let handle = set_timeout_with_handle(look, SETTLES_AFTER);
                waiting.set_value(handle.ok());
            }
        });
    }

    /// Looks at the flow now.
    pub fn look(self) {
        if let Some(draft) = self.draft.try_get_untracked()
            && self.settled.try_with_untracked(|settled| *settled != draft) == Some(true)
        {
            self.settled.set(draft);
        }
    }

    /// Changes the draft. `at` names the place, so that letters typed there are one change; it is
    /// empty for a change of its own.
    pub fn edit(self, at: &str, change: impl FnOnce(&mut Draft)) {
        let now = browser::now();
        let before = self.edited_at.get_value();
        self.edited_at.set_value(now);
        self.history.update(|history| {
            if now.ms().saturating_sub(before.ms()) > REST_MS {
                history.pause();
            }
            history.record(at, || self.draft.get_untracked());
        });
        self.draft.update(change);
        // Letters are looked at when the author rests; what comes, goes or leads elsewhere at once.
        if at.is_empty() {
            self.look();
        }
    }

    /// Changes one step.
    pub fn edit_step(self, id: StepId, at: &str, change: impl FnOnce(&mut Step)) {
        let at = if at.is_empty() {
            String::new()
        } else {
            format!("{id} {at}")
        };
        self.edit(&at, |draft| {
            if let Some(step) = draft.flow.steps.iter_mut().find(|step| step.id == id) {
                change(step);
            }
        });
    }

    /// Takes the last change back.
    pub fn undo(self) {
        self.turn(History::undo);
    }

    /// Makes it again.
    pub fn redo(self) {
        self.turn(History::redo);
    }

    fn turn(self, turn: fn(&mut History<Draft>, Draft) -> Option<Draft>) {
        let now = self.draft.get_untracked();
        let found = self
            .history
            .try_update(|history| turn(history, now))
            .flatten();
        if let Some(draft) = found {
            self.take(draft);
        }
    }

    /// Whether there is something to undo, and to redo.
    pub fn can_turn(self) -> Signal<(bool, bool)> {
        let history = self.history;
        Memo::new(move |_| history.with(|history| (history.can_undo(), history.can_redo()))).into()
    }

    fn take(self, draft: Draft) {
        let is_there = |id: &StepId| draft.flow.step(*id).is_some();
        let chosen = self.chosen.get_untracked();
        let chosen = chosen.filter(is_there);
        let first = draft.flow.languages.first().copied();
        let is_spoken = draft
            .flow
            .languages
            .contains(&self.language.get_untracked());
        self.draft.set(draft);
        self.look();
        self.chosen.set(chosen);
        if let Some(first) = first.filter(|_| !is_spoken) {
            self.language.set(first);
        }
    }

    /// It was saved, published or read again: this is the draft now. What can be undone stays.
    pub fn adopt(self, page: FlowPage) {
        let draft = Draft::of(&page);
        self.theirs.set(None);
        self.page.set(page);
        if self.draft.with_untracked(|own| *own != draft) {
            self.history
                .update(|history| history.record("", || self.draft.get_untracked()));
            self.take(draft);
        }
    }

    /// It was saved: what was typed meanwhile stays.
    pub fn saved(self, page: FlowPage) {
        self.theirs.set(None);
        self.page.set(page);
    }

    /// Somebody may have saved: what is here is replaced only if nobody typed over it.
    pub fn compare(self, fresh: FlowPage) {
        let (save, row) = self
            .page
            .with_untracked(|page| (page.save, page.row.clone()));
        if fresh.save == save {
            // What it refers to may be others now.
            if row != fresh.row || self.page.with_untracked(|page| page.around != fresh.around) {
                self.page.set(fresh);
            }
        } else if fresh.save > save {
            let is_same = Draft::of(&fresh) == self.page.with_untracked(Draft::of);
            if is_same {
                self.page.set(fresh);
            } else if self.is_changed.get_untracked() {
                self.theirs.set(Some(fresh));
            } else {
                self.adopt(fresh);
            }
        }
    }

    /// Where a way out leads. Choosing is a change of its own.
    pub fn way(self, id: StepId, exit: Exit) -> Lens<Way> {
        self.of_step(
            id,
            "",
            move |step| step.way(exit),
            move |step, way| {
                let mut flow = Flow {
                    bot_name: String::new(),
                    bot_picture: None,
                    languages: Vec::new(),
                    start: None,
                    steps: vec![step.clone()],
                };
                edit::connect(&mut flow, id, exit, way);
                if let Some(changed) = flow.steps.pop() {
                    *step = changed;
                }
            },
        )
    }

    /// The teams that can be chosen, by their names.
    pub fn active_teams(self) -> Vec<(TeamId, String)> {
        self.teams.with_value(|teams| {
            let active = teams.iter().filter(|team| team.is_active);
            active
                .map(|team| (team.id.clone(), shown(team.name.as_str())))
                .collect()
        })
    }

    /// Shows a step, and what it says.
    pub fn show(self, id: StepId) {
        self.chosen.set(Some(id));
        self.side.set(Side::Step);
    }

    /// As [`Self::show`], for whoever pressed the step: on a small screen its form lies below.
    pub fn press(self, id: StepId) {
        self.show(id);
        let width = window().inner_width().ok().and_then(|width| width.as_f64());
        if width.is_some_and(|width| width <= BESIDE_FROM) {
            request_animation_frame(|| {
                let side = document().query_selector(".flow-desk__side").ok().flatten();
                if let Some(side) = side {
                    side.scroll_into_view();
                }
            });
        }
    }

    /// Adds a step behind another, or at the end, and shows it.
    pub fn add(self, sort: Sort, after: Option<StepId>) {
        let mut added = None;
        self.edit("", |draft| {
            added = Some(match after {
                Some(after) => edit::add_behind(&mut draft.flow, sort, after),
                None => edit::add(&mut draft.flow, sort, None),
            });
        });
        self.show_new(added);
    }

    /// Adds a step to which a way leads, and shows it.
    pub fn add_to(self, from: StepId, exit: Exit, sort: Sort) {
        let mut added = None;
        self.edit("", |draft| {
            let id = edit::add(&mut draft.flow, sort, Some(from));
            edit::connect(&mut draft.flow, from, exit, Some(id));
            added = Some(id);
        });
        self.show_new(added);
    }

    fn show_new(self, added: Option<StepId>) {
        if let Some(id) = added {
            self.show(id);
            crate::ui::focus::focus_on("#step-name");
        }
    }
}

/// The names under which the flow keeps values.
fn kept(draft: &Draft) -> BTreeMap<String, ValueKind> {
    let kept = draft.flow.steps.iter().flat_map(Step::keeps);
    kept.map(|(name, kind)| (name.to_owned(), kind)).collect()
}

/// How many defects each step has.
fn defects(findings: &Findings) -> BTreeMap<StepId, usize> {
    let mut counts = BTreeMap::new();
    for step in findings.defects.iter().filter_map(|defect| defect.step) {
        let count: &mut usize = counts.entry(step).or_default();
        *count = count.saturating_add(1);
    }
    counts
}

/// The steps that a search finds; `None` while nothing is searched.
fn found(draft: &Draft, search: &str) -> Option<BTreeSet<StepId>> {
    if search.trim().is_empty() {
        return None;
    }
    let found = draft.flow.steps.iter();
    let found = found.filter(|step| edit::holds(step, search));
    Some(found.map(|step| step.id).collect())
}
