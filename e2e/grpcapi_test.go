package e2e

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/apimgw/apimgw/envoy/envoytest"
)

// greeterProto declares the methods of greeter.
const greeterProto = `syntax = "proto3";
package hello.v1;
import "google/protobuf/wrappers.proto";
service Greeter {
  rpc Hello (google.protobuf.StringValue) returns (google.protobuf.StringValue);
  rpc Many (google.protobuf.StringValue) returns (stream google.protobuf.StringValue);
  rpc Join (stream google.protobuf.StringValue) returns (google.protobuf.StringValue);
  rpc Talk (stream google.protobuf.StringValue) returns (stream google.protobuf.StringValue);
  rpc Fail (google.protobuf.StringValue) returns (google.protobuf.StringValue);
  rpc Stop (google.protobuf.StringValue) returns (google.protobuf.StringValue);
  rpc Late (google.protobuf.StringValue) returns (google.protobuf.StringValue);
}
`

// greeter is a gRPC backend without TLS.
func greeter(t testing.TB) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := grpc.NewServer(grpc.UnknownServiceHandler(greet), grpc.MaxRecvMsgSize(64<<20))
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := s.Serve(listener); err != nil {
			t.Errorf("greeter: %v", err)
		}
	}()
	t.Cleanup(func() {
		s.Stop()
		<-done
	})
	return listener.Addr().String()
}

// greet serves all methods, as a stream each.
func greet(_ any, stream grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(stream)
	md, _ := metadata.FromIncomingContext(stream.Context())
	added := strings.Join(md.Get("x-added"), ",")
	say := func(text string) error { return stream.SendMsg(wrapperspb.String(text)) }
	stream.SetTrailer(metadata.Pairs("x-trailer", "of "+method))
	var all []string
	for {
		var in wrapperspb.StringValue
		err := stream.RecvMsg(&in)
		switch {
		case errors.Is(err, io.EOF):
			return say(strings.Join(all, "+"))
		case err != nil:
			return err
		}
		switch all = append(all, in.GetValue()); method {
		case "/hello.v1.Greeter/Hello", "/hello.v1.Greeter/Stop", "/hello.v1.Greeter/Late":
			return say("hello " + in.GetValue() + " " + added)
		case "/hello.v1.Greeter/Many":
			for i := range 3 {
				if err := say(fmt.Sprint(in.GetValue(), i)); err != nil {
					return err
				}
			}
			return nil
		case "/hello.v1.Greeter/Talk":
			if in.GetValue() == "bye" {
				return nil
			}
			if err := say("you said " + in.GetValue()); err != nil {
				return err
			}
		case "/hello.v1.Greeter/Fail":
			return status.Error(codes.FailedPrecondition, "not like this: "+in.GetValue())
		}
	}
}

// callTree has the greeter as a gRPC API at the root and below a path.
func callTree(t testing.TB, address string) tree {
	f := newTree(t, address, `
-- policy.xml --
<policies>
	<inbound><set-header name="x-added" exists-action="override"><value>@(context.Operation.Name)</value></set-header></inbound>
	<backend><forward-request /></backend>
	<outbound><set-header name="x-out" exists-action="override"><value>@(context.Response.StatusCode.ToString())</value></set-header></outbound>
	<on-error />
</policies>
-- apis/root/apiInformation.json --
{"properties": {"displayName": "Root", "path": "", "protocols": ["http", "https"], "serviceUrl": "http://$BACKEND", "type": "grpc", "subscriptionRequired": false}}
-- apis/calls/apiInformation.json --
{"properties": {"displayName": "Calls", "path": "calls", "protocols": ["https"], "serviceUrl": "grpc://$BACKEND", "type": "grpc"}}
-- apis/calls/operations/Stop/policy.xml --
<policies>
	<inbound><base /><return-response><set-status code="403" reason="No" /><set-body>stopped here</set-body></return-response></inbound>
</policies>
-- apis/calls/operations/Late/policy.xml --
<policies>
	<inbound><base /></inbound>
	<outbound><base /><choose><when condition="@(context.Response.Headers.GetValueOrDefault("x-none", "") == "")">
		<return-response><set-status code="503" /></return-response></when></choose></outbound>
</policies>
-- apis/calls/operations/Talk/policy.xml --
<policies><inbound><base /><set-backend-service base-url="http://$BACKEND" /></inbound></policies>
-- apis/refused/apiInformation.json --
{"properties": {"displayName": "Refused", "path": "refused", "protocols": ["http"], "serviceUrl": "http://REFUSED", "type": "grpc", "subscriptionRequired": false}}
-- subscriptions/s/subscriptionInformation.json --
{"properties": {"displayName": "S", "scope": "/apis", "primaryKey": "key-1"}}
`)
	for _, api := range []string{"root", "calls", "refused"} {
		f.write("apis/"+api+"/specification.proto", greeterProto)
	}
	f.write("apis/refused/apiInformation.json", strings.ReplaceAll(f.read("apis/refused/apiInformation.json"), "REFUSED", envoytest.RefusedAddress(t)))
	return f
}

