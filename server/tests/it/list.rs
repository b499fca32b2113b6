//! The agents' list: what the database is asked is what the pure rules say.
//!
//! Invariant: the expected list is made in memory, from every stored state.

use crate::world::{Agent, World, both};
use domain::api::{CreateTeam, ListConversations, SaveProfile};
use domain::conversation::{
    Access, Command, Conversation, Filter, ListPage, Marks, Row, Stage, may_hear,
};
use domain::id::{ConversationId, Seq};
use domain::limit;
use domain::live::ClientFrame;
use domain::people::{Face, Role};
use domain::settings::{ChatProfile, ProfileAccess};
use domain::text::DisplayName;
use domain::time::Span;
use futures::future::join_all;

/// All pages of a list, one after the other, and the first page's sizes.
async fn pages(agent: &Agent, filter: Filter) -> (ListPage, Vec<usize>) {
    let ask = async |before| {
        let list = ListConversations { filter, before };
        agent.ask(list).await.unwrap()
    };
    let mut all = ask(None).await;
    let mut sizes = vec![all.rows.len()];
    while let Some(before) = all.more.take() {
        let page = ask(Some(before)).await;
        sizes.push(page.rows.len());
        all.rows.extend(page.rows);
        all.more = page.more;
    }
    (all, sizes)
}

/// What the list must show.
fn expected(states: &[Conversation], access: &Access, filter: Filter) -> Vec<Row> {
    let mut rows: Vec<_> = states
        .iter()
        .filter(|state| may_hear(access, state))
        .map(Row::of)
        .filter(|row| filter.holds(row, &access.agent))
        .collect();
    rows.sort_by(Row::order);
    rows
}

/// The same on every run: a small linear congruential generator.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// Conversations that wait, are talked about by one of these, or are over.
async fn conversations(world: &World, agents: &[&Agent], chance: &mut Chance, n: usize) {
    for _ in 0..n / 10 {
        let visitors: Vec<_> = (0..10).map(|_| world.visitor()).collect();
        let ids = join_all(visitors.iter().map(|visitor| visitor.starts("Hello"))).await;
        world.advance(Span::from_ms(chance.below(3)));
        for (visitor, id) in visitors.iter().zip(&ids) {
            let agent = agents[usize::try_from(chance.below(2)).unwrap()];
            match chance.below(5) {
                0 => {}
                1 => visitor.does(id, Command::Close).await.unwrap(),
                fate => {
                    agent.accepts(id).await;
                    if fate == 2 {
                        agent.does(id, Command::Close).await.unwrap();
                    }
                }
            }
            world.advance(Span::from_ms(chance.below(3)));
        }
    }
}

fn mark(conversation: &ConversationId) -> ClientFrame {
    ClientFrame::Mark {
        conversation: conversation.clone(),
        marks: Marks {
            delivered: Seq::new(2),
            seen: Seq::new(2),
        },
    }
}

both! {
    async fn every_filter_for_everyone_is_what_the_rules_say(world: World) {
        let admin = world.agent_of("Root", Role::Admin, Vec::new()).await;
        let name = DisplayName::parse("Sales").unwrap();
        let sales = admin.ask(CreateTeam { name, members: Vec::new(), is_open_to_join: false }).await.unwrap().id;
        let support = world.profile().team;
        let ann = world.agent("Ann").await;
        let bob = world.agent_of("Bob", Role::Agent, vec![sales.clone()]).await;
        let carl = world.agent_of("Carl", Role::Agent, vec![sales.clone(), support]).await;
        let nobody = world.agent_of("Dan", Role::Agent, Vec::new()).await;
        let mut chance = Chance(7);
        conversations(&world, &[&ann, &carl], &mut chance, 80).await;
        let mut profile = world.profile();
        profile.team = sales;
        admin.ask(SaveProfile { profile }).await.unwrap();
        conversations(&world, &[&bob, &carl], &mut chance, 60).await;
        let profile = ChatProfile { access: ProfileAccess::Agents, ..admin.profile().await.profile };
        admin.ask(SaveProfile { profile }).await.unwrap();
        for (asker, other) in [(&admin, &carl), (&bob, &carl), (&carl, &bob)] {
            asker.as_visitor().starts("Where is the manual?").await;
            other.accepts(&asker.as_visitor().starts("And now?").await).await;
        }

        let states: Vec<Conversation> = world
            .texts("select state from conversation")
            .await
            .iter()
            .map(|state| serde_json::from_str(state).unwrap())
            .collect();
        assert_eq!(states.len(), 146);
        for agent in [&admin, &ann, &bob, &carl, &nobody] {
            let access = Access {
                agent: agent.person.id.clone(),
                role: agent.person.role,
                teams: agent.person.teams.clone(),
                face: Face::default(),
            };
            for filter in Filter::ALL {
                let want = expected(&states, &access, filter);
                let (got, sizes) = pages(agent, filter).await;
                let rows: Vec<_> = got.rows.iter().map(|row| row.row.clone()).collect();
                assert_eq!(rows, want, "{} {filter:?}", agent.person.name);
                let waiting = want.iter().filter(|row| row.waiting_since().is_some()).count();
                let others = want.len() - waiting;
                assert_eq!(sizes.len(), others.div_ceil(limit::ROWS_PER_PAGE).max(1));
                let all = expected(&states, &access, Filter::Active);
                let waiting = all.iter().filter(|row| row.waiting_since().is_some()).count();
                let mine = all.iter().filter(|row| row.is_of(&access.agent)).count();
                let counts = (got.counts.waiting as usize, got.counts.mine as usize);
                assert_eq!(counts, (waiting, mine));
            }
        }
        let (all, sizes) = pages(&admin, Filter::All).await;
        assert!(sizes.len() > 1, "the random set must need more than one page: {sizes:?}");
        assert!(all.rows.iter().any(|row| matches!(row.row.stage, Stage::Talking { .. })));
    }

    async fn unread_is_counted_for_each_agent(world: World) {
        let (ann, bob) = (world.agent("Ann").await, world.agent("Bob").await);
        let visitor = world.visitor();
        let cnv = visitor.starts("one").await;
        visitor.says(&cnv, "two").await;
        let unread = async |agent: &Agent| pages(agent, Filter::All).await.0.rows[0].unread();
        assert_eq!((unread(&ann).await, unread(&bob).await), (2, 2));
        // Number 2 is the first message; number 3 stays unread.
        ann.poll(Agent::hello(), vec![mark(&cnv)]).await.unwrap();
        crate::world::until("the mark", async || unread(&ann).await == 1).await;
        assert_eq!(unread(&bob).await, 2);
        ann.accepts(&cnv).await;
        ann.says(&cnv, "mine does not count").await;
        visitor.says(&cnv, "three").await;
        assert_eq!((unread(&ann).await, unread(&bob).await), (2, 3));
    }
}
