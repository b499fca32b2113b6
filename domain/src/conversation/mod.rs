//! One exchange with one visitor: its entries, the state they fold to, the commands that may
//! change it, and who may see what.
//!
//! Invariant: the state is the fold of the entries and nothing else.

mod attachment;
mod audience;
mod claims;
mod command;
mod decide;
mod dialogue;
mod entry;
mod list;
mod mark;
mod rating;
mod state;
mod wait_words;

pub use attachment::{Attachment, PictureSize};
pub use audience::{Access, may_hear};
pub use claims::Claims;
pub use command::{Circumstances, Command, Proof, Rules, Who};
pub use decide::{Decision, NewEntry, decide};
pub use dialogue::{Asked, FirstWords, Going, first_words};
pub use entry::{
    BotAside, Entry, EntryBody, LeftReason, Line, Speaker, VisitorBody, VisitorEntry, Voice,
};
pub use list::{Before, Counts, Filter, ListPage, ListRow, Preview, Row};
pub use mark::{Marks, Side};
pub use rating::Rating;
pub use state::{Conversation, Stage, VisitorHead, VisitorStage};
pub use wait_words::{WaitSaid, WaitWords};
