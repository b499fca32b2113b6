//! The same frames, asked for again and again where sockets are blocked.
//!
//! Invariant: a poll is never held: it answers with what is there.

use super::hub::Arrival;
use super::session::{self, AgentParty, Followed, FrameOf, Party, refusal};
use crate::error::Result;
use crate::principal::{Agent, Anyone, Visitor};
use crate::server::Server;
use domain::api::{PollAsAgent, PollAsVisitor, Refusal};
use domain::limit;
use domain::live::{AgentFrame, ClientFrame, Hello, ServerFrame, VisitorFrame};

/// A visitor's window polls. Who it is, the first frame says.
pub async fn poll_as_visitor(
    server: &Server,
    who: &Anyone,
    request: PollAsVisitor,
) -> Result<Vec<VisitorFrame>> {
    let (hello, frames) = match begin(server, request.frames)? {
        Begun::Hello(hello, frames) => (hello, frames),
        Begun::Outdated => return Ok(vec![ServerFrame::Outdated]),
    };
    let claimed = hello.visitor.as_ref().ok_or(Refusal::Unauthorized)?;
    let visitor = Visitor::enter(server, claimed, who).await?;
    let mut answer = poll(server, &visitor, &hello, frames).await?;
    // Sockets are told by the hub; a poll is its own occasion. The beat stays the last word.
    let (reach, minutes) = session::reach(server, &visitor.profile, &visitor);
    let before_beat = answer.len().saturating_sub(1);
    answer.insert(before_beat, ServerFrame::Signal(reach.signal(minutes)));
    Ok(answer)
}

/// An agent's window polls. Who it is, the cookie says.
pub async fn poll_as_agent(
    server: &Server,
    who: &Agent,
    request: PollAsAgent,
) -> Result<Vec<AgentFrame>> {
    let (hello, frames) = match begin(server, request.frames)? {
        Begun::Hello(hello, frames) => (hello, frames),
        Begun::Outdated => return Ok(vec![ServerFrame::Outdated]),
    };
    let arrival = (Arrival::of(&hello), server.now());
    server
        .hub
        .polled(who.access(), who.agent.availability, arrival);
    server.refresh_presence();
    let party = AgentParty {
        access: who.access(),
        agent: who.clone(),
    };
    poll(server, &party, &hello, frames).await
}

enum Begun {
    Hello(Box<Hello>, Vec<ClientFrame>),
    Outdated,
}

fn begin(server: &Server, frames: Vec<ClientFrame>) -> Result<Begun> {
    if frames.len() > limit::FRAMES_PER_POLL_MAX {
        return Err(Refusal::TooLarge.into());
    }
    let mut frames = frames.into_iter();
    let Some(ClientFrame::Hello(hello)) = frames.next() else {
        return Err(Refusal::Malformed.into());
    };
    if hello.version != server.protocol_version() {
        return Ok(Begun::Outdated);
    }
    Ok(Begun::Hello(Box::new(hello), frames.collect()))
}

/// Does what the window wants first, then reads: the answer holds the entries of its own
/// commands. A message that begins a conversation is in no cursor yet, so it is sent by itself.
async fn poll<P: Party>(
    server: &Server,
    party: &P,
    hello: &Hello,
    frames: Vec<ClientFrame>,
) -> Result<Vec<FrameOf<P>>> {
    let mut followed = Followed::default();
    let mut answers = Vec::new();
    for frame in frames {
        match frame {
            ClientFrame::Command {
                client_id,
                conversation,
                command,
            } => {
                let handed_in = party
                    .command(server, client_id.clone(), conversation, command)
                    .await;
                let answer = session::answered::<P>(client_id, handed_in).await;
                answers.extend(answer);
            }
            frame => match session::other(server, party, frame, &mut followed).await {
                Ok(answer) => answers.extend(answer),
                Err(error) => answers.push(ServerFrame::Refused {
                    client_id: None,
                    refusal: refusal(error),
                }),
            },
        }
    }
    let mut all = session::hello(server, party, hello, &mut followed).await?;
    all.append(&mut answers);
    all.push(session::beat(server, party, &followed).await?);
    Ok(all)
}
