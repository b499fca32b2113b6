//! How visitors know those who answer, and a website: names, pictures and sizes.
//!
//! Invariant: whatever is given out as a picture was sent as one.

use crate::world::{Agent, Visitor, World, both};
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::api::{
    CreateTeam, Field, Refusal, SavePicture, SaveProfile, SetOwnFace, picture_address,
};
use domain::conversation::{Command, EntryBody, VisitorBody, VisitorStage, Voice};
use domain::id::{PictureId, TeamId};
use domain::limit;
use domain::people::{Face, Role};
use domain::settings::{ChatProfile, WindowLook, Wording};
use domain::text::{DisplayName, Reason};
use serde_json::{Value, json};

/// The head of a picture of this size.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 6, 0, 0, 0]);
    bytes
}

async fn keep(agent: &Agent, bytes: &[u8]) -> Result<PictureId, Refusal> {
    let bytes = STANDARD.encode(bytes);
    agent.ask(SavePicture { bytes }).await
}

fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

fn face(chat_name: Option<&str>, picture: Option<&PictureId>) -> Face {
    Face {
        chat_name: chat_name.map(name),
        picture: picture.cloned(),
    }
}

/// Whom the last line is by, and who answers, as the visitor is told.
async fn seen(visitor: &Visitor) -> (Voice, VisitorStage) {
    let mut socket = visitor.line().await;
    socket.hello(&visitor.hello()).await;
    let told = socket.welcome().await.conversation.unwrap();
    let said = told
        .entries
        .iter()
        .rfind(|entry| matches!(entry.body, VisitorBody::Message { .. }) && entry.by != Voice::You);
    (said.unwrap().by.clone(), told.head.stage)
}

