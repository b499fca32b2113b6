//! Laws of flows, checked on random flows and random visitors.
//!
//! Invariant: a run is made only by `begin` and `advance`, as on the server; the visitor knows
//! only what the bot has said.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

use domain::conversation::Rating;
use domain::date::Date;
use domain::flow::{
    Answer, AnswerId, AskKind, At, Branch, Call, Case, Choice, ChoiceId, Decimal, Effect, End,
    Event, Exit, Facts, Fill, Flow, GiveUp, Given, HandOver, Input, InputKind, Instead, Kind,
    Message, OnlyIf, Outcome, Outside, Program, Question, Run, Set, StartFlow, Step, StepId,
    Surroundings, Target, Texts, Turn, Value, ValueKind, Way, advance, begin, check, understand,
};
use domain::id::{FlowId, TeamId};
use domain::json;
use domain::limit;
use domain::settings::Language;
use domain::text::MessageText;
use domain::time::Timestamp;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

fn around() -> Surroundings {
    Surroundings {
        own: Some(FlowId::from_value(1)),
        fields: ["CFlevel".to_owned()].into(),
        teams: [TeamId::from_value(1)].into(),
        flows: [(FlowId::from_value(2), [].into())].into(),
        targets: [
            Target::Tickets,
            Target::Leads,
            Target::Articles,
            Target::VirtualAgents,
            Target::Runbooks,
            Target::Verification,
        ]
        .into(),
    }
}

fn en(text: &str) -> Texts {
    Texts::of(Language::En, text)
}

const CONDITIONS: [&str; 8] = [
    "open",
    "agent_available or authenticated",
    "word contains \"a\"",
    "number > 3 and not known(word)",
    "chosen(1, 1)",
    "field.CFlevel = \"gold\"",
    "language in (\"en\", \"de\")",
    "length(list) >= 2",
];

/// What a step is made of: where its ways lead, as places among all the steps, and what it does.
#[derive(Debug, Clone)]
struct Plan {
    what: u8,
    kind: u8,
    condition: Index,
    ways: [Index; 4],
    is_conditional: bool,
    may_start: bool,
    has_extras: bool,
}

fn plan() -> impl Strategy<Value = Plan> {
    (
        0..16_u8,
        0..10_u8,
        any::<Index>(),
        any::<[Index; 4]>(),
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.1),
        any::<bool>(),
    )
        .prop_map(
            |(what, kind, condition, ways, is_conditional, may_start, has_extras)| Plan {
                what,
                kind,
                condition,
                ways,
                is_conditional,
                may_start,
                has_extras,
            },
        )
}

fn input_kind(kind: u8) -> (InputKind, &'static str) {
    let options = || {
        let options = (1..=3).zip(["apple", "pear, plum", "fig"]);
        options
            .map(|(id, text)| Choice {
                id: ChoiceId(id),
                text: en(text),
            })
            .collect()
    };
    match kind {
        0 => (InputKind::Line, "word"),
        1 => (InputKind::Lines, "word"),
        2 => (InputKind::Email, "word"),
        3 => (InputKind::Phone, "word"),
        4 => (
            InputKind::Number {
                min: Some(Decimal::whole(1)),
                max: None,
                is_whole: true,
            },
            "number",
        ),
        5 => (
            InputKind::Date {
                min: None,
                max: Date::parse("2030-12-31"),
            },
            "date",
        ),
        6 => (
            InputKind::YesNo {
                yes: en("Yes, please"),
                no: en("No"),
            },
            "truth",
        ),
        7 => (InputKind::One { options: options() }, "word"),
        8 => (
            InputKind::Several {
                options: options(),
                min: 0,
                max: 2,
            },
            "list",
        ),
        _ => (
            InputKind::Rating {
                satisfied: en("Good"),
                okay: en("So so"),
                dissatisfied: en("Bad"),
            },
            "word",
        ),
    }
}

