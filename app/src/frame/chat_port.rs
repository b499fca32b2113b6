//! The host's end of the line to a chat window: what the launcher is on a website, for a window in
//! a page of our own.
//!
//! Invariant: carries words and decides nothing. On the server there is no window.

/// What a chat window tells the page around it, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(any(test, target_arch = "wasm32")),
    expect(dead_code, reason = "on the server no window says anything")
)]
pub(super) enum Said {
    /// It is drawn and listens.
    Ready,
    /// So many messages were not seen.
    Unread(u32),
    /// It was open in this tab before.
    Open,
    /// It wants to be closed.
    Close,
}

impl Said {
    /// Reads what the window wrote; `None` is none of our business.
    #[cfg(any(test, target_arch = "wasm32"))]
    fn read(text: &str) -> Option<Self> {
        use domain::json::Value;
        let said = Value::parse(text).ok()?;
        Some(match said.get("event")?.as_str()? {
            "ready" => Self::Ready,
            "unread" => match said.get("detail")?.get("count")? {
                Value::Number(count) => Self::Unread(count.parse().ok()?),
                _ => return None,
            },
            "open" => Self::Open,
            "close" => Self::Close,
            _ => return None,
        })
    }
}

/// What the page tells the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// It is being shown.
    Open {
        /// Whether somebody has just asked for it.
        takes_focus: bool,
    },
    /// It is no longer seen.
    Close,
}

#[cfg(target_arch = "wasm32")]
pub(super) use browser::{ChatPort, Configuration, configuration};
#[cfg(not(target_arch = "wasm32"))]
pub(super) use page::{ChatPort, Configuration, configuration};

#[cfg(target_arch = "wasm32")]
mod browser {
    use super::{Said, Word};
    use js_sys::{Array, Object, Reflect};
    use std::cell::RefCell;
    use std::rc::Rc;
    use wasm_bindgen::prelude::*;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{HtmlIFrameElement, MessageChannel, MessageEvent, MessagePort, Response, Window};

    /// As in `widget/launcher.js`.
    const VERSION: u32 = 1;

    /// What the server tells a launcher of a chat profile.
    pub(in super::super) type Configuration = JsValue;

    /// What the server tells a launcher of this chat profile; `None` when it does not come.
    pub(in super::super) async fn configuration(profile: &str, key: &str) -> Option<Configuration> {
        let address = format!("/api/profile/{profile}?key={key}");
        let answer = JsFuture::from(web_sys::window()?.fetch_with_str(&address)).await;
        let answer: Response = answer.ok()?.dyn_into().ok()?;
        if !answer.ok() {
            return None;
        }
        JsFuture::from(answer.json().ok()?).await.ok()
    }

    /// The line to one window. Ends when it is dropped.
    pub(in super::super) struct ChatPort {
        window: Window,
        greeted: Closure<dyn FnMut(MessageEvent)>,
        port: Rc<RefCell<Option<MessagePort>>>,
    }

