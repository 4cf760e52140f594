# The report does not depend on the threads.
$ for i in 1 2 3 4 5 6 7 8 9; do mkdir -p d$i; for j in 1 2 3 4 5 6 7 8 9; do printf "apiVersion: v1\nkind: Pod\nmetadata: {name: p$i$j}\nspec: {containers: [{name: a, imag: a}]}\n" >d$i/$j.yaml; done; done

$ podlint -j 1 . >one; podlint -j 2 . >two; podlint -j 7 . >seven; cmp one two; cmp one seven; tail -1 one

$ cat d?/?.yaml | sed 's/^apiVersion/---\n&/' >stream.yaml; while [ $(wc -c <stream.yaml) -lt 3000000 ]; do cat stream.yaml stream.yaml >more; mv more stream.yaml; done

$ podlint -j 1 stream.yaml >one; podlint -j 3 stream.yaml >three; podlint - <stream.yaml | sed s/.stdin./stream.yaml/ >stdin; cmp one three; cmp one stdin; tail -1 one

# Files come in the order of the arguments, in folders by name; none comes twice.
$ podlint -o github d2/1.yaml d1/2.yaml d1/1.yaml d2/1.yaml ./d1/../d2/1.yaml | cut -d, -f1,2

# A reader that leaves early ends the run quietly.
$ (podlint stream.yaml; echo "status $?" >&2) | head -1
