//! The judgement: every promise the server made against what the disk has and what the windows
//! were told.
//!
//! Invariant: pure; a list of sentences, empty if nothing was lost, doubled or turned round.

use super::{
    receiver::{Log, Scope},
    record::{Deed, Given, Talks},
    truth::Row,
};
use std::collections::BTreeMap;

type Transcripts<'a> = BTreeMap<&'a str, Vec<&'a Row>>;

/// Everything that is wrong.
pub fn verify(
    talks: &Talks,
    rows: &[Row],
    heads: &[(String, u64)],
    logs: &[(Scope, Log)],
) -> Vec<String> {
    let mut transcripts = Transcripts::new();
    for row in rows {
        transcripts.entry(&row.conversation).or_default().push(row);
    }
    let mut faults = Vec::new();
    for (id, given) in talks {
        let rows = transcripts.get(id.as_str()).map_or(&[][..], Vec::as_slice);
        faults.extend(
            promises(given, rows)
                .into_iter()
                .map(|fault| format!("{id}: {fault}")),
        );
    }
    for id in transcripts.keys().filter(|id| !talks.contains_key(**id)) {
        faults.push(format!("{id}: nobody began this conversation"));
    }
    faults.extend(numbers(&transcripts, heads));
    for (scope, log) in logs {
        faults.extend(told(*scope, log, talks, &transcripts));
    }
    faults
}

/// Each command exactly once, under the number that was acknowledged, in the order given; and
/// no message that nobody sent.
fn promises(given: &[Given], rows: &[&Row]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut last = 0;
    for one in given {
        let Given {
            client_id,
            deed,
            seq,
            ..
        } = one;
        let found: Vec<_> = rows
            .iter()
            .filter(|row| row.client_id.as_ref() == Some(client_id))
            .collect();
        let Some(seq) = seq else {
            faults.push(format!("{client_id} was never acknowledged"));
            continue;
        };
        let [row] = found.as_slice() else {
            let times = found.len();
            faults.push(format!(
                "{client_id}, acknowledged as {seq}, is there {times} times"
            ));
            continue;
        };
        if row.seq != *seq {
            faults.push(format!(
                "{client_id}, acknowledged as {seq}, is number {}",
                row.seq
            ));
        }
        if row.seq <= last {
            faults.push(format!(
                "{client_id} is number {}, not behind {last}",
                row.seq
            ));
        }
        last = row.seq;
        if let Deed::Say { text, .. } = deed
            && row.text().as_ref() != Some(text)
        {
            faults.push(format!("{client_id} says {} instead of {text}", row.body));
        }
    }
    let said = given.iter().filter(|one| one.deed != Deed::Close).count();
    let messages = rows.iter().filter(|row| row.text().is_some()).count();
    if said != messages {
        faults.push(format!("{said} messages were sent, {messages} are there"));
    }
    faults
}

/// Numbers without holes, and a state that knows the last.
fn numbers(transcripts: &Transcripts, heads: &[(String, u64)]) -> Vec<String> {
    let mut faults = Vec::new();
    let heads: BTreeMap<&str, u64> = heads
        .iter()
        .map(|(id, last)| (id.as_str(), *last))
        .collect();
    for (id, rows) in transcripts {
        for (row, expected) in rows.iter().zip(1_u64..) {
            if row.seq != expected {
                faults.push(format!(
                    "{id}: number {} where {expected} should be",
                    row.seq
                ));
                break;
            }
        }
        let last = rows.last().map(|row| row.seq);
        if heads.get(id).copied() != last {
            faults.push(format!(
                "{id}: the state ends at {:?}, the entries at {last:?}",
                heads.get(id)
            ));
        }
    }
    let without = heads.keys().filter(|id| !transcripts.contains_key(**id));
    faults.extend(without.map(|id| format!("{id}: a state without entries")));
    faults
}

