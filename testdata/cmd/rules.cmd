# The rules can be listed and explained.
$ podlint rules | cut -c-42
yaml-syntax                error         T
missing-kind               error         A
unknown-kind               error    fix  A
removed-api                error         A
deprecated-api             warning       A
unregistered-kind          error         A
misplaced-field            error    fix  A
misspelled-field           error    fix  A
unknown-field              error         A
duplicate-key              error    fix  T
wrong-type                 error    fix  A
invalid-quantity           error    fix  A
required-field             error         A
invalid-value              error    fix  A
unsupported-value          error    fix  A
forbidden-field            error         A
duplicate-item             error         T
missing-reference          error    fix  A
too-long                   error         M
too-many                   error         M
doomed-template            error         A
server-warning             warning       W
malformed-image            error         A
missing-port-name          error    fix  A
missing-target-container   error         A
debug-of-static-pod        error         A
contradictory-constraints  error         S
unschedulable              error    fix  A
partly-unschedulable       error         S
daemonset-nowhere          warning       A
node-not-found             error         `
evicted-by-taint           warning       A
unknown-node-label         warning  fix  A
unknown-taint-key          warning  fix  A
useless-toleration         warning       A
spread-ignores-self        warning       A
affinity-nobody            warning       A
placeholder                info          A
partial-object             info          A
unused-ignore              warning       A

$ podlint rules -o json | head -4
[
  {
    "id": "yaml-syntax",
    "summary": "The text cannot be read as YAML or JSON",

$ podlint explain invalid-quantity
invalid-quantity: An amount that Kubernetes does not read: `512MB`, `1 Gi`, `500mi`

Severity error, since podlint 0.1.0, some findings can be fixed with --fix.

Amounts of cpu, memory and storage are numbers, with one of the suffixes `m`, `k`, `M`, `G`, `T`,
`P`, `E` (powers of 1000; rarely `n`, `u` or an exponent such as `1e3`) or `Ki`, `Mi`, `Gi`, `Ti`,
`Pi`, `Ei` (powers of 1024), without a space and in exactly this case. The API server refuses an
object with anything else.

Bad:

    limits:
      memory: 512MB

Good:

    limits:
      memory: 512M # or 512Mi

$ podlint completions bash | head -1
_podlint() {

$ podlint completions fish | head -0