impl Plan {
    #[expect(clippy::too_many_lines, reason = "one arm a kind of step")]
    /// Makes the step. `on` chooses a way that may be taken without a word, `any` one that is not.
    fn step(&self, id: u32, on: &dyn Fn(Index) -> Way, any: &dyn Fn(Index) -> Way) -> Step {
        let [a, b, c, d] = self.ways;
        let condition = (*self.condition.get(&CONDITIONS)).to_owned();
        let does = match self.what {
            0 | 1 => Kind::Message(Message {
                text: en("Hello $NAME, $word${number|?}"),
                rich: Vec::new(),
                next: on(a),
            }),
            2..=4 => Kind::Question(Question {
                text: en("Which?"),
                answers: vec![
                    Answer {
                        id: AnswerId(1),
                        text: en("First"),
                        link: String::new(),
                        when: String::new(),
                        // The first leads on, so there is a way to the end.
                        next: on(a),
                    },
                    Answer {
                        id: AnswerId(2),
                        text: en("Second"),
                        link: "https://shop.example/".to_owned(),
                        when: condition,
                        next: any(b),
                    },
                ],
                other: self.has_extras.then(|| any(c)).flatten(),
                keep: "word".to_owned(),
            }),
            5..=8 => {
                let (kind, keep) = input_kind(self.kind);
                Kind::Input(Input {
                    text: en("And?"),
                    fill: (kind == InputKind::Email).then_some(Fill::Email),
                    kind,
                    invalid: en("No"),
                    keep: keep.to_owned(),
                    instead: self.has_extras.then(|| Instead {
                        text: en("Rather not"),
                        next: any(b),
                    }),
                    give_up: self.has_extras.then(|| GiveUp {
                        after: 2,
                        next: any(c),
                    }),
                    next: on(a),
                })
            }
            9 | 10 => Kind::Condition(Branch {
                cases: vec![Case {
                    when: condition,
                    next: on(a),
                }],
                otherwise: on(b),
            }),
            11 => Kind::Set(Set {
                keep: "number".to_owned(),
                kind: ValueKind::Number,
                to: "number + 1".to_owned(),
                next: on(a),
            }),
            12 => Kind::HandOver(HandOver {
                text: en("Somebody comes"),
                nobody: on(a),
                ..HandOver::default()
            }),
            13 => Kind::Outside(Outside {
                call: if self.has_extras {
                    Call::Search {
                        query: "$word".to_owned(),
                    }
                } else {
                    Call::Runbook {
                        runbook: "lookup".to_owned(),
                        send: [("n".to_owned(), "number".to_owned())].into(),
                        back: vec![domain::flow::Back {
                            name: "out".to_owned(),
                            keep: "number".to_owned(),
                            kind: ValueKind::Number,
                        }],
                    }
                },
                wait_seconds: 10,
                next: on(a),
                nothing: on(b),
                failed: on(c),
            }),
            14 => Kind::StartFlow(StartFlow {
                flow: Some(FlowId::from_value(2)),
                failed: on(a),
            }),
            _ => Kind::End(End {
                text: en("Bye"),
                closes: self.has_extras,
            }),
        };
        Step {
            id: StepId(id),
            name: format!("Step {id}"),
            note: String::new(),
            may_start: self.may_start,
            only_if: self.is_conditional.then(|| OnlyIf {
                when: CONDITIONS.first().copied().unwrap().to_owned(),
                otherwise: on(d),
            }),
            does,
        }
    }
}

/// A last step that ends, and a question and inputs that keep every name the others use.
fn frame(mut steps: Vec<Step>) -> Flow {
    let last = u32::try_from(steps.len()).unwrap() + 1;
    steps.push(Step {
        id: StepId(last),
        name: "End".to_owned(),
        note: String::new(),
        may_start: false,
        only_if: None,
        does: Kind::End(End::default()),
    });
    Flow {
        bot_name: "Bot".to_owned(),
        bot_picture: None,
        languages: vec![Language::En],
        start: Some(StepId(1)),
        steps,
    }
}

/// The steps that keep what conditions ask for stand at the beginning of every flow.
fn preface(plans: Vec<Plan>) -> Vec<Plan> {
    let plan = |what, kind| Plan {
        what,
        kind,
        is_conditional: false,
        may_start: false,
        has_extras: false,
        ..plans.first().cloned().unwrap()
    };
    let first = [plan(2, 0), plan(5, 4), plan(5, 8)];
    first.into_iter().chain(plans).collect()
}

