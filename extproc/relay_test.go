package extproc

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/apimgw/apimgw/envoy/envoytest"
	"github.com/apimgw/apimgw/sync/catalog"
)

// A relayed is an API whose backend section is the relay's affair, and one request to it.
type relayed struct {
	policy  string
	backend http.HandlerFunc // with the number of the attempt in x-attempt

	method, body string
	headers      []string

	line     string
	content  string
	part     string
	want     map[string]string // response headers; "-" means absent
	attempts int
}

// retried is a backend section that tries again.
func retried(attributes, forward string) string {
	return `<backend><retry condition="@(context.Response == null || context.Response.StatusCode >= 500)" interval="0" ` + attributes + `>` +
		`<forward-request ` + forward + ` /></retry></backend>`
}

// failing answers 503 before the nth attempt, and then what it was sent.
func failing(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if attemptOf(r) < n {
			http.Error(w, "not yet", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("X-Got", r.Method)
		_, _ = w.Write(append([]byte("got "), body...))
	}
}

func attemptOf(r *http.Request) int {
	n, _ := strconv.Atoi(r.Header.Get("x-attempt"))
	return n
}

// reply answers by hand, so that a test sees what comes of it.
func reply(w http.ResponseWriter, text string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err) // HTTP/1.1 can be hijacked
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn, text)
}

func raw(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { reply(w, text) }
}

// hang answers nothing before the nth attempt.
func hang(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if attemptOf(r) < n {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(err) // HTTP/1.1 can be hijacked
			}
			_, _ = io.Copy(io.Discard, conn) // until Envoy gives up
			_ = conn.Close()
			return
		}
		_, _ = io.WriteString(w, "at last")
	}
}

func redirects(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/there" {
			w.Header().Set("Location", "/there?a=b%20c#d")
			w.WriteHeader(status)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		fmt.Fprintf(w, "%s %s %s auth=%q type=%q key=%q", r.Method, r.RequestURI, body, r.Header.Get("Authorization"), r.Header.Get("Content-Type"), r.Header.Get("X-Key"))
	}
}

const twice = `<backend><forward-request /><set-header name="x-second"><value>yes</value></set-header><forward-request /></backend>`

