package library

import "github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"

func bigIntegerClass() *Class {
	return &Class{
		Name: "System.Numerics.BigInteger", Go: TypeFor[newtonsoft.BigInteger](), Access: AllowSome,
		Doc: "An integer of any size, which JSON may have.",
		Members: []Member{
			M("string ToString()", "The number in decimal.", F1(newtonsoft.BigInteger.ToString),
				`JsonConvert.DeserializeObject("12345678901234567890").ToString() => "12345678901234567890"`),
		},
	}
}
