package xds

import (
	"context"
	"errors"
	"fmt"
	"sync"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
)

// A tracker knows what each connected Envoy has said it runs. It is told everything that
// passes on the streams.
type tracker struct {
	mu      sync.Mutex
	streams map[int64]*stream
	changed chan struct{} // closed and made anew at each change
	sent    int           // resources, those taken away included
	report  func(node, typeURL, text string)
}

// A stream is one Envoy.
type stream struct {
	node  string
	types map[string]*subscription
}

// A subscription is what an Envoy has of one type of resource.
type subscription struct {
	running map[string]string                              // version of each resource by name, as acknowledged
	open    map[string]*discoveryv3.DeltaDiscoveryResponse // without an answer yet, by nonce
	refused map[string]refusal                             // by name
}

// A refusal is a resource that an Envoy did not take.
type refusal struct{ version, text string }

func newTracker(report func(node, typeURL, text string)) *tracker {
	return &tracker{streams: map[int64]*stream{}, changed: make(chan struct{}), report: report}
}

// OnDeltaStreamOpen notes an Envoy.
func (t *tracker) OnDeltaStreamOpen(_ context.Context, id int64, _ string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.streams[id] = &stream{types: map[string]*subscription{}}
	return nil
}

// OnDeltaStreamClosed forgets an Envoy: nobody waits for it.
func (t *tracker) OnDeltaStreamClosed(id int64, _ *corev3.Node) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.streams, id)
	t.change()
}

// OnStreamDeltaRequest notes a subscription, or the answer to a response.
func (t *tracker) OnStreamDeltaRequest(id int64, r *discoveryv3.DeltaDiscoveryRequest) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.streams[id]
	if r.GetNode().GetId() != "" {
		s.node = r.GetNode().GetId()
	}
	sub := s.types[r.GetTypeUrl()]
	if sub == nil {
		sub = &subscription{running: map[string]string{}, open: map[string]*discoveryv3.DeltaDiscoveryResponse{}, refused: map[string]refusal{}}
		s.types[r.GetTypeUrl()] = sub
		for name, version := range r.GetInitialResourceVersions() {
			sub.running[name] = version
		}
	}
	if response := sub.open[r.GetResponseNonce()]; response != nil {
		delete(sub.open, r.GetResponseNonce())
		if r.GetErrorDetail() == nil {
			sub.acknowledge(response)
		} else {
			sub.refuse(response, r.GetErrorDetail().GetMessage())
			t.report(s.node, r.GetTypeUrl(), r.GetErrorDetail().GetMessage())
		}
	}
	t.change()
	return nil
}

// OnStreamDeltaResponse notes what is about to be sent.
func (t *tracker) OnStreamDeltaResponse(id int64, _ *discoveryv3.DeltaDiscoveryRequest, r *discoveryv3.DeltaDiscoveryResponse) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sent += len(r.GetResources()) + len(r.GetRemovedResources())
	if sub := t.streams[id].types[r.GetTypeUrl()]; sub != nil {
		sub.open[r.GetNonce()] = r
	}
}

func (s *subscription) acknowledge(r *discoveryv3.DeltaDiscoveryResponse) {
	for _, resource := range r.GetResources() {
		s.running[resource.GetName()] = resource.GetVersion()
		delete(s.refused, resource.GetName())
	}
	for _, name := range r.GetRemovedResources() {
		delete(s.running, name)
		delete(s.refused, name)
	}
}

func (s *subscription) refuse(r *discoveryv3.DeltaDiscoveryResponse, text string) {
	for _, resource := range r.GetResources() {
		s.refused[resource.GetName()] = refusal{resource.GetVersion(), text}
	}
}

// change tells everybody who waits. The lock is held.
func (t *tracker) change() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// A RefusedError is Envoy's word that it does not take a resource.
type RefusedError struct {
	// Node is the Envoy; Resource the name of what it refused; Text what it said. Envoy
	// judges all resources of a message together, so another may be the culprit.
	Node, Resource, Text string
}

// Error tells who refuses what, and why.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("envoy %q refuses %q: %s", e.Node, e.Resource, e.Text)
}

// errNotAcknowledged is the error when an Envoy does not answer in time.
var errNotAcknowledged = errors.New("envoy has not acknowledged it")

// wait until each connected Envoy that asks for the type runs the versions; if some is set,
// there must be one. An empty version is a name that must be gone. The error is a
// RefusedError, or wraps errNotAcknowledged and the context's error.
func (t *tracker) wait(ctx context.Context, typeURL string, versions map[string]string, some bool) error {
	for {
		t.mu.Lock()
		missing, err := t.missing(typeURL, versions, some)
		changed := t.changed
		t.mu.Unlock()
		if err != nil || missing == "" {
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("%w: %s: %w", errNotAcknowledged, missing, context.Cause(ctx))
		}
	}
}

// missing is the name of a resource that some Envoy does not run yet. The lock is held.
func (t *tracker) missing(typeURL string, versions map[string]string, some bool) (string, error) {
	asked := false
	for _, s := range t.streams {
		sub := s.types[typeURL]
		if sub == nil {
			continue // it has not asked yet, and will be told the newest when it does
		}
		asked = true
		for name, version := range versions {
			if version != "" && sub.refused[name].version == version {
				return "", &RefusedError{Node: s.node, Resource: name, Text: sub.refused[name].text}
			}
			if sub.running[name] != version {
				return name, nil
			}
		}
	}
	if some && !asked {
		return "no envoy is connected", nil
	}
	return "", nil
}
