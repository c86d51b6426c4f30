package main

import (
	"log/slog"
	"net/netip"
	"strings"
	"testing"
)

func TestCalloutNetworks(t *testing.T) {
	t.Parallel()
	c := Config{CalloutDeny: []string{"10.1.2.3/8", " fd00::/8"}, CalloutAllow: []string{"10.0.0.1", "::ffff:10.0.0.2"}}
	networks, err := c.networks()
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{
		"10.0.0.1": true, "10.0.0.2": true, "10.0.0.3": false, "fd12::1": false, "192.0.2.1": true, "169.254.169.254": false,
	} {
		if got := networks.Allows(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is allowed: %t", address, got)
		}
	}
}

func TestCalloutMistakes(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]Config{
		`--callout-deny: "10.0.0.0/33" is no network`:               {CalloutDeny: []string{"10.0.0.0/33"}},
		`--callout-allow: "example.com" is no network`:              {CalloutAllow: []string{"example.com"}},
		"--callout-allow and --callout-deny both have 10.0.0.0/8":   {CalloutAllow: []string{"10.0.0.0/8"}, CalloutDeny: []string{"10.1.1.1/8"}},
		"--callout-allow and --callout-deny both have 192.0.2.1/32": {CalloutAllow: []string{"192.0.2.1"}, CalloutDeny: []string{"192.0.2.1/32"}},
	} {
		if _, err := c.services(slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %s", err, want)
		}
	}
}
