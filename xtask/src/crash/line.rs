//! A WebSocket to the server, with the frames written by hand: the crash loop shares no code
//! with what it judges.
//!
//! Invariant: whatever goes wrong with a line is "gone"; its owner makes a new one.

use serde_json::{Value, json};
use std::{
    io::ErrorKind,
    net::{SocketAddr, TcpStream},
    time::Duration,
};
use tungstenite::{Error, Message, WebSocket, client::IntoClientRequest, http::HeaderValue};

/// The protocol's number, as `docs` and pages have it.
const VERSION: u32 = 6;

/// The line is of no use any more.
#[derive(Debug)]
pub struct Gone;

/// Where, and as whom.
#[derive(Clone)]
pub struct Door {
    pub address: SocketAddr,
    pub origin: String,
    pub who: Party,
}

/// Who speaks on a line.
#[derive(Clone)]
pub enum Party {
    /// With the first frame's `visitor`.
    Visitor {
        token: String,
        profile: String,
        key: String,
    },
    /// With this cookie.
    Agent { cookie: String },
}

/// An open line whose `Hello` was answered.
pub struct Line {
    socket: WebSocket<TcpStream>,
    pub epoch: String,
}

impl Line {
    /// Opens one; `cursors` are (conversation, last number held).
    pub fn open(door: &Door, epoch: Option<&str>, cursors: &[(String, u64)]) -> Result<Self, Gone> {
        let stream = TcpStream::connect_timeout(&door.address, Duration::from_millis(300));
        let stream = stream.or(Err(Gone))?;
        stream.set_nodelay(true).or(Err(Gone))?;
        // Longer than the server ever takes for the first answers, shorter than our patience.
        stream
            .set_read_timeout(Some(Duration::from_secs(5)))
            .or(Err(Gone))?;
        stream
            .set_write_timeout(Some(Duration::from_secs(5)))
            .or(Err(Gone))?;

        let (socket, _) = tungstenite::client(request(door)?, stream).or(Err(Gone))?;
        let mut line = Self {
            socket,
            epoch: String::new(),
        };
        line.send(&hello(door, epoch, cursors))?;
        let welcome = line.receive(Duration::from_secs(5))?.ok_or(Gone)?;
        let epoch = welcome.pointer("/welcome/epoch").and_then(Value::as_str);
        epoch.ok_or(Gone)?.clone_into(&mut line.epoch);
        Ok(line)
    }

    pub fn send(&mut self, frame: &Value) -> Result<(), Gone> {
        self.socket
            .send(Message::text(frame.to_string()))
            .or(Err(Gone))
    }

    /// The next frame, if one comes within this time.
    pub fn receive(&mut self, within: Duration) -> Result<Option<Value>, Gone> {
        self.socket
            .get_ref()
            .set_read_timeout(Some(within))
            .or(Err(Gone))?;
        match self.socket.read() {
            Ok(Message::Text(text)) => serde_json::from_str(&text).map(Some).or(Err(Gone)),
            Ok(Message::Close(_) | Message::Binary(_)) => Err(Gone),
            Ok(_) => Ok(None),
            Err(Error::Io(failure))
                if matches!(failure.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
            {
                Ok(None)
            }
            Err(_) => Err(Gone),
        }
    }
}

fn request(door: &Door) -> Result<tungstenite::handshake::client::Request, Gone> {
    let (path, cookie) = match &door.who {
        Party::Visitor { .. } => ("visitor", None),
        Party::Agent { cookie } => ("agent", Some(cookie)),
    };
    let url = format!("ws://{}/api/live/{path}", door.address);
    let mut request = url.into_client_request().or(Err(Gone))?;
    let headers = request.headers_mut();
    headers.insert("origin", HeaderValue::from_str(&door.origin).or(Err(Gone))?);
    if let Some(cookie) = cookie {
        headers.insert("cookie", HeaderValue::from_str(cookie).or(Err(Gone))?);
    }
    Ok(request)
}

fn hello(door: &Door, epoch: Option<&str>, cursors: &[(String, u64)]) -> Value {
    let visitor = match &door.who {
        Party::Visitor {
            token,
            profile,
            key,
        } => {
            json!({ "token": token, "profile": profile, "key": key, "conversation": null })
        }
        Party::Agent { .. } => Value::Null,
    };
    let cursors: Vec<Value> = cursors
        .iter()
        .map(|(id, after)| cursor(id, *after))
        .collect();
    json!({ "hello": {
        "version": VERSION, "epoch": epoch, "visitor": visitor, "filter": "active",
        "cursors": cursors,
    } })
}

/// The frame that asks for everything after a number.
pub fn after(conversation: &str, seq: u64) -> Value {
    json!({ "after": cursor(conversation, seq) })
}

fn cursor(conversation: &str, after: u64) -> Value {
    json!({ "conversation": conversation, "after": after })
}

/// The frame of a command.
pub fn command(client_id: &str, conversation: &str, command: &Value) -> Value {
    json!({ "command": {
        "client_id": client_id, "conversation": conversation, "command": command,
    } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_that_of_the_pages() {
        let source = include_str!("../../../domain/src/live/mod.rs");
        assert!(source.contains(&format!("pub const VERSION: u32 = {VERSION};")));
    }
}
