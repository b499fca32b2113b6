//! The agents: who they are, what they may do, and whether they may still sign in.
//!
//! Invariant: an agent is never deleted; the table shows deactivated ones, too.

use super::agent_dialogs::{CreateAgentDialog, DeactivateDialog, PasswordDialog};
use super::area::{PageHeader, Shown};
use super::asking::Asking;
use super::row::{ActiveItem, named};
use crate::api::{self, Failure};
use crate::around::use_session;
use crate::locale::{admin as text, t, ui};
use crate::ui::{
    Avatar, Badge, Button, Column, EmptyState, Icon, Look, Menu, MenuItem, Table, Tone, hue,
};
use domain::api::{ListAgents, ListTeams, SetAgentActive};
use domain::people::{Agent, Availability, Role, Team};
use domain::text::shown;
use leptos::prelude::*;

const COLUMNS: &[Column] = &[
    Column::Plain(text::AGENTS_NAME),
    Column::Wide(text::AGENTS_ROLE),
    Column::Wide(text::AGENTS_TEAMS),
    Column::Plain(text::AGENTS_STATE),
    Column::Spoken(text::AGENTS_ACTIONS),
];

/// What the table's rows can open.
#[derive(Clone, Copy)]
pub struct Open {
    /// Reads the table again.
    pub changed: Callback<()>,
    /// Whose password is set.
    pub password: RwSignal<Option<Agent>>,
    /// Who is deactivated.
    pub deactivate: RwSignal<Option<Agent>>,
}

/// The agents.
#[component]
pub fn AgentsPage() -> impl IntoView {
    let session = use_session();
    let read = Resource::new_blocking(
        move || session.settings.get(),
        |_| {
            let (agents, teams) = (api::request(ListAgents {}), api::request(ListTeams {}));
            async move { Ok::<_, Failure>((agents.await?, teams.await?)) }
        },
    );
    let is_creating = RwSignal::new(false);
    let changed = Callback::new(move |()| read.refetch());
    let open = Open {
        changed,
        password: RwSignal::new(None),
        deactivate: RwSignal::new(None),
    };
    let teams = RwSignal::new(Vec::<Team>::new());
    view! {
        <PageHeader title=text::AGENTS_TITLE lead=text::AGENTS_LEAD>
            <Button
                look=Look::Primary
                icon=Icon::Plus
                on_press=Callback::new(move |()| is_creating.set(true))
            >
                {t(text::AGENTS_NEW)}
            </Button>
        </PageHeader>
        <Shown
            read
            show=move |(agents, all)| {
                teams.set(Vec::clone(&all));
                view! { <List agents teams=all open /> }.into_any()
            }
        />
        <CreateAgentDialog open=is_creating teams=teams changed=changed />
        <PasswordDialog agent=open.password changed=changed />
        <DeactivateDialog agent=open.deactivate changed=changed />
    }
}

#[component]
fn List(agents: Vec<Agent>, teams: Vec<Team>, open: Open) -> impl IntoView {
    let rows = agents
        .into_iter()
        .map(|agent| {
            let names = names(&agent, &teams);
            view! { <AgentRow agent teams=names open /> }.into_any()
        })
        .collect();
    view! {
        <Table columns=COLUMNS rows few=1>
            <EmptyState
                sign=Icon::Users
                title=t(text::AGENTS_EMPTY_TITLE)
                text=t(text::AGENTS_EMPTY_TEXT)
            />
        </Table>
    }
}

/// The names of an agent's teams.
fn names(agent: &Agent, teams: &[Team]) -> String {
    let names: Vec<_> = teams
        .iter()
        .filter(|team| agent.teams.contains(&team.id))
        .map(|team| shown(team.name.as_str()))
        .collect();
    if names.is_empty() {
        t(text::AGENTS_NO_TEAM).to_owned()
    } else {
        names.join(", ")
    }
}

#[component]
fn AgentRow(agent: Agent, teams: String, open: Open) -> impl IntoView {
    let session = use_session();
    let is_me = session.agent() == agent.id;
    let name = shown(agent.name.as_str());
    let role = t(role_word(agent.role));
    view! {
        <tr>
            <td>
                <div class="table__main">
                    <Avatar
                        name=name.clone()
                        hue=hue(agent.id.as_str())
                        picture=Signal::stored(agent.face.picture.clone())
                    />
                    <div>
                        <strong>
                            {name}
                            {is_me.then(|| format!(" ({})", t(text::AGENTS_YOU)))}
                        </strong>
                        <span class="table__second">{agent.email.as_str().to_owned()}</span>
                    </div>
                </div>
            </td>
            <td class="table__wide">{role}</td>
            <td class="table__wide">{teams}</td>
            <td>
                <State agent=agent.clone() />
            </td>
            <td class="table__actions">
                <Actions agent open />
            </td>
        </tr>
    }
}

/// The word of a role.
pub fn role_word(role: Role) -> crate::locale::Text {
    match role {
        Role::Agent => text::AGENTS_ROLE_AGENT,
        Role::Admin => text::AGENTS_ROLE_ADMIN,
    }
}

#[component]
fn State(agent: Agent) -> impl IntoView {
    let (tone, words) = match (agent.is_active, agent.availability) {
        (false, _) => (Tone::Danger, text::AGENTS_DEACTIVATED),
        (true, Availability::Available) => (Tone::Positive, text::AGENTS_AVAILABLE),
        (true, Availability::Away) => (Tone::Info, text::AGENTS_AWAY),
    };
    view! { <Badge tone=tone>{t(words)}</Badge> }
}

#[component]
fn Actions(agent: Agent, open: Open) -> impl IntoView {
    let asking = Asking::begin();
    let is_active = agent.is_active;
    let label = named(ui::MORE_FOR, &agent.name);
    let (for_password, for_active) = (agent.clone(), agent);
    let turn = move |()| {
        if is_active {
            open.deactivate.set(Some(for_active.clone()));
            return;
        }
        let question = SetAgentActive {
            agent: for_active.id.clone(),
            is_active: true,
            is_confirmed: true,
        };
        asking.ask(question, move |_| open.changed.run(()));
    };
    view! {
        <Menu label=label>
            <MenuItem
                sign=Icon::Key
                on_press=move |()| open.password.set(Some(for_password.clone()))
            >
                {t(text::AGENTS_SET_PASSWORD)}
            </MenuItem>
            <ActiveItem is_active on_press=turn />
        </Menu>
    }
}
