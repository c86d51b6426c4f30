package expression

// Needs are what an expression asks of the exchange. They are upper bounds: what is false
// is not touched, what is true may be.
type Needs struct {
	// RequestBody: the request's body is read. TakesRequestBody: it is read without being
	// preserved, so that the message goes on without it.
	RequestBody, TakesRequestBody bool
	// Response: something of the response is looked at, be it whether there is one.
	Response bool
	// ResponseBody: the response's body is read; TakesResponseBody as above.
	ResponseBody, TakesResponseBody bool
	// LastError is looked at.
	LastError bool
	// Variables that are read by constant names. AllVariables: others may be as well.
	Variables    []string
	AllVariables bool
	// RequestHeaders that are read by constant names. AllRequestHeaders: others as well.
	RequestHeaders    []string
	AllRequestHeaders bool
}
