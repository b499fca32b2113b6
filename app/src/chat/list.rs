//! The rows a window knows, whatever filter they came by, and which of them a filter shows.
//! Fed by pages of the list and by signals; read by the inbox, the ring and the title.
//!
//! Invariant: no Leptos and no clock; the same pages and signals make the same list.

use domain::conversation::{Before, Counts, Filter, ListPage, ListRow, Row};
use domain::id::{AgentId, ConversationId};
use domain::limit;
use std::collections::BTreeMap;

/// How much of a filter's list has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Extent {
    /// Everything from here upwards; older rows that happen to be known would stand beside a
    /// hole, so they are not shown.
    DownTo(Before),
    /// All of it.
    Whole,
}

/// The rows a window knows.
#[derive(Debug, Clone)]
pub struct List {
    me: AgentId,
    rows: BTreeMap<ConversationId, ListRow>,
    extents: [Option<Extent>; Filter::ALL.len()],
    counts: Counts,
}

fn place(filter: Filter) -> usize {
    match filter {
        Filter::Mine => 0,
        Filter::All => 1,
        Filter::Active => 2,
        Filter::Closed => 3,
    }
}

fn is_above(row: &Row, before: &Before) -> bool {
    (row.last_at, &row.id) >= (before.at, &before.id)
}

impl List {
    /// An empty list of this agent.
    pub fn new(me: AgentId) -> Self {
        Self {
            me,
            rows: BTreeMap::new(),
            extents: Default::default(),
            counts: Counts::default(),
        }
    }

    /// A fresh first page: what it should hold and does not is no longer there. Other filters'
    /// lists may have missed as much, so they are read again when somebody looks at them.
    pub fn begin(&mut self, filter: Filter, page: ListPage) {
        let more = page.more.clone();
        self.rows.retain(|_, held| {
            let is_covered = held.row.waiting_since().is_some()
                || more.as_ref().is_none_or(|more| is_above(&held.row, more));
            !(is_covered && filter.holds(&held.row, &self.me))
        });
        self.extents = Default::default();
        self.extend(filter, page);
    }

    /// The next page.
    pub fn extend(&mut self, filter: Filter, page: ListPage) {
        self.counts = page.counts;
        for fresh in page.rows {
            self.rows.insert(fresh.row.id.clone(), fresh);
        }
        let extent = page.more.map_or(Extent::Whole, Extent::DownTo);
        if let Some(slot) = self.extents.get_mut(place(filter)) {
            *slot = Some(extent);
        }
    }

    /// A conversation's row as it is now. An older one that arrives late changes nothing.
    pub fn put(&mut self, row: Row) {
        let held = self.rows.get(&row.id);
        if held.is_some_and(|held| held.row.last_seq > row.last_seq) {
            return;
        }
        let seen_messages = held.map_or(0, |held| held.seen_messages);
        let was_mine = held.is_some_and(|held| held.row.is_of(&self.me));
        let was_waiting = held.is_some_and(|held| held.row.waiting_since().is_some());
        count(&mut self.counts.mine, was_mine, row.is_of(&self.me));
        count(
            &mut self.counts.waiting,
            was_waiting,
            row.waiting_since().is_some(),
        );
        self.rows
            .insert(row.id.clone(), ListRow { row, seen_messages });
        self.shorten();
    }

    /// This agent has seen so many of the visitor's messages.
    pub fn see(&mut self, id: &ConversationId, seen_messages: u32) {
        if let Some(held) = self.rows.get_mut(id) {
            held.seen_messages = held.seen_messages.max(seen_messages);
        }
    }

    /// No longer this agent's to hear.
    pub fn remove(&mut self, id: &ConversationId) {
        if let Some(held) = self.rows.remove(id) {
            count(&mut self.counts.mine, held.row.is_of(&self.me), false);
            count(
                &mut self.counts.waiting,
                held.row.waiting_since().is_some(),
                false,
            );
        }
    }

    /// The row of one conversation.
    pub fn get(&self, id: &ConversationId) -> Option<&ListRow> {
        self.rows.get(id)
    }

    /// Whether the filter's list was read at all.
    pub fn is_read(&self, filter: Filter) -> bool {
        self.extents.get(place(filter)).is_some_and(Option::is_some)
    }

    /// Where the filter's next page begins; `None` when there is none, or no first.
    pub fn more(&self, filter: Filter) -> Option<&Before> {
        match self.extents.get(place(filter)) {
            Some(Some(Extent::DownTo(before))) => Some(before),
            _ => None,
        }
    }

    /// What the filter shows, in its order.
    pub fn shown(&self, filter: Filter) -> Vec<ListRow> {
        let more = self.more(filter);
        let mut shown: Vec<_> = self
            .rows
            .values()
            .filter(|held| filter.holds(&held.row, &self.me))
            .filter(|held| {
                held.row.waiting_since().is_some()
                    || more.is_none_or(|more| is_above(&held.row, more))
            })
            .cloned()
            .collect();
        shown.sort_by(|a, b| a.row.order(&b.row));
        shown
    }

    /// What waits, longest first.
    pub fn waiting(&self) -> Vec<Row> {
        let mut waiting: Vec<_> = self
            .rows
            .values()
            .filter(|held| held.row.waiting_since().is_some())
            .map(|held| held.row.clone())
            .collect();
        waiting.sort_by(Row::order);
        waiting
    }

    /// The numbers on the tabs.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Whether a row shows how much of it is unread: only where this agent is expected.
    pub fn unread(&self, held: &ListRow) -> u32 {
        if held.row.is_of(&self.me) {
            held.unread()
        } else {
            0
        }
    }

