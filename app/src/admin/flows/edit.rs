//! What an author does to a flow: a step comes, goes, moves, or leads elsewhere.
//!
//! Invariant: no operation leaves a way to a step that is not there, and every new number is one
//! that no step of the flow has.

use domain::flow::{
    Answer, AnswerId, Branch, Call, Case, Choice, ChoiceId, End, Exit, Flow, HandOver, Input,
    InputKind, Kind, Message, Outside, Question, Set, StartFlow, Step, StepId, Texts, ValueKind,
    Way,
};
use domain::settings::Language;
use std::collections::BTreeSet;

/// How long somebody else may take, unless the author says otherwise.
const WAIT_SECONDS: u32 = 20;

/// What a new step can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    Message,
    Question,
    Input,
    Condition,
    Set,
    HandOver,
    Outside,
    StartFlow,
    End,
}

impl Sort {
    /// All of them, in the order of their menu.
    pub const ALL: [Self; 9] = [
        Self::Message,
        Self::Question,
        Self::Input,
        Self::Condition,
        Self::Set,
        Self::HandOver,
        Self::Outside,
        Self::StartFlow,
        Self::End,
    ];

    /// Which sort a step is of.
    pub fn of(kind: &Kind) -> Self {
        match kind {
            Kind::Message(_) => Self::Message,
            Kind::Question(_) => Self::Question,
            Kind::Input(_) => Self::Input,
            Kind::Condition(_) => Self::Condition,
            Kind::Set(_) => Self::Set,
            Kind::HandOver(_) => Self::HandOver,
            Kind::Outside(_) => Self::Outside,
            Kind::StartFlow(_) => Self::StartFlow,
            Kind::End(_) => Self::End,
        }
    }

    /// Such a step with nothing said yet.
    fn empty(self) -> Kind {
        match self {
            Self::Message => Kind::Message(Message::default()),
            Self::Question => Kind::Question(Question {
                answers: vec![answer(AnswerId(1)), answer(AnswerId(2))],
                ..Question::default()
            }),
            Self::Input => Kind::Input(Input {
                text: Texts::default(),
                kind: InputKind::Line,
                invalid: Texts::default(),
                keep: String::new(),
                fill: None,
                instead: None,
                give_up: None,
                next: None,
            }),
            Self::Condition => Kind::Condition(Branch {
                cases: vec![case()],
                otherwise: None,
            }),
            Self::Set => Kind::Set(Set {
                keep: String::new(),
                kind: ValueKind::Text,
                to: String::new(),
                next: None,
            }),
            Self::HandOver => Kind::HandOver(HandOver::default()),
            Self::Outside => Kind::Outside(Outside {
                call: Call::Ticket {
                    subject: String::new(),
                    team: None,
                    is_link_sent: true,
                },
                wait_seconds: WAIT_SECONDS,
                next: None,
                nothing: None,
                failed: None,
            }),
            Self::StartFlow => Kind::StartFlow(StartFlow::default()),
            Self::End => Kind::End(End::default()),
        }
    }
}

/// A flow with nothing in it.
pub fn blank(bot_name: &str) -> Flow {
    Flow {
        bot_name: bot_name.to_owned(),
        bot_picture: None,
        languages: vec![Language::En],
        start: None,
        steps: Vec::new(),
    }
}

/// A case that says nothing yet.
pub fn case() -> Case {
    Case {
        when: String::new(),
        next: None,
    }
}

/// An answer that says nothing yet.
pub fn answer(id: AnswerId) -> Answer {
    Answer {
        id,
        text: Texts::default(),
        link: String::new(),
        when: String::new(),
        next: None,
    }
}

/// A number above all of these.
fn above(numbers: impl Iterator<Item = u32>) -> u32 {
    numbers.max().map_or(1, |last| last.saturating_add(1))
}

/// A number that no answer of the question has.
pub fn fresh_answer(answers: &[Answer]) -> AnswerId {
    AnswerId(above(answers.iter().map(|answer| answer.id.0)))
}

/// A number that no option has.
pub fn fresh_choice(options: &[Choice]) -> ChoiceId {
    ChoiceId(above(options.iter().map(|option| option.id.0)))
}

