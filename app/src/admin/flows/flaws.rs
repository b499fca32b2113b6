//! The words for what is wrong with a flow, and for what to do about it.
//!
//! Invariant: every defect has its words; a new one does not compile without.

use super::words::{exit, expression, short, step_label, target};
use crate::locale::{Text, flows as text, t, t_with};
use domain::flow::{Defect, Exit, Flaw, Flow, Step, TextPlace};

/// What is wrong, and what to do about it.
pub fn defect(defect: &Defect, flow: &Flow) -> (String, &'static str) {
    let step = defect.step.and_then(|id| flow.step(id));
    let flaw = &defect.flaw;
    let (what, todo) = words(flaw, step.is_some());
    let values = values(flaw, step, flow);
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let what = t_with(what, &values);
    if matches!(flaw, Flaw::BadWait { .. }) {
        // What to do names a number, too: it stands with what is wrong.
        return (format!("{what} {}", t_with(todo, &values)), "");
    }
    (what, t(todo))
}

/// The texts, of a defect of a step or of the flow as a whole.
fn words(flaw: &Flaw, is_of_step: bool) -> (Text, Text) {
    match flaw {
        Flaw::NoStart => (text::FLAW_NO_START, text::TODO_NO_START),
        Flaw::NoBotName => (text::FLAW_NO_BOT_NAME, text::TODO_NO_BOT_NAME),
        Flaw::NoLanguage => (text::FLAW_NO_LANGUAGE, text::TODO_NO_LANGUAGE),
        Flaw::DeadEnd { .. } => (text::FLAW_DEAD_END, text::TODO_DEAD_END),
        Flaw::NoSuchStep { .. } if is_of_step => (text::FLAW_NO_SUCH_STEP, text::TODO_DEAD_END),
        Flaw::NoSuchStep { .. } => (text::FLAW_START_GONE, text::TODO_DEAD_END),
        Flaw::Unreachable => (text::FLAW_UNREACHABLE, text::TODO_UNREACHABLE),
        Flaw::LoopWithoutInput { .. } => (text::FLAW_LOOP, text::TODO_LOOP),
        Flaw::TooMuchAtOnce { .. } => (text::FLAW_TOO_MUCH, text::TODO_TOO_MUCH),
        Flaw::Endless { .. } => (text::FLAW_ENDLESS, text::TODO_ENDLESS),
        Flaw::NoFallback => (text::FLAW_NO_FALLBACK, text::TODO_ALONE),
        Flaw::NoTimeOut => (text::FLAW_NO_TIME_OUT, text::TODO_ALONE),
        Flaw::BadWait { .. } => (text::FLAW_BAD_WAIT, text::TODO_BAD_WAIT),
        Flaw::NoAnswers => (text::FLAW_NO_ANSWERS, text::TODO_NO_ANSWERS),
        Flaw::NoSureAnswer => (text::FLAW_NO_SURE_ANSWER, text::TODO_NO_SURE_ANSWER),
        Flaw::ImpossibleInput => (text::FLAW_IMPOSSIBLE, text::TODO_IMPOSSIBLE),
        Flaw::Twice if is_of_step => (text::FLAW_TWICE, text::TODO_TWICE),
        Flaw::Twice => (text::FLAW_TWICE_FLOW, text::TODO_TWICE),
        Flaw::TooMany { .. } => (text::FLAW_TOO_MANY, text::TODO_TOO_MANY),
        Flaw::Expression { .. } => (text::FLAW_EXPRESSION, text::TODO_EXPRESSION),
        Flaw::BadName { .. } => (text::FLAW_BAD_NAME, text::TODO_BAD_NAME),
        Flaw::TwoKinds { .. } => (text::FLAW_TWO_KINDS, text::TODO_TWO_KINDS),
        Flaw::UnknownField { .. } => (text::FLAW_UNKNOWN_FIELD, text::TODO_UNKNOWN_FIELD),
        Flaw::UnknownTeam { .. } => (text::FLAW_UNKNOWN_TEAM, text::TODO_UNKNOWN_TEAM),
        Flaw::UnknownFlow { .. } => (text::FLAW_UNKNOWN_FLOW, text::TODO_UNKNOWN_FLOW),
        Flaw::UnknownVariable { .. } => (text::FLAW_UNKNOWN_VARIABLE, text::TODO_UNKNOWN_VARIABLE),
        Flaw::Unvalidated => (text::FLAW_UNVALIDATED, text::TODO_UNVALIDATED),
        Flaw::TextMissing { .. } => (text::FLAW_TEXT_MISSING, text::TODO_TEXT_MISSING),
        Flaw::TextTooLong { .. } => (text::FLAW_TEXT_TOO_LONG, text::TODO_TEXT_TOO_LONG),
        Flaw::BadAddress { .. } => (text::FLAW_BAD_ADDRESS, text::TODO_BAD_ADDRESS),
        Flaw::NotNamed => (text::FLAW_NOT_NAMED, text::TODO_NOT_NAMED),
        Flaw::Needs { .. } => (text::FLAW_NEEDS, text::TODO_NEEDS),
    }
}

