// Package ipfilter implements ip-filter, which lets requests pass, or turns them away, by
// the address of the caller: context.Request.IpAddress, the peer of the connection.
// X-Forwarded-For is not looked at.
package ipfilter

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the ip-filter policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "ip-filter",
	Chapter:  policies.Authentication,
	Sections: policies.In(policies.Inbound),
	Compile:  compile,
})

type config struct {
	// Action is "allow" where only the listed addresses may call, "forbid" where they may
	// not.
	Action policies.Value[string] `attr:"action" default:"allow" oneof:"allow forbid"`
	// Addresses listed one by one.
	Addresses []policies.Value[string] `elem:"address"`
	// Ranges of addresses.
	Ranges []span `elem:"address-range"`
}

type span struct {
	// From is the first address of the range.
	From policies.Value[string] `attr:"from,required"`
	// To is the last address of the range.
	To policies.Value[string] `attr:"to,required"`
}

// A filter is a list of ranges; an address is a range of itself.
type filter struct {
	action policies.Value[string]
	fixed  []bounds
	varied []span
}

// bounds of a range whose addresses are literals; both belong to it.
type bounds struct{ from, to netip.Addr }

func compile(c *policies.Compiler, cfg config) policies.Step {
	f := &filter{action: cfg.Action}
	for _, a := range cfg.Addresses {
		f.add(c, span{From: a, To: a})
	}
	for _, s := range cfg.Ranges {
		f.add(c, s)
	}
	if len(cfg.Addresses)+len(cfg.Ranges) == 0 {
		c.Errorf(c.Here(), "<ip-filter> needs an <address> or an <address-range>")
	}
	return f.step
}

// add a range to those whose addresses are known, or to those that expressions make.
func (f *filter) add(c *policies.Compiler, s span) {
	from, fixedFrom := s.From.Constant()
	to, fixedTo := s.To.Constant()
	var b bounds
	var err, err2 error
	if fixedFrom {
		if b.from, err = parse(from); err != nil {
			c.Errorf(s.From.Range, "%q is no IP address", s.From.Range.Text())
		}
	}
	if fixedTo && s.To.Range != s.From.Range {
		if b.to, err2 = parse(to); err2 != nil {
			c.Errorf(s.To.Range, "%q is no IP address", s.To.Range.Text())
		}
	}
	if s.To.Range == s.From.Range {
		b.to = b.from
	}
	switch {
	case err != nil || err2 != nil:
	case !fixedFrom || !fixedTo:
		f.varied = append(f.varied, s)
	case b.from.Is4() != b.to.Is4() || b.to.Less(b.from):
		c.Errorf(s.From.Range, "the range ends before it begins, or mixes IPv4 and IPv6")
	default:
		f.fixed = append(f.fixed, b)
	}
}

// parse reads an address; an IPv4 address in IPv6's clothes is one of IPv4.
func parse(s string) (netip.Addr, error) {
	a, err := netip.ParseAddr(s)
	return a.Unmap().WithZone(""), err
}

func (b bounds) has(a netip.Addr) bool {
	return a.Is4() == b.from.Is4() && !a.Less(b.from) && !b.to.Less(a)
}

func (f *filter) step(ctx context.Context, x *exchange.Exchange) error {
	action, err := f.action.Get(ctx, x)
	if err != nil {
		return err
	}
	caller, err := parse(x.Request.IPAddress)
	if err != nil {
		return forbidden("FailedToParseCallerIP", "Failed to establish IP address for the caller. Access denied.")
	}
	listed, err := f.lists(ctx, x, caller)
	switch {
	case err != nil:
		return err
	case action == "allow" && !listed:
		return forbidden("CallerIpNotAllowed", fmt.Sprintf("Caller IP address %s is not allowed. Access denied.", x.Request.IPAddress))
	case action == "forbid" && listed:
		return forbidden("CallerIpBlocked", "Caller IP address is blocked. Access denied.")
	}
	return nil
}

func (f *filter) lists(ctx context.Context, x *exchange.Exchange, caller netip.Addr) (bool, error) {
	for _, b := range f.fixed {
		if b.has(caller) {
			return true, nil
		}
	}
	for i := range f.varied {
		b, err := f.varied[i].evaluate(ctx, x)
		if err != nil || b.has(caller) {
			return err == nil, err
		}
	}
	return false, nil
}

func (s *span) evaluate(ctx context.Context, x *exchange.Exchange) (b bounds, err error) {
	for _, end := range []struct {
		value *policies.Value[string]
		into  *netip.Addr
	}{{&s.From, &b.from}, {&s.To, &b.to}} {
		text, err := end.value.Get(ctx, x)
		if err != nil {
			return b, err
		}
		if *end.into, err = parse(text); err != nil {
			return b, &policies.Error{Reason: exchange.ReasonExpressionFailure, Message: fmt.Sprintf("The expression's value %q is no IP address.", text), Cause: err}
		}
	}
	return b, nil
}

func forbidden(reason, message string) error {
	return &policies.Error{Reason: reason, Message: message, Status: 403, Public: "Forbidden"}
}
