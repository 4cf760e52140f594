//! `--tls self-managed`, against a small API server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use k8s_openapi::ByteString;
use podlint_webhook::tls::authority::{AUTHORITY_LIFE, BACKDATE, LEAF_LIFE, service_names};
use podlint_webhook::tls::managed::{Manager, Names};
use podlint_webhook::tls::plan::{OVERLAP, Store, plan};
use podlint_webhook::tls::{Certificates, Metrics, Pair};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::api::Api;
use crate::support::LONG;

const CONFIGURATION: &str = "ValidatingWebhookConfiguration";

struct Replica {
    certificates: Certificates,
    metrics: Metrics,
    task: JoinHandle<()>,
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A time that tests move.
#[derive(Clone, Default)]
struct Clock(Arc<AtomicU64>);

impl Clock {
    fn advance(&self, by: Duration) {
        self.0.fetch_add(by.as_secs(), Ordering::Relaxed);
    }

    fn now(&self) -> SystemTime {
        SystemTime::now() + Duration::from_secs(self.0.load(Ordering::Relaxed))
    }
}

fn replica(api: SocketAddr, clock: &Clock) -> Replica {
    let mut config = kube::Config::new(format!("http://{api}").parse().unwrap());
    config.default_retry = false;
    let client = kube::Client::try_from(config).unwrap();
    let names = Names {
        namespace: "podlint".to_owned(),
        secret: "podlint-tls".to_owned(),
        service: "podlint".to_owned(),
        configuration: "podlint".to_owned(),
        others: vec!["192.0.2.7".to_owned()],
    };
    let metrics = Metrics::default();
    let certificates = Certificates::new(metrics.clone());
    let clock = clock.clone();
    let manager = Manager::new(client, names, certificates.clone(), Arc::new(move || clock.now()));
    Replica { certificates, metrics, task: tokio::spawn(manager.run()) }
}

fn configuration(name: &str) -> Value {
    let webhook = |name: &str| {
        json!({
            "name": name, "admissionReviewVersions": ["v1"], "sideEffects": "None",
            "clientConfig": { "service": { "name": "podlint", "namespace": "podlint" } },
        })
    };
    json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": CONFIGURATION,
        "metadata": { "name": name },
        "webhooks": [webhook("pods.podlint.dev"), webhook("workloads.podlint.dev")],
    })
}

fn decoded(value: &Value) -> String {
    let bytes: ByteString = serde_json::from_value(value.clone()).unwrap();
    String::from_utf8(bytes.0).unwrap()
}

fn store(secret: &Value) -> Store {
    let text = |key: &str| decoded(&secret["data"][key]);
    Store {
        authorities: text("ca.crt"),
        authority_key: text("ca.key"),
        certificate: text("tls.crt"),
        key: text("tls.key"),
    }
}

fn bundles(configuration: &Value) -> Vec<String> {
    let webhooks = configuration["webhooks"].as_array().unwrap().iter();
    webhooks
        .map(|webhook| &webhook["clientConfig"]["caBundle"])
        .filter(|bundle| !bundle.is_null())
        .map(decoded)
        .collect()
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < LONG, "not so: {what}");
        sleep(Duration::from_millis(10)).await;
    }
}

fn serves(replica: &Replica, certificate: &str, key: &str) -> bool {
    let Ok(pair) = Pair::read(certificate.as_bytes(), key.as_bytes()) else {
        return false;
    };
    let current = replica.certificates.current();
    current.is_some_and(|current| current.end_entity() == pair.end_entity())
}

/// Every replica serves what the Secret holds, and the caBundle is right.
fn is_settled(api: &Api, replicas: &[Replica]) -> bool {
    let Some(secret) = api.secret("podlint-tls") else {
        return false;
    };
    let store = store(&secret);
    replicas.iter().all(|replica| serves(replica, &store.certificate, &store.key))
        && bundles(&api.configuration("podlint")) == [store.authorities.clone(), store.authorities]
}

#[tokio::test]
async fn replicas_that_start_at_once_agree() {
    let api = Api::new();
    api.put(CONFIGURATION, configuration("podlint"));
    api.put(CONFIGURATION, configuration("another"));
    let (address, _server) = api.serve(None).await;
    let clock = Clock::default();
    let replicas: Vec<_> = (0..5).map(|_| replica(address, &clock)).collect();
    until("all agree", || is_settled(&api, &replicas)).await;
    assert_eq!(api.writes(), ["Secret/podlint-tls", "ValidatingWebhookConfiguration/podlint"]);
    let secret = api.secret("podlint-tls").unwrap();
    assert_eq!(secret["type"], "kubernetes.io/tls");
    assert_eq!(store(&secret).authorities.matches("BEGIN CERTIFICATE").count(), 1);
    assert_eq!(bundles(&api.configuration("another")), [""; 0]);
    assert!(replicas.iter().all(|replica| replica.metrics.failures.get() == 0));
}

