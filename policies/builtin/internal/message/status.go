package message

import (
	"context"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Status is the element set-status.
type Status struct {
	// Code of the status line; without it, it stays as it is.
	Code policies.Value[int] `attr:"code" min:"200" max:"999"`
	// Reason is the phrase of the HTTP/1.1 status line; without it the code's standard one.
	Reason policies.Value[string] `attr:"reason"`
}

// SetStatus is a compiled Status.
type SetStatus func(ctx context.Context, x *exchange.Exchange, r *exchange.Response) error

// Compile checks the literals and compiles the element.
func (s Status) Compile(c *policies.Compiler) SetStatus {
	if !s.Code.Set() && !s.Reason.Set() {
		c.Errorf(c.Here(), "<set-status> needs the attribute \"code\"")
	}
	if reason, ok := s.Reason.Constant(); ok && !IsFieldValue(reason) {
		c.Errorf(s.Reason.Range, "the reason of a status has no line breaks or control characters")
	}
	return s.set
}

func (s *Status) set(ctx context.Context, x *exchange.Exchange, r *exchange.Response) error {
	code := r.StatusCode
	if s.Code.Set() {
		var err error
		if code, err = s.Code.Get(ctx, x); err != nil {
			return err
		}
	}
	reason, err := s.Reason.Get(ctx, x)
	if err != nil {
		return err
	}
	if !IsFieldValue(reason) {
		return invalid("reason", reason)
	}
	r.StatusCode, r.Reason = code, reason
	return nil
}
