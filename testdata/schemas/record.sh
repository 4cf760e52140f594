#!/usr/bin/env bash
# Asks the Go modules of every Kubernetes version what its kinds, fields and deprecations are, and
# writes go-types.txt and go-lifecycle.txt: each fact once, with the versions that state it.
# Needs Go and the network; WORK keeps the modules between runs.
set -euo pipefail
cd "$(dirname "$0")"
here=$PWD work=${WORK:-$(mktemp -d)} oldest=25 newest=37

for minor in $(seq $oldest $newest); do
  mkdir -p "$work/$minor"
  cd "$work/$minor"
  cp "$here/typedump/main.go" .
  if [ ! -f go.mod ]; then
    go mod init typedump
    go get k8s.io/{api,apimachinery,client-go,apiextensions-apiserver,kube-aggregator}@v0."$minor".0
    go mod tidy
  fi
  go run . "$minor" | sort -u > facts
done

cd "$work"
for minor in $(seq $oldest $newest); do sed "s/^/$minor /" "$minor/facts"; done |
  awk '
    { minor = $1; fact = substr($0, length($1) + 2) }
    last[fact] && last[fact] != minor - 1 { ranges[fact] = ranges[fact] first[fact] "-" last[fact] "," }
    last[fact] != minor - 1 { first[fact] = minor }
    { last[fact] = minor }
    END { for (fact in last) print fact, ranges[fact] first[fact] "-" last[fact] }' |
  LC_ALL=C sort > facts

sed -n 's/^lifecycle //p' facts > "$here/go-lifecycle.txt"
# The name of an object once, above its fields.
grep '^kind ' facts > "$here/go-types.txt"
grep -E '^(object|field) ' facts | LC_ALL=C sort -k2,2 -k1,1r -k3,3 |
  awk '$1 == "field" { print "  " $3, $4, $5; next } { print }' >> "$here/go-types.txt"
