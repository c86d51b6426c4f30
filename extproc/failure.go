package extproc

import (
	"net/http"
	"strings"

	"github.com/apimgw/apimgw/policies/exchange"
)

// Details of Envoy's own replies say what went wrong. They are not promised to be stable, so
// what is unknown is still a failure of the backend.
const (
	notConnected = "upstream_reset_before_response_started{"
	certificate  = "CERTIFICATE_VERIFY_FAILED"
)

// timeouts begin the details of replies to requests that took too long.
var timeouts = []string{
	"upstream_per_try_timeout", "upstream_response_timeout", "response_timeout", "stream_idle_timeout", "max_duration_timeout",
	"upstream_max_stream_duration_reached",
}

// failureOf is the error that details tell of.
func failureOf(details string) *exchange.Error {
	for _, t := range timeouts {
		if strings.HasPrefix(details, t) {
			return backendLate(nil)
		}
	}
	message := "The connection to the backend could not be established or was aborted."
	switch {
	case strings.HasPrefix(details, "request_payload_too_large"):
		return requestTooLarge(nil)
	case strings.HasPrefix(details, "no_healthy_upstream"), strings.HasPrefix(details, "dns_"):
		message = "The backend's host name could not be resolved, or has no address that may be used."
	case strings.HasPrefix(details, "cluster_not_found"):
		message = "The backend is not known to the gateway yet."
	case strings.HasPrefix(details, notConnected):
		message = resetMessage(details[len(notConnected):], message)
	}
	return &exchange.Error{Reason: exchange.ReasonBackendConnectionFailure, Message: message}
}

// resetMessage tells why a backend's connection was of no use.
func resetMessage(why, otherwise string) string {
	switch {
	case strings.Contains(why, certificate):
		return "The backend's certificate has expired, is of an authority that is not trusted, or is another name's."
	case strings.Contains(why, "TLS_error"):
		return "The backend refused the TLS handshake, or does not speak TLS as this gateway does."
	case strings.Contains(why, "Connection_refused"):
		return "The backend refused the connection."
	case strings.HasPrefix(why, "connection_timeout"):
		return "The connection to the backend was not established in time."
	case strings.HasPrefix(why, "connection_termination"):
		return "The backend closed the connection before it answered."
	case strings.HasPrefix(why, "protocol_error"):
		return "The backend's answer is not valid HTTP, or its headers are too large."
	case strings.HasPrefix(why, "overflow"):
		return "Too many requests to the backend are under way."
	}
	return otherwise
}

// backendLate is the error of a backend whose headers do not come in time.
func backendLate(cause error) *exchange.Error {
	return &exchange.Error{Reason: exchange.ReasonTimeout, Message: "The backend did not answer in time.", Cause: cause}
}

// requestTooLarge is the error of a request whose body is wanted but above the limit.
func requestTooLarge(cause error) *exchange.Error {
	return &exchange.Error{
		Reason: "RequestTooLarge", Message: "The request's body is larger than this gateway reads.",
		Status: http.StatusRequestEntityTooLarge, Public: "The request's body is too large.", Cause: cause,
	}
}

// requestLate is the error of a request whose body is wanted and does not come in time.
func requestLate() *exchange.Error {
	return &exchange.Error{
		Reason: exchange.ReasonTimeout, Message: "The request's body did not arrive in time.",
		Status: http.StatusRequestTimeout, Public: "The request's body did not arrive in time.",
	}
}

// responseTooLarge is the error of a response whose body is wanted but above the limit.
func responseTooLarge() error {
	return &exchange.Error{Reason: "ResponseTooLarge", Message: "The response's body is larger than this gateway reads."}
}

// responseLate is requestLate for a response.
func responseLate() *exchange.Error {
	return &exchange.Error{Reason: exchange.ReasonTimeout, Message: "The response's body did not arrive in time."}
}

// endless is the error of a response whose body is wanted and has no end.
func endless() error {
	return &exchange.Error{Reason: exchange.ReasonGatewayFailure, Message: "The response is a stream of events, which has no end, and cannot be read."}
}

// switched is the error of a backend that leaves HTTP without having been asked to.
func switched() error {
	return &exchange.Error{Reason: exchange.ReasonBackendConnectionFailure, Message: "The backend switched to another protocol without having been asked to."}
}
