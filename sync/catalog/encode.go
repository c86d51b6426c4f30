package catalog

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
)

// LogValue hides the secret from structured logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// Seal sets the version: the hash of everything else. Sources call it last. An API that
// was part of a sealed catalog before must not have changed since.
func (c *Catalog) Seal() error {
	h := sha256.New()
	rest := *c
	rest.Version, rest.APIs = "", nil
	if err := json.NewEncoder(h).Encode(&rest); err != nil {
		return fmt.Errorf("hash the catalog: %w", err)
	}
	for _, a := range c.APIs {
		if a.sum == [sha256.Size]byte{} {
			text, err := json.Marshal(a)
			if err != nil {
				return fmt.Errorf("hash the API %s: %w", a.ID, err)
			}
			a.sum = sha256.Sum256(text)
		}
		h.Write(a.sum[:])
	}
	c.Version = hex.EncodeToString(h.Sum(nil)[:8])
	return nil
}

// Same reports whether two sealed APIs have the same contents.
func (a *API) Same(b *API) bool {
	return a == b || a.sum != [sha256.Size]byte{} && a.sum == b.sum
}

// Encode writes the catalog as JSON, secrets included.
func (c *Catalog) Encode() ([]byte, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("encode the catalog: %w", err)
	}
	return text, nil
}

// Decode reads what Encode wrote. It fails when the contents do not have the hash that
// they were written with.
func Decode(text []byte) (*Catalog, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var c Catalog
	if err := d.Decode(&c); err != nil {
		return nil, fmt.Errorf("decode the catalog: %w", err)
	}
	written := c.Version
	if err := c.Seal(); err != nil {
		return nil, err
	}
	if c.Version != written {
		return nil, fmt.Errorf("decode the catalog: its contents have the hash %s, not %s", c.Version, written)
	}
	return &c, nil
}
