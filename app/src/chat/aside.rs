//! What an agent's page answers the script that draws files: they lie behind the cookie, so that
//! an address is enough.
//!
//! Invariant: a file goes into the conversation it was chosen for, whatever is shown by then.

use crate::live::browser;
use crate::transcript::Ask;
use domain::id::ConversationId;
use std::sync::Arc;

/// The answers of one conversation. Only visitors are asked how it was.
pub(super) fn ask(conversation: ConversationId) -> Ask {
    Arc::new(move |_, file| {
        if file.is_empty() {
            let next = browser::attachment_id();
            format!("/api/attachments?conversation={conversation}&attachment={next}")
        } else {
            format!("/api/attachments/{file}?")
        }
    })
}