var relayedTurns = map[string]relayed{
	"until success": {
		policy: retried(`count="5"`, ``), backend: failing(3), line: "HTTP/1.1 200 OK", content: "got ", attempts: 3,
		want: map[string]string{"x-got": "GET", "x-apim-details": "-", "x-apim-reason": "-", "x-apim-token": "-"},
	},
	"until no attempt is left": {
		policy: retried(`count="2"`, ``), backend: failing(9), line: "HTTP/1.1 503 Service Unavailable", content: "not yet\n", attempts: 3,
	},
	"the body is sent again": {
		policy: retried(`count="5"`, `buffer-request-body="true"`), backend: failing(3), method: "POST", body: "hello",
		line: "HTTP/1.1 200 OK", content: "got hello", attempts: 3, want: map[string]string{"x-got": "POST"},
	},
	"a body that was not kept": {
		policy: retried(`count="2"`, ``) + `<on-error><return-response><set-status code="599" /><set-body>@(context.LastError.Source + ": " + context.LastError.Message)</set-body></return-response></on-error>`, backend: failing(3), method: "POST", body: "hello",
		line: "HTTP/1.1 599 Last Unassigned Server Error Code", part: `forward-request: The request's body has gone to the backend; another attempt needs buffer-request-body="true"`, attempts: 1,
	},
	"a body that inbound has read": {
		policy: `<inbound><probe do="read request" /></inbound>` + retried(`count="5"`, ``), backend: failing(3), method: "POST", body: "hello",
		line: "HTTP/1.1 200 OK", content: "got hello", attempts: 3,
	},
	"a body that inbound has replaced": {
		policy: `<inbound><set-body>something longer</set-body></inbound>` + retried(`count="5"`, ``), backend: failing(3), method: "POST", body: "hello",
		line: "HTTP/1.1 200 OK", content: "got something longer", attempts: 3,
	},
	"a body that was made": {
		policy: `<inbound><probe do="POST" /><set-body>made</set-body></inbound>` + retried(`count="5"`, ``), backend: failing(2),
		line: "HTTP/1.1 200 OK", content: "got made", attempts: 2, want: map[string]string{"x-got": "POST"},
	},
	"the body is read between attempts": {
		policy: `<backend><forward-request buffer-request-body="true" /><probe do="read request" /><forward-request /></backend>`, backend: failing(1), method: "POST", body: "hello",
		line: "HTTP/1.1 200 OK", content: "got hello", attempts: 2,
	},
	"twice": {
		policy: twice, line: "HTTP/1.1 200 OK", content: "1 yes", attempts: 2,
		backend: func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, "%d %s", len(r.Header["X-Second"]), r.Header.Get("x-second"))
		},
	},
	"the backend does not answer at first": {policy: retried(`count="2"`, `timeout-ms="150"`), backend: hang(2), line: "HTTP/1.1 200 OK", content: "at last", attempts: 2},
	"the backend does not answer": {
		policy: retried(`count="1"`, `timeout-ms="100"`) + `<on-error><set-header name="x-a"><value>@(context.LastError.Reason)</value></set-header></on-error>`, backend: hang(9),
		line: "HTTP/1.1 500 Internal Server Error", part: unexpected, attempts: 2, want: map[string]string{"x-a": "Timeout"},
	},
	"the backend closes": {
		policy:  retried(`count="1"`, ``) + `<on-error><set-header name="x-a"><value>@(context.LastError.Reason)</value></set-header></on-error>`,
		backend: raw(""), line: "HTTP/1.1 500 Internal Server Error", part: unexpected, attempts: 2, want: map[string]string{"x-a": "BackendConnectionFailure"},
	},
	"phrases": {
		policy: retried(`count="1"`, ``), backend: raw("HTTP/1.1 200 Get GKE\r\nContent-Length: 4\r\nX-Apim-Details: lie\r\nX-Apim-Reason: lie\r\nconnection: close\r\n\r\nraw!"),
		line: "HTTP/1.1 200 Get GKE", content: "raw!", attempts: 1, want: map[string]string{"content-length": "4", "x-apim-details": "-", "x-apim-reason": "-"},
	},
	"outbound": {
		policy: retried(`count="1"`, ``) + `<outbound><set-status code="404" reason="Gone Fishing" /><set-header name="x-a"><value>1</value></set-header></outbound>`, backend: raw("HTTP/1.1 200 Get GKE\r\nContent-Length: 4\r\nconnection: close\r\n\r\nraw!"),
		line: "HTTP/1.1 404 Gone Fishing", content: "raw!", attempts: 1, want: map[string]string{"content-length": "4", "x-a": "1"},
	},
	"outbound reads the body": {
		policy: retried(`count="1"`, ``) + `<outbound><probe do="read response" /></outbound>`, backend: raw("HTTP/1.1 200 Get GKE\r\nconnection: close\r\n\r\nraw!"),
		line: "HTTP/1.1 200 Get GKE", content: "raw!", attempts: 1, want: map[string]string{"content-length": "4", "x-read": "raw!"},
	},
	"outbound replaces the body": {
		policy: retried(`count="1"`, ``) + `<outbound><set-body>something longer</set-body></outbound>`, backend: raw("HTTP/1.1 200 Get GKE\r\nconnection: close\r\n\r\nraw!"),
		line: "HTTP/1.1 200 Get GKE", content: "something longer", attempts: 1, want: map[string]string{"content-length": "16"},
	},
	"outbound answers": {
		policy:  retried(`count="1"`, ``) + `<outbound><return-response><set-status code="201" reason="Mine" /><set-body>mine</set-body></return-response></outbound>`,
		backend: failing(1), line: "HTTP/1.1 201 Mine", content: "mine", attempts: 1, want: map[string]string{"content-length": "4", "x-got": "-"},
	},
	"a bad response": {
		policy:  retried(`count="1"`, ``) + `<outbound><probe do="bad response" /></outbound>`,
		backend: failing(1), line: "HTTP/1.1 500 Internal Server Error", part: unexpected, attempts: 1,
	},
	"a panic": {policy: retried(`count="1"`, ``) + `<outbound><probe do="panic" /></outbound>`, backend: failing(1), line: "HTTP/1.1 500 Internal Server Error", part: unexpected, attempts: 1},
	"cookies": {
		policy: retried(`count="1"`, ``) + `<outbound><probe do="set cookies" /></outbound>`, backend: failing(1), line: "HTTP/1.1 200 OK", attempts: 1, want: map[string]string{"set-cookie": "a=1"},
	},
	"nothing to tell": {policy: twice, backend: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, line: "HTTP/1.1 204 No Content", attempts: 2, want: map[string]string{"content-length": "-"}},
	"an empty body":   {policy: twice, backend: func(http.ResponseWriter, *http.Request) {}, line: "HTTP/1.1 200 OK", attempts: 2, want: map[string]string{"content-length": "0"}},
	"HEAD":            {policy: twice, method: "HEAD", backend: raw("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nconnection: close\r\n\r\n"), line: "HTTP/1.1 200 OK", attempts: 2, want: map[string]string{"content-length": "4"}},
	"GET becomes HEAD": {
		policy: `<inbound><probe do="HEAD" /></inbound>` + twice, backend: raw("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nconnection: close\r\n\r\n"),
		line: "HTTP/1.1 200 OK", attempts: 2, want: map[string]string{"content-length": "0"},
	},
	"HEAD becomes GET": {policy: `<inbound><probe do="GET" /></inbound>` + twice, method: "HEAD", backend: failing(1), line: "HTTP/1.1 200 OK", attempts: 2},
	"many lines of a response": {
		policy: twice, backend: raw("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nconnection: close\r\n" + manyLines() + "\r\n"), line: "HTTP/1.1 200 OK", attempts: 2, want: map[string]string{"x-many-299": "v"},
	},
	"bad method": {policy: `<inbound><probe do="bad method" /></inbound>` + twice, backend: failing(1), line: "HTTP/1.1 500 Internal Server Error", part: unexpected},
	"redirect, POST becomes GET": {
		policy: `<backend><forward-request follow-redirects="true" /></backend>`, backend: redirects(302), method: "POST", body: "hello",
		headers: []string{"Authorization: Basic x", "Content-Type: text/plain", "X-Key: k"},
		line:    "HTTP/1.1 200 OK", content: `GET /there?a=b%20c  auth="" type="" key="k"`, attempts: 2,
	},
	"redirect that keeps the method": {
		policy: `<backend><forward-request follow-redirects="true" buffer-request-body="true" /></backend>`, backend: redirects(307), method: "PUT", body: "hello",
		headers: []string{"Content-Type: text/plain"},
		line:    "HTTP/1.1 200 OK", content: `PUT /there?a=b%20c hello auth="" type="text/plain" key=""`, attempts: 2,
	},
	"redirect that keeps the method, and the body was not kept": {
		policy: `<backend><forward-request follow-redirects="true" /></backend>`, backend: redirects(308), method: "POST", body: "hello",
		line: "HTTP/1.1 500 Internal Server Error", part: unexpected, attempts: 1,
	},
	"redirect without end": {
		policy:  `<backend><forward-request follow-redirects="true" /></backend>`,
		backend: func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/again", http.StatusFound) },
		line:    "HTTP/1.1 302 Found", attempts: 51,
	},
	"redirect that is not followed": {
		policy: twice, backend: redirects(302), line: "HTTP/1.1 302 Found", attempts: 2, want: map[string]string{"location": "/there?a=b%20c#d"},
	},
	"continue": {
		policy: `<backend><forward-request continue-timeout="10" /></backend>`, method: "POST", body: "hello",
		backend: func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			fmt.Fprintf(w, "%s %s", r.Header.Get("Expect"), body)
		},
		line: "HTTP/1.1 200 OK", content: "100-continue hello", attempts: 1,
	},
	"continue does not come": {
		policy: `<backend><forward-request continue-timeout="1" /></backend>`, method: "POST", body: "hello", backend: hang(9),
		line: "HTTP/1.1 500 Internal Server Error", part: unexpected, attempts: 1,
	},
}

