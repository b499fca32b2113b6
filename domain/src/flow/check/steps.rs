//! What can be wrong with a step by itself.
//!
//! Invariant: looks at no other step but by its number.

use super::{Flaw, Found, Surroundings, Target};
use crate::flow::definition::{
    Answer, Call, Choice, Fill, Flow, Input, InputKind, Kind, Outside, Question, Rich, Step, StepId,
};
use crate::flow::exit::Exit;
use crate::flow::{Decimal, Expression, Texts, ValueKind};
use crate::id::TeamId;
use crate::limit;
use crate::settings::Language;
use crate::text::{WebAddress, chars};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn look(flow: &Flow, around: &Surroundings, found: &mut Found) {
    let mut ids = BTreeSet::new();
    for step in &flow.steps {
        if !ids.insert(step.id) {
            found.add(step.id, Flaw::Twice);
        }
    }
    for step in &flow.steps {
        ways(step, &ids, found);
        for (text, max) in [
            (&step.name, limit::NAME_CHARS_MAX),
            (&step.note, limit::FLOW_TEXT_CHARS_MAX),
        ] {
            if chars(text) > max {
                found.add(step.id, Flaw::TooMany { max });
            }
        }
        kind(flow, step, around, found);
    }
}

fn ways(step: &Step, ids: &BTreeSet<StepId>, found: &mut Found) {
    for (exit, way) in step.exits() {
        match (way, exit, &step.does) {
            (Some(to), ..) if ids.contains(&to) => {}
            (Some(to), ..) => found.add(step.id, Flaw::NoSuchStep { exit, to }),
            (None, Exit::Nobody, _) => found.add(step.id, Flaw::NoFallback),
            (None, Exit::Failed, Kind::Outside(_)) => found.add(step.id, Flaw::NoTimeOut),
            (None, ..) => found.add(step.id, Flaw::DeadEnd { exit }),
        }
    }
}

fn kind(flow: &Flow, step: &Step, around: &Surroundings, found: &mut Found) {
    match &step.does {
        Kind::Message(message) => rich(step.id, &message.rich, found),
        Kind::Question(it) => question(flow, step.id, it, found),
        Kind::Input(it) => input(flow, step.id, it, found),
        Kind::Condition(branch) => count(step.id, branch.cases.len(), found),
        Kind::HandOver(over) => {
            let max = limit::FLOW_TEAMS_MAX;
            if over.teams.len().max(over.expertise.len()) > max {
                found.add(step.id, Flaw::TooMany { max });
            }
            let named = over.teams.iter();
            for team in named.filter(|team| !around.teams.contains(team)) {
                let team = team.clone();
                found.add(step.id, Flaw::UnknownTeam { team });
            }
        }
        Kind::Outside(it) => outside(step.id, it, around, found),
        Kind::StartFlow(start) => {
            let flow = &start.flow;
            // It may be about to be published for the first time.
            let is_own = flow.is_some() && *flow == around.own;
            let is_there = flow
                .as_ref()
                .is_some_and(|flow| is_own || around.flows.contains_key(flow));
            if !is_there {
                let flow = flow.clone();
                found.add(step.id, Flaw::UnknownFlow { flow });
            }
        }
        Kind::Set(_) | Kind::End(_) => {}
    }
}

fn count(step: StepId, have: usize, found: &mut Found) {
    if have > limit::FLOW_ANSWERS_MAX {
        let max = limit::FLOW_ANSWERS_MAX;
        found.add(step, Flaw::TooMany { max });
    }
}

