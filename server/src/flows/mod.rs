//! Flows: drafts that admins work on, and versions that conversations go through.
//!
//! Invariant: a version is sound when it is published, and never changes afterwards.

mod first_questions;
mod programs;
pub mod store;

pub use first_questions::FirstQuestions;
pub(crate) use programs::Source;
pub use programs::{Programs, Wanted};

use crate::clock::Clock;
use crate::db::{self, Db, Tx};
use crate::error::{Error, Result};
use crate::principal::{Admin, Visitor};
use crate::profiles::availability::{self, Reach};
use crate::server::Server;
use crate::{agents, clock, custom_fields, identity, teams};
use anyhow::Context;
use domain::api::{
    ChangedTest, CreateFlow, Done, Field, FlowPage, FlowRow, ListFlows, PublishFlow, Published,
    ReadFlow, ReadFlowVersion, Refusal, RollBackFlow, RolloutChange, SaveFlow, SetFlowArchived,
    SetFlowRollout,
};
use domain::conversation::{Circumstances, FirstWords, Rules, VisitorEntry};
use domain::flow::{
    Facts, Flow, FlowTest, Program, Rollout, Share, Step, StepId, Surroundings, check, replay,
    starts_unasked,
};
use domain::id::{AgentId, FlowId, TeamId};
use domain::limit;
use domain::live::AgentSignal;
use domain::settings::{ChatProfile, Language};
use domain::text::{DisplayName, FlowNote, Reason};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use store::{InUse, Kept, NewVersion, Save};

/// All flows.
pub async fn list(server: &Server, _: &Admin, _: ListFlows) -> Result<Vec<FlowRow>> {
    Ok(store::all(&server.db).await?)
}

/// A flow's page.
pub async fn read(server: &Server, _: &Admin, request: ReadFlow) -> Result<FlowPage> {
    page(server, &request.flow).await
}

async fn page(server: &Server, id: &FlowId) -> Result<FlowPage> {
    let kept = kept(server, id).await?;
    Ok(FlowPage {
        versions: store::versions(&server.db, id).await?,
        around: around(server, id).await?,
        row: kept.row,
        draft: kept.draft,
        tests: kept.tests,
        save: kept.save,
        saved_by: kept.saved_by,
    })
}

async fn kept(server: &Server, id: &FlowId) -> Result<Kept> {
    let kept = store::by_id(&server.db, id).await?;
    Ok(kept.ok_or(Refusal::NotFound)?)
}

/// What a flow may refer to. What of the outside is there already: nothing yet.
async fn around(server: &Server, own: &FlowId) -> Result<Surroundings> {
    let fields = custom_fields::store::all(&server.db).await?;
    let fields = fields.into_iter().filter(|field| field.is_active);
    let teams = teams::store::all(&server.db).await?;
    let teams = teams.into_iter().filter(|team| team.is_active);
    Ok(Surroundings {
        own: Some(own.clone()),
        fields: fields.map(|field| field.name.as_str().to_owned()).collect(),
        teams: teams.map(|team| team.id).collect(),
        flows: store::starts(&server.db).await?,
        targets: [].into(),
    })
}

/// A new flow.
pub async fn create(server: &Server, who: &Admin, request: CreateFlow) -> Result<FlowPage> {
    let CreateFlow { name, draft, tests } = request;
    require_room(&draft, &tests)?;
    let now = server.now();
    let id = FlowId::new(now, server.entropy()?);
    let mut tx = server.db.begin().await?;
    let max = i64::try_from(limit::FLOWS_MAX).unwrap_or(i64::MAX);
    if store::count_active(&mut tx).await? >= max {
        return Err(Refusal::TooLarge.into());
    }
    let save = Save {
        name: &name,
        draft: &draft,
        tests: &tests,
        by: Some(&who.agent.id),
        at: now,
    };
    if !store::insert(&mut tx, &id, &save).await? {
        return Err(name_taken());
    }
    agents::audit(server, &mut tx, who, "create_flow", id.as_str()).await?;
    tx.commit().await?;
    server.hub.tell_agents(&AgentSignal::Settings);
    page(server, &id).await
}

