#!/usr/bin/env bash
# Holds podlint's verdicts against an API server of its own: what kubectl create --dry-run=server is told of the mistakes
# and their mended forms, and of 300 manifests of the folder that PODLINT_CORPUS names; without one, of 300 cases of the
# recorded ones. Two minutes.
#   dryruncheck.sh PODLINT [flags of dryruncheck, such as -count 1000]
# xz has to be on the PATH where PODLINT_CORPUS is not set.
set -euo pipefail
podlint=${1:?the podlint to ask}; shift
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap '"$here/controlplane.sh" down "$dir"; rm -rf "$dir"' EXIT
cases=()
if [ -n "${PODLINT_CORPUS:-}" ]; then
  set -- -manifests "$PODLINT_CORPUS" "$@"
else
  for name in dev kinds pods; do
    xz -dc "$here/validate-$name.jsonl.xz" >"$dir/$name.jsonl"
    cases+=("$dir/$name.jsonl")
  done
fi
"$here/controlplane.sh" up "$dir"
KUBECACHEDIR=$dir/cache timeout "${TIMEOUT:-15m}" "$here/bin/dryruncheck" -kubeconfig "$dir/kubeconfig" \
  -kubectl "$here/bin/kubectl" -podlint "$podlint" -mistakes "$here/../mistakes/real-mistakes.jsonl" "$@" "${cases[@]}" & check=$!
trap 'kill "$check"; wait "$check"; exit 1' INT TERM HUP
wait "$check"
