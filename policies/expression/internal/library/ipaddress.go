package library

import (
	"math/bits"
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// addressFamily stands for the enumeration.
type addressFamily int32

func addressFamilyEnum() *Class {
	return &Class{
		Name: "System.Net.Sockets.AddressFamily", Kind: types.Enum, Access: AllowSome, Doc: "A kind of address.", Values: "InterNetwork=2 InterNetworkV6=23",
	}
}

func ipAddressClass() *Class {
	return &Class{
		Name: "System.Net.IPAddress", Go: TypeFor[*clr.IPAddress](), Access: AllowSome, Doc: "An IP address.",
		Members: slices.Concat(knownAddresses(), addressMembers(), networkOrder(), []Member{
			M("static IPAddress Parse(string ipString)", "The address written in a text.", E1(clr.ParseIPAddress),
				`System.Net.IPAddress.Parse("2001:DB8::1").ToString() => "2001:db8::1"`,
				`System.Net.IPAddress.Parse("x") => FormatException: An invalid IP address was specified.`).Allowed(),
			M("static bool TryParse(string ipString, out IPAddress address)", "Whether the text is an address, which address becomes.", Boxed(func(_ Call, args []any) (any, error) {
				s, _ := args[0].(string)
				a, err := clr.ParseIPAddress(s)
				*args[1].(*any) = nil
				if err == nil {
					*args[1].(*any) = a
				}
				return err == nil, nil
			})).Allowed(),
			M("static bool IsLoopback(IPAddress address)", "Whether the address is the machine's own.", E1(func(a *clr.IPAddress) (bool, error) {
				if a == nil {
					return false, NullArgument("address")
				}
				return a.IsLoopback(), nil
			}), `System.Net.IPAddress.IsLoopback(System.Net.IPAddress.Parse("127.0.0.1")) => true`).Allowed(),
			M("AddressFamily AddressFamily { get; }", "Whether the address is one of IPv4 or IPv6.", F1(func(a *clr.IPAddress) addressFamily {
				if a.IsIPv6() {
					return 23
				}
				return 2
			}), `System.Net.IPAddress.Parse("::1").AddressFamily.ToString() => "InterNetworkV6"`).Allowed(),
			M("byte[] GetAddressBytes()", "The bytes of the address.", F1((*clr.IPAddress).Bytes),
				`System.Net.IPAddress.Parse("192.0.2.1").GetAddressBytes()[0].ToString() => "192"`).Allowed(),
			M("bool Equals(object comparand)", "Whether both are the same address.", F2(func(a *clr.IPAddress, other any) bool { return a.Equals(other) })).Allowed(),
			M("string ToString()", "The address as text.", F1((*clr.IPAddress).ToString)).Allowed(),
			M("int GetHashCode()", "A number that is equal for equal addresses.", F1(func(a *clr.IPAddress) int32 { return clr.HashText(a.ToString()) })),
		}),
	}
}

func knownAddresses() []Member {
	var out []Member
	for _, known := range []struct{ name, address, doc string }{
		{"Any", "0.0.0.0", "All addresses of IPv4 that the machine has."},
		{"Loopback", "127.0.0.1", "The machine itself, by IPv4."},
		{"Broadcast", "255.255.255.255", "All machines of the network."},
		{"None", "255.255.255.255", "No address of IPv4."},
		{"IPv6Any", "::", "All addresses of IPv6 that the machine has."},
		{"IPv6Loopback", "::1", "The machine itself, by IPv6."},
		{"IPv6None", "::", "No address of IPv6."},
	} {
		address := clr.MustIPAddress(known.address)
		out = append(out, M("static readonly IPAddress "+known.name, known.doc, F0(func() *clr.IPAddress { return address }),
			`System.Net.IPAddress.`+known.name+`.ToString() => "`+known.address+`"`))
	}
	return out
}

func addressMembers() []Member {
	return []Member{
		M("IPAddress(byte[] address)", "The address of four or sixteen bytes.", E1(func(data []byte) (*clr.IPAddress, error) {
			if data == nil {
				return nil, NullArgument("address")
			}
			return clr.NewIPAddress(data)
		}), `new System.Net.IPAddress(new byte[] { 192, 0, 2, 1 }).ToString() => "192.0.2.1"`),
		M("IPAddress(long newAddress)", "The IPv4 address of a number, whose lowest byte comes first.", E1(clr.IPAddressFromLong), `new System.Net.IPAddress(16777343L).ToString() => "127.0.0.1"`),
		M("IPAddress MapToIPv4()", "The address of IPv4 that the last four bytes are.", F1((*clr.IPAddress).ToIPv4),
			`System.Net.IPAddress.Parse("::ffff:192.0.2.1").MapToIPv4().ToString() => "192.0.2.1"`),
		M("IPAddress MapToIPv6()", "The address of IPv6 that stands for the one of IPv4.", F1((*clr.IPAddress).ToIPv6),
			`System.Net.IPAddress.Parse("192.0.2.1").MapToIPv6().ToString() => "::ffff:192.0.2.1"`),
		M("bool IsIPv4MappedToIPv6 { get; }", "Whether the address of IPv6 stands for one of IPv4.", F1((*clr.IPAddress).IsMapped),
			`System.Net.IPAddress.Parse("::ffff:192.0.2.1").IsIPv4MappedToIPv6 => true`),
		M("bool IsIPv6LinkLocal { get; }", "Whether the address of IPv6 is one of the link.", F1((*clr.IPAddress).IsLinkLocal), `System.Net.IPAddress.Parse("fe80::1").IsIPv6LinkLocal => true`),
		M("bool IsIPv6SiteLocal { get; }", "Whether the address of IPv6 is one of the site.", F1((*clr.IPAddress).IsSiteLocal), `System.Net.IPAddress.Parse("fec0::1").IsIPv6SiteLocal => true`),
		M("bool IsIPv6Multicast { get; }", "Whether the address of IPv6 is one of a group.", F1((*clr.IPAddress).IsMulticast), `System.Net.IPAddress.Parse("ff02::1").IsIPv6Multicast => true`),
	}
}

// networkOrder are the methods that turn the bytes of a number around.
func networkOrder() []Member {
	var out []Member
	for _, name := range []string{"HostToNetworkOrder", "NetworkToHostOrder"} {
		out = append(out,
			M("static short "+name+"(short value)", "The bytes of a number in the other order.", F1(func(n int16) int16 { return int16(bits.ReverseBytes16(uint16(n))) })),
			M("static int "+name+"(int value)", "The bytes of a number in the other order.", F1(func(n int32) int32 { return int32(bits.ReverseBytes32(uint32(n))) }),
				`System.Net.IPAddress.`+name+`(1) => 16777216`),
			M("static long "+name+"(long value)", "The bytes of a number in the other order.", F1(func(n int64) int64 { return int64(bits.ReverseBytes64(uint64(n))) })))
	}
	return out
}
