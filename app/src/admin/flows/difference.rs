//! What is different between two states of a flow, in lines that a person reads.
//!
//! Invariant: steps are told apart by their numbers; where nothing differs, nothing is said.

use super::words;
use crate::locale::{flows as text, t, t_with};
use domain::flow::{Call, Flow, InputKind, Kind, Rich, Step, StepId, Texts};
use domain::id::{FlowId, TeamId};
use std::collections::BTreeSet;

/// What is different.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Of the flow as a whole.
    pub whole: Vec<Change>,
    /// Of its steps, in the order of the newer state; those that are gone stand last.
    pub steps: Vec<(StepId, String, What)>,
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Added,
    Removed,
    Changed(Vec<Change>),
}

/// One thing that reads otherwise. Empty is nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub what: String,
    pub before: String,
    pub after: String,
}

impl Difference {
    /// From one state to another.
    pub fn between(before: &Flow, after: &Flow) -> Self {
        let mut steps = Vec::new();
        for step in &after.steps {
            let name = words::label(step, after);
            match before.step(step.id) {
                None => steps.push((step.id, name, What::Added)),
                Some(old) => {
                    let changes = changes(&lines(old, before), &lines(step, after));
                    if !changes.is_empty() {
                        steps.push((step.id, name, What::Changed(changes)));
                    }
                }
            }
        }
        for step in &before.steps {
            if after.step(step.id).is_none() {
                steps.push((step.id, words::label(step, before), What::Removed));
            }
        }
        let mut whole = changes(&whole(before), &whole(after));
        if before.start == after.start {
            // The same step, called by other words.
            whole.retain(|change| change.what != t(text::START));
        }
        let order = |flow: &Flow, other: &Flow| -> Vec<StepId> {
            let ids = flow.steps.iter().map(|step| step.id);
            ids.filter(|id| other.step(*id).is_some()).collect()
        };
        if order(before, after) != order(after, before) {
            whole.push(Change {
                what: t(text::DIFF_ORDER).to_owned(),
                before: String::new(),
                after: String::new(),
            });
        }
        Self { whole, steps }
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.steps.is_empty()
    }
}

type Lines = Vec<(String, String)>;

fn changes(before: &Lines, after: &Lines) -> Vec<Change> {
    let value = |lines: &Lines, what: &str| {
        let mut found = lines.iter().filter(|(known, _)| known == what);
        found.next().map(|(_, value)| value.clone())
    };
    let mut seen = BTreeSet::new();
    let all = after.iter().chain(before).map(|(what, _)| what);
    all.filter(|what| seen.insert((*what).clone()))
        .filter_map(|what| {
            let (before, after) = (value(before, what), value(after, what));
            (before != after).then(|| Change {
                what: what.clone(),
                before: before.unwrap_or_default(),
                after: after.unwrap_or_default(),
            })
        })
        .collect()
}

fn whole(flow: &Flow) -> Lines {
    let languages: Vec<&str> = flow.languages.iter().map(|it| it.name()).collect();
    let mut lines = Lines::new();
    put(&mut lines, t(text::BOT_NAME), &flow.bot_name);
    if let Some(picture) = &flow.bot_picture {
        put(&mut lines, t(text::BOT_PICTURE), picture.as_str());
    }
    put(&mut lines, t(text::LANGUAGES), &languages.join(", "));
    put(
        &mut lines,
        t(text::START),
        &words::way_label(flow, flow.start),
    );
    lines
}

fn put(lines: &mut Lines, what: &str, value: &str) {
    if !value.is_empty() {
        lines.push((what.to_owned(), value.to_owned()));
    }
}

fn put_texts(lines: &mut Lines, what: &str, texts: &Texts) {
    for (language, text) in texts.iter() {
        put(lines, &format!("{what} · {}", language.name()), text);
    }
}

/// Everything that a step says, line by line.
fn lines(step: &Step, flow: &Flow) -> Lines {
    let mut lines = Lines::new();
    put(&mut lines, t(text::NAME), &step.name);
    put(&mut lines, t(text::KIND), words::kind(&step.does));
    if let Some(only) = &step.only_if {
        put(&mut lines, t(text::ONLY_IF), &only.when);
    }
    kind(&mut lines, &step.does);
    for (exit, way) in step.exits() {
        let what = format!("→ {}", words::exit(step, exit, flow));
        put(&mut lines, &what, &words::way_label(flow, way));
    }
    put(&mut lines, t(text::NOTE), &step.note);
    if step.may_start {
        put(&mut lines, t(text::MAY_START), t(text::YES));
    }
    lines
}

