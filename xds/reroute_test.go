package xds

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apimgw/apimgw/envoy"
	"github.com/apimgw/apimgw/envoy/envoytest"
	"github.com/apimgw/apimgw/extproc"
	"github.com/apimgw/apimgw/sync/catalog"
	"github.com/apimgw/apimgw/sync/plan"
)

// With plans and ext_proc as they are in the gateway: while APIs move from backend to
// backend, come and go, each request reaches the backend that it was prepared for, by the
// path that this backend has, and none fails.
func TestRerouteUnderLoad(t *testing.T) {
	t.Parallel()
	dir := envoytest.Dir(t)
	current := &plan.Current{}
	procSocket, xdsSocket := filepath.Join(dir, "extproc.sock"), filepath.Join(dir, "xds.sock")
	admin := envoy.UnixAddress(filepath.Join(dir, "admin.sock"))
	bootstrap, err := envoy.Bootstrap{Admin: admin, XDSSocket: xdsSocket, ExtProcSocket: procSocket}.Render()
	if err != nil {
		t.Fatal(err)
	}
	server := NewServer(ServerOptions{Options: Options{Listen: "127.0.0.1:0"}, Grace: time.Second, Warm: WarmClusters(envoy.NewAdmin(admin))})
	envoytest.Serve(t, xdsSocket, server.Run)
	envoytest.Serve(t, procSocket, extproc.New(extproc.Options{Plan: current}).Run)
	e := envoytest.Start(t, envoytest.Options{Config: string(bootstrap), NoWait: true, Concurrency: 2})

	var misled atomic.Int64
	backend := func(name string) string {
		return "http://" + envoytest.HTTPBackend(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasPrefix(r.URL.Path, "/"+name+"/") {
				misled.Add(1)
			}
			_, _ = io.WriteString(w, name) // the client is Envoy
		})) + "/" + name
	}
	one, two, three := backend("one"), backend("two"), backend("three")
	var running *plan.Plan
	publish := func(c *catalog.Catalog) {
		t.Helper()
		p, diags := plan.Compile(c, plan.Options{}, running)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		if err := server.Publish(t.Context(), p, func() { current.Store(p) }); err != nil {
			t.Fatal(err)
		}
		running = p
	}
	publish(routed("shop", one))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := server.Acknowledged(ctx); err != nil {
		t.Fatal(err)
	}
	e.WaitReady()

	load, stop := context.WithCancel(t.Context())
	var clients sync.WaitGroup
	url := "http://" + e.Address(ListenerName) + "/shop/eu/x"
	var served atomic.Int64
	for range 3 {
		clients.Go(func() {
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for load.Err() == nil && get(t, client, url) {
				served.Add(1)
			}
		})
	}
	for range 30 {
		publish(routed("shop", two))
		publish(routed("shop", two, "shop/eu", three))
		publish(routed("shop", one, "shop/eu", one))
		publish(routed("shop", one))
		publish(routed("shop", one, "", two))
		publish(routed("", two))
		publish(routed("shop", one, "", three))
	}
	stop()
	clients.Wait()
	t.Logf("%d requests while 210 plans followed each other", served.Load())
	if n := misled.Load(); n > 0 {
		t.Errorf("%d requests reached a backend that they were not meant for", n)
	}
}

func get(t *testing.T, client *http.Client, url string) bool {
	resp, err := client.Get(url)
	if err != nil {
		t.Errorf("under load: %v", err)
		return false
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close() // read to its end
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("under load: %s %q %v", resp.Status, body, err)
		return false
	}
	return true
}

// routed is a catalog of APIs, a path and a service URL each.
func routed(pairs ...string) *catalog.Catalog {
	c := &catalog.Catalog{}
	for i := 0; i < len(pairs); i += 2 {
		c.APIs = append(c.APIs, &catalog.API{
			ID: fmt.Sprintf("api-%s", pairs[i]), Path: pairs[i], ServiceURL: pairs[i+1], Type: catalog.HTTP,
			KeyHeader: "k", KeyQuery: "k", Revision: "1", IsCurrent: true, IsOnline: true, Protocols: []string{"http"},
			Operations: []*catalog.Operation{{ID: "all", Method: "GET", URLTemplate: "/*"}},
		})
	}
	return c
}
