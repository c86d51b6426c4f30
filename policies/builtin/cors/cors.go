// Package cors implements cors, which lets browsers call an API from pages of other origins.
//
// A preflight request, which asks what is allowed, is answered by the cors policies that
// stand directly in inbound, and nothing else of the pipeline runs for it. The first one
// whose origins match answers; one whose origins do not match ends the search, unless
// terminate-unmatched-request is false. The answer is 200 without a body in any case: what
// is not allowed is not in its headers.
//
// To the response of any other request from an allowed origin the headers are added that
// let the page read it, also when the request failed. A GET or HEAD from an origin that is
// not allowed is answered at once, with an empty 200, if terminate-unmatched-request is
// true.
package cors

import (
	"context"
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the cors policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "cors",
	Chapter:  policies.CrossDomain,
	Sections: policies.In(policies.Inbound),
	Compile:  compile,
})

type config struct {
	// AllowCredentials lets pages send cookies and the like.
	AllowCredentials policies.Value[bool] `attr:"allow-credentials" default:"false"`
	// Terminate says whether a request from an origin that is not allowed ends here.
	Terminate policies.Value[bool] `attr:"terminate-unmatched-request" default:"true"`
	// Origins that are allowed.
	Origins origins `elem:"allowed-origins,required"`
	// Methods that are allowed; without the element GET and POST.
	Methods *methods `elem:"allowed-methods"`
	// Headers that requests may have; without the element only those that need no leave.
	Headers *headers `elem:"allowed-headers"`
	// Expose are headers of responses that pages may read.
	Expose *headers `elem:"expose-headers"`
}

type origins struct {
	// Origins as scheme://host:port, or a single * for all.
	Origins []policies.Value[string] `elem:"origin,required"`
}

type methods struct {
	// MaxAge is how many seconds a browser may keep the answer to a preflight request.
	MaxAge policies.Value[int] `attr:"preflight-result-max-age" default:"0" min:"0"`
	// Methods that are allowed; * for all.
	Methods []policies.Value[string] `elem:"method,required"`
}

type headers struct {
	// Headers by name; * for all.
	Headers []string `elem:"header,required"`
}

// A filter is a compiled cors policy.
type filter struct {
	credentials, terminate policies.Value[bool]
	maxAge                 policies.Value[int]
	origins                []origin
	any                    bool                     // origin
	computed               []policies.Value[string] // origins
	methods                []policies.Value[string]
	headers                []string
	expose                 string
}

func compile(c *policies.Compiler, cfg config) policies.Step {
	f := &filter{
		credentials: cfg.AllowCredentials, terminate: cfg.Terminate,
		methods: []policies.Value[string]{policies.Literal("GET"), policies.Literal("POST")},
	}
	for _, value := range cfg.Origins.Origins {
		text, constant := value.Constant()
		if !constant {
			f.computed = append(f.computed, value)
			continue
		}
		if text == "*" {
			f.any = true
			continue
		}
		o, ok := parseOrigin(text)
		if !ok {
			c.Warnf(c.Here(), "the origin %q never matches: an origin is scheme://host or scheme://host:port", text)
			continue
		}
		f.origins = append(f.origins, o)
	}
	if cfg.Methods != nil {
		f.methods, f.maxAge = cfg.Methods.Methods, cfg.Methods.MaxAge
	}
	if cfg.Headers != nil {
		f.headers = cfg.Headers.Headers
	}
	if cfg.Expose != nil {
		f.expose = strings.Join(cfg.Expose.Headers, ",")
	}
	c.NeedsResponse()
	c.Preflight(f.preflight)
	return f.actual
}

// actual is the policy for a request that is no preflight.
func (f *filter) actual(ctx context.Context, x *exchange.Exchange) error {
	from, cross := x.Request.Headers.First("Origin")
	if !cross {
		return nil
	}
	credentials, err := f.credentials.Get(ctx, x)
	if err != nil {
		return err
	}
	allowed, err := f.allows(ctx, x, from)
	if err != nil {
		return err
	}
	if allowed != nobody {
		x.OnResponse(func(_ context.Context, x *exchange.Exchange) { f.mark(x.Response, allowed, from, credentials) })
		return nil
	}
	terminate, err := f.terminate.Get(ctx, x)
	if err != nil {
		return err
	}
	if method := x.Request.OriginalMethod; terminate && (method == "GET" || method == "HEAD") {
		x.Finish(exchange.NewResponse(200, ""))
	}
	return nil
}

// mark adds the headers that let a page read the response. They take the place of the
// backend's own.
func (f *filter) mark(r *exchange.Response, allowed audience, from string, credentials bool) {
	if r == nil {
		return
	}
	allow(&r.Headers, allowed, from, credentials)
	if f.expose != "" {
		r.Headers.Set("Access-Control-Expose-Headers", f.expose)
	}
}

// allow adds who may read the response.
func allow(h *exchange.Headers, allowed audience, from string, credentials bool) {
	if allowed == everybody && !credentials {
		h.Set("Access-Control-Allow-Origin", "*")
	} else {
		h.Set("Access-Control-Allow-Origin", from)
		varyByOrigin(h)
	}
	if credentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	} else {
		h.Remove("Access-Control-Allow-Credentials")
	}
}

// varyByOrigin tells caches that the response is for one origin.
func varyByOrigin(h *exchange.Headers) {
	vary, ok := h.Joined("Vary")
	switch {
	case !ok:
		h.Set("Vary", "Origin")
	case !lists(strings.Split(vary, ","), "Origin"):
		h.Set("Vary", vary+", Origin")
	}
}

// An audience is whose pages may read a response.
type audience int

const (
	nobody    audience = iota
	itself             // the origin of the request
	everybody          // any origin
)

// allows tells whether pages of an origin may call, and whether any other may.
func (f *filter) allows(ctx context.Context, x *exchange.Exchange, from string) (audience, error) {
	if f.any {
		return everybody, nil
	}
	o, ok := parseOrigin(from)
	if ok && slices.Contains(f.origins, o) {
		return itself, nil
	}
	for i := range f.computed {
		text, err := f.computed[i].Get(ctx, x)
		if err != nil {
			return nobody, err
		}
		if text == "*" {
			return everybody, nil
		}
		if allowed, valid := parseOrigin(text); ok && valid && allowed == o {
			return itself, nil
		}
	}
	return nobody, nil
}

// An origin as it compares: in lower case, with its port.
type origin struct {
	scheme, host string
	port         int
}

// parseOrigin reads an origin. A path behind it does not matter, as published policies have
// trailing slashes.
func parseOrigin(s string) (origin, bool) {
	u, err := exchange.ParseURL(strings.TrimSpace(s))
	if err != nil || u.Scheme == "" || u.Host == "" {
		return origin{}, false
	}
	return origin{u.Scheme, strings.ToLower(u.Host), u.EffectivePort()}, true
}

// lists reports whether a name is in a list, or the list has a *.
func lists(names []string, name string) bool {
	for _, n := range names {
		if n = strings.TrimSpace(n); n == "*" || strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}
