package folder

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/apimgw/apimgw/sync/catalog"
)

// material is a certificate in all the ways in which a folder may have it.
type material struct {
	leaf *x509.Certificate
	key  *ecdsa.PrivateKey

	chainPEM, keyPEM string
}

func newMaterial(t testing.TB, name string, until time.Duration) material {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(until)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return material{
		leaf, key, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})),
	}
}

func (m material) pfx(t testing.TB, password string) string {
	t.Helper()
	data, err := pkcs12.Modern2023.Encode(m.key, m.leaf, nil, password)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

const oneAPI = `{"properties": {"displayName": "A", "path": "a", "serviceUrl": "http://b.test"}}`

func pullFrom(t *testing.T, f *Folder) (*catalog.Catalog, string) {
	t.Helper()
	c, diags, err := f.Pull(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c, diags.String()
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	m := newMaterial(t, "m", time.Hour)
	information := func(properties string) string { return `{"properties": {` + properties + `}}` }
	for name, text := range map[string]string{
		"apis/a/apiInformation.json":                          oneAPI,
		"certificates/by-env/certificate.pfx":                 m.pfx(t, "from-env"),
		"certificates/by-file/certificate.p12":                m.pfx(t, "from-file"),
		"certificates/by-value/certificate.pfx":               m.pfx(t, "from-value"),
		"certificates/by-value/certificateInformation.json":   information(`"password": "{{secret}}"`),
		"certificates/data/certificateInformation.json":       information(`"data": "` + base64.StdEncoding.EncodeToString([]byte(m.pfx(t, "p"))) + `", "password": "p"`),
		"certificates/data-alone/certificateInformation.json": information(`"data": "` + base64.StdEncoding.EncodeToString(m.leaf.Raw) + `"`),
		"certificates/der/certificate.cer":                    string(m.leaf.Raw),
		"certificates/kubernetes/tls.crt":                     m.chainPEM,
		"certificates/kubernetes/tls.key":                     m.keyPEM,
		"certificates/one-file/certificate.pem":               m.keyPEM + m.chainPEM,
		"named values/secret/namedValueInformation.json":      information(`"displayName": "secret", "value": "from-value", "secret": true`),
		"secrets.yaml":                       "certificates:\n  by-file:\n    password: from-file\n",
		"backends/b/backendInformation.json": information(`"url": "https://b.test", "protocol": "http", "credentials": {"certificateIds": ["/x/certificates/Kubernetes"], "certificate": ["00"]}, "proxy": {"url": "http://egress.test:3128", "username": "ann", "password": "{{secret}}"}`),
		"gateways/g/gatewayInformation.json": information(`"hostnameConfigurations": [{"hostname": "A.test", "certificateId": "/x/certificates/der"}]`),
		"gateways/g/hostnameConfigurations/w/hostnameConfigurationInformation.json": information(`"hostname": "*.b.test", "certificateId": "kubernetes", "negotiateClientCertificate": true, "http2Enabled": false, "tls10Enabled": true`),
	} {
		write(t, root, name, text)
	}
	f := newFolder(t, root, Options{LookupEnv: func(name string) (string, bool) {
		return "from-env", name == "APIMGW_CERTIFICATE_BY_ENV_PASSWORD"
	}})
	c, diags := pullFrom(t, f)
	if want := `"tls10Enabled" has no effect`; !strings.Contains(diags, want) || !strings.Contains(diags, `the certificate "der" has no key`) || strings.Count(diags, "[") > 8 {
		t.Errorf("the messages are\n%s", diags)
	}
	got := ""
	for _, made := range c.Certificates {
		if made.PEM != m.chainPEM || made.Thumbprint == "" {
			t.Errorf("%s is another one", made.ID)
		}
		if got += made.ID; made.Key != "" {
			got += "+key"
		}
		got += " "
	}
	if want := "by-env+key by-file+key by-value+key data+key data-alone der kubernetes+key one-file+key "; got != want {
		t.Errorf("the certificates are\n%s, want\n%s", got, want)
	}
	b := c.Backends[0]
	if len(b.Certificates) != 1 || b.Certificates[0] != "kubernetes" || b.Proxy == nil || b.Proxy.Username != "ann" || b.Proxy.Password.Reveal() != "{{secret}}" {
		t.Errorf("the backend is %+v", b)
	}
	if len(c.Hostnames) != 2 || *c.Hostnames[0] != (catalog.Hostname{Name: "a.test", Certificate: "der"}) ||
		*c.Hostnames[1] != (catalog.Hostname{Name: "*.b.test", Certificate: "kubernetes", NegotiateClientCertificate: true, HTTP1Only: true}) {
		t.Errorf("the host names are %+v %+v", c.Hostnames[0], c.Hostnames[1])
	}
	next := newMaterial(t, "next", time.Hour)
	write(t, root, "certificates/by-env/certificate.pfx", next.pfx(t, "from-env"))
	again, _ := pullFrom(t, f)
	if again.Certificates[0].PEM != next.chainPEM || again.Version == c.Version || c.Certificates[0].PEM != m.chainPEM {
		t.Error("a changed certificate is not seen")
	}
}

func TestCertificateMistakes(t *testing.T) {
	t.Parallel()
	good, late := newMaterial(t, "good", time.Hour), newMaterial(t, "late", -time.Minute)
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
		kept  bool
	}{
		"password":      {map[string]string{"certificate.pfx": good.pfx(t, "hush")}, []string{`c/certificate.pfx: the certificate "c" cannot be used: the password is wrong`, "APIMGW_CERTIFICATE_C_PASSWORD"}, false},
		"no pfx":        {map[string]string{"certificate.pfx": "text"}, []string{"no PKCS#12 file"}, false},
		"expired":       {map[string]string{"tls.crt": late.chainPEM, "tls.key": late.keyPEM}, []string{"warning", `"c" expired at`}, true},
		"another key":   {map[string]string{"tls.crt": good.chainPEM, "tls.key": late.keyPEM}, []string{"its key does not fit"}, false},
		"encrypted key": {map[string]string{"tls.crt": good.chainPEM, "tls.key": "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"}, []string{"its key is encrypted", "openssl pkey"}, false},
		"no material":   {map[string]string{"certificateInformation.json": `{"properties": {"subject": "CN=x", "keyVault": {"secretIdentifier": "https://v"}}}`}, []string{"warning", "Key Vault is not asked", "put certificate.pfx there"}, false},
		"thumbprint":    {map[string]string{"tls.crt": good.chainPEM, "certificateInformation.json": `{"properties": {"thumbprint": "00"}}`}, []string{"has the thumbprint", "names 00"}, true},
		"no base64":     {map[string]string{"certificateInformation.json": `{"properties": {"data": "%%"}}`}, []string{`"data" is a PFX in Base64`, `"data": "**"`}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			write(t, root, "apis/a/apiInformation.json", oneAPI)
			for file, text := range c.files {
				write(t, root, "certificates/c/"+file, text)
			}
			made, diags := pullFrom(t, newFolder(t, root, Options{LookupEnv: func(string) (string, bool) { return "", false }}))
			for _, want := range c.want {
				if !strings.Contains(diags, want) {
					t.Errorf("the messages do not say %q:\n%s", want, diags)
				}
			}
			if strings.Contains(diags, "PRIVATE KEY") || (len(made.Certificates) == 1) != c.kept {
				t.Errorf("%d certificates, the messages are\n%s", len(made.Certificates), diags)
			}
		})
	}
}

