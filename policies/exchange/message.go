package exchange

// A Request is context.Request. Policies of inbound and backend change it; the driver
// compares with the Original fields to know what to send.
type Request struct {
	// Method as it will be forwarded, and as it was received.
	Method, OriginalMethod string
	// URL as it will be forwarded. The plan sets its Path to the part that follows the
	// API's path (with a leading slash); scheme, host and port are the backend's. When
	// nothing matched it equals OriginalURL.
	URL URL
	// OriginalURL is what the client asked for.
	OriginalURL URL
	// Headers as they will be forwarded. "host" is among them only when a policy set
	// it: then it is sent in place of the backend's own authority.
	Headers Headers
	// Body of the request; its Present is false when the client sent none.
	Body Body
	// IPAddress of the network peer, without a port.
	IPAddress string
	// MatchedParameters of the operation's template, decoded, in template order.
	MatchedParameters []Field
	// CertificatePEM is the client's certificate (leaf, PEM); empty without one.
	CertificatePEM string
}

// MatchedParameter returns a parameter of the operation's template by its name.
func (r *Request) MatchedParameter(name string) (string, bool) {
	for i := range r.MatchedParameters {
		if r.MatchedParameters[i].Name == name {
			return r.MatchedParameters[i].Value, true
		}
	}
	return "", false
}

// A Response is context.Response.
type Response struct {
	// StatusCode as it will be sent, 100 to 999.
	StatusCode int
	// Reason is the phrase of the HTTP/1.1 status line; empty means the standard one.
	Reason string
	// Headers of the response, without content-length and transfer-encoding: bodies
	// know their length.
	Headers Headers
	// Body of the response.
	Body Body
}

// NewResponse makes a response of a gateway or a policy: a status, no headers, an
// empty body.
func NewResponse(status int, reason string) *Response {
	r := &Response{StatusCode: status, Reason: reason}
	r.Body.Replace(nil)
	return r
}
