//! One WebSocket: reads frames, sends what the hub tells, keeps the line alive.
//!
//! Invariant: reading never waits for the disk beyond a named number of commands, and a reader
//! that does not keep up is cut off, never waited for.

use super::hub::{Arrival, ConnectionId, Telling, text};
use super::session::{self, AgentParty, Followed, FrameOf, Party, refusal};
use crate::address::ClientAddress;
use crate::error::Result;
use crate::origin;
use crate::principal::{Agent, Anyone, Visitor};
use crate::rates::Single;
use crate::server::Server;
use crate::sessions::{self, TOUCH_EVERY};
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::api::{Field, Refusal};
use domain::id::{AgentId, ClientId, SessionId};
use domain::limit;
use domain::live::{ClientFrame, Hello, ServerFrame, View};
use domain::text::MessageText;
use domain::time::{Span, Timestamp};
use futures::stream::SplitSink;
use futures::{SinkExt, StreamExt};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};

/// Commands of one window that may be on their way to the disk at the same time.
const COMMANDS_AT_ONCE: usize = 16;
/// A frame above the limit is refused with a reason; one above this ends the line unread.
const CUT_OFF_BYTES: usize = limit::FRAME_BYTES_MAX * 2;
/// How often a sending that is stuck looks whether it is still wanted.
const LOOK_UP_EVERY: Duration = Duration::from_secs(1);

/// RFC 6455, section 7.4.1, and the registry it founds.
mod close {
    pub(super) const GOING_AWAY: u16 = 1001;
    pub(super) const POLICY: u16 = 1008;
    pub(super) const TRY_AGAIN: u16 = 1013;
}

/// How the loop of a socket ends.
enum End {
    /// The other side is gone, or silent for too long.
    Gone,
    /// We close, with this code.
    Close(u16),
}

