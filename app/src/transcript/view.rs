//! The scroller of a conversation: sticks to the end while the reader is there, keeps their place
//! when older lines arrive above, and says when new ones arrived below.
//!
//! Invariant: nothing but the reader's own hand, or their own new message, moves what they read;
//! a new line of the other side is announced once, and neither the reader's own nor the history.

use super::aside::Ask;
use super::bubble::{Bubble, Key, Who, Words};
use super::entry::{Surroundings, line};
use crate::live::browser;
use crate::locale::format::{self, Offset};
use crate::locale::{t, t_with, transcript as texts};
use crate::ui::erased::{Told, flag, press, text};
use crate::ui::{Icon, icon};
use domain::id::{ClientId, Seq};
use domain::text::shown;
use leptos::{html, prelude::*};

/// Nearer to the end than this, the reader is at the end, in pixels.
const END_PX: i32 = 40;
/// Nearer to the top than this, older lines are asked for, in pixels.
const TOP_PX: i32 = 160;
/// Sayings that stay in the region that speaks. A screen reader may be busy with one.
const SAYINGS_MAX: u32 = 4;

/// A line's place on the page.
#[derive(Clone)]
struct Cell {
    key: Key,
    bubble: ArcRwSignal<Bubble>,
}

/// The lines, and what the view remembers of the last time.
struct Lines {
    cells: Vec<Cell>,
    /// Height of everything.
    height: i32,
    /// Where the view began.
    top: i32,
    first: Option<Key>,
    /// The last line that was announced, or was there from the start.
    said: Seq,
}

/// A conversation on the page.
#[derive(Clone, Copy)]
struct View {
    lines: RwSignal<Lines>,
    scroller: NodeRef<html::Div>,
    speaker: NodeRef<html::Div>,
    is_at_end: RwSignal<bool>,
    has_new: RwSignal<bool>,
}

impl View {
    /// The server draws the lines once, as they are.
    fn new(bubbles: &Told<Vec<Bubble>>, is_at_end: RwSignal<bool>) -> Self {
        let lines = untrack(|| bubbles());
        let lines = Lines {
            cells: reconciled(&[], &lines),
            height: 0,
            top: 0,
            first: None,
            said: last(&lines),
        };
        Self {
            lines: RwSignal::new(lines),
            scroller: NodeRef::new(),
            speaker: NodeRef::new(),
            is_at_end,
            has_new: RwSignal::new(false),
        }
    }

    /// The reader has scrolled, or was moved. True near the top.
    fn look(self) -> bool {
        let Some(element) = self.scroller.get_untracked() else {
            return false;
        };
        let top = element.scroll_top();
        let mut is_upwards = false;
        self.lines.maybe_update(|lines| {
            is_upwards = std::mem::replace(&mut lines.top, top) > top;
            false
        });
        let below = element.scroll_height() - top - element.client_height();
        // Only a hand moves upwards. Whoever was at the end and is not, without that, was overtaken
        // by lines that are about to be scrolled to.
        let is_at_end = below < END_PX || (self.is_at_end.get_untracked() && !is_upwards);
        change(self.is_at_end, is_at_end);
        if is_at_end {
            change(self.has_new, false);
        }
        top < TOP_PX
    }

    /// The lines have changed: put the reader where they were.
    fn keep_place(self) {
        // The view may be gone since this was asked for.
        let Some(Some(element)) = self.scroller.try_get_untracked() else {
            return;
        };
        let height = element.scroll_height();
        let mut grown = 0;
        self.lines.maybe_update(|lines| {
            let first = lines.cells.first().map(|cell| cell.key.clone());
            if lines.first.is_some() && lines.first != first {
                grown = height - lines.height;
            }
            lines.height = height;
            lines.first = first;
            false
        });
        if self.is_at_end.get_untracked() {
            element.set_scroll_top(height);
        } else if grown > 0 {
            // Older lines have come above: as much higher, as much further down.
            element.set_scroll_top(element.scroll_top() + grown);
        }
    }

    fn to_end(self) {
        change(self.is_at_end, true);
        change(self.has_new, false);
        if let Some(element) = self.scroller.get_untracked() {
            element.set_scroll_top(element.scroll_height());
        }
    }

