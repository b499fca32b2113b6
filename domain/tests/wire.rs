//! Every type that travels, as it travels: a change of the wire shows in review.
//!
//! Invariant: one snapshot per request, reply, frame and refusal; `cargo xtask tidy` compares
//! this list with the types.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

use domain::api::{
    ApiClientMade, ContactCard, CreateAgent, CreateApiClient, CreateCustomField, CreateProfile,
    CreateTeam, Done, Endpoint, Field, FileChoice, FirstSteps, IdentityPage, KnownText, ListAgents,
    ListApiClients, ListConversations, ListCustomFields, ListOwnProfiles, ListOwnTeams,
    ListProfiles, ListTeams, ListTeamsThere, ListZones, MarkSnippetCopied, Me, NoteActivity,
    OwnProfile, OwnTeam, PollAsAgent, PollAsVisitor, ProfilePage, ProfileRow, ReadContact,
    ReadConversation, ReadFileChoice, ReadFirstSteps, ReadIdentity, ReadMe, ReadProfile, ReadTexts,
    ReadWebsites, ReadZone, Refusal, ReplaceKey, ReplaceSecret, SaveCustomField, SaveIdentity,
    SavePicture, SaveProfile, SaveTeam, SaveWebsites, SecretReplaced, SetAgentActive,
    SetApiClientActive, SetAvailability, SetOwnFace, SetOwnMembership, SetPassword, SetTeamActive,
    SignIn, SignOut, TeamThere, TokenDefect, ZonePage, picture_address,
};
use domain::conversation::{
    Attachment, Before, Command, Conversation, Counts, Entry, EntryBody, Filter, Going, LeftReason,
    ListPage, ListRow, Marks, PictureSize, Rating, Row, Side, Speaker,
};
use domain::date::{Date, Weekday};
use domain::flow::{
    Ask, AskKind, At, FilePolicy, Fill, RichKind, Run, Said, SaidRich, StepId, Value as KeptValue,
};
use domain::id::{
    AgentId, ApiClientId, AttachmentId, ClientId, ContactId, ConversationId, FieldId, FlowId,
    PictureId, ProfileId, Seq, TeamId, VisitorId, VisitorToken,
};
use domain::live::{
    AgentFrame, AgentSignal, AgentWelcome, ClientFrame, Cursor, Hello, ServerFrame, Snapshot,
    VisitorFrame, VisitorHello, VisitorSignal, VisitorWelcome,
};
use domain::people::{
    Agent, Availability, Contact, ContactField, Face, Page, Person, Role, Team, Voucher,
};
use domain::settings::{
    Algorithm, ApiClient, Banner, BubbleRule, ChannelRule, ChatProfile, Country, CustomField,
    DayException, FlowWhen, HaloEntrance, HostOrigin, Identity, Interval, Language, Matching,
    MinuteOfDay, OffsetSpan, OldKey, Opening, OpeningHours, OwnText, PageTeaser, ProfileAccess,
    ProfileFlow, Scope, SecretState, SnippetOptions, Translation, WaitMessages, WaitMethod,
    WaitTime, Websites, WeekInterval, WindowLook, Wording, ZoneName, snippet,
};
use domain::text::{
    Colour, DisplayName, EmailAddress, FieldName, FieldText, FileName, ForeignWord, Greeting,
    IdToken, MessageText, Password, Reason, Teaser, TokenSecret, UrlPattern, WordingText,
};
use domain::time::Timestamp;
use insta::assert_json_snapshot as snapshot;
use serde::Serialize;
use serde_json::{Value, json};

fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

fn text(text: &str) -> MessageText {
    MessageText::parse(text).unwrap()
}

fn agent_id() -> AgentId {
    AgentId::from_value(1)
}

fn conversation_id() -> ConversationId {
    ConversationId::from_value(2)
}

fn client_id() -> ClientId {
    ClientId::from_value(3)
}

fn team_id() -> TeamId {
    TeamId::from_value(4)
}

fn cursor() -> Cursor {
    Cursor {
        conversation: conversation_id(),
        after: Seq::new(7),
    }
}

fn marks() -> Marks {
    Marks {
        delivered: Seq::new(3),
        seen: Seq::new(2),
    }
}

fn agent() -> Agent {
    Agent {
        id: agent_id(),
        name: name("Ann"),
        face: Face {
            chat_name: Some(name("Flo")),
            picture: Some(PictureId::from_value(12)),
        },
        email: EmailAddress::parse("ann@example.com").unwrap(),
        role: Role::Admin,
        is_active: true,
        availability: Availability::Available,
        teams: vec![team_id()],
    }
}