both! {
    async fn a_picture_is_kept_and_seen_by_everybody_as_nothing_else(world: World) {
        let ann = world.agent("ann").await;
        let bytes = png(64, 64);
        let id = keep(&ann, &bytes).await.unwrap();
        let answer = world.get(&picture_address(&id)).answer().await;
        assert_eq!(answer.status, StatusCode::OK);
        let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "image/png");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
        assert_eq!(header("cross-origin-resource-policy"), "cross-origin");
        assert!(header("cache-control").contains("immutable"));

        for nowhere in ["pic_00000000000000000000000000", "..%2f..%2fetc", "x"] {
            let answer = world.get(&format!("/chat/picture/{nowhere}")).answer().await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{nowhere}");
        }
    }

    async fn what_is_no_picture_is_refused(world: World) {
        let ann = world.agent("ann").await;
        let no_picture = Refusal::Invalid { field: Field::Picture, reason: Reason::Form };
        let side = limit::PICTURE_SIDE_MAX;
        let mut large = png(8, 8);
        large.resize(limit::PICTURE_BYTES_MAX + 1, 0);
        for (bytes, refusal) in [
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>".to_vec(), &no_picture),
            (b"<html><body onload=alert(1)>".to_vec(), &no_picture),
            (b"GIF89a".to_vec(), &no_picture),
            (Vec::new(), &no_picture),
            (png(0, 8), &no_picture),
            (png(side + 1, 8), &Refusal::TooLarge),
            (png(8, u32::MAX), &no_picture),
            (large, &Refusal::TooLarge),
        ] {
            assert_eq!(keep(&ann, &bytes).await.unwrap_err(), *refusal);
        }
        assert!(keep(&ann, &png(side, side)).await.is_ok());
        let torn = ann.ask(SavePicture { bytes: "not base64!".into() }).await;
        assert_eq!(torn.unwrap_err(), no_picture);
    }

    async fn visitors_know_an_agent_as_the_agent_wants(world: World) {
        let admin = world.admin().await;
        let ann = world.agent("ann").await.available().await;
        let picture = keep(&ann, &png(64, 64)).await.unwrap();
        // A window that was open before hears of it, too.
        let mut socket = ann.socket().await;
        let set = SetOwnFace { face: face(Some("Flo"), Some(&picture)) };
        ann.ask(set).await.unwrap();
        let visitor = world.visitor();
        let id = visitor.starts("Anybody there?").await;
        socket.command(&crate::world::client_id(), &id, Command::Join).await;
        while socket.entry().await.body != EntryBody::Joined {}
        let said = Command::Send { text: crate::world::text("Hello") };
        ann.does(&id, said).await.unwrap();
        let flo = || (name("Flo"), Some(picture.clone()));
        let (by, stage) = seen(&visitor).await;
        let (name_of, picture_of) = flo();
        assert_eq!(by, Voice::Agent { name: name_of, picture: picture_of });
        let (name_of, picture_of) = flo();
        assert_eq!(stage, VisitorStage::Talking { name: name_of, picture: picture_of });
        // Colleagues know who it was.
        let read = domain::api::ReadConversation { conversation: id };
        let read = admin.ask(read).await.unwrap();
        assert!(serde_json::to_string(&read).unwrap().contains("\"ann\""));

        // Where all are called alike, nobody's picture tells them apart.
        let profile = ChatProfile {
            wording: Wording { agent_name: Some(name("Care")), ..Wording::default() },
            ..admin.profile().await.profile
        };
        admin.ask(SaveProfile { profile }).await.unwrap();
        let other = world.visitor();
        let id = other.starts("And now?").await;
        ann.does(&id, Command::Join).await.unwrap();
        let said = Command::Send { text: crate::world::text("Hello") };
        ann.does(&id, said).await.unwrap();
        let (by, stage) = seen(&other).await;
        assert_eq!(by, Voice::Agent { name: name("Care"), picture: None });
        assert_eq!(stage, VisitorStage::Talking { name: name("Care"), picture: None });
    }

    async fn the_launcher_is_told_how_the_window_looks(world: World) {
        let admin = world.admin().await;
        let (icon, header) = (
            keep(&admin, &png(64, 64)).await.unwrap(),
            keep(&admin, &png(800, 200)).await.unwrap(),
        );
        let key = world.profile().key;
        let ask = async || {
            let path = format!("/api/profile/{}?key={key}", world.profile().id);
            let answer = world.get(&path).with("accept-language", "en").answer().await;
            serde_json::from_str::<Value>(&answer.body).unwrap()
        };
        let plain = ask().await;
        for part in ["height", "width", "icon", "frame_texts"] {
            assert_eq!(plain.get(part), None, "{part}");
        }
        let look = WindowLook {
            height: Some(640),
            width: Some(420),
            icon: Some(icon.clone()),
            header: Some(header.clone()),
        };
        let profile = ChatProfile { look, ..admin.profile().await.profile };
        let saved = admin.ask(SaveProfile { profile }).await.unwrap();
        let told = ask().await;
        assert_eq!((&told["height"], &told["width"]), (&json!(640), &json!(420)));
        let address = told["icon"].as_str().unwrap();
        assert!(address.starts_with("http") && address.ends_with(&picture_address(&icon)));
        assert_eq!(told["frame_texts"], json!({ "profile.header": picture_address(&header) }));

        let look = WindowLook { height: Some(limit::WINDOW_SIDE_MAX + 1), ..saved.look.clone() };
        let refused = admin.ask(SaveProfile { profile: ChatProfile { look, ..saved } }).await;
        let (field, reason) = (Field::Look, Reason::Form);
        assert_eq!(refused.unwrap_err(), Refusal::Invalid { field, reason });
    }

    async fn another_team_stands_in_where_nobody_of_the_first_is_there(world: World) {
        let admin = world.admin().await;
        let bob = world.agent_of("bob", Role::Agent, Vec::new()).await.available().await;
        let line = bob.socket().await;
        let create = CreateTeam {
            name: name("Second line"),
            members: vec![bob.person.id.clone()],
            is_open_to_join: false,
        };
        let second = admin.ask(create).await.unwrap().id;
        admin.away().await;
        let first = admin.profile().await.profile;
        let team_of = async |visitor: &Visitor| {
            let id = visitor.starts("Anybody there?").await;
            let read = domain::api::ReadConversation { conversation: id };
            admin.ask(read).await.unwrap().head.team
        };
        assert_eq!(team_of(&world.visitor()).await, first.team);

        let profile = ChatProfile { other_teams: vec![second.clone()], ..first.clone() };
        let saved = admin.ask(SaveProfile { profile }).await.unwrap();
        let mut window = world.visitor().line().await;
        window.hello(&world.visitor().hello()).await;
        assert!(window.welcome().await.is_anyone_available, "Bob is there");
        assert_eq!(team_of(&world.visitor()).await, second);
        bob.away().await;
        drop(line);
        assert_eq!(team_of(&world.visitor()).await, first.team, "nobody is: they wait for the first");

        for (other_teams, reason) in [
            (vec![first.team.clone()], Reason::Form),
            (vec![second.clone(), second.clone()], Reason::Form),
            (vec![TeamId::from_value(9)], Reason::Form),
            (
                (0..=limit::PROFILE_TEAMS_MAX as u128).map(TeamId::from_value).collect(),
                Reason::Form,
            ),
        ] {
            let profile = ChatProfile { other_teams, ..saved.clone() };
            let refused = admin.ask(SaveProfile { profile }).await.unwrap_err();
            assert_eq!(refused, Refusal::Invalid { field: Field::Team, reason });
        }
    }
}
