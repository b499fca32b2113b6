//! Who waits, and when they have to be told something: the wait messages of their chat profile.
//!
//! Invariant: what is known here only says when to look. Whether something is said, and what, is
//! decided with the conversation as the database has it; so whoever looks too often, or twice, says
//! nothing twice, and after a restart the database says who waits.

use super::commit::{WaitWork, Work};
use super::store;
use crate::db::Db;
use crate::profiles;
use crate::server::Server;
use domain::conversation::{Conversation, Stage, WaitSaid, WaitWords};
use domain::id::{ConversationId, ProfileId};
use domain::limit;
use domain::settings::{ChatProfile, Language, Opening};
use domain::time::{Span, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// A clock may be set, and a machine that sleeps counts no time: nobody waits for a moment for longer.
const SLEEP_MAX: Span = Span::from_seconds(30);

/// Where nobody knows when it opens, it is looked at again after this time.
const UNOPENED_AFTER: Span = Span::from_minutes(60);

/// Who waits, and when they have to be looked at.
#[derive(Debug, Default)]
pub struct Waiting {
    known: Mutex<Known>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Known {
    by_id: BTreeMap<ConversationId, One>,
    /// Those of whom something is due some day, the next first.
    queue: BTreeSet<(Timestamp, ConversationId)>,
    /// Counts the changes of settings.
    round: u64,
}

/// One who waits.
#[derive(Debug, Clone, PartialEq, Eq)]
struct One {
    profile: ProfileId,
    since: Timestamp,
    said: Option<WaitSaid>,
    /// Their place in the queue; `None` while nothing more is to be said.
    look_at: Option<Timestamp>,
}

/// The words of this profile for somebody of this language; a test may be in a hurry.
pub(super) fn wait_words<'a>(
    server: &Server,
    profile: &'a ChatProfile,
    language: Option<Language>,
) -> WaitWords<'a> {
    let words = WaitWords::of(profile, language);
    let interval = server.config.test.wait_seconds.map(Span::from_seconds);
    WaitWords {
        interval: interval.unwrap_or(words.interval),
        ..words
    }
}

impl Waiting {
    /// Everybody of whom the database says that they wait.
    pub async fn read(db: &Db) -> anyhow::Result<Self> {
        let mut known = Known::default();
        for state in store::waiting_states(db).await? {
            known.hear(&state, Timestamp::from_ms(0));
        }
        Ok(Self {
            known: Mutex::new(known),
            changed: Notify::new(),
        })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A conversation stands like this from now on.
    pub(super) fn hear(&self, after: &Conversation, now: Timestamp) {
        if self.known().hear(after, now) {
            self.changed.notify_one();
        }
    }

    /// What those who wait at this entrance are told is another from now on.
    pub(crate) fn look_again(&self, profile: &ProfileId) {
        let mut known = self.known();
        known.round = known.round.wrapping_add(1);
        let ids: Vec<_> = known
            .by_id
            .iter()
            .filter(|(_, one)| one.profile == *profile)
            .map(|(id, _)| id.clone())
            .collect();
        for id in ids {
            known.place(&id, Some(Timestamp::from_ms(0)));
        }
        drop(known);
        self.changed.notify_one();
    }
}

impl Known {
    /// Whether somebody is to be looked at now who was not before.
    fn hear(&mut self, after: &Conversation, now: Timestamp) -> bool {
        let (id, said) = (&after.id, after.wait_said);
        let Stage::Waiting { since } = after.stage else {
            self.place(id, None);
            self.by_id.remove(id);
            return false;
        };
        let is_known = |one: &One| one.since == since && one.said == said;
        if self.by_id.get(id).is_some_and(is_known) {
            return false;
        }
        // When it is due, the settings say, which are asked by whoever looks.
        let profile = after.profile.clone();
        self.place(id, None);
        let one = One {
            profile,
            since,
            said,
            look_at: None,
        };
        self.by_id.insert(id.clone(), one);
        self.place(id, Some(now));
        true
    }

    /// The conversation stands at this place of the queue, or at none.
    fn place(&mut self, id: &ConversationId, look_at: Option<Timestamp>) {
        let Some(one) = self.by_id.get_mut(id) else {
            return;
        };
        let before = std::mem::replace(&mut one.look_at, look_at);
        if let Some(before) = before {
            self.queue.remove(&(before, id.clone()));
        }
        if let Some(look_at) = look_at {
            self.queue.insert((look_at, id.clone()));
        }
    }

    /// Who was looked at stands at this place from now on, unless something has happened meanwhile:
    /// then they are looked at anew. Whether it is so.
    fn looked(
        &mut self,
        id: &ConversationId,
        as_they_were: &One,
        round: u64,
        look_at: Option<Timestamp>,
    ) -> bool {
        let is_so = self.round == round && self.by_id.get(id) == Some(as_they_were);
        if is_so {
            self.place(id, look_at);
        }
        is_so
    }

