package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
)

// unreviewed is a user whose requests the webhook is not asked about.
var unreviewed = rest.ImpersonationConfig{UserName: "system:node:standing", Groups: []string{"system:nodes", "system:masters"}}

const (
	denies     = `denied the request: `
	before     = ": no node takes this Pod: "
	afterwards = " (unschedulable)"
)

// denied is a forecast by the webhook's denial: the scheduler's message, then what to do; empty where it has let the
// Pod pass.
type denied string

// dryRun asks the webhook about a Pod, which is not made.
func (c *checker) dryRun(ctx context.Context, pod *unstructured.Unstructured) (denied, error) {
	client, err := c.asking.of(pod)
	if err != nil {
		return "", err
	}
	_, err = client.Create(ctx, pod.DeepCopy(), metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	if err == nil {
		return "", nil
	}
	_, reason, is := strings.Cut(err.Error(), denies)
	if !is || !apierrors.IsForbidden(err) {
		return "", err
	}
	_, message, is := strings.Cut(strings.TrimSuffix(reason, afterwards), before)
	if !is {
		return "", fmt.Errorf("the webhook denies with other words: %s", reason)
	}
	return denied(message), nil
}

func (d denied) String() string {
	if d == "" {
		return "lets it pass"
	}
	return string(d)
}

// patience ends, because the webhook lets pass both what finds a node and what is held back.
func (d denied) patience() time.Duration {
	if d == "" {
		return 5 * time.Second
	}
	return 0
}

func (d denied) agrees(pod *v1.Pod, o outcome) bool {
	message, _, _ := strings.Cut(string(d), "; ")
	switch {
	case o.node != "":
		return d == ""
	case o.event != "":
		return d != "" && (sameMessage(o.event, message) || sameMessage(o.event, message+"."))
	}
	return d == "" && (len(pod.Spec.SchedulingGates) > 0 || len(pod.Spec.ResourceClaims) > 0)
}
