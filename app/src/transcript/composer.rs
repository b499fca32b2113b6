//! Where a message is written. Shared by both sides; what sending means is theirs.
//!
//! Invariant: a text leaves the composer only when it was taken; a key pressed while characters
//! are being composed sends nothing.

use super::aside::Ask;
use crate::locale::{refusal, t, t_count, transcript as text};
use crate::ui::erased::{Told, flag, key, still, text as erased};
use crate::ui::{Icon, icon};
use domain::limit;
use domain::text::{MessageText, Reason, message_room};
use leptos::{ev, html, prelude::*};

/// What browsers report for a key that belongs to an input method.
const COMPOSING_KEY_CODE: u32 = 229;

/// What the composer's parts have in common.
#[derive(Clone, Copy)]
struct Writing {
    draft: RwSignal<String>,
    /// The text holds a character that cannot be sent.
    is_forbidden: RwSignal<bool>,
    input: NodeRef<html::Textarea>,
    on_send: Callback<MessageText, bool>,
}

impl Writing {
    /// How many more characters there may be; negative when there are too many.
    fn room(self) -> isize {
        self.draft.with(|draft| message_room(draft))
    }

    fn is_ready(self) -> bool {
        self.room() >= 0 && self.draft.with(|draft| !draft.trim().is_empty())
    }

    /// The sentence below.
    fn said(self, hint: &Told<String>) -> String {
        if self.room() < 0 {
            left(self.room())
        } else if self.is_forbidden.get() {
            t(refusal::CHARACTER).to_owned()
        } else {
            hint()
        }
    }

    fn write(self, text: String) {
        self.is_forbidden.set(false);
        self.draft.set(text);
    }

    fn send(self) {
        match self.draft.with_untracked(|draft| MessageText::parse(draft)) {
            Ok(message) => {
                if self.on_send.run(message) {
                    self.draft.set(String::new());
                }
            }
            // Nothing to say is no reason to complain, and of too much the countdown speaks.
            Err(Reason::Forbidden) => self.is_forbidden.set(true),
            Err(_) => {}
        }
        if let Some(input) = self.input.get_untracked() {
            let _ = input.focus();
        }
    }

    fn on_key(self, event: &ev::KeyboardEvent) {
        let is_composing = event.is_composing() || event.key_code() == COMPOSING_KEY_CODE;
        if event.key() == "Enter" && !event.shift_key() && !is_composing {
            event.prevent_default();
            self.send();
        }
    }
}

/// How many characters are left, near the limit only.
fn countdown(writing: Writing) -> impl IntoView {
    let room = move || writing.room();
    let spoken = move || {
        // Every key would be too much to hear: in steps of ten, and when it is over.
        let is_worth_it = room() < 0 || (room() < COUNTDOWN_FROM && room() % 10 == 0);
        if is_worth_it {
            left(room())
        } else {
            String::new()
        }
    };
    view! {
        <span
            class=erased(move || limit_class(room()))
            hidden=flag(move || room() >= COUNTDOWN_FROM)
        >
            <span aria-hidden="true">{erased(move || room().to_string())}</span>
            <span class="visually-hidden" role="status">{erased(spoken)}</span>
        </span>
    }
}

fn limit_class(room: isize) -> String {
    let class = if room < 0 {
        "countdown composer__limit countdown--over"
    } else {
        "countdown composer__limit"
    };
    class.to_owned()
}

/// Where a message is written. `draft` is the text; the page may store it, set it and clear it.
#[component]
pub fn Composer(
    draft: RwSignal<String>,
    /// Takes the message. False: it could not be taken, and stays.
    #[prop(into)]
    on_send: Callback<MessageText, bool>,
    /// The person has changed the text.
    #[prop(optional, into)]
    on_change: Option<Callback<()>>,
    /// A sentence below: why something was not sent, or who reads this; may be empty.
    hint: Told<String>,
    /// A note for the own side: it looks otherwise.
    #[prop(optional)]
    is_note: bool,
    /// Given by the page that wants to move the focus here.
    #[prop(optional)]
    input: NodeRef<html::Textarea>,
    #[prop(optional)] placeholder: Option<Told<String>>,
    /// Answers what writes beside the text: emoji and files.
    ask: Ask,
    /// Whether they may be sent now.
    may_attach: Told<bool>,
) -> impl IntoView {
    let writing = Writing {
        draft,
        is_forbidden: RwSignal::new(false),
        input,
        on_send,
    };
    bring_tools(ask);
    let room = move || writing.room();
    let said = {
        let hint = hint.clone();
        move || writing.said(&hint)
    };
    let placeholder = move || match &placeholder {
        Some(given) => given(),
        None => t(text::WRITE).to_owned(),
    };
    let class = if is_note {
        "composer composer--note"
    } else {
        "composer"
    };
    view! {
        <form
            class=class
            on:submit=move |event| {
                event.prevent_default();
                writing.send();
            }
        >
            <div class="composer__box">
                <div class="composer__grow" data-text=erased(move || draft.get())>
                    <textarea
                        node_ref=input
                        class="composer__input"
                        rows="1"
                        dir="auto"
                        enterkeyhint="send"
                        aria-label=t(text::MESSAGE)
                        aria-invalid=erased(move || (room() < 0).to_string())
                        placeholder=erased(placeholder)
                        prop:value=erased(move || draft.get())
                        on:input=move |event| {
                            writing.write(event_target_value(&event));
                            if let Some(on_change) = on_change {
                                on_change.run(());
                            }
                        }
                        on:keydown=key(move |event| writing.on_key(event))
                    ></textarea>
                </div>
                {countdown(writing)}
                <div
                    class="composer__tools"
                    data-files=erased(move || may_attach().to_string())
                ></div>
                <button
                    type="submit"
                    class="composer__send"
                    aria-label=t(text::SEND)
                    // A press must not close the keyboard of a phone.
                    on:mousedown=still()
                    disabled=flag(move || !writing.is_ready())
                >
                    {icon(Icon::Send)}
                </button>
            </div>
            <p class="composer__hint" role="status" hidden=flag(move || writing.said(&hint).is_empty())>
                {erased(said)}
            </p>
        </form>
    }
}

/// What writes beside the text comes when the text can be written already: once the composer is on
/// the page.
#[cfg(target_arch = "wasm32")]
fn bring_tools(ask: Ask) {
    request_animation_frame(move || {
        let place = document().query_selector(".composer__tools:empty");
        if let Ok(Some(place)) = place {
            // For good: a file may arrive when the composer is gone, and belongs where it was sent.
            let answering = super::aside::answering(&ask);
            super::aside::call("tools", &place, &answering.into_js_value());
        }
    });
}

#[cfg(not(target_arch = "wasm32"))]
fn bring_tools(ask: Ask) {
    drop(ask);
}

#[expect(clippy::cast_possible_wrap, reason = "a small constant")]
const COUNTDOWN_FROM: isize = limit::MESSAGE_COUNTDOWN_FROM as isize;

fn left(room: isize) -> String {
    let count = room.unsigned_abs() as u64;
    if room < 0 {
        t_count(text::CHARACTERS_OVER, text::CHARACTERS_OVER, count)
    } else {
        t_count(text::CHARACTERS_LEFT, text::CHARACTERS_LEFT, count)
    }
}
