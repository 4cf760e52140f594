package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// warnings collects what the API server warns about.
type warnings struct {
	lock sync.Mutex
	said []string
}

func (w *warnings) HandleWarningHeader(code int, _ string, text string) {
	w.lock.Lock()
	defer w.lock.Unlock()
	if code == 299 {
		w.said = append(w.said, text)
	}
}

func (w *warnings) clear() {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.said = nil
}

func (w *warnings) texts() []string {
	w.lock.Lock()
	defer w.lock.Unlock()
	return slices.Clone(w.said)
}

const (
	unschedulable = " (unschedulable)"
	before        = ": no node takes this Pod: "
)

// warned is a forecast by the webhook's warning: the scheduler's message, then what to do, all of it perhaps cut.
type warned struct {
	// text is empty where the webhook says nothing.
	text  string
	isCut bool
}

func readWarnings(texts []string) (*warned, error) {
	found := &warned{}
	for _, text := range texts {
		text, is := strings.CutSuffix(text, unschedulable)
		if !is {
			continue
		}
		_, message, is := strings.Cut(text, before)
		if !is || found.text != "" {
			return nil, fmt.Errorf("the webhook warns in another way: %q", texts)
		}
		found.text, found.isCut = strings.CutSuffix(message, "…")
	}
	return found, nil
}

func (w *warned) String() string {
	if w.text == "" {
		return "says nothing"
	}
	return w.text
}

// patience ends, because the webhook says nothing both of a Pod that finds a node and of one that is held back.
func (w *warned) patience() time.Duration {
	if w.text == "" {
		return 5 * time.Second
	}
	return 0
}

func (w *warned) agrees(o outcome) bool {
	if o.event == "" {
		return w.text == ""
	}
	message := o.event
	for _, begin := range postFilter {
		message, _, _ = strings.Cut(message, "."+begin)
	}
	message = strings.TrimSuffix(message, ".")
	return w.text != "" && (strings.HasPrefix(w.text+";", message+";") || w.isCut && strings.HasPrefix(message, w.text))
}
