//! The program itself, as an operator runs it: how it starts, how it ends, what it logs.
//!
//! Invariant: what the program has acknowledged before it was asked to end is in the database.

use crate::world::{Ground, Kind, PASSWORD, client_id, conversation_id, runtime, soon, text};
use domain::conversation::{Command, EntryBody};
use domain::id::{ClientId, ConversationId, Seq, VisitorToken};
use domain::live::{ClientFrame, Hello, ServerFrame, VERSION, VisitorFrame, VisitorHello};
use domain::settings::ChatProfile;
use futures::{SinkExt, StreamExt};
use server::clock::entropy;
use server::conversations::store::{self, Reader};
use std::collections::BTreeSet;
use std::net::TcpListener;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command as Program};
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// The running program and everything it has written to standard error.
struct Running {
    child: Child,
    address: String,
    log: Arc<Mutex<String>>,
    reading: JoinHandle<()>,
}

fn program(arguments: &[&str]) -> Program {
    let mut program = Program::new(env!("CARGO_BIN_EXE_aureole"));
    program
        .args(arguments)
        .env_clear()
        .env("RUST_LOG", "debug")
        .env("NO_COLOR", "1")
        .kill_on_drop(true)
        .stderr(Stdio::piped());
    program
}

async fn serve(url: &str) -> Running {
    let mut child = program(&["serve", "--listen", "127.0.0.1:0", "--database-url", url])
        .env("AUREOLE_ADMIN_EMAIL", "admin@example.com")
        .env("AUREOLE_ADMIN_PASSWORD", PASSWORD)
        .env("AUREOLE_LOG_JSON", "true")
        .spawn()
        .unwrap();
    let log = Arc::new(Mutex::new(String::new()));
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut address = None;
    while address.is_none() {
        let line = soon("the address", lines.next_line()).await.unwrap();
        let line = line.expect("it has ended instead");
        address = line
            .split_once("\"url\":\"http://")
            .and_then(|(_, rest)| rest.split_once('"'))
            .map(|(address, _)| address.to_owned());
        log.lock().unwrap().push_str(&line);
    }
    let kept = Arc::clone(&log);
    let reading = tokio::task::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            kept.lock().unwrap().push_str(&line);
        }
    });
    Running {
        child,
        address: address.unwrap(),
        log,
        reading,
    }
}

impl Running {
    /// Asks it to end, as a service manager does.
    async fn terminate(&self) {
        let id = self.child.id().unwrap().to_string();
        let sent = Program::new("kill").args(["-TERM", &id]).status().await;
        assert!(sent.unwrap().success());
    }

    /// Waits for its end; everything it has said.
    async fn ended(mut self) -> String {
        let status = soon("the end", self.child.wait()).await.unwrap();
        assert_eq!(status.code(), Some(0));
        soon("the log", self.reading).await.unwrap();
        self.log.lock().unwrap().clone()
    }

    /// One request over the network.
    async fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        let address = &self.address;
        let request = request.replace("HOST", &format!("Host: {address}\r\nConnection: close"));
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        soon("an answer", stream.read_to_string(&mut answer))
            .await
            .unwrap();
        answer
    }

    async fn socket(&self) -> WebSocketStream<TcpStream> {
        let url = format!("ws://{}/api/live/visitor", self.address);
        let stream = TcpStream::connect(&self.address).await.unwrap();
        let request = url.into_client_request().unwrap();
        tokio_tungstenite::client_async(request, stream)
            .await
            .unwrap()
            .0
    }
}

fn frame(frame: &ClientFrame) -> Message {
    Message::text(serde_json::to_string(frame).unwrap())
}

