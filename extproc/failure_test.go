package extproc

import (
	"testing"

	"github.com/apimgw/apimgw/policies/exchange"
)

// TestFailureOf checks the errors of what Envoy tells, also of what the tests do not make happen.
func TestFailureOf(t *testing.T) {
	t.Parallel()
	const reset = "upstream_reset_before_response_started{"
	for details, want := range map[string]struct{ reason, message string }{
		reset + "remote_connection_failure|delayed_connect_error:_Connection_refused}": {exchange.ReasonBackendConnectionFailure, "The backend refused the connection."},
		reset + "connection_timeout}":                       {exchange.ReasonBackendConnectionFailure, "The connection to the backend was not established in time."},
		reset + "connection_termination}":                   {exchange.ReasonBackendConnectionFailure, "The backend closed the connection before it answered."},
		reset + "protocol_error}":                           {exchange.ReasonBackendConnectionFailure, "The backend's answer is not valid HTTP, or its headers are too large."},
		reset + "overflow}":                                 {exchange.ReasonBackendConnectionFailure, "Too many requests to the backend are under way."},
		reset + "remote_connection_failure}":                {exchange.ReasonBackendConnectionFailure, "The connection to the backend could not be established or was aborted."},
		reset + "something_new}":                            {exchange.ReasonBackendConnectionFailure, "The connection to the backend could not be established or was aborted."},
		"no_healthy_upstream":                               {exchange.ReasonBackendConnectionFailure, "The backend's host name could not be resolved, or has no address that may be used."},
		"dns_resolution_failure{cares_norecords:not_found}": {exchange.ReasonBackendConnectionFailure, "The backend's host name could not be resolved, or has no address that may be used."},
		"cluster_not_found":                                 {exchange.ReasonBackendConnectionFailure, "The backend is not known to the gateway yet."},
		"something_new":                                     {exchange.ReasonBackendConnectionFailure, "The connection to the backend could not be established or was aborted."},
		"response_timeout":                                  {exchange.ReasonTimeout, "The backend did not answer in time."},
		"upstream_per_try_timeout":                          {exchange.ReasonTimeout, "The backend did not answer in time."},
		"stream_idle_timeout":                               {exchange.ReasonTimeout, "The backend did not answer in time."},
		"upstream_max_stream_duration_reached":              {exchange.ReasonTimeout, "The backend did not answer in time."},
		"request_payload_too_large":                         {"RequestTooLarge", "The request's body is larger than this gateway reads."},
		reset + "remote_connection_failure|TLS_error:|1:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify_cert_failed:TLS_error_end}": {exchange.ReasonBackendConnectionFailure, "The backend's certificate has expired, is of an authority that is not trusted, or is another name's."},
		reset + "remote_connection_failure|TLS_error:|2:SSL_routines:OPENSSL_internal:TLSV1_ALERT_PROTOCOL_VERSION:TLS_error_end}":                 {exchange.ReasonBackendConnectionFailure, "The backend refused the TLS handshake, or does not speak TLS as this gateway does."},
	} {
		if e := failureOf(details); e.Reason != want.reason || e.Message != want.message {
			t.Errorf("%s: the error is %s: %s", details, e.Reason, e.Message)
		}
	}
}
