package policies

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/apimgw/apimgw/policies/exchange"
)

// Error is how a step turns a request away. A step fills in what it knows; the runner
// adds the policy's name, scope, section, path and id.
type Error = exchange.Error

// A place is where a policy stands in what authors wrote; errors tell it to on-error.
type place struct {
	name    string
	scope   Scope
	section Section
	// path of the elements around a nested policy, such as "choose[3]/when[2]".
	path string
	id   string
}

// fail makes what a step returned an Error that says where it came from. An error that
// a nested step returned has its place already.
func (p *place) fail(ctx context.Context, err error) *Error {
	var e Error
	var known *Error
	switch {
	case errors.As(err, &known):
		if known.Section != "" {
			return known
		}
		e = *known // it may be shared by many requests
	case ctx.Err() != nil:
		e = Error{Reason: exchange.ReasonClientConnectionFailure, Message: "The client closed the connection.", Cause: err}
	default:
		e = Error{Reason: exchange.ReasonGatewayFailure, Message: err.Error(), Cause: err}
	}
	if e.Source == "" {
		e.Source = p.name
	}
	if e.Path == "" {
		e.Path = p.path
	}
	e.Scope, e.Section, e.PolicyID = p.scope.String(), p.section.String(), p.id
	return &e
}

// DefaultResponse is the answer to a request that failed, when no policy makes another
// one.
func DefaultResponse(e *Error, requestID [16]byte) *exchange.Response {
	status := e.Status
	if status == 0 {
		status = 500
	}
	r := exchange.NewResponse(status, e.StatusReason)
	fields := append([]exchange.Field{{Name: "Content-Type", Value: "application/json"}}, e.Headers...)
	r.Headers = exchange.NewHeaders(fields)
	r.Body.Replace(defaultBody(status, e.Public, requestID))
	return r
}

// defaultBody has the spacing of APIM's own.
func defaultBody(status int, public string, requestID [16]byte) []byte {
	b := []byte(`{ "statusCode": `)
	b = strconv.AppendInt(b, int64(status), 10)
	if public == "" {
		b = append(b, `, "message": "Internal server error", "activityId": "`...)
		b = appendUUID(b, requestID)
		return append(b, `" }`...)
	}
	b = append(b, `, "message": `...)
	b = appendJSON(b, public)
	return append(b, ` }`...)
}

func appendJSON(b []byte, s string) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return append(b, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...)
}

func appendUUID(b []byte, id [16]byte) []byte {
	for i, part := range [][]byte{id[:4], id[4:6], id[6:8], id[8:10], id[10:]} {
		if i > 0 {
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, part)
	}
	return b
}
