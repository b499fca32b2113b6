//! The first phase: no loops, and a layer for every step that something leads to.
//!
//! Invariant: every way of `down` leads from a layer to one further below.

use super::Shape;
use domain::flow::{Exit, StepId};
use std::collections::{BTreeMap, BTreeSet};

/// The steps by place, and the ways between those that something leads to.
pub(super) struct Graph {
    pub(super) ids: Vec<StepId>,
    pub(super) places: BTreeMap<StepId, usize>,
    /// Ways as they are followed downwards, from and to: loops are turned round.
    pub(super) down: Vec<Down>,
    pub(super) rank: BTreeMap<usize, usize>,
}

pub(super) struct Down {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) exit: Exit,
    pub(super) is_turned: bool,
}

impl Graph {
    pub(super) fn of(shape: &Shape) -> Self {
        let ids: Vec<StepId> = shape.steps.iter().map(|(id, _)| *id).collect();
        let mut places = BTreeMap::new();
        for (place, id) in ids.iter().enumerate() {
            places.entry(*id).or_insert(place);
        }
        let mut graph = Self {
            ids,
            places,
            down: Vec::new(),
            rank: BTreeMap::new(),
        };
        let finished = graph.walk(shape);
        graph.rank_all(&finished);
        graph
    }

    fn ways(&self, shape: &Shape, at: usize) -> Vec<(Exit, usize)> {
        let ways = shape.steps.get(at).map(|(_, ways)| ways.as_slice());
        ways.unwrap_or_default()
            .iter()
            .filter_map(|(exit, way)| Some((*exit, *self.places.get(&(*way)?)?)))
            .collect()
    }

    /// Goes through all that can be reached, and turns the ways round that close a loop. Answers
    /// with the steps, each behind all it leads to.
    fn walk(&mut self, shape: &Shape) -> Vec<usize> {
        let (mut seen, mut open) = (BTreeSet::new(), BTreeSet::new());
        let mut finished = Vec::new();
        let starts = shape.starts.iter().filter_map(|id| self.places.get(id));
        let starts: Vec<usize> = starts.copied().collect();
        for start in starts {
            if !seen.insert(start) {
                continue;
            }
            open.insert(start);
            let mut stack = vec![(start, self.ways(shape, start).into_iter())];
            while let Some((at, ways)) = stack.last_mut() {
                let at = *at;
                let Some((exit, to)) = ways.next() else {
                    open.remove(&at);
                    finished.push(at);
                    stack.pop();
                    continue;
                };
                if to == at {
                    continue;
                }
                let is_turned = open.contains(&to);
                let (from, to_below) = if is_turned { (to, at) } else { (at, to) };
                self.down.push(Down {
                    from,
                    to: to_below,
                    exit,
                    is_turned,
                });
                if seen.insert(to) {
                    open.insert(to);
                    let ways = self.ways(shape, to).into_iter();
                    stack.push((to, ways));
                }
            }
        }
        finished
    }

    /// The longest way from a start is the layer of a step.
    fn rank_all(&mut self, finished: &[usize]) {
        let mut below: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for way in &self.down {
            below.entry(way.from).or_default().push(way.to);
        }
        for at in finished.iter().rev() {
            let rank = *self.rank.entry(*at).or_insert(0);
            for to in below.get(at).into_iter().flatten() {
                let known = self.rank.entry(*to).or_insert(0);
                *known = (*known).max(rank.saturating_add(1));
            }
        }
    }
}
