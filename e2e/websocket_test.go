package e2e

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/apimgw/apimgw/envoy/envoytest"
)

// socketBackend takes WebSockets below /chat. It sends back what it gets, and does what some
// messages ask for.
func socketBackend(t testing.TB) *backend {
	return newBackendOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/chat" {
			http.Error(w, "there is no "+r.URL.Path, http.StatusGone)
			return
		}
		w.Header().Set("X-Saw", r.Header.Get("X-Added")+"|"+r.URL.RawQuery)
		w.Header().Set("X-Saw-Host", r.Host)
		conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"chat"}, CompressionMode: websocket.CompressionContextTakeover})
		if err != nil {
			return // the client is told
		}
		defer func() { _ = conn.CloseNow() }() // it is closed by then, or broken
		conn.SetReadLimit(-1)
		echo(r.Context(), conn)
	}))
}

func echo(ctx context.Context, conn *websocket.Conn) {
	for {
		kind, text, err := conn.Read(ctx)
		if err != nil {
			return
		}
		switch string(text) {
		case "bye":
			_ = conn.Close(4001, "as asked") // the client may be gone
			return
		case "drop":
			return
		}
		if err := conn.Write(ctx, kind, text); err != nil {
			return
		}
	}
}

// socketTree has a WebSocket API with policies, and an HTTP API at the same path.
func socketTree(t testing.TB, address string) tree {
	return newTree(t, address, `
-- policy.xml --
<policies>
	<inbound><set-header name="X-Processed" exists-action="override"><value>yes</value></set-header><set-method>POST</set-method></inbound>
	<backend><forward-request /></backend>
	<outbound /><on-error />
</policies>
-- apis/chat/apiInformation.json --
{"properties": {"displayName": "Chat", "path": "chat", "protocols": ["ws", "wss"], "serviceUrl": "ws://$BACKEND/chat", "type": "websocket"}}
-- apis/chat/operations/onHandshake/policy.xml --
<policies>
	<inbound>
		<base />
		<set-header name="Host" exists-action="override"><value>other.test</value></set-header>
		<set-header name="X-Added" exists-action="override"><value>@(context.Operation.Id + " " + context.Request.OriginalUrl.Scheme)</value></set-header>
		<choose><when condition="@(context.Request.OriginalUrl.Query.GetValueOrDefault("room") == "closed")">
			<return-response><set-status code="403" reason="Closed" /><set-body>no entry</set-body></return-response>
		</when></choose>
	</inbound>
	<backend><base /></backend>
	<outbound><base /><set-header name="X-Out" exists-action="override"><value>@(context.Response.StatusCode.ToString())</value></set-header></outbound>
	<on-error><base /></on-error>
</policies>
-- apis/beside/apiInformation.json --
{"properties": {"displayName": "Beside", "path": "chat", "protocols": ["http"], "serviceUrl": "http://$BACKEND/else", "subscriptionRequired": false}}
-- apis/beside/operations/get/operationInformation.json --
{"properties": {"displayName": "Get", "method": "GET", "urlTemplate": "/"}}
-- apis/away/apiInformation.json --
{"properties": {"displayName": "Away", "path": "away", "protocols": ["wss"], "serviceUrl": "ws://$BACKEND/nowhere", "type": "websocket", "subscriptionRequired": false}}
-- apis/plain/apiInformation.json --
{"properties": {"displayName": "Plain", "path": "plain", "protocols": ["http"], "serviceUrl": "http://$BACKEND/chat", "subscriptionRequired": false}}
-- apis/plain/operations/any/operationInformation.json --
{"properties": {"displayName": "Any", "method": "GET", "urlTemplate": "/*"}}
-- subscriptions/s/subscriptionInformation.json --
{"properties": {"displayName": "S", "scope": "/apis/chat", "primaryKey": "key-1"}}
`)
}

// dialSocket opens a WebSocket at the gateway, or returns the answer that turned it away.
func dialSocket(t testing.TB, address, target string, header http.Header) (*websocket.Conn, *http.Response, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	conn, r, err := websocket.Dial(ctx, "ws://"+address+target, &websocket.DialOptions{
		HTTPHeader: header, Subprotocols: []string{"chat"}, CompressionMode: websocket.CompressionContextTakeover,
	})
	if err == nil {
		conn.SetReadLimit(-1)
		t.Cleanup(func() { _ = conn.CloseNow() }) // the test may have closed it
	}
	return conn, r, err
}

