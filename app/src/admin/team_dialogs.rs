//! The dialogs of the teams' page: a team's name and members, and its deactivation.
//!
//! Invariant: a team that serves a chat profile is emptied only by somebody who was warned.

use super::agent_dialogs::{Choices, DialogFooter, open_while};
use super::form::{Sending, Submit, Trouble};
use super::teams::Editing;
use crate::locale::{admin as text, t, t_with, ui};
use crate::ui::{Dialog, Look, TextField};
use domain::api::{CreateTeam, Field, Refusal, SaveTeam, SetTeamActive};
use domain::people::{Agent, Team};
use domain::text::{DisplayName, shown};
use leptos::prelude::*;

/// A team's name and members.
#[component]
pub fn TeamDialog(
    editing: RwSignal<Option<Editing>>,
    #[prop(into)] agents: Signal<Vec<Agent>>,
    changed: Callback<()>,
) -> impl IntoView {
    let open = open_while(editing);
    let title = Signal::derive(move || match editing.get() {
        Some(Editing::Team(team)) => t_with(
            text::TEAMS_EDIT_TITLE,
            &[("name", &shown(team.name.as_str()))],
        ),
        _ => t(text::TEAMS_NEW).to_owned(),
    });
    view! {
        <Dialog id="team" title=title open=open>
            {move || {
                editing.get().map(|editing| view! { <TeamForm editing agents open changed /> })
            }}
        </Dialog>
    }
}

#[component]
fn TeamForm(
    editing: Editing,
    agents: Signal<Vec<Agent>>,
    open: RwSignal<bool>,
    changed: Callback<()>,
) -> impl IntoView {
    let team = match editing {
        Editing::New => None,
        Editing::Team(team) => Some(team),
    };
    let is_new = team.is_none();
    let (first_name, first_members) = team
        .as_ref()
        .map(|team| (team.name.as_str().to_owned(), team.members.clone()))
        .unwrap_or_default();
    let (name, members) = (RwSignal::new(first_name), RwSignal::new(first_members));
    let sending = Sending::begin();
    let is_warned =
        Memo::new(move |_| matches!(sending.refusal(), Some(Refusal::TeamServes { .. })));
    let done = move || {
        open.set(false);
        changed.run(());
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = match DisplayName::parse(&name.get_untracked()) {
            Ok(name) => name,
            Err(reason) => return sending.refuse(Field::Name, reason),
        };
        let members = members.get_untracked();
        match &team {
            None => sending.send(CreateTeam { name, members }, move |_| done()),
            Some(team) => {
                let question = SaveTeam {
                    team: team.id.clone(),
                    name,
                    members,
                    is_confirmed: is_warned.get_untracked(),
                };
                sending.send(question, move |_| done());
            }
        }
    };
    let choices = Signal::derive(move || {
        let active = |agent: &&Agent| agent.is_active;
        let name = |agent: &Agent| (agent.id.clone(), shown(agent.name.as_str()));
        agents.with(|agents| agents.iter().filter(active).map(name).collect::<Vec<_>>())
    });
    let words = move || {
        t(match (is_new, is_warned.get()) {
            (true, _) => text::TEAMS_CREATE,
            (false, true) => text::TEAMS_SAVE_ANYWAY,
            (false, false) => ui::SAVE,
        })
    };
    view! {
        <form novalidate on:submit=submit>
            <div class="dialog__body">
                <Trouble sending fields=&[Field::Name] />
                <TextField
                    id="team-name"
                    label=t(text::TEAMS_NAME)
                    value=name
                    error=sending.at(Field::Name)
                />
                <Choices legend=text::TEAMS_MEMBERS choices=choices chosen=members />
            </div>
            <DialogFooter open>
                <Submit sending>{words}</Submit>
            </DialogFooter>
        </form>
    }
}

/// Asks before a team is deactivated.
#[component]
pub fn DeactivateTeamDialog(team: RwSignal<Option<Team>>, changed: Callback<()>) -> impl IntoView {
    let open = open_while(team);
    let title = Signal::derive(move || {
        let name = team.with(|team| team.as_ref().map(|team| shown(team.name.as_str())));
        t_with(
            text::TEAMS_DEACTIVATE_TITLE,
            &[("name", &name.unwrap_or_default())],
        )
    });
    view! {
        <Dialog id="deactivate-team" title=title open=open is_narrow=true>
            {move || team.get().map(|team| view! { <DeactivateTeamForm team open changed /> })}
        </Dialog>
    }
}

#[component]
fn DeactivateTeamForm(team: Team, open: RwSignal<bool>, changed: Callback<()>) -> impl IntoView {
    let sending = Sending::begin();
    // Confirming does not help here: another team has to serve the profile first.
    let trouble = move || match sending.refusal() {
        Some(Refusal::TeamServes { profile }) => {
            let profile = shown(profile.as_str());
            Some(t_with(text::TEAMS_STILL_SERVES, &[("profile", &profile)]))
        }
        _ => None,
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let question = SetTeamActive {
            team: team.id.clone(),
            is_active: false,
        };
        sending.send(question, move |_| {
            open.set(false);
            changed.run(());
        });
    };
    view! {
        <form on:submit=submit>
            <div class="dialog__body">
                <p class="dialog__text">{t(text::TEAMS_DEACTIVATE_TEXT)}</p>
                {move || match trouble() {
                    Some(text) => {
                        view! { <crate::ui::Banner tone=crate::ui::Tone::Danger text=text /> }
                            .into_any()
                    }
                    None => view! { <Trouble sending fields=&[] /> }.into_any(),
                }}
            </div>
            <DialogFooter open>
                <Submit sending look=Look::Danger>
                    {t(text::TEAMS_DEACTIVATE)}
                </Submit>
            </DialogFooter>
        </form>
    }
}
