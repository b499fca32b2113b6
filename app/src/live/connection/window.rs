//! Does what [`Line`] says: sockets, polls, one timer, three listeners. Lives in a browser only.
//!
//! Invariant: nothing is borrowed while the page's own functions run, for they may send.

use super::OnFrames;
use super::socket::{News, Socket};
use crate::api::{self, Failure};
use crate::live::browser;
use crate::live::line::{Act, Line};
use crate::live::link::Link;
use crate::live::reader::Reader;
use domain::api::Refusal;
use domain::json;
use domain::limit;
use domain::live::{ClientFrame, Hello, ServerFrame, VERSION};
use domain::time::Timestamp;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;

type Wake = Closure<dyn FnMut(JsValue)>;

/// The machinery behind a `Live`.
pub(super) struct Window<V: Reader> {
    line: RefCell<Line>,
    socket: RefCell<Option<Socket>>,
    /// Counts sockets: news of an old one is not heard.
    generation: Cell<u32>,
    /// Counts polls, likewise.
    poll: Cell<u32>,
    /// Waits for the next poll.
    queued: RefCell<Vec<ClientFrame>>,
    /// Sockets are not to be tried at all.
    is_polling: bool,
    hello: Box<dyn Fn() -> Hello>,
    on_frames: RefCell<OnFrames<V>>,
    on_link: Box<dyn Fn(&Link)>,
    /// What the page was told last.
    told: RefCell<Link>,
    timer: Cell<Option<i32>>,
    /// The timer's and the listeners' one function.
    wake: RefCell<Option<Wake>>,
}

impl<V: Reader> Window<V> {
    pub(super) fn open(
        hello: Box<dyn Fn() -> Hello>,
        on_frames: OnFrames<V>,
        on_link: Box<dyn Fn(&Link)>,
        is_polling: bool,
    ) -> Rc<Self> {
        let window = Rc::new(Self {
            line: RefCell::new(Line::new(browser::now())),
            socket: RefCell::new(None),
            generation: Cell::new(0),
            poll: Cell::new(0),
            queued: RefCell::new(Vec::new()),
            is_polling,
            hello,
            on_frames: RefCell::new(on_frames),
            on_link,
            told: RefCell::new(Link::Connecting),
            timer: Cell::new(None),
            wake: RefCell::new(None),
        });
        let weak = Rc::downgrade(&window);
        let wake = Wake::new(move |event: JsValue| {
            if let Some(window) = weak.upgrade() {
                if event.is_object() {
                    window.woke();
                } else {
                    window.tick();
                }
            }
        });
        listen(&wake, true);
        *window.wake.borrow_mut() = Some(wake);
        // Not at once: the page is still being put together.
        window.arm();
        window
    }

    /// Sends over the socket, or keeps it for the next poll.
    pub(super) fn send(self: &Rc<Self>, frames: Vec<ClientFrame>) {
        if frames.is_empty() {
            return;
        }
        let now = browser::now();
        let is_live = self.line.borrow().is_live();
        if is_live {
            let is_command = |frame: &ClientFrame| matches!(frame, ClientFrame::Command { .. });
            if frames.iter().any(is_command) {
                self.line.borrow_mut().asked(now);
            }
            for frame in &frames {
                self.say(frame);
            }
        } else if self.line.borrow().is_polling() {
            for frame in &frames {
                match frame {
                    ClientFrame::Mark { .. } | ClientFrame::Ping => {}
                    ClientFrame::Typing { .. } => self.line.borrow_mut().used(now),
                    _ => self.line.borrow_mut().hurry(now),
                }
            }
            let mut queued = self.queued.borrow_mut();
            queued.extend(frames);
            // The `Hello` takes one place. The oldest go: they were sent before and are in doubt.
            let surplus = (queued.len() + 1).saturating_sub(limit::FRAMES_PER_POLL_MAX);
            queued.drain(..surplus);
        }
        self.arm();
    }

