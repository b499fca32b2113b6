//! Good and defective flows that people could have written, as files: `flows/good/*.json`, and
//! `flows/defective.json`, in which each defect is a change of a good flow with everything that
//! has to be found, by the order of [`Flaw`]; and `flows/near_misses.json`, changes that are no
//! defects. In these, `{ "repeat": "x", "times": 3 }` is the text `xxx`, and
//! `{ "join": ["x", "y"] }` is `xy`.
//!
//! Invariant: exactly the listed defects are found: nothing is overlooked, and nothing is a false
//! alarm. Everything an author can write is in a good flow, and every flaw in five defective ones.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that fails may panic, and the flows are files"
)]

use domain::flow::{
    Call, Defect, Exit, Expression, ExpressionDefect, Fact, FilePolicy, Fill, Findings, Flaw, Flow,
    InputKind, Kind, RichKind, Step, StepId, Surroundings, Target, ValueKind, check,
};
use domain::id::{FlowId, TeamId};
use domain::json;
use domain::settings::Language;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;

/// What the flows of the corpus may refer to.
fn around() -> Surroundings {
    let flow = |n: u128| FlowId::from_value(n);
    Surroundings {
        own: Some(flow(1)),
        fields: ["CFlevel", "CForder", "CFtotal"].map(str::to_owned).into(),
        teams: [1, 2].map(TeamId::from_value).into(),
        // The second can lead on to the third, and that back to the one that is looked at.
        flows: [
            (flow(1), [].into()),
            (flow(2), [flow(3)].into()),
            (flow(3), [flow(1)].into()),
            (flow(4), [].into()),
            // These two lead to each other, which is not the fault of the one that is looked at.
            (flow(6), [flow(7)].into()),
            (flow(7), [flow(6)].into()),
        ]
        .into(),
        targets: [
            Target::Tickets,
            Target::Leads,
            Target::Articles,
            Target::VirtualAgents,
            Target::Runbooks,
        ]
        .into(),
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/flows")
}

fn good() -> BTreeMap<String, Value> {
    let files = std::fs::read_dir(folder().join("good")).unwrap();
    files
        .map(|file| {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            (name, serde_json::from_str(&text).unwrap())
        })
        .collect()
}

/// A good flow that was changed, and the defects of what came of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changed {
    name: String,
    of: String,
    change: Vec<Change>,
    #[serde(default)]
    flaws: Vec<Defect>,
}

/// What stands at a place (a JSON pointer, RFC 6901) afterwards. A place behind the end of a list,
/// or a name that was not there, is added; without `to`, what was there is taken out. What is
/// added to a list so many `times` is numbered: `#` in it is its place, counted from 1, and `#+1`
/// the next.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    at: String,
    #[serde(default, deserialize_with = "some")]
    to: Option<Value>,
    times: Option<usize>,
}

/// Keeps `null` apart from nothing at all.
fn some<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Change {
    fn make(&self, flow: &mut Value) {
        let (parent, name) = self.at.rsplit_once('/').unwrap();
        let parent = flow.pointer_mut(parent);
        match (parent.unwrap_or_else(|| panic!("no {}", self.at)), &self.to) {
            (Value::Object(map), Some(value)) => drop(map.insert(name.to_owned(), value.clone())),
            (Value::Object(map), None) => drop(map.remove(name).unwrap()),
            (Value::Array(list), to) => {
                let at: usize = name.parse().unwrap();
                match to {
                    Some(value) if at == list.len() => match self.times {
                        Some(times) => {
                            list.extend((1..=times).map(|more| numbered(value, at + more)));
                        }
                        None => list.push(value.clone()),
                    },
                    Some(value) => *list.get_mut(at).unwrap() = value.clone(),
                    None => drop(list.remove(at)),
                }
            }
            _ => panic!("nothing can stand at {}", self.at),
        }
    }
}

impl Changed {
    fn flow(&self, good: &BTreeMap<String, Value>) -> Flow {
        let mut flow = good.get(&self.of).unwrap().clone();
        for change in &self.change {
            change.make(&mut flow);
        }
        serde_json::from_value(flow).unwrap_or_else(|why| panic!("{}: {why}", self.name))
    }
}

