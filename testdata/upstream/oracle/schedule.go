package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"time"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/tools/events"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/node/install"     // RuntimeClasses among Others
	_ "k8s.io/kubernetes/pkg/apis/resource/install" // device claims, classes and slices among Others
	"k8s.io/kubernetes/pkg/scheduler"
	"k8s.io/kubernetes/pkg/scheduler/backend/cache"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/profile"
	sigsyaml "sigs.k8s.io/yaml"
)

// scheduleCase: every object is given as YAML or JSON text. Pods are those
// already on nodes; Others are any further objects (namespaces, PVCs, ...).
type scheduleCase struct {
	ID     string            `json:"id"`
	Pod    json.RawMessage   `json:"pod"`
	Nodes  []json.RawMessage `json:"nodes"`
	Pods   []json.RawMessage `json:"pods"`
	Others []json.RawMessage `json:"others"`
}

type scheduleAnswer struct {
	ID       string       `json:"id"`
	Feasible []string     `json:"feasible"`
	Rejected []nodeAnswer `json:"rejected,omitempty"`
	// PreFilter is set where no node was looked at.
	PreFilter string `json:"prefilter,omitempty"`
	// Message is FitError's text without preemption, where no node fits.
	Message string `json:"message,omitempty"`
	Error   string `json:"error,omitempty"`
}

// nodeAnswer's reasons are sorted: the scheduler's own order of extended
// resources changes from run to run.
type nodeAnswer struct {
	Node    string   `json:"node"`
	Code    string   `json:"code"`
	Plugin  string   `json:"plugin"`
	Reasons []string `json:"reasons"`
}

func rejected(node string, status *fwk.Status) nodeAnswer {
	reasons := append([]string{}, status.Reasons()...)
	sort.Strings(reasons)
	return nodeAnswer{node, status.Code().String(), status.Plugin(), reasons}
}

func answerSchedule(line []byte) (any, error) {
	answered, err := scheduled(line)
	return answered.Answer, err
}

// answerWithCase answers with the case itself, as it was written.
func answerWithCase(line []byte) (any, error) { return scheduled(line) }

// answeredCase is a case together with its answer.
type answeredCase struct {
	scheduleCase
	Answer scheduleAnswer `json:"answer"`
}

func scheduled(line []byte) (answeredCase, error) {
	var c answeredCase
	if err := json.Unmarshal(line, &c.scheduleCase); err != nil {
		return c, err
	}
	c.Answer = scheduleAnswer{ID: c.ID, Feasible: []string{}}
	if err := c.Answer.fill(&c.scheduleCase); err != nil {
		c.Answer.Error = err.Error()
	}
	return c, nil
}

func load[T runtime.Object](raw json.RawMessage, into T) error {
	text := []byte(raw)
	var s string
	if json.Unmarshal(raw, &s) == nil {
		text = []byte(s)
	}
	if err := sigsyaml.UnmarshalStrict(text, into); err != nil {
		return err
	}
	legacyscheme.Scheme.Default(into)
	return nil
}

