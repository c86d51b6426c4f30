package extproc

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/apimgw/apimgw/extproc/wire"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/plan"
)

// received is a request as it came.
type received struct {
	authority, path string
	fields          []exchange.Field // without pseudo-headers and helpers
	upgrade         bool             // to another protocol: what follows is no body
	grpc            bool
	bare            bool // without a body
	length          string
}

// admit makes the exchange of the request's headers. It returns what is wrong with a
// request that gets no further.
func (s *session) admit() string {
	m := &s.message
	r := &s.request
	scheme := ""
	fields := m.Fields
	for len(fields) > 0 && strings.HasPrefix(fields[0].Name, ":") {
		switch f := fields[0]; f.Name {
		case ":authority":
			s.received.authority = f.Value
		case ":path":
			s.received.path = f.Value
		case ":method":
			r.OriginalMethod = f.Value
		case ":scheme":
			scheme = f.Value
		}
		fields = fields[1:]
	}
	id := s.readFields(fields)
	if !s.takeID(id) {
		s.makeID()
	}
	r.Method = r.OriginalMethod
	r.Headers = exchange.NewHeaders(s.received.fields)
	s.received.bare = m.EndOfStream || s.received.upgrade
	if !s.received.bare {
		r.Body = exchange.FetchedFrom((*requestBody)(s))
	}
	if what := s.received.problem(r.OriginalMethod); what != "" {
		return what
	}
	if s.received.upgrade {
		scheme = strings.Replace(scheme, "http", "ws", 1)
	}
	path, query, _ := strings.Cut(s.received.path, "?")
	host, port := exchange.SplitHost(s.received.authority)
	r.OriginalURL = exchange.URL{Scheme: scheme, Host: host, Port: port, Path: path, Query: query}
	r.URL = r.OriginalURL
	return ""
}

// readFields leaves out the helpers, and reads what the lines say about the request. It
// returns the request's id.
func (s *session) readFields(fields []exchange.Field) (id string) {
	kept, peer := fields[:0], ""
	for _, f := range fields {
		switch len(f.Name) {
		case len("upgrade"):
			s.received.upgrade = s.received.upgrade || f.Name == "upgrade"
		case len("content-length"):
			if f.Name == "content-length" {
				s.received.length = f.Value
			}
		case len("content-type"): // and x-request-id
			if f.Name == "x-request-id" {
				id = f.Value
			}
			s.received.grpc = s.received.grpc || f.Name == "content-type" && isGRPC(f.Value)
		case len(plan.HeaderAddress):
			if f.Name == plan.HeaderAddress {
				peer = f.Value
			}
		case len(plan.HeaderCertificate):
			if f.Name == plan.HeaderCertificate {
				s.request.CertificatePEM = certificateOf(f.Value)
			}
		case len("x-forwarded-for"):
			if f.Name == "x-forwarded-for" {
				s.request.IPAddress = addressOf(f.Value, s.server.options.TrustedHops)
			}
		}
		if !isHelper(f.Name) {
			kept = append(kept, f)
		}
	}
	s.received.fields = kept
	if peer != "" {
		s.request.IPAddress = peer
	}
	return id
}

// addressOf is the caller's in X-Forwarded-For: the peer's, which Envoy has appended, or
// the one that the outermost of some trusted proxies has seen.
func addressOf(list string, trusted int) string {
	for ; trusted > 0; trusted-- {
		i := strings.LastIndexByte(list, ',')
		if i < 0 {
			break
		}
		list = list[:i]
	}
	return strings.TrimSpace(list[strings.LastIndexByte(list, ',')+1:])
}

// certificateOf is the client's certificate in PEM. Envoy escapes it; a client without one
// has none.
func certificateOf(header string) string {
	text, err := url.PathUnescape(header)
	if err != nil || !strings.HasPrefix(text, "-----BEGIN CERTIFICATE-----") {
		return ""
	}
	return text
}

// problem is what Envoy lets pass and we do not: several Hosts, blanks, other shapes of a
// request target.
func (r *received) problem(method string) string {
	switch {
	case r.authority == "" || strings.ContainsAny(r.authority, ", \t/\\@"):
		return "The request does not name one host."
	case !strings.HasPrefix(r.path, "/") || escapePath(r.path) != r.path:
		return "The target of the request is not a path."
	case !isToken(method):
		return "The request has no method."
	case r.upgrade && method != http.MethodGet:
		return "A WebSocket begins with GET." // what follows another method could be a body that no policy sees
	}
	return ""
}

// takeID makes a UUID that came with the request its id.
func (s *session) takeID(id string) bool {
	if len(id) != 36 || id[8] != '-' || id[13] != '-' || id[18] != '-' || id[23] != '-' {
		return false
	}
	var digits [32]byte
	n := copy(digits[:], id[:8])
	n += copy(digits[n:], id[9:13])
	n += copy(digits[n:], id[14:18])
	n += copy(digits[n:], id[19:23])
	copy(digits[n:], id[24:])
	_, err := hex.Decode(s.x.ID[:], digits[:])
	return err == nil
}

func (s *session) makeID() {
	_, _ = rand.Read(s.x.ID[:]) // it never fails
	s.x.ID[6] = s.x.ID[6]&0x0f | 0x40
	s.x.ID[8] = s.x.ID[8]&0x3f | 0x80
}

// requestBody fetches the body of the request.
type requestBody session

// FetchBody asks for the body and waits for it.
func (b *requestBody) FetchBody(context.Context) ([]byte, error) {
	s := (*session)(b)
	switch {
	case s.handover != nil:
		return s.readRelayed()
	case s.overdue != nil:
		return nil, requestLate()
	case s.pending != wire.RequestHeaders:
		return nil, errors.New("the request's body has gone to the backend and cannot be read any more")
	case s.received.grpc:
		return nil, errors.New("the body of a gRPC call is a stream and cannot be read")
	case s.tooLarge(s.received.length):
		return nil, requestTooLarge(nil)
	}
	// Of a body whose length is not known, Envoy sends a part if it turns out too large: asked
	// for all of it, it waits for ever when it held too much before it was asked.
	s.reply.Mode = wire.Mode{RequestBody: true, ResponseHeaders: s.watch, Partial: s.received.length == ""}
	if err := s.send(); err != nil {
		return nil, err
	}
	if err := s.nextWithin(s.server.options.BodyTimeout, wire.RequestBody, requestLate()); err != nil {
		return nil, err
	}
	switch s.pending {
	case wire.RequestBody:
		if s.isPart() {
			return nil, requestTooLarge(nil)
		}
		return s.message.Body, nil
	case wire.ResponseHeaders: // Envoy has given up on the request
		s.enterResponse()
		return nil, s.upstream.failure()
	}
	return nil, s.unexpected()
}
