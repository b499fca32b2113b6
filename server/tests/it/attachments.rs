//! Files from outside: who may send one where, who gets it back and as what, and what becomes of
//! those that nobody sent.
//!
//! Invariant: whatever a file is, it comes back as it was, as a download that runs nowhere.

use crate::world::{Agent, Answer, Visitor, World, both, client_id};
use axum::http::{Method, StatusCode};
use domain::api::{Field, FileChoice, ReadFileChoice, Refusal, SaveProfile, SaveTeam};
use domain::conversation::{Attachment, Command, PictureSize, VisitorBody};
use domain::id::{AttachmentId, ConversationId};
use domain::limit;
use domain::live::{Hello, ServerFrame, VisitorSignal};
use domain::people::Role;
use domain::text::{DisplayName, Reason};
use domain::time::{Span, Timestamp};
use serde_json::json;
use server::clock::entropy;
use std::time::{Duration, UNIX_EPOCH};

/// A picture of one pixel.
pub(crate) const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

pub(crate) fn attachment_id() -> AttachmentId {
    AttachmentId::new(Timestamp::from_ms(1), entropy().unwrap())
}

/// Who stands before the doors for files.
#[derive(Clone, Copy)]
pub(crate) enum Party<'a> {
    Visitor(&'a Visitor),
    Agent(&'a Agent),
    Nobody,
}

use Party::{Agent as A, Nobody, Visitor as V};

async fn ask(world: &World, who: Party<'_>, method: Method, path: &str, body: &[u8]) -> Answer {
    let profile = world.profile();
    let join = if path.contains('?') { '&' } else { '?' };
    let path = format!("{path}{join}profile={}&key={}", profile.id, profile.key);
    let asked = world
        .bare(method, &path)
        .with("origin", &world.url())
        .body(body);
    let asked = match who {
        V(visitor) => asked.with(
            "authorization",
            &format!("Bearer {}", visitor.token.secret()),
        ),
        A(agent) => asked.with("cookie", &agent.cookie),
        Nobody => asked,
    };
    asked.answer().await
}

pub(crate) async fn upload(
    world: &World,
    who: Party<'_>,
    conversation: &ConversationId,
    id: &AttachmentId,
    name: &str,
    body: &[u8],
) -> Result<Attachment, Refusal> {
    let path = format!("/api/attachments?conversation={conversation}&attachment={id}&name={name}");
    let answer = ask(world, who, Method::POST, &path, body).await;
    if answer.status == StatusCode::OK {
        Ok(serde_json::from_str(&answer.body).unwrap())
    } else {
        Err(answer.refusal())
    }
}

async fn download(world: &World, who: Party<'_>, id: &AttachmentId) -> Answer {
    ask(
        world,
        who,
        Method::GET,
        &format!("/api/attachments/{id}"),
        b"",
    )
    .await
}

async fn welcome_files(admin: &Agent, is: bool) {
    let mut profile = admin.profile().await.profile;
    profile.are_files_welcome = is;
    admin.ask(SaveProfile { profile }).await.unwrap();
}

both! {
    async fn a_file_travels_both_ways_and_is_there_after_a_restart(world: World) {
        let (ann, vera) = (world.agent("Ann").await, world.visitor());
        let conversation = vera.starts("Hello").await;
        ann.accepts(&conversation).await;
        let id = attachment_id();
        let sent = upload(&world, V(&vera), &conversation, &id, "la%2Fmp%20%C3%A9.png", PNG).await.unwrap();
        assert_eq!(sent.name.as_str(), "mp é.png", "a path is no name");
        assert_eq!(sent.bytes, PNG.len() as u64);
        assert_eq!(sent.picture, Some(PictureSize { width: 1, height: 1 }));
        let again = upload(&world, V(&vera), &conversation, &id, "other.png", b"other").await.unwrap();
        assert_eq!(again, sent, "the first counts");
        let said = world.number("select count(*) from entry where body like '%attached%'").await;
        assert_eq!(said, 1, "a repeat is said once");

        let answer_id = attachment_id();
        let answered = upload(&world, A(&ann), &conversation, &answer_id, "note.txt", b"hi").await.unwrap();
        assert_eq!(answered.picture, None);
        let frames = vera.poll(vera.hello(), vec![]).await.unwrap();
        let ServerFrame::Welcome(welcome) = &frames[0] else { panic!("{frames:?}") };
        let entries = &welcome.conversation.as_ref().unwrap().entries;
        let files: Vec<_> = entries.iter().filter_map(|entry| match &entry.body {
            VisitorBody::Attached { attachment } => Some(attachment.clone()),
            _ => None,
        }).collect();
        assert_eq!(files, [sent, answered]);

        world.restart(|_| {}).await;
        for (who, id, body, kind, name) in [
            (V(&vera), &answer_id, &b"hi"[..], "application/octet-stream", "note.txt"),
            (A(&ann), &answer_id, b"hi", "application/octet-stream", "note.txt"),
            (A(&ann), &id, PNG, "image/png", "mp%20%C3%A9.png"),
        ] {
            let got = download(&world, who, id).await;
            assert_eq!(got.status, StatusCode::OK, "{got:?}");
            assert_eq!(got.body, String::from_utf8_lossy(body));
            assert_eq!(got.header("content-type"), kind);
            assert_eq!(got.header("x-content-type-options"), "nosniff");
            assert_eq!(got.header("content-security-policy"), "default-src 'none'; sandbox");
            let want = format!("attachment; filename*=UTF-8''{name}");
            assert_eq!(got.header("content-disposition"), want);
            assert_eq!(got.header("cache-control"), "private, no-store");
        }
    }

    async fn only_who_writes_sends_and_only_who_reads_gets(world: World) {
        let (ann, bob) = (world.agent("Ann").await, world.agent("Bob").await);
        let stranger = world.agent_of("Far", Role::Agent, vec![]).await;
        let (vera, other) = (world.visitor(), world.visitor());
        let conversation = vera.starts("Hello").await;
        other.starts("Hello").await;
        let send = async |who, conversation: &ConversationId| {
            upload(&world, who, conversation, &attachment_id(), "a.txt", b"x").await.map(drop)
        };
        let nowhere = crate::world::conversation_id();
        assert_eq!(send(A(&ann), &conversation).await, Err(Refusal::NotJoined));
        ann.accepts(&conversation).await;
        for (who, conversation, want) in [
            (V(&vera), &conversation, Ok(())),
            (A(&ann), &conversation, Ok(())),
            (A(&bob), &conversation, Err(Refusal::NotJoined)),
            (A(&stranger), &conversation, Err(Refusal::NotFound)),
            (V(&other), &conversation, Err(Refusal::NotFound)),
            (V(&vera), &nowhere, Err(Refusal::NotFound)),
            (Nobody, &conversation, Err(Refusal::Unauthorized)),
        ] {
            assert_eq!(send(who, conversation).await, want);
        }
        let id = attachment_id();
        let sent = upload(&world, V(&vera), &conversation, &id, "a.txt", b"x").await.unwrap();
        for (who, want) in [
            (V(&vera), StatusCode::OK),
            (A(&ann), StatusCode::OK),
            (A(&bob), StatusCode::OK),
            (A(&stranger), StatusCode::NOT_FOUND),
            (V(&other), StatusCode::NOT_FOUND),
            (Nobody, StatusCode::UNAUTHORIZED),
        ] {
            assert_eq!(download(&world, who, &id).await.status, want);
        }
        // A window cannot say of itself that there is a file.
        let theirs = other.starts("More").await;
        let says = async |door: &str, cookie: &str, hello: Hello, conversation: &ConversationId| {
            let command = json!({ "attach": { "attachment": sent.clone() } });
            let command = json!({ "client_id": client_id(), "conversation": conversation, "command": command });
            let frames = json!({ "frames": [{ "hello": hello }, { "command": command }] });
            let asked = world.post(&format!("/api/call/{door}"), frames.to_string());
            asked.with("cookie", cookie).answer().await.refusal()
        };
        for (visitor, id) in [(&other, &theirs), (&vera, &conversation)] {
            let refusal = says("poll_as_visitor", "", visitor.hello(), id).await;
            assert_eq!(refusal, Refusal::Malformed);
        }
        let refusal = says("poll_as_agent", &ann.cookie, Agent::hello(), &conversation).await;
        assert_eq!(refusal, Refusal::Malformed);
        // Somebody else's id is not theirs to write over.
        let over = upload(&world, V(&other), &theirs, &id, "b.txt", b"y").await;
        assert_eq!(over, Err(Refusal::Forbidden));
        assert_eq!(download(&world, A(&ann), &id).await.body, "x");

        vera.does(&conversation, Command::Close).await.unwrap();
        assert_eq!(send(V(&vera), &conversation).await, Err(Refusal::ConversationClosed));
        assert_eq!(download(&world, V(&vera), &id).await.status, StatusCode::OK);
    }

    async fn what_was_said_stays_whatever_becomes_of_a_repeat(world: World) {
        let (admin, ann, vera) = (world.admin().await, world.agent("Ann").await, world.visitor());
        let conversation = vera.starts("Hello").await;
        ann.accepts(&conversation).await;
        let id = attachment_id();
        let send = async || upload(&world, A(&ann), &conversation, &id, "a.txt", b"x").await;
        let sent = send().await.unwrap();
        assert_eq!(send().await, Ok(sent.clone()));
        // Ann no longer answers and is no longer of the team: what she has said was said, and a late
        // repeat of hers says nothing more. Anything new of hers is refused.
        ann.does(&conversation, Command::PutBack).await.unwrap();
        let team = SaveTeam {
            team: world.profile().team,
            name: DisplayName::parse("Support").unwrap(),
            members: vec![admin.person.id.clone()],
            members_before: vec![admin.person.id.clone(), ann.person.id.clone()],
            is_open_to_join: false,
            is_confirmed: true,
        };
        admin.ask(team).await.unwrap();
        assert_eq!(send().await, Ok(sent));
        let new = upload(&world, A(&ann), &conversation, &attachment_id(), "c.txt", b"z").await;
        assert_eq!(new, Err(Refusal::NotFound));
        assert_eq!(download(&world, V(&vera), &id).await.body, "x");
        // The end comes between a file and its repeat: it was said, and is not said again.
        let late = attachment_id();
        let send = async || upload(&world, V(&vera), &conversation, &late, "b.txt", b"y").await;
        let sent = send().await.unwrap();
        vera.does(&conversation, Command::Close).await.unwrap();
        assert_eq!(send().await, Ok(sent));
        assert_eq!(download(&world, A(&admin), &late).await.body, "y");
        assert_eq!(world.number("select count(*) from attachment").await, 2);
    }

    async fn what_comes_from_another_origin_or_is_malformed_is_refused(world: World) {
        let vera = world.visitor();
        let conversation = vera.starts("Hello").await;
        let profile = world.profile();
        let entrance = format!("profile={}&key={}", profile.id, profile.key);
        let id = attachment_id();
        let good = format!("/api/attachments?conversation={conversation}&attachment={id}&{entrance}");
        let token = format!("Bearer {}", vera.token.secret());
        let foreign = world.bare(Method::POST, &good).with("authorization", &token)
            .with("origin", "https://evil.example").body("x").answer().await;
        assert_eq!(foreign.refusal(), Refusal::ForeignOrigin);
        for (path, want) in [
            (format!("/api/attachments?{entrance}"), Refusal::Malformed),
            (format!("/api/attachments?conversation=x&attachment={id}&{entrance}"), Refusal::Malformed),
            (format!("/api/attachments?conversation={conversation}&attachment=../x&{entrance}"), Refusal::Malformed),
            (format!("/api/attachments?conversation={conversation}&attachment={id}"), Refusal::WrongKey),
            (good.replace(&profile.key, "wrong"), Refusal::WrongKey),
        ] {
            let answer = world.post(&path, "x").with("authorization", &token).answer().await;
            assert_eq!(answer.refusal(), want, "{path}");
        }
        for bad in ["Bearer x", "Basic x", ""] {
            let answer = world.post(&good, "x").with("authorization", bad).answer().await;
            assert_eq!(answer.refusal(), Refusal::Unauthorized, "{bad}");
        }
        for path in ["/api/attachments/x", "/api/attachments/..%2F..%2Fetc%2Fpasswd"] {
            assert_eq!(ask(&world, V(&vera), Method::GET, path, b"").await.refusal(), Refusal::NotFound);
        }
        assert_eq!(world.number("select count(*) from attachment").await, 0);
    }

    async fn a_file_is_neither_empty_nor_too_large_nor_one_too_many(world: World) {
        let vera = world.visitor();
        let conversation = vera.starts("Hello").await;
        let send = async |body: &[u8]| {
            upload(&world, V(&vera), &conversation, &attachment_id(), "a", body).await
        };
        let empty = Refusal::Invalid { field: Field::File, reason: Reason::Empty };
        assert_eq!(send(b"").await, Err(empty));
        let max = usize::try_from(limit::FILE_BYTES_MAX).unwrap();
        assert_eq!(send(&vec![0; max + 1]).await, Err(Refusal::TooLarge));
        let whole = send(&vec![7; max]).await.unwrap();
        assert_eq!(whole.bytes, limit::FILE_BYTES_MAX);
        let nameless = upload(&world, V(&vera), &conversation, &attachment_id(), "", b"x").await;
        assert_eq!(nameless.unwrap().name.as_str(), "file");
        for _ in 2..limit::FILES_PER_CONVERSATION_MAX {
            send(b"x").await.unwrap();
        }
        assert_eq!(send(b"x").await, Err(Refusal::TooLarge));
        let folder = std::fs::read_dir(world.files_dir()).unwrap().map(|file| file.unwrap().file_name());
        let names: Vec<_> = folder.map(|name| name.into_string().unwrap()).collect();
        assert_eq!(names.len(), limit::FILES_PER_CONVERSATION_MAX);
        assert!(names.iter().all(|name| AttachmentId::parse(name.split('.').next().unwrap()).is_ok()), "{names:?}");
    }

    async fn a_file_that_comes_twice_at_once_is_one_and_what_nobody_knows_goes(world: World) {
        let vera = world.visitor();
        let conversation = vera.starts("Hello").await;
        let both = attachment_id();
        let send = |body: &'static [u8]| upload(&world, V(&vera), &conversation, &both, "d.txt", body);
        let (one, other) = tokio::join!(send(b"one"), send(b"others"));
        assert_eq!(one, other);
        let held = download(&world, V(&vera), &both).await;
        assert_eq!(held.body.len().to_string(), held.header("content-length"));
        assert_eq!(held.body.len() as u64, one.unwrap().bytes);
        assert_eq!(world.number("select count(*) from entry where body like '%attached%'").await, 1);
        let count = || std::fs::read_dir(world.files_dir()).unwrap().count();
        assert_eq!(count(), 1, "nothing is left of the other");

        // What an earlier life of the program left behind goes a day later, and nothing else.
        let now = u64::try_from(world.server().now().ms()).unwrap();
        for name in ["att_x.0.part", "att_y.0"] {
            let path = world.files_dir().join(name);
            std::fs::write(&path, "left").unwrap();
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            file.set_modified(UNIX_EPOCH + Duration::from_millis(now)).unwrap();
        }
        world.restart(|_| {}).await;
        assert_eq!(count(), 3);
        world.advance(Span::from_ms(limit::UNKNOWN_FILE_LASTS.ms() + 60_000));
        world.restart(|_| {}).await;
        assert_eq!(count(), 1);
        assert_eq!(download(&world, V(&vera), &both).await.status, StatusCode::OK);
    }

    async fn all_files_together_have_their_room(world: World) {
        let vera = world.visitor();
        let conversation = vera.starts("Hello").await;
        let send = async || {
            upload(&world, V(&vera), &conversation, &attachment_id(), "a", b"four").await.map(drop)
        };
        send().await.unwrap();
        world.restart(|config| config.files_bytes_max = 4).await;
        assert!(matches!(send().await, Err(Refusal::Unavailable { .. })));
        vera.says(&conversation, "Words go all the same").await;
        world.restart(|config| config.files_bytes_max = 5).await;
        send().await.unwrap();
        assert!(matches!(send().await, Err(Refusal::Unavailable { .. })));
    }

    async fn the_agent_decides_about_files_where_the_profile_lets_them(world: World) {
        let (admin, ann, vera) = (world.admin().await, world.agent("Ann").await, world.visitor());
        let conversation = vera.starts("Hello").await;
        let about = || ReadFileChoice { conversation: conversation.clone() };
        let choose = async |agent: &Agent, are_welcome| {
            agent.does(&conversation, Command::ChooseFiles { are_welcome }).await.map(drop)
        };
        let send = async || {
            upload(&world, V(&vera), &conversation, &attachment_id(), "a", b"x").await.map(drop)
        };
        ann.accepts(&conversation).await;
        assert_eq!(ann.ask(about()).await.unwrap(), FileChoice { is_agents: false, are_welcome: true });
        assert_eq!(choose(&ann, false).await, Err(Refusal::Forbidden));
        send().await.unwrap();

        let mut profile = admin.profile().await.profile;
        profile.may_agents_choose_files = true;
        admin.ask(SaveProfile { profile }).await.unwrap();
        let mut line = vera.socket().await;
        assert_eq!(choose(&admin, false).await, Err(Refusal::NotJoined));
        choose(&ann, false).await.unwrap();
        let told = line.until("word of files", |frame| match frame {
            ServerFrame::Signal(VisitorSignal::Profile(profile)) => Some(profile.are_files_welcome),
            _ => None,
        });
        assert!(!told.await);
        assert_eq!(send().await, Err(Refusal::FilesUnwelcome));
        assert_eq!(ann.ask(about()).await.unwrap(), FileChoice { is_agents: true, are_welcome: false });
        // What was chosen is on the disk, and stands above what the profile says.
        world.restart(|_| {}).await;
        assert_eq!(send().await, Err(Refusal::FilesUnwelcome));
        welcome_files(&admin, false).await;
        choose(&ann, true).await.unwrap();
        send().await.unwrap();
        // Nobody of another team is told.
        let bob = world.agent_of("Bob", Role::Agent, Vec::new()).await;
        assert_eq!(bob.ask(about()).await, Err(Refusal::NotFound));
        assert_eq!(world.number("select count(*) from entry where body like '%files_chosen%'").await, 2);
    }

    async fn a_profile_may_want_no_files_of_visitors(world: World) {
        let (admin, ann, vera) = (world.admin().await, world.agent("Ann").await, world.visitor());
        let conversation = vera.starts("Hello").await;
        ann.accepts(&conversation).await;
        welcome_files(&admin, false).await;
        let refused = upload(&world, V(&vera), &conversation, &attachment_id(), "a", b"x").await;
        assert_eq!(refused, Err(Refusal::FilesUnwelcome));
        assert_eq!(world.number("select count(*) from attachment").await, 0);
        upload(&world, A(&ann), &conversation, &attachment_id(), "a", b"x").await.unwrap();
        welcome_files(&admin, true).await;
        upload(&world, V(&vera), &conversation, &attachment_id(), "a", b"x").await.unwrap();
    }
}
