//! The forms of the steps with which a flow ends: its last words, and another flow.
//!
//! Invariant: a flow that is chosen stays in the list, published or not.

use crate::admin::flows::desk::Desk;
use crate::admin::flows::fields::{CheckField, PickField, WayField, WordsField};
use crate::admin::flows::lens::part;
use crate::locale::{flows as text, t, t_with};
use domain::flow::{Exit, StartFlow, StepId};
use domain::id::FlowId;
use domain::text::shown;
use leptos::prelude::*;

/// The last words.
#[component]
pub fn EndForm(desk: Desk, id: StepId) -> impl IntoView {
    let said = part!(desk, id, End, "text", |it| it.text);
    let closes = part!(desk, id, End, "", |it| it.closes);
    view! {
        <WordsField desk id="step-text" label=t(text::END_TEXT) value=said is_optional=true />
        <CheckField label=t(text::CLOSES) value=closes />
    }
    .into_any()
}

/// Which flow goes on.
#[component]
pub fn StartFlowForm(desk: Desk, id: StepId) -> impl IntoView {
    let value = desk.of_part(
        id,
        "",
        |it: &StartFlow| it.flow.as_ref().map_or("", FlowId::as_str).to_owned(),
        |it, word| it.flow = FlowId::parse(&word).ok(),
    );
    let choices = Signal::derive(move || {
        let own = desk.page.with(|page| page.row.id.clone());
        let chosen = value.get.get();
        let mut choices = vec![(String::new(), t(text::FLOW_NONE).to_owned())];
        desk.flows.with_value(|flows| {
            for row in flows {
                let name = shown(row.name.as_str());
                let words = if row.id == own {
                    t_with(text::FLOW_SELF, &[("name", &name)])
                } else if row.published.is_some() && !row.is_archived {
                    name
                } else if row.id.as_str() == chosen {
                    t_with(text::FLOW_UNPUBLISHED, &[("name", &name)])
                } else {
                    continue;
                };
                choices.push((row.id.as_str().to_owned(), words));
            }
        });
        choices
    });
    view! {
        <PickField id="step-flow" label=t(text::FLOW) value choices />
        <WayField desk step=id exit=Exit::Failed />
    }
    .into_any()
}
