package xds

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// KeyFiles are the files of a key pair, in PEM. They may be links to links, as Kubernetes
// mounts secrets.
type KeyFiles struct {
	// Certificate has the leaf first, then what is between it and its root.
	Certificate string
	// Key is not encrypted.
	Key string
}

// Name of the key pair: the path of its certificate.
func (f KeyFiles) Name() string { return f.Certificate }

// Read reads the key pair. The error names the file that is to blame, and what a client or
// Envoy would not take: a key of another certificate, a certificate that is not valid now.
func (f KeyFiles) Read(now time.Time) (KeyPair, error) {
	certificate, err := os.ReadFile(f.Certificate)
	if err != nil {
		return KeyPair{}, fmt.Errorf("read the certificate: %w", err)
	}
	key, err := os.ReadFile(f.Key)
	if err != nil {
		return KeyPair{}, fmt.Errorf("read the key of the certificate %s: %w", f.Certificate, err)
	}
	if strings.Contains(string(key), "ENCRYPTED") {
		return KeyPair{}, fmt.Errorf("the key %s is encrypted, and nobody is there to type its pass phrase: decrypt it (openssl pkey -in KEY -out PLAIN)", f.Key)
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return KeyPair{}, fmt.Errorf("the certificate %s with the key %s: %w", f.Certificate, f.Key, err)
	}
	if err := usable(pair.Leaf, now); err != nil {
		return KeyPair{}, fmt.Errorf("the certificate %s %w", f.Certificate, err)
	}
	return KeyPair{Name: f.Name(), Certificate: certificate, Key: key}, nil
}

// usable finds what clients would not take, and keys that Envoy does not.
func usable(leaf *x509.Certificate, now time.Time) error {
	switch {
	case now.After(leaf.NotAfter):
		return fmt.Errorf("expired at %s: renew it", leaf.NotAfter.Format(time.RFC3339))
	case now.Before(leaf.NotBefore):
		return fmt.Errorf("is not valid before %s", leaf.NotBefore.Format(time.RFC3339))
	}
	switch key := leaf.PublicKey.(type) {
	case *rsa.PublicKey:
		if key.N.BitLen() < 2048 {
			return fmt.Errorf("has an RSA key of %d bits; envoy takes 2048 and more", key.N.BitLen())
		}
	case *ecdsa.PublicKey:
		if key.Curve == elliptic.P224() {
			return errors.New("has a key of the curve P-224; envoy takes P-256, P-384 and P-521")
		}
	}
	return nil
}

// FollowKeyFiles publishes key pairs when their files have changed, until ctx ends. It looks
// at what the files say, not at when they were written: that sees every way in which they
// are replaced, links and mounts included. What cannot be served is logged, and the key pair
// before serves on.
func (s *Server) FollowKeyFiles(ctx context.Context, all []KeyFiles, every time.Duration) error {
	if len(all) == 0 {
		return nil
	}
	followers := make([]keyFollower, len(all))
	for i, files := range all {
		followers[i] = keyFollower{server: s, files: files}
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-tick.C:
			for i := range followers {
				followers[i].look(ctx, now)
			}
		}
	}
}

// A keyFollower keeps Envoy at what the files of one key pair say.
type keyFollower struct {
	server  *Server
	files   KeyFiles
	refused KeyPair // by Envoy; it is not asked again
	problem string  // of the last look
	told    bool    // the problem is in the log
}

// look publishes what is new. A problem is told at the second look that finds it: the two
// files of a renewal are written one after the other.
func (f *keyFollower) look(ctx context.Context, now time.Time) {
	pair, err := f.files.Read(now)
	switch {
	case err == nil && pair.equal(f.refused):
		return
	case err == nil && !pair.equal(f.server.keyPair(pair.Name)):
		err = f.renew(ctx, pair)
	}
	if err == nil {
		f.problem, f.told = "", false
		return
	}
	if ctx.Err() != nil {
		return
	}
	again := f.problem == err.Error()
	if !again {
		f.problem, f.told = err.Error(), false
	}
	if again && !f.told {
		f.told = true
		f.server.options.Logger.ErrorContext(ctx, "the gateway's certificate cannot be renewed; the one before serves on", "certificate", f.files.Certificate, "error", err)
	}
}

// renew publishes a key pair. That Envoy refuses it, the server has logged.
func (f *keyFollower) renew(ctx context.Context, pair KeyPair) error {
	var refused *RefusedError
	switch err := f.server.PublishKeyPair(ctx, pair); {
	case errors.As(err, &refused):
		f.refused = pair
		return nil
	case err != nil:
		return err
	}
	f.refused = KeyPair{}
	f.server.options.Logger.InfoContext(ctx, "the gateway's certificate is renewed", "certificate", f.files.Certificate)
	return nil
}
