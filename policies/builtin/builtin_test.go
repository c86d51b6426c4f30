package builtin_test

import (
	"slices"
	"testing"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin"
	"github.com/apimgw/apimgw/policies/diag"
)

func TestEveryKindIsAPolicyOfAPIM(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, k := range builtin.Kinds {
		if seen[k.Name] {
			t.Errorf("%s is there twice", k.Name)
		}
		seen[k.Name] = true
		if !slices.Contains(builtin.Known, k.Name) {
			t.Errorf("%s is not among the known policies", k.Name)
		}
		if k.Chapter == "" || k.Sections == 0 {
			t.Errorf("%s has no chapter or no sections", k.Name)
		}
	}
}

func TestPoliciesThatSelfHostedGatewaysDoNotHaveAreSkipped(t *testing.T) {
	t.Parallel()
	for _, name := range builtin.Skipped {
		if !slices.Contains(builtin.Known, name) {
			t.Errorf("%s is not among the known policies", name)
		}
	}
	engine, list := policies.NewEngine(policies.Options{Kinds: builtin.Kinds, Known: builtin.Known, Skipped: builtin.Skipped})
	if len(list) > 0 {
		t.Fatal(list)
	}
	text := "<policies><inbound><get-authorization-context provider-id=\"a\" /><set-method>PUT</set-method></inbound></policies>"
	program, list := engine.Compile(policies.Document{Scope: policies.API, Source: diag.NewSource("policy.xml", text)}, engine.Empty())
	if program == nil || len(list) != 1 || list[0].Code != policies.NotSelfHosted || list[0].Severity != diag.Warning || list[0].Where() != "policy.xml:1:21" {
		t.Fatalf("program %v, messages:\n%s", program, list)
	}
}

func TestKnownPoliciesThatAreNotBuiltAreRefused(t *testing.T) {
	t.Parallel()
	engine, list := policies.NewEngine(policies.Options{Kinds: builtin.Kinds, Known: builtin.Known})
	if len(list) > 0 {
		t.Fatal(list)
	}
	text := "<policies><inbound><quota-by-key calls=\"1\" /><quota-by-keys /></inbound></policies>"
	program, list := engine.Compile(policies.Document{Scope: policies.API, Source: diag.NewSource("policy.xml", text)}, engine.Empty())
	if program != nil || len(list) != 2 {
		t.Fatalf("program %v, messages:\n%s", program, list)
	}
	if list[0].Code != policies.NotBuiltYet || list[0].Where() != "policy.xml:1:21" || list[0].Severity != diag.Error {
		t.Errorf("a known policy: %v", list[0])
	}
	if list[1].Code != policies.UnknownPolicy || list[1].Severity != diag.Warning || list[1].Help != "did you mean <quota-by-key>?" {
		t.Errorf("an unknown policy: %v, %q", list[1], list[1].Help)
	}
}