/// A window was told exactly what the disk has, as far as it may see it.
fn told(scope: Scope, log: &Log, talks: &Talks, transcripts: &Transcripts) -> Vec<String> {
    let name = match scope {
        Scope::Agent => "the agent's window".to_owned(),
        Scope::Sender(sender) => format!("the second window of visitor {sender}"),
    };
    let mut faults = Vec::new();
    for (id, given) in talks {
        let is_theirs = match scope {
            Scope::Agent => true,
            Scope::Sender(sender) => given.first().is_some_and(|one| one.sender == sender),
        };
        if !is_theirs {
            continue;
        }
        let on_disk: Vec<(u64, Option<String>)> = transcripts
            .get(id.as_str())
            .into_iter()
            .flatten()
            .filter(|row| row.visible || scope == Scope::Agent)
            .map(|row| (row.seq, row.text()))
            .collect();
        let heard: Vec<(u64, Option<String>)> = log
            .get(id)
            .into_iter()
            .flat_map(|heard| &heard.entries)
            .map(|(seq, entry)| {
                let text = entry
                    .pointer("/body/message/text")
                    .and_then(|text| text.as_str());
                (*seq, text.map(str::to_owned))
            })
            .collect();
        if on_disk != heard {
            let (there, told) = (on_disk.len(), heard.len());
            faults.push(format!(
                "{id}: {name} was told {told} entries, the disk has {there}, or they differ"
            ));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(client_id: &str, text: &str, seq: Option<u64>) -> Given {
        let deed = Deed::Say {
            text: text.to_owned(),
            is_start: false,
        };
        Given {
            sender: 0,
            client_id: client_id.to_owned(),
            deed,
            seq,
        }
    }

    fn row(seq: u64, client_id: &str, text: &str) -> Row {
        Row {
            conversation: "c".to_owned(),
            seq,
            visible: true,
            client_id: Some(client_id.to_owned()),
            body: format!(r#"{{"body":{{"message":{{"text":"{text}"}}}}}}"#),
        }
    }

    fn faults(given: Vec<Given>, rows: &[Row]) -> usize {
        let talks = Talks::from([("c".to_owned(), given)]);
        let last = rows.last().map_or(0, |row| row.seq);
        verify(&talks, rows, &[("c".to_owned(), last)], &[]).len()
    }

    #[test]
    fn what_was_promised_and_is_there_is_fine() {
        let said = vec![given("a", "one", Some(1)), given("b", "two", Some(2))];
        assert_eq!(faults(said, &[row(1, "a", "one"), row(2, "b", "two")]), 0);
    }

    #[test]
    fn every_breach_is_found() {
        let said = || vec![given("a", "one", Some(1)), given("b", "two", Some(2))];
        for (breach, rows) in [
            ("lost at the end", vec![row(1, "a", "one")]),
            ("lost before others", vec![row(2, "b", "two")]),
            (
                "doubled",
                vec![row(1, "a", "one"), row(2, "b", "two"), row(3, "b", "two")],
            ),
            ("turned round", vec![row(1, "b", "two"), row(2, "a", "one")]),
            ("changed", vec![row(1, "a", "one"), row(2, "b", "TWO")]),
            ("with a hole", vec![row(1, "a", "one"), row(3, "b", "two")]),
            (
                "made up",
                vec![row(1, "a", "one"), row(2, "b", "two"), row(3, "x", "three")],
            ),
        ] {
            assert!(faults(said(), &rows) > 0, "{breach}");
        }
        assert!(
            faults(vec![given("a", "one", None)], &[row(1, "a", "one")]) > 0,
            "unanswered"
        );
    }

    #[test]
    fn a_window_that_was_told_less_is_found() {
        let talks = Talks::from([("c".to_owned(), vec![given("a", "one", Some(1))])]);
        let rows = [row(1, "a", "one")];
        let logs = [(Scope::Sender(0), Log::new())];
        assert_eq!(
            verify(&talks, &rows, &[("c".to_owned(), 1)], &logs).len(),
            1
        );
    }
}