/// Saves the draft, unless somebody else has meanwhile.
pub async fn save(server: &Server, who: &Admin, request: SaveFlow) -> Result<FlowPage> {
    let SaveFlow {
        flow,
        name,
        draft,
        tests,
        save: from,
    } = request;
    require_room(&draft, &tests)?;
    kept(server, &flow).await?;
    let mut tx = server.db.begin().await?;
    let save = Save {
        name: &name,
        draft: &draft,
        tests: &tests,
        by: Some(&who.agent.id),
        at: server.now(),
    };
    let is_saved = store::save(&mut tx, &flow, from, &save).await;
    if !is_saved.map_err(taken)? {
        return Err(Refusal::Changed.into());
    }
    agents::audit(server, &mut tx, who, "save_flow", flow.as_str()).await?;
    tx.commit().await?;
    server.hub.tell_agents(&AgentSignal::Settings);
    page(server, &flow).await
}

/// Makes the draft the version that new conversations begin with, all of them or a part, if it is
/// sound and its tests read as they did, or that is accepted.
pub async fn publish(server: &Server, who: &Admin, request: PublishFlow) -> Result<Published> {
    let PublishFlow {
        flow,
        save,
        note,
        is_accepted,
        share,
    } = request;
    let kept = kept(server, &flow).await?;
    if kept.save != save || kept.row.is_archived {
        return Err(Refusal::Changed.into());
    }
    if share.is_some() && kept.row.published.is_none() {
        // There is nothing that the others could begin with.
        return Err(not_published());
    }
    let (tests, changed) = replayed(kept.draft.clone(), kept.tests).await?;
    if !is_accepted && !changed.is_empty() {
        // Defects are what has to be mended first.
        let found = check(&kept.draft, &around(server, &flow).await?);
        return Ok(if found.is_sound() {
            Published::Changed(changed)
        } else {
            Published::Defective(found.defects)
        });
    }
    require_room(&kept.draft, &tests)?;
    let version = Publication {
        deed: "publish_flow",
        content: &kept.draft,
        tests: Some(&tests),
        is_draft: true,
        share,
        note: note.as_ref().map_or("", FlowNote::as_str),
    };
    version.make(server, who, &flow, save).await
}

/// The tests as they read now, and those that read otherwise than they did. Away from the doors:
/// long tests take their time.
async fn replayed(flow: Flow, tests: Vec<FlowTest>) -> Result<(Vec<FlowTest>, Vec<ChangedTest>)> {
    let replayed = tokio::task::spawn_blocking(move || {
        let program = Program::new(flow);
        let mut changed = Vec::new();
        let tests = (0..).zip(tests).map(|(place, test)| {
            let now = replay(&program, &test);
            if let Some(line) = now.differs_at(&test) {
                changed.push(ChangedTest {
                    test: place,
                    line: u32::try_from(line).unwrap_or(u32::MAX),
                });
            }
            FlowTest {
                lines: now.lines,
                ..test
            }
        });
        (tests.collect(), changed)
    });
    Ok(replayed
        .await
        .context("going through the tests of a flow")?)
}

/// Makes an earlier version the one that new conversations begin with.
pub async fn roll_back(server: &Server, who: &Admin, request: RollBackFlow) -> Result<Published> {
    let RollBackFlow { flow, save, number } = request;
    let kept = kept(server, &flow).await?;
    let content = store::version(&server.db, &flow, number).await?;
    let content = content.ok_or(Refusal::NotFound)?;
    let version = Publication {
        deed: "roll_back_flow",
        content: &content,
        tests: None,
        // What authors work on is as it was; only if it is just this, nothing of it is new.
        is_draft: content == kept.draft,
        share: None,
        note: &format!("= {number}"),
    };
    version.make(server, who, &flow, save).await
}

struct Publication<'a> {
    deed: &'static str,
    content: &'a Flow,
    tests: Option<&'a [FlowTest]>,
    is_draft: bool,
    share: Option<Share>,
    note: &'a str,
}