fn team() -> Team {
    Team {
        id: team_id(),
        name: name("Support"),
        is_active: true,
        members: vec![agent_id()],
        is_open_to_join: true,
    }
}

fn profile() -> ChatProfile {
    ChatProfile {
        id: ProfileId::from_value(5),
        key: "abc".into(),
        name: name("Shop"),
        colour: Colour::parse("#0a6cff").unwrap(),
        look: WindowLook {
            height: Some(640),
            width: Some(420),
            icon: Some(PictureId::from_value(13)),
            header: Some(PictureId::from_value(14)),
        },
        greeting: Greeting::parse("Hello!").unwrap(),
        team: team_id(),
        other_teams: vec![TeamId::from_value(15)],
        access: ProfileAccess::Everyone,
        is_active: true,
        origins: vec![HostOrigin::parse("*.shop.example").unwrap()],
        are_files_welcome: true,
        may_agents_choose_files: true,
        is_page_query_kept: false,
        wording: wording(),
        flow: Some(ProfileFlow {
            flow: FlowId::from_value(11),
            when: FlowWhen::NobodyThere,
        }),
        hours: Some(hours()),
        is_agent_required: true,
        rules: rules(),
        is_default: true,
        wait_time: WaitTime {
            method: WaitMethod::Longest,
            period_minutes: 90,
            usual_minutes: Some(5),
            is_shown: true,
        },
        wait_messages: WaitMessages {
            interval_minutes: 2,
            is_looped: true,
            messages: vec![text("About $-WAITTIME minutes.")],
        },
        halo: Some(HaloEntrance {
            id: ForeignWord::parse("5a1c-77").unwrap(),
            key: ForeignWord::parse("k3y").unwrap(),
        }),
        old_key: Some(OldKey {
            key: "old".into(),
            until: Timestamp::from_ms(9),
        }),
        version: 3,
    }
}

fn hours() -> OpeningHours {
    let minute = |text| MinuteOfDay::parse(text).unwrap();
    let interval = Interval::new(minute("22:00"), minute("06:00")).unwrap();
    OpeningHours {
        zone: ZoneName::parse("Europe/Berlin").unwrap(),
        week: vec![WeekInterval {
            day: Weekday::Monday,
            interval,
        }],
        exceptions: vec![DayException {
            date: Date::parse("2027-12-24").unwrap(),
            name: Some(name("Christmas Eve")),
            intervals: vec![],
        }],
    }
}

fn rules() -> Vec<ChannelRule> {
    let bubbles = [
        BubbleRule::Show,
        BubbleRule::Notify {
            text: Teaser::parse("May we help?").unwrap(),
        },
        BubbleRule::Open { after_seconds: 5 },
        BubbleRule::Hide,
    ];
    bubbles
        .map(|bubble| ChannelRule {
            url: UrlPattern::parse("/lamps*").unwrap(),
            countries: vec![Country::parse("DE").unwrap()],
            bubble,
            flow: None,
            step: None,
        })
        .into()
}

fn wording() -> Wording {
    Wording {
        agent_name: Some(name("Care")),
        language: Some(Language::De),
        notification: Some(Teaser::parse("May we help?").unwrap()),
        teasers: vec![PageTeaser {
            url: UrlPattern::parse("/lamps*").unwrap(),
            text: Teaser::parse("Questions on lamps?").unwrap(),
        }],
        texts: Language::ALL
            .map(|language| OwnText {
                language,
                key: "widget.ended".into(),
                text: WordingText::parse("Bye").unwrap(),
            })
            .into(),
        translations: vec![Translation {
            language: Language::Fr,
            of: "May we help?".into(),
            text: text("Puis-je vous aider ?"),
        }],
        banners: vec![Banner {
            text: WordingText::parse("Closed").unwrap(),
            from: Date::new(2026, 12, 24),
            until: Date::new(2026, 12, 26),
        }],
        is_rating_asked: true,
        is_comment_asked: false,
        is_copy_offered: false,
        is_address_asked: true,
    }
}

fn attachment() -> Attachment {
    Attachment {
        id: AttachmentId::from_value(9),
        name: FileName::parse("lamp.png").unwrap(),
        bytes: 2048,
        picture: Some(PictureSize {
            width: 640,
            height: 480,
        }),
    }
}

