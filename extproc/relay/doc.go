// Package relay carries requests whose backend section is more than one plain forward:
// several attempts, redirects that are followed, bodies that are kept.
//
// ext_proc can let Envoy forward a request once. So for those, at the first forward, the
// session makes a [Visit] here and tells Envoy to send the request to the relay, with the
// visit's token in a header. [Relay] knows the request by it, once, and lends it to the
// session: its body comes in by the visit, and the answer goes out by it. What happens in
// between is the session's affair: it sends as many requests as it wants, by
// [Relay.Forward], through a listener of the same Envoy.
//
// Policies run in the session's goroutine and nowhere else. The relay's goroutines only
// carry bytes: the one in which Envoy's request arrived waits for the answer, writes it and
// streams its body. When it ends, be it that the client has gone, everything that was
// forwarded for the visit is ended too.
//
// # Failing closed
//
// A token is good for one request. One that is unknown, used or given up is a 500. A visit
// that its session leaves without an answer resets Envoy's request.
package relay
