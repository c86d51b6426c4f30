package balance

import (
	"fmt"
	"testing"

	"github.com/apimgw/apimgw/policies/exchange"
)

// The benchmarks measure what a forward costs beyond the forward itself: the pick, and the
// report of a success.

func BenchmarkBreaker(b *testing.B) {
	bench(b, new(State).Breaker("a", rule(3, 0), Options{}))
}

func BenchmarkBreakerPercentage(b *testing.B) {
	bench(b, new(State).Breaker("a", rule(0, 50), Options{}))
}

func BenchmarkPool(b *testing.B) {
	for _, n := range []int{3, 30} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var members []string
			for i := range n {
				members = append(members, fmt.Sprintf("m%d!:1:1", i))
			}
			bench(b, pool(b, new(State), Options{}, "", members...))
		})
	}
}

func BenchmarkPoolBound(b *testing.B) {
	p := pool(b, new(State), Options{}, "SessionId", "a!:1:1", "b!:1:1", "c!:1:1")
	bench(b, p, exchange.Field{Name: "cookie", Value: "theme=dark; SessionId=" + p.groups[0][2].token})
}

func bench(b *testing.B, balancer exchange.Balancer, headers ...exchange.Field) {
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		x := exchange.New(nil, &exchange.Request{Headers: exchange.NewHeaders(headers)})
		x.Backend = &exchange.Backend{ID: "a", Balancer: balancer}
		response := exchange.NewResponse(200, "")
		for pb.Next() {
			x.Response = nil
			to, err := balancer.Pick(x)
			if err != nil {
				b.Error(err)
				return
			}
			x.Response = response
			balancer.Done(x, to, nil)
		}
	})
}
