//! The form of an input: what is asked for, and what becomes of the answer.
//!
//! Invariant: another kind keeps the options of the one before, where both have some.

use super::bounds::bounds;
use crate::admin::flows::desk::Desk;
use crate::admin::flows::fields::{CheckField, LineField, PickField, WayField, WordsField};
use crate::admin::flows::lens::part;
use crate::admin::flows::words;
use crate::locale::{flows as text, t};
use domain::flow::{
    Choice, ChoiceId, Exit, Fill, GiveUp, Input, InputKind, Instead, StepId, Texts,
};
use leptos::prelude::*;
use std::mem::discriminant;

/// The kinds of inputs, by the words of their list.
const INPUTS: [&str; 10] = [
    "line", "lines", "email", "phone", "number", "date", "yes_no", "one", "several", "rating",
];

/// An input of this kind, with what the one before had and this can have.
fn input_of(word: &str, before: &InputKind) -> Option<InputKind> {
    let options = || {
        let options = before.options().to_vec();
        let choice = |id| Choice {
            id: ChoiceId(id),
            text: Texts::default(),
        };
        if options.is_empty() {
            vec![choice(1), choice(2)]
        } else {
            options
        }
    };
    Some(match word {
        "line" => InputKind::Line,
        "lines" => InputKind::Lines,
        "email" => InputKind::Email,
        "phone" => InputKind::Phone,
        "number" => InputKind::Number {
            min: None,
            max: None,
            is_whole: false,
        },
        "date" => InputKind::Date {
            min: None,
            max: None,
        },
        "yes_no" => InputKind::YesNo {
            yes: Texts::default(),
            no: Texts::default(),
        },
        "one" => InputKind::One { options: options() },
        "several" => {
            let options = options();
            let max = u32::try_from(options.len()).unwrap_or(u32::MAX);
            InputKind::Several {
                options,
                min: 1,
                max,
            }
        }
        "rating" => InputKind::Rating {
            satisfied: Texts::default(),
            okay: Texts::default(),
            dissatisfied: Texts::default(),
        },
        _ => return None,
    })
}

/// The kinds by their words, each with nothing said yet.
fn inputs() -> impl Iterator<Item = (&'static str, InputKind)> {
    let inputs = INPUTS.into_iter();
    inputs.filter_map(|word| Some((word, input_of(word, &InputKind::Line)?)))
}

fn input_word(kind: &InputKind) -> &'static str {
    let mut inputs = inputs();
    let found = inputs.find(|(_, known)| discriminant(known) == discriminant(kind));
    found.map_or("", |(word, _)| word)
}

/// What is asked for, and what becomes of it.
#[component]
pub fn InputForm(desk: Desk, id: StepId) -> impl IntoView {
    let asked = part!(desk, id, Input, "text", |it| it.text);
    let invalid = part!(desk, id, Input, "invalid", |it| it.invalid);
    let keep = part!(desk, id, Input, "keep", |it| it.keep);
    let kind = desk.of_part(
        id,
        "",
        |it: &Input| input_word(&it.kind).to_owned(),
        |it, word| {
            if let Some(kind) = input_of(&word, &it.kind) {
                it.kind = kind;
            }
        },
    );
    let kinds = inputs().map(|(word, kind)| (word.to_owned(), words::input_kind(&kind).to_owned()));
    let kinds: Vec<(String, String)> = kinds.collect();
    let is_free = move || matches!(kind.get.get().as_str(), "line" | "lines");
    view! {
        <WordsField desk id="step-text" label=t(text::TEXT) value=asked />
        <PickField id="step-input" label=t(text::ASKS_FOR) value=kind choices=Signal::stored(kinds) />
        {move || bounds(desk, id, &kind.get.get())}
        <Show when=move || !is_free()>
            <WordsField desk id="step-invalid" label=t(text::INVALID) value=invalid />
        </Show>
        <WayField desk step=id exit=Exit::Next />
        <LineField id="step-keep" label=t(text::KEEP) value=keep hint=t(text::KEEP_HINT) />
        <FillField desk id />
        <InsteadFields desk id />
        <GiveUpFields desk id />
    }
    .into_any()
}

/// Before the name of a field of the installation.
const FIELD: &str = "field:";

fn fill_word(fill: &Fill) -> String {
    match fill {
        Fill::Name => "name".to_owned(),
        Fill::Email => "email".to_owned(),
        Fill::Phone => "phone".to_owned(),
        Fill::Comment => "comment".to_owned(),
        Fill::Field(name) => [FIELD, name].concat(),
    }
}

