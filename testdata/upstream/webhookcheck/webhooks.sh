#!/usr/bin/env bash
# Two podlint-webhook processes that share one port, as the chart starts them.
#   webhooks.sh up DIR [further flags]   waits until both are ready
#   webhooks.sh down DIR                 ends them by SIGTERM; fails where one does not exit with 0
# WEBHOOK is the program, PORT the port of both, the next two are their status ports; DIR/webhook.kubeconfig is how they
# reach the API server.
set -euo pipefail
verb=${1:?up or down} dir=${2:?folder for state}; shift 2
port=${PORT:?port}

case $verb in
up)
  for number in 1 2; do
    (
      code=0
      "$WEBHOOK" --listen "127.0.0.1:$port" --status-listen "127.0.0.1:$((port + number))" --kubeconfig "$dir/webhook.kubeconfig" \
        --tls self-managed --tls-secret podlint-tls --webhook-configuration podlint --service podlint --namespace podlint \
        --tls-name 127.0.0.1 --drain 1 --log-format text "$@" >"$dir/webhook-$number.log" 2>&1 &
      pid=$!
      echo $pid >"$dir/webhook-$number.pid"
      wait $pid || code=$?
      echo $code >"$dir/webhook-$number.exit"
    ) >/dev/null 2>&1 </dev/null &
  done
  for number in 1 2; do
    for _ in $(seq 100); do
      ! curl -s --max-time 2 --fail --output /dev/null "http://127.0.0.1:$((port + number))/readyz" || continue 2
      sleep 0.1
    done
    echo "the webhook is not ready after ten seconds:" >&2
    tail -5 "$dir/webhook-$number.log" >&2
    exit 1
  done
  ;;
down)
  failed=0
  for number in 1 2; do
    [ ! -f "$dir/webhook-$number.pid" ] || kill "$(cat "$dir/webhook-$number.pid")" 2>/dev/null || true
  done
  for number in 1 2; do
    [ -f "$dir/webhook-$number.pid" ] || continue
    pid=$(cat "$dir/webhook-$number.pid")
    for _ in $(seq 100); do [ ! -f "$dir/webhook-$number.exit" ] || break; sleep 0.1; done
    kill -9 "$pid" 2>/dev/null || true
    [ "$(cat "$dir/webhook-$number.exit" 2>/dev/null)" = 0 ] || { echo "webhook $number did not end with 0" >&2; failed=1; }
    rm -f "$dir/webhook-$number.pid" "$dir/webhook-$number.exit"
  done
  exit $failed
  ;;
*)
  echo "up or down, not $verb" >&2
  exit 2
  ;;
esac
