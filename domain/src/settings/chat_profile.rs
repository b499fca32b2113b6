//! The configuration of one entrance: its look, its greeting, its team.
//!
//! Invariant: the key is an address, not a secret: it stands in every host page.

use super::{
    ChannelRule, HostOrigin, Language, OpeningHours, WaitMessages, WaitTime, WindowLook, Wording,
    rule_for,
};
use crate::flow::StepId;
use crate::id::{FlowId, ProfileId, TeamId};
use crate::people::{Person, Voucher};
use crate::text::{Colour, DisplayName, ForeignWord, Greeting};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One entrance, as admins see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is its own question; no two exclude each other"
)]
pub struct ChatProfile {
    /// Host pages know it as `configId`.
    pub id: ProfileId,
    /// Host pages know it as `configKey`.
    pub key: String,
    /// Shown on top of the visitor's window.
    pub name: DisplayName,
    /// The accent of bubble and window, unless the host page says otherwise.
    pub colour: Colour,
    /// How bubble and window look beside that.
    pub look: WindowLook,
    /// The first line a visitor reads.
    pub greeting: Greeting,
    /// Who answers.
    pub team: TeamId,
    /// Who answers where nobody of that team is there: the first of these of which somebody is. At
    /// most [`crate::limit::PROFILE_TEAMS_MAX`].
    pub other_teams: Vec<TeamId>,
    /// Whom it is for.
    pub access: ProfileAccess,
    /// Whether it takes new conversations.
    pub is_active: bool,
    /// The websites that may embed the chat; none named means those of the installation
    /// ([`Websites`](super::Websites)). The page of our own that shows the chat alone is always
    /// among them.
    pub origins: Vec<HostOrigin>,
    /// Whether visitors may send files.
    pub are_files_welcome: bool,
    /// Whether an agent may say otherwise of files in a conversation that they answer.
    pub may_agents_choose_files: bool,
    /// Whether the query of the page a visitor is on is kept with its address.
    pub is_page_query_kept: bool,
    /// What it says beside the greeting, and in which language.
    pub wording: Wording,
    /// The bot that conversations begin with; `None` where people alone answer.
    pub flow: Option<ProfileFlow>,
    /// When it is open; `None` is always.
    pub hours: Option<OpeningHours>,
    /// Whether it counts as closed while no agent of the team is available.
    pub is_agent_required: bool,
    /// What the bubble does on which pages. The first that fits counts.
    pub rules: Vec<ChannelRule>,
    /// Whether it is the one that is meant where nobody names any. One of them is.
    pub is_default: bool,
    /// How the wait for a person is estimated.
    pub wait_time: WaitTime,
    /// What visitors who wait for a person are told.
    pub wait_messages: WaitMessages,
    /// The key before this one, as long as it is still good.
    pub old_key: Option<OldKey>,
    /// By what host pages written for Halo name it, where they shall go on.
    pub halo: Option<HaloEntrance>,
    /// Counts the saves; a save with an old version is refused as changed meanwhile.
    pub version: u32,
}

/// Whom a chat profile is for: who may begin a conversation there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileAccess {
    /// Everyone.
    #[default]
    Everyone,
    /// Those of whom a token of the host page has proved who they are.
    Identified,
    /// Agents, who begin it in their own area. It stands on no website.
    Agents,
}

impl ProfileAccess {
    /// Whether this person may begin a conversation; `None` is somebody of whom nothing is proved.
    pub fn admits(self, person: Option<&Person>) -> bool {
        match self {
            Self::Everyone => true,
            Self::Identified => person.is_some(),
            Self::Agents => person.is_some_and(|person| person.agent.is_some()),
        }
    }

    /// Whether somebody may turn out to be a person whom it admits.
    fn may_admit(self, voucher: Voucher) -> bool {
        match self {
            Self::Everyone => true,
            Self::Identified => voucher == Voucher::HostPage,
            Self::Agents => voucher == Voucher::Session,
        }
    }
}

/// The bot of a chat profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileFlow {
    /// Which: its published version is what a conversation begins with.
    pub flow: FlowId,
    /// Whether it steps back for people.
    pub when: FlowWhen,
}

/// When the bot of a chat profile speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowWhen {
    /// In every new conversation.
    Always,
    /// Only if no agent of the team is available.
    NobodyThere,
}

/// What Halo called an entrance that was taken over from there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HaloEntrance {
    /// Its `configId`; one chat profile has it.
    pub id: ForeignWord,
    /// Its `configKey`.
    pub key: ForeignWord,
}

