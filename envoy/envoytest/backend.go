package envoytest

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// An Echo is what [EchoBackend] answers: the request as it arrived.
type Echo struct {
	Method  string              `json:"method"`
	Target  string              `json:"target"` // path and query, as sent
	Host    string              `json:"host"`
	Headers map[string][]string `json:"headers"` // names in Go's canonical spelling
	Body    string              `json:"body"`
}

// EchoBackend answers each request with 200 and an [Echo] as JSON. It returns host:port.
func EchoBackend(t testing.TB) string {
	t.Helper()
	return HTTPBackend(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(Echo{r.Method, r.RequestURI, r.Host, r.Header, string(body)}) // the client may be gone
	}))
}

// ReadEcho reads the body of an answer of [EchoBackend].
func ReadEcho(t testing.TB, r Response) Echo {
	t.Helper()
	var e Echo
	if err := json.Unmarshal([]byte(r.Body), &e); err != nil {
		t.Fatalf("not an answer of the echo backend: %v\n%s", err, r)
	}
	return e
}

// HTTPBackend serves the handler on a port of its own until the test ends. It returns host:port.
func HTTPBackend(t testing.TB, handler http.Handler) string {
	t.Helper()
	l := listen(t)
	server := &http.Server{Handler: handler} //nolint:gosec // no slow clients in tests
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l) // always ends with ErrServerClosed
	}()
	t.Cleanup(func() {
		_ = server.Close() // connections of the Envoy under test
		<-done
	})
	return l.Addr().String()
}

// Backend handles each connection by a function, which gets the connection after it has
// read the head of one request. The connection is closed when the function returns; when the
// test ends, reads and writes fail. It returns host:port.
func Backend(t testing.TB, handle func(conn net.Conn, head string)) string {
	t.Helper()
	l := listen(t)
	var (
		mu    sync.Mutex
		conns = map[net.Conn]bool{}
		wg    sync.WaitGroup
	)
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns[conn] = true
			mu.Unlock()
			wg.Go(func() {
				defer func() { _ = conn.Close() }()
				if head, ok := readHead(conn); ok {
					handle(conn, head)
				}
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for conn := range conns {
			_ = conn.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
	return l.Addr().String()
}

func readHead(conn net.Conn) (string, bool) {
	in := bufio.NewReader(conn)
	var head strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return "", false
		}
		if strings.TrimRight(line, "\r\n") == "" {
			return head.String(), true
		}
		head.WriteString(line)
	}
}

// ReplyBackend answers each request with the bytes and closes the connection.
func ReplyBackend(t testing.TB, response string) string {
	t.Helper()
	return Backend(t, func(conn net.Conn, _ string) {
		_, _ = io.WriteString(conn, response) // what Envoy makes of it is what the test looks at
	})
}

// SilentBackend takes requests and never answers.
func SilentBackend(t testing.TB) string {
	t.Helper()
	return Backend(t, func(conn net.Conn, _ string) { _, _ = io.Copy(io.Discard, conn) })
}

// ResetBackend takes requests and resets the connection.
func ResetBackend(t testing.TB) string {
	t.Helper()
	return Backend(t, func(conn net.Conn, _ string) { _ = conn.(*net.TCPConn).SetLinger(0) })
}

// RefusedAddress is a port on which connections are refused. It is held until the test ends,
// so that nobody else listens there.
func RefusedAddress(t testing.TB) string {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatalf("hold a port: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatalf("hold a port: %v", err)
	}
	bound, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatalf("hold a port: %v", err)
	}
	return (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: bound.(*syscall.SockaddrInet4).Port}).String()
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	return l
}
