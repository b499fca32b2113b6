//! A chat profile that is only for those of whom a token says who they are.
//!
//! Invariant: whatever a window or a launcher believes, the server alone lets somebody begin.

use crate::attachments::{PNG, Party, attachment_id, upload};
use crate::bots::{answers, welcome_bot};
use crate::identity::{card, ready, start, starts, token};
use crate::world::{Agent, Socket, Visitor, World, both, client_id, conversation_id, text};
use domain::api::{Refusal, SaveProfile};
use domain::conversation::{Command, Rating};
use domain::live::{ForVisitor, Hello, ServerFrame, VisitorSignal, VisitorWelcome};
use domain::settings::{ChatProfile, FlowWhen, Language, OwnText, ProfileAccess, Wording};
use domain::text::{EmailAddress, IdToken, WordingText};
use serde_json::{Value, json};

async fn open_to(admin: &Agent, access: ProfileAccess) -> ChatProfile {
    let profile = admin.profile().await.profile;
    let profile = ChatProfile { access, ..profile };
    admin.ask(SaveProfile { profile }).await.unwrap()
}

/// As a window says it that stands in a page of somebody's.
fn within_a_page(visitor: &Visitor) -> Hello {
    let mut hello = visitor.hello();
    if let Some(visitor) = &mut hello.visitor {
        "https://shop.example/".clone_into(&mut visitor.page.url);
    }
    hello
}

async fn welcome(visitor: &Visitor, hello: Hello) -> VisitorWelcome {
    let frames = visitor.poll(hello, Vec::new()).await.unwrap();
    match frames.into_iter().next() {
        Some(ServerFrame::Welcome(welcome)) => welcome,
        other => panic!("{other:?}"),
    }
}

/// What an open window hears of whether it may begin.
async fn is_active(line: &mut Socket<ForVisitor>) -> bool {
    line.until("the profile", |frame| match frame {
        ServerFrame::Signal(VisitorSignal::Profile(profile)) => Some(profile.is_active),
        _ => None,
    })
    .await
}

fn copy_to(email: &str) -> Command {
    Command::RequestCopy {
        email: EmailAddress::parse(email).unwrap(),
    }
}

