//! The teams: what they are called, who answers for them, and whether they still do.
//!
//! Invariant: a conversation belongs to a team for ever, so a team is never deleted.

use super::area::{NotRead, PageHeader, Reading};
use super::team_dialogs::{DeactivateTeamDialog, TeamDialog};
use crate::api::{self, Failure};
use crate::around::{sentence, use_session};
use crate::locale::{admin as text, t, t_count, t_with, ui};
use crate::ui::{Badge, Button, Icon, Look, Menu, MenuItem, Toaster, Tone, icon};
use domain::api::{ListAgents, ListTeams, ReadProfile, SetTeamActive};
use domain::people::{Agent, Team};
use domain::settings::ChatProfile;
use domain::text::shown;
use leptos::either::Either;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What the dialog of a team is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Editing {
    /// A new team.
    New,
    /// This one.
    Team(Team),
}

/// What the table's rows can open.
#[derive(Clone, Copy)]
struct Open {
    changed: Callback<()>,
    edit: RwSignal<Option<Editing>>,
    deactivate: RwSignal<Option<Team>>,
}

/// The teams.
#[component]
pub fn TeamsPage() -> impl IntoView {
    let session = use_session();
    let read = Resource::new_blocking(
        move || session.settings.get(),
        |_| {
            let (teams, agents) = (api::request(ListTeams {}), api::request(ListAgents {}));
            let profile = api::request(ReadProfile {});
            async move { Ok::<_, Failure>((teams.await?, agents.await?, profile.await?.profile)) }
        },
    );
    let changed = Callback::new(move |()| read.refetch());
    let open = Open {
        changed,
        edit: RwSignal::new(None),
        deactivate: RwSignal::new(None),
    };
    let agents = RwSignal::new(Vec::<Agent>::new());
    view! {
        <PageHeader title=text::TEAMS_TITLE lead=text::TEAMS_LEAD>
            <Button
                look=Look::Primary
                icon=Icon::Plus
                on_press=Callback::new(move |()| open.edit.set(Some(Editing::New)))
            >
                {t(text::TEAMS_NEW)}
            </Button>
        </PageHeader>
        <Transition fallback=Reading>
            {move || Suspend::new(async move {
                match read.await {
                    Ok((teams, all, profile)) => {
                        agents.set(all.clone());
                        Either::Left(view! { <Table teams agents=all profile open /> })
                    }
                    Err(failure) => Either::Right(view! { <NotRead failure /> }),
                }
            })}
        </Transition>
        <TeamDialog editing=open.edit agents=agents changed=changed />
        <DeactivateTeamDialog team=open.deactivate changed=changed />
    }
}

#[component]
fn Table(teams: Vec<Team>, agents: Vec<Agent>, profile: ChatProfile, open: Open) -> impl IntoView {
    let rows = teams
        .into_iter()
        .map(|team| {
            let members = members(&team, &agents);
            let serves = (profile.team == team.id).then(|| shown(profile.name.as_str()));
            view! { <TeamRow team members serves open /> }
        })
        .collect_view();
    view! {
        <section class="card">
            <div class="table">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{t(text::TEAMS_NAME)}</th>
                            <th scope="col" class="table__wide">
                                {t(text::TEAMS_MEMBERS)}
                            </th>
                            <th scope="col">{t(text::AGENTS_STATE)}</th>
                            <th scope="col">
                                <span class="visually-hidden">{t(text::AGENTS_ACTIONS)}</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

/// The names of those who answer for the team.
fn members(team: &Team, agents: &[Agent]) -> Vec<String> {
    agents
        .iter()
        .filter(|agent| agent.is_active && team.members.contains(&agent.id))
        .map(|agent| shown(agent.name.as_str()))
        .collect()
}

#[component]
fn TeamRow(team: Team, members: Vec<String>, serves: Option<String>, open: Open) -> impl IntoView {
    let count = u64::try_from(members.len()).unwrap_or_default();
    let counted = t_count(text::TEAMS_MEMBERS_ONE, text::TEAMS_MEMBERS_OTHER, count);
    let names = if members.is_empty() {
        t(text::TEAMS_NOBODY).to_owned()
    } else {
        members.join(", ")
    };
    let (tone, state) = if team.is_active {
        (Tone::Positive, text::TEAMS_ACTIVE)
    } else {
        (Tone::Danger, text::AGENTS_DEACTIVATED)
    };
    view! {
        <tr>
            <td>
                <div class="table__main">
                    {icon(Icon::Users)}
                    <div>
                        <strong>{shown(team.name.as_str())}</strong>
                        <span class="table__second">
                            {match serves {
                                Some(profile) => {
                                    t_with(text::TEAMS_SERVES, &[("profile", &profile)])
                                }
                                None => counted,
                            }}
                        </span>
                    </div>
                </div>
            </td>
            <td class="table__wide">{names}</td>
            <td>
                <Badge tone=tone>{t(state)}</Badge>
            </td>
            <td class="table__actions">
                <Actions team open />
            </td>
        </tr>
    }
}

#[component]
fn Actions(team: Team, open: Open) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let session = use_session();
    let is_active = team.is_active;
    let label = t_with(ui::MORE_FOR, &[("name", &shown(team.name.as_str()))]);
    let (edited, turned) = (team.clone(), team);
    let turn = move |()| {
        if is_active {
            open.deactivate.set(Some(turned.clone()));
            return;
        }
        let question = SetTeamActive {
            team: turned.id.clone(),
            is_active: true,
        };
        spawn_local(async move {
            match api::request(question).await {
                Ok(_) => open.changed.run(()),
                Err(failure) => {
                    session.note(&failure);
                    toaster.say(Tone::Danger, sentence(&failure));
                }
            }
        });
    };
    let sign = if is_active { Icon::Close } else { Icon::Check };
    let words = if is_active {
        text::TEAMS_DEACTIVATE
    } else {
        text::TEAMS_ACTIVATE
    };
    view! {
        <Menu label=label>
            <MenuItem
                sign=Icon::Users
                on_press=move |()| open.edit.set(Some(Editing::Team(edited.clone())))
            >
                {t(text::TEAMS_EDIT)}
            </MenuItem>
            <MenuItem sign=sign is_danger=is_active on_press=turn>
                {t(words)}
            </MenuItem>
        </Menu>
    }
}
