//! What `docs/flow.md` says of flows is so: its examples are read and checked, its conditions fit,
//! its tests read as they say, and every name and limit is there.
//!
//! Invariant: no block of JSON or of conditions in the document stands unread.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that fails may panic, and the document is a file"
)]

use domain::flow::{
    Branch, Case, Defect, Exit, Expression, ExpressionDefect, Fact, Flaw, Flow, FlowTest, Kind,
    Program, Step, Surroundings, Target, check, replay,
};
use domain::id::{FlowId, TeamId};
use domain::limit;
use domain::settings::Language;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn document() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/flow.md");
    std::fs::read_to_string(path).unwrap()
}

/// The blocks of a language, in their order.
fn blocks(language: &str) -> Vec<String> {
    let (document, fence) = (document(), format!("```{language}"));
    let mut lines = document.lines();
    let mut blocks = Vec::new();
    while lines.any(|line| line == fence) {
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        blocks.push(block.join("\n"));
    }
    blocks
}

/// The blocks of JSON that hold this field, as what it says they are. A field that nobody knows is
/// read as well, and would be gone when it is written.
fn examples<T: Serialize + DeserializeOwned>(field: &str) -> Vec<T> {
    let blocks = blocks("json").into_iter();
    let values = blocks.map(|block| serde_json::from_str::<Value>(&block).unwrap());
    let examples: Vec<T> = values
        .filter(|value| value.get(field).is_some())
        .map(|value| {
            let example = serde_json::from_value(value.clone())
                .unwrap_or_else(|why| panic!("{why} in {value}"));
            is_kept(&value, &serde_json::to_value(&example).unwrap());
            example
        })
        .collect();
    assert!(!examples.is_empty(), "{field}");
    examples
}

/// Everything that was read is there when it is written again.
fn is_kept(read: &Value, written: &Value) {
    match (read, written) {
        (Value::Object(read), Value::Object(written)) => {
            for (name, value) in read {
                let kept = written.get(name);
                is_kept(value, kept.unwrap_or_else(|| panic!("{name} is no field")));
            }
        }
        (Value::Array(read), Value::Array(written)) => {
            assert_eq!(read.len(), written.len());
            for (read, written) in read.iter().zip(written) {
                is_kept(read, written);
            }
        }
        _ => assert_eq!(read, written),
    }
}

/// The steps of the document, which belong together.
fn steps() -> Flow {
    let steps: Vec<Step> = examples("does");
    Flow {
        bot_name: "Bot".to_owned(),
        bot_picture: None,
        languages: vec![Language::En],
        start: steps.first().map(|step| step.id),
        steps,
    }
}

/// What the steps refer to, with every part of the product.
fn around() -> Surroundings {
    let fields = ["CForder", "CFpieces", "CFlevel"];
    Surroundings {
        own: Some(FlowId::from_value(1)),
        fields: fields.map(str::to_owned).into(),
        teams: [TeamId::from_value(1)].into(),
        flows: [(FlowId::from_value(2), [].into())].into(),
        targets: TARGETS.iter().map(|name| named(name)).collect(),
    }
}

fn named<T: DeserializeOwned>(name: &str) -> T {
    serde_json::from_value(json!(name)).unwrap()
}

/// The names of a type's variants, and which of them a value has. A variant that is forgotten here
/// does not compile.
macro_rules! variants {
    ($($list:ident, $name:ident of $type:ty { $($pattern:pat => $word:literal,)* })*) => { $(
        const $list: &[&str] = &[$($word),*];

        fn $name(variant: &$type) -> &'static str {
            match variant {
                $($pattern => $word,)*
            }
        }
    )* };
}

