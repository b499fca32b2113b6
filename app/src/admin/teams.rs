//! The teams: what they are called, who answers for them, and whether they still do.
//!
//! Invariant: a conversation belongs to a team for ever, so a team is never deleted.

use super::area::{PageHeader, Shown};
use super::asking::Asking;
use super::row::{ActiveBadge, ActiveItem, named};
use super::team_dialogs::{DeactivateTeamDialog, TeamDialog};
use crate::api::{self, Failure};
use crate::around::use_session;
use crate::locale::{admin as text, t, t_count, t_with, ui};
use crate::ui::{Badge, Button, Column, Icon, Look, Menu, MenuItem, Table, icon};
use domain::api::{ListAgents, ListProfiles, ListTeams, ProfileRow, SetTeamActive};
use domain::people::{Agent, Team};
use domain::text::shown;
use leptos::prelude::*;

const COLUMNS: &[Column] = &[
    Column::Plain(text::TEAMS_NAME),
    Column::Wide(text::TEAMS_MEMBERS),
    Column::Plain(text::AGENTS_STATE),
    Column::Spoken(text::AGENTS_ACTIONS),
];

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
            let profiles = api::request(ListProfiles {});
            async move { Ok::<_, Failure>((teams.await?, agents.await?, profiles.await?)) }
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
        <Shown
            read
            show=move |(teams, all, profiles)| {
                agents.set(Vec::clone(&all));
                view! { <List teams agents=all profiles open /> }.into_any()
            }
        />
        <TeamDialog editing=open.edit agents=agents changed=changed />
        <DeactivateTeamDialog team=open.deactivate changed=changed />
    }
}

#[component]
fn List(
    teams: Vec<Team>,
    agents: Vec<Agent>,
    profiles: Vec<ProfileRow>,
    open: Open,
) -> impl IntoView {
    let rows = teams
        .into_iter()
        .map(|team| {
            let members = members(&team, &agents);
            let served = profiles.iter().filter(|profile| profile.team == team.id);
            let served: Vec<_> = served.map(|profile| shown(profile.name.as_str())).collect();
            let serves = (!served.is_empty()).then(|| served.join(", "));
            view! { <TeamRow team members serves open /> }.into_any()
        })
        .collect();
    view! { <Table columns=COLUMNS rows /> }
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
                <ActiveBadge is_active=team.is_active />
                {team
                    .is_open_to_join
                    .then(|| view! { " " <Badge>{t(text::TEAMS_IS_OPEN)}</Badge> })}
            </td>
            <td class="table__actions">
                <Actions team open />
            </td>
        </tr>
    }
}

#[component]
fn Actions(team: Team, open: Open) -> impl IntoView {
    let asking = Asking::begin();
    let is_active = team.is_active;
    let label = named(ui::MORE_FOR, &team.name);
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
        asking.ask(question, move |_| open.changed.run(()));
    };
    view! {
        <Menu label=label>
            <MenuItem
                sign=Icon::Users
                on_press=move |()| open.edit.set(Some(Editing::Team(edited.clone())))
            >
                {t(text::TEAMS_EDIT)}
            </MenuItem>
            <ActiveItem is_active on_press=turn />
        </Menu>
    }
}