fn changed(file: &str) -> Vec<Changed> {
    let text = std::fs::read_to_string(folder().join(file)).unwrap();
    serde_json::from_value(spelled(&serde_json::from_str(&text).unwrap())).unwrap()
}

fn defective() -> Vec<Changed> {
    changed("defective.json")
}

/// The same with every `{ "repeat": …, "times": … }` and `{ "join": … }` written out.
fn spelled(value: &Value) -> Value {
    match value {
        Value::Object(map) => match (map.get("repeat"), map.get("times"), map.get("join")) {
            (Some(Value::String(text)), Some(times), None) => {
                let times = usize::try_from(times.as_u64().unwrap()).unwrap();
                Value::String(text.repeat(times))
            }
            (None, None, Some(Value::Array(parts))) => {
                let parts: Vec<Value> = parts.iter().map(spelled).collect();
                let texts: Vec<&str> = parts.iter().map(|part| part.as_str().unwrap()).collect();
                Value::String(texts.concat())
            }
            _ => map
                .iter()
                .map(|(name, value)| (name.clone(), spelled(value)))
                .collect(),
        },
        Value::Array(list) => list.iter().map(spelled).collect(),
        other => other.clone(),
    }
}

/// The same with a number for every `#`.
fn numbered(value: &Value, number: usize) -> Value {
    match value {
        Value::String(text) if text == "#" => json!(number),
        Value::String(text) if text == "#+1" => json!(number + 1),
        Value::String(text) => json!(text.replace('#', &number.to_string())),
        Value::Array(list) => list.iter().map(|value| numbered(value, number)).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(name, value)| (name.clone(), numbered(value, number)))
            .collect(),
        other => other.clone(),
    }
}

/// The name of a variant as the wire has it.
fn wire_name(variant: &impl Serialize) -> String {
    match serde_json::to_value(variant).unwrap() {
        Value::String(name) => name,
        Value::Object(map) => map.keys().next().unwrap().clone(),
        other => panic!("{other}"),
    }
}

/// A list of all the names of a type's variants, and which of them a value has. A variant that is
/// forgotten here does not compile.
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
    FLAWS, flaw_name of Flaw {
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
    EXPRESSION_DEFECTS, expression_defect_name of ExpressionDefect {
        ExpressionDefect::Empty => "empty",
        ExpressionDefect::TooLong => "too_long",
        ExpressionDefect::TooDeep => "too_deep",
        ExpressionDefect::Unexpected { .. } => "unexpected",
        ExpressionDefect::UnknownName { .. } => "unknown_name",
        ExpressionDefect::UnknownAnswer { .. } => "unknown_answer",
        ExpressionDefect::Mismatch => "mismatch",
        ExpressionDefect::Kind => "kind",
    }
    KINDS, kind_name of Kind {
        Kind::Message(_) => "message",
        Kind::Question(_) => "question",
        Kind::Input(_) => "input",
        Kind::Condition(_) => "condition",
        Kind::Set(_) => "set",
        Kind::HandOver(_) => "hand_over",
        Kind::Outside(_) => "outside",
        Kind::StartFlow(_) => "start_flow",
        Kind::End(_) => "end",
    }
    INPUTS, input_name of InputKind {
        InputKind::Line => "line",
        InputKind::Lines => "lines",
        InputKind::Email => "email",
        InputKind::Phone => "phone",
        InputKind::Number { .. } => "number",
        InputKind::Date { .. } => "date",
        InputKind::YesNo { .. } => "yes_no",
        InputKind::One { .. } => "one",
        InputKind::Several { .. } => "several",
        InputKind::Rating { .. } => "rating",
    }
    CALLS, call_name of Call {
        Call::Ticket { .. } => "ticket",
        Call::Lead { .. } => "lead",
        Call::Article { .. } => "article",
        Call::Search { .. } => "search",
        Call::VirtualAgent { .. } => "virtual_agent",
        Call::Runbook { .. } => "runbook",
        Call::Verify => "verify",
    }
    EXITS, exit_name of Exit {
        Exit::Next => "next",
        Exit::Answer(_) => "answer",
        Exit::Other => "other",
        Exit::Instead => "instead",
        Exit::GivenUp => "given_up",
        Exit::Case(_) => "case",
        Exit::Otherwise => "otherwise",
        Exit::Skipped => "skipped",
        Exit::Nobody => "nobody",
        Exit::Nothing => "nothing",
        Exit::Failed => "failed",
    }
    FILLS, fill_name of Fill {
        Fill::Name => "name",
        Fill::Email => "email",
        Fill::Phone => "phone",
        Fill::Comment => "comment",
        Fill::Field(_) => "field",
    }
    RICH, rich_name of RichKind {
        RichKind::Link => "link",
        RichKind::Image => "image",
        RichKind::Video => "video",
        RichKind::Audio => "audio",
        RichKind::File => "file",
        RichKind::Article => "article",
    }
    FILE_POLICIES, file_policy_name of FilePolicy {
        FilePolicy::Profile => "profile",
        FilePolicy::Prevent => "prevent",
        FilePolicy::Allow => "allow",
        FilePolicy::KnownOnly => "known_only",
    }
    VALUES, value_name of ValueKind {
        ValueKind::Text => "text",
        ValueKind::Number => "number",
        ValueKind::YesNo => "yes_no",
        ValueKind::Date => "date",
        ValueKind::List => "list",
    }
    EXPRESSIONS, expression_name of Expression {
        Expression::Value(_) => "value",
        Expression::Fact(_) => "fact",
        Expression::Field(_) => "field",
        Expression::Kept(_) => "kept",
        Expression::Chosen(..) => "chosen",
        Expression::Known(_) => "known",
        Expression::Number(_) => "number",
        Expression::Length(_) => "length",
        Expression::Not(_) => "not",
        Expression::All(_) => "and",
        Expression::Any(_) => "or",
        Expression::Sum(..) => "sum",
        Expression::Compare(..) => "compare",
        Expression::Among(..) => "in",
    }
}

