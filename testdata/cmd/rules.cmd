# The rules can be listed and explained.
$ podlint rules | cut -c-46
yaml-syntax                error         The t
missing-kind               error         An ob
unknown-kind               error    fix  A kin
removed-api                error         An AP
deprecated-api             warning       An AP
unregistered-kind          error         A kin
misplaced-field            error    fix  A fie
misspelled-field           error    fix  A fie
unknown-field              error         A fie
duplicate-key              error    fix  The s
wrong-type                 error    fix  A val
invalid-quantity           error    fix  An am
contradictory-constraints  error         Sched
unschedulable              error    fix  A Pod
partly-unschedulable       error         Some 
daemonset-nowhere          warning       A Dae
node-not-found             error         `node
evicted-by-taint           warning       A Pod
unknown-node-label         warning  fix  A mis
unknown-taint-key          warning  fix  A tol
useless-toleration         warning       A tol
spread-ignores-self        warning       A top
affinity-nobody            warning       Affin
placeholder                info          A pla
unused-ignore              warning       A sup

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
