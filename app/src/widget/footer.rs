//! The foot of the window: where the visitor writes, or what stands there instead.
//!
//! Invariant: exactly one of its parts is shown; what was written is kept whichever it is.

use super::chat::{Chat, State};
use crate::locale::{Text, refusal, t, widget as texts};
use crate::transcript::Composer;
use crate::ui::erased::{Flag, Press, button, fixed, flag, press, text, told};
use leptos::prelude::*;

/// What stands at the foot.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Foot {
    Composer,
    /// "End this chat?"
    Question,
    Ended,
    /// The entrance takes no new conversations.
    Closed,
}

fn foot(state: &State) -> Foot {
    if state.is_ended() {
        Foot::Ended
    } else if state.is_asking {
        Foot::Question
    } else if state.stage().is_none() && !state.is_active() {
        Foot::Closed
    } else {
        Foot::Composer
    }
}

pub(super) fn footer(chat: Chat) -> impl IntoView {
    let unless = move |part: Foot| -> Flag { flag(move || chat.see(foot) != part) };
    let hint = move || {
        chat.see(|state| {
            let why = state.trouble.as_ref();
            why.map_or_else(String::new, refusal::for_visitor)
        })
    };
    view! {
        <div hidden=unless(Foot::Composer)>
            <Composer
                draft=chat.draft
                on_send=move |text| chat.say(text)
                on_change=move |()| chat.drafted()
                hint=told(hint)
                input=chat.input
                ask=chat.answers()
                may_attach=told(move || chat.see(State::may_attach))
            />
        </div>
        <div
            class="window__question"
            role="group"
            aria-label=t(texts::END_QUESTION)
            hidden=unless(Foot::Question)
        >
            <p>{t(texts::END_QUESTION)}</p>
            {action("button", texts::END_KEEP, press(move || chat.ask(false)))}
            {action("button button--danger", texts::END_CONFIRM, press(move || chat.end()))}
        </div>
        <div class="window__ended" hidden=unless(Foot::Ended)>
            <p>{t(texts::ENDED)}</p>
            // Filled by the script that comes later, whenever this is shown.
            <div class="farewell" data-said=text(move || chat.see(State::signs))></div>
            {action(
                "button button--primary",
                texts::START_AGAIN,
                press(move || chat.start_again()),
            )}
        </div>
        <div class="window__ended" hidden=unless(Foot::Closed)>
            <p>{t(texts::UNAVAILABLE)}</p>
        </div>
    }
}

fn action(class: &'static str, label: Text, does: Press) -> impl IntoView {
    button(class, fixed(t(label)), flag(|| false), does)
}
