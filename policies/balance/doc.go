// Package balance decides to which server a request for a backend entity goes: it has the
// circuit breakers of backends, and the pools that spread requests over several of them.
//
// A [Breaker] watches one backend. When failures have reached its rule's count, or its
// percentage, within the interval, it opens, and nothing is sent to the backend until the
// trip duration is over; then it begins anew. There is no trial in between: that is how API
// Management has it.
//
// A [Pool] chooses one of its members for each forward: those of the best priority take
// turns by weight, and others come in only when the breakers of all better ones are open. With a
// session affinity cookie a client keeps the member that it got.
//
// Both are an [exchange.Balancer], so every driver uses them alike. What is remembered lives in
// a [State], which outlives plans: a breaker whose rule an edit has not touched stays as it
// is. It is that of this process; replicas know nothing of each other.
package balance