/// What its texts name.
fn values(flaw: &Flaw, step: Option<&Step>, flow: &Flow) -> Vec<(&'static str, String)> {
    let way = |of: Exit| step.map(|step| exit(step, of, flow)).unwrap_or_default();
    match flaw {
        Flaw::DeadEnd { exit } => vec![("exit", way(*exit))],
        Flaw::NoSuchStep { exit, to } => vec![("exit", way(*exit)), ("number", to.to_string())],
        Flaw::LoopWithoutInput { steps } => {
            let names: Vec<String> = steps.iter().map(|id| step_label(flow, *id)).collect();
            vec![("steps", names.join(", "))]
        }
        Flaw::Expression {
            text: typed,
            defect,
        } => vec![
            ("text", short(typed)),
            ("reason", expression(typed, defect)),
        ],
        Flaw::UnknownVariable { name, .. }
        | Flaw::BadName { name }
        | Flaw::TwoKinds { name }
        | Flaw::UnknownField { name } => vec![("name", name.clone())],
        Flaw::BadAddress { url } => vec![("url", short(url))],
        Flaw::Needs { target: of } => vec![("target", target(*of).to_owned())],
        Flaw::TooMuchAtOnce { max } | Flaw::TooMany { max } => vec![("max", max.to_string())],
        Flaw::BadWait { max } => vec![("max", max.to_string())],
        Flaw::TextMissing {
            place: at,
            language,
        } => vec![
            ("place", place(*at)),
            ("language", language.name().to_owned()),
        ],
        Flaw::TextTooLong {
            place: at,
            language,
            max,
        } => vec![
            ("place", place(*at)),
            ("language", language.name().to_owned()),
            ("max", max.to_string()),
        ],
        _ => Vec::new(),
    }
}

fn place(place: TextPlace) -> String {
    match place {
        TextPlace::Text => t(text::PLACE_TEXT).to_owned(),
        TextPlace::Invalid => t(text::PLACE_INVALID).to_owned(),
        TextPlace::Instead => t(text::PLACE_INSTEAD).to_owned(),
        TextPlace::Item(at) => {
            let number = at.saturating_add(1).to_string();
            t_with(text::PLACE_ITEM, &[("number", &number)])
        }
        TextPlace::About(at) => {
            let number = at.saturating_add(1).to_string();
            t_with(text::PLACE_ABOUT, &[("number", &number)])
        }
        TextPlace::Call => t(text::PLACE_CALL).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::flows::edit::{self, Sort};

    #[test]
    fn a_defect_names_the_way_it_is_about() {
        let mut flow = edit::blank("Bot");
        let id = edit::add(&mut flow, Sort::Message, None);
        let found = Defect {
            step: Some(id),
            flaw: Flaw::DeadEnd { exit: Exit::Next },
        };
        let (what, todo) = defect(&found, &flow);
        assert_eq!(what, "A dead end: “Then” leads nowhere.");
        assert_eq!(todo, "Choose the step where it goes on.");
    }

    #[test]
    fn what_names_a_number_stands_together() {
        let flow = edit::blank("Bot");
        let flaw = Flaw::BadWait { max: 60 };
        let (what, todo) = defect(&Defect { step: None, flaw }, &flow);
        assert!(what.contains("60") && !what.contains('{'), "{what}");
        assert_eq!(todo, "");
    }
}