/// What follows in the same conversation.
fn file_and_end() -> Vec<(Speaker, Option<ClientId>, EntryBody)> {
    vec![
        (
            Speaker::Visitor,
            Some(client_id()),
            EntryBody::Attached {
                attachment: attachment(),
            },
        ),
        (
            Speaker::Agent {
                id: agent_id(),
                name: name("Ann"),
                alias: None,
                picture: None,
            },
            Some(client_id()),
            EntryBody::FilesChosen { are_welcome: false },
        ),
        (Speaker::System, None, EntryBody::Closed),
        (
            Speaker::Visitor,
            Some(client_id()),
            EntryBody::Rated {
                rating: Rating::Satisfied,
                comment: Some(text("fast")),
            },
        ),
        (
            Speaker::Visitor,
            Some(client_id()),
            EntryBody::CopyRequested {
                email: EmailAddress::parse("vera@example.com").unwrap(),
            },
        ),
    ]
}

/// Where a conversation stands in its flow.
fn going() -> Going {
    Going {
        flow: FlowId::from_value(4),
        version: 2,
        run: Run {
            at: At::Asked {
                step: StepId(2),
                misread: 0,
                offered: vec![],
            },
            language: Language::En,
            kept: [("wish".to_owned(), KeptValue::Text("Prices".into()))].into(),
            chosen: [(StepId(1), vec![1])].into(),
        },
    }
}

/// What a bot does, in a conversation of its own.
fn of_bot() -> Vec<Entry> {
    let said = Said {
        step: StepId(2),
        text: "What is it about?".into(),
        rich: vec![SaidRich {
            kind: RichKind::Link,
            url: "https://shop.example/prices".into(),
            title: "Prices".into(),
            text: "By the piece".into(),
        }],
        ask: Some(Ask {
            kind: AskKind::Lines,
            instead: Some("Skip".into()),
        }),
    };
    let bot = || Speaker::Bot {
        name: name("Robo"),
        picture: Some(PictureId::from_value(12)),
    };
    let bodies = [
        (
            bot(),
            EntryBody::Said {
                said,
                is_last: true,
            },
        ),
        (
            Speaker::Visitor,
            EntryBody::Filled {
                fill: Fill::Field("CFlevel".into()),
                value: "gold".into(),
            },
        ),
        (
            bot(),
            EntryBody::Went {
                going: Box::new(going()),
            },
        ),
        (
            bot(),
            EntryBody::HandedOver {
                team: team_id(),
                expertise: vec!["Glazing".into()],
                files: FilePolicy::Prevent,
            },
        ),
        (
            Speaker::Bot {
                name: name("Shop"),
                picture: None,
            },
            EntryBody::WaitMessage {
                text: text("About 4 minutes."),
                count: 1,
            },
        ),
    ];
    let entry = |((by, body), seq): ((Speaker, EntryBody), u32)| Entry {
        conversation: conversation_id(),
        seq: Seq::new(seq),
        visitor_prev: Seq::new(seq - 1),
        at: Timestamp::from_ms(1_700_000_000_000),
        by,
        client_id: None,
        body,
    };
    bodies.into_iter().zip(2..).map(entry).collect()
}

#[test]
fn bots() {
    let entries = of_bot();
    snapshot!("bot_entries", wire(&entries));
    let seen: Vec<_> = entries.iter().filter_map(Entry::for_visitor).collect();
    snapshot!("bot_visitor_entries", wire(&seen));
    let mut state = state();
    entries[..3].iter().for_each(|entry| state.apply(entry));
    state.claims.name = Some("Vera".into());
    state.claims.email = Some("vera@example.com".into());
    state.claims.phone = Some("030 123456".into());
    state.files = FilePolicy::Allow;
    snapshot!("bot_state", wire(&state));
    snapshot!("bot_row", wire(&Row::of(&state)));
}

