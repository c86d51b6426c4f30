package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/pflag"

	"github.com/apimgw/apimgw/xds"
)

// renewalInterval is how often the files of certificates are looked at.
const renewalInterval = time.Second

func tlsFlags(f *pflag.FlagSet) {
	f.String("tls-listen", "", "where Envoy takes requests with TLS; needs --tls-cert and --tls-key (default: nowhere)")
	f.StringSlice("tls-cert", nil, "PEM file of a certificate, leaf first, watched; the host name that a client asks for chooses among several")
	f.StringSlice("tls-key", nil, "PEM file of the key of a certificate, in the order of --tls-cert")
	f.Bool("client-certificates", false, "ask clients with TLS for a certificate, for policies to judge: none is needed, and any is let in")
}

// madeUp tells how to get a certificate to try things out with.
const madeUp = `to make one for trying out:
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout tls.key -out tls.crt`

// checkTLS finds settings of TLS that do not go together.
func (c *Config) checkTLS() error {
	switch {
	case c.TLSListen == "" && len(c.TLSCertificates)+len(c.TLSKeys) > 0:
		return errors.New("--tls-cert and --tls-key are of no use without --tls-listen, which says where to listen with TLS")
	case c.TLSListen == "" && c.ClientCertificates:
		return errors.New("--client-certificates is of no use without --tls-listen: only with TLS do clients have certificates")
	case c.TLSListen == "":
		return nil
	case len(c.TLSCertificates) == 0:
		return errors.New("--tls-listen needs a certificate and its key: --tls-cert FILE --tls-key FILE; " + madeUp)
	case len(c.TLSCertificates) != len(c.TLSKeys):
		return fmt.Errorf("--tls-cert and --tls-key go in pairs, in the same order; named are %d and %d", len(c.TLSCertificates), len(c.TLSKeys))
	}
	for i, path := range c.TLSCertificates {
		if slices.Contains(c.TLSCertificates[:i], path) {
			return fmt.Errorf("--tls-cert names %s twice", path)
		}
	}
	return nil
}

// keyFiles are the files of the gateway's certificates.
func (c *Config) keyFiles() []xds.KeyFiles {
	files := make([]xds.KeyFiles, len(c.TLSCertificates))
	for i, path := range c.TLSCertificates {
		files[i] = xds.KeyFiles{Certificate: path, Key: c.TLSKeys[i]}
	}
	return files
}

// keyPairs reads the gateway's certificates.
func (c *Config) keyPairs() ([]xds.KeyPair, error) {
	var (
		pairs []xds.KeyPair
		errs  []error
	)
	for _, files := range c.keyFiles() {
		pair, err := files.Read(time.Now())
		pairs, errs = append(pairs, pair), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("the gateway's certificate for --tls-listen (--tls-cert, --tls-key): %w", err)
	}
	return pairs, nil
}
