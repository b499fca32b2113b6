//! Resume and replay: whatever the line does to the frames, a window that resumes holds what the
//! server holds; and hearing it all again changes nothing.

use super::*;
use domain::api::Refusal;
use domain::conversation::{
    Command, Line as _, Marks, VisitorBody, VisitorEntry, VisitorHead, VisitorStage, Voice,
};
use domain::id::{ClientId, ConversationId, ProfileId, Seq};
use domain::live::{
    ClientFrame, Cursor, ForVisitor, ServerFrame, Snapshot, VisitorFrame, VisitorWelcome,
};
use domain::people::Page;
use domain::settings::PublicProfile;
use domain::text::{Colour, DisplayName, Greeting, MessageText};
use domain::time::Timestamp;
use proptest::prelude::*;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(ms)
}

fn moment(n: usize) -> Timestamp {
    at(i64::try_from(n).unwrap())
}

fn number(n: usize) -> Seq {
    Seq::new(u32::try_from(n).unwrap())
}

fn conversation() -> ConversationId {
    ConversationId::from_value(7)
}

fn client(n: usize) -> ClientId {
    ClientId::from_value(n as u128)
}

fn send(n: usize) -> Pending {
    let text = MessageText::parse(&format!("message {n}")).unwrap();
    Pending::new(client(n), conversation(), Command::Send { text }, moment(n))
}

fn start(n: usize) -> Pending {
    let text = MessageText::parse(&format!("message {n}")).unwrap();
    let page = Page::default();
    Pending::new(
        client(n),
        conversation(),
        Command::Start {
            page,
            text,
            id_token: None,
        },
        moment(n),
    )
}

/// The server's side: what the visitor may see, with holes where notes are.
struct Server {
    entries: Vec<VisitorEntry>,
}

impl Server {
    /// One entry per element: `None` is a note, `Some(own)` a message.
    fn of(plan: &[Option<bool>]) -> Self {
        let mut entries: Vec<VisitorEntry> = Vec::new();
        for (place, what) in plan.iter().enumerate() {
            let Some(is_own) = what else { continue };
            let text = MessageText::parse(&format!("message {place}")).unwrap();
            entries.push(VisitorEntry {
                conversation: conversation(),
                seq: number(place + 1),
                prev: entries.last().map_or(Seq::NONE, |e| e.seq),
                at: moment(place),
                by: if *is_own {
                    Voice::You
                } else {
                    Voice::Agent {
                        name: DisplayName::parse("Ann").unwrap(),
                        picture: None,
                    }
                },
                client_id: is_own.then(|| client(place)),
                body: VisitorBody::Message { text, aside: None },
            });
        }
        Self { entries }
    }

    fn last(&self) -> Seq {
        self.entries.last().map_or(Seq::NONE, |e| e.seq)
    }

    fn entry(&self, place: usize) -> Option<VisitorFrame> {
        self.entries.get(place).cloned().map(ServerFrame::Entry)
    }

    fn after(&self, after: Seq) -> VisitorFrame {
        ServerFrame::Entries {
            conversation: conversation(),
            after,
            entries: self
                .entries
                .iter()
                .filter(|e| e.seq > after)
                .cloned()
                .collect(),
            through: self.last(),
        }
    }

    fn before(&self, before: Seq) -> VisitorFrame {
        let older: Vec<_> = self
            .entries
            .iter()
            .filter(|e| e.seq < before)
            .cloned()
            .collect();
        let skip = older.len().saturating_sub(3);
        ServerFrame::Earlier {
            conversation: conversation(),
            before,
            entries: older[skip..].to_vec(),
            has_earlier: skip > 0,
        }
    }

    /// As it stood after `count` entries, with the last three of them.
    fn snapshot(&self, count: usize) -> Snapshot<VisitorHead, VisitorEntry> {
        let then = &self.entries[..count.min(self.entries.len())];
        let skip = then.len().saturating_sub(3);
        Snapshot {
            head: VisitorHead {
                conversation: conversation(),
                stage: VisitorStage::Waiting,
            },
            entries: then[skip..].to_vec(),
            has_earlier: skip > 0,
            last: then.last().map_or(Seq::NONE, |e| e.seq),
            own: Marks::default(),
            other: Marks::default(),
        }
    }