// dialCalls connects a gRPC client to the gateway.
func dialCalls(t testing.TB, address string) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient("passthrough:"+address, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64<<20)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // at the end of the test
	return conn
}

// A gRPC API passes calls of all kinds, with metadata, trailers and failures.
func TestGRPCAPI(t *testing.T) {
	t.Parallel()
	g := runGateway(t, callTree(t, greeter(t)))
	conn := dialCalls(t, g.address)
	ctx := metadata.AppendToOutgoingContext(t.Context(), "ocp-apim-subscription-key", "key-1")
	stream := func(method string, client, server bool) grpc.ClientStream {
		t.Helper()
		s, err := conn.NewStream(ctx, &grpc.StreamDesc{ClientStreams: client, ServerStreams: server}, method)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	send := func(s grpc.ClientStream, text string) {
		t.Helper()
		if err := s.SendMsg(wrapperspb.String(text)); err != nil {
			t.Fatal(err)
		}
	}
	receive := func(s grpc.ClientStream, want string) {
		t.Helper()
		var got wrapperspb.StringValue
		if err := s.RecvMsg(&got); err != nil || got.GetValue() != want {
			t.Fatalf("received %q, %v; want %q", got.GetValue(), err, want)
		}
	}
	end := func(s grpc.ClientStream, method string) {
		t.Helper()
		if err := s.RecvMsg(new(wrapperspb.StringValue)); !errors.Is(err, io.EOF) {
			t.Fatalf("the stream ended with %v", err)
		}
		if got := s.Trailer().Get("x-trailer"); len(got) != 1 || got[0] != "of "+method {
			t.Errorf("the trailers are %v", s.Trailer())
		}
	}
	const service = "/hello.v1.Greeter/"

	for _, prefix := range []string{"", "/calls"} {
		var header, trailer metadata.MD
		var out wrapperspb.StringValue
		err := conn.Invoke(ctx, prefix+service+"Hello", wrapperspb.String("you"), &out, grpc.Header(&header), grpc.Trailer(&trailer))
		if err != nil || out.GetValue() != "hello you Hello" || header.Get("x-out") == nil || trailer.Get("x-trailer") == nil {
			t.Errorf("unary at %q: %q, %v; header %v, trailer %v", prefix, out.GetValue(), err, header, trailer)
		}

		many := stream(prefix+service+"Many", false, true)
		send(many, "m")
		if err := many.CloseSend(); err != nil {
			t.Fatal(err)
		}
		receive(many, "m0")
		receive(many, "m1")
		receive(many, "m2")
		end(many, service+"Many")

		join := stream(prefix+service+"Join", true, false)
		send(join, "a")
		send(join, "b")
		if err := join.CloseSend(); err != nil {
			t.Fatal(err)
		}
		receive(join, "a+b")
		end(join, service+"Join")

		// Each message is answered before the next one is sent, so none is held back.
		talk := stream(prefix+service+"Talk", true, true)
		for _, text := range []string{"one", "two", "three"} {
			send(talk, text)
			receive(talk, "you said "+text)
		}
		send(talk, "bye")
		end(talk, service+"Talk")
	}

	large := strings.Repeat("0123456789", 1<<20)
	var out wrapperspb.StringValue
	if err := conn.Invoke(ctx, "/calls"+service+"Hello", wrapperspb.String(large), &out); err != nil || len(out.GetValue()) < len(large) {
		t.Errorf("a message of %d bytes: %d, %v", len(large), len(out.GetValue()), err)
	}
}

// What the gateway answers by itself, clients get as a status of gRPC.
func TestGRPCFailures(t *testing.T) {
	t.Parallel()
	g := runGateway(t, callTree(t, greeter(t)))
	conn := dialCalls(t, g.address)
	for _, test := range []struct {
		name, method, key string
		code              codes.Code
		message           string
	}{
		{"of the backend", "/calls/hello.v1.Greeter/Fail", "key-1", codes.FailedPrecondition, "not like this: x"},
		{"no key", "/calls/hello.v1.Greeter/Hello", "", codes.Unauthenticated, "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API."},
		{"wrong key", "/calls/hello.v1.Greeter/Hello", "no", codes.Unauthenticated, "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription."},
		{"no such method", "/calls/hello.v1.Greeter/Bye", "key-1", codes.Unimplemented, "Resource not found"},
		{"no such API", "/nothing.v1.Service/Method", "", codes.Unimplemented, "Resource not found"},
		{"a policy", "/calls/hello.v1.Greeter/Stop", "key-1", codes.PermissionDenied, "stopped here"},
		{"a policy, after the answer", "/calls/hello.v1.Greeter/Late", "key-1", codes.Unavailable, ""},
		{"no backend", "/refused/hello.v1.Greeter/Hello", "", codes.Unknown, "Internal server error"},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx := t.Context()
			if test.key != "" {
				ctx = metadata.AppendToOutgoingContext(ctx, "ocp-apim-subscription-key", test.key)
			}
			err := conn.Invoke(ctx, test.method, wrapperspb.String("x"), new(wrapperspb.StringValue))
			if s := status.Convert(err); s.Code() != test.code || s.Message() != test.message {
				t.Errorf("the status is %v %q, want %v %q", s.Code(), s.Message(), test.code, test.message)
			}
		})
	}
}

