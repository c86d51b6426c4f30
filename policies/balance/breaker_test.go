package balance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apimgw/apimgw/policies/exchange"
)

// forward lets a request through the balancer; outcome is a status, or a reason.
func forward(t testing.TB, b exchange.Balancer, outcome string, headers ...exchange.Field) (sent bool) {
	t.Helper()
	x := exchange.New(nil, &exchange.Request{})
	x.Backend = &exchange.Backend{ID: "orders", Balancer: b}
	to, err := b.Pick(x)
	if err != nil {
		return false
	}
	settle(x, b, to, outcome, headers...)
	return true
}

func settle(x *exchange.Exchange, b exchange.Balancer, to *exchange.Backend, outcome string, headers ...exchange.Field) {
	var err error
	if status, bad := strconv.Atoi(outcome); bad == nil {
		x.Response = exchange.NewResponse(status, "")
		x.Response.Headers = exchange.NewHeaders(headers)
	} else {
		err = fmt.Errorf("forward: %w", &exchange.Error{Reason: outcome})
	}
	b.Done(x, to, err)
}

var serverErrors = []StatusRange{{500, 599}}

func rule(count, percentage int) Rule {
	return Rule{Name: "r", Count: count, Percentage: percentage, Interval: time.Minute, StatusCodes: serverErrors, TripDuration: 10 * time.Second}
}

// TestBreaker plays scripts: outcomes of forwards, durations that pass, and what the breaker
// is to be then.
func TestBreaker(t *testing.T) {
	t.Parallel()
	reasons := func(list ...string) Rule {
		r := rule(1, 0)
		r.ErrorReasons, r.StatusCodes = list, nil
		return r
	}
	for name, c := range map[string]struct {
		rule   Rule
		script string
	}{
		"count":                             {rule(3, 0), "500 503 closed 599 open"},
		"the answer that trips is the last": {rule(1, 0), "500 open 9999ms open 1ms closed"},
		"successes do not matter":           {rule(2, 0), "500 200 200 404 200 closed 500 open"},
		"all of it is reset":                {rule(2, 0), "500 500 open 10s closed 500 closed 500 open"},
		"failures in the interval":          {rule(2, 0), "500 59s closed 500 open"},
		"failures longer ago":               {rule(2, 0), "500 61s 500 closed"},
		"the window slides":                 {rule(3, 0), "500 40s 500 40s 500 closed 15s 500 open"},
		"a long pause":                      {rule(2, 0), "500 240h 500 closed 500 open"},
		"percentage":                        {rule(0, 50), "200 200 500 closed 500 open"},
		"percentage, first":                 {rule(0, 50), "500 open"},
		"percentage, all":                   {rule(0, 100), "200 500 500 500 closed 61s 500 open"},
		"percentage, old successes go":      {rule(0, 50), "200 200 200 500 closed 61s 500 open"},
		"a success never trips":             {rule(0, 50), "200 200 200 500 500 closed 59s 200 closed 2s 200 closed"},
		"statuses in no range":              {rule(1, 0), "499 429 200 302 101 closed"},
		"a reason":                          {reasons("Timeout"), "500 BackendConnectionFailure closed Timeout open"},
		"a reason in other letters":         {reasons("backend connection failure"), "Timeout closed BackendConnectionFailure open"},
		"server errors":                     {reasons("Server errors"), "500 GatewayFailure ClientConnectionFailure closed Timeout open"},
		"server errors, connection":         {reasons("Server errors"), "BackendConnectionFailure open"},
		"no reasons":                        {rule(1, 0), "Timeout BackendConnectionFailure closed"},
		"failures of others do not count": {
			Rule{Percentage: 50, Interval: time.Minute, StatusCodes: serverErrors, TripDuration: time.Second},
			"200 200 200 ClientConnectionFailure GatewayFailure ClientConnectionFailure 500 closed 500 closed 500 open",
		},
		"other failures are requests": {
			Rule{Percentage: 50, Interval: time.Minute, StatusCodes: serverErrors, TripDuration: time.Second},
			"Timeout Timeout 500 closed 500 open",
		},
		"a short interval": {
			Rule{Count: 2, Interval: 10 * time.Nanosecond, StatusCodes: serverErrors, TripDuration: time.Second},
			"500 1us 500 closed 500 open",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, c.rule, c.script)
		})
	}
}

func play(t *testing.T, r Rule, script string) {
	t.Helper()
	var at clock
	b := new(State).Breaker("orders", r, Options{Now: at.Now})
	for i, word := range strings.Fields(script) {
		switch d, err := time.ParseDuration(word); {
		case word == "open" || word == "closed":
			if b.Open() != (word == "open") {
				t.Fatalf("after %q it is not %s", strings.Fields(script)[:i], word)
			}
		case err == nil:
			at.advance(d)
		case !forward(t, b, word):
			t.Fatalf("after %q nothing is sent", strings.Fields(script)[:i])
		}
	}
}

func TestBreakerOpen(t *testing.T) {
	t.Parallel()
	var at clock
	b := new(State).Breaker("Orders", rule(1, 0), Options{Now: at.Now})
	forward(t, b, "500")
	x := exchange.New(nil, &exchange.Request{})
	_, err := b.Pick(x)
	var e *exchange.Error
	if !errors.As(err, &e) || e.Status != 503 || e.Reason != "CircuitBreakerOpen" || e.Public != "Service Unavailable" ||
		e.Message != "Backend 'Orders' is temporarily unavailable." {
		t.Errorf("the error is %#v", e)
	}
	if x.Response == nil || x.Response.StatusCode != 503 || x.Response.Reason != "Backend 'Orders' is temporarily unavailable" {
		t.Errorf("policies see %v", x.Response)
	}
}

