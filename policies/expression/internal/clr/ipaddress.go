package clr

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// An IPAddress is C#'s IPAddress.
type IPAddress struct{ address netip.Addr }

// ParseIPAddress is IPAddress.Parse. An IPv4 address may have fewer than four parts, the
// last of which fills what is left, and parts may be hexadecimal or octal.
func ParseIPAddress(s string) (*IPAddress, error) {
	if a, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil && strings.HasPrefix(s, "[") == strings.HasSuffix(s, "]") {
		return &IPAddress{a}, nil
	}
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return nil, badAddress()
	}
	var value uint64
	for i, p := range parts {
		bits := 8
		if i == len(parts)-1 {
			bits = 8 * (5 - len(parts))
		}
		n, err := strconv.ParseUint(p, 0, bits)
		if err != nil || strings.ContainsAny(p, "_bBoO") {
			return nil, badAddress()
		}
		value = value<<bits | n
	}
	return &IPAddress{netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)})}, nil
}

// MustIPAddress is an address that is known to be well written.
func MustIPAddress(s string) *IPAddress { return &IPAddress{netip.MustParseAddr(s)} }

func badAddress() error { return FormatError("An invalid IP address was specified.") }

// TypeName is the class.
func (a *IPAddress) TypeName() string { return "System.Net.IPAddress" }

// ToString is the address as it is usually written. Where one of IPv6 stands for one of
// IPv4, that is at its end, unless it begins with two zeros.
func (a *IPAddress) ToString() string {
	data := a.address.As16()
	switch {
	case a.address.Is4() || !embedsIPv4(data) && !a.address.Is4In6():
		return a.address.String()
	case !embedsIPv4(data):
		return fmt.Sprintf("::ffff:%x:%x", binary.BigEndian.Uint16(data[12:]), binary.BigEndian.Uint16(data[14:]))
	}
	end := netip.AddrFrom4([4]byte(data[12:])).String()
	if a.address.Is4In6() {
		return "::ffff:" + end
	}
	copy(data[12:], "\xff\xff\xff\xff")
	return strings.TrimSuffix(netip.AddrFrom16(data).String(), "ffff:ffff") + end
}

func embedsIPv4(data [16]byte) bool {
	group := func(i int) uint16 { return binary.BigEndian.Uint16(data[2*i:]) }
	if binary.BigEndian.Uint64(data[:]) == 0 && group(6) != 0 {
		switch [2]uint16{group(4), group(5)} {
		case [2]uint16{0, 0}, [2]uint16{0, 0xffff}, [2]uint16{0xffff, 0}:
			return true
		}
	}
	return group(4) == 0 && group(5) == 0x5efe
}

// Equals compares addresses.
func (a *IPAddress) Equals(other any) bool {
	o, ok := other.(*IPAddress)
	return ok && a.address == o.address
}

// EqualityKey is the same for equal addresses.
func (a *IPAddress) EqualityKey() any { return a.address }

// Bytes is GetAddressBytes().
func (a *IPAddress) Bytes() []byte { return a.address.AsSlice() }

// IsIPv6 reports whether the address is one of IPv6.
func (a *IPAddress) IsIPv6() bool { return a.address.Is6() }

// IsLoopback reports whether the address is this machine's own.
func (a *IPAddress) IsLoopback() bool { return a.address.Unmap().IsLoopback() }

// NewIPAddress is new IPAddress(bytes).
func NewIPAddress(data []byte) (*IPAddress, error) {
	a, ok := netip.AddrFromSlice(data)
	if !ok {
		return nil, ArgumentError("An invalid IP address was specified.", "address")
	}
	return &IPAddress{a}, nil
}

// IPAddressFromLong is new IPAddress(number): an IPv4 address in the order of the network.
func IPAddressFromLong(n int64) (*IPAddress, error) {
	if n < 0 || n > 1<<32-1 {
		return nil, OutOfRangeError("newAddress", "")
	}
	return &IPAddress{netip.AddrFrom4([4]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)})}, nil
}

// IsMapped reports whether the address is one of IPv4 in IPv6.
func (a *IPAddress) IsMapped() bool { return a.address.Is4In6() }

// IsLinkLocal is IsIPv6LinkLocal.
func (a *IPAddress) IsLinkLocal() bool { return a.IsIPv6() && a.address.IsLinkLocalUnicast() }

// IsMulticast is IsIPv6Multicast.
func (a *IPAddress) IsMulticast() bool { return a.IsIPv6() && a.address.IsMulticast() }

// IsSiteLocal is IsIPv6SiteLocal: fec0::/10.
func (a *IPAddress) IsSiteLocal() bool { return a.IsIPv6() && siteLocal.Contains(a.address) }

var siteLocal = netip.MustParsePrefix("fec0::/10")

// ToIPv6 is MapToIPv6.
func (a *IPAddress) ToIPv6() *IPAddress { return &IPAddress{netip.AddrFrom16(a.address.As16())} }

// ToIPv4 is MapToIPv4: the last four bytes.
func (a *IPAddress) ToIPv4() *IPAddress {
	data := a.Bytes()
	return &IPAddress{netip.AddrFrom4([4]byte(data[len(data)-4:]))}
}
