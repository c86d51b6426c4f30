package e2e

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"
)

// relayedTree is an API whose backend section is the relay's affair.
func relayedTree(t testing.TB, b *backend) tree {
	return newTree(t, b.address, `
-- policy.xml --
<policies>
    <inbound><set-header name="X-Processed" exists-action="override"><value>yes</value></set-header></inbound>
    <backend><retry condition="@(context.Response == null)" count="1" interval="0"><forward-request /></retry></backend>
    <outbound><set-header name="X-Outbound" exists-action="override"><value>yes</value></set-header></outbound>
    <on-error />
</policies>
-- apis/marked/apiInformation.json --
{"properties": {"displayName": "Marked", "path": "marked", "protocols": ["http"], "serviceUrl": "http://$BACKEND", "subscriptionRequired": false}}
-- apis/marked/operations/stream/operationInformation.json --
{"properties": {"displayName": "Stream", "method": "POST", "urlTemplate": "/stream"}}
`)
}

// streamed is how much is streamed through the relay, each way.
const streamed = 1 << 30

// TestRelayedStream streams a gigabyte each way; the processes do not grow with it.
func TestRelayedStream(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	t.Parallel()
	b := newBackendOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil || n != streamed {
			http.Error(w, fmt.Sprintf("%d bytes came, %v", n, err), http.StatusBadRequest)
			return
		}
		_, _ = io.CopyN(w, zeros{}, streamed)
	}))
	g := runGateway(t, relayedTree(t, b))
	processes := map[string]int{"apimgw": g.cmd.Process.Pid, "envoy": g.envoyPID()}
	before := map[string]int{}
	for name, pid := range processes {
		before[name] = memory(t, pid)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+g.address+"/marked/stream", io.LimitReader(zeros{}, streamed))
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = streamed
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	begin := time.Now()
	response, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	if err != nil || response.StatusCode != http.StatusOK || n != streamed || response.Header.Get("X-Outbound") != "yes" {
		t.Fatalf("%s after %d bytes, %v", response.Status, n, err)
	}
	t.Logf("1 GB each way in %v", time.Since(begin))
	for name, pid := range processes {
		after := memory(t, pid)
		t.Logf("%s: %d MB before, %d MB after", name, before[name], after)
		if after > before[name]+64 {
			t.Errorf("%s has grown from %d to %d MB", name, before[name], after)
		}
	}
	b.spared()
}

type zeros struct{}

// Read reads zeros.
func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// Each chunk of an answer is passed on at once, whatever buffer-response says, by Envoy's own
// forward and by the relay.
func TestChunksArePassedOnAtOnce(t *testing.T) {
	t.Parallel()
	next := make(chan struct{})
	b := newBackendOf(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		for i := range 3 {
			_, _ = fmt.Fprintf(w, "chunk %d\n", i) // the client may be gone
			w.(http.Flusher).Flush()
			<-next
		}
	}))
	setting := func(value string) string { return `<forward-request buffer-response="` + value + `" />` }
	again := func(value string) string {
		return `<retry condition="@(context.Response.StatusCode == 503)" count="1" interval="0">` + setting(value) + `</retry>`
	}
	const outbound = `<set-header name="x-own"><value>@(context.Response.StatusCode.ToString())</value></set-header>`
	apis := map[string]string{"buffered": setting("true"), "unbuffered": setting("false"), "relay-buffered": again("true"), "relay-unbuffered": again("false")}
	files := ""
	for name, backend := range apis {
		files += `
-- apis/` + name + `/apiInformation.json --
{"properties": {"displayName": "` + name + `", "path": "` + name + `", "protocols": ["http"], "serviceUrl": "http://$BACKEND", "subscriptionRequired": false}}
-- apis/` + name + `/operations/get/operationInformation.json --
{"properties": {"displayName": "Get", "method": "GET", "urlTemplate": "/"}}
-- apis/` + name + `/policy.xml --
<policies><inbound /><backend>` + backend + `</backend><outbound>` + outbound + `</outbound></policies>
`
	}
	g := runGateway(t, newTree(t, b.address, files))
	client := &http.Client{Timeout: patience}
	for name := range apis {
		r, err := client.Get("http://" + g.address + "/" + name) //nolint:noctx // the client has a timeout
		if err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			chunk := make([]byte, len("chunk 0\n"))
			if _, err := io.ReadFull(r.Body, chunk); err != nil || string(chunk) != fmt.Sprintf("chunk %d\n", i) {
				t.Fatalf("%s: chunk %d is %q, %v", name, i, chunk, err)
			}
			next <- struct{}{}
		}
		if err := r.Body.Close(); err != nil || r.Header.Get("X-Own") != "200" {
			t.Errorf("%s: %v %v", name, r.Header, err)
		}
	}
}
