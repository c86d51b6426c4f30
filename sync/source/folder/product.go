package folder

import (
	"context"
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/sync/catalog"
)

// A product is what the folder says of a product; its links are followed by the builder.
type product struct {
	catalog.Product
	apis, groups []link
}

// systemGroups are there without being declared.
var systemGroups = []string{"administrators", "developers", "guests"}

func (b *builder) readProducts(ctx context.Context) error {
	products, err := readSection(ctx, b, "products", b.section("products"), (*entry).product)
	all := ids(b.section("apis"), func(d *dir) string { return apiID(d.name) })
	served := ids(b.catalog.APIs, func(a *catalog.API) string { return a.ID })
	groups := append(ids(b.catalog.Groups, func(g *catalog.Group) string { return g.ID }), systemGroups...)
	apis := index(all)
	here := index(served)
	for _, r := range products {
		p := r.value.Product
		for _, l := range r.value.apis {
			id := strings.ToLower(apiID(lastSegment(l.name)))
			if _, ok := apis[id]; !ok {
				unknown(&b.diags, l, "API", all)
			} else if name, ok := here[id]; ok {
				p.APIs = append(p.APIs, name)
			}
		}
		for _, l := range r.value.groups {
			if _, ok := find(groups, lastSegment(l.name)); !ok {
				b.diags.Warnf(l.at, CodeReference, "%s: there is no group %q", l.rel, l.name)
			}
			p.Groups = append(p.Groups, lastSegment(l.name))
		}
		b.catalog.Products = append(b.catalog.Products, &p)
	}
	return err
}

// index finds names by their lower case.
func index(names []string) map[string]string {
	out := make(map[string]string, len(names))
	for _, n := range names {
		out[strings.ToLower(n)] = n
	}
	return out
}

func (e *entry) product() *product {
	s := e.settings(e.dir, "productInformation.json")
	p := &product{Product: catalog.Product{ID: e.id}}
	p.DisplayName, _ = s.text("displayName")
	p.Published = s.choice("state", "notPublished", "notPublished", "published") == "published"
	p.SubscriptionRequired = s.flag("subscriptionRequired", true)
	p.ApprovalRequired = s.flag("approvalRequired", false)
	p.SubscriptionsLimit = s.whole("subscriptionsLimit")
	s.alsoKnown("description", "terms")
	s.finish()
	p.Policy = e.policy(e.dir)
	p.apis, p.groups = e.links("apis"), e.links("groups")
	return p
}

// A subscription is what the folder says of a subscription; the keys may come from elsewhere.
type subscription struct {
	catalog.Subscription
	scope diag.Range
}

func (b *builder) readSubscriptions(ctx context.Context) error {
	subscriptions, err := readSection(ctx, b, "subscriptions", b.section("subscriptions"), (*entry).subscription)
	apis := index(ids(b.section("apis"), func(d *dir) string { return apiID(d.name) }))
	products := index(ids(b.section("products"), func(d *dir) string { return d.name }))
	served := index(ids(b.catalog.APIs, func(a *catalog.API) string { return a.ID }))
	present := index(ids(b.catalog.Products, func(p *catalog.Product) string { return p.ID }))
	owners := map[catalog.Secret]string{}
	for _, r := range subscriptions {
		s := r.value.Subscription
		kind, name := scopeParts(s.Scope)
		scope, known := s.Scope, true
		switch {
		case kind == "apis" && name != "":
			scope, known = b.scope(r.value, "API", "/apis/", name, apis, served)
		case kind == "products":
			scope, known = b.scope(r.value, "product", "/products/", name, products, present)
		}
		if !known {
			continue
		}
		s.Scope = scope
		b.addKeys(&s, r.value.scope, owners)
		b.catalog.Subscriptions = append(b.catalog.Subscriptions, &s)
	}
	return err
}

