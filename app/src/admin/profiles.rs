//! The chat profiles: which there are, whether each is open now, and new ones.
//!
//! Invariant: a conversation belongs to its chat profile for ever, so none is deleted.

use super::area::{PageHeader, Shown};
use super::dialog_form::{DialogForm, open_while};
use super::form::Sending;
use super::profile_area::address;
use super::row::named;
use super::websites::WebsitesButton;
use crate::api::{self, Failure};
use crate::around::use_session;
use crate::locale::{admin as text, t, t_count, t_with};
use crate::ui::{
    Badge, Button, ChoiceField, Column, Dialog, EmptyState, Icon, Look, Table, TextField, Tone,
    icon,
};
use domain::api::{CreateProfile, Field, ListProfiles, ListTeams, ProfileRow};
use domain::id::TeamId;
use domain::people::Team;
use domain::settings::ProfileAccess;
use domain::text::{DisplayName, Reason, shown};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

const COLUMNS: &[Column] = &[
    Column::Plain(text::PROFILES_NAME),
    Column::Wide(text::PROFILES_WEBSITES),
    Column::Plain(text::PROFILES_STATE),
    Column::Spoken(text::AGENTS_ACTIONS),
];

/// What a new chat profile begins as.
#[derive(Debug, Clone, PartialEq, Eq)]
enum New {
    Blank,
    Like(Box<ProfileRow>),
}

/// The chat profiles.
#[component]
pub fn ProfilesPage() -> impl IntoView {
    let session = use_session();
    let read = Resource::new_blocking(
        move || session.settings.get(),
        |_| {
            let profiles = api::request(ListProfiles {});
            let teams = api::request(ListTeams {});
            async move { Ok::<_, Failure>((profiles.await?, teams.await?)) }
        },
    );
    let new = RwSignal::new(None);
    let teams = RwSignal::new(Vec::<Team>::new());
    view! {
        <PageHeader title=text::PROFILES_TITLE lead=text::PROFILES_LEAD>
            <WebsitesButton />
            <Button
                look=Look::Primary
                icon=Icon::Plus
                on_press=Callback::new(move |()| new.set(Some(New::Blank)))
            >
                {t(text::PROFILES_NEW)}
            </Button>
        </PageHeader>
        <Shown
            read
            show=move |(rows, all)| {
                teams.set(all);
                view! { <List rows new /> }.into_any()
            }
        />
        <NewDialog new teams />
    }
}

#[component]
fn List(rows: Vec<ProfileRow>, new: RwSignal<Option<New>>) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|row| view! { <Row row new /> }.into_any())
        .collect();
    view! {
        <Table columns=COLUMNS rows>
            <EmptyState
                sign=Icon::Bubble
                title=t(text::PROFILES_EMPTY_TITLE)
                text=t(text::PROFILES_EMPTY_TEXT)
            />
        </Table>
    }
}

/// How a chat profile can be reached now, in one word.
fn state(row: &ProfileRow) -> (Tone, &'static str) {
    if !row.is_active {
        (Tone::Danger, t(text::PROFILES_INACTIVE))
    } else if !row.opening.is_open() {
        (Tone::Info, t(text::PROFILES_CLOSED))
    } else if row.is_available {
        (Tone::Positive, t(text::PROFILES_OPEN))
    } else {
        (Tone::Waiting, t(text::PROFILES_UNATTENDED))
    }
}

#[component]
fn Row(row: ProfileRow, new: RwSignal<Option<New>>) -> impl IntoView {
    let (tone, words) = state(&row);
    let websites = match row.origins {
        _ if row.access == ProfileAccess::Agents => t(text::PROFILES_AGENTS).to_owned(),
        0 => t(text::PROFILES_EVERY).to_owned(),
        count => t_count(
            text::PROFILES_WEBSITES_ONE,
            text::PROFILES_WEBSITES_OTHER,
            count.into(),
        ),
    };
    let copy = named(text::PROFILES_COPY_TITLE, &row.name);
    let team = t_with(
        text::PROFILES_OF_TEAM,
        &[("team", &shown(row.team_name.as_str()))],
    );
    let liked = row.clone();
    view! {
        <tr>
            <td>
                <div class="table__main">
                    {icon(Icon::Bubble)}
                    <div>
                        <strong>
                            <a class="table__link" href=address(&row.id)>
                                {shown(row.name.as_str())}
                            </a>
                        </strong>
                        {row
                            .is_default
                            .then(|| {
                                view! {
                                    " "
                                    <Badge tone=Tone::Info>{t(text::PROFILES_DEFAULT)}</Badge>
                                }
                            })}
                        <span class="table__second">{team}</span>
                    </div>
                </div>
            </td>
            <td class="table__wide">{websites}</td>
            <td>
                <Badge tone=tone>{words}</Badge>
            </td>
            <td class="table__actions">
                <button
                    type="button"
                    class="button button--quiet button--icon button--small"
                    aria-label=copy.clone()
                    title=copy
                    on:click=move |_| new.set(Some(New::Like(Box::new(liked.clone()))))
                >
                    {icon(Icon::Copy)}
                </button>
            </td>
        </tr>
    }
}