impl Publication<'_> {
    async fn make(
        self,
        server: &Server,
        who: &Admin,
        flow: &FlowId,
        from: u32,
    ) -> Result<Published> {
        let found = check(self.content, &around(server, flow).await?);
        if !found.is_sound() {
            return Ok(Published::Defective(found.defects));
        }
        let version = NewVersion {
            content: self.content,
            starts: &starts_unasked(self.content),
            is_draft: self.is_draft,
            share: self.share,
            tests: self.tests,
            note: self.note,
            by: Some(&who.agent.id),
            at: server.now(),
        };
        let mut tx = server.db.begin().await?;
        if store::publish(&mut tx, flow, from, &version)
            .await?
            .is_none()
        {
            return Err(Refusal::Changed.into());
        }
        agents::audit(server, &mut tx, who, self.deed, flow.as_str()).await?;
        tx.commit().await?;
        server.hub.tell_agents(&AgentSignal::Settings);
        Ok(Published::Done(Box::new(page(server, flow).await?)))
    }
}

/// Changes a roll-out, or ends it one way or the other.
pub async fn set_rollout(
    server: &Server,
    who: &Admin,
    request: SetFlowRollout,
) -> Result<FlowPage> {
    let SetFlowRollout { flow, save, change } = request;
    let kept = kept(server, &flow).await?;
    let (Some(new), Some(Rollout { before, .. })) = (kept.row.published, kept.row.rollout) else {
        return Err(Refusal::Changed.into());
    };
    let (version, share) = match change {
        RolloutChange::Share(share) => (new, Some(share)),
        RolloutChange::Everyone => (new, None),
        RolloutChange::TakeBack => (before, None),
    };
    let rollout = share.map(|share| Rollout { before, share });
    let is_draft = if version == new {
        !kept.row.is_changed
    } else {
        // As with a version that is rolled back to.
        store::version(&server.db, &flow, version).await?.as_ref() == Some(&kept.draft)
    };
    let mut tx = server.db.begin().await?;
    // That it is the save which was read here, and still has a roll-out, is asked there.
    let to = InUse { version, rollout };
    if kept.save != save || !store::set_rollout(&mut tx, &flow, save, to, is_draft).await? {
        return Err(Refusal::Changed.into());
    }
    agents::audit(server, &mut tx, who, "set_flow_rollout", flow.as_str()).await?;
    tx.commit().await?;
    server.hub.tell_agents(&AgentSignal::Settings);
    page(server, &flow).await
}

/// One version as it was published.
pub async fn version(server: &Server, _: &Admin, request: ReadFlowVersion) -> Result<Flow> {
    let found = store::version(&server.db, &request.flow, request.number).await?;
    Ok(found.ok_or(Refusal::NotFound)?)
}

/// Puts a flow aside, or takes it back as a draft.
pub async fn set_archived(server: &Server, who: &Admin, request: SetFlowArchived) -> Result<Done> {
    let SetFlowArchived { flow, is_archived } = request;
    kept(server, &flow).await?;
    let mut tx = server.db.begin().await?;
    // A repeat changes nothing: what was published meanwhile stays published.
    store::set_archived(&mut tx, &flow, is_archived).await?;
    agents::audit(server, &mut tx, who, "set_flow_archived", flow.as_str()).await?;
    tx.commit().await?;
    server.hub.tell_agents(&AgentSignal::Settings);
    Ok(Done {})
}

/// Refuses a flow that does not exist, is a mere draft or was put aside.
pub(crate) async fn require_published(tx: &mut Tx, flow: &FlowId) -> Result<()> {
    if store::is_published(tx, flow).await? {
        return Ok(());
    }
    Err(not_published())
}

/// Refuses a profile whose rules would begin a bot where it may not begin. What stood so before, a
/// later version of the bot may have outdated: that keeps nobody from saving something else.
pub(crate) async fn require_steps(
    server: &Server,
    tx: &mut Tx,
    profile: &ChatProfile,
    stored: &ChatProfile,
) -> Result<()> {
    let new: Vec<_> = {
        let known: Vec<_> = stored.starts().collect();
        let starts = profile.starts().filter(|start| !known.contains(start));
        starts.map(|(flow, step)| (flow.clone(), step)).collect()
    };
    if new.is_empty() {
        return Ok(());
    }
    let wanted = Wanted {
        begun: new.iter().map(|(flow, _)| flow.clone()).collect(),
        ..Wanted::default()
    };
    let shelf = server.programs.shelf(Source::Tx(tx), wanted).await?;
    let may_start = |(flow, step): &(FlowId, StepId)| {
        shelf.newest(flow).is_some_and(|program| {
            let may_start = |step: &Step| step.may_start;
            program.flow().start == Some(*step) || program.step(*step).is_some_and(may_start)
        })
    };
    if new.iter().all(may_start) {
        return Ok(());
    }
    let (field, reason) = (Field::Step, Reason::Form);
    Err(Refusal::Invalid { field, reason }.into())
}

