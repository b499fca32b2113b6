//! How the bot's question is answered in the tester: buttons, fields and lists, as a visitor has
//! them.
//!
//! Invariant: what is no answer is given all the same; the engine says what comes of it.

use super::desk::Desk;
use crate::locale::{flows as text, t};
use crate::ui::{Button, Look};
use domain::conversation::Rating;
use domain::date::Date;
use domain::flow::{Ask, AskKind, ChoiceId, Decimal, Given, Value, ValueKind};
use domain::text::MessageText;
use leptos::prelude::*;

/// What is typed as a value of this kind; `None` for none.
pub fn value(kind: ValueKind, typed: &str) -> Option<Value> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    Some(match kind {
        ValueKind::Text => Value::Text(typed.to_owned()),
        ValueKind::Number => Value::Number(Decimal::from_person(typed)?),
        ValueKind::YesNo => Value::YesNo(matches!(typed, "yes" | "true" | "1")),
        ValueKind::Date => Value::Date(Date::parse(typed)?),
        ValueKind::List => Value::List(
            typed
                .split(',')
                .map(|part| part.trim().to_owned())
                .collect(),
        ),
    })
}

fn give(desk: Desk, given: Given) {
    desk.trial.update(|trial| trial.give(given));
    crate::ui::focus::focus_if_lost(".flow-trial__answer :is(button, input, textarea)");
}

fn offer(desk: Desk, words: String, given: Given) -> AnyView {
    let press = move |()| give(desk, given.clone());
    view! {
        <Button is_small=true on_press=Callback::new(press)>
            {words}
        </Button>
    }
    .into_any()
}

/// How a question is answered.
#[component]
pub fn AskForm(desk: Desk, ask: Ask) -> impl IntoView {
    let mut offers = Vec::new();
    let mut several = None;
    let kind = match ask.kind {
        AskKind::Email => "email",
        AskKind::Phone => "tel",
        _ => "text",
    };
    let is_long = matches!(ask.kind, AskKind::Lines);
    match ask.kind {
        AskKind::Answers { answers, .. } => {
            for answer in answers {
                offers.push(offer(desk, answer.text, Given::Answer(answer.id)));
            }
        }
        AskKind::One { options } => {
            for (id, words) in options {
                offers.push(offer(desk, words, Given::Options(vec![id])));
            }
        }
        AskKind::Several { options, .. } => several = Some(options),
        AskKind::YesNo { yes, no } => {
            offers.push(offer(desk, yes, Given::YesNo(true)));
            offers.push(offer(desk, no, Given::YesNo(false)));
        }
        AskKind::Rating {
            satisfied,
            okay,
            dissatisfied,
        } => {
            let words = [satisfied, okay, dissatisfied];
            for (rating, words) in Rating::ALL.into_iter().zip(words) {
                offers.push(offer(desk, words, Given::Rating(rating)));
            }
        }
        _ => {}
    }
    if let Some(words) = ask.instead {
        offers.push(offer(desk, words, Given::Instead));
    }
    view! {
        {several.map(|options| view! { <Several desk options /> })}
        {(!offers.is_empty())
            .then(|| {
                view! {
                    <div class="flow-trial__offers" role="group" aria-label=t(text::TRIAL_ANSWERS)>
                        {offers}
                    </div>
                }
            })}
        <Write desk kind is_long />
    }
    .into_any()
}

#[component]
fn Several(desk: Desk, options: Vec<(ChoiceId, String)>) -> impl IntoView {
    let picked = RwSignal::new(Vec::<ChoiceId>::new());
    let boxes = options.into_iter().map(|(id, words)| {
        view! {
            <label class="choices__choice">
                <input
                    type="checkbox"
                    on:change=move |event| {
                        let is_on = event_target_checked(&event);
                        picked.update(|picked| {
                            picked.retain(|it| *it != id);
                            if is_on {
                                picked.push(id);
                            }
                        });
                    }
                />
                <span>{words}</span>
            </label>
        }
    });
    let boxes = boxes.collect_view();
    let press = move |()| give(desk, Given::Options(picked.get_untracked()));
    view! {
        <fieldset class="choices">
            <legend class="visually-hidden">{t(text::TRIAL_ANSWERS)}</legend>
            {boxes}
            <Button is_small=true look=Look::Primary on_press=Callback::new(press)>
                {t(text::TRIAL_PICK)}
            </Button>
        </fieldset>
    }
    .into_any()
}

/// Anything can be written to every question; what comes of it is the engine's.
#[component]
fn Write(desk: Desk, kind: &'static str, is_long: bool) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Ok(words) = MessageText::parse(&typed.get_untracked()) {
            typed.set(String::new());
            give(desk, Given::Text(words));
        }
    };
    let field = if is_long {
        view! {
            <textarea
                class="field__input flow-panel__area"
                aria-label=t(text::TRIAL_WRITE)
                prop:value=move || typed.get()
                on:input=move |event| typed.set(event_target_value(&event))
            ></textarea>
        }
        .into_any()
    } else {
        view! {
            <input
                class="field__input"
                // What is no address is to be tried, too: the browser must not stand in the way.
                type=if kind == "email" { "text" } else { kind }
                inputmode=kind
                autocomplete="off"
                aria-label=t(text::TRIAL_WRITE)
                placeholder=t(text::TRIAL_WRITE)
                prop:value=move || typed.get()
                on:input=move |event| typed.set(event_target_value(&event))
            />
        }
        .into_any()
    };
    view! {
        <form class="field__row" on:submit=send novalidate>
            {field}
            <button type="submit" class="button">
                {t(text::TRIAL_SEND)}
            </button>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_back_is_of_its_kind_or_nothing() {
        for (kind, typed, want) in [
            (ValueKind::Text, " a ", Some(Value::Text("a".to_owned()))),
            (
                ValueKind::Number,
                "1,5",
                Decimal::parse("1.5").map(Value::Number),
            ),
            (ValueKind::Number, "x", None),
            (
                ValueKind::Date,
                "2026-11-21",
                Date::parse("2026-11-21").map(Value::Date),
            ),
            (ValueKind::YesNo, "no", Some(Value::YesNo(false))),
            (
                ValueKind::List,
                "a, b",
                Some(Value::List(vec!["a".to_owned(), "b".to_owned()])),
            ),
            (ValueKind::Text, " ", None),
        ] {
            assert_eq!(value(kind, typed), want, "{typed}");
        }
    }
}
