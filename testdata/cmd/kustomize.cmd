# A file that a kustomization names as a patch may be partial and carry directives.
$ mkdir -p base overlay/patches

$ printf 'kind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, imag: b}]\n' >overlay/patches/pod.yaml

$ cp overlay/patches/pod.yaml base/pod.yaml; printf 'patches:\n- path: patches/pod.yaml\n' >overlay/kustomization.yaml

$ podlint -o github overlay/patches
no problems in 1 object

$ podlint -o github base
::error file=base/pod.yaml,line=1,col=7,endLine=1,endColumn=10,title=podlint missing-kind::base/pod.yaml:1:7: Pod a: this object has no `apiVersion`%0Awrite `apiVersion: v1`
1 error in 1 object
? 1
