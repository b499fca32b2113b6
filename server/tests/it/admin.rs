//! What admins set, and what open windows notice of it at once.
//!
//! Invariant: what was refused has changed nothing.

use crate::world::{Agent, PASSWORD, World, both, client_id, session, soon, text};
use domain::api::{
    CreateAgent, CreateTeam, Field, ListAgents, ListTeams, ReadConversation, ReadMe, Refusal,
    SaveProfile, SaveTeam, SetAgentActive, SetPassword, SetTeamActive, SignIn,
};
use domain::conversation::{Command, EntryBody, LeftReason, Speaker, Stage};
use domain::id::{AgentId, TeamId};
use domain::live::{AgentSignal, ServerFrame, VisitorSignal};
use domain::people::{Role, Voucher};
use domain::settings::Language;
use domain::text::{Colour, DisplayName, EmailAddress, Greeting, Password, Reason};
use std::time::Duration;

fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

fn password(text: &str) -> Password {
    Password::parse(text).unwrap()
}

fn create(called: &str, email: &str, teams: Vec<TeamId>) -> CreateAgent {
    CreateAgent {
        name: name(called),
        email: EmailAddress::parse(email).unwrap(),
        password: password(PASSWORD),
        role: Role::Agent,
        teams,
    }
}

fn active(agent: &AgentId, is_active: bool) -> SetAgentActive {
    SetAgentActive {
        agent: agent.clone(),
        is_active,
        is_confirmed: false,
    }
}

fn confirmed(agent: &AgentId) -> SetAgentActive {
    SetAgentActive {
        is_confirmed: true,
        ..active(agent, false)
    }
}

async fn signs_in(world: &World, email: &str, password: &str) -> Result<(), Refusal> {
    let (email, password) = (email.to_owned(), password.to_owned());
    world.ask(None, SignIn { email, password }).await.map(drop)
}

