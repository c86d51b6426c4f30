package envoytest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// answerLimit is how long a raw exchange waits for bytes.
const answerLimit = 30 * time.Second

// A Conn is a client connection that speaks HTTP/1 in raw bytes.
type Conn struct {
	t    testing.TB
	conn net.Conn
	in   *bufio.Reader
}

// Dial connects to host:port. The connection ends with the test.
func Dial(t testing.TB, address string) *Conn {
	t.Helper()
	conn, err := net.DialTimeout("tcp", address, answerLimit)
	if err != nil {
		t.Fatalf("dial %s: %v", address, err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // the test may have closed it
	return &Conn{t: t, conn: conn, in: bufio.NewReader(conn)}
}

// A Header is one header line.
type Header struct{ Name, Value string }

// A Response is what came back: the status line as it was written, the header lines in
// their order and spelling, and the body without its framing.
type Response struct {
	// Line is the status line, such as "HTTP/1.1 404 Resource Not Found".
	Line string
	// Headers in order.
	Headers []Header
	// Body with chunks put together.
	Body string
}

// Header returns the value of the first line of the name, whatever its case.
func (r Response) Header(name string) string {
	value, _ := r.Lookup(name)
	return value
}

// Lookup returns the value of the first line of the name, whatever its case, and whether
// there is one.
func (r Response) Lookup(name string) (string, bool) {
	for _, h := range r.Headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value, true
		}
	}
	return "", false
}

// Status code of the response; 0 if there is none.
func (r Response) Status() int {
	fields := strings.SplitN(r.Line, " ", 3)
	if len(fields) < 2 {
		return 0
	}
	code, err := strconv.Atoi(fields[1])
	if err != nil {
		return 0
	}
	return code
}

// Reason phrase of the status line.
func (r Response) Reason() string {
	fields := strings.SplitN(r.Line, " ", 3)
	if len(fields) < 3 {
		return ""
	}
	return fields[2]
}

// String is the response in one piece, for messages.
func (r Response) String() string {
	var b strings.Builder
	b.WriteString(r.Line + "\n")
	for _, h := range r.Headers {
		fmt.Fprintf(&b, "%s: %s\n", h.Name, h.Value)
	}
	return b.String() + "\n" + r.Body
}

// Exchange sends a request, line ends as \n, on a connection of its own and reads one
// response. A connection closed without a byte is a zero Response.
func Exchange(t testing.TB, address, request string) Response {
	t.Helper()
	c := Dial(t, address)
	defer c.Close()
	c.Send(request)
	return c.Read(method(request))
}

// Get is Exchange of a GET with headers, each as "name: value".
func Get(t testing.TB, address, target string, headers ...string) Response {
	t.Helper()
	return Exchange(t, address, Request("GET", target, "", headers...))
}

// Request is the text of a request for [Exchange]. It has a Host line, if the headers have
// none, and a content-length, if there is a body.
func Request(method, target, body string, headers ...string) string {
	text := method + " " + target + " HTTP/1.1\n"
	hasHost := false
	for _, h := range headers {
		hasHost = hasHost || strings.HasPrefix(strings.ToLower(h), "host:")
		text += h + "\n"
	}
	if !hasHost {
		text += "Host: gateway.test\n"
	}
	if body != "" {
		text += fmt.Sprintf("Content-Length: %d\n", len(body))
	}
	return text + "\n" + body
}

func method(request string) string {
	m, _, _ := strings.Cut(request, " ")
	return m
}

// Send writes a request. A \n without \r ends a line as \r\n does; use [Conn.SendRaw] where
// each byte matters.
func (c *Conn) Send(request string) {
	c.t.Helper()
	c.SendRaw(lines(request))
}

// TrySend is Send, for a request of which the server may not take all.
func (c *Conn) TrySend(request string) {
	_, _ = io.WriteString(c.conn, lines(request)) // what comes back tells
}

// lines ends the lines of a request's head as HTTP does.
func lines(request string) string {
	head, body, found := strings.Cut(request, "\n\n")
	head = strings.ReplaceAll(strings.ReplaceAll(head, "\r\n", "\n"), "\n", "\r\n")
	if found {
		head += "\r\n\r\n"
	}
	return head + body
}

