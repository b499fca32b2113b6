//! Passing a conversation on: the dialog in which its agent chooses for whose people it waits.
//!
//! Invariant: the teams are read when it opens; one that is gone by then is refused by the server.

use super::desk::use_desk;
use super::inbox::focus_row;
use super::words;
use crate::api::{self, Failure};
use crate::around::sentence;
use crate::locale::{chat as text, t, t_with, ui};
use crate::ui::focus::focus_on;
use crate::ui::{Banner, Button, ChoiceField, Dialog, Look, Tone};
use domain::api::{ListTeamsThere, TeamThere};
use domain::conversation::{Command, Row};
use domain::id::TeamId;
use domain::text::shown;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;

/// The teams as they were read; `None` until then.
type Read = RwSignal<Option<Result<Vec<TeamThere>, Failure>>>;

/// For whose people the visitor of this row shall wait.
#[component]
pub fn TransferDialog(
    row: Signal<Row>,
    name: Signal<String>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let read: Read = RwSignal::new(None);
    let ask = move || {
        read.set(None);
        spawn_local(async move {
            let answer = api::request(ListTeamsThere {}).await;
            read.try_set(Some(answer));
        });
    };
    Effect::new(move |_| {
        if open.get() {
            ask();
        }
    });
    let retry = Callback::new(move |()| ask());
    let form = move || match read.get() {
        None => view! {
            <p class="own-teams__loading" role="status">
                <span class="spinner"></span>
                {t(ui::LOADING)}
            </p>
        }
        .into_any(),
        Some(Err(failure)) => view! {
            <Banner tone=Tone::Danger text=sentence(&failure)>
                <Button is_small=true on_press=retry>
                    {t(ui::TRY_AGAIN)}
                </Button>
            </Banner>
        }
        .into_any(),
        Some(Ok(mut teams)) => {
            let own = row.with_untracked(|row| row.team.clone());
            teams.retain(|there| there.team != own);
            view! { <Form row name teams open /> }.into_any()
        }
    };
    view! {
        <Dialog id="transfer" title=t(text::TRANSFER).to_owned() open=open is_narrow=true>
            {move || open.get().then(form)}
        </Dialog>
    }
}

/// What a choice says of a team.
fn choice(there: &TeamThere) -> (String, String) {
    let words = if there.is_anyone_there {
        text::TRANSFER_THERE
    } else {
        text::TRANSFER_ALONE
    };
    let name = shown(there.name.as_str());
    let id = there.team.as_str().to_owned();
    (id, t_with(words, &[("team", &name)]))
}

/// The team that is offered first: one where somebody is there, if there is one.
fn first(teams: &[TeamThere]) -> String {
    let there = teams.iter().find(|team| team.is_anyone_there);
    let first = there.or(teams.first());
    first.map_or_else(String::new, |team| team.team.as_str().to_owned())
}

#[component]
fn Form(
    row: Signal<Row>,
    name: Signal<String>,
    teams: Vec<TeamThere>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let desk = use_desk();
    let go = use_navigate();
    let cancel = Callback::new(move |()| open.set(false));
    if teams.is_empty() {
        return view! {
            <div class="dialog__body">
                <p class="dialog__text">{t(text::TRANSFER_NONE)}</p>
            </div>
            <div class="dialog__footer">
                <Button on_press=cancel>{t(ui::CLOSE)}</Button>
            </div>
        }
        .into_any();
    }
    let chosen = RwSignal::new(first(&teams));
    let choices: Vec<_> = teams.iter().map(choice).collect();
    focus_on("#transfer-team");
    let alone = teams.iter().filter(|team| !team.is_anyone_there);
    let alone: Vec<_> = alone.map(|team| team.team.as_str().to_owned()).collect();
    let warning = move || {
        let is_alone = chosen.with(|chosen| alone.contains(chosen));
        is_alone.then(|| t_with(text::TRANSFER_WAITS, &[("name", &name.get())]))
    };
    let transfer = Callback::new(move |()| {
        let Ok(team) = TeamId::parse(&chosen.get_untracked()) else {
            return;
        };
        let known = teams.iter().find(|there| there.team == team);
        let team_name = known.map_or_else(String::new, |there| shown(there.name.as_str()));
        open.set(false);
        let id = row.with_untracked(|row| row.id.clone());
        if !desk.command(&id, Command::Transfer { team, name: None }) {
            return;
        }
        let name = name.get_untracked();
        let words = t_with(
            text::TRANSFER_DONE,
            &[("name", &name), ("team", &team_name)],
        );
        desk.toaster.say(Tone::Info, words);
        // Perhaps nobody here may read it any more.
        let list = words::list_address(desk.filter.get_untracked());
        go(&list, leptos_router::NavigateOptions::default());
        request_animation_frame(|| focus_row(None));
    });
    view! {
        <div class="dialog__body">
            <p class="dialog__text">
                {move || t_with(text::TRANSFER_TEXT, &[("name", &name.get())])}
            </p>
            <ChoiceField
                id="transfer-team"
                label=t(text::TRANSFER_TEAM)
                value=chosen
                choices=Signal::stored(choices)
            />
            <p class="field__hint" role="status">
                {warning}
            </p>
        </div>
        <div class="dialog__footer">
            <Button on_press=cancel>{t(ui::CANCEL)}</Button>
            <Button look=Look::Primary on_press=transfer>
                {t(text::TRANSFER_CONFIRM)}
            </Button>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::text::DisplayName;

    #[test]
    fn a_team_where_somebody_is_there_is_offered_first() {
        let team = |n, is_anyone_there| TeamThere {
            team: TeamId::from_value(n),
            name: DisplayName::parse("Sales").unwrap(),
            is_anyone_there,
        };
        let id = |n| TeamId::from_value(n).as_str().to_owned();
        assert_eq!(
            first(&[team(1, false), team(2, true), team(3, true)]),
            id(2)
        );
        assert_eq!(first(&[team(1, false), team(2, false)]), id(1));
        assert_eq!(first(&[]), "");
        assert_eq!(
            choice(&team(1, true)),
            (id(1), "Sales: somebody is there".to_owned())
        );
    }
}
