# What `--cluster` cannot use is named, and the run fails where the cluster is not what its file says.
$ cat >pod.yaml <<'.'
> apiVersion: v1
> kind: Pod
> metadata:
>   name: web
> spec:
>   containers:
>   - name: web
>     image: nginx
>     resources:
>       requests:
>         cpu: "1"
> .

$ cat >nodes.yaml <<'.'
> apiVersion: v1
> items:
> - apiVersion: v1
>   kind: Node
>   metadata:
>     name: node-1
>   status:
>     allocatable: {cpu: "4", memory: 8Gi, pods: "110"}
> kind: List
> .

$ podlint --cluster nodes.yaml pod.yaml
no problems in 1 object

# No such file, no Node, no file that kubectl printed.
$ podlint --cluster missing.yaml pod.yaml
podlint: missing.yaml: no such file or folder
? 2

$ podlint --cluster pod.yaml pod.yaml
podlint: no Node in pod.yaml: give what `kubectl get nodes,pods,namespaces -A -o yaml` prints
? 2

$ : >empty.yaml; podlint --cluster empty.yaml pod.yaml
podlint: no Node in empty.yaml: give what `kubectl get nodes,pods,namespaces -A -o yaml` prints
? 2

$ mkdir folder; cp pod.yaml folder; podlint --cluster folder --cluster empty.yaml pod.yaml
podlint: no Node in folder, empty.yaml: give what `kubectl get nodes,pods,namespaces -A -o yaml` prints
? 2

$ podlint --cluster - pod.yaml </dev/null
podlint: no Node in <stdin>: give what `kubectl get nodes,pods,namespaces -A -o yaml` prints
? 2

$ printf 'kind: [\n' | cat nodes.yaml - >broken.yaml; podlint --cluster broken.yaml pod.yaml
podlint: broken.yaml:10: this `[` is never closed
no problems in 1 object
? 2

$ printf '\377\n' >binary.yaml; podlint --cluster binary.yaml pod.yaml
podlint: binary.yaml: it is no text: give what kubectl prints
? 2

# Folders hold YAML and JSON files; what scheduling does not need is passed over.
$ mkdir cluster; cp nodes.yaml cluster; echo text >cluster/README

$ echo '{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Secret"}]}' >cluster/more.json

$ podlint --cluster cluster pod.yaml
no problems in 1 object

# A node without allocatable takes no Pod, as the scheduler has it.
$ sed '/allocatable/d; s/node-1/node-2/' nodes.yaml >bare.yaml

$ podlint --cluster bare.yaml pod.yaml
podlint: bare.yaml:3: Node node-2: has no status.allocatable, so that nothing fits on it, as the scheduler has it
warning[unschedulable]: no node takes this Pod: 0/1 nodes are available: 1 Insufficient cpu, 1
  │ Too many pods
    ╭─[pod.yaml:9:5]
  8 │     image: nginx
  9 │     resources:
    ·     ─────────
 10 │       requests:
    ╰────
  help: cpu: the Pod asks for 1, at most 0 is free on a node
  in Pod web, spec.containers[0].resources

1 warning in 1 object

# Two nodes of one name, a label that no server accepts, an amount that is none, a range that is none.
$ podlint --cluster nodes.yaml --cluster nodes.yaml pod.yaml
podlint: nodes.yaml:3: Node node-1: was given twice; give each node once
no problems in 1 object
? 2

$ sed 's/name: node-1/&\n    labels: {disk: "solid state"}/' nodes.yaml >label.yaml; podlint --cluster label.yaml pod.yaml
podlint: label.yaml:3: Node node-1: the API server accepts no label `disk: solid state`
no problems in 1 object
? 2

$ sed 's/8Gi/8GB/' nodes.yaml >amount.yaml; podlint --cluster amount.yaml pod.yaml
podlint: amount.yaml:3: Node node-1: status.allocatable.memory: `8GB` is no quantity
no problems in 1 object
? 2

