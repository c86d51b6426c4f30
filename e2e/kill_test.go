package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

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
