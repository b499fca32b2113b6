//! The words for what a flow is made of.
//!
//! Invariant: every kind and way out has its words; a new one does not compile without.

use super::edit::Sort;
use crate::locale::{Text, flows as text, t, t_with};
use domain::flow::{
    Call, Exit, ExpressionDefect, FilePolicy, Fill, Flow, InputKind, Kind, Line, RichKind, Step,
    StepId, Target, Texts, ValueKind, Way,
};

/// Characters of a text that stands for a step or an answer.
const SHORT_CHARS: usize = 40;

pub(super) fn short(text: &str) -> String {
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() > SHORT_CHARS {
        words = words.chars().take(SHORT_CHARS).collect();
        words.truncate(words.trim_end().len());
        words.push('…');
    }
    words
}

fn first_words(texts: &Texts, flow: &Flow) -> String {
    let first = flow.languages.first().copied().unwrap_or_default();
    texts
        .best(first, &flow.languages)
        .map(short)
        .unwrap_or_default()
}

/// What a sort of step is called, and what it does.
pub fn sort(sort: Sort) -> (Text, Text) {
    match sort {
        Sort::Message => (text::KIND_MESSAGE, text::ABOUT_MESSAGE),
        Sort::Question => (text::KIND_QUESTION, text::ABOUT_QUESTION),
        Sort::Input => (text::KIND_INPUT, text::ABOUT_INPUT),
        Sort::Condition => (text::KIND_CONDITION, text::ABOUT_CONDITION),
        Sort::Set => (text::KIND_SET, text::ABOUT_SET),
        Sort::HandOver => (text::KIND_HAND_OVER, text::ABOUT_HAND_OVER),
        Sort::Outside => (text::KIND_OUTSIDE, text::ABOUT_OUTSIDE),
        Sort::StartFlow => (text::KIND_START_FLOW, text::ABOUT_START_FLOW),
        Sort::End => (text::KIND_END, text::ABOUT_END),
    }
}

/// The kind of a step.
pub fn kind(kind: &Kind) -> &'static str {
    t(sort(Sort::of(kind)).0)
}

/// What a step says, in a few words.
pub fn said(step: &Step, flow: &Flow) -> String {
    match &step.does {
        Kind::Message(message) => first_words(&message.text, flow),
        Kind::Question(question) => first_words(&question.text, flow),
        Kind::Input(input) => first_words(&input.text, flow),
        Kind::HandOver(over) => first_words(&over.text, flow),
        Kind::End(end) => first_words(&end.text, flow),
        Kind::Condition(branch) => branch
            .cases
            .first()
            .map(|case| short(&case.when))
            .unwrap_or_default(),
        Kind::Set(set) if set.keep.is_empty() => String::new(),
        Kind::Set(set) => short(&format!("{} = {}", set.keep, set.to)),
        Kind::Outside(outside) => call(&outside.call).to_owned(),
        Kind::StartFlow(_) => String::new(),
    }
}

/// How a step is called where its author has not named it.
pub fn label(step: &Step, flow: &Flow) -> String {
    if !step.name.trim().is_empty() {
        return step.name.trim().to_owned();
    }
    let said = said(step, flow);
    if said.is_empty() {
        kind(&step.does).to_owned()
    } else {
        said
    }
}

/// Number and name of a step, for lists of them.
pub fn numbered(step: &Step, flow: &Flow) -> String {
    format!("{} · {}", step.id, label(step, flow))
}

/// Where a way leads.
pub fn way_label(flow: &Flow, way: Way) -> String {
    match way {
        None => t(text::NOWHERE).to_owned(),
        Some(id) => match flow.step(id) {
            Some(step) => numbered(step, flow),
            None => t_with(text::NO_SUCH, &[("number", &id.to_string())]),
        },
    }
}

/// The step of this number, by name.
pub fn step_label(flow: &Flow, id: StepId) -> String {
    way_label(flow, Some(id))
}

