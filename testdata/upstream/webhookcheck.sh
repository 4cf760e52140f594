#!/usr/bin/env bash
# The webhook on a control plane of its own, installed from its chart, two processes on one port: what kubectl prints, and
# whether what the webhook foretells of 200 Pods is what the scheduler then says. About three minutes.
#   webhookcheck.sh WEBHOOK [flags of controlcheck, such as -seed 2 or -pods 20]
# helm has to be on the PATH.
set -euo pipefail
export WEBHOOK=${1:?the podlint-webhook to try}; shift
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
export BIN=$here/bin HERE=$here DIR=$dir KUBECONFIG=$dir/kubeconfig KUBECACHEDIR=$dir/cache PORT=0 check=
PATH=$BIN:$PATH
finish() {
  code=$?
  [ -z "$check" ] || kill "$check" 2>/dev/null || true
  "$here/webhookcheck/webhooks.sh" down "$dir" || code=1
  "$here/controlplane.sh" down "$dir"
  if [ $code != 0 ] && [ -n "${KEEP:-}" ]; then cp "$dir"/*.log "$KEEP"; fi
  rm -rf "$dir"
  exit $code
}
trap finish EXIT
trap 'exit 1' INT TERM HUP
watched() { # in the background, so that a signal ends it
  "$@" & check=$!
  wait "$check"
  check=
}

PORTS=6 "$here/controlplane.sh" up "$dir" --disable-admission-plugins StorageObjectInUseProtection
PORT=$(($(cat "$dir/port") + 3))
kubectl create namespace podlint >/dev/null
HELM_CACHE_HOME=$dir/helm HELM_CONFIG_HOME=$dir/helm HELM_DATA_HOME=$dir/helm \
  helm template podlint "$here/../../charts/podlint" --namespace podlint --no-hooks --set webhook.failurePolicy=Fail |
  kubectl create -f - >/dev/null
# The only difference to an installation: the API server reaches the webhook on loopback.
kubectl patch validatingwebhookconfiguration podlint --type json --patch '[{"op": "replace",
  "path": "/webhooks/0/clientConfig", "value": {"url": "https://127.0.0.1:'"$PORT"'/validate"}}]' >/dev/null

# With the rights of the chart's ServiceAccount, and no others.
token=$(kubectl create token podlint --namespace podlint --duration 1h)
sed "s/admin-token/$token/" "$KUBECONFIG" >"$dir/webhook.kubeconfig"
"$here/webhookcheck/webhooks.sh" up "$dir"

watched "$BIN/webhookcheck" "$here"/webhookcheck/*.yaml
# A denial is long enough for all that the scheduler says. What is known without the cluster would come before it.
echo 'webhook: {actions: {unschedulable: deny, contradictory-constraints: "off"}}' >"$dir/podlint.yaml"
"$here/webhookcheck/webhooks.sh" down "$dir"
"$here/webhookcheck/webhooks.sh" up "$dir" --config "$dir/podlint.yaml"
watched "$BIN/controlcheck" -webhook -kubeconfig "$KUBECONFIG" "$@"
