package plan_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin"
	"github.com/apimgw/apimgw/policies/pfx"
	"github.com/apimgw/apimgw/sync/catalog"
	"github.com/apimgw/apimgw/sync/plan"
)

// certified makes a certificate of the service.
func certified(t testing.TB, id string) *catalog.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: id}, NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	made, err := pfx.ParsePEM(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
	if err != nil {
		t.Fatal(err)
	}
	return &catalog.Certificate{ID: id, Thumbprint: made.Thumbprint(), PEM: made.Chain, Key: catalog.Secret(made.Key)}
}

func inbound(text string) *catalog.Policy {
	return &catalog.Policy{File: "p.xml", Text: `<policies><inbound><base />` + text + `</inbound><backend><forward-request http-version="2" /></backend></policies>`}
}

func TestClusterBy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ cluster, certificate, proxy, want string }{
		{"https/a/443", "", "", "https/a/443"},
		{"https/a/443+any-name", "c", "", "https/a/443+any-name+cert-c"},
		{"https/a/443+cert-old+via-q+h2", "c", "p", "https/a/443+cert-c+via-p+h2"},
		{"https/a/443+cert-old+h2or1", "", "p", "https/a/443+cert-old+via-p+h2or1"},
		{"http/a/80", "c", "", "http/a/80"},
		{"http/a/80+via-q", "c", "p", "http/a/80+via-p"},
		{"dynamic/https", "c", "", "dynamic/https+cert-c"},
		{"dynamic/http", "c", "p", "dynamic/http+via-p"},
		{"", "c", "p", ""},
	} {
		if got := plan.ClusterBy(c.cluster, c.certificate, c.proxy); got != c.want {
			t.Errorf("%s by %q and %q is %s, want %s", c.cluster, c.certificate, c.proxy, got, c.want)
		}
	}
}

func TestProxied(t *testing.T) {
	t.Parallel()
	for cluster, want := range map[string][2]bool{
		"http/a/80": {false, false}, "http/a/80+via-p": {true, true}, "http/a/80+via-p+h2": {true, false},
		"https/a/443+via-p": {true, false}, "dynamic/http+via-p": {true, true},
	} {
		if proxied, byURL := plan.Proxied(cluster); [2]bool{proxied, byURL} != want {
			t.Errorf("%s: %v %v, want %v", cluster, proxied, byURL, want)
		}
	}
}

// Every cluster that a policy may choose is among the targets, under the name by which ext_proc
// asks for it.
func TestTargetsOfCertificatesAndProxies(t *testing.T) {
	t.Parallel()
	c := shop()
	c.APIs[0].ServiceURL = "https://shop.example"
	partner, other := certified(t, "partner"), certified(t, "other")
	alone := &catalog.Certificate{ID: "alone", Thumbprint: "00", PEM: certified(t, "alone").PEM}
	c.Certificates = []*catalog.Certificate{partner, other, alone}
	c.Backends = []*catalog.Backend{
		{ID: "both", Type: "Single", URL: "https://both.example", Certificates: []string{"alone", "Partner"}, Proxy: &catalog.Proxy{URL: "http://egress.example:3128", Username: "ann", Password: "hush"}},
		{ID: "useless", Type: "Single", URL: "https://useless.example", Certificates: []string{"alone"}},
	}
	c.APIs[0].Policy = inbound(`<authentication-certificate certificate-id="@(context.Request.Headers.GetValueOrDefault("c",""))" /><proxy url="http://other.example" />`)
	c.APIs[1].Policy = inbound(`<set-backend-service backend-id="both" />`)
	c.APIs[2].Policy = inbound(`<set-backend-service backend-id="useless" />`)
	p, diags := compile(t, c, nil)
	if text := diags.String(); !strings.Contains(text, `the backend "useless": the certificate "alone" has no key`) || strings.Count(text, "\n") > 4 {
		t.Errorf("the messages are\n%s", text)
	}
	byName := map[string]plan.Target{}
	for _, target := range p.Targets() {
		if byName[target.Cluster()] != (plan.Target{}) {
			t.Errorf("%s is there twice", target.Cluster())
		}
		byName[target.Cluster()] = target
	}
	certificates, proxies := map[string]string{}, map[string]bool{}
	for name, target := range byName {
		if target.Certificate.Name != "" {
			certificates[target.Certificate.Chain] = target.Certificate.Name
			if !strings.Contains(name, "+cert-"+target.Certificate.Name) {
				t.Errorf("%s shows %s", name, target.Certificate.Name)
			}
		}
		if target.Proxy.Name != "" {
			proxies[target.Proxy.Host] = true
		}
	}
	if len(certificates) != 2 || !proxies["egress.example"] || !proxies["other.example"] {
		t.Errorf("certificates %v, proxies %v", certificates, proxies)
	}
	base := "https/shop.example/443+any-name"
	var proxy string
	for name := range byName {
		if _, via, ok := strings.Cut(name, base+"+via-"); ok && !strings.Contains(via, "+") {
			proxy = via
		}
	}
	for _, certificate := range []string{"", certificates[partner.PEM], certificates[other.PEM]} {
		for _, via := range []string{"", proxy} {
			for _, version := range []string{"1", "2"} {
				if name := plan.ClusterFor(plan.ClusterBy(base, certificate, via), version); byName[name].Host == "" {
					t.Errorf("there is no %s", name)
				}
			}
		}
	}
	if got := byName["https/both.example/443+cert-"+certificates[partner.PEM]]; got.Host != "" {
		t.Error("the backend is reached without its proxy")
	}
	if byName["dynamic/http+via-any"].Proxy.Name != policies.AnyProxy || byName["dynamic/https+via-any+h2or1"].Proxy.Name != policies.AnyProxy {
		t.Error("redirects have no way through the proxy")
	}
}

