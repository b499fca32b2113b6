//! The icons, as strokes on a grid of 24. Drawn inline, so that they take the colour of the text.
//!
//! Invariant: an icon is decoration; whoever uses one alone gives its button a name.

use leptos::prelude::*;

/// One of the icons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Alert,
    ArrowDown,
    ArrowUp,
    Ask,
    Back,
    Bell,
    BellOff,
    Bubble,
    Check,
    Chevron,
    Clip,
    Clock,
    Close,
    Copy,
    DoubleCheck,
    External,
    Fit,
    Forward,
    Key,
    Letters,
    Link,
    Minus,
    Moon,
    More,
    Note,
    Panel,
    Play,
    Plus,
    Redo,
    Retry,
    Search,
    Send,
    Settings,
    SignOut,
    Sun,
    Undo,
    User,
    Users,
}

const ASK: &str = "M9.6 9.2a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2.9-1.2 1.8M12 16.6v.01M12 3.5a8.5 8.5 0 0 1 0 17H4.5l1.7-2.6A8.5 8.5 0 0 1 12 3.5";
const BELL: &str =
    "M6.5 10a5.5 5.5 0 0 1 11 0c0 5 2 6 2 6.5h-15c0-.5 2-1.5 2-6.5ZM10 19.5a2.2 2.2 0 0 0 4 0";