both! {
    async fn nobody_begins_who_is_not_known(world: World) {
        let admin = ready(&world).await;
        open_to(&admin, ProfileAccess::Identified).await;
        let visitor = world.visitor();
        let id = conversation_id();
        // By every command that a window has, and by the door for files.
        let refused = async |command| visitor.does(&id, command).await.unwrap_err();
        assert_eq!(refused(Visitor::start("Hello")).await, Refusal::ProfileInactive);
        let foreign = IdToken::parse("a.b.c").unwrap();
        assert_eq!(refused(start(foreign.clone())).await, Refusal::ProfileInactive);
        for command in [
            Command::Send { text: text("Hello") },
            Command::Identify { id_token: foreign },
            Command::Identify { id_token: token(&world, json!({ "sub": "4711" })) },
            Command::Rate { rating: Rating::Okay, comment: None },
            Command::Close,
            copy_to("vera@example.com"),
        ] {
            assert_eq!(refused(command.clone()).await, Refusal::NotFound, "{command:?}");
        }
        let file = upload(&world, Party::Visitor(&visitor), &id, &attachment_id(), "a.png", PNG).await;
        assert_eq!(file.unwrap_err(), Refusal::NotFound);
        let mut line = visitor.socket().await;
        let own = client_id();
        line.command(&own, &id, Visitor::start("Hello")).await;
        assert_eq!(line.refused().await, (Some(own), Refusal::ProfileInactive));
        for table in ["select count(*) from conversation", "select count(*) from visitor"] {
            assert_eq!(world.number(table).await, 0, "{table}");
        }

        // A token that comes later opens the door, to the same conversation even.
        let (own, known) = (client_id(), || start(token(&world, json!({ "sub": "4711" }))));
        visitor.repeats(&own, &id, known()).await.unwrap();
        visitor.repeats(&own, &id, known()).await.unwrap();
        visitor.says(&id, "It is me").await;
        let person = card(&admin, &id).await;
        assert_eq!(person.contact.unwrap().subject.as_deref(), Some("4711"));
        let another = starts(&world.visitor(), token(&world, json!({ "sub": "4712" }))).await;
        assert!(card(&admin, &another).await.person.is_some());
        // It proves one conversation, not the next.
        visitor.does(&id, Command::Close).await.unwrap();
        let next = visitor.does(&conversation_id(), Visitor::start("Again")).await;
        assert_eq!(next.unwrap_err(), Refusal::ProfileInactive);
    }

    async fn what_goes_on_may_be_finished(world: World) {
        let admin = ready(&world).await;
        let visitor = world.visitor();
        let id = visitor.starts("Hello").await;
        let mut alone = visitor.socket().await;
        let mut framed = visitor.line().await;
        framed.hello(&within_a_page(&visitor)).await;
        framed.welcome().await;
        open_to(&admin, ProfileAccess::Identified).await;
        // A window of its own has nobody around it who could say who is there.
        assert!(!is_active(&mut alone).await);
        assert!(is_active(&mut framed).await);

        visitor.says(&id, "We were not done").await;
        upload(&world, Party::Visitor(&visitor), &id, &attachment_id(), "a.png", PNG).await.unwrap();
        visitor.does(&id, copy_to("vera@example.com")).await.unwrap();
        visitor.does(&id, Command::Close).await.unwrap();
        let rate = Command::Rate { rating: Rating::Okay, comment: None };
        visitor.does(&id, rate).await.unwrap();
        let next = visitor.does(&conversation_id(), Visitor::start("Again")).await;
        assert_eq!(next.unwrap_err(), Refusal::ProfileInactive);

        open_to(&admin, ProfileAccess::Everyone).await;
        assert!(is_active(&mut alone).await);
        visitor.starts("Again").await;
    }

    async fn a_bot_says_nothing_where_nobody_could_answer(world: World) {
        let admin = ready(&world).await;
        answers(&admin, &welcome_bot(&admin).await, FlowWhen::Always).await;
        open_to(&admin, ProfileAccess::Identified).await;
        let visitor = world.visitor();
        let alone = welcome(&visitor, visitor.hello()).await;
        assert!(!alone.profile.is_active && alone.opening.is_empty());
        // Who it is in a page, only the first message can say.
        let framed = welcome(&visitor, within_a_page(&visitor)).await;
        assert!(framed.profile.is_active && !framed.opening.is_empty());
        let answer = visitor.does(&conversation_id(), Visitor::start("Something else")).await;
        assert_eq!(answer.unwrap_err(), Refusal::ProfileInactive);
        starts(&visitor, token(&world, json!({ "sub": "4711" }))).await;
    }

    async fn the_launcher_is_told_and_the_window_says_for_whom_it_is(world: World) {
        let admin = world.admin().await;
        let key = world.profile().key;
        let ask = async |language: &str| {
            let path = format!("/api/profile/{}?key={key}", world.profile().id);
            let answer = world.get(&path).with("accept-language", language).answer().await;
            serde_json::from_str::<Value>(&answer.body).unwrap()
        };
        let everyone = ask("en").await;
        assert_eq!(everyone.get("is_identity_required"), None);
        assert_eq!(everyone.get("frame_texts"), None);

        let saved = open_to(&admin, ProfileAccess::Identified).await;
        assert_eq!(saved.access, ProfileAccess::Identified);
        assert_eq!(admin.profile().await.profile, saved);
        let told = ask("en").await;
        assert_eq!(told["is_identity_required"], true);
        assert_eq!(told["is_active"], true);
        let said = json!({
            "widget.unavailable": "This chat is for people who are signed in on our website.",
        });
        assert_eq!(told["frame_texts"], said);
        let german = ask("de").await["frame_texts"].clone();
        assert_eq!(german["widget.unavailable"], german["widget.signed_in_only"]);

        let own = OwnText {
            language: Language::En,
            key: "widget.signed_in_only".to_owned(),
            text: WordingText::parse("Members only.").unwrap(),
        };
        let wording = Wording { texts: vec![own], ..Wording::default() };
        let profile = ChatProfile { wording, ..saved };
        let saved = admin.ask(SaveProfile { profile }).await.unwrap();
        assert_eq!(ask("en").await["frame_texts"]["widget.unavailable"], "Members only.");
        // Closed is closed, for whomever.
        let profile = ChatProfile { is_active: false, ..saved };
        admin.ask(SaveProfile { profile }).await.unwrap();
        let closed = ask("de").await["frame_texts"]["widget.unavailable"].clone();
        assert_eq!(closed, "Dieser Chat ist im Moment geschlossen. Bitte kommen Sie später wieder.");
    }
}
