//! Flows through the admins' doors: drafts, versions, tests, and who changes what meanwhile.
//!
//! Invariant: what is published is sound, and is never changed by what comes after.

use crate::world::{Agent, World, both};
use axum::http::StatusCode;
use domain::api::{
    ChangedTest, CreateCustomField, CreateFlow, Field, FlowPage, ListFlows, PublishFlow, Published,
    ReadFlow, ReadFlowVersion, Refusal, RollBackFlow, RolloutChange, SaveFlow, SetFlowArchived,
    SetFlowRollout,
};
use domain::flow::{
    AnswerId, Facts, Flaw, Flow, FlowTest, Given, Kind, Move, Program, Rollout, Share, StepId,
    check, replay,
};
use domain::id::FlowId;
use domain::settings::Language;
use domain::text::{DisplayName, FieldName, FlowNote, Reason};
use serde_json::json;

fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

async fn welcome(admin: &Agent) -> FlowPage {
    let flows = admin.ask(ListFlows {}).await.unwrap();
    assert_eq!(flows.len(), 1);
    let flow = flows[0].id.clone();
    admin.ask(ReadFlow { flow }).await.unwrap()
}

fn save(page: &FlowPage) -> SaveFlow {
    SaveFlow {
        flow: page.row.id.clone(),
        name: page.row.name.clone(),
        draft: page.draft.clone(),
        tests: page.tests.clone(),
        save: page.save,
    }
}

fn publish(page: &FlowPage) -> PublishFlow {
    PublishFlow {
        flow: page.row.id.clone(),
        save: page.save,
        note: Some(FlowNote::parse("Prices are new").unwrap()),
        is_accepted: false,
        share: None,
    }
}

fn share(percent: u8) -> Share {
    Share::from_percent(percent).unwrap()
}

/// For so many in a hundred at first.
fn for_part(page: &FlowPage, percent: u8) -> PublishFlow {
    PublishFlow {
        share: Some(share(percent)),
        ..publish(page)
    }
}

fn rollout(before: u32, percent: u8) -> Rollout {
    let share = share(percent);
    Rollout { before, share }
}

fn set_rollout(page: &FlowPage, change: RolloutChange) -> SetFlowRollout {
    SetFlowRollout {
        flow: page.row.id.clone(),
        save: page.save,
        change,
    }
}

/// Saves the welcome bot with another greeting.
async fn regreet(admin: &Agent, page: &FlowPage, text: &str) -> FlowPage {
    let draft = greeted(page.draft.clone(), text);
    let save = SaveFlow {
        draft,
        ..save(page)
    };
    admin.ask(save).await.unwrap()
}

/// A flow that does nothing but start another.
fn starter(of: &FlowId) -> Flow {
    let flow = json!({ "bot_name": "Porter", "languages": ["en"], "start": 1, "steps": [
        { "id": 1, "name": "", "does": { "start_flow": { "flow": of, "failed": 2 } } },
        { "id": 2, "name": "", "does": { "end": { "text": { "en": "Sorry." } } } },
    ] });
    serde_json::from_value(flow).unwrap()
}

fn done(published: Published) -> FlowPage {
    match published {
        Published::Done(page) => *page,
        other => panic!("{other:?}"),
    }
}

/// The flow with another greeting.
fn greeted(mut flow: Flow, text: &str) -> Flow {
    let Kind::Message(message) = &mut flow.steps[0].does else {
        panic!("{:?}", flow.steps[0]);
    };
    message.text.set(Language::En, text);
    flow
}

/// What a visitor would go through who asks for prices, as it reads now.
fn prices(flow: &Flow) -> FlowTest {
    let test = FlowTest {
        name: "Prices".to_owned(),
        at: None,
        facts: Facts::default(),
        moves: vec![Move::Given(Given::Answer(AnswerId(1)))],
        lines: Vec::new(),
    };
    let lines = replay(&Program::new(flow.clone()), &test).lines;
    FlowTest { lines, ..test }
}

