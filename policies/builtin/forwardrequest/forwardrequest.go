// Package forwardrequest implements forward-request, which sends the request to the backend
// and waits for the headers of its answer. The global policy has it in its backend section
// unless someone takes it out; narrower scopes get it by <base />.
//
// An answer of any status is a success, so that outbound runs, unless
// fail-on-error-status-code is true. A backend that cannot be reached is
// BackendConnectionFailure, one that does not answer in time is Timeout; both run on-error
// and are a 500 if that does not say otherwise.
package forwardrequest

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the forward-request policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "forward-request",
	Chapter:  policies.Routing,
	Sections: policies.In(policies.Backend),
	Compile:  compile,
})

type config struct {
	// Timeout in seconds until the backend's response headers have arrived.
	Timeout policies.Value[int] `attr:"timeout" default:"300" min:"0" max:"2147483647"`
	// TimeoutMS is the same in milliseconds. Only one of the two may be there.
	TimeoutMS policies.Value[int] `attr:"timeout-ms" min:"0" max:"2147483647"`
	// ContinueTimeout in seconds to wait for 100 Continue.
	ContinueTimeout policies.Value[int] `attr:"continue-timeout" min:"0" max:"2147483647"`
	// HTTPVersion to speak to the backend; 2or1 prefers HTTP/2.
	HTTPVersion string `attr:"http-version" default:"1" oneof:"1 2 2or1"`
	// FollowRedirects says whether the gateway follows redirects itself.
	FollowRedirects policies.Value[bool] `attr:"follow-redirects" default:"false"`
	// BufferRequestBody keeps the body of the request for another attempt.
	BufferRequestBody bool `attr:"buffer-request-body" default:"false"`
	// BufferResponse is false where each chunk of the response is to be passed on at once.
	BufferResponse bool `attr:"buffer-response" default:"true"`
	// FailOnErrorStatusCode makes an answer of 400 to 599 an error.
	FailOnErrorStatusCode bool `attr:"fail-on-error-status-code" default:"false"`
}

func compile(c *policies.Compiler, cfg config) policies.Step {
	if cfg.Timeout.Set() && cfg.TimeoutMS.Set() {
		c.Errorf(cfg.TimeoutMS.Range, "<forward-request> has timeout or timeout-ms, not both")
	}
	if cfg.FailOnErrorStatusCode {
		c.NeedsResponse()
	}
	if cfg.relays() {
		c.Relays()
	}
	literal := cfg.literal()
	c.Forwards(literal)
	if cfg.constant() {
		return func(ctx context.Context, x *exchange.Exchange) error {
			return cfg.answered(x, x.Forward(ctx, literal))
		}
	}
	return func(ctx context.Context, x *exchange.Exchange) error {
		settings, err := cfg.evaluate(ctx, x)
		if err != nil {
			return err
		}
		return cfg.answered(x, x.Forward(ctx, settings))
	}
}

func (cfg *config) constant() bool {
	_, seconds := cfg.Timeout.Constant()
	_, millis := cfg.TimeoutMS.Constant()
	_, wait := cfg.ContinueTimeout.Constant()
	_, follow := cfg.FollowRedirects.Constant()
	return seconds && millis && wait && follow
}

// relays reports whether the policy may follow redirects, or wait for 100 Continue.
func (cfg *config) relays() bool {
	follow, never := cfg.FollowRedirects.Constant()
	wait, constant := cfg.ContinueTimeout.Constant()
	return follow || !never || wait > 0 || !constant
}

// literal are the settings as far as they are literals.
func (cfg *config) literal() exchange.Forward {
	seconds, _ := cfg.Timeout.Constant()
	millis, _ := cfg.TimeoutMS.Constant()
	wait, _ := cfg.ContinueTimeout.Constant()
	follow, _ := cfg.FollowRedirects.Constant()
	return cfg.settings(seconds, millis, wait, follow)
}

func (cfg *config) evaluate(ctx context.Context, x *exchange.Exchange) (exchange.Forward, error) {
	seconds, err := cfg.Timeout.Get(ctx, x)
	if err != nil {
		return exchange.Forward{}, err
	}
	millis, err := cfg.TimeoutMS.Get(ctx, x)
	if err != nil {
		return exchange.Forward{}, err
	}
	wait, err := cfg.ContinueTimeout.Get(ctx, x)
	if err != nil {
		return exchange.Forward{}, err
	}
	follow, err := cfg.FollowRedirects.Get(ctx, x)
	return cfg.settings(seconds, millis, wait, follow), err
}

func (cfg *config) settings(seconds, millis, wait int, follow bool) exchange.Forward {
	timeout := time.Duration(seconds) * time.Second
	if cfg.TimeoutMS.Set() {
		timeout = time.Duration(millis) * time.Millisecond
	}
	return exchange.Forward{
		Timeout: timeout, ContinueTimeout: time.Duration(wait) * time.Second, HTTPVersion: cfg.HTTPVersion,
		FollowRedirects: follow, BufferRequestBody: cfg.BufferRequestBody, StreamResponse: !cfg.BufferResponse,
	}
}

// answered is what has become of the forward.
func (cfg *config) answered(x *exchange.Exchange, err error) error {
	if err != nil || !cfg.FailOnErrorStatusCode || x.Response == nil || x.Response.StatusCode < 400 || x.Response.StatusCode > 599 {
		return err
	}
	r := x.Response
	public := r.Reason
	if public == "" {
		public = http.StatusText(r.StatusCode)
	}
	return &policies.Error{
		Reason:  "BackendErrorStatusCode",
		Message: fmt.Sprintf("The backend answered with the status code %d.", r.StatusCode),
		Status:  r.StatusCode, StatusReason: r.Reason, Public: public,
	}
}