fn entries() -> Vec<Entry> {
    let ann = || Speaker::Agent {
        id: agent_id(),
        name: name("Ann"),
        alias: Some(name("Care")),
        picture: Some(PictureId::from_value(12)),
    };
    let started = EntryBody::Started {
        visitor: VisitorId::from_value(6),
        profile: ProfileId::from_value(5),
        team: team_id(),
        page: Page {
            url: "https://shop.example/a".into(),
            title: "Lamps".into(),
        },
        person: None,
        defect: Some(TokenDefect::Expired),
        agent_name: Some(name("Care")),
        language: Some(Language::De),
    };
    let left = EntryBody::Left {
        agent: agent_id(),
        name: name("Ann"),
        alias: None,
        reason: LeftReason::PutBack,
    };
    let transferred = EntryBody::Transferred {
        team: TeamId::from_value(8),
        name: name("Sales"),
    };
    let bodies = [
        (Speaker::System, None, started),
        (
            Speaker::Visitor,
            Some(client_id()),
            EntryBody::Message {
                text: text("hello"),
            },
        ),
        (ann(), None, EntryBody::Joined),
        (
            ann(),
            Some(client_id()),
            EntryBody::Note {
                text: text("a regular"),
            },
        ),
        (
            Speaker::Visitor,
            Some(client_id()),
            EntryBody::Identified { person: person() },
        ),
        (ann(), None, left),
        (ann(), None, transferred),
    ];
    bodies
        .into_iter()
        .chain(file_and_end())
        .zip(1..)
        .map(|((by, client_id, body), seq)| Entry {
            conversation: conversation_id(),
            seq: Seq::new(seq),
            visitor_prev: Seq::new(seq - 1),
            at: Timestamp::from_ms(1_700_000_000_000),
            by,
            client_id,
            body,
        })
        .collect()
}

fn person() -> Person {
    Person {
        contact: ContactId::from_value(8),
        name: Some(name("Vera")),
        agent: None,
        custom: [("CFlevel".to_owned(), FieldText::parse("gold").unwrap())].into(),
    }
}

fn state() -> Conversation {
    let entries = entries();
    let mut state = Conversation::begin(&entries[0]).unwrap();
    entries[1..3].iter().for_each(|entry| state.apply(entry));
    state
}

fn row() -> Row {
    Row::of(&state())
}

fn question<E: Endpoint>(request: &E) -> Value {
    json!({ "address": format!("/api/call/{}", E::NAME), "body": request })
}

fn wire<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap()
}

#[test]
fn refusals() {
    let all = [
        Refusal::Unauthorized,
        Refusal::WrongPassword,
        Refusal::Forbidden,
        Refusal::NotFound,
        Refusal::Invalid {
            field: Field::Name,
            reason: Reason::TooLong { max: 80 },
        },
        Refusal::Invalid {
            field: Field::File,
            reason: Reason::Empty,
        },
        Refusal::Changed,
        Refusal::ConversationClosed,
        Refusal::AlreadyTaken { by: name("Ann") },
        Refusal::AlreadyJoined,
        Refusal::NotJoined,
        Refusal::BadToken {
            defect: TokenDefect::BadSignature,
        },
        Refusal::AlreadyIdentified,
        Refusal::TooMany {
            retry_after_ms: 1500,
        },
        Refusal::TooLarge,
        Refusal::ForeignOrigin,
        Refusal::WrongKey,
        Refusal::ProfileInactive,
        Refusal::FilesUnwelcome,
        Refusal::Outdated,
        Refusal::Malformed,
        Refusal::LastAdmin,
        Refusal::TeamServes {
            profile: name("Shop"),
        },
        Refusal::Unavailable {
            retry_after_ms: 2000,
        },
        Refusal::Internal {
            request: "0a1b".into(),
        },
    ];
    for nonsense in [
        r#""later""#,
        r#""too_many""#,
        r#"{"too_many":{}}"#,
        r#"{"too_many":{"retry_after_ms":1},"changed":{}}"#,
        r#"{"bad_token":{"defect":"moody"}}"#,
        "{}",
        "7",
        "null",
    ] {
        assert!(
            serde_json::from_str::<Refusal>(nonsense).is_err(),
            "{nonsense}"
        );
        assert!(
            domain::json::read::<Refusal>(nonsense).is_err(),
            "{nonsense}"
        );
    }
    snapshot!("refusals", all.map(|refusal| wire(&refusal)));
}

#[test]
fn refusals_of_profiles() {
    let fields = [
        Field::Flow,
        Field::Hours,
        Field::Rules,
        Field::Picture,
        Field::Look,
        Field::Halo,
        Field::Step,
        Field::Zone,
    ];
    let reason = Reason::Form;
    let all = fields.map(|field| wire(&Refusal::Invalid { field, reason }));
    snapshot!("refusals_of_profiles", all);
}

