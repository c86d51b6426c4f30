package sendrequest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/internal/credentials"
	"github.com/apimgw/apimgw/policies/builtin/internal/message"
	"github.com/apimgw/apimgw/policies/exchange"
)

// OneWay is the send-one-way-request policy.
var OneWay = policies.Define(policies.Spec[oneWay]{
	Name:     "send-one-way-request",
	Chapter:  policies.Integration,
	Sections: policies.Anywhere,
	Compile:  compileOneWay,
})

type oneWay struct {
	// Mode says what the request begins with: "new" with nothing, "copy" with the request of
	// the client as it would be forwarded.
	Mode policies.Value[string] `attr:"mode" default:"new" oneof:"new copy"`
	// Timeout in seconds until the call is given up.
	Timeout policies.Value[int] `attr:"timeout" default:"60" min:"1" max:"2147483647"`
	// TimeoutMS is the same in milliseconds. Only one of the two may be there.
	TimeoutMS policies.Value[int] `attr:"timeout-ms" min:"1" max:"2147483647"`
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

// compileOneWay makes a step that makes the whole request before it lets the pipeline go on,
// so that what later policies change does not get into it.
func compileOneWay(c *policies.Compiler, cfg oneWay) policies.Step {
	m := maker{
		name: "send-one-way-request", mode: cfg.Mode, timeout: cfg.Timeout, timeoutMS: cfg.TimeoutMS, url: cfg.URL, proxy: cfg.Proxy,
		authentication: authentication{basic: cfg.Basic, certificate: cfg.Certificate, identity: cfg.Identity},
	}
	m.compile(c, cfg.Method, cfg.Headers, cfg.Body)
	services := c.Services()
	return func(ctx context.Context, x *exchange.Exchange) error {
		made, err := m.make(ctx, x)
		if err != nil {
			return err
		}
		made.operation = operation(x)
		err = services.Background.Go(len(made.body), func(ctx context.Context) {
			r, err := made.send(ctx, services.HTTP)
			made.log(ctx, services.Logger, r, err)
		})
		if err != nil {
			made.log(ctx, services.Logger, nil, err)
		}
		return nil
	}
}

func operation(x *exchange.Exchange) string {
	if x.API == nil || x.Operation == nil {
		return ""
	}
	return x.API.ID + "/" + x.Operation.ID
}

// log tells of a call that nobody else hears of. The path may be a secret, as it is with
// webhooks.
func (c *call) log(ctx context.Context, logger *slog.Logger, r *exchange.Response, err error) {
	attrs := []slog.Attr{
		slog.String("policy", "send-one-way-request"), slog.String("operation", c.operation), slog.String("to", c.to()),
	}
	if err == nil {
		logger.LogAttrs(ctx, slog.LevelDebug, "one-way request sent", append(attrs, slog.Int("status", r.StatusCode))...)
		return
	}
	var known *policies.Error
	if errors.As(err, &known) {
		attrs = append(attrs, slog.String("reason", known.Reason))
		if known.Cause != nil {
			err = fmt.Errorf("%s %w", known.Message, known.Cause)
		}
	}
	logger.LogAttrs(ctx, slog.LevelWarn, "one-way request failed", append(attrs, slog.Any("error", err))...)
}
