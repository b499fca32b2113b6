//! Good and defective flows that people could have written, as files: `flows/good/*.json`, and
//! `flows/defective.json`, in which each defect is a change of a good flow with everything that
//! has to be found.
//!
//! Invariant: exactly the listed defects are found: nothing is overlooked, and nothing is a false
//! alarm.

#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

use domain::flow::{Defect, Flaw, Flow, Surroundings, Target, check};
use domain::id::{FlowId, TeamId};
use domain::json;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What the flows of the corpus may refer to.
fn around() -> Surroundings {
    let flow = |n: u128| FlowId::from_value(n);
    Surroundings {
        own: Some(flow(1)),
        fields: ["CFlevel", "CForder", "CFtotal"].map(str::to_owned).into(),
        teams: [1, 2].map(TeamId::from_value).into(),
        // The second can lead on to the third, and that back to the one that is looked at.
        flows: [
            (flow(1), [].into()),
            (flow(2), [flow(3)].into()),
            (flow(3), [flow(1)].into()),
            (flow(4), [].into()),
        ]
        .into(),
        targets: [
            Target::Tickets,
            Target::Leads,
            Target::Articles,
            Target::VirtualAgents,
            Target::Runbooks,
        ]
        .into(),
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/flows")
}

fn good() -> BTreeMap<String, Value> {
    let files = std::fs::read_dir(folder().join("good")).unwrap();
    files
        .map(|file| {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            (name, serde_json::from_str(&text).unwrap())
        })
        .collect()
}

/// A defect: a change of a good flow.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Defective {
    name: String,
    of: String,
    change: Vec<Change>,
    flaws: Vec<Defect>,
}

/// What stands at a place (a JSON pointer, RFC 6901) afterwards. A place behind the end of a list,
/// or a name that was not there, is added; without `to`, what was there is taken out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    at: String,
    #[serde(default, deserialize_with = "some")]
    to: Option<Value>,
}

/// Keeps `null` apart from nothing at all.
fn some<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Change {
    fn make(&self, flow: &mut Value) {
        let (parent, name) = self.at.rsplit_once('/').unwrap();
        let parent = flow.pointer_mut(parent);
        match (parent.unwrap_or_else(|| panic!("no {}", self.at)), &self.to) {
            (Value::Object(map), Some(value)) => drop(map.insert(name.to_owned(), value.clone())),
            (Value::Object(map), None) => drop(map.remove(name).unwrap()),
            (Value::Array(list), to) => {
                let at: usize = name.parse().unwrap();
                match to {
                    Some(value) if at == list.len() => list.push(value.clone()),
                    Some(value) => *list.get_mut(at).unwrap() = value.clone(),
                    None => drop(list.remove(at)),
                }
            }
            _ => panic!("nothing can stand at {}", self.at),
        }
    }
}

fn defective() -> Vec<Defective> {
    let text = std::fs::read_to_string(folder().join("defective.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The name of a flaw as the wire has it.
fn class(flaw: &Flaw) -> String {
    match serde_json::to_value(flaw).unwrap() {
        Value::String(name) => name,
        Value::Object(map) => map.keys().next().unwrap().clone(),
        other => panic!("{other}"),
    }
}

#[test]
fn good_flows_have_no_defects() {
    let flows = good();
    assert!(!flows.is_empty());
    for (name, flow) in flows {
        let flow: Flow = serde_json::from_value(flow).unwrap();
        let found = check(&flow, &around());
        assert_eq!(found.defects, [], "{name}");
        for step in &flow.steps {
            assert!(found.path(step.id).is_some(), "{name} {}", step.id);
        }
        // Export, import, and the browser's reader and writer.
        let text = serde_json::to_string(&flow).unwrap();
        assert_eq!(json::write(&flow).unwrap(), text);
        assert_eq!(json::read::<Flow>(&text).unwrap(), flow);
        assert_eq!(serde_json::from_str::<Flow>(&text).unwrap(), flow);
    }
}

#[test]
fn each_defect_is_found_and_nothing_else() {
    let flows = good();
    let mut names = BTreeMap::new();
    for case in defective() {
        let mut flow = flows.get(&case.of).unwrap().clone();
        for change in &case.change {
            change.make(&mut flow);
        }
        let flow: Flow =
            serde_json::from_value(flow).unwrap_or_else(|why| panic!("{}: {why}", case.name));
        let found = check(&flow, &around());
        assert_eq!(found.defects, case.flaws, "{}", case.name);
        assert!(!case.flaws.is_empty(), "{}", case.name);
        assert!(
            names.insert(case.name.clone(), ()).is_none(),
            "twice: {}",
            case.name
        );
        for defect in &found.defects {
            let text = serde_json::to_string(defect).unwrap();
            assert_eq!(json::read::<Defect>(&text).unwrap(), *defect);
        }
    }
}
