package cases

import (
	"fmt"
	"maps"
	"slices"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func (w *world) selector() *metav1.LabelSelector {
	switch kind := w.IntN(100); {
	case kind < 45:
		return &metav1.LabelSelector{MatchLabels: map[string]string{"app": w.pod0("app", "web")}}
	case kind < 65:
		return &metav1.LabelSelector{MatchLabels: map[string]string{"app": pick(w.draw, "web", "db", "cache")}}
	case kind < 75:
		return &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "app", Operator: metav1.LabelSelectorOpIn, Values: some(w.draw, 1, "web", "db", "cache")}}}
	case kind < 82:
		return &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "env", Operator: metav1.LabelSelectorOpNotIn, Values: []string{"dev"}}}}
	case kind < 89:
		return &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "env", Operator: pick(w.draw, metav1.LabelSelectorOpExists, metav1.LabelSelectorOpDoesNotExist)}}}
	case kind < 96:
		return &metav1.LabelSelector{}
	}
	return nil
}

// pod0 is that label of the incoming Pod, once there is one.
func (w *world) pod0(key, otherwise string) string {
	if w.pod == nil {
		return otherwise
	}
	return w.pod.Labels[key]
}

func (w *world) affinityTerm() v1.PodAffinityTerm {
	term := v1.PodAffinityTerm{LabelSelector: w.selector(), TopologyKey: pick(w.draw, v1.LabelHostname, v1.LabelHostname, zoneKey, zoneKey, "disk", "absent")}
	switch w.IntN(6) {
	case 0:
		term.Namespaces = some(w.draw, 1, namespace, "other", "third")
	case 1:
		term.NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"team": pick(w.draw, "x", "y", "nobody")}}
	case 2:
		term.NamespaceSelector = &metav1.LabelSelector{}
		if w.chance(50) {
			term.NamespaceSelector.MatchExpressions = []metav1.LabelSelectorRequirement{{Key: "team", Operator: metav1.LabelSelectorOpNotIn, Values: []string{"x"}}}
		}
	}
	if w.chance(25) && term.LabelSelector != nil && term.LabelSelector.MatchExpressions == nil {
		if w.chance(50) {
			term.MatchLabelKeys = []string{"version"}
		} else {
			term.MismatchLabelKeys = []string{"version"}
		}
	}
	return term
}

func (w *world) podAffinity() {
	affinity := w.affinity()
	for range w.between(1, 2) {
		if w.chance(45) {
			if affinity.PodAffinity == nil {
				affinity.PodAffinity = &v1.PodAffinity{}
			}
			required := &affinity.PodAffinity.RequiredDuringSchedulingIgnoredDuringExecution
			*required = append(*required, w.affinityTerm())
		} else {
			if affinity.PodAntiAffinity == nil {
				affinity.PodAntiAffinity = &v1.PodAntiAffinity{}
			}
			required := &affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution
			*required = append(*required, w.affinityTerm())
		}
	}
}

func (w *world) affinity() *v1.Affinity {
	if w.pod.Spec.Affinity == nil {
		w.pod.Spec.Affinity = &v1.Affinity{}
	}
	return w.pod.Spec.Affinity
}

func (w *world) spread() {
	keys := some(w.draw, 1, zoneKey, v1.LabelHostname, "disk")
	if w.chance(30) {
		keys = []string{zoneKey, v1.LabelHostname}
	}
	for _, key := range keys {
		constraint := v1.TopologySpreadConstraint{MaxSkew: int32(w.between(1, 2)), TopologyKey: key, WhenUnsatisfiable: v1.DoNotSchedule, LabelSelector: w.selector()}
		if w.chance(10) {
			constraint.WhenUnsatisfiable = v1.ScheduleAnyway
		} else if w.chance(20) {
			constraint.MinDomains = new(int32(w.between(1, 5)))
		}
		if w.chance(30) {
			constraint.NodeTaintsPolicy = new(pick(w.draw, v1.NodeInclusionPolicyHonor, v1.NodeInclusionPolicyIgnore))
		}
		if w.chance(30) {
			constraint.NodeAffinityPolicy = new(pick(w.draw, v1.NodeInclusionPolicyHonor, v1.NodeInclusionPolicyIgnore))
		}
		if w.chance(30) && constraint.LabelSelector != nil && constraint.LabelSelector.MatchExpressions == nil {
			constraint.MatchLabelKeys = []string{"version"}
		}
		w.pod.Spec.TopologySpreadConstraints = append(w.pod.Spec.TopologySpreadConstraints, constraint)
	}
	// Without company there is nothing to spread.
	for index := range w.between(0, len(w.nodes)) {
		pod := w.runningPod(w.nodes[index%len(w.nodes)])
		pod.Namespace, pod.Labels = namespace, maps.Clone(w.pod.Labels)
	}
}

