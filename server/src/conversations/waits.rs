//! How long visitors wait for a person, by team: what a bot tells the next one.
//!
//! Invariant: what the database said at the start, and what this process has committed since;
//! nothing is decided by it, and nothing of it is asked of the database while somebody waits.

use super::{first_joins, store};
use crate::db::Db;
use anyhow::Result;
use domain::conversation::{Conversation, Stage};
use domain::id::{ConversationId, TeamId, VisitorId};
use domain::limit;
use domain::measure::{Wait, wait_minutes};
use domain::settings::WaitTime;
use domain::time::{Span, Timestamp};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// No chat profile asks for what ended longer ago.
fn asked() -> Span {
    Span::from_minutes(u64::from(limit::WAIT_PERIOD_MINUTES_MAX))
}

/// How long visitors have waited, and since when those who wait now do.
#[derive(Debug, Default)]
pub struct Waits(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// By team, in the order in which they ended.
    ended: BTreeMap<TeamId, VecDeque<Wait>>,
    waiting: BTreeMap<ConversationId, WaitsNow>,
}

/// Somebody who waits now.
#[derive(Debug)]
pub struct WaitsNow {
    /// Who.
    pub visitor: VisitorId,
    /// For whose people.
    pub team: TeamId,
    /// Since when.
    pub since: Timestamp,
}

impl Waits {
    /// What the database knows of it.
    pub async fn read(db: &Db, now: Timestamp) -> Result<Self> {
        let mut known = Known::default();
        let ended = first_joins::since(db, now.minus(asked())).await?;
        for (team, wait) in ended.into_iter().rev() {
            known.end(&team, wait);
        }
        let waiting = store::waiting(db, limit::WAITING_KEPT_MAX).await?;
        known.waiting.extend(waiting);
        Ok(Self(Mutex::new(known)))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A conversation stands like this from now on.
    pub(super) fn hear(&self, after: &Conversation) {
        let waiting = &mut self.known().waiting;
        let Stage::Waiting { since } = after.stage else {
            waiting.remove(&after.id);
            return;
        };
        // When more wait, those who came last are not counted: the longest is among the others.
        if waiting.len() < limit::WAITING_KEPT_MAX || waiting.contains_key(&after.id) {
            let (visitor, team) = (after.visitor.clone(), after.team.clone());
            let waits = WaitsNow {
                visitor,
                team,
                since,
            };
            waiting.insert(after.id.clone(), waits);
        }
    }

    /// The first agent has joined a conversation of this team.
    pub(super) fn end(&self, team: &TeamId, wait: Wait) {
        self.known().end(team, wait);
    }

    /// How long the next visitor of this team has to expect to wait, in whole minutes, 0 for less
    /// than one; `None` where that is not known.
    pub fn minutes(&self, team: &TeamId, settings: WaitTime, now: Timestamp) -> Option<u32> {
        let known = self.known();
        let ended = known.ended.get(team).into_iter().flatten().copied();
        let of_team = known.waiting.values().filter(|one| one.team == *team);
        let waiting = of_team.map(|one| one.since);
        wait_minutes(settings, ended, waiting, now)
    }

    /// For whose people each visitor waits who waits now.
    pub fn teams(&self) -> BTreeMap<VisitorId, TeamId> {
        let known = self.known();
        let waiting = known.waiting.values();
        waiting
            .map(|one| (one.visitor.clone(), one.team.clone()))
            .collect()
    }
}

impl Known {
    fn end(&mut self, team: &TeamId, wait: Wait) {
        let of_team = self.ended.entry(team.clone()).or_default();
        let is_old = |first: &Wait| wait.until.since(first.until) > asked();
        while of_team.len() >= limit::WAITS_PER_TEAM_MAX || of_team.front().is_some_and(is_old) {
            of_team.pop_front();
        }
        of_team.push_back(wait);
    }
}
