package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// longest is what one kubectl may take.
const longest = time.Minute

// The verdicts, in podlint's words.
const (
	ok           = "ok"
	decode       = "decode"
	strict       = "strict"
	invalid      = "invalid"
	unregistered = "unregistered"
	// Another answer of the server than these.
	other = "other"
)

// document is one document of a manifest, and what is said about it.
type document struct {
	id, file   string
	text       []byte
	verdict    string
	namespaces []string
	answer     answer
}

// answer is what kubectl was told.
type answer struct{ verdict, text string }

// explained are answers that podlint need not give: of admission plugins, which know the cluster, of the cluster's own
// settings, and of kubectl where podlint has no schema.
var explained = []struct{ podlint, server, words, reason string }{
	{"", other, "no PriorityClass with name", "the plugin Priority wants the PriorityClass of a Pod"},
	{"", other, "pod rejected: RuntimeClass", "the plugin RuntimeClass wants the RuntimeClass of a Pod"},
	{ok, invalid, "must not be specified when serviceAccountName is not set",
		"this API server runs without the plugin ServiceAccount, which names one"},
	{ok, invalid, "this cluster is not configured for dual-stack services", "this API server gives addresses of one family only"},
	{invalid, other, "(NotFound)", "the plugin NamespaceLifecycle wants the namespace, and none can have this name"},
	{unregistered, decode, "into Go struct field ObjectMeta.metadata", "kubectl reads the metadata of kinds that podlint has no schema for"},
}

// explanation is why the server may answer otherwise here; empty where it may not.
func (d *document) explanation() string {
	for _, it := range explained {
		isMeant := (it.podlint == "" || it.podlint == d.verdict) && it.server == d.answer.verdict
		if isMeant && strings.Contains(d.answer.text, it.words) {
			return it.reason
		}
	}
	return ""
}

// checker asks both.
type checker struct{ kubeconfig, kubectl, podlint, work string }

// judge has podlint judge the documents; what holds no object is left out.
func (c *checker) judge(ctx context.Context, documents []*document) ([]*document, error) {
	byFile := map[string]*document{}
	for index, it := range documents {
		it.file = filepath.Join(c.work, fmt.Sprintf("%05d.yaml", index))
		byFile[it.file] = it
		if err := os.WriteFile(it.file, it.text, 0o644); err != nil {
			return nil, err
		}
	}
	command := exec.CommandContext(ctx, c.podlint, "-o", "json", c.work)
	var problems bytes.Buffer
	command.Stderr = &problems
	output, err := command.Output()
	// 1 says that there are findings.
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) {
		return nil, fmt.Errorf("%s: %w\n%s", c.podlint, err, problems.Bytes())
	}
	var report struct {
		Documents []struct{ File, Namespace, Verdict string }
	}
	if err := json.Unmarshal(output, &report); err != nil {
		return nil, fmt.Errorf("%s wrote no report: %w", c.podlint, err)
	}
	for _, object := range report.Documents {
		it := byFile[object.File]
		if it == nil {
			return nil, fmt.Errorf("%s speaks of %s", c.podlint, object.File)
		}
		// Of a List, the first item that is refused.
		if it.verdict == "" || it.verdict == ok {
			it.verdict = object.Verdict
		}
		if object.Namespace != "" {
			it.namespaces = append(it.namespaces, object.Namespace)
		}
	}
	var judged []*document
	for _, it := range documents {
		if it.verdict != "" {
			judged = append(judged, it)
		}
	}
	return judged, nil
}

// createNamespaces makes the namespaces of the documents, without which the server looks no further.
func (c *checker) createNamespaces(ctx context.Context, documents []*document) error {
	var list bytes.Buffer
	known := map[string]bool{}
	for _, it := range documents {
		for _, name := range it.namespaces {
			if !known[name] {
				known[name] = true
				fmt.Fprintf(&list, "---\n{apiVersion: v1, kind: Namespace, metadata: {name: %q}}\n", name)
			}
		}
	}
	file := filepath.Join(c.work, "namespaces")
	if err := os.WriteFile(file, list.Bytes(), 0o644); err != nil || len(known) == 0 {
		return err
	}
	// Some of them are there, and some cannot be: then the documents tell.
	_, err := c.run(ctx, "create", "-f", file)
	return err
}

// ask has the server answer, several documents at a time.
func (c *checker) ask(ctx context.Context, documents []*document) error {
	left := make(chan *document)
	failures := make(chan error, len(documents))
	var workers sync.WaitGroup
	for range 2 * runtime.NumCPU() {
		workers.Go(func() {
			for it := range left {
				var err error
				if it.answer, err = c.run(ctx, "create", "--dry-run=server", "--validate=strict", "-f", it.file); err != nil {
					failures <- fmt.Errorf("%s: %w", it.id, err)
				}
			}
		})
	}
	for _, it := range documents {
		left <- it
	}
	close(left)
	workers.Wait()
	close(failures)
	return <-failures
}

// run gives kubectl's exit as a verdict.
func (c *checker) run(ctx context.Context, arguments ...string) (answer, error) {
	ctx, stop := context.WithTimeout(ctx, longest)
	defer stop()
	command := exec.CommandContext(ctx, c.kubectl, append([]string{"--kubeconfig", c.kubeconfig}, arguments...)...)
	var problems bytes.Buffer
	command.Stderr = &problems
	err := command.Run()
	text := problems.String()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return answer{ok, text}, nil
	case ctx.Err() != nil:
		return answer{}, ctx.Err()
	case errors.As(err, &exit):
		return answer{verdict(text), text}, nil
	}
	return answer{}, err
}

// verdict reads what kubectl prints where it fails. Source: `StandardErrorMessage` in `k8s.io/kubectl/pkg/cmd/util`.
func verdict(text string) string {
	has := func(words string) bool { return strings.Contains(text, words) }
	switch {
	case has("strict decoding error"):
		return strict
	case has("(BadRequest)"), has("error parsing"), has("error converting YAML to JSON"), has("error unmarshaling"),
		has("Object 'Kind' is missing"), has("Object 'apiVersion' is missing"), has("error validating data"),
		has("unable to decode"), has("cannot unmarshal"), has("unexpected GroupVersion"):
		return decode
	case has("no matches for kind"):
		return unregistered
	case has(" is invalid: "):
		return invalid
	case has("(AlreadyExists)"):
		// The last thing that is looked at.
		return ok
	}
	return other
}
