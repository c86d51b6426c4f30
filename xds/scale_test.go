package xds

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	extprocv3 "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"

	"github.com/apimgw/apimgw/envoy/envoytest"
	"github.com/apimgw/apimgw/sync/plan"
)

// With 10,000 APIs, one more is served and no request fails meanwhile; for a plan that
// changes nothing for Envoy, nothing is sent. The times are logged, not judged: machines are
// shared.
func TestTenThousandAPIs(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	g := startGateway(t, ServerOptions{})
	g.on(func(map[string]string) *extprocv3.ProcessingResponse { return headersReply() }, nil)
	backend := target(t, envoytest.HTTPBackend(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "there") })))
	g.publish(fakePlan{version: "0"})
	empty := g.memory()

	p := manyAPIs(10_000)
	p.targets = append(p.targets, backend)
	for i := range p.routes {
		p.routes[i].Cluster = backend.Cluster()
	}
	loaded := g.timed(func() { g.publish(p) })
	full := g.memory()
	t.Logf("10,000 APIs and 100 clusters: in force after %v; Envoy's memory %d MiB, %d MiB of it for them", loaded, full>>20, (full-empty)>>20)
	if r := g.get("/api-09999/x"); r.Body != "there" {
		t.Fatalf("the last API:\n%s", r)
	}

	idle := g.worstWhile(func() { <-time.After(time.Second) })
	var added []time.Duration
	busy := g.worstWhile(func() {
		for i := range 5 {
			next := p
			next.version = fmt.Sprint("more ", i)
			next.routes = append(slices.Clone(p.routes), plan.Route{Name: "more", Path: fmt.Sprintf("/more-%d", i), Cluster: backend.Cluster()})
			p = next
			added = append(added, g.timed(func() {
				if err := g.Publish(t.Context(), p, func() {}); err != nil {
					t.Error(err)
				}
			}))
		}
	})
	slices.Sort(added)
	t.Logf("one API more: in force after %v (median of 5); slowest request meanwhile %v, without changes %v", added[2], busy, idle)
	envoytest.Eventually(t, "the last API is there", func() bool { return g.get("/more-4/x").Body == "there" })

	before := g.sent()
	same := p
	same.version = "an edited policy"
	edited := g.timed(func() {
		if err := g.Publish(t.Context(), same, func() {}); err != nil {
			t.Error(err)
		}
	})
	t.Logf("an edited policy: moved to after %v", edited)
	if n := g.sent() - before; n != 0 {
		t.Errorf("%d resources were sent for an edited policy", n)
	}
}

func (g *gateway) timed(do func()) time.Duration {
	started := time.Now()
	do()
	return time.Since(started).Round(time.Microsecond)
}

// memory that Envoy has allocated, in bytes.
func (g *gateway) memory() uint64 {
	g.t.Helper()
	text, err := g.envoy.Admin.Get(g.t.Context(), "/memory")
	if err != nil {
		g.t.Fatal(err)
	}
	var page struct {
		Allocated uint64 `json:"allocated,string"`
	}
	if err := json.Unmarshal(text, &page); err != nil {
		g.t.Fatal(err)
	}
	return page.Allocated
}

// worstWhile is the slowest of the requests that are sent one after the other meanwhile. A
// request that fails fails the test.
func (g *gateway) worstWhile(do func()) time.Duration {
	g.t.Helper()
	url := "http://" + g.address() + "/api-00042/x"
	ctx, cancel := context.WithCancel(g.t.Context())
	var (
		load  sync.WaitGroup
		worst time.Duration
	)
	client := &http.Client{Transport: &http.Transport{}}
	load.Go(func() {
		for ctx.Err() == nil {
			started := time.Now()
			resp, err := client.Get(url)
			if err != nil {
				g.t.Errorf("under load: %v", err)
				return
			}
			body, err := io.ReadAll(resp.Body)
			_ = resp.Body.Close() // read to its end
			if err != nil || resp.StatusCode != http.StatusOK || !strings.HasPrefix(string(body), "there") {
				g.t.Errorf("under load: %s %q %v", resp.Status, body, err)
				return
			}
			worst = max(worst, time.Since(started))
		}
	})
	do()
	cancel()
	load.Wait()
	client.CloseIdleConnections()
	return worst.Round(10 * time.Microsecond)
}
