// Command controlcheck holds podlint against a running control plane: the text of the scheduler's
// own events for Pods, and how many Pods of Deployments stay Pending.
//
//	controlcheck -kubeconfig FILE -podlint PROGRAM [-seed 1] [-pods 200] [-deployments 50] [-keep FOLDER]
//	controlcheck -kubeconfig FILE -webhook [-seed 1] [-pods 200]
//
// With -webhook, what is foretold of a Pod is why podlint's webhook, which is installed there and set to deny what is
// unschedulable, denies it in a dry run. All else is done as a user whom it does not review.
//
// The API server must not protect volumes in use (controlcheck.sh starts one), and nothing else may
// work on the cluster: it is emptied between two cases.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"k8s.io/client-go/rest"
)

const nodeCount = 30

func main() {
	kubeconfig := flag.String("kubeconfig", "", "how to reach the control plane")
	program := flag.String("podlint", "podlint", "the podlint to ask")
	webhook := flag.Bool("webhook", false, "ask the webhook that is installed there; no Deployments")
	seed := flag.Uint64("seed", 1, "start of the random numbers")
	pods := flag.Int("pods", 200, "number of Pods")
	deployments := flag.Int("deployments", 50, "number of Deployments")
	keep := flag.String("keep", "", "folder to leave the cluster and the manifest in, of cases that differ")
	flag.Parse()
	if *webhook {
		*deployments = 0
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	checker := &checker{linter: linter{program: *program}, seed: *seed, keep: *keep}
	failed, err := checker.check(ctx, *kubeconfig, *webhook, *pods, *deployments)
	if err != nil {
		fmt.Fprintf(os.Stderr, "controlcheck: %v\n", err)
	}
	if failed > 0 || err != nil {
		stop()
		os.Exit(1)
	}
}

// check runs both parts and says how many cases differ.
func (c *checker) check(ctx context.Context, kubeconfig string, webhook bool, pods, deployments int) (int, error) {
	work, err := os.MkdirTemp(c.keep, "controlcheck")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(work)
	c.linter.work = work
	if c.server, err = connect(kubeconfig, rest.ImpersonationConfig{}); err != nil {
		return 0, err
	}
	if webhook {
		c.asking = c.server
		if c.server, err = connect(kubeconfig, unreviewed); err != nil {
			return 0, err
		}
	}
	if err := c.prepare(ctx); err != nil {
		return 0, err
	}
	var scores scores
	if err = c.checkPods(ctx, pods, &scores); err == nil {
		err = c.checkDeployments(ctx, deployments, &scores)
	}
	return scores.print(), err
}