/// A number that no step of the flow has.
fn fresh(flow: &Flow) -> StepId {
    let highest = above(flow.steps.iter().map(|step| step.id.0));
    let used: BTreeSet<u32> = flow.steps.iter().map(|step| step.id.0).collect();
    // Somebody's file may have the highest there is.
    let hole = || (1..=u32::MAX).find(|number| !used.contains(number));
    if used.contains(&highest) {
        StepId(hole().unwrap_or(highest))
    } else {
        StepId(highest)
    }
}

/// Adds an empty step behind `after`, or at the end. The first of a flow is where it begins.
pub fn add(flow: &mut Flow, sort: Sort, after: Option<StepId>) -> StepId {
    let id = fresh(flow);
    let step = Step {
        id,
        name: String::new(),
        note: String::new(),
        may_start: false,
        only_if: None,
        does: sort.empty(),
    };
    put(flow, step, after);
    if flow.start.is_none() {
        flow.start = Some(id);
    }
    id
}

fn put(flow: &mut Flow, step: Step, after: Option<StepId>) {
    let at = after.and_then(|after| flow.steps.iter().position(|step| step.id == after));
    let at = at.map_or(flow.steps.len(), |at| at.saturating_add(1));
    flow.steps.insert(at.min(flow.steps.len()), step);
}

/// Adds an empty step behind another, which goes on there if it has one way on that leads
/// nowhere: what was meant when a step is added behind one.
pub fn add_behind(flow: &mut Flow, sort: Sort, after: StepId) -> StepId {
    let id = add(flow, sort, Some(after));
    let open: Vec<Exit> = flow
        .step(after)
        .map(Step::exits)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|(exit, way)| way.is_none().then_some(exit))
        .collect();
    if let [exit] = open.as_slice() {
        connect(flow, after, *exit, Some(id));
    }
    id
}

/// A copy of a step behind it, leading where that leads.
pub fn duplicate(flow: &mut Flow, of: StepId, name: &str) -> Option<StepId> {
    let id = fresh(flow);
    let copy = Step {
        id,
        name: name.to_owned(),
        may_start: false,
        ..flow.step(of)?.clone()
    };
    put(flow, copy, Some(of));
    Some(id)
}

/// Takes a step away. What led to it leads nowhere; the next in the list, or else the one
/// before, is what an author looks at then.
pub fn remove(flow: &mut Flow, id: StepId) -> Option<StepId> {
    let at = flow.steps.iter().position(|step| step.id == id)?;
    flow.steps.remove(at);
    if flow.step(id).is_none() {
        let led_here: Vec<(StepId, Exit)> = ways_to(flow, id);
        for (step, exit) in led_here {
            connect(flow, step, exit, None);
        }
        if flow.start == Some(id) {
            flow.start = None;
        }
    }
    let next = flow.steps.get(at).or(flow.steps.last());
    next.map(|step| step.id)
}

/// Every way out that leads to a step.
pub fn ways_to(flow: &Flow, id: StepId) -> Vec<(StepId, Exit)> {
    flow.steps
        .iter()
        .flat_map(|step| {
            let exits = step.exits().into_iter();
            exits.filter_map(|(exit, way)| (way == Some(id)).then_some((step.id, exit)))
        })
        .collect()
}

/// Moves a step one place up or down in the list. Says whether there was a place.
pub fn shift(flow: &mut Flow, id: StepId, is_up: bool) -> bool {
    let Some(at) = flow.steps.iter().position(|step| step.id == id) else {
        return false;
    };
    let to = if is_up {
        at.checked_sub(1)
    } else {
        at.checked_add(1).filter(|to| *to < flow.steps.len())
    };
    if let Some(to) = to {
        flow.steps.swap(at, to);
    }
    to.is_some()
}

/// Moves one of several one place up or down, where there is one.
pub fn shift_at<T>(things: &mut [T], at: usize, is_up: bool) {
    let to = if is_up {
        at.checked_sub(1)
    } else {
        at.checked_add(1)
    };
    if let Some(to) = to.filter(|to| *to < things.len() && at < things.len()) {
        things.swap(at, to);
    }
}

