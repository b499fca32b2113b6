//! The dialogs of the teams' page: a team's name, its members and who may join, and its
//! deactivation.
//!
//! Invariant: a team that serves a chat profile is emptied only by somebody who was warned.

use super::agent_dialogs::Choices;
use super::dialog_form::{DialogFooter, DialogForm, open_while, title_while};
use super::form::{Sending, Submit, Trouble};
use super::row::named;
use super::teams::Editing;
use crate::locale::{admin as text, t, t_with, ui};
use crate::ui::{Dialog, Look, Switch, TextField};
use domain::api::{CreateTeam, Field, Refusal, SaveTeam, SetTeamActive};
use domain::id::AgentId;
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
        Some(Editing::Team(team)) => named(text::TEAMS_EDIT_TITLE, &team.name),
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

/// A team as it is being typed.
#[derive(Clone, Copy)]
struct Draft {
    name: RwSignal<String>,
    members: RwSignal<Vec<AgentId>>,
    is_open_to_join: RwSignal<bool>,
}

impl Draft {
    fn of(team: Option<&Team>) -> Self {
        let name = team.map(|team| team.name.as_str().to_owned());
        let members = team.map(|team| team.members.clone());
        Self {
            name: RwSignal::new(name.unwrap_or_default()),
            members: RwSignal::new(members.unwrap_or_default()),
            is_open_to_join: RwSignal::new(team.is_some_and(|team| team.is_open_to_join)),
        }
    }

    /// Makes this team, or saves the one that it is of.
    fn send(
        self,
        team: Option<&Team>,
        is_confirmed: bool,
        sending: Sending,
        done: impl FnOnce() + 'static,
    ) {
        let name = match DisplayName::parse(&self.name.get_untracked()) {
            Ok(name) => name,
            Err(reason) => return sending.refuse(Field::Name, reason),
        };
        let members = self.members.get_untracked();
        let is_open_to_join = self.is_open_to_join.get_untracked();
        match team {
            None => {
                let question = CreateTeam {
                    name,
                    members,
                    is_open_to_join,
                };
                sending.send(question, move |_| done());
            }
            Some(team) => {
                let question = SaveTeam {
                    team: team.id.clone(),
                    name,
                    members,
                    members_before: team.members.clone(),
                    is_open_to_join,
                    is_confirmed,
                };
                sending.send(question, move |_| done());
            }
        }
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
    let draft = Draft::of(team.as_ref());
    let sending = Sending::begin();
    let is_warned =
        Memo::new(move |_| matches!(sending.refusal(), Some(Refusal::TeamServes { .. })));
    let done = move || {
        open.set(false);
        changed.run(());
    };
    let submit = move |()| draft.send(team.as_ref(), is_warned.get_untracked(), sending, done);
    let choices = Signal::derive(move || {
        let active = |agent: &&Agent| agent.is_active;
        let name = |agent: &Agent| (agent.id.clone(), shown(agent.name.as_str()));
        agents.with(|agents| agents.iter().filter(active).map(name).collect::<Vec<_>>())
    });
    let words = Signal::derive(move || {
        t(match (is_new, is_warned.get()) {
            (true, _) => text::TEAMS_CREATE,
            (false, true) => text::TEAMS_SAVE_ANYWAY,
            (false, false) => ui::SAVE,
        })
        .to_owned()
    });
    view! {
        <DialogForm sending open fields=&[Field::Name] words on_submit=submit>
            <TextField
                id="team-name"
                label=t(text::TEAMS_NAME)
                value=draft.name
                error=sending.at(Field::Name)
            />
            <Choices legend=text::TEAMS_MEMBERS choices=choices chosen=draft.members />
            <div>
                <Switch
                    is_on=draft.is_open_to_join
                    label=t(text::TEAMS_OPEN)
                    on_switch=move |is_on| draft.is_open_to_join.set(is_on)
                />
                <p class="field__hint">{t(text::TEAMS_OPEN_HINT)}</p>
            </div>
        </DialogForm>
    }
}

/// Asks before a team is deactivated.
#[component]
pub fn DeactivateTeamDialog(team: RwSignal<Option<Team>>, changed: Callback<()>) -> impl IntoView {
    let open = open_while(team);
    let title = title_while(team, text::TEAMS_DEACTIVATE_TITLE, |team| &team.name);
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
