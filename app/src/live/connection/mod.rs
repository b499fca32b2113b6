//! The line to the server: one WebSocket per window, polls where sockets are blocked. Both sides'
//! windows hold one [`Live`].
//!
//! Invariant: on the server, where pages are only rendered, it does nothing at all.

#[cfg(target_arch = "wasm32")]
mod socket;
#[cfg(target_arch = "wasm32")]
mod window;

#[cfg(target_arch = "wasm32")]
use self::window::Window;
use super::link::Link;
use super::reader::Reader;
use domain::live::{ClientFrame, Hello, ServerFrame};
use leptos::prelude::*;
#[cfg(target_arch = "wasm32")]
use std::rc::Rc;

/// What a page does with frames that came together, oldest first: one from a socket, several from
/// a poll.
pub type OnFrames<V> = Box<dyn FnMut(Vec<ServerFrame<V>>)>;

/// A window's line to the server, for who minds every byte: a page takes [`Live`].
pub struct Wire<V: Reader> {
    #[cfg(target_arch = "wasm32")]
    window: Rc<Window<V>>,
    #[cfg(not(target_arch = "wasm32"))]
    side: std::marker::PhantomData<fn() -> V>,
}

impl<V: Reader> Clone for Wire<V> {
    fn clone(&self) -> Self {
        Self {
            #[cfg(target_arch = "wasm32")]
            window: Rc::clone(&self.window),
            #[cfg(not(target_arch = "wasm32"))]
            side: std::marker::PhantomData,
        }
    }
}

impl<V: Reader> Wire<V> {
    /// Opens the line, and keeps it open until the last clone is dropped. `hello` is asked at
    /// every new line and every poll: it brings cursors, epoch, filter and the visitor's part;
    /// the version is filled in here. `on_link` is told how the window stands to the server,
    /// whenever that changes. With `is_polling`, sockets are never tried.
    pub fn open(
        hello: Box<dyn Fn() -> Hello>,
        on_frames: OnFrames<V>,
        on_link: Box<dyn Fn(&Link)>,
        is_polling: bool,
    ) -> Self {
        #[cfg(target_arch = "wasm32")]
        return Self {
            window: Window::open(hello, on_frames, on_link, is_polling),
        };
        #[cfg(not(target_arch = "wasm32"))]
        {
            // Nobody listens while a page is rendered.
            drop((hello, on_frames, on_link));
            let _ = is_polling;
            Self {
                side: std::marker::PhantomData,
            }
        }
    }

    /// Sends frames, if there is a line; between two lines they are dropped. That is harmless:
    /// commands stay in the outbox, and everything else is asked or told anew after `Welcome`.
    pub fn send(&self, frames: Vec<ClientFrame>) {
        #[cfg(target_arch = "wasm32")]
        self.window.send(frames);
        #[cfg(not(target_arch = "wasm32"))]
        drop(frames);
    }

    /// Begins anew, now: after signing in again, or when another visitor, filter or entrance is
    /// to be spoken for.
    pub fn restart(&self) {
        #[cfg(target_arch = "wasm32")]
        self.window.restart();
    }
}

/// A window's line to the server. A handle: it is `Copy`, and may go into context. The line ends
/// with the reactive owner it was made under.
#[derive(Clone, Copy)]
pub struct Live<V: Reader> {
    link: ReadSignal<Link>,
    #[cfg(target_arch = "wasm32")]
    wire: StoredValue<Wire<V>, LocalStorage>,
    // The server drops what it rendered on whichever thread it comes to.
    #[cfg(not(target_arch = "wasm32"))]
    wire: StoredValue<Wire<V>>,
}

impl<V: Reader> Live<V> {
    /// Opens the line: see [`Wire::open`].
    pub fn new(
        hello: impl Fn() -> Hello + 'static,
        on_frames: impl FnMut(Vec<ServerFrame<V>>) + 'static,
    ) -> Self {
        let (link, set_link) = signal(Link::Connecting);
        let on_link = move |link: &Link| {
            set_link.maybe_update(|held| {
                let is_new = held != link;
                held.clone_from(link);
                is_new
            });
        };
        let wire = Wire::open(
            Box::new(hello),
            Box::new(on_frames),
            Box::new(on_link),
            false,
        );
        Self {
            link,
            #[cfg(target_arch = "wasm32")]
            wire: StoredValue::new_local(wire),
            #[cfg(not(target_arch = "wasm32"))]
            wire: StoredValue::new(wire),
        }
    }

    /// How the window stands to the server.
    pub fn link(&self) -> ReadSignal<Link> {
        self.link
    }

    /// Sends frames: see [`Wire::send`].
    pub fn send(&self, frames: Vec<ClientFrame>) {
        if let Some(wire) = self.wire.try_get_value() {
            wire.send(frames);
        }
    }

    /// Begins anew, now: see [`Wire::restart`].
    pub fn restart(&self) {
        if let Some(wire) = self.wire.try_get_value() {
            wire.restart();
        }
    }
}

/// The page is older than the server: loads it anew, once. A second time in a row it is left to
/// the person, or a stale cache would make the page reload for ever. Drafts have to be stored
/// already.
#[cfg(target_arch = "wasm32")]
fn reload_once() {
    let Some(window) = web_sys::window() else {
        return;
    };
    // Without storage there is no memory of the first time.
    if let Ok(Some(storage)) = window.session_storage()
        && let Ok(None) = storage.get_item(RELOADED)
        && storage.set_item(RELOADED, "1").is_ok()
    {
        let _ = window.location().reload();
    }
}

/// Page and server understand each other: the next new version may reload again.
#[cfg(target_arch = "wasm32")]
fn forget_reload() {
    if let Some(window) = web_sys::window()
        && let Ok(Some(storage)) = window.session_storage()
    {
        let _ = storage.remove_item(RELOADED);
    }
}

#[cfg(target_arch = "wasm32")]
const RELOADED: &str = "aureole.reloaded";
