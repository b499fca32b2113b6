//! What becomes of the frames that come over the line: rows, transcripts, the session, sounds.
//!
//! Invariant: hearing the same frame twice changes nothing the second time.

use super::desk::Desk;
use crate::around::sentence;
use crate::live::{PendingState, browser};
use crate::locale::{chat as text, t, t_with};
use crate::ui::Tone;
use domain::api::Refusal;
use domain::conversation::{Command, Entry, EntryBody, Marks, Row};
use domain::id::Seq;
use domain::live::{AgentFrame, AgentSignal, ClientFrame, ServerFrame};
use domain::text::shown;
use leptos::prelude::*;

/// Hears frames that came together.
pub(super) fn hear(desk: Desk, frames: &[AgentFrame]) {
    let (mut wishes, mut arrived) = (Vec::new(), Vec::new());
    for frame in frames {
        look(desk, frame);
    }
    let is_news = |frame: &AgentFrame| !matches!(frame, ServerFrame::Pong);
    desk.book.maybe_update(|book| {
        for frame in frames {
            let heard = book.hear(frame, browser::now(), browser::chance());
            wishes.extend(heard.wishes);
            arrived.extend(heard.arrived);
        }
        frames.iter().any(is_news)
    });
    desk.live.send(wishes);
    for frame in frames {
        let entries = match frame {
            ServerFrame::Entry(entry) => std::slice::from_ref(entry),
            ServerFrame::Entries { entries, .. } => entries,
            _ => &[],
        };
        for entry in entries {
            deliver(desk, entry);
        }
    }
    for entry in &arrived {
        announce(desk, entry);
    }
    report(desk);
    desk.flush();
}

/// What the book does not look at: the list, and the agent themselves.
fn look(desk: Desk, frame: &AgentFrame) {
    match frame {
        ServerFrame::Welcome(welcome) => {
            let filter = desk.greeted.get_value();
            desk.list
                .update(|list| list.begin(filter, welcome.list.clone()));
            desk.session().is_over.set(false);
            desk.hear_idle(welcome.idle_since);
            // What the page shows may not be what the line asked for.
            desk.read_list(desk.filter.get_untracked());
        }
        ServerFrame::Resync(snapshot) => desk.list.update(|list| list.put(snapshot.head.clone())),
        ServerFrame::Signal(signal) => look_at_signal(desk, signal),
        _ => {}
    }
}

fn look_at_signal(desk: Desk, signal: &AgentSignal) {
    match signal {
        AgentSignal::Row(row) => {
            let was_waiting = desk.list.with_untracked(|list| {
                list.get(&row.id)
                    .is_some_and(|held| held.row.waiting_since().is_some())
            });
            desk.list.update(|list| list.put(Row::clone(row)));
            if row.waiting_since().is_some() && !was_waiting {
                ring(desk, row);
            }
        }
        AgentSignal::SeenMessages {
            conversation,
            seen_messages,
        } => {
            desk.list
                .update(|list| list.see(conversation, *seen_messages));
        }
        AgentSignal::Gone { conversation } => desk.let_go(conversation),
        AgentSignal::Me => desk.session().read_again(),
        AgentSignal::Idle { since } => desk.hear_idle(*since),
        AgentSignal::Settings => desk
            .session()
            .settings
            .update(|saves| *saves = saves.wrapping_add(1)),
        AgentSignal::SignedOut => desk.session().end(),
    }
}

/// Somebody waits who did not before.
fn ring(desk: Desk, row: &Row) {
    if desk.session().me.with_untracked(|me| me.agent.availability)
        == domain::people::Availability::Available
    {
        desk.alert(t(text::NOTIFY_TITLE), &shown(&row.page_title));
    }
}

/// This window has the message although nobody has opened the conversation here.
fn deliver(desk: Desk, entry: &Entry) {
    let id = &entry.conversation;
    let is_held = desk
        .book
        .with_untracked(|book| book.transcript(id).is_some());
    if is_held || !entry.is_visitor_message() {
        return;
    }
    let marks = Marks {
        delivered: entry.seq,
        seen: Seq::NONE,
    };
    desk.live.send(vec![ClientFrame::Mark {
        conversation: id.clone(),
        marks,
    }]);
}

/// A new message in a conversation that this agent answers.
fn announce(desk: Desk, entry: &Entry) {
    let said = match &entry.body {
        EntryBody::Message { text } => text.as_str(),
        EntryBody::Attached { attachment } => attachment.name.as_str(),
        _ => return,
    };
    // What another window of this agent delivered is delivered here, too.
    desk.book.maybe_update(|book| {
        let mark = book
            .transcript_mut(&entry.conversation)
            .and_then(|held| held.mark(false));
        desk.live.send(mark.into_iter().collect());
        false
    });
    let Some(row) = desk
        .list
        .with_untracked(|list| list.get(&entry.conversation).map(|held| held.row.clone()))
    else {
        return;
    };
    let is_in_view = desk.watch.is_watched_now()
        && desk
            .shown
            .with_untracked(|shown| shown.as_ref() == Some(&entry.conversation));
    if row.is_of(&desk.agent()) && !is_in_view {
        let title = t_with(
            text::NOTIFY_MESSAGE,
            &[("name", &super::words::visitor(&row))],
        );
        desk.alert(&title, &shown(said));
    }
}

/// A refused message stays in its transcript, with the reason and a way to try again. Everything
/// else that was refused for good is said once.
fn report(desk: Desk) {
    let mut refused = Vec::new();
    desk.book.maybe_update(|book| {
        let failed: Vec<_> = book
            .outbox
            .items()
            .iter()
            .filter(|pending| {
                !matches!(pending.command, Command::Send { .. } | Command::Note { .. })
            })
            .filter_map(|pending| match &pending.state {
                PendingState::Failed(refusal) => Some((pending.client_id.clone(), refusal.clone())),
                PendingState::Sending => None,
            })
            .collect();
        for (client_id, refusal) in failed {
            book.outbox.discard(&client_id);
            refused.push(refusal);
        }
        !refused.is_empty()
    });
    for refusal in refused {
        match refusal {
            Refusal::AlreadyTaken { by } => {
                desk.wants_composer.set(false);
                let name = shown(by.as_str());
                desk.toaster
                    .say(Tone::Info, t_with(text::TAKEN, &[("name", &name)]));
            }
            refusal => desk.toaster.say(Tone::Danger, sentence(&refusal.into())),
        }
    }
}
