package folder

import (
	"fmt"
	"strings"
)

// typo returns the name that a written one surely was meant to be: very near to it, and
// not one of the names itself. Otherwise it returns "".
func typo(written string, names []string) string {
	w := strings.ToLower(written)
	best, least := "", 1+len(w)/6
	for _, name := range names {
		n := strings.ToLower(name)
		if n == w {
			return ""
		}
		if d := distance(w, n); d <= least && len(n) > 3 {
			best, least = name, d-1
		}
	}
	return best
}

// nearest returns the name that a written one is like, for a reference that is wrong
// anyhow. Otherwise it returns "".
func nearest(written string, names []string) string {
	w := strings.ToLower(written)
	best, least := "", max(1, len(w)/3)
	for _, name := range names {
		if d := distance(w, strings.ToLower(name)); d <= least {
			best, least = name, d-1
		}
	}
	return best
}

func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", name)
}

// distance is how many letters have to be added, removed, changed or swapped with their
// neighbour to make one text of another.
func distance(a, b string) int {
	before, row, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}
