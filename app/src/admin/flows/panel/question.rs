//! The form of a question: what is asked, its answers, and where each leads.
//!
//! Invariant: an answer keeps its number, wherever it is moved.

use crate::admin::flows::desk::Desk;
use crate::admin::flows::edit;
use crate::admin::flows::fields::{ExpressionField, LineField, List, Rows, WayField, WordsField};
use crate::admin::flows::lens::{Part, part};
use crate::locale::{flows as text, t, t_with};
use domain::flow::{Answer, AnswerId, Exit, Question, StepId};
use leptos::prelude::*;

const LIST: List = List {
    legend: text::ANSWERS,
    hint: None,
    add: text::ANSWER_ADD,
    focus: Some(".flow-panel__row:has(+ .flow-panel__add) textarea"),
};

/// A question and its answers.
#[component]
pub fn QuestionForm(desk: Desk, id: StepId) -> impl IntoView {
    let asked = part!(desk, id, Question, "text", |it| it.text);
    let keep = part!(desk, id, Question, "keep", |it| it.keep);
    let answers = Rows {
        desk,
        step: id,
        all: |step| Question::of(step).map_or(&[], |it| it.answers.as_slice()),
        all_mut: |step| Question::of_mut(step).map(|it| &mut it.answers),
        key: |_, answer| answer.id.0,
    };
    let empty = |answers: &[Answer]| edit::answer(edit::fresh_answer(answers));
    view! {
        <WordsField desk id="step-text" label=t(text::TEXT) value=asked />
        {answers.list(LIST, empty, answer_row)}
        // Shown whether it is set or not.
        <WayField
            desk
            step=id
            exit=Exit::Other
            none=text::ASK_AGAIN
            hint=t(text::OTHER_HINT)
        />
        <LineField id="step-keep" label=t(text::KEEP) value=keep hint=t(text::KEEP_HINT) />
    }
    .into_any()
}

fn answer_row(rows: Rows<Answer>, answer: u32) -> AnyView {
    let said = rows.field(
        answer,
        "answer",
        |it| it.text.clone(),
        |it, to| it.text = to,
    );
    let link = rows.field(answer, "link", |it| it.link.clone(), |it, to| it.link = to);
    let when = rows.field(answer, "when", |it| it.when.clone(), |it, to| it.when = to);
    let has_more =
        !link.get.with_untracked(String::is_empty) || !when.get.with_untracked(String::is_empty);
    let (desk, step) = (rows.desk, rows.step);
    let name = |number: &str| t_with(text::ANSWER, &[("number", number)]);
    rows.row(answer, name, |name| {
        view! {
            <WordsField
                desk
                id=format!("answer-{answer}-text")
                label=name
                value=said
                is_short=true
            />
            <WayField desk step exit=Exit::Answer(AnswerId(answer)) />
            <details class="flow-panel__more" open=has_more>
                <summary>{t(text::ANSWER_MORE)}</summary>
                <div class="flow-panel__fields">
                    <LineField
                        id=format!("answer-{answer}-link")
                        label=t(text::LINK)
                        value=link
                        hint=t(text::ADDRESS_HINT)
                    />
                    <ExpressionField
                        desk
                        step
                        id=format!("answer-{answer}-when")
                        label=t(text::WHEN)
                        value=when
                        is_optional=true
                    />
                </div>
            </details>
        }
        .into_any()
    })
}