    /// The lines as they are now.
    fn show(self, lines: &[Bubble]) {
        let mut news = News::default();
        self.lines.maybe_update(|held| {
            news = self::news(&held.cells, lines);
            let next = reconciled(&held.cells, lines);
            let is_same = next.len() == held.cells.len()
                && next.iter().zip(&held.cells).all(|(a, b)| a.key == b.key);
            held.cells = next;
            !is_same
        });
        if news.is_own {
            change(self.is_at_end, true);
        } else if news.is_other && !self.is_at_end.get_untracked() {
            change(self.has_new, true);
        }
    }

    /// Says new lines of the other side to those who cannot see them. Elements of its own, because
    /// what was said must not be said again when the region is drawn anew.
    fn announce(self, lines: &[Bubble]) {
        let last = last(lines);
        let mut until = Seq::NONE;
        self.lines.maybe_update(|held| {
            until = held.said;
            held.said = until.max(last);
            false
        });
        let Some(speaker) = self.speaker.get_untracked() else {
            return;
        };
        for line in lines {
            let is_new = line.seq.is_some_and(|seq| seq > until);
            if !is_new || !line.is_from_other || !line.is_fresh {
                continue;
            }
            if let Ok(saying) = document().create_element("p") {
                saying.set_text_content(Some(&spoken(line)));
                let _ = speaker.append_child(&saying);
            }
            if speaker.child_element_count() > SAYINGS_MAX
                && let Some(oldest) = speaker.first_element_child()
            {
                oldest.remove();
            }
        }
    }
}

fn change(signal: RwSignal<bool>, value: bool) {
    signal.maybe_update(|held| std::mem::replace(held, value) != value);
}

/// A conversation. `greeting` stands before the first line. `is_at_end` is told to the page: what
/// is in view at the end of a visible window counts as seen.
#[component]
pub fn TranscriptView(
    bubbles: Told<Vec<Bubble>>,
    /// Whether the server has older lines.
    has_earlier: Told<bool>,
    /// Whether they are on their way.
    is_asking: Told<bool>,
    /// Older lines are wanted.
    #[prop(into)]
    on_earlier: Callback<()>,
    /// Who types on the other side; empty for nobody.
    typist: Told<String>,
    /// Whether the reader is at the end.
    is_at_end: RwSignal<bool>,
    #[prop(into)] on_retry: Callback<ClientId>,
    #[prop(into)] on_discard: Callback<ClientId>,
    /// Answers the script that draws files.
    ask: Ask,
    /// What is said before anybody has written.
    greeting: Told<String>,
) -> impl IntoView {
    let view = View::new(&bubbles, is_at_end);
    let around = Surroundings {
        today: RwSignal::new(String::new()),
        on_retry,
        on_discard,
    };
    live(view, around.today, bubbles, typist.clone(), ask);
    let (older, asking, greets, types) = (
        has_earlier.clone(),
        is_asking.clone(),
        greeting.clone(),
        typist.clone(),
    );
    let on_scroll = move |_| {
        if view.look() && untrack(|| has_earlier()) && !untrack(|| is_asking()) {
            on_earlier.run(());
        }
    };
    view! {
        <div class="transcript-frame">
            // Silent: the region below speaks for it, and only of what is new.
            <div
                node_ref=view.scroller
                class="transcript"
                role="log"
                aria-live="off"
                aria-label=t(texts::LABEL)
                tabindex="0"
                on:scroll=on_scroll
            >
                <p
                    class="window__greeting"
                    dir="auto"
                    hidden=flag(move || greets().is_empty())
                >
                    {text(move || greeting())}
                </p>
                <div class="transcript__older" hidden=flag(move || !older())>
                    <button
                        type="button"
                        class="button button--quiet button--small"
                        aria-busy=text(move || asking().to_string())
                        on:click=press(move || on_earlier.run(()))
                    >
                        {t(texts::OLDER)}
                    </button>
                </div>
                <For each=move || view.lines.with(|lines| lines.cells.clone()) key=|cell| cell.key.clone() let(cell)>
                    {line(cell.bubble, around)}
                </For>
                <div class="typing" hidden=flag(move || types().is_empty())>
                    <span class="visually-hidden">{text(move || t_with(texts::TYPING, &[("name", &typist())]))}</span>
                    <i></i>
                    <i></i>
                    <i></i>
                </div>
            </div>
            <button
                type="button"
                class="new-messages"
                hidden=flag(move || !view.has_new.get())
                on:click=press(move || view.to_end())
            >
                {icon(Icon::ArrowDown)}
                {t(texts::NEW_MESSAGES)}
            </button>
            <div class="visually-hidden" aria-live="polite" node_ref=view.speaker></div>
        </div>
    }
}

