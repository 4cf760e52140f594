# The part of a cluster that scheduling needs.
$ cat >all.yaml <<'.'
> apiVersion: v1
> items:
> - apiVersion: v1
>   kind: Pod
>   metadata:
>     name: web
>     namespace: shop
>     annotations: {checksum: 0a1b}
>     labels: {app: web}
>   spec:
>     nodeName: node-1
>     containers:
>     - name: web
>       image: nginx
>       env: [{name: PASSWORD, value: hunter2}]
>       resources: {requests: {cpu: 100m, memory: 64Mi}}
>     - name: proxy
>       image: envoy
>       resources: {requests: {cpu: 400m}}
>   status: {phase: Running}
> - apiVersion: v1
>   kind: Pod
>   metadata: {name: done, namespace: shop}
>   spec: {nodeName: node-1, containers: [{name: done, image: busybox}]}
>   status: {phase: Succeeded}
> - apiVersion: v1
>   kind: Node
>   metadata:
>     name: node-1
>     labels: {disk: ssd, gpu: "no"}
>   status:
>     allocatable: {cpu: "4", memory: 8145740Ki, pods: "110"}
>     addresses: [{type: Hostname, address: node-1}]
> - apiVersion: v1
>   kind: Secret
>   metadata: {name: password}
> - apiVersion: v1
>   kind: ConfigMap
>   metadata: {name: settings}
> - apiVersion: v1
>   kind: ConfigMap
>   metadata: {name: more}
> kind: List
> .

$ podlint snapshot all.yaml | sed 's/taken: "2.*Z"/taken: "NOW"/'
podlint: left out, as scheduling does not need it: 2 ConfigMap, 1 Secret
apiVersion: v1
kind: List
metadata:
  annotations:
    podlint.dev/kinds: Node,Pod
    podlint.dev/taken: "NOW"
items:
- apiVersion: v1
  kind: Node
  metadata:
    labels:
      disk: ssd
      gpu: "no"
    name: node-1
  status:
    allocatable:
      cpu: "4"
      memory: 8145740Ki
      pods: "110"
- apiVersion: v1
  kind: Pod
  metadata:
    labels:
      app: web
    name: web
    namespace: shop
  spec:
    containers:
    - name: all
      resources:
        requests:
          cpu: 500m
          memory: 64Mi
    nodeName: node-1

# From standard input to a file. A snapshot of a snapshot is the same, with the older stamp.
$ podlint snapshot -o cluster.yaml <all.yaml
podlint: left out, as scheduling does not need it: 2 ConfigMap, 1 Secret

$ sed -i 's/taken: ".*"/taken: "2026-01-31T12:00:00Z"/' cluster.yaml; cp cluster.yaml before.yaml

$ podlint snapshot cluster.yaml -o cluster.yaml && cmp before.yaml cluster.yaml

# The order of the input does not matter.
$ object() { printf 'apiVersion: v1\nkind: %s\nmetadata: {name: %s, namespace: %s}\n' $1 $2 $3; }
> object Namespace b '""' >b.yaml; object Namespace a '""' >a.yaml
> object LimitRange a b >c.yaml; object LimitRange b a >d.yaml
> podlint snapshot c.yaml a.yaml d.yaml b.yaml cluster.yaml | grep -E 'kind|name|taken'
kind: List
    podlint.dev/kinds: LimitRange,Namespace,Node,Pod
    podlint.dev/taken: "2026-01-31T12:00:00Z"
  kind: LimitRange
    name: b
    namespace: a
  kind: LimitRange
    name: a
    namespace: b
  kind: Namespace
    name: a
    namespace: ""
  kind: Namespace
    name: b
    namespace: ""
  kind: Node
    name: node-1
  kind: Pod
    name: web
    namespace: shop
    - name: all

$ podlint snapshot a.yaml b.yaml cluster.yaml c.yaml d.yaml >one.yaml
> cat a.yaml d.yaml - b.yaml <cluster.yaml | sed 's/^apiVersion/---\n&/' | podlint snapshot - c.yaml | cmp - one.yaml

# Nothing is written where something is wrong.
$ sed 's/400m/lots/' all.yaml | podlint snapshot
podlint: <stdin>:3: Pod web: resources.requests.cpu: `lots` is no quantity
podlint: left out, as scheduling does not need it: 2 ConfigMap, 1 Secret
podlint: no snapshot was written
? 2

$ sed 's/8145740Ki/lots/' all.yaml | podlint snapshot -o none.yaml; ls none.yaml
podlint: <stdin>:26: Node node-1: status.allocatable.memory: `lots` is no quantity
podlint: left out, as scheduling does not need it: 2 ConfigMap, 1 Secret
podlint: no snapshot was written
ls: cannot access 'none.yaml': No such file or directory
? 2

$ podlint snapshot missing.yaml
podlint: missing.yaml: no such file or folder
? 2

$ echo 'a: b' | podlint snapshot
podlint: nothing that scheduling needs in <stdin>
? 2

$ podlint snapshot </dev/null
podlint: nothing that scheduling needs in <stdin>
? 2

$ podlint snapshot -o folder/cluster.yaml all.yaml
podlint: left out, as scheduling does not need it: 2 ConfigMap, 1 Secret
podlint: folder/cluster.yaml: no such file or folder
? 2
