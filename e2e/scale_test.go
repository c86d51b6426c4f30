package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apimgw/apimgw/envoy/envoytest"
)

// How many APIs a big folder has, and how many operations each.
const (
	manyAPIs       = 10_000
	manyOperations = 10
)

// manyTree is a folder of many APIs with policies of their own.
func manyTree(t testing.TB, b *backend) tree {
	f := markedTree(t, b)
	for api := range manyAPIs {
		dir := f.file(fmt.Sprintf("apis/api-%d", api))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		var paths strings.Builder
		for op := range manyOperations {
			fmt.Fprintf(&paths, `, "/things-%d/{id}": {"get": {"operationId": "get-%d", "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}], "responses": {"200": {"description": "It"}}}}`, op, op)
		}
		for name, text := range map[string]string{
			"apiInformation.json": fmt.Sprintf(`{"properties": {"displayName": "API %d", "path": "team-%d/api-%d", "protocols": ["http"], "serviceUrl": "http://%s/%d", "subscriptionRequired": false}}`,
				api, api%100, api, b.address, api),
			"specification.json": fmt.Sprintf(`{"openapi": "3.0.1", "info": {"title": "API %d", "version": "1"}, "paths": {%s}}`, api, paths.String()[2:]),
			"policy.xml":         manyPolicy(api, 0),
		} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	return f
}

// manyPolicy is the policy of an API, in its nth form.
func manyPolicy(api, n int) string {
	return fmt.Sprintf(`<policies>
    <inbound><base /><set-header name="X-API" exists-action="override"><value>@("%d of " + context.Api.Path)</value></set-header></inbound>
    <backend><base /></backend>
    <outbound><base /><set-header name="X-Form" exists-action="override"><value>%d</value></set-header></outbound>
    <on-error><base /></on-error>
</policies>
`, api, n)
}

// Ten thousand APIs load, and one edited policy among them is in effect within a second,
// without a word to Envoy.
func TestManyAPIs(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	b := newBackend(t)
	begin := time.Now()
	f := manyTree(t, b)
	t.Logf("the folder is written after %v", time.Since(begin))
	begin = time.Now()
	g := runGateway(t, f)
	applied := g.logs(1, "configuration applied")
	if applied["apis"] != manyAPIs+1.0 || applied["operations"] != manyAPIs*manyOperations+1.0 {
		t.Fatalf("not all is there: %v", applied)
	}
	t.Logf("served %v after the start; of it %v", time.Since(begin), phases(applied))
	t.Logf("resident memory: apimgw %d MiB, envoy %d MiB", memory(t, g.cmd.Process.Pid), memory(t, g.envoyPID()))
	for _, api := range []int{0, manyAPIs / 2, manyAPIs - 1} {
		r := envoytest.Get(t, g.address, fmt.Sprintf("/team-%d/api-%d/things-9/x", api%100, api))
		if r.Line != "HTTP/1.1 200 OK" || r.Header("X-Form") != "0" {
			t.Errorf("API %d answers\n%s", api, r)
		}
	}
	expect(t, g.address, "/team-0/api-0/things-10/x", "HTTP/1.1 404 Resource Not Found", notFound)

	const api = 7777
	before := updates(t, g.admin)
	load := startLoad(t, g.address, fmt.Sprintf("/team-%d/api-%d/things-3/x", api%100, api), func(r *http.Response, body string) string {
		return "form " + r.Header.Get("X-Form") + ": " + r.Status
	})
	load.since(time.Now(), "form 0: 200 OK")
	kinds := []string{"form 0: 200 OK"}
	var edits pacing
	for n := 1; n <= 5; n++ {
		kinds = append(kinds, fmt.Sprintf("form %d: 200 OK", n))
		saved := time.Now()
		f.write(fmt.Sprintf("apis/api-%d/policy.xml", api), manyPolicy(api, n))
		took := load.settled(saved, kinds[n])
		edits.note(t, fmt.Sprintf("edit %d: %v", n, phases(g.logs(1+n, "configuration applied"))), took)
	}
	edits.judge(t)
	load.only(kinds...)
	if after := updates(t, g.admin); !maps.Equal(before, after) {
		t.Errorf("envoy was sent something: its counters were\n%v\nand are\n%v", before, after)
	}
	b.spared()
	t.Logf("resident memory: apimgw %d MiB, envoy %d MiB", memory(t, g.cmd.Process.Pid), memory(t, g.envoyPID()))
}

// phases are how long reading, compiling and publishing took.
func phases(r record) string {
	var out []string
	for _, phase := range []string{"read", "compiled", "published"} {
		out = append(out, fmt.Sprintf("%s %v", phase, time.Duration(r[phase].(float64))))
	}
	return strings.Join(out, ", ")
}

var residentSize = regexp.MustCompile(`(?m)^VmRSS:\s+(\d+) kB$`)

// memory is what a process holds, in MiB; 0 where the system does not tell.
func memory(t testing.TB, pid int) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	m := residentSize.FindSubmatch(text)
	if m == nil {
		t.Fatalf("process %d has no resident size", pid)
	}
	kilobytes, err := strconv.Atoi(string(m[1]))
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes >> 10
}
