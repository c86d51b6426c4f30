package policies

import (
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
)

// Traffic is what policies have before them: it decides which of them make sense. A document
// is compiled for one kind.
type Traffic int

// The kinds of traffic.
const (
	// Messages are requests with their answers, whose bodies end.
	Messages Traffic = iota
	// Handshakes open WebSockets. They have no bodies; what follows them is frames, which no
	// policy sees.
	Handshakes
	// Calls are those of gRPC. Their bodies are streams of messages, which no policy sees.
	Calls
)

// apis are the APIs with such traffic, for messages.
func (t Traffic) apis() string { return [...]string{"APIs", "WebSocket APIs", "gRPC APIs"}[t] }

// notAtHandshakes are the policies that API Management does not allow at handshakes. Those
// that a WebSocket API inherits it skips.
var notAtHandshakes = []string{
	"mock-response", "cache-lookup", "cache-store", "cross-domain", "cors", "jsonp", "set-method", "set-body",
	"xml-to-json", "json-to-xml", "xsl-transform", "validate-content", "validate-parameters", "validate-headers", "validate-status-code",
}

// inherited reports whether what is compiled belongs to all kinds of APIs: its author did not
// write it for this one.
func (c *Compiler) inherited() bool { return c.scope < API }

// conditional reports whether the current policy may not run.
func (c *Compiler) conditional() bool {
	return strings.Contains(c.path, "choose[") || c.section == OnError
}

// skips reports whether a policy is left out because the traffic is no matter for it. One that
// was written for these APIs is a mistake.
func (c *Compiler) skips(name string, at diag.Range) bool {
	if c.traffic != Handshakes || !slices.Contains(notAtHandshakes, name) {
		return false
	}
	if c.inherited() {
		c.add(diag.Diagnostic{
			Severity: diag.Warning, Code: StreamBody, Range: at,
			Message: "WebSocket APIs inherit <" + name + ">, which does not run at handshakes: it is skipped there",
		})
		return true
	}
	c.report(at, StreamBody, "", "<%s> may not be in a policy of a WebSocket API: it does not run at handshakes", name)
	return true
}

// streams reports a policy that needs a body which is a stream. Where the author wrote it for
// these APIs, or where it does for every request, that is an error: the requests would fail.
func (c *Compiler) streams(need Need, what string) {
	d := diag.Diagnostic{
		Code: StreamBody, Range: c.current.Open,
		Message: "<" + c.current.Name + "> " + what,
		Help:    "leave it out for " + c.traffic.apis(),
	}
	if c.inherited() {
		d.Message += ", and " + c.traffic.apis() + " inherit it"
		d.Help = "put it into a <choose> with a condition on context.Api, or leave <base /> out of the policies of " + c.traffic.apis()
		if need == Maybe || c.conditional() {
			d.Severity = diag.Warning
		}
	}
	if n := len(c.list); n > 0 && c.list[n-1].Range == d.Range && c.list[n-1].Message == d.Message {
		return // an expression reads it twice
	}
	c.add(d)
}

// streamsRequest notes that the current policy has to do with the request's body.
func (c *Compiler) streamsRequest(need Need) {
	switch c.traffic {
	case Calls:
		c.streams(need, "needs the request's body, which is a stream in a call of gRPC")
	case Handshakes:
		if !c.inherited() {
			c.streams(need, "needs the request's body, and the handshake of a WebSocket has none")
		}
	}
}

// streamsResponse notes that the current policy has to do with the response's body. In
// on-error that is one of ours.
func (c *Compiler) streamsResponse(need Need) {
	switch {
	case c.section == OnError || c.traffic == Messages:
	case c.traffic == Calls:
		c.streams(need, "needs the response's body, which is a stream in a call of gRPC")
	default:
		c.streams(need, "needs the response's body, and behind the handshake of a WebSocket follow frames")
	}
}

// streamsOwn notes that a policy of the name replaces a body without reading it.
func (c *Compiler) streamsOwn(name string) {
	switch {
	case c.traffic != Calls || name != "set-body":
	case c.section < Outbound:
		c.streamsRequest(Always)
	default:
		c.streamsResponse(Always)
	}
}
