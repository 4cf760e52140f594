//! Which nodes can a Pod run on: podlint beside the scheduler's own filters, and how long clusters take
//! to load.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use podlint_bench::generate::cluster::{self, Form, Size};
use podlint_core::Document;
use podlint_core::schedule::{Builder, Cluster, schedule};
use podlint_core::yaml::Encoding;
use podlint_schemas::Version;
use serde_json::{Value, json};

use crate::measure::{Used, alternate};
use crate::podlint::Podlint;
use crate::table::{Row, Table};

/// The program of `testdata/upstream/schedulebench`, where it was built.
const PEER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../testdata/upstream/bin/schedulebench");

/// As often as the peer tries; the best counts, for both.
const PASSES: usize = 20;

/// The cluster of a large team.
const LARGE: Size = Size { nodes: 5_000, pods: 50_000 };
/// The largest that Kubernetes is made for, and more.
const HUGE: Size = Size { nodes: 10_000, pods: 200_000 };
/// For many workloads at once.
const SMALL: Size = Size { nodes: 500, pods: 5_000 };
const WORKLOADS: usize = 100;

/// A Pod that finds its place.
const POD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
  - name: app
    image: app
    resources:
      requests:
        cpu: 100m
";

/// Adds the rows of scheduling.
pub fn rows(table: &mut Table, runs: usize, podlint: &Podlint, folder: &Path) -> anyhow::Result<()> {
    filters(table)?;
    loading(table, runs, podlint, folder)
}

/// One Pod against all nodes, inside of this program as the peer inside of its own.
fn filters(table: &mut Table) -> anyhow::Result<()> {
    table.title(format!("One Pod against {} nodes and {} running Pods", LARGE.nodes, LARGE.pods));
    let theirs = peer();
    if theirs.is_empty() {
        println!("schedulebench is left out: build it with testdata/upstream/build.sh\n");
    }
    let cluster = plain_cluster()?;
    for (name, pod) in pods() {
        let text = pod.to_string();
        let mut best = Duration::MAX;
        let mut feasible = 0;
        for _ in 0..PASSES {
            let start = Instant::now();
            let answer = schedule(&cluster, &document(&text), Version::NEWEST).context("no Pod")?;
            best = best.min(start.elapsed());
            feasible = answer.feasible.len();
        }
        let peer = theirs.iter().find(|(peer, _, _)| peer == name);
        if let Some((_, nodes, _)) = peer {
            ensure!(*nodes == feasible, "{name}: {feasible} nodes are feasible, the scheduler says {nodes}");
        }
        let peer = peer.map(|(_, _, time)| *time);
        table.row(Row::single(name, best.as_secs_f64(), peer.map(|time| time.as_secs_f64())).at_most_share(2.0));
    }
    Ok(())
}

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

/// What schedulebench says: the constraint, how many nodes are feasible, the best time.
fn peer() -> Vec<(String, usize, Duration)> {
    let Ok(output) = Command::new(PEER).output() else { return Vec::new() };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
    let feasible = lines.iter().filter_map(|words| match words.as_slice() {
        [name, "feasible", count] => Some((*name, count.parse::<usize>().ok()?)),
        _ => None,
    });
    let found = feasible.filter_map(|(name, count)| {
        let time = lines.iter().find_map(|words| match words.as_slice() {
            [other, time] if *other == name => duration(time),
            _ => None,
        })?;
        Some((name.to_owned(), count, time))
    });
    found.collect()
}

/// As Go prints one: `1.4ms`.
fn duration(text: &str) -> Option<Duration> {
    let number = text.trim_end_matches(|c: char| c.is_alphabetic() || c == 'µ');
    let unit = match text.strip_prefix(number)? {
        "s" => 1.0,
        "ms" => 1e-3,
        "µs" => 1e-6,
        _ => return None,
    };
    Some(Duration::from_secs_f64(number.parse::<f64>().ok()? * unit))
}

fn plain_cluster() -> anyhow::Result<Cluster> {
    let mut builder = Builder::default();
    for object in plain_objects() {
        let given = builder.read(&document(&object.to_string()));
        ensure!(given.problems.is_empty(), "the cluster has mistakes: {:?}", given.problems);
    }
    Ok(builder.finish())
}

/// The cluster that schedulebench makes.
fn plain_objects() -> impl Iterator<Item = Value> {
    const PODS_OF_NODE: usize = LARGE.pods / LARGE.nodes;
    (0..LARGE.nodes).flat_map(|number| {
        let pods = (0..PODS_OF_NODE).map(move |place| plain_pod(number, place));
        std::iter::once(plain_node(number)).chain(pods)
    })
}

fn plain_node(number: usize) -> Value {
    let name = format!("n{number}");
    let taint = json!({"key": "dedicated", "value": "ml", "effect": "NoSchedule"});
    let taints: Vec<Value> = if number.is_multiple_of(10) { vec![taint] } else { Vec::new() };
    json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {
            "kubernetes.io/hostname": name,
            "topology.kubernetes.io/zone": format!("z{}", number % 3),
            "disk": if number.is_multiple_of(2) { "ssd" } else { "hdd" },
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64",
        }},
        "spec": {"taints": taints},
        "status": {"allocatable": {"cpu": "16", "memory": "64Gi", "pods": "110"}},
    })
}

