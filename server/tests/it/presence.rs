//! Whether somebody is there: what visitors are told when agents come, go and say so.
//!
//! Invariant: a window that opened later, or was told nothing for long, is right as well.

use crate::world::{Agent, Socket, World, both, client_id, text, until};
use domain::api::{NoteActivity, ReadMe};
use domain::conversation::Command;
use domain::id::ConversationId;
use domain::limit;
use domain::live::{
    AgentFrame, AgentSignal, ClientFrame, ForVisitor, Hello, ServerFrame, VisitorSignal,
};
use domain::people::Availability;
use domain::time::{Span, Timestamp};

/// The next thing this window is told of presence.
async fn is_anyone_there(visitor: &mut Socket<ForVisitor>) -> bool {
    visitor
        .until("presence", |frame| match frame {
            ServerFrame::Signal(VisitorSignal::Presence {
                is_anyone_available,
                ..
            }) => Some(is_anyone_available),
            _ => None,
        })
        .await
}

/// Waits until this window has been told so; it may have been told the opposite before.
pub(crate) async fn hears(visitor: &mut Socket<ForVisitor>, is_there: bool) {
    while is_anyone_there(visitor).await != is_there {}
}

/// Waits until the server knows that no agent's window is open.
async fn gone(world: &World) {
    until("the agents to be gone", async || {
        world.server().hub.count().1 == 0
    })
    .await;
}

/// What a page says that has been open before its line broke.
fn returning(world: &World) -> Hello {
    Hello {
        epoch: Some(world.server().epoch.clone()),
        ..Agent::hello()
    }
}

fn is_anyone_available(world: &World) -> bool {
    let server = world.server();
    server
        .hub
        .is_anyone_available(&world.profile(), None, server.now())
}

/// Since when the agent who polled is idle.
fn idle_since(frames: &[AgentFrame]) -> Option<Timestamp> {
    match frames.first() {
        Some(ServerFrame::Welcome(welcome)) => welcome.idle_since,
        other => panic!("{other:?}"),
    }
}

fn note(conversation: &ConversationId) -> ClientFrame {
    ClientFrame::Command {
        client_id: client_id(),
        conversation: conversation.clone(),
        command: Command::Note {
            text: text("I look into it"),
        },
    }
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

    async fn who_does_nothing_is_not_there_until_they_do_something(world: World) {
        let ann = world.agent("Ann").await.available().await;
        let mut a = ann.socket().await;
        let visitor = world.visitor();
        let mut v = visitor.socket().await;
        hears(&mut v, true).await;
        world.advance(Span::from_ms(limit::AGENT_IDLE.ms() - 1));
        assert!(is_anyone_available(&world));
        // Nobody but the clock says anything.
        world.advance(Span::from_ms(1));
        let since = Some(world.server().now());
        hears(&mut v, false).await;
        assert_eq!(a.signal_but_rows().await, AgentSignal::Idle { since });
        assert!(world.server().hub.teams_there(None, world.server().now()).is_empty());
        let me = ann.ask(ReadMe {}).await.unwrap();
        assert_eq!(me.agent.availability, Availability::Available, "what she says stays");
        let mut late = visitor.line().await;
        late.hello(&visitor.hello()).await;
        assert!(!late.welcome().await.is_anyone_available);

        // A line that comes back by itself is nobody's deed.
        let mut back = ann.line().await;
        back.hello(&returning(&world)).await;
        assert_eq!(back.welcome().await.idle_since, since);
        assert!(!is_anyone_available(&world));
        assert!(back.is_alive().await && !is_anyone_available(&world));

        ann.ask(NoteActivity {}).await.unwrap();
        hears(&mut v, true).await;
        hears(&mut late, true).await;
        for window in [&mut a, &mut back] {
            assert_eq!(window.signal_but_rows().await, AgentSignal::Idle { since: None });
        }
        // And from then on again.
        world.advance(limit::AGENT_IDLE);
        hears(&mut v, false).await;
    }

    async fn commands_new_pages_and_words_of_availability_are_deeds(world: World) {
        let ann = world.agent("Ann").await.available().await;
        let mut a = ann.socket().await;
        let visitor = world.visitor();
        let cnv = visitor.starts("Hello").await;
        let mut v = visitor.socket().await;
        hears(&mut v, true).await;

        world.advance(limit::AGENT_IDLE);
        hears(&mut v, false).await;
        a.send(&note(&cnv)).await;
        hears(&mut v, true).await;

        world.advance(limit::AGENT_IDLE);
        hears(&mut v, false).await;
        let mut opened = ann.line().await;
        opened.hello(&Agent::hello()).await;
        assert_eq!(opened.welcome().await.idle_since, None);
        hears(&mut v, true).await;

        world.advance(limit::AGENT_IDLE);
        hears(&mut v, false).await;
        ann.available().await;
        hears(&mut v, true).await;
    }

    async fn who_was_asleep_comes_back_idle(world: World) {
        let ann = world.agent("Ann").await.available().await;
        let a = ann.socket().await;
        let visitor = world.visitor();
        let mut v = visitor.socket().await;
        hears(&mut v, true).await;
        drop(a);
        gone(&world).await;
        world.advance(limit::AGENT_IDLE);
        hears(&mut v, false).await;
        let mut a = ann.line().await;
        a.hello(&returning(&world)).await;
        assert!(a.welcome().await.idle_since.is_some());
        assert!(!is_anyone_available(&world));
        // Not known at all, as after a start of the server: nobody is taken for idle unseen.
        world.restart(|_| {}).await;
        let mut a = ann.line().await;
        a.hello(&returning(&world)).await;
        assert_eq!(a.welcome().await.idle_since, None);
        assert!(is_anyone_available(&world));
    }

    async fn who_polls_is_idle_as_well(world: World) {
        let ann = world.agent("Ann").await.available().await;
        let visitor = world.visitor();
        let cnv = visitor.starts("Hello").await;
        let mut v = visitor.socket().await;
        let frames = ann.poll(Agent::hello(), Vec::new()).await.unwrap();
        assert_eq!(idle_since(&frames), None);
        hears(&mut v, true).await;
        world.advance(limit::AGENT_IDLE);
        let since = Some(world.server().now());
        let frames = ann.poll(returning(&world), Vec::new()).await.unwrap();
        assert_eq!(idle_since(&frames), since);
        hears(&mut v, false).await;

        ann.ask(NoteActivity {}).await.unwrap();
        hears(&mut v, true).await;
        world.advance(limit::AGENT_IDLE);
        ann.poll(returning(&world), Vec::new()).await.unwrap();
        hears(&mut v, false).await;
        let frames = ann.poll(returning(&world), vec![note(&cnv)]).await.unwrap();
        assert_eq!(idle_since(&frames), None);
        hears(&mut v, true).await;
    }
}
