package callout

import (
	"fmt"
	"net/netip"
	"slices"
)

// Networks say which addresses may be called. The narrowest network that has an address
// decides; of two that are the same, an allowed one. An address that is in none may be
// called. The zero Networks deny only the addresses by which clouds tell a machine its
// secrets, and link-local ones.
type Networks struct {
	Allow, Deny []netip.Prefix
}

// denied are the networks that are denied unless a network as narrow is allowed.
var denied = []netip.Prefix{
	netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("fe80::/10"), netip.MustParsePrefix("fd00:ec2::254/128"),
}

// The networks whose IPv6 addresses carry an IPv4 address, and where in them it begins.
var carriers = []struct {
	network netip.Prefix
	at      int
}{
	{netip.MustParsePrefix("64:ff9b::/96"), 12}, // NAT64
	{netip.MustParsePrefix("2002::/16"), 2},     // 6to4
}

// Denied are the networks that the zero Networks deny, with those of IPv6 addresses that lead to
// one of them. To none of them does Envoy connect for a backend that an expression names.
func Denied() []netip.Prefix {
	out := slices.Clone(denied)
	for _, p := range denied {
		if !p.Addr().Is4() {
			continue
		}
		out = append(out, netip.PrefixFrom(netip.AddrFrom16(p.Addr().As16()), 96+p.Bits()))
		for _, c := range carriers {
			bytes := c.network.Addr().As16()
			copy(bytes[c.at:], p.Addr().AsSlice())
			out = append(out, netip.PrefixFrom(netip.AddrFrom16(bytes), 8*c.at+p.Bits()))
		}
	}
	return out
}

// Allows reports whether an address may be called. An IPv6 address that leads to an IPv4
// address may be only if both may.
func (n Networks) Allows(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for _, c := range carriers {
		if !c.network.Contains(a) {
			continue
		}
		bytes := a.As16()
		if carried, _ := netip.AddrFromSlice(bytes[c.at : c.at+4]); !n.allows(carried) {
			return false
		}
	}
	return n.allows(a)
}

func (n Networks) allows(a netip.Addr) bool {
	deny := max(narrowest(denied, a), narrowest(n.Deny, a))
	return deny < 0 || narrowest(n.Allow, a) >= deny
}

// narrowest is the length of the longest prefix that has the address; -1 when none has.
func narrowest(list []netip.Prefix, a netip.Addr) int {
	longest := -1
	for _, p := range list {
		if p.Contains(a) {
			longest = max(longest, p.Bits())
		}
	}
	return longest
}

// A DeniedError is why an address was not called.
type DeniedError struct{ Address netip.Addr }

// Error tells the address.
func (e *DeniedError) Error() string {
	return fmt.Sprintf("the gateway's settings do not let policies call %s", e.Address)
}

// check returns a DeniedError for an address that may not be called.
func (n Networks) check(a netip.Addr) error {
	if n.Allows(a) {
		return nil
	}
	return &DeniedError{a}
}
