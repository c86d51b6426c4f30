package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/apimgw/apimgw/envoy/envoytest"
)

// markedTree is an API whose policy marks each request for the backend.
func markedTree(t testing.TB, b *backend) tree {
	return newTree(t, b.address, `
-- policy.xml --
<policies>
    <inbound><set-header name="X-Processed" exists-action="override"><value>yes</value></set-header></inbound>
    <backend><forward-request /></backend>
    <outbound><set-header name="X-Outbound" exists-action="override"><value>yes</value></set-header></outbound>
    <on-error />
</policies>
-- apis/marked/apiInformation.json --
{"properties": {"displayName": "Marked", "path": "marked", "protocols": ["http"], "serviceUrl": "http://$BACKEND", "subscriptionRequired": false}}
-- apis/marked/operations/any/operationInformation.json --
{"properties": {"displayName": "Any", "method": "GET", "urlTemplate": "/*"}}
`)
}

// Kinds of answers of the marked API.
const (
	whole     = "200 with both marks"
	floored   = "500 by Envoy"
	turned    = "500 by apimgw"
	early     = "503 by apimgw"
	forbidden = "without a mark: "
)

func markedKind(r *http.Response, body string) string {
	switch {
	case r.StatusCode == http.StatusOK && body == fromBackend && r.Header.Get("X-Outbound") == "yes":
		return whole
	case r.StatusCode == http.StatusInternalServerError && body == ofEnvoy:
		return floored
	case r.StatusCode == http.StatusInternalServerError && withoutID(body) == internalError:
		return turned
	case r.StatusCode == http.StatusServiceUnavailable && body == `{ "statusCode": 503, "message": "The gateway has no configuration yet." }`:
		return early
	}
	return forbidden + r.Status + ": " + body
}

// While apimgw is dead, and until it has a plan, requests are turned away; none passes
// without its policies. When it is back, so is everything.
func TestKillSidecar(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	s := serve(t, markedTree(t, b))
	load := startLoad(t, s.address, "/marked/x", markedKind)
	load.since(time.Now(), whole)
	for range 3 {
		killed := time.Now()
		s.kill()
		t.Logf("requests are turned away %v after the kill", load.since(killed, floored))
		b.spared()
		started := time.Now()
		s.start()
		t.Logf("the first request is served %v after the start", load.since(started, whole))
		t.Logf("the last request is turned away %v after the start", load.settled(started, whole))
	}
	load.only(whole, floored, early)
	b.spared()
}

// A killed Envoy is started again; its connections break, and nothing else happens.
func TestKillEnvoy(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	g := runGateway(t, markedTree(t, b), "--listen", freePort(t))
	load := startLoad(t, g.address, "/marked/x", markedKind)
	load.since(time.Now(), whole)
	for range 3 {
		pid := g.envoyPID()
		killed := time.Now()
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		eventually(t, patience, "another Envoy is started", func() bool { return g.envoyPID() != pid })
		load.since(time.Now(), whole)
		t.Logf("all requests are served again %v after the kill", load.settled(killed, whole))
	}
	load.only(whole, noAnswer, noConnection)
	b.spared()
}

// Without a backend, requests get the error of API Management; when it is back, they are
// served again.
func TestKillBackend(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	g := runGateway(t, markedTree(t, b))
	load := startLoad(t, g.address, "/marked/x", markedKind)
	load.since(time.Now(), whole)
	for range 3 {
		killed := time.Now()
		b.stop()
		t.Logf("requests fail %v after the backend has gone", load.since(killed, turned))
		started := time.Now()
		b.start()
		t.Logf("all requests are served again %v after it is back", load.settled(started, whole))
	}
	load.only(whole, turned)
	b.spared()
	g.logs(1, "request", "status", 500.0, "reason", "BackendConnectionFailure")
}

// When apimgw run is killed, its Envoy ends with it: nothing is left to hold the port, or
// to serve what nobody governs.
func TestKillRun(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux ends a child with its parent")
	}
	b := newBackend(t)
	g := runGateway(t, markedTree(t, b))
	expect(t, g.address, "/marked/x", "HTTP/1.1 200 OK", fromBackend)
	pid := g.envoyPID()
	g.kill()
	eventually(t, patience, "Envoy ends", func() bool { return ended(pid) })
}

// ended reports whether a process is no more, or waits only for its parent to notice.
func ended(pid int) bool {
	if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
		return true
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || bytes.Contains(stat, []byte(") Z "))
}

// A start without the folder serves the last good configuration, and the folder again when
// it is back.
func TestStartWithoutFolder(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	f := markedTree(t, b)
	state := filepath.Join(t.TempDir(), "state")
	s := serve(t, f, "--state-dir", state)
	expect(t, s.address, "/marked/x", "HTTP/1.1 200 OK", fromBackend)
	eventually(t, patience, "the configuration is kept", func() bool {
		_, err := os.Stat(filepath.Join(state, "catalog.json"))
		return err == nil
	})
	s.kill()
	away := f.path + "-away"
	if err := os.Rename(f.path, away); err != nil {
		t.Fatal(err)
	}

	s.start()
	s.logs(1, "the last good configuration serves")
	eventually(t, patience, "requests are served", func() bool { return envoytest.Get(t, s.address, "/marked/x").Line == "HTTP/1.1 200 OK" })
	expect(t, s.address, "/marked/x", "HTTP/1.1 200 OK", fromBackend)

	if err := os.Rename(away, f.path); err != nil {
		t.Fatal(err)
	}
	f.write("apis/marked/operations/any/policy.xml", `<policies>
    <inbound><base /><return-response><set-status code="299" reason="Back" /></return-response></inbound>
    <backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error>
</policies>`)
	eventually(t, patience, "the folder is followed again", func() bool { return envoytest.Get(t, s.address, "/marked/x").Line == "HTTP/1.1 299 Back" })
	b.spared()
}