/// What goes on in a browser: lines that come and change, and the reader's place among them.
fn live(
    view: View,
    today: RwSignal<String>,
    bubbles: Told<Vec<Bubble>>,
    typist: Told<String>,
    ask: Ask,
) {
    // Held by the effect, and so as long as the view.
    let (mut watch, mut answering) = (None, None);
    Effect::new(move |_| {
        if watch.is_none() {
            watch = watch_size(view);
        }
        // From here on it is known what o'clock it is at the reader's.
        let now = browser::now();
        let day = format::day_number(now, Offset(browser::offset_minutes(now))).to_string();
        if today.get_untracked() != day {
            today.set(day);
        }
        // Who types takes room at the end.
        typist();
        let lines = bubbles();
        view.show(&lines);
        view.announce(&lines);
        // After the lines are drawn, and before the browser tells of a scroll: a page that shrinks
        // and grows at once looks like a hand that moved upwards.
        queue_microtask(move || view.keep_place());
        if lines.iter().any(Bubble::has_aside) {
            draw_asides(view, &ask, &mut answering);
        }
    });
}

fn last(lines: &[Bubble]) -> Seq {
    let numbers = lines.iter().filter_map(|line| line.seq);
    numbers.max().unwrap_or(Seq::NONE)
}

fn spoken(line: &Bubble) -> String {
    match (&line.words, &line.who) {
        (Words::Text(said), Who::Other(name)) => {
            t_with(texts::SAYS, &[("name", name), ("text", said)])
        }
        (Words::File(sent), who) => {
            let name = who.name().unwrap_or_default();
            t_with(
                texts::SENT_FILE,
                &[("name", name), ("file", &shown(sent.name.as_str()))],
            )
        }
        (Words::Notice(said) | Words::Text(said), _) => said.clone(),
    }
}

/// A cell for each line, the same cell for as long as the line has the same key.
fn reconciled(held: &[Cell], lines: &[Bubble]) -> Vec<Cell> {
    let mut from = 0;
    let mut next = Vec::with_capacity(lines.len());
    for line in lines {
        // Lines keep their order, so the search goes on where the last one ended; one that moved
        // behind others is looked for everywhere.
        let rest = held.get(from..).unwrap_or_default();
        let found = match rest.iter().position(|cell| cell.key == line.key) {
            Some(at) => {
                from += at + 1;
                rest.get(at)
            }
            None => held.iter().find(|cell| cell.key == line.key),
        };
        let cell = if let Some(cell) = found {
            cell.bubble.maybe_update(|held| {
                let is_new = held != line;
                if is_new {
                    held.clone_from(line);
                }
                is_new
            });
            cell.clone()
        } else {
            Cell {
                key: line.key.clone(),
                bubble: ArcRwSignal::new(line.clone()),
            }
        };
        next.push(cell);
    }
    next
}

/// What is new at the end.
#[derive(Default)]
struct News {
    /// The reader has written: they want to see it.
    is_own: bool,
    is_other: bool,
}

fn news(held: &[Cell], lines: &[Bubble]) -> News {
    let mut news = News::default();
    for line in lines.iter().rev().take_while(|line| line.is_fresh) {
        if !held.iter().any(|cell| cell.key == line.key) {
            news.is_own |= matches!(line.who, Who::Own(None)) && line.seq.is_none();
            news.is_other |= line.is_from_other;
        } else if line.seq.is_some() {
            // Only what is on its way stands behind what is new.
            break;
        }
    }
    news
}

/// Has the files and answers drawn that are not drawn yet. The script comes later than the lines.
#[cfg(target_arch = "wasm32")]
fn draw_asides(view: View, ask: &Ask, answering: &mut Option<wasm_bindgen::JsValue>) {
    use super::aside;

    if let Some(element) = view.scroller.get_untracked() {
        let answering = answering.get_or_insert_with(|| aside::answering(ask).into_js_value());
        aside::call("show", &element, answering);
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn draw_asides(_view: View, _ask: &Ask, _answering: &mut Option<()>) {}

#[cfg(target_arch = "wasm32")]
fn watch_size(view: View) -> Option<super::watch::SizeWatch> {
    let element = view.scroller.get_untracked()?;
    let changed = move || {
        if view.is_at_end.try_get_untracked() == Some(true) {
            view.to_end();
        }
    };
    super::watch::SizeWatch::begin(&element, changed)
}

#[cfg(not(target_arch = "wasm32"))]
fn watch_size(_view: View) -> Option<()> {
    None
}