// A WebSocket API has its policies at the handshake and its frames both ways.
func TestWebSocketAPI(t *testing.T) {
	t.Parallel()
	b := socketBackend(t)
	g := runGateway(t, socketTree(t, b.address))
	g.prints(&g.out, `chat +onHandshake +GET +ws://`+g.address+`/chat +key-1`)
	key := http.Header{"Ocp-Apim-Subscription-Key": {"key-1"}}

	t.Run("handshake", func(t *testing.T) {
		conn, r, err := dialSocket(t, g.address, "/chat?room=1", key)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := r.Header.Get("X-Saw"), "onHandshake ws|room=1"; got != want || r.Header.Get("X-Out") != "101" || r.Header.Get("X-Saw-Host") != b.address || conn.Subprotocol() != "chat" {
			t.Errorf("the backend saw %q, want %q; the answer is %v", got, want, r.Header)
		}
	})
	t.Run("frames", func(t *testing.T) {
		conn, _, err := dialSocket(t, g.address, "/chat", key)
		if err != nil {
			t.Fatal(err)
		}
		large := bytes.Repeat([]byte("0123456789abcdef"), 512<<10) // 8 MiB
		for _, m := range []struct {
			kind websocket.MessageType
			text []byte
		}{{websocket.MessageText, []byte("hello")}, {websocket.MessageBinary, []byte{0, 1, 255}}, {websocket.MessageText, nil}, {websocket.MessageBinary, large}} {
			go func() { _ = conn.Write(t.Context(), m.kind, m.text) }() // reading tells
			kind, got, err := conn.Read(t.Context())
			if err != nil || kind != m.kind || !bytes.Equal(got, m.text) {
				t.Fatalf("a message of %d bytes came back as %v of %d bytes: %v", len(m.text), kind, len(got), err)
			}
		}
	})
	t.Run("ping", func(t *testing.T) {
		conn, _, err := dialSocket(t, g.address, "/chat", key)
		if err != nil {
			t.Fatal(err)
		}
		conn.CloseRead(t.Context())
		if err := conn.Ping(t.Context()); err != nil {
			t.Error(err)
		}
	})
	t.Run("close code", func(t *testing.T) {
		conn, _, err := dialSocket(t, g.address, "/chat", key)
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.Write(t.Context(), websocket.MessageText, []byte("bye")); err != nil {
			t.Fatal(err)
		}
		_, _, err = conn.Read(t.Context())
		var closed websocket.CloseError
		if !errors.As(err, &closed) || closed.Code != 4001 || closed.Reason != "as asked" {
			t.Errorf("closed with %v", err)
		}
	})
	t.Run("backend goes", func(t *testing.T) {
		conn, _, err := dialSocket(t, g.address, "/chat", key)
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.Write(t.Context(), websocket.MessageText, []byte("drop")); err != nil {
			t.Fatal(err)
		}
		if _, _, err := conn.Read(t.Context()); err == nil {
			t.Error("the backend has gone, and the client may go on")
		}
	})
	b.spared()
}

// A handshake that is no business of the API is turned away before the backend hears of it.
func TestWebSocketHandshakesTurnedAway(t *testing.T) {
	t.Parallel()
	b := socketBackend(t)
	g := runGateway(t, socketTree(t, b.address))
	for _, test := range []struct {
		name, target string
		key          string
		status       int
		body         string
	}{
		{"no key", "/chat", "", 401, keyMissing},
		{"wrong key", "/chat", "no", 401, keyInvalid},
		{"by a policy", "/chat?room=closed", "key-1", 403, "no entry"},
		{"below the API", "/chat/x", "key-1", 404, notFound},
		{"an HTTP API", "/plain/x", "", 404, notFound},
		{"by the backend", "/away", "", 410, "there is no /nowhere\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			header := http.Header{}
			if test.key != "" {
				header.Set("Ocp-Apim-Subscription-Key", test.key)
			}
			_, r, err := dialSocket(t, g.address, test.target, header)
			if err == nil || r == nil {
				t.Fatalf("the handshake went through, or there is no answer: %v", err)
			}
			body, _ := io.ReadAll(r.Body)
			if r.StatusCode != test.status || string(body) != test.body {
				t.Errorf("the answer is %d %s, want %d %s", r.StatusCode, body, test.status, test.body)
			}
		})
	}

	// Requests that are no handshakes are for the other API at the path, if there is one.
	expect(t, g.address, "/chat", "HTTP/1.1 410 Gone", "there is no /else\n")
	expect(t, g.address, "/away", "HTTP/1.1 404 Resource Not Found", notFound)
	// A method that may have a body begins no WebSocket: no policy would see the body.
	r := envoytest.Exchange(t, g.address, envoytest.Request("POST", "/chat", "", "Connection: Upgrade", "Upgrade: websocket", "Ocp-Apim-Subscription-Key: key-1"))
	if r.Status() != 400 || !strings.Contains(r.Body, "A WebSocket begins with GET.") {
		t.Errorf("POST as a handshake:\n%s", r)
	}
	b.spared()
}