/// Sorts the steps as they are read: from the start on, each before what it leads to where that
/// can be; what nothing leads to stays at the end.
pub fn sort(flow: &mut Flow) {
    let mut order = Vec::new();
    let mut seen = BTreeSet::new();
    let mut roots: Vec<StepId> = flow.start.into_iter().collect();
    roots.extend(flow.steps.iter().map(|step| step.id));
    for root in roots {
        let mut waiting = vec![root];
        while let Some(id) = waiting.pop() {
            if !seen.insert(id) {
                continue;
            }
            let Some(step) = flow.step(id) else { continue };
            order.push(id);
            let ways = step.exits().into_iter().rev();
            waiting.extend(ways.filter_map(|(_, way)| way));
        }
    }
    let place = |id: StepId| order.iter().position(|one| *one == id);
    flow.steps.sort_by_key(|step| place(step.id));
}

/// Leads a way out elsewhere.
pub fn connect(flow: &mut Flow, from: StepId, exit: Exit, to: Way) {
    if let Some(step) = flow.steps.iter_mut().find(|step| step.id == from)
        && let Some(way) = way_mut(step, exit)
    {
        *way = to;
    }
}

/// Where a way out is written down.
fn way_mut(step: &mut Step, exit: Exit) -> Option<&mut Way> {
    if exit == Exit::Skipped {
        return step.only_if.as_mut().map(|only| &mut only.otherwise);
    }
    match (&mut step.does, exit) {
        (Kind::Message(message), Exit::Next) => Some(&mut message.next),
        (Kind::Set(set), Exit::Next) => Some(&mut set.next),
        (Kind::Input(input), Exit::Next) => Some(&mut input.next),
        (Kind::Input(input), Exit::Instead) => input.instead.as_mut().map(|it| &mut it.next),
        (Kind::Input(input), Exit::GivenUp) => input.give_up.as_mut().map(|it| &mut it.next),
        (Kind::Question(question), Exit::Other) => Some(&mut question.other),
        (Kind::Question(question), Exit::Answer(id)) => {
            let mut answers = question.answers.iter_mut();
            answers
                .find(|answer| answer.id == id)
                .map(|answer| &mut answer.next)
        }
        (Kind::Condition(branch), Exit::Otherwise) => Some(&mut branch.otherwise),
        (Kind::Condition(branch), Exit::Case(at)) => {
            let case = branch.cases.get_mut(usize::try_from(at).ok()?);
            case.map(|case| &mut case.next)
        }
        (Kind::HandOver(over), Exit::Nobody) => Some(&mut over.nobody),
        (Kind::Outside(outside), Exit::Next) => Some(&mut outside.next),
        (Kind::Outside(outside), Exit::Nothing) => Some(&mut outside.nothing),
        (Kind::Outside(outside), Exit::Failed) => Some(&mut outside.failed),
        (Kind::StartFlow(start), Exit::Failed) => Some(&mut start.failed),
        _ => None,
    }
}

/// The texts of a step, for a search.
pub fn texts(step: &Step) -> Vec<&Texts> {
    match &step.does {
        Kind::Message(message) => std::iter::once(&message.text)
            .chain(message.rich.iter().flat_map(|it| [&it.title, &it.text]))
            .collect(),
        Kind::Question(question) => std::iter::once(&question.text)
            .chain(question.answers.iter().map(|answer| &answer.text))
            .collect(),
        Kind::Input(input) => {
            let mut texts = vec![&input.text, &input.invalid];
            texts.extend(input.instead.as_ref().map(|it| &it.text));
            texts.extend(input.kind.options().iter().map(|option| &option.text));
            texts
        }
        Kind::HandOver(over) => vec![&over.text],
        Kind::End(end) => vec![&end.text],
        Kind::Condition(_) | Kind::Set(_) | Kind::Outside(_) | Kind::StartFlow(_) => Vec::new(),
    }
}

