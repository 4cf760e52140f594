// Package cases generates what a scheduler may meet: a Pod, the nodes, the Pods
// already on them, and the other objects that it reads, with the emphasis on
// volumes and claims. A case depends on the seed and its own number only.
package cases

import (
	"fmt"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Case is one question, as `oracle schedule` reads it.
type Case struct {
	ID     string           `json:"id"`
	Pod    *v1.Pod          `json:"pod"`
	Nodes  []*v1.Node       `json:"nodes"`
	Pods   []*v1.Pod        `json:"pods"`
	Others []runtime.Object `json:"others"`
	// Themes are what the case is about.
	Themes []string `json:"-"`
}

// themes are what a case can be about; the weight says how often.
var themes = []struct {
	name   string
	weight int
	add    func(*world)
}{
	{"bound claim", 7, (*world).boundClaim},
	{"zoned volume", 5, (*world).zonedVolume},
	{"static volumes", 7, (*world).staticVolumes},
	{"provisioned claim", 5, (*world).provisionedClaim},
	{"tracked capacity", 5, (*world).trackedCapacity},
	{"volume limits", 7, (*world).volumeLimits},
	{"broken claim", 3, (*world).brokenClaim},
	{"claim of one Pod", 3, (*world).readWriteOncePod},
	{"shared disks", 6, (*world).sharedDisks},
	{ephemeral, 5, (*world).ephemeralVolume},
	{"harmless volumes", 2, (*world).harmlessVolumes},
	{"requests", 5, (*world).requests},
	{"spread", 6, (*world).spread},
	{"Pod affinity", 6, (*world).podAffinity},
	{"host ports", 3, (*world).hostPorts},
	{"tolerations", 3, (*world).tolerations},
	{"node selection", 3, (*world).nodeSelection},
	{"named nodes", 2, (*world).namedNodes},
	{"gates", 1, (*world).gates},
	{"device claims", 2, (*world).deviceClaims},
}

const ephemeral = "ephemeral volume"

// Generate makes a case with its own nodes, in the form that the server stores.
func Generate(seed uint64, number int) Case {
	w := newWorld(seed, number)
	w.addNamespaces()
	w.addNodes()
	w.addRunningPods()
	w.addPod()
	w.addThemes(pick(w.draw, 1, 1, 2, 2, 3))
	mergeLabelKeys(w.pod)
	for _, pod := range w.pods {
		mergeLabelKeys(pod)
	}
	return w.finish(seed, number)
}

// Nodes makes nodes for OnNodes.
func Nodes(seed uint64, count int) []*v1.Node {
	w := newWorld(seed, 0)
	for index := range count {
		w.nodes = append(w.nodes, w.node(fmt.Sprintf("n%d", index)))
	}
	return w.nodes
}

// OnNodes makes a case on copies of these nodes, in the form that users write: what the server adds
// to a Pod is left to it.
func OnNodes(nodes []*v1.Node, seed uint64, number int) Case {
	w := newWorld(seed, number)
	w.addNamespaces()
	for _, node := range nodes {
		w.nodes = append(w.nodes, node.DeepCopy())
	}
	w.addRunningPods()
	w.addPod()
	// Ephemeral volumes would ask for a claim that names a Pod which is not made yet.
	for index, theme := range themes {
		w.taken[index] = theme.name == ephemeral
	}
	w.narrow()
	for len(w.themes) == 0 {
		w.addThemes(w.between(1, 3))
	}
	w.pod.Spec.NodeName, w.pod.Spec.Overhead = "", nil
	return w.finish(seed, number)
}

// addThemes picks that many; the same one twice counts once.
func (w *world) addThemes(count int) {
	total := 0
	for _, theme := range themes {
		total += theme.weight
	}
	for range count {
		left := w.IntN(total)
		for index, theme := range themes {
			left -= theme.weight
			if left < 0 {
				if !w.taken[index] {
					w.taken[index] = true
					w.themes = append(w.themes, theme.name)
					theme.add(w)
				}
				break
			}
		}
	}
}

func (w *world) finish(seed uint64, number int) Case {
	return Case{fmt.Sprintf("%d-%d", seed, number), w.pod, w.nodes, w.pods, w.others, w.themes}
}
