//! Custom fields of conversations, as admins manage them.

use super::{Done, Endpoint};
use crate::id::FieldId;
use crate::settings::CustomField;
use crate::text::{DisplayName, FieldName};
use serde::{Deserialize, Serialize};

/// All fields, active ones first, by label.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListCustomFields {}

/// A new field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateCustomField {
    /// What claims call it, for ever.
    pub name: FieldName,
    /// What people call it.
    pub label: DisplayName,
}

/// Call a field something else, deactivate it, or take it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveCustomField {
    /// Which.
    pub field: FieldId,
    /// From now on.
    pub label: DisplayName,
    /// From now on.
    pub is_active: bool,
}

impl Endpoint for ListCustomFields {
    const NAME: &'static str = "list_custom_fields";
    type Reply = Vec<CustomField>;
}
impl Endpoint for CreateCustomField {
    const NAME: &'static str = "create_custom_field";
    type Reply = CustomField;
}
impl Endpoint for SaveCustomField {
    const NAME: &'static str = "save_custom_field";
    type Reply = Done;
}
