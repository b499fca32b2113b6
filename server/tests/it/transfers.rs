//! Passing a conversation on: who may, to whom, and what everybody hears of it.
//!
//! Invariant: the visitor learns that somebody else comes, and never who or whose.

use crate::bots::{transcript, waiting};
use crate::hand_overs::new_team as team;
use crate::presence::hears;
use crate::world::{Agent, World, both, client_id, text};
use domain::api::{Field, ListTeamsThere, ReadConversation, Refusal, SetTeamActive};
use domain::conversation::{Command, EntryBody, Stage, VisitorBody, VisitorStage};
use domain::id::TeamId;
use domain::live::{AgentSignal, ClientFrame, ServerFrame};
use domain::people::Role;
use domain::text::Reason;

fn to(team: &TeamId) -> Command {
    Command::Transfer {
        team: team.clone(),
        name: None,
    }
}

both! {
    async fn a_conversation_is_passed_on_to_people_of_another_team(world: World) {
        let admin = world.admin().await;
        let own = world.profile().team;
        let sales = team(&admin, "Sales").await;
        let ann = world.agent("Ann").await.available().await;
        let sam = world.agent_of("Sam", Role::Agent, vec![sales.clone()]).await.available().await;
        let visitor = world.visitor();
        let id = visitor.starts("What does a hundred cost?").await;
        let mut v = visitor.socket().await;
        assert_eq!(ann.does(&id, to(&sales)).await, Err(Refusal::NotJoined), "not before one answers");
        ann.accepts(&id).await;
        let no_team = Refusal::Invalid { field: Field::Team, reason: Reason::Form };
        assert_eq!(ann.does(&id, to(&own)).await, Err(no_team.clone()), "there it is already");
        assert_eq!(ann.does(&id, to(&TeamId::from_value(9))).await, Err(no_team));
        assert_eq!(admin.does(&id, to(&sales)).await, Err(Refusal::NotJoined), "nor may another");
        assert_eq!(sam.does(&id, to(&sales)).await, Err(Refusal::NotFound), "least of all a stranger");
        assert_eq!(waiting(&sam).await, 0);

        let (mut a, mut s) = (ann.socket().await, sam.socket().await);
        let said = ClientFrame::Command {
            client_id: client_id(),
            conversation: id.clone(),
            command: to(&sales),
        };
        // Twice, as after a cut: the answer to the first was never heard.
        for _ in 0..2 {
            let frames = ann.poll(Agent::hello(), vec![said.clone()]).await.unwrap();
            let refused = frames.iter().find(|frame| matches!(frame, ServerFrame::Refused { .. }));
            assert!(refused.is_none(), "{refused:?}");
        }
        let row = s.until("a row", |frame| match frame {
            ServerFrame::Signal(AgentSignal::Row(row)) => Some(row),
            _ => None,
        }).await;
        assert!(row.team == sales && matches!(row.stage, Stage::Waiting { .. }));
        let gone = a.until("that it is gone", |frame| match frame {
            ServerFrame::Signal(AgentSignal::Gone { conversation }) => Some(conversation),
            _ => None,
        }).await;
        assert_eq!(gone, id);
        let read = ReadConversation { conversation: id.clone() };
        assert_eq!(ann.ask(read).await.unwrap_err(), Refusal::NotFound);
        assert_eq!(ann.does(&id, Command::Send { text: text("Still here") }).await, Err(Refusal::NotFound));

        // Whoever takes it has all of it, and reads who passed it on to whom.
        sam.accepts(&id).await;
        let (entries, _) = transcript(&sam, &id).await;
        assert!(entries.iter().any(|entry| matches!(&entry.body, EntryBody::Transferred { team, name }
            if *team == sales && name.as_str() == "Sales")), "{entries:?}");
        sam.says(&id, "A hundred cost 900").await;

        let is_transfer = v.until("that she has left", |frame| match frame {
            ServerFrame::Entry(entry) => match entry.body {
                VisitorBody::Left { name, is_transfer } => {
                    assert_eq!(name.as_str(), "Ann");
                    Some(is_transfer)
                }
                _ => None,
            },
            _ => None,
        }).await;
        assert!(is_transfer);
        let frames = visitor.poll(visitor.hello(), Vec::new()).await.unwrap();
        let told = serde_json::to_string(&frames).unwrap();
        assert!(!told.contains("Sales") && !told.contains(sales.as_str()), "{told}");
        let (_, stage) = crate::bots::seen(&visitor).await;
        assert!(matches!(stage, VisitorStage::Talking { name, .. } if name.as_str() == "Sam"));
    }

    async fn agents_read_to_whom_something_can_be_passed_on(world: World) {
        let admin = world.admin().await;
        let sales = team(&admin, "Sales").await;
        let old = team(&admin, "Attic").await;
        team(&admin, "Nobody").await;
        let ann = world.agent("Ann").await.available().await;
        let sam = world.agent_of("Sam", Role::Agent, vec![sales.clone(), old.clone()]).await.available().await;
        admin.ask(SetTeamActive { team: old.clone(), is_active: false }).await.unwrap();
        let _ann = ann.socket().await;
        let there = async || {
            let teams = ann.ask(ListTeamsThere {}).await.unwrap();
            teams.into_iter().map(|it| (it.name.to_string(), it.is_anyone_there)).collect::<Vec<_>>()
        };
        let own = there().await.swap_remove(1).0;
        assert_eq!(there().await, [("Sales".to_owned(), false), (own.clone(), false)]);
        let _sam = sam.socket().await;
        assert_eq!(there().await, [("Sales".to_owned(), true), (own, false)], "not counting herself");
        let id = world.visitor().starts("Hello").await;
        ann.accepts(&id).await;
        let no_team = Refusal::Invalid { field: Field::Team, reason: Reason::Form };
        assert_eq!(ann.does(&id, to(&old)).await, Err(no_team), "a team that is no more");
        assert!(matches!(transcript(&ann, &id).await.1, Stage::Talking { .. }));
    }

    async fn who_was_passed_on_is_told_of_those_they_wait_for(world: World) {
        let admin = world.admin().await;
        let sales = team(&admin, "Sales").await;
        let ann = world.agent("Ann").await.available().await;
        world.agent_of("Sam", Role::Agent, vec![sales.clone()]).await;
        let _ann = ann.socket().await;
        let visitor = world.visitor();
        let id = visitor.starts("Hello").await;
        let mut window = visitor.socket().await;
        ann.accepts(&id).await;
        ann.does(&id, to(&sales)).await.unwrap();
        world.server().refresh_presence();
        // Ann is there, and nobody of Sales.
        hears(&mut window, false).await;
    }
}
