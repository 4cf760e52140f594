//! The Pod spec, for Pods and for templates.

use std::fmt::Write as _;

use super::{line, words};
use crate::rng::Rng;

/// Writes the fields of a Pod spec.
pub fn spec(out: &mut String, rng: &mut Rng, name: &str, at: &str) {
    line!(out, "{at}serviceAccountName: {name}");
    line!(out, "{at}automountServiceAccountToken: false");
    line!(out, "{at}terminationGracePeriodSeconds: {}", rng.between(10, 90));
    line!(out, "{at}securityContext:");
    line!(out, "{at}  runAsNonRoot: true");
    line!(out, "{at}  runAsUser: {}", rng.between(1_000, 9_999));
    line!(out, "{at}  seccompProfile: {{type: RuntimeDefault}}");
    if rng.percent(30) {
        line!(out, "{at}initContainers:");
        line!(out, "{at}- name: migrate");
        line!(out, "{at}  image: {}:{}", rng.pick(words::IMAGES), words::version(rng));
        line!(out, "{at}  command: [\"/bin/sh\", \"-c\"]");
        line!(out, "{at}  args:");
        line!(out, "{at}  - |");
        line!(out, "{at}    set -eu");
        line!(out, "{at}    echo \"{}\"", words::sentence(rng, 6));
        line!(out, "{at}    exec /app/migrate --wait 30s");
    }
    line!(out, "{at}containers:");
    let containers = if rng.percent(35) { rng.between(2, 3) } else { 1 };
    for number in 0..containers {
        container(out, rng, number, at);
    }
    if rng.percent(40) {
        line!(out, "{at}nodeSelector:");
        line!(out, "{at}  kubernetes.io/arch: amd64");
    }
    if rng.percent(40) {
        line!(out, "{at}tolerations:");
        line!(out, "{at}- key: dedicated");
        line!(out, "{at}  operator: Equal");
        line!(out, "{at}  value: {}", rng.pick(words::TEAMS));
        line!(out, "{at}  effect: NoSchedule");
    }
    if rng.percent(40) {
        affinity(out, name, at);
    }
    volumes(out, rng, name, at);
}

fn container(out: &mut String, rng: &mut Rng, number: usize, at: &str) {
    let port = rng.between(1_024, 9_999);
    let name = if number == 0 { "http".to_owned() } else { format!("http-{number}") };
    line!(out, "{at}- name: {}-{number}", rng.pick(words::COMPONENTS));
    line!(out, "{at}  image: \"{}:{}\"", rng.pick(words::IMAGES), words::version(rng));
    line!(out, "{at}  imagePullPolicy: {}", rng.pick(&["IfNotPresent", "Always"]));
    if rng.percent(40) {
        line!(out, "{at}  # {}", words::sentence(rng, 11));
    }
    line!(out, "{at}  args: [\"--port={port}\", '--verbose', --workers, \"{}\"]", rng.between(1, 16));
    line!(out, "{at}  ports:");
    line!(out, "{at}  - name: {name}");
    line!(out, "{at}    containerPort: {port}");
    line!(out, "{at}    protocol: TCP");
    line!(out, "{at}  env:");
    for variable in 0..rng.between(1, 5) {
        line!(out, "{at}  - name: {}_{variable}", rng.pick(words::VARIABLES));
        match rng.below(4) {
            0 => {
                line!(out, "{at}    valueFrom:");
                line!(out, "{at}      secretKeyRef:");
                line!(out, "{at}        name: credentials");
                line!(out, "{at}        key: password");
            }
            1 => {
                line!(out, "{at}    valueFrom:");
                line!(out, "{at}      fieldRef: {{fieldPath: metadata.namespace}}");
            }
            _ => line!(out, "{at}    value: {}", rng.pick(words::VALUES)),
        }
    }
    line!(out, "{at}  resources:");
    line!(out, "{at}    requests:");
    line!(out, "{at}      cpu: {}m", rng.between(50, 900));
    line!(out, "{at}      memory: {}Mi", rng.between(64, 900));
    line!(out, "{at}    limits:");
    line!(out, "{at}      cpu: {}  # cores", rng.between(1, 4));
    line!(out, "{at}      memory: {}Gi", rng.between(1, 8));
    for probe in ["livenessProbe", "readinessProbe"] {
        line!(out, "{at}  {probe}:");
        line!(out, "{at}    httpGet:");
        line!(out, "{at}      path: /healthz");
        line!(out, "{at}      port: {name}");
        line!(out, "{at}    initialDelaySeconds: {}", rng.between(1, 30));
        line!(out, "{at}    periodSeconds: 10");
    }
    line!(out, "{at}  securityContext:");
    line!(out, "{at}    allowPrivilegeEscalation: false");
    line!(out, "{at}    readOnlyRootFilesystem: true");
    line!(out, "{at}    capabilities:");
    line!(out, "{at}      drop: [ALL]");
    line!(out, "{at}  volumeMounts:");
    line!(out, "{at}  - name: config");
    line!(out, "{at}    mountPath: /etc/app");
    line!(out, "{at}    readOnly: true");
    line!(out, "{at}  - name: scratch");
    line!(out, "{at}    mountPath: /tmp");
}

fn affinity(out: &mut String, name: &str, at: &str) {
    line!(out, "{at}affinity:");
    line!(out, "{at}  podAntiAffinity:");
    line!(out, "{at}    preferredDuringSchedulingIgnoredDuringExecution:");
    line!(out, "{at}    - weight: 100");
    line!(out, "{at}      podAffinityTerm:");
    line!(out, "{at}        topologyKey: kubernetes.io/hostname");
    line!(out, "{at}        labelSelector:");
    line!(out, "{at}          matchExpressions:");
    line!(out, "{at}          - key: app.kubernetes.io/name");
    line!(out, "{at}            operator: In");
    line!(out, "{at}            values: [{name}]");
}

fn volumes(out: &mut String, rng: &mut Rng, name: &str, at: &str) {
    line!(out, "{at}volumes:");
    line!(out, "{at}- name: config");
    line!(out, "{at}  configMap:");
    line!(out, "{at}    name: {name}-config");
    line!(out, "{at}    defaultMode: 0644");
    line!(out, "{at}- name: scratch");
    line!(out, "{at}  emptyDir:");
    line!(out, "{at}    sizeLimit: {}Mi", rng.between(16, 512));
    if rng.percent(30) {
        line!(out, "{at}- name: data");
        line!(out, "{at}  persistentVolumeClaim:");
        line!(out, "{at}    claimName: {name}-data");
    }
}
