//! When to open, greet, ping, give up, wait and poll: the line to the server as a state machine.
//! `connection` does what it says.
//!
//! Invariant: pure; after every call `next_at` names the moment at which `tick` wants to be called.

use super::link::Link;
use domain::api::Refusal;
use domain::limit;
use domain::live::backoff;
use domain::time::{Span, Timestamp};

/// What the line wants done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Open a socket, dropping the one before.
    Open,
    /// Drop the socket.
    Shut,
    /// Say `Hello` on the socket.
    Greet,
    /// Say `Ping` on the socket.
    Ping,
    /// Send a poll.
    Poll,
}

/// A socket, or a poll, that brings nothing within this time is given up.
const OPEN_DUE: Span = Span::from_ms(limit::ANSWER_DUE.ms() * 2);
/// Sockets that fail in a row without ever being welcomed, before polling is tried.
const FAILURES_BEFORE_POLL: u32 = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Socket {
    Shut {
        retry_at: Timestamp,
    },
    Opening {
        since: Timestamp,
    },
    Live,
    /// Nothing is tried by itself any more.
    Stopped,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Poll {
    next_at: Timestamp,
    sent_at: Option<Timestamp>,
    /// One has come through.
    is_proven: bool,
    /// A socket has been tried since one came through. Fails that as well, sockets are blocked;
    /// before, the server may have been gone, and is back.
    has_tried_socket: bool,
}

/// The line as it stands.
#[derive(Debug, Clone)]
pub(super) struct Line {
    link: Link,
    socket: Socket,
    poll: Option<Poll>,
    /// Since the last welcome.
    failures: u32,
    /// In a row, without a welcome in between.
    unwelcomed: u32,
    heard_at: Timestamp,
    /// A sign of life is due since then.
    asked_at: Option<Timestamp>,
    is_pinged: bool,
    used_at: Timestamp,
    is_hidden: bool,
}

impl Line {
    /// A line that opens at its first `tick`.
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            link: Link::Connecting,
            socket: Socket::Shut { retry_at: now },
            poll: None,
            failures: 0,
            unwelcomed: 0,
            heard_at: now,
            asked_at: None,
            is_pinged: false,
            used_at: now,
            is_hidden: false,
        }
    }

    pub(super) fn link(&self) -> &Link {
        &self.link
    }

    /// Whether frames may go over the socket.
    pub(super) fn is_live(&self) -> bool {
        self.socket == Socket::Live
    }

    /// Whether frames wait for the next poll instead.
    pub(super) fn is_polling(&self) -> bool {
        self.poll.is_some() && !self.is_live()
    }

    /// When `tick` wants to be called; `None` when nothing is to be done by itself.
    pub(super) fn next_at(&self) -> Option<Timestamp> {
        let socket = match self.socket {
            Socket::Stopped => return None,
            Socket::Shut { retry_at } => retry_at,
            Socket::Opening { since } => since.plus(OPEN_DUE),
            Socket::Live => self.silence_ends(),
        };
        let poll = self.poll.map(|poll| match poll.sent_at {
            Some(sent) => sent.plus(OPEN_DUE),
            None => poll.next_at,
        });
        Some(poll.map_or(socket, |poll| poll.min(socket)))
    }

    fn silence_ends(&self) -> Timestamp {
        let silent = self.heard_at.plus(limit::SILENCE_MAX);
        self.asked_at
            .map_or(silent, |asked| asked.plus(limit::ANSWER_DUE).min(silent))
    }

    /// Time has passed.
    pub(super) fn tick(&mut self, now: Timestamp, chance: u32) -> Vec<Act> {
        let mut acts = Vec::new();
        match self.socket {
            Socket::Shut { retry_at } if retry_at <= now => {
                self.socket = Socket::Opening { since: now };
                if let Some(poll) = &mut self.poll {
                    poll.has_tried_socket = poll.is_proven;
                }
                acts.push(Act::Open);
            }
            Socket::Opening { since } if now.since(since) >= OPEN_DUE => {
                self.lost(now, chance);
                acts.push(Act::Shut);
            }
            Socket::Live if self.silence_ends() <= now => {
                let is_silent = now.since(self.heard_at) >= limit::SILENCE_MAX;
                if self.is_pinged || is_silent {
                    self.lost(now, chance);
                    acts.push(Act::Shut);
                } else {
                    self.asked_at = Some(now);
                    self.is_pinged = true;
                    acts.push(Act::Ping);
                }
            }
            _ => {}
        }
        if let Some(poll) = &mut self.poll {
            let is_overdue = poll.sent_at.is_some_and(|sent| now.since(sent) >= OPEN_DUE);
            if is_overdue {
                self.poll_failed(None, now, chance);
            } else if poll.sent_at.is_none() && poll.next_at <= now {
                poll.sent_at = Some(now);
                acts.push(Act::Poll);
            }
        }
        acts
    }

    /// The socket is open.
    pub(super) fn opened(&mut self, now: Timestamp) -> Vec<Act> {
        // From here on the welcome has its own time.
        self.socket = Socket::Opening { since: now };
        vec![Act::Greet]
    }

    /// A frame came over the socket.
    pub(super) fn heard(&mut self, is_welcome: bool, now: Timestamp) {
        self.heard_at = now;
        self.asked_at = None;
        self.is_pinged = false;
        if is_welcome {
            self.socket = Socket::Live;
            self.poll = None;
            self.failures = 0;
            self.unwelcomed = 0;
            self.link = Link::UpToDate;
        }
    }

    /// The socket was closed by somebody else.
    pub(super) fn closed(&mut self, now: Timestamp, chance: u32) {
        if matches!(self.socket, Socket::Opening { .. } | Socket::Live) {
            self.lost(now, chance);
        }
    }

    fn lost(&mut self, now: Timestamp, chance: u32) {
        let was_live = self.is_live();
        self.asked_at = None;
        self.is_pinged = false;
        if was_live {
            self.unwelcomed = 0;
        } else {
            self.unwelcomed = self.unwelcomed.saturating_add(1);
        }
        let pause = match &self.poll {
            Some(poll) if poll.has_tried_socket => limit::SOCKET_RETRY_EVERY,
            _ => self.pause(chance),
        };
        self.socket = Socket::Shut {
            retry_at: now.plus(pause),
        };
        if self.unwelcomed >= FAILURES_BEFORE_POLL && self.poll.is_none() {
            self.poll = Some(Poll {
                next_at: now,
                sent_at: None,
                is_proven: false,
                has_tried_socket: false,
            });
        }
        if self.link != Link::Polling {
            self.fall_behind();
        }
    }

    fn pause(&mut self, chance: u32) -> Span {
        let pause = backoff(self.failures, chance);
        self.failures = self.failures.saturating_add(1);
        pause
    }

    fn fall_behind(&mut self) {
        if !matches!(self.link, Link::NotUpToDate { .. }) {
            self.link = Link::NotUpToDate {
                since: self.heard_at,
            };
        }
    }

    /// A poll was answered.
    pub(super) fn polled(&mut self, has_news: bool, now: Timestamp) {
        let Some(poll) = &mut self.poll else {
            return;
        };
        self.heard_at = now;
        if has_news {
            self.used_at = now;
        }
        let is_idle = self.is_hidden || now.since(self.used_at) >= limit::POLL_IDLE_AFTER;
        let pause = if is_idle {
            limit::POLL_EVERY_IDLE
        } else {
            limit::POLL_EVERY
        };
        if !poll.is_proven && matches!(self.socket, Socket::Shut { .. }) {
            // Whether sockets are blocked, or the server was gone and is back, a socket tells.
            self.socket = Socket::Shut { retry_at: now };
        }
        poll.next_at = now.plus(pause);
        poll.sent_at = None;
        poll.is_proven = true;
        self.link = Link::Polling;
    }

    /// A poll was refused, or nothing came back.
    pub(super) fn poll_failed(&mut self, refusal: Option<&Refusal>, now: Timestamp, chance: u32) {
        if self.poll.is_none() {
            return;
        }
        match refusal {
            Some(refusal) if !refusal.is_transient() => self.refused(refusal, now),
            Some(refusal) => {
                let least = Span::from_ms(refusal.retry_after_ms().unwrap_or(0));
                let next_at = now.plus(least.max(self.pause(chance)));
                if let Some(poll) = &mut self.poll {
                    poll.sent_at = None;
                    poll.next_at = next_at;
                }
                self.fall_behind();
            }
            None => {
                // The server is gone, or the whole line: then a socket is as good as a poll.
                self.poll = None;
                self.unwelcomed = FAILURES_BEFORE_POLL.saturating_sub(1);
                if let Socket::Shut { retry_at } = self.socket {
                    let soon = now.plus(self.pause(chance));
                    self.socket = Socket::Shut {
                        retry_at: retry_at.min(soon),
                    };
                }
                self.fall_behind();
            }
        }
    }

    /// The server does not talk with this window.
    pub(super) fn refused(&mut self, refusal: &Refusal, now: Timestamp) {
        match refusal {
            Refusal::Unauthorized => self.stop(Link::SignedOut),
            Refusal::Outdated => self.stop(Link::Outdated),
            _ => {
                let least = Span::from_ms(refusal.retry_after_ms().unwrap_or(0));
                self.poll = None;
                self.unwelcomed = 0;
                self.socket = Socket::Shut {
                    retry_at: now.plus(limit::SOCKET_RETRY_EVERY.max(least)),
                };
                if refusal.is_transient() {
                    self.fall_behind();
                } else {
                    self.link = Link::Refused(refusal.clone());
                }
            }
        }
    }

    /// Nothing more is tried by itself.
    pub(super) fn stop(&mut self, link: Link) {
        self.poll = None;
        self.socket = Socket::Stopped;
        self.link = link;
    }

    /// A command was sent: a sign of life is due.
    pub(super) fn asked(&mut self, now: Timestamp) {
        if self.is_live() && self.asked_at.is_none() {
            self.asked_at = Some(now);
        }
    }

    /// Somebody is at the keys: the next poll is not to be that of an idle window.
    pub(super) fn used(&mut self, now: Timestamp) {
        self.used_at = now;
        if let Some(poll) = &mut self.poll {
            poll.next_at = poll.next_at.min(now.plus(limit::POLL_EVERY));
        }
    }

    /// Something waits for the next poll that should not wait long.
    pub(super) fn hurry(&mut self, now: Timestamp) {
        self.used_at = now;
        if let Some(poll) = &mut self.poll {
            poll.next_at = poll.next_at.min(now);
        }
    }

    /// The window came to the foreground, or the network back: look at once whether the line
    /// still lives.
    pub(super) fn woke(&mut self, now: Timestamp) -> Vec<Act> {
        self.failures = 0;
        self.hurry(now);
        match self.socket {
            Socket::Shut { .. } if !self.is_polling() => {
                self.socket = Socket::Shut { retry_at: now };
            }
            Socket::Live if self.asked_at.is_none() => {
                self.asked_at = Some(now);
                self.is_pinged = true;
                return vec![Act::Ping];
            }
            _ => {}
        }
        Vec::new()
    }

    /// The window went to the background, or came back.
    pub(super) fn hidden(&mut self, is_hidden: bool) {
        self.is_hidden = is_hidden;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    /// A line that was welcomed at 0.
    fn live() -> Line {
        let mut line = Line::new(at(0));
        assert_eq!(line.tick(at(0), 0), [Act::Open]);
        assert_eq!(line.opened(at(0)), [Act::Greet]);
        line.heard(true, at(0));
        assert_eq!(*line.link(), Link::UpToDate);
        line
    }

    #[test]
    fn silence_ends_a_line() {
        let mut line = live();
        assert_eq!(line.tick(at(21_000), 0), []);
        line.heard(false, at(21_500));
        assert_eq!(line.next_at(), Some(at(43_500)));
        assert_eq!(line.tick(at(43_500), 0), [Act::Shut]);
        assert_eq!(*line.link(), Link::NotUpToDate { since: at(21_500) });
        assert_eq!(line.tick(at(43_500), 0), [Act::Open]);
    }

    #[test]
    fn a_command_without_answer_is_followed_by_a_ping_and_then_by_a_new_line() {
        let mut line = live();
        line.asked(at(100));
        assert_eq!(line.next_at(), Some(at(4100)));
        assert_eq!(line.tick(at(4100), 0), [Act::Ping]);
        assert_eq!(line.tick(at(8100), 0), [Act::Shut]);
        let mut line = live();
        line.asked(at(100));
        line.heard(false, at(200));
        assert_eq!(line.tick(at(4100), 0), []);
    }

    #[test]
    fn coming_back_is_checked_at_once() {
        let mut line = live();
        assert_eq!(line.woke(at(60_000)), [Act::Ping]);
        line.heard(false, at(60_010));
        assert_eq!(*line.link(), Link::UpToDate);
        line.closed(at(60_020), u32::MAX);
        assert_eq!(line.next_at(), Some(at(60_270)));
        assert_eq!(line.woke(at(60_021)), []);
        assert_eq!(line.tick(at(60_021), 0), [Act::Open]);
    }

    #[test]
    fn two_sockets_that_never_greet_lead_to_polls_and_a_socket_now_and_then() {
        let mut line = Line::new(at(0));
        assert_eq!(line.tick(at(0), 0), [Act::Open]);
        line.closed(at(10), 0);
        assert_eq!(line.tick(at(10), 0), [Act::Open]);
        line.closed(at(20), u32::MAX);
        assert_eq!(line.tick(at(20), 0), [Act::Poll]);
        assert!(line.is_polling());
        line.polled(true, at(30));
        assert_eq!(*line.link(), Link::Polling);
        // Only a socket that fails beside polls that come through says that sockets are blocked.
        assert_eq!(line.tick(at(30), 0), [Act::Open]);
        line.closed(at(35), 0);
        assert_eq!(line.next_at(), Some(at(2030)));
        assert_eq!(line.tick(at(2030), 0), [Act::Poll]);
        // Never two polls at a time, and a hurry does not change that.
        line.hurry(at(2040));
        assert_eq!(line.tick(at(2040), 0), []);
        line.polled(false, at(2050));
        assert_eq!(line.tick(at(60_030), 0), [Act::Poll]);
        line.polled(false, at(60_032));
        assert_eq!(line.tick(at(60_035), 0), [Act::Open]);
        line.closed(at(60_036), 0);
        assert_eq!(*line.link(), Link::Polling);
        assert_eq!(line.next_at(), Some(at(62_032)));
    }

    #[test]
    fn an_idle_or_hidden_window_polls_less_until_somebody_types() {
        let mut line = Line::new(at(0));
        for _ in 0..2 {
            line.tick(at(0), 0);
            line.closed(at(0), 0);
        }
        assert_eq!(line.tick(at(0), 0), [Act::Open, Act::Poll]);
        line.closed(at(0), 0);
        line.polled(false, at(0));
        assert_eq!(line.tick(at(0), 0), [Act::Open]);
        line.closed(at(0), 0);
        assert_eq!(line.next_at(), Some(at(2000)));
        line.hidden(true);
        line.polled(false, at(2000));
        assert_eq!(line.next_at(), Some(at(12_000)));
        line.hidden(false);
        line.polled(false, at(61_000));
        line.tick(at(61_000), 0);
        line.closed(at(61_000), 0);
        assert_eq!(line.next_at(), Some(at(71_000)));
        line.used(at(62_000));
        assert_eq!(line.next_at(), Some(at(64_000)));
    }

    #[test]
    fn a_server_that_is_gone_is_not_a_blocked_socket() {
        let mut line = live();
        line.closed(at(10), 0);
        for _ in 0..2 {
            assert_eq!(line.tick(at(10), 0), [Act::Open]);
            line.closed(at(10), 0);
        }
        assert_eq!(line.tick(at(10), 0), [Act::Open, Act::Poll]);
        line.closed(at(11), 0);
        line.poll_failed(None, at(12), 0);
        assert_eq!(line.tick(at(12), 0), [Act::Open]);
        line.closed(at(13), 0);
        assert_eq!(line.tick(at(13), u32::MAX), [Act::Open, Act::Poll]);
        line.closed(at(14), u32::MAX);
        line.polled(false, at(20));
        // It is back: the socket is tried at once, not in a minute.
        assert_eq!(line.tick(at(20), 0), [Act::Open]);
        line.opened(at(21));
        line.heard(true, at(22));
        assert_eq!(*line.link(), Link::UpToDate);
        assert!(!line.is_polling());
    }

    #[test]
    fn a_poll_that_is_the_first_to_find_the_server_back_is_followed_by_a_socket() {
        let mut line = live();
        line.closed(at(10), 0);
        for chance in [0, u32::MAX] {
            assert_eq!(line.tick(at(10), 0), [Act::Open]);
            line.closed(at(10), chance);
        }
        assert_eq!(line.tick(at(10), 0), [Act::Poll]);
        let mut late = line.clone();
        line.polled(true, at(20));
        assert_eq!(line.tick(at(20), 0), [Act::Open]);
        // A socket that was begun before says nothing of a server that came back behind it.
        let retry_at = late.next_at().expect("a retry");
        assert_eq!(late.tick(retry_at, 0), [Act::Open]);
        let later = retry_at.plus(Span::from_ms(1));
        late.polled(true, later);
        late.closed(later, 0);
        assert_eq!(late.tick(later, 0), [Act::Open]);
        late.opened(later);
        late.heard(true, later);
        assert_eq!(*late.link(), Link::UpToDate);
    }

    #[test]
    fn a_refused_window_waits_and_a_signed_out_one_stops() {
        let mut line = live();
        line.refused(&Refusal::WrongKey, at(5));
        assert_eq!(*line.link(), Link::Refused(Refusal::WrongKey));
        assert_eq!(line.next_at(), Some(at(60_005)));
        line.refused(&Refusal::Unauthorized, at(6));
        assert_eq!(*line.link(), Link::SignedOut);
        assert_eq!(line.next_at(), None);
        assert_eq!(line.tick(at(99_999), 0), []);
    }

    #[test]
    fn a_socket_that_opens_but_never_welcomes_is_given_up() {
        let mut line = Line::new(at(0));
        line.tick(at(0), 0);
        line.opened(at(100));
        assert_eq!(line.next_at(), Some(at(8100)));
        assert_eq!(line.tick(at(8100), 0), [Act::Shut]);
    }
}