variants! {
    FLAWS, flaw of Flaw {
        Flaw::NoStart => "no_start",
        Flaw::NoBotName => "no_bot_name",
        Flaw::NoLanguage => "no_language",
        Flaw::DeadEnd { .. } => "dead_end",
        Flaw::NoSuchStep { .. } => "no_such_step",
        Flaw::Unreachable => "unreachable",
        Flaw::LoopWithoutInput { .. } => "loop_without_input",
        Flaw::TooMuchAtOnce { .. } => "too_much_at_once",
        Flaw::Endless { .. } => "endless",
        Flaw::NoFallback => "no_fallback",
        Flaw::NoTimeOut => "no_time_out",
        Flaw::BadWait { .. } => "bad_wait",
        Flaw::NoAnswers => "no_answers",
        Flaw::NoSureAnswer => "no_sure_answer",
        Flaw::ImpossibleInput => "impossible_input",
        Flaw::Twice => "twice",
        Flaw::TooMany { .. } => "too_many",
        Flaw::Expression { .. } => "expression",
        Flaw::BadName { .. } => "bad_name",
        Flaw::TwoKinds { .. } => "two_kinds",
        Flaw::UnknownField { .. } => "unknown_field",
        Flaw::UnknownTeam { .. } => "unknown_team",
        Flaw::UnknownFlow { .. } => "unknown_flow",
        Flaw::UnknownVariable { .. } => "unknown_variable",
        Flaw::Unvalidated => "unvalidated",
        Flaw::TextMissing { .. } => "text_missing",
        Flaw::TextTooLong { .. } => "text_too_long",
        Flaw::BadAddress { .. } => "bad_address",
        Flaw::NotNamed => "not_named",
        Flaw::Needs { .. } => "needs",
    }
    EXPRESSION_DEFECTS, expression_defect of ExpressionDefect {
        ExpressionDefect::Empty => "empty",
        ExpressionDefect::TooLong => "too_long",
        ExpressionDefect::TooDeep => "too_deep",
        ExpressionDefect::Unexpected { .. } => "unexpected",
        ExpressionDefect::UnknownName { .. } => "unknown_name",
        ExpressionDefect::UnknownAnswer { .. } => "unknown_answer",
        ExpressionDefect::Mismatch => "mismatch",
        ExpressionDefect::Kind => "kind",
    }
    TARGETS, target of Target {
        Target::Tickets => "tickets",
        Target::Leads => "leads",
        Target::Articles => "articles",
        Target::VirtualAgents => "virtual_agents",
        Target::Runbooks => "runbooks",
        Target::Verification => "verification",
    }
    EXITS, exit of Exit {
        Exit::Next => "\"next\"",
        Exit::Answer(_) => "{ \"answer\": 1 }",
        Exit::Other => "\"other\"",
        Exit::Instead => "\"instead\"",
        Exit::GivenUp => "\"given_up\"",
        Exit::Case(_) => "{ \"case\": 0 }",
        Exit::Otherwise => "\"otherwise\"",
        Exit::Skipped => "\"skipped\"",
        Exit::Nobody => "\"nobody\"",
        Exit::Nothing => "\"nothing\"",
        Exit::Failed => "\"failed\"",
    }
}

/// Whether the wire has a variant of this name, with anything in it or nothing.
fn is_variant<T: DeserializeOwned>(name: &str) -> bool {
    let read = serde_json::from_value::<T>(json!(name));
    read.err()
        .is_none_or(|why| !why.to_string().contains("unknown variant"))
}

#[test]
fn whole_flows_can_be_published() {
    for flow in examples::<Flow>("steps") {
        let found = check(&flow, &Surroundings::default());
        assert_eq!(found.defects, [], "{}", flow.bot_name);
    }
}

#[test]
fn steps_are_one_flow_without_defects() {
    let flow = steps();
    let found = check(&flow, &around());
    assert_eq!(found.defects, []);
    let Surroundings { targets, .. } = around();
    for name in targets.iter().map(target) {
        assert!(TARGETS.contains(&name));
    }
    let ways = flow.steps.iter().flat_map(Step::exits);
    let taken: Vec<&str> = ways.map(|(way, _)| exit(&way)).collect();
    let missing = EXITS.iter().filter(|name| !taken.contains(name));
    // No runbook comes back with nothing.
    assert_eq!(missing.collect::<Vec<_>>(), [&"\"nothing\""]);
}

#[test]
fn conditions_are_some() {
    let blocks = blocks("condition");
    let lines: Vec<&str> = blocks.iter().flat_map(|block| block.lines()).collect();
    assert!(lines.len() >= 10);
    for line in lines {
        Expression::parse(line).unwrap_or_else(|why| panic!("{line}: {why:?}"));
        // Its names are those of the steps.
        let mut flow = steps();
        let branch = flow.steps.iter_mut().find_map(|step| match &mut step.does {
            Kind::Condition(branch) => Some(branch),
            _ => None,
        });
        let Branch { cases, otherwise } = branch.unwrap();
        cases.push(Case {
            when: line.to_owned(),
            next: *otherwise,
        });
        assert_eq!(check(&flow, &around()).defects, [], "{line}");
    }
}

#[test]
fn tests_read_as_they_say() {
    let flow = examples::<Flow>("steps").into_iter().next().unwrap();
    let program = Program::new(flow);
    for test in examples::<FlowTest>("moves") {
        let replayed = replay(&program, &test);
        assert_eq!(replayed.differs_at(&test), None, "{:?}", replayed.lines);
    }
}