// SendRaw writes bytes as they are.
func (c *Conn) SendRaw(bytes string) {
	c.t.Helper()
	if _, err := io.WriteString(c.conn, bytes); err != nil {
		c.t.Fatalf("send: %v", err)
	}
}

// Read reads one response to a request of the method. Interim 100 responses are passed over.
func (c *Conn) Read(method string) Response {
	c.t.Helper()
	r, err := c.TryRead(method)
	if err != nil {
		c.t.Fatalf("read the response: %v; so far:\n%s", err, r)
	}
	return r
}

// TryRead reads one response that may be cut off: the error says how, and the response is what
// came of it. A connection closed without a byte is a zero Response.
func (c *Conn) TryRead(method string) (Response, error) {
	r, err := c.TryHead()
	if err != nil || r.Line == "" {
		return r, err
	}
	r.Body, err = c.body(r, method)
	return r, err
}

// TryHead is TryRead without the body, which [Conn.TryBody] reads.
func (c *Conn) TryHead() (Response, error) {
	for {
		if r, err := c.head(); err != nil || r.Status() != 100 {
			return r, err
		}
	}
}

// TryBody reads the body of the response whose head was read.
func (c *Conn) TryBody(r Response, method string) (string, error) { return c.body(r, method) }

func (c *Conn) head() (Response, error) {
	if err := c.conn.SetReadDeadline(time.Now().Add(answerLimit)); err != nil {
		return Response{}, err
	}
	var r Response
	line, err := c.line()
	if err != nil {
		if line == "" && !errors.Is(err, os.ErrDeadlineExceeded) {
			return r, nil // closed without a byte
		}
		return r, err
	}
	r.Line = line
	for {
		line, err := c.line()
		if err != nil {
			return r, err
		}
		if line == "" {
			return r, nil
		}
		name, value, _ := strings.Cut(line, ":")
		r.Headers = append(r.Headers, Header{name, strings.TrimSpace(value)})
	}
}

// body reads the body as the headers frame it.
func (c *Conn) body(r Response, method string) (string, error) {
	status := r.Status()
	if method == "HEAD" || status == 204 || status == 304 || status/100 == 1 {
		return "", nil
	}
	if strings.EqualFold(r.Header("transfer-encoding"), "chunked") {
		return c.chunks()
	}
	if length, ok := r.Lookup("content-length"); ok {
		n, err := strconv.Atoi(length)
		if err != nil {
			return "", fmt.Errorf("content-length: %w", err)
		}
		body := make([]byte, n)
		n, err = io.ReadFull(c.in, body)
		return string(body[:n]), err
	}
	body, err := io.ReadAll(c.in)
	return string(body), err
}

func (c *Conn) chunks() (string, error) {
	var body strings.Builder
	for {
		line, err := c.line()
		if err != nil {
			return body.String(), err
		}
		size, err := strconv.ParseInt(line, 16, 32)
		if err != nil {
			return body.String(), fmt.Errorf("chunk: %w", err)
		}
		if _, err := io.CopyN(&body, c.in, size); err != nil {
			return body.String(), err
		}
		if _, err := c.line(); err != nil {
			return body.String(), err
		}
		if size == 0 {
			return body.String(), nil
		}
	}
}

func (c *Conn) line() (string, error) {
	line, err := c.in.ReadString('\n')
	return strings.TrimRight(line, "\r\n"), err
}

// Rest is what the server sends within a time beyond what was read: bytes that belong to no
// response, or nothing.
func (c *Conn) Rest(wait time.Duration) string {
	c.t.Helper()
	if err := c.conn.SetReadDeadline(time.Now().Add(wait)); err != nil {
		c.t.Fatalf("wait for more bytes: %v", err)
	}
	rest, err := io.ReadAll(c.in)
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		c.t.Fatalf("wait for more bytes: %v", err)
	}
	return string(rest)
}

// Close closes the connection.
func (c *Conn) Close() { _ = c.conn.Close() } // nothing is lost with it