fn kind(lines: &mut Lines, does: &Kind) {
    match does {
        Kind::Message(message) => {
            put_texts(lines, t(text::TEXT), &message.text);
            for (place, rich) in (1..).zip(&message.rich) {
                put_rich(lines, place, rich);
            }
        }
        Kind::Question(question) => {
            put_texts(lines, t(text::TEXT), &question.text);
            for answer in &question.answers {
                let number = answer.id.to_string();
                let what = t_with(text::DIFF_ANSWER, &[("number", &number)]);
                put_texts(lines, &what, &answer.text);
                put(lines, &format!("{what} · {}", t(text::LINK)), &answer.link);
                put(lines, &format!("{what} · {}", t(text::WHEN)), &answer.when);
            }
            put(lines, t(text::KEEP), &question.keep);
        }
        Kind::Input(input) => {
            put_texts(lines, t(text::TEXT), &input.text);
            put(lines, t(text::ASKS_FOR), words::input_kind(&input.kind));
            put_input(lines, &input.kind);
            put_texts(lines, t(text::INVALID), &input.invalid);
            put(lines, t(text::KEEP), &input.keep);
            let fill = input.fill.as_ref().map(words::fill);
            put(lines, t(text::FILL), &fill.unwrap_or_default());
            if let Some(instead) = &input.instead {
                put_texts(lines, t(text::INSTEAD), &instead.text);
            }
            let after = input.give_up.as_ref().map(|it| it.after.to_string());
            put(lines, t(text::GIVE_UP_AFTER), &after.unwrap_or_default());
        }
        Kind::Condition(branch) => {
            for (place, case) in (1_u32..).zip(&branch.cases) {
                let what = t_with(text::CASE, &[("number", &place.to_string())]);
                put(lines, &what, &case.when);
            }
        }
        Kind::Set(set) => {
            put(lines, t(text::KEEP), &set.keep);
            put(lines, t(text::VALUE_KIND), words::value_kind(set.kind));
            put(lines, t(text::SET_TO), &set.to);
        }
        Kind::HandOver(over) => {
            put_texts(lines, t(text::TEXT), &over.text);
            let teams: Vec<&str> = over.teams.iter().map(TeamId::as_str).collect();
            put(lines, t(text::TEAMS), &teams.join(", "));
            put(lines, t(text::EXPERTISE), &over.expertise.join(", "));
            put(lines, t(text::FILES), words::files(over.files));
        }
        Kind::Outside(outside) => {
            put(lines, t(text::CALL), words::call(&outside.call));
            put_call(lines, &outside.call);
            put(lines, t(text::WAIT), &outside.wait_seconds.to_string());
        }
        Kind::StartFlow(start) => {
            let flow = start.flow.as_ref().map(FlowId::as_str);
            put(lines, t(text::FLOW), flow.unwrap_or_default());
        }
        Kind::End(end) => {
            put_texts(lines, t(text::TEXT), &end.text);
            if end.closes {
                put(lines, t(text::CLOSES), t(text::YES));
            }
        }
    }
}

fn put_rich(lines: &mut Lines, place: u32, rich: &Rich) {
    let what = t_with(text::DIFF_RICH, &[("number", &place.to_string())]);
    let kind = format!("{} {}", words::rich_kind(rich.kind), rich.url);
    put(lines, &what, &kind);
    put_texts(lines, &what, &rich.title);
    let about = t_with(text::DIFF_ABOUT, &[("number", &place.to_string())]);
    put_texts(lines, &about, &rich.text);
}

fn put_input(lines: &mut Lines, kind: &InputKind) {
    let mut bounds = |min: Option<String>, max: Option<String>| {
        put(lines, t(text::MIN), &min.unwrap_or_default());
        put(lines, t(text::MAX), &max.unwrap_or_default());
    };
    match kind {
        InputKind::Number { min, max, is_whole } => {
            bounds(min.map(|it| it.to_string()), max.map(|it| it.to_string()));
            if *is_whole {
                put(lines, t(text::IS_WHOLE), t(text::YES));
            }
        }
        InputKind::Date { min, max } => {
            bounds(min.map(|it| it.to_string()), max.map(|it| it.to_string()));
        }
        InputKind::Several { min, max, .. } => {
            bounds(Some(min.to_string()), Some(max.to_string()));
        }
        InputKind::YesNo { yes, no } => {
            put_texts(lines, t(text::YES), yes);
            put_texts(lines, t(text::NO), no);
        }
        InputKind::Rating {
            satisfied,
            okay,
            dissatisfied,
        } => {
            put_texts(lines, t(text::SATISFIED), satisfied);
            put_texts(lines, t(text::OKAY), okay);
            put_texts(lines, t(text::DISSATISFIED), dissatisfied);
        }
        InputKind::Line
        | InputKind::Lines
        | InputKind::Email
        | InputKind::Phone
        | InputKind::One { .. } => {}
    }
    for option in kind.options() {
        let what = t_with(text::DIFF_OPTION, &[("number", &option.id.to_string())]);
        put_texts(lines, &what, &option.text);
    }
}

