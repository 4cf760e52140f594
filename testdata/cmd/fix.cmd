# --diff shows what --fix would do, and fails where that is something.
$ cat >pod.yaml <<'.'
> apiVersion: v1
> kind: Pod
> metadata:
>   name: web
> spec:
>   containers:
>   - name: web   # the shop
>     image: nginx
>     imagepullPolicy: Always
>     resource:
>       limits: {cpu: 1}
> .

$ chmod 640 pod.yaml; ln -s pod.yaml link.yaml

$ podlint --diff pod.yaml
--- pod.yaml
+++ pod.yaml
@@ -6,6 +6,6 @@
   containers:
   - name: web   # the shop
     image: nginx
-    imagepullPolicy: Always
-    resource:
+    imagePullPolicy: Always
+    resources:
       limits: {cpu: 1}
2 findings would be fixed
? 1

# --fix writes it: through links, with permissions and comments kept.
$ podlint --fix link.yaml
no problems in 1 object, 2 fixed

$ cat pod.yaml; stat -c %a pod.yaml; ls -A
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web   # the shop
    image: nginx
    imagePullPolicy: Always
    resources:
      limits: {cpu: 1}
640
link.yaml
pod.yaml

# Then there is nothing left to do.
$ podlint --fix pod.yaml; podlint --diff pod.yaml
no problems in 1 object
0 findings would be fixed

# Standard input is mended to standard output; the report goes to standard error.
$ sed s/image:/imag:/ pod.yaml >bad.yaml

$ podlint --fix - <bad.yaml 2>/dev/null | diff pod.yaml - && echo mended
mended

$ podlint --fix - <bad.yaml >/dev/null
no problems in 1 object, 1 fixed

$ podlint --diff - <bad.yaml
--- <stdin>
+++ <stdin>
@@ -5,7 +5,7 @@
 spec:
   containers:
   - name: web   # the shop
-    imag: nginx
+    image: nginx
     imagePullPolicy: Always
     resources:
       limits: {cpu: 1}
1 finding would be fixed
? 1

# What has nothing to mend passes as it is, manifest or not.
$ printf 'a:   1' | podlint --fix --allow-empty - 2>/dev/null
a:   1

# A read-only file is not replaced behind its owner's back.
$ chmod 444 bad.yaml; podlint --fix bad.yaml
error[misspelled-field]: `imag` is not a field of `spec.containers[0]`
   ╭─[bad.yaml:8:5]
 7 │   - name: web   # the shop
 8 │     imag: nginx
   ·     ────
 9 │     imagePullPolicy: Always
   ╰────
  help: rename it to `image` (fix with --fix)
  in Pod web, spec.containers[0].imag

podlint: bad.yaml: cannot be mended: the file is read-only
1 error in 1 object (1 fixable with --fix)
? 2

$ grep imag: bad.yaml
    imag: nginx

# Of several documents, those without a fix stay byte for byte.
$ (printf 'apiVersion:   v1\r\nkind: "ConfigMap"\r\nmetadata: {name: a}\r\n---\n'; cat bad.yaml; printf -- '---\n# end') >three.yaml

$ podlint --fix -q three.yaml; (printf 'apiVersion:   v1\r\nkind: "ConfigMap"\r\nmetadata: {name: a}\r\n---\n'; cat pod.yaml; printf -- '---\n# end') | cmp - three.yaml