    fn answer(&self, frame: &ClientFrame) -> Option<VisitorFrame> {
        match frame {
            ClientFrame::After(cursor) => Some(self.after(cursor.after)),
            ClientFrame::Before(cursor) => Some(self.before(cursor.after)),
            ClientFrame::Open { .. } => Some(ServerFrame::Resync(self.snapshot(usize::MAX))),
            _ => None,
        }
    }
}

fn welcome(epoch: &str) -> VisitorFrame {
    ServerFrame::Welcome(VisitorWelcome {
        epoch: epoch.to_owned(),
        now: at(0),
        profile: PublicProfile {
            version: 1,
            id: ProfileId::from_value(1),
            name: DisplayName::parse("Shop").unwrap(),
            colour: Colour::parse("#123456").unwrap(),
            greeting: Greeting::parse("Hello").unwrap(),
            is_active: true,
            are_files_welcome: true,
        },
        opening: Vec::new(),
        is_anyone_available: true,
        opens_at: None,
        conversation: None,
    })
}

/// What the line may do.
#[derive(Debug, Clone)]
enum Step {
    Entry(usize),
    Beat,
    Page(usize),
    Snapshot(usize),
    Answer,
    LoseWishes,
    Earlier,
    Cut,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => (0..40_usize).prop_map(Step::Entry),
        1 => Just(Step::Beat),
        2 => (0..40_usize).prop_map(Step::Page),
        1 => (0..40_usize).prop_map(Step::Snapshot),
        3 => Just(Step::Answer),
        1 => Just(Step::LoseWishes),
        1 => Just(Step::Earlier),
        1 => Just(Step::Cut),
    ];
    proptest::collection::vec(step, 0..80)
}

/// A stretch without a hole, each entry as the server has it.
fn is_whole(book: &Book<ForVisitor>, server: &Server) {
    let Some(held) = book.transcript(&conversation()) else {
        return;
    };
    let entries = held.entries();
    if let Some(first) = entries.first() {
        let from = server
            .entries
            .iter()
            .position(|e| e.seq == first.seq)
            .unwrap();
        assert_eq!(entries, &server.entries[from..from + entries.len()]);
        assert_eq!(entries.last().unwrap().seq, held.last());
    }
}

struct World {
    book: Book<ForVisitor>,
    server: Server,
    wishes: Vec<ClientFrame>,
    heard: Vec<VisitorFrame>,
    now: i64,
}

impl World {
    fn hear(&mut self, frame: VisitorFrame) {
        self.now += 1;
        let heard = self.book.hear(&frame, at(self.now), 0);
        self.wishes.extend(heard.wishes);
        self.heard.push(frame);
        is_whole(&self.book, &self.server);
    }

    fn answer_all(&mut self) {
        for _ in 0..50 {
            let wishes = std::mem::take(&mut self.wishes);
            if wishes.is_empty() {
                return;
            }
            for wish in wishes {
                if let Some(frame) = self.server.answer(&wish) {
                    self.hear(frame);
                }
            }
        }
        panic!("wishes without end");
    }

    /// A new line: the hello brings the cursors, the server answers each.
    fn resume(&mut self) {
        self.wishes.clear();
        self.hear(welcome("a"));
        for cursor in self.book.cursors() {
            let frame = self.server.after(cursor.after);
            self.hear(frame);
        }
        if self.book.transcripts().is_empty() && !self.server.entries.is_empty() {
            self.hear(ServerFrame::Resync(self.server.snapshot(usize::MAX)));
        }
        self.answer_all();
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Entry(place) => {
                if let Some(frame) = self.server.entry(*place) {
                    self.hear(frame);
                }
            }
            Step::Beat => {
                let heads = vec![Cursor {
                    conversation: conversation(),
                    after: self.server.last(),
                }];
                self.hear(ServerFrame::Beat { now: at(0), heads });
            }
            Step::Page(after) => {
                let frame = self.server.after(number(*after));
                self.hear(frame);
            }
            Step::Snapshot(count) if *count > 0 && !self.server.entries.is_empty() => {
                self.hear(ServerFrame::Resync(self.server.snapshot(*count)));
            }
            Step::Snapshot(_) => {}
            Step::Answer => {
                if let Some(wish) = self.wishes.pop()
                    && let Some(frame) = self.server.answer(&wish)
                {
                    self.hear(frame);
                }
            }
            Step::LoseWishes => self.wishes.clear(),
            Step::Earlier => {
                if let Some(held) = self.book.transcript_mut(&conversation()) {
                    self.wishes.extend(held.ask_earlier(at(self.now)));
                }
            }
            Step::Cut => self.resume(),
        }
    }
}