$ sed 's/name: node-1/&\n    annotations: {podlint.dev\/count: "5"}/' nodes.yaml >count.yaml; podlint --cluster count.yaml pod.yaml
podlint: count.yaml:3: Node node-1: podlint.dev/count: `5` is not a range such as `0..20`
no problems in 1 object
? 2

$ sed 's/110"/&}, taints: {a: b/' nodes.yaml >taints.yaml; podlint --cluster taints.yaml pod.yaml
podlint: taints.yaml:8: a key is expected here, in line with those above
podlint: no Node in taints.yaml: give what `kubectl get nodes,pods,namespaces -A -o yaml` prints
? 2

# The standard input can only be one of the two.
$ podlint --cluster - - <nodes.yaml
podlint: standard input is either the cluster or what to check: name a file for one of them
? 2

# A snapshot that is too old; of several the oldest counts. Its age depends on the day.
$ stamp() { sed "s/^kind: List/metadata: {annotations: {podlint.dev\/taken: $1}}\n&/; s/node-1/$2/" nodes.yaml; }
> stamp 2020-02-29T12:00:00Z a >old.yaml; stamp 2021-06-01T00:00:00+02:00 b >newer.yaml
> stamp 2999-01-01T00:00:00Z c >future.yaml; stamp yesterday d >unreadable.yaml
> podlint --cluster newer.yaml --cluster old.yaml --cluster future.yaml pod.yaml 2>&1 |
> sed 's/[0-9]* days/N days/'
podlint: warning: old.yaml was taken N days ago, at 2020-02-29T12:00:00Z: take a new one (podlint snapshot --help says how)
no problems in 1 object

$ podlint --cluster future.yaml pod.yaml
no problems in 1 object

$ podlint --cluster unreadable.yaml pod.yaml
podlint: unreadable.yaml:9: podlint.dev/taken: `yesterday` is no time such as `2026-01-31T12:00:00Z`
no problems in 1 object

# What is applied together with a Pod is there when the Pod is scheduled: its claim, which nobody has bound
# yet, so that VolumeBinding cannot be told.
$ cat >full.yaml <<'.'
> apiVersion: v1
> items:
> - apiVersion: v1
>   kind: Node
>   metadata: {name: node-1, labels: {kubernetes.io/hostname: node-1}}
>   status: {allocatable: {cpu: "4", memory: 8Gi, pods: "110"}}
> - apiVersion: v1
>   kind: Pod
>   metadata: {name: front, namespace: shop, labels: {app: front}}
>   spec: {nodeName: node-1, containers: [{name: front, image: nginx}]}
> - apiVersion: storage.k8s.io/v1
>   kind: StorageClass
>   metadata: {name: at-once}
>   provisioner: csi.example.com
>   volumeBindingMode: Immediate
> - apiVersion: storage.k8s.io/v1
>   kind: StorageClass
>   metadata: {name: by-hand, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
>   provisioner: kubernetes.io/no-provisioner
>   volumeBindingMode: WaitForFirstConsumer
> kind: List
> metadata:
>   annotations: {podlint.dev/kinds: "CSIDriver,CSINode,PersistentVolume,PersistentVolumeClaim,Namespace"}
> .

$ mkdir app; cat >app/pod.yaml <<'.'
> apiVersion: v1
> kind: Pod
> metadata:
>   name: db
>   namespace: shop
> spec:
>   containers:
>   - name: db
>     image: postgres
>   volumes:
>   - name: data
>     persistentVolumeClaim:
>       claimName: data
> .

$ podlint --cluster full.yaml app/pod.yaml
error[unschedulable]: no node takes this Pod: 0/1 nodes are available: persistentvolumeclaim
  │ "data" not found
    ╭─[app/pod.yaml:10:3]
  9 │     image: postgres
 10 │   volumes:
    ·   ───────
 11 │   - name: data
    ╰────
  help: create it in the Pod's namespace, or name one that is there
  in Pod shop/db, spec.volumes

1 error in 1 object
? 1

$ cat >app/claim.yaml <<'.'
> apiVersion: v1
> kind: PersistentVolumeClaim
> metadata:
>   name: data
>   namespace: shop
> spec:
>   accessModes: [ReadWriteOnce]
>   storageClassName: at-once
>   resources: {requests: {storage: 1Gi}}
> .

$ podlint --cluster full.yaml -f app -o json | grep feasible
{"file":"app/pod.yaml","document":1,"feasible":["node-1"],"rejected":[],"unevaluated":["VolumeBinding"]}

# One that waits for its Pod is told as the scheduler tells it: there is no volume to take, until one is written.
$ sed -i '/storageClassName/d' app/claim.yaml; podlint --cluster full.yaml app
error[unschedulable]: no node takes this Pod: 0/1 nodes are available: 1 node(s) didn't find
  │ available persistent volumes to bind
    ╭─[app/pod.yaml:10:3]
  9 │     image: postgres
 10 │   volumes:
    ·   ───────
 11 │   - name: data
    ╰────
  help: see the claims of the Pod: their volumes cannot be used on these nodes
  in Pod shop/db, spec.volumes

1 error in 2 objects
? 1

$ cat >app/volume.yaml <<'.'
> apiVersion: v1
> kind: PersistentVolume
> metadata:
>   name: disk-1
> spec:
>   accessModes: [ReadWriteOnce]
>   capacity: {storage: 1Gi}
>   storageClassName: by-hand
>   local: {path: /mnt/disk}
>   nodeAffinity:
>     required:
>       nodeSelectorTerms:
>       - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [node-1]}]
> .