/// Writes until the line ends; the names of what was acknowledged.
async fn writes(
    mut line: WebSocketStream<TcpStream>,
    profile: ChatProfile,
    token: VisitorToken,
    conversation: ConversationId,
    heard_some: Arc<tokio::sync::Semaphore>,
) -> BTreeSet<ClientId> {
    let visitor = VisitorHello {
        token,
        profile: profile.id,
        key: profile.key,
        conversation: None,
        page: domain::people::Page::default(),
        step: None,
    };
    let hello = Hello {
        version: VERSION,
        visitor: Some(visitor),
        ..Hello::default()
    };
    line.send(frame(&ClientFrame::Hello(hello))).await.unwrap();
    let mut acknowledged = BTreeSet::new();
    for n in 0.. {
        let words = text(&format!("canary message {n}"));
        let command = match n {
            0 => Command::Start {
                page: domain::people::Page::default(),
                text: words,
                id_token: None,
            },
            _ => Command::Send { text: words },
        };
        let own = client_id();
        let command = frame(&ClientFrame::Command {
            client_id: own.clone(),
            conversation: conversation.clone(),
            command,
        });
        if line.send(command).await.is_err() {
            break;
        }
        let done = loop {
            match line.next().await {
                Some(Ok(Message::Text(text))) => match serde_json::from_str(&text).unwrap() {
                    VisitorFrame::Entry(entry) if entry.client_id == Some(own.clone()) => {
                        break true;
                    }
                    ServerFrame::Refused { refusal, .. } => panic!("{refusal}"),
                    _ => {}
                },
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => break false,
            }
        };
        if !done {
            break;
        }
        acknowledged.insert(own);
        heard_some.add_permits(1);
    }
    acknowledged
}