// TestBreakerLateOutcomes: what was sent before the breaker opened neither prolongs the time
// nor counts for the next one.
func TestBreakerLateOutcomes(t *testing.T) {
	t.Parallel()
	var at clock
	b := new(State).Breaker("orders", rule(2, 0), Options{Now: at.Now})
	forward(t, b, "500")
	late := exchange.New(nil, &exchange.Request{})
	late.Backend = &exchange.Backend{ID: "orders", Balancer: b}
	to, err := b.Pick(late)
	if err != nil {
		t.Fatal(err)
	}
	forward(t, b, "500")
	at.advance(9 * time.Second)
	settle(late, b, to, "500")
	at.advance(time.Second)
	if !forward(t, b, "500") || b.Open() {
		t.Error("the late failure counts")
	}
}

func TestBreakerRetryAfter(t *testing.T) {
	t.Parallel()
	at := newClock()
	date := at.Now().Add(30 * time.Second).Format(http.TimeFormat)
	past := at.Now().Add(-30 * time.Second).Format(http.TimeFormat)
	for _, c := range []struct {
		accept bool
		header string
		want   time.Duration
	}{
		{true, "", 10 * time.Second},
		{true, "7", 7 * time.Second},
		{true, " 3600 ", time.Hour},
		{true, "0", 0},
		{true, date, 30 * time.Second},
		{true, past, 0},
		{true, "-1", 10 * time.Second},
		{true, "soon", 10 * time.Second},
		{true, "1.5", 10 * time.Second},
		{true, "9223372036854775807", longest},
		{true, "99999999999999999999", 10 * time.Second},
		{false, "7", 10 * time.Second},
	} {
		r := rule(1, 0)
		r.AcceptRetryAfter = c.accept
		b := new(State).Breaker("orders", r, Options{Now: at.Now})
		var headers []exchange.Field
		if c.header != "" {
			headers = append(headers, exchange.Field{Name: "retry-after", Value: c.header})
		}
		forward(t, b, "500", headers...)
		if got := time.Duration(b.until.Load()); got != max(1, c.want) {
			t.Errorf("%q: it is open for %v, not %v", c.header, got, c.want)
		}
	}
}

// TestBreakerLogs checks what operators are told.
func TestBreakerLogs(t *testing.T) {
	t.Parallel()
	var at clock
	var j journal
	r := rule(2, 0)
	r.ErrorReasons = []string{"Timeout"}
	b := new(State).Breaker("orders", r, Options{Now: at.Now, Logger: j.logger()})
	for _, outcome := range []string{"500", "Timeout"} {
		forward(t, b, outcome)
	}
	forward(t, b, "500")
	at.advance(10 * time.Second)
	forward(t, b, "200")
	const want = `level=WARN msg="circuit breaker tripped" backend=orders rule=r duration=10s failures=2 last=Timeout
level=INFO msg="circuit breaker reset" backend=orders rule=r
`
	if j.String() != want {
		t.Errorf("the log is\n%s\nnot\n%s", &j, want)
	}
}

// TestClientsFailures: what the client has done wrong while a request was forwarded says
// nothing about the backend.
func TestClientsFailures(t *testing.T) {
	t.Parallel()
	r := rule(1, 0)
	r.ErrorReasons = []string{"Timeout", ServerErrors}
	b := new(State).Breaker("orders", r, Options{})
	x := exchange.New(nil, &exchange.Request{})
	b.Done(x, nil, &exchange.Error{Reason: exchange.ReasonTimeout, Status: http.StatusRequestTimeout})
	b.Done(x, nil, errors.New("ours"))
	if b.Open() {
		t.Error("it is open")
	}
	b.Done(x, nil, &exchange.Error{Reason: exchange.ReasonTimeout})
	if !b.Open() {
		t.Error("it is closed")
	}
}

// TestForward checks how an exchange uses a balancer.
func TestForward(t *testing.T) {
	t.Parallel()
	b := new(State).Breaker("orders", rule(1, 0), Options{})
	d := &driver{}
	x := exchange.New(d, &exchange.Request{})
	x.Backend = &exchange.Backend{ID: "orders", Balancer: b}
	if err := x.Forward(t.Context(), exchange.Forward{}); err != nil || x.Response.StatusCode != 500 || x.Called != x.Backend {
		t.Errorf("the first forward: %v, %v", x.Response, err)
	}
	err := x.Forward(t.Context(), exchange.Forward{})
	var e *exchange.Error
	if !errors.As(err, &e) || e.Status != 503 || len(d.called) != 1 {
		t.Errorf("the second forward: %v, after %d calls", err, len(d.called))
	}
}

// A driver answers 500, and notes whom it was to call.
type driver struct{ called []string }

// Forward implements exchange.Driver.
func (d *driver) Forward(_ context.Context, x *exchange.Exchange, _ exchange.Forward) error {
	d.called = append(d.called, x.Backend.ID)
	x.Response = exchange.NewResponse(500, "")
	return nil
}
