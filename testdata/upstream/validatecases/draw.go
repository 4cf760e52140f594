package main

import "math/rand/v2"

// draw makes the random choices of one case.
type draw struct{ *rand.Rand }

// value makes one value; absent says that the field is left out.
type value func(draw) any

type nothing struct{}

var absent any = nothing{}

func always(it any) value { return func(draw) any { return it } }

// either takes any of these, which are values or make values.
func either(from ...any) value {
	return func(d draw) any {
		chosen := from[d.IntN(len(from))]
		if made, ok := chosen.(value); ok {
			return made(d)
		}
		return chosen
	}
}

// mostly is good nine times of ten.
func mostly(good value, bad ...any) value {
	return func(d draw) any {
		if d.IntN(10) > 0 {
			return good(d)
		}
		return either(bad...)(d)
	}
}

// maybe is there that often, in percent.
func maybe(percent int, it value) value {
	return func(d draw) any {
		if d.IntN(100) >= percent {
			return absent
		}
		return it(d)
	}
}

// some is a list of so many items; now and then one stands there twice.
func some(least, most int, item value) value {
	return func(d draw) any {
		items := []any{}
		for range least + d.IntN(most-least+1) {
			items = append(items, item(d))
		}
		if len(items) > 0 && d.IntN(20) == 0 {
			items = append(items, items[0])
		}
		return items
	}
}

// named is a mapping with so many entries.
func named(least, most int, key, item value) value {
	return func(d draw) any {
		entries := map[string]any{}
		for range least + d.IntN(most-least+1) {
			entries[key(d).(string)] = item(d)
		}
		return entries
	}
}

// fields is a mapping with fields of its own, in pairs of name and value.
func fields(pairs ...any) value {
	return func(d draw) any {
		object := map[string]any{}
		for index := 0; index < len(pairs); index += 2 {
			if made := pairs[index+1].(value)(d); made != absent {
				object[pairs[index].(string)] = made
			}
		}
		return object
	}
}
