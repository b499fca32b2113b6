//! Where an agent writes to the visitor or notes something for colleagues; and, where they may
//! not write, why, and what can be done.
//!
//! Invariant: a text is kept and sent under the conversation it was written for.

use super::aside;
use super::desk::use_desk;
use super::keeping::{self, Kind};
use crate::live::{TypingSign, browser};
use crate::locale::{chat as text, t, t_with, transcript};
use crate::transcript::Composer;
use crate::ui::erased::told;
use crate::ui::{Button, Look};
use domain::conversation::{Command, Row, Stage};
use domain::id::ConversationId;
use domain::live::ClientFrame;
use domain::text::{MessageText, shown};
use leptos::{html, prelude::*};

/// What this agent may do here.
#[derive(Debug, Clone, PartialEq, Eq)]
enum May {
    /// Write to the visitor.
    Write,
    /// Join, and then write.
    Join,
    /// Take it from a bot of this name, and then write.
    TakeOver(String),
    /// Read: somebody else answers, by this name.
    Read(String),
    /// Read: it is over.
    ReadClosed,
}

/// Where an agent writes.
#[component]
pub fn Footer(id: ConversationId, row: Signal<Row>, name: Memo<String>) -> impl IntoView {
    let desk = use_desk();
    let me = desk.agent();
    let may = Memo::new(move |_| {
        row.with(|row| match &row.stage {
            Stage::Waiting { .. } => May::Join,
            Stage::InFlow { bot, .. } => May::TakeOver(shown(bot.as_str())),
            Stage::Talking { agent, .. } if *agent == me => May::Write,
            Stage::Talking { name, .. } => May::Read(shown(name.as_str())),
            Stage::Closed { .. } => May::ReadClosed,
        })
    });
    let kind = RwSignal::new(Kind::Message);
    view! {
        <footer class="conversation__footer">
            <Kinds kind />
            {move || match (kind.get(), may.get()) {
                (Kind::Message, May::Write) => {
                    view! { <Writing id=id.clone() kind=Kind::Message name /> }.into_any()
                }
                (Kind::Message, may) => view! { <Bar id=id.clone() may name /> }.into_any(),
                (Kind::Note, _) => {
                    view! { <Writing id=id.clone() kind=Kind::Note name /> }.into_any()
                }
            }}
        </footer>
    }
}

/// For the visitor, or for colleagues only.
#[component]
fn Kinds(kind: RwSignal<Kind>) -> impl IntoView {
    let tab = move |of: Kind, words| {
        view! {
            <button
                type="button"
                class="tabs__tab"
                aria-pressed=move || if kind.get() == of { "true" } else { "false" }
                on:click=move |_| kind.set(of)
            >
                {t(words)}
            </button>
        }
    };
    view! {
        <div class="conversation__kinds">
            <div class="tabs" role="group" aria-label=t(text::WRITE_WHAT)>
                {tab(Kind::Message, transcript::MESSAGE)}
                {tab(Kind::Note, text::NOTE_TAB)}
            </div>
        </div>
    }
}

/// Why nobody can write here yet, and what can be done.
#[component]
fn Bar(id: ConversationId, may: May, name: Memo<String>) -> impl IntoView {
    let desk = use_desk();
    let join_word = match &may {
        May::Join => Some(t(text::JOIN)),
        May::TakeOver(_) => Some(t(text::TAKE_OVER)),
        May::Write | May::Read(_) | May::ReadClosed => None,
    };
    let words = move || match &may {
        May::Join => t_with(text::JOIN_WAITING, &[("name", &name.read())]),
        May::TakeOver(bot) => t_with(text::BOT_ANSWERS, &[("name", bot)]),
        May::Read(agent) => t_with(text::JOIN_OTHER, &[("agent", agent)]),
        May::Write | May::ReadClosed => t(text::CLOSED).to_owned(),
    };
    let join = move |()| {
        desk.wants_composer.set(true);
        desk.command(&id, Command::Join);
    };
    view! {
        <div class="conversation__bar">
            <p>{words}</p>
            {join_word
                .map(|word| {
                    view! {
                        <Button look=Look::Primary on_press=Callback::new(join)>
                            {word}
                        </Button>
                    }
                })}
        </div>
    }
}

/// The composer with its draft.
#[component]
fn Writing(id: ConversationId, kind: Kind, name: Memo<String>) -> impl IntoView {
    let desk = use_desk();
    let input = NodeRef::<html::Textarea>::new();
    let draft = kept_draft(&id, kind);
    focus_when_wanted(input, &id, kind);
    let sign = StoredValue::new(TypingSign::default());
    let say = {
        let id = id.clone();
        move |is_typing: Option<bool>| {
            let Some(is_typing) = is_typing.filter(|_| kind == Kind::Message) else {
                return;
            };
            desk.live.send(vec![ClientFrame::Typing {
                conversation: id.clone(),
                is_typing,
            }]);
        }
    };
    let changed = {
        let say = say.clone();
        move |()| {
            let is_empty = draft.with_untracked(|draft| draft.trim().is_empty());
            let mut news = None;
            sign.update_value(|sign| news = sign.changed(is_empty, browser::now()));
            say(news);
        }
    };
    let ask = aside::ask(id.clone());
    let send = move |message: MessageText| {
        let mut news = None;
        sign.update_value(|sign| news = sign.stopped());
        say(news);
        let command = match kind {
            Kind::Message => Command::Send { text: message },
            Kind::Note => Command::Note { text: message },
        };
        desk.command(&id, command)
    };
    let placeholder = told(move || match kind {
        Kind::Message => t_with(text::WRITE_TO, &[("name", &name.read())]),
        Kind::Note => t(text::WRITE_NOTE).to_owned(),
    });
    let hint = if kind == Kind::Note {
        t(text::NOTE)
    } else {
        ""
    };
    view! {
        <Composer
            draft=draft
            on_send=send
            on_change=changed
            hint=told(move || hint.to_owned())
            is_note=kind == Kind::Note
            input=input
            placeholder=placeholder
            ask=ask
            may_attach=told(move || kind == Kind::Message)
        />
    }
}

/// The unfinished text of an earlier life of the page, kept again with every change.
fn kept_draft(id: &ConversationId, kind: Kind) -> RwSignal<String> {
    let agent = use_desk().agent();
    let draft = RwSignal::new(String::new());
    let id = id.clone();
    Effect::new(move |is_read: Option<()>| {
        if is_read.is_none() {
            let kept = keeping::draft(&agent, &id, kind);
            if !kept.is_empty() {
                draft.set(kept);
            }
        }
        draft.with(|text| {
            if is_read.is_some() || !text.is_empty() {
                keeping::keep_draft(&agent, &id, kind, text);
            }
        });
    });
    draft
}

/// Somebody opened the conversation to write: the composer takes the focus as soon as it is there.
fn focus_when_wanted(input: NodeRef<html::Textarea>, id: &ConversationId, kind: Kind) {
    let desk = use_desk();
    let id = id.clone();
    Effect::new(move |is_again: Option<()>| {
        let Some(input) = input.get() else { return };
        let is_wanted = desk.wants_composer.get();
        // A note is chosen by hand, and then written at once.
        if !is_wanted && (kind == Kind::Message || is_again.is_some()) {
            return;
        }
        let id = id.clone();
        // The wish comes before the address leads on: by the next frame it is known whether it was
        // for this composer or for that of the conversation that follows.
        request_animation_frame(move || {
            if desk
                .shown
                .with_untracked(|shown| shown.as_ref() == Some(&id))
            {
                let _ = input.focus();
                desk.wants_composer.set(false);
            }
        });
    });
}
