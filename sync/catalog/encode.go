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

// Seal sets the version: the hash of everything else. Sources call it last.
func (c *Catalog) Seal() error {
	c.Version = ""
	text, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("hash the catalog: %w", err)
	}
	sum := sha256.Sum256(text)
	c.Version = hex.EncodeToString(sum[:8])
	return nil
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
