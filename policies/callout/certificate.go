package callout

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"net/http"
)

type certificateKey struct{}

// WithCertificate makes calls show a certificate to servers that ask for one.
func WithCertificate(ctx context.Context, pair *tls.Certificate) context.Context {
	return context.WithValue(ctx, certificateKey{}, pair)
}

// mostTransports is for how many certificates connections are kept.
const mostTransports = 64

// transportFor is the transport of a call: each certificate has its own, for connections on
// which one was shown are for no other calls.
func (c *Client) transportFor(ctx context.Context) *http.Transport {
	pair, ok := ctx.Value(certificateKey{}).(*tls.Certificate)
	if !ok || pair == nil || len(pair.Certificate) == 0 {
		return c.transport
	}
	leaf := sha256.Sum256(pair.Certificate[0])
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := c.byCertificate[leaf]; t != nil {
		return t
	}
	if len(c.byCertificate) >= mostTransports {
		for _, t := range c.byCertificate {
			t.CloseIdleConnections()
		}
		c.byCertificate = nil
	}
	t := c.transport.Clone()
	t.TLSClientConfig.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return pair, nil }
	if c.byCertificate == nil {
		c.byCertificate = map[[sha256.Size]byte]*http.Transport{}
	}
	c.byCertificate[leaf] = t
	return t
}