fn put_call(lines: &mut Lines, call: &Call) {
    match call {
        Call::Ticket {
            subject: it,
            team,
            is_link_sent,
        } => {
            put(lines, t(text::CALL_SUBJECT), it);
            put(
                lines,
                t(text::CALL_TEAM),
                team.as_ref().map_or("", |team| team.as_str()),
            );
            if *is_link_sent {
                put(lines, t(text::CALL_LINK), t(text::YES));
            }
        }
        Call::Lead { title: it, team } => {
            put(lines, t(text::CALL_TITLE), it);
            put(
                lines,
                t(text::CALL_TEAM),
                team.as_ref().map_or("", |team| team.as_str()),
            );
        }
        Call::Article { article: it } => put(lines, t(text::CALL_ARTICLE), it),
        Call::Search { query: it } => put(lines, t(text::CALL_QUERY), it),
        Call::VirtualAgent { agent: it } => put(lines, t(text::CALL_AGENT), it),
        Call::Runbook {
            runbook,
            send,
            back,
        } => {
            put(lines, t(text::CALL_RUNBOOK), runbook);
            for (name, value) in send {
                put(lines, &format!("{} · {name}", t(text::CALL_SEND)), value);
            }
            for back in back {
                let value = format!("{} ({})", back.keep, words::value_kind(back.kind));
                let what = format!("{} · {}", t(text::CALL_BACK), back.name);
                put(lines, &what, &value);
            }
        }
        Call::Verify => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::flows::edit::{self, Sort};
    use domain::flow::{Exit, Message};
    use domain::settings::Language;

    fn flow() -> Flow {
        let mut flow = edit::blank("Bot");
        let first = edit::add(&mut flow, Sort::Message, None);
        edit::add_behind(&mut flow, Sort::End, first);
        flow
    }

    #[test]
    fn nothing_is_said_of_what_is_the_same() {
        assert!(Difference::between(&flow(), &flow()).is_empty());
    }

    #[test]
    fn steps_come_go_and_change() {
        let (before, mut after) = (flow(), flow());
        edit::remove(&mut after, StepId(2));
        let added = edit::add(&mut after, Sort::Question, None);
        if let Some(step) = after.steps.first_mut() {
            step.does = Kind::Message(Message {
                text: Texts::of(Language::En, "Hello"),
                next: Some(added),
                ..Message::default()
            });
        }
        after.languages.push(Language::De);
        let found = Difference::between(&before, &after);
        let whole: Vec<&str> = found.whole.iter().map(|it| it.what.as_str()).collect();
        assert_eq!(whole, ["Languages"]);
        let [first, second] = found.steps.as_slice() else {
            panic!("{:?}", found.steps);
        };
        // The number of the end that went is taken by the question that came.
        assert_eq!((first.0, second.0), (StepId(1), StepId(2)));
        let What::Changed(changes) = &first.2 else {
            panic!("{first:?}");
        };
        assert_eq!(changes[0].what, "Text · English");
        assert_eq!(
            (changes[0].before.as_str(), changes[0].after.as_str()),
            ("", "Hello")
        );
        let gone = Difference::between(&after, &edit::blank("Bot"));
        assert!(gone.steps.iter().all(|(_, _, what)| *what == What::Removed));
        let new = Difference::between(&edit::blank("Bot"), &after);
        assert!(new.steps.iter().all(|(_, _, what)| *what == What::Added));
    }

    #[test]
    fn where_a_way_leads_and_how_steps_are_ordered_is_told() {
        let (before, mut after) = (flow(), flow());
        edit::connect(&mut after, StepId(1), Exit::Next, None);
        edit::shift(&mut after, StepId(1), false);
        let found = Difference::between(&before, &after);
        assert_eq!(found.whole.len(), 1);
        let [(StepId(1), _, What::Changed(changes))] = found.steps.as_slice() else {
            panic!("{:?}", found.steps);
        };
        assert_eq!(changes.len(), 1);
        assert!(changes[0].before.contains('2') && changes[0].after == "nowhere yet");
    }
}
