//! Many at once: one wins, numbers have no holes, and the state is the fold of the entries.
//!
//! Invariant: what is proved here is read from the database, not from what was answered.

use crate::world::{Agent, Socket, World, both, client_id, text};
use domain::api::Refusal;
use domain::conversation::{Command, Conversation, EntryBody};
use domain::id::{ConversationId, Seq};
use domain::live::{ForAgent, ServerFrame};
use futures::future::join_all;
use server::conversations::store::{self, Reader};
use std::collections::BTreeSet;

/// The state that the entries fold to, which must be the stored one; how many entries.
async fn fold(world: &World, id: &ConversationId) -> (Conversation, usize) {
    let db = &world.server().db;
    let entries = store::after(db, id, Seq::NONE, Reader::Agent, 10_000)
        .await
        .unwrap();
    let numbers: Vec<_> = entries.iter().map(|entry| entry.seq.get()).collect();
    let count = u32::try_from(entries.len()).unwrap();
    assert_eq!(numbers, (1..=count).collect::<Vec<_>>());
    let mut state = Conversation::begin(&entries[0]).unwrap();
    for entry in &entries[1..] {
        assert_eq!(entry.visitor_prev, state.visible_seq);
        state.apply(entry);
    }
    assert_eq!(store::state(db, id).await.unwrap(), Some(state.clone()));
    (state, entries.len())
}

async fn note_everywhere(ann: &mut Socket<ForAgent>, who: usize, all: &[ConversationId]) {
    let mut open = BTreeSet::new();
    for (n, cnv) in all.iter().enumerate() {
        let own = client_id();
        let text = text(&format!("note {n} of {who}"));
        ann.command(&own, cnv, Command::Note { text }).await;
        open.insert(own);
    }
    while !open.is_empty() {
        match ann.frame().await {
            ServerFrame::Entry(entry) => {
                entry.client_id.map(|own| open.remove(&own));
            }
            ServerFrame::Refused { refusal, .. } => panic!("{refusal}"),
            _ => {}
        }
    }
}

both! {
    async fn of_fifty_who_accept_one_joins(world: World) {
        let cnv = world.visitor().starts("Hello").await;
        let mut agents = Vec::new();
        for n in 0..50 {
            agents.push(world.agent(&format!("agent{n}")).await);
        }
        let outcomes = join_all(agents.iter().map(|agent| agent.does(&cnv, Command::Join))).await;
        let winners: Vec<_> = agents
            .iter()
            .zip(&outcomes)
            .filter(|(_, outcome)| outcome.is_ok())
            .map(|(agent, _)| agent.person.clone())
            .collect();
        let [winner] = winners.as_slice() else { panic!("{} have joined", winners.len()) };
        let taken = Err(Refusal::AlreadyTaken { by: winner.name.clone() });
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == taken).count(), 49);
        let (state, entries) = fold(&world, &cnv).await;
        assert_eq!((state.agent(), entries), (Some(&winner.id), 3));
        let again: &Agent = agents.iter().find(|agent| agent.person.id == winner.id).unwrap();
        assert_eq!(again.does(&cnv, Command::Join).await, Err(Refusal::AlreadyJoined));
    }

    async fn eight_senders_in_fifty_conversations(world: World) {
        let visitors: Vec<_> = (0..50).map(|_| world.visitor()).collect();
        let conversations = join_all(visitors.iter().map(|visitor| visitor.starts("Hello"))).await;
        let mut sockets = Vec::new();
        for n in 0..8 {
            sockets.push(world.agent(&format!("agent{n}")).await.socket().await);
        }
        let noted = sockets
            .iter_mut()
            .enumerate()
            .map(|(n, socket)| note_everywhere(socket, n, &conversations));
        let said = visitors
            .iter()
            .zip(&conversations)
            .map(|(visitor, cnv)| visitor.says(cnv, "and I write, too"));
        tokio::join!(join_all(noted), join_all(said));
        for cnv in &conversations {
            let (state, entries) = fold(&world, cnv).await;
            assert_eq!((entries, state.visitor_messages), (2 + 8 + 1, 2));
        }
        let all = world.number("select count(*) from entry").await;
        assert_eq!(all, 50 * 11);
    }

    async fn an_end_races_an_accept(world: World) {
        let ann = world.agent("Ann").await;
        for _ in 0..20 {
            let visitor = world.visitor();
            let cnv = visitor.starts("Hello").await;
            let (joined, closed) = tokio::join!(
                ann.does(&cnv, Command::Join),
                visitor.does(&cnv, Command::Close),
            );
            closed.unwrap();
            let (state, entries) = fold(&world, &cnv).await;
            assert!(state.is_closed());
            match joined {
                Ok(()) => assert_eq!(entries, 4),
                Err(refusal) => assert_eq!((refusal, entries), (Refusal::ConversationClosed, 3)),
            }
            let db = &world.server().db;
            let last = store::after(db, &cnv, Seq::new(2), Reader::Agent, 9).await.unwrap();
            assert_eq!(last.last().unwrap().body, EntryBody::Closed);
        }
    }
}
