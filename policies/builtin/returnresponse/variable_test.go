package returnresponse_test

import (
	"context"
	"testing"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/returnresponse"
	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/exchange"
)

func TestResponseOfAVariable(t *testing.T) {
	t.Parallel()
	engine, _ := policies.NewEngine(policies.Options{Kinds: []policies.Kind{returnresponse.Kind}})
	text := `<policies><inbound><return-response response-variable-name="r"><set-header name="x-b"><value>2</value></set-header></return-response></inbound></policies>`
	p, list := engine.Compile(policies.Document{Scope: policies.API, Source: diag.NewSource("p", text)}, nil)
	if len(list) > 0 {
		t.Fatal(list)
	}
	held := exchange.NewResponse(418, "Teapot")
	held.Headers.Set("x-a", "1")
	held.Body.Replace([]byte("tea"))
	x := exchange.New(nil, &exchange.Request{})
	x.Variables.Set("r", held)
	p.Run(context.Background(), x)
	body, err := x.Response.Body.Bytes(context.Background())
	if err != nil || string(body) != "tea" || x.Response.StatusCode != 418 || x.Response.Reason != "Teapot" {
		t.Errorf("response is %d %s, %q, %v", x.Response.StatusCode, x.Response.Reason, body, err)
	}
	if x.Response == held || held.Headers.Has("x-b") || !x.Response.Headers.Has("x-a") || !x.Response.Headers.Has("x-b") {
		t.Errorf("headers are %v, those of the variable %v", x.Response.Headers.Fields(), held.Headers.Fields())
	}
}
