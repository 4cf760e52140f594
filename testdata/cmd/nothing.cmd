# Nothing checked is never success, unless --allow-empty says so.
$ printf '' >empty.yaml; printf '# nothing\n' >comment.yaml; printf -- '---\n' >separator.yaml

$ podlint empty.yaml comment.yaml separator.yaml
podlint: empty.yaml: skipped: no apiVersion or kind
podlint: comment.yaml: skipped: no apiVersion or kind
podlint: separator.yaml: skipped: no apiVersion or kind
podlint: nothing to check: all 3 files were skipped
? 2

$ printf 'replicas: 2\n' >values.yaml

$ podlint values.yaml
podlint: values.yaml: skipped: no apiVersion or kind
podlint: nothing to check: the only file was skipped
? 2

$ podlint --allow-empty values.yaml
nothing to check, 1 file skipped

$ podlint --strict-input --allow-empty values.yaml
podlint: values.yaml: no apiVersion or kind (--strict-input)
nothing to check, 1 file skipped
? 2

$ mkdir -p chart/templates none

$ printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n' >chart/templates/map.yaml

$ podlint chart
podlint: chart/templates/map.yaml: skipped: a template: render it first, e.g. `helm template … | podlint -f -`
podlint: nothing to check: the only file was skipped
? 2

$ podlint none
podlint: nothing to check: no .yaml, .yml or .json file was found
? 2

$ podlint -v --allow-empty chart values.yaml empty.yaml
skipped chart/templates/map.yaml: a template: render it first, e.g. `helm template … | podlint -f -`
skipped values.yaml: no apiVersion or kind
skipped empty.yaml: no apiVersion or kind

nothing to check, 3 files skipped

$ printf 'a: 1\n' | podlint -
podlint: <stdin>: skipped: no apiVersion or kind
podlint: nothing to check: the only file was skipped
? 2

$ printf 'a: 1\n' | podlint --stdin-filename values.yaml -
podlint: values.yaml: skipped: no apiVersion or kind
podlint: nothing to check: the only file was skipped
? 2
