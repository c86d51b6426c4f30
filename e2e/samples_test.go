package e2e

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/apimgw/apimgw/envoy/envoytest"
)

// soonEnough is how soon a saved policy must be in effect.
const soonEnough = time.Second

// A pacing is how soon several edits were in effect. A busy machine may delay any one of them,
// so the quickest is judged.
type pacing []time.Duration

func (p *pacing) note(t *testing.T, what string, took time.Duration) {
	t.Helper()
	t.Logf("%s: in effect after %v", what, took)
	*p = append(*p, took)
}

func (p pacing) judge(t *testing.T) {
	t.Helper()
	if best := slices.Min(p); best > soonEnough {
		t.Errorf("the quickest of %d edits was in effect after %v", len(p), best)
	}
}

const (
	getResource = "apis/echo/operations/get-resource/policy.xml"
	hello       = "200 Get GKE: Hello From Google"
	echoed      = "200 OK: from the backend"
)

// answerHello puts return-response into the outbound section of the sample operation.
func answerHello(policy string) string {
	before, after, _ := strings.Cut(policy, "<!-- Take this out")
	_, after, _ = strings.Cut(after, "-->")
	return before + `<return-response>
            <set-status code="200" reason="Get GKE" />
            <set-body>Hello From Google</set-body>
        </return-response>` + after
}

// An edit of a policy is in effect within a second, in whatever way the editor saves, and
// no request fails meanwhile. Envoy hears nothing of it.
func TestEditsUnderLoad(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	f := sampleTree(t, b.address)
	g := runGateway(t, f)
	plain := f.read(getResource)

	before := updates(t, g.admin)
	load := startLoad(t, g.address, "/echo/resource", nil)
	load.since(time.Now(), echoed)
	applied := len(g.records("configuration applied"))
	var edits pacing
	for i, w := range ways {
		for _, edit := range []struct{ text, want string }{{answerHello(plain), hello}, {plain, echoed}} {
			saved := time.Now()
			w.save(f, getResource, edit.text)
			edits.note(t, w.name, load.settled(saved, edit.want))
		}
		g.logs(applied+2*(i+1), "configuration applied")
	}
	edits.judge(t)
	load.only(hello, echoed)
	if after := updates(t, g.admin); !maps.Equal(before, after) {
		t.Errorf("envoy was sent something: its counters were\n%v\nand are\n%v", before, after)
	}
	g.logs(1, "request", "method", "GET", "path", "/echo/resource", "status", 200.0, "api", "echo", "operation", "get-resource")
}

// The sample operation answers on the wire as the README promises.
func TestSampleOnTheWire(t *testing.T) {
	t.Parallel()
	f := sampleTree(t, envoytest.EchoBackend(t))
	g := runGateway(t, f)

	r := envoytest.Get(t, g.address, "/echo/resource")
	if r.Line != "HTTP/1.1 200 OK" || r.Header("x-served-by") != "apimgw samples" {
		t.Errorf("not the backend's answer:\n%s", r)
	}
	if e := envoytest.ReadEcho(t, r); e.Target != "/resource" || e.Headers["X-Operation"] == nil {
		t.Errorf("the backend got %+v", e)
	}

	f.write(getResource, answerHello(f.read(getResource)))
	eventually(t, patience, "the new policy is in effect", func() bool {
		r = envoytest.Get(t, g.address, "/echo/resource")
		return r.Reason() != "OK"
	})
	if r.Line != "HTTP/1.1 200 Get GKE" || r.Body != "Hello From Google" || r.Header("content-length") != "17" {
		t.Errorf("not the policy's answer:\n%s", r)
	}

	t.Run("key", func(t *testing.T) {
		if r := envoytest.Get(t, g.address, "/orders"); r.Status() != http.StatusUnauthorized {
			t.Errorf("without a key:\n%s", r)
		}
		r := envoytest.Get(t, g.address, "/orders", "Ocp-Apim-Subscription-Key: orders-sample-key")
		if r.Line != "HTTP/1.1 200 OK" || !strings.Contains(r.Body, "biscuits") {
			t.Errorf("with a key:\n%s", r)
		}
	})
	t.Run("body", func(t *testing.T) {
		r := envoytest.Exchange(t, g.address, envoytest.Request("POST", "/orders", `{"item":"tea","quantity":2}`,
			"Ocp-Apim-Subscription-Key: orders-sample-key", "Content-Type: application/json"))
		if r.Line != "HTTP/1.1 201 Created" {
			t.Fatalf("not the policy's status:\n%s", r)
		}
		e := envoytest.ReadEcho(t, r)
		if !strings.Contains(e.Body, `"placedBy"`) || !strings.Contains(e.Body, "Sample") || e.Target != "/orders" {
			t.Errorf("the backend got %+v", e)
		}
		if e.Headers["Ocp-Apim-Subscription-Key"] != nil {
			t.Error("the backend got the key")
		}
	})
}

// The sample WebSocket comes back by the echo backend, unless its policy turns it away.
func TestSampleWebSocket(t *testing.T) {
	t.Parallel()
	backend := freePort(t)
	g := runGateway(t, sampleTree(t, backend), "--echo", backend)
	g.prints(&g.out, `chat +onHandshake +GET +ws://`+g.address+`/chat +-`)
	conn, _, err := dialSocket(t, g.address, "/chat?room=open", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, message := range []string{"hello", strings.Repeat("x", 100_000)} {
		if err := conn.Write(t.Context(), websocket.MessageText, []byte(message)); err != nil {
			t.Fatal(err)
		}
		if _, got, err := conn.Read(t.Context()); err != nil || string(got) != message {
			t.Fatalf("%d bytes came back, %v", len(got), err)
		}
	}
	if _, r, err := dialSocket(t, g.address, "/chat?room=closed", nil); err == nil || r == nil || r.Status != "403 Closed" {
		t.Errorf("a closed room: %v", r)
	}
	if r := envoytest.Get(t, g.address, "/echo/resource"); r.Status() != http.StatusOK {
		t.Errorf("the echo API by the same backend:\n%s", r)
	}
}
