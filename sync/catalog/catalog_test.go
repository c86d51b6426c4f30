package catalog

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func sample() *Catalog {
	return &Catalog{
		APIs:          []*API{{ID: "echo", Path: "echo", Type: HTTP, Operations: []*Operation{{ID: "get", Method: "GET", URLTemplate: "/"}}}},
		Subscriptions: []*Subscription{{ID: "s", PrimaryKey: "hunter2", Scope: "/apis", State: "active"}},
	}
}

func TestEncodeDecode(t *testing.T) {
	t.Parallel()
	c := sample()
	if err := c.Seal(); err != nil {
		t.Fatal(err)
	}
	text, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	if back.Version != c.Version || back.Subscriptions[0].PrimaryKey.Reveal() != "hunter2" {
		t.Errorf("the catalog came back as %+v", back)
	}
	if _, err := Decode(bytes.Replace(text, []byte("hunter2"), []byte("hunter3"), 1)); err == nil {
		t.Error("a changed catalog was accepted")
	}
	other := sample()
	other.APIs[0].Path = "echo2"
	if err := other.Seal(); err != nil {
		t.Fatal(err)
	}
	if other.Version == c.Version || other.APIs[0].Same(c.APIs[0]) {
		t.Error("another path has the same version")
	}
	if !back.APIs[0].Same(c.APIs[0]) {
		t.Error("an API that was read back is not the same")
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	c := sample()
	var b bytes.Buffer
	key := c.Subscriptions[0].PrimaryKey
	slog.New(slog.NewJSONHandler(&b, nil)).Info("m", "key", key)
	slog.New(slog.NewTextHandler(&b, nil)).Info("m", "key", key)
	fmt.Fprintf(&b, "%v %s %q %+v %#v", key, key, key, *c.Subscriptions[0], *c.Subscriptions[0])
	if strings.Contains(b.String(), "hunter2") {
		t.Errorf("the secret is shown: %s", b.String())
	}
}
