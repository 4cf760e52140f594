# UTF-16 with a byte-order mark is read, and written back as it was.
$ printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: a} # é\nspec:\n  containers:\n  - name: a\n    imag: a\n' >utf8.yaml

$ (printf '\377\376'; iconv -f UTF-8 -t UTF-16LE utf8.yaml) >utf16.yaml

$ podlint utf16.yaml
error[misspelled-field]: `imag` is not a field of `spec.containers[0]`
   ╭─[utf16.yaml:7:5]
 6 │   - name: a
 7 │     imag: a
   ·     ────
   ╰────
  help: rename it to `image` (fix with --fix)
  in Pod a, spec.containers[0].imag

1 error in 1 object (1 fixable with --fix)
? 1

$ podlint -q --fix utf16.yaml

$ iconv -f UTF-16 -t UTF-8 utf16.yaml | tail -1; head -c2 utf16.yaml | od -An -tx1
    image: a
 ff fe

# What is no text gives one finding with its place.
$ printf 'kind: Pod\napiVersion: v1\nmetadata: {name: \351}\n' >latin1.yaml; podlint latin1.yaml
error[yaml-syntax]: this byte is not valid UTF-8; save the file as UTF-8
   ╭─[latin1.yaml:3:18]
 2 │ apiVersion: v1
 3 │ metadata: {name: �}
   ·                  ▲
   ╰────
  help: kubectl cannot read this document; nothing else in it was checked

1 error in 1 file
? 1

$ printf 'kind: Pod\napiVersion: v1\nmetadata: {name: a\000}\n' >nul.yaml; podlint nul.yaml
error[yaml-syntax]: this `{` is never closed
   ╭─[nul.yaml:3:11]
 2 │ apiVersion: v1
 3 │ metadata: {name: a␀}
   ·           ─┬
   ·           │╰── the `{` stands here
   ╰────
  help: kubectl cannot read this document; nothing else in it was checked

1 error in 1 file
? 1

$ head -c 41 utf16.yaml >half.yaml; podlint half.yaml
error[yaml-syntax]: the text ends in the middle of a UTF-16 character
   ╭─[half.yaml:2:5]
 1 │ apiVersion: v1
 2 │ kind
   ·     ▲
   ╰────
  help: kubectl cannot read this document; nothing else in it was checked

1 error in 1 file
? 1
