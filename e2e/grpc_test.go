package e2e

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// grpcurl works against both sockets: it lists and describes what they serve, and asks for
// their health.
func TestGRPCurl(t *testing.T) {
	t.Parallel()
	s := serve(t, markedTree(t, newBackend(t)))
	tool := grpcurl(t)
	for _, test := range []struct {
		socket, args, want string
	}{
		{"extproc.sock", "list", "envoy.service.ext_proc.v3.ExternalProcessor\ngrpc.health.v1.Health\n"},
		{"extproc.sock", "describe envoy.service.ext_proc.v3.ExternalProcessor", "rpc Process ( stream .envoy.service.ext_proc.v3.ProcessingRequest ) returns ( stream .envoy.service.ext_proc.v3.ProcessingResponse );"},
		{"extproc.sock", "describe envoy.service.ext_proc.v3.ProcessingRequest", "request_headers"},
		{"extproc.sock", "grpc.health.v1.Health/Check", `"status": "SERVING"`},
		{"xds.sock", "list", "envoy.service.discovery.v3.AggregatedDiscoveryService\ngrpc.health.v1.Health\n"},
		{"xds.sock", "describe envoy.service.discovery.v3.AggregatedDiscoveryService", "rpc DeltaAggregatedResources"},
		{"xds.sock", "grpc.health.v1.Health/Check", `"status": "SERVING"`},
	} {
		// The tool's own flags, then address, then the verb.
		args := append([]string{"-plaintext", "-unix", filepath.Join(s.sockets, test.socket)}, strings.Fields(test.args)...)
		out, err := exec.Command(tool, args...).CombinedOutput()
		if err != nil || !strings.Contains(string(out), test.want) {
			t.Errorf("grpcurl %s of %s: %v\n%s\nwant %s", test.args, test.socket, err, out, test.want)
		}
	}
}

// grpcurl is the pinned tool: make's, if it has built it, or one that is built now.
func grpcurl(t testing.TB) string {
	t.Helper()
	if path, err := exec.LookPath("../bin/tools/grpcurl"); err == nil {
		return path
	}
	path := filepath.Join(t.TempDir(), "grpcurl")
	build := exec.Command("go", "build", "-C", "../tools", "-o", path, "github.com/fullstorydev/grpcurl/cmd/grpcurl")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build grpcurl: %v\n%s", err, out)
	}
	return path
}
