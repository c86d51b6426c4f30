package policies

import (
	"slices"

	"github.com/apimgw/apimgw/policies/exchange"
)

// A Need says how often a program wants something.
type Need int

// Needs from least to most.
const (
	// Never: no branch wants it.
	Never Need = iota
	// Maybe: some branch does; it is asked for when it is touched.
	Maybe
	// Always: every request that gets that far does.
	Always
)

// String returns "never", "maybe" or "always".
func (n Need) String() string { return [...]string{"never", "maybe", "always"}[n] }

// A BackendRef is a backend that a policy names by a literal: its base URL, or the id of
// a backend entity.
type BackendRef struct{ BaseURL, ID string }

// Needs are what a program wants of the driver that runs it. The compiler finds them
// out; nobody declares them by hand.
type Needs struct {
	// Idle: the program is one plain forward and nothing else, so that a driver may
	// leave it out.
	Idle bool
	// RequestBody and ResponseBody tell whether a policy reads the body. Replacing one
	// that nobody reads needs nothing.
	RequestBody, ResponseBody Need
	// Response: something looks at the backend's answer or at its failure, or changes
	// it. Without it the answer may be streamed to the client as it comes.
	Response bool
	// Forwards is the highest number of forwards that one request may come to; 0 means
	// that the backend is never called. A loop counts twice.
	Forwards int
	// Relay: forwarding is more than one forward with a timeout: several may come, or one
	// has settings that take more than sending once.
	Relay bool
	// Forward are the settings of all forward-request policies, where they are
	// literals.
	Forward []exchange.Forward
	// Backends are those that policies name by literals.
	Backends []BackendRef
	// DynamicBackend: a policy computes the backend.
	DynamicBackend bool
	// Certificates that policies show to backends, and Proxies that they send requests
	// through, by the driver's names.
	Certificates, Proxies []string
	// DynamicCertificate: a policy computes which of the service's certificates is shown.
	DynamicCertificate bool
}

// then adds the needs of what runs afterwards.
func (n *Needs) then(m Needs) {
	n.Response = n.Response || n.Forwards > 0
	n.merge(m)
	n.Forwards += m.Forwards
}

// or adds the needs of something that runs instead.
func (n *Needs) or(m Needs) {
	n.merge(m)
	n.Forwards = max(n.Forwards, m.Forwards)
}

// merge adds all but the number of forwards.
func (n *Needs) merge(m Needs) {
	n.RequestBody = max(n.RequestBody, m.RequestBody)
	n.ResponseBody = max(n.ResponseBody, m.ResponseBody)
	n.Response = n.Response || m.Response
	n.DynamicBackend = n.DynamicBackend || m.DynamicBackend
	n.Relay = n.Relay || m.Relay
	n.Forward = append(slices.Clip(n.Forward), m.Forward...)
	n.DynamicCertificate = n.DynamicCertificate || m.DynamicCertificate
	n.Backends = union(n.Backends, m.Backends)
	n.Certificates = union(n.Certificates, m.Certificates)
	n.Proxies = union(n.Proxies, m.Proxies)
}

// union is a list with what it lacks of another one.
func union[T comparable](list, more []T) []T {
	for _, v := range more {
		if !slices.Contains(list, v) {
			list = append(slices.Clip(list), v)
		}
	}
	return list
}

// maybe returns the needs of something that may not run.
func (n Needs) maybe() Needs {
	n.RequestBody = min(n.RequestBody, Maybe)
	n.ResponseBody = min(n.ResponseBody, Maybe)
	return n
}