    pub(super) fn restart(self: &Rc<Self>) {
        self.drop_socket();
        *self.line.borrow_mut() = Line::new(browser::now());
        self.changed();
    }

    fn say(&self, frame: &ClientFrame) {
        if let Ok(text) = json::write(frame)
            && let Some(socket) = &*self.socket.borrow()
        {
            socket.send(&text);
        }
    }

    fn hello(&self) -> ClientFrame {
        let mut hello = (self.hello)();
        hello.version = VERSION;
        ClientFrame::Hello(hello)
    }

    fn tick(self: &Rc<Self>) {
        self.timer.set(None);
        let acts = self
            .line
            .borrow_mut()
            .tick(browser::now(), browser::chance());
        self.act(&acts);
    }

    fn woke(self: &Rc<Self>) {
        let is_hidden = document().hidden();
        let acts = {
            let mut line = self.line.borrow_mut();
            line.hidden(is_hidden);
            if is_hidden {
                Vec::new()
            } else {
                line.woke(browser::now())
            }
        };
        self.act(&acts);
    }

    fn act(self: &Rc<Self>, acts: &[Act]) {
        for act in acts {
            match act {
                Act::Open => self.open_socket(),
                Act::Shut => self.drop_socket(),
                Act::Greet => self.say(&self.hello()),
                Act::Ping => self.say(&ClientFrame::Ping),
                Act::Poll => self.send_poll(),
            }
        }
        self.changed();
    }

    fn open_socket(self: &Rc<Self>) {
        self.drop_socket();
        let (weak, generation) = (Rc::downgrade(self), self.generation.get());
        let on_news = Rc::new(move |news| hear(&weak, generation, news));
        // To the line, a host page that wants no sockets is one where they are blocked.
        let socket = (!self.is_polling).then(|| Socket::open(V::SOCKET_PATH, on_news));
        match socket.flatten() {
            Some(socket) => *self.socket.borrow_mut() = Some(socket),
            None => self
                .line
                .borrow_mut()
                .closed(browser::now(), browser::chance()),
        }
    }

    fn drop_socket(&self) {
        self.generation.set(self.generation.get().wrapping_add(1));
        // Taken out first: closing runs code of the browser.
        let old = self.socket.borrow_mut().take();
        drop(old);
    }

    fn heard(self: &Rc<Self>, text: &str) {
        // A frame of a kind that this page does not know says nothing to it.
        let Ok(frame) = json::read::<ServerFrame<V>>(text) else {
            self.line.borrow_mut().heard(false, browser::now());
            return;
        };
        let is_welcome = matches!(frame, ServerFrame::Welcome(_));
        self.line.borrow_mut().heard(is_welcome, browser::now());
        if is_welcome {
            super::forget_reload();
        }
        self.deliver(vec![frame]);
        if is_welcome {
            // What waited for a poll goes this way now.
            let queued = std::mem::take(&mut *self.queued.borrow_mut());
            self.send(queued);
        }
        self.changed();
    }

    fn deliver(self: &Rc<Self>, frames: Vec<ServerFrame<V>>) {
        let is_refusal_final = !self.line.borrow().is_live()
            && !frames.iter().any(|f| matches!(f, ServerFrame::Welcome(_)));
        for frame in &frames {
            match frame {
                ServerFrame::Outdated => self.end(Link::Outdated),
                ServerFrame::Refused {
                    client_id: None,
                    refusal,
                } if is_refusal_final => self.refused(refusal),
                frame if V::is_signed_out(frame) => self.end(Link::SignedOut),
                _ => {}
            }
        }
        (self.on_frames.borrow_mut())(frames);
    }

    fn end(&self, link: Link) {
        self.drop_socket();
        self.line.borrow_mut().stop(link);
    }

    fn refused(&self, refusal: &Refusal) {
        self.drop_socket();
        self.line.borrow_mut().refused(refusal, browser::now());
    }

