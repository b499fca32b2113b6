//! The browser's half of `host.rs`: the port that `boot.js` holds, and its other services.
//! Called by `main`, once.
//!
//! Invariant: knows no order and no news by name; without a launcher nothing is ever heard.

use crate::host;
use app::widget::{News, OnOrder};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, MessagePort};

/// What the window says before there is a port: `Ready` and the first states, not a stream.
const UNSENT_MAX: usize = 20;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = aureoleBoot, js_name = takePort)]
    fn take_port(callback: &JsValue);

    #[wasm_bindgen(js_namespace = aureoleBoot, js_name = failed)]
    fn boot_failed(message: &str);

    #[wasm_bindgen(js_namespace = aureoleBoot, js_name = ring)]
    fn boot_ring(address: &str);

    // Whom a token names, unproved; never empty.
    #[wasm_bindgen(js_namespace = aureoleBoot, js_name = subject)]
    fn boot_subject(token: &str) -> String;

    #[wasm_bindgen(js_namespace = aureoleBoot, js_name = texts)]
    fn boot_texts() -> String;
}

/// Speaks to the launcher. Cheap to clone.
#[derive(Clone, Default)]
pub struct Host(Rc<RefCell<Line>>);

#[derive(Default)]
struct Line {
    port: Option<MessagePort>,
    unsent: Vec<String>,
}

impl Host {
    /// Listens to the launcher. Orders that came before are heard first, in their order.
    pub fn connect(mut heard: OnOrder) -> Self {
        let host = Self::default();
        let line = Rc::clone(&host.0);
        let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            let text = message.data().as_string();
            let order = text.and_then(|text| host::decode(&text, &boot_subject));
            if let Some(order) = order {
                heard(order);
            }
        })
        .into_js_value();
        let take = Closure::once_into_js(move |port: MessagePort| {
            let mut line = line.borrow_mut();
            for text in line.unsent.drain(..) {
                post(&port, &text);
            }
            // Setting the listener starts the port.
            port.set_onmessage(Some(hear.unchecked_ref()));
            line.port = Some(port);
        });
        take_port(&take);
        host
    }

    /// Tells the launcher, or, if it has not come yet, will tell it.
    pub fn tell(&self, news: News) {
        let mut line = self.0.borrow_mut();
        let text = host::encode(news);
        if let Some(port) = &line.port {
            post(port, &text);
        } else if line.unsent.len() < UNSENT_MAX {
            line.unsent.push(text);
        }
    }
}

fn post(port: &MessagePort, text: &str) {
    // A port refuses only what it cannot clone; a text it can.
    let _ = port.post_message(&JsValue::from_str(text));
}

/// The program is lost: `boot.js` says so and offers to begin anew. For the panic hook.
pub fn failed(message: &str) {
    boot_failed(message);
}

/// Plays the sound of this address, or ours if it is empty, in one of the visitor's windows.
pub fn ring(address: &str) {
    boot_ring(address);
}

/// The texts in the visitor's language, as JSON; empty for plain English.
pub fn texts() -> String {
    boot_texts()
}
