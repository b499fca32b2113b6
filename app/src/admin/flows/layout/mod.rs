//! Where the steps of a flow stand in its drawing: in layers from the start downwards (Sugiyama,
//! Tagawa and Toda, 1981). One room per phase: `ranks` breaks the loops and ranks, `layers` orders
//! by barycentres, `places` places, `routes` draws the ways.
//!
//! Invariant: the same shape is the same drawing, whatever the steps say; no two steps overlap.

mod layers;
mod places;
mod ranks;
mod routes;
#[cfg(test)]
mod tests;

use domain::flow::{Exit, Flow, StepId, Way};
use layers::Layers;
use ranks::Graph;
use std::collections::BTreeSet;

/// The size of a step.
pub const WIDTH: i32 = 216;
pub const HEIGHT: i32 = 68;
/// Between two layers: room for the words on the ways.
const LAYER: i32 = 104;
/// Between two neighbours.
const GAP: i32 = 36;
/// What a way that passes a layer takes up there.
const LANE: i32 = 20;
/// How many steps that nothing leads to stand beside each other.
const APART: usize = 4;
/// How far a way that leads nowhere is drawn.
const STUB: i32 = 34;

/// What the drawing depends on: not the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    starts: Vec<StepId>,
    steps: Vec<(StepId, Vec<(Exit, Way)>)>,
}

impl Shape {
    /// The shape of a flow.
    pub fn of(flow: &Flow) -> Self {
        let mut starts: Vec<StepId> = flow.start.into_iter().collect();
        let others = flow.steps.iter().filter(|step| step.may_start);
        starts.extend(others.map(|step| step.id));
        Self {
            starts,
            steps: flow
                .steps
                .iter()
                .map(|step| (step.id, step.exits()))
                .collect(),
        }
    }
}

/// A drawing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// The steps, from the top left to the bottom right.
    pub nodes: Vec<Node>,
    /// The ways between them.
    pub edges: Vec<Edge>,
    pub width: i32,
    pub height: i32,
    /// From here downwards stand the steps that nothing leads to.
    pub apart: Option<i32>,
}

/// Where a step stands: its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    pub id: StepId,
    pub x: i32,
    pub y: i32,
}

/// How a way is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    pub from: StepId,
    pub exit: Exit,
    /// `None` for one that leads nowhere.
    pub to: Way,
    /// As SVG says it.
    pub path: String,
    /// The middle of its words.
    pub label: (i32, i32),
}

impl Layout {
    /// Draws a shape.
    pub fn of(shape: &Shape) -> Self {
        let graph = Graph::of(shape);
        let mut layers = Layers::of(&graph);
        layers.order();
        let mut layout = Self {
            nodes: layers.place(&graph),
            ..Self::default()
        };
        layout.finish(shape, &graph, &layers);
        layout
    }

    /// What nothing leads to stands below all others; then every way is drawn.
    fn finish(&mut self, shape: &Shape, graph: &Graph, layers: &Layers) {
        let bottom = |nodes: &[Node]| nodes.iter().map(|node| node.y + HEIGHT).max();
        let placed: BTreeSet<StepId> = self.nodes.iter().map(|node| node.id).collect();
        let mut apart = graph.ids.clone();
        apart.retain(|id| !placed.contains(id));
        apart.dedup();
        if !apart.is_empty() {
            let top = bottom(&self.nodes).map_or(0, |bottom| bottom + LAYER);
            self.apart = Some(top);
            for (y, row) in (0_i32..).zip(apart.chunks(APART)) {
                for (x, id) in (0_i32..).zip(row) {
                    self.nodes.push(Node {
                        id: *id,
                        x: x * (WIDTH + GAP),
                        y: top + GAP + y * (HEIGHT + LAYER),
                    });
                }
            }
        }
        let lanes = layers.x.iter().max().copied().unwrap_or_default();
        let lanes = i32::try_from(lanes).unwrap_or_default() + LANE;
        let right = self.nodes.iter().map(|node| node.x + WIDTH).max();
        self.width = right.unwrap_or(0).max(lanes);
        self.height = bottom(&self.nodes).unwrap_or(0) + STUB;
        self.edges = routes::draw(&self.nodes, shape, graph, layers);
    }

    /// The step of this number.
    pub fn node(&self, id: StepId) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }

    /// The next step in a direction: the nearest whose middle lies there.
    pub fn neighbour(&self, from: StepId, direction: Direction) -> Option<StepId> {
        let here = self.node(from)?;
        let others = self.nodes.iter().filter(|node| node.id != from);
        let far = others.filter_map(|node| {
            let (x, y) = (node.x - here.x, node.y - here.y);
            let (ahead, aside) = match direction {
                Direction::Up => (-y, x),
                Direction::Down => (y, x),
                Direction::Left => (-x, y),
                Direction::Right => (x, y),
            };
            // What stands aside is further away than what stands ahead.
            (ahead > 0).then(|| (ahead + aside.abs() * 2, node.id))
        });
        far.min().map(|(_, id)| id)
    }
}

/// Where an arrow key points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
    Left,
    Right,
}