/// Whether something in the step's name, number, note or words holds this text.
pub fn holds(step: &Step, search: &str) -> bool {
    let search = search.trim().to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&search);
    has(&step.name)
        || has(&step.note)
        || step.id.to_string() == search
        || texts(step)
            .iter()
            .any(|texts| texts.iter().any(|(_, text)| has(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow() -> Flow {
        let mut flow = blank("Bot");
        let hello = add(&mut flow, Sort::Message, None);
        let ask = add_behind(&mut flow, Sort::Question, hello);
        add_behind(&mut flow, Sort::End, ask);
        flow
    }

    fn ids(flow: &Flow) -> Vec<u32> {
        flow.steps.iter().map(|step| step.id.0).collect()
    }

    #[test]
    fn the_first_step_is_where_it_begins_and_one_open_way_leads_on() {
        let flow = flow();
        assert_eq!(flow.start, Some(StepId(1)));
        assert_eq!(
            flow.step(StepId(1)).unwrap().way(Exit::Next),
            Some(StepId(2))
        );
        // Two answers lead nowhere: which of them was meant, nobody knows.
        assert!(ways_to(&flow, StepId(3)).is_empty());
    }

    #[test]
    fn every_way_out_of_every_sort_can_be_led_elsewhere() {
        for sort in Sort::ALL {
            let mut flow = blank("Bot");
            let id = add(&mut flow, sort, None);
            if let Some(step) = flow.steps.first_mut() {
                step.only_if = Some(domain::flow::OnlyIf {
                    when: "open".to_owned(),
                    otherwise: None,
                });
                if let Kind::Input(input) = &mut step.does {
                    input.instead = Some(domain::flow::Instead {
                        text: Texts::default(),
                        next: None,
                    });
                    input.give_up = Some(domain::flow::GiveUp {
                        after: 3,
                        next: None,
                    });
                }
                if let Kind::Outside(outside) = &mut step.does {
                    outside.call = Call::Verify;
                }
            }
            let exits = flow.step(id).unwrap().exits();
            for (exit, _) in &exits {
                connect(&mut flow, id, *exit, Some(id));
            }
            let led = ways_to(&flow, id);
            assert_eq!(led.len(), exits.len(), "{sort:?}");
            assert_eq!(Sort::of(&flow.step(id).unwrap().does), sort);
        }
    }

    #[test]
    fn a_step_that_goes_takes_the_ways_to_it_along() {
        let mut flow = flow();
        connect(
            &mut flow,
            StepId(2),
            Exit::Answer(AnswerId(1)),
            Some(StepId(1)),
        );
        assert_eq!(remove(&mut flow, StepId(1)), Some(StepId(2)));
        assert_eq!(flow.start, None);
        assert!(ways_to(&flow, StepId(1)).is_empty());
        assert_eq!(remove(&mut flow, StepId(3)), Some(StepId(2)));
        assert_eq!(remove(&mut flow, StepId(2)), None);
        assert_eq!(remove(&mut flow, StepId(2)), None);
    }

    #[test]
    fn a_copy_has_a_number_of_its_own_and_leads_to_the_same() {
        let mut flow = flow();
        let copy = duplicate(&mut flow, StepId(1), "Again").unwrap();
        assert_eq!(ids(&flow), [1, copy.0, 2, 3]);
        assert_eq!(flow.step(copy).unwrap().way(Exit::Next), Some(StepId(2)));
        assert_eq!(duplicate(&mut flow, StepId(99), ""), None);
    }

    #[test]
    fn a_number_is_new_even_behind_the_highest() {
        let mut flow = flow();
        if let Some(step) = flow.steps.last_mut() {
            step.id = StepId(u32::MAX);
        }
        assert_eq!(add(&mut flow, Sort::End, None), StepId(3));
    }

    #[test]
    fn steps_move_within_the_list_and_are_sorted_as_they_are_read() {
        let mut flow = flow();
        assert!(!shift(&mut flow, StepId(1), true));
        assert!(shift(&mut flow, StepId(1), false));
        assert!(!shift(&mut flow, StepId(3), false));
        assert_eq!(ids(&flow), [2, 1, 3]);
        sort(&mut flow);
        assert_eq!(ids(&flow), [1, 2, 3]);
        let mut letters = ['a', 'b'];
        shift_at(&mut letters, 0, true);
        shift_at(&mut letters, 1, false);
        assert_eq!(letters, ['a', 'b']);
        shift_at(&mut letters, 0, false);
        assert_eq!(letters, ['b', 'a']);
    }

    #[test]
    fn a_search_looks_at_names_and_words() {
        let mut flow = flow();
        if let Some(step) = flow.steps.first_mut() {
            step.name = "Greeting".to_owned();
            step.does = Kind::Message(Message {
                text: Texts::of(Language::En, "Good day"),
                ..Message::default()
            });
        }
        let step = flow.steps.first().unwrap();
        for (search, want) in [
            ("GREET", true),
            ("good d", true),
            (" 1 ", true),
            ("bye", false),
        ] {
            assert_eq!(holds(step, search), want, "{search}");
        }
    }
}
