//! A window's line, as a browser holds it.
//!
//! Invariant: waiting for a frame is bounded; frames that a test does not ask for are passed over.

use super::{World, soon};
use axum::http::{HeaderValue, StatusCode};
use domain::api::Refusal;
use domain::conversation::Command;
use domain::id::{ClientId, ConversationId};
use domain::live::{AgentSignal, ClientFrame, ForAgent, Hello, ServerFrame, View};
use futures::{SinkExt, StreamExt};
use std::collections::VecDeque;
use std::marker::PhantomData;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

/// An open line on which one side's frames come.
pub(crate) struct Socket<V: View> {
    line: WebSocketStream<TcpStream>,
    /// Frames that have come and were not looked at.
    waiting: VecDeque<ServerFrame<V>>,
    /// Whether entries were asked for: then they are an answer, and stay together.
    has_asked: bool,
    sees: PhantomData<V>,
}

/// What comes along a line.
#[derive(Debug)]
pub(crate) enum Heard<V: View> {
    Frame(ServerFrame<V>),
    /// The line has ended, with this code if the server said one.
    Closed(Option<u16>),
}

/// How a line is asked for.
pub(crate) struct Upgrade<'a> {
    pub(crate) path: &'a str,
    pub(crate) cookie: Option<&'a str>,
    pub(crate) origin: Option<&'a str>,
    /// Bytes the client's kernel takes before anybody reads; `None` for the usual.
    pub(crate) receive_buffer: Option<u32>,
    /// What the browser likes to read.
    pub(crate) language: Option<&'a str>,
}

impl World {
    /// Opens a line, or says with which status it was refused.
    pub(crate) async fn upgrade<V: View>(
        &self,
        upgrade: Upgrade<'_>,
    ) -> Result<Socket<V>, StatusCode> {
        let address = self.address();
        let mut request = format!("ws://{address}{}", upgrade.path)
            .into_client_request()
            .unwrap();
        let headers = request.headers_mut();
        if let Some(cookie) = upgrade.cookie {
            headers.insert("cookie", HeaderValue::from_str(cookie).unwrap());
        }
        if let Some(origin) = upgrade.origin {
            headers.insert("origin", HeaderValue::from_str(origin).unwrap());
        }
        if let Some(language) = upgrade.language {
            headers.insert("accept-language", HeaderValue::from_str(language).unwrap());
        }
        let socket = TcpSocket::new_v4().unwrap();
        if let Some(bytes) = upgrade.receive_buffer {
            socket.set_recv_buffer_size(bytes).unwrap();
        }
        let stream = socket.connect(address).await.unwrap();
        match tokio_tungstenite::client_async(request, stream).await {
            Ok((line, _)) => Ok(Socket {
                line,
                waiting: VecDeque::new(),
                has_asked: false,
                sees: PhantomData,
            }),
            Err(Error::Http(response)) => Err(response.status()),
            Err(error) => panic!("{error}"),
        }
    }
}

impl<V: View> Socket<V> {
    pub(crate) async fn send(&mut self, frame: &ClientFrame) {
        self.has_asked |= match frame {
            ClientFrame::After(_) => true,
            ClientFrame::Hello(hello) => !hello.cursors.is_empty(),
            _ => false,
        };
        let text = serde_json::to_string(frame).unwrap();
        self.send_raw(Message::text(text)).await;
    }

    pub(crate) async fn send_raw(&mut self, message: Message) {
        soon("the line to take a frame", self.line.send(message))
            .await
            .unwrap();
    }

    pub(crate) async fn hello(&mut self, hello: &Hello) {
        self.send(&ClientFrame::Hello(hello.clone())).await;
    }

    pub(crate) async fn command(
        &mut self,
        client_id: &ClientId,
        conversation: &ConversationId,
        command: Command,
    ) {
        self.send(&ClientFrame::Command {
            client_id: client_id.clone(),
            conversation: conversation.clone(),
            command,
        })
        .await;
    }

    /// What comes next. New entries that come together are heard one by one, as windows do.
    pub(crate) async fn heard(&mut self) -> Heard<V> {
        loop {
            if let Some(frame) = self.waiting.pop_front() {
                return Heard::Frame(frame);
            }
            match self.told().await {
                Heard::Frame(ServerFrame::Entries { entries, .. }) if !self.has_asked => {
                    self.waiting
                        .extend(entries.into_iter().map(ServerFrame::Entry));
                }
                heard => return heard,
            }
        }
    }

    async fn told(&mut self) -> Heard<V> {
        soon("a frame", async {
            loop {
                match self.line.next().await {
                    Some(Ok(Message::Text(text))) => {
                        return Heard::Frame(serde_json::from_str(&text).unwrap());
                    }
                    Some(Ok(Message::Close(Some(close)))) => {
                        return Heard::Closed(Some(close.code.into()));
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    Some(Ok(_) | Err(_)) | None => return Heard::Closed(None),
                }
            }
        })
        .await
    }

    pub(crate) async fn frame(&mut self) -> ServerFrame<V> {
        match self.heard().await {
            Heard::Frame(frame) => frame,
            Heard::Closed(code) => panic!("the line was closed: {code:?}"),
        }
    }

    /// The first frame of which `find` makes something.
    pub(crate) async fn until<T>(
        &mut self,
        what: &str,
        mut find: impl FnMut(ServerFrame<V>) -> Option<T>,
    ) -> T {
        soon(what, async {
            loop {
                if let Some(found) = find(self.frame().await) {
                    return found;
                }
            }
        })
        .await
    }

    pub(crate) async fn welcome(&mut self) -> V::Welcome {
        self.until("a welcome", |frame| match frame {
            ServerFrame::Welcome(welcome) => Some(welcome),
            _ => None,
        })
        .await
    }

    /// The next entry.
    pub(crate) async fn entry(&mut self) -> V::Entry {
        self.until("an entry", |frame| match frame {
            ServerFrame::Entry(entry) => Some(entry),
            _ => None,
        })
        .await
    }

    /// The next refusal, and of what.
    pub(crate) async fn refused(&mut self) -> (Option<ClientId>, Refusal) {
        self.until("a refusal", |frame| match frame {
            ServerFrame::Refused { client_id, refusal } => Some((client_id, refusal)),
            _ => None,
        })
        .await
    }

    /// The next signal.
    pub(crate) async fn signal(&mut self) -> V::Signal {
        self.until("a signal", |frame| match frame {
            ServerFrame::Signal(signal) => Some(signal),
            _ => None,
        })
        .await
    }

    /// Everything that still comes before the line ends, and the code it ends with.
    pub(crate) async fn rest(&mut self) -> (Vec<ServerFrame<V>>, Option<u16>) {
        let mut frames = Vec::new();
        loop {
            match self.heard().await {
                Heard::Frame(frame) => frames.push(frame),
                Heard::Closed(code) => return (frames, code),
            }
        }
    }

    /// Whether the other end still answers.
    pub(crate) async fn is_alive(&mut self) -> bool {
        self.send(&ClientFrame::Ping).await;
        loop {
            match self.heard().await {
                Heard::Frame(ServerFrame::Pong) => return true,
                Heard::Frame(_) => {}
                Heard::Closed(_) => return false,
            }
        }
    }
}

impl Socket<ForAgent> {
    /// The next signal that is neither a row nor a note that settings were saved.
    pub(crate) async fn signal_but_rows(&mut self) -> AgentSignal {
        self.until("a signal", |frame| match frame {
            ServerFrame::Signal(AgentSignal::Row(_) | AgentSignal::Settings) => None,
            ServerFrame::Signal(signal) => Some(signal),
            _ => None,
        })
        .await
    }
}
