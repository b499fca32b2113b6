//! The steps and the ways between them: what is reached, what goes round, what never ends.
//!
//! Invariant: every pass is linear in steps and ways, and none calls itself: a chain of a thousand
//! steps needs no deep stack.

use super::{Flaw, Found, Hop, Surroundings};
use crate::flow::definition::{Call, Flow, Kind, Step, StepId, Way};
use crate::flow::exit::Exit;
use crate::flow::{Template, Texts};
use crate::id::FlowId;
use crate::limit;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A way between two steps, by their places in the flow.
#[derive(Clone, Copy)]
struct Edge {
    to: usize,
    exit: Exit,
    /// Whether it is taken without a word of the visitor.
    is_unasked: bool,
    /// Whether it is no way out of its step, but begins the flow anew.
    is_jump: bool,
}

pub(super) struct Graph {
    /// Of each step, the ways that lead somewhere.
    edges: Vec<Vec<Edge>>,
    /// How each step is reached first; `None` for one that nothing leads to.
    reached: Vec<Option<From>>,
    /// The steps where the flow can begin.
    roots: Vec<usize>,
    /// Whether the flow says where, and there is such a step.
    has_start: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    Start,
    Step(usize, Exit),
}

impl Graph {
    /// `own` is the flow itself: a step that starts it leads to its beginning.
    pub(super) fn of(flow: &Flow, own: Option<&FlowId>) -> Self {
        let mut places: BTreeMap<StepId, usize> = BTreeMap::new();
        for (at, step) in flow.steps.iter().enumerate() {
            places.entry(step.id).or_insert(at);
        }
        let edges: Vec<Vec<Edge>> = flow
            .steps
            .iter()
            .map(|step| {
                let edge = |exit, way: Way, is_jump| {
                    Some(Edge {
                        to: *places.get(&way?)?,
                        exit,
                        is_unasked: step.is_unasked(exit),
                        is_jump,
                    })
                };
                let jump = match &step.does {
                    Kind::StartFlow(start) if own.is_some() && start.flow.as_ref() == own => {
                        edge(Exit::Next, flow.start, true)
                    }
                    _ => None,
                };
                let ways = step.exits().into_iter();
                let ways = ways.filter_map(|(exit, way)| edge(exit, way, false));
                ways.chain(jump).collect()
            })
            .collect();
        let start = flow.start.and_then(|start| places.get(&start).copied());
        let others = flow.steps.iter().enumerate();
        let others = others.filter_map(|(at, step)| step.may_start.then_some(at));
        let roots: Vec<usize> = start.into_iter().chain(others).collect();
        let mut graph = Self {
            reached: vec![None; edges.len()],
            edges,
            roots,
            has_start: start.is_some(),
        };
        graph.reach();
        graph
    }

    fn edges(&self, at: usize) -> &[Edge] {
        self.edges.get(at).map_or(&[], Vec::as_slice)
    }

    fn reach(&mut self) {
        let mut queue: VecDeque<(usize, From)> =
            self.roots.iter().map(|root| (*root, From::Start)).collect();
        while let Some((at, from)) = queue.pop_front() {
            match self.reached.get_mut(at) {
                Some(place @ None) => *place = Some(from),
                _ => continue,
            }
            let ways = self.edges(at).iter().filter(|edge| !edge.is_jump);
            queue.extend(ways.map(|edge| (edge.to, From::Step(at, edge.exit))));
        }
    }

    fn is_reached(&self, at: usize) -> bool {
        self.reached.get(at).copied().flatten().is_some()
    }

    /// Of each step that is reached, the way out that leads there first.
    pub(super) fn came_by(&self, flow: &Flow) -> BTreeMap<StepId, Option<Hop>> {
        let mut hops = BTreeMap::new();
        for (step, from) in flow.steps.iter().zip(&self.reached) {
            let hop = match from {
                None => continue,
                Some(From::Start) => None,
                Some(From::Step(at, exit)) => flow.steps.get(*at).map(|from| Hop {
                    step: from.id,
                    exit: *exit,
                }),
            };
            hops.entry(step.id).or_insert(hop);
        }
        hops
    }

