package main

import (
	"fmt"
	"os"
	"text/tabwriter"
)

// score counts the cases of one class.
type score struct {
	class                           string
	placed, pending, passed, differ int
}

// scores are in the order of their first case.
type scores struct {
	lines []*score
	// again counts the Pods that the scheduler was asked about twice.
	again int
}

// add counts a case: whether the Pod, or all replicas, found a node, and what differs, if anything.
func (s *scores) add(class, id string, placed bool, difference string) {
	line := s.of(class)
	if placed {
		line.placed++
	} else {
		line.pending++
	}
	if difference == "" {
		line.passed++
		return
	}
	line.differ++
	fmt.Printf("%s: %s differs\n%s\n", class, id, difference)
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
	fmt.Fprintln(table, "class\tplaced\tPending\tagree\tdiffer")
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