/// Flows as authors might make them, nearly all of them sound: ways that may be taken without a
/// word lead on, the others anywhere. What nothing leads to is taken out.
fn sound_flow() -> impl Strategy<Value = Flow> {
    prop::collection::vec(plan(), 1..25).prop_map(|plans| {
        let plans = preface(plans);
        let count = u32::try_from(plans.len()).unwrap();
        let steps = (1..).zip(&plans).map(|(id, plan)| {
            let on = |index: Index| {
                let behind = usize::try_from(count + 1 - id).unwrap();
                let hop = u32::try_from(index.index(behind.min(4))).unwrap();
                // The preface is gone through step by step.
                Some(StepId(if id <= 3 { id + 1 } else { id + 1 + hop }))
            };
            let any = |index: Index| {
                let to = u32::try_from(index.index(usize::try_from(count + 1).unwrap())).unwrap();
                Some(StepId(to + 1))
            };
            plan.step(id, &on, &any)
        });
        let mut flow = frame(steps.collect());
        loop {
            let found = check(&flow, &around());
            let before = flow.steps.len();
            flow.steps.retain(|step| found.path(step.id).is_some());
            if flow.steps.len() == before {
                return flow;
            }
        }
    })
}

fn ways(step: &mut Step) -> Vec<&mut Way> {
    let only_if = step.only_if.as_mut().map(|only| &mut only.otherwise);
    let mut ways: Vec<&mut Way> = match &mut step.does {
        Kind::Message(message) => vec![&mut message.next],
        Kind::Question(question) => {
            let answers = question.answers.iter_mut();
            answers.map(|answer| &mut answer.next).collect()
        }
        Kind::Input(input) => {
            let instead = input.instead.as_mut().map(|it| &mut it.next);
            let give_up = input.give_up.as_mut().map(|it| &mut it.next);
            let others = instead.into_iter().chain(give_up);
            others.chain([&mut input.next]).collect()
        }
        Kind::Condition(branch) => {
            let cases = branch.cases.iter_mut().map(|case| &mut case.next);
            cases.chain([&mut branch.otherwise]).collect()
        }
        Kind::Set(set) => vec![&mut set.next],
        Kind::HandOver(over) => vec![&mut over.nobody],
        Kind::Outside(outside) => {
            vec![&mut outside.next, &mut outside.nothing, &mut outside.failed]
        }
        Kind::StartFlow(start) => vec![&mut start.failed],
        Kind::End(_) => Vec::new(),
    };
    ways.extend(only_if);
    ways
}

/// Sound flows of which one thing was broken: a way leads elsewhere or nowhere, a step is gone,
/// or every answer of a question has its condition.
fn broken_flow() -> impl Strategy<Value = Flow> {
    (sound_flow(), 0..4_u8, any::<[Index; 3]>()).prop_map(|(mut flow, how, [at, way, to])| {
        let count = flow.steps.len();
        let target = flow.steps[to.index(count)].id;
        // The steps in the front are those that every run comes to.
        let at = at.index(count.min(6));
        let step = &mut flow.steps[at];
        match (how, &mut step.does) {
            (0, Kind::Question(question)) => {
                for answer in &mut question.answers {
                    "authenticated".clone_into(&mut answer.when);
                }
                question.other = None;
            }
            (1, _) => drop(flow.steps.remove(at)),
            (how, _) => {
                let mut ways = ways(step);
                if !ways.is_empty() {
                    let place = way.index(ways.len());
                    *ways[place] = (how > 2).then_some(target);
                }
            }
        }
        flow
    })
}

/// Flows of any kind: ways lead anywhere, nowhere, and to steps that are not there.
fn any_flow() -> impl Strategy<Value = Flow> {
    prop::collection::vec(plan(), 1..12).prop_map(|plans| {
        let plans = preface(plans);
        let count = plans.len();
        let steps = (1..).zip(&plans).map(|(id, plan)| {
            let any = |index: Index| match index.index(count + 4) {
                0 => None,
                to => Some(StepId(u32::try_from(to).unwrap())),
            };
            plan.step(id, &any, &any)
        });
        frame(steps.collect())
    })
}