impl Icon {
    /// Its strokes: for an icon that changes in place.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "where the icon is known, the strokes of the others are not in the bundle"
    )]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Alert => "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17M12 8v4.5M12 16v.01",
            Self::ArrowDown => "M12 5v14M6 13l6 6 6-6",
            Self::Ask => ASK,
            Self::Back => "m14.5 5.5-6.5 6.5 6.5 6.5",
            Self::Bell => BELL,
            Self::BellOff => {
                "M17.5 11.5V10a5.5 5.5 0 0 0-9-4.2M6.6 9.2c-.4 5.6-2.1 6.8-2.1 7.3h12M10 19.5a2.2 2.2 0 0 0 4 0M4 4l16 16"
            }
            Self::Bubble => {
                "M12 4c4.7 0 8.5 3.2 8.5 7.25S16.7 18.5 12 18.5c-1 0-2-.15-2.9-.4L4.5 20l1.1-3.9c-1.3-1.3-2.1-3-2.1-4.85C3.5 7.2 7.3 4 12 4Z"
            }
            Self::Check => "m5 12.5 4.5 4.5L19 7.5",
            Self::Chevron => "m6.5 9.5 5.5 5.5 5.5-5.5",
            Self::Clip => {
                "m18.5 11.5-6.9 6.9a4.2 4.2 0 0 1-6-6l7.2-7.2a2.8 2.8 0 0 1 4 4l-7.1 7.1a1.4 1.4 0 0 1-2-2l6.2-6.3"
            }
            Self::Clock => "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17M12 7.5V12l3 2",
            Self::Close => "m6 6 12 12M18 6 6 18",
            Self::Copy => {
                "M11 8.5h6a2.5 2.5 0 0 1 2.5 2.5v6a2.5 2.5 0 0 1-2.5 2.5h-6A2.5 2.5 0 0 1 8.5 17v-6A2.5 2.5 0 0 1 11 8.5ZM5.5 15.5a2 2 0 0 1-1.5-2v-7A2.5 2.5 0 0 1 6.5 4h7a2 2 0 0 1 2 1.5"
            }
            Self::DoubleCheck => "m2.5 12.5 4.5 4.5L16 7.5M12.5 16.5l.5.5 9-9.5",
            Self::External => {
                "M10 5H7.5A2.5 2.5 0 0 0 5 7.5v9A2.5 2.5 0 0 0 7.5 19h9a2.5 2.5 0 0 0 2.5-2.5V14M14 4.5h5.5V10M19 5l-8 8"
            }
            Self::Fit => {
                "M4.5 9V6.5a2 2 0 0 1 2-2H9M15 4.5h2.5a2 2 0 0 1 2 2V9M19.5 15v2.5a2 2 0 0 1-2 2H15M9 19.5H6.5a2 2 0 0 1-2-2V15"
            }
            Self::Forward => "m9.5 5.5 6.5 6.5-6.5 6.5",
            Self::Key => "M15 4.5a4.5 4.5 0 1 1-3.6 7.2L5 18.5v-2.7M15 9v.01M7.8 15.6l2 2",
            Self::Letters => {
                "M2.5 18 7.5 6l5 12M4.4 14h6.2M20.75 11v7M17.5 11.25a3.25 3.25 0 1 1 0 6.5 3.25 3.25 0 0 1 0-6.5"
            }
            Self::Link => {
                "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1"
            }
            Self::Minus => "M5 12h14",
            Self::Moon => "M20 14.2A8 8 0 0 1 9.8 4 8 8 0 1 0 20 14.2Z",
            Self::More => "M12 5.5v.01M12 12v.01M12 18.5v.01",
            Self::Note => {
                "M5 6.5A2.5 2.5 0 0 1 7.5 4h9A2.5 2.5 0 0 1 19 6.5V14l-6 6H7.5A2.5 2.5 0 0 1 5 17.5ZM19 14h-3.5a2.5 2.5 0 0 0-2.5 2.5V20"
            }
            Self::Panel => {
                "M6 4.5h12A2.5 2.5 0 0 1 20.5 7v10a2.5 2.5 0 0 1-2.5 2.5H6A2.5 2.5 0 0 1 3.5 17V7A2.5 2.5 0 0 1 6 4.5ZM14.5 4.5v15"
            }
            Self::Play => "M7.5 5.2v13.6L18.5 12Z",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Redo => "m15.5 5 4.5 4.5-4.5 4.5M20 9.5h-9.5a5 5 0 0 0 0 10H13",
            Self::Retry => "M19.5 12a7.5 7.5 0 1 1-2.2-5.3L19.5 9M19.5 4.5V9H15",
            Self::Search => "M11 4.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13M16 16l4 4",
            Self::ArrowUp | Self::Send => "M12 19V5M6 11l6-6 6 6",
            Self::Settings => {
                "M4 7h8.75M17.25 7H20M4 17h2.75M11.25 17H20M15 4.75a2.25 2.25 0 1 1 0 4.5 2.25 2.25 0 0 1 0-4.5M9 14.75a2.25 2.25 0 1 1 0 4.5 2.25 2.25 0 0 1 0-4.5"
            }
            Self::SignOut => {
                "M14 8V6.5A2.5 2.5 0 0 0 11.5 4h-5A2.5 2.5 0 0 0 4 6.5v11A2.5 2.5 0 0 0 6.5 20h5a2.5 2.5 0 0 0 2.5-2.5V16M9.5 12H20M16.5 8.5 20 12l-3.5 3.5"
            }
            Self::Sun => {
                "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8M12 2.5v1.5M12 20v1.5M2.5 12H4M20 12h1.5M5.3 5.3l1 1M17.7 17.7l1 1M5.3 18.7l1-1M17.7 6.3l1-1"
            }
            Self::Undo => "M8.5 5 4 9.5 8.5 14M4 9.5h9.5a5 5 0 0 1 0 10H11",
            Self::User => {
                "M12 4.75a3.75 3.75 0 1 1 0 7.5 3.75 3.75 0 0 1 0-7.5M4.75 19.5c.9-3.4 3.8-5 7.25-5s6.35 1.6 7.25 5"
            }
            Self::Users => {
                "M9 5.25a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7M2.5 19c.8-3.2 3.3-4.7 6.5-4.7s5.7 1.5 6.5 4.7M15.5 5.5a3.5 3.5 0 0 1 0 6.5M18 14.8c1.8.7 3 2.1 3.5 4.2"
            }
        }
    }

    /// Arrows that point along the line are mirrored where the line runs the other way.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as above")]
    const fn class(self) -> &'static str {
        match self {
            Self::Back | Self::Forward | Self::Redo | Self::SignOut | Self::Undo => {
                "icon icon--directed"
            }
            Self::More => "icon icon--dots",
            _ => "icon",
        }
    }
}

/// Draws an icon.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as above")]
pub fn icon(icon: Icon) -> impl IntoView + use<> {
    strokes(icon.class(), icon.path())
}

#[inline(never)]
fn strokes(class: &'static str, path: &'static str) -> impl IntoView + use<> {
    view! {
        <svg class=class viewBox="0 0 24 24" aria-hidden="true">
            <path d=path></path>
        </svg>
    }
}