    fn send_poll(self: &Rc<Self>) {
        let mut frames = vec![self.hello()];
        frames.append(&mut self.queued.borrow_mut());
        let number = self.poll.get().wrapping_add(1);
        self.poll.set(number);
        let weak = Rc::downgrade(self);
        api::ask(&V::poll(frames), move |answer| {
            if let Some(window) = weak.upgrade()
                && window.poll.get() == number
            {
                window.polled(answer);
            }
        });
    }

    fn polled(self: &Rc<Self>, answer: Result<Vec<ServerFrame<V>>, Failure>) {
        // Meanwhile a socket was welcomed, and knows more.
        if !self.line.borrow().is_polling() {
            return;
        }
        let now = browser::now();
        match answer {
            Ok(frames) => {
                let is_news = |frame: &ServerFrame<V>| {
                    matches!(frame, ServerFrame::Entry(_) | ServerFrame::Entries { .. })
                };
                let has_news = frames.iter().any(is_news);
                self.line.borrow_mut().polled(has_news, now);
                self.deliver(frames);
            }
            Err(failure) => {
                self.line
                    .borrow_mut()
                    .poll_failed(failure.refusal(), now, browser::chance());
            }
        }
        self.changed();
    }

    /// The line may stand otherwise than before: tell the page, and set the timer.
    fn changed(self: &Rc<Self>) {
        let link = self.line.borrow().link().clone();
        let before = self.told.replace(link.clone());
        if before != link {
            if link == Link::Outdated {
                super::reload_once();
            }
            (self.on_link)(&link);
        }
        self.arm();
    }

    fn arm(&self) {
        let Some(window) = web_sys::window() else {
            return;
        };
        if let Some(timer) = self.timer.take() {
            window.clear_timeout_with_handle(timer);
        }
        let Some(at) = self.line.borrow().next_at() else {
            return;
        };
        let pause = wait_ms(at, browser::now());
        if let Some(wake) = &*self.wake.borrow() {
            let timer = window
                .set_timeout_with_callback_and_timeout_and_arguments_0(
                    wake.as_ref().unchecked_ref(),
                    pause,
                )
                .ok();
            self.timer.set(timer);
        }
    }
}

/// Timers may come a moment early; one millisecond more and the deadline has passed.
fn wait_ms(at: Timestamp, now: Timestamp) -> i32 {
    i32::try_from(at.since(now).ms().saturating_add(1)).unwrap_or(i32::MAX)
}

fn hear<V: Reader>(weak: &Weak<Window<V>>, generation: u32, news: News) {
    let Some(window) = weak.upgrade() else {
        return;
    };
    if window.generation.get() != generation {
        return;
    }
    match news {
        News::Opened => {
            let acts = window.line.borrow_mut().opened(browser::now());
            window.act(&acts);
        }
        News::Text(text) => window.heard(&text),
        News::Closed => {
            window.drop_socket();
            window
                .line
                .borrow_mut()
                .closed(browser::now(), browser::chance());
            window.changed();
        }
    }
}

/// A page that was asleep does not know what happened to its line meanwhile.
fn listen(wake: &Wake, is_on: bool) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let function = wake.as_ref().unchecked_ref();
    let page = window.document();
    if is_on {
        let _ = window.add_event_listener_with_callback("online", function);
        let _ =
            page.map(|page| page.add_event_listener_with_callback("visibilitychange", function));
    } else {
        let _ = window.remove_event_listener_with_callback("online", function);
        let _ =
            page.map(|page| page.remove_event_listener_with_callback("visibilitychange", function));
    }
}

impl<V: Reader> Drop for Window<V> {
    fn drop(&mut self) {
        if let Some(wake) = self.wake.borrow_mut().take() {
            listen(&wake, false);
        }
        if let (Some(timer), Some(window)) = (self.timer.take(), web_sys::window()) {
            window.clear_timeout_with_handle(timer);
        }
    }
}
