//! Flows and opening hours as they travel: what an editor saves, what a file holds, what a run stores.
//!
//! Invariant: everything is read from the form it travels in and written again, by both readers
//! and writers of JSON; `cargo xtask tidy` compares the snapshots with the types.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

use domain::api::{
    CreateFlow, Endpoint, FlowPage, ListFlows, PublishFlow, Published, ReadFlow, ReadFlowVersion,
    RollBackFlow, RolloutChange, SaveFlow, SetFlowArchived, SetFlowRollout,
};
use domain::date::Weekday;
use domain::flow::{
    At, Defect, Effect, Event, Facts, Flow, FlowTest, Hop, Line, Misread, Move, Run, Said,
};
use domain::id::{FlowId, PictureId, TeamId};
use domain::json;
use domain::settings::{HoursDefect, OffsetSpan, Opening, OpeningHours};
use insta::assert_json_snapshot as snapshot;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json as tree};

/// What this is written as, after it was read.
fn travels<T: Serialize + DeserializeOwned>(value: &Value) -> Value {
    let text = value.to_string();
    let read: T =
        serde_json::from_value(value.clone()).unwrap_or_else(|why| panic!("{why}: {text}"));
    let written = serde_json::to_string(&read).unwrap();
    assert_eq!(json::write(&read).unwrap(), written);
    let again: T = json::read(&text).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), written);
    serde_json::from_str(&written).unwrap()
}

fn all<T: Serialize + DeserializeOwned>(values: impl IntoIterator<Item = Value>) -> Vec<Value> {
    values
        .into_iter()
        .map(|value| travels::<T>(&value))
        .collect()
}

fn team() -> TeamId {
    TeamId::from_value(1)
}

fn flow_id() -> FlowId {
    FlowId::from_value(2)
}

fn en(text: &str) -> Value {
    tree!({ "en": text })
}

fn step(id: u32, does: &Value) -> Value {
    tree!({ "id": id, "name": format!("Step {id}"), "does": does })
}

fn input(id: u32, kind: &Value, fill: &Value) -> Value {
    let input = tree!({
        "text": en("And?"), "kind": kind, "invalid": en("No"), "keep": "word", "fill": fill,
        "instead": { "text": en("Rather not"), "next": 1 },
        "give_up": { "after": 3, "next": 1 }, "next": 1,
    });
    step(id, &tree!({ "input": input }))
}

fn outside(id: u32, call: &Value) -> Value {
    let outside = tree!({ "call": call, "wait_seconds": 30, "next": 1, "nothing": 2, "failed": 3 });
    step(id, &tree!({ "outside": outside }))
}

fn flow() -> Value {
    let question = tree!({
        "text": en("Which?"), "other": 3, "keep": "wish",
        "answers": [{ "id": 1, "text": en("This"), "link": "https://shop.example/",
            "when": "open", "next": 2 }],
    });
    let rich = |kind| tree!({ "kind": kind, "url": "/a.png", "title": en("A") });
    let mut rich = ["link", "image", "video", "audio", "file", "article"].map(rich);
    rich[5]["text"] = en("Of the sea");
    let options = tree!([{ "id": 1, "text": en("Red") }]);
    let runbook = tree!({ "runbook": "lookup", "send": { "order": "word" },
        "back": [{ "name": "state", "keep": "state", "kind": "text" },
            { "name": "days", "keep": "days", "kind": "list" }] });
    let hand_over = |files| {
        tree!({ "hand_over": { "text": en("One moment"), "teams": [team()],
            "expertise": ["pots"], "files": files, "nobody": 2 } })
    };
    let set =
        |kind| tree!({ "set": { "keep": "score", "kind": kind, "to": "score + 1", "next": 1 } });
    let mut first = step(
        1,
        &tree!({ "message": { "text": en("Hi $NAME"), "rich": rich, "next": 2 } }),
    );
    first["note"] = tree!("As agreed");
    first["may_start"] = tree!(true);
    first["only_if"] = tree!({ "when": "chosen(2, 1)", "otherwise": 3 });
    tree!({ "bot_name": "Bot", "bot_picture": PictureId::from_value(12), "languages": ["en", "de"], "start": 1, "steps": [
        first,
        step(2, &tree!({ "question": question })),
        input(3, &tree!("line"), &tree!("name")),
        input(4, &tree!("lines"), &tree!("comment")),
        input(5, &tree!("email"), &tree!("email")),
        input(6, &tree!("phone"), &tree!("phone")),
        input(7, &tree!({ "number": { "min": "0.5", "max": null, "is_whole": false } }), &tree!({ "field": "CForder" })),
        input(8, &tree!({ "date": { "min": "2026-11-21", "max": null } }), &Value::Null),
        input(9, &tree!({ "yes_no": { "yes": en("Yes"), "no": en("No") } }), &Value::Null),
        input(10, &tree!({ "one": { "options": options } }), &Value::Null),
        input(11, &tree!({ "several": { "options": options, "min": 0, "max": 1 } }), &Value::Null),
        input(12, &tree!({ "rating": { "satisfied": en("Good"), "okay": en("So so"), "dissatisfied": en("Bad") } }), &Value::Null),
        step(13, &tree!({ "condition": { "cases": [{ "when": "open", "next": 1 }], "otherwise": 2 } })),
        step(14, &set("number")),
        step(15, &set("yes_no")),
        step(16, &set("date")),
        step(17, &hand_over("profile")),
        step(18, &hand_over("prevent")),
        step(19, &hand_over("allow")),
        step(20, &hand_over("known_only")),
        outside(21, &tree!({ "ticket": { "subject": "$word", "team": team(), "is_link_sent": true } })),
        outside(22, &tree!({ "lead": { "title": "$word", "team": null } })),
        outside(23, &tree!({ "article": { "article": "returns" } })),
        outside(24, &tree!({ "search": { "query": "$word" } })),
        outside(25, &tree!({ "virtual_agent": { "agent": "ida" } })),
        outside(26, &tree!({ "runbook": runbook })),
        outside(27, &tree!("verify")),
        step(28, &tree!({ "start_flow": { "flow": flow_id(), "failed": 1 } })),
        step(29, &tree!({ "end": { "text": en("Bye"), "closes": true } })),
    ] })
}