// scope returns the scope as its target is written. A subscription to what is not in the
// folder is a mistake; one to what this gateway does not serve, or to what was left out
// for its own mistakes, is left out as well.
func (b *builder) scope(s *subscription, what, prefix, name string, all, served map[string]string) (string, bool) {
	name = strings.ToLower(name)
	if _, ok := all[name]; !ok {
		unknown(&b.diags, link{name, "subscriptions/" + s.ID, s.scope}, what, inOrder(all))
		return "", false
	}
	target, ok := served[name]
	return prefix + target, ok
}

func (b *builder) addKeys(s *catalog.Subscription, at diag.Range, owners map[catalog.Secret]string) {
	s.PrimaryKey = b.key(s.ID, false, s.PrimaryKey.Reveal())
	s.SecondaryKey = b.key(s.ID, true, s.SecondaryKey.Reveal())
	if s.PrimaryKey == "" && s.SecondaryKey == "" {
		b.diags.Warnf(at, CodeSecret, "the subscription %q has no key: nobody can use it", s.ID)
		b.diags[len(b.diags)-1].Help = "set APIMGW_SUBSCRIPTION_" + variableName(s.ID) + "_PRIMARY_KEY, or write primaryKey into secrets.yaml under subscriptions"
	}
	for _, key := range []catalog.Secret{s.PrimaryKey, s.SecondaryKey} {
		if key == "" {
			continue
		}
		if other, taken := owners[key]; taken && other != s.ID {
			b.diags.Errorf(at, CodeDuplicate, "the subscriptions %q and %q have the same key", other, s.ID)
			return
		}
		owners[key] = s.ID
	}
}

func (e *entry) subscription() *subscription {
	s := e.settings(e.dir, "subscriptionInformation.json")
	v := &subscription{Subscription: catalog.Subscription{ID: e.id}}
	v.DisplayName, _ = s.text("displayName")
	written, at := s.text("scope")
	v.scope = at
	v.Scope = e.normalScope(s, written, at)
	owner, _ := s.text("ownerId")
	v.Owner = lastSegment(owner)
	primary, _ := s.text("primaryKey")
	secondary, _ := s.text("secondaryKey")
	v.PrimaryKey, v.SecondaryKey = catalog.Secret(primary), catalog.Secret(secondary)
	v.State = s.choice("state", "active", "active", "suspended", "submitted", "rejected", "cancelled", "expired")
	v.AllowTracing = s.flag("allowTracing", false)
	if t := s.date("createdDate"); t != nil {
		v.Created = *t
	}
	v.Start, v.End = s.date("startDate"), s.date("endDate")
	s.alsoKnown("expirationDate", "notificationDate", "stateComment")
	s.finish()
	return v
}

// normalScope is a scope without what comes before it in a full resource id.
func (e *entry) normalScope(s *settings, written string, at diag.Range) string {
	if !s.exists() {
		return ""
	}
	if written == "" {
		s.required("scope")
		return ""
	}
	scope := strings.TrimRight(written, "/")
	if i := strings.Index(strings.ToLower(scope), "/microsoft.apimanagement/service/"); i >= 0 {
		scope = scope[i+len("/microsoft.apimanagement/service/"):]
		_, rest, _ := strings.Cut(scope, "/")
		scope = "/" + rest
	}
	switch kind, name := scopeParts(scope); {
	case kind == "" && name == "":
		return "/"
	case kind == "apis" && name == "":
		return "/apis"
	case kind == "apis":
		return "/apis/" + apiID(name)
	case kind == "products" && name != "":
		return "/products/" + name
	}
	e.diags.Errorf(at, CodeValue, "%q is not the scope of a subscription", written)
	e.diags[len(e.diags)-1].Help = "one of: /products/<id>, /apis/<id>, /apis (all APIs), / (all access)"
	return ""
}

// scopeParts of "/apis/x" are "apis" and "x".
func scopeParts(scope string) (kind, name string) {
	kind, name, _ = strings.Cut(strings.Trim(scope, "/"), "/")
	return strings.ToLower(kind), name
}
