//! The small JSON of the chat frame against `serde_json`: what one writes the other writes, and
//! what one reads the other reads.
//!
//! Invariant: every frame that has a snapshot goes through both.

#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

use domain::api::Refusal;
use domain::json::{self, DEPTH_MAX, Value};
use domain::live::{AgentFrame, ClientFrame, VisitorFrame};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

fn snapshot(text: &str) -> Vec<serde_json::Value> {
    let (_, body) = text.rsplit_once("---\n").unwrap();
    serde_json::from_str(body).unwrap()
}

fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(text: &str) {
    let values = snapshot(text);
    assert!(!values.is_empty());
    for value in values {
        let wanted: T = serde_json::from_value(value).unwrap();
        let text = serde_json::to_string(&wanted).unwrap();
        assert_eq!(json::write(&wanted).unwrap(), text);
        assert_eq!(json::read::<T>(&text).unwrap(), wanted);
        let pretty = serde_json::to_string_pretty(&wanted).unwrap();
        assert_eq!(json::read::<T>(&pretty).unwrap(), wanted);
    }
}

#[test]
fn every_frame_goes_through_both() {
    check::<VisitorFrame>(include_str!("snapshots/wire__visitor_frames.snap"));
    check::<AgentFrame>(include_str!("snapshots/wire__agent_frames.snap"));
    check::<ClientFrame>(include_str!("snapshots/wire__client_frames.snap"));
    check::<Refusal>(include_str!("snapshots/wire__refusals.snap"));
}

#[test]
fn an_unknown_frame_is_refused_and_an_unknown_field_is_not() {
    assert!(json::read::<VisitorFrame>(r#"{"later":{}}"#).is_err());
    assert!(json::read::<VisitorFrame>("7").is_err());
    let text = r#"{"beat":{"now":1,"heads":[],"mood":{"a":[1,{"b":null}]}}}"#;
    assert!(json::read::<VisitorFrame>(text).is_ok());
    assert!(json::read::<VisitorFrame>(r#"{"beat":{"now":1}}"#).is_err());
    assert_eq!(json::read::<Option<u32>>("null"), Ok(None));
    assert!(json::read::<u32>("-1").is_err());
    assert!(json::read::<u32>("1.5").is_err());
    assert!(json::read::<u32>("4294967296").is_err());
}

#[test]
fn depth_has_its_end() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let max = usize::try_from(DEPTH_MAX).unwrap();
    let theirs = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
    for depth in [max - 1, max, max + 1] {
        let text = nested(depth);
        assert_eq!(Value::parse(&text).is_ok(), theirs(&text), "{depth}");
    }
    assert!(Value::parse(&"[".repeat(100_000)).is_err());
}

#[test]
fn halves_of_characters_belong_together() {
    assert_eq!(
        Value::parse(r#""\ud83d\ude42""#),
        Ok(Value::Text("🙂".into()))
    );
    for broken in [
        r#""\ud83d""#,
        r#""\ude42""#,
        r#""\ud83dx""#,
        r#""\ud83d\u0041""#,
        r#""\u12""#,
    ] {
        assert!(Value::parse(broken).is_err(), "{broken}");
    }
}

fn same(ours: &Value, theirs: &serde_json::Value) -> bool {
    match (ours, theirs) {
        (Value::Null, serde_json::Value::Null) => true,
        (Value::Bool(a), serde_json::Value::Bool(b)) => a == b,
        (Value::Number(a), serde_json::Value::Number(b)) => *a == b.to_string(),
        (Value::Text(a), serde_json::Value::String(b)) => a == b,
        (Value::List(a), serde_json::Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Map(a), serde_json::Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => false,
    }
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            proptest::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_serde_json_writes_is_read(value in any_json()) {
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let read = Value::parse(&text).unwrap();
            prop_assert!(same(&read, &value), "{text}");
        }
    }

    #[test]
    fn texts_are_written_alike(text in any::<String>()) {
        prop_assert_eq!(json::write(&text).unwrap(), serde_json::to_string(&text).unwrap());
    }

    #[test]
    fn both_refuse_the_same(text in r#"[\[\]{}:, "\\0-9.\-untrefals\n]{0,24}"#) {
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        prop_assert_eq!(Value::parse(&text).is_ok(), theirs.is_ok(), "{}", text);
    }

    #[test]
    fn nothing_makes_it_panic(text in any::<String>()) {
        let _ = Value::parse(&text);
        let _ = json::read::<VisitorFrame>(&text);
    }
}