fn not_published() -> Error {
    let (field, reason) = (Field::Flow, Reason::Form);
    Refusal::Invalid { field, reason }.into()
}

/// An unfinished flow may be kept, an endless one may not.
fn require_room(draft: &Flow, tests: &[FlowTest]) -> Result<()> {
    let is_long = |test: &FlowTest| {
        test.moves.len() > limit::FLOW_TEST_MOVES_MAX
            || test.lines.len() > limit::FLOW_TEST_LINES_MAX
    };
    let is_large = || -> anyhow::Result<bool> {
        // With the names and numbers around it, it has to fit through the door again.
        let bytes = serde_json::to_string(draft)?.len() + serde_json::to_string(tests)?.len();
        Ok(bytes + limit::BODY_BYTES_MAX / 2 > limit::FLOW_BYTES_MAX)
    };
    if draft.steps.len() > limit::FLOW_STEPS_MAX
        || tests.len() > limit::FLOW_TESTS_MAX
        || tests.iter().any(is_long)
        || is_large()?
    {
        return Err(Refusal::TooLarge.into());
    }
    Ok(())
}

fn name_taken() -> Error {
    let (field, reason) = (Field::Name, Reason::Taken);
    Refusal::Invalid { field, reason }.into()
}

fn taken(error: anyhow::Error) -> Error {
    let cause = error.downcast_ref::<sqlx::Error>();
    if cause.is_some_and(|cause| db::breaks(cause, "flow_name", "flow.name")) {
        name_taken()
    } else {
        error.into()
    }
}

/// The flow that is there before anybody has written one: published, and used by nobody until an
/// admin says so.
const WELCOME: &str = include_str!("welcome.json");

/// Makes the supplied flow, unless there is any flow at all.
pub async fn begin(db: &Db, clock: &Clock) -> anyhow::Result<()> {
    let now = clock.now();
    let draft: Flow = serde_json::from_str(WELCOME)?;
    let id = FlowId::new(now, clock::entropy()?);
    let name = DisplayName::parse("Welcome Bot")?;
    let mut tx = db.begin().await?;
    let save = Save {
        name: &name,
        draft: &draft,
        tests: &[],
        by: None,
        at: now,
    };
    // Another server on the same database may be quicker.
    if store::has_any(&mut tx).await? || !store::insert(&mut tx, &id, &save).await? {
        return Ok(());
    }
    let version = NewVersion {
        content: &draft,
        starts: &starts_unasked(&draft),
        is_draft: true,
        share: None,
        tests: None,
        note: "",
        by: None,
        at: now,
    };
    store::publish(&mut tx, &id, 1, &version).await?;
    tx.commit().await?;
    Ok(())
}

/// The flow that a conversation of this visitor begins with now, on the page they are on, and the
/// steps where it would: the host page's word, and then that of the profile's rules.
pub(crate) fn of_profile(
    server: &Server,
    profile: &ChatProfile,
    who: &Visitor,
) -> Option<(FlowId, Vec<StepId>)> {
    let is_anyone_there = Reach::but_for(server, profile, who.asker()).is_anyone_available();
    let country = server.countries.of(who.address);
    let (flow, step) = profile.flow_for(&who.page.url, country.as_deref(), is_anyone_there)?;
    Some((flow.clone(), who.step.into_iter().chain(step).collect()))
}

/// Who a bot would speak with, and at which entrance: what its facts are made from, where a bot is.
#[derive(Debug, Clone)]
pub struct Caller {
    profile: Arc<ChatProfile>,
    language: Language,
    address: IpAddr,
    asker: Option<AgentId>,
}

