package e2e

import (
	"fmt"
	"io"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"
)

// retriedTree is an API whose backend section is the relay's affair, with two operations: one
// that keeps the body for another attempt, and one that streams.
func retriedTree(t testing.TB, b *backend) tree {
	return newTree(t, b.address, `
-- policy.xml --
<policies>
    <inbound><set-header name="X-Processed" exists-action="override"><value>yes</value></set-header></inbound>
    <backend>
        <retry condition="@(context.Response == null || context.Response.StatusCode == 503)" count="1" interval="0"><forward-request buffer-request-body="true" /></retry>
    </backend>
    <outbound><set-header name="X-Outbound" exists-action="override"><value>yes</value></set-header></outbound>
    <on-error />
</policies>
-- apis/marked/apiInformation.json --
{"properties": {"displayName": "Marked", "path": "marked", "protocols": ["http"], "serviceUrl": "http://$BACKEND", "subscriptionRequired": false}}
-- apis/marked/operations/any/operationInformation.json --
{"properties": {"displayName": "Any", "method": "GET", "urlTemplate": "/*"}}
-- apis/marked/operations/stream/operationInformation.json --
{"properties": {"displayName": "Stream", "method": "POST", "urlTemplate": "/stream"}}
-- apis/marked/operations/stream/policy.xml --
<policies>
    <inbound><base /></inbound>
    <backend><retry condition="@(context.Response == null)" count="1" interval="0"><forward-request /></retry></backend>
    <outbound><base /></outbound>
    <on-error><base /></on-error>
</policies>
`)
}

// failsFirst is a backend that fails the first of each two requests.
func failsFirst(t testing.TB) *backend {
	var mu sync.Mutex
	fail := true
	return newBackendOf(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		now := fail
		fail = !fail
		mu.Unlock()
		if now {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, fromBackend) // the client may be gone
	}))
}

// again is the answer of an attempt that found a backend which failed twice: several clients
// share it.
const again = "503 by the backend"

func retriedKind(r *http.Response, body string) string {
	if r.StatusCode == http.StatusServiceUnavailable && body == "" && r.Header.Get("X-Outbound") == "yes" {
		return again
	}
	return markedKind(r, body)
}

// While apimgw is dead, requests that it was in the middle of retrying are turned away too.
func TestKillSidecarWhileRelaying(t *testing.T) {
	t.Parallel()
	b := failsFirst(t)
	s := serve(t, retriedTree(t, b))
	load := startLoad(t, s.address, "/marked/x", retriedKind)
	load.since(time.Now(), whole)
	for range 3 {
		killed := time.Now()
		s.kill()
		t.Logf("requests are turned away %v after the kill", load.since(killed, floored))
		b.spared()
		started := time.Now()
		s.start()
		t.Logf("the first request is served %v after the start", load.since(started, whole))
	}
	load.only(whole, again, floored, early)
	b.spared()
}

// An Envoy that is started again serves the relay again.
func TestKillEnvoyWhileRelaying(t *testing.T) {
	t.Parallel()
	b := failsFirst(t)
	g := runGateway(t, retriedTree(t, b), "--listen", freePort(t))
	load := startLoad(t, g.address, "/marked/x", retriedKind)
	load.since(time.Now(), whole)
	for range 3 {
		pid := g.envoyPID()
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		killed := time.Now()
		eventually(t, patience, "another Envoy is started", func() bool { return g.envoyPID() != pid })
		load.since(time.Now(), whole)
		t.Logf("requests are served again %v after the kill", time.Since(killed))
	}
	load.only(whole, again, noAnswer, noConnection)
	b.spared()
}

// streamed is how much is streamed through the relay, each way.
const streamed = 1 << 30

// TestRelayedStream streams a gigabyte each way; the processes do not grow with it.
func TestRelayedStream(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	t.Parallel()
	b := newBackendOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil || n != streamed {
			http.Error(w, fmt.Sprintf("%d bytes came, %v", n, err), http.StatusBadRequest)
			return
		}
		_, _ = io.CopyN(w, zeros{}, streamed)
	}))
	g := runGateway(t, retriedTree(t, b))
	processes := map[string]int{"apimgw": g.cmd.Process.Pid, "envoy": g.envoyPID()}
	before := map[string]int{}
	for name, pid := range processes {
		before[name] = memory(t, pid)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+g.address+"/marked/stream", io.LimitReader(zeros{}, streamed))
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = streamed
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	begin := time.Now()
	response, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	if err != nil || response.StatusCode != http.StatusOK || n != streamed || response.Header.Get("X-Outbound") != "yes" {
		t.Fatalf("%s after %d bytes, %v", response.Status, n, err)
	}
	t.Logf("1 GB each way in %v", time.Since(begin))
	for name, pid := range processes {
		after := memory(t, pid)
		t.Logf("%s: %d MB before, %d MB after", name, before[name], after)
		if after > before[name]+64 {
			t.Errorf("%s has grown from %d to %d MB", name, before[name], after)
		}
	}
	b.spared()
}

type zeros struct{}

// Read reads zeros.
func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
