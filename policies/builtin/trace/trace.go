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
	Source policies.Value[string] `attr:"source,required"`
	// Severity of the entry.
	Severity string `attr:"severity" default:"verbose" oneof:"verbose information error"`
	// Messages: the first is the entry's.
	Messages []message `elem:"message"`
	// Metadata are custom properties of the entry.
	Metadata []metadata `elem:"metadata"`
	// Text is an older way to write the message.
	Text policies.Value[string] `text:""`
}

type message struct {
	// Name has no meaning; published policies have it.
	Name string `attr:"name"`
	// Text of the message.
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
	message := cfg.chosen(c)
	severity := severities[cfg.Severity]
	return func(ctx context.Context, x *exchange.Exchange) error {
		if x.Trace == nil {
			return nil
		}
		source, err := cfg.Source.Get(ctx, x)
		if err != nil {
			return err
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
		x.Trace.Trace(source, severity, text, fields)
		return nil
	}
}

// chosen is what the entry says. Published policies have several messages, as the schema
// allows.
func (cfg *config) chosen(c *policies.Compiler) *policies.Value[string] {
	switch {
	case len(cfg.Messages) == 0 && !cfg.Text.Set():
		c.Errorf(c.Here(), "<trace> needs a <message>")
	case len(cfg.Messages) == 0:
		return &cfg.Text
	case cfg.Text.Set():
		c.Errorf(cfg.Text.Range, "<trace> has a <message> or a text, not both")
	default:
		for i := range cfg.Messages[1:] {
			c.Warnf(cfg.Messages[i+1].Text.Range, "<trace> has a <message> already: this one is not recorded")
		}
		return &cfg.Messages[0].Text
	}
	return nil
}

func (m *metadata) evaluate(ctx context.Context, x *exchange.Exchange, f *exchange.Field) (err error) {
	if f.Name, err = m.Name.Get(ctx, x); err != nil {
		return err
	}
	f.Value, err = m.Value.Get(ctx, x)
	return err
}
