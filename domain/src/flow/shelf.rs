//! The flows at hand when something is decided.
//!
//! Invariant: a version never changes, so what stands here may be as old as it likes; only which
//! versions are current is read anew for each decision.

use super::program::Program;
use super::rollout::Rollout;
use crate::id::{FlowId, VisitorId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Flows, ready to run.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    programs: BTreeMap<(FlowId, u32), Arc<Program>>,
    current: BTreeMap<FlowId, (u32, Option<Rollout>)>,
}

impl Shelf {
    /// Puts a version on the shelf.
    pub fn put(&mut self, flow: FlowId, version: u32, program: Arc<Program>) {
        self.programs.insert((flow, version), program);
    }

    /// From now on this version is the one that new runs of the flow begin with: all of them, or
    /// the part that a roll-out says.
    pub fn set_current(&mut self, flow: FlowId, version: u32, rollout: Option<Rollout>) {
        self.current.insert(flow, (version, rollout));
    }

    /// This version of a flow, if it is at hand.
    pub fn version(&self, flow: &FlowId, version: u32) -> Option<&Program> {
        let key = (flow.clone(), version);
        self.programs.get(&key).map(Arc::as_ref)
    }

    /// The newest version that runs begin with.
    pub fn newest(&self, flow: &FlowId) -> Option<&Program> {
        let (newest, _) = *self.current.get(flow)?;
        self.version(flow, newest)
    }

    /// The version that new runs of this visitor begin with, and its number.
    pub fn current(&self, flow: &FlowId, visitor: &VisitorId) -> Option<(u32, &Program)> {
        let (newest, rollout) = *self.current.get(flow)?;
        let version = rollout.map_or(newest, |rollout| rollout.version(newest, flow, visitor));
        Some((version, self.version(flow, version)?))
    }
}
