//! Whether a chat profile is open, until when, and whether somebody is there: one answer for the
//! launcher, the window, the bot and the pages.
//!
//! Invariant: hours are asked of `domain` alone; here is only what a time zone is.

use crate::server::Server;
use domain::date::Date;
use domain::id::{AgentId, ProfileId, TeamId};
use domain::limit;
use domain::live::VisitorSignal;
use domain::settings::{ChatProfile, OffsetSpan, Opening, ZoneName};
use domain::time::{Span, Timestamp};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// The zones of the world, compiled in: a machine without them gives the same answers.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The rule of opening hours wants ten days before now and ten after the last it looks at; this
/// is a little more.
const OFFSET_DAYS_BACK: i64 = 12;
const OFFSET_DAYS_AHEAD: i64 = limit::OPENING_DAYS_AHEAD + 12;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// How a chat profile can be reached at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// What its hours say. Without hours it is always open.
    pub opening: Opening,
    /// Whether an available agent of its team is there.
    pub is_anyone_there: bool,
    is_active: bool,
    is_agent_required: bool,
}

impl Reach {
    /// That of a profile that is open like this, whoever is there.
    pub fn of(profile: &ChatProfile, opening: Opening, is_anyone_there: bool) -> Self {
        Self {
            opening,
            is_anyone_there,
            is_active: profile.is_active,
            is_agent_required: profile.is_agent_required,
        }
    }

    /// That of this profile now.
    pub fn now(server: &Server, profile: &ChatProfile) -> Self {
        Self::but_for(server, profile, None)
    }

    /// That of this profile now for whoever asks: an agent does not answer themselves.
    pub fn but_for(server: &Server, profile: &ChatProfile, asker: Option<&AgentId>) -> Self {
        let now = server.now();
        Self::of(
            profile,
            server.openings.of(profile, now),
            server.hub.is_anyone_available(profile, asker, now),
        )
    }

    /// Whether its hours say that it is open.
    pub fn is_open(self) -> bool {
        self.opening.is_open()
    }

    /// When it opens; `None` while it is open, or where that is not known.
    pub fn opens_at(self) -> Option<Timestamp> {
        match self.opening {
            Opening::Open { .. } => None,
            Opening::Closed { opens } => opens,
        }
    }

    /// Whether somebody is there within the hours: what the window says.
    pub fn is_anyone_available(self) -> bool {
        self.is_open() && self.is_anyone_there
    }

    /// What host pages hear as `chatAvailable`: it takes conversations, is open, and somebody is
    /// there if it asks for that.
    pub fn is_available(self) -> bool {
        self.is_active && self.is_open() && (self.is_anyone_there || !self.is_agent_required)
    }

    /// What open windows are told of it, and how long their visitor has to expect to wait.
    pub fn signal(self, wait_minutes: Option<u32>) -> VisitorSignal {
        VisitorSignal::Presence {
            is_anyone_available: self.is_anyone_available(),
            opens_at: self.opens_at(),
            wait_minutes,
        }
    }
}

/// The team that a new conversation of this entrance is for, now and for whoever asks.
pub(crate) fn team<'a>(
    server: &Server,
    profile: &'a ChatProfile,
    asker: Option<&AgentId>,
) -> &'a TeamId {
    let now = server.now();
    profile.team_for(|team| server.hub.is_anyone_of(team, asker, now))
}

/// What the hours of the profiles say, each kept for as long as it holds by its own word: every
/// message that a bot reads and every look at who is there asks for it.
#[derive(Debug, Default)]
pub struct Openings(Mutex<BTreeMap<ProfileId, Known>>);

#[derive(Debug)]
struct Known {
    version: u32,
    since: Timestamp,
    until: Timestamp,
    opening: Opening,
}

/// Where the hours name no change, they are asked again after this time.
const UNCHANGED: Span = Span::from_seconds(60 * 60);

