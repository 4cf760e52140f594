// Command validatecases writes objects that stand beside workloads, drawn field by field from values that
// the API server takes and values that it refuses, for `oracle validate`, one a line.
//
//	validatecases -seed 1 -count 4000 > cases.jsonl
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"

	"sigs.k8s.io/yaml"
)

func main() {
	seed := flag.Uint64("seed", 1, "start of the random numbers")
	count := flag.Int("count", 1000, "number of cases")
	flag.Parse()
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for number := range *count {
		d := draw{rand.New(rand.NewPCG(*seed, uint64(number)))}
		text, err := yaml.Marshal(kinds[number%len(kinds)](d))
		if err != nil {
			fail(err)
		}
		id := fmt.Sprintf("%d-%d", *seed, number)
		if err := encoder.Encode(map[string]string{"id": id, "yaml": string(text)}); err != nil {
			fail(err)
		}
	}
	if err := out.Flush(); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintf(os.Stderr, "validatecases: %v\n", err)
	os.Exit(1)
}
