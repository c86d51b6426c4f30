// Package sendrequest implements send-request, which calls another service and keeps its
// answer in a variable, and send-one-way-request, which calls another service without
// waiting for an answer.
//
// With mode="new" the request has only what the policy gives it. With mode="copy" it begins
// with method, URL, headers and body of the request as it would be forwarded. A body that
// was sent already is not there: not in outbound, nor behind forward-request. Redirects are
// not followed, and the API's backend has no part in it. Which addresses may be called is a
// setting of the gateway.
//
// The variable of send-request holds a response: StatusCode, StatusReason, Headers and Body.
// An answer of any status is a success. The call fails when the service cannot be reached,
// has a certificate that is not trusted, or has not sent the whole answer in time. The reason
// is then Timeout or BackendConnectionFailure, and the status 500; with ignore-error="true"
// the variable is null instead. What an expression throws is an error in any case. The call
// ends when the client goes away.
//
// The request of send-one-way-request is made before the pipeline goes on, so that nothing
// that later policies change gets into it. It is sent even when the client goes away. The
// answer is not looked at, and only the gateway's log tells that a call has failed.
package sendrequest

import (
	"context"
	"fmt"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/internal/credentials"
	"github.com/apimgw/apimgw/policies/builtin/internal/message"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the send-request policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "send-request",
	Chapter:  policies.Integration,
	Sections: policies.Anywhere,
	Compile:  compile,
})

type config struct {
	// Mode says what the request begins with: "new" with nothing, "copy" with the request of
	// the client as it would be forwarded.
	Mode policies.Value[string] `attr:"mode" default:"new" oneof:"new copy"`
	// Variable that gets the response.
	Variable policies.Value[string] `attr:"response-variable-name,required"`
	// Timeout in seconds until the whole answer has arrived.
	Timeout policies.Value[int] `attr:"timeout" default:"60" min:"1" max:"2147483647"`
	// TimeoutMS is the same in milliseconds. Only one of the two may be there.
	TimeoutMS policies.Value[int] `attr:"timeout-ms" min:"1" max:"2147483647"`
	// IgnoreError makes the variable null, and goes on, when the call fails.
	IgnoreError bool `attr:"ignore-error" default:"false"`
	// URL to call, with scheme and host. Only a copied request can do without.
	URL *policies.Value[string] `elem:"set-url"`
	// Method of the request. Only a copied request can do without.
	Method *method `elem:"set-method"`
	// Headers of the request.
	Headers []message.Header `elem:"set-header"`
	// Body of the request.
	Body *message.Body `elem:"set-body"`
	// Basic credentials: the Authorization that the request gets.
	Basic *credentials.Basic `elem:"authentication-basic"`
	// Certificate for TLS by which the request authenticates itself.
	Certificate *credentials.Certificate `elem:"authentication-certificate"`
	// Identity whose token the request gets.
	Identity *credentials.Identity `elem:"authentication-managed-identity"`
	// Proxy that the call goes through.
	Proxy *credentials.Proxy `elem:"proxy"`
}

func compile(c *policies.Compiler, cfg config) policies.Step {
	name, constant := cfg.Variable.Constant()
	if constant && name == "" {
		c.Errorf(cfg.Variable.Range, "the name of a variable is not empty")
	}
	m := maker{
		name: "send-request", mode: cfg.Mode, timeout: cfg.Timeout, timeoutMS: cfg.TimeoutMS, url: cfg.URL, proxy: cfg.Proxy,
		authentication: authentication{basic: cfg.Basic, certificate: cfg.Certificate, identity: cfg.Identity},
	}
	m.compile(c, cfg.Method, cfg.Headers, cfg.Body)
	client := c.Services().HTTP
	return func(ctx context.Context, x *exchange.Exchange) error {
		name, err := cfg.Variable.Get(ctx, x)
		if err != nil {
			return err
		}
		made, err := m.make(ctx, x)
		if err != nil {
			return err
		}
		var r *exchange.Response
		if over := x.Await(ctx, func() { r, err = made.send(ctx, client) }); over != nil {
			return fmt.Errorf("call %s: %w", made.to(), over)
		}
		switch {
		case err == nil:
			x.Variables.Set(name, r)
		case cfg.IgnoreError:
			x.Variables.Set(name, nil)
		default:
			return err
		}
		return nil
	}
}