#[test]
fn questions_of_agents() {
    snapshot!(
        "SignIn",
        question(&SignIn {
            email: "a@b".into(),
            password: "secret".into()
        })
    );
    snapshot!("SignOut", question(&SignOut {}));
    snapshot!("ReadMe", question(&ReadMe {}));
    snapshot!(
        "Me",
        wire(&Me {
            agent: agent(),
            teams: vec![team()]
        })
    );
    let availability = Availability::Away;
    snapshot!(
        "SetAvailability",
        question(&SetAvailability { availability })
    );
    snapshot!("NoteActivity", question(&NoteActivity {}));
    let before = Some(Before {
        at: Timestamp::from_ms(9),
        id: conversation_id(),
    });
    let list = ListConversations {
        filter: Filter::Closed,
        before,
    };
    snapshot!("ListConversations", question(&list));
    let read = ReadConversation {
        conversation: conversation_id(),
    };
    snapshot!("ReadConversation", question(&read));
    let files = ReadFileChoice {
        conversation: conversation_id(),
    };
    snapshot!("ReadFileChoice", question(&files));
    let choice = FileChoice {
        is_agents: true,
        are_welcome: false,
    };
    snapshot!("FileChoice", wire(&choice));
    snapshot!("ReadFirstSteps", question(&ReadFirstSteps {}));
    let steps = FirstSteps {
        has_opened: true,
        has_answered: false,
        has_copied: false,
        demo_url: Some("http://localhost:8081".into()),
    };
    snapshot!("FirstSteps", wire(&steps));
    snapshot!("MarkSnippetCopied", question(&MarkSnippetCopied {}));
    snapshot!("Done", wire(&Done {}));
}

#[test]
fn questions_of_admins() {
    snapshot!("ListAgents", question(&ListAgents {}));
    let create = CreateAgent {
        name: name("Bob"),
        email: EmailAddress::parse("bob@example.com").unwrap(),
        password: Password::parse("correct horse").unwrap(),
        role: Role::Agent,
        teams: vec![team_id()],
    };
    snapshot!("CreateAgent", question(&create));
    let active = SetAgentActive {
        agent: agent_id(),
        is_active: false,
        is_confirmed: true,
    };
    snapshot!("SetAgentActive", question(&active));
    let password = Password::parse("correct horse").unwrap();
    snapshot!(
        "SetPassword",
        question(&SetPassword {
            agent: agent_id(),
            password
        })
    );
    snapshot!("ListTeams", question(&ListTeams {}));
    let create = CreateTeam {
        name: name("Sales"),
        members: vec![agent_id()],
        is_open_to_join: true,
    };
    snapshot!("CreateTeam", question(&create));
    let save = SaveTeam {
        team: team_id(),
        name: name("Sales"),
        members: vec![],
        members_before: vec![agent_id()],
        is_open_to_join: false,
        is_confirmed: false,
    };
    snapshot!("SaveTeam", question(&save));
    let active = SetTeamActive {
        team: team_id(),
        is_active: false,
    };
    snapshot!("SetTeamActive", question(&active));
}

#[test]
fn own_teams() {
    snapshot!("ListOwnTeams", question(&ListOwnTeams {}));
    let own = OwnTeam {
        team: team_id(),
        name: name("Support"),
        is_member: true,
        is_open_to_join: false,
    };
    snapshot!("OwnTeam", own);
    snapshot!("ListTeamsThere", question(&ListTeamsThere {}));
    let there = TeamThere {
        team: team_id(),
        name: name("Sales"),
        is_anyone_there: true,
    };
    snapshot!("TeamThere", there);
    let join = SetOwnMembership {
        team: team_id(),
        is_member: true,
    };
    snapshot!("SetOwnMembership", question(&join));
    let face = agent().face;
    snapshot!("SetOwnFace", question(&SetOwnFace { face }));
    let bytes = "iVBORw0KGgo=".into();
    snapshot!("SavePicture", question(&SavePicture { bytes }));
    assert_eq!(
        picture_address(&PictureId::from_value(12)),
        format!("/chat/picture/{}", PictureId::from_value(12))
    );
}

#[test]
fn zones() {
    snapshot!("ListZones", question(&ListZones {}));
    let zone = hours().zone;
    snapshot!("ReadZone", question(&ReadZone { zone: zone.clone() }));
    let page = ZonePage {
        zone,
        now: Timestamp::from_ms(9),
        offsets: vec![OffsetSpan {
            from: Timestamp::from_ms(1),
            offset_seconds: 3600,
        }],
    };
    snapshot!("ZonePage", page);
}

#[test]
fn own_profiles() {
    let accesses = [
        ProfileAccess::Everyone,
        ProfileAccess::Identified,
        ProfileAccess::Agents,
    ];
    snapshot!("ProfileAccess", accesses);
    snapshot!("ListOwnProfiles", question(&ListOwnProfiles {}));
    let own = OwnProfile {
        id: profile().id,
        key: profile().key,
        name: profile().name,
        is_available: true,
        is_going: false,
    };
    snapshot!("OwnProfile", wire(&own));
}