fn address(step: StepId, url: &str, found: &mut Found) {
    let behind = ["https://", "http://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme));
    let is_full = match behind {
        Some(host) => !host.is_empty() && !host.starts_with('/'),
        // Of the website itself, and of no other.
        None => url.starts_with('/') && !url.starts_with("//"),
    };
    if !is_full || WebAddress::parse(url).is_err() {
        let url = url.to_owned();
        found.add(step, Flaw::BadAddress { url });
    }
}

fn rich(step: StepId, rich: &[Rich], found: &mut Found) {
    if rich.len() > limit::FLOW_RICH_MAX {
        let max = limit::FLOW_RICH_MAX;
        found.add(step, Flaw::TooMany { max });
    }
    for one in rich {
        address(step, &one.url, found);
    }
}

fn question(flow: &Flow, step: StepId, question: &Question, found: &mut Found) {
    let answers = &question.answers;
    count(step, answers.len(), found);
    if answers.is_empty() {
        found.add(step, Flaw::NoAnswers);
    } else if question.other.is_none() && !is_one_sure(answers) {
        found.add(step, Flaw::NoSureAnswer);
    }
    for answer in answers.iter().filter(|answer| !answer.link.is_empty()) {
        address(step, &answer.link, found);
    }
    let ids: BTreeSet<_> = answers.iter().map(|answer| answer.id).collect();
    let is_twice = |language: &Language| reads_twice(answers, *language);
    if ids.len() < answers.len() || flow.languages.iter().any(is_twice) {
        found.add(step, Flaw::Twice);
    }
}

/// Whether two that read alike can be offered together: where one always is, or both under the same
/// condition.
fn reads_twice(answers: &[Answer], language: Language) -> bool {
    let mut seen: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    answers.iter().any(|answer| {
        let Some(text) = answer.text.get(language).map(folded) else {
            return false;
        };
        let others = seen.entry(text).or_default();
        let is_sure = answer.when.is_empty() || others.contains("");
        let is_alone = others.is_empty();
        !others.insert(answer.when.trim()) || (is_sure && !is_alone)
    })
}

/// Whether one of them is offered whatever is known: one without a condition, or two of which one
/// says the opposite of the other.
fn is_one_sure(answers: &[Answer]) -> bool {
    let conditions: Vec<Option<Expression>> = answers
        .iter()
        .map(|answer| Expression::parse(&answer.when).ok())
        .collect();
    let is_opposite = |one: &Expression| {
        let mut others = conditions.iter().flatten();
        others.any(|other| other.is_opposite(one))
    };
    answers.iter().any(|answer| answer.when.is_empty())
        || conditions.iter().flatten().any(is_opposite)
}

fn options(flow: &Flow, step: StepId, options: &[Choice], found: &mut Found) {
    count(step, options.len(), found);
    let ids: BTreeSet<_> = options.iter().map(|option| option.id).collect();
    let texts = |language: Language| {
        let texts = options.iter();
        texts.map(move |option| option.text.get(language).map(folded))
    };
    let is_twice = |language: &Language| has_twice(texts(*language));
    if ids.len() < options.len() || flow.languages.iter().any(is_twice) {
        found.add(step, Flaw::Twice);
    }
}

/// As answers are recognised: without case and white space around them.
fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

fn has_twice(texts: impl Iterator<Item = Option<String>>) -> bool {
    let mut seen = BTreeSet::new();
    texts.flatten().any(|text| !seen.insert(text))
}

/// Whether the button for whoever would rather not say reads like an answer: written, it would be
/// taken for it.
fn is_like_an_answer(input: &Input, language: Language) -> bool {
    let instead = input.instead.as_ref().and_then(|it| it.text.get(language));
    let Some(instead) = instead.map(folded) else {
        return false;
    };
    let is_same = |texts: &Texts| texts.get(language).map(folded).as_ref() == Some(&instead);
    match &input.kind {
        InputKind::YesNo { yes, no } => is_same(yes) || is_same(no),
        InputKind::Rating {
            satisfied,
            okay,
            dissatisfied,
        } => is_same(satisfied) || is_same(okay) || is_same(dissatisfied),
        kind => kind.options().iter().any(|option| is_same(&option.text)),
    }
}

fn input(flow: &Flow, step: StepId, input: &Input, found: &mut Found) {
    options(flow, step, input.kind.options(), found);
    let mut languages = flow.languages.iter();
    if languages.any(|language| is_like_an_answer(input, *language)) {
        found.add(step, Flaw::Twice);
    }
    let is_possible = match &input.kind {
        InputKind::Number {
            min,
            max,
            is_whole: true,
        } => is_range(min.map(Decimal::up), max.map(Decimal::down)),
        InputKind::Number { min, max, .. } => is_range(*min, *max),
        InputKind::Date { min, max } => is_range(*min, *max),
        InputKind::One { options } => !options.is_empty(),
        InputKind::Several { options, min, max } => {
            let have = u32::try_from(options.len()).unwrap_or(u32::MAX);
            have > 0 && min <= max && *min <= have && *max > 0
        }
        InputKind::YesNo { yes, no } => flow.languages.iter().all(|language| {
            let (yes, no) = (yes.get(*language), no.get(*language));
            yes.is_none() || yes.map(folded) != no.map(folded)
        }),
        InputKind::Line
        | InputKind::Lines
        | InputKind::Email
        | InputKind::Phone
        | InputKind::Rating { .. } => true,
    };
    if !is_possible {
        found.add(step, Flaw::ImpossibleInput);
    }
    let is_looked_at = match &input.fill {
        Some(Fill::Email) => input.kind == InputKind::Email,
        Some(Fill::Phone) => input.kind == InputKind::Phone,
        Some(Fill::Name) => matches!(input.kind, InputKind::Line),
        Some(Fill::Comment) => matches!(input.kind, InputKind::Line | InputKind::Lines),
        // A field holds one short text: of any kind, but not of any length.
        Some(Fill::Field(_)) => !matches!(input.kind, InputKind::Lines),
        None => true,
    };
    if !is_looked_at {
        found.add(step, Flaw::Unvalidated);
    }
    if let Some(give_up) = &input.give_up
        && !(1..=limit::FLOW_TRIES_MAX).contains(&give_up.after)
    {
        found.add(step, Flaw::ImpossibleInput);
    }
}

fn is_range<T: PartialOrd>(min: Option<T>, max: Option<T>) -> bool {
    match (min, max) {
        (Some(min), Some(max)) => min <= max,
        _ => true,
    }
}

fn outside(step: StepId, outside: &Outside, around: &Surroundings, found: &mut Found) {
    let max = limit::OUTSIDE_WAIT_MAX.seconds();
    if !(1..=max).contains(&u64::from(outside.wait_seconds)) {
        found.add(step, Flaw::BadWait { max });
    }
    let (target, name, team): (_, &str, Option<&TeamId>) = match &outside.call {
        Call::Ticket { subject, team, .. } => (Target::Tickets, subject, team.as_ref()),
        Call::Lead { title, team } => (Target::Leads, title, team.as_ref()),
        Call::Article { article } => (Target::Articles, article, None),
        Call::Search { query } => (Target::Articles, query, None),
        Call::VirtualAgent { agent } => (Target::VirtualAgents, agent, None),
        Call::Runbook {
            runbook,
            send,
            back,
        } => {
            count(step, send.len().max(back.len()), found);
            let keeps = back.iter().map(|back| (back.keep.as_str(), back.kind));
            let keeps: BTreeSet<(&str, ValueKind)> = keeps.collect();
            // Of two kinds, another defect says so.
            if keeps.len() < back.len() {
                found.add(step, Flaw::Twice);
            }
            if keeps.iter().any(|(name, _)| name.is_empty()) {
                let name = String::new();
                found.add(step, Flaw::BadName { name });
            }
            if back.iter().any(|back| back.name.is_empty()) || send.contains_key("") {
                found.add(step, Flaw::NotNamed);
            }
            (Target::Runbooks, runbook, None)
        }
        Call::Verify => (Target::Verification, "visitor", None),
    };
    let is_named = !name.trim().is_empty();
    if chars(name) > limit::FLOW_TEXT_CHARS_MAX {
        let max = limit::FLOW_TEXT_CHARS_MAX;
        found.add(step, Flaw::TooMany { max });
    }
    if !around.targets.contains(&target) {
        found.add(step, Flaw::Needs { target });
    }
    if !is_named {
        found.add(step, Flaw::NotNamed);
    }
    if let Some(team) = team.filter(|team| !around.teams.contains(team)) {
        let team = team.clone();
        found.add(step, Flaw::UnknownTeam { team });
    }
}
