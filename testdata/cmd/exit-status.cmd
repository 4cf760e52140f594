# 0: nothing found. 1: something found at or above --fail-on. 2: could not do it.
$ printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a}]}\n' >clean.yaml; podlint clean.yaml
no problems in 1 object

$ printf 'apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\n' >error.yaml; podlint -q error.yaml
error[removed-api]: `policy/v1beta1` `PodDisruptionBudget` was removed in Kubernetes 1.25
   ╭─[error.yaml:1:13]
 1 │ apiVersion: policy/v1beta1
   ·             ──────────────
 2 │ kind: PodDisruptionBudget
   ╰────
  help: use `policy/v1`; its fields may differ
  in PodDisruptionBudget a, apiVersion

? 1

$ printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a}]} # podlint: ignore[wrong-type]\n' >warning.yaml; podlint warning.yaml
warning[unused-ignore]: nothing here for `wrong-type` to ignore
   ╭─[warning.yaml:4:61]
 3 │ metadata: {name: a}
 4 │ spec: {containers: [{name: a, image: a}]} # podlint: ignore[wrong-type]
   ·                                                             ──────────
   ╰────
  help: remove it

1 warning in 1 object

$ podlint -q --fail-on warning warning.yaml >out
? 1

$ printf 'fail-on: warning\n' >podlint.yaml; podlint -q warning.yaml >out
? 1

$ podlint -q --fail-on error warning.yaml >out; rm podlint.yaml

# What is wrong is worse than what was found.
$ podlint -q error.yaml missing.yaml >out
podlint: missing.yaml: no such file or folder
? 2

# Rules can be chosen, and given another severity.
$ podlint -q --ignore removed-api error.yaml

$ podlint -q --select wrong-type,misplaced-field --select unknown-kind error.yaml

$ printf 'severity: {removed-api: warning}\n' >podlint.yaml; podlint -q error.yaml | head -1
warning[removed-api]: `policy/v1beta1` `PodDisruptionBudget` was removed in Kubernetes 1.25

$ printf 'severity: {removed-api: off}\n' >podlint.yaml; podlint error.yaml
no object of a known kind, 1 object of a kind without a schema

$ printf 'paths:\n- paths: [err*]\n  ignore: [removed-api]\n' >podlint.yaml; podlint error.yaml; podlint -q --select removed-api error.yaml | head -1; rm podlint.yaml
no object of a known kind, 1 object of a kind without a schema
error[removed-api]: `policy/v1beta1` `PodDisruptionBudget` was removed in Kubernetes 1.25

# A version can be asked for in which it was still there.
$ podlint -q --kubernetes-version v1.24 error.yaml
error: invalid value 'v1.24' for '--kubernetes-version <VERSION>': Kubernetes v1.24 is not covered: supported are 1.25 to 1.37

For more information, try '--help'.
? 2

$ podlint -q --kubernetes-version v1.25.3 error.yaml | head -1
error[removed-api]: `policy/v1beta1` `PodDisruptionBudget` was removed in Kubernetes 1.25

# A kind without a schema is counted, and an error where schemas are required.
$ printf 'apiVersion: example.com/v1\nkind: Shop\nmetadata: {name: a}\n' >shop.yaml; podlint shop.yaml
no object of a known kind, 1 object of a kind without a schema

$ podlint -q --require-schema shop.yaml
error[unregistered-kind]: there is no schema for `example.com/v1` `Shop`
   ╭─[shop.yaml:2:7]
 1 │ apiVersion: example.com/v1
 2 │ kind: Shop
   ·       ────
 3 │ metadata: {name: a}
   ╰────
  help: leave out `--require-schema` to let kinds without a schema pass
  in Shop a, kind

? 1
