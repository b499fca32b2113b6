//! What holds for every drawing, and what single ones look like.
//!
//! Invariant: looks at where things stand, never at how that was found.

use super::*;
use crate::admin::flows::edit::{self, Sort};
use domain::flow::AnswerId;
use proptest::prelude::*;

/// Messages that lead where these say; the last of all is left open.
fn shape(ways: &[&[usize]]) -> Shape {
    let id = |at: usize| StepId(u32::try_from(at + 1).unwrap());
    let answer = |at: usize| Exit::Answer(AnswerId(u32::try_from(at).unwrap()));
    let steps = ways.iter().enumerate().map(|(at, ways)| {
        let exits = ways.iter().enumerate();
        let exits = exits.map(|(place, to)| (answer(place), Some(id(*to))));
        (id(at), exits.collect())
    });
    Shape {
        starts: vec![id(0)],
        steps: steps.collect(),
    }
}

fn overlaps(layout: &Layout) -> Option<(Node, Node)> {
    let nodes = &layout.nodes;
    nodes.iter().enumerate().find_map(|(at, a)| {
        let meets = |b: &&Node| (a.x - b.x).abs() < WIDTH && (a.y - b.y).abs() < HEIGHT;
        nodes.iter().skip(at + 1).find(meets).map(|b| (*a, *b))
    })
}

#[test]
fn each_step_stands_below_all_that_lead_to_it() {
    let layout = Layout::of(&shape(&[&[1, 2], &[3], &[1], &[]]));
    let y = |id| layout.node(StepId(id)).unwrap().y;
    assert!(y(1) < y(3) && y(3) < y(2) && y(2) < y(4));
    assert_eq!(layout.apart, None);
    assert_eq!(layout.edges.len(), 4);
}

#[test]
fn a_loop_is_drawn_and_what_nothing_leads_to_stands_apart() {
    let layout = Layout::of(&shape(&[&[1], &[0, 1], &[0]]));
    let apart = layout.apart.unwrap();
    assert!(layout.node(StepId(3)).unwrap().y > apart);
    assert!(layout.node(StepId(2)).unwrap().y < apart);
    assert_eq!(layout.edges.len(), 4);
    assert!(layout.edges.iter().all(|edge| edge.path.starts_with('M')));
}

#[test]
fn only_the_shape_counts() {
    let mut flow = edit::blank("Bot");
    let first = edit::add(&mut flow, Sort::Message, None);
    let before = Shape::of(&flow);
    if let Some(step) = flow.steps.first_mut() {
        step.name = "Another".to_owned();
    }
    assert_eq!(Shape::of(&flow), before);
    edit::add_behind(&mut flow, Sort::End, first);
    assert_ne!(Shape::of(&flow), before);
    assert_eq!(
        Layout::of(&Shape::of(&edit::blank(""))),
        Layout::default_of_nothing()
    );
}

impl Layout {
    fn default_of_nothing() -> Self {
        Self {
            width: LANE,
            height: STUB,
            ..Self::default()
        }
    }
}

#[test]
fn arrows_find_the_neighbour() {
    let layout = Layout::of(&shape(&[&[1, 2], &[], &[]]));
    let (left, right) = (StepId(2), StepId(3));
    let swapped = layout.node(left).unwrap().x > layout.node(right).unwrap().x;
    let (left, right) = if swapped {
        (right, left)
    } else {
        (left, right)
    };
    assert_eq!(layout.neighbour(left, Direction::Right), Some(right));
    assert_eq!(layout.neighbour(right, Direction::Left), Some(left));
    assert_eq!(layout.neighbour(left, Direction::Up), Some(StepId(1)));
    assert!(layout.neighbour(StepId(1), Direction::Down).is_some());
    assert_eq!(layout.neighbour(StepId(1), Direction::Up), None);
}

proptest! {
    #[test]
    fn whatever_leads_wherever_nothing_overlaps(
        ways in prop::collection::vec(prop::collection::vec(0_usize..40, 0..4), 1..40),
    ) {
        let count = ways.len();
        let ways: Vec<Vec<usize>> = ways
            .into_iter()
            .map(|ways| ways.into_iter().map(|to| to % count).collect())
            .collect();
        let shape = shape(&ways.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let layout = Layout::of(&shape);
        prop_assert_eq!(layout.nodes.len(), count);
        prop_assert_eq!(overlaps(&layout), None);
        prop_assert_eq!(layout.edges.len(), ways.iter().map(Vec::len).sum::<usize>());
        for node in &layout.nodes {
            prop_assert!(node.x >= 0 && node.y >= 0);
            prop_assert!(node.x + WIDTH <= layout.width);
            prop_assert!(node.y + HEIGHT <= layout.height);
        }
    }
}
