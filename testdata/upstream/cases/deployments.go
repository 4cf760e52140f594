package cases

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// workloads are the ways in which a Deployment can run out of nodes such that the number of replicas
// that find one does not hang on the scheduler's choices.
var workloads = []struct {
	name string
	add  func(*world)
}{
	{"one a node", func(w *world) { w.keepAway(v1.LabelHostname, w.pod.Labels["app"]) }},
	{"one a zone", func(w *world) {
		w.requireNode(v1.NodeSelectorTerm{MatchExpressions: []v1.NodeSelectorRequirement{{Key: zoneKey, Operator: v1.NodeSelectorOpExists}}})
		w.keepAway(zoneKey, w.pod.Labels["app"])
	}},
	{"away from others", func(w *world) {
		w.keepAway(v1.LabelHostname, pick(w.draw, "web", "db"))
		w.ask(v1.ResourceCPU, pick(w.draw, "2", "3"))
	}},
	{"host port", func(w *world) {
		w.pod.Spec.Containers[0].Ports = []v1.ContainerPort{w.hostPort(8080)}
	}},
	{"large", func(w *world) {
		w.ask(v1.ResourceCPU, pick(w.draw, "1", "1500m", "2", "3"))
		w.ask(v1.ResourceMemory, pick(w.draw, "1Gi", "3Gi", "5Gi"))
	}},
	{"extended resource", func(w *world) {
		name, count := v1.ResourceName("nvidia.com/gpu"), quantity(pick(w.draw, "1", "2"))
		resources := &w.pod.Spec.Containers[0].Resources
		resources.Limits = v1.ResourceList{name: count}
		w.ask(name, count.String())
	}},
	{"spread over zones", func(w *world) {
		w.spreadSelf(zoneKey)
		w.ask(v1.ResourceCPU, pick(w.draw, "1500m", "2", "3"))
	}},
	{"spread over nodes", func(w *world) {
		w.pod.Spec.NodeSelector[zoneKey] = pick(w.draw, zones...)
		w.spreadSelf(v1.LabelHostname)
	}},
	{"together in a zone", func(w *world) {
		w.pod.Spec.NodeSelector[zoneKey] = pick(w.draw, zones...)
		w.affinity().PodAffinity = &v1.PodAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []v1.PodAffinityTerm{{LabelSelector: w.self(), TopologyKey: zoneKey}}}
		w.ask(v1.ResourceCPU, pick(w.draw, "2", "3"))
	}},
	{"nowhere", func(w *world) { w.pod.Spec.NodeSelector["disk"] = "tape" }},
}

// Deployment makes a Deployment for these nodes, and says what it is about.
func Deployment(nodes []*v1.Node, seed uint64, number int) (*appsv1.Deployment, string) {
	w := newWorld(seed, number)
	w.nodes = nodes
	name := fmt.Sprintf("d%d", number)
	w.pod = newPod(name, namespace)
	w.pod.Labels = map[string]string{"app": name}
	w.pod.Spec.Containers = []v1.Container{{Name: "c", Image: "i"}}
	w.pod.Spec.NodeSelector = map[string]string{}
	switch w.IntN(4) {
	case 0:
		w.pod.Spec.NodeSelector["disk"] = pick(w.draw, "ssd", "hdd")
	case 1, 2:
		w.pod.Spec.NodeSelector[zoneKey] = pick(w.draw, zones...)
	}
	if w.chance(50) {
		w.pod.Spec.Tolerations = []v1.Toleration{{Key: "dedicated", Operator: v1.TolerationOpExists}}
	}
	workload := workloads[number%len(workloads)]
	workload.add(w)
	return &appsv1.Deployment{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace},
		Spec: appsv1.DeploymentSpec{
			Replicas: new(int32(w.between(5, 20))),
			Selector: w.self(),
			Template: v1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: w.pod.Labels}, Spec: w.pod.Spec},
		},
	}, workload.name
}

// Running makes the Pods that run on the nodes beside the Deployments.
func Running(nodes []*v1.Node, seed uint64) []*v1.Pod {
	w := newWorld(seed, 0)
	w.nodes = nodes
	w.addRunningPods()
	return w.pods
}

// self selects the Deployment's own Pods.
func (w *world) self() *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{"app": w.pod.Labels["app"]}}
}

// keepAway keeps the replicas out of a domain that holds a Pod of the app.
func (w *world) keepAway(key, app string) {
	term := v1.PodAffinityTerm{LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": app}}, TopologyKey: key}
	w.affinity().PodAntiAffinity = &v1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []v1.PodAffinityTerm{term}}
}

func (w *world) spreadSelf(key string) {
	w.pod.Spec.TopologySpreadConstraints = []v1.TopologySpreadConstraint{{
		MaxSkew: int32(w.between(1, 2)), TopologyKey: key, WhenUnsatisfiable: v1.DoNotSchedule, LabelSelector: w.self(),
		NodeTaintsPolicy: new(pick(w.draw, v1.NodeInclusionPolicyHonor, v1.NodeInclusionPolicyIgnore)),
	}}
}

// ask adds to what the Pod requests.
func (w *world) ask(name v1.ResourceName, amount string) {
	requests := &w.pod.Spec.Containers[0].Resources.Requests
	if *requests == nil {
		*requests = v1.ResourceList{}
	}
	(*requests)[name] = quantity(amount)
}
