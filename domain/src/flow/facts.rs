//! What is known of a conversation from outside its flow.
//!
//! Invariant: everything that can change beside the visitor's answers stands here, so the same
//! facts and the same answers lead the same way.

use super::{Fill, Value, ValueKind};
use crate::date::Date;
use crate::id::TeamId;
use crate::settings::Language;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is known from outside.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The team of the chat profile.
    pub team: Option<TeamId>,
    /// The teams of which somebody is there and may take one more conversation.
    pub teams_there: BTreeSet<TeamId>,
    /// Whether the chat profile is open now.
    pub is_open: bool,
    /// Whether a token vouches for the visitor.
    pub is_authenticated: bool,
    /// Whether the conversation belongs to a ticket.
    pub is_ticket_linked: bool,
    /// The visitor's language.
    pub language: Language,
    /// Their country (ISO 3166-1 alpha-2).
    pub country: Option<String>,
    /// Their name.
    pub name: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Their telephone number.
    pub phone: Option<String>,
    /// The address of the page they are on.
    pub page_url: String,
    /// Its title.
    pub page_title: String,
    /// The day, where the chat profile is.
    pub today: Option<Date>,
    /// The estimated wait for a person, in whole minutes.
    pub wait_minutes: Option<u32>,
    /// The custom fields of the conversation, by name.
    pub fields: BTreeMap<String, String>,
    /// Which of these a token vouches for: nothing that a visitor says changes them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proved: Vec<Fill>,
}

impl Facts {
    /// Something of the visitor or the conversation was filled, by their own word: what was proved
    /// stays, or a condition that asks for it would believe anybody.
    pub fn fill(&mut self, fill: &Fill, text: &str) {
        if self.proved.contains(fill) {
            return;
        }
        let text = text.to_owned();
        match fill {
            Fill::Name => self.name = Some(text),
            Fill::Email => self.email = Some(text),
            Fill::Phone => self.phone = Some(text),
            // Nothing is decided by it.
            Fill::Comment => {}
            Fill::Field(name) => drop(self.fields.insert(name.clone(), text)),
        }
    }

    /// Whether somebody of one of these teams is there; of the profile's own if none is named.
    pub fn is_anyone_there(&self, teams: &[TeamId]) -> bool {
        if teams.is_empty() {
            self.team.iter().any(|team| self.teams_there.contains(team))
        } else {
            teams.iter().any(|team| self.teams_there.contains(team))
        }
    }
}

macro_rules! facts {
    ($($(#[$doc:meta])* $name:ident $word:literal $variable:literal $kind:ident by $value:expr;)*) => {
        /// A fact that conditions and texts can name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Fact {
            $($(#[$doc])* $name,)*
        }

        impl Fact {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// What conditions call it.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// What texts call it, behind `$`.
            pub fn variable(self) -> &'static str {
                match self {
                    $(Self::$name => $variable,)*
                }
            }

            /// Its kind.
            pub fn kind(self) -> ValueKind {
                match self {
                    $(Self::$name => ValueKind::$kind,)*
                }
            }

            /// What it is; `None` while it is not known.
            pub fn value(self, facts: &Facts) -> Option<Value> {
                match self {
                    $(Self::$name => {
                        let value: fn(&Facts) -> Option<Value> = $value;
                        value(facts)
                    })*
                }
            }
        }
    };
}

fn known(text: Option<&String>) -> Option<Value> {
    text.map(|text| Value::Text(text.clone()))
}

facts! {
    /// Whether a token vouches for the visitor.
    Authenticated "authenticated" "AUTHENTICATED" YesNo
        by |facts| Some(Value::YesNo(facts.is_authenticated));
    /// Whether somebody of the profile's own team is there.
    AgentAvailable "agent_available" "AGENTAVAILABLE" YesNo
        by |facts| Some(Value::YesNo(facts.is_anyone_there(&[])));
    /// Whether the chat profile is open now.
    Open "open" "OPEN" YesNo by |facts| Some(Value::YesNo(facts.is_open));
    /// Whether the conversation belongs to a ticket.
    TicketLinked "ticket_linked" "TICKETLINKED" YesNo
        by |facts| Some(Value::YesNo(facts.is_ticket_linked));
    /// The visitor's language, as its code.
    Language "language" "LANGUAGE" Text
        by |facts| Some(Value::Text(facts.language.code().to_owned()));
    /// Their country (ISO 3166-1 alpha-2).
    Country "country" "COUNTRY" Text by |facts| known(facts.country.as_ref());
    /// Their name.
    Name "visitor_name" "NAME" Text by |facts| known(facts.name.as_ref());
    /// Their e-mail address.
    Email "visitor_email" "EMAIL" Text by |facts| known(facts.email.as_ref());
    /// Their telephone number.
    Phone "visitor_phone" "PHONE" Text by |facts| known(facts.phone.as_ref());
    /// The address of the page they are on.
    PageUrl "page_url" "PAGEURL" Text by |facts| Some(Value::Text(facts.page_url.clone()));
    /// Its title.
    PageTitle "page_title" "PAGETITLE" Text by |facts| Some(Value::Text(facts.page_title.clone()));
    /// The day, where the chat profile is.
    Today "today" "TODAY" Date by |facts| facts.today.map(Value::Date);
    /// The estimated wait for a person in whole minutes.
    WaitTime "wait_minutes" "WAITTIME" Number by |facts| {
        let minutes = facts.wait_minutes?;
        Some(Value::Number(super::Decimal::whole(i64::from(minutes))))
    };
}
