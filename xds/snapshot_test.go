package xds

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/apimgw/apimgw/sync/catalog"
	"github.com/apimgw/apimgw/sync/plan"
)

var update = flag.Bool("update", false, "rewrite golden files")

// Each folder of testdata has a catalog, and for each type of resource what it becomes.
func TestSnapshot(t *testing.T) {
	t.Parallel()
	folders, err := filepath.Glob("testdata/*/catalog.yaml")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no test cases: %v", err)
	}
	for _, file := range folders {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			p := compile(t, file)
			s, err := NewSnapshot(p, Options{CAFile: "/etc/ssl/certs/ca-certificates.crt"})
			if err != nil {
				t.Fatal(err)
			}
			golden(t, dir, "listeners.yaml", messages(s.Listeners))
			golden(t, dir, "routes.yaml", messages(s.Routes))
			golden(t, dir, "clusters.yaml", messages(s.Clusters))
			again, err := NewSnapshot(p, Options{CAFile: "/etc/ssl/certs/ca-certificates.crt"})
			if err != nil {
				t.Fatal(err)
			}
			for name, l := range s.Listeners {
				if !proto.Equal(l, again.Listeners[name]) {
					t.Errorf("the listener %q is another one each time", name)
				}
			}
		})
	}
}

// The listener with TLS, which asks for certificates.
func TestTLSSnapshot(t *testing.T) {
	t.Parallel()
	s, err := NewSnapshot(fakePlan{}, Options{TLSListen: "0.0.0.0:8443", KeyPairs: []string{"/etc/tls/a.crt", "/etc/tls/b.crt"}, ClientCertificates: true})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/tls", "listeners.yaml", messages(s.Listeners))
}

// The listener for what the relay forwards.
func TestEgressSnapshot(t *testing.T) {
	t.Parallel()
	s, err := NewSnapshot(fakePlan{}, Options{EgressSocket: "/run/apimgw/egress.sock"})
	if err != nil {
		t.Fatal(err)
	}
	if s.Listeners[ListenerName] == nil || len(s.Listeners) != 2 {
		t.Errorf("the listeners are %v", s.Listeners)
	}
	delete(s.Listeners, ListenerName)
	golden(t, "testdata/egress", "listeners.yaml", messages(s.Listeners))
}

// compile makes a plan of a catalog in YAML.
func compile(t *testing.T, file string) *plan.Plan {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	plain, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	var c catalog.Catalog
	if err := json.Unmarshal(plain, &c); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	p, diags := plan.Compile(&c, plan.Options{}, nil)
	if diags.HasErrors() {
		t.Fatalf("%s: %v", file, diags)
	}
	return p
}

func messages[M proto.Message](in map[string]M) map[string]proto.Message {
	out := make(map[string]proto.Message, len(in))
	for name, m := range in {
		out[name] = m
	}
	return out
}

// golden compares resources with a file of the folder.
func golden(t *testing.T, dir, name string, resources map[string]proto.Message) {
	t.Helper()
	got := toYAML(t, resources)
	path := filepath.Join(dir, name)
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
		t.Errorf("%s differs; see the difference with -update and git diff", path)
	}
}

