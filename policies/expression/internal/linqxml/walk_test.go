package linqxml

import (
	"errors"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

func TestWalkDescendants(t *testing.T) {
	t.Parallel()
	e, err := ParseElement(nil, "<a><b><c/>x</b><d/>y</a>", DropWhiteSpace)
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	if err := WalkDescendants(e, func(n Node) error {
		seen = append(seen, n.ToString())
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(seen, "|"); got != "<b>\n  <c />x</b>|<c />|x|<d />|y" {
		t.Errorf("went through %s", got)
	}
	stop := errors.New("stop")
	if err := WalkDescendants(e, func(Node) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("ended with %v", err)
	}
	err = WalkDescendants(e, func(n Node) error { return Remove(n) })
	if x := clr.AsException(err); x == nil || x.Class != clr.ClassNullReference {
		t.Errorf("a node that was taken out: %v", err)
	}
}

// TestWideElements makes sure that going through many siblings takes time in proportion.
func TestWideElements(t *testing.T) {
	t.Parallel()
	const many = 200_000
	e, err := ParseElement(nil, "<a>"+strings.Repeat("<b/>", many)+"</a>", DropWhiteSpace)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	count := func(Node) error { n++; return nil }
	if err := WalkDescendants(e, count); err != nil {
		t.Fatal(err)
	}
	for range NodesAfterSelf(First(e)) {
		n++
	}
	for range NodesBeforeSelf(Last(e)) {
		n++
	}
	if n != 3*many-2 {
		t.Errorf("went through %d nodes", n)
	}
}
