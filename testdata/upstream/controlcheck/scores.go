package main

import (
	"fmt"
	"os"
	"text/tabwriter"
)

// score counts the cases of one class, and their Pods.
type score struct {
	class           string
	placed, pending int
	passed, differ  int
}

// scores are in the order of their first case.
type scores struct {
	lines []*score
	// again counts the Pods that the scheduler was asked about twice.
	again int
}

// add counts a case of so many Pods, and tells what differs.
func (s *scores) add(class, id string, found comparison) {
	line := s.of(class)
	line.placed += found.placed
	line.pending += found.pending
	if found.difference == "" {
		line.passed++
		return
	}
	line.differ++
	fmt.Printf("%s: %s differs\n%s\n", class, id, found.difference)
}

func (s *scores) of(class string) *score {
	for _, line := range s.lines {
		if line.class == class {
			return line
		}
	}
	line := &score{class: class}
	s.lines = append(s.lines, line)
	return line
}

// print writes the table, and says how many cases differ.
func (s *scores) print() int {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "class\tPods placed\tPending\tcases agree\tdiffer")
	passed, failed := 0, 0
	for _, line := range s.lines {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\n", line.class, line.placed, line.pending, line.passed, line.differ)
		passed += line.passed
		failed += line.differ
	}
	table.Flush()
	if s.again > 0 {
		fmt.Printf("asked twice: %d\n", s.again)
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	return failed
}
