package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/sync/catalog"
	"github.com/apimgw/apimgw/sync/plan"
)

// typed is a catalog with an API of each type.
func typed() *catalog.Catalog {
	api := func(id, path string, kind catalog.APIType, service string, operations ...*catalog.Operation) *catalog.API {
		return &catalog.API{
			ID: id, Path: path, Protocols: []string{"http"}, ServiceURL: service, Type: kind, KeyHeader: "K", KeyQuery: "k",
			Revision: "1", IsCurrent: true, IsOnline: true, Operations: operations, Policy: says(id),
		}
	}
	op := func(id, method, template string) *catalog.Operation {
		return &catalog.Operation{ID: id, Method: method, URLTemplate: template, Policy: says(id)}
	}
	return &catalog.Catalog{APIs: []*catalog.API{
		api("calculator", "soap", catalog.SOAP, "http://soap.example",
			op("add", "POST", "/?soapAction=http://tempuri.org/Add+1"), op("none", "POST", "/?soapAction="), op("portal", "POST", "/soapAction={any}")),
		api("strict", "strict", catalog.SOAP, "http://soap.example", op("add", "POST", "/?soapAction=urn:add")),
		api("hub", "hub", catalog.HTTP, "http://hub.example", op("negotiate", "POST", "/negotiate"), op("poll", "GET", "/")),
		api("live", "hub", catalog.WebSocket, "ws://hub.example/live", op("onHandshake", "GET", "/")),
		api("graph", "graph", catalog.GraphQL, "http://graph.example", op("post", "POST", "/"), op("get", "GET", "/")),
		api("calls", "calls", catalog.GRPC, "grpcs://calls.example", op("hello", "POST", "/a.Greeter/Hello")),
	}}
}

// Operations are found as the type of their API has it.
func TestServeTypes(t *testing.T) {
	t.Parallel()
	p, diags := compile(t, typed(), nil)
	if len(diags) > 0 {
		t.Fatalf("the catalog has mistakes:\n%s", diags)
	}
	const unknown = "404"
	for _, tt := range []struct{ name, request, want string }{
		{"SOAP 1.1", "POST http://h/soap\nSOAPAction: \"http://tempuri.org/Add+1\"", "calculator add"},
		{"without quotes", "POST http://h/soap/\nSOAPAction: http://tempuri.org/Add+1", "calculator add"},
		{"SOAP 1.2", "POST http://h/soap\nContent-Type: application/soap+xml; charset=utf-8; action=\"http://tempuri.org/Add+1\"", "calculator add"},
		{"action in the query", "POST http://h/soap/?SoapAction=http://tempuri.org/Add%2B1", "calculator add"},
		{"the query counts", "POST http://h/soap?soapAction=urn:x\nSOAPAction: http://tempuri.org/Add+1", "calculator portal"},
		{"another action", "POST http://h/soap\nSOAPAction: \"urn:x\"", "calculator portal"},
		{"the empty action", "POST http://h/soap\nSOAPAction: \"\"", "calculator none"},
		{"no action", "POST http://h/soap", "calculator none"},
		{"GET of SOAP", "GET http://h/soap\nSOAPAction: \"urn:x\"", unknown},
		{"an action that no operation has", "POST http://h/strict\nSOAPAction: urn:other", unknown},
		{"case of an action", "POST http://h/strict\nSOAPAction: URN:add", unknown},

		{"handshake", "GET ws://h/hub", "live onHandshake"},
		{"request beside it", "GET http://h/hub", "hub poll"},
		{"path beside it", "POST http://h/hub/negotiate", "hub negotiate"},
		{"handshake below the path", "GET ws://h/hub/negotiate", unknown},
		{"handshake with TLS", "GET wss://h/hub", unknown},

		{"query", "POST http://h/graph", "graph post"},
		{"query in the URL", "GET http://h/graph?query={a}", "graph get"},
		{"subscription", "GET ws://h/graph/", "graph get"},
		{"below GraphQL", "POST http://h/graph/x", unknown},

		{"call", "POST http://h/calls/a.Greeter/Hello", "calls hello"},
		{"no such method", "POST http://h/calls/a.Greeter/Bye", unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			x := request(tt.request)
			r := p.Resolve(x)
			r.Run(t.Context(), x)
			got := fmt.Sprint(x.Response.StatusCode)
			if said, ok := x.Variables.Get("said"); ok {
				got = strings.TrimSpace(fmt.Sprint(said))
			}
			if got != tt.want {
				t.Errorf("run is %q, want %q", got, tt.want)
			}
			if r.GRPC != strings.HasPrefix(tt.want, "calls") && tt.want != unknown {
				t.Errorf("a call of gRPC: %t", r.GRPC)
			}
		})
	}
}

// What stands for all actions gives policies the action.
func TestSOAPActionIsMatched(t *testing.T) {
	t.Parallel()
	p, _ := compile(t, typed(), nil)
	x := request("POST http://h/soap?a=b\nSOAPAction: \"urn:x y\"")
	p.Resolve(x)
	if got, ok := x.Request.MatchedParameter("any"); got != "urn:x y" || !ok {
		t.Errorf("the action is %q", got)
	}
	if got := x.Request.URL.PathAndQuery(); got != "/?a=b" {
		t.Errorf("the backend is asked for %q", got)
	}
}

// Backends of gRPC APIs are spoken to in HTTP/2, whatever a policy says of it.
func TestConnectionsOfGRPC(t *testing.T) {
	t.Parallel()
	c := typed()
	c.Backends = []*catalog.Backend{{ID: "green", Type: "Single", URL: "https://green.example"}}
	c.APIs[5].Policy = &catalog.Policy{File: "p.xml", Text: `<policies><inbound><base /><choose>
		<when condition="@(context.RequestId == Guid.Empty)"><set-backend-service base-url="http://blue.example" /></when>
		<otherwise><set-backend-service backend-id="green" /></otherwise></choose></inbound></policies>`}
	p, diags := compile(t, c, nil)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	all := map[string]plan.Target{}
	for _, target := range p.Targets() {
		all[target.Cluster()] = target
	}
	for _, name := range []string{"https/calls.example/443+any-name+h2", "http/blue.example/80+h2", "https/green.example/443+h2"} {
		if target, ok := all[name]; !ok || !target.HTTP2 {
			t.Errorf("the cluster %s is %+v, of %v", name, target, all)
		}
	}
	if target := all["http/hub.example/80"]; target.HTTP2 {
		t.Errorf("the backend of a WebSocket is %+v", target)
	}
}
