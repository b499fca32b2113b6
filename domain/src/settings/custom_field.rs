//! What an installation wants to know of a conversation beyond what every chat knows: fields that
//! an admin makes, and that host pages fill by the claims of their tokens.
//!
//! Invariant: a field's name never changes, as host pages and stored conversations know it.

use crate::id::FieldId;
use crate::text::{DisplayName, FieldName, FieldText};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One field of conversations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomField {
    /// Which.
    pub id: FieldId,
    /// What claims call it, such as `CFcustomerlevel`; unique.
    pub name: FieldName,
    /// What people call it, and claims may; unique.
    pub label: DisplayName,
    /// False once deactivated: it is filled no more, and what is stored stays.
    pub is_active: bool,
}

/// What the claims say of the active fields, by name or by label. A claim that is no text within
/// the limits fills nothing.
pub fn filled(
    fields: &[CustomField],
    claims: &BTreeMap<String, String>,
) -> BTreeMap<String, FieldText> {
    let value = |field: &CustomField| {
        let claim = claims
            .get(field.name.as_str())
            .or_else(|| claims.get(field.label.as_str()))?;
        let text = FieldText::parse(claim).ok()?;
        Some((field.name.as_str().to_owned(), text))
    };
    let active = fields.iter().filter(|field| field.is_active);
    active.filter_map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_filled_by_name_or_label() {
        let field = |n: u8, name: &str, label: &str, is_active| CustomField {
            id: FieldId::from_value(u128::from(n)),
            name: FieldName::parse(name).unwrap(),
            label: DisplayName::parse(label).unwrap(),
            is_active,
        };
        let fields = [
            field(1, "CFlevel", "Level", true),
            field(2, "CForder", "Order number", true),
            field(3, "CFgone", "Gone", false),
            field(4, "CFlong", "Long", true),
        ];
        let long = "x".repeat(crate::limit::FIELD_CHARS_MAX + 1);
        let claims = [
            ("CFlevel", "gold"),
            ("Level", "silver"),
            ("Order number", " 4711 "),
            ("cforder", "0"),
            ("CFgone", "x"),
            ("CFlong", &long),
            ("CFother", "x"),
        ];
        let claims = claims.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let found = filled(&fields, &claims.into());
        let found: Vec<_> = found
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        assert_eq!(found, [("CFlevel", "gold"), ("CForder", "4711")]);
    }
}
