//! What an agent's page answers the script that draws files: they lie behind the cookie, so that
//! an address is enough.
//!
//! Invariant: a file is said in the conversation it was chosen for, whatever is shown by then.

use super::desk::Desk;
use crate::live::browser;
use crate::transcript::Ask;
use domain::conversation::Command;
use domain::id::ConversationId;
use domain::json;
use std::sync::Arc;

/// The answers of one conversation.
pub(super) fn ask(desk: Desk, conversation: ConversationId) -> Ask {
    Arc::new(move |what, of| {
        match what {
            "where" if of.is_empty() => {
                let file = browser::attachment_id();
                return format!("/api/attachments?conversation={conversation}&attachment={file}");
            }
            "where" => return format!("/api/attachments/{of}?"),
            "attach" => {
                if let Ok(attachment) = json::read(of) {
                    desk.command(&conversation, Command::Attach { attachment });
                }
            }
            // Only visitors are asked how it was.
            _ => {}
        }
        String::new()
    })
}
