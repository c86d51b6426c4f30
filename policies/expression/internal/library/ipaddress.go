package library

import (
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
		Name: "System.Net.IPAddress", Go: TypeFor[*clr.IPAddress](), Abstract: true, Access: AllowSome, Doc: "An IP address.",
		Members: []Member{
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
		},
	}
}
