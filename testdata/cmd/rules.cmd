# The rules can be listed and explained.
$ podlint rules | cut -c-40
yaml-syntax        error         The tex
missing-kind       error         An obje
unknown-kind       error    fix  A kind 
removed-api        error         An API 
deprecated-api     warning       An API 
unregistered-kind  error         A kind 
misplaced-field    error    fix  A field
misspelled-field   error    fix  A field
unknown-field      error         A field
duplicate-key      error    fix  The sam
wrong-type         error    fix  A value
invalid-quantity   error    fix  An amou
placeholder        info          A place
unused-ignore      warning       A suppr

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
