package callout

import (
	"net/netip"
	"testing"
)

func prefixes(texts ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, text := range texts {
		out = append(out, netip.MustParsePrefix(text))
	}
	return out
}

func TestNetworks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		networks Networks
		address  string
		want     bool
	}{
		"anything by default":               {Networks{}, "192.0.2.1", true},
		"loopback by default":               {Networks{}, "127.0.0.1", true},
		"metadata":                          {Networks{}, "169.254.169.254", false},
		"metadata, mapped":                  {Networks{}, "::ffff:169.254.169.254", false},
		"metadata by NAT64":                 {Networks{}, "64:ff9b::a9fe:a9fe", false},
		"metadata by 6to4":                  {Networks{}, "2002:a9fe:a9fe::1", false},
		"another address by NAT64":          {Networks{}, "64:ff9b::c000:201", true},
		"link-local with a zone":            {Networks{}, "fe80::1%eth0", false},
		"metadata of AWS by IPv6":           {Networks{}, "fd00:ec2::254", false},
		"a neighbour of it":                 {Networks{}, "fd00:ec2::253", true},
		"denied":                            {Networks{Deny: prefixes("10.0.0.0/8")}, "10.1.2.3", false},
		"beside what is denied":             {Networks{Deny: prefixes("10.0.0.0/8")}, "11.1.2.3", true},
		"an exception":                      {Networks{Deny: prefixes("10.0.0.0/8"), Allow: prefixes("10.1.0.0/16")}, "10.1.2.3", true},
		"an exception of the exception":     {Networks{Deny: prefixes("10.0.0.0/8", "10.1.2.0/24"), Allow: prefixes("10.1.0.0/16")}, "10.1.2.3", false},
		"only what is allowed":              {Networks{Deny: prefixes("0.0.0.0/0", "::/0"), Allow: prefixes("10.0.0.0/8")}, "192.0.2.1", false},
		"what alone is allowed":             {Networks{Deny: prefixes("0.0.0.0/0", "::/0"), Allow: prefixes("10.0.0.0/8")}, "10.0.0.1", true},
		"metadata, allowed on purpose":      {Networks{Allow: prefixes("169.254.169.254/32")}, "169.254.169.254", true},
		"link-local, allowed as a whole":    {Networks{Allow: prefixes("169.254.0.0/16")}, "169.254.1.1", true},
		"metadata, all else being allowed":  {Networks{Allow: prefixes("0.0.0.0/0")}, "169.254.169.254", false},
		"a wider deny than what is allowed": {Networks{Deny: prefixes("127.0.0.0/8"), Allow: prefixes("127.0.0.1/32")}, "127.0.0.2", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.networks.Allows(netip.MustParseAddr(c.address)); got != c.want {
				t.Errorf("%s is allowed: %t", c.address, got)
			}
		})
	}
}

func FuzzNetworks(f *testing.F) {
	f.Add([]byte{169, 254, 1, 1})
	f.Add([]byte{0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, 169, 254, 1, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		a, ok := netip.AddrFromSlice(b)
		if !ok {
			return
		}
		if (Networks{}).Allows(a) && a.Unmap().IsLinkLocalUnicast() {
			t.Errorf("%s is link-local and allowed", a)
		}
	})
}