/// As the conditions' reader calls them; their type is its own.
const COMPARISONS: [&str; 10] = [
    "Equal",
    "Unequal",
    "Less",
    "AtMost",
    "More",
    "AtLeast",
    "Contains",
    "StartsWith",
    "EndsWith",
    "Matches",
];

/// What an author can write, as far as it was seen: by the name of its type.
#[derive(Default)]
struct Seen(BTreeMap<&'static str, BTreeSet<String>>);

impl Seen {
    fn add(&mut self, what: &'static str, name: &str) {
        self.0.entry(what).or_default().insert(name.to_owned());
    }

    fn lacks<'a>(&self, what: &str, all: &[&'a str]) -> Vec<&'a str> {
        let is_new = |name: &&str| !self.0.get(what).is_some_and(|seen| seen.contains(*name));
        all.iter().copied().filter(is_new).collect()
    }

    fn step(&mut self, step: &Step) {
        self.add("kind", kind_name(&step.does));
        for (exit, way) in step.exits() {
            if way.is_some() {
                self.add("exit", exit_name(&exit));
            }
        }
        for (_, kind) in step.keeps() {
            self.add("kept", value_name(&kind));
        }
        if let Some(only) = &step.only_if {
            self.condition(&only.when);
        }
        match &step.does {
            Kind::Message(message) => {
                for rich in &message.rich {
                    self.add("rich", rich_name(&rich.kind));
                }
            }
            Kind::Question(question) => {
                for answer in &question.answers {
                    if !answer.when.is_empty() {
                        self.condition(&answer.when);
                    }
                    if !answer.link.is_empty() {
                        self.add("rich", "answer_link");
                    }
                }
            }
            Kind::Input(input) => {
                self.add("input", input_name(&input.kind));
                if let Some(fill) = &input.fill {
                    self.add("fill", fill_name(fill));
                }
            }
            Kind::Condition(branch) => {
                for case in &branch.cases {
                    self.condition(&case.when);
                }
            }
            Kind::Set(set) => {
                self.add("set", value_name(&set.kind));
                self.condition(&set.to);
            }
            Kind::HandOver(over) => self.add("files", file_policy_name(&over.files)),
            Kind::Outside(outside) => {
                self.add("call", call_name(&outside.call));
                if let Call::Runbook { send, back, .. } = &outside.call {
                    for text in send.values() {
                        self.condition(text);
                    }
                    for one in back {
                        self.add("back", value_name(&one.kind));
                    }
                }
            }
            Kind::StartFlow(_) | Kind::End(_) => {}
        }
    }

    fn condition(&mut self, text: &str) {
        let mut open = vec![Expression::parse(text).unwrap()];
        while let Some(expression) = open.pop() {
            self.add("expression", expression_name(&expression));
            match expression {
                Expression::Value(value) => self.add("literal", value_name(&value.kind())),
                Expression::Fact(fact) => self.add("fact", fact.word()),
                Expression::Field(_) | Expression::Kept(_) | Expression::Chosen(..) => {}
                Expression::Known(inner)
                | Expression::Number(inner)
                | Expression::Length(inner)
                | Expression::Not(inner) => open.push(*inner),
                Expression::All(parts) | Expression::Any(parts) => open.extend(parts),
                Expression::Sum(first, rest) => {
                    open.push(*first);
                    for (is_taken, part) in rest {
                        self.add("sum", if is_taken { "-" } else { "+" });
                        open.push(part);
                    }
                }
                Expression::Compare(how, left, right) => {
                    self.add("comparison", &format!("{how:?}"));
                    open.extend([*left, *right]);
                }
                Expression::Among(one, others) => {
                    open.push(*one);
                    open.extend(others);
                }
            }
        }
    }
}

