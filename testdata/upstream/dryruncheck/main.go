// Command dryruncheck holds podlint's verdicts against those of a running API server: what `kubectl create
// --dry-run=server --validate=strict` is told of each document of some manifests.
//
//	dryruncheck -kubeconfig FILE -podlint PROGRAM [-mistakes FILE] [-manifests FOLDER] [-count 300] [CASES…]
//
// From the folder, and from the cases (`{"id", "yaml"}` a line), it takes that many each; which ones depends on nothing
// but their names. It prints how often each verdict was given, and every document that the two do not agree on.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "how to reach the API server")
	kubectl := flag.String("kubectl", "kubectl", "the kubectl to run")
	program := flag.String("podlint", "podlint", "the podlint to ask")
	mistakes := flag.String("mistakes", "", "a file of mistakes: `snippet` and `fixed_snippet` are tried")
	manifests := flag.String("manifests", "", "a folder of manifests")
	count := flag.Int("count", 300, "how many files of the folder, and how many cases")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	checker := &checker{kubeconfig: *kubeconfig, kubectl: *kubectl, podlint: *program}
	failed, err := checker.check(ctx, source{*mistakes, *manifests, flag.Args(), *count})
	if err != nil {
		fmt.Fprintf(os.Stderr, "dryruncheck: %v\n", err)
	}
	if failed > 0 || err != nil {
		stop()
		os.Exit(1)
	}
}

// check says how many documents are answered otherwise, and not for a known reason.
func (c *checker) check(ctx context.Context, source source) (int, error) {
	var err error
	if c.work, err = os.MkdirTemp("", "dryruncheck"); err != nil {
		return 0, err
	}
	defer os.RemoveAll(c.work)
	documents, err := source.documents()
	if err != nil {
		return 0, err
	}
	if documents, err = c.judge(ctx, documents); err != nil {
		return 0, err
	}
	if err := c.createNamespaces(ctx, documents); err != nil {
		return 0, err
	}
	if err := c.ask(ctx, documents); err != nil {
		return 0, err
	}
	return report(documents), nil
}

// report prints the figures, and what differs.
func report(documents []*document) (failed int) {
	agreed, explained := map[string]int{}, map[string]int{}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, it := range documents {
		reason := it.explanation()
		switch {
		case it.answer.verdict == it.verdict:
			agreed[it.verdict]++
		case reason != "":
			explained[reason]++
		default:
			if failed == 0 {
				fmt.Fprintln(table, "document\tpodlint\tAPI server\tits words")
			}
			failed++
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", it.id, it.verdict, it.answer.verdict, oneLine(it.answer.text))
		}
	}
	table.Flush()
	fmt.Printf("%d documents, %d answered otherwise\n", len(documents), failed)
	printSorted("the same answer", agreed)
	printSorted("explained", explained)
	return failed
}

func printSorted(what string, counts map[string]int) {
	names := make([]string, 0, len(counts))
	for name := range counts {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Printf("  %s: %s: %d\n", what, name, counts[name])
	}
}

// oneLine is the beginning of what was said.
func oneLine(text string) string {
	line := []rune(strings.Join(strings.Fields(text), " "))
	return string(line[:min(len(line), 300)])
}