proptest! {
    #[test]
    fn a_window_that_resumes_holds_what_the_server_holds(
        plan in proptest::collection::vec(proptest::option::weighted(0.8, any::<bool>()), 0..40),
        steps in steps(),
    ) {
        let mut world = World {
            book: Book::default(),
            server: Server::of(&plan),
            wishes: Vec::new(),
            heard: Vec::new(),
            now: 0,
        };
        for step in &steps {
            world.step(step);
        }
        world.resume();
        if !world.server.entries.is_empty() {
            let held = world.book.transcript(&conversation()).unwrap();
            assert_eq!(held.last(), world.server.last());
        }
        // Scrolled all the way up, it is the whole.
        for _ in 0..40 {
            world.now += 10_000;
            world.step(&Step::Earlier);
            world.answer_all();
        }
        let held = world.book.transcript(&conversation()).map(Transcript::entries);
        assert_eq!(held.unwrap_or_default(), &world.server.entries[..]);
        // And hearing it all again changes nothing.
        let before = world.book.clone();
        for frame in world.heard.clone() {
            if !matches!(frame, ServerFrame::Resync(_) | ServerFrame::Welcome(_)) {
                let heard = world.book.hear(&frame, at(world.now), 0);
                assert_eq!(heard.arrived, []);
            }
        }
        assert_eq!(world.book, before);
    }

    /// Commands on a line that loses frames and answers, and on which the server refuses now and
    /// then: each is done once, in the order given.
    #[test]
    fn every_command_is_done_once_and_in_order(
        luck in proptest::collection::vec(0..4_u8, 400),
        count in 1..12_usize,
    ) {
        let mut book = Book::<ForVisitor>::default();
        let mut done: Vec<VisitorEntry> = Vec::new();
        assert!(book.outbox.push(start(1)));
        for n in 2..=count {
            assert!(book.outbox.push(send(n)));
        }
        let mut now = 0;
        for luck in luck {
            now += 30_000;
            let frames = book.due(at(now));
            assert!(frames.len() <= 1, "one at a time");
            for frame in frames {
                let ClientFrame::Command { client_id, command, .. } = frame else {
                    panic!("only commands are due");
                };
                if luck == 0 {
                    continue;
                }
                if luck == 1 {
                    let refusal = Refusal::Unavailable { retry_after_ms: 5 };
                    let client_id = Some(client_id);
                    book.hear(&ServerFrame::Refused { client_id, refusal }, at(now), 9);
                    continue;
                }
                let entry = done.iter().find(|e| e.client_id.as_ref() == Some(&client_id));
                let entry = entry.cloned().unwrap_or_else(|| {
                    let is_start = matches!(command, Command::Start { .. });
                    assert_eq!(is_start, done.is_empty());
                    let (Command::Start { text, .. } | Command::Send { text }) = command else {
                        panic!("only messages were given");
                    };
                    let entry = VisitorEntry {
                        conversation: conversation(),
                        seq: number(done.len() + 2),
                        prev: done.last().map_or(Seq::NONE, VisitorEntry::seq),
                        at: at(now),
                        by: Voice::You,
                        client_id: Some(client_id),
                        body: VisitorBody::Message { text, aside: None },
                    };
                    done.push(entry.clone());
                    entry
                });
                // The answer may be lost, too.
                if luck == 3 {
                    book.hear(&ServerFrame::Entry(entry), at(now), 0);
                }
            }
        }
        let names: Vec<_> = done.iter().map(|e| e.client_id.clone().unwrap()).collect();
        let given: Vec<_> = (1..=count).map(client).collect();
        assert_eq!(names, given[..names.len()]);
        if book.outbox.items().is_empty() {
            assert_eq!(names, given);
        }
    }
}

#[test]
fn a_start_that_failed_takes_what_follows_along_and_comes_back_with_it() {
    let mut book = Book::<ForVisitor>::default();
    for pending in [start(1), send(2), send(3)] {
        assert!(book.outbox.push(pending));
    }
    assert_eq!(book.due(at(1)).len(), 1);
    let refused = |n, refusal| ServerFrame::Refused {
        client_id: Some(client(n)),
        refusal,
    };
    book.hear(&refused(1, Refusal::ProfileInactive), at(2), 0);
    let failed = PendingState::Failed(Refusal::ProfileInactive);
    assert!(book.outbox.items().iter().all(|p| p.state == failed));
    assert_eq!(book.due(at(3)), []);
    // The first is given up: the second becomes the start.
    assert_eq!(book.outbox.discard(&client(1)).unwrap(), "message 1");
    book.outbox.retry(&client(3));
    let frames = book.due(at(4));
    assert!(
        matches!(&frames[..], [ClientFrame::Command { client_id, command: Command::Start { .. }, .. }]
            if *client_id == client(2)),
        "{frames:?}"
    );
}

