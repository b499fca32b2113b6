//! Persons whom host pages vouch for: made and changed by what their pages prove, read by agents.
//!
//! Invariant: an agent reads a contact only through a conversation that they may hear.

pub mod store;

use crate::error::{self, Result};
use crate::principal::Agent;
use crate::server::Server;
use crate::{conversations, custom_fields};
use domain::api::{ContactCard, ReadContact, Refusal};
use domain::id::ContactId;
use domain::people::{Contact, ContactFields};

/// Who the visitor of a conversation is.
pub async fn read(server: &Server, who: &Agent, request: ReadContact) -> Result<ContactCard> {
    let access = who.access();
    let conversation = conversations::for_agent(server, &access, &request.conversation).await?;
    let contact = match &conversation.person {
        Some(person) => store::by_id(&server.db, &person.contact).await?,
        None => None,
    };
    let fields = custom_fields::store::all(&server.db).await?;
    let label = |name: &str| {
        let field = fields.iter().find(|field| field.name.as_str() == name);
        field.map_or(name, |field| field.label.as_str()).to_owned()
    };
    let values = conversation.person.iter().flat_map(|person| &person.custom);
    let custom = values.map(|(name, value)| (label(name), value.clone()));
    Ok(ContactCard {
        custom: custom.collect(),
        person: conversation.person,
        contact,
    })
}

/// How often a contact is read anew when another token of the same person came in between.
const TRIES: usize = 5;

/// The contact whom `matched_by` tells apart, with what is known after `merge`; made if there is
/// none yet.
pub(crate) async fn matched(
    server: &Server,
    matched_by: &str,
    subject: Option<&str>,
    merge: impl Fn(Option<&ContactFields>) -> ContactFields,
) -> Result<Contact> {
    let now = server.now();
    if store::matched(&server.db, matched_by).await?.is_none() {
        let contact = Contact {
            id: ContactId::new(now, server.entropy()?),
            subject: subject.map(str::to_owned),
            fields: merge(None),
        };
        let mut tx = server.db.begin().await?;
        let is_first = store::insert(&mut tx, &contact, matched_by, now).await?;
        tx.commit().await?;
        if is_first {
            return Ok(contact);
        }
    }
    // It was there, or somebody was quicker.
    for _ in 0..TRIES {
        let known = store::matched(&server.db, matched_by).await?;
        let mut contact = known.ok_or(Refusal::NotFound)?;
        let before = std::mem::take(&mut contact.fields);
        contact.fields = merge(Some(&before));
        if contact.fields == before {
            return Ok(contact);
        }
        let mut tx = server.db.begin().await?;
        let is_saved = store::update(&mut tx, &contact, &before, now).await?;
        tx.commit().await?;
        if is_saved {
            return Ok(contact);
        }
    }
    Err(error::UNAVAILABLE.into())
}
