//! Draws one line: a message with its author, time and state, or a notice; and the divider above
//! the first line of a day. Called for each line by the view.
//!
//! Every line has the same elements, and those that say nothing are hidden: a line keeps them for
//! as long as it is on the page, and one form of view is a third of the bytes of several.
//!
//! Invariant: what was written is text nodes and the links that `links` found.

use super::bubble::{Bubble, Key, Progress, Who, Words};
use super::links::{Piece, pieces};
use crate::live::{Fate, browser};
use crate::locale::format::{self, Offset};
use crate::locale::{t, transcript as texts, ui};
use crate::ui::erased::{Flag, Text, button, fixed, flag, press, text};
use crate::ui::{Icon, hue, initials};
use domain::id::ClientId;
use domain::text::shown;
use domain::time::Timestamp;
use leptos::either::Either;
use leptos::prelude::*;

/// What a line needs to know beside itself.
#[derive(Clone, Copy)]
pub(super) struct Surroundings {
    /// The reader's day, as a number; empty until the page is in a browser: local times are unknown
    /// before. What is called today is another thing tomorrow.
    pub(super) today: RwSignal<String>,
    pub(super) on_retry: Callback<ClientId>,
    pub(super) on_discard: Callback<ClientId>,
}

/// A line as its elements read it.
#[derive(Clone)]
struct Reading(ArcRwSignal<Bubble>);

impl Reading {
    fn says(&self, read: fn(&Bubble) -> String) -> Text {
        let bubble = self.0.clone();
        text(move || bubble.with(read))
    }

    fn is(&self, read: fn(&Bubble) -> bool) -> Flag {
        let bubble = self.0.clone();
        flag(move || bubble.with(read))
    }

    /// What depends on the reader's clock; nothing where that is unknown.
    fn says_locally(&self, today: RwSignal<String>, read: fn(&Bubble) -> String) -> Text {
        let bubble = self.0.clone();
        text(move || {
            if today.get().is_empty() {
                String::new()
            } else {
                bubble.with(read)
            }
        })
    }

    /// Whether no day begins here, as far as is known.
    fn is_same_day(&self, today: RwSignal<String>) -> Flag {
        let bubble = self.0.clone();
        flag(move || today.get().is_empty() || !bubble.with(begins_day))
    }
}

/// Draws one line.
pub(super) fn line(bubble: ArcRwSignal<Bubble>, around: Surroundings) -> impl IntoView {
    let it = Reading(bubble);
    let (retried, discarded) = (named(&it), named(&it));
    let (body, body_class) = it.0.with_untracked(|line| (said(line), body_class(line)));
    let who = it.0.with_untracked(|line| line.who.clone());
    let (face, letters) = (face(&who), initials(who.name().unwrap_or_default()));
    let (name, name_class) = author(&who);
    let picture = it.0.with_untracked(|line| line.picture.clone());
    let picture = picture.map(|picture| picture.as_str().to_owned());
    let (today, on_retry, on_discard) = (around.today, around.on_retry, around.on_discard);
    let aside = it.0.with_untracked(aside);
    view! {
        <div class="day-divider" hidden=it.is_same_day(today)>
            <time datetime=it.says(moment)>{it.says_locally(today, day)}</time>
        </div>
        <div class=it.says(class)>
            <p class=name_class hidden=it.is(hides_author)>
                <span class=face data-picture=picture aria-hidden="true">
                    {letters}
                </span>
                {name}
            </p>
            // A message finds its own direction; the page around keeps its.
            <p class=body_class dir="auto" data-aside=aside>
                {body}
            </p>
            <p class="entry__meta">
                <time datetime=it.says(moment)>{it.says_locally(today, clock)}</time>
                <span class="entry__state" data-state=it.says(state) hidden=it.is(has_no_state)>
                    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
                        <path d=it.says(sign)></path>
                    </svg>
                    {it.says(label)}
                </span>
                <span class="entry__reason" hidden=it.is(has_not_failed)>{it.says(reason)}</span>
                {button(
                    "entry__retry",
                    fixed(t(ui::TRY_AGAIN)),
                    it.is(has_not_failed),
                    press(move || run(on_retry, retried.as_ref())),
                )}
                {button(
                    "entry__retry",
                    fixed(t(texts::DISCARD)),
                    it.is(has_not_failed),
                    press(move || run(on_discard, discarded.as_ref())),
                )}
            </p>
        </div>
    }
}

fn named(it: &Reading) -> Option<ClientId> {
    it.0.with_untracked(|line| match &line.key {
        Key::Named(id) => Some(id.clone()),
        Key::Entry(_) => None,
    })
}

fn run(callback: Callback<ClientId>, id: Option<&ClientId>) {
    if let Some(id) = id {
        callback.run(id.clone());
    }
}

