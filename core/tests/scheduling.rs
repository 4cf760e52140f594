//! The filters against the scheduler's own answers.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // Tests read their data.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::sync::Arc;

use podlint_core::schedule::{Answer, Builder, Cluster, Thin, schedule, thin};
use podlint_core::settings::Settings;
use podlint_core::yaml::Encoding;
use podlint_core::{Document, check};
use podlint_schemas::Version;
use serde_json::{Value, json};

fn document(text: &str) -> Document<'_> {
    Document {
        text,
        json: true,
        offset: 0,
        line: 0,
        column: 0,
        index: 0,
        bad_separator: None,
        encoding: Encoding::Utf8,
    }
}

/// Kinds that a case is taken to be complete in: what it does not hold is not there.
const COMPLETE: [&str; 15] = [
    "Pod",
    "Namespace",
    "PersistentVolumeClaim",
    "PersistentVolume",
    "StorageClass",
    "CSINode",
    "CSIDriver",
    "CSIStorageCapacity",
    "VolumeAttachment",
    "VolumeAttributesClass",
    "ResourceClaim",
    "ResourceClaimTemplate",
    "ResourceSlice",
    "DeviceClass",
    "RuntimeClass",
];

fn cluster(case: &Value) -> Cluster {
    let mut builder = Builder::default();
    for list in ["nodes", "pods", "others"] {
        for object in case[list].as_array().into_iter().flatten() {
            // Labels that no server would accept are told, and hold all the same.
            builder.read(&document(&object.to_string()));
        }
    }
    for kind in COMPLETE {
        builder.knows(kind);
    }
    builder.finish()
}

/// The cluster as a snapshot holds it: thinned, and in the order of a snapshot.
fn thinned(case: &Value) -> Cluster {
    let mut objects = BTreeMap::new();
    for list in ["nodes", "pods", "others"] {
        for object in case[list].as_array().into_iter().flatten() {
            thin(&document(&object.to_string()), |thin| {
                let text = serde_json::to_string(&thin).expect("JSON");
                let again = only(&text);
                assert_eq!(serde_json::to_string(&again).expect("JSON"), text, "thinning twice changes nothing");
                objects.insert((thin.kind(), thin.namespace().to_owned(), thin.name().to_owned()), text);
            });
        }
    }
    let mut builder = Builder::default();
    for object in objects.values() {
        builder.read(&document(object));
    }
    for kind in COMPLETE {
        builder.knows(kind);
    }
    builder.finish()
}

/// What is left of the one object of a document.
fn only(text: &str) -> Thin {
    let mut left = Vec::new();
    thin(&document(text), |thin| left.push(thin));
    left.pop().expect("an object that scheduling needs")
}

/// An answer in the form of the recorded ones.
fn told(cluster: &Cluster, answer: &Answer) -> Value {
    let names = answer.feasible.iter().map(|index| cluster.node_name(*index));
    let mut told = json!({"feasible": names.collect::<BTreeSet<_>>()});
    if !answer.rejected.is_empty() {
        let mut rejected: Vec<_> = answer.rejected.iter().collect();
        rejected.sort_by_key(|(index, _)| cluster.node_name(*index));
        let rejected = rejected.into_iter().map(|(index, rejection)| {
            json!({
                "node": cluster.node_name(*index),
                "code": rejection.code.as_str(),
                "plugin": rejection.plugin,
                "reasons": rejection.reasons.iter().map(|it| &**it).collect::<BTreeSet<_>>(),
            })
        });
        told["rejected"] = rejected.collect();
    }
    if let Some(prefilter) = &answer.prefilter {
        told["prefilter"] = json!(prefilter);
    }
    if let Some(message) = answer.message() {
        told["message"] = json!(message);
    }
    told
}

fn recorded(case: &Value) -> Value {
    let mut answer = case["answer"].clone();
    answer["feasible"] = json!(strings(&answer["feasible"]));
    if let Some(rejected) = answer.get_mut("rejected").and_then(Value::as_array_mut) {
        rejected.sort_by_key(|rejected| rejected["node"].to_string());
        for rejected in rejected {
            rejected["reasons"] = json!(strings(&rejected["reasons"]));
        }
    }
    answer.as_object_mut().expect("an object").remove("id");
    answer
}

fn strings(list: &Value) -> BTreeSet<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Compares all the cases of a file, prints the figures, and fails where one differs or is left open.
fn compare(cases: impl IntoIterator<Item = Value>, name: &str) {
    let (mut count, mut placed, mut rejections, mut wrong) = (0, 0, BTreeMap::new(), Vec::new());
    for case in cases {
        count += 1;
        let cluster = cluster(&case);
        let pod = case["pod"].to_string();
        let answer = schedule(&cluster, &document(&pod), Version::NEWEST).expect("a Pod");
        placed += usize::from(!answer.feasible.is_empty());
        for (_, rejection) in &answer.rejected {
            *rejections.entry(rejection.plugin).or_insert(0) += 1;
        }
        let (ours, theirs) = (told(&cluster, &answer), recorded(&case));
        if !answer.unevaluated.is_empty() {
            wrong.push(format!("{}\n  not evaluated: {:?}", case["id"], answer.unevaluated));
        } else if ours != theirs {
            wrong.push(format!("{}\n  podlint    {ours}\n  Kubernetes {theirs}", case["id"]));
        }
    }
    println!("{name}: {} of {count} cases agree, in {placed} a node takes the Pod", count - wrong.len());
    println!("{name}: nodes rejected by plugin: {rejections:?}");
    assert!(count > 0, "{name} holds no cases");
    assert!(wrong.is_empty(), "{} differ, among them:\n{}", wrong.len(), wrong[..wrong.len().min(5)].join("\n"));
}

