package message

import (
	"context"
	"testing"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/exchange"
)

func TestTokensAndFieldValues(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{"X-A": true, "a_b!": true, "": false, "a b": false, "a:b": false, "ä": false, "a\n": false, "(a)": false} {
		if got := IsToken(s); got != want {
			t.Errorf("%q is a token: %t", s, got)
		}
	}
	for s, want := range map[string]bool{"": true, "a\tb ä": true, "a\r": false, "a\nb": false, "\x00": false, "\x7f": false} {
		if got := IsFieldValue(s); got != want {
			t.Errorf("%q is a field value: %t", s, got)
		}
	}
}

func TestWithUTF8(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"text/plain":                             "text/plain",
		"text/plain; charset=UTF-8":              "text/plain; charset=UTF-8",
		"text/plain; charset=\"utf-8\"":          "text/plain; charset=\"utf-8\"",
		"text/plain;Charset=iso-8859-1; a=b":     "text/plain;Charset=utf-8; a=b",
		"multipart/form-data; boundary=charset=": "multipart/form-data; boundary=charset=",
	} {
		if got := withUTF8(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

// headerKind is a policy that is a set-header of the request.
var headerKind = policies.Define(policies.Spec[Header]{
	Name: "set-header", Chapter: policies.Transformation, Sections: policies.Anywhere,
	Compile: func(c *policies.Compiler, cfg Header) policies.Step {
		set := cfg.Compile(c)
		return func(ctx context.Context, x *exchange.Exchange) error { return set(ctx, x, &x.Request.Headers) }
	},
})

func BenchmarkSetHeader(b *testing.B) {
	engine, _ := policies.NewEngine(policies.Options{Kinds: []policies.Kind{headerKind}})
	for name, value := range map[string]string{"constant": "v", "expression": `@(context.Request.Method)`} {
		b.Run(name, func(b *testing.B) {
			text := `<policies><inbound><set-header name="x-a"><value>` + value + `</value></set-header></inbound><backend/></policies>`
			p, list := engine.Compile(policies.Document{Scope: policies.API, Source: diag.NewSource("p", text)}, nil)
			if len(list) > 0 {
				b.Fatal(list)
			}
			fields := []exchange.Field{{Name: "accept", Value: "*/*"}, {Name: "user-agent", Value: "curl"}}
			response := exchange.NewResponse(200, "")
			b.ReportAllocs()
			for b.Loop() {
				x := exchange.New(nil, &exchange.Request{Method: "GET", Headers: exchange.NewHeaders(fields)})
				x.Response = response
				p.Run(context.Background(), x)
			}
		})
	}
}
