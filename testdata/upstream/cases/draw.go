package cases

import (
	"math/rand/v2"

	"k8s.io/apimachinery/pkg/api/resource"
)

// draw makes the random choices of one case.
type draw struct{ *rand.Rand }

func (d draw) chance(percent int) bool { return d.IntN(100) < percent }

// between is a number from low to high, both included.
func (d draw) between(low, high int) int { return low + d.IntN(high-low+1) }

func pick[T any](d draw, from ...T) T { return from[d.IntN(len(from))] }

// some is a random choice of at least `least` of them, in their order.
func some[T any](d draw, least int, from ...T) []T {
	left := d.between(least, len(from))
	var chosen []T
	for index, item := range from {
		if d.IntN(len(from)-index) < left {
			chosen = append(chosen, item)
			left--
		}
	}
	return chosen
}

func quantity(text string) resource.Quantity { return resource.MustParse(text) }
