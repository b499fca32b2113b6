//! The people of a world: agents with a session, visitors with a token.
//!
//! Invariant: what they do, they do through the doors; only their beginning is written straight
//! to the database, because hashing fifty passwords is no part of most tests.

use super::{Socket, Upgrade, World};
use domain::api::{
    Endpoint, ListProfiles, PollAsAgent, PollAsVisitor, ProfilePage, ReadProfile, Refusal,
    SetAvailability,
};
use domain::conversation::{Command, Filter};
use domain::id::{AgentId, ClientId, ConversationId, SessionId, TeamId, VisitorToken};
use domain::live::{
    AgentFrame, ClientFrame, ForAgent, ForVisitor, Hello, ServerFrame, VERSION, VisitorFrame,
    VisitorHello,
};
use domain::people::{Agent as Person, Availability, Face, Page, Role};
use domain::text::{DisplayName, EmailAddress, MessageText, Password};
use domain::time::Timestamp;
use server::agents::{self, Hasher};
use server::clock::entropy;
use server::{principal, sessions};
use tokio::sync::OnceCell;

/// Everybody's.
pub(crate) const PASSWORD: &str = "correct horse battery";

static HASH: OnceCell<String> = OnceCell::const_new();

/// A new name for a command.
pub(crate) fn client_id() -> ClientId {
    ClientId::new(Timestamp::from_ms(1), entropy().unwrap())
}

/// A new conversation's name.
pub(crate) fn conversation_id() -> ConversationId {
    ConversationId::new(Timestamp::from_ms(1), entropy().unwrap())
}

/// A message.
pub(crate) fn text(text: &str) -> MessageText {
    MessageText::parse(text).unwrap()
}

/// A signed-in member of staff.
#[derive(Clone)]
pub(crate) struct Agent {
    pub(crate) world: World,
    pub(crate) person: Person,
    /// The header, name and value.
    pub(crate) cookie: String,
}

/// A browser with a token.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub(crate) world: World,
    pub(crate) token: VisitorToken,
    /// Of the agent who is signed in there, if one is.
    pub(crate) cookie: Option<String>,
    /// What their browser likes to read.
    pub(crate) language: Option<&'static str>,
}