/// What a visitor and the world do next.
#[derive(Debug, Clone)]
enum Move {
    Offered(Index),
    Text(String),
    Rating,
    YesNo(bool),
    Instead,
    Back(bool),
    Nothing,
    Failed,
    Late,
    Elsewhere,
}

fn moves() -> impl Strategy<Value = Vec<(Move, Facts)>> {
    let said = prop_oneof![
        Just("First".to_owned()),
        Just("vera@example.com".to_owned()),
        Just("+49 30 123456".to_owned()),
        Just("5".to_owned()),
        Just("2026-11-21".to_owned()),
        Just("fig".to_owned()),
        "[a-z$ ]{1,12}",
    ];
    let next = prop_oneof![
        4 => any::<Index>().prop_map(Move::Offered),
        4 => said.prop_map(Move::Text),
        1 => Just(Move::Rating),
        1 => any::<bool>().prop_map(Move::YesNo),
        1 => Just(Move::Instead),
        2 => any::<bool>().prop_map(Move::Back),
        1 => Just(Move::Nothing),
        1 => Just(Move::Failed),
        1 => Just(Move::Late),
        1 => Just(Move::Elsewhere),
    ];
    prop::collection::vec((next, facts()), 0..40)
}

fn facts() -> impl Strategy<Value = Facts> {
    (any::<[bool; 4]>(), prop::option::of(0..3_u32)).prop_map(
        |([is_open, is_authenticated, is_anyone_there, is_gold], wait_minutes)| {
            let team = TeamId::from_value(1);
            let level = is_gold.then(|| ("CFlevel".to_owned(), "gold".to_owned()));
            Facts {
                team: Some(team.clone()),
                teams_there: is_anyone_there.then_some(team).into_iter().collect(),
                is_open,
                is_authenticated,
                wait_minutes,
                fields: level.into_iter().collect(),
                ..Facts::default()
            }
        },
    )
}

fn event(run: &Run, flow: &Flow, what: &Move) -> Option<Event> {
    let step = match &run.at {
        At::Asked { step, .. } | At::Away { step, .. } => *step,
        At::Over { .. } | At::Lost { .. } => return None,
    };
    let given = |given| Some(Event::Given(step, given));
    match what {
        Move::Offered(index) => match &flow.step(step)?.does {
            Kind::Question(question) => given(Given::Answer(index.get(&question.answers).id)),
            Kind::Input(input) => {
                let options = input.kind.options();
                given(Given::Options(match options {
                    [] => Vec::new(),
                    options => vec![index.get(options).id],
                }))
            }
            _ => None,
        },
        Move::Text(text) => given(Given::Text(MessageText::parse(text).ok()?)),
        Move::Rating => given(Given::Rating(Rating::Okay)),
        Move::YesNo(truth) => given(Given::YesNo(*truth)),
        Move::Instead => given(Given::Instead),
        Move::Back(is_number) => {
            let value = if *is_number {
                Value::Number(Decimal::whole(7))
            } else {
                Value::Text("seven".to_owned())
            };
            let back = [("out".to_owned(), value)].into();
            Some(Event::Returned(step, Outcome::Done(back)))
        }
        Move::Nothing => Some(Event::Returned(step, Outcome::Nothing)),
        Move::Failed => Some(Event::Returned(step, Outcome::Failed)),
        Move::Late => Some(Event::Passed),
        Move::Elsewhere => Some(Event::Given(StepId(step.0 + 1), Given::Instead)),
    }
}

