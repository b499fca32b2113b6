//! The dialogs of the agents' page: a new agent, a new password, a deactivation.
//!
//! Invariant: a dialog that is opened again is empty again; a password is not kept.

use super::agents::role_word;
use super::dialog_form::{DialogForm, open_while, title_while};
use super::form::Sending;
use super::row::named;
use crate::locale::{Text, admin as text, t, t_with};
use crate::ui::{Button, ChoiceField, Dialog, Look, TextField, Toaster, Tone};
use domain::api::{CreateAgent, Field, Refusal, SetAgentActive, SetPassword};
use domain::id::TeamId;
use domain::limit;
use domain::people::{Agent, Role, Team};
use domain::text::{DisplayName, EmailAddress, Password, shown};
use leptos::prelude::*;

/// A new agent as it is being typed.
#[derive(Clone, Copy)]
struct Draft {
    name: RwSignal<String>,
    email: RwSignal<String>,
    password: RwSignal<String>,
    role: RwSignal<String>,
    teams: RwSignal<Vec<TeamId>>,
}

const ADMIN: &str = "admin";
const AGENT: &str = "agent";

impl Draft {
    fn new() -> Self {
        Self {
            name: RwSignal::new(String::new()),
            email: RwSignal::new(String::new()),
            password: RwSignal::new(String::new()),
            role: RwSignal::new(AGENT.to_owned()),
            teams: RwSignal::new(Vec::new()),
        }
    }

    /// What is typed, if it is valid; else the first field that is not.
    fn checked(self) -> Result<CreateAgent, Refusal> {
        let invalid = |field| move |reason| Refusal::Invalid { field, reason };
        Ok(CreateAgent {
            name: DisplayName::parse(&self.name.get_untracked()).map_err(invalid(Field::Name))?,
            email: EmailAddress::parse(&self.email.get_untracked())
                .map_err(invalid(Field::Email))?,
            password: Password::parse(&self.password.get_untracked())
                .map_err(invalid(Field::Password))?,
            role: if self.role.get_untracked() == ADMIN {
                Role::Admin
            } else {
                Role::Agent
            },
            teams: self.teams.get_untracked(),
        })
    }
}

/// A new agent.
#[component]
pub fn CreateAgentDialog(
    open: RwSignal<bool>,
    #[prop(into)] teams: Signal<Vec<Team>>,
    changed: Callback<()>,
) -> impl IntoView {
    view! {
        <Dialog id="new-agent" title=t(text::AGENTS_NEW) open=open>
            {move || open.get().then(|| view! { <CreateAgentForm open teams changed /> })}
        </Dialog>
    }
}

#[component]
fn CreateAgentForm(
    open: RwSignal<bool>,
    teams: Signal<Vec<Team>>,
    changed: Callback<()>,
) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let (draft, sending) = (Draft::new(), Sending::begin());
    let submit = move |()| match draft.checked() {
        Err(refusal) => sending.failure.set(Some(refusal.into())),
        Ok(question) => sending.send(question, move |agent| {
            open.set(false);
            changed.run(());
            toaster.say(Tone::Positive, named(text::AGENTS_CREATED, &agent.name));
        }),
    };
    let roles = [(AGENT, Role::Agent), (ADMIN, Role::Admin)]
        .map(|(word, role)| (word.to_owned(), t(role_word(role)).to_owned()))
        .to_vec();
    view! {
        <DialogForm
            sending
            open
            fields=&[Field::Name, Field::Email, Field::Password]
            words=t(text::AGENTS_CREATE)
            on_submit=submit
        >
            <TextField
                id="agent-name"
                label=t(text::AGENTS_NAME)
                value=draft.name
                hint=t(text::AGENTS_NAME_HINT)
                error=sending.at(Field::Name)
            />
            <TextField
                id="agent-email"
                label=t(text::AGENTS_EMAIL)
                value=draft.email
                kind="email"
                hint=t(text::AGENTS_EMAIL_HINT)
                error=sending.at(Field::Email)
            />
            <PasswordField id="agent-password" value=draft.password sending />
            <ChoiceField
                id="agent-role"
                label=t(text::AGENTS_ROLE)
                value=draft.role
                choices=Signal::stored(roles)
            />
            <Choices
                legend=text::AGENTS_TEAMS
                choices=Signal::derive(move || {
                    let active = |team: &&Team| team.is_active;
                    let name = |team: &Team| (team.id.clone(), shown(team.name.as_str()));
                    teams.with(|teams| teams.iter().filter(active).map(name).collect())
                })
                chosen=draft.teams
            />
        </DialogForm>
    }
}

