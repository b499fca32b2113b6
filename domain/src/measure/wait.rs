//! How long visitors wait for a person, and what the next one has to expect.
//!
//! Invariant: a wait ends where an agent joins. Who gave up before has not waited to an end, and
//! counts in no average.

use crate::conversation::{Conversation, Entry, EntryBody, Stage};
use crate::id::TeamId;
use crate::settings::{WaitMethod, WaitTime};
use crate::time::{Span, Timestamp};

/// A wait that an agent has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// When the conversation began to wait.
    pub since: Timestamp,
    /// When the agent joined.
    pub until: Timestamp,
}

impl Wait {
    /// How long it was.
    pub fn span(self) -> Span {
        self.until.since(self.since)
    }
}

/// The first wait that ends among these entries of one conversation, with the team it was for;
/// `before` is the conversation ahead of them, `None` where they begin it.
pub fn ended_wait(before: Option<&Conversation>, entries: &[Entry]) -> Option<(TeamId, Wait)> {
    let is_join = |entry: &Entry| matches!(entry.body, EntryBody::Joined);
    // Nearly all entries end no wait: nothing is folded for them.
    if !entries.iter().any(is_join) {
        return None;
    }
    let mut state = before.cloned();
    for entry in entries {
        if let Some(state) = state.as_ref().filter(|_| is_join(entry))
            && let Stage::Waiting { since } = state.stage
        {
            let until = entry.at;
            return Some((state.team.clone(), Wait { since, until }));
        }
        match &mut state {
            Some(state) => state.apply(entry),
            None => state = Conversation::begin(entry),
        }
    }
    None
}

/// What the next visitor has to expect, in whole minutes rounded down, 0 for less than one.
/// `ended` are waits that agents have ended, `waiting` since when each waits who waits now, both
/// in any order. `None`: there is nothing to calculate from, and nothing is usual.
pub fn wait_minutes(
    settings: WaitTime,
    ended: impl IntoIterator<Item = Wait>,
    waiting: impl IntoIterator<Item = Timestamp>,
    now: Timestamp,
) -> Option<u32> {
    let expected = match settings.method {
        WaitMethod::Average => average(ended, settings.period(), now),
        WaitMethod::Longest => waiting.into_iter().map(|since| now.since(since)).max(),
    };
    expected.map(whole_minutes).or(settings.usual_minutes)
}

/// The mean of the waits that ended within the period up to now, its first moment included.
fn average(ended: impl IntoIterator<Item = Wait>, period: Span, now: Timestamp) -> Option<Span> {
    let (mut sum, mut count) = (0_u64, 0_u64);
    for wait in ended {
        if now.since(wait.until) <= period {
            sum = sum.saturating_add(wait.span().ms());
            count = count.saturating_add(1);
        }
    }
    sum.checked_div(count).map(Span::from_ms)
}