/// A visitor's window. Who it is, the first frame says.
pub async fn visitor_socket(
    State(server): State<Server>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response> {
    origin::require_own(&server, &headers)?;
    server.rates.request(address)?;
    let from = Anyone::new(address, &headers);
    Ok(prepared(upgrade).on_upgrade(move |socket| visitor(server, socket, from)))
}

/// An agent's window. Who it is, the cookie says.
pub async fn agent_socket(
    State(server): State<Server>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response> {
    origin::require_own(&server, &headers)?;
    server.rates.request(address)?;
    let agent = Agent::enter(&server, &headers).await?;
    Ok(prepared(upgrade).on_upgrade(move |socket| agent_loop(server, socket, agent, headers)))
}

/// Axum's own buffers cost 137 KB for an idle socket; these cost 6.
fn prepared(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade
        .read_buffer_size(4096)
        .write_buffer_size(0)
        .max_message_size(CUT_OFF_BYTES)
        .max_frame_size(CUT_OFF_BYTES)
}

async fn visitor(server: Server, mut socket: WebSocket, from: Anyone) {
    let guard = server.tasks.token();
    let entered = async {
        let hello = first_frame(&server, &mut socket).await?;
        let claimed = hello.visitor.as_ref().ok_or(Refusal::Unauthorized)?;
        let visitor = Visitor::enter(&server, claimed, &from).await?;
        let too_many = Refusal::TooMany {
            retry_after_ms: 30_000,
        };
        let added = server.hub.add_visitor(&visitor).ok_or(too_many)?;
        // A session that ends from here on, the hub ends with it; one that has ended since it was
        // read is found out now.
        let is_ended = visitor.staff.is_some()
            && Visitor::enter(&server, claimed, &from)
                .await?
                .staff
                .is_none();
        if is_ended {
            server.hub.remove(added.0, server.now());
            return Err(Refusal::Unauthorized.into());
        }
        Ok((hello, visitor, added))
    };
    match entered.await {
        Ok((hello, visitor, (id, telling))) => {
            Line::new(&server, visitor, id)
                .run(socket, telling, &hello)
                .await;
            server.hub.remove(id, server.now());
        }
        Err(error) => refuse::<Visitor>(&mut socket, error).await,
    }
    drop(guard);
}

async fn agent_loop(server: Server, mut socket: WebSocket, agent: Agent, headers: HeaderMap) {
    let guard = server.tasks.token();
    let entered = async {
        let hello = first_frame(&server, &mut socket).await?;
        let (availability, session) = (agent.agent.availability, agent.session.clone());
        let arrival = (Arrival::of(&hello), server.now());
        let (id, telling) = server
            .hub
            .add_agent(agent.access(), availability, session, arrival);
        // The hello may come seconds after the upgrade. What changes from here on, the hub
        // tells; what has changed since the upgrade, even to nobody, is found out now.
        match Agent::enter(&server, &headers).await {
            Ok(agent) => {
                server.hub.set_access(&agent.agent);
                Ok((hello, agent, id, telling))
            }
            Err(error) => {
                server.hub.remove(id, Timestamp::default());
                Err(error)
            }
        }
    };
    match entered.await {
        Ok((hello, agent, id, telling)) => {
            server.refresh_presence();
            let party = AgentParty {
                access: agent.access(),
                agent,
            };
            Line::new(&server, party, id)
                .run(socket, telling, &hello)
                .await;
            server.hub.remove(id, server.now());
        }
        Err(error) => refuse::<AgentParty>(&mut socket, error).await,
    }
    drop(guard);
}

/// The `Hello` that is due at once. A page of another version hears `Outdated` instead.
async fn first_frame(server: &Server, socket: &mut WebSocket) -> Result<Hello> {
    let due = Duration::from_millis(limit::HELLO_DUE.ms());
    let message = tokio::time::timeout(due, socket.recv()).await;
    let Ok(Some(Ok(Message::Text(text)))) = message else {
        return Err(Refusal::Malformed.into());
    };
    let Ok(ClientFrame::Hello(hello)) = serde_json::from_str(&text) else {
        return Err(Refusal::Malformed.into());
    };
    if hello.version == server.protocol_version() {
        Ok(hello)
    } else {
        Err(Refusal::Outdated.into())
    }
}

async fn refuse<P: Party>(socket: &mut WebSocket, error: crate::error::Error) {
    let frame: FrameOf<P> = match refusal(error) {
        Refusal::Outdated => ServerFrame::Outdated,
        refusal => ServerFrame::Refused {
            client_id: None,
            refusal,
        },
    };
    if let Some(text) = text(&frame) {
        let _ = socket.send(Message::Text(text)).await;
    }
    let _ = socket.send(closing(close::POLICY)).await;
}

fn closing(code: u16) -> Message {
    Message::Close(Some(CloseFrame {
        code,
        reason: Utf8Bytes::default(),
    }))
}

/// One window's line.
struct Line<P: Party> {
    server: Server,
    party: P,
    id: ConnectionId,
    followed: Followed,
    /// When its session was last known to be used.
    used_at: Timestamp,
    frames: Single,
    commands: Arc<Semaphore>,
    /// Answers that only this window hears; bounded like the hub's queue.
    own: mpsc::Sender<FrameOf<P>>,
    answers: mpsc::Receiver<FrameOf<P>>,
}

impl<P: Party + Follows> Line<P> {
    fn new(server: &Server, party: P, id: ConnectionId) -> Self {
        let (own, answers) = mpsc::channel(limit::CONNECTION_QUEUE_MAX);
        Self {
            frames: server.rates.frames(),
            server: server.clone(),
            party,
            id,
            followed: Followed::default(),
            used_at: server.now(),
            commands: Arc::new(Semaphore::new(COMMANDS_AT_ONCE)),
            own,
            answers,
        }
    }

    /// The window has given a sign of life, and a session that is used goes on.
    fn used(&mut self) {
        let now = self.server.now();
        let Some((session, agent)) = self.party.session() else {
            return;
        };
        if now.since(self.used_at) > TOUCH_EVERY {
            self.used_at = now;
            let (session, agent) = (session.clone(), agent.clone());
            let server = self.server.clone();
            // Aside, because reading does not wait for the disk.
            self.server
                .spawn(async move { sessions::used(&server, &session, &agent).await });
        }
    }

    /// Runs until one side ends it. The hub already knows this connection, so whatever is
    /// committed while the snapshot is read comes afterwards and is recognised by its number.
    async fn run(mut self, socket: WebSocket, mut telling: mpsc::Receiver<Telling>, hello: &Hello) {
        let (mut out, mut input) = socket.split();
        let first = session::hello(&self.server, &self.party, hello, &mut self.followed).await;
        let first = match first {
            Ok(frames) => frames,
            Err(error) => {
                vec![ServerFrame::Refused {
                    client_id: None,
                    refusal: refusal(error),
                }]
            }
        };
        for frame in &first {
            let Some(text) = text(frame) else { continue };
            if !is_sent(&mut out, Message::Text(text), &telling).await {
                return;
            }
        }
        let mut beat = tokio::time::interval(std_duration(limit::BEAT_EVERY));
        beat.reset();
        let mut heard_at = tokio::time::Instant::now();
        let stop = self.server.stop.clone();
        let end = loop {
            let message = tokio::select! {
                () = stop.cancelled() => break End::Close(close::GOING_AWAY),
                told = telling.recv() => match told {
                    Some(Telling::Frame(text)) => Some(Message::Text(text)),
                    Some(Telling::Anew) => self.welcome_anew(hello).await,
                    Some(Telling::Last(text)) => {
                        is_sent(&mut out, Message::Text(text), &telling).await;
                        break End::Close(close::POLICY);
                    }
                    // The hub gave up on us: we did not read fast enough.
                    None => break End::Close(close::TRY_AGAIN),
                },
                Some(frame) = self.answers.recv() => text(&frame).map(Message::Text),
                _ = beat.tick() => {
                    if heard_at.elapsed() > std_duration(limit::READ_SILENCE_MAX) {
                        break End::Gone;
                    }
                    let ping = Message::Ping(axum::body::Bytes::new());
                    if !is_sent(&mut out, ping, &telling).await {
                        break End::Gone;
                    }
                    session::beat(&self.server, &self.party, &self.followed).await.ok()
                        .and_then(|frame| text(&frame)).map(Message::Text)
                }
                received = input.next() => {
                    heard_at = tokio::time::Instant::now();
                    self.used();
                    match received {
                        Some(Ok(Message::Text(text))) => match self.receive(&text).await {
                            Ok(()) => None,
                            Err(end) => break end,
                        },
                        Some(Ok(Message::Ping(_) | Message::Pong(_))) => None,
                        Some(Ok(Message::Binary(_))) => break End::Close(close::POLICY),
                        Some(Ok(Message::Close(_)) | Err(_)) | None => break End::Gone,
                    }
                }
            };
            let Some(message) = message else { continue };
            if !is_sent(&mut out, message, &telling).await {
                break End::Gone;
            }
        };
        if let End::Close(code) = end {
            is_sent(&mut out, closing(code), &telling).await;
        }
    }

    /// What somebody who has begun nothing is welcomed with now.
    async fn welcome_anew(&mut self, hello: &Hello) -> Option<Message> {
        if !self.followed.is_empty() {
            return None;
        }
        match self.party.welcome(&self.server, hello).await {
            // It was begun in another window.
            Ok((_, Some(conversation))) => {
                self.followed.add(&conversation);
                None
            }
            Ok((welcome, None)) => {
                let frame: ServerFrame<P::Sees> = ServerFrame::Welcome(welcome);
                text(&frame).map(Message::Text)
            }
            Err(error) => {
                tracing::warn!(?error, "an open window keeps what it was welcomed with");
                None
            }
        }
    }

    /// One frame of the window. An error ends the line.
    async fn receive(&mut self, text: &str) -> std::result::Result<(), End> {
        if let Err(refusal) = self.server.rates.frame(&self.frames) {
            // The frame is not lost: its sender keeps it and hears when to try again.
            let client_id = match serde_json::from_str(text) {
                Ok(ClientFrame::Command { client_id, .. }) => Some(client_id),
                _ => None,
            };
            return self.answer(ServerFrame::Refused { client_id, refusal });
        }
        if text.len() > limit::FRAME_BYTES_MAX {
            return self.answer(ServerFrame::Refused {
                client_id: None,
                refusal: Refusal::TooLarge,
            });
        }
        let frame: ClientFrame = match serde_json::from_str(text) {
            Ok(frame) => frame,
            Err(_) => return self.answer(malformed(text)),
        };
        if !self.party.follow_access(&self.server, self.id) {
            // The hub has ended this line; the reason comes to its reader by the other arm.
            return Ok(());
        }
        match frame {
            ClientFrame::Command {
                client_id,
                conversation,
                command,
            } => {
                self.followed.add(&conversation);
                let Ok(permit) = Arc::clone(&self.commands).acquire_owned().await else {
                    return Err(End::Gone);
                };
                // Handed in here, in the order of the frames; only the waiting is put aside.
                let handed_in =
                    self.party
                        .command(&self.server, client_id.clone(), conversation, command);
                let handed_in = handed_in.await;
                let own = self.own.clone();
                self.server.spawn(async move {
                    let answer = session::answered::<P>(client_id, handed_in).await;
                    if let Some(frame) = answer {
                        // A full queue: the window repeats the command and hears it then.
                        let _ = own.try_send(frame);
                    }
                    drop(permit);
                });
                Ok(())
            }
            frame => {
                let answer =
                    session::other(&self.server, &self.party, frame, &mut self.followed).await;
                match answer {
                    Ok(Some(frame)) => self.answer(frame),
                    Ok(None) => Ok(()),
                    Err(error) => {
                        let refusal = refusal(error);
                        self.answer(ServerFrame::Refused {
                            client_id: None,
                            refusal,
                        })
                    }
                }
            }
        }
    }

    fn answer(&self, frame: FrameOf<P>) -> std::result::Result<(), End> {
        self.own
            .try_send(frame)
            .or(Err(End::Close(close::TRY_AGAIN)))
    }
}

/// What is wrong with a text that is no frame. A command whose words are refused is refused
/// under its name, so that its sender can say why.
fn malformed<V: View>(text: &str) -> ServerFrame<V> {
    let value: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let command = value.get("command");
    let name = command.and_then(|command| command.get("client_id")?.as_str());
    let words = command
        .and_then(|command| command.get("command")?.as_object()?.values().next())
        .and_then(|command| command.get("text")?.as_str());
    ServerFrame::Refused {
        client_id: name.and_then(|name| ClientId::parse(name).ok()),
        refusal: match words.map(MessageText::parse) {
            Some(Err(reason)) => Refusal::Invalid {
                field: Field::Text,
                reason,
            },
            Some(Ok(_)) | None => Refusal::Malformed,
        },
    }
}

/// Sends one message. A reader that does not take it within the time after which clients take a
/// line for dead is gone, and so is one that takes nothing while the hub has given up on it.
async fn is_sent(
    out: &mut SplitSink<WebSocket, Message>,
    message: Message,
    telling: &mpsc::Receiver<Telling>,
) -> bool {
    let mut sending = out.send(message);
    for _ in 0..limit::SILENCE_MAX.seconds() {
        match tokio::time::timeout(LOOK_UP_EVERY, &mut sending).await {
            Ok(sent) => return sent.is_ok(),
            Err(_) if telling.is_closed() => return false,
            Err(_) => {}
        }
    }
    false
}

fn std_duration(span: Span) -> Duration {
    Duration::from_millis(span.ms())
}

/// What a long-lived party may hear can change while it is connected.
pub(super) trait Follows {
    /// Takes over what the hub knows of this connection now; whether it knows it at all.
    fn follow_access(&mut self, server: &Server, id: ConnectionId) -> bool;

    /// The session it stands on, and whose it is: a visitor's token does not end.
    fn session(&self) -> Option<(&SessionId, &AgentId)>;
}

impl Follows for Visitor {
    fn follow_access(&mut self, server: &Server, id: ConnectionId) -> bool {
        // A visitor's token does not end, the session of an agent does.
        self.staff.is_none() || server.hub.holds_visitor(id)
    }

    fn session(&self) -> Option<(&SessionId, &AgentId)> {
        let staff = self.staff.as_ref()?;
        Some((&staff.session, &staff.agent.id))
    }
}

impl Follows for AgentParty {
    fn follow_access(&mut self, server: &Server, id: ConnectionId) -> bool {
        let access = server.hub.access(id);
        let is_known = access.is_some();
        if let Some(access) = access {
            self.access = access;
        }
        is_known
    }

    fn session(&self) -> Option<(&SessionId, &AgentId)> {
        Some((&self.agent.session, &self.access.agent))
    }
}
