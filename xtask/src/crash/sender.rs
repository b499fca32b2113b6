//! A visitor's browser that never gives up: several conversations at once, of each one command
//! on the line, and after every cut the same commands again with the same ids.
//!
//! Invariant: a command is given up only when the server has acknowledged it.

use super::{
    chance::Chance,
    line::{self, Door, Gone, Line},
    record::{Deed, Record},
};
use serde_json::{Value, json};
use std::{
    sync::atomic::Ordering,
    thread::sleep,
    time::{Duration, Instant},
};

/// Conversations that one visitor has at the same time; the server allows five.
const TALKS_AT_ONCE: usize = 4;
/// Messages of one conversation, at least and at most.
const MESSAGES: (u64, u64) = (2, 60);
/// The pause between an acknowledgement and the next command, in milliseconds at most.
const PAUSE_MS_MAX: u64 = 10;
/// A command without answer on a line that stands is sent again.
const ANSWER_DUE: Duration = Duration::from_secs(5);
const READ_STEP: Duration = Duration::from_millis(5);

/// One conversation as its visitor sees it.
struct Talk {
    id: String,
    said: u64,
    messages: u64,
    waiting: Option<Waiting>,
    not_before: Instant,
    is_closed: bool,
}

/// The command that has to be acknowledged before the next one is given.
struct Waiting {
    client_id: String,
    frame: Value,
    sent_at: Option<Instant>,
}

/// Sends until the record says that it is finishing and everything was acknowledged.
pub fn run(name: usize, door: &Door, record: &Record, chance: &mut Chance) {
    let mut talks: Vec<Talk> = Vec::new();
    loop {
        let ended = match Line::open(door, None, &[]) {
            Ok(mut line) => talk(name, &mut line, &mut talks, record, chance),
            Err(Gone) => Err(Gone),
        };
        if ended.is_ok() || record.is_given_up.load(Ordering::Relaxed) {
            return;
        }
        for waiting in talks.iter_mut().filter_map(|talk| talk.waiting.as_mut()) {
            if waiting.sent_at.take().is_some() {
                record.in_flight.fetch_sub(1, Ordering::Relaxed);
            }
        }
        sleep(chance.between_ms(5, 40));
    }
}

fn talk(
    name: usize,
    line: &mut Line,
    talks: &mut Vec<Talk>,
    record: &Record,
    chance: &mut Chance,
) -> Result<(), Gone> {
    loop {
        let is_finishing = record.is_finishing.load(Ordering::Relaxed);
        talks.retain(|talk| !talk.is_closed);
        while talks.len() < TALKS_AT_ONCE && !is_finishing {
            talks.push(Talk {
                id: chance.id("cnv"),
                said: 0,
                messages: MESSAGES.0 + chance.below(MESSAGES.1 - MESSAGES.0),
                waiting: None,
                not_before: Instant::now() + chance.between_ms(0, PAUSE_MS_MAX),
                is_closed: false,
            });
        }
        if talks.is_empty() || record.is_given_up.load(Ordering::Relaxed) {
            return Ok(());
        }
        for talk in talks.iter_mut() {
            if talk.waiting.is_none() && talk.not_before <= Instant::now() {
                talk.give(name, is_finishing, record, chance);
            }
            talk.send(line, record)?;
        }
        if let Some(frame) = line.receive(READ_STEP)? {
            hear(&frame, talks, record, chance);
        }
    }
}

impl Talk {
    fn give(&mut self, name: usize, is_finishing: bool, record: &Record, chance: &mut Chance) {
        if self.said == 0 && is_finishing {
            self.is_closed = true;
            return;
        }
        let client_id = chance.id("cli");
        let text = format!("sender {name} says {} in {}", self.said, self.id);
        let (deed, command) = if self.said == 0 {
            let page = json!({ "url": "https://shop.test/", "title": "Shop" });
            let command = json!({ "start": { "page": page, "text": text } });
            (
                Deed::Say {
                    text,
                    is_start: true,
                },
                command,
            )
        } else if self.said < self.messages && !is_finishing {
            let command = json!({ "send": { "text": text } });
            (
                Deed::Say {
                    text,
                    is_start: false,
                },
                command,
            )
        } else {
            (Deed::Close, json!("close"))
        };
        self.said += 1;
        record.give(name, &self.id, &client_id, deed);
        let frame = line::command(&client_id, &self.id, &command);
        self.waiting = Some(Waiting {
            client_id,
            frame,
            sent_at: None,
        });
    }

    /// Sends what waits and was not sent on this line, or was not answered for too long.
    fn send(&mut self, line: &mut Line, record: &Record) -> Result<(), Gone> {
        let Some(waiting) = &mut self.waiting else {
            return Ok(());
        };
        let is_new = waiting.sent_at.is_none();
        let is_late = waiting.sent_at.is_some_and(|at| at.elapsed() > ANSWER_DUE);
        if self.not_before > Instant::now() || !(is_new || is_late) {
            return Ok(());
        }
        line.send(&waiting.frame)?;
        waiting.sent_at = Some(Instant::now());
        if is_new {
            record.in_flight.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    fn acknowledged(&mut self, seq: u64, record: &Record, chance: &mut Chance) {
        let Some(waiting) = self.waiting.take() else {
            return;
        };
        if waiting.sent_at.is_some() {
            record.in_flight.fetch_sub(1, Ordering::Relaxed);
        }
        record.acknowledge(&self.id, &waiting.client_id, seq);
        self.is_closed = waiting.frame.pointer("/command/command") == Some(&json!("close"));
        self.not_before = Instant::now() + chance.between_ms(0, PAUSE_MS_MAX);
    }
}

/// The entry that carries the id of a command acknowledges it.
fn hear(frame: &Value, talks: &mut [Talk], record: &Record, chance: &mut Chance) {
    let of = |path: &str| frame.pointer(path).and_then(Value::as_str);
    if let Some(client_id) = of("/entry/client_id") {
        let seq = frame.pointer("/entry/seq").and_then(Value::as_u64);
        let (Some(talk), Some(seq)) = (waiting_for(client_id, talks), seq) else {
            return;
        };
        talk.acknowledged(seq, record, chance);
    } else if let Some(refused) = frame.get("refused") {
        let refusal = refused.get("refusal").cloned().unwrap_or_default();
        let talk = of("/refused/client_id").and_then(|client_id| waiting_for(client_id, talks));
        let is_transient = ["unavailable", "too_many", "internal"]
            .iter()
            .any(|name| refusal.get(name).is_some() || refusal.as_str() == Some(*name));
        let Some(talk) = talk else {
            return record.fault(format!("refused: {refused}"));
        };
        let sent_at = talk
            .waiting
            .as_mut()
            .and_then(|waiting| waiting.sent_at.take());
        if sent_at.is_some() {
            record.in_flight.fetch_sub(1, Ordering::Relaxed);
        }
        talk.not_before = Instant::now() + Duration::from_millis(100);
        if !is_transient {
            // What was given stays without acknowledgement, which is a fault as well.
            record.fault(format!("refused: {refused}"));
            talk.is_closed = true;
        }
    }
}

fn waiting_for<'a>(client_id: &str, talks: &'a mut [Talk]) -> Option<&'a mut Talk> {
    talks.iter_mut().find(|talk| {
        talk.waiting
            .as_ref()
            .is_some_and(|waiting| waiting.client_id == client_id)
    })
}
