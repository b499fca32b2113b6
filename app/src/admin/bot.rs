//! Which bot speaks first where a chat profile lets people in, and when.
//!
//! Invariant: a flow can be chosen while it is published; one that was put aside since stays
//! visible as what it is.

use super::profile_area::tab;
use super::profile_part::{Part, PartForm};
use crate::api;
use crate::locale::{admin as text, t, t_with};
use crate::ui::{Card, ChoiceField};
use domain::api::{Field, FlowRow, ListFlows, ReadProfile, Refusal};
use domain::id::FlowId;
use domain::settings::{ChatProfile, FlowWhen, ProfileFlow};
use domain::text::{Reason, shown};
use leptos::prelude::*;

const ALWAYS: &str = "always";
const NOBODY_THERE: &str = "nobody_there";

/// A bot as it is being chosen: a flow's id, or nothing, and when it speaks.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BotDraft {
    /// The flow's id; empty is none.
    pub flow: RwSignal<String>,
    /// When.
    pub when: RwSignal<String>,
}

impl BotDraft {
    /// This one.
    pub fn of(bot: Option<&ProfileFlow>) -> Self {
        let draft = Self {
            flow: RwSignal::new(String::new()),
            when: RwSignal::new(String::new()),
        };
        draft.adopt(bot);
        draft
    }

    /// Forgets what was chosen.
    pub fn adopt(self, bot: Option<&ProfileFlow>) {
        let flow = bot.map_or("", |bot| bot.flow.as_str());
        let when = match bot.map(|bot| bot.when) {
            Some(FlowWhen::NobodyThere) => NOBODY_THERE,
            _ => ALWAYS,
        };
        self.flow.set(flow.to_owned());
        self.when.set(when.to_owned());
    }

    /// What is chosen.
    pub fn checked(self) -> Result<Option<ProfileFlow>, Reason> {
        let flow = self.flow.get();
        if flow.is_empty() {
            return Ok(None);
        }
        let when = if self.when.get() == NOBODY_THERE {
            FlowWhen::NobodyThere
        } else {
            FlowWhen::Always
        };
        let flow = FlowId::parse(&flow).or(Err(Reason::Form))?;
        Ok(Some(ProfileFlow { flow, when }))
    }
}

/// The flows that can be chosen, and first what it is to choose none. One that is chosen already
/// is among them, whatever became of it.
pub fn choices(flows: &[FlowRow], none: &str, chosen: Option<&FlowId>) -> Vec<(String, String)> {
    let mut choices = vec![(String::new(), none.to_owned())];
    for row in flows {
        let is_ready = row.published.is_some() && !row.is_archived;
        let name = shown(row.name.as_str());
        if is_ready {
            choices.push((row.id.as_str().to_owned(), name));
        } else if Some(&row.id) == chosen {
            let name = t_with(text::BOT_GONE, &[("name", &name)]);
            choices.push((row.id.as_str().to_owned(), name));
        }
    }
    choices
}

/// When a bot can speak.
pub fn whens() -> Vec<(String, String)> {
    [
        (ALWAYS, text::BOT_ALWAYS),
        (NOBODY_THERE, text::BOT_NOBODY_THERE),
    ]
    .map(|(value, words)| (value.to_owned(), t(words).to_owned()))
    .into()
}

/// The bot of a chat profile.
#[component]
pub fn BotPage() -> impl IntoView {
    let read = |profile| {
        let profile = api::request(ReadProfile { profile });
        let flows = api::request(ListFlows {});
        async move { Ok((profile.await?.profile, flows.await?)) }
    };
    tab(text::BOT_TITLE, text::BOT_LEAD, read, |(profile, flows)| {
        view! { <Bot profile flows /> }.into_any()
    })
}

#[component]
fn Bot(profile: ChatProfile, flows: Vec<FlowRow>) -> impl IntoView {
    let draft = BotDraft::of(None);
    let chosen = profile.flow.as_ref().map(|bot| bot.flow.clone());
    let part = Part::of(
        profile,
        move |profile| draft.adopt(profile.flow.as_ref()),
        move |over| {
            let flow = draft.checked().map_err(|reason| Refusal::Invalid {
                field: Field::Flow,
                reason,
            })?;
            Ok(ChatProfile { flow, ..over })
        },
        |one, other| one.flow == other.flow,
    );
    let choices = choices(&flows, t(text::BOT_NONE), chosen.as_ref());
    let has_flow = Memo::new(move |_| draft.flow.with(|flow| !flow.is_empty()));
    let link = move || {
        let mut link = String::from("/app/admin/flows/");
        link.push_str(&draft.flow.get());
        link
    };
    view! {
        <PartForm part>
            <Card title=t(text::BOT_CARD)>
                <ChoiceField
                    id="bot-flow"
                    label=t(text::BOT_FLOW)
                    value=draft.flow
                    choices=Signal::stored(choices)
                    hint=t(text::BOT_FLOW_HINT)
                />
                <Show when=move || has_flow.get()>
                    <ChoiceField
                        id="bot-when"
                        label=t(text::BOT_WHEN)
                        value=draft.when
                        choices=Signal::stored(whens())
                        hint=t(text::BOT_WHEN_HINT)
                    />
                    <p>
                        <a href=link>{t(text::BOT_OPEN)}</a>
                    </p>
                </Show>
            </Card>
        </PartForm>
    }
}
