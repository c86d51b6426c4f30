package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin"
)

// A document with a mistake changes nothing but the log: it tells file, line and column, and
// every request is answered by the last good plan, until the document is right again.
func TestMistakesUnderLoad(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	f := sampleTree(t, b.address)
	g := runGateway(t, f, "--log-format", "text")
	plain := f.read(getResource)
	unbuilt := unbuiltPolicy(t)

	load := startLoad(t, g.address, "/echo/resource", nil)
	load.since(time.Now(), echoed)
	for _, mistake := range []struct {
		name     string
		old, new string
		want     string // of the messages
	}{
		{
			"not well-formed", "<outbound>", "<outbound",
			`get-resource/policy\.xml:\d+:\d+: .*\n.*\d+ \|`,
		},
		{
			"unknown attribute", "<base />\n        <!--", "<set-header name=\"x\" exist-action=\"skip\" />\n        <!--",
			`get-resource/policy\.xml:9:30: .*exist-action.*\n +9 \| +<set-header name="x" exist-action="skip" />\n +\| +\^+\n.*exists-action`,
		},
		{
			"expression", "<base />\n        <!--", "<set-status code=\"@(context.Response.StatusCod)\" reason=\"\" />\n        <!--",
			`get-resource/policy\.xml:9:46: .*StatusCod`,
		},
		{
			"policy that is not built yet", "<base />\n        <!--", "<" + unbuilt + " />\n        <!--",
			`get-resource/policy\.xml:9:10: .*` + unbuilt + `.*not built yet`,
		},
	} {
		broken := strings.Replace(plain, mistake.old, mistake.new, 1)
		if broken == plain {
			t.Fatalf("%s: the sample has changed, there is no %q", mistake.name, mistake.old)
		}
		from := len(g.err.String())
		f.write(getResource, broken)
		g.printsSince(&g.err, from, mistake.want)
		g.printsSince(&g.err, from, `level=ERROR.*configuration refused.*errors=[1-9]`)
		load.since(time.Now(), echoed)
	}
	load.only(echoed)

	load = startLoad(t, g.address, "/echo/resource", nil)
	load.since(time.Now(), echoed)
	repaired := time.Now()
	f.write(getResource, answerHello(plain))
	t.Logf("repaired: in effect after %v", load.settled(repaired, hello))
	load.only(echoed, hello)
}

// At a start without a good configuration before, what is good in a folder serves, and what
// is not answers 500.
func TestStartWithMistakes(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	f := sampleTree(t, b.address)
	f.write(getResource, "<policies><inbound></policies>")
	g := runGateway(t, f, "--log-format", "text")
	g.prints(&g.err, `get-resource/policy\.xml:1:\d+: `)
	expect(t, g.address, "/echo/resource", "HTTP/1.1 500 Internal Server Error", internalError)
	expect(t, g.address, "/echo/items/7", "HTTP/1.1 200 OK", fromBackend)
}

// unbuiltPolicy is the name of a policy that API Management has and the gateway has not.
func unbuiltPolicy(t testing.TB) string {
	t.Helper()
	for _, name := range builtin.Known {
		if !slices.Contains(builtin.Skipped, name) && !slices.ContainsFunc(builtin.Kinds, func(k policies.Kind) bool { return k.Name == name }) {
			return name
		}
	}
	t.Fatal("all policies are built: take this case out")
	return ""
}
