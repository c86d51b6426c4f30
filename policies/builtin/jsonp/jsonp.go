// Package jsonp implements jsonp, which wraps a JSON response in the call of a function, so
// that a page can load it with a script element.
//
// The function's name is the value of a query parameter of the client's request. A request
// without that parameter, a response that is no JSON and one that is compressed are left
// alone. A name that is no JavaScript identifier, or several with points between them, fails
// the request with 400. Content-Type becomes application/javascript.
package jsonp

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/internal/message"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the jsonp policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "jsonp",
	Chapter:  policies.CrossDomain,
	Sections: policies.In(policies.Outbound),
	Compile:  compile,
})

type config struct {
	// Parameter is the name of the query parameter whose value is the function's name.
	Parameter policies.Value[string] `attr:"callback-parameter-name,required"`
}

func compile(c *policies.Compiler, cfg config) policies.Step {
	if name, ok := cfg.Parameter.Constant(); ok && name == "" {
		c.Errorf(cfg.Parameter.Range, "the name of the parameter is not empty")
	}
	find := message.MayReadBody(c)
	return func(ctx context.Context, x *exchange.Exchange) error {
		name, err := cfg.Parameter.Get(ctx, x)
		if err != nil {
			return err
		}
		values := x.Request.OriginalURL.Parameter(name)
		if len(values) == 0 {
			return nil
		}
		if !isPath(values[0]) {
			return invalid(name)
		}
		part, ok := find(x)
		if !ok || part.Encoding() != "" || !message.IsJSON(message.MediaType(part.ContentType())) {
			return nil
		}
		return wrap(ctx, part, values[0])
	}
}

func invalid(parameter string) error {
	text := fmt.Sprintf("Value of callback parameter %s is not a valid JavaScript identifier.", parameter)
	return &policies.Error{Reason: "CallbackParameterInvalid", Message: text, Status: 400, Public: text}
}

// wrap makes the body the argument of a call.
func wrap(ctx context.Context, part message.Part, function string) error {
	text, err := part.Text(ctx)
	if err != nil || text == "" {
		return err
	}
	contentType := "application/javascript"
	if strings.Contains(strings.ToLower(part.ContentType()), "charset=") {
		contentType += "; charset=utf-8"
	}
	part.Headers.Set("Content-Type", contentType)
	part.Replace([]byte(function + "(" + text + ");"))
	return nil
}

// isPath reports whether s is identifiers with points between them.
func isPath(s string) bool {
	for name := range strings.SplitSeq(s, ".") {
		if !isIdentifier(name) {
			return false
		}
	}
	return true
}

func isIdentifier(s string) bool {
	for i, c := range s {
		start := c == '$' || c == '_' || unicode.IsLetter(c) || unicode.Is(unicode.Nl, c)
		if !start && (i == 0 || !unicode.IsDigit(c) && !unicode.IsMark(c) && !unicode.Is(unicode.Pc, c)) {
			return false
		}
	}
	return s != "" && !slices.Contains(reserved, s)
}

// reserved are the words of JavaScript that are no identifiers.
var reserved = strings.Fields(`
	await break case catch class const continue debugger default delete do else enum export extends false finally for
	function if implements import in instanceof interface let new null package private protected public return static
	super switch this throw true try typeof var void while with yield`)
