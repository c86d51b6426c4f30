package envoy_test

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	bootstrapv3 "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/bootstrap/internal_listener/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/resource_monitors/downstream_connections/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/resource_monitors/fixed_heap/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"github.com/goccy/go-yaml"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/apimgw/apimgw/envoy"
	"github.com/apimgw/apimgw/envoy/envoytest"
)

var update = flag.Bool("update", false, "rewrite golden files")

var bootstraps = map[string]envoy.Bootstrap{
	"laptop": {
		Admin:     envoy.UnixAddress("/tmp/apimgw/admin.sock"),
		XDSSocket: "/tmp/apimgw/xds.sock", ExtProcSocket: "/tmp/apimgw/ext_proc.sock",
	},
	"pod": {
		NodeID: `gateway-7d "a"`, NodeCluster: "orders",
		Admin:     mustAddress("127.0.0.1:9901"),
		XDSSocket: "/run/apimgw/xds.sock", ExtProcSocket: "/run/apimgw/ext_proc.sock", RelaySocket: "/run/apimgw/relay.sock",
		MaxConnections: 1000, MaxHeap: 800 << 20,
	},
}

func mustAddress(text string) envoy.Address {
	a, err := envoy.ParseAddress(text)
	if err != nil {
		panic(err)
	}
	return a
}

// Each bootstrap is what its golden file shows, is a valid message, and Envoy takes it.
func TestBootstrap(t *testing.T) {
	t.Parallel()
	for name, b := range bootstraps {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := b.Render()
			if err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", "bootstrap-"+name+".yaml"), text)
			message := decodeBootstrap(t, text)
			if err := message.ValidateAll(); err != nil {
				t.Errorf("not valid: %v", err)
			}
			if got, want := message.GetNode().GetId(), orElse(b.NodeID, "apimgw"); got != want {
				t.Errorf("node id %q, want %q", got, want)
			}
			if got := message.GetDynamicResources().GetAdsConfig().GetApiType(); got != corev3.ApiConfigSource_DELTA_GRPC {
				t.Errorf("ADS by %v, want DELTA_GRPC", got)
			}
			sockets := socketsOf(message.GetStaticResources().GetClusters())
			want := map[string]string{envoy.ClusterXDS: b.XDSSocket, envoy.ClusterExtProc: b.ExtProcSocket}
			if b.RelaySocket != "" {
				want[envoy.ClusterRelay] = b.RelaySocket
			}
			if got, want := mustJSON(t, sockets), mustJSON(t, want); got != want {
				t.Errorf("sockets %s, want %s", got, want)
			}
			validateByEnvoy(t, text)
		})
	}
}

func TestBootstrapRefuses(t *testing.T) {
	t.Parallel()
	good := bootstraps["laptop"]
	tests := map[string]struct {
		change func(*envoy.Bootstrap)
		want   string
	}{
		"no admin":        {func(b *envoy.Bootstrap) { b.Admin = envoy.Address{} }, "the admin address is missing"},
		"no xDS socket":   {func(b *envoy.Bootstrap) { b.XDSSocket = "" }, "the path of the xDS socket is missing"},
		"no ext_proc":     {func(b *envoy.Bootstrap) { b.ExtProcSocket = "" }, "the path of the ext_proc socket is missing"},
		"long path":       {func(b *envoy.Bootstrap) { b.RelaySocket = "/" + strings.Repeat("x", 120) }, "the relay socket is 121 bytes long"},
		"long admin path": {func(b *envoy.Bootstrap) { b.Admin = envoy.UnixAddress("/" + strings.Repeat("x", 120)) }, "the admin socket is 121 bytes long"},
		"connections":     {func(b *envoy.Bootstrap) { b.MaxConnections = -1 }, "cannot be negative"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := good
			tt.change(&b)
			if _, err := b.Render(); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestParseAddress(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, network, err string }{
		{text: "unix:/run/admin.sock", network: "unix"},
		{text: "127.0.0.1:9901", network: "tcp"},
		{text: "[::1]:0", network: "tcp"},
		{text: "unix:", err: "path of the socket is missing"},
		{text: "localhost", err: "want unix:PATH or HOST:PORT"},
		{text: "localhost:http", err: "port is not a number"},
		{text: "localhost:70000", err: "port is not a number"},
		{text: ":9901", err: "host is missing"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			a, err := envoy.ParseAddress(tt.text)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("error %v, want one with %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if a.IsUnix() != (tt.network == "unix") || a.String() != tt.text {
				t.Errorf("got %v (unix %v)", a, a.IsUnix())
			}
		})
	}
}

func socketsOf(clusters []*clusterv3.Cluster) map[string]string {
	sockets := map[string]string{}
	for _, c := range clusters {
		sockets[c.GetName()] = c.GetLoadAssignment().GetEndpoints()[0].GetLbEndpoints()[0].GetEndpoint().GetAddress().GetPipe().GetPath()
	}
	return sockets
}

func decodeBootstrap(t *testing.T, text []byte) *bootstrapv3.Bootstrap {
	t.Helper()
	var tree any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		t.Fatalf("not YAML: %v", err)
	}
	var b bootstrapv3.Bootstrap
	if err := protojson.Unmarshal([]byte(mustJSON(t, tree)), &b); err != nil {
		t.Fatalf("not a bootstrap: %v", err)
	}
	return &b
}

func validateByEnvoy(t *testing.T, text []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "envoy.yaml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), envoytest.Binary(t).Path, "--mode", "validate", "--log-level", "error", "-c", path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("envoy refuses it: %v\n%s", err, out)
	}
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (write it with -update)", err)
	}
	if string(got) != string(want) {
		t.Errorf("differs from %s; see the difference with -update and git diff:\n%s", path, got)
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func orElse(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}
