#!/usr/bin/env bash
# Changes manifests that Kubernetes accepts, asks it and podlint what a create would be told, and prints where the
# answers differ, most frequent first, each difference in its smallest manifest. 20,000 cases take about a minute.
#   differ.sh SEED [COUNT] [flags of podlint-differ, such as --kinds Pod,Service or --write validate-found.jsonl]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ -x "$here/bin/oracle" ] || "$here/build.sh"
cd "$here/../.."
exec cargo run --quiet --release --package podlint-differ -- "$@"