#[test]
fn good_flows_use_everything_there_is() {
    let mut seen = Seen::default();
    let flows = good();
    assert!(flows.len() > 15, "{}", flows.len());
    for flow in flows.into_values() {
        let flow: Flow = serde_json::from_value(flow).unwrap();
        for language in &flow.languages {
            seen.add("language", language.code());
        }
        for step in &flow.steps {
            seen.step(step);
        }
    }
    // Verification is not there yet, so no good flow can ask for it.
    assert_eq!(seen.lacks("call", CALLS), ["verify"]);
    let facts: Vec<&str> = Fact::ALL.iter().map(|fact| fact.word()).collect();
    let none: [&str; 0] = [];
    for (what, all) in [
        ("kind", KINDS),
        ("exit", EXITS),
        ("kept", VALUES),
        ("set", &["text", "number", "yes_no"]),
        ("back", VALUES),
        ("rich", RICH),
        ("rich", &["answer_link"]),
        ("input", INPUTS),
        ("fill", FILLS),
        ("files", FILE_POLICIES),
        ("language", &Language::ALL.map(Language::code)),
        ("expression", EXPRESSIONS),
        ("comparison", &COMPARISONS),
        ("literal", &["text", "number", "yes_no", "date"]),
        ("sum", &["+", "-"]),
        ("fact", &facts),
    ] {
        assert_eq!(seen.lacks(what, all), none, "{what}");
    }
}

#[test]
fn good_flows_have_no_defects() {
    let flows = good();
    assert!(!flows.is_empty());
    for (name, flow) in flows {
        let flow: Flow = serde_json::from_value(flow).unwrap();
        let found = check(&flow, &around());
        assert_eq!(found.defects, [], "{name}");
        assert!(found.is_sound(), "{name}");
        // Export, import, and the browser's reader and writer.
        let text = serde_json::to_string(&flow).unwrap();
        assert_eq!(json::write(&flow).unwrap(), text);
        assert_eq!(json::read::<Flow>(&text).unwrap(), flow);
        assert_eq!(serde_json::from_str::<Flow>(&text).unwrap(), flow);
    }
}

#[test]
fn each_defect_is_found_and_nothing_else() {
    let flows = good();
    let mut names = BTreeSet::new();
    for case in defective() {
        let flow = case.flow(&flows);
        let found = check(&flow, &around());
        assert_eq!(found.defects, case.flaws, "{}", case.name);
        assert!(!case.flaws.is_empty() && !found.is_sound(), "{}", case.name);
        assert!(names.insert(case.name.clone()), "twice: {}", case.name);
        for defect in &found.defects {
            let text = serde_json::to_string(defect).unwrap();
            assert_eq!(json::read::<Defect>(&text).unwrap(), *defect);
        }
    }
    assert!(names.len() >= 200, "{}", names.len());
}

