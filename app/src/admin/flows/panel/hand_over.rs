//! The form of a hand-over: who takes over, and what the visitor may send then.
//!
//! Invariant: a chosen team stays chosen when it is gone, and the form says that it is.

use crate::admin::flows::desk::Desk;
use crate::admin::flows::fields::{
    AreaField, CheckField, Choices, Known, PickField, WayField, WordsField, choices, of_word,
    word_of,
};
use crate::admin::flows::lens::{Lens, part};
use crate::admin::flows::words;
use crate::locale::{flows as text, t, t_with};
use domain::flow::{Exit, FilePolicy, HandOver, StepId};
use domain::id::TeamId;
use leptos::prelude::*;

const FILES: &Known<FilePolicy> = &[
    ("profile", FilePolicy::Profile),
    ("prevent", FilePolicy::Prevent),
    ("allow", FilePolicy::Allow),
    ("known_only", FilePolicy::KnownOnly),
];

/// Who takes over.
#[component]
pub fn HandOverForm(desk: Desk, id: StepId) -> impl IntoView {
    let said = part!(desk, id, HandOver, "text", |it| it.text);
    let teams = part!(desk, id, HandOver, "", |it| it.teams);
    let expertise = desk.of_part(
        id,
        "expertise",
        |it: &HandOver| it.expertise.join("\n"),
        |it, typed: String| {
            // An empty last line is where the author goes on to write.
            it.expertise = typed.split('\n').map(str::to_owned).collect();
            if typed.is_empty() {
                it.expertise.clear();
            }
        },
    );
    let files = desk.of_part(
        id,
        "",
        |it: &HandOver| word_of(FILES, &it.files),
        |it, word| it.files = of_word(FILES, &word).unwrap_or(it.files),
    );
    view! {
        <WordsField desk id="step-text" label=t(text::HAND_OVER_TEXT) value=said is_optional=true />
        <Teams desk teams />
        <AreaField id="step-expertise" label=t(text::EXPERTISE) value=expertise hint=t(text::EXPERTISE_HINT) />
        <PickField id="step-files" label=t(text::FILES) value=files choices=choices(FILES, words::files) />
        <WayField desk step=id exit=Exit::Nobody />
    }
    .into_any()
}

/// The teams that can be chosen, and those that are chosen and gone.
pub(super) fn known_teams(desk: Desk, chosen: &[TeamId]) -> Vec<(TeamId, String)> {
    let mut teams = desk.active_teams();
    for team in chosen {
        if teams.iter().all(|(known, _)| known != team) {
            let name = t_with(text::TEAM_GONE, &[("team", team.as_str())]);
            teams.push((team.clone(), name));
        }
    }
    teams
}

#[component]
fn Teams(desk: Desk, teams: Lens<Vec<TeamId>>) -> impl IntoView {
    let known = known_teams(desk, &teams.get.get_untracked());
    let boxes = known.into_iter().map(|(team, name)| {
        let own = team.clone();
        let value = Lens {
            get: Signal::derive(move || teams.get.with(|teams| teams.contains(&own))),
            set: Callback::new(move |is_on: bool| {
                let mut chosen = teams.get.get_untracked();
                chosen.retain(|known| *known != team);
                if is_on {
                    chosen.push(team.clone());
                }
                teams.set.run(chosen);
            }),
        };
        view! { <CheckField label=name value /> }
    });
    let boxes = boxes.collect_view();
    view! {
        <Choices label=t(text::TEAMS) hint=Some(t(text::TEAMS_HINT))>
            {boxes}
        </Choices>
    }
}