/// An answer that a visitor finds by looking at what is asked.
fn answer_to(ask: &AskKind) -> Given {
    let text = |text: &str| Given::Text(MessageText::parse(text).unwrap());
    match ask {
        AskKind::Answers { answers, .. } => Given::Answer(answers.first().unwrap().id),
        AskKind::Line | AskKind::Lines => text("a"),
        AskKind::Email => text("vera@example.com"),
        AskKind::Phone => text("12345"),
        AskKind::Number { .. } => text("5"),
        AskKind::Date { .. } => text("2026-11-21"),
        AskKind::YesNo { yes, .. } => text(yes),
        AskKind::One { options } => text(&options.first().unwrap().1),
        AskKind::Several { min, options, .. } => {
            let needed = options.iter().take(usize::try_from(*min).unwrap());
            Given::Options(needed.map(|(id, _)| *id).collect())
        }
        AskKind::Rating { okay, .. } => text(okay),
    }
}

/// Everything that happened: the turns, in their order.
fn turns(flow: &Flow, first: &Facts, moves: &[(Move, Facts)]) -> Vec<Turn> {
    let program = Program::new(flow.clone());
    let mut now = Timestamp::from_ms(0);
    let mut turns = vec![begin(&program, None, first, now)];
    for (what, facts) in moves {
        let run = turns.last().map(|turn: &Turn| turn.run.clone()).unwrap();
        // Long enough for whatever is waited for, where time is what passes.
        now = Timestamp::from_ms(
            now.ms()
                + if matches!(what, Move::Late) {
                    600_000
                } else {
                    1
                },
        );
        let Some(event) = event(&run, flow, what) else {
            continue;
        };
        turns.extend(advance(&program, &run, event, facts, now));
    }
    turns
}

/// A step that the run stands at, and whether it can stand there.
fn is_in_place(run: &Run, flow: &Flow) -> bool {
    let does = |step: StepId| flow.step(step).map(|step| &step.does);
    match &run.at {
        At::Asked { step, .. } => flow.step(*step).is_some_and(Step::asks),
        At::Away { step, .. } => {
            matches!(does(*step), Some(Kind::Outside(_) | Kind::StartFlow(_)))
        }
        At::Over { step, .. } => matches!(does(*step), Some(Kind::End(_) | Kind::HandOver(_))),
        At::Lost { .. } => false,
    }
}