    pub(super) fn look(&self, flow: &Flow, around: &Surroundings, found: &mut Found) {
        let mut seen = BTreeSet::new();
        for (at, step) in flow.steps.iter().enumerate() {
            // Of a number that is there twice, another defect says so.
            // Where nothing begins, that is the defect.
            if seen.insert(step.id) && !self.is_reached(at) && self.has_start {
                found.add(step.id, Flaw::Unreachable);
            }
        }
        let ids = |group: &BTreeSet<usize>| -> Vec<StepId> {
            let steps = group.iter().filter_map(|at| flow.steps.get(*at));
            let mut ids: Vec<StepId> = steps.map(|step| step.id).collect();
            ids.sort_unstable();
            ids
        };
        let unasked = self.groups(|edge| edge.is_unasked);
        for group in &unasked {
            let steps = ids(group);
            let is_loop = self.is_loop(group) && self.is_any_reached(group);
            if let (true, Some(first)) = (is_loop, steps.first().copied()) {
                found.add(first, Flaw::LoopWithoutInput { steps });
            }
        }
        self.look_at_lengths(flow, &unasked, found);
        self.look_at_silence(flow, found);
        for group in self.groups(|_| true) {
            let steps = ids(&group);
            if let (true, Some(first)) = (self.is_endless(flow, &group), steps.first().copied()) {
                found.add(first, Flaw::Endless { steps });
            }
        }
        self.look_at_other_flows(flow, around, found);
    }

    /// Whether its steps follow each other, or one itself, without a word.
    fn is_loop(&self, group: &BTreeSet<usize>) -> bool {
        group.iter().any(|at| {
            let mut ways = self.edges(*at).iter();
            ways.any(|edge| edge.is_unasked && group.contains(&edge.to))
        })
    }

    /// Whether a run comes here and never away. A way that leads nowhere, or a step without any,
    /// is a defect of its own.
    fn is_endless(&self, flow: &Flow, group: &BTreeSet<usize>) -> bool {
        let is_left = |at: &usize| {
            let ways = self.edges(*at);
            let own = ways.iter().filter(|edge| !edge.is_jump).count();
            let is_anew = own < ways.len();
            let is_end = flow.steps.get(*at).is_none_or(|step| {
                (step.is_end() && !is_anew) || ways.is_empty() || step.exits().len() != own
            });
            is_end || ways.iter().any(|edge| !group.contains(&edge.to))
        };
        // Where nobody is asked, it is a loop without a word.
        let is_asked = |at: &usize| self.edges(*at).iter().any(|edge| !edge.is_unasked);
        self.is_any_reached(group) && group.iter().any(is_asked) && !group.iter().any(is_left)
    }

    fn is_any_reached(&self, group: &BTreeSet<usize>) -> bool {
        group.iter().any(|at| self.is_reached(*at))
    }

    /// Whether more is said at once than anybody reads. `unasked` are the groups over the ways
    /// without a word, each behind those that it leads to.
    fn look_at_lengths(&self, flow: &Flow, unasked: &[BTreeSet<usize>], found: &mut Found) {
        let mut lines = vec![0_usize; self.edges.len()];
        for at in unasked.iter().flatten().copied() {
            let behind = self.edges(at).iter().filter(|edge| edge.is_unasked);
            // Round and round is a defect of its own: there it is what is known so far.
            let behind = behind.filter_map(|edge| lines.get(edge.to)).max();
            let behind = behind.copied().unwrap_or_default();
            let step = flow.steps.get(at);
            let own = usize::from(step.is_some_and(Step::speaks));
            let total = match step {
                // What is behind them comes instead of their own words.
                Some(step) if step.asks() || step.is_end() => own.max(behind),
                _ => own.saturating_add(behind),
            };
            if let Some(lines) = lines.get_mut(at) {
                *lines = total;
            }
        }
        // Where a turn can begin.
        let asked = self.edges.iter().flatten().filter(|edge| !edge.is_unasked);
        let begins: BTreeSet<usize> = asked
            .map(|edge| edge.to)
            .chain(self.roots.iter().copied())
            .collect();
        let max = limit::LINES_PER_TURN;
        for at in begins {
            let is_long = lines.get(at).is_some_and(|lines| *lines > max);
            if let (true, Some(step)) = (is_long, flow.steps.get(at)) {
                found.add(step.id, Flaw::TooMuchAtOnce { max });
            }
        }
    }

