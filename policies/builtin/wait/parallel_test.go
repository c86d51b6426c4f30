package wait_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/choose"
	"github.com/apimgw/apimgw/policies/builtin/sendrequest"
	"github.com/apimgw/apimgw/policies/builtin/setvariable"
	"github.com/apimgw/apimgw/policies/builtin/wait"
	"github.com/apimgw/apimgw/policies/callout"
	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/exchange"
)

// faulty panics.
var faulty = policies.Define(policies.Spec[struct{}]{
	Name: "faulty", Chapter: policies.Control, Sections: policies.Anywhere,
	Compile: func(*policies.Compiler, struct{}) policies.Step {
		return func(context.Context, *exchange.Exchange) error { panic("oops") }
	},
})

func compile(t testing.TB, inbound string) *policies.Program {
	t.Helper()
	client := callout.New(callout.Options{Proxy: func(*url.URL) (*url.URL, error) { return nil, nil }})
	t.Cleanup(client.Close)
	engine, _ := policies.NewEngine(policies.Options{
		Kinds:    []policies.Kind{wait.Kind, choose.Kind, sendrequest.Kind, setvariable.Kind, faulty},
		Services: &policies.Services{HTTP: client},
	})
	text := "<policies><inbound>" + inbound + "</inbound><backend/><outbound/><on-error/></policies>"
	p, list := engine.Compile(policies.Document{Scope: policies.API, Source: diag.NewSource("p", text)}, nil)
	if len(list) > 0 {
		t.Fatal(list)
	}
	return p
}

func call(to, variable string) string {
	return `<send-request response-variable-name="` + variable + `" ignore-error="true"><set-url>` + to + "/" + variable +
		`</set-url><set-method>GET</set-method></send-request>`
}

func branch(policies string) string {
	return `<choose><when condition="@(true)">` + policies + `</when></choose>`
}

func server(t testing.TB, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func run(ctx context.Context, p *policies.Program) *exchange.Exchange {
	x := exchange.New(nil, &exchange.Request{Method: "GET"})
	p.Run(ctx, x)
	return x
}

// TestCallsGoOnAtOnce has a server that answers only when all calls are there.
func TestCallsGoOnAtOnce(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	all.Add(4)
	to := server(t, func(http.ResponseWriter, *http.Request) { all.Done(); all.Wait() })
	p := compile(t, "<wait>"+call(to, "a")+branch(call(to, "b"))+
		branch("<wait>"+call(to, "c")+call(to, "d")+"</wait>"+`<set-variable name="e" value="@(context.Variables["c"] == null)" />`)+"</wait>")
	x := run(t.Context(), p)
	if x.LastError != nil {
		t.Fatal(x.LastError)
	}
	for _, name := range []string{"a", "b", "c", "d"} {
		if r, _ := x.Variables.Get(name); r == nil {
			t.Errorf("%s is null", name)
		}
	}
	if e, _ := x.Variables.Get("e"); e != false {
		t.Errorf("e is %v", e)
	}
}

func TestAnyCancelsTheOthers(t *testing.T) {
	t.Parallel()
	slow, cancelled := make(chan struct{}), make(chan struct{})
	to := server(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/fast" {
			<-slow
			return
		}
		close(slow)
		<-r.Context().Done()
		close(cancelled)
	})
	p := compile(t, `<wait for="any">`+branch(call(to, "slow")+`<set-variable name="after" value="1" />`)+call(to, "fast")+`</wait><set-variable name="next" value="1" />`)
	x := run(t.Context(), p)
	<-cancelled
	var names []string
	for name := range x.Variables.All {
		names = append(names, name)
	}
	if got := strings.Join(names, " "); got != "fast next" || x.LastError != nil {
		t.Errorf("variables are %s, error %v", got, x.LastError)
	}
}

func TestTheClientGoesAway(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var there, gone sync.WaitGroup
	there.Add(2)
	gone.Add(2)
	to := server(t, func(_ http.ResponseWriter, r *http.Request) {
		there.Done()
		<-r.Context().Done()
		gone.Done()
	})
	go func() {
		there.Wait()
		cancel()
	}()
	x := run(ctx, compile(t, "<wait>"+call(to, "a")+call(to, "b")+"</wait>"))
	gone.Wait()
	if x.LastError == nil || x.LastError.Reason != exchange.ReasonClientConnectionFailure || x.Variables.Len() != 0 {
		t.Errorf("error %v, %d variables", x.LastError, x.Variables.Len())
	}
}

func TestAPanicCostsTheRequest(t *testing.T) {
	t.Parallel()
	there, gone := make(chan struct{}), make(chan struct{})
	to := server(t, func(_ http.ResponseWriter, r *http.Request) {
		close(there)
		<-r.Context().Done()
		close(gone)
	})
	first := server(t, func(http.ResponseWriter, *http.Request) { <-there })
	x := run(t.Context(), compile(t, "<wait>"+call(to, "a")+branch(call(first, "b")+"<faulty />")+"</wait>"))
	<-gone
	if x.LastError == nil || x.LastError.Source != "wait" || !strings.Contains(x.LastError.Message, "oops") {
		t.Errorf("error %v", x.LastError)
	}
}

func BenchmarkWait(b *testing.B) {
	p := compile(b, "<wait>"+branch(`<set-variable name="a" value="1" />`)+branch(`<set-variable name="b" value="1" />`)+"</wait>")
	b.ReportAllocs()
	for b.Loop() {
		if x := run(b.Context(), p); x.Variables.Len() != 2 {
			b.Fatal(x.LastError)
		}
	}
}
