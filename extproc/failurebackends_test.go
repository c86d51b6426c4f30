package extproc

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/apimgw/apimgw/envoy/envoytest"
)

// An authority signs the certificates of backends.
type authority struct {
	t    testing.TB
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t testing.TB) *authority {
	t.Helper()
	a := &authority{t: t}
	a.cert, a.key = a.make(&x509.Certificate{
		Subject: pkix.Name{CommonName: "authority"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	})
	return a
}

// make makes a certificate and its key; without an authority it is self-signed.
func (a *authority) make(template *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = template, key
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		a.t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return cert, key
}

// file has the authority's own certificate.
func (a *authority) file() string {
	a.t.Helper()
	file := filepath.Join(a.t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}), 0o600); err != nil {
		a.t.Fatal(err)
	}
	return file
}

// backend serves with TLS, with a certificate for a name that is valid for an hour from some
// time on. It returns its URL.
func (a *authority) backend(name string, from time.Time, settings *tls.Config) string {
	a.t.Helper()
	template := &x509.Certificate{Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: from.Add(time.Hour)}
	if ip := net.ParseIP(name); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{name}
	}
	cert, key := a.make(template)
	settings.Certificates = []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key}}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "secure") // the client is Envoy
	}))
	s.TLS = settings
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // handshakes that Envoy breaks off
	s.StartTLS()
	a.t.Cleanup(s.Close)
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
