//! Clock, chance and ids of the browser, for both sides' windows. On the server, where pages are
//! only rendered, time stands still at zero and chance is zero: whatever is made of them there is
//! never sent.
//!
//! Invariant: the one place of `app` that reads the browser's clock or its randomness.

use domain::id::{AttachmentId, ClientId, ConversationId, VisitorToken};
use domain::time::Timestamp;

/// The browser's time.
pub fn now() -> Timestamp {
    #[cfg(target_arch = "wasm32")]
    {
        // Milliseconds since 1970 fit a float's 53 bits for ages.
        #[expect(clippy::cast_possible_truncation, reason = "see above")]
        let ms = js_sys::Date::now() as i64;
        Timestamp::from_ms(ms)
    }
    #[cfg(not(target_arch = "wasm32"))]
    Timestamp::default()
}

/// Minutes by which the reader's clock is ahead of UTC at a moment (summer and winter differ).
pub fn offset_minutes(at: Timestamp) -> i32 {
    #[cfg(target_arch = "wasm32")]
    {
        // Both are far within a float's exact range, and no zone is days away from UTC.
        #[expect(clippy::cast_precision_loss, reason = "see above")]
        let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at.ms() as f64));
        #[expect(clippy::cast_possible_truncation, reason = "see above")]
        let behind = date.get_timezone_offset() as i32;
        -behind
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = at;
        0
    }
}

/// Randomness that nobody can guess.
pub fn entropy<const N: usize>() -> [u8; N] {
    #[cfg(target_arch = "wasm32")]
    {
        let mut bytes = [0; N];
        let crypto = web_sys::window().and_then(|window| window.crypto().ok());
        if let Some(crypto) = crypto {
            // Fails only for requests of more than 64 KiB.
            let _ = crypto.get_random_values_with_u8_array(&mut bytes);
        }
        bytes
    }
    #[cfg(not(target_arch = "wasm32"))]
    [0; N]
}

/// A uniformly random number, for pauses.
pub fn chance() -> u32 {
    u32::from_be_bytes(entropy())
}

/// A new name for a command.
pub fn client_id() -> ClientId {
    ClientId::new(now(), entropy())
}

/// A new conversation's id.
pub fn conversation_id() -> ConversationId {
    ConversationId::new(now(), entropy())
}

/// A new file's id.
pub fn attachment_id() -> AttachmentId {
    AttachmentId::new(now(), entropy())
}

/// A new visitor's secret.
pub fn visitor_token() -> VisitorToken {
    VisitorToken::new(entropy())
}