fn plain_pod(number: usize, place: usize) -> Value {
    let requests = json!({"cpu": "500m", "memory": "1Gi"});
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": format!("p{number}-{place}"),
            "namespace": "default",
            "labels": {"app": format!("a{place}")},
        },
        "spec": {"nodeName": format!("n{number}"), "containers": [{"name": "c", "resources": {"requests": requests}}]},
    })
}

/// The Pods that schedulebench asks about, by its names for them.
fn pods() -> [(&'static str, Value); 3] {
    let labels = json!({"matchLabels": {"app": "a1"}});
    let pod = |more: &[(&str, Value)]| {
        let mut spec = json!({
            "nodeSelector": {"disk": "ssd"},
            "tolerations": [{"key": "x", "operator": "Exists"}],
            "containers": [{"name": "c", "resources": {"requests": {"cpu": "12", "memory": "1Gi"}}}],
        });
        for (name, value) in more {
            if let Some(spec) = spec.as_object_mut() {
                spec.insert((*name).to_owned(), value.clone());
            }
        }
        json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "in", "namespace": "default", "uid": "in", "labels": {"app": "a1"}},
            "spec": spec,
        })
    };
    let term = json!({"topologyKey": "kubernetes.io/hostname", "labelSelector": labels});
    let avoid = json!({"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}});
    let spread = json!([{
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": labels,
    }]);
    [
        ("plain", pod(&[])),
        ("spread", pod(&[("topologySpreadConstraints", spread)])),
        ("anti-affinity", pod(&[("affinity", avoid)])),
    ]
}

fn loading(table: &mut Table, runs: usize, podlint: &Podlint, folder: &Path) -> anyhow::Result<()> {
    let folder = folder.join("clusters");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let pod = fill(&folder.join("pod.yaml"), |out| out.write_all(POD.as_bytes()))?;

    table.title(format!("From start to end, {} nodes and {} Pods", LARGE.nodes, LARGE.pods));
    let plain = fill(&folder.join("plain.yaml"), |out| cluster::write_list(out, plain_objects(), Form::Yaml))?;
    let plain = podlint.snapshot(&plain, &folder.join("plain-snapshot.yaml"))?;
    let large = written(&folder, "large.yaml", LARGE, Form::Yaml)?;
    let snapshot = podlint.snapshot(&large, &folder.join("large-snapshot.yaml"))?;
    let used = alternate(runs, &[&plain, &snapshot, &large].map(|cluster| podlint.against(cluster, &pod)))?;
    if let [plain, snapshot, whole] = used.as_slice() {
        table.row(Row::seconds("one Pod, from the snapshot", plain, None, Used::wall).at_most_seconds(0.4));
        table.row(Row::bytes("  peak memory", plain, None));
        table.row(Row::seconds("  with more labels and owners", snapshot, None, Used::wall));
        table.row(Row::seconds("  from kubectl's whole output", whole, None, Used::wall));
    }

    table.title(format!("From start to end, {} nodes and {} Pods", SMALL.nodes, SMALL.pods));
    let small = written(&folder, "small.yaml", SMALL, Form::Yaml)?;
    let small = podlint.snapshot(&small, &folder.join("small-snapshot.yaml"))?;
    let workloads =
        fill(&folder.join("workloads.yaml"), |out| (0..WORKLOADS).try_for_each(|number| workload(out, number)))?;
    let used = alternate(runs, &[podlint.against(&small, &workloads)])?;
    if let [used] = used.as_slice() {
        let name = format!("{WORKLOADS} Deployments");
        table.row(Row::seconds(&name, used, None, Used::wall).at_most_seconds(0.3));
        table.row(Row::seconds("  CPU time", used, None, Used::cpu));
    }

    table.title(format!("From start to end, {} nodes and {} Pods", HUGE.nodes, HUGE.pods));
    for (name, form) in [("huge.yaml", Form::Yaml), ("huge.json", Form::Json)] {
        let path = written(&folder, name, HUGE, form)?;
        let bytes = path.metadata().map_or(0, |metadata| metadata.len());
        let used = alternate(1, &[podlint.against(&path, &pod)])?;
        if let [used] = used.as_slice() {
            let name = format!("one Pod, {name} ({})", crate::table::megabytes(bytes));
            table.row(Row::seconds(&name, used, None, Used::wall));
            table.row(Row::bytes("  peak memory", used, None).below_bytes(1_000_000_000));
        }
        std::fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(())
}

/// A Deployment that finds its place.
fn workload(out: &mut dyn Write, number: usize) -> std::io::Result<()> {
    let labels = format!("{{app: bench-{number}}}");
    write!(
        out,
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: bench-{number}, namespace: default}}\nspec:\n  replicas: {}\n  selector:\n    matchLabels: {labels}\n  template:\n    metadata:\n      labels: {labels}\n    spec:\n      nodeSelector: {{kubernetes.io/os: linux}}\n      topologySpreadConstraints:\n      - maxSkew: 1\n        topologyKey: topology.kubernetes.io/zone\n        whenUnsatisfiable: DoNotSchedule\n        labelSelector:\n          matchLabels: {labels}\n      containers:\n      - name: app\n        image: app\n        resources:\n          requests: {{cpu: 100m, memory: 64Mi}}\n",
        number % 5 + 1
    )
}

fn written(folder: &Path, name: &str, size: Size, form: Form) -> anyhow::Result<PathBuf> {
    fill(&folder.join(name), |out| cluster::write(out, size, form))
}

fn fill(path: &Path, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> anyhow::Result<PathBuf> {
    let fill = || -> std::io::Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        write(&mut file)?;
        file.flush()
    };
    fill().with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path.to_owned())
}
