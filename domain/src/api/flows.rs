//! Flows as admins write, publish and take them back.

use super::{Done, Endpoint};
use crate::flow::{Defect, Flow, FlowTest, Rollout, Share, Surroundings};
use crate::id::FlowId;
use crate::text::{DisplayName, FlowNote};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// All flows, those in use first, by name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListFlows {}

/// One flow in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowRow {
    /// Which.
    pub id: FlowId,
    /// What admins call it.
    pub name: DisplayName,
    /// The version that new conversations begin with; `None` before the first.
    pub published: Option<u32>,
    /// Whether only a part of them does; `None` when all do.
    pub rollout: Option<Rollout>,
    /// Whether the draft is newer than that.
    pub is_changed: bool,
    /// When it was saved last.
    pub saved_at: Timestamp,
    /// Whether it was put aside.
    pub is_archived: bool,
}

/// A new flow: a blank one, a copy, or one from a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateFlow {
    /// What admins call it.
    pub name: DisplayName,
    /// Its draft.
    pub draft: Flow,
    /// Its tests.
    pub tests: Vec<FlowTest>,
}

/// A flow with everything its page shows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadFlow {
    /// Which.
    pub flow: FlowId,
}

/// What a flow's page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowPage {
    /// The flow as the list shows it.
    pub row: FlowRow,
    /// What authors work on.
    pub draft: Flow,
    /// Its tests.
    pub tests: Vec<FlowTest>,
    /// Counts the saves; a save from an old one is refused as changed meanwhile.
    pub save: u32,
    /// Who saved last; `None` for the program itself.
    pub saved_by: Option<DisplayName>,
    /// Its versions, the newest first.
    pub versions: Vec<FlowVersionRow>,
    /// What it may refer to.
    pub around: Surroundings,
}

/// A version in the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowVersionRow {
    /// Its number, from 1 on.
    pub number: u32,
    /// When it was published.
    pub at: Timestamp,
    /// Who published it; `None` for the program itself.
    pub by: Option<DisplayName>,
    /// What they said of it; may be empty.
    pub note: String,
}

/// Save the draft, if nobody else has meanwhile. It may be unfinished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveFlow {
    /// Which.
    pub flow: FlowId,
    /// What admins call it.
    pub name: DisplayName,
    /// The draft.
    pub draft: Flow,
    /// The tests.
    pub tests: Vec<FlowTest>,
    /// The save it was made from.
    pub save: u32,
}

/// Make the draft the version that new conversations begin with, if it is sound: all of them, or a
/// part at first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishFlow {
    /// Which.
    pub flow: FlowId,
    /// The save that is meant.
    pub save: u32,
    /// What is new.
    pub note: Option<FlowNote>,
    /// Whether tests that now read otherwise are fine, and are kept as they read now.
    pub is_accepted: bool,
    /// The part of new conversations that begins with it; the others go on beginning with the
    /// version that was in use before it, or before the one that was on trial. `None` is everyone.
    #[serde(default)]
    pub share: Option<Share>,
}

/// Make an earlier version the one that new conversations begin with: as a new version, if it is
/// still sound. The draft stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollBackFlow {
    /// Which.
    pub flow: FlowId,
    /// The save that the page was read with.
    pub save: u32,
    /// The number of the version.
    pub number: u32,
}

/// Change a roll-out, or end it. The draft stays as it is, and running conversations on their
/// version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetFlowRollout {
    /// Of which flow.
    pub flow: FlowId,
    /// The save that the page was read with.
    pub save: u32,
    /// What becomes of it.
    pub change: RolloutChange,
}

/// What becomes of a roll-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RolloutChange {
    /// Another part of new conversations begins with the new version.
    Share(Share),
    /// All new conversations begin with the new version.
    Everyone,
    /// All new conversations begin with the version before again.
    TakeBack,
}

/// What came of publishing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Published {
    /// It is done.
    Done(Box<FlowPage>),
    /// It was not: the flow has these defects.
    Defective(Vec<Defect>),
    /// It was not: these tests read otherwise now.
    Changed(Vec<ChangedTest>),
}

/// A test that reads otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedTest {
    /// Its place among the tests, counted from 0.
    pub test: u32,
    /// The first line that is not as it was, counted from 0.
    pub line: u32,
}

/// One version as it was published.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadFlowVersion {
    /// Of which flow.
    pub flow: FlowId,
    /// Its number.
    pub number: u32,
}

/// Put a flow aside, or take it back as a draft that has to be published anew. Conversations that
/// go through it go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetFlowArchived {
    /// Which.
    pub flow: FlowId,
    /// From now on.
    pub is_archived: bool,
}

impl Endpoint for ListFlows {
    const NAME: &'static str = "list_flows";
    type Reply = Vec<FlowRow>;
}
impl Endpoint for CreateFlow {
    const NAME: &'static str = "create_flow";
    type Reply = FlowPage;
}
impl Endpoint for ReadFlow {
    const NAME: &'static str = "read_flow";
    type Reply = FlowPage;
}
impl Endpoint for SaveFlow {
    const NAME: &'static str = "save_flow";
    type Reply = FlowPage;
}
impl Endpoint for PublishFlow {
    const NAME: &'static str = "publish_flow";
    type Reply = Published;
}
impl Endpoint for RollBackFlow {
    const NAME: &'static str = "roll_back_flow";
    type Reply = Published;
}
impl Endpoint for SetFlowRollout {
    const NAME: &'static str = "set_flow_rollout";
    type Reply = FlowPage;
}
impl Endpoint for ReadFlowVersion {
    const NAME: &'static str = "read_flow_version";
    type Reply = Flow;
}
impl Endpoint for SetFlowArchived {
    const NAME: &'static str = "set_flow_archived";
    type Reply = Done;
}
