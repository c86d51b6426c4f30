package wire_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	extprocfilterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/ext_proc/v3"
	extprocv3 "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"
	typev3 "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/apimgw/apimgw/extproc/wire"
	"github.com/apimgw/apimgw/policies/exchange"
)

// generated is what the generated code makes of a message, in our terms.
func generated(r *extprocv3.ProcessingRequest) wire.Message {
	switch p := r.GetRequest().(type) {
	case *extprocv3.ProcessingRequest_RequestHeaders:
		return generatedHeaders(wire.RequestHeaders, p.RequestHeaders.GetHeaders(), p.RequestHeaders.GetEndOfStream())
	case *extprocv3.ProcessingRequest_ResponseHeaders:
		return generatedHeaders(wire.ResponseHeaders, p.ResponseHeaders.GetHeaders(), p.ResponseHeaders.GetEndOfStream())
	case *extprocv3.ProcessingRequest_RequestBody:
		return wire.Message{Phase: wire.RequestBody, Body: p.RequestBody.GetBody(), EndOfStream: p.RequestBody.GetEndOfStream()}
	case *extprocv3.ProcessingRequest_ResponseBody:
		return wire.Message{Phase: wire.ResponseBody, Body: p.ResponseBody.GetBody(), EndOfStream: p.ResponseBody.GetEndOfStream()}
	case *extprocv3.ProcessingRequest_RequestTrailers:
		return generatedHeaders(wire.RequestTrailers, p.RequestTrailers.GetTrailers(), false)
	case *extprocv3.ProcessingRequest_ResponseTrailers:
		return generatedHeaders(wire.ResponseTrailers, p.ResponseTrailers.GetTrailers(), false)
	}
	return wire.Message{}
}

func generatedHeaders(phase wire.Phase, h *corev3.HeaderMap, end bool) wire.Message {
	m := wire.Message{Phase: phase, EndOfStream: end}
	for _, v := range h.GetHeaders() {
		value := string(v.GetRawValue())
		if value == "" {
			value = v.GetValue()
		}
		m.Fields = append(m.Fields, exchange.Field{Name: v.GetKey(), Value: value})
	}
	return m
}

func same(a, b wire.Message) bool {
	return a.Phase == b.Phase && a.EndOfStream == b.EndOfStream && bytes.Equal(a.Body, b.Body) &&
		len(a.Fields) == len(b.Fields) && (len(a.Fields) == 0 || reflect.DeepEqual(a.Fields, b.Fields))
}

// random makes messages.
type random struct{ *rand.Rand }

func (r random) text() string {
	b := make([]byte, r.IntN(20)*r.IntN(12))
	for i := range b {
		b[i] = byte('a' + r.IntN(26))
	}
	return string(b)
}

func (r random) bytes() []byte {
	b := make([]byte, r.IntN(20)*r.IntN(12))
	for i := range b {
		b[i] = byte(r.IntN(256))
	}
	return b
}

func (r random) headers() *corev3.HeaderMap {
	if r.IntN(10) == 0 {
		return nil
	}
	m := &corev3.HeaderMap{}
	for range r.IntN(30) {
		v := &corev3.HeaderValue{Key: r.text(), RawValue: r.bytes()}
		if r.IntN(5) == 0 {
			v = &corev3.HeaderValue{Key: r.text(), Value: r.text()}
		}
		m.Headers = append(m.Headers, v)
	}
	return m
}

func (r random) request() *extprocv3.ProcessingRequest {
	m := &extprocv3.ProcessingRequest{ObservabilityMode: r.IntN(2) == 0}
	if r.IntN(3) == 0 {
		m.Attributes = map[string]*structpb.Struct{"envoy.filters.http.ext_proc": {Fields: map[string]*structpb.Value{
			"source.address": structpb.NewStringValue("10.0.0.1:80"), "response.flags": structpb.NewNumberValue(32),
		}}}
	}
	if r.IntN(3) == 0 {
		m.ProtocolConfig = &extprocv3.ProtocolConfiguration{RequestBodyMode: extprocfilterv3.ProcessingMode_BUFFERED}
	}
	end := r.IntN(2) == 0
	switch r.IntN(6) {
	case 0:
		m.Request = &extprocv3.ProcessingRequest_RequestHeaders{RequestHeaders: &extprocv3.HttpHeaders{Headers: r.headers(), EndOfStream: end}}
	case 1:
		m.Request = &extprocv3.ProcessingRequest_ResponseHeaders{ResponseHeaders: &extprocv3.HttpHeaders{Headers: r.headers(), EndOfStream: end}}
	case 2:
		m.Request = &extprocv3.ProcessingRequest_RequestBody{RequestBody: &extprocv3.HttpBody{Body: r.bytes(), EndOfStream: end}}
	case 3:
		m.Request = &extprocv3.ProcessingRequest_ResponseBody{ResponseBody: &extprocv3.HttpBody{Body: r.bytes(), EndOfStream: end}}
	case 4:
		m.Request = &extprocv3.ProcessingRequest_RequestTrailers{RequestTrailers: &extprocv3.HttpTrailers{Trailers: r.headers()}}
	case 5:
		m.Request = &extprocv3.ProcessingRequest_ResponseTrailers{ResponseTrailers: &extprocv3.HttpTrailers{Trailers: r.headers()}}
	}
	return m
}

