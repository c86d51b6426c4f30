package extproc

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	extprocv3 "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/apimgw/apimgw/extproc/wire"
	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/catalog"
	"github.com/apimgw/apimgw/sync/plan"
)

var update = flag.Bool("update", false, "rewrite golden files")

// TestScripts runs the scripts in testdata. A script is a list of cases:
//
//	=== title
//	<inbound>…</inbound>           the API's policy, up to an empty line
//
//	-> GET /shop/x                 what Envoy sends: headers of a request without a body,
//	accept: text/plain             and more of their lines
//	<- request_headers mode …      what must come back
//	   set :path: /api/x
//	-> 200 body                    headers of a response with a body
//	-> request_body hello
//	-> end
//	<- OK                          how the stream ends
//
// With -update the lines that come back are rewritten.
func TestScripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			runScripts(t, file)
		})
	}
}

func runScripts(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(text), "=== ")
	out := head
	for rest != "" {
		var c string
		c, rest, _ = strings.Cut(rest, "\n=== ")
		title, body, _ := strings.Cut(c, "\n")
		policy, messages, ok := strings.Cut(body, "\n\n")
		if !ok {
			t.Fatalf("%s: %s has no messages", file, title)
		}
		got := play(t, policy, messages)
		if want := strings.TrimSpace(messages) + "\n"; got != want && !*update {
			t.Errorf("%s: %s\ngot\n%s\nwant\n%s", file, title, got, want)
		}
		out += "=== " + title + "\n" + policy + "\n\n" + got
		if rest != "" {
			out += "\n"
		}
	}
	if *update && out != string(text) {
		if err := os.WriteFile(file, []byte(out), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// play runs one case and returns its transcript.
func play(t *testing.T, policy, messages string) string {
	t.Helper()
	st := newScriptStream(t, strings.Split(strings.TrimSpace(messages), "\n"))
	server := New(Options{Plan: planOf(t, policy)})
	err := server.process(st)
	fmt.Fprintf(&st.out, "<- %s\n", status.Code(err))
	return st.out.String()
}

// probe is a policy of tests: it does what no other policy does, and what the test adds.
func probe(more map[string]probeFunc) policies.Kind {
	return policies.Define(policies.Spec[probeConfig]{
		Name: "probe", Chapter: policies.Control, Sections: policies.Anywhere,
		Compile: func(c *policies.Compiler, cfg probeConfig) policies.Step {
			if c.Section() != policies.Inbound {
				c.NeedsResponse()
			}
			do := more[cfg.Do]
			if do == nil {
				do = probes[cfg.Do]
			}
			if do == nil {
				panic("no probe " + cfg.Do)
			}
			return policies.Step(do)
		},
	})
}

type probeFunc func(context.Context, *exchange.Exchange) error

type probeConfig struct {
	// Do names what is done.
	Do string `attr:"do,required"`
}

var probes = map[string]probeFunc{
	"read request": func(ctx context.Context, x *exchange.Exchange) error {
		content, err := x.Request.Body.Bytes(ctx)
		x.Request.Headers.Set("x-read", string(content))
		return err
	},
	"take request": func(ctx context.Context, x *exchange.Exchange) error {
		_, err := x.Request.Body.Take(ctx)
		return err
	},
	"read response": func(ctx context.Context, x *exchange.Exchange) error {
		content, err := x.Response.Body.Bytes(ctx)
		x.Response.Headers.Set("x-read", string(content))
		return err
	},
	"take response": func(ctx context.Context, x *exchange.Exchange) error {
		_, err := x.Response.Body.Take(ctx)
		return err
	},
	"set cookies": func(_ context.Context, x *exchange.Exchange) error {
		x.Response.Headers.Set("Set-Cookie", "a=1", "b=2")
		return nil
	},
	"framing": func(_ context.Context, x *exchange.Exchange) error {
		for _, name := range []string{"Content-Length", "transfer-encoding", "CONNECTION", "keep-alive", "te", "trailer", "upgrade", "proxy-connection", "x-apim-cluster"} {
			x.Request.Headers.Set(name, "5")
		}
		return nil
	},
	"bad name":  setHeader("x a", "v"),
	"no name":   setHeader("", "v"),
	"bad value": setHeader("x-a", "a\r\nb: c"),
	"bad response": func(_ context.Context, x *exchange.Exchange) error {
		x.Response.Headers.Set("x-a", "a\nb")
		return nil
	},
	"bad reason": func(_ context.Context, x *exchange.Exchange) error {
		x.Response.Reason = "a\r\nb"
		return nil
	},
	"bad status": func(_ context.Context, x *exchange.Exchange) error {
		x.Response.StatusCode = 99
		return nil
	},
	"bad method": setMethod("A B"), "HEAD": setMethod("HEAD"), "GET": setMethod("GET"), "POST": setMethod("POST"), "PUT": setMethod("PUT"),
	"CONNECT": setMethod("CONNECT"),
	"rewrite": func(_ context.Context, x *exchange.Exchange) error {
		x.Request.URL.Path, x.Request.URL.Query = "/a//b", "c=d"
		return nil
	},
	"other backend": func(_ context.Context, x *exchange.Exchange) error {
		x.Backend = &exchange.Backend{URL: exchange.URL{Scheme: "https", Host: "other.example", Path: "/v2"}, Cluster: "https/other.example/443"}
		return nil
	},
	"odd path": func(_ context.Context, x *exchange.Exchange) error {
		x.Request.URL.Path, x.Request.URL.Query = "no slash\x7f/ä#", "a=b c"
		return nil
	},
	"two hosts": setHeader("host", "a,b"),
	"many": func(_ context.Context, x *exchange.Exchange) error {
		for i := range maxLines + 1 {
			x.Request.Headers.Add("x-many", strconv.Itoa(i))
		}
		return nil
	},
	"credentials": func(_ context.Context, x *exchange.Exchange) error {
		b := *x.Backend
		b.URL.Query = "fixed=1"
		b.Headers = []exchange.Field{{Name: "X-Key", Value: "secret"}, {Name: "x-key", Value: "other"}}
		b.Query = []exchange.Field{{Name: "code", Value: "a b"}, {Name: "code", Value: "2"}}
		x.Backend = &b
		return nil
	},
	"unknown backend": func(_ context.Context, x *exchange.Exchange) error {
		x.Backend = &exchange.Backend{URL: exchange.URL{Scheme: "https", Host: "x.example", Port: 8443, Path: "/v1/"}}
		return nil
	},
	"no backend": func(_ context.Context, x *exchange.Exchange) error {
		x.Backend = nil
		return nil
	},
	"nothing": func(_ context.Context, x *exchange.Exchange) error {
		x.Response = nil
		return nil
	},
	"look":  func(context.Context, *exchange.Exchange) error { return nil },
	"panic": func(context.Context, *exchange.Exchange) error { panic("probe") },
}

func setHeader(name, value string) probeFunc {
	return func(_ context.Context, x *exchange.Exchange) error {
		x.Request.Headers.Set(name, value)
		return nil
	}
}

func setMethod(method string) probeFunc {
	return func(_ context.Context, x *exchange.Exchange) error {
		x.Request.Method = method
		return nil
	}
}

// planOf is a plan with one API, whose policy it is, and one that asks for a key.
func planOf(t testing.TB, policy string) *plan.Current {
	t.Helper()
	current := &plan.Current{}
	if policy != "no plan" {
		locked := apiOf("locked", "http://be.example", "")
		locked.SubscriptionRequired = true
		current.Store(compile(t, nil, apiOf("shop", "http://be.example/api", policy), locked))
	}
	return current
}

// apiOf is an API with an operation for each of some methods.
func apiOf(name, url, policy string) *catalog.API {
	api := &catalog.API{
		ID: name, Path: name, Protocols: []string{"http", "ws"}, ServiceURL: url, Type: catalog.HTTP,
		KeyHeader: "Ocp-Apim-Subscription-Key", KeyQuery: "subscription-key", Revision: "1", IsCurrent: true, IsOnline: true,
	}
	if policy != "" {
		api.Policy = &catalog.Policy{File: name + ".xml", Text: "<policies>" + policy + "</policies>"}
	}
	for _, method := range []string{"GET", "HEAD", "POST", "PUT"} {
		api.Operations = append(api.Operations, &catalog.Operation{ID: strings.ToLower(method), Method: method, URLTemplate: "/*"})
	}
	return api
}

// compile makes a plan of APIs, whose policies may use probes.
func compile(t testing.TB, more map[string]probeFunc, apis ...*catalog.API) *plan.Plan {
	t.Helper()
	return compileCatalog(t, more, &catalog.Catalog{APIs: apis})
}

func compileCatalog(t testing.TB, more map[string]probeFunc, c *catalog.Catalog) *plan.Plan {
	t.Helper()
	if err := c.Seal(); err != nil {
		t.Fatal(err)
	}
	p, mistakes := plan.Compile(c, plan.Options{Kinds: append(slices.Clone(builtin.Kinds), probe(more))}, nil)
	if mistakes.HasErrors() {
		t.Fatalf("the plan does not compile: %v", mistakes)
	}
	return p
}

// A scriptStream plays Envoy by a script.
type scriptStream struct {
	t      testing.TB
	ctx    context.Context //nolint:containedctx // it is what gRPC's stream has
	cancel context.CancelFunc
	codec  wire.Codec
	script []string
	out    strings.Builder
}

func newScriptStream(t testing.TB, script []string) *scriptStream {
	s := &scriptStream{t: t, codec: wire.NewCodec()}
	for _, line := range script {
		if !strings.HasPrefix(line, "<-") && !strings.HasPrefix(line, "   ") {
			s.script = append(s.script, line)
		}
	}
	s.ctx, s.cancel = context.WithCancel(t.Context())
	t.Cleanup(s.cancel)
	return s
}

func (s *scriptStream) Context() context.Context { return s.ctx }

// RecvMsg gives the next message of the script.
func (s *scriptStream) RecvMsg(m any) error {
	if len(s.script) == 0 {
		s.t.Errorf("the session waits for a message that the script does not have, after\n%s", s.out.String())
		return io.EOF
	}
	n := 1
	for n < len(s.script) && !strings.HasPrefix(s.script[n], "->") {
		n++
	}
	lines := s.script[:n]
	s.script = s.script[n:]
	fmt.Fprintln(&s.out, strings.Join(lines, "\n"))
	kind, rest, _ := strings.Cut(strings.TrimPrefix(lines[0], "-> "), " ")
	switch kind {
	case "end":
		return io.EOF
	case "cancel":
		s.cancel()
		return status.Error(codes.Canceled, "context canceled")
	}
	data, err := proto.Marshal(message(kind, rest, lines[1:]))
	if err != nil {
		s.t.Fatal(err)
	}
	return s.codec.Unmarshal(mem.BufferSlice{mem.SliceBuffer(data)}, m)
}

// message makes what a line of a script stands for.
func message(kind, rest string, lines []string) *extprocv3.ProcessingRequest {
	switch kind {
	case "request_body":
		return &extprocv3.ProcessingRequest{Request: &extprocv3.ProcessingRequest_RequestBody{RequestBody: &extprocv3.HttpBody{Body: []byte(rest), EndOfStream: true}}}
	case "response_body":
		return &extprocv3.ProcessingRequest{Request: &extprocv3.ProcessingRequest_ResponseBody{ResponseBody: &extprocv3.HttpBody{Body: []byte(rest)}}}
	case "request_trailers":
		return &extprocv3.ProcessingRequest{Request: &extprocv3.ProcessingRequest_RequestTrailers{RequestTrailers: &extprocv3.HttpTrailers{}}}
	}
	rest, hasBody := strings.CutSuffix(rest, "body")
	h := &extprocv3.HttpHeaders{Headers: &corev3.HeaderMap{}, EndOfStream: !hasBody}
	add := func(name, value string) {
		h.Headers.Headers = append(h.Headers.Headers, &corev3.HeaderValue{Key: name, RawValue: []byte(value)})
	}
	response := kind[0] <= '9'
	if response {
		add(":status", kind)
	} else {
		authority := "gateway.example"
		for i, line := range lines {
			if a, ok := strings.CutPrefix(line, ":authority: "); ok {
				authority, lines = a, slices.Delete(slices.Clone(lines), i, i+1)
				break
			}
		}
		add(":authority", authority)
		add(":path", strings.TrimSpace(rest))
		add(":method", kind)
		add(":scheme", "http")
	}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		add(name, value)
	}
	if response {
		return &extprocv3.ProcessingRequest{Request: &extprocv3.ProcessingRequest_ResponseHeaders{ResponseHeaders: h}}
	}
	add("x-forwarded-for", "198.51.100.7, 203.0.113.9")
	add("x-request-id", "b7d1c7f0-4c1d-4e0c-9b59-0d6f4f2b9a77")
	add("x-apim-key", strings.TrimSpace(rest)+"/.")
	return &extprocv3.ProcessingRequest{Request: &extprocv3.ProcessingRequest_RequestHeaders{RequestHeaders: h}}
}

// SendMsg writes a reply into the transcript.
func (s *scriptStream) SendMsg(m any) error {
	data, err := s.codec.Marshal(m)
	if err != nil {
		s.t.Fatal(err)
	}
	r := &extprocv3.ProcessingResponse{}
	if err := proto.Unmarshal(data.Materialize(), r); err != nil {
		s.t.Fatal(err)
	}
	data.Free()
	writeReply(&s.out, r)
	return s.ctx.Err()
}

func writeReply(w io.Writer, r *extprocv3.ProcessingResponse) {
	switch p := r.GetResponse().(type) {
	case *extprocv3.ProcessingResponse_RequestHeaders:
		writeCommon(w, "request_headers", p.RequestHeaders.GetResponse(), r)
	case *extprocv3.ProcessingResponse_ResponseHeaders:
		writeCommon(w, "response_headers", p.ResponseHeaders.GetResponse(), r)
	case *extprocv3.ProcessingResponse_RequestBody:
		writeCommon(w, "request_body", p.RequestBody.GetResponse(), r)
	case *extprocv3.ProcessingResponse_ResponseBody:
		writeCommon(w, "response_body", p.ResponseBody.GetResponse(), r)
	case *extprocv3.ProcessingResponse_ImmediateResponse:
		i := p.ImmediateResponse
		fmt.Fprintf(w, "<- immediate %d %s\n", i.GetStatus().GetCode(), i.GetDetails())
		writeMutation(w, i.GetHeaders())
		if len(i.GetBody()) > 0 {
			fmt.Fprintf(w, "   body: %s\n", i.GetBody())
		}
	}
}

func writeCommon(w io.Writer, what string, c *extprocv3.CommonResponse, r *extprocv3.ProcessingResponse) {
	if c.GetStatus() == extprocv3.CommonResponse_CONTINUE_AND_REPLACE {
		what += " replace"
	}
	if c.GetClearRouteCache() {
		what += " clear-route"
	}
	if m := r.GetModeOverride(); m != nil {
		what += fmt.Sprintf(" mode{%v}", m)
	}
	fmt.Fprintf(w, "<- %s\n", strings.Join(strings.Fields(what), " "))
	writeMutation(w, c.GetHeaderMutation())
	switch b := c.GetBodyMutation().GetMutation().(type) {
	case *extprocv3.BodyMutation_Body:
		fmt.Fprintf(w, "   body: %s\n", b.Body)
	case *extprocv3.BodyMutation_ClearBody:
		fmt.Fprintln(w, "   no body")
	}
}

func writeMutation(w io.Writer, m *extprocv3.HeaderMutation) {
	for _, name := range m.GetRemoveHeaders() {
		fmt.Fprintf(w, "   remove %s\n", name)
	}
	for _, h := range m.GetSetHeaders() {
		verb := "set"
		if h.GetAppend().GetValue() { //nolint:staticcheck // the only one that Envoy's ext_proc reads
			verb = "add"
		}
		fmt.Fprintf(w, "   %s %s: %s\n", verb, h.GetHeader().GetKey(), h.GetHeader().GetRawValue())
	}
}
