// Package redirectcontenturls implements redirect-content-urls, which makes links in a body
// lead through the gateway: in outbound, the backend's URL in the response becomes that of
// the API on the gateway, as the client called it. In inbound it is the other way round, in
// the request.
//
// A URL is found as text, with its scheme, host and path, where it is not part of a longer
// name. Bodies whose content type is not one of text and bodies that are compressed are
// left as they are. Headers, Location among them, are never changed.
package redirectcontenturls

import (
	"context"
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/internal/message"
	"github.com/apimgw/apimgw/policies/document"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the redirect-content-urls policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "redirect-content-urls",
	Chapter:  policies.Transformation,
	Sections: policies.In(policies.Inbound, policies.Outbound),
	Compile:  compile,
})

type config struct {
	// Element itself.
	Element *document.Element `element:""`
}

func compile(c *policies.Compiler, cfg config) policies.Step {
	if isRepeated(cfg.Element) {
		c.Errorf(cfg.Element.Open, "<redirect-content-urls> may be in a section only once")
	}
	find := message.MayReadBody(c)
	inbound := c.Section() == policies.Inbound
	return func(ctx context.Context, x *exchange.Exchange) error {
		part, ok := find(x)
		if !ok || !part.Body.Present() || part.Encoding() != "" || x.API == nil {
			return nil
		}
		if t := part.ContentType(); t != "" && !message.IsText(message.MediaType(t)) {
			return nil
		}
		backend := x.Called
		if backend == nil {
			backend = x.Backend
		}
		if backend == nil || backend.URL.Host == "" { // a pool, of which no member was called yet
			return nil
		}
		from, to := backend.URL, gatewayURL(x)
		if inbound {
			from, to = to, from
		}
		return part.ReplaceAll(ctx, replacements(from, to))
	}
}

// isRepeated reports whether the policy stands in the same place before.
func isRepeated(e *document.Element) bool {
	if e.Parent == nil {
		return false
	}
	for _, sibling := range e.Parent.Children {
		if sibling == e {
			return false
		}
		if sibling.Name == e.Name {
			return true
		}
	}
	return false
}

// gatewayURL is the URL of the API as the client wrote it: with its path, and with the
// version where that is part of the path.
func gatewayURL(x *exchange.Exchange) exchange.URL {
	u := x.Request.OriginalURL
	n := 0
	if path := strings.Trim(x.API.Path, "/"); path != "" {
		n = strings.Count(path, "/") + 1
	}
	segments := strings.Split(strings.TrimPrefix(u.Path, "/"), "/")
	if x.API.Version != "" && n < len(segments) && strings.EqualFold(segments[n], x.API.Version) {
		n++
	}
	u.Path, u.Query = "", ""
	if n > 0 {
		u.Path = "/" + strings.Join(segments[:min(n, len(segments))], "/")
	}
	return u
}

// replacements put one base URL in the place of another, be it written with the scheme's
// own port or without.
func replacements(from, to exchange.URL) []message.Replacement {
	target := base(to)
	list := []message.Replacement{{From: base(from), To: target, Ends: ends}}
	if from.EffectivePort() == from.DefaultPort() {
		withPort := from.Scheme + "://" + from.Host + ":" + strconv.Itoa(from.DefaultPort()) + strings.TrimRight(from.Path, "/")
		list = append(list, message.Replacement{From: withPort, To: target, Ends: ends})
	}
	return list
}

// base is a URL without its query and the slashes at its end.
func base(u exchange.URL) string {
	return u.Scheme + "://" + u.Authority() + strings.TrimRight(u.Path, "/")
}

// ends reports whether what follows a base URL lets that be a whole host, port or segment.
func ends(rest string) bool {
	if rest == "" {
		return true
	}
	switch c := rest[0]; c {
	case '.', ':':
		return len(rest) == 1 || !isNameByte(rest[1])
	default:
		return !isNameByte(c)
	}
}

// isNameByte reports whether a byte goes on a name in a URL.
func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-_~%@", c) >= 0 || c >= 0x80
}