fn facts() -> Value {
    tree!({ "team": team(), "teams_there": [team()], "is_open": true, "is_authenticated": true,
        "is_ticket_linked": false, "language": "de", "country": "DE", "name": "Vera",
        "email": "vera@example.com", "phone": "12345", "page_url": "https://shop.example/",
        "page_title": "Shop", "today": "2026-11-21", "wait_minutes": 3,
        "fields": { "CFlevel": "gold" }, "proved": ["email", { "field": "CFlevel" }] })
}

fn flow_test() -> Value {
    let back = tree!({ "done": { "text": { "text": "a" }, "number": { "number": "1.5" },
        "truth": { "yes_no": true }, "day": { "date": "2026-11-21" }, "list": { "list": ["a"] } } });
    tree!({ "name": "Prices", "at": 1, "facts": facts(), "moves": [
        { "given": { "answer": 1 } }, { "given": { "text": "hello" } },
        { "given": { "options": [1, 2] } }, { "given": { "yes_no": true } },
        { "given": { "rating": "okay" } }, { "given": "instead" },
        { "returned": back }, { "returned": "nothing" }, { "returned": "failed" },
        "passed", { "facts": facts() },
    ], "lines": [
        { "bot": { "text": "Which?", "offers": ["This"] } }, { "visitor": { "text": "This" } },
        "unheard", { "filled": { "fill": "email", "value": "vera@example.com" } },
        { "rated": { "rating": "okay" } }, { "called": { "step": "Look up" } },
        "handed_over", "closed", "done", "lost",
    ] })
}

#[test]
fn flows_and_their_tests() {
    snapshot!("Flow", travels::<Flow>(&flow()));
    snapshot!("Facts", travels::<Facts>(&facts()));
    snapshot!("FlowTest", travels::<FlowTest>(&flow_test()));
    let test: FlowTest = serde_json::from_value(flow_test()).unwrap();
    assert!(test.moves.contains(&Move::Passed) && test.lines.contains(&Line::Unheard));
}

