//! A person whom a host page, or a session of ours, vouches for, and what is known of them.
//!
//! Invariant: nothing here was said by the visitor's browser alone; all of it stood in a token
//! that the host's server signed, was sent by an API client, or is an agent's own.

use crate::id::{AgentId, ContactId};
use crate::limit;
use crate::text::{self, DisplayName, FieldText};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is known of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the field of that name")]
pub enum ContactField {
    Name,
    FirstName,
    LastName,
    Username,
    Email,
    Phone,
    Company,
}

impl ContactField {
    /// All of them, in the order of a contact's card.
    pub const ALL: [Self; 7] = [
        Self::Name,
        Self::FirstName,
        Self::LastName,
        Self::Username,
        Self::Email,
        Self::Phone,
        Self::Company,
    ];

    /// The field's word in forms and rows.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Username => "username",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Company => "company",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == word)
    }
}

/// What is known of one person.
pub type ContactFields = BTreeMap<ContactField, FieldText>;

/// A person whom a host page vouches for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Who.
    pub id: ContactId,
    /// What the host calls them (`sub`); `None` when they are told apart by e-mail address.
    pub subject: Option<String>,
    /// What is known of them.
    pub fields: ContactFields,
}

impl Contact {
    /// How they are called: by full name, else by parts of it, else by what else tells them
    /// apart; `None` when nothing does.
    pub fn name(&self) -> Option<DisplayName> {
        let field = |field| self.fields.get(&field).map(FieldText::as_str);
        let whole = field(ContactField::Name).map(str::to_owned);
        let parts = [ContactField::FirstName, ContactField::LastName];
        let parts: Vec<_> = parts.into_iter().filter_map(field).collect();
        let joined = (!parts.is_empty()).then(|| parts.join(" "));
        let other = field(ContactField::Username).or_else(|| field(ContactField::Email));
        let name = whole.or(joined).or_else(|| other.map(str::to_owned))?;
        DisplayName::parse(&text::cut(&name, limit::NAME_CHARS_MAX)).ok()
    }
}

/// The person of a conversation, as they were called when they proved who they are: a transcript
/// never changes when a contact does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who.
    pub contact: ContactId,
    /// Their name then, if one was known.
    pub name: Option<DisplayName>,
    /// The agent who they are, where their own session has proved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// The conversation's custom fields, by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub custom: BTreeMap<String, FieldText>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(fields: &[(ContactField, &str)]) -> Contact {
        let field = |(field, text): &(_, &str)| (*field, FieldText::parse(text).unwrap());
        Contact {
            id: ContactId::from_value(1),
            subject: None,
            fields: fields.iter().map(field).collect(),
        }
    }

    /// Fields, and the name that follows from them.
    type Case<'a> = (&'a [(ContactField, &'a str)], Option<&'a str>);

    #[test]
    fn a_contact_is_called_by_the_best_that_is_known() {
        use ContactField as F;
        let long = "x".repeat(limit::FIELD_CHARS_MAX);
        let cases: &[Case<'_>] = &[
            (&[], None),
            (&[(F::Phone, "1")], None),
            (&[(F::Email, "a@b.example")], Some("a@b.example")),
            (
                &[(F::Email, "a@b.example"), (F::Username, "ann")],
                Some("ann"),
            ),
            (&[(F::LastName, "Lee"), (F::Username, "ann")], Some("Lee")),
            (
                &[(F::LastName, "Lee"), (F::FirstName, "Ann")],
                Some("Ann Lee"),
            ),
            (&[(F::LastName, "Lee"), (F::Name, "Dr Lee")], Some("Dr Lee")),
            (&[(F::Name, &long)], Some(&long[..limit::NAME_CHARS_MAX])),
        ];
        for (fields, want) in cases {
            let name = contact(fields).name();
            assert_eq!(name.as_ref().map(DisplayName::as_str), *want, "{fields:?}");
        }
    }

    #[test]
    fn every_field_has_its_word() {
        for field in ContactField::ALL {
            assert_eq!(ContactField::from_word(field.as_str()), Some(field));
            let json = serde_json::to_value(field).unwrap();
            assert_eq!(json, field.as_str());
        }
    }
}