both! {
    async fn a_flow_is_there_on_the_first_start(world: World) {
        let admin = world.admin().await;
        let page = welcome(&admin).await;
        assert_eq!(page.row.name.as_str(), "Welcome Bot");
        assert_eq!((page.row.published, page.row.is_changed), (Some(1), false));
        assert_eq!(page.draft.languages, Language::ALL);
        assert_eq!(check(&page.draft, &page.around).defects, []);
        assert!(page.saved_by.is_none() && page.versions.len() == 1);
        // Whoever archives it does not find it anew.
        let flow = page.row.id.clone();
        admin.ask(SetFlowArchived { flow, is_archived: true }).await.unwrap();
        world.restart(|_| ()).await;
        let flows = admin.ask(ListFlows {}).await.unwrap();
        assert!(flows.len() == 1 && flows[0].is_archived);
    }

    async fn a_draft_may_be_unfinished_and_a_version_may_not(world: World) {
        let admin = world.admin().await;
        let first = welcome(&admin).await;
        let mut draft = first.draft.clone();
        let Kind::Message(message) = &mut draft.steps[0].does else { panic!() };
        message.next = None;
        let page = admin.ask(SaveFlow { draft, ..save(&first) }).await.unwrap();
        assert_eq!(page.save, first.save + 1);
        assert_eq!((page.row.is_changed, page.row.published), (true, Some(1)));
        assert_eq!(page.saved_by.as_ref(), Some(&admin.person.name));
        let Published::Defective(defects) = admin.ask(publish(&page)).await.unwrap() else {
            panic!("a dead end was published");
        };
        let is_dead_end = |flaw: &Flaw| matches!(flaw, Flaw::DeadEnd { .. });
        assert!(defects.iter().any(|found| found.step == Some(StepId(1)) && is_dead_end(&found.flaw)));
        let again = admin.ask(ReadFlow { flow: page.row.id.clone() }).await.unwrap();
        assert_eq!(again, page, "nothing was changed by trying");

        let mended = greeted(page.draft.clone(), "Good day!");
        let mut mended = mended;
        let Kind::Message(message) = &mut mended.steps[0].does else { panic!() };
        message.next = Some(StepId(2));
        let page = admin.ask(SaveFlow { draft: mended.clone(), ..save(&page) }).await.unwrap();
        let page = done(admin.ask(publish(&page)).await.unwrap());
        assert_eq!((page.row.published, page.row.is_changed), (Some(2), false));
        let newest = &page.versions[0];
        assert_eq!((newest.number, newest.note.as_str()), (2, "Prices are new"));
        assert_eq!(newest.by.as_ref(), Some(&admin.person.name));
        let version = async |number| {
            let flow = page.row.id.clone();
            admin.ask(ReadFlowVersion { flow, number }).await
        };
        assert_eq!(version(2).await.unwrap(), mended);
        assert_ne!(version(1).await.unwrap(), mended, "the first is as it was");
        assert_eq!(version(3).await, Err(Refusal::NotFound));
    }

    async fn who_saves_over_somebody_else_is_told(world: World) {
        let (ada, bob) = (world.admin().await, world.admin().await);
        let page = welcome(&ada).await;
        let other = bob.ask(save(&page)).await.unwrap();
        assert_eq!(ada.ask(save(&page)).await, Err(Refusal::Changed));
        assert_eq!(ada.ask(publish(&page)).await, Err(Refusal::Changed));
        let back = RollBackFlow { flow: page.row.id.clone(), save: page.save, number: 1 };
        assert_eq!(ada.ask(back).await, Err(Refusal::Changed));
        assert!(ada.ask(publish(&other)).await.is_ok());
    }

    async fn a_version_is_rolled_back_as_a_new_one(world: World) {
        let admin = world.admin().await;
        let first = welcome(&admin).await;
        let draft = greeted(first.draft.clone(), "Second");
        let page = admin.ask(SaveFlow { draft: draft.clone(), ..save(&first) }).await.unwrap();
        let page = done(admin.ask(publish(&page)).await.unwrap());
        let back = RollBackFlow { flow: page.row.id.clone(), save: page.save, number: 1 };
        let page = done(admin.ask(back.clone()).await.unwrap());
        assert_eq!((page.row.published, page.row.is_changed), (Some(3), true));
        assert_eq!(page.draft, draft, "what authors work on stays");
        assert_eq!(page.versions[0].note, "= 1");
        let third = ReadFlowVersion { flow: page.row.id.clone(), number: 3 };
        assert_eq!(admin.ask(third).await.unwrap(), first.draft);
        let second = RollBackFlow { number: 2, save: page.save, ..back.clone() };
        let page = done(admin.ask(second).await.unwrap());
        assert_eq!((page.row.published, page.row.is_changed), (Some(4), false), "it is the draft");
        let none = RollBackFlow { number: 9, ..back };
        assert_eq!(admin.ask(none).await, Err(Refusal::NotFound));
    }

    async fn a_version_is_tried_with_a_part_and_then_is_everyones(world: World) {
        let admin = world.admin().await;
        let first = welcome(&admin).await;
        assert_eq!(first.row.rollout, None);
        let page = regreet(&admin, &first, "Second").await;
        let page = done(admin.ask(for_part(&page, 20)).await.unwrap());
        assert_eq!((page.row.published, page.row.rollout), (Some(2), Some(rollout(1, 20))));
        assert!(!page.row.is_changed);
        let rows = admin.ask(ListFlows {}).await.unwrap();
        assert_eq!(rows, std::slice::from_ref(&page.row));

        let more = admin.ask(set_rollout(&page, RolloutChange::Share(share(50)))).await.unwrap();
        assert_eq!((more.row.published, more.row.rollout), (Some(2), Some(rollout(1, 50))));
        assert!(!more.row.is_changed, "the draft is what is on trial");
        assert_eq!((more.save, &more.versions), (page.save + 1, &page.versions));
        let stale = set_rollout(&page, RolloutChange::Everyone);
        assert_eq!(admin.ask(stale).await, Err(Refusal::Changed));

        let page = regreet(&admin, &more, "Third").await;
        let all = admin.ask(set_rollout(&page, RolloutChange::Everyone)).await.unwrap();
        assert_eq!((all.row.published, all.row.rollout), (Some(2), None));
        assert!(all.row.is_changed, "what authors work on is newer, and stays");
        assert_eq!(all.draft, page.draft);
        // There is nothing more to change.
        for change in [RolloutChange::Share(share(5)), RolloutChange::Everyone, RolloutChange::TakeBack] {
            assert_eq!(admin.ask(set_rollout(&all, change)).await, Err(Refusal::Changed));
        }
        let again = admin.ask(ReadFlow { flow: all.row.id.clone() }).await.unwrap();
        assert_eq!(again, all);
        let nothing = SetFlowRollout { flow: FlowId::from_value(9), ..set_rollout(&all, RolloutChange::Everyone) };
        assert_eq!(admin.ask(nothing).await, Err(Refusal::NotFound));
    }

    async fn what_was_tried_is_taken_back_and_nothing_is_lost(world: World) {
        let admin = world.admin().await;
        let first = welcome(&admin).await;
        let page = regreet(&admin, &first, "Second").await;
        let page = done(admin.ask(for_part(&page, 20)).await.unwrap());
        let page = regreet(&admin, &page, "Third").await;
        let page = done(admin.ask(for_part(&page, 30)).await.unwrap());
        let mended = (page.row.published, page.row.rollout);
        assert_eq!(mended, (Some(3), Some(rollout(1, 30))), "the others stay with the first");
        let page = admin.ask(set_rollout(&page, RolloutChange::TakeBack)).await.unwrap();
        assert_eq!((page.row.published, page.row.rollout), (Some(1), None));
        assert!(page.row.is_changed && page.versions.len() == 3);
        assert_eq!(page.draft, greeted(first.draft.clone(), "Third"));
        let page = done(admin.ask(for_part(&page, 40)).await.unwrap());
        assert_eq!((page.row.published, page.row.rollout), (Some(4), Some(rollout(1, 40))));

        // The draft was made what it was already.
        let back = SaveFlow { draft: first.draft.clone(), ..save(&page) };
        let page = admin.ask(back).await.unwrap();
        let page = admin.ask(set_rollout(&page, RolloutChange::TakeBack)).await.unwrap();
        assert_eq!((page.row.published, page.row.is_changed), (Some(1), false));

        // A version for everyone ends it, a new one as well as an old one.
        let page = done(admin.ask(for_part(&page, 10)).await.unwrap());
        let page = done(admin.ask(publish(&page)).await.unwrap());
        assert_eq!((page.row.published, page.row.rollout), (Some(6), None));
        let page = done(admin.ask(for_part(&page, 10)).await.unwrap());
        assert_eq!(page.row.rollout, Some(rollout(6, 10)));
        let back = RollBackFlow { flow: page.row.id.clone(), save: page.save, number: 2 };
        let page = done(admin.ask(back).await.unwrap());
        assert_eq!((page.row.published, page.row.rollout), (Some(8), None));
    }

    async fn what_was_put_aside_is_tried_with_nobody(world: World) {
        let admin = world.admin().await;
        let page = welcome(&admin).await;
        let tried = done(admin.ask(for_part(&page, 20)).await.unwrap());
        let flow = page.row.id.clone();
        let read = async || admin.ask(ReadFlow { flow: flow.clone() }).await.unwrap();
        for is_archived in [true, false] {
            admin.ask(SetFlowArchived { flow: flow.clone(), is_archived }).await.unwrap();
            let page = read().await;
            assert_eq!(page.row.rollout, None);
            for from in [&tried, &page] {
                let change = set_rollout(from, RolloutChange::Everyone);
                assert_eq!(admin.ask(change).await, Err(Refusal::Changed));
            }
        }
        // Nothing was before the first, nor before one that was put aside.
        let copy = CreateFlow { name: name("Sales"), draft: page.draft.clone(), tests: Vec::new() };
        for page in [read().await, admin.ask(copy).await.unwrap()] {
            let refused = Err(Refusal::Invalid { field: Field::Flow, reason: Reason::Form });
            assert_eq!(admin.ask(for_part(&page, 20)).await, refused);
            let page = done(admin.ask(publish(&page)).await.unwrap());
            assert_eq!(page.row.rollout, None);
        }
        let page = read().await;
        for share in [json!(0), json!(100), json!(-1), json!(2.5), json!("20")] {
            let body = json!({ "flow": flow, "save": page.save, "note": null, "is_accepted": true,
                "share": share });
            let asked = world.post("/api/call/publish_flow", body.to_string());
            let answer = asked.with("cookie", &admin.cookie).answer().await;
            assert_eq!(answer.refusal(), Refusal::Malformed, "{share}");
        }
        assert_eq!(read().await, page);
    }

    async fn no_circle_is_made_through_the_version_before(world: World) {
        let admin = world.admin().await;
        let welcome = welcome(&admin).await;
        let create = CreateFlow {
            name: name("Porter"),
            draft: starter(&welcome.row.id),
            tests: Vec::new(),
        };
        let porter = admin.ask(create).await.unwrap();
        let porter = done(admin.ask(publish(&porter)).await.unwrap());
        let around = async || {
            let flow = welcome.row.id.clone();
            admin.ask(ReadFlow { flow }).await.unwrap().around.flows
        };
        let starts = [welcome.row.id.clone()].into();
        assert_eq!(around().await.get(&porter.row.id), Some(&starts));
        // The new version starts nothing, but some go on beginning with the one before.
        let draft = Flow { start: Some(StepId(2)), ..porter.draft.clone() };
        let draft = Flow { steps: draft.steps[1..].to_vec(), ..draft };
        let porter = admin.ask(SaveFlow { draft, ..save(&porter) }).await.unwrap();
        let porter = done(admin.ask(for_part(&porter, 90)).await.unwrap());
        assert_eq!(around().await.get(&porter.row.id), Some(&starts));
        let draft = starter(&porter.row.id);
        let circle = admin.ask(SaveFlow { draft, ..save(&welcome) }).await.unwrap();
        let Published::Defective(defects) = admin.ask(publish(&circle)).await.unwrap() else {
            panic!("a circle was published");
        };
        let is_circle = |flaw: &Flaw| matches!(flaw, Flaw::LoopWithoutInput { .. });
        assert!(defects.iter().all(|found| is_circle(&found.flaw)), "{defects:?}");
        let porter = admin.ask(set_rollout(&porter, RolloutChange::Everyone)).await.unwrap();
        assert_eq!(around().await.get(&porter.row.id), Some(&[].into()));
        done(admin.ask(publish(&circle)).await.unwrap());
    }

    async fn tests_run_at_every_publication(world: World) {
        let admin = world.admin().await;
        let page = welcome(&admin).await;
        let tests = vec![prices(&page.draft)];
        let page = admin.ask(SaveFlow { tests, ..save(&page) }).await.unwrap();
        let page = done(admin.ask(publish(&page)).await.unwrap());

        let draft = greeted(page.draft.clone(), "Good day!");
        let page = admin.ask(SaveFlow { draft, ..save(&page) }).await.unwrap();
        let changed = Published::Changed(vec![ChangedTest { test: 0, line: 0 }]);
        assert_eq!(admin.ask(publish(&page)).await.unwrap(), changed);
        let accepted = PublishFlow { is_accepted: true, ..publish(&page) };
        let page = done(admin.ask(accepted).await.unwrap());
        assert_eq!(page.tests, [prices(&page.draft)], "kept as they read now");
        // Whoever has read the flow before would bring the old lines back.
        let stale = SaveFlow { save: page.save - 1, ..save(&page) };
        assert_eq!(admin.ask(stale).await, Err(Refusal::Changed));
        // The next time there is nothing to accept.
        let page = admin.ask(save(&page)).await.unwrap();
        done(admin.ask(publish(&page)).await.unwrap());
    }

    async fn flows_are_made_copied_and_put_aside(world: World) {
        let admin = world.admin().await;
        let page = welcome(&admin).await;
        let copy = |called: &str| CreateFlow {
            name: name(called),
            draft: page.draft.clone(),
            tests: vec![prices(&page.draft)],
        };
        let made = admin.ask(copy("Sales")).await.unwrap();
        assert_eq!((made.row.published, made.row.is_changed), (None, true));
        assert_eq!(made.draft, page.draft);
        let taken = Err(Refusal::Invalid { field: Field::Name, reason: Reason::Taken });
        assert_eq!(admin.ask(copy("Sales")).await, taken);
        let renamed = SaveFlow { name: name("Welcome Bot"), ..save(&made) };
        assert_eq!(admin.ask(renamed).await, taken);
        let names = async || {
            let flows = admin.ask(ListFlows {}).await.unwrap();
            flows.into_iter().map(|row| row.name.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names().await, ["Sales", "Welcome Bot"]);

        let flow = made.row.id.clone();
        let archive = |is_archived| SetFlowArchived { flow: flow.clone(), is_archived };
        admin.ask(archive(true)).await.unwrap();
        assert_eq!(names().await, ["Welcome Bot", "Sales"]);
        assert_eq!(admin.ask(publish(&made)).await, Err(Refusal::Changed));
        admin.ask(archive(false)).await.unwrap();
        let read = async || admin.ask(ReadFlow { flow: flow.clone() }).await.unwrap();
        let page = done(admin.ask(publish(&read().await)).await.unwrap());
        assert_eq!(page.row.published, Some(1));
        assert_eq!(admin.ask(publish(&made)).await, Err(Refusal::Changed), "once is enough");
        admin.ask(archive(false)).await.unwrap();
        assert_eq!(read().await, page, "it was not put aside");
        // What was put aside comes back as a draft.
        admin.ask(archive(true)).await.unwrap();
        admin.ask(archive(false)).await.unwrap();
        let page = read().await;
        assert_eq!((page.row.published, page.row.is_changed), (None, true));
        assert_eq!(page.versions.len(), 1);
        let nothing = FlowId::from_value(9);
        let archive = SetFlowArchived { flow: nothing.clone(), is_archived: true };
        assert_eq!(admin.ask(archive).await, Err(Refusal::NotFound));
        assert_eq!(admin.ask(ReadFlow { flow: nothing }).await, Err(Refusal::NotFound));
    }

    async fn a_flow_sees_what_it_may_refer_to(world: World) {
        let admin = world.admin().await;
        let field = CreateCustomField {
            name: FieldName::parse("CForder").unwrap(),
            label: name("Order"),
        };
        admin.ask(field).await.unwrap();
        let page = welcome(&admin).await;
        assert_eq!(page.around.fields, ["CForder".to_owned()].into());
        assert_eq!(page.around.teams, [world.profile().team].into());
        assert_eq!(page.around.flows, [(page.row.id.clone(), [].into())].into());
        assert!(page.around.targets.is_empty(), "none has landed yet");
    }

    async fn a_large_flow_has_room_and_an_endless_one_has_not(world: World) {
        let admin = world.admin().await;
        let page = welcome(&admin).await;
        let mut draft = page.draft.clone();
        let step = draft.steps[1].clone();
        draft.steps = vec![step; 1_000];
        let page = admin.ask(SaveFlow { draft: draft.clone(), ..save(&page) }).await.unwrap();
        assert_eq!(page.draft.steps.len(), 1_000);
        let bytes = serde_json::to_string(&page.draft).unwrap().len();
        assert!(bytes > 2 * domain::limit::BODY_BYTES_MAX, "{bytes}");
        draft.steps.push(draft.steps[0].clone());
        let refused = admin.ask(SaveFlow { draft, ..save(&page) }).await;
        assert_eq!(refused, Err(Refusal::TooLarge));
        let body = json!({ "flow": page.row.id, "x": "x".repeat(domain::limit::FLOW_BYTES_MAX) });
        let asked = world.post("/api/call/save_flow", body.to_string());
        let answer = asked.with("cookie", &admin.cookie).answer().await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    }
}