#[test]
fn two_windows_that_disagree_about_the_start_are_told_the_truth_once() {
    let mut book = Book::<ForVisitor>::default();
    assert!(book.outbox.push(send(1)));
    let refused = |refusal| ServerFrame::<ForVisitor>::Refused {
        client_id: Some(client(1)),
        refusal,
    };
    book.due(at(1));
    book.hear(&refused(Refusal::NotFound), at(2), 0);
    let frames = book.due(at(3));
    assert!(matches!(
        &frames[..],
        [ClientFrame::Command {
            command: Command::Start { .. },
            ..
        }]
    ));
    book.hear(&refused(Refusal::Forbidden), at(4), 0);
    assert_eq!(
        book.outbox.items()[0].state,
        PendingState::Failed(Refusal::Forbidden)
    );
}

#[test]
fn an_own_entry_beyond_a_gap_is_shown_as_sending_until_the_gap_is_closed() {
    let server = Server::of(&[Some(true), Some(false), Some(true)]);
    let mut book = Book::<ForVisitor>::default();
    book.hear(&server.entry(0).unwrap(), at(0), 0);
    assert!(book.outbox.push(send(2)));
    book.due(at(1));
    let heard = book.hear(&server.entry(2).unwrap(), at(2), 0);
    assert_eq!(book.outbox.items().len(), 1);
    assert_eq!(heard.wishes.len(), 1);
    // Asked once, until the answer is overdue.
    assert_eq!(book.hear(&server.entry(2).unwrap(), at(3), 0).wishes, []);
    let heard = book.hear(&server.after(Seq::new(1)), at(4), 0);
    assert_eq!(book.outbox.items(), []);
    assert_eq!(heard.arrived.len(), 1);
}

#[test]
fn another_past_is_not_mixed_with_this_one() {
    let server = Server::of(&[Some(true), Some(false)]);
    let mut book = Book::<ForVisitor>::default();
    book.hear(&welcome("a"), at(0), 0);
    book.hear(&ServerFrame::Resync(server.snapshot(2)), at(1), 0);
    let heard = book.hear(&welcome("b"), at(2), 0);
    assert!(matches!(&heard.wishes[..], [ClientFrame::Open { .. }]));
    assert!(book.transcripts().is_empty());
}

#[test]
fn marks_are_told_once_per_line_and_states_follow_the_other_side() {
    let server = Server::of(&[Some(true), Some(false)]);
    let mut book = Book::<ForVisitor>::default();
    book.hear(&ServerFrame::Resync(server.snapshot(2)), at(1), 0);
    let held = book.transcript_mut(&conversation()).unwrap();
    assert_eq!(held.unseen(), 1);
    assert!(held.mark(false).is_some());
    assert_eq!(held.mark(false), None);
    let Some(ClientFrame::Mark { marks, .. }) = held.mark(true) else {
        panic!("seen is news");
    };
    assert_eq!(marks.seen, Seq::new(2));
    assert_eq!(held.unseen(), 0);
    assert_eq!(held.fate(Seq::new(1)), Fate::Sent);
    held.hear_marks(
        false,
        Marks {
            delivered: Seq::new(1),
            seen: Seq::NONE,
        },
    );
    assert_eq!(held.fate(Seq::new(1)), Fate::Delivered);
    held.resumed();
    assert!(held.mark(true).is_some());
}

#[test]
fn what_is_stored_comes_back_with_the_same_ids() {
    let mut outbox = Outbox::default();
    assert!(outbox.push(start(1)));
    assert!(outbox.push(send(2)));
    outbox.due(at(1));
    let text = serde_json::to_string(outbox.items()).unwrap();
    let mut again = Outbox::default();
    again.restore(serde_json::from_str(&text).unwrap());
    assert_eq!(again.due(at(9)).len(), 1);
    assert_eq!(again.items().len(), 2);
    // A full box takes nothing more.
    let max = domain::limit::OUTBOX_MAX;
    assert!((2..max).all(|n| again.push(send(n + 1))));
    assert!(!again.push(send(max + 1)));
}