func toYAML(t *testing.T, resources map[string]proto.Message) []byte {
	t.Helper()
	tree := map[string]any{}
	for name, m := range resources {
		text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		var value any
		if err := json.Unmarshal(text, &value); err != nil {
			t.Fatal(err)
		}
		tree[name] = whole(value)
	}
	text, err := yaml.MarshalWithOptions(tree, yaml.UseLiteralStyleIfMultiline(true))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// whole makes integers of the numbers in a JSON value.
func whole(value any) any {
	switch v := value.(type) {
	case float64:
		return int64(v)
	case []any:
		for i := range v {
			v[i] = whole(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = whole(v[name])
		}
	}
	return value
}

// A fakePlan is a plan of which only what xds looks at is there.
type fakePlan struct {
	version string
	routes  []plan.Route
	targets []plan.Target

	hostnames []plan.Hostname
}

func (p fakePlan) Routes() []plan.Route       { return p.routes }
func (p fakePlan) Targets() []plan.Target     { return p.targets }
func (p fakePlan) Hostnames() []plan.Hostname { return p.hostnames }

func TestSnapshotRefuses(t *testing.T) {
	t.Parallel()
	target := plan.Target{Host: "h.test", Port: 80}
	tests := map[string]struct {
		plan    fakePlan
		options Options
		want    string
	}{
		"address":             {options: Options{Listen: "8080"}, want: "the gateway's address"},
		"address by name":     {options: Options{Listen: "localhost:8080"}, want: "the host is not an IP address"},
		"port of the gate":    {options: Options{Listen: ":99999"}, want: "the port is not a number"},
		"address for TLS":     {options: Options{TLSListen: "8443", KeyPairs: []string{"a"}}, want: "the gateway's address for TLS"},
		"no key pair":         {options: Options{TLSListen: ":8443"}, want: "there is no certificate for it"},
		"port":                {plan: fakePlan{targets: []plan.Target{{Host: "h"}}}, want: "backend http/h/0: the port 0 does not exist"},
		"no authorities":      {plan: fakePlan{targets: []plan.Target{{TLS: true, Host: "h.test", Port: 443}}}, want: "no file of certificate authorities"},
		"unknown cluster":     {plan: fakePlan{routes: []plan.Route{{Name: "a", Path: "/a", Cluster: target.Cluster()}}}, want: `virtual host "/a" forwards to the cluster "http/h.test/80", which is not there`},
		"one path, twice":     {plan: fakePlan{routes: []plan.Route{{Name: "a", Path: "/a"}, {Name: "b", Path: "/A"}}}, want: `virtual hosts "/a" and "/A" have the same path`},
		"not valid for Envoy": {plan: fakePlan{routes: []plan.Route{{Name: "a", Path: ""}}}, want: `routes "apis" is not valid for envoy`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := NewSnapshot(tt.plan, tt.options)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

// A backend that is not checked needs no authorities.
func TestSnapshotWithoutAuthorities(t *testing.T) {
	t.Parallel()
	target := plan.Target{TLS: true, Host: "h.test", Port: 443, SkipChain: true}
	s, err := NewSnapshot(fakePlan{targets: []plan.Target{target}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s.Clusters[target.Cluster()] == nil {
		t.Errorf("no cluster %q", target.Cluster())
	}
	if s.Clusters[plan.ClusterDynamicHTTPS] != nil {
		t.Error("there is a dynamic cluster that would trust anybody")
	}
}

func TestEscape(t *testing.T) {
	t.Parallel()
	tests := map[string]string{"/a/b.c-d_e~f": "/a/b.c-d_e~f", "/a b": "/a%20b", "/é": "/%C3%A9", "/a?b#c": "/a%3Fb%23c", "/a%2fb": "/a%2fb", "/a;b@c:d": "/a;b@c:d"}
	for path, want := range tests {
		if got := escape(path); got != want {
			t.Errorf("escape(%q) is %q, want %q", path, got, want)
		}
	}
}

func BenchmarkSnapshot10000APIs(b *testing.B) {
	p := manyAPIs(10_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := NewSnapshot(p, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// manyAPIs is a plan of n APIs that share 100 backends.
func manyAPIs(n int) fakePlan {
	p := fakePlan{version: fmt.Sprint(n)}
	for i := range 100 {
		p.targets = append(p.targets, plan.Target{Host: "127.0.0.1", Port: 20_000 + i})
	}
	for i := range n {
		p.routes = append(p.routes, plan.Route{Name: fmt.Sprintf("api-%05d", i), Path: fmt.Sprintf("/api-%05d", i), Cluster: p.targets[i%100].Cluster()})
	}
	return p
}
