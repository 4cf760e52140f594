//! What the server warns about, and what is gone.

use std::collections::BTreeMap;

use podlint_schemas::{Deprecation, Removal, Version, deprecated, kind, kind_ever, kinds, removed};

const DUMP: &str = include_str!("../../testdata/schemas/go-lifecycle.txt");

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

/// What the types of some versions of Go say about an API version of a kind.
struct Said {
    api_version: &'static str,
    kind: &'static str,
    facts: BTreeMap<&'static str, &'static str>,
    ranges: &'static str,
}

impl Said {
    fn all() -> impl Iterator<Item = Said> {
        DUMP.lines().map(|line| {
            let mut words: Vec<_> = line.split_whitespace().collect();
            let ranges = words.pop().unwrap();
            let facts = words[2..].iter().map(|word| word.split_once('=').unwrap());
            Said { api_version: words[0], kind: words[1], facts: facts.collect(), ranges }
        })
    }

    fn minor(&self, fact: &str) -> Option<u8> {
        self.facts.get(fact).map(|text| text.parse().unwrap())
    }

    /// Is this what the types of that version say?
    fn covers(&self, version: Version) -> bool {
        self.ranges.split(',').any(|range| {
            let (first, last) = range.split_once('-').unwrap();
            (first.parse().unwrap()..=last.parse().unwrap()).contains(&version.minor())
        })
    }
}

/// What the server of a version warns about a kind.
type Warning = (u8, Option<u8>, Option<String>);

#[test]
fn every_server_warns_from_the_same_facts() {
    let mut differences = Vec::new();
    for version in Version::all() {
        let mut said: BTreeMap<_, Warning> = BTreeMap::new();
        for fact in Said::all().filter(|fact| fact.covers(version)) {
            let deprecated_in = fact.minor("deprecated").unwrap();
            if deprecated_in <= version.minor() {
                let instead = fact.facts.get("replacement").map(|text| text.replace(',', " "));
                let warning = (deprecated_in, fact.minor("removed"), instead);
                said.insert((fact.api_version, fact.kind), warning);
            }
        }
        for known in kinds().filter(|kind| kind.versions.contains(version)) {
            let theirs = said.get(&(known.api_version, known.kind)).cloned();
            let ours = deprecated(version, known.api_version, known.kind);
            let ours = ours.map(|ours| {
                let instead = ours.instead.map(str::to_owned);
                (ours.deprecated_in, ours.removed_in, instead)
            });
            if ours != theirs {
                let (api_version, kind) = (known.api_version, known.kind);
                differences.push(format!("{version} {api_version} {kind}: {ours:?}, {theirs:?}"));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn what_go_says_is_removed_is_known_as_removed() {
    // Objects of webhooks' conversations: no path of the API serves them.
    let conversation = ["AdmissionReview", "ConversionReview"];
    for said in Said::all().filter(|said| said.covers(Version::NEWEST)) {
        if conversation.contains(&said.kind) {
            continue;
        }
        let announced = said.minor("removed");
        let gone = announced.filter(|&minor| minor <= Version::NEWEST.minor());
        let ours = removed(said.api_version, said.kind).map(|removal| removal.removed_in);
        assert_eq!(ours, gone, "{} {}", said.api_version, said.kind);
    }
}

#[test]
fn what_vanished_from_the_tables_is_removed() {
    for known in kinds() {
        let ever = kind_ever(known.api_version, known.kind).unwrap();
        let last = ever.versions.last().unwrap();
        let gone = (last < Version::NEWEST).then_some(last.minor() + 1);
        let ours = removed(known.api_version, known.kind);
        assert_eq!(ours.map(|removal| removal.removed_in), gone, "{known:?}");
        if let Some(instead) = ours.and_then(|removal| removal.instead) {
            assert!(kind(Version::NEWEST, instead, known.kind).is_some(), "{known:?}");
        }
    }
}

#[test]
fn removals_name_what_to_use() {
    let cases = [
        ("extensions/v1beta1", "Ingress", 22, Some(14), Some("networking.k8s.io/v1")),
        ("extensions/v1beta1", "Deployment", 16, Some(8), Some("apps/v1")),
        ("extensions/v1beta1", "DeploymentList", 16, Some(8), Some("apps/v1")),
        ("batch/v1beta1", "CronJob", 25, Some(21), Some("batch/v1")),
        ("policy/v1beta1", "PodSecurityPolicy", 25, Some(21), None),
        ("extensions/v1beta1", "PodSecurityPolicy", 16, Some(11), None),
        ("events.k8s.io/v1beta1", "Event", 25, Some(22), Some("events.k8s.io/v1")),
        ("autoscaling/v2beta1", "HorizontalPodAutoscaler", 25, Some(22), Some("autoscaling/v2")),
        ("autoscaling/v2beta2", "HorizontalPodAutoscaler", 26, Some(23), Some("autoscaling/v2")),
        ("resource.k8s.io/v1alpha2", "ResourceClaim", 31, None, Some("resource.k8s.io/v1")),
        ("resource.k8s.io/v1alpha2", "ResourceClass", 31, None, None),
        ("scheduling.k8s.io/v1alpha1", "Workload", 36, None, Some("scheduling.k8s.io/v1beta1")),
        ("settings.k8s.io/v1alpha1", "PodPreset", 20, None, None),
        ("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema", 26, Some(23), Some("flowcontrol.apiserver.k8s.io/v1")),
    ];
    for (api_version, kind, removed_in, deprecated_in, instead) in cases {
        let expected = Removal { removed_in, deprecated_in, instead };
        assert_eq!(removed(api_version, kind), Some(expected), "{api_version} {kind}");
    }
    for (api_version, kind) in [("v1", "Pod"), ("v1", "Endpoints"), ("apps/v1", "Nonsense"), ("", "List")] {
        assert_eq!(removed(api_version, kind), None);
    }
}

#[test]
fn deprecations_hold_from_their_version_on() {
    let endpoints =
        Deprecation { deprecated_in: 33, removed_in: None, instead: Some("discovery.k8s.io/v1 EndpointSlice") };
    assert_eq!(deprecated(version("1.32"), "v1", "Endpoints"), None);
    assert_eq!(deprecated(version("1.33"), "v1", "Endpoints"), Some(endpoints));
    let list = deprecated(version("1.37"), "v1", "EndpointsList").unwrap();
    assert_eq!(list.instead, Some("discovery.k8s.io/v1 EndpointSliceList"));
    let status = deprecated(Version::OLDEST, "v1", "ComponentStatus").unwrap();
    assert_eq!((status.deprecated_in, status.removed_in), (19, None));
    let capacity = deprecated(version("1.26"), "storage.k8s.io/v1beta1", "CSIStorageCapacity");
    assert_eq!(capacity.unwrap().removed_in, Some(27));
    assert_eq!(deprecated(Version::NEWEST, "v1", "Pod"), None);
    assert_eq!(deprecated(Version::NEWEST, "batch/v1beta1", "CronJob"), None);
}
