package plan

import (
	"strings"

	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/catalog"
)

// keys finds subscriptions by key.
type keys map[string][]*subscription

// A subscription as one of its two keys opens it.
type subscription struct {
	facts   *exchange.Subscription
	user    *exchange.User
	active  bool
	tracing bool
	// product or api is the id of its scope; both are empty for all APIs.
	product, api string
}

// add a subscription under both of its keys.
func (k keys) add(s *catalog.Subscription, user *exchange.User) {
	sub := subscription{user: user, active: s.State == "active", tracing: s.AllowTracing}
	scope := strings.Trim(s.Scope, "/")
	switch kind, id, _ := strings.Cut(scope, "/"); {
	case kind == "products":
		sub.product = id
	case kind == "apis" && id != "":
		sub.api, _, _ = strings.Cut(id, ";")
	}
	for i, key := range []string{s.PrimaryKey.Reveal(), s.SecondaryKey.Reveal()} {
		if key == "" || i == 1 && key == s.PrimaryKey.Reveal() {
			continue
		}
		one := sub
		one.facts = &exchange.Subscription{
			ID: s.ID, Name: s.DisplayName, Key: key,
			PrimaryKey: s.PrimaryKey.Reveal(), SecondaryKey: s.SecondaryKey.Reveal(),
			CreatedDate: s.Created, StartDate: s.Start, EndDate: s.End,
		}
		k[key] = append(k[key], &one)
	}
}

// open finds an active subscription for the key that covers the API, and the index of the
// context in which the API is called.
func (k keys) open(key string, a *api) (*subscription, int, bool) {
	for _, s := range k[key] {
		switch {
		case !s.active:
		case s.product != "":
			if i := a.context(s.product); i > 0 {
				return s, i, true
			}
		case s.api == "" || strings.EqualFold(s.api, a.source.ID):
			return s, 0, true
		}
	}
	return nil, 0, false
}

// keyOf is the key that the request carries: the header's, or the query parameter's when
// there is no such header.
func keyOf(r *exchange.Request, a *api) (string, bool) {
	if key, ok := r.Headers.First(a.facts.KeyHeader); ok {
		return key, true
	}
	return queryKey(r, a)
}

func queryKey(r *exchange.Request, a *api) (string, bool) {
	if r.OriginalURL.Query == "" {
		return "", false
	}
	for name, value := range r.OriginalURL.Parameters {
		if strings.EqualFold(name, a.facts.KeyQuery) {
			return value, true
		}
	}
	return "", false
}
