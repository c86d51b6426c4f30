package xds

import (
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/apimgw/apimgw/envoy/envoytest"
	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/sync/plan"
)

// connected are targets with certificates and proxies.
func connected() []plan.Target {
	partner := plan.Certificate{Name: "c1", Chain: "chain", Key: "key"}
	proxy := plan.Proxy{Name: "p1", Host: "egress.test", Port: 3128, Username: "ann", Password: "hush"}
	open := plan.Proxy{Name: "p2", Host: "192.0.2.1", Port: 80}
	requested := plan.Proxy{Name: policies.AnyProxy}
	return []plan.Target{
		{TLS: true, Host: "a.test", Port: 443, Certificate: partner},
		{TLS: true, Host: "a.test", Port: 443, Certificate: partner, Proxy: proxy},
		{Host: "b.test", Port: 80, Proxy: proxy},
		{Host: "[2001:db8::1]", Port: 81, HTTP2: true, Proxy: open},
		{Dynamic: true, Proxy: requested},
		{Dynamic: true, TLS: true, Proxy: requested},
		{TLS: true, Host: "a.test", Port: 443, Proxy: requested},
		{Dynamic: true, TLS: true, Certificate: partner},
	}
}

func TestConnectSnapshot(t *testing.T) {
	t.Parallel()
	s, err := NewSnapshot(fakePlan{targets: connected(), hostnames: []plan.Hostname{
		{Name: "a.test", Certificate: plan.Certificate{Name: "c2", Chain: "chain", Key: "key"}, Negotiate: true},
		{Name: "*.b.test", HTTP1Only: true},
	}}, Options{CAFile: "/etc/ssl/certs/ca-certificates.crt", TLSListen: "0.0.0.0:8443", KeyPairs: []string{"/etc/tls/a.crt"}})
	if err != nil {
		t.Fatal(err)
	}
	delete(s.Listeners, ListenerName)
	for _, always := range plan.DynamicTargets() {
		delete(s.Clusters, always.Cluster())
	}
	golden(t, "testdata/connect", "listeners.yaml", messages(s.Listeners))
	golden(t, "testdata/connect", "clusters.yaml", messages(s.Clusters))
	golden(t, "testdata/connect", "secrets.yaml", messages(s.Secrets))
	for name, m := range map[string]map[string]proto.Message{"clusters": messages(s.Clusters), "listeners": messages(s.Listeners)} {
		if text := string(toYAML(t, m)); strings.Contains(text, "hush") || strings.Contains(text, "YW5uOmh1c2g=") {
			t.Errorf("the %s have the proxy's password", name)
		}
	}
}

// What no plan names any more goes when its grace is over: tunnels and secrets, too.
func TestTunnelsGo(t *testing.T) {
	t.Parallel()
	g := startGateway(t, ServerOptions{Grace: 50 * time.Millisecond})
	proxy := plan.Proxy{Name: "p1", Host: "127.0.0.1", Port: 1, Username: "ann", Password: "hush"}
	tunnel := plan.Target{TLS: true, SkipChain: true, SkipName: true, Host: "secure.test", Port: 443, Proxy: proxy}
	plain := plan.Target{Host: "plain.test", Port: 80, Proxy: proxy}
	g.publish(fakePlan{version: "1", targets: []plan.Target{tunnel, plain}})
	has := func(what string) bool {
		dump, err := g.envoy.Admin.ConfigDump(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(dump), what)
	}
	for _, what := range []string{"tunnel/p1", "proxy/p1", tunnel.Cluster(), plain.Cluster()} {
		if !has(what) {
			t.Errorf("envoy has no %s", what)
		}
	}
	g.publish(fakePlan{version: "2"})
	envoytest.Eventually(t, "envoy has nothing that nothing names", func() bool { return !has("tunnel/p1") && !has(tunnel.Cluster()) && !has("proxy/p1") })
	g.publish(fakePlan{version: "3", targets: []plan.Target{tunnel}})
	if !has("tunnel/p1") {
		t.Error("a tunnel does not come back")
	}
}