#[test]
fn near_misses_are_no_defects() {
    let flows = good();
    let mut names = BTreeSet::new();
    for case in changed("near_misses.json") {
        let flow = case.flow(&flows);
        assert_eq!(check(&flow, &around()).defects, [], "{}", case.name);
        assert!(names.insert(case.name.clone()), "twice: {}", case.name);
    }
    assert!(names.len() >= 50, "{}", names.len());
}

#[test]
fn each_flaw_is_met_in_at_least_five_ways() {
    let mut ways: BTreeMap<&str, usize> = BTreeMap::new();
    for case in defective() {
        let mut met = BTreeSet::new();
        for defect in &case.flaws {
            let name = flaw_name(&defect.flaw);
            assert_eq!(wire_name(&defect.flaw), name);
            met.insert(name);
            if let Flaw::Expression { defect, .. } = &defect.flaw {
                let name = expression_defect_name(defect);
                assert_eq!(wire_name(defect), name);
                met.insert(name);
            }
        }
        for name in met {
            *ways.entry(name).or_default() += 1;
        }
    }
    for name in FLAWS.iter().chain(EXPRESSION_DEFECTS) {
        let have = ways.get(name).copied().unwrap_or_default();
        assert!(have >= 5, "{name}: {have}");
    }
}

/// How many ways out lead to each step that can be reached, at least.
fn distances(flow: &Flow) -> BTreeMap<StepId, usize> {
    let starts = flow.steps.iter().filter(|step| is_start(flow, step));
    let mut queue: VecDeque<(StepId, usize)> = starts.map(|step| (step.id, 0)).collect();
    let mut distances = BTreeMap::new();
    while let Some((id, distance)) = queue.pop_front() {
        let Some(step) = flow.step(id).filter(|_| !distances.contains_key(&id)) else {
            continue;
        };
        distances.insert(id, distance);
        let ways = step.exits().into_iter().filter_map(|(_, way)| way);
        queue.extend(ways.map(|to| (to, distance + 1)));
    }
    distances
}

fn is_start(flow: &Flow, step: &Step) -> bool {
    step.may_start || flow.start == Some(step.id)
}

/// Every path that was found leads where it should, on no detour; and where there is none, that is
/// a defect.
fn follow(name: &str, flow: &Flow, found: &Findings) {
    let distances = distances(flow);
    // Where nothing begins, that is the only defect of the kind.
    let has_start = flow.start.is_some_and(|start| flow.step(start).is_some());
    for step in &flow.steps {
        let path = found.path(step.id);
        let length = path.as_ref().map(Vec::len);
        let id = step.id;
        assert_eq!(length, distances.get(&id).copied(), "{name} {id}");
        let unreachable = Defect {
            step: Some(id),
            flaw: Flaw::Unreachable,
        };
        let is_said = found.defects.contains(&unreachable);
        assert_eq!(is_said, has_start && path.is_none(), "{name} {id}");
        let Some(hops) = path else { continue };
        let mut at = hops.first().map_or(id, |hop| hop.step);
        assert!(is_start(flow, flow.step(at).unwrap()), "{name} {id}");
        for hop in hops {
            assert_eq!(hop.step, at, "{name} {id}");
            at = flow.step(at).unwrap().way(hop.exit).unwrap();
        }
        assert_eq!(at, id, "{name}");
    }
}

#[test]
fn each_path_leads_to_its_step() {
    let flows = good();
    for (name, flow) in &flows {
        let flow: Flow = serde_json::from_value(flow.clone()).unwrap();
        follow(name, &flow, &check(&flow, &around()));
    }
    for case in defective().into_iter().chain(changed("near_misses.json")) {
        let flow = case.flow(&flows);
        let found = check(&flow, &around());
        follow(&case.name, &flow, &found);
        for step in case.flaws.iter().filter_map(|defect| defect.step) {
            assert!(flow.step(step).is_some(), "{} {step}", case.name);
        }
    }
}
