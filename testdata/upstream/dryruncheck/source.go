package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"k8s.io/apimachinery/pkg/util/yaml"
)

// longestLine of a file of cases, in bytes.
const longestLine = 16 << 20

// source says where manifests come from.
type source struct {
	mistakes, folder string
	cases            []string
	count            int
}

// manifest is a text and where it comes from.
type manifest struct{ id, text string }

// documents are all documents of the chosen manifests, split as kubectl does.
func (s source) documents() ([]*document, error) {
	var all []manifest
	for _, read := range []func() ([]manifest, error){s.ofMistakes, s.ofFolder, s.ofCases} {
		manifests, err := read()
		if err != nil {
			return nil, err
		}
		all = append(all, manifests...)
	}
	var documents []*document
	for _, it := range all {
		reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader([]byte(it.text))))
		for index := 0; ; index++ {
			text, err := reader.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", it.id, err)
			}
			documents = append(documents, &document{id: fmt.Sprintf("%s#%d", it.id, index), text: text})
		}
	}
	return documents, nil
}

func (s source) ofMistakes() (manifests []manifest, err error) {
	if s.mistakes == "" {
		return nil, nil
	}
	err = eachLine(s.mistakes, func(line []byte) error {
		var mistake struct {
			ID      string `json:"id"`
			Snippet string `json:"snippet"`
			Fixed   string `json:"fixed_snippet"`
		}
		err := json.Unmarshal(line, &mistake)
		manifests = append(manifests, manifest{mistake.ID + "/bad", mistake.Snippet},
			manifest{mistake.ID + "/fixed", mistake.Fixed})
		return err
	})
	return manifests, err
}

func (s source) ofFolder() ([]manifest, error) {
	if s.folder == "" {
		return nil, nil
	}
	var names []string
	err := fs.WalkDir(os.DirFS(s.folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(name)) {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	names = chosen(names, s.count, func(name string) string { return name })
	manifests := make([]manifest, 0, len(names))
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(s.folder, name))
		if err != nil {
			return nil, err
		}
		manifests = append(manifests, manifest{name, string(text)})
	}
	return manifests, nil
}

func (s source) ofCases() ([]manifest, error) {
	var manifests []manifest
	for _, file := range s.cases {
		err := eachLine(file, func(line []byte) error {
			var it struct{ ID, YAML string }
			err := json.Unmarshal(line, &it)
			manifests = append(manifests, manifest{it.ID, it.YAML})
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return chosen(manifests, s.count, func(it manifest) string { return it.id }), nil
}

// chosen are those whose names have the lowest SHA-256.
func chosen[T any](all []T, count int, name func(T) string) []T {
	slices.SortFunc(all, func(a, b T) int {
		first, second := sha256.Sum256([]byte(name(a))), sha256.Sum256([]byte(name(b)))
		return bytes.Compare(first[:], second[:])
	})
	return all[:min(len(all), count)]
}

func eachLine(file string, read func(line []byte) error) error {
	input, err := os.Open(file)
	if err != nil {
		return err
	}
	defer input.Close()
	lines := bufio.NewScanner(input)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		if err := read(lines.Bytes()); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return lines.Err()
}
