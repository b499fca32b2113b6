//! One WebSocket with its listeners.
//!
//! Invariant: once dropped, it is closed and none of its listeners is called again.

use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, WebSocket};

/// What a socket says.
pub(super) enum News {
    Opened,
    Text(String),
    Closed,
}

/// One WebSocket.
pub(super) struct Socket {
    socket: WebSocket,
    _on_plain: Closure<dyn FnMut(web_sys::Event)>,
}

impl Socket {
    /// Opens a socket to a path of the page's own origin. `None` when the browser refuses
    /// outright.
    pub(super) fn open(path: &str, on_news: Rc<dyn Fn(News)>) -> Option<Self> {
        let location = web_sys::window()?.location();
        let mut address = String::from(if location.protocol().ok()? == "https:" {
            "wss://"
        } else {
            "ws://"
        });
        address.push_str(&location.host().ok()?);
        address.push_str(path);
        let socket = WebSocket::new(&address).ok()?;
        // One listener for three events: each more would cost the bundle another closure type.
        let on_plain = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            let news = match event.dyn_ref::<MessageEvent>() {
                Some(message) => News::Text(message.data().as_string().unwrap_or_default()),
                None if event.type_() == "open" => News::Opened,
                None => News::Closed,
            };
            on_news(news);
        });
        let listener = on_plain.as_ref().unchecked_ref();
        socket.set_onopen(Some(listener));
        socket.set_onmessage(Some(listener));
        socket.set_onclose(Some(listener));
        Some(Self {
            socket,
            _on_plain: on_plain,
        })
    }

    /// Sends a text. A socket that cannot is about to say that it is closed.
    pub(super) fn send(&self, text: &str) {
        let _ = self.socket.send_with_str(text);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}
