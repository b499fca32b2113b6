//! What the bundle lends the window: the talk with the host page (`host`, `port`) and the
//! visitor's keeping (`token`), translated into the window's own words.
//!
//! Invariant: translates, decides nothing; what a host page may say ends here.

use app::widget::{Configuration, Frame, Keep, Kept, Look, News, OnOrder, Order, Proof, Tell};
use domain::id::ProfileId;
use domain::people::Page;
use domain::text::IdToken;
use std::cell::RefCell;
use std::rc::Rc;
use widget::host::{HostCommand, HostEvent, Mode, Page as HostPage, Theme};
use widget::port::Host;
use widget::token;

/// What the address of the frame says: `?profile=…&key=…`. `None` when it names no profile.
pub(super) fn frame() -> Option<Frame> {
    let window = web_sys::window()?;
    let search = window.location().search().ok()?;
    let asked = web_sys::UrlSearchParams::new_with_str(&search).ok()?;
    let profile = ProfileId::parse(&asked.get("profile")?).ok()?;
    let place = profile.clone();
    let is_framed = window
        .parent()
        .ok()
        .flatten()
        .is_some_and(|parent| parent != window);
    Some(Frame {
        profile,
        key: asked.get("key").unwrap_or_default(),
        texts: widget::port::texts(),
        is_framed,
        open_keep: Box::new(move |is_lasting| Rc::new(Place::open(&place, is_lasting))),
        ring: Box::new(widget::port::ring),
        connect: Box::new(connect),
    })
}

fn connect(mut on_order: OnOrder) -> Tell {
    let host = Host::connect(move |command| on_order(order(command)));
    Rc::new(move |news| host.tell(&event(news)))
}

fn order(command: HostCommand) -> Order {
    match command {
        HostCommand::Initialize { config, look, page } => {
            Order::Configure(Box::new(Configuration {
                is_lasting: config.is_token_persisted,
                is_polling: config.mode == Mode::Heartbeat,
                is_dark: config.theme == Theme::Dark,
                sound: config.sound,
                look: look.map(|look| Look {
                    colour: look.colour,
                    ink: look.ink,
                }),
                page: page.as_ref().map(claimed),
            }))
        }
        HostCommand::Open {
            may_take_focus,
            page,
            start,
        } => Order::Open {
            may_take_focus,
            page: page.as_ref().map(claimed),
            proof: proof(start.id_token),
            is_previous_retained: start.is_previous_retained,
        },
        HostCommand::Close => Order::Close,
        HostCommand::UpgradeAnonymous { id_token } => Order::Upgrade(proof(id_token)),
        HostCommand::LoginChanged { id_token } => {
            proof(id_token).map_or(Order::Forget, Order::SignIn)
        }
        HostCommand::Logout => Order::Forget,
    }
}

fn proof(id_token: Option<String>) -> Option<Proof> {
    let id_token = IdToken::parse(&id_token?).ok()?;
    let subject = widget::port::subject(id_token.secret());
    Some(Proof { id_token, subject })
}

fn claimed(page: &HostPage) -> Page {
    // The server keeps of it what it should.
    Page {
        url: page.url.clone(),
        title: page.title.clone(),
    }
}

fn event(news: News) -> HostEvent {
    match news {
        News::Ready => HostEvent::Ready,
        News::Unread(count) => HostEvent::Unread { count },
        News::Close => HostEvent::Close,
        News::Open => HostEvent::Open,
        News::InProgress(is_on) => HostEvent::InProgress { is_on },
        News::Upgraded(answer) => HostEvent::UpgradeResult {
            error: answer.err().map(str::to_owned),
        },
    }
}

/// The visitor's keeping, as the window wants it.
struct Place {
    keep: token::Keep,
    watch: RefCell<Option<token::Watch>>,
}

impl Place {
    fn open(profile: &ProfileId, is_lasting: bool) -> Self {
        Self {
            keep: token::Keep::open(profile, is_lasting),
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
