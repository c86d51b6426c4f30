// Package conversion is what json-to-xml and xml-to-json have in common: when they convert
// a body, and what becomes of its headers.
package conversion

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/internal/message"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Always is the value of apply that converts every body.
const Always = "always"

// A Conversion is a policy that converts bodies from one format to another.
type Conversion struct {
	// From is the name of the format of the body, for messages.
	From string
	// Apply is Always, or else IsFrom decides by the body's media type.
	Apply  policies.Value[string]
	IsFrom func(mediaType string) bool
	// Accept: only for clients whose Accept header names a media type that IsTo takes.
	Accept policies.Value[bool]
	IsTo   func(mediaType string) bool
	// ContentType of the result.
	ContentType string
	// Convert converts the text of a body for an exchange.
	Convert func(ctx context.Context, x *exchange.Exchange, part message.Part) ([]byte, error)
}

// Step compiles the conversion of the current section's message.
func (v *Conversion) Step(c *policies.Compiler) policies.Step {
	find := message.MayReadBody(c)
	if v.unconditional() {
		find = message.ReadsBody(c)
	}
	return func(ctx context.Context, x *exchange.Exchange) error {
		part, ok := find(x)
		if !ok || !part.Body.Present() {
			return nil
		}
		ok, err := v.wanted(ctx, x, part)
		if err != nil || !ok {
			return err
		}
		return v.replace(ctx, x, part)
	}
}

// unconditional reports whether every body is converted.
func (v *Conversion) unconditional() bool {
	apply, constant := v.Apply.Constant()
	consider, also := v.Accept.Constant()
	return constant && also && apply == Always && !consider
}

func (v *Conversion) wanted(ctx context.Context, x *exchange.Exchange, part message.Part) (bool, error) {
	apply, err := v.Apply.Get(ctx, x)
	if err != nil || apply != Always && !v.IsFrom(message.MediaType(part.ContentType())) {
		return false, err
	}
	consider, err := v.Accept.Get(ctx, x)
	if err != nil || !consider {
		return err == nil, err
	}
	accept, _ := x.Request.Headers.Joined("Accept")
	return Accepts(accept, v.IsTo), nil
}

// Accepts reports whether an Accept header names a media type. A range such as */* names
// none.
func Accepts(accept string, is func(mediaType string) bool) bool {
	for entry := range strings.SplitSeq(accept, ",") {
		if is(message.MediaType(entry)) && !refused(entry) {
			return true
		}
	}
	return false
}

// refused reports whether an entry of an Accept header has the quality zero.
func refused(entry string) bool {
	for parameter := range strings.SplitSeq(entry, ";") {
		name, value, _ := strings.Cut(parameter, "=")
		if strings.EqualFold(strings.TrimSpace(name), "q") {
			q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			return err == nil && q == 0
		}
	}
	return false
}

func (v *Conversion) replace(ctx context.Context, x *exchange.Exchange, part message.Part) error {
	content, err := part.Body.Bytes(ctx)
	if err != nil {
		return err
	}
	if len(strings.TrimSpace(string(content))) == 0 {
		return nil
	}
	if encoding := part.Encoding(); encoding != "" {
		return v.failed(fmt.Sprintf("it is encoded as %q", encoding), nil)
	}
	made, err := v.Convert(ctx, x, part)
	if err != nil {
		return err
	}
	contentType := v.ContentType
	if strings.Contains(strings.ToLower(part.ContentType()), "charset=") {
		contentType += "; charset=utf-8"
	}
	part.Headers.Set("Content-Type", contentType)
	part.Replace(made)
	return nil
}

// Failed is the error of a body that cannot be converted.
func (v *Conversion) Failed(err error) error { return v.failed(err.Error(), err) }

func (v *Conversion) failed(why string, cause error) error {
	return &policies.Error{
		Reason:  "ConversionFailed",
		Message: fmt.Sprintf("The body cannot be converted from %s: %s", v.From, strings.TrimSuffix(why, ".")) + ".",
		Cause:   cause,
	}
}