/// A new session of this agent, past the door of sign-in. Its cookie.
pub(crate) async fn session(world: &World, agent: &AgentId) -> String {
    let server = world.server();
    let secret = VisitorToken::new(entropy().unwrap());
    let id = SessionId::new(server.now(), entropy().unwrap());
    let hash = principal::hash(secret.secret());
    let mut tx = server.db.begin().await.unwrap();
    sessions::store::insert(&mut tx, &id, &hash, agent, server.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    format!("aureole={}", secret.secret())
}

impl World {
    /// The admin of the first start.
    pub(crate) async fn admin(&self) -> Agent {
        let all = agents::store::all(&self.server().db).await.unwrap();
        let person = all
            .into_iter()
            .find(|agent| agent.email.as_str() == "admin@example.com")
            .unwrap();
        self.signed_in(person).await
    }

    /// A new agent of the team that serves the profile, away.
    pub(crate) async fn agent(&self, name: &str) -> Agent {
        self.agent_of(name, Role::Agent, vec![self.profile().team])
            .await
    }

    /// A new agent, away.
    pub(crate) async fn agent_of(&self, name: &str, role: Role, teams: Vec<TeamId>) -> Agent {
        let hash = HASH
            .get_or_init(async || {
                Hasher::hash(Password::parse(PASSWORD).unwrap())
                    .await
                    .unwrap()
            })
            .await;
        let server = self.server();
        let person = Person {
            face: Face::default(),
            id: AgentId::new(server.now(), entropy().unwrap()),
            name: DisplayName::parse(name).unwrap(),
            email: EmailAddress::parse(&format!("{name}@example.com")).unwrap(),
            role,
            is_active: true,
            availability: Availability::Away,
            teams,
        };
        let mut tx = server.db.begin().await.unwrap();
        agents::store::insert(&mut tx, &person, hash, server.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        self.signed_in(person).await
    }

    async fn signed_in(&self, person: Person) -> Agent {
        Agent {
            cookie: session(self, &person.id).await,
            world: self.clone(),
            person,
        }
    }

    /// A browser that has never been here.
    pub(crate) fn visitor(&self) -> Visitor {
        Visitor {
            world: self.clone(),
            token: VisitorToken::new(entropy().unwrap()),
            cookie: None,
            language: None,
        }
    }
}

/// What a poll says of one command.
fn outcome<V: domain::live::View>(
    frames: Result<Vec<ServerFrame<V>>, Refusal>,
    own: &ClientId,
) -> Result<(), Refusal> {
    for frame in frames? {
        match frame {
            ServerFrame::Refused { client_id, refusal } if client_id.as_ref() == Some(own) => {
                return Err(refusal);
            }
            _ => {}
        }
    }
    Ok(())
}

impl Agent {
    /// Asks through a door.
    pub(crate) async fn ask<E: Endpoint>(&self, request: E) -> Result<E::Reply, Refusal> {
        self.world.ask(Some(&self.cookie), request).await
    }

    /// A window of the chat in this agent's own browser.
    pub(crate) fn as_visitor(&self) -> Visitor {
        Visitor {
            cookie: Some(self.cookie.clone()),
            ..self.world.visitor()
        }
    }

    /// The page of the chat profile that is meant where nobody names one.
    pub(crate) async fn profile(&self) -> ProfilePage {
        let rows = self.ask(ListProfiles {}).await.unwrap();
        let row = rows.into_iter().find(|row| row.is_default).unwrap();
        self.ask(ReadProfile { profile: row.id }).await.unwrap()
    }

    /// Says: available.
    pub(crate) async fn available(self) -> Self {
        let availability = Availability::Available;
        self.ask(SetAvailability { availability }).await.unwrap();
        self
    }

    /// Says: away.
    pub(crate) async fn away(&self) {
        let availability = Availability::Away;
        self.ask(SetAvailability { availability }).await.unwrap();
    }

    pub(crate) fn hello() -> Hello {
        Hello {
            version: VERSION,
            filter: Filter::Active,
            ..Hello::default()
        }
    }

    /// Polls with these frames behind the hello.
    pub(crate) async fn poll(
        &self,
        hello: Hello,
        frames: Vec<ClientFrame>,
    ) -> Result<Vec<AgentFrame>, Refusal> {
        let mut all = vec![ClientFrame::Hello(hello)];
        all.extend(frames);
        self.ask(PollAsAgent { frames: all }).await
    }

    /// Has a command done.
    pub(crate) async fn does(
        &self,
        conversation: &ConversationId,
        command: Command,
    ) -> Result<(), Refusal> {
        let own = client_id();
        let frame = ClientFrame::Command {
            client_id: own.clone(),
            conversation: conversation.clone(),
            command,
        };
        outcome(self.poll(Self::hello(), vec![frame]).await, &own)
    }

    /// Takes a waiting conversation.
    pub(crate) async fn accepts(&self, conversation: &ConversationId) {
        self.does(conversation, Command::Join).await.unwrap();
    }

    /// Answers.
    pub(crate) async fn says(&self, conversation: &ConversationId, words: &str) {
        let command = Command::Send { text: text(words) };
        self.does(conversation, command).await.unwrap();
    }

    /// Notes something for colleagues.
    pub(crate) async fn notes(&self, conversation: &ConversationId, words: &str) {
        let command = Command::Note { text: text(words) };
        self.does(conversation, command).await.unwrap();
    }

    /// A line that has not said anything yet.
    pub(crate) async fn line(&self) -> Socket<ForAgent> {
        let origin = self.world.url();
        let upgrade = Upgrade {
            path: "/api/live/agent",
            cookie: Some(&self.cookie),
            origin: Some(&origin),
            receive_buffer: None,
            language: None,
        };
        self.world.upgrade(upgrade).await.unwrap()
    }

    /// An open window that has been welcomed.
    pub(crate) async fn socket(&self) -> Socket<ForAgent> {
        let mut socket = self.line().await;
        socket.hello(&Self::hello()).await;
        socket.welcome().await;
        socket
    }
}

impl Visitor {
    pub(crate) fn hello(&self) -> Hello {
        let profile = self.world.profile();
        Hello {
            version: VERSION,
            visitor: Some(VisitorHello {
                token: self.token.clone(),
                profile: profile.id,
                key: profile.key,
                conversation: None,
                page: Page::default(),
                step: None,
            }),
            ..Hello::default()
        }
    }

    /// Polls with these frames behind the hello.
    pub(crate) async fn poll(
        &self,
        hello: Hello,
        frames: Vec<ClientFrame>,
    ) -> Result<Vec<VisitorFrame>, Refusal> {
        let mut all = vec![ClientFrame::Hello(hello)];
        all.extend(frames);
        let request = PollAsVisitor { frames: all };
        let cookie = self.cookie.as_deref();
        self.world.ask_in(self.language, cookie, request).await
    }

    /// Has a command done under this name.
    pub(crate) async fn repeats(
        &self,
        own: &ClientId,
        conversation: &ConversationId,
        command: Command,
    ) -> Result<(), Refusal> {
        let frame = ClientFrame::Command {
            client_id: own.clone(),
            conversation: conversation.clone(),
            command,
        };
        outcome(self.poll(self.hello(), vec![frame]).await, own)
    }

    /// Has a command done.
    pub(crate) async fn does(
        &self,
        conversation: &ConversationId,
        command: Command,
    ) -> Result<(), Refusal> {
        self.repeats(&client_id(), conversation, command).await
    }

    /// Begins a conversation.
    pub(crate) async fn starts(&self, words: &str) -> ConversationId {
        let conversation = conversation_id();
        self.does(&conversation, Self::start(words)).await.unwrap();
        conversation
    }

    /// What begins a conversation.
    pub(crate) fn start(words: &str) -> Command {
        Command::Start {
            page: Page::default(),
            text: text(words),
            id_token: None,
        }
    }

    /// Writes.
    pub(crate) async fn says(&self, conversation: &ConversationId, words: &str) {
        let command = Command::Send { text: text(words) };
        self.does(conversation, command).await.unwrap();
    }

    /// A line that has not said anything yet.
    pub(crate) async fn line(&self) -> Socket<ForVisitor> {
        let origin = self.world.url();
        let upgrade = Upgrade {
            path: "/api/live/visitor",
            cookie: self.cookie.as_deref(),
            origin: Some(&origin),
            receive_buffer: None,
            language: self.language,
        };
        self.world.upgrade(upgrade).await.unwrap()
    }

    /// An open window that has been welcomed.
    pub(crate) async fn socket(&self) -> Socket<ForVisitor> {
        let mut socket = self.line().await;
        socket.hello(&self.hello()).await;
        socket.welcome().await;
        socket
    }
}
