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

	"sigs.k8s.io/yaml"
)

// linter is podlint, and a folder for what it reads.
type linter struct{ program, work string }

func (l linter) cluster() string  { return filepath.Join(l.work, "cluster.yaml") }
func (l linter) manifest() string { return filepath.Join(l.work, "manifest.yaml") }

// forecast is what podlint says of one object.
type forecast struct {
	Feasible    []string `json:"feasible"`
	PreFilter   string   `json:"prefilter"`
	Message     string   `json:"message"`
	Unevaluated []string `json:"unevaluated"`
	Replicas    *struct {
		Wanted int `json:"wanted"`
		Placed struct {
			Least int `json:"least"`
			Most  int `json:"most"`
		} `json:"placed"`
	} `json:"replicas"`
}

// ask runs podlint as a user would: with the cluster as kubectl prints it, and a manifest.
func (l linter) ask(ctx context.Context, cluster, manifest any) (*forecast, error) {
	if err := errors.Join(write(l.cluster(), cluster), write(l.manifest(), manifest)); err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, l.program, "--cluster", l.cluster(), "-o", "json", l.manifest())
	var problems bytes.Buffer
	command.Stderr = &problems
	output, err := command.Output()
	// 1 says that there are findings.
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) {
		return nil, fmt.Errorf("%s: %w\n%s", l.program, err, problems.Bytes())
	}
	var report struct {
		Scheduling []forecast `json:"scheduling"`
	}
	if err := json.Unmarshal(output, &report); err != nil {
		return nil, fmt.Errorf("%s wrote no report: %w", l.program, err)
	}
	if len(report.Scheduling) != 1 {
		return nil, fmt.Errorf("%s says nothing of the scheduling of one object:\n%s", l.program, output)
	}
	return &report.Scheduling[0], nil
}

// ask shows podlint the cluster as it is now.
func (c *checker) ask(ctx context.Context, manifest any) (*forecast, error) {
	cluster, err := c.server.list(ctx)
	if err != nil {
		return nil, err
	}
	return c.linter.ask(ctx, cluster, manifest)
}

// keepFiles leaves what podlint read last, if that is wanted.
func (c *checker) keepFiles(id string) error {
	if c.keep == "" {
		return nil
	}
	kept := filepath.Join(c.keep, id)
	if err := os.MkdirAll(kept, 0o755); err != nil {
		return err
	}
	return errors.Join(
		os.Rename(c.linter.cluster(), filepath.Join(kept, "cluster.yaml")),
		os.Rename(c.linter.manifest(), filepath.Join(kept, "manifest.yaml")),
	)
}

func write(file string, object any) error {
	text, err := yaml.Marshal(object)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}
