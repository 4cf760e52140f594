// Command schedulecases writes generated cases for `oracle schedule`, one a line.
//
//	schedulecases -seed 1 -count 2000 > cases.jsonl
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"podlint.dev/upstream/cases"
)

func main() {
	seed := flag.Uint64("seed", 1, "start of the random numbers")
	count := flag.Int("count", 1000, "number of cases")
	flag.Parse()
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for number := range *count {
		if err := encoder.Encode(cases.Generate(*seed, number)); err != nil {
			fail(err)
		}
	}
	if err := out.Flush(); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintf(os.Stderr, "schedulecases: %v\n", err)
	os.Exit(1)
}
