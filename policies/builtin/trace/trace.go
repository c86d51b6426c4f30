// Package trace implements trace, which adds an entry of one's own to what is recorded of
// the request: its trace where one was asked for, and the gateway's telemetry. The message
// is only evaluated when someone records it.
package trace

import (
	"context"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the trace policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "trace",
	Chapter:  policies.Logging,
	Sections: policies.Anywhere,
	Compile:  compile,
})

type config struct {
	// Source is who wrote the entry; it means something to its author.
	Source string `attr:"source,required"`
	// Severity of the entry.
	Severity string `attr:"severity" default:"verbose" oneof:"verbose information error"`
	// Message of the entry.
	Message *policies.Value[string] `elem:"message"`
	// Metadata are custom properties of the entry.
	Metadata []metadata `elem:"metadata"`
	// Text is an older way to write the message.
	Text policies.Value[string] `text:""`
}

type metadata struct {
	// Name of the property.
	Name policies.Value[string] `attr:"name,required"`
	// Value of the property.
	Value policies.Value[string] `attr:"value,required"`
}

var severities = map[string]exchange.Severity{
	"verbose": exchange.Verbose, "information": exchange.Information, "error": exchange.Errors,
}

func compile(c *policies.Compiler, cfg config) policies.Step {
	message := cfg.Message
	switch {
	case message == nil && cfg.Text.Set():
		message = &cfg.Text
	case message == nil:
		c.Errorf(c.Here(), "<trace> needs a <message>")
	case cfg.Text.Set():
		c.Errorf(cfg.Text.Range, "<trace> has a <message> or a text, not both")
	}
	severity := severities[cfg.Severity]
	return func(ctx context.Context, x *exchange.Exchange) error {
		if x.Trace == nil {
			return nil
		}
		text, err := message.Get(ctx, x)
		if err != nil {
			return err
		}
		fields := make([]exchange.Field, len(cfg.Metadata))
		for i := range cfg.Metadata {
			if err := cfg.Metadata[i].evaluate(ctx, x, &fields[i]); err != nil {
				return err
			}
		}
		x.Trace.Trace(cfg.Source, severity, text, fields)
		return nil
	}
}

func (m *metadata) evaluate(ctx context.Context, x *exchange.Exchange, f *exchange.Field) (err error) {
	if f.Name, err = m.Name.Get(ctx, x); err != nil {
		return err
	}
	f.Value, err = m.Value.Get(ctx, x)
	return err
}
