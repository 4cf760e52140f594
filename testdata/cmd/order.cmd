# The report does not depend on the threads.
$ for i in 1 2 3 4 5 6 7 8 9; do mkdir -p d$i; for j in 1 2 3 4 5 6 7 8 9; do printf "apiVersion: v1\nkind: Pod\nmetadata: {name: p$i$j}\nspec: {containers: [{name: a, imag: a}]}\n" >d$i/$j.yaml; done; done

$ podlint -j 1 . >one; podlint -j 2 . >two; podlint -j 7 . >seven; cmp one two; cmp one seven; tail -1 one
81 errors in 81 objects (81 fixable with --fix)

# Large streams are cut up and read on several threads.
$ for i in $(seq 150); do printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c%s}\nimmutabel: true\ndata:\n  key: |\n' $i; yes '    a line of text' | head -500; done >stream.yaml

$ podlint -j 1 stream.yaml >one; podlint -j 3 stream.yaml >three; podlint - <stream.yaml | sed s/.stdin./stream.yaml/ >stdin; cmp one three; cmp one stdin; tail -1 one
150 errors in 150 objects (150 fixable with --fix)

$ podlint -o json -j 1 stream.yaml >one; podlint -o json -j 3 stream.yaml | cmp one -

# Files come in the order of the arguments, in folders by name; none comes twice.
$ podlint -o github d2/1.yaml d1/2.yaml d1/1.yaml d2/1.yaml ./d1/../d2/1.yaml | cut -d, -f1,2
::error file=d2/1.yaml,line=4
::error file=d1/2.yaml,line=4
::error file=d1/1.yaml,line=4
3 errors in 3 objects (3 fixable with --fix)

# A reader that leaves early ends the run quietly.
$ (podlint stream.yaml; echo "status $?" >status) | head -1; cat status
error[misspelled-field]: `immutabel` is not a field of the top level of a ConfigMap
status 1
