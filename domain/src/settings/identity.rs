//! How a host page proves who its visitor is, and what is taken over from its proof.
//!
//! Invariant: holds no secret; that never leaves the server once it is set.

use crate::limit;
use crate::people::{ContactField, ContactFields};
use crate::text::{FieldText, Reason};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How tokens are signed (RFC 7518, section 3.2). A profile has one; what a token names is only
/// compared with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Algorithm {
    /// HMAC with SHA-256.
    #[default]
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Hs256, Self::Hs384, Self::Hs512];

    /// As it stands in a token.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
        }
    }

    /// The shortest secret, in bytes: as long as the hash (RFC 7518, section 3.2).
    pub fn secret_bytes_min(self) -> usize {
        match self {
            Self::Hs256 => 32,
            Self::Hs384 => 48,
            Self::Hs512 => 64,
        }
    }
}

/// What makes two tokens be of the same person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matching {
    /// The same `sub`.
    #[default]
    Subject,
    /// The same e-mail address, from the claim that is mapped to it.
    Email,
}

/// One claim that becomes a field of the contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// The claim's name.
    pub claim: String,
    /// The contact's field.
    pub field: ContactField,
    /// Only when the contact is made by this very token.
    pub is_only_for_new: bool,
    /// Never over something that is there.
    pub is_never_over: bool,
}

/// How a host page proves who its visitor is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Whether tokens are read at all.
    pub is_enabled: bool,
    /// How they must be signed.
    pub algorithm: Algorithm,
    /// Whether `exp` must be there, and `exp` and `nbf` must hold.
    pub is_lifetime_checked: bool,
    /// What makes two tokens be of the same person.
    pub matching: Matching,
    /// What is taken over.
    pub mappings: Vec<Mapping>,
    /// Whether data that an API client sent ahead is good for one token only.
    pub is_matching_data_single_use: bool,
}

impl Default for Identity {
    /// The claims that Halo's sample pages send.
    fn default() -> Self {
        let mapping = |claim: &str, field| Mapping {
            claim: claim.to_owned(),
            field,
            is_only_for_new: false,
            is_never_over: false,
        };
        Self {
            is_enabled: false,
            algorithm: Algorithm::default(),
            is_lifetime_checked: true,
            matching: Matching::default(),
            mappings: vec![
                mapping("name", ContactField::Name),
                mapping("firstname", ContactField::FirstName),
                mapping("lastname", ContactField::LastName),
                mapping("username", ContactField::Username),
                mapping("email", ContactField::Email),
            ],
            is_matching_data_single_use: false,
        }
    }
}

impl Identity {
    /// Trims the names of claims, and finds what is wrong with them.
    ///
    /// # Errors
    /// The [`Reason`]: a name that is empty or too long, a field that two claims would fill, or
    /// too many rows.
    pub fn checked(mut self) -> Result<Self, Reason> {
        let max = limit::MAPPINGS_MAX;
        if self.mappings.len() > max {
            return Err(Reason::TooLong { max });
        }
        let mut fields = BTreeSet::new();
        for mapping in &mut self.mappings {
            FieldText::parse(&mapping.claim)?
                .as_str()
                .clone_into(&mut mapping.claim);
            if !fields.insert(mapping.field) {
                return Err(Reason::Taken);
            }
        }
        Ok(self)
    }

    /// What is known of a contact after a token with these claims; `before` is `None` when the
    /// contact is made by it. A claim that is no text within the limits changes nothing.
    pub fn taken_over(
        &self,
        before: Option<&ContactFields>,
        claims: &BTreeMap<String, String>,
    ) -> ContactFields {
        let mut after = before.cloned().unwrap_or_default();
        for mapping in &self.mappings {
            let is_kept = mapping.is_never_over && after.contains_key(&mapping.field);
            if is_kept || (mapping.is_only_for_new && before.is_some()) {
                continue;
            }
            let claim = claims.get(&mapping.claim);
            if let Some(text) = claim.and_then(|text| FieldText::parse(text).ok()) {
                after.insert(mapping.field, text);
            }
        }
        after
    }
}

/// What may be known of the secret.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretState {
    /// Whether there is one.
    pub is_set: bool,
    /// Until when the one before it is good, if it still is.
    pub old_until: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use ContactField as F;

    fn fields(of: &[(F, &str)]) -> ContactFields {
        let field = |(field, text): &(_, &str)| (*field, FieldText::parse(text).unwrap());
        of.iter().map(field).collect()
    }

    #[test]
    fn claims_become_fields_as_their_rows_say() {
        let row = |claim: &str, field, is_only_for_new, is_never_over| Mapping {
            claim: claim.to_owned(),
            field,
            is_only_for_new,
            is_never_over,
        };
        let identity = Identity {
            mappings: vec![
                row("email", F::Email, false, false),
                row("tel", F::Phone, true, false),
                row("org", F::Company, false, true),
            ],
            ..Identity::default()
        };
        let check = |before: Option<&[(F, &str)]>, claims: &[(&str, &str)], want: &[(F, &str)]| {
            let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
            let claims = claims.iter().map(owned).collect();
            let before = before.map(fields);
            assert_eq!(identity.taken_over(before.as_ref(), &claims), fields(want));
        };
        let all = [
            ("email", "a@b.c"),
            ("tel", "1"),
            ("org", "Lamps"),
            ("other", "x"),
        ];
        let taken = [(F::Email, "a@b.c"), (F::Phone, "1"), (F::Company, "Lamps")];
        check(None, &all, &taken);
        check(Some(&[]), &all, &[taken[0], taken[2]]);
        let had = [
            (F::Email, "old@b.c"),
            (F::Phone, "9"),
            (F::Company, "Chairs"),
        ];
        check(Some(&had), &all, &[taken[0], had[1], had[2]]);
        check(Some(&had), &[], &had);
        let long = "x".repeat(limit::FIELD_CHARS_MAX + 1);
        for bad in ["", "  ", "a\0b", &long] {
            check(Some(&had), &[("email", bad)], &had);
        }
    }

    #[test]
    fn rows_that_cannot_be_meant_are_refused() {
        let with = |mappings: Vec<Mapping>| {
            Identity {
                mappings,
                ..Identity::default()
            }
            .checked()
        };
        let plain = Identity::default().mappings;
        assert_eq!(with(plain.clone()).unwrap().mappings, plain);
        let mut spaced = plain.clone();
        spaced[0].claim = " name ".to_owned();
        assert_eq!(with(spaced).unwrap().mappings, plain);
        let mut empty = plain.clone();
        empty[1].claim = " ".to_owned();
        assert_eq!(with(empty), Err(Reason::Empty));
        let mut twice = plain.clone();
        twice[1].field = F::Name;
        assert_eq!(with(twice), Err(Reason::Taken));
    }
}
