package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func numberStylesEnum() *Class {
	return &Class{
		Name: "System.Globalization.NumberStyles", Kind: types.Enum, Flags: true, Access: AllowSome, Doc: "What the text of a number may have.",
		Values: "None=0 AllowLeadingWhite=1 AllowTrailingWhite=2 AllowLeadingSign=4 Integer=7 AllowTrailingSign=8 AllowParentheses=16 AllowDecimalPoint=32 AllowThousands=64 " +
			"Number=111 AllowExponent=128 Float=167 AllowCurrencySymbol=256 Currency=383 Any=511 AllowHexSpecifier=512 HexNumber=515",
	}
}

// styled makes a function that reads numbers as styles have it. An integer type may be
// written in hexadecimal; fromBits makes a value of it.
func styled[T any](parse func(string) (T, error), integer *clr.IntegerType, fromBits func(uint64) T) func(string, clr.NumberStyles) (T, error) {
	return func(s string, styles clr.NumberStyles) (T, error) {
		var none T
		if styles.IsHex() {
			if integer == nil {
				return none, clr.ArgumentError("The number style AllowHexSpecifier is not supported on floating point data types.", "style")
			}
			bits, err := styles.ParseHex(s, *integer)
			return fromBits(bits), err
		}
		plain, err := styles.Plain(s)
		if err == nil && integer != nil {
			plain, err = clr.Integral(plain)
		}
		if err != nil {
			return none, err
		}
		return parse(plain)
	}
}

// styledParsing are Parse and TryParse with styles.
func styledParsing[T any](keyword string, parse func(string, clr.NumberStyles) (T, error), examples ...string) []Member {
	must := Boxed(func(_ Call, args []any) (any, error) {
		s, given := args[0].(string)
		if !given {
			return nil, NullArgument("s")
		}
		v, err := parse(s, clr.NumberStyles(args[1].(clr.Enum).Value))
		return v, err
	})
	try := Boxed(func(_ Call, args []any) (any, error) {
		s, _ := args[0].(string)
		v, err := parse(s, clr.NumberStyles(args[1].(clr.Enum).Value))
		if err != nil {
			var none T
			v = none
		}
		*args[3].(*any) = v
		return err == nil, nil
	})
	return []Member{
		M("static "+keyword+" Parse(string s, NumberStyles style)", "The number written in s, as the styles allow.", must, examples...),
		M("static "+keyword+" Parse(string s, NumberStyles style, IFormatProvider provider)", "The number written in s, as the styles allow.", must),
		M("static bool TryParse(string s, NumberStyles style, IFormatProvider provider, out "+keyword+" result)", "Whether s is a number, as the styles allow, which result becomes.", try),
	}
}