// Where no backend names a proxy, the gateway's own settings do.
func TestUsualProxy(t *testing.T) {
	t.Parallel()
	c := shop()
	c.APIs[0].ServiceURL = "https://shop.example"
	c.Backends = []*catalog.Backend{
		{ID: "own", Type: "Single", URL: "https://own.example", Proxy: &catalog.Proxy{URL: "http://theirs.example:1"}},
		{ID: "usual", Type: "Single", URL: "http://usual.example"},
	}
	c.APIs[1].Policy = inbound(`<set-backend-service backend-id="@(context.Request.Headers.GetValueOrDefault("to",""))" />`)
	if err := c.Seal(); err != nil {
		t.Fatal(err)
	}
	p, diags := plan.Compile(c, plan.Options{Kinds: builtin.Kinds, Known: builtin.Known, Proxy: func(u *url.URL) (*url.URL, error) {
		if u.Hostname() == "open.example" {
			return nil, nil
		}
		return url.Parse("http://ann:hush@" + u.Scheme + ".example:3128")
	}}, nil)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	got := map[string]string{}
	for _, target := range p.Targets() {
		got[target.Host] = target.Proxy.Host + " " + target.Proxy.Username + " " + target.Proxy.Password.Reveal()
	}
	for host, want := range map[string]string{
		"shop.example": "https.example ann hush", "usual.example": "http.example ann hush", "own.example": "theirs.example  ", "open.example": "  ",
	} {
		if got[host] != want {
			t.Errorf("%s goes by %q, want %q", host, got[host], want)
		}
	}
}

func TestDeploymentCertificates(t *testing.T) {
	t.Parallel()
	c := shop()
	c.Certificates = []*catalog.Certificate{certified(t, "partner")}
	p, diags := compile(t, c, nil)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	x := request("GET http://gw.test/open/x")
	p.Resolve(x)
	all := x.Deployment.Certificates
	if len(all) != 2 || all["partner"] != all[c.Certificates[0].Thumbprint] || all["partner"].KeyPEM == "" {
		t.Errorf("the certificates are %v", len(all))
	}
}

func TestHostnames(t *testing.T) {
	t.Parallel()
	c := shop()
	c.Certificates = []*catalog.Certificate{certified(t, "partner"), {ID: "alone", Thumbprint: "00", PEM: certified(t, "alone").PEM}}
	c.Hostnames = []*catalog.Hostname{
		{Name: "a.test", Certificate: "partner"}, {Name: "b.test", NegotiateClientCertificate: true}, {Name: "c.test", Certificate: "alone"}, {Name: "d.test", Certificate: "nosuch"},
	}
	p, diags := compile(t, c, nil)
	text := diags.String()
	if len(diags) != 2 || !strings.Contains(text, `the host name "c.test": the certificate "alone" has no key`) || !strings.Contains(text, `the host name "d.test": there is no certificate "nosuch"`) {
		t.Errorf("the messages are\n%s", text)
	}
	got := p.Hostnames()
	if len(got) != 2 || got[0].Certificate.Chain != c.Certificates[0].PEM || !got[0].Negotiate || got[1].Certificate.Name != "" || !got[1].Negotiate {
		t.Errorf("the host names are %+v", got)
	}
}
