package message

import (
	"context"
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Header is the element set-header.
type Header struct {
	// Name of the header. Its case does not matter.
	Name policies.Value[string] `attr:"name,required"`
	// Exists says what happens when the header is there already: "override" replaces it,
	// "skip" leaves it, "append" adds to it, "delete" removes it.
	Exists policies.Value[string] `attr:"exists-action" default:"override" oneof:"override skip append delete"`
	// Values of the header. Several go out as one line, joined with commas, unless the
	// header is one whose values may have commas themselves.
	Values []policies.Value[string] `elem:"value"`
}

// framing are the headers that the transport alone sets.
var framing = []string{"connection", "content-length", "keep-alive", "transfer-encoding"}

// separate are the headers whose values are not joined with commas, as they may have
// commas or dates in them.
var separate = []string{
	"user-agent", "www-authenticate", "proxy-authenticate", "cookie", "set-cookie", "warning",
	"date", "expires", "if-modified-since", "if-unmodified-since", "last-modified", "retry-after",
}

// SetHeader is a compiled Header: it changes headers, with expressions evaluated for an
// exchange.
type SetHeader func(ctx context.Context, x *exchange.Exchange, h *exchange.Headers) error

// Compile checks the literals and compiles the element.
func (s Header) Compile(c *policies.Compiler) SetHeader {
	name, constant := s.Name.Constant()
	switch {
	case constant && s.Name.Set() && strings.TrimSpace(name) == "":
		c.Errorf(s.Name.Range, "the name of a header is not empty")
	case constant && s.Name.Set() && !IsToken(name):
		c.Warnf(s.Name.Range, "no header can have this name, as it has blanks, brackets or the like; this policy has no effect")
	case constant && isOneOf(framing, name):
		c.Warnf(s.Name.Range, "the header %s is set by the gateway itself; this policy has no effect", name)
	}
	for i := range s.Values {
		if value, ok := s.Values[i].Constant(); ok && !IsFieldValue(value) {
			c.Errorf(s.Values[i].Range, "the value of a header has no line breaks or control characters")
		}
	}
	action, constant := s.Exists.Constant()
	switch {
	case constant && action == "delete" && len(s.Values) > 0:
		c.Warnf(s.Values[0].Range, "the value of a header that is deleted has no effect")
	case constant && action != "delete" && len(s.Values) == 0:
		c.Warnf(s.Name.Range, "there is no <value> for the header")
	}
	if name, ok := s.Name.Constant(); ok && !IsToken(name) {
		return func(context.Context, *exchange.Exchange, *exchange.Headers) error { return nil }
	}
	if name, values, ok := s.constant(action, constant); ok {
		add := action == "append"
		return func(_ context.Context, _ *exchange.Exchange, h *exchange.Headers) error {
			if action != "skip" || !h.Has(name) {
				apply(h, name, values, add)
			}
			return nil
		}
	}
	return s.set
}

// constant returns the name and the values of an element that is the same for every
// exchange, if it sets something.
func (s *Header) constant(action string, constant bool) (name string, values []string, ok bool) {
	name, ok = s.Name.Constant()
	if !ok || !constant || action == "delete" || isOneOf(framing, name) {
		return "", nil, false
	}
	for i := range s.Values {
		value, ok := s.Values[i].Constant()
		if !ok {
			return "", nil, false
		}
		values = append(values, strings.Trim(value, " \t"))
	}
	if action != "append" && !isOneOf(separate, name) && len(values) > 1 {
		values = []string{strings.Join(values, ",")}
	}
	return name, values, true
}

func (s *Header) set(ctx context.Context, x *exchange.Exchange, h *exchange.Headers) error {
	name, err := s.Name.Get(ctx, x)
	if err != nil {
		return err
	}
	action, err := s.Exists.Get(ctx, x)
	if err != nil {
		return err
	}
	switch {
	case !IsToken(name):
		return invalid("header name", name)
	case isOneOf(framing, name), action == "skip" && h.Has(name):
		return nil
	case action == "delete":
		h.Remove(name)
		return nil
	}
	values, err := s.values(ctx, x)
	if err != nil {
		return err
	}
	apply(h, name, values, action == "append")
	return nil
}

func (s *Header) values(ctx context.Context, x *exchange.Exchange) ([]string, error) {
	values := make([]string, len(s.Values))
	for i := range s.Values {
		value, err := s.Values[i].Get(ctx, x)
		if err != nil {
			return nil, err
		}
		if !IsFieldValue(value) {
			return nil, invalid("header value", value)
		}
		values[i] = strings.Trim(value, " \t")
	}
	return values, nil
}

// apply sets or appends values, joined to one line where that is allowed.
func apply(h *exchange.Headers, name string, values []string, add bool) {
	switch {
	case isOneOf(separate, name) && add:
		h.Add(name, values...)
		return
	case isOneOf(separate, name):
		h.Set(name, values...)
		return
	case add:
		values = append(h.Values(name), values...)
	}
	if len(values) == 0 {
		h.Remove(name)
		return
	}
	h.Set(name, strings.Join(values, ","))
}

func isOneOf(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return len(n) == len(name) && strings.EqualFold(n, name) })
}
