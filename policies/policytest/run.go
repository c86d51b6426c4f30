package policytest

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/exchange"
)

var update = flag.Bool("update", false, "rewrite what the archives in testdata want")

// A Result is what came out of a case.
type Result struct{ Errors, Upstream, Callee, Response, Trace string }

// wants are the parts of a result by the names that archives have for them.
var wants = map[string]func(*Result) *string{
	"errors":   func(r *Result) *string { return &r.Errors },
	"upstream": func(r *Result) *string { return &r.Upstream },
	"callee":   func(r *Result) *string { return &r.Callee },
	"response": func(r *Result) *string { return &r.Response },
	"trace":    func(r *Result) *string { return &r.Trace },
}

// Now is the time at which cases happen.
var Now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// Run runs the archives in testdata with the policies of a room (and others that they
// need), in process.
func Run(t *testing.T, kinds ...policies.Kind) {
	t.Helper()
	cases, err := Load("testdata")
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatal("there are no archives in testdata")
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			if c.Comment == "" {
				t.Error("the archive does not begin with a sentence")
			}
			r := c.run(t, kinds)
			if *update {
				if err := c.update(r); err != nil {
					t.Fatal(err)
				}
				return
			}
			c.Compare(t, r)
		})
	}
}

// Compare fails the test where a result is not what the archive wants.
func (c *Case) Compare(t *testing.T, r Result) {
	t.Helper()
	if len(c.Want) == 0 {
		t.Error("the archive wants nothing")
	}
	for name, want := range c.Want {
		if got := *wants[name](&r); got != want {
			t.Errorf("%s is\n%s\nbut should be\n%s", name, got, want)
		}
	}
	if _, ok := c.Want["errors"]; !ok && r.Errors != "" {
		t.Errorf("unexpected messages:\n%s", r.Errors)
	}
}

// Compile compiles the documents of the case. Where one has mistakes the program is that of
// the broader scopes.
func (c *Case) Compile(kinds []policies.Kind, services *policies.Services) (*policies.Program, diag.List) {
	made := newBackends(&c.Context)
	engine, list := policies.NewEngine(policies.Options{
		Kinds: kinds, NamedValues: c.NamedValues, Fragments: c.Fragments, Backend: made.find, BackendWatches: made.watch(),
		Services: services, Connector: connector{&c.Context},
	})
	program := engine.Empty()
	for _, d := range c.Documents {
		made, mistakes := engine.Compile(d, program)
		list = append(list, mistakes...)
		if made != nil {
			program = made
		}
	}
	list.Sort()
	return program, list
}

func (c *Case) run(t *testing.T, kinds []policies.Kind) Result {
	t.Helper()
	callees := c.StartCallees(t)
	program, list := c.Compile(kinds, callees.Services())
	r := Result{Errors: list.String()}
	if list.HasErrors() || c.Request == nil {
		return r
	}
	d := &driver{c: c, needs: program.Needs()}
	x, err := d.exchange()
	if err != nil {
		t.Fatal(err)
	}
	d.serve(context.Background(), program, x)
	r.Upstream, r.Trace, r.Callee = "not called\n", d.trace.String(), callees.Calls(t.Context())
	if len(d.sent) > 0 {
		r.Upstream = strings.Join(d.sent, "---\n")
	}
	r.Response = d.response(x)
	return r
}

// Trace records an entry. It makes the driver an exchange.Tracer.
func (d *driver) Trace(source string, severity exchange.Severity, message string, metadata []exchange.Field) {
	fmt.Fprintf(&d.trace, "%s %s: %s", [...]string{"verbose", "information", "error"}[severity], source, message)
	for _, f := range metadata {
		fmt.Fprintf(&d.trace, " %s=%q", f.Name, f.Value)
	}
	d.trace.WriteByte('\n')
}
