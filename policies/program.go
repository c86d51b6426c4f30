package policies

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/apimgw/apimgw/policies/exchange"
)

// A Program is the effective policy of an operation (or of a broader scope, where the
// narrower ones have no document). It runs on any number of exchanges at once.
type Program struct {
	sections [sections]part
	needs    Needs
	services *Services
}

// A part is a section of a program.
type part struct {
	steps Steps
	needs Needs
}

// complete works out the needs of the whole.
func (p *Program) complete() {
	in, back, out, fail := &p.sections[Inbound], &p.sections[Backend], &p.sections[Outbound], &p.sections[OnError]
	needs := in.needs
	needs.then(back.needs)
	needs.then(out.needs)
	needs.merge(fail.needs.maybe())
	needs.Response = in.needs.Response || back.needs.Response || len(out.steps) > 0 || len(fail.steps) > 0
	needs.Relay = needs.Relay || needs.Forwards > 1
	needs.Idle = len(in.steps)+len(out.steps)+len(fail.steps) == 0 && len(back.steps) == 1 &&
		back.steps[0].place.name == "forward-request" && len(needs.Forward) == 1 && needs.Forward[0] == DefaultForward
	p.needs = needs
}

// Needs are what the program wants of the driver that runs it.
func (p *Program) Needs() Needs { return p.needs }

// Run serves the exchange: inbound, backend and outbound, and on-error when one of them
// fails. Afterwards x.Response is what the client gets; it is nil only when the request was
// forwarded by a driver that streams the backend's answer.
func (p *Program) Run(ctx context.Context, x *exchange.Exchange) {
	for section := Inbound; section <= Outbound; section++ {
		if e := p.run(ctx, x, section); e != nil {
			p.Fail(ctx, x, e)
			return
		}
		if x.Finished() {
			break
		}
	}
	if x.Response == nil && !x.Forwarded() {
		x.Response = exchange.NewResponse(200, "")
	}
	p.finish(ctx, x)
}

// Fail answers an exchange that failed, be it in a built-in step before inbound: it sets
// x.LastError and the error's default response, and runs on-error, which may make another
// one.
func (p *Program) Fail(ctx context.Context, x *exchange.Exchange, e *Error) {
	x.LastError, x.Response = e, DefaultResponse(e, x.ID)
	p.log(ctx, x, e)
	if second := p.run(ctx, x, OnError); second != nil {
		x.LastError, x.Response = second, DefaultResponse(&Error{}, x.ID)
		p.log(ctx, x, second)
	}
	p.finish(ctx, x)
}

// finish runs what policies left to be done with the final response.
func (p *Program) finish(ctx context.Context, x *exchange.Exchange) {
	defer func() {
		if fault := recover(); fault != nil {
			x.LastError = p.panicked(ctx, fault, &place{name: "policies"})
			x.Response = DefaultResponse(&Error{}, x.ID)
		}
	}()
	x.RunHooks(ctx)
}

// Preflight answers a CORS preflight request by the cors policies of inbound. It reports
// false, and does nothing, when there are none.
func (p *Program) Preflight(ctx context.Context, x *exchange.Exchange) bool {
	any := false
	steps := p.sections[Inbound].steps
	i := 0
	e := p.guard(ctx, steps, &i, func() *Error {
		for ; i < len(steps); i++ {
			if steps[i].preflight == nil {
				continue
			}
			any = true
			if err := steps[i].preflight(ctx, x); err != nil {
				return steps[i].place.fail(ctx, err)
			}
			if x.Finished() {
				return nil
			}
		}
		return nil
	})
	switch {
	case e != nil:
		p.Fail(ctx, x, e)
		return true
	case any && !x.Finished():
		x.Finish(exchange.NewResponse(200, ""))
	}
	return any
}

// Unmatched answers a request that is for no operation, if a policy of inbound has an answer
// for it. It reports false, and does nothing, when none has.
func (p *Program) Unmatched(ctx context.Context, x *exchange.Exchange) bool {
	steps := p.sections[Inbound].steps
	i := 0
	e := p.guard(ctx, steps, &i, func() *Error {
		for ; i < len(steps) && !x.Finished(); i++ {
			if steps[i].unmatched == nil {
				continue
			}
			if err := steps[i].unmatched(ctx, x); err != nil {
				return steps[i].place.fail(ctx, err)
			}
		}
		return nil
	})
	if e != nil {
		p.Fail(ctx, x, e)
	}
	return e != nil || x.Finished()
}

// run runs a section. A panic is our mistake; it costs the request and nothing else.
func (p *Program) run(ctx context.Context, x *exchange.Exchange, section Section) (e *Error) {
	steps := p.sections[section].steps
	i := 0
	defer func() {
		if fault := recover(); fault != nil {
			e = p.panicked(ctx, fault, steps[i].place)
		}
	}()
	for ; i < len(steps); i++ {
		if err := steps[i].step(ctx, x); err != nil {
			return steps[i].place.fail(ctx, err)
		}
		if x.Finished() {
			return nil
		}
	}
	return nil
}

// guard runs a function that goes through steps as run does.
func (p *Program) guard(ctx context.Context, steps Steps, at *int, f func() *Error) (e *Error) {
	defer func() {
		if fault := recover(); fault != nil {
			e = p.panicked(ctx, fault, steps[*at].place)
		}
	}()
	return f()
}

func (p *Program) panicked(ctx context.Context, fault any, at *place) *Error {
	p.services.Logger.LogAttrs(ctx, slog.LevelError, "policy panicked",
		slog.String("policy", at.name), slog.String("section", at.section.String()),
		slog.String("panic", fmt.Sprint(fault)), slog.String("stack", string(debug.Stack())))
	e := at.fail(ctx, fmt.Errorf("unexpected fault: %v", fault))
	e.Reason = exchange.ReasonGatewayFailure
	return e
}

// log tells operators of failures that are not the caller's doing.
func (p *Program) log(ctx context.Context, x *exchange.Exchange, e *Error) {
	if e.Status != 0 && e.Status < 500 || e.Reason == exchange.ReasonClientConnectionFailure {
		return
	}
	operation := ""
	if x.API != nil && x.Operation != nil {
		operation = x.API.ID + "/" + x.Operation.ID
	}
	p.services.Logger.LogAttrs(ctx, slog.LevelWarn, "request failed",
		slog.String("request", string(appendUUID(nil, x.ID))), slog.String("operation", operation),
		slog.String("policy", e.Source), slog.String("section", e.Section), slog.String("reason", e.Reason),
		slog.String("error", e.Message), slog.Any("cause", e.Cause))
}
