//! The form of an outside step: what somebody else does, and how long it may take.
//!
//! Invariant: what is not there yet can be written all the same, and the form says what it needs.

use super::hand_over::known_teams;
use super::runbook::{backs, sends};
use crate::admin::flows::desk::Desk;
use crate::admin::flows::fields::{CheckField, LineField, PickField, WayField};
use crate::admin::flows::words;
use crate::locale::{Text, flows as text, t, t_with};
use crate::ui::{Banner, Tone};
use domain::flow::{Call, Exit, Outside, StepId};
use domain::id::TeamId;
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::mem::discriminant;

const CALLS: [&str; 7] = [
    "ticket",
    "lead",
    "article",
    "search",
    "virtual_agent",
    "runbook",
    "verify",
];

fn call_named(word: &str) -> Option<Call> {
    Some(match word {
        "ticket" => Call::Ticket {
            subject: String::new(),
            team: None,
            is_link_sent: true,
        },
        "lead" => Call::Lead {
            title: String::new(),
            team: None,
        },
        "article" => Call::Article {
            article: String::new(),
        },
        "search" => Call::Search {
            query: String::new(),
        },
        "virtual_agent" => Call::VirtualAgent {
            agent: String::new(),
        },
        "runbook" => Call::Runbook {
            runbook: String::new(),
            send: BTreeMap::new(),
            back: Vec::new(),
        },
        "verify" => Call::Verify,
        _ => return None,
    })
}

/// The calls by their words, each with nothing said yet.
fn calls() -> impl Iterator<Item = (&'static str, Call)> {
    let calls = CALLS.into_iter();
    calls.filter_map(|word| Some((word, call_named(word)?)))
}

fn call_word(call: &Call) -> &'static str {
    let found = calls().find(|(_, known)| discriminant(known) == discriminant(call));
    found.map_or("", |(word, _)| word)
}

/// What a call is about, and what that is called.
fn about(call: &mut Call) -> Option<(Text, &mut String)> {
    match call {
        Call::Ticket { subject: it, .. } => Some((text::CALL_SUBJECT, it)),
        Call::Lead { title: it, .. } => Some((text::CALL_TITLE, it)),
        Call::Article { article: it } => Some((text::CALL_ARTICLE, it)),
        Call::Search { query: it } => Some((text::CALL_QUERY, it)),
        Call::VirtualAgent { agent: it } => Some((text::CALL_AGENT, it)),
        Call::Runbook { runbook: it, .. } => Some((text::CALL_RUNBOOK, it)),
        Call::Verify => None,
    }
}

/// What somebody else does.
#[component]
pub fn OutsideForm(desk: Desk, id: StepId) -> impl IntoView {
    let call = desk.of_part(
        id,
        "",
        |it: &Outside| call_word(&it.call).to_owned(),
        |it, word: String| {
            if let Some(call) = call_named(&word) {
                it.call = call;
            }
        },
    );
    let wait = desk.of_part(
        id,
        "wait",
        |it: &Outside| it.wait_seconds.to_string(),
        |it, typed: String| it.wait_seconds = typed.trim().parse().unwrap_or(it.wait_seconds),
    );
    let choices = calls().map(|(word, call)| (word.to_owned(), words::call(&call).to_owned()));
    let choices: Vec<(String, String)> = choices.collect();
    let missing = move || {
        let target = words::target_of(&call_named(&call.get.get())?);
        let is_there = desk.page.with(|page| page.around.targets.contains(&target));
        (!is_there).then(|| t_with(text::NEEDS, &[("target", words::target(target))]))
    };
    let can_find_nothing =
        move || call_named(&call.get.get()).is_some_and(|call| call.can_find_nothing());
    view! {
        <PickField id="step-call" label=t(text::CALL) value=call choices=Signal::stored(choices) />
        {move || missing().map(|text| view! { <Banner tone=Tone::Waiting text /> })}
        {move || call_named(&call.get.get()).map(|call| call_fields(desk, id, call))}
        <LineField id="step-wait" kind="number" label=t(text::WAIT) value=wait />
        <WayField desk step=id exit=Exit::Next />
        <Show when=can_find_nothing>
            <WayField desk step=id exit=Exit::Nothing />
        </Show>
        <WayField desk step=id exit=Exit::Failed />
    }
    .into_any()
}

fn call_fields(desk: Desk, id: StepId, mut call: Call) -> AnyView {
    let about = about(&mut call).map(|(label, _)| {
        let value = desk.of_part(
            id,
            "call",
            |it: &Outside| {
                let mut call = it.call.clone();
                about(&mut call)
                    .map(|(_, it)| it.clone())
                    .unwrap_or_default()
            },
            |it, typed| {
                if let Some((_, text)) = about(&mut it.call) {
                    *text = typed;
                }
            },
        );
        view! { <LineField id="step-about" label=t(label) value /> }
    });
    let more = match call {
        Call::Ticket { .. } => view! {
            <CallTeam desk id />
            <CallLink desk id />
        }
        .into_any(),
        Call::Lead { .. } => view! { <CallTeam desk id /> }.into_any(),
        Call::Runbook { .. } => view! {
            {sends(desk, id)}
            {backs(desk, id)}
        }
        .into_any(),
        _ => ().into_any(),
    };
    view! {
        {about}
        {more}
    }
    .into_any()
}

#[component]
fn CallTeam(desk: Desk, id: StepId) -> impl IntoView {
    let value = desk.of_part(
        id,
        "",
        |it: &Outside| match &it.call {
            Call::Ticket { team, .. } | Call::Lead { team, .. } => {
                team.as_ref().map_or("", TeamId::as_str).to_owned()
            }
            _ => String::new(),
        },
        |it, word: String| {
            if let Call::Ticket { team, .. } | Call::Lead { team, .. } = &mut it.call {
                *team = TeamId::parse(&word).ok();
            }
        },
    );
    let choices = Signal::derive(move || {
        let chosen: Vec<TeamId> = TeamId::parse(&value.get.get()).ok().into_iter().collect();
        let mut choices = vec![(String::new(), t(text::CALL_TEAM_OWN).to_owned())];
        let known = known_teams(desk, &chosen).into_iter();
        choices.extend(known.map(|(team, name)| (team.as_str().to_owned(), name)));
        choices
    });
    view! { <PickField id="step-team" label=t(text::CALL_TEAM) value choices /> }.into_any()
}

#[component]
fn CallLink(desk: Desk, id: StepId) -> impl IntoView {
    let value = desk.of_part(
        id,
        "",
        |it: &Outside| {
            let Call::Ticket { is_link_sent, .. } = it.call else {
                return false;
            };
            is_link_sent
        },
        |it, is_on| {
            if let Call::Ticket { is_link_sent, .. } = &mut it.call {
                *is_link_sent = is_on;
            }
        },
    );
    view! { <CheckField label=t(text::CALL_LINK) value /> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_can_be_chosen() {
        for word in CALLS {
            let call = call_named(word).unwrap();
            assert_eq!(call_word(&call), word);
        }
        assert_eq!(call_named("nothing"), None);
    }
}