#[test]
fn every_block_of_json_is_something() {
    let kinds = ["steps", "does", "moves", "flaw"];
    for block in blocks("json") {
        let value: Value = serde_json::from_str(&block).unwrap();
        let is_known = kinds.iter().any(|field| value.get(field).is_some());
        assert!(is_known, "{block}");
    }
    for defect in examples::<Defect>("flaw") {
        assert!(FLAWS.contains(&flaw(&defect.flaw)));
    }
}

#[test]
fn every_name_is_there() {
    let document = document();
    let is_there = |name: &str| assert!(document.contains(&format!("`{name}`")), "{name}");
    for name in FLAWS {
        assert!(is_variant::<Flaw>(name), "{name}");
        is_there(name);
    }
    for name in EXPRESSION_DEFECTS {
        assert!(is_variant::<ExpressionDefect>(name), "{name}");
        is_there(name);
    }
    let empty = Expression::parse("").unwrap_err();
    assert_eq!(expression_defect(&empty), "empty");
    for name in TARGETS {
        is_there(name);
    }
    for name in EXITS {
        let way: Exit = serde_json::from_str(name).unwrap();
        assert_eq!(exit(&way), *name);
        is_there(name);
    }
    for fact in Fact::ALL {
        is_there(fact.word());
        is_there(&format!("${}", fact.variable()));
    }
    for language in Language::ALL {
        is_there(language.code());
    }
    assert!(!is_variant::<Flaw>("no_flaw"), "names are told apart");
}

/// A number as the document writes it: `2,097,152`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[test]
fn limits_are_as_they_are() {
    let document = document();
    let table = document.split("## Limits").nth(1).unwrap();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with('|')).collect();
    let wait = usize::try_from(limit::OUTSIDE_WAIT_MAX.seconds()).unwrap();
    let tries = usize::try_from(limit::FLOW_TRIES_MAX).unwrap();
    // The rest is for what a request has around it.
    let flow_bytes = limit::FLOW_BYTES_MAX - limit::BODY_BYTES_MAX / 2;
    let limits = [
        ("flows of", limit::FLOWS_MAX),
        ("steps of", limit::FLOW_STEPS_MAX),
        ("answers of", limit::FLOW_ANSWERS_MAX),
        ("things below", limit::FLOW_RICH_MAX),
        ("teams, and areas", limit::FLOW_TEAMS_MAX),
        ("texts that are said", limit::LINES_PER_TURN),
        ("names under", limit::FLOW_VALUES_MAX),
        ("characters of what is said,", limit::FLOW_TEXT_CHARS_MAX),
        ("characters of what an article", limit::FLOW_ABOUT_CHARS_MAX),
        (
            "characters of what is said of",
            limit::RATING_COMMENT_CHARS_MAX,
        ),
        ("characters of an answer", limit::TEASER_CHARS_MAX),
        ("characters of the name of a bot", limit::NAME_CHARS_MAX),
        (
            "characters of the name of a kept",
            limit::VALUE_NAME_CHARS_MAX,
        ),
        ("characters of a kept", limit::VALUE_CHARS_MAX),
        ("characters of a condition", limit::EXPRESSION_CHARS_MAX),
        ("brackets in", limit::EXPRESSION_DEPTH_MAX),
        ("characters of an address", limit::PAGE_URL_CHARS_MAX),
        ("seconds that", wait),
        ("answers that are none", tries),
        ("characters of what a visitor", limit::MESSAGE_CHARS_MAX),
        ("characters of a line", limit::FIELD_CHARS_MAX),
        ("characters of a telephone", limit::PHONE_CHARS_MAX),
        ("tests of", limit::FLOW_TESTS_MAX),
        ("moves of", limit::FLOW_TEST_MOVES_MAX),
        ("lines of", limit::FLOW_TEST_LINES_MAX),
        ("bytes of", flow_bytes),
        ("characters of the note", limit::FLOW_NOTE_CHARS_MAX),
        ("versions that", limit::FLOW_VERSIONS_SHOWN),
    ];
    assert_eq!(rows.len(), 2 + limits.len());
    for (row, (what, number)) in rows.iter().skip(2).zip(limits) {
        assert!(row.starts_with(&format!("| {what}")), "{row}");
        let end = format!("| {} |", grouped(number));
        assert!(row.ends_with(&end), "{row} {number}");
    }
}
