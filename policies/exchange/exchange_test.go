package exchange

import (
	"context"
	"errors"
	"reflect"
	"testing"
)

func TestHeaders(t *testing.T) {
	t.Parallel()
	h := NewHeaders([]Field{{"a", "1"}, {"b", "2"}, {"a", "3"}})
	if v, ok := h.Joined("A"); v != "1,3" || !ok {
		t.Errorf("A is %q %v", v, ok)
	}
	h.Set("A", "x", "y")
	h.Add("c", "4")
	h.Remove("B")
	h.Remove("none")
	want := []Field{{"A", "x"}, {"A", "y"}, {"c", "4"}}
	if !reflect.DeepEqual(h.Fields(), want) {
		t.Errorf("headers are %v, want %v", h.Fields(), want)
	}
}

func TestJoinedAllocatesNothing(t *testing.T) {
	h := NewHeaders([]Field{{"a", "1"}, {"c", "2"}})
	if allocs := testing.AllocsPerRun(100, func() { h.Joined("C") }); allocs != 0 {
		t.Errorf("Joined of one line allocates %v times", allocs)
	}
}

func TestURL(t *testing.T) {
	t.Parallel()
	u, err := ParseURL("HTTPS://be.example:8443/api/10?k=v")
	if err != nil {
		t.Fatal(err)
	}
	if want := (URL{"https", "be.example", 8443, "/api/10", "k=v"}); u != want {
		t.Errorf("URL is %+v", u)
	}
	u.Query = "a=1&B=x%20y&empty&b=z+z&%zz=1"
	if got := u.Parameter("b"); !reflect.DeepEqual(got, []string{"x y", "z z"}) {
		t.Errorf("b is %q", got)
	}
	u.SetParameter("b", "ä&", "2")
	u.AddParameter("n", "1")
	if want := "a=1&b=%C3%A4%26&b=2&empty&%zz=1&n=1"; u.Query != want {
		t.Errorf("query is %q, want %q", u.Query, want)
	}
	u.SetParameter("a")
	u.Port = 443
	if want := "https://be.example/api/10?b=%C3%A4%26&b=2&empty&%zz=1&n=1"; u.String() != want {
		t.Errorf("URL is %q", u.String())
	}
	for in, want := range map[string]URL{
		"[::1]:80": {Host: "[::1]", Port: 80}, "[::1]": {Host: "[::1]"}, "h": {Host: "h"}, "h:x": {Host: "h:x"},
	} {
		host, port := SplitHost(in)
		if host != want.Host || port != want.Port {
			t.Errorf("%q splits into %q %d", in, host, port)
		}
	}
}

type source struct {
	content string
	calls   int
}

func (s *source) FetchBody(context.Context) ([]byte, error) {
	s.calls++
	return []byte(s.content), nil
}

func TestBody(t *testing.T) {
	t.Parallel()
	s := &source{content: "hello"}
	b := FetchedFrom(s)
	if b.Fetched() || b.Changed() || !b.Present() {
		t.Error("a new body is present, not fetched, not changed")
	}
	for range 2 {
		if got, err := b.Bytes(t.Context()); string(got) != "hello" || err != nil {
			t.Fatalf("body is %q, %v", got, err)
		}
	}
	if _, err := b.Take(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Bytes(t.Context()); !errors.Is(err, ErrBodyTaken) {
		t.Errorf("a second read is %v", err)
	}
	if !b.Changed() || b.Final() != nil {
		t.Error("a body that was taken goes on as none")
	}
	b.Replace([]byte("new"))
	if got, err := b.Bytes(t.Context()); string(got) != "new" || err != nil {
		t.Errorf("a replaced body is %q, %v", got, err)
	}
	if s.calls != 1 {
		t.Errorf("the driver was asked %d times", s.calls)
	}
	var absent Body
	if got, err := absent.Take(t.Context()); got != nil || err != nil || absent.Changed() {
		t.Errorf("an absent body gives %q, %v", got, err)
	}
}

func TestVariables(t *testing.T) {
	t.Parallel()
	var v Variables
	v.Set("a", int32(1))
	v.Set("b", nil)
	v.Set("a", "2")
	if got, ok := v.Get("a"); got != "2" || !ok || v.Len() != 2 {
		t.Errorf("a is %v %v", got, ok)
	}
	if got, ok := v.Get("b"); got != nil || !ok {
		t.Errorf("b is %v %v", got, ok)
	}
	if _, ok := v.Get("A"); ok {
		t.Error("names are case-sensitive")
	}
}

func TestEscapes(t *testing.T) {
	t.Parallel()
	if got, want := EscapePath("a b/ü+c%"), "a%20b%2F%C3%BC+c%25"; got != want {
		t.Errorf("path is %q, want %q", got, want)
	}
	if got, want := EscapeQuery("a b/ü+c%"), "a%20b%2F%C3%BC%2Bc%25"; got != want {
		t.Errorf("query is %q, want %q", got, want)
	}
}

func TestHooksRunOnceInOrder(t *testing.T) {
	t.Parallel()
	x := New(nil, &Request{})
	said := ""
	for _, s := range []string{"a", "b"} {
		x.OnResponse(func(context.Context, *Exchange) { said += s })
	}
	x.RunHooks(context.Background())
	x.RunHooks(context.Background())
	if said != "ab" {
		t.Errorf("hooks said %q", said)
	}
	if err := x.Forward(context.Background(), Forward{}); err == nil || x.Forwarded() {
		t.Errorf("without a driver: error %v, forwarded %t", err, x.Forwarded())
	}
}
