package policytest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/callout"
	"github.com/apimgw/apimgw/policies/exchange"
)

// A Callee is a service that policies of a case call.
type Callee struct {
	// Answers in order; the last one is repeated.
	Answers []*Message
	// Error is refused, reset or timeout where it does not answer.
	Error string
}

func (c *Case) callee(name, text string) error {
	host, _, _ := strings.Cut(name, "/")
	k := c.Callees[host]
	if k == nil {
		k = &Callee{}
		c.Callees[host] = k
	}
	if word := strings.TrimSpace(text); failures[word].Reason != "" {
		k.Error = word
		return nil
	}
	m, err := ParseMessage(text)
	if err == nil {
		_, _, err = m.statusLine()
	}
	k.Answers = append(k.Answers, m)
	return err
}

// Callees are the servers of the services that a case's policies call.
type Callees struct {
	services *policies.Services
	hosts    map[string]*callee
}

// callee is a service with a server for each scheme.
type callee struct {
	*Callee
	plain, secure string // addresses

	mu    sync.Mutex
	calls []string
}

// StartCallees starts a real server for each service that the case's policies call; they end
// with the test.
func (c *Case) StartCallees(t testing.TB) *Callees {
	t.Helper()
	k := &Callees{hosts: map[string]*callee{}}
	roots := x509.NewCertPool()
	for name, described := range c.Callees {
		host := &callee{Callee: described}
		k.hosts[name] = host
		host.start(t, roots)
	}
	client := callout.New(callout.Options{Roots: roots, Dial: k.dial})
	t.Cleanup(client.Close)
	k.services = &policies.Services{
		Now: func() time.Time { return Now }, Random: func() float64 { return 0.5 }, Sleep: noSleep,
		HTTP: client, Background: policies.NewBackground(policies.BackgroundOptions{}), Slots: new(policies.Slots),
		Identity: identities{},
	}
	return k
}

func (h *callee) start(t testing.TB, roots *x509.CertPool) {
	t.Helper()
	if h.Error == "refused" {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		h.plain, h.secure = l.Addr().String(), l.Addr().String()
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		return
	}
	plain := httptest.NewServer(http.HandlerFunc(h.serve))
	t.Cleanup(plain.Close)
	secure := httptest.NewUnstartedServer(http.HandlerFunc(h.serve))
	secure.TLS = &tls.Config{Certificates: []tls.Certificate{certificate()}}
	secure.StartTLS()
	t.Cleanup(secure.Close)
	roots.AddCert(secure.Certificate())
	h.plain, h.secure = plain.Listener.Addr().String(), secure.Listener.Addr().String()
}

// noSleep is the clock of cases: time does not pass.
func noSleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// certificate of all callees.
var certificate = sync.OnceValue(func() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err) // the system has no randomness
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"*.test"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err) // the template is wrong
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
})

// dial connects to a host of the case; other addresses are what they are.
func (k *Callees) dial(ctx context.Context, network, address string) (net.Conn, error) {
	name, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("read the address %q: %w", address, err)
	}
	if host, ok := k.hosts[name]; ok {
		address = host.plain
		if port == "443" {
			address = host.secure
		}
	}
	var d net.Dialer
	return d.DialContext(ctx, network, address)
}

// serve records the call, and answers as the archive says.
func (h *callee) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the caller sees that there is no answer
	}
	m := Message{Start: r.Method + " " + r.RequestURI + " HTTP/1.1", Fields: []exchange.Field{{Name: "host", Value: r.Host}}, Body: body}
	for name, values := range r.Header {
		for _, value := range values {
			m.Fields = append(m.Fields, exchange.Field{Name: name, Value: value})
		}
	}
	h.mu.Lock()
	h.calls = append(h.calls, m.String())
	n := len(h.calls)
	h.mu.Unlock()
	if h.Error == "timeout" {
		<-r.Context().Done()
		return
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err) // HTTP/1.1 can be hijacked
	}
	defer func() { _ = conn.Close() }()
	if h.Error == "reset" {
		return
	}
	_, _ = io.WriteString(conn, h.Answers[min(n, len(h.Answers))-1].wire()) // what the caller makes of it is what is looked at
}

// wire is a response as it goes over a connection.
func (m *Message) wire() string {
	var b strings.Builder
	b.WriteString(m.Start + "\r\n")
	for _, f := range m.Fields {
		b.WriteString(f.Name + ": " + f.Value + "\r\n")
	}
	fmt.Fprintf(&b, "content-length: %d\r\nconnection: close\r\n\r\n%s", len(m.Body), m.Body)
	return b.String()
}

// Services are what the case's policies use: their calls go to the callees.
func (k *Callees) Services() *policies.Services { return k.services }

// Calls waits for what goes on in the background, and returns the calls as the callees got
// them: by name of the host, and of each in order.
func (k *Callees) Calls(ctx context.Context) string {
	k.services.Background.Close(ctx)
	var all []string
	for _, name := range slices.Sorted(maps.Keys(k.hosts)) {
		h := k.hosts[name]
		h.mu.Lock()
		all = append(all, h.calls...)
		h.mu.Unlock()
	}
	if len(all) == 0 {
		return "not called\n"
	}
	return strings.Join(all, "---\n")
}
