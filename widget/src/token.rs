//! What a visitor's browser keeps of a chat: the token that proves who they are, the conversation,
//! the draft, and the messages that are not acknowledged yet. One text per chat profile, in the
//! frame's own storage, which browsers part by host site.
//!
//! Invariant: nothing is stored while there is no token, and the token is made for the first
//! message; storage that throws is memory.

use app::widget::Kept;
use domain::id::{ClientId, ConversationId, VisitorToken};
use domain::json::{self, Value};
use std::cell::RefCell;

// By hand, because derived it would be the dearest thing in this file.

/// Reads what was written, as far as it is understood; `None` when it is not ours at all.
fn read(text: &str) -> Option<Kept> {
    let value = Value::parse(text).ok()?;
    let word = |name| value.get(name).and_then(Value::as_str);
    let is = |name| value.get(name).and_then(Value::as_bool) == Some(true);
    let token = match word("token") {
        Some(token) => Some(VisitorToken::parse(token).ok()?),
        None => None,
    };
    let outbox = match value.get("outbox") {
        Some(Value::List(items)) => items.iter().filter_map(pending).collect(),
        _ => Vec::new(),
    };
    Some(Kept {
        token,
        conversation: word("conversation").and_then(|id| ConversationId::parse(id).ok()),
        draft: word("draft").unwrap_or_default().to_owned(),
        subject: word("subject").unwrap_or_default().to_owned(),
        is_muted: is("is_muted"),
        is_open: is("is_open"),
        outbox,
    })
}

fn pending(value: &Value) -> Option<(ClientId, String)> {
    let word = |name| value.get(name).and_then(Value::as_str);
    let client_id = ClientId::parse(word("client_id")?).ok()?;
    Some((client_id, word("text")?.to_owned()))
}

fn write(kept: &Kept) -> String {
    let mut out = String::from("{\"draft\":");
    json::push_text(&mut out, &kept.draft);
    if let Some(token) = &kept.token {
        out.push_str(",\"token\":");
        json::push_text(&mut out, token.secret());
    }
    if let Some(conversation) = &kept.conversation {
        out.push_str(",\"conversation\":");
        json::push_text(&mut out, conversation.as_str());
    }
    if !kept.subject.is_empty() {
        out.push_str(",\"subject\":");
        json::push_text(&mut out, &kept.subject);
    }
    if kept.is_muted {
        out.push_str(",\"is_muted\":true");
    }
    if kept.is_open {
        out.push_str(",\"is_open\":true");
    }
    out.push_str(",\"outbox\":[");
    for (place, (client_id, text)) in kept.outbox.iter().enumerate() {
        out.push_str(if place == 0 {
            "{\"client_id\":"
        } else {
            ",{\"client_id\":"
        });
        json::push_text(&mut out, client_id.as_str());
        out.push_str(",\"text\":");
        json::push_text(&mut out, text);
        out.push('}');
    }
    out.push_str("]}");
    out
}

/// The place of one profile's chat.
pub struct Keep {
    key: String,
    is_lasting: bool,
    /// The newest text wherever the storage did not take it.
    memory: RefCell<Option<String>>,
}

impl Keep {
    /// The place of this name, which is the profile's; `is_lasting` is the page's `persistChatToken`.
    pub fn open(place: &str, is_lasting: bool) -> Self {
        Self {
            key: ["aureole.chat.", place].concat(),
            is_lasting,
            memory: RefCell::new(None),
        }
    }

    /// What is kept now. Unreadable is nothing: an older release may have written it.
    pub fn load(&self) -> Kept {
        let kept = self.memory.borrow().as_deref().and_then(read);
        // A draft in memory does not outrank what another tab has begun.
        kept.filter(|kept| kept.token.is_some())
            .or_else(|| self.stored().as_deref().and_then(read))
            .or_else(|| self.memory.borrow().as_deref().and_then(read))
            .unwrap_or_default()
    }

    /// Keeps this instead.
    pub fn save(&self, kept: &Kept) {
        let text = write(kept);
        let is_stored =
            self.is_lasting && kept.token.is_some() && storage::lasting::write(&self.key, &text);
        // A storage that is full keeps at least the older text; only a forgotten token is removed.
        if self.is_lasting && kept.token.is_none() {
            storage::lasting::remove(&self.key);
        }
        *self.memory.borrow_mut() = (!is_stored).then_some(text);
    }

    /// Loads, changes, saves. Two tabs share the place, so a tab that wants to add one message
    /// must not write back what the other has had removed meanwhile.
    pub fn change(&self, change: impl FnOnce(&mut Kept)) -> Kept {
        let mut kept = self.load();
        change(&mut kept);
        self.save(&kept);
        kept
    }

    /// Forgets the chat, and that its window was open.
    pub fn clear(&self) {
        *self.memory.borrow_mut() = None;
        storage::lasting::remove(&self.key);
        storage::tab::remove(&self.key);
    }

    /// Remembers for this tab whether the window is open, so that a navigation does not close it.
    pub fn remember_open(&self, is_open: bool) {
        if is_open && self.is_lasting && self.load().token.is_some() {
            storage::tab::write(&self.key, "open");
        } else {
            storage::tab::remove(&self.key);
        }
    }