/// A key that was replaced, but stands in host pages still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldKey {
    /// The key.
    pub key: String,
    /// Good until then.
    pub until: Timestamp,
}

/// One entrance, as visitors may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicProfile {
    /// Which.
    pub id: ProfileId,
    /// Shown on top of the window.
    pub name: DisplayName,
    /// The accent.
    pub colour: Colour,
    /// The first line a visitor reads.
    pub greeting: Greeting,
    /// Whether it takes new conversations, from this visitor too as far as that is known.
    pub is_active: bool,
    /// Whether visitors may send files.
    pub are_files_welcome: bool,
    /// Another number means that it was saved since: its configuration, which has more than this
    /// (texts, banners, rules), is another.
    pub version: u32,
}

impl ChatProfile {
    /// Whether a host page with this key is let in.
    pub fn fits(&self, key: &str, now: Timestamp) -> bool {
        let is_old = |old: &OldKey| old.key == key && now < old.until;
        self.key == key || self.old_key.as_ref().is_some_and(is_old)
    }

    /// All teams that serve it, in their order.
    pub fn teams(&self) -> impl Iterator<Item = &TeamId> {
        std::iter::once(&self.team).chain(&self.other_teams)
    }

    /// The team that new conversations are for: the first of which somebody is there, or its own.
    pub fn team_for(&self, is_there: impl Fn(&TeamId) -> bool) -> &TeamId {
        let found = self.teams().find(|team| is_there(team));
        found.unwrap_or(&self.team)
    }

    /// The flow that a conversation begins with on the page at this address, and the step where it
    /// begins if that is not its first: the bot of the first rule that fits, or the profile's own
    /// where that rule has none. `None` where people alone answer, or do already.
    pub fn flow_for(
        &self,
        page_url: &str,
        country: Option<&str>,
        is_anyone_there: bool,
    ) -> Option<(&FlowId, Option<StepId>)> {
        let rule = rule_for(&self.rules, page_url, country).map(|(_, rule)| rule);
        let of_rule = rule.and_then(|rule| rule.flow.as_ref());
        let bot = of_rule.or(self.flow.as_ref())?;
        let step = rule.and_then(|rule| rule.step);
        let speaks = match bot.when {
            FlowWhen::Always => true,
            FlowWhen::NobodyThere => !is_anyone_there,
        };
        speaks.then_some((&bot.flow, step))
    }

    /// Whether a conversation begins here as it would there.
    pub fn begins_like(&self, other: &Self) -> bool {
        let beginning = |profile: &Self| {
            let Self {
                flow,
                rules,
                hours,
                access,
                is_active,
                ..
            } = profile.clone();
            let teams: Vec<_> = profile.teams().cloned().collect();
            (flow, rules, hours, access, is_active, teams)
        };
        beginning(self) == beginning(other)
    }

    /// Where its rules begin a bot elsewhere than at its first step.
    pub fn starts(&self) -> impl Iterator<Item = (&FlowId, StepId)> {
        self.rules.iter().filter_map(|rule| {
            let bot = rule.flow.as_ref().or(self.flow.as_ref())?;
            Some((&bot.flow, rule.step?))
        })
    }

    /// All flows that it names.
    pub fn flows(&self) -> impl Iterator<Item = &FlowId> {
        let bots = self.rules.iter().filter_map(|rule| rule.flow.as_ref());
        bots.chain(&self.flow).map(|bot| &bot.flow)
    }

    /// Whether a visitor may begin a conversation, as far as that is known before they do.
    pub fn may_begin(&self, voucher: Voucher) -> bool {
        self.is_active && self.access.may_admit(voucher)
    }

