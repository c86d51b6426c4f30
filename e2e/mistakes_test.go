package e2e

import (
	"strings"
	"testing"
	"time"
)

// A document with a mistake changes nothing but the log: it tells file, line and column, and
// every request is answered by the last good plan, until the document is right again.
func TestMistakesUnderLoad(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	f := sampleTree(t, b.address)
	g := runGateway(t, f, "--log-format", "text")
	plain := f.read(getResource)

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
			"policy that is not built yet", "<base />\n        <!--", "<json-to-xml apply=\"always\" />\n        <!--",
			`get-resource/policy\.xml:9:10: .*json-to-xml.*not built yet`,
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
	if took := load.settled(repaired, hello); took > soonEnough {
		t.Errorf("requests saw the old policy for %v", took)
	}
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
