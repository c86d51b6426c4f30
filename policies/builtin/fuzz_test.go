package builtin_test

import (
	"path/filepath"
	"testing"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin"
	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/policytest"
)

// FuzzCompile looks for documents that make the compiler panic, or for which it gives
// neither a program nor an error. It begins with the documents of all archives.
func FuzzCompile(f *testing.F) {
	rooms, err := filepath.Glob("*/testdata")
	if err != nil {
		f.Fatal(err)
	}
	for _, room := range rooms {
		cases, err := policytest.Load(room)
		if err != nil {
			f.Fatal(err)
		}
		for _, c := range cases {
			for _, d := range c.Documents {
				f.Add(d.Source.Text())
			}
		}
	}
	engine, _ := policies.NewEngine(policies.Options{
		Kinds: builtin.Kinds, Known: builtin.Known,
		NamedValues: map[string]policies.NamedValue{"host": {Value: "a.test"}, "secret": {Value: "hush", Secret: true}},
		Fragments:   map[string]*diag.Source{"common": diag.NewSource("common", "<fragment><set-method>PUT</set-method></fragment>")},
		Backend:     func(policies.BackendRef) (*exchange.Backend, error) { return &exchange.Backend{}, nil },
	})
	f.Fuzz(func(t *testing.T, text string) {
		for _, scope := range []policies.Scope{policies.Global, policies.Operation} {
			p, list := engine.Compile(policies.Document{Scope: scope, Source: diag.NewSource("p", text)}, engine.Empty())
			if (p == nil) != list.HasErrors() {
				t.Errorf("program %v with the messages\n%s", p, list)
			}
			for _, d := range list {
				_ = d.String()
			}
		}
	})
}
