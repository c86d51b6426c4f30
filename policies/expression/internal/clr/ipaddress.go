package clr

import (
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

func badAddress() error { return FormatError("An invalid IP address was specified.") }

// TypeName is the class.
func (a *IPAddress) TypeName() string { return "System.Net.IPAddress" }

// ToString is the address as it is usually written.
func (a *IPAddress) ToString() string { return a.address.String() }

// Equals compares addresses.
func (a *IPAddress) Equals(other any) bool {
	o, ok := other.(*IPAddress)
	return ok && a.address == o.address
}

// Bytes is GetAddressBytes().
func (a *IPAddress) Bytes() []byte { return a.address.AsSlice() }

// IsIPv6 reports whether the address is one of IPv6.
func (a *IPAddress) IsIPv6() bool { return a.address.Is6() }

// IsLoopback reports whether the address is this machine's own.
func (a *IPAddress) IsLoopback() bool { return a.address.Unmap().IsLoopback() }
