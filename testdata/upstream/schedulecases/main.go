// Command schedulecases writes generated cases for `oracle schedule`, one a line:
// a Pod, the nodes, the Pods already on them, and the other objects that the
// scheduler reads, with the emphasis on volumes and claims.
//
//	schedulecases -seed 1 -count 2000 > cases.jsonl
//
// A case depends on the seed and its own number only.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

type scheduleCase struct {
	ID     string           `json:"id"`
	Pod    *v1.Pod          `json:"pod"`
	Nodes  []*v1.Node       `json:"nodes"`
	Pods   []*v1.Pod        `json:"pods"`
	Others []runtime.Object `json:"others"`
}

func main() {
	seed := flag.Uint64("seed", 1, "start of the random numbers")
	count := flag.Int("count", 1000, "number of cases")
	flag.Parse()
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for number := range *count {
		if err := encoder.Encode(generate(*seed, number)); err != nil {
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

// themes are what a case can be about; the weight says how often.
var themes = []struct {
	weight int
	add    func(*world)
}{
	{7, (*world).boundClaim},
	{5, (*world).zonedVolume},
	{7, (*world).staticVolumes},
	{5, (*world).provisionedClaim},
	{5, (*world).trackedCapacity},
	{7, (*world).volumeLimits},
	{3, (*world).brokenClaim},
	{3, (*world).readWriteOncePod},
	{6, (*world).sharedDisks},
	{5, (*world).ephemeralVolume},
	{2, (*world).harmlessVolumes},
	{5, (*world).requests},
	{6, (*world).spread},
	{6, (*world).podAffinity},
	{3, (*world).hostPorts},
	{3, (*world).tolerations},
	{3, (*world).nodeSelection},
	{2, (*world).namedNodes},
	{1, (*world).gates},
	{2, (*world).deviceClaims},
}

func generate(seed uint64, number int) scheduleCase {
	w := newWorld(seed, number)
	w.addNamespaces()
	w.addNodes()
	w.addRunningPods()
	w.addPod()
	total := 0
	for _, theme := range themes {
		total += theme.weight
	}
	taken := map[int]bool{}
	for range pick(w.draw, 1, 1, 2, 2, 3) {
		left := w.IntN(total)
		for index, theme := range themes {
			left -= theme.weight
			if left < 0 {
				if !taken[index] {
					taken[index] = true
					theme.add(w)
				}
				break
			}
		}
	}
	mergeLabelKeys(w.pod)
	for _, pod := range w.pods {
		mergeLabelKeys(pod)
	}
	return scheduleCase{fmt.Sprintf("%d-%d", seed, number), w.pod, w.nodes, w.pods, w.others}
}
