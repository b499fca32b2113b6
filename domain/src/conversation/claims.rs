//! What a visitor has told a bot of themself, or of what they want.
//!
//! Invariant: nobody vouches for any of it.

use crate::flow::{Facts, Fill};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a visitor has told a bot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Claims {
    /// What they are called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Their e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Their telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// What they say of their rating.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Custom fields of the conversation, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
}

impl Claims {
    /// Whether nothing was told.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn fill(&mut self, fill: &Fill, value: &str) {
        let value = value.to_owned();
        match fill {
            Fill::Name => self.name = Some(value),
            Fill::Email => self.email = Some(value),
            Fill::Phone => self.phone = Some(value),
            Fill::Comment => self.comment = Some(value),
            Fill::Field(name) => drop(self.fields.insert(name.clone(), value)),
        }
    }

    /// What was told counts before what was known, and never before what was proved.
    pub(super) fn tell(&self, facts: &mut Facts) {
        let named = [
            (Fill::Name, &self.name),
            (Fill::Email, &self.email),
            (Fill::Phone, &self.phone),
        ];
        for (fill, told) in named {
            if let Some(told) = told {
                facts.fill(&fill, told);
            }
        }
        for (name, told) in &self.fields {
            facts.fill(&Fill::Field(name.clone()), told);
        }
    }
}
