// Package checkheader implements check-header, which turns a request away that does not have
// a header, or not with one of the values that are allowed.
package checkheader

import (
	"context"
	"fmt"
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/exchange"
)

// Kind is the check-header policy.
var Kind = policies.Define(policies.Spec[config]{
	Name:     "check-header",
	Chapter:  policies.Authentication,
	Sections: policies.In(policies.Inbound, policies.Outbound),
	Compile:  compile,
})

type config struct {
	// Name of the header of the request.
	Name policies.Value[string] `attr:"name,required"`
	// Code is the status of the answer when the check fails.
	Code policies.Value[int] `attr:"failed-check-httpcode,required" min:"200" max:"999"`
	// Message is what the answer says then; without it the answer says what is wrong.
	Message policies.Value[string] `attr:"failed-check-error-message"`
	// IgnoreCase says whether the case of the value does not matter.
	IgnoreCase policies.Value[bool] `attr:"ignore-case" default:"false"`
	// Values that are allowed; without any the header only has to be there.
	Values []policies.Value[string] `elem:"value"`
}

func compile(_ *policies.Compiler, cfg config) policies.Step { return cfg.step }

func (cfg *config) step(ctx context.Context, x *exchange.Exchange) error {
	name, err := cfg.Name.Get(ctx, x)
	if err != nil {
		return err
	}
	joined, _ := x.Request.Headers.Joined(name)
	joined = strings.TrimSpace(joined)
	if joined == "" {
		return cfg.refuse(ctx, x, "HeaderNotFound", fmt.Sprintf("Header %s was not found in the request. Access denied.", name))
	}
	ignoreCase, err := cfg.IgnoreCase.Get(ctx, x)
	if err != nil {
		return err
	}
	for i := range cfg.Values {
		allowed, err := cfg.Values[i].Get(ctx, x)
		if err != nil {
			return err
		}
		if has(&x.Request.Headers, name, joined, strings.TrimSpace(allowed), ignoreCase) {
			return nil
		}
	}
	if len(cfg.Values) == 0 {
		return nil
	}
	return cfg.refuse(ctx, x, "HeaderValueNotAllowed", fmt.Sprintf("Header %s value of %s is not allowed. Access denied.", name, joined))
}

// has reports whether a line of the header, or all of them joined, is the value.
func has(h *exchange.Headers, name, joined, value string, ignoreCase bool) bool {
	same := func(a string) bool { return a == value || ignoreCase && strings.EqualFold(a, value) }
	if same(joined) {
		return true
	}
	for _, f := range h.Fields() {
		if strings.EqualFold(f.Name, name) && same(strings.TrimSpace(f.Value)) {
			return true
		}
	}
	return false
}

func (cfg *config) refuse(ctx context.Context, x *exchange.Exchange, reason, text string) error {
	code, err := cfg.Code.Get(ctx, x)
	if err != nil {
		return err
	}
	public := text
	if cfg.Message.Set() {
		if public, err = cfg.Message.Get(ctx, x); err != nil {
			return err
		}
	}
	return &policies.Error{Reason: reason, Message: text, Status: code, Public: public}
}
