package extproc

import (
	"testing"

	"github.com/apimgw/apimgw/extproc/wire"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/sync/plan"
)

// What Envoy says of the client's certificate, and what policies see of it.
func TestCertificate(t *testing.T) {
	t.Parallel()
	const pem = "-----BEGIN CERTIFICATE-----\nMII+a/b=\n-----END CERTIFICATE-----\n"
	for header, want := range map[string]string{
		"-----BEGIN%20CERTIFICATE-----%0AMII%2Ba%2Fb%3D%0A-----END%20CERTIFICATE-----%0A": pem,
		"":       "",
		"-":      "",
		"%zz":    "",
		"forged": "",
		"-----BEGIN%20PRIVATE%20KEY-----%0AMII%0A-----END%20PRIVATE%20KEY-----%0A": "",
	} {
		s := &session{server: New(Options{})}
		s.x = exchange.New(s, &s.request)
		s.message = wire.Message{Fields: []exchange.Field{
			{Name: ":authority", Value: "gateway.example"},
			{Name: ":path", Value: "/"},
			{Name: ":method", Value: "GET"},
			{Name: ":scheme", Value: "https"},
			{Name: plan.HeaderCertificate, Value: header},
		}, EndOfStream: true}
		if what := s.admit(); what != "" {
			t.Fatal(what)
		}
		if got := s.request.CertificatePEM; got != want {
			t.Errorf("%q is the certificate %q, want %q", header, got, want)
		}
		if s.request.Headers.Has(plan.HeaderCertificate) {
			t.Errorf("%q: policies see the helper", header)
		}
	}
}
