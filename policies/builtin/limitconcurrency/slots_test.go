package limitconcurrency_test

import (
	"context"
	"sync"
	"testing"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/limitconcurrency"
	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/exchange"
)

// A gate is a policy that says that it was reached, and goes on when it may; "panic" as its
// header makes it panic then.
type gate struct{ reached, proceed chan struct{} }

func (g gate) kind() policies.Kind {
	return policies.Define(policies.Spec[struct{}]{
		Name: "gate", Chapter: policies.Control, Sections: policies.Anywhere,
		Compile: func(*policies.Compiler, struct{}) policies.Step {
			return func(_ context.Context, x *exchange.Exchange) error {
				g.reached <- struct{}{}
				<-g.proceed
				if x.Request.Headers.Has("panic") {
					panic("oops")
				}
				return nil
			}
		},
	})
}

func TestOneMoreIsTurnedAway(t *testing.T) {
	t.Parallel()
	g := gate{make(chan struct{}), make(chan struct{})}
	slots := new(policies.Slots)
	text := `<policies><inbound><limit-concurrency key="@(context.Request.Method)" max-count="2"><gate /></limit-concurrency></inbound><backend/><outbound/><on-error/></policies>`
	compile := func() *policies.Program { // two plans, one after the other, share the slots
		engine, _ := policies.NewEngine(policies.Options{Kinds: []policies.Kind{limitconcurrency.Kind, g.kind()}, Services: &policies.Services{Slots: slots}})
		p, list := engine.Compile(policies.Document{Scope: policies.API, Source: diag.NewSource("p", text)}, nil)
		if len(list) > 0 {
			t.Fatal(list)
		}
		return p
	}
	run := func(p *policies.Program, method string, fields ...exchange.Field) *exchange.Exchange {
		x := exchange.New(nil, &exchange.Request{Method: method, Headers: exchange.NewHeaders(fields)})
		p.Run(t.Context(), x)
		return x
	}
	old, current := compile(), compile()
	var group sync.WaitGroup
	group.Go(func() { run(old, "GET") })
	group.Go(func() { run(old, "GET", exchange.Field{Name: "panic", Value: "1"}) })
	<-g.reached
	<-g.reached
	if x := run(current, "GET"); x.Response.StatusCode != 429 || x.LastError.Source != "limit-concurrency" {
		t.Errorf("a third one gets %d, error %v", x.Response.StatusCode, x.LastError)
	}
	group.Go(func() {
		if x := run(current, "PUT"); x.LastError != nil {
			t.Errorf("another key: %v", x.LastError)
		}
	})
	<-g.reached
	close(g.proceed)
	group.Wait()
	if slots.Keys() != 0 {
		t.Errorf("%d keys are left", slots.Keys())
	}
	group.Go(func() {
		if x := run(current, "GET"); x.LastError != nil {
			t.Errorf("afterwards: %v", x.LastError)
		}
	})
	<-g.reached
	group.Wait()
}

// TestBackendNeedsTheResponse: a forward that nobody looks at ends at once, and the slot
// with it.
func TestBackendNeedsTheResponse(t *testing.T) {
	t.Parallel()
	g := gate{make(chan struct{}), make(chan struct{})}
	engine, _ := policies.NewEngine(policies.Options{Kinds: []policies.Kind{limitconcurrency.Kind, g.kind()}})
	for section, want := range map[string]bool{"inbound": false, "backend": true} {
		text := `<policies><` + section + `><limit-concurrency key="k" max-count="2"><gate /></limit-concurrency></` + section + `></policies>`
		p, list := engine.Compile(policies.Document{Scope: policies.API, Source: diag.NewSource("p", text)}, nil)
		if len(list) > 0 {
			t.Fatal(list)
		}
		if got := p.Needs().Response; got != want {
			t.Errorf("in %s the response is needed: %t", section, got)
		}
	}
}