func (ans *scheduleAnswer) fill(c *scheduleCase) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	pod := &v1.Pod{}
	if err := load(c.Pod, pod); err != nil {
		return fmt.Errorf("pod: %w", err)
	}
	if pod.Namespace == "" {
		pod.Namespace = "default"
	}
	if pod.UID == "" {
		pod.UID = "incoming"
	}
	var objects []runtime.Object
	var nodes []*v1.Node
	for i, raw := range c.Nodes {
		node := &v1.Node{}
		if err := load(raw, node); err != nil {
			return fmt.Errorf("nodes[%d]: %w", i, err)
		}
		nodes = append(nodes, node)
		objects = append(objects, node)
	}
	var pods []*v1.Pod
	for i, raw := range c.Pods {
		p := &v1.Pod{}
		if err := load(raw, p); err != nil {
			return fmt.Errorf("pods[%d]: %w", i, err)
		}
		if p.Namespace == "" {
			p.Namespace = "default"
		}
		// The scheduler's informer leaves finished Pods out.
		if p.Status.Phase == v1.PodSucceeded || p.Status.Phase == v1.PodFailed {
			continue
		}
		if p.UID == "" {
			p.UID = types.UID(fmt.Sprintf("existing-%d", i))
		}
		pods = append(pods, p)
		objects = append(objects, p)
	}
	devices := len(pod.Spec.ResourceClaims) > 0
	for i, raw := range c.Others {
		text := []byte(raw)
		var s string
		if json.Unmarshal(raw, &s) == nil {
			text = []byte(s)
		}
		obj, _, err := legacyscheme.Codecs.UniversalDeserializer().Decode(text, nil, nil)
		if err != nil {
			return fmt.Errorf("others[%d]: %w", i, err)
		}
		legacyscheme.Scheme.Default(obj)
		objects = append(objects, obj)
		devices = devices || obj.GetObjectKind().GroupVersionKind().Group == "resource.k8s.io"
	}

	client := fake.NewClientset(objects...)
	factory := informers.NewSharedInformerFactory(client, 0)
	snapshot := cache.NewSnapshot(pods, nodes)
	all := int32(100)
	sched, err := scheduler.New(ctx, client, factory, nil,
		profile.NewRecorderFactory(events.NewBroadcaster(&events.EventSinkImpl{Interface: client.EventsV1()})),
		scheduler.WithNodeInfoSnapshot(snapshot), scheduler.WithPercentageOfNodesToScore(&all))
	if err != nil {
		return err
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	if devices {
		// DynamicResources reads caches that the informers' events fill; waiting for those costs
		// a tenth of a second, and every other plugin reads the informers themselves.
		if err := sched.WaitForHandlersSync(ctx); err != nil {
			return err
		}
	}

	profile := sched.Profiles[v1.DefaultSchedulerName]
	for _, gate := range profile.PreEnqueuePlugins() {
		if status := gate.PreEnqueue(ctx, pod); !status.IsSuccess() {
			ans.PreFilter = status.Message()
			return nil
		}
	}
	state := framework.NewCycleState()
	diagnosis := framework.Diagnosis{NodeToStatus: framework.NewDefaultNodeToStatus()}
	pre, status, plugins := profile.RunPreFilterPlugins(ctx, state, pod)
	if !status.IsSuccess() {
		if !status.IsRejected() {
			return status.AsError()
		}
		ans.PreFilter = status.Message()
		diagnosis.PreFilterMsg = status.Message()
		ans.Message = (&framework.FitError{Pod: pod, NumAllNodes: len(nodes), Diagnosis: diagnosis}).Error()
		return nil
	}
	if !pre.AllNodes() {
		diagnosis.NodeToStatus.SetAbsentNodesStatus(fwk.NewStatus(fwk.UnschedulableAndUnresolvable,
			fmt.Sprintf("node(s) didn't satisfy plugin(s) %v", sortedKeys(plugins))))
	}
	for _, node := range nodes {
		if !pre.AllNodes() && !pre.NodeNames.Has(node.Name) {
			ans.Rejected = append(ans.Rejected, rejected(node.Name, diagnosis.NodeToStatus.AbsentNodesStatus()))
			continue
		}
		info, err := snapshot.NodeInfos().Get(node.Name)
		if err != nil {
			return err
		}
		s := profile.RunFilterPluginsWithNominatedPods(ctx, state, pod, info)
		if s.Code() == fwk.Error {
			return s.AsError()
		}
		if s.IsSuccess() {
			ans.Feasible = append(ans.Feasible, node.Name)
			continue
		}
		diagnosis.NodeToStatus.Set(node.Name, s)
		ans.Rejected = append(ans.Rejected, rejected(node.Name, s))
	}
	if len(ans.Feasible) == 0 {
		if len(nodes) == 0 {
			ans.Message = scheduler.ErrNoNodesAvailable.Error()
			return nil
		}
		ans.Message = (&framework.FitError{Pod: pod, NumAllNodes: len(nodes), Diagnosis: diagnosis}).Error()
	}
	return nil
}

func sortedKeys[M ~map[string]V, V any](m M) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
