//! `--tls files`: what is in the folder, and what is served.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use podlint_webhook::tls::authority::{Issued, LEAF_LIFE};
use podlint_webhook::tls::files::{Found, watch};
use podlint_webhook::tls::watch::{Change, Watch};
use podlint_webhook::tls::{Certificates, Metrics};
use tokio::time::sleep;

use crate::support::{LONG, authority, leaf, leaf_at, pair};

const PERIOD: Duration = Duration::from_millis(10);

fn of(certificate: &Issued, key: &Issued) -> Found {
    texts(&certificate.certificate, &key.key)
}

fn texts(certificate: &str, key: &str) -> Found {
    Found { certificate: certificate.as_bytes().to_vec(), key: key.as_bytes().to_vec() }
}

/// What each look comes to: `take`, a problem, or nothing.
fn looks(watch: &mut Watch<Found>, found: &Result<Found, String>, times: usize) -> Vec<String> {
    let look = |_| match watch.look(found.clone(), |found| found.pair(SystemTime::now())) {
        Change::None => String::new(),
        Change::Take(_) => "take".to_owned(),
        Change::Refuse(problem) => problem,
    };
    (0..times).map(look).collect()
}

#[test]
fn a_pair_is_taken_once_and_a_problem_told_once() {
    let authority = authority();
    let (one, two) = (leaf(&authority), leaf(&authority));
    let past = leaf_at(&authority, SystemTime::now() - LEAF_LIFE - Duration::from_secs(3600));
    let half = &one.certificate[..one.certificate.len() / 2];
    for (what, problem) in [
        (Err("tls.crt cannot be read: gone".to_owned()), "tls.crt cannot be read: gone"),
        (Ok(of(&one, &two)), "tls.crt and tls.key do not belong together"),
        (Ok(of(&past, &past)), "the certificate expired 3600s ago"),
        (Ok(texts("", "")), "tls.crt is not a PEM certificate: it has none"),
        (Ok(texts(half, &one.key)), "tls.crt is not a PEM certificate: "),
        (Ok(texts(&one.certificate, "")), "tls.key is not a PEM private key: "),
        (Ok(texts(&one.certificate, "what is this")), "tls.key is not a PEM private key: "),
        (Ok(texts(&one.certificate, &one.certificate)), "tls.key is not a PEM private key: "),
    ] {
        let mut watch = Watch::default();
        assert_eq!(looks(&mut watch, &Ok(of(&one, &one)), 3), ["take", "", ""]);
        let said = looks(&mut watch, &what, 4);
        assert_eq!((&*said[0], &*said[2], &*said[3]), ("", "", ""), "{said:?}");
        assert!(said[1].starts_with(problem), "{said:?}");
        assert_eq!(looks(&mut watch, &Ok(of(&two, &two)), 2), ["take", ""]);
    }
}

#[test]
fn files_that_change_one_after_the_other_are_no_problem() {
    let authority = authority();
    let (one, two) = (leaf(&authority), leaf(&authority));
    let mut watch = Watch::default();
    let said: Vec<_> = [Ok(of(&one, &one)), Ok(of(&two, &one)), Ok(of(&two, &two))]
        .iter()
        .flat_map(|found| looks(&mut watch, found, 1))
        .collect();
    assert_eq!(said, ["take", "", "take"]);
}

/// Puts a pair into place as the kubelet does: a new folder, then one rename of the link to it.
pub fn mount(folder: &Path, name: &str, issued: &Issued) {
    let data = folder.join(name);
    fs::create_dir(&data).unwrap();
    fs::write(data.join("tls.crt"), &issued.certificate).unwrap();
    fs::write(data.join("tls.key"), &issued.key).unwrap();
    symlink(name, folder.join("..data_tmp")).unwrap();
    fs::rename(folder.join("..data_tmp"), folder.join("..data")).unwrap();
    for file in ["tls.crt", "tls.key"] {
        if !folder.join(file).exists() {
            symlink(Path::new("..data").join(file), folder.join(file)).unwrap();
        }
    }
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < LONG, "not so: {what}");
        sleep(PERIOD).await;
    }
}

#[tokio::test]
async fn the_last_good_pair_is_served_whatever_the_folder_holds() {
    let authority = authority();
    let folder = tempfile::tempdir().unwrap();
    let metrics = Metrics::default();
    let certificates = Certificates::new(metrics.clone());
    let task = tokio::spawn(watch(folder.path().to_owned(), PERIOD, certificates.clone()));
    let serves = |issued: &Issued| {
        let wanted = pair(issued);
        certificates.current().is_some_and(|pair| pair.end_entity() == wanted.end_entity())
    };
    until("the empty folder is told", || metrics.failures.get() == 1).await;
    assert!(certificates.current().is_none());

    let (one, two, three) = (leaf(&authority), leaf(&authority), leaf(&authority));
    mount(folder.path(), "one", &one);
    until("the first pair is served", || serves(&one)).await;
    mount(folder.path(), "two", &two);
    until("the second pair is served", || serves(&two)).await;
    assert_eq!(metrics.failures.get(), 1);

    let data = folder.path().join("two");
    let mut problems = 1;
    for damage in [
        Box::new(|| fs::write(data.join("tls.crt"), &one.certificate).unwrap()) as Box<dyn Fn()>,
        Box::new(|| fs::write(data.join("tls.crt"), &two.certificate[..100]).unwrap()),
        Box::new(|| fs::remove_file(data.join("tls.key")).unwrap()),
        Box::new(|| fs::create_dir(data.join("tls.key")).unwrap()),
        Box::new(|| fs::set_permissions(&data, fs::Permissions::from_mode(0o000)).unwrap()),
    ] {
        damage();
        problems += 1;
        // root reads whatever the mode says.
        let seen = || metrics.failures.get() >= problems || fs::read_dir(&data).is_ok() && problems == 6;
        until("the problem is counted", seen).await;
        sleep(5 * PERIOD).await;
        assert!(metrics.failures.get() <= problems);
        assert!(serves(&two));
    }
    mount(folder.path(), "three", &three);
    until("the third pair is served", || serves(&three)).await;
    task.abort();
}

#[tokio::test]
async fn an_expired_certificate_is_served_on_and_told_of_once() {
    let authority = authority();
    let folder = tempfile::tempdir().unwrap();
    let metrics = Metrics::default();
    let certificates = Certificates::new(metrics.clone());
    // It ends within the second.
    let soon = leaf_at(&authority, SystemTime::now() - LEAF_LIFE + Duration::from_secs(2));
    mount(folder.path(), "soon", &soon);
    let task = tokio::spawn(watch(folder.path().to_owned(), PERIOD, certificates.clone()));
    until("it is served", || certificates.current().is_some()).await;
    assert_eq!(metrics.failures.get(), 0);
    until("its end is told", || metrics.failures.get() == 1).await;
    sleep(5 * PERIOD).await;
    assert_eq!(metrics.failures.get(), 1);
    assert_eq!(certificates.current().unwrap().end_entity(), pair(&soon).end_entity());
    task.abort();
}
