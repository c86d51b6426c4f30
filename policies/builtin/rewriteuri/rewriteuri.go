// Package rewriteuri implements rewrite-uri, which gives the request another path and query
// behind the backend's URL. {name} in the template stands for the parameter of that name of
// the operation's template.
//
// Query parameters of the request that the operation's template does not name are copied,
// unless copy-unmatched-params is false. One that the operation's template names is gone
// when the new template does not mention it.
package rewriteuri

import (
	"context"
	"fmt"
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the rewrite-uri policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "rewrite-uri",
	Chapter:  policies.Transformation,
	Sections: policies.In(policies.Inbound),
	Compile:  compile,
})

type config struct {
	// Template of the new path, which may have a query.
	Template policies.Value[string] `attr:"template,required"`
	// CopyUnmatched says whether query parameters that the operation's template does not
	// name are copied.
	CopyUnmatched policies.Value[bool] `attr:"copy-unmatched-params" default:"true"`
}

func compile(_ *policies.Compiler, cfg config) policies.Step {
	return func(ctx context.Context, x *exchange.Exchange) error {
		template, err := cfg.Template.Get(ctx, x)
		if err != nil {
			return err
		}
		keep, err := cfg.CopyUnmatched.Get(ctx, x)
		if err != nil {
			return err
		}
		return rewrite(x, template, keep)
	}
}

func rewrite(x *exchange.Exchange, template string, keep bool) error {
	path, query, _ := strings.Cut(template, "?")
	path, err := fill(x, path, escapePath)
	if err != nil {
		return err
	}
	query, err = fill(x, query, func(value string, _ bool) string { return exchange.EscapeQuery(value) })
	if err != nil {
		return err
	}
	u := &x.Request.URL
	if keep {
		query = withUnmatched(u, operationTemplate(x), query)
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	u.Path, u.Query = path, query
	return nil
}

func operationTemplate(x *exchange.Exchange) string {
	if x.Operation == nil {
		return ""
	}
	return x.Operation.URLTemplate
}

// fill puts parameters in for their names in braces.
func fill(x *exchange.Exchange, template string, encode func(value string, wildcard bool) string) (string, error) {
	if strings.IndexByte(template, '{') < 0 {
		return clean(template), nil
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(template, "{")
		b.WriteString(clean(before))
		if !found {
			return b.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return "", failure("a { without its }")
		}
		name = strings.TrimPrefix(name, "*")
		value, ok := x.Request.MatchedParameter(name)
		if !ok {
			return "", failure(fmt.Sprintf("the operation has no parameter %q", name))
		}
		b.WriteString(encode(value, strings.Contains(operationTemplate(x), "{*"+name+"}")))
		template = after
	}
}

func failure(what string) error {
	return &policies.Error{Reason: "RewriteTemplateInvalid", Message: "The template cannot be filled in: " + what + "."}
}

// escapePath encodes a parameter for the path; the slashes of a wildcard's are its own.
func escapePath(value string, wildcard bool) string {
	if !wildcard {
		return exchange.EscapePath(value)
	}
	parts := strings.Split(value, "/")
	for i := range parts {
		parts[i] = exchange.EscapePath(parts[i])
	}
	return strings.Join(parts, "/")
}

// clean encodes what cannot be in a request line.
func clean(s string) string {
	plain := true
	for i := range len(s) {
		plain = plain && visible(s[i])
	}
	if plain {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if visible(s[i]) {
			b.WriteByte(s[i])
		} else {
			fmt.Fprintf(&b, "%%%02X", s[i])
		}
	}
	return b.String()
}

// visible reports whether a byte can be in a request line; a fragment cannot.
func visible(c byte) bool { return c > ' ' && c < 0x7f && c != '#' }

// withUnmatched appends the request's parameters that neither the operation's template nor
// the query has.
func withUnmatched(u *exchange.URL, operation, query string) string {
	_, consumed, _ := strings.Cut(operation, "?")
	taken, own := exchange.URL{Query: consumed}, exchange.URL{Query: query}
	for raw := range strings.SplitSeq(u.Query, "&") {
		name, _, _ := strings.Cut(raw, "=")
		name = exchange.UnescapeQuery(name)
		if raw == "" || taken.Parameter(name) != nil || own.Parameter(name) != nil {
			continue
		}
		if query != "" {
			query += "&"
		}
		query += raw
	}
	return query
}
