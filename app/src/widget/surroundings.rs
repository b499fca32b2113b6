//! What the window gets from the bundle around it, and what it tells it: the visitor's keeping, the
//! host page's wishes. The bundle (`widget`) implements this; `app` knows no port and no storage.
//!
//! Invariant: closed enums each way; nothing of a host page comes in by another door.

use domain::flow::StepId;
use domain::id::{ClientId, ConversationId, ProfileId, VisitorToken};
use domain::people::Page;
use domain::text::IdToken;
use std::rc::Rc;

/// What the host page wants of the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// The configuration as it is now. The first one opens the line.
    Configure(Box<Configuration>),
    /// The window is being shown.
    Open {
        /// False when nobody asked just now: then the focus stays where it is.
        may_take_focus: bool,
        /// Where the visitor is.
        page: Option<Page>,
        /// Who the visitor is, if a conversation is to begin.
        proof: Option<Proof>,
        /// Whether what somebody else said here stays all the same.
        is_previous_retained: bool,
        /// The step of a flow where the host page wants the visitor to begin.
        step: Option<StepId>,
    },
    /// The window is no longer seen. The conversation goes on.
    Close,
    /// The conversation that goes on is this person's; `None` is a proof that is none.
    Upgrade(Option<Proof>),
    /// This person has signed in to the host page.
    SignIn(Proof),
    /// The visitor shall be forgotten here: they signed out of the host page.
    Forget,
}

/// What a host page may decide about the window.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Configuration {
    /// Whether the conversation survives a reload.
    pub is_lasting: bool,
    /// Whether the line shall never be a WebSocket.
    pub is_polling: bool,
    /// The theme.
    pub is_dark: bool,
    /// The sound of a new message; `None` is ours.
    pub sound: Option<String>,
    /// The accent and what is written on it, as `#rrggbb`; `None` leaves it to the chat profile.
    pub look: Option<Look>,
    /// Where the visitor is.
    pub page: Option<Page>,
}

/// The accent, and what is written on it, as `#rrggbb`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The accent.
    pub colour: String,
    /// What is written on it.
    pub ink: String,
}

/// A host page's proof of who its visitor is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// For the server.
    pub id_token: IdToken,
    /// Whom it names, unproved: to know again who was here before.
    pub subject: String,
}

/// What the window tells the host page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// It is drawn and listens.
    Ready,
    /// So many messages of the other side were not seen.
    Unread(u32),
    /// The visitor closes it.
    Close,
    /// It was open in this tab before a navigation: show it.
    Open,
    /// A conversation began or ended.
    InProgress(bool),
    /// The conversation is that person's now, or (by a word) why not.
    Upgraded(Result<(), &'static str>),
}

/// What a visitor's browser keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// Who the visitor is. None before the first message: then nothing is stored at all.
    pub token: Option<VisitorToken>,
    /// What the window shows.
    pub conversation: Option<ConversationId>,
    /// What is being written.
    pub draft: String,
    /// Whom the host page said the visitor is; empty for nobody.
    pub subject: String,
    /// Whether new messages are silent.
    pub is_muted: bool,
    /// Whether the window was last opened or closed, in whichever tab.
    pub is_open: bool,
    /// Messages on their way, in order.
    pub outbox: Vec<(ClientId, String)>,
}

/// The place where it is kept: storage, or memory where storage is refused.
pub trait Keep {
    /// What is kept now.
    fn load(&self) -> Kept;
    /// Loads, changes, saves: two tabs share the place.
    fn change(&self, change: &mut dyn FnMut(&mut Kept));
    /// Forgets everything.
    fn clear(&self);
    /// Remembers for this tab whether the window is open.
    fn remember_open(&self, is_open: bool);
    /// Whether it was open in this tab when the page was left.
    fn was_open(&self) -> bool;
    /// Calls back with what another tab has kept, as long as the place is held.
    fn watch(&self, heard: Box<dyn Fn(Kept)>);
}

/// The event of the document that says that its texts are others now: the bundle then draws the
/// window anew.
pub const NEW_TEXTS: &str = "aureole:texts";

/// What the window is called with for every order.
pub type OnOrder = Box<dyn FnMut(Order)>;
/// How it tells its news.
pub type Tell = Rc<dyn Fn(News)>;

/// What the bundle brings along.
pub struct Frame {
    /// `configId` of the host page.
    pub profile: ProfileId,
    /// `configKey` of the host page.
    pub key: String,
    /// The texts in the visitor's language, as JSON; empty for plain English.
    pub texts: Box<dyn Fn() -> String>,
    /// False in a window of its own: then nobody orders anything, and it is open from the start.
    pub is_framed: bool,
    /// Opens the place of this profile's chat; the argument is "lasting".
    pub open_keep: Box<dyn Fn(bool) -> Rc<dyn Keep>>,
    /// Plays the sound of a new message, of this address; an empty one is ours. Of several windows
    /// of this visitor one does.
    pub ring: Box<dyn Fn(&str)>,
    /// Listens to the host page. Orders that came before are heard first.
    pub connect: Box<dyn FnOnce(OnOrder) -> Tell>,
}