$ podlint --cluster full.yaml app
no problems in 3 objects

# From standard input, too.
$ for file in app/*; do cat $file; echo ---; done | podlint --cluster full.yaml -f -
no problems in 3 objects

# The claims of a StatefulSet come with its Pods.
$ cat >set.yaml <<'.'
> apiVersion: apps/v1
> kind: StatefulSet
> metadata:
>   name: db
>   namespace: shop
> spec:
>   serviceName: db
>   selector:
>     matchLabels: {app: db}
>   template:
>     metadata:
>       labels: {app: db}
>     spec:
>       containers:
>       - name: db
>         image: postgres
>   volumeClaimTemplates:
>   - metadata:
>       name: data
>     spec:
>       accessModes: [ReadWriteOnce]
>       storageClassName: at-once
>       resources: {requests: {storage: 1Gi}}
> .

$ podlint --cluster full.yaml set.yaml -o json | grep feasible
{"file":"set.yaml","document":0,"feasible":["node-1"],"rejected":[],"replicas":{"wanted":1,"placed":{"least":1,"most":1}},"unevaluated":["VolumeBinding"]}

# The labels of a namespace count: without them this Pod avoids nobody.
$ cat >alone.yaml <<'.'
> apiVersion: v1
> kind: Pod
> metadata:
>   name: alone
>   namespace: batch
> spec:
>   affinity:
>     podAntiAffinity:
>       requiredDuringSchedulingIgnoredDuringExecution:
>       - topologyKey: kubernetes.io/hostname
>         namespaceSelector:
>           matchLabels: {tier: web}
>         labelSelector:
>           matchLabels: {app: front}
>   containers:
>   - name: alone
>     image: busybox
> .

$ podlint --cluster full.yaml alone.yaml
no problems in 1 object

$ printf 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: {tier: web}\n' >shop.yaml

$ podlint --cluster full.yaml alone.yaml shop.yaml
error[unschedulable]: no node takes this Pod: 0/1 nodes are available: 1 node(s) didn't match
  │ pod anti-affinity rules
   ╭─[alone.yaml:8:5]
 7 │   affinity:
 8 │     podAntiAffinity:
   ·     ───────────────
 9 │       requiredDuringSchedulingIgnoredDuringExecution:
   ╰────
  help: make the anti-affinity preferred instead of required, or add nodes
  in Pod batch/alone, spec.affinity.podAntiAffinity

1 error in 2 objects
? 1
