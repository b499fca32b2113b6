//! What a browser keeps for an agent between two lives of a page: unfinished texts (for as long
//! as they are unfinished, for every window), and commands that are not known to be done (for
//! this window, with their ids, so that a repeat is done once).
//!
//! Invariant: a text is kept under the agent and the conversation it was written for; nobody
//! else's page finds it. Without storage everything still works, but for the keeping.

use crate::live::Pending;
use domain::id::{AgentId, ConversationId};

/// What somebody writes: for the visitor, or for colleagues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// For the visitor.
    Message,
    /// For agents only.
    Note,
}

const OUTBOX: &str = "aureole.outbox";
const DRAFT: &str = "aureole.draft.";

fn prefix(agent: &AgentId) -> String {
    format!("{DRAFT}{agent}.")
}

fn key(agent: &AgentId, conversation: &ConversationId, kind: Kind) -> String {
    let word = match kind {
        Kind::Message => "message",
        Kind::Note => "note",
    };
    format!("{}{conversation}.{word}", prefix(agent))
}

/// The unfinished text, or nothing.
pub(super) fn draft(agent: &AgentId, conversation: &ConversationId, kind: Kind) -> String {
    store::read(&key(agent, conversation, kind)).unwrap_or_default()
}

/// Keeps an unfinished text; an empty one is forgotten.
pub(super) fn keep_draft(agent: &AgentId, conversation: &ConversationId, kind: Kind, text: &str) {
    let key = key(agent, conversation, kind);
    if text.is_empty() {
        store::remove(&key);
    } else {
        store::write(&key, text);
        store::shorten(&prefix(agent), &key);
    }
}

/// Commands that an earlier life of this window left on their way.
pub(super) fn outbox() -> Vec<Pending> {
    // What another version of the page wrote is nothing to this one.
    store::read_here(OUTBOX)
        .and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or_default()
}

/// Keeps the commands on their way.
pub(super) fn keep_outbox(items: &[Pending]) {
    if let Ok(json) = serde_json::to_string(items) {
        store::write_here(OUTBOX, &json);
    }
}

/// Whether this browser wants to be silent.
pub(super) fn is_muted() -> bool {
    store::read(MUTED).is_some()
}

/// Whether this browser wants to be silent, from now on.
pub(super) fn mute(is_muted: bool) {
    if is_muted {
        store::write(MUTED, "1");
    } else {
        store::remove(MUTED);
    }
}

const MUTED: &str = "aureole.muted";

/// The browser's storage, which may be full, switched off, or not there.
#[cfg(target_arch = "wasm32")]
mod store {
    use domain::limit;
    use web_sys::Storage;

    fn everywhere() -> Option<Storage> {
        web_sys::window()?.local_storage().ok()?
    }

    fn here() -> Option<Storage> {
        web_sys::window()?.session_storage().ok()?
    }

    pub(super) fn read(key: &str) -> Option<String> {
        everywhere()?.get_item(key).ok()?
    }

    pub(super) fn write(key: &str, value: &str) {
        if let Some(store) = everywhere() {
            let _ = store.set_item(key, value);
        }
    }

    pub(super) fn remove(key: &str) {
        if let Some(store) = everywhere() {
            let _ = store.remove_item(key);
        }
    }

    pub(super) fn read_here(key: &str) -> Option<String> {
        here()?.get_item(key).ok()?
    }

    pub(super) fn write_here(key: &str, value: &str) {
        if let Some(store) = here() {
            let _ = store.set_item(key, value);
        }
    }

    /// Conversations' ids sort by birth, so the first of the sorted keys are the oldest.
    pub(super) fn shorten(prefix: &str, spared: &str) {
        let Some(store) = everywhere() else { return };
        let count = store.length().unwrap_or(0);
        let mut keys: Vec<String> = (0..count)
            .filter_map(|at| store.key(at).ok().flatten())
            .filter(|key| key.starts_with(prefix) && key != spared)
            .collect();
        keys.sort();
        let surplus = (keys.len() + 1).saturating_sub(limit::DRAFTS_KEPT_MAX);
        for key in keys.into_iter().take(surplus) {
            let _ = store.remove_item(&key);
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod store {
    pub(super) fn read(_key: &str) -> Option<String> {
        None
    }
    pub(super) fn write(_key: &str, _value: &str) {}
    pub(super) fn remove(_key: &str) {}
    pub(super) fn read_here(_key: &str) -> Option<String> {
        None
    }
    pub(super) fn write_here(_key: &str, _value: &str) {}
    pub(super) fn shorten(_prefix: &str, _spared: &str) {}
}