#[test]
fn profiles() {
    snapshot!("ListProfiles", question(&ListProfiles {}));
    let row = ProfileRow {
        id: profile().id,
        name: profile().name,
        team: team_id(),
        team_name: name("Support"),
        access: ProfileAccess::Everyone,
        is_active: true,
        is_default: false,
        opening: Opening::Closed {
            opens: Some(Timestamp::from_ms(9)),
        },
        is_available: false,
        origins: 1,
    };
    let open = ProfileRow {
        opening: Opening::Open {
            until: Some(Timestamp::from_ms(9)),
        },
        ..row.clone()
    };
    snapshot!("ProfileRow", [row, open]);
    let create = CreateProfile {
        name: name("Sales"),
        like: Some(profile().id),
        team: Some(team_id()),
    };
    snapshot!("CreateProfile", question(&create));
    let read = ReadProfile {
        profile: profile().id,
    };
    snapshot!("ReadProfile", question(&read));
    let page = ProfilePage {
        origin: "https://chat.example.com".into(),
        snippet: snippet(
            "https://chat.example.com",
            &profile(),
            &SnippetOptions::default(),
        ),
        link: "https://chat.example.com/chat/with/prf_1".into(),
        are_countries_known: false,
        changed_by: Some(DisplayName::parse("Ada").unwrap()),
        profile: profile(),
    };
    snapshot!("ProfilePage", wire(&page));
    snapshot!("SnippetOptions", wire(&SnippetOptions::default()));
    snapshot!("SaveProfile", question(&SaveProfile { profile: profile() }));
    let with_bot = ChatProfile {
        flow: Some(ProfileFlow {
            flow: FlowId::from_value(11),
            when: FlowWhen::Always,
        }),
        ..profile()
    };
    snapshot!("ProfileFlow", [with_bot.flow, None]);
    let replace = ReplaceKey {
        profile: profile().id,
        version: 3,
    };
    snapshot!("ReplaceKey", question(&replace));
    let language = Language::Fr;
    snapshot!("ReadTexts", question(&ReadTexts { language }));
    let known = KnownText {
        key: "widget.ended".into(),
        text: "This chat has ended.".into(),
    };
    snapshot!("KnownText", wire(&known));
}

#[test]
fn identity() {
    let page = IdentityPage {
        profile: ProfileId::from_value(5),
        identity: Identity::default(),
        secret: SecretState {
            is_set: true,
            old_until: Some(Timestamp::from_ms(9)),
        },
        version: 3,
        changed_by: None,
    };
    let secret = TokenSecret::parse("never printed").unwrap();
    snapshot!(
        "ReadIdentity",
        question(&ReadIdentity {
            profile: page.profile.clone()
        })
    );
    snapshot!("IdentityPage", page);
    let save = SaveIdentity {
        profile: page.profile.clone(),
        identity: page.identity.clone(),
        version: 3,
    };
    snapshot!("SaveIdentity", question(&save));
    let replace = ReplaceSecret {
        profile: page.profile.clone(),
        version: 3,
        secret: Some(secret.clone()),
        is_old_kept: true,
    };
    snapshot!("ReplaceSecret", question(&replace));
    let replaced = SecretReplaced {
        page,
        made: Some(secret.clone()),
    };
    snapshot!("SecretReplaced", replaced);
    assert!(!format!("{replaced:?}{replace:?}").contains(secret.secret()));

    let conversation = conversation_id();
    snapshot!("ReadContact", question(&ReadContact { conversation }));
    let contact = Contact {
        id: ContactId::from_value(8),
        subject: Some("4711".into()),
        fields: [(ContactField::Phone, FieldText::parse("+49 30 1").unwrap())].into(),
    };
    let card = ContactCard {
        person: Some(person()),
        contact: Some(contact),
        custom: vec![("Level".into(), FieldText::parse("gold").unwrap())],
    };
    snapshot!("ContactCard", card);
}

