//! Teams that agents join and leave by themselves, where an admin lets them.
//!
//! Invariant: whoever was refused hears nothing of the team.

use crate::presence::hears;
use crate::world::{Agent, World, both, client_id, text};
use domain::api::{
    CreateTeam, ListOwnTeams, OwnTeam, Refusal, SaveTeam, SetOwnMembership, SetTeamActive,
};
use domain::conversation::Command;
use domain::id::TeamId;
use domain::live::{AgentSignal, ClientFrame, ServerFrame};
use domain::people::Role;
use domain::text::DisplayName;

fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

fn set(team: &TeamId, is_member: bool) -> SetOwnMembership {
    SetOwnMembership {
        team: team.clone(),
        is_member,
    }
}

/// The team that serves the profile, as a page says it that has read these members before.
fn serving(world: &World, before: &[&Agent], after: &[&Agent], is_open_to_join: bool) -> SaveTeam {
    let ids = |agents: &[&Agent]| agents.iter().map(|one| one.person.id.clone()).collect();
    SaveTeam {
        team: world.profile().team,
        name: name("Support"),
        members: ids(after),
        members_before: ids(before),
        is_open_to_join,
        is_confirmed: true,
    }
}

async fn own(agent: &Agent) -> Vec<OwnTeam> {
    agent.ask(ListOwnTeams {}).await.unwrap()
}

both! {
    async fn agents_join_and_leave_where_an_admin_lets_them(world: World) {
        let admin = world.admin().await;
        let bob = world.agent_of("Bob", Role::Agent, Vec::new()).await.available().await;
        let team = world.profile().team;
        assert_eq!(own(&bob).await, []);
        for is_member in [true, false] {
            assert_eq!(bob.ask(set(&team, is_member)).await.unwrap_err(), Refusal::Forbidden);
        }
        admin.ask(serving(&world, &[&admin], &[&admin], true)).await.unwrap();
        let told = |is_member, is_open_to_join| {
            vec![OwnTeam { team: team.clone(), name: name("Support"), is_member, is_open_to_join }]
        };
        assert_eq!(own(&bob).await, told(false, true));

        let mut b = bob.socket().await;
        let before = world.visitor().starts("Before").await;
        let mut v = world.visitor().socket().await;
        hears(&mut v, false).await;
        bob.ask(set(&team, true)).await.unwrap();
        assert_eq!(b.signal_but_rows().await, AgentSignal::Me);
        hears(&mut v, true).await;
        b.send(&ClientFrame::Open { conversation: before.clone() }).await;
        let opened = b.until("the snapshot", |frame| match frame {
            ServerFrame::Resync(snapshot) => Some(snapshot.head.id),
            _ => None,
        });
        assert_eq!(opened.await, before);
        let after = world.visitor().starts("After").await;
        assert_eq!(b.entry().await.conversation, after);
        // Said twice it is so once, and the others stay.
        bob.ask(set(&team, true)).await.unwrap();
        assert_eq!(own(&bob).await, told(true, true));
        assert_eq!(own(&admin).await, told(true, true));

        bob.ask(set(&team, false)).await.unwrap();
        assert_eq!(b.signal_but_rows().await, AgentSignal::Me);
        hears(&mut v, false).await;
        let join = client_id();
        b.command(&join, &before, Command::Join).await;
        assert_eq!(b.refused().await, (Some(join), Refusal::NotFound));
        assert_eq!(own(&bob).await, told(false, true));
        assert_eq!(own(&admin).await, told(true, true));

        // Closed again, the team is seen by those who are in it, and the admin alone decides.
        admin.ask(serving(&world, &[&admin], &[&bob], false)).await.unwrap();
        assert_eq!(own(&bob).await, told(true, false));
        assert_eq!(bob.ask(set(&team, false)).await.unwrap_err(), Refusal::Forbidden);
        assert_eq!(own(&bob).await, told(true, false));
        assert_eq!(own(&admin).await, []);
    }

    async fn an_admin_takes_back_nothing_that_their_page_has_not_read(world: World) {
        let admin = world.admin().await;
        let ann = world.agent("Ann").await;
        let bob = world.agent_of("Bob", Role::Agent, Vec::new()).await;
        let team = world.profile().team;
        admin.ask(serving(&world, &[], &[], true)).await.unwrap();
        // The page was read; then Bob comes and Ann goes by themselves.
        bob.ask(set(&team, true)).await.unwrap();
        ann.ask(set(&team, false)).await.unwrap();
        let saved = serving(&world, &[&admin, &ann], &[&admin, &ann], true);
        admin.ask(saved).await.unwrap();
        let is_member = async |agent: &Agent| own(agent).await.iter().any(|team| team.is_member);
        assert!(is_member(&bob).await);
        assert!(!is_member(&ann).await);
        // What the page changes is changed.
        admin.ask(serving(&world, &[&admin, &bob], &[&ann], true)).await.unwrap();
        assert!(!is_member(&bob).await && is_member(&ann).await);
    }

    async fn the_last_agent_may_leave_and_ends_what_they_answer(world: World) {
        let admin = world.admin().await;
        let ann = world.agent("Ann").await;
        let team = world.profile().team;
        admin.ask(serving(&world, &[&admin, &ann], &[&ann], true)).await.unwrap();
        let visitor = world.visitor();
        let cnv = visitor.starts("Hello").await;
        ann.accepts(&cnv).await;
        ann.ask(set(&team, false)).await.unwrap();
        assert_eq!(own(&ann).await.len(), 1, "and may come back");
        ann.does(&cnv, Command::Send { text: text("I am still with you") }).await.unwrap();
        ann.does(&cnv, Command::PutBack).await.unwrap();
        assert_eq!(ann.does(&cnv, Command::Join).await.unwrap_err(), Refusal::NotFound);
        ann.ask(set(&team, true)).await.unwrap();
        ann.accepts(&cnv).await;
    }

    async fn a_team_that_is_not_active_or_not_there_is_not_joined(world: World) {
        let admin = world.admin().await;
        let ann = world.agent_of("Ann", Role::Agent, Vec::new()).await;
        let new = CreateTeam { name: name("Nights"), members: Vec::new(), is_open_to_join: true };
        let nights = admin.ask(new).await.unwrap().id;
        assert_eq!(own(&ann).await.len(), 1);
        let active = |is_active| SetTeamActive { team: nights.clone(), is_active };
        admin.ask(active(false)).await.unwrap();
        assert_eq!(own(&ann).await, []);
        for team in [&nights, &TeamId::from_value(9)] {
            assert_eq!(ann.ask(set(team, true)).await.unwrap_err(), Refusal::Forbidden);
        }
        admin.ask(active(true)).await.unwrap();
        ann.ask(set(&nights, true)).await.unwrap();
    }
}