#[test]
fn recorded_cases_agree() {
    compare(support::json_lines("upstream/schedule-dev.jsonl.xz"), "schedule-dev");
}

#[test]
fn recorded_volume_cases_agree() {
    compare(support::json_lines("upstream/schedule-volumes.jsonl.xz"), "schedule-volumes");
}

/// Whether a snapshot gives the answer that the cluster itself gives, of every `step`th case.
fn compare_snapshots(lines: &[Value], step: usize, name: &str) {
    let (mut cases, mut wrong) = (0, Vec::new());
    for case in lines.iter().step_by(step) {
        cases += 1;
        let pod = case["pod"].to_string();
        let answers = [cluster(case), thinned(case)].map(|cluster| {
            let answer = schedule(&cluster, &document(&pod), Version::NEWEST).expect("a Pod");
            (told(&cluster, &answer), answer.unevaluated)
        });
        let [whole, thin] = answers;
        if whole != thin {
            wrong.push(format!("{}\n  cluster  {whole:?}\n  snapshot {thin:?}", case["id"]));
        }
    }
    println!("{name}: {} of {cases} snapshots agree", cases - wrong.len());
    assert!(cases > 0, "{name} holds no cases");
    assert!(wrong.is_empty(), "{} differ, among them:\n{}", wrong.len(), wrong[..wrong.len().min(5)].join("\n"));
}

#[test]
fn snapshots_give_the_same_answers() {
    compare_snapshots(&support::json_lines("upstream/schedule-dev.jsonl.xz"), 3, "schedule-dev");
}

/// Nothing gets into a snapshot that scheduling does not need: in the file such fields say `leak`.
#[test]
fn snapshots_hold_nothing_else() {
    let text = std::fs::read_to_string(support::testdata("clusters/full.yaml")).expect("the file is there");
    let mut kinds = BTreeSet::new();
    let given = thin(&Document { json: false, ..document(&text) }, |thin| {
        let text = serde_json::to_string(&thin).expect("JSON");
        assert!(!text.contains("leak"), "{text}");
        kinds.insert(thin.kind().to_owned());
    });
    assert_eq!(given.problems, []);
    assert_eq!(given.ignored, BTreeMap::from([("Secret".to_owned(), 1)]));
    assert_eq!(kinds, given.kinds, "an object of each kind is left");
    assert_eq!(kinds.len(), 17, "{kinds:?}");
}

/// The cases of [`generated`].
#[test]
#[ignore = "needs generated cases: see testdata/upstream/README.md"]
fn snapshots_of_generated_clusters_give_the_same_answers() {
    let path = std::env::var_os("PODLINT_SCHEDULE_CASES").expect("PODLINT_SCHEDULE_CASES names a file");
    compare_snapshots(&support::json_lines(&path.to_string_lossy()), 1, "generated");
}

/// What the table marks as the scheduler's reason is what the scheduler says, node by node; and
/// nothing is marked on a node that takes the Pod.
#[test]
fn tables_agree_with_the_filters() {
    let (mut rejected, mut more) = (0, 0);
    for case in support::json_lines("upstream/schedule-dev.jsonl.xz").iter().step_by(3) {
        let cluster = Arc::new(cluster(case));
        let settings = Settings { cluster: Some(cluster.clone()), with_table: true, ..Settings::default() };
        let mut pod = case["pod"].clone();
        (pod["apiVersion"], pod["kind"]) = (json!("v1"), json!("Pod"));
        let report = check(&document(&pod.to_string()), &settings);
        let [entry] = report.scheduling.as_slice() else { continue };
        let table = entry.table.as_ref().expect("it was asked for");
        assert_eq!(table.rows.len(), cluster.node_count());
        if entry.prefilter.is_some() {
            continue;
        }
        for (name, row) in cluster.node_names().zip(&table.rows) {
            let of = |is_first: bool| row.unmet.iter().filter(move |it| it.is_first == is_first);
            let plugins: BTreeSet<&str> = of(true).map(|it| table.constraints[it.constraint].plugin).collect();
            let rejection = entry.rejected.iter().find(|(node, _)| node == name).map(|(_, rejection)| rejection.plugin);
            match rejection {
                None => assert!(row.unmet.is_empty(), "{}: {name} takes the Pod", case["id"]),
                Some("") => assert!(!plugins.is_empty(), "{}: {name}", case["id"]),
                Some(plugin) => assert_eq!(plugins, BTreeSet::from([plugin]), "{}: {name}", case["id"]),
            }
            // A plugin that says nothing finer is called by its own name.
            let unsaid = row.unmet.iter().map(|it| &table.constraints[it.constraint]);
            let unsaid: Vec<String> = unsaid.filter(|it| it.kind == it.plugin).map(ToString::to_string).collect();
            assert_eq!(unsaid, Vec::<String>::new(), "{}: {name}", case["id"]);
            rejected += usize::from(rejection.is_some());
            more += of(false).count();
        }
    }
    println!("{rejected} nodes refused, with {more} further constraints in the way");
    assert!(rejected > 1000 && more > 500);
}

/// `PODLINT_SCHEDULE_CASES` names a file of cases, each with its `answer`.
#[test]
#[ignore = "needs cases that the oracle has answered: testdata/upstream/agree.sh makes them"]
fn generated() {
    let path = std::env::var_os("PODLINT_SCHEDULE_CASES").expect("PODLINT_SCHEDULE_CASES names a file");
    let lines = BufReader::new(File::open(path).expect("a file")).lines();
    compare(lines.map(|line| serde_json::from_str(&line.expect("text")).expect("a JSON value")), "generated");
}
