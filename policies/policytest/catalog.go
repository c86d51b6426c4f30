package policytest

import (
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/sync/catalog"
)

// Catalog is the case as a catalog, for those who run it through a real Envoy. Every text in
// which a host name of the case may stand is passed through rewrite.
func (c *Case) Catalog(rewrite func(string) string) *catalog.Catalog {
	out := &catalog.Catalog{
		Service: catalog.Service{Name: "test", Region: "test"},
		APIs:    []*catalog.API{c.api(rewrite)},
	}
	for name, v := range c.NamedValues {
		out.NamedValues = append(out.NamedValues, &catalog.NamedValue{
			ID: name, DisplayName: name, Value: catalog.Secret(rewrite(v.Value)), Secret: v.Secret,
		})
	}
	for id, source := range c.Fragments {
		out.Fragments = append(out.Fragments, &catalog.Fragment{
			ID: id, Policy: catalog.Policy{File: source.Name(), Text: rewrite(source.Text())},
		})
	}
	for _, b := range c.Context.Backends {
		out.Backends = append(out.Backends, b.catalog(rewrite))
	}
	out.Certificates = c.Context.catalogCertificates()
	for _, d := range c.Documents {
		place(out, d.Scope, &catalog.Policy{File: d.Source.Name(), Text: rewrite(d.Source.Text())})
	}
	c.people(out)
	return out
}

func (c *Case) api(rewrite func(string) string) *catalog.API {
	a, o := &c.Context.API, &c.Context.Operation
	api := &catalog.API{
		ID: a.ID, DisplayName: a.Name, Path: strings.Trim(a.Path, "/"), ServiceURL: rewrite(a.ServiceURL), Type: catalog.HTTP,
		KeyHeader: "Ocp-Apim-Subscription-Key", KeyQuery: "subscription-key",
		Revision: a.Revision, IsCurrent: true, IsOnline: true,
	}
	if a.ServiceURL == "none" {
		api.ServiceURL = ""
	}
	operation := &catalog.Operation{ID: o.ID, DisplayName: o.Name, Method: o.Method, URLTemplate: o.URLTemplate}
	for _, r := range o.Responses {
		made := catalog.Response{StatusCode: r.StatusCode}
		for _, p := range r.Representations {
			made.Representations = append(made.Representations, catalog.Representation{ContentType: p.ContentType, Examples: p.Examples, Sample: p.Sample})
		}
		operation.Responses = append(operation.Responses, made)
	}
	api.Operations = []*catalog.Operation{operation}
	return api
}

// people adds the product, the subscription and the user.
func (c *Case) people(out *catalog.Catalog) {
	p, s, u := c.Context.Product, c.Context.Subscription, c.Context.User
	scope := "/apis/" + c.Context.API.ID
	if p != nil {
		product(out).ID, product(out).DisplayName = p.ID, p.Name
		scope = "/products/" + p.ID
	}
	if s != nil {
		out.Subscriptions = []*catalog.Subscription{{
			ID: s.ID, DisplayName: s.Name, Scope: scope, PrimaryKey: catalog.Secret(s.Key), State: "active", Created: Now,
		}}
	}
	if u == nil {
		return
	}
	user := &catalog.User{ID: u.ID, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email, Registered: Now}
	for _, g := range u.Groups {
		out.Groups = append(out.Groups, &catalog.Group{ID: g.ID, DisplayName: g.Name})
		user.Groups = append(user.Groups, g.ID)
	}
	out.Users = []*catalog.User{user}
	for _, s := range out.Subscriptions {
		s.Owner = u.ID
	}
}

// place gives a document to what its scope is.
func place(out *catalog.Catalog, scope policies.Scope, p *catalog.Policy) {
	switch scope {
	case policies.Global:
		out.Policy = p
	case policies.Product:
		product(out).Policy = p
	case policies.API:
		out.APIs[0].Policy = p
	default:
		out.APIs[0].Operations[0].Policy = p
	}
}

// product is the one product of the case: an open one, so that no key is needed.
func product(out *catalog.Catalog) *catalog.Product {
	if len(out.Products) == 0 {
		out.Products = []*catalog.Product{{ID: "product", DisplayName: "Product", Published: true, APIs: []string{out.APIs[0].ID}}}
	}
	return out.Products[0]
}

func (b BackendFacts) catalog(rewrite func(string) string) *catalog.Backend {
	out := &catalog.Backend{ID: b.ID, Type: "Single", URL: rewrite(b.URL), Headers: map[string][]catalog.Secret{}, Query: map[string][]catalog.Secret{}}
	for name, value := range b.Headers {
		out.Headers[name] = []catalog.Secret{catalog.Secret(value)}
	}
	for name, value := range b.Query {
		out.Query[name] = []catalog.Secret{catalog.Secret(value)}
	}
	b.balance(out)
	return out
}