fn fill_of(word: &str) -> Option<Fill> {
    Some(match word {
        "name" => Fill::Name,
        "email" => Fill::Email,
        "phone" => Fill::Phone,
        "comment" => Fill::Comment,
        word => Fill::Field(word.strip_prefix(FIELD)?.to_owned()),
    })
}

#[component]
fn FillField(desk: Desk, id: StepId) -> impl IntoView {
    let value = desk.of_part(
        id,
        "",
        |it: &Input| it.fill.as_ref().map(fill_word).unwrap_or_default(),
        |it, word| it.fill = fill_of(&word),
    );
    let choices = Signal::derive(move || {
        let mut fills = vec![Fill::Name, Fill::Email, Fill::Phone, Fill::Comment];
        let fields = desk.page.with(|page| page.around.fields.clone());
        fills.extend(fields.into_iter().map(Fill::Field));
        // One that is gone since it was chosen.
        let chosen = fill_of(&value.get.get());
        fills.extend(chosen.filter(|chosen| !fills.contains(chosen)));
        let nothing = (String::new(), t(text::FILL_NOTHING).to_owned());
        let fills = fills
            .iter()
            .map(|fill| (fill_word(fill), words::fill(fill)));
        std::iter::once(nothing).chain(fills).collect::<Vec<_>>()
    });
    view! { <PickField id="step-fill" label=t(text::FILL) value choices /> }.into_any()
}

#[component]
fn InsteadFields(desk: Desk, id: StepId) -> impl IntoView {
    let is_on = desk.of_part(
        id,
        "",
        |it: &Input| it.instead.is_some(),
        |it, is_on| {
            it.instead = is_on.then(|| Instead {
                text: Texts::default(),
                next: None,
            });
        },
    );
    let said = desk.of_part(
        id,
        "instead",
        |it: &Input| it.instead.clone().map(|it| it.text).unwrap_or_default(),
        |it, text| {
            if let Some(instead) = &mut it.instead {
                instead.text = text;
            }
        },
    );
    view! {
        <CheckField label=t(text::INSTEAD_ON) value=is_on />
        <Show when=move || is_on.get.get()>
            <WordsField desk id="step-instead" label=t(text::INSTEAD) value=said is_short=true />
            <WayField desk step=id exit=Exit::Instead />
        </Show>
    }
    .into_any()
}

#[component]
fn GiveUpFields(desk: Desk, id: StepId) -> impl IntoView {
    const TRIES: u32 = 3;
    let is_on = desk.of_part(
        id,
        "",
        |it: &Input| it.give_up.is_some(),
        |it, is_on| {
            it.give_up = is_on.then_some(GiveUp {
                after: TRIES,
                next: None,
            });
        },
    );
    let after = desk.of_part(
        id,
        "after",
        |it: &Input| {
            let after = it.give_up.as_ref().map(|it| it.after.to_string());
            after.unwrap_or_default()
        },
        |it, typed: String| {
            if let (Some(give_up), Ok(after)) = (&mut it.give_up, typed.trim().parse()) {
                give_up.after = after;
            }
        },
    );
    view! {
        <CheckField label=t(text::GIVE_UP_ON) value=is_on />
        <Show when=move || is_on.get.get()>
            <LineField id="step-give-up" kind="number" label=t(text::GIVE_UP_AFTER) value=after />
            <WayField desk step=id exit=Exit::GivenUp />
        </Show>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_input_can_be_chosen_and_options_are_kept() {
        for word in INPUTS {
            let kind = input_of(word, &InputKind::Line).unwrap();
            assert_eq!(input_word(&kind), word);
        }
        assert_eq!(input_of("nothing", &InputKind::Line), None);
        let one = input_of("one", &InputKind::Line).unwrap();
        let several = input_of("several", &one).unwrap();
        assert_eq!(several.options(), one.options());
        assert!(matches!(several, InputKind::Several { min: 1, max: 2, .. }));
    }

    #[test]
    fn what_an_answer_fills_is_read_as_it_is_written() {
        let field = Fill::Field("order".to_owned());
        for fill in [Fill::Name, Fill::Email, Fill::Phone, Fill::Comment, field] {
            assert_eq!(fill_of(&fill_word(&fill)), Some(fill));
        }
        assert_eq!(fill_of(""), None);
    }
}
