// Package returnresponse implements return-response, which ends the pipeline and answers
// the caller: no policy of this or of any other scope and section runs afterwards, and the
// backend is not called unless it was already.
//
// The response is 200 without a body, or one that a variable holds, changed by set-status,
// set-header and set-body in this order. A variable that was never set, or is null, counts
// as none when there are such policies, and fails otherwise. Their expressions see context.Response as it was
// before, but nothing of it is part of the new response.
package returnresponse

import (
	"context"
	"fmt"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin/internal/message"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the return-response policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "return-response",
	Chapter:  policies.Control,
	Sections: policies.Anywhere,
	Compile:  compile,
})

type config struct {
	// Variable that holds a response to begin with, as send-request makes one.
	Variable string `attr:"response-variable-name"`
	// Status of the response.
	Status *message.Status `elem:"set-status"`
	// Headers of the response.
	Headers []message.Header `elem:"set-header"`
	// Body of the response.
	Body *message.Body `elem:"set-body"`
}

func compile(c *policies.Compiler, cfg config) policies.Step {
	m := maker{variable: cfg.Variable}
	if cfg.Status != nil {
		m.status = cfg.Status.Compile(c)
	}
	for _, h := range cfg.Headers {
		m.headers = append(m.headers, h.Compile(c))
	}
	if cfg.Body != nil {
		m.content = cfg.Body.Compile(c)
	}
	return m.finish
}

// A maker makes the response.
type maker struct {
	variable string
	status   message.SetStatus
	headers  []message.SetHeader
	content  message.Content
}

func (m *maker) finish(ctx context.Context, x *exchange.Exchange) error {
	r, err := m.start(x)
	if err != nil {
		return err
	}
	if m.status != nil {
		if err := m.status(ctx, x, r); err != nil {
			return err
		}
	}
	for _, set := range m.headers {
		if err := set(ctx, x, &r.Headers); err != nil {
			return err
		}
	}
	if m.content != nil {
		made, err := m.content(ctx, x)
		if err != nil {
			return err
		}
		message.Replace(&r.Headers, &r.Body, made)
	}
	x.Finish(r)
	return nil
}

// changes reports whether policies inside make the response.
func (m *maker) changes() bool { return m.status != nil || len(m.headers) > 0 || m.content != nil }

// start is the response to begin with.
func (m *maker) start(x *exchange.Exchange) (*exchange.Response, error) {
	if m.variable == "" {
		return exchange.NewResponse(200, ""), nil
	}
	value, _ := x.Variables.Get(m.variable)
	if value == nil && m.changes() { // as in Microsoft's samples, whose variable nothing sets
		return exchange.NewResponse(200, ""), nil
	}
	held, ok := value.(*exchange.Response)
	if !ok || held == nil {
		return nil, &policies.Error{
			Reason:  "ResponseVariableInvalid",
			Message: fmt.Sprintf("The variable %q holds no response.", m.variable),
		}
	}
	r := *held
	r.Headers = held.Headers.Clone()
	return &r, nil
}
