//! The second phase: what stands in each layer, and in which order.
//!
//! Invariant: a way that passes a layer has a lane there, so that it crosses no step.

use super::ranks::Graph;
use super::{LANE, WIDTH};
use std::collections::BTreeMap;

/// How often the layers are gone through: more changes little.
const SWEEPS: usize = 8;

/// What stands in a layer: a step, or a way that passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    Step(usize),
    Lane,
}

impl Item {
    pub(super) fn width(self) -> i64 {
        match self {
            Self::Step(_) => i64::from(WIDTH),
            Self::Lane => i64::from(LANE),
        }
    }
}

pub(super) struct Layers {
    pub(super) items: Vec<Item>,
    /// The items of each layer, in their order.
    pub(super) rows: Vec<Vec<usize>>,
    up: Vec<Vec<usize>>,
    down: Vec<Vec<usize>>,
    /// The items that each of the graph's ways runs through, from above.
    pub(super) chains: Vec<Vec<usize>>,
    /// The middle of each item.
    pub(super) x: Vec<i64>,
}

impl Layers {
    pub(super) fn of(graph: &Graph) -> Self {
        let count = graph.rank.values().max().map_or(0, |last| last + 1);
        let mut layers = Self {
            items: Vec::new(),
            rows: vec![Vec::new(); count],
            up: Vec::new(),
            down: Vec::new(),
            chains: Vec::new(),
            x: Vec::new(),
        };
        let mut of_step = BTreeMap::new();
        for (at, rank) in &graph.rank {
            of_step.insert(*at, layers.add(Item::Step(*at), *rank));
        }
        let mut beside = Vec::new();
        for way in &graph.down {
            let ends = (of_step.get(&way.from), of_step.get(&way.to));
            let ranks = (graph.rank.get(&way.from), graph.rank.get(&way.to));
            let (Some(from), Some(to), Some(top), Some(bottom)) =
                (ends.0, ends.1, ranks.0, ranks.1)
            else {
                layers.chains.push(Vec::new());
                continue;
            };
            let mut chain = Vec::new();
            if way.is_turned {
                // It leaves and comes in at the side: it has a lane in the layers of both ends.
                for rank in *top..=*bottom {
                    chain.push(layers.add(Item::Lane, rank));
                }
                beside.push((chain.first().copied(), *from, chain.last().copied(), *to));
            } else {
                chain.push(*from);
                for rank in top.saturating_add(1)..*bottom {
                    chain.push(layers.add(Item::Lane, rank));
                }
                chain.push(*to);
            }
            for (above, below) in chain.iter().zip(chain.iter().skip(1)) {
                layers.join(*above, *below);
            }
            layers.chains.push(chain);
        }
        // A lane is drawn to where the step beside which it ends is drawn to.
        for (top, above, bottom, below) in beside {
            let near = layers.up.get(above).cloned().unwrap_or_default();
            if let Some(up) = top.and_then(|top| layers.up.get_mut(top)) {
                *up = near;
            }
            let near = layers.down.get(below).cloned().unwrap_or_default();
            if let Some(down) = bottom.and_then(|bottom| layers.down.get_mut(bottom)) {
                *down = near;
            }
        }
        layers
    }

    fn add(&mut self, item: Item, rank: usize) -> usize {
        let id = self.items.len();
        self.items.push(item);
        self.up.push(Vec::new());
        self.down.push(Vec::new());
        self.x.push(0);
        if let Some(row) = self.rows.get_mut(rank) {
            row.push(id);
        }
        id
    }

    fn join(&mut self, above: usize, below: usize) {
        if let Some(down) = self.down.get_mut(above) {
            down.push(below);
        }
        if let Some(up) = self.up.get_mut(below) {
            up.push(above);
        }
    }

    /// Orders each layer by the middle of what it hangs on, from above and from below in turn.
    pub(super) fn order(&mut self) {
        let mut place = vec![0_i64; self.items.len()];
        for (row, is_down) in self.sweeps() {
            let keys = self.row(row).iter().zip(0_i64..).map(|(item, own)| {
                let near = self.near(*item, is_down).iter();
                let places = near.filter_map(|other| place.get(*other));
                (mean(places.copied()).unwrap_or(own * 1_000), *item)
            });
            let mut keyed: Vec<(i64, usize)> = keys.collect();
            keyed.sort_by_key(|(key, _)| *key);
            let items: Vec<usize> = keyed.into_iter().map(|(_, item)| item).collect();
            for (item, own) in items.iter().zip(0_i64..) {
                if let Some(place) = place.get_mut(*item) {
                    *place = own * 1_000;
                }
            }
            if let Some(row) = self.rows.get_mut(row) {
                *row = items;
            }
        }
    }

    /// The layers as they are improved, again and again: downwards and upwards in turn.
    pub(super) fn sweeps(&self) -> impl Iterator<Item = (usize, bool)> + use<> {
        let count = self.rows.len();
        (0..SWEEPS).flat_map(move |sweep| {
            let is_down = sweep % 2 == 0;
            (1..=count).map(move |row| (if is_down { row - 1 } else { count - row }, is_down))
        })
    }

    /// What an item hangs on: above it on the way down, below it on the way up.
    pub(super) fn near(&self, item: usize, is_down: bool) -> &[usize] {
        let sides = if is_down { &self.up } else { &self.down };
        sides.get(item).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn row(&self, row: usize) -> &[usize] {
        self.rows.get(row).map(Vec::as_slice).unwrap_or_default()
    }
}

pub(super) fn mean(numbers: impl Iterator<Item = i64>) -> Option<i64> {
    let (sum, count) = numbers.fold((0_i64, 0_i64), |(sum, count), number| {
        (sum.saturating_add(number), count + 1)
    });
    sum.checked_div_euclid(count)
}
