# Without a path there is nothing to do, and nothing checked is never success.
$ podlint
podlint: nothing to check: name files or folders, or `-` for standard input (see podlint --help)
? 2

# Rules, formats and versions are known by name; the nearest one is offered.
$ podlint --select misplacedfield pod.yaml
error: invalid value 'misplacedfield' for '--select <RULE>': unknown rule; did you mean `misplaced-field`?

For more information, try '--help'.
? 2

$ podlint --ignore unknown-fild,wrong-type pod.yaml
error: invalid value 'unknown-fild' for '--ignore <RULE>': unknown rule; did you mean `unknown-field`?

For more information, try '--help'.
? 2

$ podlint explain misspeled-field
error: invalid value 'misspeled-field' for '<RULE>': unknown rule; did you mean `misspelled-field`?

For more information, try '--help'.
? 2

$ podlint -o jsn pod.yaml
error: invalid value 'jsn' for '--output <FORMAT>'
  [possible values: text, json, sarif, junit, github, gitlab]

  tip: a similar value exists: 'json'

For more information, try '--help'.
? 2

$ podlint --kubernetes-version 1.60 pod.yaml
error: invalid value '1.60' for '--kubernetes-version <VERSION>': Kubernetes 1.60 is not covered: supported are 1.25 to 1.37

For more information, try '--help'.
? 2

$ podlint --max-size 10X pod.yaml
error: invalid value '10X' for '--max-size <SIZE>': `X` is no unit of size: write e.g. 10M or 64MiB

For more information, try '--help'.
? 2

# What would contradict itself is refused.
$ podlint --fix --diff pod.yaml 2>&1 | head -1
error: the argument '--fix' cannot be used with '--diff'

$ podlint --config a.yaml --no-config pod.yaml 2>&1 | head -1
error: the argument '--config <FILE>' cannot be used with '--no-config'

# A path that is called like a command is reachable.
$ podlint ./rules
podlint: ./rules: no such file or folder
? 2