fn whole_minutes(span: Span) -> u32 {
    u32::try_from(span.minutes()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{LeftReason, Speaker};
    use crate::flow::FilePolicy;
    use crate::id::{AgentId, ConversationId, ProfileId, Seq, VisitorId};
    use crate::people::Page;
    use crate::text::DisplayName;

    const MINUTE: i64 = 60_000;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    /// A wait of so many seconds that ended then.
    fn wait(seconds: u64, until: i64) -> Wait {
        Wait {
            since: at(until).minus(Span::from_seconds(seconds)),
            until: at(until),
        }
    }

    #[test]
    fn the_average_is_of_those_who_were_joined_within_the_period() {
        let now = 1_000 * MINUTE;
        let edge = now - 60 * MINUTE;
        let all: [(&[Wait], Option<u32>); 9] = [
            (&[], None),
            (&[wait(59, now)], Some(0)),
            (&[wait(60, now)], Some(1)),
            (&[wait(119, now)], Some(1)),
            // A mean of 150 seconds, rounded down.
            (&[wait(60, now), wait(240, now - 1)], Some(2)),
            (&[wait(300, edge)], Some(5)),
            (&[wait(300, edge - 1)], None),
            (&[wait(300, edge - 1), wait(60, edge)], Some(1)),
            // The clock of another machine is ahead.
            (&[wait(180, now + MINUTE)], Some(3)),
        ];
        for (ended, expected) in all {
            let settings = WaitTime::default();
            let waiting = [at(0)];
            let found = wait_minutes(settings, ended.iter().copied(), waiting, at(now));
            assert_eq!(found, expected, "{ended:?}");
        }
    }

    #[test]
    fn the_period_is_as_long_as_an_admin_says() {
        let ended = [
            wait(60, 0),
            wait(180, 9 * MINUTE),
            wait(600, 9 * MINUTE + 1),
        ];
        for (period_minutes, expected) in [(1, 10), (2, 6), (10_080, 4)] {
            let settings = WaitTime {
                period_minutes,
                ..WaitTime::default()
            };
            let found = wait_minutes(settings, ended, [], at(10 * MINUTE + 1));
            assert_eq!(found, Some(expected), "{period_minutes}");
        }
    }

    #[test]
    fn the_longest_wait_is_that_of_the_first_in_the_queue() {
        let settings = WaitTime {
            method: WaitMethod::Longest,
            ..WaitTime::default()
        };
        let now = 100 * MINUTE;
        let all: [(&[i64], Option<u32>); 5] = [
            (&[], None),
            (&[now], Some(0)),
            (&[now - MINUTE + 1], Some(0)),
            (&[now - MINUTE, now - 7 * MINUTE, now - 3 * MINUTE], Some(7)),
            (&[now + MINUTE], Some(0)),
        ];
        for (waiting, expected) in all {
            let waiting_since = waiting.iter().map(|since| at(*since));
            let found = wait_minutes(settings, [wait(900, now)], waiting_since, at(now));
            assert_eq!(found, expected, "{waiting:?}");
        }
    }

    #[test]
    fn what_is_usual_is_said_where_there_is_nothing_else() {
        for method in WaitMethod::ALL {
            let settings = WaitTime {
                method,
                usual_minutes: Some(8),
                ..WaitTime::default()
            };
            let now = at(100 * MINUTE);
            assert_eq!(wait_minutes(settings, [], [], now), Some(8));
            let (ended, waiting) = ([wait(1, now.ms())], [now]);
            assert_eq!(wait_minutes(settings, ended, waiting, now), Some(0));
        }
    }

    fn entries(bodies: impl IntoIterator<Item = (i64, EntryBody)>) -> Vec<Entry> {
        let entry = |((ms, body), seq): ((i64, EntryBody), u32)| Entry {
            conversation: ConversationId::from_value(1),
            seq: Seq::new(seq),
            visitor_prev: Seq::NONE,
            at: at(ms),
            by: match &body {
                EntryBody::Joined => Speaker::Agent {
                    id: AgentId::from_value(2),
                    name: DisplayName::parse("Ann").unwrap(),
                    alias: None,
                    picture: None,
                },
                _ => Speaker::System,
            },
            client_id: None,
            body,
        };
        bodies.into_iter().zip(1..).map(entry).collect()
    }

    fn started() -> EntryBody {
        EntryBody::Started {
            visitor: VisitorId::from_value(3),
            profile: ProfileId::from_value(4),
            team: TeamId::from_value(5),
            page: Page::default(),
            person: None,
            defect: None,
            agent_name: None,
            language: None,
        }
    }

    #[test]
    fn a_wait_ends_where_an_agent_joins() {
        let handed_over = EntryBody::HandedOver {
            team: TeamId::from_value(6),
            expertise: Vec::new(),
            files: FilePolicy::Profile,
        };
        let left = EntryBody::Left {
            agent: AgentId::from_value(2),
            name: DisplayName::parse("Ann").unwrap(),
            alias: None,
            reason: LeftReason::PutBack,
        };
        let found = |bodies: Vec<(i64, EntryBody)>| {
            let entries = entries(bodies);
            let whole = ended_wait(None, &entries);
            // In how many parts they are written is no matter, up to the end of the wait.
            let (first, rest) = entries.split_first().unwrap();
            let before = Conversation::begin(first);
            assert_eq!(ended_wait(before.as_ref(), rest), whole);
            whole.map(|(team, wait)| (team, wait.since.ms(), wait.until.ms()))
        };
        let team = TeamId::from_value;
        assert_eq!(found(vec![(1, started())]), None);
        assert_eq!(found(vec![(1, started()), (9, EntryBody::Closed)]), None);
        assert_eq!(
            found(vec![(1, started()), (9, EntryBody::Joined)]),
            Some((team(5), 1, 9))
        );
        let put_through = vec![
            (1, started()),
            (4, handed_over),
            (9, EntryBody::Joined),
            (10, left),
            (20, EntryBody::Joined),
        ];
        assert_eq!(found(put_through), Some((team(6), 4, 9)));
    }
}