    impl ChatPort {
        /// Waits for the window's greeting, and for whatever it says from then on.
        pub(in super::super) fn open(
            frame: HtmlIFrameElement,
            configuration: Configuration,
            heard: impl Fn(Said) + 'static,
        ) -> Option<Self> {
            let window = web_sys::window()?;
            let port = Rc::new(RefCell::new(None::<MessagePort>));
            let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
                if let Some(said) = message
                    .data()
                    .as_string()
                    .and_then(|text| Said::read(&text))
                {
                    heard(said);
                }
            })
            .into_js_value();
            let held = Rc::clone(&port);
            let greeted = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
                let word = Reflect::get(&message.data(), &"aureole".into());
                let is_greeting =
                    word.is_ok_and(|word| word.as_string().as_deref() == Some("hello"));
                let is_ours = frame
                    .content_window()
                    .is_some_and(|window| message.source().as_deref() == Some(window.as_ref()));
                if is_greeting && is_ours {
                    let met = meet(&frame, &configuration, hear.unchecked_ref());
                    if let Some(old) = held.replace(met) {
                        old.close();
                    }
                }
            });
            window
                .add_event_listener_with_callback("message", greeted.as_ref().unchecked_ref())
                .ok()?;
            Some(Self {
                window,
                greeted,
                port,
            })
        }

        /// Tells the window, if it has greeted.
        pub(in super::super) fn tell(&self, word: Word) {
            let text = match word {
                Word::Open { takes_focus: true } => r#"{"event":"openChatWindow","focus":true}"#,
                Word::Open { takes_focus: false } => r#"{"event":"openChatWindow","focus":false}"#,
                Word::Close => r#"{"event":"closeChatWindow"}"#,
            };
            if let Some(port) = &*self.port.borrow() {
                let _ = port.post_message(&text.into());
            }
        }
    }

    impl Drop for ChatPort {
        fn drop(&mut self) {
            let greeted = self.greeted.as_ref().unchecked_ref();
            let _ = self
                .window
                .remove_event_listener_with_callback("message", greeted);
            if let Some(port) = self.port.take() {
                port.close();
            }
        }
    }

    /// Hands one end of a new line to the window, and says how it shall look.
    fn meet(
        frame: &HtmlIFrameElement,
        configuration: &Configuration,
        hear: &js_sys::Function,
    ) -> Option<MessagePort> {
        let is_dark = is_dark();
        let theme = if is_dark { "dark" } else { "light" };
        let greeting = Object::new();
        let set = |key: &str, value: &JsValue| Reflect::set(&greeting, &key.into(), value).ok();
        let told = |key: &str| Reflect::get(configuration, &key.into()).unwrap_or_default();
        set("aureole", &"port".into())?;
        set("version", &VERSION.into())?;
        set("theme", &theme.into())?;
        set("lang", &told("lang"))?;
        set("dir", &told("dir"))?;
        set("texts", &told("frame_texts"))?;
        let channel = MessageChannel::new().ok()?;
        let (ours, theirs) = (channel.port1(), channel.port2());
        ours.set_onmessage(Some(hear));
        let origin = web_sys::window()?.location().origin().ok()?;
        frame
            .content_window()?
            .post_message_with_transfer(&greeting, &origin, &Array::of1(&theirs))
            .ok()?;
        let configured = if is_dark {
            r#"{"event":"initialize","detail":{"theme":"dark"}}"#
        } else {
            r#"{"event":"initialize","detail":{}}"#
        };
        ours.post_message(&configured.into()).ok()?;
        Some(ours)
    }

    /// Whether the page is dark now: by the agent's choice, or else by the system's.
    fn is_dark() -> bool {
        let Some(window) = web_sys::window() else {
            return false;
        };
        let root = window
            .document()
            .and_then(|document| document.document_element());
        match root.and_then(|root| root.get_attribute("data-theme")) {
            Some(theme) => theme == "dark",
            None => window
                .match_media("(prefers-color-scheme: dark)")
                .ok()
                .flatten()
                .is_some_and(|asked| asked.matches()),
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod page {
    use super::{Said, Word};
    use leptos::web_sys::HtmlIFrameElement;

    #[derive(Clone)]
    pub(in super::super) struct Configuration;

    pub(in super::super) async fn configuration(_: &str, _: &str) -> Option<Configuration> {
        std::future::ready(None).await
    }

    pub(in super::super) struct ChatPort;

    impl ChatPort {
        pub(in super::super) fn open(
            _: HtmlIFrameElement,
            Configuration: Configuration,
            _: impl Fn(Said) + 'static,
        ) -> Option<Self> {
            None
        }

        pub(in super::super) fn tell(&self, _: Word) {
            let Self = self;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hears_what_matters_and_nothing_else() {
        for (text, want) in [
            (r#"{"event":"ready","detail":null}"#, Some(Said::Ready)),
            (
                r#"{"event":"unread","detail":{"count":3}}"#,
                Some(Said::Unread(3)),
            ),
            (r#"{"event":"unread","detail":{"count":-1}}"#, None),
            (r#"{"event":"unread"}"#, None),
            (r#"{"event":"open","detail":null}"#, Some(Said::Open)),
            (r#"{"event":"close","detail":null}"#, Some(Said::Close)),
            (r#"{"event":"inProgress","detail":{"on":true}}"#, None),
            ("7", None),
            ("", None),
        ] {
            assert_eq!(Said::read(text), want, "{text}");
        }
    }
}
