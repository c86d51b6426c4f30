package exchange

import "fmt"

// An Error says that this request fails: a policy turned it away, the backend could
// not be reached, an expression threw. It becomes context.LastError, runs on-error, and
// is the response when no policy makes another one.
type Error struct {
	// Source is the policy's element name, or the built-in step: "configuration",
	// "authorization".
	Source string
	// Reason is a machine's word, such as "OperationNotFound".
	Reason string
	// Message for people who operate the gateway.
	Message string
	// Scope is "global", "workspace", "product", "api" or "operation"; Section is
	// "inbound", "backend", "outbound" or "on-error". The runner fills them in, and Path
	// (such as "choose[3]/when[2]", empty for a policy at the top) and PolicyID as well.
	Scope, Section, Path, PolicyID string

	// Status the caller gets; 0 means 500. StatusReason is the phrase; empty means the
	// standard one.
	Status       int
	StatusReason string
	// Public is the message in the body the caller gets. Empty means the body of an
	// unexpected error, which has an activity id.
	Public string
	// Headers of the error response beside content-type.
	Headers []Field

	// Cause is what went wrong, for logs; may be nil.
	Cause error
}

// Error returns source, reason and message on one line.
func (e *Error) Error() string {
	s := fmt.Sprintf("%s: %s: %s", e.Source, e.Reason, e.Message)
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Reasons that APIM's documentation names and that more than one place uses.
const (
	ReasonOperationNotFound        = "OperationNotFound"
	ReasonSubscriptionKeyNotFound  = "SubscriptionKeyNotFound"
	ReasonSubscriptionKeyInvalid   = "SubscriptionKeyInvalid"
	ReasonBackendConnectionFailure = "BackendConnectionFailure"
	ReasonClientConnectionFailure  = "ClientConnectionFailure"
	ReasonTimeout                  = "Timeout"
	ReasonCircuitBreakerOpen       = "CircuitBreakerOpen"
	ReasonExpressionFailure        = "ExpressionValueEvaluationFailure"
	ReasonGatewayFailure           = "GatewayFailure"
)
