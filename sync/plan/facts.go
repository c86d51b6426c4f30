package plan

import (
	"cmp"
	"strings"

	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/catalog"
)

// facts makes what expressions see of products, users and subscriptions.
func (b *builder) facts() {
	groups := map[string]exchange.Group{}
	for _, g := range b.catalog.Groups {
		groups[strings.ToLower(g.ID)] = exchange.Group{ID: g.ID, Name: cmp.Or(g.DisplayName, g.ID)}
	}
	b.productFacts(groups)
	users := map[string]*exchange.User{}
	for _, u := range b.catalog.Users {
		users[strings.ToLower(u.ID)] = userFacts(u, groups)
	}
	for _, s := range b.catalog.Subscriptions {
		b.plan.keys.add(s, users[strings.ToLower(strings.TrimPrefix(s.Owner, "/users/"))])
		b.checkScope(s)
	}
}

func (b *builder) productFacts(groups map[string]exchange.Group) {
	byID := map[string][]*exchange.API{}
	for _, a := range b.plan.list {
		id := strings.ToLower(a.source.ID)
		byID[id] = append(byID[id], a.facts)
	}
	for _, p := range b.catalog.Products {
		made := &exchange.Product{
			ID: p.ID, Name: cmp.Or(p.DisplayName, p.ID), Published: p.Published,
			ApprovalRequired: p.ApprovalRequired, SubscriptionRequired: p.SubscriptionRequired,
			SubscriptionsLimit: p.SubscriptionsLimit, Groups: groupsOf(p.Groups, groups),
		}
		for _, id := range p.APIs {
			id, _, _ = strings.Cut(strings.ToLower(id), ";")
			if byID[id] == nil {
				b.errorf("", CodeReference, "the product %q contains the API %q, which does not exist", p.ID, id)
			}
			made.APIs = append(made.APIs, byID[id]...)
		}
		b.plan.products[p.ID] = made
	}
}

func groupsOf(ids []string, groups map[string]exchange.Group) []exchange.Group {
	var out []exchange.Group
	for _, id := range ids {
		g, ok := groups[strings.ToLower(id)]
		if !ok {
			g = exchange.Group{ID: id, Name: id}
		}
		out = append(out, g)
	}
	return out
}

func userFacts(u *catalog.User, groups map[string]exchange.Group) *exchange.User {
	made := &exchange.User{
		ID: u.ID, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email, Note: u.Note,
		RegistrationDate: u.Registered, Groups: groupsOf(u.Groups, groups),
	}
	for _, i := range u.Identities {
		made.Identities = append(made.Identities, exchange.Identity{ID: i.ID, Provider: i.Provider})
	}
	return made
}

// checkScope reports a subscription that opens nothing because its scope does not exist.
func (b *builder) checkScope(s *catalog.Subscription) {
	kind, id, _ := strings.Cut(strings.Trim(s.Scope, "/"), "/")
	known := true
	switch {
	case kind == "products":
		known = b.products[strings.ToLower(id)] != nil
	case kind == "apis" && id != "":
		id, _, _ = strings.Cut(id, ";")
		known = b.apiIDs[strings.ToLower(id)]
	case kind != "" && kind != "apis":
		known = false
	}
	if !known {
		b.errorf("", CodeReference, "the subscription %q has the scope %q, which does not exist", s.ID, s.Scope)
	}
}
