package wire

import (
	"errors"
	"fmt"
	"unicode/utf8"
	"unsafe"

	"github.com/apimgw/apimgw/policies/exchange"
)

// A Phase is the part of a request or response that a message is about.
type Phase uint8

// Phases of an exchange. A stream begins with RequestHeaders, or with ResponseHeaders
// when something before ext_proc answered.
const (
	None Phase = iota
	RequestHeaders
	ResponseHeaders
	RequestBody
	ResponseBody
	RequestTrailers
	ResponseTrailers
)

// String is the name of the message as Envoy's API has it.
func (p Phase) String() string {
	return [...]string{
		"none", "request_headers", "response_headers", "request_body", "response_body", "request_trailers", "response_trailers",
	}[p]
}

// MaxFields bounds the header lines of one message; Envoy's own limits are below it.
const MaxFields = 10_000

// A Message is what Envoy tells: a ProcessingRequest.
type Message struct {
	// Phase that the message is about; never None after a successful Unmarshal.
	Phase Phase
	// Fields are the header lines, pseudo-headers first, of a header message or of
	// trailers. Their strings and Body share one piece of memory.
	Fields []exchange.Field
	// Body of a body message.
	Body []byte
	// EndOfStream: nothing follows in this direction. It is not set on the only body
	// message if trailers follow it.
	EndOfStream bool
}

// Errors of messages that cannot be read.
var (
	errTruncated = errors.New("the message is cut off or malformed")
	errNoPhase   = errors.New("the message tells of no phase")
	errTwoPhases = errors.New("the message tells of two phases")
	errFields    = fmt.Errorf("the message has more than %d header lines", MaxFields)
	errUTF8      = errors.New("the message has a name that is not UTF-8")
)

// Numbers of the fields of ProcessingRequest that are phases, and of what is in them.
const (
	numHeaderMap   = 1 // of HttpHeaders and HttpTrailers
	numHeadersEnd  = 3 // of HttpHeaders
	numBody        = 1 // of HttpBody
	numBodyEnd     = 2 // of HttpBody
	numHeaderValue = 1 // of HeaderMap
	numKey         = 1 // of HeaderValue
	numValue       = 2
	numRawValue    = 3
)

var phaseOfNumber = [...]Phase{
	2: RequestHeaders, 3: ResponseHeaders, 4: RequestBody, 5: ResponseBody, 6: RequestTrailers, 7: ResponseTrailers,
}

// Unmarshal reads a message. It keeps the bytes: nobody may change them afterwards.
func (m *Message) Unmarshal(data []byte) error {
	*m = Message{}
	s := scanner{rest: data}
	for s.next() {
		if int(s.num) >= len(phaseOfNumber) || phaseOfNumber[s.num] == None || s.bytes == nil {
			continue // attributes, metadata and what later versions add
		}
		if m.Phase != None {
			return errTwoPhases
		}
		m.Phase = phaseOfNumber[s.num]
		if err := m.part(s.bytes); err != nil {
			return fmt.Errorf("%s: %w", m.Phase, err)
		}
	}
	if s.err == nil && m.Phase == None {
		return errNoPhase
	}
	return s.err
}

func (m *Message) part(data []byte) error {
	if m.Phase == RequestBody || m.Phase == ResponseBody {
		return m.body(data)
	}
	return m.headers(data)
}

func (m *Message) body(data []byte) error {
	s := scanner{rest: data}
	for s.next() {
		switch {
		case s.num == numBody && s.bytes != nil:
			m.Body = s.bytes
		case s.num == numBodyEnd:
			m.EndOfStream = s.number != 0
		}
	}
	return s.err
}

func (m *Message) headers(data []byte) error {
	s := scanner{rest: data}
	trailers := m.Phase == RequestTrailers || m.Phase == ResponseTrailers
	for s.next() {
		switch {
		case s.num == numHeaderMap && s.bytes != nil:
			if err := m.headerMap(s.bytes); err != nil {
				return err
			}
		case s.num == numHeadersEnd && !trailers:
			m.EndOfStream = s.number != 0
		}
	}
	return s.err
}

// headerMap adds its lines to the fields: first it counts them, for one allocation.
func (m *Message) headerMap(data []byte) error {
	n := 0
	s := scanner{rest: data}
	for s.next() {
		if s.num == numHeaderValue && s.bytes != nil {
			n++
		}
	}
	if s.err != nil {
		return s.err
	}
	if len(m.Fields)+n > MaxFields {
		return errFields
	}
	if m.Fields == nil {
		m.Fields = make([]exchange.Field, 0, n)
	}
	s = scanner{rest: data}
	for s.next() {
		if s.num != numHeaderValue || s.bytes == nil {
			continue
		}
		f, err := field(s.bytes)
		if err != nil {
			return err
		}
		m.Fields = append(m.Fields, f)
	}
	return nil
}

// field reads a HeaderValue. Envoy sends raw_value; value is taken in its absence.
func field(data []byte) (exchange.Field, error) {
	var name, value, raw []byte
	s := scanner{rest: data}
	for s.next() {
		switch {
		case s.bytes == nil:
		case s.num == numKey:
			name = s.bytes
		case s.num == numValue:
			value = s.bytes
		case s.num == numRawValue:
			raw = s.bytes
		}
	}
	if s.err != nil {
		return exchange.Field{}, s.err
	}
	if !utf8.Valid(name) || !utf8.Valid(value) {
		return exchange.Field{}, errUTF8
	}
	if len(raw) == 0 {
		raw = value
	}
	return exchange.Field{Name: text(name), Value: text(raw)}, nil
}

// text is the bytes as a string, without a copy: a message's bytes never change.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
