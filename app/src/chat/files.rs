//! Where an agent's files are: behind the cookie, so that an address is enough.
//!
//! Invariant: a file is sent in the conversation it was chosen for, whatever is shown by then.

use super::desk::Desk;
use crate::live::browser;
use crate::transcript::{Files, Whereabouts};
use domain::conversation::Command;
use domain::id::ConversationId;
use std::sync::Arc;

/// Where a file is, and where the next one of this conversation is to be sent.
pub(super) fn whereabouts(conversation: Option<ConversationId>) -> Whereabouts {
    Arc::new(move |file| match (file, &conversation) {
        (Some(file), _) => format!("/api/attachments/{file}"),
        (None, Some(conversation)) => {
            let file = browser::attachment_id();
            format!("/api/attachments?conversation={conversation}&attachment={file}")
        }
        (None, None) => String::new(),
    })
}

/// How files are sent in this conversation.
pub(super) fn files(desk: Desk, conversation: &ConversationId) -> Files {
    let id = conversation.clone();
    Files {
        whereabouts: whereabouts(Some(id.clone())),
        on_sent: Arc::new(move |attachment| {
            desk.command(&id, Command::Attach { attachment });
        }),
    }
}
