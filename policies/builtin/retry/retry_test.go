package retry_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/choose"
	"github.com/apimgw/apimgw/policies/builtin/forwardrequest"
	"github.com/apimgw/apimgw/policies/builtin/retry"
	"github.com/apimgw/apimgw/policies/builtin/returnresponse"
	"github.com/apimgw/apimgw/policies/builtin/setbackendservice"
	"github.com/apimgw/apimgw/policies/builtin/setbody"
	"github.com/apimgw/apimgw/policies/builtin/setheader"
	"github.com/apimgw/apimgw/policies/builtin/setstatus"
	"github.com/apimgw/apimgw/policies/builtin/setvariable"
	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/policytest"
)

func Test(t *testing.T) {
	t.Parallel()
	policytest.Run(t, retry.Kind, forwardrequest.Kind, setvariable.Kind, setheader.Kind, setbody.Kind, setstatus.Kind,
		setbackendservice.Kind, returnresponse.Kind, choose.Kind)
}

// program compiles an inbound section.
func program(t *testing.T, s *policies.Services, section string) *policies.Program {
	t.Helper()
	e, list := policies.NewEngine(policies.Options{Kinds: []policies.Kind{retry.Kind, setvariable.Kind, forwardrequest.Kind}, Services: s})
	if list.HasErrors() {
		t.Fatal(list)
	}
	text := `<policies>` + section + `</policies>`
	p, list := e.Compile(policies.Document{Scope: policies.Global, Source: diag.NewSource("policy.xml", text)}, nil)
	if list.HasErrors() {
		t.Fatal(list)
	}
	return p
}

// TestWaits checks the time before each run.
func TestWaits(t *testing.T) {
	t.Parallel()
	for settings, want := range map[string]string{
		`count="3" interval="2"`:                                                                       "2s 2s 2s",
		`count="2" interval="0"`:                                                                       "0s 0s",
		`count="4" interval="1" delta="3"`:                                                             "1s 4s 7s 10s",
		`count="3" interval="5" max-interval="4"`:                                                      "4s 4s 4s",
		`count="6" interval="10" delta="10" max-interval="100"`:                                        "10s 20s 40s 1m20s 1m40s 1m40s",
		`count="3" interval="10" delta="10" max-interval="100" first-fast-retry="true"`:                "0s 20s 40s",
		`count="2" interval="3" first-fast-retry="@(context.Request.Method == &quot;GET&quot;)"`:       "0s 3s",
		`count="3" interval="@((int)context.Variables.GetValueOrDefault&lt;int&gt;(&quot;n&quot;,9))"`: "1s 2s 3s",
		`count="2" interval="2147483647" delta="2147483647" max-interval="2147483647"`:                 "87600h0m0s 87600h0m0s",
	} {
		var waits []string
		s := &policies.Services{Random: func() float64 { return 0.5 }, Sleep: func(_ context.Context, d time.Duration) error {
			waits = append(waits, d.String())
			return nil
		}}
		p := program(t, s, `<inbound><set-variable name="n" value="@(0)" /><retry condition="@(true)" `+settings+`>
			<set-variable name="n" value="@((int)context.Variables[&quot;n&quot;] + 1)" /></retry></inbound><backend />`)
		x := exchange.New(nil, &exchange.Request{Method: "GET"})
		p.Run(t.Context(), x)
		if got := strings.Join(waits, " "); got != want || x.LastError != nil {
			t.Errorf("%s: waits %s, want %s (%v)", settings, got, want, x.LastError)
		}
		if n, _ := x.Variables.Get("n"); fmt.Sprint(n) != fmt.Sprint(len(waits)+1) {
			t.Errorf("%s: %v runs with %d waits", settings, n, len(waits))
		}
	}
}

// TestClientGoes checks that nothing is waited for when the client is gone.
func TestClientGoes(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := &policies.Services{Sleep: func(ctx context.Context, _ time.Duration) error {
		cancel()
		return ctx.Err()
	}}
	p := program(t, s, `<inbound><retry condition="@(true)" count="50" interval="3600"><set-variable name="n" value="1" /></retry></inbound>`)
	x := exchange.New(nil, &exchange.Request{Method: "GET"})
	p.Run(ctx, x)
	if x.LastError == nil || x.LastError.Reason != exchange.ReasonClientConnectionFailure || !errors.Is(x.LastError, context.Canceled) {
		t.Errorf("the error is %v", x.LastError)
	}
}

// TestSystemClock checks that the usual clock waits, and that a client who goes ends it.
func TestSystemClock(t *testing.T) {
	t.Parallel()
	p := program(t, nil, `<inbound><retry condition="@(true)" count="1" interval="3600"><set-variable name="n" value="1" /></retry></inbound>`)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	begin := time.Now()
	x := exchange.New(nil, &exchange.Request{Method: "GET"})
	p.Run(ctx, x)
	if d := time.Since(begin); d > time.Minute || x.LastError == nil {
		t.Errorf("it ends after %v with %v", d, x.LastError)
	}
}

// TestNeeds checks what a driver is told.
func TestNeeds(t *testing.T) {
	t.Parallel()
	type needs struct {
		relay    bool
		forwards int
	}
	for section, want := range map[string]needs{
		`<backend><forward-request /></backend>`:                                                                                      {false, 1},
		`<backend><forward-request follow-redirects="true" /></backend>`:                                                              {true, 1},
		`<backend><forward-request follow-redirects="@(context.Request.Method == &quot;GET&quot;)" /></backend>`:                      {true, 1},
		`<backend><forward-request continue-timeout="1" /></backend>`:                                                                 {true, 1},
		`<backend><forward-request buffer-request-body="true" /></backend>`:                                                           {false, 1},
		`<backend><forward-request /><forward-request /></backend>`:                                                                   {true, 2},
		`<backend><retry condition="@(true)" count="1" interval="0"><forward-request /></retry></backend>`:                            {true, 2},
		`<inbound><retry condition="@(true)" count="1" interval="0"><set-variable name="a" value="b" /></retry></inbound><backend />`: {false, 0},
		`<inbound><retry condition="@(true)" count="1" interval="0"><set-variable name="a" value="b" /></retry></inbound>`:            {false, 1},
	} {
		n := program(t, nil, section).Needs()
		if got := (needs{n.Relay, n.Forwards}); got != want || n.Relay && !n.Response {
			t.Errorf("%s: %+v, response %v, want %+v", section, got, n.Response, want)
		}
	}
}
