package exchange

import (
	"context"
	"errors"
	"sync"
	"time"
)

// An Exchange is one request and its response.
type Exchange struct {
	// ID is context.RequestId: a version 4 UUID in network byte order.
	ID [16]byte
	// Received is when the request's headers were received, in UTC.
	Received time.Time

	// Request as it will be forwarded; never nil.
	Request *Request
	// Response is nil until there is one: the backend's, or one a policy made.
	Response *Response
	// Variables of context.Variables.
	Variables Variables
	// LastError is nil until a policy or a built-in step failed.
	LastError *Error

	// What the request was matched to. API and Operation are nil when nothing
	// matched; Product, Subscription and User are nil when there is none.
	API          *API
	Operation    *Operation
	Product      *Product
	Subscription *Subscription
	User         *User
	// Deployment this gateway belongs to; never nil once the plan was asked.
	Deployment *Deployment

	// Backend the request is forwarded to. It starts as the API's own, and is nil when
	// the API has none.
	Backend *Backend
	// Called is where the last forward went: a member if Backend is a pool. It is nil before
	// the first one.
	Called *Backend
	// BackendRank is how narrow the scope of the policy is that chose a backend entity, from
	// 1 for the broadest; 0 when the backend is no entity. It belongs to
	// set-backend-service.
	BackendRank int

	// Connection is what policies have chosen of how backends are connected to, whichever they
	// are.
	Connection Connection

	// Tracing reports whether the caller asked for a trace and may have one.
	Tracing bool
	// Trace receives what <trace> and context.Trace say; nil when nobody listens.
	Trace Tracer

	driver    Driver
	finished  bool
	forwarded bool
	hooks     []Hook
	turn      *sync.Mutex // of branches to use the exchange; nil outside of Branch
}

// A Hook is something that a policy leaves to be done when the response is final.
type Hook func(ctx context.Context, x *Exchange)

// A Driver carries an exchange between a transport and the policies.
type Driver interface {
	// Forward sends x.Request to x.Backend, waits for the answer's headers, and sets
	// x.Response to it. A backend that cannot be reached or does not answer in time is
	// an *Error. A driver that is told by the program's needs that nobody looks at the
	// answer may return without setting x.Response; it is then streamed to the client
	// as it comes.
	Forward(ctx context.Context, x *Exchange, f Forward) error
}

// Forward are the settings of one forward-request.
type Forward struct {
	// Timeout until the backend's response headers have arrived; zero is no limit.
	Timeout time.Duration
	// ContinueTimeout to wait for 100 Continue; zero: not waited for.
	ContinueTimeout time.Duration
	// HTTPVersion to speak to the backend: "1", "2" or "2or1".
	HTTPVersion string
	// FollowRedirects follows 3xx answers instead of returning them.
	FollowRedirects bool
	// BufferRequestBody keeps the request's body for another attempt.
	BufferRequestBody bool
	// StreamResponse flushes each chunk at once (buffer-response="false").
	StreamResponse bool
}

// A Tracer receives trace entries. It is used by one goroutine at a time.
type Tracer interface {
	// Trace records an entry. The source is the policy's name or what its author
	// called it.
	Trace(source string, severity Severity, message string, metadata []Field)
}

// A Severity of a trace entry.
type Severity int

// Severities, from least to most severe.
const (
	Verbose Severity = iota
	Information
	Errors
)

// New makes an exchange for a request that a driver has received.
func New(d Driver, r *Request) *Exchange {
	return &Exchange{Request: r, driver: d}
}

// errNoDriver is the mistake of a caller that runs a backend section without a driver.
var errNoDriver = errors.New("this exchange has no driver that forwards")

// Forward sends the request to the backend and waits for its answer. A response that was
// there before is gone.
func (x *Exchange) Forward(ctx context.Context, f Forward) error {
	if x.driver == nil {
		return errNoDriver
	}
	x.Response, x.forwarded = nil, true
	if x.Backend != nil && x.Backend.Balancer != nil {
		return x.balance(ctx, f)
	}
	x.Called = x.Backend
	return x.driver.Forward(ctx, x, f)
}

// balance forwards to where the backend's balancer says. The driver sees that backend in
// place of the one that policies have chosen.
func (x *Exchange) balance(ctx context.Context, f Forward) error {
	chosen := x.Backend
	b, err := chosen.Balancer.Pick(x)
	if err != nil {
		return err
	}
	x.Backend, x.Called = b, b
	err = x.driver.Forward(ctx, x, f)
	x.Backend = chosen
	chosen.Balancer.Done(x, b, err)
	return err
}

// Forwarded reports whether Forward was called: then a nil Response is one that the driver
// streams to the client as it comes.
func (x *Exchange) Forwarded() bool { return x.forwarded }

// OnResponse leaves a hook to be run once, after the last policy, when x.Response is what
// the client gets. Hooks run in the order in which they were left.
func (x *Exchange) OnResponse(h Hook) { x.hooks = append(x.hooks, h) }

// RunHooks runs the hooks. The runner of the program calls it; a second call does nothing.
func (x *Exchange) RunHooks(ctx context.Context) {
	hooks := x.hooks
	x.hooks = nil
	for _, h := range hooks {
		h(ctx, x)
	}
}

// Finish answers the caller with r: no policy of this or any later section runs.
func (x *Exchange) Finish(r *Response) {
	x.Response = r
	x.finished = true
}

// Finished reports whether a policy has answered the caller.
func (x *Exchange) Finished() bool { return x.finished }

// Elapsed is the time since the request was received.
func (x *Exchange) Elapsed(now time.Time) time.Duration { return now.Sub(x.Received) }