// TestRelayed runs backend sections that one forward of Envoy cannot express.
func TestRelayed(t *testing.T) {
	t.Parallel()
	b := &countingBackend{handlers: map[string]http.HandlerFunc{}, counts: map[string]int{}}
	address := envoytest.HTTPBackend(t, b)
	g := startRelayed(t, b, address)
	for name, c := range relayedTurns {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := b.paths[name]
			g.check(t, &apiUnderTest{name: name, path: path, turn: turn{
				method: c.method, body: c.body, headers: append([]string{"X-Apim-Token: forged", "X-Apim-Cluster: apim_relay", "x-case: " + path}, c.headers...),
				line: c.line, content: c.content, part: c.part, want: c.want, rest: "-",
			}})
			if got := b.count(path); got != c.attempts {
				t.Errorf("the backend got %d requests, want %d", got, c.attempts)
			}
		})
	}
}

// A countingBackend serves the backends of all turns, and counts their requests.
type countingBackend struct {
	paths    map[string]string // of the API, by the turn's name
	handlers map[string]http.HandlerFunc

	mu     sync.Mutex
	counts map[string]int
}

func (b *countingBackend) count(path string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.counts[path]
}

// ServeHTTP finds the turn by a header, which redirects keep too.
func (b *countingBackend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.Header.Get("x-case")
	b.mu.Lock()
	b.counts[name]++
	n := b.counts[name]
	b.mu.Unlock()
	for header := range r.Header {
		if strings.HasPrefix(header, "X-Apim-") || strings.HasPrefix(header, "X-Envoy-") {
			reply(w, "HTTP/1.1 418 Leaked "+header+"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
			return
		}
	}
	r.Header.Set("x-attempt", strconv.Itoa(n))
	b.handlers[name](w, r)
}

func startRelayed(t *testing.T, b *countingBackend, address string) *gateway {
	t.Helper()
	b.paths = map[string]string{}
	plan := compile(t, nil, func() (all []*catalog.API) {
		for name, c := range relayedTurns {
			path := "api" + strconv.Itoa(len(all))
			b.paths[name], b.handlers[path] = path, c.backend
			all = append(all, apiOf(path, "http://"+address+"/base", c.policy))
		}
		return all
	}()...)
	return startGateway(t, plan, Options{})
}
