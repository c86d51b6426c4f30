package envoytest

import (
	"io"
	"net"
	"reflect"
	"testing"
	"time"
)

func TestExchange(t *testing.T) {
	t.Parallel()
	const head = "HTTP/1.1 200 Get GKE\r\nX-Mixed: a:b\r\nx-mixed:  c \r\n"
	tests := map[string]struct {
		method, answer string
		want           Response
	}{
		"content-length": {"GET", head + "Content-Length: 3\r\n\r\nabcdef", Response{"HTTP/1.1 200 Get GKE", []Header{{"X-Mixed", "a:b"}, {"x-mixed", "c"}, {"Content-Length", "3"}}, "abc"}},
		"chunks":         {"GET", "HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", Response{"HTTP/1.1 404 No", []Header{{"Transfer-Encoding", "chunked"}}, "abc"}},
		"until the end":  {"GET", "HTTP/1.1 200\r\n\r\nabc", Response{"HTTP/1.1 200", nil, "abc"}},
		"HEAD":           {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", Response{"HTTP/1.1 200 OK", []Header{{"Content-Length", "3"}}, ""}},
		"interim":        {"GET", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", Response{Line: "HTTP/1.1 204 No Content"}},
		"nothing":        {"GET", "", Response{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Exchange(t, ReplyBackend(t, tt.answer), Request(tt.method, "/", ""))
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestResponse(t *testing.T) {
	t.Parallel()
	r := Response{Line: "HTTP/1.1 404 Resource Not Found", Headers: []Header{{"A", "1"}, {"a", "2"}}}
	if r.Status() != 404 || r.Reason() != "Resource Not Found" || r.Header("a") != "1" {
		t.Errorf("status %d, reason %q, header %q", r.Status(), r.Reason(), r.Header("a"))
	}
	if _, ok := r.Lookup("b"); ok {
		t.Error("there is a header that is not there")
	}
	if r := (Response{Line: "nonsense"}); r.Status() != 0 || r.Reason() != "" {
		t.Errorf("of nonsense: status %d, reason %q", r.Status(), r.Reason())
	}
}

func TestRequest(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ got, want string }{
		"plain":     {Request("GET", "/a", ""), "GET /a HTTP/1.1\nHost: gateway.test\n\n"},
		"own Host":  {Request("GET", "/a", "", "host: x"), "GET /a HTTP/1.1\nhost: x\n\n"},
		"with body": {Request("PUT", "/a", "abc", "x: y"), "PUT /a HTTP/1.1\nx: y\nHost: gateway.test\nContent-Length: 3\n\nabc"},
	}
	for name, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: %q, want %q", name, tt.got, tt.want)
		}
	}
}

func TestBackends(t *testing.T) {
	t.Parallel()
	echo := ReadEcho(t, Exchange(t, EchoBackend(t), Request("POST", "/a?b=%20", "body", "X-A: 1", "X-A: 2")))
	want := Echo{"POST", "/a?b=%20", "gateway.test", map[string][]string{"X-A": {"1", "2"}, "Content-Length": {"4"}}, "body"}
	if !reflect.DeepEqual(echo, want) {
		t.Errorf("echo %+v, want %+v", echo, want)
	}
	if conn, err := net.DialTimeout("tcp", RefusedAddress(t), time.Second); err == nil {
		_ = conn.Close()
		t.Error("the refusing address accepts")
	}
	reset := Dial(t, ResetBackend(t))
	reset.Send(Request("GET", "/", ""))
	if _, err := reset.conn.Read(make([]byte, 1)); err == nil || err == io.EOF { //nolint:errorlint // EOF is never wrapped
		t.Errorf("the resetting backend ends with %v", err)
	}
	silent := Dial(t, SilentBackend(t))
	silent.Send(Request("GET", "/", ""))
	if rest := silent.Rest(20 * time.Millisecond); rest != "" {
		t.Errorf("the silent backend says %q", rest)
	}
}
