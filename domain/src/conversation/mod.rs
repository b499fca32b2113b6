//! One exchange with one visitor: its entries, the state they fold to, the commands that may
//! change it, and who may see what.
//!
//! Invariant: the state is the fold of the entries and nothing else.

mod attachment;
mod audience;
mod command;
mod decide;
mod entry;
mod list;
mod mark;
mod rating;
mod state;

pub use attachment::{Attachment, PictureSize};
pub use audience::{Access, may_hear};
pub use command::{Command, Proof, Rules, Who};
pub use decide::{Decision, NewEntry, decide};
pub use entry::{Entry, EntryBody, LeftReason, Line, Speaker, VisitorBody, VisitorEntry, Voice};
pub use list::{Before, Counts, Filter, ListPage, ListRow, Preview, Row};
pub use mark::{Marks, Side};
pub use rating::Rating;
pub use state::{Conversation, Stage, VisitorHead, VisitorStage};
