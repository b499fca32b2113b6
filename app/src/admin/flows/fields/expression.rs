//! Conditions and other expressions, as they are written.
//!
//! Invariant: what is wrong is said in words; nothing that is typed is refused.

use super::Labelled;
use super::insert::{Groups, Inserts, inserted, names};
use crate::admin::flows::desk::Desk;
use crate::admin::flows::lens::Lens;
use crate::admin::flows::words;
use crate::locale::{flows as text, t};
use crate::ui::field::{described_by, invalid};
use domain::flow::{Exit, Expression, Fact, Flaw, Flow, Kind, StepId};
use leptos::html;
use leptos::prelude::*;

/// Every answer and option of the flow, as conditions ask for it.
fn chosen(flow: &Flow) -> Vec<(String, String)> {
    let mut chosen = Vec::new();
    for step in &flow.steps {
        let name = words::label(step, flow);
        let mut put = |number: u32, words: String| {
            let words = format!("{name}: {words}");
            chosen.push((format!("chosen({}, {number})", step.id), words));
        };
        match &step.does {
            Kind::Question(question) => {
                for answer in &question.answers {
                    let exit = Exit::Answer(answer.id);
                    put(answer.id.0, words::exit(step, exit, flow));
                }
            }
            Kind::Input(input) => {
                for option in input.kind.options() {
                    let first = option.text.iter().next().map(|(_, text)| text.to_owned());
                    put(option.id.0, first.unwrap_or_else(|| option.id.to_string()));
                }
            }
            _ => {}
        }
    }
    chosen
}

/// What conditions can name.
fn groups(desk: Desk) -> Groups {
    let mut groups = names(desk, Fact::word, |name| (name.to_owned(), name.to_owned()));
    let chosen = desk.settled.with(|draft| chosen(&draft.flow));
    groups.push((t(text::INSERT_CHOSEN), chosen));
    groups
}

/// A condition, or another expression: read as it is typed, and looked at by the check of the
/// flow once the author rests.
#[component]
pub fn ExpressionField(
    desk: Desk,
    step: StepId,
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    value: Lens<String>,
    #[prop(optional)] is_optional: bool,
    #[prop(optional, into)] hint: Option<String>,
) -> impl IntoView {
    let element = NodeRef::<html::Input>::new();
    let error = Signal::derive(move || {
        let typed = value.get.get();
        if is_optional && typed.is_empty() {
            return None;
        }
        if let Err(defect) = Expression::parse(&typed) {
            return Some(words::expression(&typed, &defect));
        }
        desk.findings.with(|found| {
            found.defects.iter().find_map(|defect| match &defect.flaw {
                Flaw::Expression { text, defect: why }
                    if defect.step == Some(step) && *text == typed =>
                {
                    Some(words::expression(&typed, why))
                }
                _ => None,
            })
        })
    });
    let insert = move |what: String| {
        let caret = element
            .get_untracked()
            .and_then(|element| element.selection_end().ok().flatten());
        let typed = value.get.get_untracked();
        value.set.run(inserted(&typed, caret, &what, true));
    };
    let groups = Memo::new(move |_| groups(desk));
    let described = described_by(&id, hint.is_some());
    view! {
        <Labelled id=id.clone() label hint=hint error=error>
            <input
                node_ref=element
                class="field__input flow-panel__code"
                id=id
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                value=value.get.get_untracked()
                prop:value=move || value.get.get()
                aria-describedby=described
                aria-invalid=invalid(error)
                on:input=move |event| value.set.run(event_target_value(&event))
            />
            <Inserts label=text::CONDITION_INSERT groups insert=Callback::new(insert) />
        </Labelled>
    }
    .into_any()
}
