package cases

import (
	"fmt"
	"math/rand/v2"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
)

const (
	namespace  = "default"
	zoneKey    = v1.LabelTopologyZone
	regionKey  = v1.LabelTopologyRegion
	podName    = "p"
	podUID     = types.UID("incoming")
	foreignUID = types.UID("somebody-else")
)

var zones = []string{"a", "b", "c"}

// deleted is when objects that are being deleted were told so.
var deleted = metav1.NewTime(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))

// world is one case in the making.
type world struct {
	draw
	pod    *v1.Pod
	nodes  []*v1.Node
	pods   []*v1.Pod
	others []runtime.Object

	volumes int
	sizes   []int
	drivers map[string]bool
	guarded bool

	// taken are the positions of the themes that are in, or kept out.
	taken  map[int]bool
	themes []string
}

func newWorld(seed uint64, number int) *world {
	d := draw{rand.New(rand.NewPCG(seed, uint64(number)))}
	return &world{draw: d, nodes: []*v1.Node{}, pods: []*v1.Pod{}, sizes: d.Perm(40), drivers: map[string]bool{}, taken: map[int]bool{}}
}

func (w *world) add(object runtime.Object) { w.others = append(w.others, object) }

func (w *world) addNamespaces() {
	for _, item := range []struct{ name, team string }{{namespace, ""}, {"other", "x"}, {"third", "y"}} {
		labels := map[string]string{v1.LabelMetadataName: item.name}
		if item.team != "" {
			labels["team"] = item.team
		}
		w.add(&v1.Namespace{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}, ObjectMeta: metav1.ObjectMeta{Name: item.name, Labels: labels}})
	}
}

func (w *world) addNodes() {
	count := w.between(1, 8)
	switch {
	case w.chance(15):
		count = w.between(10, 15)
	case w.chance(1):
		count = 0
	}
	for index := range count {
		w.nodes = append(w.nodes, w.node(fmt.Sprintf("n%d", index)))
	}
}

func (w *world) node(name string) *v1.Node {
	labels := map[string]string{v1.LabelHostname: name, v1.LabelOSStable: "linux", v1.LabelArchStable: pick(w.draw, "amd64", "amd64", "arm64")}
	zone := pick(w.draw, zones...)
	switch style := w.IntN(100); {
	case style < 70:
		labels[zoneKey], labels[regionKey] = zone, "r"
	case style < 80:
		labels[v1.LabelFailureDomainBetaZone], labels[v1.LabelFailureDomainBetaRegion] = zone, "r"
	case style < 85:
		labels[zoneKey], labels[v1.LabelFailureDomainBetaZone] = zone, zone
	case style < 90:
		labels[regionKey] = "r"
	}
	if w.chance(70) {
		labels["disk"] = pick(w.draw, "ssd", "ssd", "hdd", "")
	}
	if w.chance(40) {
		labels["rank"] = pick(w.draw, "1", "5", "007", "high")
	}
	node := &v1.Node{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Node"}, ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}
	if w.chance(9) {
		node.Spec.Taints = append(node.Spec.Taints, w.taint())
	}
	if w.chance(4) {
		node.Spec.Unschedulable = true
	}
	if w.chance(97) {
		node.Status.Allocatable = v1.ResourceList{
			v1.ResourceCPU:              quantity(pick(w.draw, "2", "4", "8", "3920m")),
			v1.ResourceMemory:           quantity(pick(w.draw, "4Gi", "8Gi", "16Gi", "7656Mi")),
			v1.ResourcePods:             quantity(pick(w.draw, "110", "110", "110", "110", "110", "2")),
			v1.ResourceEphemeralStorage: quantity(pick(w.draw, "20Gi", "100Gi")),
		}
		if w.chance(30) {
			node.Status.Allocatable["hugepages-2Mi"] = quantity(pick(w.draw, "8Mi", "64Mi"))
		}
		if w.chance(25) {
			node.Status.Allocatable["nvidia.com/gpu"] = quantity(pick(w.draw, "1", "4"))
		}
	}
	return node
}

func (w *world) taint() v1.Taint {
	return v1.Taint{
		Key:    pick(w.draw, "dedicated", "dedicated", "gpu", v1.TaintNodeNotReady, v1.TaintNodeMemoryPressure),
		Value:  pick(w.draw, "", "ml", "web"),
		Effect: pick(w.draw, v1.TaintEffectNoSchedule, v1.TaintEffectNoSchedule, v1.TaintEffectNoExecute, v1.TaintEffectPreferNoSchedule),
	}
}

func newPod(name, in string) *v1.Pod {
	return &v1.Pod{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}, ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: in, UID: types.UID(name + "-uid")}}
}

func (w *world) labels() map[string]string {
	labels := map[string]string{"app": pick(w.draw, "web", "web", "db", "cache")}
	if w.chance(50) {
		labels["env"] = pick(w.draw, "dev", "prod")
	}
	if w.chance(40) {
		labels["version"] = pick(w.draw, "1", "2")
	}
	return labels
}

func (w *world) container(name string) v1.Container {
	container := v1.Container{Name: name, Image: "i"}
	requests := v1.ResourceList{}
	if w.chance(60) {
		requests[v1.ResourceCPU] = quantity(pick(w.draw, "0", "10m", "250m", "500m"))
	}
	if w.chance(50) {
		requests[v1.ResourceMemory] = quantity(pick(w.draw, "1Mi", "128Mi", "512Mi"))
	}
	if len(requests) > 0 {
		container.Resources.Requests = requests
	}
	return container
}

// addRunningPods puts Pods on the nodes: plain ones, and some that are in the way of others.
func (w *world) addRunningPods() {
	if len(w.nodes) == 0 {
		return
	}
	for range w.between(0, len(w.nodes)*3/2) {
		pod := w.runningPod(pick(w.draw, w.nodes...))
		if w.chance(8) {
			pod.Spec.Affinity = &v1.Affinity{PodAntiAffinity: &v1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []v1.PodAffinityTerm{w.affinityTerm()}}}
		}
		if w.chance(6) {
			pod.Spec.Containers[0].Ports = []v1.ContainerPort{w.hostPort(8080)}
		}
		switch {
		case w.chance(4):
			pod.Status.Phase = pick(w.draw, v1.PodSucceeded, v1.PodFailed)
		case w.chance(4):
			pod.DeletionTimestamp, pod.DeletionGracePeriodSeconds = &deleted, new(int64(30))
		}
	}
}

// runningPod is a further Pod on that node, in the namespace of the incoming one most of the time.
func (w *world) runningPod(node *v1.Node) *v1.Pod {
	pod := newPod(fmt.Sprintf("e%d", len(w.pods)), pick(w.draw, namespace, namespace, namespace, "other", "third"))
	pod.Labels = w.labels()
	pod.Spec.NodeName = node.Name
	pod.Spec.Containers = []v1.Container{w.container("c")}
	pod.Status.Phase = v1.PodRunning
	w.pods = append(w.pods, pod)
	return pod
}

func (w *world) addPod() {
	w.pod = newPod(podName, namespace)
	w.pod.UID = podUID
	w.pod.Labels = w.labels()
	for index := range w.between(1, 2) {
		w.pod.Spec.Containers = append(w.pod.Spec.Containers, w.container(fmt.Sprintf("c%d", index)))
	}
	if w.chance(30) {
		w.pod.Spec.Tolerations = []v1.Toleration{{Key: "dedicated", Operator: v1.TolerationOpExists}}
	}
}
