//! The last phase: how each way is drawn, and where its words stand.
//!
//! Invariant: reads where everything stands, and moves nothing.

use super::layers::Layers;
use super::ranks::Graph;
use super::{Edge, GAP, HEIGHT, LAYER, Node, STUB, Shape, WIDTH};
use domain::flow::{Exit, StepId, Way};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Every way of the shape, between steps that stand where these do.
pub(super) fn draw(nodes: &[Node], shape: &Shape, graph: &Graph, layers: &Layers) -> Vec<Edge> {
    let places: BTreeMap<StepId, Node> = nodes.iter().map(|node| (node.id, *node)).collect();
    let mut chains = BTreeMap::new();
    for (way, chain) in graph.down.iter().zip(&layers.chains) {
        let from = if way.is_turned { way.to } else { way.from };
        chains.insert((from, way.exit), (chain, way.is_turned));
    }
    let mut edges = Vec::new();
    for (at, (id, ways)) in shape.steps.iter().enumerate() {
        let Some(from) = places.get(id) else { continue };
        if graph.places.get(id) != Some(&at) {
            continue;
        }
        let ports = ports(from, ways, &places);
        for ((place, (exit, way)), port) in (0_i32..).zip(ways).zip(ports) {
            let to = way.and_then(|to| places.get(&to));
            let chain = chains.get(&(at, *exit)).copied();
            let (path, label) = match (to, chain) {
                (None, _) => stub(port, from),
                (Some(to), _) if to.id == from.id => round(from),
                (Some(to), Some((chain, true))) => upwards(from, to, chain, layers),
                (Some(to), Some((chain, false))) => downwards(port, from, to, chain, layers, place),
                (Some(to), None) => downwards(port, from, to, &[], layers, place),
            };
            edges.push(Edge {
                from: *id,
                exit: *exit,
                to: to.map(|to| to.id),
                path,
                label,
            });
        }
    }
    edges
}

/// Where each way leaves its step below: from left to right as what they lead to stands.
fn ports(from: &Node, ways: &[(Exit, Way)], places: &BTreeMap<StepId, Node>) -> Vec<i32> {
    let mut order: Vec<(i32, usize)> = ways
        .iter()
        .enumerate()
        .map(|(at, (_, way))| {
            let to = way.and_then(|to| places.get(&to));
            (to.map_or(i32::MAX, |to| to.x), at)
        })
        .collect();
    order.sort_unstable();
    let count = i32::try_from(ways.len()).unwrap_or(i32::MAX);
    let step = WIDTH / count.saturating_add(1).max(2);
    let mut ports = vec![from.x; ways.len()];
    for (place, (_, at)) in (1_i32..).zip(order) {
        if let Some(port) = ports.get_mut(at) {
            *port = from.x + place.saturating_mul(step);
        }
    }
    ports
}

fn stub(port: i32, from: &Node) -> (String, (i32, i32)) {
    let y = from.y + HEIGHT;
    (format!("M{port} {y}V{}", y + STUB), (port, y + STUB + 14))
}

/// A way back to the step itself.
fn round(from: &Node) -> (String, (i32, i32)) {
    let (x, y) = (from.x + WIDTH, from.y + HEIGHT / 2);
    let out = x + GAP - 4;
    let path = format!(
        "M{x} {}C{out} {} {out} {} {x} {}",
        y - 14,
        y - 14,
        y + 14,
        y + 14
    );
    (path, (x + GAP / 2, y + 30))
}

/// A way down, past the lanes of its chain.
fn downwards(
    port: i32,
    from: &Node,
    to: &Node,
    chain: &[usize],
    layers: &Layers,
    place: i32,
) -> (String, (i32, i32)) {
    let (mut x, mut y) = (port, from.y + HEIGHT);
    let mut path = format!("M{x} {y}");
    let mut label = None;
    let mut curve = |x: &mut i32, y: &mut i32, to_x: i32, to_y: i32| {
        let middle = i32::midpoint(*y, to_y);
        let _ = write!(path, "C{} {middle} {to_x} {middle} {to_x} {to_y}", *x);
        // Words of ways that leave one step stand at different heights.
        label.get_or_insert_with(|| {
            let part = 35 + (place % 3) * 18;
            let bend = part * part * (300 - 2 * part) / 10_000;
            (*x + (to_x - *x) * bend / 100, *y + (to_y - *y) * part / 100)
        });
        (*x, *y) = (to_x, to_y);
    };
    let lanes = chain.iter().skip(1).take(chain.len().saturating_sub(2));
    for (rank, lane) in (1_i32..).zip(lanes) {
        let top = from.y + rank * (HEIGHT + LAYER);
        let lane = layers.middle(*lane);
        curve(&mut x, &mut y, lane, top);
        curve(&mut x, &mut y, lane, top + HEIGHT);
    }
    curve(&mut x, &mut y, to.x + WIDTH / 2, to.y);
    (path, label.unwrap_or((x, y)))
}

/// A way back up: out at the side, up its lane, and in at the side.
fn upwards(from: &Node, to: &Node, chain: &[usize], layers: &Layers) -> (String, (i32, i32)) {
    let bottom = chain
        .last()
        .map_or(from.x + WIDTH + GAP, |lane| layers.middle(*lane));
    let side = |node: &Node, lane: i32| {
        let is_right = lane > node.x + WIDTH / 2;
        node.x + if is_right { WIDTH } else { 0 }
    };
    let (x, mut y) = (side(from, bottom), from.y + HEIGHT / 2);
    let mut path = format!("M{x} {y}Q{bottom} {y} {bottom} {}", y - HEIGHT / 2);
    let label = (bottom, y - HEIGHT / 2 - 12);
    y -= HEIGHT / 2;
    let end = to.y + HEIGHT / 2;
    let mut lane = bottom;
    for next in chain.iter().rev().skip(1) {
        let next = layers.middle(*next);
        let below = y - LAYER;
        let middle = i32::midpoint(y, below);
        let _ = write!(path, "C{lane} {middle} {next} {middle} {next} {below}");
        // The last lane is beside the step that it leads to.
        if below > end + HEIGHT {
            let _ = write!(path, "V{}", below - HEIGHT);
        }
        (lane, y) = (next, below - HEIGHT);
    }
    let _ = write!(path, "Q{lane} {end} {} {end}", side(to, lane));
    (path, label)
}