proptest! {
    // As in `properties.rs`: a failure prints its case, and no file is written.
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_checked_flow_never_loses_a_run(
        flow in sound_flow(),
        first in facts(),
        moves in moves(),
    ) {
        let found = check(&flow, &around());
        prop_assume!(found.is_sound());
        for turn in turns(&flow, &first, &moves) {
            prop_assert!(is_in_place(&turn.run, &flow), "{:?}", turn.run.at);
            prop_assert!(turn.path.len() <= 1 + flow.steps.len(), "a step was passed twice");
            for (step, exit) in &turn.path {
                prop_assert!(flow.step(*step).unwrap().way(*exit).is_some());
            }
            let over = turn.effects.iter().position(|effect| {
                matches!(effect, Effect::HandOver { .. } | Effect::Close)
            });
            prop_assert!(over.is_none_or(|at| at + 1 == turn.effects.len()), "it went on");
        }
    }

    #[test]
    fn what_is_said_and_heard_has_room_in_a_transcript(
        flow in sound_flow(),
        first in facts(),
        moves in moves(),
    ) {
        let fits = |text: &str| MessageText::parse(text).is_ok();
        for turn in turns(&flow, &first, &moves) {
            prop_assert!(turn.says.len() <= limit::LINES_PER_TURN);
            prop_assert!(turn.heard.iter().all(|text| fits(text)), "{:?}", turn.heard);
            for said in &turn.says {
                prop_assert!(fits(&said.text) || !said.rich.is_empty(), "{said:?}");
                // And every question has an answer that leads on.
                if let Some(ask) = &said.ask {
                    let given = answer_to(&ask.kind);
                    prop_assert!(understand(&ask.kind, &given).is_ok(), "{ask:?}");
                }
            }
        }
    }

    #[test]
    fn what_loses_a_run_is_found(
        flow in prop_oneof![3 => broken_flow(), 1 => any_flow()],
        first in facts(),
        moves in moves(),
    ) {
        let is_sound = check(&flow, &around()).is_sound();
        for turn in turns(&flow, &first, &moves) {
            // The one that was answered, and those that were walked.
            prop_assert!(turn.path.len() <= 1 + limit::STEPS_PER_TURN);
            prop_assert!(!is_sound || is_in_place(&turn.run, &flow), "{:?}", turn.run.at);
        }
    }

    #[test]
    fn the_same_flow_and_the_same_answers_are_the_same_transcript(
        flow in any_flow(),
        first in facts(),
        moves in moves(),
    ) {
        let once = turns(&flow, &first, &moves);
        prop_assert_eq!(&once, &turns(&flow, &first, &moves));
        // A run that was stored and read goes on as if it had not been.
        for turn in once {
            let text = serde_json::to_string(&turn.run).unwrap();
            prop_assert_eq!(&json::read::<Run>(&text).unwrap(), &turn.run);
            prop_assert_eq!(&serde_json::from_str::<Run>(&text).unwrap(), &turn.run);
            for effect in &turn.effects {
                let text = serde_json::to_string(effect).unwrap();
                prop_assert_eq!(&serde_json::from_str::<Effect>(&text).unwrap(), effect);
            }
        }
    }

    #[test]
    fn a_flow_survives_the_wire(flow in any_flow()) {
        let text = serde_json::to_string(&flow).unwrap();
        prop_assert_eq!(&json::write(&flow).unwrap(), &text);
        prop_assert_eq!(&json::read::<Flow>(&text).unwrap(), &flow);
        prop_assert_eq!(&serde_json::from_str::<Flow>(&text).unwrap(), &flow);
    }

    #[test]
    fn the_way_to_a_defect_can_be_walked(flow in any_flow()) {
        let found = check(&flow, &around());
        for step in &flow.steps {
            let Some(hops) = found.path(step.id) else { continue };
            let begins = hops.first().map_or(step.id, |hop| hop.step);
            let is_root = flow.start == Some(begins) || flow.step(begins).unwrap().may_start;
            prop_assert!(is_root);
            let mut at = begins;
            for hop in hops {
                prop_assert_eq!(at, hop.step);
                at = flow.step(at).unwrap().way(hop.exit).unwrap();
            }
            prop_assert_eq!(at, step.id);
        }
    }

    #[test]
    fn no_text_is_too_strange_for_a_condition(text in "[a-z0-9_(),.=<>!\"+ -]{0,60}|.{0,20}") {
        let _ = domain::flow::Expression::parse(&text);
        let _ = domain::flow::Template::parse(&text);
    }
}

#[test]
fn what_is_broken_does_lose_runs() {
    let mut runner = TestRunner::deterministic();
    let mut lost = 0;
    for _ in 0..300 {
        let flow = broken_flow().new_tree(&mut runner).unwrap().current();
        let moves = moves().new_tree(&mut runner).unwrap().current();
        let turns = turns(&flow, &Facts::default(), &moves);
        let is_lost = |turn: &Turn| matches!(turn.run.at, At::Lost { .. });
        lost += i32::from(turns.iter().any(is_lost));
    }
    assert!(
        lost >= 30,
        "only {lost} of 300 lose a run: the law says too little"
    );
}

#[test]
fn most_random_flows_are_sound() {
    let mut runner = TestRunner::deterministic();
    let mut sound = 0;
    let mut exits = std::collections::BTreeSet::new();
    for _ in 0..200 {
        let flow = sound_flow().new_tree(&mut runner).unwrap().current();
        let moves = moves().new_tree(&mut runner).unwrap().current();
        let found = check(&flow, &around());
        if found.is_sound() {
            sound += 1;
            let first = moves
                .first()
                .map(|(_, facts)| facts.clone())
                .unwrap_or_default();
            let turns = turns(&flow, &first, &moves);
            let paths = turns.iter().flat_map(|turn| &turn.path);
            exits.extend(paths.map(|(_, exit)| match exit {
                Exit::Answer(_) => "answer".to_owned(),
                Exit::Case(_) => "case".to_owned(),
                exit => format!("{exit:?}"),
            }));
        }
    }
    assert!(
        sound >= 100,
        "only {sound} of 200 were sound: the laws say too little"
    );
    assert_eq!(exits.len(), 11, "some ways are never taken: {exits:?}");
}