/// A chart may bring the Secret along, without content, and with labels of its own.
#[tokio::test]
async fn an_empty_secret_is_filled() {
    let api = Api::new();
    api.put(CONFIGURATION, configuration("podlint"));
    api.put(
        "Secret",
        json!({
            "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
            "metadata": { "name": "podlint-tls", "namespace": "podlint", "labels": { "of": "the chart" } },
            "data": { "tls.crt": "", "tls.key": "" },
        }),
    );
    let (address, _server) = api.serve(None).await;
    let replicas: Vec<_> = (0..2).map(|_| replica(address, &Clock::default())).collect();
    until("it is filled", || is_settled(&api, &replicas)).await;
    assert_eq!(api.secret("podlint-tls").unwrap()["metadata"]["labels"], json!({ "of": "the chart" }));
}

#[tokio::test]
async fn what_others_overwrite_is_mended() {
    let api = Api::new();
    api.put(CONFIGURATION, configuration("podlint"));
    let (address, _server) = api.serve(None).await;
    let replicas: Vec<_> = (0..2).map(|_| replica(address, &Clock::default())).collect();
    until("all agree", || is_settled(&api, &replicas)).await;
    let before = store(&api.secret("podlint-tls").unwrap());

    let begin = Instant::now();
    api.put(CONFIGURATION, configuration("podlint"));
    until("the caBundle is back", || is_settled(&api, &replicas)).await;
    let mut foreign = api.configuration("podlint");
    foreign["webhooks"][1]["clientConfig"]["caBundle"] = json!("Zm9yZWlnbg==");
    api.put(CONFIGURATION, foreign);
    until("the caBundle is back", || is_settled(&api, &replicas)).await;
    assert_eq!(store(&api.secret("podlint-tls").unwrap()), before);

    // A certificate that cannot be served: a new one is made, of the same authority.
    let mut secret = api.secret("podlint-tls").unwrap();
    secret["data"]["tls.crt"] = json!("");
    api.put("Secret", secret);
    until("there is a new certificate", || is_settled(&api, &replicas)).await;
    let after = store(&api.secret("podlint-tls").unwrap());
    assert_eq!(after.authorities, before.authorities);
    assert_ne!(after.certificate, before.certificate);
    assert!(begin.elapsed() < Duration::from_secs(9), "not by the watch: {:?}", begin.elapsed());
}

#[tokio::test]
async fn without_watches_it_takes_longer_but_happens() {
    let api = Api::new();
    api.refuse_watches();
    api.put(CONFIGURATION, configuration("podlint"));
    let (address, _server) = api.serve(None).await;
    let replicas = [replica(address, &Clock::default())];
    until("it is served", || is_settled(&api, &replicas)).await;
    api.put(CONFIGURATION, configuration("podlint"));
    until("the caBundle is back", || is_settled(&api, &replicas)).await;
}

#[tokio::test]
async fn an_api_server_that_comes_later_is_waited_for() {
    let api = Api::new();
    api.put(CONFIGURATION, configuration("podlint"));
    let (address, server) = api.serve(None).await;
    server.abort();
    let _ = server.await;
    let replicas = [replica(address, &Clock::default())];
    until("its absence is counted", || replicas[0].metrics.failures.get() == 1).await;
    assert!(replicas[0].certificates.current().is_none());
    let (_, server) = api.serve(Some(address)).await;
    until("it is served", || is_settled(&api, &replicas)).await;

    // Gone again: what is served stays.
    server.abort();
    let _ = server.await;
    sleep(Duration::from_millis(100)).await;
    assert!(replicas[0].certificates.current().is_some());
}

#[tokio::test]
async fn a_configuration_that_comes_later_gets_its_bundle() {
    let api = Api::new();
    let (address, _server) = api.serve(None).await;
    let replicas = [replica(address, &Clock::default())];
    until("it is served", || replicas[0].certificates.current().is_some()).await;
    api.put(CONFIGURATION, configuration("podlint"));
    until("the caBundle is there", || is_settled(&api, &replicas)).await;
}

/// An authority and its certificates through a change, as replicas see it: never is one served that the
/// configuration does not trust.
#[tokio::test]
async fn authorities_change_with_an_overlap() {
    let api = Api::new();
    api.put(CONFIGURATION, configuration("podlint"));
    let (address, _server) = api.serve(None).await;
    let clock = Clock::default();
    let replicas: Vec<_> = (0..3).map(|_| replica(address, &clock)).collect();
    until("all agree", || is_settled(&api, &replicas)).await;
    let first = store(&api.secret("podlint-tls").unwrap());
    // Anything that changes makes them look at the clock.
    let nudge = || api.put(CONFIGURATION, api.configuration("podlint"));
    let holds = |authorities: usize| {
        let store = store(&api.secret("podlint-tls").unwrap());
        store.authorities.matches("BEGIN CERTIFICATE").count() == authorities && is_settled(&api, &replicas)
    };

    clock.advance(LEAF_LIFE * 2 / 3 + BACKDATE);
    nudge();
    until("the certificate is renewed", || {
        is_settled(&api, &replicas) && store(&api.secret("podlint-tls").unwrap()).certificate != first.certificate
    })
    .await;
    assert!(holds(1));

    clock.advance(AUTHORITY_LIFE * 2 / 3);
    nudge();
    until("there are two authorities", || holds(2)).await;
    let during = store(&api.secret("podlint-tls").unwrap());
    assert!(during.authorities.ends_with(&first.authorities));
    assert_ne!(during.authority_key, first.authority_key);

    clock.advance(OVERLAP);
    nudge();
    until("the certificate is of the new one", || {
        holds(2) && store(&api.secret("podlint-tls").unwrap()).certificate != during.certificate
    })
    .await;
    clock.advance(OVERLAP);
    nudge();
    until("the old one is gone", || holds(1)).await;
    assert!(!store(&api.secret("podlint-tls").unwrap()).authorities.contains(&first.authorities));
}