#[test]
fn what_a_run_stores_and_says() {
    let run = |at: Value| tree!({ "at": at, "language": "en", "kept": { "word": { "text": "a" } }, "chosen": [[2, [1]]] });
    let runs = vec![
        run(tree!({ "asked": { "step": 2, "misread": 1, "offered": [1] } })),
        run(tree!({ "away": { "step": 2, "until": 9 } })),
        run(tree!({ "over": { "step": 2, "ending": "done" } })),
        run(tree!({ "over": { "step": 2, "ending": "closed" } })),
        run(tree!({ "over": { "step": 2, "ending": "handed_over" } })),
        run(tree!({ "lost": { "step": null, "trouble": "no_start" } })),
    ];
    snapshot!("runs", all::<Run>(runs));
    let troubles = vec![
        tree!({ "no_step": 9 }),
        tree!({ "dead_end": { "case": 0 } }),
        tree!("no_answer"),
        tree!("too_many_steps"),
    ];
    let lost = |trouble: Value| tree!({ "lost": { "step": 1, "trouble": trouble } });
    snapshot!("troubles", all::<At>(troubles.into_iter().map(lost)));
    let events = vec![
        tree!({ "given": [2, { "answer": 1 }] }),
        tree!({ "returned": [2, "failed"] }),
        tree!("passed"),
    ];
    snapshot!("events", all::<Event>(events));
    let effects = vec![
        tree!({ "hand_over": { "teams": [team()], "expertise": ["pots"], "files": "allow" } }),
        tree!("close"),
        tree!({ "fill": { "fill": { "field": "CForder" }, "value": "4711" } }),
        tree!({ "rate": { "rating": "satisfied" } }),
        tree!({ "call": { "step": 2, "call": "verify", "send": { "n": { "number": "1" } } } }),
        tree!({ "start_flow": { "step": 2, "flow": flow_id() } }),
    ];
    snapshot!("effects", all::<Effect>(effects));
    let ask = |kind: Value| {
        tree!({ "step": 2, "text": "Which?",
            "rich": [{ "kind": "article", "url": "/a.html", "title": "A", "text": "Of the sea" }],
            "ask": { "kind": kind, "instead": "Rather not" } })
    };
    let kinds = vec![
        tree!({ "answers": { "answers": [{ "id": 1, "text": "This", "link": "/a" }], "may_write": true } }),
        tree!("line"),
        tree!("lines"),
        tree!("email"),
        tree!("phone"),
        tree!({ "number": { "min": "1", "max": "2", "is_whole": true } }),
        tree!({ "date": { "min": "2026-11-21", "max": null } }),
        tree!({ "yes_no": { "yes": "Yes", "no": "No" } }),
        tree!({ "one": { "options": [[1, "Red"]] } }),
        tree!({ "several": { "options": [[1, "Red"]], "min": 0, "max": 1 } }),
        tree!({ "rating": { "satisfied": "Good", "okay": "So so", "dissatisfied": "Bad" } }),
    ];
    snapshot!("said", all::<Said>(kinds.into_iter().map(ask)));
    let misread = ["not_offered", "form", "too_small", "too_large"];
    snapshot!("misread", all::<Misread>(misread.map(|word| tree!(word))));
}

fn defects() -> Vec<Value> {
    let language = "de";
    let text = |flaw: &str, place: Value| tree!({ flaw: { "place": place, "language": language } });
    let expression = |defect: Value| tree!({ "expression": { "text": "a", "defect": defect } });
    let steps = tree!({ "steps": [1, 2] });
    let flaws = [
        tree!("no_start"),
        tree!("no_bot_name"),
        tree!("no_language"),
        tree!({ "dead_end": { "exit": { "answer": 1 } } }),
        tree!({ "no_such_step": { "exit": "next", "to": 9 } }),
        tree!("unreachable"),
        tree!({ "loop_without_input": steps }),
        tree!({ "endless": steps }),
        tree!({ "too_much_at_once": { "max": 30 } }),
        tree!("no_fallback"),
        tree!("no_time_out"),
        tree!({ "bad_wait": { "max": 300 } }),
        tree!("no_answers"),
        tree!("no_sure_answer"),
        tree!("impossible_input"),
        tree!("twice"),
        tree!({ "too_many": { "max": 30 } }),
        expression(tree!("empty")),
        expression(tree!("too_long")),
        expression(tree!("too_deep")),
        expression(tree!({ "unexpected": { "at": 3 } })),
        expression(tree!({ "unknown_name": { "name": "plan" } })),
        expression(tree!({ "unknown_answer": { "step": 2, "answer": 1 } })),
        expression(tree!("mismatch")),
        expression(tree!("kind")),
        tree!({ "bad_name": { "name": "and" } }),
        tree!({ "two_kinds": { "name": "score" } }),
        tree!({ "unknown_field": { "name": "CFx" } }),
        tree!({ "unknown_team": { "team": team() } }),
        tree!({ "unknown_flow": { "flow": flow_id() } }),
        tree!({ "unknown_variable": { "name": "x", "place": "call" } }),
        tree!("unvalidated"),
        text("text_missing", tree!("text")),
        text("text_missing", tree!("invalid")),
        text("text_missing", tree!("instead")),
        text("text_missing", tree!({ "item": 0 })),
        text("text_missing", tree!({ "about": 0 })),
        tree!({ "text_too_long": { "place": "text", "language": language, "max": 2000 } }),
        tree!({ "bad_address": { "url": "javascript:" } }),
        tree!("not_named"),
    ];
    let targets = [
        "tickets",
        "leads",
        "articles",
        "virtual_agents",
        "runbooks",
        "verification",
    ];
    let needs = targets.map(|target| tree!({ "needs": { "target": target } }));
    let flaws = flaws.into_iter().chain(needs);
    flaws
        .map(|flaw| tree!({ "step": 1, "flaw": flaw }))
        .collect()
}

