// Package pfx reads certificates with their keys from PKCS#12 files (PFX), the form in which
// API Management takes them, and from PEM.
package pfx

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // thumbprints are SHA-1
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"software.sslmate.com/src/go-pkcs12"
)

// A Certificate is a certificate, perhaps with what is between it and its root, and perhaps
// with its key.
type Certificate struct {
	// Leaf is the certificate itself.
	Leaf *x509.Certificate
	// Chain is in PEM, the leaf first.
	Chain string
	// Key is in PEM (PKCS#8); empty when there is none.
	Key string
}

// ErrPassword is the error of a file whose password is another one.
var ErrPassword = errors.New("the password is wrong")

// Decode reads a PFX.
func Decode(data []byte, password string) (*Certificate, error) {
	key, leaf, between, err := pkcs12.DecodeChain(data, password)
	var unknown pkcs12.NotImplementedError
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword), errors.Is(err, pkcs12.ErrDecryption):
		return nil, ErrPassword
	case errors.As(err, &unknown):
		return nil, fmt.Errorf("it is written in a way that is not known: %w", err)
	case err != nil:
		return nil, errors.New("it is no PKCS#12 file (PFX) with one key") // where ASN.1 breaks tells nobody anything
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("its key is of a kind that is not known: %w", err)
	}
	c := &Certificate{Leaf: leaf, Chain: encode(leaf), Key: string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))}
	for _, issuer := range between {
		if !bytes.Equal(issuer.RawIssuer, issuer.RawSubject) { // the root is the server's own
			c.Chain += encode(issuer)
		}
	}
	return c, c.checkKey()
}

func encode(c *x509.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}

// ParsePEM reads a chain in PEM (or one certificate in DER), and its key, which may be empty.
func ParsePEM(chain, key string) (*Certificate, error) {
	c := &Certificate{}
	rest := []byte(chain)
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		if err := c.add(block.Bytes); err != nil {
			return nil, err
		}
	}
	if c.Leaf == nil {
		if err := c.add([]byte(chain)); err != nil {
			return nil, errors.New("it has no certificate in PEM or DER")
		}
	}
	if strings.TrimSpace(key) == "" {
		return c, nil
	}
	var err error
	if c.Key, err = parseKey(key); err != nil {
		return nil, err
	}
	return c, c.checkKey()
}

func (c *Certificate) add(der []byte) error {
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return fmt.Errorf("its certificate cannot be read: %w", err)
	}
	if c.Leaf == nil {
		c.Leaf = parsed
	}
	c.Chain += encode(parsed)
	return nil
}

// parseKey is the key alone, for files with both.
func parseKey(text string) (string, error) {
	rest := []byte(text)
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return "", errors.New("it has no key in PEM")
		}
		switch {
		case strings.Contains(block.Type, "ENCRYPTED") || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED"):
			return "", errors.New("its key is encrypted: decrypt it (openssl pkey -in KEY -out PLAIN), or make a PFX of both")
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			return string(pem.EncodeToMemory(block)), nil
		}
	}
}

// checkKey finds a key that is another certificate's.
func (c *Certificate) checkKey() error {
	if _, err := tls.X509KeyPair([]byte(c.Chain), []byte(c.Key)); err != nil {
		return fmt.Errorf("its key does not fit: %w", err)
	}
	return nil
}

// Thumbprint is the SHA-1 hash of the leaf in upper-case hexadecimal digits.
func (c *Certificate) Thumbprint() string { return thumbprint(c.Leaf.Raw) }

func thumbprint(der []byte) string {
	sum := sha1.Sum(der) //nolint:gosec // as .NET does
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

// NormalThumbprint is a thumbprint as people write it, in the one form: without blanks,
// colons and the invisible mark that Windows copies in front of it.
func NormalThumbprint(text string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if r == ' ' || r == ':' || r == '-' || r == '\u200e' {
			return -1
		}
		return r
	}, text))
}
