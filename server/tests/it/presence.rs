//! Whether somebody is there: what visitors are told when agents come, go and say so.
//!
//! Invariant: a window that opened later, or was told nothing for long, is right as well.

use crate::world::{Agent, Socket, World, both, until};
use domain::live::{ForVisitor, ServerFrame, VisitorSignal};
use domain::time::Span;

/// The next thing this window is told of presence.
async fn is_anyone_there(visitor: &mut Socket<ForVisitor>) -> bool {
    visitor
        .until("presence", |frame| match frame {
            ServerFrame::Signal(VisitorSignal::Presence {
                is_anyone_available,
            }) => Some(is_anyone_available),
            _ => None,
        })
        .await
}

/// Waits until this window has been told so; it may have been told the opposite before.
async fn hears(visitor: &mut Socket<ForVisitor>, is_there: bool) {
    while is_anyone_there(visitor).await != is_there {}
}

/// Waits until the server knows that no agent's window is open.
async fn gone(world: &World) {
    until("the agents to be gone", async || {
        world.server().hub.count().1 == 0
    })
    .await;
}

both! {
    async fn agents_come_say_so_and_go(world: World) {
        let visitor = world.visitor();
        let mut v = visitor.line().await;
        v.hello(&visitor.hello()).await;
        assert!(!v.welcome().await.is_anyone_available);

        let ann = world.agent("Ann").await;
        let a = ann.socket().await;
        let ann = ann.available().await;
        hears(&mut v, true).await;
        let mut second = visitor.line().await;
        second.hello(&visitor.hello()).await;
        assert!(second.welcome().await.is_anyone_available);
        ann.away().await;
        hears(&mut v, false).await;
        hears(&mut second, false).await;
        let ann = ann.available().await;
        hears(&mut v, true).await;

        // Who reloads a page is not gone; who stays away is.
        drop(a);
        let a = ann.socket().await;
        drop(a);
        gone(&world).await;
        world.advance(Span::from_seconds(6));
        hears(&mut v, false).await;
        // A poll keeps its sender present for a while.
        ann.poll(Agent::hello(), Vec::new()).await.unwrap();
        hears(&mut v, true).await;
        world.advance(Span::from_seconds(31));
        hears(&mut v, false).await;
    }

    async fn who_opens_when_nobody_is_there_hears_when_somebody_comes(world: World) {
        let ann = world.agent("Ann").await;
        let a = ann.socket().await;
        let ann = ann.available().await;
        // One visitor is told "yes" and leaves; then the agent leaves, told to nobody.
        let first = world.visitor();
        let mut v = first.socket().await;
        hears(&mut v, true).await;
        drop(v);
        until("the window to be gone", async || {
            world.server().hub.count().0 == 0
        })
        .await;
        drop(a);
        gone(&world).await;
        world.advance(Span::from_seconds(6));

        let second = world.visitor();
        let mut v = second.line().await;
        v.hello(&second.hello()).await;
        assert!(!v.welcome().await.is_anyone_available);
        let _a = ann.socket().await;
        hears(&mut v, true).await;
    }

    async fn agents_of_other_teams_do_not_count(world: World) {
        let bob = world
            .agent_of("Bob", domain::people::Role::Agent, Vec::new())
            .await
            .available()
            .await;
        let _b = bob.socket().await;
        let visitor = world.visitor();
        let mut v = visitor.line().await;
        v.hello(&visitor.hello()).await;
        assert!(!v.welcome().await.is_anyone_available);
        let ann = world.agent("Ann").await.available().await;
        let _a = ann.socket().await;
        hears(&mut v, true).await;
    }
}
