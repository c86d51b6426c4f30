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
			nodes[i] = g.Expression(1 + i%5)
		}
		for _, n := range c.shrink(c.differing(nodes)) {
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
	answers := c.theirs(nodes...)
	var out []*oracle.Node
	for i, n := range nodes {
		if ours := c.ours(n); !agree(ours, answers[i]) && !knownDifference(n.String(), ours, answers[i]) {
			out = append(out, n)
		}
	}
	return out
}

func (c comparison) both(n *oracle.Node) (ours, theirs string) {
	return c.ours(n), c.theirs(n)[0]
}

func (c comparison) ours(n *oracle.Node) string {
	options := fixedOptions()
	options.Now = time.Now // Mono's clock: a time without a date is one of today
	return answer(c.t, oracle.Case{Context: "orders", Source: n.String()}, c.with, options)
}

func (c comparison) theirs(nodes ...*oracle.Node) []string {
	c.t.Helper()
	cases := make([]oracle.Case, len(nodes))
	for i, n := range nodes {
		cases[i] = oracle.Case{Context: "orders", Source: n.Mono()}
	}
	answers, err := c.o.Ask(c.t.Context(), cases)
	if err != nil {
		c.t.Fatal(err)
	}
	return answers
}

// shrink makes expressions smaller for as long as their answers differ. All are tried in
// one question, since each question costs a run of the compiler.
func (c comparison) shrink(nodes []*oracle.Node) []*oracle.Node {
	c.t.Helper()
	for range 12 {
		var all []*oracle.Node
		from := map[*oracle.Node]int{}
		for i, n := range nodes {
			for _, s := range smaller(n, 600/len(nodes)) {
				all, from[s] = append(all, s), i
			}
		}
		found := c.differing(all)
		if len(found) == 0 {
			break
		}
		best := slices.Clone(nodes)
		for _, s := range found {
			if i := from[s]; len(s.String()) < len(best[i].String()) {
				best[i] = s
			}
		}
		nodes = best
	}
	return nodes
}

// smaller returns the shortest few of what an expression can be made into.
func smaller(n *oracle.Node, most int) []*oracle.Node {
	out := n.Smaller()
	out = slices.DeleteFunc(out, func(s *oracle.Node) bool { return len(s.String()) >= len(n.String()) })
	slices.SortFunc(out, func(a, b *oracle.Node) int { return len(a.String()) - len(b.String()) })
	return out[:min(len(out), most)]
}

// knownDifference tells where Mono is not to be followed; corrections.txt has the cases
// that say why.
func knownDifference(source, ours, theirs string) bool {
	switch {
	case strings.HasPrefix(ours, "!compile division by constant zero"):
		return true // C# refuses to divide by a constant zero; mcs does where it divides constants
	case ours == "!OverflowException" && strings.Contains(source, "checked") && strings.Contains(source, "=>"):
		return true // C# checks what is inside of a lambda inside of checked; mcs does not
	case theirs == "!compile CS8201", theirs == "!compile CS0103" && strings.Contains(source, "from ") && strings.Contains(source, " is "):
		return true // C# 7.3 has variables of patterns in queries
	case theirs == "!InvalidProgramException":
		return true // mcs has made code that Mono does not take
	case strings.Contains(source, "?.Length ??"):
		return true // mcs lets ?? bind closer than the operator before a?.b
	case theirs == "!ArgumentOutOfRangeException" && strings.Contains(source, ".Remove("):
		return true // .NET takes the length itself as the start of Remove, Mono does not
	case theirs == "!compile CS0584", theirs == "!limit":
		return true // mcs failed, or the program did not end in time
	}
	return false
}