#[test]
fn defects_and_the_ways_to_them() {
    snapshot!("defects", all::<Defect>(defects()));
    let exits = [
        "next",
        "other",
        "instead",
        "given_up",
        "otherwise",
        "skipped",
        "nobody",
        "nothing",
        "failed",
    ];
    let mut exits: Vec<Value> = exits.map(|exit| tree!(exit)).into();
    exits.extend([tree!({ "answer": 1 }), tree!({ "case": 0 })]);
    let hops = exits
        .into_iter()
        .map(|exit| tree!({ "step": 1, "exit": exit }));
    snapshot!("hops", all::<Hop>(hops));
}

#[test]
fn opening_hours() {
    let interval = tree!({ "from": "09:00", "to": "24:00" });
    let exception = tree!({ "date": "2026-12-25", "name": "Christmas", "intervals": [interval] });
    let hours = tree!({ "zone": "Europe/Berlin", "exceptions": [exception],
        "week": [{ "day": "monday", "interval": interval }] });
    snapshot!("OpeningHours", travels::<OpeningHours>(&hours));
    let days = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    snapshot!("weekdays", all::<Weekday>(days.map(|day| tree!(day))));
    let date = "2026-12-25";
    let defects = vec![
        tree!({ "day_too_full": { "day": "monday" } }),
        tree!({ "day_overlap": { "day": "monday", "index": 1 } }),
        tree!("too_many_exceptions"),
        tree!({ "date_twice": { "date": date } }),
        tree!({ "date_too_full": { "date": date } }),
        tree!({ "date_overlap": { "date": date, "index": 1 } }),
    ];
    snapshot!("hours_defects", all::<HoursDefect>(defects));
    let openings = vec![
        tree!({ "open": { "until": 9 } }),
        tree!({ "closed": { "opens": null } }),
    ];
    snapshot!("openings", all::<Opening>(openings));
    let span = tree!({ "from": 9, "offset_seconds": 3600 });
    snapshot!("OffsetSpan", travels::<OffsetSpan>(&span));
}

fn page() -> Value {
    tree!({
        "row": { "id": flow_id(), "name": "Welcome Bot", "published": 5,
            "rollout": { "before": 4, "share": 20 }, "is_changed": true, "saved_at": 9, "is_archived": false },
        "draft": { "bot_name": "Bot", "languages": [], "start": null, "steps": [] },
        "tests": [], "save": 3, "saved_by": "Ada",
        "versions": [{ "number": 1, "at": 9, "by": null, "note": "" }],
        "around": { "own": flow_id(), "fields": ["CForder"], "teams": [team()],
            "flows": { (flow_id().as_str()): [flow_id()] }, "targets": ["tickets"] },
    })
}

/// A question of a page, and its address.
fn question<E: Endpoint>(value: &Value) -> Value {
    tree!({ "name": E::NAME, "request": travels::<E>(value) })
}

#[test]
fn what_the_pages_of_flows_ask_and_hear() {
    let (flow, draft) = (flow_id(), page()["draft"].clone());
    snapshot!("ListFlows", question::<ListFlows>(&tree!({})));
    let create = tree!({ "name": "Welcome Bot", "draft": draft, "tests": [] });
    snapshot!("CreateFlow", question::<CreateFlow>(&create));
    snapshot!("ReadFlow", question::<ReadFlow>(&tree!({ "flow": flow })));
    let save =
        tree!({ "flow": flow, "name": "Welcome Bot", "draft": draft, "tests": [], "save": 3 });
    snapshot!("SaveFlow", question::<SaveFlow>(&save));
    let publish = tree!({ "flow": flow, "save": 3, "note": "New", "is_accepted": false,
        "share": 20 });
    snapshot!("PublishFlow", question::<PublishFlow>(&publish));
    let back = tree!({ "flow": flow, "save": 3, "number": 1 });
    snapshot!("RollBackFlow", question::<RollBackFlow>(&back));
    let rollout = tree!({ "flow": flow, "save": 3, "change": { "share": 50 } });
    snapshot!("SetFlowRollout", question::<SetFlowRollout>(&rollout));
    let changes = vec![
        tree!({ "share": 99 }),
        tree!("everyone"),
        tree!("take_back"),
    ];
    snapshot!("rollout_changes", all::<RolloutChange>(changes));
    for share in [0, 100, 300] {
        let text = tree!({ "share": share }).to_string();
        assert!(json::read::<RolloutChange>(&text).is_err(), "{text}");
    }
    let version = tree!({ "flow": flow, "number": 1 });
    snapshot!("ReadFlowVersion", question::<ReadFlowVersion>(&version));
    let archived = tree!({ "flow": flow, "is_archived": true });
    snapshot!("SetFlowArchived", question::<SetFlowArchived>(&archived));
    snapshot!("FlowPage", travels::<FlowPage>(&page()));
    let published = vec![
        tree!({ "done": page() }),
        tree!({ "defective": [{ "step": null, "flaw": "no_start" }] }),
        tree!({ "changed": [{ "test": 0, "line": 4 }] }),
    ];
    snapshot!("published", all::<Published>(published));
}
