package plan

import (
	"strings"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/sync/catalog"
)

// trafficOf an API is what its policies have before them.
func trafficOf(a *catalog.API) policies.Traffic {
	switch a.Type {
	case catalog.WebSocket:
		return policies.Handshakes
	case catalog.GRPC:
		return policies.Calls
	}
	return policies.Messages
}

// prepare compiles what an API inherits, be it only to say what is wrong with it.
func (b *builder) prepare(source *catalog.API) {
	t := trafficOf(source)
	b.globalFor(t)
	for _, p := range b.productsOf[strings.ToLower(source.ID)] {
		b.productFor(p, t)
	}
}

// globalFor is the global policy for a kind of traffic. It is compiled for streams only where
// there is an API that has them.
func (b *builder) globalFor(t policies.Traffic) compiled {
	if t == policies.Messages {
		return b.plan.global
	}
	return b.compileBroad("", document{scope: policies.Global, traffic: t, text: b.catalog.Policy}, compiled{program: b.plan.empty})
}

// productFor is a product's policy for a kind of traffic.
func (b *builder) productFor(p *productPolicy, t policies.Traffic) compiled {
	if t == policies.Messages {
		return p.compiled
	}
	return b.compileBroad(p.source.ID, document{scope: policies.Product, traffic: t, text: p.source.Policy}, b.globalFor(t))
}