/// Twelve years in steps of six hours. What is served is always trusted by the bundle of six hours before.
#[test]
fn a_life_of_renewals_never_serves_what_is_not_trusted_yet() {
    let names = service_names("podlint", "podlint");
    let begin = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let step = Duration::from_secs(6 * 60 * 60);
    let mut found = plan(&Store::default(), &names, begin).unwrap().unwrap().store;
    let mut reasons: Vec<&str> = Vec::new();
    for number in 1..(12 * 365 * 4) {
        let now = begin + step * number;
        let Some(change) = plan(&found, &names, now).unwrap() else {
            continue;
        };
        let pair = Pair::read(change.store.certificate.as_bytes(), change.store.key.as_bytes()).unwrap();
        assert!(pair.validity.not_after > now + LEAF_LIFE / 4);
        if change.store.certificate != found.certificate {
            assert_eq!(change.store.authorities, found.authorities, "both at once");
        }
        reasons.push(change.why);
        found = change.store;
    }
    let count = |why: &str| reasons.iter().filter(|reason| **reason == why).count();
    assert_eq!(count("authority renewed"), 1);
    assert_eq!(count("authorities of the past removed"), 1);
    // Every 60 days, and once for the new authority.
    assert!((70..=75).contains(&count("certificate renewed")), "{}", count("certificate renewed"));
    assert_eq!(count("certificate renewed") + 2, reasons.len());
}

#[test]
fn what_is_found_decides_what_is_made() {
    let names = service_names("podlint", "podlint");
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let day = Duration::from_secs(24 * 60 * 60);
    let made = |store: &Store, names: &[String], now| plan(store, names, now).unwrap();
    let good = made(&Store::default(), &names, now).unwrap().store;
    let other = made(&Store::default(), &names, now).unwrap().store;
    let elsewhere = service_names("podlint", "elsewhere");
    let with = |change: &dyn Fn(&mut Store)| {
        let mut store = good.clone();
        change(&mut store);
        store
    };
    for (what, store, names, now, why) in [
        ("nothing", Store::default(), &names, now, Some("authority and certificate made")),
        ("all well", good.clone(), &names, now, None),
        ("a clock that is behind", good.clone(), &names, now - BACKDATE / 2, None),
        ("two months", good.clone(), &names, now + 59 * day, None),
        ("a third left", good.clone(), &names, now + 61 * day, Some("certificate renewed")),
        ("expired", good.clone(), &names, now + 91 * day, Some("certificate made")),
        ("another name", good.clone(), &elsewhere, now, Some("certificate made")),
        ("no certificate", with(&|store| store.certificate.clear()), &names, now, Some("certificate made")),
        ("no key", with(&|store| store.key.clear()), &names, now, Some("certificate made")),
        (
            "the certificate of another authority",
            with(&|store| (store.certificate, store.key) = (other.certificate.clone(), other.key.clone())),
            &names,
            now,
            Some("certificate made"),
        ),
        (
            "the authority's key is another's",
            with(&|store| store.authority_key.clone_from(&other.authority_key)),
            &names,
            now,
            Some("authority renewed"),
        ),
        (
            "the authority's key is lost",
            with(&|store| store.authority_key.clear()),
            &names,
            now,
            Some("authority renewed"),
        ),
        (
            "the authority is lost",
            with(&|store| store.authorities.clear()),
            &names,
            now,
            Some("authority and certificate made"),
        ),
        (
            "no text",
            with(&|store| store.authorities = "x".to_owned()),
            &names,
            now,
            Some("authority and certificate made"),
        ),
        ("all expired", good.clone(), &names, now + AUTHORITY_LIFE + day, Some("authority and certificate made")),
    ] {
        let change = made(&store, names, now);
        assert_eq!(change.as_ref().map(|change| change.why), why, "{what}");
        let Some(change) = change else {
            continue;
        };
        // What is made is good, but for the authority that has to be known for a while.
        assert_eq!(made(&change.store, names, now).map(|change| change.why), None, "{what}");
    }
}