#[test]
fn integration() {
    let field = CustomField {
        id: FieldId::from_value(9),
        name: FieldName::parse("CFlevel").unwrap(),
        label: name("Level"),
        is_active: true,
    };
    snapshot!("ReadWebsites", question(&ReadWebsites {}));
    let websites = Websites {
        origins: vec![HostOrigin::parse("*.shop.example").unwrap()],
        version: 3,
    };
    snapshot!("SaveWebsites", question(&SaveWebsites { websites }));
    snapshot!("ListCustomFields", question(&ListCustomFields {}));
    snapshot!("CustomField", field);
    let create = CreateCustomField {
        name: field.name.clone(),
        label: field.label.clone(),
    };
    snapshot!("CreateCustomField", question(&create));
    let save = SaveCustomField {
        field: field.id,
        label: field.label,
        is_active: false,
    };
    snapshot!("SaveCustomField", question(&save));

    let client = ApiClient {
        id: ApiClientId::from_value(10),
        name: name("The shop"),
        scopes: Scope::ALL.to_vec(),
        is_active: true,
    };
    snapshot!("ListApiClients", question(&ListApiClients {}));
    snapshot!("ApiClient", client);
    let create = CreateApiClient {
        name: client.name.clone(),
        scopes: client.scopes.clone(),
    };
    snapshot!("CreateApiClient", question(&create));
    let active = SetApiClientActive {
        client: client.id.clone(),
        is_active: false,
    };
    snapshot!("SetApiClientActive", question(&active));
    let secret = TokenSecret::parse("never printed").unwrap();
    snapshot!("ApiClientMade", ApiClientMade { client, secret });
}

#[test]
fn commands() {
    let page = Page {
        url: "https://shop.example/".into(),
        title: "Shop".into(),
    };
    let commands = [
        Command::Start {
            page,
            text: text("hello"),
            id_token: None,
        },
        Command::Identify {
            id_token: IdToken::parse("a.b.c").unwrap(),
        },
        Command::Send {
            text: text("hello"),
        },
        Command::Note {
            text: text("a regular"),
        },
        Command::Join,
        Command::PutBack,
        Command::Transfer {
            team: TeamId::from_value(5),
            name: None,
        },
        Command::Close,
        Command::ChooseFiles { are_welcome: false },
        Command::Rate {
            rating: Rating::Okay,
            comment: None,
        },
        Command::Rate {
            rating: Rating::Dissatisfied,
            comment: Some(text("slow")),
        },
        Command::RequestCopy {
            email: EmailAddress::parse("vera@example.com").unwrap(),
        },
    ];
    let commands = commands.map(|command| {
        let (client_id, conversation) = (client_id(), conversation_id());
        wire(&ClientFrame::Command {
            client_id,
            conversation,
            command,
        })
    });
    snapshot!("commands", commands);
}

#[test]
fn frames_of_clients() {
    let conversation = conversation_id();
    let hello = Hello {
        version: 1,
        epoch: Some("e1".into()),
        visitor: Some(VisitorHello {
            token: VisitorToken::new([7; 32]),
            profile: ProfileId::from_value(5),
            key: "abc".into(),
            conversation: Some(conversation.clone()),
            page: Page {
                url: "https://shop.example/a".into(),
                title: "Lamps".into(),
            },
            step: Some(StepId(3)),
        }),
        filter: Filter::Mine,
        cursors: vec![cursor()],
    };
    let frames = [
        ClientFrame::Hello(hello.clone()),
        ClientFrame::Typing {
            conversation: conversation.clone(),
            is_typing: true,
        },
        ClientFrame::Mark {
            conversation: conversation.clone(),
            marks: marks(),
        },
        ClientFrame::After(cursor()),
        ClientFrame::Before(cursor()),
        ClientFrame::Open { conversation },
        ClientFrame::Ping,
    ];
    snapshot!("client_frames", frames.map(|frame| wire(&frame)));
    let frames = vec![ClientFrame::Hello(hello)];
    snapshot!("PollAsVisitor", question(&PollAsVisitor { frames }));
    let frames = vec![ClientFrame::Hello(Hello::default()), ClientFrame::Ping];
    snapshot!("PollAsAgent", question(&PollAsAgent { frames }));
}

