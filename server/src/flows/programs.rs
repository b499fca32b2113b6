//! The flows that conversations go through, read once and kept ready.
//!
//! Invariant: which versions are current is never kept: another node may have published a newer one.

use super::store::{self, InUse};
use crate::db::parse::json;
use crate::db::{Db, Tx};
use anyhow::Result;
use domain::flow::{Flow, Kind, Program, Shelf};
use domain::id::FlowId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// More versions than this are not kept; they are read again when somebody needs them.
const KEPT_MAX: usize = 200;

/// A version, ready to run, and the flows it may start.
#[derive(Debug, Clone)]
struct Ready {
    program: Arc<Program>,
    starts: Arc<[FlowId]>,
}

/// Versions of flows in memory.
#[derive(Debug, Default)]
pub struct Programs(Mutex<BTreeMap<(FlowId, u32), Ready>>);

/// What a group of commands may need.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Versions that conversations go through.
    pub running: BTreeSet<(FlowId, u32)>,
    /// Flows that conversations begin with.
    pub begun: BTreeSet<FlowId>,
}

/// Where they are read from: in the middle of a transaction, or beside all.
pub(crate) enum Source<'a> {
    /// In this transaction.
    Tx(&'a mut Tx),
    /// Beside.
    Db(&'a Db),
}

impl Source<'_> {
    async fn current(&mut self, flow: &FlowId) -> Result<Option<InUse>> {
        match self {
            Self::Tx(tx) => store::current_in(tx, flow).await,
            Self::Db(db) => store::current(db, flow).await,
        }
    }

    async fn content(&mut self, flow: &FlowId, number: u32) -> Result<Option<String>> {
        match self {
            Self::Tx(tx) => store::content_in(tx, flow, number).await,
            Self::Db(db) => store::content(db, flow, number).await,
        }
    }
}

impl Programs {
    /// The flows that are wanted, and all that they may start, and so on.
    pub(crate) async fn shelf(&self, mut source: Source<'_>, wanted: Wanted) -> Result<Shelf> {
        let mut shelf = Shelf::default();
        let mut begun: Vec<FlowId> = wanted.begun.into_iter().collect();
        for (flow, version) in wanted.running {
            // One that is gone is no defect of the others: its conversation waits for people.
            if let Some(ready) = self.ready(&mut source, &flow, version).await? {
                begun.extend(ready.starts.iter().cloned());
                shelf.put(flow, version, ready.program);
            }
        }
        let mut seen = BTreeSet::new();
        while let Some(flow) = begun.pop() {
            if !seen.insert(flow.clone()) {
                continue;
            }
            let Some(in_use) = source.current(&flow).await? else {
                continue;
            };
            let before = in_use.rollout.map(|rollout| rollout.before);
            for version in [in_use.version].into_iter().chain(before) {
                if let Some(ready) = self.ready(&mut source, &flow, version).await? {
                    begun.extend(ready.starts.iter().cloned());
                    shelf.put(flow.clone(), version, ready.program);
                }
            }
            shelf.set_current(flow, in_use.version, in_use.rollout);
        }
        Ok(shelf)
    }

    async fn ready(
        &self,
        source: &mut Source<'_>,
        flow: &FlowId,
        version: u32,
    ) -> Result<Option<Ready>> {
        let key = (flow.clone(), version);
        if let Some(ready) = self.find(&key) {
            return Ok(Some(ready));
        }
        let Some(content) = source.content(flow, version).await? else {
            return Ok(None);
        };
        // One that cannot be read is as good as gone: people answer, and the entrance stays open.
        let flow: Flow = match json(&content, "flow_version", flow.as_str()) {
            Ok(flow) => flow,
            Err(error) => {
                tracing::error!(%error, version, "a version of a flow could not be read");
                return Ok(None);
            }
        };
        let starts = flow.steps.iter().filter_map(|step| match &step.does {
            Kind::StartFlow(start) => start.flow.clone(),
            _ => None,
        });
        let ready = Ready {
            starts: starts.collect(),
            program: Arc::new(Program::new(flow)),
        };
        self.keep(key, ready.clone());
        Ok(Some(ready))
    }

    fn find(&self, key: &(FlowId, u32)) -> Option<Ready> {
        let programs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        programs.get(key).cloned()
    }

    fn keep(&self, key: (FlowId, u32), ready: Ready) {
        let mut programs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if programs.len() >= KEPT_MAX {
            programs.pop_first();
        }
        programs.insert(key, ready);
    }
}