// grpcurl calls the methods of a gRPC API as it calls any server.
func TestGRPCurlCalls(t *testing.T) {
	t.Parallel()
	f := callTree(t, greeter(t))
	g := runGateway(t, f)
	for method, want := range map[string]string{"Hello": `"hello you Hello"`, "Many": `"you2"`, "Talk": `"you said you"`, "Fail": "FailedPrecondition"} {
		out, err := exec.Command(grpcurl(t), "-plaintext", "-import-path", filepath.Join(f.path, "apis", "root"), "-proto", "specification.proto",
			"-d", `"you"`, g.address, "hello.v1.Greeter/"+method).CombinedOutput()
		if !strings.Contains(string(out), want) || (err != nil) != (method == "Fail") {
			t.Errorf("grpcurl %s: %v\n%s\nwant %s", method, err, out, want)
		}
	}
}

// A backend with TLS is spoken to in HTTP/2, whatever forward-request says.
func TestGRPCOverTLS(t *testing.T) {
	t.Parallel()
	secure := tellsVersion(t, true, true)
	f := newTree(t, secure, `
-- backends/green/backendInformation.json --
{"properties": {"protocol": "http", "url": "https://$BACKEND", "tls": {"validateCertificateChain": false, "validateCertificateName": false}}}
-- apis/calls/apiInformation.json --
{"properties": {"displayName": "Calls", "path": "calls", "protocols": ["http"], "serviceUrl": "https://nowhere.test", "type": "grpc", "subscriptionRequired": false}}
-- apis/calls/policy.xml --
<policies><inbound><set-backend-service backend-id="green" /></inbound><backend><forward-request http-version="1" /></backend></policies>
`)
	f.write("apis/calls/specification.proto", greeterProto)
	g := runGateway(t, f)
	r := envoytest.Exchange(t, g.address, envoytest.Request(http.MethodPost, "/calls/hello.v1.Greeter/Hello", "x"))
	if r.Body != "HTTP/2.0" {
		t.Errorf("the backend was spoken to in\n%s", r)
	}
}
