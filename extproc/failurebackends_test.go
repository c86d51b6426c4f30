package extproc

import (
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/apimgw/apimgw/envoy/envoytest"
)

// secureBackend serves with TLS, by a certificate. It returns its URL.
func secureBackend(t testing.TB, certificate tls.Certificate, settings *tls.Config) string {
	t.Helper()
	settings.Certificates = []tls.Certificate{certificate}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "secure") // the client is Envoy
	}))
	s.TLS = settings
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // handshakes that Envoy breaks off
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}

// alertTLS answers whatever comes as a server of TLS does that does not understand it.
const alertTLS = "\x15\x03\x01\x00\x02\x02\x46"

// A breaking is a backend that begins an answer, and breaks it off when the client has got the
// head.
type breaking struct {
	mu  sync.Mutex
	got map[string]chan struct{} // by path
}

// of is closed when the client has got the head of the answer to a request for the path.
func (b *breaking) of(path string) chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.got == nil {
		b.got = map[string]chan struct{}{}
	}
	if b.got[path] == nil {
		b.got[path] = make(chan struct{})
	}
	return b.got[path]
}

// backend starts one that sends a text, and then another, or resets the connection. The path it
// is called at is that of its URL.
func (b *breaking) backend(t testing.TB, first, then string, reset bool) string {
	return "http://" + envoytest.Backend(t, func(conn net.Conn, head string) {
		_, _ = io.WriteString(conn, first)
		name, _, _ := strings.Cut(head, " HTTP/")
		select {
		case <-b.of(strings.TrimPrefix(name, "GET ")):
		case <-t.Context().Done():
		}
		_, _ = io.WriteString(conn, then)
		if reset {
			_ = conn.(*net.TCPConn).SetLinger(0)
		}
	})
}

// unansweredAddress is one at which connections are neither accepted nor refused.
func unansweredAddress(t testing.TB) string {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	bound, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	address := (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: bound.(*syscall.SockaddrInet4).Port}).String()
	// The queue takes one or two connections that nobody accepts; further ones get no answer.
	for range 4 {
		conn, err := net.DialTimeout("tcp", address, 200*time.Millisecond)
		if err != nil {
			return address
		}
		t.Cleanup(func() { _ = conn.Close() })
	}
	t.Fatal("connections are answered although nobody accepts them")
	return ""
}

// resetting writes a text and resets the connection when Envoy has read it.
func resetting(t testing.TB, text string) string {
	return envoytest.Backend(t, func(conn net.Conn, _ string) {
		_, _ = io.WriteString(conn, text)
		waitUntilRead(conn)
		_ = conn.(*net.TCPConn).SetLinger(0)
	})
}

// waitUntilRead waits until the peer has taken what was sent, so that a reset does not overtake
// it. Without a way to ask, it leaves the peer some time.
func waitUntilRead(conn net.Conn) {
	_ = conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	_, _ = conn.Read(make([]byte, 1)) // nothing comes: it is the deadline that is waited for
}

// hasty writes a text to whoever connects, and closes the connection.
func hasty(t testing.TB, text string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, text)
			waitUntilRead(conn)
			_ = conn.Close()
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		running.Wait()
	})
	return l.Addr().String()
}

// stalling writes a text and then nothing, until Envoy gives up.
func stalling(t testing.TB, text string) string {
	return envoytest.Backend(t, func(conn net.Conn, _ string) {
		_, _ = io.WriteString(conn, text)
		_, _ = io.Copy(io.Discard, conn)
	})
}
