package library

import (
	"iter"
	"strconv"
)

// Members are a tuple's items, as JSON has them.
func (t *Tuple) Members() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for i, v := range t.items {
			if !yield("Item"+strconv.Itoa(i+1), v) {
				return
			}
		}
	}
}
