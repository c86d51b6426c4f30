package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func dateTimeStylesEnum() *Class {
	return &Class{
		Name: "System.Globalization.DateTimeStyles", Kind: types.Enum, Flags: true, Access: AllowSome, Doc: "How the text of a date is understood.",
		Values: "None=0 AllowLeadingWhite=1 AllowTrailingWhite=2 AllowInnerWhite=4 AllowWhiteSpaces=7 NoCurrentDateDefault=8 AdjustToUniversal=16 AssumeLocal=32 AssumeUniversal=64 RoundtripKind=128",
	}
}

// parseExact is ParseExact of DateTime or DateTimeOffset: args are a text, a format or
// several of them, a provider, and perhaps styles.
func parseExact[T any](c Call, args []any, parse func(s, format string, styles clr.DateStyles, now clr.DateTime) (T, error)) (T, error) {
	var none T
	s, given := args[0].(string)
	if !given || args[1] == nil {
		return none, NullArgument("s")
	}
	formats := []string{}
	if one, single := args[1].(string); single {
		formats = append(formats, one)
	} else {
		formats = textsOf(args[1])
	}
	var styles clr.DateStyles
	if len(args) > 3 {
		styles = clr.DateStyles(args[3].(clr.Enum).Value)
	}
	err := error(clr.FormatError("String '" + s + "' was not recognized as a valid DateTime."))
	for _, format := range formats {
		var v T
		if v, err = parse(s, format, styles, now(c)); err == nil {
			return v, nil
		}
	}
	return none, err
}

// exactParsing are ParseExact and TryParseExact of a class.
func exactParsing[T any](class string, parse func(s, format string, styles clr.DateStyles, now clr.DateTime) (T, error), examples ...string) []Member {
	must := Boxed(func(c Call, args []any) (any, error) { return parseExact(c, args, parse) })
	try := Boxed(func(c Call, args []any) (any, error) {
		last := len(args) - 1
		v, err := parseExact(c, args[:last], parse)
		if err != nil && clr.AsException(err) == nil {
			return nil, err
		}
		*args[last].(*any) = v
		return err == nil, nil
	})
	const doc = "The date written in a text, in exactly that format."
	return []Member{
		M("static "+class+" ParseExact(string s, string format, IFormatProvider provider)", doc, must, examples...),
		M("static "+class+" ParseExact(string s, string format, IFormatProvider provider, DateTimeStyles style)", doc, must),
		M("static "+class+" ParseExact(string s, string[] formats, IFormatProvider provider, DateTimeStyles style)", "The date written in a text, in one of the formats.", must),
		M("static bool TryParseExact(string s, string format, IFormatProvider provider, DateTimeStyles style, out "+class+" result)", "Whether the text is a date in exactly that format, which result becomes.", try),
		M("static bool TryParseExact(string s, string[] formats, IFormatProvider provider, DateTimeStyles style, out "+class+" result)",
			"Whether the text is a date in one of the formats, which result becomes.", try),
	}
}

// styledDates are Parse and TryParse with styles.
func styledDates[T any](class string, parse func(s string, styles clr.DateStyles, now clr.DateTime) (T, error)) []Member {
	return []Member{
		M("static "+class+" Parse(string s, IFormatProvider provider, DateTimeStyles styles)", "The date written in a text, understood as the styles say.",
			Boxed(func(c Call, args []any) (any, error) {
				s, given := args[0].(string)
				if !given {
					return nil, NullArgument("s")
				}
				return valueOrError(parse(s, clr.DateStyles(args[2].(clr.Enum).Value), now(c)))
			}), class+`.Parse("2020-01-02T03:04:05", null, System.Globalization.DateTimeStyles.AssumeUniversal).Hour => 3`),
		M("static bool TryParse(string s, IFormatProvider provider, DateTimeStyles styles, out "+class+" result)", "Whether the text is a date, which result becomes.",
			Boxed(func(c Call, args []any) (any, error) {
				s, _ := args[0].(string)
				v, err := parse(s, clr.DateStyles(args[2].(clr.Enum).Value), now(c))
				if err != nil {
					var none T
					v = none
				}
				*args[3].(*any) = v
				return err == nil, nil
			})),
	}
}