#[component]
fn NewDialog(new: RwSignal<Option<New>>, teams: RwSignal<Vec<Team>>) -> impl IntoView {
    let open = open_while(new);
    let title = Signal::derive(move || match new.get() {
        Some(New::Like(row)) => named(text::PROFILES_COPY_TITLE, &row.name),
        _ => t(text::PROFILES_NEW).to_owned(),
    });
    view! {
        <Dialog id="new-profile" title=title open=open>
            {move || new.get().map(|new| view! { <NewForm new open teams /> })}
        </Dialog>
    }
}

#[component]
fn NewForm(new: New, open: RwSignal<bool>, teams: RwSignal<Vec<Team>>) -> impl IntoView {
    let navigate = use_navigate();
    let sending = Sending::begin();
    let like = match new {
        New::Blank => None,
        New::Like(row) => Some(row),
    };
    let choices: Vec<_> = teams
        .get_untracked()
        .iter()
        .filter(|team| team.is_active)
        .map(|team| (team.id.as_str().to_owned(), shown(team.name.as_str())))
        .collect();
    let first = like.as_ref().map(|row| row.team.as_str().to_owned());
    let first = first.or_else(|| choices.first().map(|(id, _)| id.clone()));
    let (name, team) = (
        RwSignal::new(String::new()),
        RwSignal::new(first.unwrap_or_default()),
    );
    let lead = like
        .is_some()
        .then(|| t(text::PROFILES_COPY_TEXT).to_owned());
    let submit = move |()| {
        let name = match DisplayName::parse(&name.get_untracked()) {
            Ok(name) => name,
            Err(reason) => return sending.refuse(Field::Name, reason),
        };
        let Ok(team) = TeamId::parse(&team.get_untracked()) else {
            return sending.refuse(Field::Team, Reason::Form);
        };
        let question = CreateProfile {
            name,
            like: like.as_ref().map(|row| row.id.clone()),
            team: Some(team),
        };
        let navigate = navigate.clone();
        sending.send(question, move |page| {
            open.set(false);
            navigate(
                &address(&page.profile.id),
                leptos_router::NavigateOptions::default(),
            );
        });
    };
    view! {
        <DialogForm
            sending
            open
            fields=&[Field::Name, Field::Team]
            lead=lead
            words=t(text::PROFILES_CREATE)
            on_submit=submit
        >
            <TextField
                id="new-profile-name"
                label=t(text::PROFILE_NAME)
                value=name
                hint=t(text::PROFILE_NAME_HINT)
                error=sending.at(Field::Name)
            />
            <ChoiceField
                id="new-profile-team"
                label=t(text::PROFILE_TEAM)
                value=team
                choices=Signal::stored(choices)
                hint=t(text::PROFILE_TEAM_HINT)
                error=sending.at(Field::Team)
            />
        </DialogForm>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::ProfileId;
    use domain::settings::Opening;

    #[test]
    fn a_profile_says_why_nobody_can_be_reached() {
        let row = |is_active, opening, is_available| ProfileRow {
            id: ProfileId::from_value(1),
            name: DisplayName::parse("Shop").unwrap(),
            team: TeamId::from_value(2),
            team_name: DisplayName::parse("Support").unwrap(),
            access: ProfileAccess::Everyone,
            is_active,
            is_default: false,
            opening,
            is_available,
            origins: 0,
        };
        let (open, closed) = (
            Opening::Open { until: None },
            Opening::Closed { opens: None },
        );
        for (row, word) in [
            (row(true, open, true), "Open"),
            (row(true, open, false), "Nobody there"),
            (row(true, closed, false), "Closed"),
            (row(false, open, false), "Takes no new conversations"),
        ] {
            assert_eq!(state(&row).1, word);
        }
    }
}
