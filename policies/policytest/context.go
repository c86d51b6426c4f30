package policytest

import (
	"maps"
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies/exchange"
)

// enter fills in what an exchange is matched to.
func (c *Context) enter(x *exchange.Exchange) error {
	x.API = &exchange.API{
		ID: c.API.ID, Name: c.API.Name, Path: c.API.Path, Version: c.API.Version, Revision: c.API.Revision,
		IsCurrent: true, Protocols: []string{"http"}, KeyHeader: "Ocp-Apim-Subscription-Key", KeyQuery: "subscription-key",
	}
	if c.API.ServiceURL != "none" {
		b, err := baseBackend(c.API.ServiceURL)
		if err != nil {
			return err
		}
		x.API.ServiceURL, x.Backend = &b.URL, b
		u := &x.Request.URL
		u.Scheme, u.Host, u.Port = b.URL.Scheme, b.URL.Host, b.URL.Port
	}
	x.Operation = c.operation()
	x.Deployment = &exchange.Deployment{Region: "test", ServiceName: "test", ServiceID: "test", GatewayID: "test", InstanceID: "1", Certificates: c.deployment()}
	if p := c.Product; p != nil {
		x.Product = &exchange.Product{ID: p.ID, Name: p.Name, Published: true, APIs: []*exchange.API{x.API}}
	}
	if s := c.Subscription; s != nil {
		x.Subscription = &exchange.Subscription{ID: s.ID, Name: s.Name, Key: s.Key, PrimaryKey: s.Key, CreatedDate: Now}
	}
	if u := c.User; u != nil {
		x.User = &exchange.User{ID: u.ID, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email, RegistrationDate: Now}
		for _, g := range u.Groups {
			x.User.Groups = append(x.User.Groups, exchange.Group{ID: g.ID, Name: g.Name})
		}
	}
	return nil
}

func (c *Context) operation() *exchange.Operation {
	o := &exchange.Operation{ID: c.Operation.ID, Name: c.Operation.Name, Method: c.Operation.Method, URLTemplate: c.Operation.URLTemplate}
	for _, r := range c.Operation.Responses {
		made := exchange.OperationResponse{StatusCode: r.StatusCode}
		for _, p := range r.Representations {
			made.Representations = append(made.Representations, exchange.Representation{ContentType: p.ContentType, Examples: p.Examples, Sample: p.Sample})
		}
		o.Responses = append(o.Responses, made)
	}
	return o
}

func fields(m map[string]string) []exchange.Field {
	var out []exchange.Field
	for _, name := range slices.Sorted(maps.Keys(m)) {
		out = append(out, exchange.Field{Name: name, Value: m[name]})
	}
	return out
}

// match matches the part of a path behind the API's with an operation's template. Cases
// have simple templates: a segment is a literal, {name} or, as the last one, a wildcard;
// a query parameter is {name}.
func match(template, path string, u *exchange.URL) ([]exchange.Field, bool) {
	template, query, _ := strings.Cut(template, "?")
	want, got := segments(template), segments(path)
	var out []exchange.Field
	for i, segment := range want {
		name, parameter := strings.CutPrefix(segment, "{")
		name = strings.TrimSuffix(name, "}")
		switch {
		case segment == "*":
			return out, true
		case strings.HasPrefix(name, "*"):
			out = append(out, exchange.Field{Name: name[1:], Value: exchange.UnescapePath(strings.Join(got[min(i, len(got)):], "/"))})
			return out, true
		case i >= len(got) || !parameter && !strings.EqualFold(segment, got[i]):
			return nil, false
		case parameter:
			out = append(out, exchange.Field{Name: name, Value: exchange.UnescapePath(got[i])})
		}
	}
	if len(got) > len(want) {
		return nil, false
	}
	for pair := range strings.SplitSeq(query, "&") {
		key, name, _ := strings.Cut(pair, "={")
		values := u.Parameter(key)
		if query == "" || values == nil {
			return out, query == ""
		}
		out = append(out, exchange.Field{Name: strings.TrimSuffix(name, "}"), Value: values[0]})
	}
	return out, true
}

func segments(path string) []string {
	path = strings.Trim(path, "/")
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}
