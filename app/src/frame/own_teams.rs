//! The dialog in which agents see their teams, and join and leave those that an admin has opened
//! to them.
//!
//! Invariant: shows what the server knows; a press changes it there, and what is shown is read
//! again.

use crate::api::{self, Failure};
use crate::around::sentence;
use crate::chat::{Desk, use_desk};
use crate::locale::{around as text, t, ui};
use crate::ui::{Banner, Button, Dialog, Tone};
use domain::api::{ListOwnTeams, OwnTeam, SetOwnMembership};
use domain::id::TeamId;
use domain::text::shown;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What the dialog shows; `None` until it has been read, then the last answer.
type Teams = RwSignal<Option<Result<Vec<OwnTeam>, Failure>>>;

/// The agent's teams, and those they may join.
#[component]
pub fn OwnTeamsDialog(open: RwSignal<bool>) -> impl IntoView {
    let desk = use_desk();
    let teams: Teams = RwSignal::new(None);
    // When it opens, and when somebody saves settings meanwhile.
    Effect::new(move |_| {
        desk.session().settings.track();
        if open.get() {
            spawn_local(read(desk, teams));
        }
    });
    let rows = move || teams.with(|teams| known(teams.as_ref()).to_vec());
    let retry = Callback::new(move |()| {
        teams.set(None);
        spawn_local(read(desk, teams));
    });
    let instead = move || {
        teams.with(|teams| match teams {
            None => view! {
                <p class="own-teams__loading" role="status">
                    <span class="spinner"></span>
                    {t(ui::LOADING)}
                </p>
            }
            .into_any(),
            Some(Err(failure)) => view! {
                <Banner tone=Tone::Danger text=sentence(failure)>
                    <Button is_small=true on_press=retry>
                        {t(ui::TRY_AGAIN)}
                    </Button>
                </Banner>
            }
            .into_any(),
            Some(Ok(rows)) if rows.is_empty() => {
                view! { <p>{t(text::OWN_TEAMS_NONE)}</p> }.into_any()
            }
            Some(Ok(_)) => ().into_any(),
        })
    };
    view! {
        <Dialog id="own-teams" title=t(text::OWN_TEAMS).to_owned() open=open is_narrow=true>
            <div class="dialog__body">
                <p class="dialog__text">{t(text::OWN_TEAMS_LEAD)}</p>
                {instead}
                <ul class="own-teams">
                    // Keyed, so that the focus stays on the button that was pressed.
                    <For each=rows key=|row| row.team.clone() let:row>
                        <Row team=row.team name=shown(row.name.as_str()) teams />
                    </For>
                </ul>
            </div>
        </Dialog>
    }
}

#[component]
fn Row(team: TeamId, name: String, teams: Teams) -> impl IntoView {
    let desk = use_desk();
    let id = team.clone();
    let row = Memo::new(move |_| {
        let is_this = |row: &&OwnTeam| row.team == id;
        teams.with(|teams| known(teams.as_ref()).iter().find(is_this).cloned())
    });
    let is_member =
        Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.is_member)));
    let is_open =
        Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.is_open_to_join)));
    let is_busy = StoredValue::new(false);
    let turn = Callback::new(move |()| {
        // A second press would take back what the first has not done yet.
        if is_busy.get_value() {
            return;
        }
        is_busy.set_value(true);
        let question = SetOwnMembership {
            team: team.clone(),
            is_member: !is_member.get_untracked(),
        };
        spawn_local(async move {
            if let Err(failure) = api::request(question).await {
                desk.trouble(&failure);
            }
            // Where sockets are blocked, nothing else says what has changed.
            desk.session().read_again();
            read(desk, teams).await;
            is_busy.try_update_value(|is_busy| *is_busy = false);
        });
    });
    let of = name.clone();
    view! {
        <li class="own-teams__team">
            <span class="own-teams__name">{name}</span>
            {move || {
                let of = of.clone();
                if is_open.get() {
                    view! {
                        <Button is_small=true on_press=turn>
                            {move || {
                                t(if is_member.get() { text::OWN_TEAMS_LEAVE } else { text::OWN_TEAMS_JOIN })
                            }}
                            <span class="visually-hidden">" " {of}</span>
                        </Button>
                    }
                        .into_any()
                } else {
                    view! { <span class="own-teams__fixed">{t(text::OWN_TEAMS_FIXED)}</span> }.into_any()
                }
            }}
        </li>
    }
}

fn known(teams: Option<&Result<Vec<OwnTeam>, Failure>>) -> &[OwnTeam] {
    match teams {
        Some(Ok(rows)) => rows,
        Some(Err(_)) | None => &[],
    }
}

async fn read(desk: Desk, teams: Teams) {
    let answer = api::request(ListOwnTeams {}).await;
    let is_known = teams.try_with_untracked(|teams| !known(teams.as_ref()).is_empty());
    match answer {
        // What is shown is better than nothing; that it is old is said beside it.
        Err(failure) if is_known == Some(true) => desk.trouble(&failure),
        answer => {
            teams.try_set(Some(answer));
        }
    }
}
