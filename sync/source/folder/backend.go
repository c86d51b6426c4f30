package folder

import (
	"context"
	"net/url"
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/sync/catalog"
)

func (b *builder) readBackends(ctx context.Context) error {
	backends, err := readSection(ctx, b, "backends", b.section("backends"), (*entry).backend)
	names := ids(b.section("backends"), func(d *dir) string { return d.name })
	pools := map[string]bool{}
	for _, r := range backends {
		pools[r.dir.name] = r.value.Type == "Pool"
	}
	for _, r := range backends {
		b.checkMembers(r.dir.rel, r.value, names, pools)
		b.catalog.Backends = append(b.catalog.Backends, b.withCertificates(r.value))
	}
	return err
}

// A backend is one backend with the places of its members.
type backend struct {
	catalog.Backend
	members      []diag.Range
	certificates []certificateRef
}

func (e *entry) backend() *backend {
	const file = "backendInformation.json"
	s := e.settings(e.dir, file)
	v := &backend{Backend: catalog.Backend{ID: e.id, File: e.dir.rel + "/" + file}}
	v.Type = s.choice("type", "Single", "Single", "Pool")
	address, at := s.text("url")
	v.URL = address
	switch {
	case v.Type == "Pool":
		v.pool(s)
	case address == "" && s.exists():
		s.required("url")
	case address != "" && !strings.Contains(address, "{{"):
		checkURL(&e.diags, at, "url", address, "http", "https", "ws", "wss")
	}
	if tls := s.object("tls"); tls.exists() {
		v.SkipChain = !tls.flag("validateCertificateChain", true)
		v.SkipName = !tls.flag("validateCertificateName", true)
		tls.alsoKnown("serverCertificateThumbprints", "serverX509Names")
		tls.finish()
	}
	v.credentials(s.object("credentials"))
	v.proxy(s.object("proxy"))
	v.breaker(s)
	if p := s.object("properties"); p.exists() {
		v.unsupported(p, "serviceFabricCluster")
	}
	s.alsoKnown("protocol", "title", "description", "resourceId", "azureRegion")
	s.finish()
	return v
}

func (v *backend) credentials(s *settings) {
	if !s.exists() {
		return
	}
	v.Headers, v.Query = s.multimap("header"), s.multimap("query")
	if a := s.object("authorization"); a.exists() {
		parameter, _ := a.text("parameter")
		v.AuthorizationScheme, _ = a.required("scheme")
		v.AuthorizationParameter = catalog.Secret(parameter)
	}
	v.certificates = s.certificates()
	v.unsupported(s, "managedIdentity")
	s.finish()
}

// unsupported notes settings that are there and that the gateway does not have yet.
func (v *backend) unsupported(s *settings, names ...string) {
	for _, name := range names {
		if n := s.field(name); n != nil && (len(n.fields) > 0 || len(n.items) > 0 || n.text != "") {
			v.Unsupported = append(v.Unsupported, name)
		}
	}
}

// multimap reads an object whose members are texts or lists of texts.
func (s *settings) multimap(name string) map[string][]catalog.Secret {
	o := s.object(name)
	if o.node == nil || len(o.node.fields) == 0 {
		return nil
	}
	out := map[string][]catalog.Secret{}
	for _, f := range o.node.fields {
		items := f.value.items
		if f.value.kind != list {
			items = []*node{f.value}
		}
		for _, item := range items {
			if item.kind != text && item.kind != number {
				s.diags.Errorf(item.at, CodeType, "%q is %s, not %s", f.name, text, item.kind)
				continue
			}
			out[f.name] = append(out[f.name], catalog.Secret(item.text))
		}
	}
	return out
}

// checkURL reports an address that is not an absolute URL of one of some schemes.
func checkURL(diags *diag.List, at diag.Range, name, address string, schemes ...string) {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		diags.Errorf(at, CodeURL, "%q is not a URL", name)
	case u.Host == "" || !has(schemes, strings.ToLower(u.Scheme)):
		diags.Errorf(at, CodeURL, "%q is an absolute URL that begins with %s", name, strings.Join(schemes, ":// or ")+"://")
	case u.Fragment != "":
		diags.Errorf(at, CodeURL, "%q has a fragment", name)
	}
}