    /// Whether the visitor hears nothing and is left alone when nobody is there, or something has
    /// failed: the way leads to a silent end past nothing that says a word.
    fn look_at_silence(&self, flow: &Flow, found: &mut Found) {
        let is_quiet = |step: &Step, exit: Exit| match &step.does {
            Kind::Message(message) if exit == Exit::Next => {
                message.rich.is_empty() && !is_sure(flow, &message.text)
            }
            Kind::Condition(_) | Kind::Set(_) => true,
            // Its failure is looked at by itself.
            Kind::Outside(outside) => {
                exit != Exit::Failed
                    && matches!(
                        outside.call,
                        Call::Ticket { .. } | Call::Lead { .. } | Call::Runbook { .. }
                    )
            }
            _ => exit == Exit::Skipped,
        };
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); self.edges.len()];
        for (at, (step, ways)) in flow.steps.iter().zip(&self.edges).enumerate() {
            for edge in ways.iter().filter(|edge| is_quiet(step, edge.exit)) {
                if let Some(before) = before.get_mut(edge.to) {
                    before.push(at);
                }
            }
        }
        let ends =
            flow.steps.iter().enumerate().filter(
                |(_, step)| matches!(&step.does, Kind::End(end) if !is_sure(flow, &end.text)),
            );
        let mut open: Vec<usize> = ends.map(|(at, _)| at).collect();
        let mut is_silent = vec![false; self.edges.len()];
        while let Some(at) = open.pop() {
            if let Some(silent @ false) = is_silent.get_mut(at) {
                *silent = true;
                open.extend(before.get(at).into_iter().flatten());
            }
        }
        for (step, ways) in flow.steps.iter().zip(&self.edges) {
            for edge in ways {
                let flaw = match (&step.does, edge.exit) {
                    (Kind::HandOver(_), Exit::Nobody) => Flaw::NoFallback,
                    (Kind::Outside(_) | Kind::StartFlow(_), Exit::Failed) => Flaw::NoTimeOut,
                    _ => continue,
                };
                if is_silent.get(edge.to).copied().unwrap_or_default() {
                    found.add(step.id, flaw);
                }
            }
        }
    }

    /// Whether flows start each other for ever without a word of the visitor.
    fn look_at_other_flows(&self, flow: &Flow, around: &Surroundings, found: &mut Found) {
        let Some(own) = &around.own else { return };
        let mut starters: BTreeMap<&FlowId, Vec<&FlowId>> = BTreeMap::new();
        for (other, starts) in &around.flows {
            for started in starts {
                starters.entry(started).or_default().push(other);
            }
        }
        // The flows that lead back here. What this one leads to is what it is now.
        let mut back: BTreeSet<&FlowId> = BTreeSet::new();
        let mut open = vec![own];
        while let Some(at) = open.pop() {
            let others = starters.get(at).into_iter().flatten();
            open.extend(others.filter(|other| **other != own && back.insert(other)));
        }
        for (at, next) in self.started_unasked(flow) {
            if let (true, Some(step)) = (back.contains(next), flow.steps.get(at)) {
                let steps = vec![step.id];
                found.add(step.id, Flaw::LoopWithoutInput { steps });
            }
        }
    }

    pub(super) fn starts_unasked(&self, flow: &Flow) -> BTreeSet<FlowId> {
        self.started_unasked(flow)
            .into_iter()
            .map(|(_, flow)| flow.clone())
            .collect()
    }

    /// The steps that start other flows and are reached from the beginning without a word.
    fn started_unasked<'a>(&self, flow: &'a Flow) -> Vec<(usize, &'a FlowId)> {
        let mut seen = vec![false; self.edges.len()];
        // A host page that begins elsewhere has opened the window: only the start counts.
        let start = flow.start.and_then(|start| {
            let mut steps = flow.steps.iter();
            steps.position(|step| step.id == start)
        });
        let mut open: Vec<usize> = start.into_iter().collect();
        let mut started = Vec::new();
        while let Some(at) = open.pop() {
            match seen.get_mut(at) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            if let Some(Kind::StartFlow(start)) = flow.steps.get(at).map(|step| &step.does) {
                started.extend(start.flow.iter().map(|flow| (at, flow)));
            }
            let ways = self.edges(at).iter().filter(|edge| edge.is_unasked);
            open.extend(ways.map(|edge| edge.to));
        }
        started
    }

    /// The strongly connected groups of the steps, over the ways that count (R. Tarjan,
    /// "Depth-first search and linear graph algorithms", 1972), without calling itself.
    fn groups(&self, counts: fn(&Edge) -> bool) -> Vec<BTreeSet<usize>> {
        Tarjan {
            graph: self,
            counts,
            index: vec![None; self.edges.len()],
            low: vec![0; self.edges.len()],
            is_open: vec![false; self.edges.len()],
            open: Vec::new(),
            next: 0,
            groups: Vec::new(),
        }
        .run()
    }
}

