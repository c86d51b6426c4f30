package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/balance"
	"github.com/apimgw/apimgw/policies/callout"
)

// backgroundGrace is how long the end of the process waits for calls that no request waits
// for.
const backgroundGrace = 10 * time.Second

func calloutFlags(f *pflag.FlagSet) {
	f.StringSlice("callout-deny", nil, "networks that policies may not call, as 10.0.0.0/8; link-local ones are denied anyhow")
	f.StringSlice("callout-allow", nil, "networks that policies may call although a wider one is denied; the narrowest decides")
}

// services are what policies of all plans share.
func (c *Config) services(logger *slog.Logger) (*policies.Services, error) {
	networks, err := c.networks()
	if err != nil {
		return nil, err
	}
	return &policies.Services{
		Logger:     logger,
		HTTP:       callout.New(callout.Options{Networks: networks, BodyLimit: int64(c.MaxBody)}),
		Background: policies.NewBackground(policies.BackgroundOptions{Logger: logger}),
		Slots:      new(policies.Slots),
		Backends:   new(balance.State),
	}, nil
}

// networks are those that policies may call, and may not.
func (c *Config) networks() (callout.Networks, error) {
	allow, err := prefixes("--callout-allow", c.CalloutAllow)
	if err != nil {
		return callout.Networks{}, err
	}
	deny, err := prefixes("--callout-deny", c.CalloutDeny)
	if err != nil {
		return callout.Networks{}, err
	}
	for _, p := range allow {
		if slices.Contains(deny, p) {
			return callout.Networks{}, fmt.Errorf("--callout-allow and --callout-deny both have %s", p)
		}
	}
	return callout.Networks{Allow: allow, Deny: deny}, nil
}

// prefixes reads networks; an address alone is a network of its own.
func prefixes(flag string, texts []string) ([]netip.Prefix, error) {
	out := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		text = strings.TrimSpace(text)
		if a, err := netip.ParseAddr(text); err == nil {
			out[i] = netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen())
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %q is no network; write it like 10.0.0.0/8", flag, text)
		}
		out[i] = p.Masked()
	}
	return out, nil
}

// finishCalls waits for the calls that no request waits for, and tells of those that it had
// to cancel.
func (g *gateway) finishCalls() {
	ctx, cancel := context.WithTimeout(context.Background(), backgroundGrace)
	defer cancel()
	if n := g.services.Background.Close(ctx); n > 0 {
		g.logger.Warn("calls of send-one-way-request were cut off by the end of the process", "calls", n)
	}
}