// mergeLabelKeys does what the server does to matchLabelKeys and mismatchLabelKeys before it stores a Pod.
func mergeLabelKeys(pod *v1.Pod) {
	merge := func(selector *metav1.LabelSelector, operator metav1.LabelSelectorOperator, keys []string) {
		for _, key := range keys {
			if value, found := pod.Labels[key]; found {
				selector.MatchExpressions = append(selector.MatchExpressions, metav1.LabelSelectorRequirement{Key: key, Operator: operator, Values: []string{value}})
			}
		}
	}
	for index := range pod.Spec.TopologySpreadConstraints {
		constraint := &pod.Spec.TopologySpreadConstraints[index]
		merge(constraint.LabelSelector, metav1.LabelSelectorOpIn, constraint.MatchLabelKeys)
	}
	var terms []v1.PodAffinityTerm
	if affinity := pod.Spec.Affinity; affinity != nil && affinity.PodAffinity != nil {
		terms = append(terms, affinity.PodAffinity.RequiredDuringSchedulingIgnoredDuringExecution...)
	}
	if affinity := pod.Spec.Affinity; affinity != nil && affinity.PodAntiAffinity != nil {
		terms = append(terms, affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution...)
	}
	for _, term := range terms {
		merge(term.LabelSelector, metav1.LabelSelectorOpIn, term.MatchLabelKeys)
		merge(term.LabelSelector, metav1.LabelSelectorOpNotIn, term.MismatchLabelKeys)
	}
}

func (w *world) hostPort(number int32) v1.ContainerPort {
	port := v1.ContainerPort{ContainerPort: number, HostPort: number, Protocol: pick(w.draw, v1.ProtocolTCP, v1.ProtocolTCP, v1.ProtocolUDP)}
	if w.chance(50) {
		port.HostIP = pick(w.draw, "0.0.0.0", "127.0.0.1", "10.0.0.1")
	}
	return port
}

func (w *world) hostPorts() {
	number := int32(pick(w.draw, 8080, 9090))
	w.pod.Spec.Containers[0].Ports = append(w.pod.Spec.Containers[0].Ports, w.hostPort(number))
	if w.chance(15) {
		w.pod.Spec.HostNetwork = true
	}
	for _, node := range w.nodes {
		if w.chance(50) {
			pod := w.runningPod(node)
			port := []v1.ContainerPort{w.hostPort(number)}
			if w.chance(20) {
				pod.Spec.InitContainers = []v1.Container{{Name: "side", Image: "i", Ports: port, RestartPolicy: new(v1.ContainerRestartPolicyAlways)}}
			} else {
				pod.Spec.Containers[0].Ports = port
			}
		}
	}
}

func (w *world) tolerations() {
	for _, node := range w.nodes {
		if w.chance(50) {
			node.Spec.Taints = append(node.Spec.Taints, w.taint())
			node.Spec.Taints = slices.CompactFunc(node.Spec.Taints, func(a, b v1.Taint) bool { return a.Key == b.Key && a.Effect == b.Effect })
		}
	}
	for range w.between(1, 3) {
		toleration := v1.Toleration{Key: pick(w.draw, "dedicated", "gpu", v1.TaintNodeNotReady), Effect: pick(w.draw, "", v1.TaintEffectNoSchedule, v1.TaintEffectNoExecute)}
		switch w.IntN(4) {
		case 0:
			toleration.Operator, toleration.Value = v1.TolerationOpEqual, pick(w.draw, "", "ml", "web")
		case 1:
			toleration.Value = "ml"
		default:
			toleration.Operator = v1.TolerationOpExists
		}
		w.pod.Spec.Tolerations = append(w.pod.Spec.Tolerations, toleration)
	}
	if w.chance(10) {
		w.pod.Spec.Tolerations = append(w.pod.Spec.Tolerations, v1.Toleration{Key: v1.TaintNodeUnschedulable, Operator: v1.TolerationOpExists, Effect: v1.TaintEffectNoSchedule})
	}
}

