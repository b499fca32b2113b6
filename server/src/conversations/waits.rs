//! How long visitors wait for a person, by team: what a bot tells the next one, and who waits
//! reads.
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

/// How somebody waits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Queued {
    /// For whose people.
    pub team: TeamId,
    /// Whether nobody has waited for them longer.
    pub is_first: bool,
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

    /// How long a visitor of this team has to expect to wait, in whole minutes, 0 for less
    /// than one; `None` where that is not known.
    pub fn minutes(&self, team: &TeamId, settings: WaitTime, now: Timestamp) -> Option<u32> {
        self.known().minutes(team, 0, settings, now)
    }

    /// What a visitor who waits like this is told of it. Whoever waits longest would read their own
    /// wait as an estimate: they read the next one's.
    pub fn told(&self, queued: Option<&Queued>, settings: WaitTime, now: Timestamp) -> Option<u32> {
        let queued = queued.filter(|_| settings.is_shown)?;
        let own = usize::from(queued.is_first);
        self.known().minutes(&queued.team, own, settings, now)
    }

    /// How each visitor waits who waits now; `None` for those of several teams, as nothing says
    /// which of their conversations is looked at.
    pub fn queued(&self) -> BTreeMap<VisitorId, Option<Queued>> {
        self.known().queued(|_| true)
    }

    /// How this visitor waits, if they do, and for one team alone.
    pub fn queued_of(&self, visitor: &VisitorId) -> Option<Queued> {
        let mut own = self.known().queued(|other| other == visitor);
        own.remove(visitor).flatten()
    }
}

impl Known {
    /// The estimate for this team, without so many who wait longest.
    fn minutes(
        &self,
        team: &TeamId,
        without: usize,
        settings: WaitTime,
        now: Timestamp,
    ) -> Option<u32> {
        let ended = self.ended.get(team).into_iter().flatten().copied();
        let of_team = self.waiting.values().filter(|one| one.team == *team);
        let mut waiting: Vec<_> = of_team.map(|one| one.since).collect();
        waiting.sort();
        wait_minutes(settings, ended, waiting.into_iter().skip(without), now)
    }

    /// How those visitors wait who are asked for.
    fn queued(&self, is_asked: impl Fn(&VisitorId) -> bool) -> BTreeMap<VisitorId, Option<Queued>> {
        let mut first: BTreeMap<&TeamId, &WaitsNow> = BTreeMap::new();
        for one in self.waiting.values() {
            let longest = first.entry(&one.team).or_insert(one);
            if one.since < longest.since {
                *longest = one;
            }
        }
        let mut queued: BTreeMap<VisitorId, Option<Queued>> = BTreeMap::new();
        for one in self.waiting.values().filter(|one| is_asked(&one.visitor)) {
            let longest = first.get(&one.team);
            let is_first = longest.is_some_and(|longest| longest.visitor == one.visitor);
            let team = one.team.clone();
            let own = Queued { team, is_first };
            queued
                .entry(one.visitor.clone())
                .and_modify(|known| {
                    known.take_if(|known| known.team != own.team);
                })
                .or_insert(Some(own));
        }
        queued
    }

    fn end(&mut self, team: &TeamId, wait: Wait) {
        let of_team = self.ended.entry(team.clone()).or_default();
        let is_old = |first: &Wait| wait.until.since(first.until) > asked();
        while of_team.len() >= limit::WAITS_PER_TEAM_MAX || of_team.front().is_some_and(is_old) {
            of_team.pop_front();
        }
        of_team.push_back(wait);
    }
}
