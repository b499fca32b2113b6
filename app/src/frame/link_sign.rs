//! Says when the page is not up to date, for how long, and what to do.
//!
//! Invariant: silent while everything is well; a hiccup of a moment is nobody's business.

use crate::around::reload;
use crate::chat::use_desk;
use crate::live::Link;
use crate::locale::{around, format, refusal, t, transcript, ui};
use crate::ui::{Banner, Button, Tone};
use domain::time::Span;
use leptos::prelude::*;

/// A line that is lost for less than this is most often back before anybody has read about it.
const HICCUP: Span = Span::from_seconds(2);

#[derive(Clone, PartialEq)]
enum Sign {
    Silent,
    Late,
    Outdated,
    Refused(String),
}

/// The state of the line, where it is worth a word.
#[component]
pub fn LinkSign() -> impl IntoView {
    let desk = use_desk();
    // The line's time is the browser's, the clock's the server's.
    let age = Memo::new(move |_| match (desk.live.link().get(), desk.clock.get()) {
        (Link::NotUpToDate { since }, Some(now)) => {
            now.since(desk.book.with_untracked(|book| book.server_time(since)))
        }
        _ => Span::default(),
    });
    let sign = Memo::new(move |_| match desk.live.link().get() {
        Link::Outdated => Sign::Outdated,
        Link::Refused(reason) => Sign::Refused(refusal::for_agent(&reason)),
        Link::NotUpToDate { .. } if age.get() >= HICCUP => Sign::Late,
        Link::NotUpToDate { .. }
        | Link::Connecting
        | Link::UpToDate
        | Link::Polling
        | Link::SignedOut => Sign::Silent,
    });
    view! {
        {move || match sign.get() {
            Sign::Silent => None,
            Sign::Late => {
                Some(
                    view! {
                        <Banner
                            tone=Tone::Waiting
                            is_bar=true
                            text=t(transcript::NOT_UP_TO_DATE)
                        >
                            // Not for the ears: it would be read out every second.
                            <span class="badge" aria-hidden="true">
                                {move || format::until(age.get())}
                            </span>
                        </Banner>
                    }
                        .into_any(),
                )
            }
            Sign::Outdated => {
                Some(
                    view! {
                        <Banner tone=Tone::Waiting is_bar=true text=t(around::NEW_VERSION_TEXT)>
                            <Button is_small=true on_press=Callback::new(|()| reload())>
                                {t(ui::RELOAD)}
                            </Button>
                        </Banner>
                    }
                        .into_any(),
                )
            }
            Sign::Refused(text) => {
                Some(view! { <Banner tone=Tone::Danger is_bar=true text=text /> }.into_any())
            }
        }}
    }
}
