# The rules can be listed and explained.
$ podlint rules | cut -c-45
yaml-syntax                error         The 
missing-kind               error         An o
unknown-kind               error    fix  A ki
removed-api                error         An A
deprecated-api             warning       An A
unregistered-kind          error         A ki
misplaced-field            error    fix  A fi
misspelled-field           error    fix  A fi
unknown-field              error         A fi
duplicate-key              error    fix  The 
wrong-type                 error    fix  A va
invalid-quantity           error    fix  An a
contradictory-constraints  error         Sche
unschedulable              error    fix  A Po
partly-unschedulable       error         Some
daemonset-nowhere          warning       A Da
node-not-found             error         `nod
evicted-by-taint           warning       A Po
unknown-node-label         warning  fix  A mi
unknown-taint-key          warning  fix  A to
useless-toleration         warning       A to
spread-ignores-self        warning       A to
affinity-nobody            warning       Affi
placeholder                info          A pl
unused-ignore              warning       A su

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
