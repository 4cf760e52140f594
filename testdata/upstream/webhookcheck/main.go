// Command webhookcheck runs the steps of a table, most of them kubectl, and holds what each prints against what the
// table expects.
//
//	webhookcheck TABLE…
//
// A table is YAML; see step. Whatever a step runs is a line for bash, so that it can be tried by hand.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"sigs.k8s.io/yaml"
)

// longest is what a step may take.
const longest = 40 * time.Second

// step is one line of bash and what it has to print.
type step struct {
	// What is shown by it.
	What string `json:"what"`
	Run  string `json:"run"`
	// Object is what the line reads, as JSON.
	Object any `json:"object"`
	// Exit is its exit code.
	Exit int `json:"exit"`
	// Says is what it prints, to both of its outputs: each line in full, in any order.
	Says []string `json:"says"`
	// Within is how long the line is run again and again until it is as expected, as time.ParseDuration reads it.
	Within string `json:"within"`
}

// outcome is what a step did.
type outcome struct {
	exit  int
	lines []string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	failed, err := checkAll(ctx, os.Args[1:])
	if err != nil {
		fmt.Fprintf(os.Stderr, "webhookcheck: %v\n", err)
	}
	if failed > 0 || err != nil {
		stop()
		os.Exit(1)
	}
}

func checkAll(ctx context.Context, files []string) (failed int, err error) {
	passed := 0
	var different []func()
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return failed, err
		}
		var steps []step
		if err := yaml.UnmarshalStrict(text, &steps); err != nil {
			return failed, fmt.Errorf("%s: %w", file, err)
		}
		for index := range steps {
			agrees, show, err := check(ctx, &steps[index])
			if err != nil {
				return failed, fmt.Errorf("%s: %s: %w", file, steps[index].What, err)
			}
			show()
			if agrees {
				passed++
			} else {
				failed++
				different = append(different, show)
			}
		}
	}
	if failed > 0 {
		fmt.Println("\nNot as expected:")
		for _, show := range different {
			show()
		}
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	return failed, nil
}

// check runs a step, and says whether it was as expected, and how to print it.
func check(ctx context.Context, step *step) (agrees bool, show func(), err error) {
	var patience time.Duration
	if step.Within != "" {
		var err error
		if patience, err = time.ParseDuration(step.Within); err != nil {
			return false, nil, err
		}
	}
	var input []byte
	if step.Object != nil {
		var err error
		if input, err = json.Marshal(step.Object); err != nil {
			return false, nil, err
		}
	}
	begin := time.Now()
	for {
		asked := time.Now()
		got, err := run(ctx, step.Run, input)
		if err != nil {
			return false, nil, err
		}
		missing, unexpected := differences(step.Says, got.lines)
		agrees := got.exit == step.Exit && len(missing)+len(unexpected) == 0
		// Time counts up to the question, not to its answer.
		if agrees || asked.Sub(begin) >= patience {
			return agrees, func() { step.print(got, agrees, missing) }, nil
		}
	}
}

func run(ctx context.Context, line string, input []byte) (outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	command := exec.CommandContext(ctx, "bash", "-c", line)
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = 2 * time.Second
	command.Stdin = bytes.NewReader(input)
	output, err := command.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || ctx.Err() != nil) {
		return outcome{}, errors.Join(err, ctx.Err())
	}
	text := strings.TrimRight(string(output), "\n")
	got := outcome{exit: command.ProcessState.ExitCode()}
	if text != "" {
		got.lines = strings.Split(text, "\n")
	}
	return got, nil
}

// differences are the lines of each that the other lacks.
func differences(wanted, got []string) (missing, unexpected []string) {
	left := map[string]int{}
	for _, line := range got {
		left[line]++
	}
	for _, line := range wanted {
		if left[line] == 0 {
			missing = append(missing, line)
			continue
		}
		left[line]--
	}
	for _, line := range got {
		if left[line] > 0 {
			left[line]--
			unexpected = append(unexpected, line)
		}
	}
	return missing, unexpected
}

func (s *step) print(got outcome, agrees bool, missing []string) {
	word := "ok  "
	if !agrees {
		word = "DIFF"
	}
	fmt.Printf("%s  %s\n      $ %s\n", word, s.What, s.Run)
	for _, line := range got.lines {
		fmt.Printf("      | %s\n", line)
	}
	if got.exit != 0 || s.Exit != 0 {
		fmt.Printf("      exit code %d\n", got.exit)
	}
	if agrees {
		return
	}
	if got.exit != s.Exit {
		fmt.Printf("      expected exit code %d\n", s.Exit)
	}
	for _, line := range missing {
		fmt.Printf("      expected | %s\n", line)
	}
	if len(missing) == 0 && got.exit == s.Exit {
		fmt.Printf("      expected: no more than %d of these lines\n", len(s.Says))
	}
}
