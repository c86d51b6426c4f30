package ipfilter_test

import (
	"context"
	"testing"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/ipfilter"
	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/exchange"
)

// The archives have one caller only, 127.0.0.1; here are others.
func TestCallers(t *testing.T) {
	t.Parallel()
	engine, _ := policies.NewEngine(policies.Options{Kinds: []policies.Kind{ipfilter.Kind}})
	text := `<policies><inbound><ip-filter action="allow">
		<address>::ffff:192.0.2.1</address><address-range from="2001:db8::1" to="2001:db8::ff" />
		<address-range from="198.51.100.250" to="198.51.101.5" />
	</ip-filter></inbound><backend /></policies>`
	p, list := engine.Compile(policies.Document{Scope: policies.API, Source: diag.NewSource("p", text)}, nil)
	if len(list) > 0 {
		t.Fatal(list)
	}
	for caller, want := range map[string]string{
		"192.0.2.1": "", "::ffff:192.0.2.1": "", "2001:db8::1": "", "2001:db8::ff": "", "198.51.101.0": "", "fe80::1%eth0": "CallerIpNotAllowed",
		"192.0.2.2": "CallerIpNotAllowed", "2001:db8::100": "CallerIpNotAllowed", "198.51.101.6": "CallerIpNotAllowed",
		"": "FailedToParseCallerIP", "unix": "FailedToParseCallerIP",
	} {
		x := exchange.New(nil, &exchange.Request{IPAddress: caller})
		p.Run(context.Background(), x)
		reason := ""
		if x.LastError != nil {
			reason = x.LastError.Reason
		}
		if reason != want {
			t.Errorf("the caller %q: reason %q, want %q", caller, reason, want)
		}
	}
}
