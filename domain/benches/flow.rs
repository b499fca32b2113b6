//! What the check and the engine cost on flows of 10, 100 and 1,000 steps.
//!
//! Prints, for each size, the time per step as a multiple of a floor that is measured in the same
//! run: copying the flow, which has to look at every step once as well. A cost that is linear in
//! the number of steps keeps its multiple from line to line.
//!
//! Invariant: prints and never judges: times of a busy machine are no test.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "it measures time and says so"
)]

use domain::flow::{
    Answer, AnswerId, Branch, Case, End, Event, Facts, Flow, Given, Kind, Message, Program,
    Question, Set, Step, StepId, Surroundings, Texts, ValueKind, advance, begin, check,
};
use domain::settings::Language;
use domain::time::Timestamp;
use std::hint::black_box;
use std::time::{Duration, Instant};

const SIZES: [u32; 3] = [10, 100, 1_000];
/// Each thing is measured for this long.
const MEASURED: Duration = Duration::from_millis(300);

/// A question, then conditions and values without a pause, two messages among them, then the end.
fn flow(steps: u32) -> Flow {
    let en = |text: &str| Texts::of(Language::En, text);
    let next = |id: u32| Some(StepId(id + 1));
    let does = |id: u32| match id {
        1 => Kind::Question(Question {
            text: en("Which?"),
            answers: vec![Answer {
                id: AnswerId(1),
                text: en("This"),
                link: String::new(),
                when: String::new(),
                next: next(id),
            }],
            other: None,
            keep: "word".to_owned(),
        }),
        id if id == steps => Kind::End(End::default()),
        id if id % 3 == 0 => Kind::Condition(Branch {
            cases: vec![Case {
                when: "open and word contains \"th\" or score > 3".to_owned(),
                next: next(id),
            }],
            otherwise: next(id),
        }),
        2 | 5 => Kind::Message(Message {
            text: en("You said $word, and that is ${score|no} points."),
            rich: Vec::new(),
            next: next(id),
        }),
        id => Kind::Set(Set {
            keep: "score".to_owned(),
            kind: ValueKind::Number,
            to: "score + 1".to_owned(),
            next: next(id),
        }),
    };
    Flow {
        bot_name: "Bot".to_owned(),
        bot_picture: None,
        languages: vec![Language::En],
        start: Some(StepId(1)),
        steps: (1..=steps)
            .map(|id| Step {
                id: StepId(id),
                name: format!("Step {id}"),
                note: String::new(),
                may_start: false,
                only_if: None,
                does: does(id),
            })
            .collect(),
    }
}

/// Nanoseconds that one go takes, the best of many.
fn measured<T>(go: impl Fn() -> T) -> f64 {
    let begun = Instant::now();
    let mut best = Duration::MAX;
    while begun.elapsed() < MEASURED {
        let at = Instant::now();
        black_box(go());
        best = best.min(at.elapsed());
    }
    best.as_secs_f64() * 1e9
}

fn main() {
    let facts = Facts::default();
    let now = Timestamp::from_ms(0);
    println!("steps   copy a step     check      make ready   one turn over all steps");
    for steps in SIZES {
        let flow = flow(steps);
        assert_eq!(check(&flow, &Surroundings::default()).defects, []);
        let program = Program::new(flow.clone());
        let run = begin(&program, None, &facts, now).run;
        let event = Event::Given(StepId(1), Given::Answer(AnswerId(1)));
        let turn = advance(&program, &run, event.clone(), &facts, now).unwrap();
        assert_eq!(turn.path.len(), usize::try_from(steps - 1).unwrap());

        let floor = measured(|| flow.clone());
        let ratios = [
            measured(|| check(&flow, &Surroundings::default())),
            measured(|| Program::new(flow.clone())),
            measured(|| advance(&program, &run, event.clone(), &facts, now)),
        ]
        .map(|time| time / floor);
        let [check, ready, turn] = ratios;
        let step = floor / f64::from(steps);
        println!("{steps:5}   {step:8.0} ns   {check:6.1} x   {ready:9.1} x   {turn:6.1} x");
    }
}
