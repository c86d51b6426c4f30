package policytest

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/policies/exchange"
)

// A Message is a request or a response as archives write it.
type Message struct {
	// Start is the request line or the status line.
	Start  string
	Fields []exchange.Field
	// Body is nil when the archive has none.
	Body []byte
}

// ParseMessage reads a message. Lines end in \n, and the last one of the body does not
// belong to it.
func ParseMessage(text string) (*Message, error) {
	head, body, hasBody := strings.Cut(text, "\n\n")
	lines := strings.Split(strings.TrimRight(head, "\n"), "\n")
	m := &Message{Start: lines[0]}
	for _, line := range lines[1:] {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("%q is no header line", line)
		}
		m.Fields = append(m.Fields, exchange.Field{Name: strings.ToLower(strings.TrimSpace(name)), Value: strings.TrimSpace(value)})
	}
	if body = strings.TrimSuffix(body, "\n"); hasBody && body != "" {
		m.Body = []byte(body)
	}
	return m, nil
}

// requestLine splits the start of a request.
func (m *Message) requestLine() (method, target string, err error) {
	words := strings.Fields(m.Start)
	if len(words) < 2 || !strings.HasPrefix(words[1], "/") {
		return "", "", fmt.Errorf("%q is no request line", m.Start)
	}
	return words[0], words[1], nil
}

// statusLine splits the start of a response.
func (m *Message) statusLine() (status int, reason string, err error) {
	_, rest, _ := strings.Cut(m.Start, " ")
	code, reason, _ := strings.Cut(rest, " ")
	if status, err = strconv.Atoi(code); err != nil {
		return 0, "", fmt.Errorf("%q is no status line", m.Start)
	}
	return status, reason, nil
}

// field returns the first field of a name.
func (m *Message) field(name string) (string, bool) {
	for _, f := range m.Fields {
		if f.Name == name {
			return f.Value, true
		}
	}
	return "", false
}

// transports are the headers that are no business of policies and that differ from one
// way of running to another.
var transports = []string{
	"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding", "via",
	"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-port", "x-request-id",
}

// String writes the message as archives want it.
func (m *Message) String() string {
	fields := make([]exchange.Field, 0, len(m.Fields))
	for _, f := range m.Fields {
		f.Name = strings.ToLower(f.Name)
		if !slices.Contains(transports, f.Name) && !strings.HasPrefix(f.Name, "x-envoy-") {
			fields = append(fields, f)
		}
	}
	slices.SortStableFunc(fields, func(a, b exchange.Field) int { return cmp.Compare(a.Name, b.Name) })
	var b strings.Builder
	b.WriteString(m.Start + "\n")
	for _, f := range fields {
		b.WriteString(strings.TrimRight(f.Name+": "+f.Value, " ") + "\n")
	}
	if len(m.Body) > 0 {
		fmt.Fprintf(&b, "\n%s\n", m.Body)
	}
	return b.String()
}

// StatusLine is the start of a response, with the standard phrase when there is no other.
func StatusLine(status int, reason string) string {
	if reason == "" {
		reason = cmp.Or(http.StatusText(status), "Unknown")
	}
	return fmt.Sprintf("HTTP/1.1 %d %s", status, reason)
}