func (r random) reply() wire.Reply {
	p := wire.Reply{Phase: wire.Phase(1 + r.IntN(4))}
	for range r.IntN(8) {
		p.Set = append(p.Set, wire.Line{Name: r.text(), Value: string(r.bytes()), Append: r.IntN(2) == 0})
	}
	for range r.IntN(4) {
		p.Remove = append(p.Remove, r.text())
	}
	if r.IntN(2) == 0 {
		p.Body, p.BodyChanged = r.bytes(), true
	}
	if r.IntN(4) == 0 {
		p.Immediate = &wire.Immediate{Status: 100 + r.IntN(900), Details: r.text()}
		return p
	}
	p.Replace, p.ClearRouteCache = r.IntN(2) == 0, r.IntN(2) == 0
	p.Mode = wire.Mode{ResponseHeaders: r.IntN(2) == 0, RequestBody: r.IntN(2) == 0, ResponseBody: r.IntN(2) == 0}
	p.Mode.Partial = (p.Mode.RequestBody || p.Mode.ResponseBody) && r.IntN(2) == 0
	return p
}

func TestMessagesAreReadAsGeneratedCodeReadsThem(t *testing.T) {
	t.Parallel()
	r := random{rand.New(rand.NewPCG(1, 2))}
	for range 3000 {
		request := r.request()
		data, err := proto.Marshal(request)
		if err != nil {
			t.Fatal(err)
		}
		var m wire.Message
		if err := m.Unmarshal(data); err != nil {
			t.Fatalf("%v: %v", request, err)
		}
		if want := generated(request); !same(m, want) {
			t.Fatalf("%v\nis read as %+v, want %+v", request, m, want)
		}
	}
}

// inProto is the reply in generated types.
func inProto(r wire.Reply) *extprocv3.ProcessingResponse {
	mutation := &extprocv3.HeaderMutation{RemoveHeaders: r.Remove}
	for _, l := range r.Set {
		o := &corev3.HeaderValueOption{Header: &corev3.HeaderValue{Key: l.Name, RawValue: []byte(l.Value)}}
		if l.Append {
			o.Append = wrapperspb.Bool(true) //nolint:staticcheck // the only one that Envoy's ext_proc reads
		}
		mutation.SetHeaders = append(mutation.SetHeaders, o)
	}
	if len(r.Set)+len(r.Remove) == 0 {
		mutation = nil
	}
	out := &extprocv3.ProcessingResponse{}
	if r.Immediate != nil {
		out.Response = &extprocv3.ProcessingResponse_ImmediateResponse{ImmediateResponse: &extprocv3.ImmediateResponse{
			Status: &typev3.HttpStatus{Code: typev3.StatusCode(r.Immediate.Status)}, Headers: mutation, Body: r.Body, Details: r.Immediate.Details,
		}}
		return out
	}
	common := &extprocv3.CommonResponse{HeaderMutation: mutation, ClearRouteCache: r.ClearRouteCache}
	if r.Replace {
		common.Status = extprocv3.CommonResponse_CONTINUE_AND_REPLACE
	}
	if r.BodyChanged {
		common.BodyMutation = &extprocv3.BodyMutation{Mutation: &extprocv3.BodyMutation_Body{Body: r.Body}}
		if len(r.Body) == 0 {
			common.BodyMutation = &extprocv3.BodyMutation{Mutation: &extprocv3.BodyMutation_ClearBody{ClearBody: true}}
		}
	}
	if proto.Size(common) == 0 {
		common = nil
	}
	headers, body := &extprocv3.HeadersResponse{Response: common}, &extprocv3.BodyResponse{Response: common}
	switch r.Phase {
	case wire.RequestHeaders:
		out.Response = &extprocv3.ProcessingResponse_RequestHeaders{RequestHeaders: headers}
	case wire.ResponseHeaders:
		out.Response = &extprocv3.ProcessingResponse_ResponseHeaders{ResponseHeaders: headers}
	case wire.RequestBody:
		out.Response = &extprocv3.ProcessingResponse_RequestBody{RequestBody: body}
	case wire.ResponseBody:
		out.Response = &extprocv3.ProcessingResponse_ResponseBody{ResponseBody: body}
	case wire.RequestTrailers:
		out.Response = &extprocv3.ProcessingResponse_RequestTrailers{RequestTrailers: &extprocv3.TrailersResponse{}}
	case wire.ResponseTrailers:
		out.Response = &extprocv3.ProcessingResponse_ResponseTrailers{ResponseTrailers: &extprocv3.TrailersResponse{}}
	}
	if r.Mode != (wire.Mode{}) {
		how := extprocfilterv3.ProcessingMode_BUFFERED
		if r.Mode.Partial {
			how = extprocfilterv3.ProcessingMode_BUFFERED_PARTIAL
		}
		out.ModeOverride = &extprocfilterv3.ProcessingMode{}
		if r.Mode.ResponseHeaders {
			out.ModeOverride.ResponseHeaderMode = extprocfilterv3.ProcessingMode_SEND
		}
		if r.Mode.RequestBody {
			out.ModeOverride.RequestBodyMode = how
		}
		if r.Mode.ResponseBody {
			out.ModeOverride.ResponseBodyMode = how
		}
	}
	return out
}

