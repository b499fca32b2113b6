//! What each kind of input has of its own: bounds, options and texts.
//!
//! Invariant: a bound that is typed and is none leaves the bound away; a count stays as it was.

use crate::admin::flows::desk::Desk;
use crate::admin::flows::edit;
use crate::admin::flows::fields::{CheckField, LineField, List, Rows, WordsField};
use crate::admin::flows::lens::Part;
use crate::locale::{Text, flows as text, t, t_with};
use domain::date::Date;
use domain::flow::{Choice, Decimal, Input, InputKind, StepId, Texts};
use leptos::prelude::*;

const OPTIONS: List = List {
    legend: text::OPTIONS,
    hint: None,
    add: text::OPTION_ADD,
    focus: Some(".flow-panel__row:has(+ .flow-panel__add) textarea"),
};

/// The fields of the kind with this word.
pub(super) fn bounds(desk: Desk, id: StepId, kind: &str) -> AnyView {
    match kind {
        "number" => view! {
            {between(desk, id, "number", [text::MIN, text::MAX])}
            <IsWhole desk id />
        }
        .into_any(),
        "date" => between(desk, id, "date", [text::FIRST_DAY, text::LAST_DAY]),
        "yes_no" => named(desk, id, &[text::YES_TEXT, text::NO_TEXT]),
        "rating" => named(desk, id, &[text::SATISFIED, text::OKAY, text::DISSATISFIED]),
        "one" => options(desk, id),
        "several" => view! {
            {options(desk, id)}
            {between(desk, id, "number", [text::MIN, text::MAX])}
        }
        .into_any(),
        _ => ().into_any(),
    }
}

/// The lower bound, or the upper one, as it is written.
fn bound(kind: &InputKind, is_upper: bool) -> String {
    let written = |bound: Option<String>| bound.unwrap_or_default();
    match kind {
        InputKind::Number { min, max, .. } => {
            written(if is_upper { max } else { min }.map(|it| it.to_string()))
        }
        InputKind::Date { min, max } => {
            written(if is_upper { max } else { min }.map(|it| it.to_string()))
        }
        InputKind::Several { min, max, .. } => if is_upper { max } else { min }.to_string(),
        _ => String::new(),
    }
}

fn set_bound(kind: &mut InputKind, is_upper: bool, typed: &str) {
    match kind {
        InputKind::Number { min, max, .. } => {
            *(if is_upper { max } else { min }) = Decimal::from_person(typed);
        }
        InputKind::Date { min, max } => {
            *(if is_upper { max } else { min }) = Date::parse(typed);
        }
        InputKind::Several { min, max, .. } => {
            if let Ok(count) = typed.parse() {
                *(if is_upper { max } else { min }) = count;
            }
        }
        _ => {}
    }
}

/// Both bounds.
fn between(desk: Desk, id: StepId, kind: &'static str, labels: [Text; 2]) -> AnyView {
    let [least, most] = labels;
    let fields = [("min", false, least), ("max", true, most)].map(|(at, is_upper, label)| {
        let value = desk.of_part(
            id,
            at,
            move |it: &Input| bound(&it.kind, is_upper),
            move |it, typed: String| set_bound(&mut it.kind, is_upper, typed.trim()),
        );
        view! { <LineField id=format!("input-{at}") kind label=t(label) value /> }
    });
    view! { <div class="flow-panel__pair">{fields}</div> }.into_any()
}

#[component]
fn IsWhole(desk: Desk, id: StepId) -> impl IntoView {
    let is_whole = desk.of_part(
        id,
        "",
        |it: &Input| matches!(it.kind, InputKind::Number { is_whole: true, .. }),
        |it, to| {
            if let InputKind::Number { is_whole, .. } = &mut it.kind {
                *is_whole = to;
            }
        },
    );
    view! { <CheckField label=t(text::IS_WHOLE) value=is_whole /> }
}

/// The texts of an input whose answers are given by its kind.
fn texts(kind: &mut InputKind, at: usize) -> Option<&mut Texts> {
    match (kind, at) {
        (InputKind::YesNo { yes, .. }, 0) => Some(yes),
        (InputKind::YesNo { no, .. }, 1) => Some(no),
        (InputKind::Rating { satisfied, .. }, 0) => Some(satisfied),
        (InputKind::Rating { okay, .. }, 1) => Some(okay),
        (InputKind::Rating { dissatisfied, .. }, 2) => Some(dissatisfied),
        _ => None,
    }
}

fn named(desk: Desk, id: StepId, labels: &[Text]) -> AnyView {
    let places = ["first", "second", "third"];
    let fields = labels.iter().zip(places).enumerate();
    let fields = fields.map(|(at, (label, place))| {
        let value = desk.of_part(
            id,
            place,
            move |it: &Input| texts(&mut it.kind.clone(), at).cloned().unwrap_or_default(),
            move |it, to| {
                if let Some(texts) = texts(&mut it.kind, at) {
                    *texts = to;
                }
            },
        );
        view! {
            <WordsField desk id=format!("input-{place}") label=t(*label) value is_short=true />
        }
    });
    fields.collect_view().into_any()
}

fn options_mut(kind: &mut InputKind) -> Option<&mut Vec<Choice>> {
    match kind {
        InputKind::One { options } | InputKind::Several { options, .. } => Some(options),
        _ => None,
    }
}

fn options(desk: Desk, id: StepId) -> AnyView {
    let rows = Rows {
        desk,
        step: id,
        all: |step| Input::of(step).map_or(&[], |it| it.kind.options()),
        all_mut: |step| Input::of_mut(step).and_then(|it| options_mut(&mut it.kind)),
        key: |_, option: &Choice| option.id.0,
    };
    let empty = |options: &[Choice]| Choice {
        id: edit::fresh_choice(options),
        text: Texts::default(),
    };
    rows.list(OPTIONS, empty, option_row)
}

fn option_row(rows: Rows<Choice>, option: u32) -> AnyView {
    let said = rows.field(
        option,
        "option",
        |it| it.text.clone(),
        |it, to| it.text = to,
    );
    let name = |number: &str| t_with(text::OPTION, &[("number", number)]);
    rows.row(option, name, |label| {
        let id = format!("option-{option}");
        view! { <WordsField desk=rows.desk id label value=said is_short=true /> }.into_any()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_read_as_they_are_written() {
        let number = InputKind::Number {
            min: None,
            max: None,
            is_whole: false,
        };
        let date = InputKind::Date {
            min: None,
            max: None,
        };
        let several = InputKind::Several {
            options: Vec::new(),
            min: 1,
            max: 2,
        };
        for (mut kind, typed, other, wrong) in [
            (number, "1.5", "", ""),
            (date, "2026-05-01", "", ""),
            (several, "3", "1", "3"),
            (InputKind::Line, "", "", ""),
        ] {
            set_bound(&mut kind, true, typed);
            assert_eq!(bound(&kind, true), typed);
            assert_eq!(bound(&kind, false), other);
            set_bound(&mut kind, true, "many");
            assert_eq!(bound(&kind, true), wrong);
        }
    }
}