both! {
    async fn agents_are_made_once_per_address(world: World) {
        let admin = world.admin().await;
        let mut a = admin.socket().await;
        let team = world.profile().team;
        let eve = admin.ask(create("Eve", "eve@example.com", vec![team.clone()])).await.unwrap();
        assert_eq!(a.signal().await, AgentSignal::Settings);
        assert!(eve.is_active && eve.teams == [team]);
        signs_in(&world, "eve@example.com", PASSWORD).await.unwrap();
        let taken = admin.ask(create("Eva", "EVE@example.com", Vec::new())).await;
        let want = Refusal::Invalid { field: Field::Email, reason: Reason::Taken };
        assert_eq!(taken.unwrap_err(), want);
        let missing = vec![TeamId::from_value(9)];
        let refused = admin.ask(create("Ed", "ed@example.com", missing)).await;
        let want = Refusal::Invalid { field: Field::Team, reason: Reason::Form };
        assert_eq!(refused.unwrap_err(), want);
        let all = admin.ask(ListAgents {}).await.unwrap();
        let names: Vec<_> = all.iter().map(|agent| agent.name.as_str()).collect();
        assert_eq!(names, ["Admin", "Eve"]);
    }

    async fn teams_are_made_renamed_and_deactivated(world: World) {
        let admin = world.admin().await;
        let ann = world.agent("Ann").await;
        let new = |called| CreateTeam {
            name: name(called),
            members: vec![ann.person.id.clone()],
            is_open_to_join: false,
        };
        let sales = admin.ask(new("Sales")).await.unwrap();
        let taken = Refusal::Invalid { field: Field::Name, reason: Reason::Taken };
        assert_eq!(admin.ask(new("Sales")).await.unwrap_err(), taken);
        let save = |called| SaveTeam {
            team: sales.id.clone(),
            name: name(called),
            members: Vec::new(),
            members_before: vec![ann.person.id.clone()],
            is_open_to_join: false,
            is_confirmed: false,
        };
        assert_eq!(admin.ask(save("Support")).await.unwrap_err(), taken);
        admin.ask(save("Selling")).await.unwrap();
        let missing = SaveTeam { team: TeamId::from_value(9), ..save("Nobody") };
        assert_eq!(admin.ask(missing).await.unwrap_err(), Refusal::NotFound);
        let stranger = SaveTeam { members: vec![AgentId::from_value(9)], ..save("Selling") };
        let want = Refusal::Invalid { field: Field::Members, reason: Reason::Form };
        assert_eq!(admin.ask(stranger).await.unwrap_err(), want);

        let serving = world.profile().team;
        let off = |team: &TeamId| SetTeamActive { team: team.clone(), is_active: false };
        let want = Refusal::TeamServes { profile: name("Support") };
        assert_eq!(admin.ask(off(&serving)).await.unwrap_err(), want);
        admin.ask(off(&sales.id)).await.unwrap();
        assert_eq!(admin.ask(off(&TeamId::from_value(9))).await.unwrap_err(), Refusal::NotFound);
        let all = admin.ask(ListTeams {}).await.unwrap();
        let teams: Vec<_> = all.iter().map(|team| (team.name.as_str(), team.is_active)).collect();
        assert_eq!(teams, [("Support", true), ("Selling", false)]);
        let eve = create("Eve", "eve@example.com", vec![sales.id]);
        let want = Refusal::Invalid { field: Field::Team, reason: Reason::Form };
        assert_eq!(admin.ask(eve).await.unwrap_err(), want);
    }

    async fn a_serving_team_is_emptied_only_after_a_warning(world: World) {
        let admin = world.admin().await;
        let ann = world.agent("Ann").await;
        let warning = Refusal::TeamServes { profile: name("Support") };
        let save = |members: Vec<AgentId>, is_confirmed| SaveTeam {
            team: world.profile().team,
            name: name("Support"),
            members,
            members_before: vec![admin.person.id.clone(), ann.person.id.clone()],
            is_open_to_join: false,
            is_confirmed,
        };
        assert_eq!(admin.ask(save(Vec::new(), false)).await.unwrap_err(), warning);
        admin.ask(save(vec![ann.person.id.clone()], false)).await.unwrap();
        // Ann is the last one now.
        assert_eq!(admin.ask(active(&ann.person.id, false)).await.unwrap_err(), warning);
        assert!(ann.ask(ReadMe {}).await.is_ok(), "she is still there");
        admin.ask(confirmed(&ann.person.id)).await.unwrap();
        assert_eq!(ann.ask(ReadMe {}).await.unwrap_err(), Refusal::Unauthorized);
        // A team of deactivated members is as good as empty.
        let gone = vec![ann.person.id.clone()];
        assert_eq!(admin.ask(save(gone, false)).await.unwrap_err(), warning);
        admin.ask(save(Vec::new(), true)).await.unwrap();
    }

    async fn who_is_deactivated_is_gone_within_a_second(world: World) {
        let admin = world.admin().await;
        let (ann, bob) = (world.agent("Ann").await, world.agent("Bob").await);
        let second = Agent { cookie: session(&world, &ann.person.id).await, ..ann.clone() };
        let visitor = world.visitor();
        let (mine, over) = (visitor.starts("Hello").await, visitor.starts("Over").await);
        for cnv in [&mine, &over] {
            ann.accepts(cnv).await;
            ann.says(cnv, "I am Ann").await;
        }
        ann.does(&over, Command::Close).await.unwrap();
        let (mut a, mut a2) = (ann.socket().await, second.socket().await);
        let mut late = ann.line().await;
        let (mut b, mut v) = (bob.socket().await, visitor.socket().await);

        admin.ask(active(&ann.person.id, false)).await.unwrap();
        let closed = async {
            for socket in [&mut a, &mut a2] {
                let (frames, code) = socket.rest().await;
                assert_eq!(frames.last(), Some(&ServerFrame::Signal(AgentSignal::SignedOut)));
                assert_eq!(code, Some(1008));
            }
        };
        tokio::time::timeout(Duration::from_secs(1), closed).await.expect("within a second");
        for agent in [&ann, &second] {
            assert_eq!(agent.ask(ReadMe {}).await.unwrap_err(), Refusal::Unauthorized);
        }
        // A window that had knocked before and says hello now.
        late.hello(&Agent::hello()).await;
        assert_eq!(late.refused().await.1, Refusal::Unauthorized);
        assert_eq!(late.rest().await.1, Some(1008));
        assert!(!world.server().hub.is_anyone_available(&world.profile(), None, world.server().now()));

        // What she answered waits again, told to colleagues and to the visitor; her name stays.
        let left = b.entry().await;
        assert_eq!((&left.conversation, &left.by), (&mine, &Speaker::System));
        let EntryBody::Left { reason, name, .. } = left.body else { panic!("{left:?}") };
        assert_eq!((reason, name.as_str()), (LeftReason::Deactivated, "Ann"));
        assert_eq!(v.entry().await.conversation, mine);
        let read = bob.ask(ReadConversation { conversation: mine.clone() }).await.unwrap();
        assert!(matches!(read.head.stage, Stage::Waiting { .. }));
        let said = read.entries.iter().any(|entry| {
            matches!(&entry.by, Speaker::Agent { name, .. } if name.as_str() == "Ann")
        });
        assert!(said);
        let read = bob.ask(ReadConversation { conversation: over }).await.unwrap();
        assert!(matches!(read.head.stage, Stage::Closed { .. }), "what is over stays over");
        bob.accepts(&mine).await;
        assert_eq!(signs_in(&world, "ann@example.com", PASSWORD).await, Err(Refusal::WrongPassword));

        // And back: old sessions stay ended, the password still fits.
        admin.ask(active(&ann.person.id, true)).await.unwrap();
        assert_eq!(ann.ask(ReadMe {}).await.unwrap_err(), Refusal::Unauthorized);
        signs_in(&world, "ann@example.com", PASSWORD).await.unwrap();
        let missing = active(&AgentId::from_value(9), false);
        assert_eq!(admin.ask(missing).await.unwrap_err(), Refusal::NotFound);
    }

    async fn the_last_admin_stays(world: World) {
        let admin = world.admin().await;
        let refused = admin.ask(confirmed(&admin.person.id)).await;
        assert_eq!(refused.unwrap_err(), Refusal::LastAdmin);
        assert!(admin.ask(ReadMe {}).await.is_ok());
        let second = world.agent_of("Root", Role::Admin, Vec::new()).await;
        second.ask(confirmed(&admin.person.id)).await.unwrap();
        let refused = second.ask(confirmed(&second.person.id)).await;
        assert_eq!(refused.unwrap_err(), Refusal::LastAdmin);
    }

    /// Two admins who deactivate each other at the same moment.
    async fn of_two_admins_one_stays_whatever_they_do(world: World) {
        let (first, second) =
            (world.admin().await, world.agent_of("Root", Role::Admin, Vec::new()).await);
        let (one, two) = tokio::join!(
            first.ask(confirmed(&second.person.id)),
            second.ask(confirmed(&first.person.id)),
        );
        let admins = world
            .texts("select email from agent where role = 'admin' and is_active")
            .await;
        assert_eq!(admins.len(), 1, "{one:?} {two:?}");
    }

    async fn a_new_password_ends_sessions(world: World) {
        let admin = world.admin().await;
        let ann = world.agent("Ann").await;
        let mut a = ann.socket().await;
        let set = |agent: &AgentId, to| SetPassword { agent: agent.clone(), password: password(to) };
        admin.ask(set(&ann.person.id, "another password")).await.unwrap();
        assert_eq!(a.rest().await.1, Some(1008));
        assert_eq!(ann.ask(ReadMe {}).await.unwrap_err(), Refusal::Unauthorized);
        assert_eq!(signs_in(&world, "ann@example.com", PASSWORD).await, Err(Refusal::WrongPassword));
        signs_in(&world, "ann@example.com", "another password").await.unwrap();
        let missing = admin.ask(set(&AgentId::from_value(9), "another password")).await;
        assert_eq!(missing.unwrap_err(), Refusal::NotFound);

        // Who changes the own one stays where it was done, and nowhere else.
        let elsewhere = Agent { cookie: session(&world, &admin.person.id).await, ..admin.clone() };
        let (mut here, mut there) = (admin.socket().await, elsewhere.socket().await);
        admin.ask(set(&admin.person.id, "my new password")).await.unwrap();
        assert_eq!(there.rest().await.1, Some(1008));
        assert!(here.is_alive().await);
        assert!(admin.ask(ReadMe {}).await.is_ok());
        assert_eq!(elsewhere.ask(ReadMe {}).await.unwrap_err(), Refusal::Unauthorized);
    }

    async fn a_lost_password_is_set_from_the_command_line(world: World) {
        let admin = world.admin().await;
        let db = world.server().db.clone();
        let set = async |email: &str| {
            let email = EmailAddress::parse(email).unwrap();
            server::agents::set_password_by_email(&db, &email, password("found it again"))
                .await
                .unwrap()
        };
        assert!(!set("nobody@example.com").await);
        assert!(admin.ask(ReadMe {}).await.is_ok());
        assert!(set("Admin@Example.com").await);
        assert_eq!(admin.ask(ReadMe {}).await.unwrap_err(), Refusal::Unauthorized);
        signs_in(&world, "admin@example.com", "found it again").await.unwrap();
    }

    async fn the_profile_is_saved_once_per_version_and_open_windows_see_it(world: World) {
        let admin = world.admin().await;
        let visitor = world.visitor();
        let mut v = visitor.socket().await;
        let page = admin.profile().await;
        assert!(page.snippet.contains(&page.profile.key) && page.snippet.contains(&world.url()));
        let mut profile = page.profile.clone();
        profile.name = name("Pottery");
        profile.colour = Colour::parse("#00AA00").unwrap();
        profile.greeting = Greeting::parse("Welcome!").unwrap();
        "a key of one's own".clone_into(&mut profile.key);
        let saved = admin.ask(SaveProfile { profile: profile.clone() }).await.unwrap();
        assert_eq!((saved.version, &saved.key), (2, &page.profile.key), "the key is not theirs to set");
        let seen = v.until("the profile", |frame| match frame {
            ServerFrame::Signal(VisitorSignal::Profile(profile)) => Some(profile),
            _ => None,
        });
        assert_eq!(seen.await, saved.for_visitor(Voucher::Nobody, Language::En));
        // A second window with the old version.
        profile.name = name("Too late");
        assert_eq!(admin.ask(SaveProfile { profile }).await.unwrap_err(), Refusal::Changed);
        assert_eq!(admin.profile().await.profile, saved);
        let mut lost = saved.clone();
        lost.team = TeamId::from_value(9);
        let want = Refusal::Invalid { field: Field::Team, reason: Reason::Form };
        assert_eq!(admin.ask(SaveProfile { profile: lost }).await.unwrap_err(), want);
        let mut v = visitor.line().await;
        v.hello(&visitor.hello()).await;
        assert_eq!(v.welcome().await.profile.name, name("Pottery"));
    }

    async fn an_inactive_profile_takes_no_new_conversations(world: World) {
        let admin = world.admin().await;
        let visitor = world.visitor();
        let going_on = visitor.starts("Hello").await;
        let mut v = visitor.socket().await;
        let mut profile = admin.profile().await.profile;
        profile.is_active = false;
        let saved = admin.ask(SaveProfile { profile }).await.unwrap();
        // In a window that has been open all the time.
        let own = client_id();
        let other = crate::world::conversation_id();
        v.command(&own, &other, crate::world::Visitor::start("Hello?")).await;
        assert_eq!(v.refused().await, (Some(own), Refusal::ProfileInactive));
        visitor.says(&going_on, "We were not done").await;
        assert_eq!(v.entry().await.conversation, going_on);
        let mut profile = saved;
        profile.is_active = true;
        admin.ask(SaveProfile { profile }).await.unwrap();
        visitor.does(&other, crate::world::Visitor::start("Hello again")).await.unwrap();
    }

    async fn the_first_steps_tick_themselves(world: World) {
        let admin = world.admin().await;
        let steps = async || {
            let steps = admin.ask(domain::api::ReadFirstSteps {}).await.unwrap();
            (steps.has_opened, steps.has_answered, steps.has_copied)
        };
        assert_eq!(steps().await, (false, false, false));
        let profile = world.profile();
        let path = format!("/api/profile/{}?key={}", profile.id, profile.key);
        world.get(&path).answer().await;
        assert_eq!(steps().await, (false, false, false), "a page of our own is no website");
        world.get(&path).with("origin", "https://shop.example").answer().await;
        assert_eq!(steps().await, (true, false, false));
        let cnv = world.visitor().starts("Hello").await;
        admin.accepts(&cnv).await;
        assert_eq!(steps().await, (true, false, false), "joining is no answer");
        let mut a = admin.socket().await;
        a.command(&client_id(), &cnv, Command::Send { text: text("Hi") }).await;
        soon("the step", async {
            while !steps().await.1 {
                a.frame().await;
            }
        })
        .await;
        admin.ask(domain::api::MarkSnippetCopied {}).await.unwrap();
        assert_eq!(steps().await, (true, true, true));
    }
}
