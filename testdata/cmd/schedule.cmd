# Which nodes Pods can run on, as a table.
$ cat >nodes.yaml <<'END'
> apiVersion: v1
> kind: List
> items:
> - {apiVersion: v1, kind: Node, metadata: {name: a1, labels: {disk: ssd}}, status: {allocatable: {cpu: "4", memory: 8Gi, pods: "110"}}}
> - {apiVersion: v1, kind: Node, metadata: {name: b1, labels: {disk: hdd}}, spec: {taints: [{key: dedicated, value: ml, effect: NoSchedule}]}, status: {allocatable: {cpu: "16", memory: 64Gi, pods: "110"}}}
> - {apiVersion: v1, kind: Pod, metadata: {name: p, namespace: default}, spec: {nodeName: a1, containers: [{name: c, image: i, resources: {requests: {cpu: "3"}}}]}}
> END
> cat >pod.yaml <<'END'
> apiVersion: v1
> kind: Pod
> metadata: {name: web}
> spec:
>   nodeSelector: {disk: ssd}
>   containers: [{name: c, image: i, resources: {requests: {cpu: 500m}}}]
> END
> sed 's/500m/2/; s/web/large/' pod.yaml >large.yaml
> printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' >map.yaml

$ podlint schedule --cluster nodes.yaml pod.yaml
Pod web  pod.yaml:1
  1 of 2 nodes takes it

        ┌ taint dedicated=ml:NoSchedule  fails on 1 node
        │ ┌ nodeSelector disk=ssd  fails on 1 node
  ✓ a1  · ·
    b1  ✗ ×  disk=hdd
  met by every node: cpu 500m

✗ the scheduler's reason  × in the way, too  · met

$ podlint schedule --cluster nodes.yaml -f pod.yaml -f large.yaml -f map.yaml
Pod web  pod.yaml:1
  1 of 2 nodes takes it

        ┌ taint dedicated=ml:NoSchedule  fails on 1 node
        │ ┌ nodeSelector disk=ssd  fails on 1 node
  ✓ a1  · ·
    b1  ✗ ×  disk=hdd
  met by every node: cpu 500m

Pod large  large.yaml:1
  none of 2 nodes takes it
  scheduler: 0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s).

        ┌ taint dedicated=ml:NoSchedule  fails on 1 node
        │ ┌ nodeSelector disk=ssd  fails on 1 node
        │ │ ┌ cpu 2  fails on 1 node
    a1  · · ✗  1 cpu free
    b1  ✗ × ·  disk=hdd
  help: no node has enough of everything at once

✗ the scheduler's reason  × in the way, too  · met
1 error: leave out `schedule` to see the lines they stand in
? 1

# Without a UTF-8 locale, in ASCII; and from standard input.
$ LC_ALL=C podlint schedule -q --cluster nodes.yaml - <large.yaml
Pod large  <stdin>:1
  none of 2 nodes takes it
  scheduler: 0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s).

        , taint dedicated=ml:NoSchedule  fails on 1 node
        | , nodeSelector disk=ssd  fails on 1 node
        | | , cpu 2  fails on 1 node
    a1  . . X  1 cpu free
    b1  X x .  disk=hdd
  help: no node has enough of everything at once

? 1

$ podlint schedule --cluster nodes.yaml --color always pod.yaml | head -2
[1mPod web[0m  [2mpod.yaml:1[0m
  [32m1 of 2 nodes takes it[0m

# The same JSON as that of a check, and a page.
$ podlint schedule --cluster nodes.yaml pod.yaml -o json >one.json; podlint --cluster nodes.yaml pod.yaml -o json >other.json; cmp one.json other.json && grep -c '"scheduling"' one.json
1

$ podlint schedule --cluster nodes.yaml pod.yaml large.yaml -o html --output-file page.html; grep -o '<title>.*</title>' page.html
<title>Which nodes they can run on</title>

# What holds no Pod is passed over; where nothing remains, that is said.
$ podlint schedule --cluster nodes.yaml map.yaml
podlint: nothing to place: the object holds no Pod that could be read
? 2

$ podlint schedule --cluster nodes.yaml --allow-empty map.yaml

$ sed 's/containers.*/containers: 7/' pod.yaml >broken.yaml; podlint schedule --cluster nodes.yaml broken.yaml
Pod web  broken.yaml:1
  not placed: its Pod cannot be read

1 error: leave out `schedule` to see the lines they stand in
? 1

# Bad input.
$ podlint schedule pod.yaml
error: the following required arguments were not provided:
  --cluster <PATH>

Usage: podlint schedule --cluster <PATH> <PATHS>...

For more information, try '--help'.
? 2

$ podlint schedule --cluster nodes.yaml
podlint: nothing to check: name files or folders, or `-` for standard input (see podlint --help)
? 2

$ podlint schedule --cluster pod.yaml pod.yaml
podlint: no Node in pod.yaml: give what `kubectl get nodes,pods,namespaces -A -o yaml` prints
? 2

$ podlint schedule --cluster missing.yaml pod.yaml
podlint: missing.yaml: no such file or folder
? 2

$ podlint schedule --cluster nodes.yaml missing.yaml
podlint: missing.yaml: no such file or folder
? 2
