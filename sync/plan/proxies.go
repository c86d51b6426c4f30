package plan

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/callout"
	"github.com/apimgw/apimgw/policies/pfx"
	"github.com/apimgw/apimgw/sync/catalog"
)

// A Proxy is an HTTP proxy that targets are reached through. The zero value is none.
type Proxy struct {
	// Name is a hash of the rest.
	Name string
	Host string
	Port int
	// Username and Password it is told; without a username it is told nothing.
	Username string
	Password catalog.Secret
}

// proxies are those that backends and policies name. They live as long as the engine.
type proxies struct {
	byName map[string]Proxy
	of     func(*url.URL) (*url.URL, error) // of what names none; may be nil
}

// Certificate finds one that can be shown.
func (c connector) Certificate(ref policies.CertificateRef) (*policies.ClientCertificate, error) {
	return c.certificates.resolve(ref)
}

// KeepCertificate makes one of a policy's usable.
func (c connector) KeepCertificate(own *pfx.Certificate) (*policies.ClientCertificate, error) {
	return c.certificates.keep(own)
}

// KeepProxy makes a proxy usable.
func (c connector) KeepProxy(ref policies.ProxyRef) (string, error) { return c.proxies.keep(ref) }

// keep notes a proxy and returns its name.
func (p *proxies) keep(ref policies.ProxyRef) (string, error) {
	u, err := callout.ParseProxy(ref.URL)
	if err != nil {
		return "", err
	}
	port, err := strconv.Atoi(cmp.Or(u.Port(), "80"))
	if err != nil {
		return "", fmt.Errorf("the port of the proxy %q: %w", ref.URL, err)
	}
	if ref.Username == "" && ref.Password != "" {
		return "", errors.New("a password of a proxy needs a username")
	}
	made := Proxy{Host: strings.ToLower(u.Hostname()), Port: port, Username: ref.Username, Password: catalog.Secret(ref.Password)}
	made.Name = shortHash(made.Host, strconv.Itoa(port), ref.Username, ref.Password)
	p.byName[made.Name] = made
	return made.Name, nil
}

// connect gives a backend's target what its entity says of certificates and the proxy.
func (b *backends) connect(t *Target, source *catalog.Backend, values map[string]string) error {
	if len(source.Certificates) > 0 && t.TLS {
		made, err := b.certificates.first(source.Certificates)
		if err != nil {
			return err
		}
		t.Certificate = made
	}
	if source.Proxy == nil {
		return b.proxies.usual(t)
	}
	var ref policies.ProxyRef
	var errs [3]error
	ref.URL, errs[0] = expand(source.Proxy.URL, values)
	ref.Username, errs[1] = expand(source.Proxy.Username, values)
	ref.Password, errs[2] = expand(source.Proxy.Password.Reveal(), values)
	if err := cmp.Or(errs[0], errs[1], errs[2]); err != nil {
		return err
	}
	name, err := b.proxies.keep(ref)
	t.Proxy = b.proxies.byName[name]
	return err
}

// usual gives a target the proxy that the gateway's settings say.
func (p *proxies) usual(t *Target) error {
	if p.of == nil {
		return nil
	}
	scheme := "http"
	if t.TLS {
		scheme = "https"
	}
	u, err := p.of(&url.URL{Scheme: scheme, Host: t.Host + ":" + strconv.Itoa(t.Port)})
	if err != nil || u == nil {
		return err
	}
	password, _ := u.User.Password()
	name, err := p.keep(policies.ProxyRef{URL: (&url.URL{Scheme: u.Scheme, Host: u.Host}).String(), Username: u.User.Username(), Password: password})
	t.Proxy = p.byName[name]
	return err
}

// first is the first of a backend's certificates that can be shown: Envoy shows one.
func (c *certificates) first(ids []string) (Certificate, error) {
	var problem error
	for _, id := range ids {
		made, err := c.find(policies.CertificateRef{ID: id})
		if err == nil {
			return made.shown, nil
		}
		problem = cmp.Or(problem, err)
	}
	return Certificate{}, problem
}
