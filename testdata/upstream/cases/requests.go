package cases

import (
	"fmt"

	v1 "k8s.io/api/core/v1"
	nodev1 "k8s.io/api/node/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// requests makes the incoming Pod ask for much, and in every way there is.
func (w *world) requests() {
	spec := &w.pod.Spec
	large := func() v1.ResourceList {
		return v1.ResourceList{v1.ResourceCPU: quantity(pick(w.draw, "1", "1500m", "2", "3")), v1.ResourceMemory: quantity(pick(w.draw, "1Gi", "3Gi", "6Gi"))}
	}
	switch w.IntN(8) {
	case 0, 1:
		spec.Containers[0].Resources.Requests = large()
		if w.chance(30) {
			spec.Containers[0].Resources.Requests[v1.ResourceEphemeralStorage] = quantity(pick(w.draw, "10Gi", "30Gi"))
		}
	case 2:
		spec.Resources = &v1.ResourceRequirements{Requests: v1.ResourceList{v1.ResourceCPU: quantity(pick(w.draw, "2", "3", "6")), v1.ResourceMemory: quantity(pick(w.draw, "2Gi", "6Gi", "12Gi"))}}
	case 3:
		// The server writes the overhead of the runtime into the Pod.
		spec.RuntimeClassName = new("sandbox")
		spec.Overhead = v1.ResourceList{v1.ResourceCPU: quantity(pick(w.draw, "1", "2500m")), v1.ResourceMemory: quantity(pick(w.draw, "120Mi", "3Gi"))}
		w.add(&nodev1.RuntimeClass{
			TypeMeta:   metav1.TypeMeta{APIVersion: "node.k8s.io/v1", Kind: "RuntimeClass"},
			ObjectMeta: metav1.ObjectMeta{Name: *spec.RuntimeClassName},
			Handler:    "sandbox",
			Overhead:   &nodev1.Overhead{PodFixed: spec.Overhead},
		})
	case 4, 5:
		// An init container counts with the sidecars before it only.
		for index := range w.between(1, 3) {
			container := v1.Container{Name: fmt.Sprintf("i%d", index), Image: "i", Resources: v1.ResourceRequirements{Requests: large()}}
			if w.chance(50) {
				container.RestartPolicy = new(v1.ContainerRestartPolicyAlways)
			}
			spec.InitContainers = append(spec.InitContainers, container)
		}
	case 6:
		pages := v1.ResourceList{"hugepages-2Mi": quantity(pick(w.draw, "4Mi", "16Mi"))}
		spec.Containers[0].Resources = v1.ResourceRequirements{Limits: pages, Requests: v1.ResourceList{"hugepages-2Mi": pages["hugepages-2Mi"], v1.ResourceCPU: quantity("100m")}}
	case 7:
		name := pick(w.draw, v1.ResourceName("nvidia.com/gpu"), "nvidia.com/gpu", "example.com/none")
		count := v1.ResourceList{name: quantity(pick(w.draw, "1", "2"))}
		spec.Containers[0].Resources = v1.ResourceRequirements{Limits: count, Requests: count}
	}
	for _, node := range w.nodes {
		if w.chance(30) {
			w.runningPod(node).Spec.Containers[0].Resources.Requests = large()
		}
	}
}
