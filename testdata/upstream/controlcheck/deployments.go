package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"podlint.dev/upstream/cases"
)

const (
	// The scheduler tries a Pod again after a second, then after two, up to ten.
	firstTry = 1500 * time.Millisecond
	lastTry  = 12 * time.Second
)

// checkDeployments compares how many Pods stay Pending of Deployments, one after another, beside Pods
// that stay.
func (c *checker) checkDeployments(ctx context.Context, count int, scores *scores) error {
	if count == 0 {
		return nil
	}
	running := cases.Running(c.nodes, c.seed)
	err := together(len(running), func(index int) error {
		pod, err := asMap(running[index])
		if err == nil {
			_, err = c.server.create(ctx, pod)
		}
		return err
	})
	if err != nil {
		return err
	}
	for number := range count {
		deployment, class := cases.Deployment(c.nodes, c.seed, number)
		found, err := c.oneDeployment(ctx, deployment)
		if err != nil {
			return fmt.Errorf("Deployment %s: %w", deployment.Name, err)
		}
		scores.add("Deployment: "+class, deployment.Name, found)
	}
	return nil
}

func (c *checker) oneDeployment(ctx context.Context, deployment *appsv1.Deployment) (found comparison, err error) {
	manifest, err := asMap(deployment)
	if err != nil {
		return found, err
	}
	delete(manifest.Object, "status")
	if err := settle(ctx, 100*time.Millisecond); err != nil {
		return found, err
	}
	said, err := c.ask(ctx, manifest.Object)
	if err != nil {
		return found, err
	}
	if said.Replicas == nil {
		return found, errors.New("podlint says nothing of its replicas")
	}
	foretold := said.Replicas.Wanted - said.Replicas.Placed.Most
	defer func() { err = errors.Join(err, c.remove(context.WithoutCancel(ctx), deployment)) }()
	if _, err := c.server.typed.AppsV1().Deployments(deployment.Namespace).Create(ctx, deployment, metav1.CreateOptions{}); err != nil {
		return found, err
	}
	pending, err := c.awaitReplicas(ctx, deployment, foretold)
	if err != nil {
		return found, err
	}
	found.placed, found.pending = int(*deployment.Spec.Replicas)-pending, pending
	placed := said.Replicas.Placed
	if pending != foretold || placed.Least != placed.Most || len(said.Unevaluated) > 0 {
		found.difference = fmt.Sprintf("  podlint    places %d to %d of %d (%s)\n  Kubernetes %d Pending", placed.Least, placed.Most, said.Replicas.Wanted, said, pending)
		err = c.keepFiles(deployment.Name)
	}
	return found, err
}

// awaitReplicas waits until the scheduler has looked at all replicas and nothing changes any more, and
// says how many are Pending. Where as many are as foretold, it waits for the first try after that only.
func (c *checker) awaitReplicas(ctx context.Context, deployment *appsv1.Deployment, foretold int) (int, error) {
	begin := time.Now()
	last, since := -1, begin
	for {
		if err := settle(ctx, 50*time.Millisecond); err != nil {
			return 0, err
		}
		if time.Since(begin) > time.Minute {
			return 0, errors.New("its Pods come to no rest")
		}
		pods, err := c.podsOf(ctx, deployment)
		if err != nil {
			return 0, err
		}
		pending, looked := 0, len(pods) == int(*deployment.Spec.Replicas)
		for index := range pods {
			if pods[index].Spec.NodeName == "" {
				pending++
				looked = looked && isUnschedulable(&pods[index])
			}
		}
		if !looked || pending != last {
			last, since = pending, time.Now()
			continue
		}
		rest := time.Since(since)
		if pending == 0 || pending < foretold || pending == foretold && rest > firstTry || rest > lastTry {
			return pending, nil
		}
	}
}

func isUnschedulable(pod *v1.Pod) bool {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == v1.PodScheduled && condition.Status == v1.ConditionFalse {
			return true
		}
	}
	return false
}

func (c *checker) podsOf(ctx context.Context, deployment *appsv1.Deployment) ([]v1.Pod, error) {
	selector := labels.SelectorFromSet(deployment.Spec.Selector.MatchLabels).String()
	pods, err := c.server.typed.CoreV1().Pods(deployment.Namespace).List(ctx, metav1.ListOptions{LabelSelector: selector})
	if err != nil {
		return nil, err
	}
	return pods.Items, nil
}

// remove deletes the Deployment and what was made of it: no garbage collector runs.
func (c *checker) remove(ctx context.Context, deployment *appsv1.Deployment) error {
	apps, core := c.server.typed.AppsV1(), c.server.typed.CoreV1()
	ofIt := metav1.ListOptions{LabelSelector: labels.SelectorFromSet(deployment.Spec.Selector.MatchLabels).String()}
	now := metav1.DeleteOptions{GracePeriodSeconds: new(int64(0)), PropagationPolicy: new(metav1.DeletePropagationBackground)}
	if err := ignoreGone(apps.Deployments(deployment.Namespace).Delete(ctx, deployment.Name, now)); err != nil {
		return err
	}
	// Both controllers may be at work still.
	for quiet := 0; quiet < 3; {
		err := errors.Join(
			apps.ReplicaSets(deployment.Namespace).DeleteCollection(ctx, now, ofIt),
			core.Pods(deployment.Namespace).DeleteCollection(ctx, now, ofIt),
			settle(ctx, 20*time.Millisecond),
		)
		if err != nil {
			return err
		}
		pods, err := c.podsOf(ctx, deployment)
		if err != nil {
			return err
		}
		quiet++
		if len(pods) > 0 {
			quiet = 0
		}
	}
	return nil
}