    /// The part visitors may know, as it is said to one whose browser likes this language best.
    pub fn for_visitor(&self, voucher: Voucher, browser: Language) -> PublicProfile {
        let greeting = self.said_in(self.language_for(browser), self.greeting.as_str());
        PublicProfile {
            id: self.id.clone(),
            name: self.name.clone(),
            colour: self.colour.clone(),
            greeting: Greeting::parse(greeting).unwrap_or_else(|_| self.greeting.clone()),
            is_active: self.may_begin(voucher),
            are_files_welcome: self.are_files_welcome,
            version: self.version,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::id::AgentId;
    use crate::settings::{BubbleRule, Country};
    use crate::text::UrlPattern;

    fn bot(id: u128, when: FlowWhen) -> ProfileFlow {
        let flow = FlowId::from_value(id);
        ProfileFlow { flow, when }
    }

    pub(in crate::settings) fn profile() -> ChatProfile {
        ChatProfile {
            id: ProfileId::from_value(1),
            key: String::new(),
            name: DisplayName::parse("Shop").unwrap(),
            colour: Colour::parse("#0a6cff").unwrap(),
            look: WindowLook::default(),
            greeting: Greeting::parse("Hello!").unwrap(),
            team: TeamId::from_value(2),
            other_teams: Vec::new(),
            access: ProfileAccess::Everyone,
            is_active: true,
            origins: Vec::new(),
            are_files_welcome: true,
            may_agents_choose_files: false,
            is_page_query_kept: false,
            wording: Wording::default(),
            flow: None,
            hours: None,
            is_agent_required: false,
            rules: Vec::new(),
            is_default: true,
            wait_time: WaitTime::default(),
            wait_messages: WaitMessages::default(),
            old_key: None,
            halo: None,
            version: 1,
        }
    }

    #[test]
    fn the_first_rule_that_fits_says_which_bot_speaks() {
        let rule = |url: &str, countries: &str, flow, step: Option<u32>| ChannelRule {
            url: UrlPattern::parse(url).unwrap(),
            countries: Country::parse_all(countries).unwrap(),
            bubble: BubbleRule::Show,
            flow,
            step: step.map(StepId),
        };
        let profile = ChatProfile {
            flow: Some(bot(1, FlowWhen::NobodyThere)),
            rules: vec![
                rule("/pricing*", "DE", Some(bot(2, FlowWhen::Always)), Some(7)),
                rule("/pricing*", "", None, Some(3)),
                rule("*", "", Some(bot(3, FlowWhen::NobodyThere)), None),
            ],
            ..profile()
        };
        let speaks = |path: &str, country, is_anyone_there| {
            let address = format!("https://shop.example{path}");
            profile
                .flow_for(&address, country, is_anyone_there)
                .map(|(flow, step)| (flow.clone(), step.map(|step| step.0)))
        };
        let flow = |id, step| Some((FlowId::from_value(id), step));
        assert_eq!(speaks("/pricing", Some("DE"), true), flow(2, Some(7)));
        assert_eq!(speaks("/pricing", Some("FR"), true), None);
        assert_eq!(
            speaks("/pricing", None, false),
            flow(1, Some(3)),
            "the profile's own"
        );
        assert_eq!(speaks("/", None, false), flow(3, None));
        assert_eq!(speaks("/", None, true), None);
        let none = ChatProfile {
            rules: Vec::new(),
            flow: None,
            ..profile
        };
        assert_eq!(none.flow_for("https://shop.example/", None, false), None);
    }

    #[test]
    fn the_first_team_of_which_somebody_is_there_serves() {
        let team = TeamId::from_value;
        let profile = ChatProfile {
            other_teams: vec![team(3), team(4)],
            ..profile()
        };
        for (there, serves) in [
            (&[][..], 2),
            (&[4], 4),
            (&[4, 3], 3),
            (&[4, 3, 2], 2),
            (&[9], 2),
        ] {
            let found = profile.team_for(|one| there.iter().any(|id| team(*id) == *one));
            assert_eq!(*found, team(serves), "{there:?}");
        }
    }

    #[test]
    fn who_may_begin_depends_on_who_could_vouch_for_them() {
        use ProfileAccess::{Agents, Everyone, Identified};
        for (access, admitted) in [
            (Everyone, [true, true, true]),
            (Identified, [false, true, false]),
            (Agents, [false, false, true]),
        ] {
            for is_active in [true, false] {
                let profile = ChatProfile {
                    access,
                    is_active,
                    ..profile()
                };
                let shown =
                    Voucher::ALL.map(|one| profile.for_visitor(one, Language::En).is_active);
                let want = admitted.map(|is_admitted| is_admitted && is_active);
                assert_eq!(shown, want, "{access:?} {is_active}");
            }
        }
    }

    #[test]
    fn a_person_is_admitted_for_what_is_proved_of_them() {
        use ProfileAccess::{Agents, Everyone, Identified};
        let person = |agent| Person {
            contact: crate::id::ContactId::from_value(3),
            name: None,
            agent,
            custom: std::collections::BTreeMap::new(),
        };
        let (customer, agent) = (person(None), person(Some(AgentId::from_value(4))));
        for (access, want) in [
            (Everyone, [true, true, true]),
            (Identified, [false, true, true]),
            (Agents, [false, false, true]),
        ] {
            let persons = [None, Some(&customer), Some(&agent)];
            assert_eq!(persons.map(|one| access.admits(one)), want, "{access:?}");
        }
    }
}
