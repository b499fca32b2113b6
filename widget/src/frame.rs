//! What the bundle lends the window: the talk with the host page (`host`, `port`) and the
//! visitor's keeping (`token`).
//!
//! Invariant: lends, and decides nothing.

use app::widget::{Frame, Keep, Kept, OnOrder, Tell};
use domain::id::ProfileId;
use std::cell::RefCell;
use std::rc::Rc;
use widget::port::Host;
use widget::token;

/// What the address of the frame says: `?profile=…&key=…`, and in the agents' own area
/// `&reader=…`. `None` when it names no profile.
pub(super) fn frame() -> Option<Frame> {
    let window = web_sys::window()?;
    let search = window.location().search().ok()?;
    let asked = web_sys::UrlSearchParams::new_with_str(&search).ok()?;
    let profile = ProfileId::parse(&asked.get("profile")?).ok()?;
    // Agents who share a browser share no drafts.
    let mut place = profile.to_string();
    if let Some(reader) = asked.get("reader") {
        place.push('.');
        place.push_str(&reader);
    }
    let is_framed = window
        .parent()
        .ok()
        .flatten()
        .is_some_and(|parent| parent != window);
    Some(Frame {
        profile,
        key: asked.get("key").unwrap_or_default(),
        texts: Box::new(widget::port::texts),
        is_framed,
        open_keep: Box::new(move |is_lasting| Rc::new(Place::open(&place, is_lasting))),
        ring: Box::new(widget::port::ring),
        connect: Box::new(connect),
    })
}

fn connect(on_order: OnOrder) -> Tell {
    let host = Host::connect(on_order);
    Rc::new(move |news| host.tell(news))
}

/// The visitor's keeping, as the window wants it.
struct Place {
    keep: token::Keep,
    watch: RefCell<Option<token::Watch>>,
}

impl Place {
    fn open(place: &str, is_lasting: bool) -> Self {
        Self {
            keep: token::Keep::open(place, is_lasting),
            watch: RefCell::new(None),
        }
    }
}

impl Keep for Place {
    fn load(&self) -> Kept {
        self.keep.load()
    }

    fn change(&self, change: &mut dyn FnMut(&mut Kept)) {
        self.keep.change(change);
    }

    fn clear(&self) {
        self.keep.clear();
    }

    fn remember_open(&self, is_open: bool) {
        self.keep.remember_open(is_open);
    }

    fn was_open(&self) -> bool {
        self.keep.was_open()
    }

    fn watch(&self, heard: Box<dyn Fn(Kept)>) {
        let watch = self.keep.watch(heard);
        *self.watch.borrow_mut() = watch;
    }
}
