//! The third phase: where everything stands in its layer, from left to right.
//!
//! Invariant: the order of a layer stays as it was found.

use super::layers::{Item, Layers, mean};
use super::ranks::Graph;
use super::{GAP, HEIGHT, LAYER, Node, WIDTH};

impl Layers {
    /// Gives every item its place, as near to its neighbours' as the others in its layer allow.
    /// Answers with the steps.
    pub(super) fn place(&mut self, graph: &Graph) -> Vec<Node> {
        for row in 0..self.rows.len() {
            let wished = self.row(row).iter().map(|_| 0).collect();
            self.settle(row, wished);
        }
        for (row, is_down) in self.sweeps() {
            let wish = |item: &usize| {
                let near = self.near(*item, is_down).iter();
                let near = near.filter_map(|other| self.x.get(*other));
                mean(near.copied()).or(self.x.get(*item).copied())
            };
            let wished = self.row(row).iter().map(|item| wish(item).unwrap_or(0));
            let wished = wished.collect();
            self.settle(row, wished);
        }
        self.align_left();
        let mut nodes = Vec::new();
        for (rank, row) in (0_i32..).zip(&self.rows) {
            for item in row {
                if let Some(Item::Step(at)) = self.items.get(*item)
                    && let Some(id) = graph.ids.get(*at)
                {
                    nodes.push(Node {
                        id: *id,
                        x: self.middle(*item) - WIDTH / 2,
                        y: rank * (HEIGHT + LAYER),
                    });
                }
            }
        }
        nodes
    }

    pub(super) fn middle(&self, item: usize) -> i32 {
        let x = self.x.get(item).copied().unwrap_or_default();
        i32::try_from(x).unwrap_or_default()
    }

    /// The places nearest to the wished ones (by the sum of squares) at which nothing overlaps:
    /// neighbours that meet are pooled, and stand around their common mean.
    fn settle(&mut self, row: usize, wished: Vec<i64>) {
        let items = self.row(row).to_vec();
        let width = |item: usize| self.items.get(item).map_or(0, |item| item.width());
        let mut offsets = Vec::new();
        let mut offset = 0;
        let mut before = None;
        for item in &items {
            let own = width(*item);
            if let Some(before) = before {
                offset += i64::midpoint(before, own) + i64::from(GAP);
            }
            offsets.push(offset);
            before = Some(own);
        }
        // Each pool: the sum of its wishes, and how many it holds.
        let mut pools: Vec<(i64, i64)> = Vec::new();
        for (wish, offset) in wished.into_iter().zip(&offsets) {
            let mut pool = (wish - offset, 1);
            while let Some(last) = pools.last().copied() {
                if last.0.div_euclid(last.1) < pool.0.div_euclid(pool.1) {
                    break;
                }
                pools.pop();
                pool = (pool.0 + last.0, pool.1 + last.1);
            }
            pools.push(pool);
        }
        let places = pools.into_iter().flat_map(|(sum, count)| {
            let place = sum.div_euclid(count);
            (0..count).map(move |_| place)
        });
        for ((item, place), offset) in items.iter().zip(places).zip(offsets) {
            if let Some(x) = self.x.get_mut(*item) {
                *x = place + offset;
            }
        }
    }

    fn align_left(&mut self) {
        let left = |(item, x): (&Item, &i64)| x - item.width() / 2;
        let edge = self.items.iter().zip(&self.x).map(left).min();
        for x in &mut self.x {
            *x -= edge.unwrap_or_default();
        }
    }
}