func TestCertificatesOfBackends(t *testing.T) {
	t.Parallel()
	m := newMaterial(t, "m", time.Hour)
	const none, one = "a backend without TLS is shown no certificate", "a backend is shown one certificate: the first one that has a key"
	for name, c := range map[string]struct{ url, ids, want string }{
		"one":                  {"https://b.test", `"c"`, ""},
		"two":                  {"https://b.test", `"c", "d"`, one},
		"without TLS":          {"http://b.test", `"c"`, none},
		"two without TLS":      {"WS://b.test", `"c", "d"`, none},
		"a URL not known here": {"{{url}}", `"c"`, ""},
		"none":                 {"http://b.test", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			write(t, root, "apis/a/apiInformation.json", oneAPI)
			write(t, root, "certificates/c/certificate.pem", m.keyPEM+m.chainPEM)
			write(t, root, "certificates/d/certificate.pem", m.keyPEM+m.chainPEM)
			write(t, root, "backends/b/backendInformation.json", `{"properties": {"url": "`+c.url+`", "protocol": "http", "credentials": {"certificateIds": [`+c.ids+`]}}}`)
			made, diags := pullFrom(t, newFolder(t, root, Options{}))
			for _, text := range []string{none, one} {
				if has := strings.Contains(diags, "warning: "+text); has != (text == c.want) {
					t.Errorf("want %q, the messages are\n%s", c.want, diags)
				}
			}
			if got := len(made.Backends[0].Certificates); got != strings.Count(c.ids, `"`)/2 {
				t.Errorf("the backend has %d certificates", got)
			}
		})
	}
}

func TestHostnameMistakes(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write(t, root, "apis/a/apiInformation.json", oneAPI)
	write(t, root, "gateways/g/hostnameConfigurations/a/hostnameConfigurationInformation.json", `{"properties": {"hostname": "a b", "certificateId": "c"}}`)
	write(t, root, "gateways/g/hostnameConfigurations/b/hostnameConfigurationInformation.json", `{"properties": {"hostname": "b.test", "certificateId": "nosuch"}}`)
	write(t, root, "gateways/g/hostnameConfigurations/c/hostnameConfigurationInformation.json", `{"properties": {"hostname": "B.test"}}`)
	write(t, root, "gateways/g/hostnameConfigurations/d/hostnameConfigurationInformation.json", `{"properties": {"certificateId": "c"}}`)
	_, diags := pullFrom(t, newFolder(t, root, Options{}))
	for _, want := range []string{`"a b" is no host name`, `there is no certificate "nosuch"`, `there is another host name "b.test"`, `"hostname" is missing`} {
		if !strings.Contains(diags, want) {
			t.Errorf("the messages do not say %q:\n%s", want, diags)
		}
	}
}
