package builtin_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/callout"
	"github.com/apimgw/apimgw/sync/catalog"
)

// TestDisconnectCancelsCalls has a client that goes away while policies wait for other
// services: the calls are given up at once.
func TestDisconnectCancelsCalls(t *testing.T) {
	t.Parallel()
	reached, gone := make(chan struct{}, 2), make(chan struct{}, 2)
	service := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		reached <- struct{}{}
		<-r.Context().Done()
		gone <- struct{}{}
	}))
	t.Cleanup(service.Close)
	client := callout.New(callout.Options{})
	t.Cleanup(client.Close)
	call := func(name string) string {
		return `<send-request response-variable-name="` + name + `" ignore-error="true"><set-url>` + service.URL + `</set-url><set-method>GET</set-method></send-request>`
	}
	api := &catalog.API{
		ID: "test", DisplayName: "Test", Path: "api", Type: catalog.HTTP, Revision: "1", IsCurrent: true, IsOnline: true,
		Operations: []*catalog.Operation{{ID: "call", DisplayName: "Call", Method: "GET", URLTemplate: "/*"}},
		Policy: &catalog.Policy{File: "policy.xml", Text: `<policies><inbound><limit-concurrency key="k" max-count="1"><wait>` +
			call("a") + call("b") + `</wait></limit-concurrency></inbound></policies>`},
	}
	g := startGateway(t, false)
	services := &policies.Services{HTTP: client, Slots: new(policies.Slots)}
	g.publish(t, &catalog.Catalog{APIs: []*catalog.API{api}}, services)
	conn, err := net.Dial("tcp", g.address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, "GET /api/x HTTP/1.1\r\nhost: gateway.test\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	await(t, reached, "the calls")
	if n := services.Slots.Keys(); n != 1 {
		t.Errorf("%d keys have slots", n)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	await(t, gone, "their end")
}

// await waits for two signals.
func await(t *testing.T, c <-chan struct{}, what string) {
	t.Helper()
	for range 2 {
		select {
		case <-c:
		case <-time.After(10 * time.Second):
			t.Fatalf("%s did not come", what)
		}
	}
}
