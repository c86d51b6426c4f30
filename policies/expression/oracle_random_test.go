package expression

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apimgw/apimgw/policies/expression/internal/oracle"
)

// TestRandomExpressions holds random expressions against the oracle for as long as the
// environment's ORACLE says, such as ORACLE=2m: it needs Mono. What differs is made as
// small as it can be before it is told.
func TestRandomExpressions(t *testing.T) {
	limit, err := time.ParseDuration(os.Getenv("ORACLE"))
	if err != nil {
		t.Skip("ORACLE=2m runs this, where Mono is installed")
	}
	text, err := os.ReadFile(filepath.Join(oracleFolder, "contexts.json"))
	if err != nil {
		t.Fatal(err)
	}
	o, err := oracle.New(t.TempDir(), text)
	if err != nil {
		t.Fatal(err)
	}
	c := comparison{t, o, contexts(t)}
	end, asked := time.Now().Add(limit), 0
	for seed := uint64(time.Now().UnixNano()); time.Now().Before(end); seed++ {
		g := oracle.NewGenerator(seed)
		nodes := make([]*oracle.Node, 700)
		for i := range nodes {
			nodes[i] = g.Expression(1 + i%4)
		}
		for _, n := range c.differing(nodes) {
			n = c.shrink(n)
			ours, theirs := c.both(n)
			t.Errorf("seed %d: %s\n got %s\nwant %s", seed, n, ours, theirs)
		}
		asked += len(nodes)
	}
	t.Logf("%d expressions", asked)
}

// A comparison of ours with the oracle.
type comparison struct {
	t    *testing.T
	o    *oracle.Oracle
	with map[string]*oracle.Context
}

// differing returns the expressions whose answers differ.
func (c comparison) differing(nodes []*oracle.Node) []*oracle.Node {
	c.t.Helper()
	cases := make([]oracle.Case, len(nodes))
	for i, n := range nodes {
		cases[i] = oracle.Case{Context: "orders", Source: n.String()}
	}
	answers, err := c.o.Ask(c.t.Context(), cases)
	if err != nil {
		c.t.Fatal(err)
	}
	var out []*oracle.Node
	for i, n := range nodes {
		if ours := answer(c.t, cases[i], c.with); !agree(ours, answers[i]) && !knownDifference(cases[i].Source, ours, answers[i]) {
			out = append(out, n)
		}
	}
	return out
}

func (c comparison) both(n *oracle.Node) (ours, theirs string) {
	one := oracle.Case{Context: "orders", Source: n.String()}
	answers, err := c.o.Ask(c.t.Context(), []oracle.Case{one})
	if err != nil {
		c.t.Fatal(err)
	}
	return answer(c.t, one, c.with), answers[0]
}

// shrink makes an expression smaller for as long as its answers differ.
func (c comparison) shrink(n *oracle.Node) *oracle.Node {
	for range 30 {
		smaller := n.Smaller()
		slices.SortFunc(smaller, func(a, b *oracle.Node) int { return len(a.String()) - len(b.String()) })
		smaller = slices.DeleteFunc(smaller, func(s *oracle.Node) bool { return len(s.String()) >= len(n.String()) })
		if len(smaller) > 200 {
			smaller = smaller[:200]
		}
		found := c.differing(smaller)
		if len(found) == 0 {
			return n
		}
		n = found[0]
	}
	return n
}

// knownDifference tells where Mono is not to be followed; corrections.txt has the cases
// that say why.
func knownDifference(source, ours, theirs string) bool {
	switch {
	case strings.HasPrefix(ours, "!compile division by constant zero"):
		return true // mcs looks only at constants
	case strings.HasPrefix(ours, "!") && !strings.HasPrefix(ours, "!compile") && (strings.Contains(source, "int?") || strings.Contains(source, "?.")):
		return true // Mono does not evaluate an operand of a lifted operator when the other one is null
	case strings.HasPrefix(theirs, "!compile CS1031"):
		return true // mcs takes i < (x) for type arguments
	case strings.HasPrefix(theirs, "!compile CS1525"), strings.HasPrefix(theirs, "!limit"):
		return true // mcs knows no $" after a cast
	case strings.Contains(source, "Split(") && strings.Contains(source, "😀"):
		return true // ours does not split a pair of units in halves
	case strings.Contains(source, "CompareTo"):
		return true // another collation
	}
	return false
}