/// Whether this is read, whatever is known. Where a language is missing, another stands in, and
/// that it is missing is a defect of its own.
fn is_sure(flow: &Flow, texts: &Texts) -> bool {
    let languages = flow.languages.iter();
    let mut written = languages
        .filter_map(|language| texts.get(*language))
        .peekable();
    // A flow without a language has that defect, and silence is none beside it.
    (flow.languages.is_empty() || written.peek().is_some())
        && written.all(|text| Template::parse(text).is_sure())
}

struct Tarjan<'a> {
    graph: &'a Graph,
    counts: fn(&Edge) -> bool,
    /// When each step was come to first.
    index: Vec<Option<usize>>,
    /// The earliest open step that each leads back to.
    low: Vec<usize>,
    is_open: Vec<bool>,
    open: Vec<usize>,
    next: usize,
    groups: Vec<BTreeSet<usize>>,
}

impl Tarjan<'_> {
    fn run(mut self) -> Vec<BTreeSet<usize>> {
        for root in 0..self.graph.edges.len() {
            if self.index(root).is_none() {
                self.follow(root);
            }
        }
        self.groups
    }

    fn index(&self, at: usize) -> Option<usize> {
        self.index.get(at).copied().flatten()
    }

    fn low(&self, at: usize) -> usize {
        self.low.get(at).copied().unwrap_or_default()
    }

    fn lower(&mut self, at: usize, to: usize) {
        if let Some(low) = self.low.get_mut(at) {
            *low = to.min(*low);
        }
    }

    fn enter(&mut self, at: usize) {
        if let (Some(index), Some(low), Some(is_open)) = (
            self.index.get_mut(at),
            self.low.get_mut(at),
            self.is_open.get_mut(at),
        ) {
            *index = Some(self.next);
            *low = self.next;
            *is_open = true;
        }
        self.next += 1;
        self.open.push(at);
    }

    fn follow(&mut self, root: usize) {
        self.enter(root);
        // Each with the number of its ways that were looked at.
        let mut trail = vec![(root, 0_usize)];
        while let Some((at, way)) = trail.last_mut() {
            let at = *at;
            let edge = self.graph.edges(at).get(*way).copied();
            *way += 1;
            let Some(edge) = edge else {
                trail.pop();
                let low = self.low(at);
                if let Some((before, _)) = trail.last() {
                    self.lower(*before, low);
                }
                if self.index(at) == Some(low) {
                    self.close(at);
                }
                continue;
            };
            if !(self.counts)(&edge) {
                continue;
            }
            match self.index(edge.to) {
                None => {
                    self.enter(edge.to);
                    trail.push((edge.to, 0));
                }
                Some(index) if self.is_open.get(edge.to).copied().unwrap_or_default() => {
                    self.lower(at, index);
                }
                Some(_) => {}
            }
        }
    }

    /// Everything that was opened since `at` belongs together.
    fn close(&mut self, at: usize) {
        let mut group = BTreeSet::new();
        while let Some(member) = self.open.pop() {
            if let Some(is_open) = self.is_open.get_mut(member) {
                *is_open = false;
            }
            group.insert(member);
            if member == at {
                break;
            }
        }
        self.groups.push(group);
    }
}