func (w *world) nodeSelection() {
	if w.chance(50) {
		w.pod.Spec.NodeSelector = map[string]string{"disk": pick(w.draw, "ssd", "hdd", "")}
	}
	if w.chance(60) {
		var terms []v1.NodeSelectorTerm
		for range w.between(1, 2) {
			terms = append(terms, v1.NodeSelectorTerm{MatchExpressions: some(w.draw, 1,
				v1.NodeSelectorRequirement{Key: zoneKey, Operator: pick(w.draw, v1.NodeSelectorOpIn, v1.NodeSelectorOpNotIn), Values: some(w.draw, 1, zones...)},
				v1.NodeSelectorRequirement{Key: "rank", Operator: pick(w.draw, v1.NodeSelectorOpGt, v1.NodeSelectorOpLt), Values: []string{pick(w.draw, "3", "6")}},
				v1.NodeSelectorRequirement{Key: "disk", Operator: pick(w.draw, v1.NodeSelectorOpExists, v1.NodeSelectorOpDoesNotExist)},
			)})
		}
		w.requireNode(terms...)
	}
}

// narrow leaves few of many nodes to the Pod, most of the time, so that what else is in the way is in
// the way of all.
func (w *world) narrow() {
	w.pod.Spec.NodeSelector = map[string]string{}
	if w.chance(70) {
		w.pod.Spec.NodeSelector[zoneKey] = pick(w.draw, zones...)
	}
	if w.chance(60) {
		w.pod.Spec.NodeSelector["disk"] = pick(w.draw, "ssd", "hdd")
	}
	if w.chance(30) {
		w.pod.Spec.NodeSelector["rank"] = pick(w.draw, "1", "5")
	}
}

// requireNode replaces the required node affinity.
func (w *world) requireNode(terms ...v1.NodeSelectorTerm) {
	w.affinity().NodeAffinity = &v1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &v1.NodeSelector{NodeSelectorTerms: terms}}
}

// named is a term that pins the Pod to one node, which need not be there.
func (w *world) named() v1.NodeSelectorTerm {
	name := fmt.Sprintf("n%d", w.between(0, len(w.nodes)))
	return v1.NodeSelectorTerm{MatchFields: []v1.NodeSelectorRequirement{{Key: metav1.ObjectNameField, Operator: v1.NodeSelectorOpIn, Values: []string{name}}}}
}

// namedNodes makes PreFilter name the nodes to look at; two fields in one term may contradict each other.
func (w *world) namedNodes() {
	var terms []v1.NodeSelectorTerm
	for range w.between(1, 3) {
		terms = append(terms, w.named())
	}
	if w.chance(25) {
		terms[0].MatchFields = append(terms[0].MatchFields, w.named().MatchFields...)
	}
	if w.chance(15) {
		terms[0].MatchFields[0].Operator = v1.NodeSelectorOpNotIn
	}
	if w.chance(20) {
		w.pod.Spec.NodeName = fmt.Sprintf("n%d", w.between(0, len(w.nodes)))
	}
	w.requireNode(terms...)
}

func (w *world) gates() {
	if w.pod.Spec.NodeName == "" {
		w.pod.Spec.SchedulingGates = []v1.PodSchedulingGate{{Name: "example.com/wait"}}
		if w.chance(30) {
			w.pod.Spec.SchedulingGates = append(w.pod.Spec.SchedulingGates, v1.PodSchedulingGate{Name: "example.com/quota"})
		}
	}
}
