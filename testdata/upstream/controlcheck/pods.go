package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"

	"podlint.dev/upstream/cases"
)

// checkPods compares for count Pods; those that the server does not take are not among them.
func (c *checker) checkPods(ctx context.Context, count int, scores *scores) error {
	for number, done := 0, 0; done < count; number++ {
		if number >= 2*count+10 {
			return fmt.Errorf("the server took %d of %d cases only", done, number)
		}
		asked := cases.OnNodes(c.nodes, c.seed, number)
		// The scheduler hears of the objects of different kinds in no certain order: where it had not
		// heard of all, it is asked once more.
		var found comparison
		var err error
		for round, pause := range []time.Duration{150 * time.Millisecond, time.Second} {
			scores.again += round
			if found, err = c.onePod(ctx, &asked, pause); err != nil || found.difference == "" {
				break
			}
		}
		if refused(err) {
			fmt.Printf("case %s is not counted: %v\n", asked.ID, err)
			continue
		}
		if err != nil {
			return fmt.Errorf("case %s: %w", asked.ID, err)
		}
		done++
		scores.add("Pod: "+asked.Themes[0], asked.ID, found)
	}
	return nil
}

// comparison says how many Pods found a node, and what differs; nothing if empty.
type comparison struct {
	placed, pending int
	difference      string
}

func (c *checker) onePod(ctx context.Context, asked *cases.Case, pause time.Duration) (found comparison, err error) {
	defer func() { err = errors.Join(err, c.takeDown(context.WithoutCancel(ctx), asked)) }()
	if err := errors.Join(c.setUp(ctx, asked), settle(ctx, pause)); err != nil {
		return found, err
	}
	manifest, err := asMap(asked.Pod)
	if err != nil {
		return found, err
	}
	unstructured.RemoveNestedField(manifest.Object, "metadata", "uid")
	delete(manifest.Object, "status")
	said, uid, err := c.foretell(ctx, manifest)
	if err != nil {
		return found, err
	}
	got, err := c.await(ctx, asked.Pod, string(uid), said.patience())
	if err != nil {
		return found, err
	}
	found.placed, found.pending = 1, 0
	if got.node == "" {
		found.placed, found.pending = 0, 1
	}
	if !said.agrees(asked.Pod, got) {
		found.difference = fmt.Sprintf("  podlint    %s\n  Kubernetes %s", said, got)
		err = c.keepFiles(asked.ID)
	}
	return found, err
}

// foretell makes the Pod, and says what podlint said of it before.
func (c *checker) foretell(ctx context.Context, manifest *unstructured.Unstructured) (prophecy, types.UID, error) {
	if c.asking != nil {
		said, err := c.dryRun(ctx, manifest)
		if err != nil {
			return nil, "", err
		}
		uid, err := c.server.create(ctx, manifest)
		return said, uid, err
	}
	said, err := c.ask(ctx, manifest.Object)
	if err != nil {
		return nil, "", err
	}
	uid, err := c.server.create(ctx, manifest)
	return said, uid, err
}

// waits says whether the Pod is held back before the scheduler looks at any node.
func (f *forecast) waits() bool { return f.PreFilter != "" && f.Message == "" }

func (f *forecast) patience() time.Duration {
	if f.waits() {
		return time.Second
	}
	return 0
}

func (f *forecast) String() string {
	switch {
	case len(f.Unevaluated) > 0:
		return fmt.Sprintf("leaves %v open", f.Unevaluated)
	case f.waits():
		return "holds the Pod back: " + f.PreFilter
	case f.Message != "":
		return f.Message
	}
	return fmt.Sprintf("takes %v", f.Feasible)
}

// prophecy is what podlint foretells of a Pod.
type prophecy interface {
	fmt.Stringer
	// patience is how long to wait for the scheduler's word; zero where there has to be one.
	patience() time.Duration
	agrees(*v1.Pod, outcome) bool
}

// outcome is what the scheduler did: it chose a node, it wrote an event, or nothing.
type outcome struct{ node, event string }

func (o outcome) String() string {
	switch {
	case o.node != "":
		return "takes " + o.node
	case o.event != "":
		return o.event
	}
	return "holds the Pod back"
}

// agrees says whether it came so.
func (f *forecast) agrees(_ *v1.Pod, o outcome) bool {
	switch {
	case len(f.Unevaluated) > 0:
		return false
	case o.node != "":
		return slices.Contains(f.Feasible, o.node)
	case o.event != "":
		return f.Message != "" && sameMessage(o.event, f.Message)
	}
	return f.waits()
}

// postFilter are the ways in which the PostFilter plugins begin what they add to a message. DynamicResources
// does not find its own state where another plugin has ended PreFilter before it.
var postFilter = []string{
	" no new claims to deallocate", " preemption:", " deallocation of ResourceClaim completed", " deletion of ResourceClaim completed", " not found",
}

// sameMessage leaves out what the PostFilter plugins say; an event ends in " ..." after 1024 bytes.
func sameMessage(event, message string) bool {
	if rest, found := strings.CutPrefix(event, message); found {
		return rest == "" || slices.ContainsFunc(postFilter, func(begin string) bool { return strings.HasPrefix(rest, begin) })
	}
	start, cut := strings.CutSuffix(event, " ...")
	return cut && len(event) >= 1024 && strings.HasPrefix(message, start)
}

// await waits for the scheduler's answer; where there may be none, for the patience only.
func (c *checker) await(ctx context.Context, pod *v1.Pod, uid string, patience time.Duration) (outcome, error) {
	core := c.server.typed.CoreV1()
	ofPod := fields.Set{"involvedObject.uid": uid, "reason": "FailedScheduling"}.String()
	begin := time.Now()
	for {
		if err := settle(ctx, 20*time.Millisecond); err != nil {
			return outcome{}, err
		}
		now, err := core.Pods(pod.Namespace).Get(ctx, pod.Name, metav1.GetOptions{})
		if err != nil {
			return outcome{}, err
		}
		if now.Spec.NodeName != "" {
			return outcome{node: now.Spec.NodeName}, nil
		}
		events, err := core.Events(pod.Namespace).List(ctx, metav1.ListOptions{FieldSelector: ofPod})
		if err != nil {
			return outcome{}, err
		}
		if len(events.Items) > 0 {
			return outcome{event: events.Items[0].Message}, nil
		}
		waited := time.Since(begin)
		if patience > 0 && waited > patience {
			return outcome{}, nil
		}
		if waited > 20*time.Second {
			return outcome{}, fmt.Errorf("the scheduler says nothing of Pod %s", pod.Name)
		}
		if len(pod.Spec.Volumes) > 0 {
			if err := c.bindChosen(ctx, waited > time.Second); err != nil {
				return outcome{}, err
			}
		}
	}
}
