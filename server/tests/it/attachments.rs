//! Files from outside: who may send one where, who gets it back and as what, and what becomes of
//! those that nobody sent.
//!
//! Invariant: whatever a file is, it comes back as it was, as a download that runs nowhere.

use crate::world::{Agent, Answer, Visitor, World, both, client_id};
use axum::http::{Method, StatusCode};
use domain::api::{Field, ReadProfile, Refusal, SaveProfile};
use domain::conversation::{Attachment, Command, PictureSize, VisitorBody};
use domain::id::{AttachmentId, ConversationId};
use domain::limit;
use domain::live::ServerFrame;
use domain::text::Reason;
use domain::time::{Span, Timestamp};
use server::clock::entropy;

/// A picture of one pixel.
const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

fn attachment_id() -> AttachmentId {
    AttachmentId::new(Timestamp::from_ms(1), entropy().unwrap())
}

/// Who stands before the doors for files.
#[derive(Clone, Copy)]
enum Party<'a> {
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

async fn upload(
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
    let mut profile = admin.ask(ReadProfile {}).await.unwrap().profile;
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
        // Nobody else sees it before it is sent.
        assert_eq!(download(&world, A(&ann), &id).await.status, StatusCode::NOT_FOUND);
        assert_eq!(download(&world, V(&vera), &id).await.status, StatusCode::OK);
        let attach = Command::Attach { attachment: sent.clone() };
        let own = client_id();
        vera.repeats(&own, &conversation, attach.clone()).await.unwrap();
        vera.repeats(&own, &conversation, attach).await.unwrap();
        let said = world.number("select count(*) from entry where body like '%attached%'").await;
        assert_eq!(said, 1, "a repeat is done once");

        let answer_id = attachment_id();
        let answered = upload(&world, A(&ann), &conversation, &answer_id, "note.txt", b"hi").await.unwrap();
        assert_eq!(answered.picture, None);
        ann.does(&conversation, Command::Attach { attachment: answered.clone() }).await.unwrap();
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
        let stranger = world.agent_of("Far", domain::people::Role::Agent, vec![]).await;
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
        vera.does(&conversation, Command::Attach { attachment: sent.clone() }).await.unwrap();
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
        // What is claimed must be what is held, here, by whoever sends it.
        let theirs = other.starts("More").await;
        for (who, conversation, attachment) in [
            (&other, &theirs, sent.clone()),
            (&vera, &conversation, Attachment { bytes: 2, ..sent.clone() }),
            (&vera, &conversation, Attachment { id: attachment_id(), ..sent.clone() }),
        ] {
            let attach = Command::Attach { attachment };
            assert_eq!(who.does(conversation, attach).await, Err(Refusal::NotFound));
        }
        let attach = Command::Attach { attachment: sent };
        assert_eq!(ann.does(&conversation, attach).await, Err(Refusal::NotFound), "not hers to send");
        // Somebody else's id is not theirs to write over.
        let over = upload(&world, V(&other), &theirs, &id, "b.txt", b"y").await;
        assert_eq!(over, Err(Refusal::Forbidden));
        assert_eq!(download(&world, A(&ann), &id).await.body, "x");

        vera.does(&conversation, Command::Close).await.unwrap();
        assert_eq!(send(V(&vera), &conversation).await, Err(Refusal::ConversationClosed));
        assert_eq!(download(&world, V(&vera), &id).await.status, StatusCode::OK);
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
        assert!(names.iter().all(|name| AttachmentId::parse(name).is_ok()), "{names:?}");
    }

    async fn a_repeated_upload_is_one_file_and_an_unsent_one_goes(world: World) {
        let vera = world.visitor();
        let conversation = vera.starts("Hello").await;
        let (kept, gone) = (attachment_id(), attachment_id());
        let first = upload(&world, V(&vera), &conversation, &kept, "a.txt", b"x").await.unwrap();
        let again = upload(&world, V(&vera), &conversation, &kept, "b.txt", b"yy").await.unwrap();
        assert_eq!(first, again, "the first counts");
        vera.does(&conversation, Command::Attach { attachment: first }).await.unwrap();
        upload(&world, V(&vera), &conversation, &gone, "c.txt", b"x").await.unwrap();
        // Half a file of an earlier life.
        std::fs::write(world.files_dir().join("att_x.0.part"), "half").unwrap();
        world.restart(|_| {}).await;
        assert_eq!(std::fs::read_dir(world.files_dir()).unwrap().count(), 2);
        world.advance(Span::from_ms(limit::UNSENT_FILE_LASTS.ms() + 1));
        crate::world::until("the unsent file to go", async || {
            std::fs::read_dir(world.files_dir()).unwrap().count() == 1
        }).await;
        assert_eq!(world.texts("select id from attachment").await, [kept.as_str()]);
        assert_eq!(download(&world, V(&vera), &kept).await.body, "x");
    }

    async fn a_profile_may_want_no_files_of_visitors(world: World) {
        let (admin, ann, vera) = (world.admin().await, world.agent("Ann").await, world.visitor());
        let conversation = vera.starts("Hello").await;
        ann.accepts(&conversation).await;
        let early = upload(&world, V(&vera), &conversation, &attachment_id(), "a", b"x").await.unwrap();
        welcome_files(&admin, false).await;
        let refused = upload(&world, V(&vera), &conversation, &attachment_id(), "a", b"x").await;
        assert_eq!(refused, Err(Refusal::FilesUnwelcome));
        let attach = Command::Attach { attachment: early };
        assert_eq!(vera.does(&conversation, attach).await, Err(Refusal::FilesUnwelcome));
        upload(&world, A(&ann), &conversation, &attachment_id(), "a", b"x").await.unwrap();
        welcome_files(&admin, true).await;
        upload(&world, V(&vera), &conversation, &attachment_id(), "a", b"x").await.unwrap();
    }
}