fn said(line: &Bubble) -> impl IntoView + use<> {
    let name;
    let parts = match &line.words {
        Words::Notice(said) => vec![Piece::Text(said)],
        Words::Text(said) => pieces(said),
        // Until it is drawn; and all there is where no script can draw it.
        Words::File(attachment) => {
            name = shown(attachment.name.as_str());
            vec![Piece::Text(&name)]
        }
    };
    parts
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => Either::Left(text.to_owned()),
            Piece::Link(found) => {
                let (address, label) = (found.to_owned(), found.to_owned());
                Either::Right(view! {
                    <a href=address target="_blank" rel="noopener nofollow">{label}</a>
                })
            }
        })
        .collect::<Vec<_>>()
}

/// What the script needs to draw a file in the place of its name, or answers below a question.
fn aside(line: &Bubble) -> Option<String> {
    match &line.words {
        Words::File(attachment) => domain::json::write(attachment).ok(),
        _ => line.aside.clone(),
    }
}

fn body_class(line: &Bubble) -> &'static str {
    match line.words {
        Words::Notice(_) => "entry__words",
        Words::Text(_) if line.is_emoji_only() => "entry__bubble entry__bubble--emoji",
        Words::File(_) => "entry__bubble entry__bubble--file",
        Words::Text(_) => "entry__bubble",
    }
}

fn class(line: &Bubble) -> String {
    let mut class = String::from(match (&line.words, &line.who) {
        (Words::Notice(_), _) => "entry entry--notice",
        (_, Who::Own(_)) => "entry entry--own",
        (_, Who::Note(_)) => "entry entry--note",
        (_, Who::Other(_) | Who::System) => "entry entry--other",
    });
    if line.follows {
        class.push_str(" entry--follows");
    }
    // A failed one says what can be done.
    if line.is_followed && has_not_failed(line) {
        class.push_str(" entry--followed");
    }
    if line.is_fresh {
        class.push_str(" entry--fresh");
    }
    class
}

/// The name above a line, and its class. The reader's own is seen by its place and colour; those
/// who hear it need the word.
fn author(who: &Who) -> (String, &'static str) {
    match who.name() {
        Some(name) => (name.to_owned(), "entry__author"),
        None => (t(texts::YOU).to_owned(), "visually-hidden"),
    }
}

fn face(who: &Who) -> String {
    let mut class = String::from("avatar avatar--small avatar--");
    let hue = hue(who.name().unwrap_or_default());
    class.push(char::from_digit(hue, 10).unwrap_or('0'));
    class
}

fn hides_author(line: &Bubble) -> bool {
    line.follows || matches!(line.words, Words::Notice(_))
}

fn moment(line: &Bubble) -> String {
    format::machine(line.at)
}

fn offset(at: Timestamp) -> Offset {
    Offset(browser::offset_minutes(at))
}

fn clock(line: &Bubble) -> String {
    format::clock(line.at, offset(line.at))
}

fn day(line: &Bubble) -> String {
    format::day(line.at, browser::now(), offset(line.at))
}

fn begins_day(line: &Bubble) -> bool {
    line.before
        .is_none_or(|before| format::is_other_day(before, line.at, offset(line.at)))
}

fn has_no_state(line: &Bubble) -> bool {
    line.progress.is_none()
}

fn has_not_failed(line: &Bubble) -> bool {
    !matches!(line.progress, Some(Progress::Failed(_)))
}

fn state(line: &Bubble) -> String {
    String::from(match &line.progress {
        None => "",
        Some(Progress::Sending) => "sending",
        Some(Progress::Arrived(Fate::Sent)) => "sent",
        Some(Progress::Arrived(Fate::Delivered)) => "delivered",
        Some(Progress::Arrived(Fate::Read)) => "read",
        Some(Progress::Failed(_)) => "failed",
    })
}

fn sign(line: &Bubble) -> String {
    // Each named by itself, so that no other icon's strokes are in the bundle.
    let strokes = match &line.progress {
        None => "",
        Some(Progress::Sending) => Icon::Clock.path(),
        Some(Progress::Arrived(Fate::Sent)) => Icon::Check.path(),
        Some(Progress::Arrived(Fate::Delivered | Fate::Read)) => Icon::DoubleCheck.path(),
        Some(Progress::Failed(_)) => Icon::Alert.path(),
    };
    strokes.to_owned()
}

fn label(line: &Bubble) -> String {
    let label = match &line.progress {
        None => return String::new(),
        Some(Progress::Sending) => texts::SENDING,
        Some(Progress::Arrived(Fate::Sent)) => texts::SENT,
        Some(Progress::Arrived(Fate::Delivered)) => texts::DELIVERED,
        Some(Progress::Arrived(Fate::Read)) => texts::READ,
        Some(Progress::Failed(_)) => texts::FAILED,
    };
    t(label).to_owned()
}

fn reason(line: &Bubble) -> String {
    match &line.progress {
        Some(Progress::Failed(why)) => why.clone(),
        _ => String::new(),
    }
}