/// Any number of several things.
#[component]
pub fn Choices<K>(
    legend: Text,
    #[prop(into)] choices: Signal<Vec<(K, String)>>,
    chosen: RwSignal<Vec<K>>,
) -> impl IntoView
where
    K: Clone + PartialEq + Send + Sync + 'static,
{
    let choice = move |(key, words): (K, String)| {
        let (is_chosen, turned) = (key.clone(), key);
        view! {
            <label class="choices__choice">
                <input
                    type="checkbox"
                    prop:checked=move || chosen.with(|chosen| chosen.contains(&is_chosen))
                    on:change=move |event| {
                        let is_on = event_target_checked(&event);
                        chosen.update(|chosen| {
                            chosen.retain(|held| *held != turned);
                            if is_on {
                                chosen.push(turned.clone());
                            }
                        });
                    }
                />
                {words}
            </label>
        }
    };
    view! {
        <fieldset class="choices">
            <legend class="field__label">{t(legend)}</legend>
            {move || choices.get().into_iter().map(choice).collect_view()}
        </fieldset>
    }
}

/// A new password, which an admin hands over in person: it may be shown, and made.
#[component]
fn PasswordField(id: &'static str, value: RwSignal<String>, sending: Sending) -> impl IntoView {
    let hint = t_with(
        text::AGENTS_PASSWORD_HINT,
        &[("min", &limit::PASSWORD_CHARS_MIN.to_string())],
    );
    view! {
        <TextField
            id=id
            label=t(text::AGENTS_PASSWORD)
            value=value
            autocomplete="new-password"
            hint=hint
            error=sending.at(Field::Password)
        >
            <Button on_press=Callback::new(move |()| value.set(made()))>
                {t(text::AGENTS_PASSWORD_MAKE)}
            </Button>
        </TextField>
    }
}

/// Sixteen characters that are not mistaken for one another when read aloud: 80 bits.
fn made() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let bytes: [u8; 16] = crate::live::browser::entropy();
    let letter = |byte: &u8| {
        LETTERS
            .get(usize::from(byte & 31))
            .map_or('x', |c| char::from(*c))
    };
    bytes.iter().map(letter).collect()
}

/// A new password for an agent.
#[component]
pub fn PasswordDialog(agent: RwSignal<Option<Agent>>, changed: Callback<()>) -> impl IntoView {
    let open = open_while(agent);
    let title = title_while(agent, text::AGENTS_SET_PASSWORD_TITLE, |agent| &agent.name);
    view! {
        <Dialog id="set-password" title=title open=open is_narrow=true>
            {move || agent.get().map(|agent| view! { <PasswordForm agent open changed /> })}
        </Dialog>
    }
}

#[component]
fn PasswordForm(agent: Agent, open: RwSignal<bool>, changed: Callback<()>) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let (password, sending) = (RwSignal::new(String::new()), Sending::begin());
    let about = named(text::AGENTS_SET_PASSWORD_TEXT, &agent.name);
    let submit = move |()| match Password::parse(&password.get_untracked()) {
        Err(reason) => sending.refuse(Field::Password, reason),
        Ok(password) => {
            let question = SetPassword {
                agent: agent.id.clone(),
                password,
            };
            let done = named(text::AGENTS_PASSWORD_SET, &agent.name);
            sending.send(question, move |_| {
                open.set(false);
                changed.run(());
                toaster.say(Tone::Positive, done);
            });
        }
    };
    view! {
        <DialogForm
            sending
            open
            fields=&[Field::Password]
            lead=about
            words=t(text::AGENTS_SET_PASSWORD)
            on_submit=submit
        >
            <PasswordField id="new-password" value=password sending />
        </DialogForm>
    }
}

/// Asks before an agent is deactivated, and again where a profile would stand alone.
#[component]
pub fn DeactivateDialog(agent: RwSignal<Option<Agent>>, changed: Callback<()>) -> impl IntoView {
    let open = open_while(agent);
    let title = title_while(agent, text::AGENTS_DEACTIVATE_TITLE, |agent| &agent.name);
    view! {
        <Dialog id="deactivate-agent" title=title open=open is_narrow=true>
            {move || agent.get().map(|agent| view! { <DeactivateForm agent open changed /> })}
        </Dialog>
    }
}

#[component]
fn DeactivateForm(agent: Agent, open: RwSignal<bool>, changed: Callback<()>) -> impl IntoView {
    let sending = Sending::begin();
    let lead = named(text::AGENTS_DEACTIVATE_TEXT, &agent.name);
    let is_warned =
        Memo::new(move |_| matches!(sending.refusal(), Some(Refusal::TeamServes { .. })));
    let submit = move |()| {
        let question = SetAgentActive {
            agent: agent.id.clone(),
            is_active: false,
            is_confirmed: is_warned.get_untracked(),
        };
        sending.send(question, move |_| {
            open.set(false);
            changed.run(());
        });
    };
    let words = Signal::derive(move || {
        t(if is_warned.get() {
            text::AGENTS_DEACTIVATE_ANYWAY
        } else {
            text::AGENTS_DEACTIVATE
        })
        .to_owned()
    });
    view! { <DialogForm sending open lead words look=Look::Danger on_submit=submit /> }
}
