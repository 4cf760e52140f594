# The report can go to a file, which is never input itself.
$ printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, imag: a}]}\n' >pod.yaml

$ podlint -o json --output-file report.json .; podlint -o json --output-file report.json .; grep -c apiVersion report.json
1

$ podlint --output-file missing/report.txt pod.yaml
podlint: missing/report.txt: no such file or folder
? 2

# Colours are for terminals, unless asked for; NO_COLOR goes before CLICOLOR_FORCE.
$ esc=$(printf '\033'); for how in 'env' 'env CLICOLOR_FORCE=1' 'env CLICOLOR_FORCE=1 NO_COLOR=1' 'env NO_COLOR=1 podlint --color always' 'podlint --color never'; do set -- $how; case $how in *podlint*) ;; *) set -- "$@" podlint ;; esac; "$@" pod.yaml | grep -c "$esc" | sed "s/^[1-9].*/coloured/; s/^0/plain/; s/\$/: $how/"; done
plain: env
coloured: env CLICOLOR_FORCE=1
plain: env CLICOLOR_FORCE=1 NO_COLOR=1
coloured: env NO_COLOR=1 podlint --color always
plain: podlint --color never

# -q leaves findings only; -v names what was skipped.
$ printf 'a: 1\n' >values.yaml; podlint -q pod.yaml values.yaml
error[misspelled-field]: `imag` is not a field of `spec.containers[0]`
   ╭─[pod.yaml:4:31]
 3 │ metadata: {name: a}
 4 │ spec: {containers: [{name: a, imag: a}]}
   ·                               ────
   ╰────
  help: rename it to `image` (fix with --fix)
  in Pod a, spec.containers[0].imag

? 1

$ podlint -v -o json pod.yaml values.yaml | grep -A20 '"summary"'
],"summary":{"files":2,"documents":1,"skipped":1,"errors":1,"warnings":0,"infos":1,"fixable":1,"suppressed":0}}