/// What a way out is called.
pub fn exit(step: &Step, exit: Exit, flow: &Flow) -> String {
    let fixed = match exit {
        Exit::Answer(id) => {
            let answers = match &step.does {
                Kind::Question(question) => question.answers.as_slice(),
                _ => &[],
            };
            let answer = answers.iter().find(|answer| answer.id == id);
            let words = answer.map(|answer| first_words(&answer.text, flow));
            return match words.filter(|words| !words.is_empty()) {
                Some(words) => t_with(text::EXIT_ANSWER, &[("answer", &words)]),
                None => t_with(text::EXIT_ANSWER_EMPTY, &[("number", &id.to_string())]),
            };
        }
        Exit::Case(at) => {
            let cases = match &step.does {
                Kind::Condition(branch) => branch.cases.as_slice(),
                _ => &[],
            };
            let case = usize::try_from(at).ok().and_then(|at| cases.get(at));
            let words = case.map(|case| short(&case.when));
            let Some(words) = words.filter(|words| !words.is_empty()) else {
                let number = at.saturating_add(1).to_string();
                return t_with(text::EXIT_CASE_EMPTY, &[("number", &number)]);
            };
            return t_with(text::EXIT_CASE, &[("condition", &words)]);
        }
        Exit::Next if matches!(step.does, Kind::Outside(_)) => text::EXIT_DONE,
        Exit::Next => text::EXIT_NEXT,
        Exit::Other => text::EXIT_OTHER,
        Exit::Instead => text::EXIT_INSTEAD,
        Exit::GivenUp => text::EXIT_GIVEN_UP,
        Exit::Otherwise => text::EXIT_OTHERWISE,
        Exit::Skipped => text::EXIT_SKIPPED,
        Exit::Nobody => text::EXIT_NOBODY,
        Exit::Nothing => text::EXIT_NOTHING,
        Exit::Failed => text::EXIT_FAILED,
    };
    t(fixed).to_owned()
}

/// What an input asks for.
pub fn input_kind(kind: &InputKind) -> &'static str {
    t(match kind {
        InputKind::Line => text::INPUT_LINE,
        InputKind::Lines => text::INPUT_LINES,
        InputKind::Email => text::INPUT_EMAIL,
        InputKind::Phone => text::INPUT_PHONE,
        InputKind::Number { .. } => text::INPUT_NUMBER,
        InputKind::Date { .. } => text::INPUT_DATE,
        InputKind::YesNo { .. } => text::INPUT_YES_NO,
        InputKind::One { .. } => text::INPUT_ONE,
        InputKind::Several { .. } => text::INPUT_SEVERAL,
        InputKind::Rating { .. } => text::INPUT_RATING,
    })
}

/// What an answer fills.
pub fn fill(fill: &Fill) -> String {
    match fill {
        Fill::Name => t(text::FILL_NAME).to_owned(),
        Fill::Email => t(text::FILL_EMAIL).to_owned(),
        Fill::Phone => t(text::FILL_PHONE).to_owned(),
        Fill::Comment => t(text::FILL_COMMENT).to_owned(),
        Fill::Field(name) => t_with(text::FILL_FIELD, &[("name", name)]),
    }
}

/// A kind of value.
pub fn value_kind(kind: ValueKind) -> &'static str {
    t(match kind {
        ValueKind::Text => text::VALUE_TEXT,
        ValueKind::Number => text::VALUE_NUMBER,
        ValueKind::YesNo => text::VALUE_YES_NO,
        ValueKind::Date => text::VALUE_DATE,
        ValueKind::List => text::VALUE_LIST,
    })
}

/// Whether a visitor may send files.
pub fn files(policy: FilePolicy) -> &'static str {
    t(match policy {
        FilePolicy::Profile => text::FILES_PROFILE,
        FilePolicy::Prevent => text::FILES_PREVENT,
        FilePolicy::Allow => text::FILES_ALLOW,
        FilePolicy::KnownOnly => text::FILES_KNOWN,
    })
}

/// A thing below a message.
pub fn rich_kind(kind: RichKind) -> &'static str {
    t(match kind {
        RichKind::Link => text::RICH_LINK,
        RichKind::Image => text::RICH_IMAGE,
        RichKind::Video => text::RICH_VIDEO,
        RichKind::Audio => text::RICH_AUDIO,
        RichKind::File => text::RICH_FILE,
        RichKind::Article => text::RICH_ARTICLE,
    })
}

/// What somebody else does.
pub fn call(call: &Call) -> &'static str {
    t(match call {
        Call::Ticket { .. } => text::CALL_TICKET,
        Call::Lead { .. } => text::CALL_LEAD,
        Call::Article { .. } => text::CALL_ARTICLE_SEND,
        Call::Search { .. } => text::CALL_SEARCH,
        Call::VirtualAgent { .. } => text::CALL_VIRTUAL_AGENT,
        Call::Runbook { .. } => text::CALL_RUN,
        Call::Verify => text::CALL_VERIFY,
    })
}

/// What a call needs.
pub fn target_of(call: &Call) -> Target {
    match call {
        Call::Ticket { .. } => Target::Tickets,
        Call::Lead { .. } => Target::Leads,
        Call::Article { .. } | Call::Search { .. } => Target::Articles,
        Call::VirtualAgent { .. } => Target::VirtualAgents,
        Call::Runbook { .. } => Target::Runbooks,
        Call::Verify => Target::Verification,
    }
}