impl Caller {
    /// This visitor, at this entrance.
    pub(crate) fn of(who: &Visitor, profile: &Arc<ChatProfile>) -> Self {
        Self {
            profile: Arc::clone(profile),
            language: profile.language_for(who.language),
            address: who.address,
            asker: who.asker().cloned(),
        }
    }

    /// What a flow may ask about from outside its conversation.
    /// `team` is the one that a conversation is for already.
    pub(crate) fn facts(&self, server: &Server, team: Option<&TeamId>) -> Facts {
        let new = || availability::team(server, &self.profile, self.asker.as_ref());
        Facts {
            language: self.language,
            country: server.countries.of(self.address),
            teams_there: teams_there(server, &self.profile, self.asker.as_ref()),
            ..facts_at(server, &self.profile, team.unwrap_or_else(new))
        }
    }
}

/// The teams in which somebody but the asker can be reached from this entrance. Out of its hours
/// its own team is not: a bot promises nobody to whom the window says that all have gone.
fn teams_there(
    server: &Server,
    profile: &ChatProfile,
    asker: Option<&AgentId>,
) -> BTreeSet<TeamId> {
    let now = server.now();
    let mut there = server.hub.teams_there(asker, now);
    if !server.openings.of(profile, now).is_open() {
        there.retain(|team| !profile.teams().any(|own| own == team));
    }
    there
}

/// What can be asked about of an entrance, and of the wait for this team, whoever the visitor is.
pub(crate) fn facts_at(server: &Server, profile: &ChatProfile, team: &TeamId) -> Facts {
    let now = server.now();
    Facts {
        teams_there: teams_there(server, profile, None),
        is_open: profile.is_active && server.openings.of(profile, now).is_open(),
        language: profile.wording.language.unwrap_or_default(),
        today: availability::today(profile, now),
        wait_minutes: server.waits.minutes(team, profile.wait_time, now),
        ..Facts::default()
    }
}

/// What a bot says first to this visitor. Nothing of it is stored: who opens a window and leaves
/// was never there. A bot that cannot speak leaves the window to people.
pub(crate) async fn opening(
    server: &Server,
    profile: &Arc<ChatProfile>,
    who: &Visitor,
) -> Vec<VisitorEntry> {
    let first = first_words(server, profile, who).await;
    let first = first.unwrap_or_else(|error| {
        tracing::error!(?error, profile = %profile.id, "a bot could not begin");
        None
    });
    let (asked, entries) = first.map(|first| (first.asked, first.entries)).unzip();
    server.first_questions.show(&who.id, asked);
    entries.unwrap_or_default()
}

async fn first_words(
    server: &Server,
    profile: &Arc<ChatProfile>,
    who: &Visitor,
) -> Result<Option<FirstWords>> {
    // Who may begin nothing is asked nothing. What can be known before the first message is not who
    // they are, but whether anybody could say it.
    let may_begin = profile.may_begin(who.voucher);
    let Some((flow, steps)) = of_profile(server, profile, who).filter(|_| may_begin) else {
        return Ok(None);
    };
    let wanted = Wanted {
        begun: [flow.clone()].into(),
        ..Wanted::default()
    };
    let source = Source::Db(&server.db);
    let shelf = server.programs.shelf(source, wanted).await?;
    let rules = Rules {
        is_profile_active: true,
        access: profile.access,
        team: availability::team(server, profile, who.asker()).clone(),
        is_page_query_kept: profile.is_page_query_kept,
        are_files_welcome: profile.are_files_welcome,
        agent_name: None,
        language: None,
        flow: Some(flow),
        steps,
        asked: None,
    };
    let staff = match &who.staff {
        Some(staff) => Some(identity::staff(server, &staff.agent).await?),
        None => None,
    };
    let (person, fields) = staff.unzip();
    let contact = person.as_ref().map(|person| person.contact.clone());
    let at = Circumstances {
        rules: &rules,
        facts: &Caller::of(who, profile).facts(server, None),
        shelf: &shelf,
        contacts: &contact.into_iter().zip(fields).collect(),
        now: server.now(),
    };
    Ok(domain::conversation::first_words(
        &who.id,
        &who.page,
        person.as_ref(),
        at,
    ))
}