    /// Those whose time to be looked at has come, so many at most.
    fn due(&self, now: Timestamp, max: usize) -> Vec<(ConversationId, One)> {
        let due = self.queue.iter().take_while(|(at, _)| *at <= now);
        due.take(max)
            .filter_map(|(_, id)| Some((id.clone(), self.by_id.get(id)?.clone())))
            .collect()
    }
}

/// Tells those who wait what is due, until the server ends.
pub(crate) async fn say_wait_messages(server: Server) {
    loop {
        let next = look(&server).await;
        tokio::select! {
            () = server.stop.cancelled() => return,
            () = server.waiting.changed.notified() => {}
            () = server.clock.reach(next) => {}
        }
    }
}

/// Hands in what is due, and returns when to look again.
async fn look(server: &Server) -> Timestamp {
    let waiting = &server.waiting;
    loop {
        let now = server.now();
        let due = waiting.known().due(now, limit::WAIT_MESSAGES_AT_ONCE);
        if due.is_empty() || server.stop.is_cancelled() {
            let next = waiting.known().queue.first().map(|(at, _)| *at);
            let latest = now.plus(SLEEP_MAX);
            return next.map_or(latest, |next| next.min(latest));
        }
        let mut is_any = false;
        for (id, one) in due {
            is_any |= look_at(server, &id, &one, now).await;
        }
        if is_any {
            // The commands of people find room between one group and the next.
            server.committer.settle().await;
        }
    }
}

/// Looks at one who waits; whether something was handed in for them.
async fn look_at(server: &Server, id: &ConversationId, one: &One, now: Timestamp) -> bool {
    let round = server.waiting.known().round;
    let again = now.plus(limit::WAIT_RETRY_AFTER);
    let (profile, next) = match profiles::by_id(server, &one.profile).await {
        Ok(None) => (None, None),
        Ok(Some(profile)) => {
            let next = wait_words(server, &profile, None).next_at(one.since, one.said);
            // Nobody is asked to wait for people who have gone home.
            let opens = match server.openings.of(&profile, now) {
                Opening::Open { .. } => now,
                Opening::Closed { opens } => opens.unwrap_or(now.plus(UNOPENED_AFTER)),
            };
            (
                Some(profile),
                next.map(|next| if opens > now { next.max(opens) } else { next }),
            )
        }
        Err(error) => {
            tracing::warn!(?error, profile = %one.profile, "what it says to wait was not read");
            (None, Some(again))
        }
    };
    let due = profile.filter(|_| next.is_some_and(|next| next <= now));
    // Before it is handed in: what comes of it is heard at a later place. What is refused, or comes
    // to nothing, is looked at again.
    let look_at = due.as_ref().map_or(next, |_| Some(again));
    if !server.waiting.known().looked(id, one, round, look_at) {
        return false;
    }
    let Some(profile) = due else {
        return false;
    };
    let conversation = id.clone();
    let work = WaitWork {
        conversation,
        profile,
    };
    let is_handed_in = server.committer.submit(Work::Wait(work)).is_ok();
    if !is_handed_in {
        tracing::debug!(conversation = %id, "a wait message comes later: too much to do");
    }
    is_handed_in
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversations::specimen::{begun, entry};
    use domain::conversation::EntryBody;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    fn due(known: &Known, ms: i64) -> Vec<ConversationId> {
        let due = known.due(at(ms), 10);
        due.into_iter().map(|(id, _)| id).collect()
    }

    #[test]
    fn who_waits_is_looked_at_in_their_turn() {
        let mut known = Known::default();
        let (first, second) = (begun(1), begun(2));
        assert!(known.hear(&second, at(5)));
        assert!(known.hear(&first, at(4)));
        assert!(!known.hear(&first, at(9)), "nothing has changed");
        assert_eq!(due(&known, 3), []);
        assert_eq!(due(&known, 5), [first.id.clone(), second.id.clone()]);
        assert_eq!(known.due(at(5), 1).len(), 1);
        known.place(&first.id, None);
        known.place(&second.id, Some(at(8)));
        assert_eq!(due(&known, 7), []);
        assert_eq!(due(&known, 8), std::slice::from_ref(&second.id));

        let mut gone = second;
        gone.apply(&entry(2, 1, 9, EntryBody::Closed));
        assert!(!known.hear(&gone, at(9)));
        assert_eq!(due(&known, 99), []);
        assert_eq!(known.by_id.len(), 1);
    }

    #[test]
    fn what_happens_while_somebody_is_looked_at_has_them_looked_at_anew() {
        let mut known = Known::default();
        let mut one = begun(1);
        known.hear(&one, at(4));
        let (id, seen) = known.due(at(4), 1).pop().unwrap();
        known.round += 1;
        assert!(!known.looked(&id, &seen, 0, None), "other settings");
        assert!(known.looked(&id, &seen, 1, Some(at(6))));
        assert!(
            !known.looked(&id, &seen, 1, None),
            "they stand elsewhere now"
        );
        let (id, seen) = known.due(at(6), 1).pop().unwrap();
        let (text, count) = (domain::text::MessageText::ellipsis(), 1);
        one.apply(&entry(1, 1, 6, EntryBody::WaitMessage { text, count }));
        assert!(known.hear(&one, at(6)));
        assert!(!known.looked(&id, &seen, 1, None), "it was said meanwhile");
        assert_eq!(due(&known, 6), [id]);
    }
}
