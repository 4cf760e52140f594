# A Service and the Pods that it selects are held against each other where one file, or standard input, has both.
$ cat >web.yaml <<'.'
> apiVersion: v1
> kind: Service
> metadata: {name: web}
> spec:
>   selector: {app: web}
>   ports:
>   - port: 80
>     targetPort: https
> ---
> apiVersion: apps/v1
> kind: Deployment
> metadata: {name: web}
> spec:
>   selector:
>     matchLabels: {app: web}
>   template:
>     metadata:
>       labels: {app: web}
>     spec:
>       containers:
>       - name: web
>         image: web:1.0
>         ports:
>         - {name: http, containerPort: 8080}
> .

$ podlint web.yaml
error[missing-port-name]: no container of Deployment `web` has a port called `https`: this port
  │ of the Service leads nowhere
   ╭─[web.yaml:8:17]
 7 │   - port: 80
 8 │     targetPort: https
   ·                 ─────
   ╰────
  help: did you mean `http`, which Deployment `web` at line 10 has?
  in Service web, spec.ports[0].targetPort

1 error in 2 objects
? 1

$ podlint -o github - <web.yaml
::error file=<stdin>,line=8,col=17,endLine=8,endColumn=22,title=podlint missing-port-name::<stdin>:8:17: Service web: no container of Deployment `web` has a port called `https`: this port of the Service leads nowhere%0Adid you mean `http`, which Deployment `web` at line 10 has?
1 error in 2 objects
? 1

$ podlint -o json web.yaml
{"version":1,"podlint":"0.1.0","kubernetes":"1.37","documents":[
{"file":"web.yaml","index":0,"line":1,"apiVersion":"v1","kind":"Service","name":"web","verdict":"ok"},
{"file":"web.yaml","index":1,"line":10,"apiVersion":"apps/v1","kind":"Deployment","name":"web","verdict":"ok"}
],"findings":[
{"rule":"missing-port-name","severity":"error","file":"web.yaml","document":0,"path":"spec.ports[0].targetPort","message":"no container of Deployment `web` has a port called `https`: this port of the Service leads nowhere","help":"did you mean `http`, which Deployment `web` at line 10 has?","start":{"line":8,"column":17,"offset":118},"end":{"line":8,"column":22,"offset":123}}
],"summary":{"files":1,"documents":2,"skipped":0,"errors":1,"warnings":0,"infos":0,"fixable":0,"suppressed":0}}
? 1

$ for format in sarif junit gitlab; do podlint -o $format web.yaml | grep -c 'leads nowhere'; done
2
1
1

# It is chosen, silenced and mended around as any other finding.
$ podlint --ignore missing-port-name web.yaml
no problems in 2 objects

$ printf 'severity: {missing-port-name: warning}\n' >podlint.yaml; podlint -o github web.yaml; rm podlint.yaml
::warning file=web.yaml,line=8,col=17,endLine=8,endColumn=22,title=podlint missing-port-name::web.yaml:8:17: Service web: no container of Deployment `web` has a port called `https`: this port of the Service leads nowhere%0Adid you mean `http`, which Deployment `web` at line 10 has?
1 warning in 2 objects

$ sed 's/targetPort: https/& # podlint: ignore[missing-port-name]/' web.yaml | podlint -
no problems in 2 objects, 1 suppressed

$ sed 's/image:/imag:/' web.yaml >slip.yaml; podlint --fix -o github slip.yaml
::error file=slip.yaml,line=8,col=17,endLine=8,endColumn=22,title=podlint missing-port-name::slip.yaml:8:17: Service web: no container of Deployment `web` has a port called `https`: this port of the Service leads nowhere%0Adid you mean `http`, which Deployment `web` at line 10 has?
1 error in 2 objects, 1 fixed
? 1

$ podlint --fix --unsafe-fixes -o github web.yaml
::error file=web.yaml,line=8,col=17,endLine=8,endColumn=22,title=podlint missing-port-name::web.yaml:8:17: Service web: no container of Deployment `web` has a port called `https`: this port of the Service leads nowhere%0Adid you mean `http`, which Deployment `web` at line 10 has?
1 error in 2 objects
? 1

# Two files are not one, and a large one is read document by document.
$ sed '1,/---/d' web.yaml >pods.yaml; sed '/---/,$d' web.yaml >service.yaml; podlint pods.yaml service.yaml
no problems in 2 objects

$ (cat web.yaml; for i in 1 2; do printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: large-%s}\ndata:\n  key: |\n' $i; yes '    a line of text' | head -30000; done) >large.yaml; podlint large.yaml
no problems in 4 objects

# There a suppression is not called unused: it is of use where the file is read whole.
$ sed 's/targetPort: https/& # podlint: ignore[missing-port-name]/' large.yaml | podlint -
no problems in 4 objects

# What a fix brings to light is told.
$ sed 's/targetPort/targetport/' web.yaml >slip.yaml; podlint --fix -o github slip.yaml
::error file=slip.yaml,line=8,col=17,endLine=8,endColumn=22,title=podlint missing-port-name::slip.yaml:8:17: Service web: no container of Deployment `web` has a port called `https`: this port of the Service leads nowhere%0Adid you mean `http`, which Deployment `web` at line 10 has?
1 error in 2 objects, 1 fixed
? 1