#[test]
fn frames_for_visitors() {
    let seen: Vec<_> = entries().iter().filter_map(Entry::for_visitor).collect();
    let conversation = Snapshot {
        head: state().for_visitor(),
        entries: seen.clone(),
        has_earlier: false,
        last: Seq::new(6),
        own: marks(),
        other: Marks::default(),
    };
    let welcome = VisitorWelcome {
        epoch: "e1".into(),
        now: Timestamp::from_ms(9),
        profile: profile().for_visitor(Voucher::HostPage, Language::En),
        is_anyone_available: true,
        opens_at: None,
        conversation: Some(conversation.clone()),
        opening: of_bot().iter().filter_map(Entry::for_visitor).collect(),
    };
    let id = conversation_id();
    let presence = VisitorSignal::Presence {
        is_anyone_available: false,
        opens_at: Some(Timestamp::from_ms(9)),
        wait_minutes: Some(4),
    };
    let frames: [VisitorFrame; 8] = [
        ServerFrame::Welcome(welcome),
        ServerFrame::Entry(seen[0].clone()),
        ServerFrame::Resync(conversation),
        ServerFrame::Typing {
            conversation: id.clone(),
            name: Some(name("Ann")),
            is_typing: true,
        },
        ServerFrame::Signal(presence),
        ServerFrame::Signal(VisitorSignal::Profile(
            profile().for_visitor(Voucher::HostPage, Language::En),
        )),
        ServerFrame::Refused {
            client_id: Some(client_id()),
            refusal: Refusal::WrongKey,
        },
        ServerFrame::Earlier {
            conversation: id,
            before: Seq::new(9),
            entries: seen,
            has_earlier: true,
        },
    ];
    snapshot!("visitor_frames", frames.map(|frame| wire(&frame)));
}

#[test]
fn signals_for_agents() {
    let conversation = conversation_id();
    let signals = [
        AgentSignal::Row(Box::new(row())),
        AgentSignal::SeenMessages {
            conversation: conversation.clone(),
            seen_messages: 4,
        },
        AgentSignal::Gone { conversation },
        AgentSignal::Me,
        AgentSignal::Idle {
            since: Some(Timestamp::from_ms(9)),
        },
        AgentSignal::Idle { since: None },
        AgentSignal::Settings,
        AgentSignal::SignedOut,
    ];
    snapshot!("agent_signals", signals.map(|signal| wire(&signal)));
}

#[test]
fn frames_for_agents() {
    let id = conversation_id();
    let list = ListPage {
        rows: vec![ListRow {
            row: row(),
            seen_messages: 1,
        }],
        more: Some(Before {
            at: Timestamp::from_ms(9),
            id: id.clone(),
        }),
        counts: Counts {
            waiting: 2,
            mine: 1,
        },
    };
    let welcome = AgentWelcome {
        epoch: "e1".into(),
        now: Timestamp::from_ms(9),
        list,
        idle_since: Some(Timestamp::from_ms(8)),
    };
    let snapshot = Snapshot {
        head: row(),
        entries: entries(),
        has_earlier: true,
        last: Seq::new(6),
        own: marks(),
        other: marks(),
    };
    let frames: [AgentFrame; 9] = [
        ServerFrame::Welcome(welcome),
        ServerFrame::Entry(entries()[3].clone()),
        ServerFrame::Entries {
            conversation: id.clone(),
            after: Seq::new(2),
            entries: entries(),
            through: Seq::new(6),
        },
        ServerFrame::Resync(snapshot),
        ServerFrame::Marks {
            conversation: id.clone(),
            side: Side::Visitor,
            marks: marks(),
        },
        ServerFrame::Typing {
            conversation: id,
            name: None,
            is_typing: false,
        },
        ServerFrame::Beat {
            now: Timestamp::from_ms(9),
            heads: vec![cursor()],
        },
        ServerFrame::Outdated,
        ServerFrame::Pong,
    ];
    snapshot!("agent_frames", frames.map(|frame| wire(&frame)));
}

/// Words that the frames and questions above happen not to use.
#[test]
fn words() {
    let reasons = [
        Reason::Empty,
        Reason::TooShort { min: 10 },
        Reason::Forbidden,
        Reason::Form,
        Reason::Taken,
    ];
    snapshot!("reasons", reasons.map(|reason| wire(&reason)));
    snapshot!("filters", Filter::ALL.map(|filter| wire(&filter)));
    snapshot!(
        "sides",
        [Side::Visitor, Side::Agents].map(|side| wire(&side))
    );
    let left = [LeftReason::PutBack, LeftReason::Deactivated];
    snapshot!("left_reasons", left.map(|reason| wire(&reason)));
    let fields = [Field::FieldName, Field::Label, Field::Wait, Field::Address];
    snapshot!("fields", fields.map(|field| wire(&field)));
    let defects: Vec<_> = TokenDefect::ALL.iter().map(wire).collect();
    snapshot!("token_defects", defects);
    snapshot!("algorithms", Algorithm::ALL.map(|one| wire(&one)));
    let matchings = [Matching::Subject, Matching::Email];
    snapshot!("matchings", matchings.map(|one| wire(&one)));
    snapshot!("wait_methods", WaitMethod::ALL.map(|one| wire(&one)));
    snapshot!("contact_fields", ContactField::ALL.map(|one| wire(&one)));
}
