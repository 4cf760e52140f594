#!/usr/bin/env bash
# Makes scheduling cases, has Kubernetes answer them, and holds podlint against the answers.
#   agree.sh SEED [COUNT]   1,000 cases unless told otherwise; 10,000 take about two minutes
set -euo pipefail
seed=${1:?a number, where the random numbers start} count=${2:-1000}
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o bin/ ./oracle ./schedulecases
bin/schedulecases -seed "$seed" -count "$count" | bin/oracle schedule -with-case > "$work/cases.jsonl"
PODLINT_SCHEDULE_CASES=$work/cases.jsonl cargo test --quiet --release -p podlint-core --test scheduling -- --ignored --nocapture generated