/// A part of the product.
pub fn target(target: Target) -> &'static str {
    t(match target {
        Target::Tickets => text::TARGET_TICKETS,
        Target::Leads => text::TARGET_LEADS,
        Target::Articles => text::TARGET_ARTICLES,
        Target::VirtualAgents => text::TARGET_VIRTUAL_AGENTS,
        Target::Runbooks => text::TARGET_RUNBOOKS,
        Target::Verification => text::TARGET_VERIFICATION,
    })
}

/// Why an expression does not work.
pub fn expression(written: &str, defect: &ExpressionDefect) -> String {
    match defect {
        ExpressionDefect::Empty => t(text::EXPRESSION_EMPTY).to_owned(),
        ExpressionDefect::TooLong => t(text::EXPRESSION_TOO_LONG).to_owned(),
        ExpressionDefect::TooDeep => t(text::EXPRESSION_TOO_DEEP).to_owned(),
        ExpressionDefect::Unexpected { at } => {
            let before: String = written.chars().take(*at).collect();
            let rest: String = written.chars().skip(*at).collect();
            if rest.trim().is_empty() {
                return t(text::EXPRESSION_END).to_owned();
            }
            let near = before.chars().count().saturating_sub(20);
            let before: String = before.chars().skip(near).collect();
            let rest = short(&rest);
            t_with(text::EXPRESSION_AT, &[("before", &before), ("rest", &rest)])
        }
        ExpressionDefect::UnknownName { name } => t_with(text::EXPRESSION_NAME, &[("name", name)]),
        ExpressionDefect::UnknownAnswer { step, answer } => {
            let (step, answer) = (step.to_string(), answer.to_string());
            t_with(
                text::EXPRESSION_ANSWER,
                &[("step", &step), ("answer", &answer)],
            )
        }
        ExpressionDefect::Mismatch => t(text::EXPRESSION_MISMATCH).to_owned(),
        ExpressionDefect::Kind => t(text::EXPRESSION_KIND).to_owned(),
    }
}

/// One line of a test.
pub fn line(line: &Line) -> String {
    match line {
        Line::Bot { text: said, offers } if offers.is_empty() => {
            t_with(text::LINE_BOT, &[("text", said)])
        }
        Line::Bot { text: said, offers } => {
            let said = format!("{said} [{}]", offers.join("] ["));
            t_with(text::LINE_BOT, &[("text", &said)])
        }
        Line::Visitor { text: said } => t_with(text::LINE_VISITOR, &[("text", said)]),
        Line::Unheard => t(text::TRIAL_UNHEARD).to_owned(),
        Line::Filled { fill: what, value } => {
            let what = fill(what);
            t_with(text::TRIAL_FILLED, &[("what", &what), ("value", value)])
        }
        Line::Rated { .. } => t(text::TRIAL_RATED).to_owned(),
        Line::Called { step } => t_with(text::TRIAL_CALLED, &[("what", step)]),
        Line::HandedOver => t(text::TRIAL_HANDED_OVER).to_owned(),
        Line::Closed => t(text::TRIAL_CLOSED).to_owned(),
        Line::Done => t(text::TRIAL_DONE).to_owned(),
        Line::Lost => t(text::TRIAL_LOST).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::flows::edit;

    #[test]
    fn a_step_without_a_name_is_called_by_what_it_says() {
        let mut flow = edit::blank("Bot");
        let id = edit::add(&mut flow, Sort::Message, None);
        assert_eq!(step_label(&flow, id), "1 · Message");
        let long = "word ".repeat(20);
        if let Some(step) = flow.steps.first_mut()
            && let Kind::Message(message) = &mut step.does
        {
            message.text.set(domain::settings::Language::En, &long);
        }
        assert!(step_label(&flow, id).ends_with("word…"));
        if let Some(step) = flow.steps.first_mut() {
            step.name = " Greeting ".to_owned();
        }
        assert_eq!(step_label(&flow, id), "1 · Greeting");
        assert!(step_label(&flow, StepId(9)).contains("not there"));
        assert_eq!(way_label(&flow, None), "nowhere yet");
    }

    #[test]
    fn a_condition_says_where_it_breaks() {
        let typed = "open and and";
        let defect = domain::flow::Expression::parse(typed).unwrap_err();
        assert!(expression(typed, &defect).contains("open and  ▸ and"));
        let typed = "open and";
        let defect = domain::flow::Expression::parse(typed).unwrap_err();
        assert_eq!(
            expression(typed, &defect),
            "Something is missing at the end."
        );
    }
}