    /// Was the window open in this tab when the page was left?
    pub fn was_open(&self) -> bool {
        self.is_lasting && storage::tab::read(&self.key).is_some()
    }

    fn stored(&self) -> Option<String> {
        if self.is_lasting {
            storage::lasting::read(&self.key)
        } else {
            None
        }
    }
}

#[cfg(target_arch = "wasm32")]
pub use browser::{Watch, random};

/// What only a browser can: chance, and hearing of another tab.
#[cfg(target_arch = "wasm32")]
mod browser {
    use super::{Keep, Kept};
    use wasm_bindgen::prelude::*;
    use web_sys::{StorageEvent, Window};

    /// Random bytes for a token or an id; `None` where the browser has no source of them.
    pub fn random<const N: usize>() -> Option<[u8; N]> {
        let mut bytes = [0; N];
        let source = web_sys::window()?.crypto().ok()?;
        source
            .get_random_values_with_u8_array(&mut bytes)
            .ok()
            .map(|_| bytes)
    }

    /// Hears of another tab's changes until it is dropped.
    pub struct Watch {
        window: Window,
        listener: Closure<dyn FnMut(StorageEvent)>,
    }

    impl Keep {
        /// Calls back with what another tab of this visitor has written, or with nothing kept
        /// when it has forgotten the chat.
        pub fn watch(&self, heard: impl Fn(Kept) + 'static) -> Option<Watch> {
            if !self.is_lasting {
                return None;
            }
            let key = self.key.clone();
            let listener = Closure::<dyn FnMut(StorageEvent)>::new(move |event: StorageEvent| {
                // No key: the whole storage was cleared.
                if event.key().is_none_or(|changed| changed == key) {
                    let text = event.new_value().unwrap_or_default();
                    heard(super::read(&text).unwrap_or_default());
                }
            });
            let window = web_sys::window()?;
            window
                .add_event_listener_with_callback("storage", listener.as_ref().unchecked_ref())
                .ok()?;
            Some(Watch { window, listener })
        }
    }

    impl Drop for Watch {
        fn drop(&mut self) {
            let listener = self.listener.as_ref().unchecked_ref();
            let _ = self
                .window
                .remove_event_listener_with_callback("storage", listener);
        }
    }
}

/// The two storages of a browser. Each touch may throw: blocked by the visitor, or full.
#[cfg(target_arch = "wasm32")]
mod storage {
    macro_rules! storage {
        ($name:ident, $getter:ident) => {
            pub(super) mod $name {
                fn storage() -> Option<web_sys::Storage> {
                    web_sys::window()?.$getter().ok().flatten()
                }

                pub(crate) fn read(key: &str) -> Option<String> {
                    storage()?.get_item(key).ok().flatten()
                }

                pub(crate) fn write(key: &str, text: &str) -> bool {
                    storage().is_some_and(|storage| storage.set_item(key, text).is_ok())
                }

                pub(crate) fn remove(key: &str) {
                    if let Some(storage) = storage() {
                        let _ = storage.remove_item(key);
                    }
                }
            }
        };
    }

    storage!(lasting, local_storage);
    storage!(tab, session_storage);
}

/// Natively there is none: the same as a browser whose storage throws.
#[cfg(not(target_arch = "wasm32"))]
mod storage {
    macro_rules! nothing {
        ($name:ident) => {
            pub(super) mod $name {
                pub(crate) fn read(_key: &str) -> Option<String> {
                    None
                }

                pub(crate) fn write(_key: &str, _text: &str) -> bool {
                    false
                }

                pub(crate) fn remove(_key: &str) {}
            }
        };
    }

    nothing!(lasting);
    nothing!(tab);
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::time::Timestamp;

    fn keep() -> Keep {
        Keep::open("one", true)
    }

    fn pending(n: u128, text: &str) -> (ClientId, String) {
        (ClientId::from_value(n), text.to_owned())
    }

    #[test]
    fn keeps_everything_in_memory_when_storage_throws() {
        let keep = keep();
        assert_eq!(keep.load(), Kept::default());
        let kept = Kept {
            token: Some(VisitorToken::new([7; 32])),
            conversation: Some(ConversationId::new(Timestamp::from_ms(1), [1; 10])),
            draft: "half a \"sentence\" 🙂".to_owned(),
            subject: "someone".to_owned(),
            is_muted: true,
            is_open: true,
            outbox: vec![pending(1, "one"), pending(2, "two")],
        };
        keep.save(&kept);
        assert_eq!(keep.load(), kept);
        keep.clear();
        assert_eq!(keep.load(), Kept::default());
    }

    #[test]
    fn a_change_begins_with_what_is_there() {
        let keep = keep();
        keep.change(|kept| kept.outbox.push(pending(1, "one")));
        let kept = keep.change(|kept| kept.outbox.push(pending(2, "two")));
        assert_eq!(kept.outbox.len(), 2);
        assert_eq!(keep.load(), kept);
    }

    #[test]
    fn what_another_release_wrote_is_read_as_far_as_it_goes() {
        assert_eq!(read("{}"), Some(Kept::default()));
        assert_eq!(read(r#"{"draft":"x","mood":"new"}"#).unwrap().draft, "x");
        assert_eq!(read(r#"{"token":"short"}"#), None);
    }
}