func TestRepliesAreWrittenAsGeneratedCodeWritesThem(t *testing.T) {
	t.Parallel()
	r := random{rand.New(rand.NewPCG(3, 4))}
	for range 3000 {
		checkReply(t, r.reply())
	}
	for phase := wire.RequestHeaders; phase <= wire.ResponseTrailers; phase++ {
		checkReply(t, wire.Reply{Phase: phase})
	}
}

// checkReply compares what the generated code reads; it writes fields in another order.
func checkReply(t *testing.T, r wire.Reply) {
	t.Helper()
	data, want := r.AppendTo(nil), inProto(r)
	if len(data) != r.Size() || len(data) != proto.Size(want) {
		t.Fatalf("%+v: %d bytes, a size of %d, and %d as generated code writes it", r, len(data), r.Size(), proto.Size(want))
	}
	got := &extprocv3.ProcessingResponse{}
	if err := proto.Unmarshal(data, got); err != nil || !proto.Equal(got, want) {
		t.Fatalf("written as %s\n(%v)\nwant %s", prototext.Format(got), err, prototext.Format(want))
	}
}

func TestMalformed(t *testing.T) {
	t.Parallel()
	headers := []byte{0x0a, 0x06, 0x0a, 0x04, 0x0a, 0x00, 0x1a, 0x00} // one empty line
	message := func(num byte, content []byte) []byte {
		return append([]byte{num<<3 | 2, byte(len(content))}, content...)
	}
	many := []byte{0x12, 0xa2, 0x9c, 0x01, 0x0a, 0x9e, 0x9c, 0x01} // 19998 bytes: 9999 empty lines of 2
	many = append(many, bytes.Repeat([]byte{0x0a, 0x00}, 9999)...)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":         {nil, "no phase"},
		"only attributes": {message(9, nil), "no phase"},
		"two phases":      {append(message(2, headers), message(2, headers)...), "two phases"},
		"cut off":         {message(2, headers)[:5], "cut off"},
		"cut off inside":  {message(2, headers[:5]), "cut off"},
		"length too long": {[]byte{0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, "cut off"},
		"varint too long": {bytes.Repeat([]byte{0xff}, 11), "cut off"},
		"field 0":         {[]byte{0x02, 0x00}, "cut off"},
		"end of a group":  {[]byte{0x14}, "cut off"},
		"name not UTF-8":  {message(2, []byte{0x0a, 0x05, 0x0a, 0x03, 0x0a, 0x01, 0xff}), "UTF-8"},
		"many lines":      {many, ""},
		"too many lines":  {append(append([]byte{0x12, 0xa6, 0x9c, 0x01, 0x0a, 0xa2, 0x9c, 0x01}, many[8:]...), 0x0a, 0x00, 0x0a, 0x00), "more than 10000"},
	} {
		var m wire.Message
		err := m.Unmarshal(c.data)
		if c.want == "" {
			if err != nil || len(m.Fields) != 9999 {
				t.Errorf("%s: %d lines, %v", name, len(m.Fields), err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want …%s…", name, err, c.want)
		}
	}
}

func TestCodec(t *testing.T) {
	t.Parallel()
	c := wire.NewCodec()
	if c.Name() != "proto" {
		t.Errorf("the codec is %q", c.Name())
	}
	for _, size := range []int{10, 5000} {
		r := &wire.Reply{Phase: wire.ResponseBody, Body: bytes.Repeat([]byte("x"), size), BodyChanged: true}
		data, err := c.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if got := data.Materialize(); !bytes.Equal(got, r.AppendTo(nil)) {
			t.Errorf("a reply of %d bytes is marshalled as %d bytes", r.Size(), len(got))
		}
		data.Free()
	}
	for phase := wire.RequestHeaders; phase <= wire.ResponseTrailers; phase++ {
		r := &wire.Reply{Phase: phase}
		if data, err := c.Marshal(r); err != nil || !bytes.Equal(data.Materialize(), r.AppendTo(nil)) {
			t.Errorf("a plain reply to %s is %x, %v", phase, data.Materialize(), err)
		}
	}
	request := &extprocv3.ProcessingRequest{Request: &extprocv3.ProcessingRequest_RequestBody{RequestBody: &extprocv3.HttpBody{Body: []byte("hello")}}}
	data, err := c.Marshal(request) // by the ordinary codec
	if err != nil {
		t.Fatal(err)
	}
	pieces := mem.BufferSlice{mem.SliceBuffer(data.Materialize()[:3]), mem.SliceBuffer(data.Materialize()[3:])}
	var m wire.Message
	if err := c.Unmarshal(pieces, &m); err != nil || string(m.Body) != "hello" {
		t.Errorf("message is %+v, %v", m, err)
	}
	back := &extprocv3.ProcessingRequest{}
	if err := c.Unmarshal(pieces, back); err != nil || !proto.Equal(back, request) {
		t.Errorf("message is %v, %v", back, err)
	}
}

func FuzzMessage(f *testing.F) {
	r := random{rand.New(rand.NewPCG(5, 6))}
	for range 50 {
		data, err := proto.Marshal(r.request())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var m wire.Message
		if m.Unmarshal(data) != nil {
			return // stricter is fine
		}
		request := &extprocv3.ProcessingRequest{}
		if proto.Unmarshal(data, request) != nil {
			return // malformed where we do not look
		}
		if want := generated(request); !same(m, want) && !merged(request, data) {
			t.Fatalf("%v\nis read as %+v, want %+v", request, m, want)
		}
	})
}

// merged reports whether a field that may be there once is there several times.
func merged(r *extprocv3.ProcessingRequest, data []byte) bool {
	again, err := proto.Marshal(r)
	return err == nil && len(again) < len(data)
}

func FuzzReply(f *testing.F) {
	f.Add(uint64(1), uint64(2))
	f.Fuzz(func(t *testing.T, a, b uint64) {
		checkReply(t, random{rand.New(rand.NewPCG(a, b))}.reply())
	})
}

// typical is a request of a browser, as Envoy tells it.
func typical() *extprocv3.ProcessingRequest {
	h := &corev3.HeaderMap{}
	for _, l := range [][2]string{
		{":authority", "gateway.example"},
		{":path", "/shop/orders/4711?expand=lines"},
		{":method", "GET"},
		{":scheme", "https"},
		{"user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"},
		{"accept", "application/json"},
		{"accept-encoding", "gzip, deflate, br"},
		{"ocp-apim-subscription-key", "0123456789abcdef0123456789abcdef"},
		{"x-forwarded-for", "203.0.113.9"},
		{"x-forwarded-proto", "https"},
		{"x-request-id", "b7d1c7f0-4c1d-4e0c-9b59-0d6f4f2b9a77"},
		{"x-apim-key", "/shop/orders/4711/."},
	} {
		h.Headers = append(h.Headers, &corev3.HeaderValue{Key: l[0], RawValue: []byte(l[1])})
	}
	return &extprocv3.ProcessingRequest{Request: &extprocv3.ProcessingRequest_RequestHeaders{RequestHeaders: &extprocv3.HttpHeaders{Headers: h, EndOfStream: true}}}
}

func BenchmarkMessage(b *testing.B) {
	data, err := proto.Marshal(typical())
	if err != nil {
		b.Fatal(err)
	}
	b.Run("wire", func(b *testing.B) {
		c := wire.NewCodec()
		pieces := mem.BufferSlice{mem.SliceBuffer(data)}
		b.ReportAllocs()
		for b.Loop() {
			var m wire.Message
			if err := c.Unmarshal(pieces, &m); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("generated", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := proto.Unmarshal(data, &extprocv3.ProcessingRequest{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkReply(b *testing.B) {
	r := &wire.Reply{Phase: wire.RequestHeaders, Mode: wire.Mode{ResponseHeaders: true}}
	for i := range 4 {
		r.Set = append(r.Set, wire.Line{Name: fmt.Sprintf("x-header-%d", i), Value: "some value"})
	}
	b.Run("wire", func(b *testing.B) {
		c := wire.NewCodec()
		b.ReportAllocs()
		for b.Loop() {
			data, err := c.Marshal(r)
			if err != nil {
				b.Fatal(err)
			}
			data.Free()
		}
	})
	b.Run("generated", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := proto.Marshal(inProto(*r)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
