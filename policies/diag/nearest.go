package diag

import "strings"

// Nearest returns the candidate that is most like what was written, for "did you mean", or
// "" when none is like it.
func Nearest(written string, candidates []string) string {
	best, least := "", min(max(1, len(written)/3), len(written)-1)+1
	for _, candidate := range candidates {
		if strings.EqualFold(candidate, written) {
			return candidate
		}
		if d := Distance(written, candidate); d < least {
			best, least = candidate, d
		}
	}
	return best
}

// DidYouMean is the help that names the nearest candidate, or "".
func DidYouMean(written string, candidates []string) string {
	if best := Nearest(written, candidates); best != "" {
		return `did you mean "` + best + `"?`
	}
	return ""
}

// Distance is how many single-character edits lie between two words.
func Distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			above := row[j+1]
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			row[j+1] = min(cost, above+1, row[j]+1)
			diagonal = above
		}
	}
	return row[len(b)]
}
