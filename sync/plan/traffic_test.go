package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/catalog"
	"github.com/apimgw/apimgw/sync/plan"
)

// What policies of APIs with streams may not do is said when they are loaded, at the place
// where it stands.
func TestPoliciesOfStreams(t *testing.T) {
	t.Parallel()
	const (
		reads    = `<set-variable name="v" value="@(context.Request.Body.As<string>(preserveContent: true))" />`
		response = `<set-variable name="v" value="@(context.Response.Body.As<string>(preserveContent: true))" />`
		maybe    = `<choose><when condition="@(context.Api.Id != "x")">` + reads + `</when></choose>`
	)
	in := func(s string) string { return "<policies><inbound>" + s + "</inbound></policies>" }
	out := func(s string) string { return "<policies><outbound>" + s + "</outbound></policies>" }
	fail := func(s string) string { return "<policies><on-error>" + s + "</on-error></policies>" }
	const (
		global, product, api, operation = "global.xml", "product.xml", "api.xml", "operation.xml"
	)
	for _, tt := range []struct {
		name   string
		kind   catalog.APIType
		file   string
		policy string
		want   string // severity, place and message; empty for none
		broken bool
	}{
		{"HTTP", catalog.HTTP, api, in(reads), "", false},
		{"gRPC, API", catalog.GRPC, api, in(reads), `error api.xml:1:21 <set-variable> needs the request's body, which is a stream in a call of gRPC`, true},
		{"gRPC, operation, in one branch", catalog.GRPC, operation, in("<base />" + maybe), `error operation.xml:1:80 <set-variable> needs the request's body, which is a stream in a call of gRPC`, true},
		{"gRPC, response", catalog.GRPC, api, out(response), `error api.xml:1:22 <set-variable> needs the response's body, which is a stream in a call of gRPC`, true},
		{"gRPC, set-body", catalog.GRPC, api, in(`<set-body>x</set-body>`), `error api.xml:1:21 <set-body> needs the request's body, which is a stream in a call of gRPC`, true},
		{"gRPC, body of our own answer", catalog.GRPC, api, fail(response + `<set-body>x</set-body>`), "", false},
		{"gRPC, return-response", catalog.GRPC, api, in(`<return-response><set-body>x</set-body></return-response>`), "", false},
		{"gRPC, in a fragment", catalog.GRPC, api, in(`<include-fragment fragment-id="reads" />`), `error reads.xml:1:12 <set-variable> needs the request's body, which is a stream in a call of gRPC`, true},
		{"gRPC, global", catalog.GRPC, global, in(reads), `error global.xml:1:21 <set-variable> needs the request's body, which is a stream in a call of gRPC, and gRPC APIs inherit it`, true},
		{"gRPC, global, in one branch", catalog.GRPC, global, in(maybe), `warning global.xml:1:72 <set-variable> needs the request's body, which is a stream in a call of gRPC, and gRPC APIs inherit it`, false},
		{"gRPC, product", catalog.GRPC, product, in(reads), `error product.xml:1:21 <set-variable> needs the request's body, which is a stream in a call of gRPC, and gRPC APIs inherit it`, true},
		{"WebSocket, request", catalog.WebSocket, api, in(reads), `error api.xml:1:21 <set-variable> needs the request's body, and the handshake of a WebSocket has none`, true},
		{"WebSocket, response", catalog.WebSocket, operation, out(response), `error operation.xml:1:22 <set-variable> needs the response's body, and behind the handshake of a WebSocket follow frames`, true},
		{"WebSocket, not at handshakes", catalog.WebSocket, api, in(`<set-method>GET</set-method>`), `error api.xml:1:21 <set-method> may not be in a policy of a WebSocket API: it does not run at handshakes`, true},
		{"WebSocket, skipped", catalog.WebSocket, global, in(`<set-method>PUT</set-method>`), `warning global.xml:1:21 WebSocket APIs inherit <set-method>, which does not run at handshakes: it is skipped there`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := streamed(tt.kind)
			policy := &catalog.Policy{File: tt.file, Text: tt.policy}
			switch tt.file {
			case global:
				c.Policy = policy
			case product:
				c.Products[0].Policy = policy
			case api:
				c.APIs[0].Policy = policy
			case operation:
				c.APIs[0].Operations[0].Policy, c.APIs[0].Operations[1].Policy = policy, policy
			}
			p, diags := compile(t, c, nil)
			if got := said(diags); got != tt.want {
				t.Errorf("said is\n%s\nwant\n%s", got, tt.want)
			}
			if broken := broken(t, p); broken != tt.broken {
				t.Errorf("broken: %t", broken)
			}
			// It is said again as long as it is there.
			c.Groups = []*catalog.Group{{ID: "new"}}
			if p, diags = compile(t, c, p); said(diags) != tt.want {
				t.Errorf("the second time, said is\n%s", said(diags))
			}
			if broken(t, p) != tt.broken {
				t.Error("the second time, it is otherwise")
			}
		})
	}
}

// streamed is a catalog with one API, in an open product.
func streamed(kind catalog.APIType) *catalog.Catalog {
	return &catalog.Catalog{
		APIs: []*catalog.API{{
			ID: "api", Path: "api", Protocols: []string{"http"}, ServiceURL: "http://be.example", Type: kind, KeyHeader: "K", KeyQuery: "k",
			Revision: "1", IsCurrent: true, IsOnline: true,
			Operations: []*catalog.Operation{{ID: "post", Method: "POST", URLTemplate: "/"}, {ID: "get", Method: "GET", URLTemplate: "/"}},
		}},
		Products:  []*catalog.Product{{ID: "p", APIs: []string{"api"}}},
		Fragments: []*catalog.Fragment{{ID: "reads", Policy: catalog.Policy{File: "reads.xml", Text: `<fragment><set-variable name="v" value="@(context.Request.Body.As<string>())" /></fragment>`}}},
	}
}

// said is what a list says, a line each.
func said(list diag.List) string {
	var lines []string
	for _, d := range list {
		at := d.Range.Source.Position(d.Range.Start)
		lines = append(lines, strings.TrimSpace(d.Severity.String()+" "+d.Range.Source.Name()+fmt.Sprintf(":%d:%d ", at.Line, at.Column)+d.Message))
	}
	return strings.Join(lines, "\n")
}

// broken reports whether the API's operation answers that its policy does not compile.
func broken(t *testing.T, p *plan.Plan) bool {
	t.Helper()
	for _, text := range []string{"POST http://h/api", "GET ws://h/api"} {
		r := p.Resolve(request(text))
		switch {
		case r.Failure == nil:
			return false
		case r.Failure.Reason != exchange.ReasonOperationNotFound:
			return true
		}
	}
	t.Fatal("there is no operation")
	return false
}