impl Openings {
    /// What the hours of this profile say. Without hours it is always open; in a zone that is
    /// known no longer they count as UTC.
    pub fn of(&self, profile: &ChatProfile, now: Timestamp) -> Opening {
        if profile.hours.is_none() {
            return Opening::Open { until: None };
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(&profile.id)
            && known.version == profile.version
            && known.since <= now
            && now < known.until
        {
            return known.opening;
        }
        let opening = opening(profile, now);
        let (Opening::Open { until: change } | Opening::Closed { opens: change }) = opening;
        let said = Known {
            version: profile.version,
            since: now,
            until: change.unwrap_or_else(|| now.plus(UNCHANGED)),
            opening,
        };
        known.insert(profile.id.clone(), said);
        opening
    }
}

fn opening(profile: &ChatProfile, now: Timestamp) -> Opening {
    let Some(hours) = &profile.hours else {
        return Opening::Open { until: None };
    };
    let offsets = offsets(&hours.zone, now).unwrap_or_default();
    hours.opening(&offsets, now)
}

/// The day on the wall of the profile's zone; that of UTC where it has no hours.
pub fn today(profile: &ChatProfile, now: Timestamp) -> Option<Date> {
    let zone = profile.hours.as_ref().and_then(|hours| zone(&hours.zone));
    let offset = zone.map_or(0, |zone| seconds(&zone, now));
    let wall = now.ms().saturating_add(i64::from(offset) * 1000);
    Date::from_days(i32::try_from(wall.div_euclid(DAY_MS)).ok()?)
}

/// The zones that hours can be in.
pub fn zones() -> Vec<ZoneName> {
    let names = ZONES.available();
    let mut zones: Vec<_> = names
        .filter_map(|name| ZoneName::parse(name.as_str()).ok())
        .collect();
    zones.sort();
    zones
}

/// Whether hours can be in this zone.
pub fn is_zone(name: &ZoneName) -> bool {
    zone(name).is_some()
}

/// How far the zone is from UTC around now, as far as the rule of opening hours looks; `None` for
/// a zone that there is not.
pub fn offsets(name: &ZoneName, now: Timestamp) -> Option<Vec<OffsetSpan>> {
    let zone = zone(name)?;
    let at = |days: i64| now.ms().saturating_add(days.saturating_mul(DAY_MS));
    let (first, last) = (at(-OFFSET_DAYS_BACK), at(OFFSET_DAYS_AHEAD));
    let from = Timestamp::from_ms(first);
    let mut offsets = vec![OffsetSpan {
        from,
        offset_seconds: seconds(&zone, from),
    }];
    let changes = zone.following(instant(from)).map(|change| OffsetSpan {
        from: Timestamp::from_ms(change.timestamp().as_millisecond()),
        offset_seconds: change.offset().seconds(),
    });
    offsets.extend(changes.take_while(|change| change.from.ms() <= last));
    Some(offsets)
}

fn zone(name: &ZoneName) -> Option<TimeZone> {
    ZONES.get(name.as_str()).ok()
}

fn seconds(zone: &TimeZone, at: Timestamp) -> i32 {
    zone.to_offset(instant(at)).seconds()
}

fn instant(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at.ms()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_ms(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    fn zone_of(name: &str) -> ZoneName {
        ZoneName::parse(name).unwrap()
    }

    #[test]
    fn a_zone_is_as_far_from_utc_as_its_clocks_say() {
        let offsets = offsets(&zone_of("Europe/Berlin"), at("2026-07-01T00:00:00Z")).unwrap();
        let read: Vec<_> = offsets
            .iter()
            .map(|span| (span.from, span.offset_seconds))
            .collect();
        assert_eq!(
            read,
            [
                (at("2026-06-19T00:00:00Z"), 7200),
                (at("2026-10-25T01:00:00Z"), 3600),
                (at("2027-03-28T01:00:00Z"), 7200),
            ]
        );
    }

    #[test]
    fn a_zone_without_changes_has_one_offset_and_nonsense_none() {
        let now = at("2026-07-01T00:00:00Z");
        for (name, want) in [("UTC", 0), ("Asia/Kolkata", 19_800)] {
            let offsets = offsets(&zone_of(name), now).unwrap();
            assert_eq!(offsets.len(), 1, "{name}");
            assert_eq!(offsets.first().map(|span| span.offset_seconds), Some(want));
        }
        assert_eq!(offsets(&zone_of("Europe/Atlantis"), now), None);
        let zones = zones();
        assert!(zones.contains(&zone_of("America/Sao_Paulo")));
        assert!(zones.iter().all(|name| zone(name).is_some()));
    }
}
