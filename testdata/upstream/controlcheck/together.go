package main

import (
	"errors"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// together does count things, a few at a time.
func together(count int, do func(int) error) error {
	var group sync.WaitGroup
	errs := make([]error, count)
	places := make(chan struct{}, 8)
	for index := range count {
		places <- struct{}{}
		group.Go(func() {
			defer func() { <-places }()
			errs[index] = do(index)
		})
	}
	group.Wait()
	return errors.Join(errs...)
}

func ignoreGone(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
