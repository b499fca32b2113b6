//! Custom fields of conversations: made, called something else and deactivated by admins.
//!
//! Invariant: what a conversation holds under a field's name stays, whatever becomes of the field.

pub mod store;

use crate::error::{Error, Result};
use crate::principal::Admin;
use crate::server::Server;
use crate::{agents, db};
use domain::api::{CreateCustomField, Done, Field, ListCustomFields, Refusal, SaveCustomField};
use domain::id::FieldId;
use domain::limit;
use domain::live::AgentSignal;
use domain::settings::CustomField;
use domain::text::Reason;

/// All fields.
pub async fn list(server: &Server, _: &Admin, _: ListCustomFields) -> Result<Vec<CustomField>> {
    Ok(store::all(&server.db).await?)
}

/// A new field.
pub async fn create(
    server: &Server,
    who: &Admin,
    request: CreateCustomField,
) -> Result<CustomField> {
    let now = server.now();
    let field = CustomField {
        id: FieldId::new(now, server.entropy()?),
        name: request.name,
        label: request.label,
        is_active: true,
    };
    let mut tx = server.db.begin().await?;
    let max = limit::CUSTOM_FIELDS_MAX;
    if store::count(&mut tx).await? >= i64::try_from(max).unwrap_or(i64::MAX) {
        return Err(Refusal::TooLarge.into());
    }
    store::insert(&mut tx, &field, now).await.map_err(taken)?;
    agents::audit(
        server,
        &mut tx,
        who,
        "create_custom_field",
        field.id.as_str(),
    )
    .await?;
    tx.commit().await?;
    server.hub.tell_agents(&AgentSignal::Settings);
    Ok(field)
}

/// A field's label and state.
pub async fn save(server: &Server, who: &Admin, request: SaveCustomField) -> Result<Done> {
    let SaveCustomField {
        field,
        label,
        is_active,
    } = request;
    let mut tx = server.db.begin().await?;
    let is_there = store::save(&mut tx, &field, &label, is_active).await;
    if !is_there.map_err(taken)? {
        return Err(Refusal::NotFound.into());
    }
    agents::audit(server, &mut tx, who, "save_custom_field", field.as_str()).await?;
    tx.commit().await?;
    server.hub.tell_agents(&AgentSignal::Settings);
    Ok(Done {})
}

fn taken(error: anyhow::Error) -> Error {
    let breaks = |constraint, columns| {
        let cause = error.downcast_ref::<sqlx::Error>();
        cause.is_some_and(|cause| db::breaks(cause, constraint, columns))
    };
    let field = if breaks("custom_field_name", "custom_field.name") {
        Field::FieldName
    } else if breaks("custom_field_label", "custom_field.label") {
        Field::Label
    } else {
        return error.into();
    };
    let reason = Reason::Taken;
    Refusal::Invalid { field, reason }.into()
}
