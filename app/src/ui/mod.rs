//! Small components that every page is made of: each draws one sheet of `style/ui`.
//!
//! Invariant: knows nothing of chat, and prints no style attribute.

pub mod avatar;
pub mod badge;
pub mod banner;
pub mod button;
pub mod card;
pub mod copy_button;
pub mod dialog;
pub mod empty_state;
pub mod erased;
pub mod field;
pub mod focus;
pub mod icon;
pub mod mark;
pub mod menu;
pub mod switch;
pub mod table;
pub mod tabs;
pub mod toast;

pub use avatar::{Avatar, hue, initials};
pub use badge::Badge;
pub use banner::Banner;
pub use button::{Button, IconButton, Look};
pub use card::Card;
pub use copy_button::CopyButton;
pub use dialog::Dialog;
pub use empty_state::EmptyState;
pub use field::{ChoiceField, ColourField, TextAreaField, TextField};
pub use icon::{Icon, icon};
pub use mark::mark;
pub use menu::{Menu, MenuItem, Unfolding};
pub use switch::Switch;
pub use table::{Column, Table};
pub use tabs::{Tab, Tabs};
pub use toast::{Toaster, Toasts, provide_toaster};

/// What a badge, banner or toast is about. The word stands in its class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Says something.
    #[default]
    Info,
    /// All is well.
    Positive,
    /// Somebody waits, or something may go wrong.
    Waiting,
    /// Something went wrong.
    Danger,
}
