# A configuration is found from the working folder up; paths in it are relative to it.
$ cat >podlint.yaml <<'.'
> kubernetes-version: 1.30
> exclude: [build/]
> .

$ mkdir -p build/deep src; printf 'kind: Pod\napiVersion: v1\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a}]}\n' >src/pod.yaml; cp src/pod.yaml build/deep

$ podlint -v .
skipped ./podlint.yaml: no apiVersion or kind

no problems in 1 object, 1 file skipped

$ cd src && podlint -v pod.yaml ../build/deep/pod.yaml
skipped ../build/deep/pod.yaml: excluded by the configuration

no problems in 1 object, 1 file skipped

$ podlint --no-config -v build
no problems in 1 object

# What it says wrong is shown.
$ printf 'kubernetes-version: 1.30\nexlude: [build/]\n' >podlint.yaml; podlint src
podlint: podlint.yaml:2:1: unknown key `exlude`; did you mean `exclude`?
 2 | exlude: [build/]
   | ^
? 2

$ printf 'severity:\n  wrong-type: grave\n' >podlint.yaml; podlint src
podlint: podlint.yaml:2:15: severity.wrong-type: unknown severity `grave`; known are error, warning, info, off
 2 |   wrong-type: grave
   |               ^
? 2

$ printf 'severity:\n  wrong-tpye: error\n' >podlint.yaml; podlint src
podlint: podlint.yaml:2:3: severity: unknown rule `wrong-tpye`; did you mean `wrong-type`?
 2 |   wrong-tpye: error
   |   ^
? 2

$ printf 'ignore: [wrong-type\n' >podlint.yaml; podlint src
podlint: podlint.yaml:2:1: did not find expected ',' or ']' at line 2 column 1, while parsing a flow sequence at line 1 column 9
 2 | 
   | ^
? 2

$ podlint --config nowhere.yaml src
podlint: nowhere.yaml: no such file or folder
? 2

# .podlint.yaml does as well, podlint.yaml goes before it.
$ printf 'exclude: [src/]\n' >.podlint.yaml; rm podlint.yaml; podlint src
podlint: nothing to check: no .yaml, .yml or .json file was found
? 2
