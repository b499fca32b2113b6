//! A window that only listens, resumes by number after every cut, and writes down what it was
//! told: a visitor's second tab, or an agent who hears everything.
//!
//! Invariant: an entry is written down in its place, `prev` behind the one held; what was told
//! once never changes.

use super::{
    line::{self, Door, Gone, Line},
    record::Record,
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::atomic::Ordering,
    thread::sleep,
    time::{Duration, Instant},
};

/// What the server accepts in one `Hello`.
const CURSORS_MAX: usize = 90;
const READ_STEP: Duration = Duration::from_millis(50);
/// At the end, what is still missing is asked for this often.
const ASK_EVERY: Duration = Duration::from_millis(500);

/// A conversation as it was told.
#[derive(Default)]
pub struct Heard {
    pub entries: BTreeMap<u64, Value>,
    /// Without a gap up to here.
    last: u64,
    is_closed: bool,
}

/// Everything one window was told, by conversation.
pub type Log = BTreeMap<String, Heard>;

/// Whose conversations this window is to hear.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Those whose messages carry this sender's number.
    Sender(usize),
    /// All.
    Agent,
}

/// Listens until the record says that it is over and nothing is missing, or patience ends.
pub fn run(scope: Scope, door: &Door, record: &Record, patience: Duration) -> Log {
    let mut listener = Listener {
        scope,
        record,
        log: Log::new(),
        epoch: None,
        patience,
        over_at: None,
    };
    while !listener.is_done() {
        let missing = listener.missing();
        let cursors = missing
            .get(..missing.len().min(CURSORS_MAX))
            .unwrap_or_default();
        if let Ok(mut line) = Line::open(door, listener.epoch.as_deref(), cursors) {
            listener.epoch = Some(line.epoch.clone());
            let _gone = listener.listen(&mut line);
        } else {
            sleep(Duration::from_millis(20));
        }
    }
    listener.log
}

struct Listener<'a> {
    scope: Scope,
    record: &'a Record,
    log: Log,
    epoch: Option<String>,
    patience: Duration,
    over_at: Option<Instant>,
}

impl Listener<'_> {
    fn is_done(&mut self) -> bool {
        if !self.record.is_over.load(Ordering::Relaxed) {
            return false;
        }
        let over_at = *self.over_at.get_or_insert_with(Instant::now);
        self.missing().is_empty() || over_at.elapsed() > self.patience
    }

    /// Conversations that this window does not hold to their end, with the last number it holds.
    fn missing(&self) -> Vec<(String, u64)> {
        let all = self.record.conversations_of(self.scope).into_iter();
        let held = all.map(|id| (self.log.get(&id).map(Heard::end), id));
        held.filter_map(|(end, id)| match end {
            Some(End::Closed) => None,
            Some(End::Open(last)) => Some((id, last)),
            None => Some((id, 0)),
        })
        .collect()
    }

    fn listen(&mut self, line: &mut Line) -> Result<(), Gone> {
        let mut looked_at = Instant::now();
        loop {
            if let Some(frame) = line.receive(READ_STEP)? {
                for ask in hear(&frame, self.record, &mut self.log) {
                    line.send(&ask)?;
                }
            }
            if looked_at.elapsed() > ASK_EVERY && self.record.is_over.load(Ordering::Relaxed) {
                if self.is_done() {
                    return Ok(());
                }
                for (id, last) in self.missing() {
                    line.send(&line::after(&id, last))?;
                }
                looked_at = Instant::now();
            }
        }
    }
}

/// Writes down what the frame tells; returns what to ask for because of a gap.
fn hear(frame: &Value, record: &Record, log: &mut Log) -> Vec<Value> {
    let mut asks = Vec::new();
    let mut told = Vec::new();
    if let Some(entry) = frame.get("entry") {
        told.push(entry.clone());
    } else if let Some(frame) = frame.get("entries").or_else(|| frame.get("resync")) {
        told.extend(
            frame
                .get("entries")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .cloned(),
        );
    }
    for entry in told {
        let id = entry
            .get("conversation")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let heard = log.entry(id.clone()).or_default();
        match heard.hear(entry) {
            Told::Next | Told::Again => {}
            Told::Gap => asks.push(line::after(&id, heard.last)),
            Told::Different(what) => record.fault(format!("{id}: {what}")),
        }
    }
    asks
}

enum End {
    Closed,
    Open(u64),
}

enum Told {
    Next,
    Again,
    Gap,
    Different(String),
}

impl Heard {
    fn end(&self) -> End {
        if self.is_closed {
            End::Closed
        } else {
            End::Open(self.last)
        }
    }

    fn hear(&mut self, entry: Value) -> Told {
        let number = |name: &str| entry.get(name).and_then(Value::as_u64);
        let Some(seq) = number("seq") else {
            return Told::Different(format!("an entry without number: {entry}"));
        };
        // Visitors are told the number of the entry they saw before; agents see every number.
        let prev = number("prev").unwrap_or_else(|| seq.saturating_sub(1));
        if seq <= self.last {
            return match self.entries.get(&seq) {
                Some(before) if *before == entry => Told::Again,
                before => Told::Different(format!("number {seq} was {before:?}, then {entry}")),
            };
        }
        if prev != self.last {
            return Told::Gap;
        }
        self.last = seq;
        self.is_closed = entry.get("body").and_then(Value::as_str) == Some("closed");
        self.entries.insert(seq, entry);
        Told::Next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_gap_is_noticed_and_a_repeat_is_not_written_twice() {
        let mut heard = Heard::default();
        let entry = |seq: u64, prev: u64, text: &str| json!({ "seq": seq, "prev": prev, "body": { "message": { "text": text } } });
        assert!(matches!(heard.hear(entry(2, 0, "a")), Told::Next));
        assert!(matches!(heard.hear(entry(5, 4, "c")), Told::Gap));
        assert!(matches!(heard.hear(entry(2, 0, "a")), Told::Again));
        assert!(matches!(heard.hear(entry(2, 0, "b")), Told::Different(_)));
        assert!(matches!(heard.hear(entry(4, 2, "b")), Told::Next));
        assert_eq!(heard.entries.len(), 2);
    }
}