    /// Unread messages in this agent's conversations.
    pub fn unread_of_mine(&self) -> u32 {
        self.rows.values().map(|held| self.unread(held)).sum()
    }

    /// Drops the rows that were longest without a sign of life when there are too many.
    fn shorten(&mut self) {
        while self.rows.len() > limit::ROWS_KEPT_MAX {
            let oldest = self
                .rows
                .values()
                .filter(|held| held.row.waiting_since().is_none())
                .min_by_key(|held| (held.row.last_at, held.row.id.clone()))
                .map(|held| held.row.id.clone());
            let Some(oldest) = oldest else { return };
            self.rows.remove(&oldest);
            // What was dropped would be a hole in any list that had come so far down.
            self.extents = Default::default();
        }
    }
}

fn count(number: &mut u32, was: bool, is: bool) {
    match (was, is) {
        (false, true) => *number = number.saturating_add(1),
        (true, false) => *number = number.saturating_sub(1),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::conversation::{Claims, Stage};
    use domain::flow::FilePolicy;
    use domain::id::{Seq, TeamId};
    use domain::text::DisplayName;
    use domain::time::Timestamp;

    fn me() -> AgentId {
        AgentId::from_value(1)
    }

    fn row(n: u8, at: i64, stage: Stage) -> Row {
        Row {
            id: ConversationId::from_value(u128::from(n)),
            label: n.to_string(),
            person: None,
            page_title: String::new(),
            page_url: String::new(),
            language: None,
            team: TeamId::from_value(1),
            stage,
            files: FilePolicy::default(),
            last_seq: Seq::new(u32::try_from(at).unwrap()),
            last_at: Timestamp::from_ms(at),
            preview: None,
            claims: Claims::default(),
            visitor_messages: 2,
        }
    }

    fn waiting(n: u8, at: i64) -> Row {
        row(
            n,
            at,
            Stage::Waiting {
                since: Timestamp::from_ms(at),
            },
        )
    }

    fn talking(n: u8, at: i64, agent: u8) -> Row {
        let stage = Stage::Talking {
            agent: AgentId::from_value(u128::from(agent)),
            name: DisplayName::parse("Ann").unwrap(),
            alias: None,
            picture: None,
            since: Timestamp::from_ms(at),
        };
        row(n, at, stage)
    }

    fn page(rows: Vec<Row>, more: Option<&Row>, waiting: u32, mine: u32) -> ListPage {
        ListPage {
            rows: rows
                .into_iter()
                .map(|row| ListRow {
                    row,
                    seen_messages: 0,
                })
                .collect(),
            more: more.map(|row| Before {
                at: row.last_at,
                id: row.id.clone(),
            }),
            counts: Counts { waiting, mine },
        }
    }

    fn labels(list: &List, filter: Filter) -> String {
        list.shown(filter)
            .into_iter()
            .map(|held| held.row.label)
            .collect()
    }

    #[test]
    fn signals_patch_what_pages_brought() {
        let mut list = List::new(me());
        list.begin(
            Filter::Active,
            page(vec![waiting(1, 5), talking(2, 9, 1)], None, 1, 1),
        );
        assert_eq!(labels(&list, Filter::Active), "12");
        list.put(waiting(3, 4));
        assert_eq!(labels(&list, Filter::Mine), "312");
        assert_eq!(
            list.counts(),
            Counts {
                waiting: 2,
                mine: 1
            }
        );

        list.put(talking(3, 10, 1));
        assert_eq!(labels(&list, Filter::Active), "132");
        assert_eq!(
            list.counts(),
            Counts {
                waiting: 1,
                mine: 2
            }
        );
        list.put(waiting(3, 4));
        assert_eq!(list.counts().waiting, 1, "a late frame changes nothing");

        assert_eq!(list.unread_of_mine(), 4);
        list.see(&talking(3, 10, 1).id, 2);
        assert_eq!(list.unread_of_mine(), 2);
        list.remove(&talking(2, 9, 1).id);
        assert_eq!(
            list.counts(),
            Counts {
                waiting: 1,
                mine: 1
            }
        );
    }

    #[test]
    fn a_fresh_page_takes_away_what_it_does_not_hold() {
        let mut list = List::new(me());
        list.begin(
            Filter::Active,
            page(vec![waiting(1, 5), talking(2, 9, 2)], None, 1, 0),
        );
        list.begin(Filter::Active, page(vec![talking(1, 20, 2)], None, 0, 0));
        assert_eq!(labels(&list, Filter::Active), "1");
    }

    #[test]
    fn rows_below_the_last_page_do_not_stand_beside_a_hole() {
        let mut list = List::new(me());
        let last = talking(3, 7, 2);
        list.begin(
            Filter::Active,
            page(vec![talking(4, 9, 2), last.clone()], Some(&last), 0, 0),
        );
        list.put(talking(9, 3, 2));
        list.put(waiting(5, 2));
        assert_eq!(labels(&list, Filter::Active), "543");
        list.extend(Filter::Active, page(vec![talking(9, 3, 2)], None, 1, 0));
        assert_eq!(labels(&list, Filter::Active), "5439");
        assert!(list.is_read(Filter::Active) && !list.is_read(Filter::Closed));
    }

    #[test]
    fn it_does_not_grow_for_ever_and_keeps_who_waits() {
        let mut list = List::new(me());
        list.put(waiting(1, 0));
        for at in 0..=limit::ROWS_KEPT_MAX {
            let mut row = talking(2, i64::try_from(at).unwrap() + 1, 2);
            row.id = ConversationId::from_value(u128::try_from(at).unwrap() + 10);
            list.put(row);
        }
        assert_eq!(list.shown(Filter::All).len(), limit::ROWS_KEPT_MAX);
        assert_eq!(list.waiting().len(), 1);
    }
}
