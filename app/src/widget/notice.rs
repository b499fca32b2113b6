//! The one sentence under the header: what is not as it should be, and what to do about it.
//!
//! Invariant: at most one at a time, the gravest; its region is always there, so that what appears
//! in it is read out.

use super::chat::{Chat, State};
use crate::live::{Link, browser};
use crate::locale::format::Offset;
use crate::locale::{format, refusal, t, t_with, transcript, ui, widget as texts};
use crate::ui::erased::{button, fixed, flag, press, text};
use crate::ui::{Icon, icon};
use domain::conversation::VisitorStage;
use domain::time::{Span, Timestamp};
use leptos::prelude::*;

/// A line that is back within this time was not worth a word.
const WORTH_A_WORD: Span = Span::from_seconds(3);

pub(super) fn notice(chat: Chat) -> impl IntoView {
    let words = move || chat.see(words);
    let is_current = move || chat.see(|state| state.link != Link::Outdated);
    let reload = || {
        let _ = window().location().reload();
    };
    view! {
        <div role="status">
            <div
                class="banner banner--warning banner--bar"
                hidden=flag(move || words().is_none())
            >
                {icon(Icon::Clock)}
                <p class="banner__text">{text(move || words().unwrap_or_default())}</p>
                {button(
                    "button button--small",
                    fixed(t(ui::RELOAD)),
                    flag(is_current),
                    press(reload),
                )}
            </div>
        </div>
    }
}

fn words(state: &State) -> Option<String> {
    match &state.link {
        Link::Outdated => Some(t(texts::OUTDATED).into()),
        Link::Refused(why) => Some(refusal::for_visitor(why)),
        Link::SignedOut => Some(t(texts::NOT_SENT).into()),
        Link::Connecting => behind(state.opened_at, state.now),
        Link::NotUpToDate { since } => behind(*since, state.now),
        Link::UpToDate | Link::Polling => state.is_alone().then(|| match state.opens_at {
            Some(opens) => {
                let offset = Offset(browser::offset_minutes(opens));
                let day = format::day(opens, state.now, offset);
                let time = format::clock(opens, offset);
                t_with(texts::BACK, &[("day", &day), ("time", &time)])
            }
            None => t(texts::NOBODY).into(),
        }),
    }
}

impl State {
    /// Whether nobody is there to answer.
    pub(super) fn is_alone(&self) -> bool {
        let is_answered = matches!(
            self.stage(),
            Some(VisitorStage::Talking { .. } | VisitorStage::Closed)
        );
        !self.is_anyone_available && !is_answered && self.is_active()
    }
}

/// Not up to date, and since when. In minutes, or it would be read out each second.
fn behind(since: Timestamp, now: Timestamp) -> Option<String> {
    let age = now.since(since);
    if age < WORTH_A_WORD {
        None
    } else if !is_online() {
        Some(t(transcript::OFFLINE).into())
    } else if age < Span::from_seconds(60) {
        Some(t(transcript::NOT_UP_TO_DATE).into())
    } else {
        let time = format::ago(age);
        Some(t_with(transcript::NOT_UP_TO_DATE_FOR, &[("time", &time)]))
    }
}

fn is_online() -> bool {
    #[cfg(target_arch = "wasm32")]
    {
        web_sys::window().is_none_or(|window| window.navigator().on_line())
    }
    #[cfg(not(target_arch = "wasm32"))]
    true
}
