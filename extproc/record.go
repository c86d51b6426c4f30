package extproc

import (
	"time"

	"github.com/apimgw/apimgw/policies/exchange"
)

// A Record tells what became of one request: a line of the access log.
type Record struct {
	ID [16]byte
	// Method and Path as the client sent them. The query is left out: keys stand in it.
	Method, Path string
	// IPAddress of the caller.
	IPAddress string
	// API and Operation are ids; empty when nothing matched.
	API, Operation string
	// Status that the client got; 0 when the answer went by unseen (see
	// [Options.ObserveResponses]), or the client was gone.
	Status int
	// Duration from the request's headers until the last answer to Envoy. What is spent on
	// bodies that stream by is not in it.
	Duration time.Duration
	// Backend is the part of it that was spent waiting for the backend's headers.
	Backend time.Duration
	// Err is what failed; nil if nothing did.
	Err *exchange.Error
}

// log tells who listens what became of the request.
func (s *session) log() {
	if s.server.options.Log == nil {
		return
	}
	r := Record{
		ID: s.x.ID, Method: s.request.OriginalMethod, Path: s.request.OriginalURL.Path, IPAddress: s.request.IPAddress,
		Duration: time.Since(s.begin), Backend: s.waited, Err: s.x.LastError,
	}
	if s.x.API != nil {
		r.API = s.x.API.ID
	}
	if s.x.Operation != nil {
		r.Operation = s.x.Operation.ID
	}
	if s.x.Response != nil && s.broken == nil {
		r.Status = s.x.Response.StatusCode
	}
	s.server.options.Log(r)
}

// operation names the operation for messages.
func (s *session) operation() string {
	if s.x.API == nil || s.x.Operation == nil {
		return ""
	}
	return s.x.API.ID + "/" + s.x.Operation.ID
}
