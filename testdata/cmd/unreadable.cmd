# What cannot be read is named, and the rest is still checked.
$ cat >pod.yaml <<'.'
> apiVersion: v1
> kind: Pod
> metadata:
>   name: web
> spec:
>   containers:
>   - name: web
>     image: nginx
> .

$ ln -s nowhere.yaml broken.yaml; ln -s self.yaml self.yaml

$ podlint missing.yaml broken.yaml self.yaml pod.yaml
podlint: missing.yaml: no such file or folder
podlint: broken.yaml: broken link
podlint: self.yaml: too many levels of symbolic links
no problems in 1 object
? 2

# In folders, too; a dangling link to something else than a manifest does not matter.
$ mkdir -p deploy/.hidden deploy/.git; ln -s nowhere.yaml deploy/broken.yaml; ln -s nowhere deploy/README

$ cp pod.yaml deploy/.hidden/pod.yaml; cp pod.yaml deploy/.git/pod.yaml; ln -s . deploy/loop

$ podlint deploy
podlint: deploy/broken.yaml: broken link
podlint: deploy/loop: link loop: it leads back to deploy
no problems in 1 object
? 2

# A file above the limit is named.
$ podlint --max-size 50 pod.yaml
podlint: pod.yaml: larger than 50 bytes, the limit that --max-size sets
? 2

$ podlint --max-size 50 - <pod.yaml
podlint: <stdin>: larger than 50 bytes, the limit that --max-size sets
? 2

$ cat pod.yaml pod.yaml pod.yaml >three.yaml; podlint --max-size 100b three.yaml pod.yaml
podlint: three.yaml: larger than 100 bytes, the limit that --max-size sets
no problems in 1 object
? 2

# A pipe that is named like a file is read once.
$ mkfifo pipe.yaml; cat pod.yaml >pipe.yaml & podlint pipe.yaml
no problems in 1 object
