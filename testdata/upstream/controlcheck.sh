#!/usr/bin/env bash
# Holds podlint against a control plane of its own: what the scheduler says of 200 Pods, and how many Pods
# of 50 Deployments stay Pending. About three minutes.
#   controlcheck.sh PODLINT [flags of controlcheck, such as -seed 2 or -keep FOLDER]
set -euo pipefail
podlint=${1:?the podlint to ask}; shift
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap '"$here/controlplane.sh" down "$dir"; rm -rf "$dir"' EXIT
CONTROLLERS=deployment-controller,replicaset-controller "$here/controlplane.sh" up "$dir" \
  --disable-admission-plugins StorageObjectInUseProtection
"$here/bin/controlcheck" -kubeconfig "$dir/kubeconfig" -podlint "$podlint" "$@" & check=$!
trap 'kill "$check"; wait "$check"; exit 1' INT TERM HUP
wait "$check"