/// Is it ready, and may the admin in? The cookie.
async fn signs_in(program: &Running) -> String {
    let answer = program.ask("GET /ready HTTP/1.1\r\nHOST\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let body = format!("{{\"email\":\"admin@example.com\",\"password\":\"{PASSWORD}\"}}");
    let length = body.len();
    let request = format!(
        "POST /api/call/sign_in HTTP/1.1\r\nHOST\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let answer = program.ask(&request).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let cookie = answer
        .split_once("aureole=")
        .unwrap()
        .1
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let wrong = request.replace(PASSWORD, "a wrong password 1234");
    program.ask(&wrong).await;
    cookie
}

async fn ends_in_order(kind: Kind) {
    let Some(ground) = Ground::new(kind).await else {
        return;
    };
    let program = serve(&ground.url()).await;
    let cookie = signs_in(&program).await;
    let profile = profile_of(&program, &cookie).await;
    let heard_some = Arc::new(tokio::sync::Semaphore::new(0));
    let mut senders = Vec::new();
    for _ in 0..4 {
        let (token, conversation) = (VisitorToken::new(entropy().unwrap()), conversation_id());
        let writing = writes(
            program.socket().await,
            profile.clone(),
            token.clone(),
            conversation.clone(),
            Arc::clone(&heard_some),
        );
        senders.push((token, conversation, tokio::task::spawn(writing)));
    }
    // Half a request must not hold up the end.
    let mut half = TcpStream::connect(&program.address).await.unwrap();
    if kind == Kind::Sqlite {
        // Once is enough: it takes as long as doors may take to close.
        half.write_all(b"GET /health HT").await.unwrap();
    }
    drop(soon("messages", heard_some.acquire_many(60)).await.unwrap());
    program.terminate().await;

    let mut acknowledged = Vec::new();
    let mut secrets = vec![
        PASSWORD.to_owned(),
        cookie,
        "canary".to_owned(),
        "a wrong password".to_owned(),
    ];
    for (token, conversation, writing) in senders {
        acknowledged.push((conversation, soon("the line's end", writing).await.unwrap()));
        secrets.push(token.secret().to_owned());
    }
    let log = program.ended().await;
    assert!(
        log.contains("stopped: everything accepted is on the disk"),
        "{log}"
    );
    for secret in secrets {
        assert!(!log.contains(&secret), "the log holds {secret}");
    }
    holds(&ground.url(), acknowledged).await;
    ground.remove().await;
    drop(half);
}

/// Everything acknowledged is in the database, and nothing twice.
async fn holds(url: &str, acknowledged: Vec<(ConversationId, BTreeSet<ClientId>)>) {
    let (db, _lock) = server::db::open(url).await.unwrap();
    for (conversation, acknowledged) in acknowledged {
        let entries = store::after(&db, &conversation, Seq::NONE, Reader::Agent, 1_000_000)
            .await
            .unwrap();
        let stored: Vec<_> = entries
            .into_iter()
            .filter(|entry| matches!(entry.body, EntryBody::Message { .. }))
            .filter_map(|entry| entry.client_id)
            .collect();
        let once: BTreeSet<_> = stored.iter().cloned().collect();
        assert_eq!(stored.len(), once.len(), "each once");
        assert!(acknowledged.is_subset(&once), "all of them");
        assert!(
            once.len() - acknowledged.len() <= 1,
            "at most the last is unheard of"
        );
    }
    db.close().await;
}

async fn profile_of(program: &Running, cookie: &str) -> ChatProfile {
    let ask = async |name: &str, body: &str| {
        let request = format!(
            "POST /api/call/{name} HTTP/1.1\r\nHOST\r\nOrigin: http://{}\r\n\
             Cookie: aureole={cookie}\r\nContent-Length: {}\r\n\r\n{body}",
            program.address,
            body.len()
        );
        let answer = program.ask(&request).await;
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    };
    let rows = ask("list_profiles", "{}").await;
    let rows: Vec<domain::api::ProfileRow> = serde_json::from_str(&rows).expect(&rows);
    let question = serde_json::json!({ "profile": rows[0].id });
    let page = ask("read_profile", &question.to_string()).await;
    let page: domain::api::ProfilePage = serde_json::from_str(&page).expect(&page);
    page.profile
}

mod it_ends_in_order_and_says_nothing_it_should_not {
    use super::*;

    #[test]
    fn sqlite() {
        runtime().block_on(ends_in_order(Kind::Sqlite));
    }

    #[test]
    fn postgres() {
        runtime().block_on(ends_in_order(Kind::Postgres));
    }
}

/// What it says instead of starting.
async fn failure(arguments: &[&str]) -> String {
    let output = program(arguments).env("RUST_LOG", "warn").output();
    let output = soon("it to give up", output).await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn what_keeps_it_from_starting_is_one_sentence() {
    runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let busy = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = busy.local_addr().unwrap().to_string();
        let url = format!("sqlite:{}", folder.path().join("a.db").display());
        let said = failure(&["serve", "--listen", &address, "--database-url", &url]).await;
        assert!(
            said.starts_with(&format!("aureole: {address} is in use already.")),
            "{said}"
        );
        assert_eq!(said.trim_end().lines().count(), 1, "{said}");
        let free = "127.0.0.1:0";
        let nowhere = "sqlite:/proc/nothing/a.db";
        let said = failure(&["serve", "--listen", free, "--database-url", nowhere]).await;
        assert!(
            said.starts_with("aureole: Cannot write to /proc/nothing"),
            "{said}"
        );
        assert_eq!(said.trim_end().lines().count(), 1, "{said}");
        let other = "mysql://localhost/x";
        let said = failure(&["serve", "--listen", free, "--database-url", other]).await;
        assert!(
            said.starts_with("aureole: DATABASE_URL must begin with"),
            "{said}"
        );
    });
}

#[test]
fn a_password_is_set_while_the_program_is_stopped() {
    runtime().block_on(async {
        let ground = Ground::new(Kind::Sqlite).await.unwrap();
        let running = serve(&ground.url()).await;
        let set = async |email: &str| {
            let mut child = program(&["set-password", email, "--database-url", &ground.url()])
                .env("RUST_LOG", "warn")
                .stdin(Stdio::piped())
                .spawn()
                .unwrap();
            let mut input = child.stdin.take().unwrap();
            input.write_all(b"a brand new password\n").await.unwrap();
            drop(input);
            let output = soon("it to end", child.wait_with_output()).await.unwrap();
            (
                output.status.code(),
                String::from_utf8(output.stderr).unwrap(),
            )
        };
        let (code, said) = set("admin@example.com").await;
        assert_eq!(code, Some(1));
        assert!(said.contains("Another aureole is using"), "{said}");
        running.terminate().await;
        running.ended().await;
        let (code, said) = set("nobody@example.com").await;
        assert!(
            code == Some(1) && said.contains("no agent with the address"),
            "{said}"
        );
        let (code, said) = set("Admin@example.com").await;
        assert!(code == Some(0) && !said.contains("brand new"), "{said}");
    });
}
