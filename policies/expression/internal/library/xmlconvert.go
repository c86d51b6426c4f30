package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
)

func xmlConvertClass() *Class {
	text := E1(func(v any) (string, error) { return linqxml.ValueText(v) })
	c := &Class{
		Name: "System.Xml.XmlConvert", Static: true, Doc: "Texts of values as XML has them, and values of such texts.",
		Members: []Member{
			M("static string EncodeName(string name)", "A name: what a name cannot have becomes _xHHHH_.", encodingName(false),
				`XmlConvert.EncodeName("a b") => "a_x0020_b"`),
			M("static string EncodeLocalName(string name)", "A name without a colon: what such a name cannot have becomes _xHHHH_.", encodingName(true),
				`XmlConvert.EncodeLocalName("a:b") => "a_x003A_b"`),
			M("static string DecodeName(string name)", "What EncodeName has made a name of.",
				F1(func(name NullString) NullString { return NullString{linqxml.DecodeName(name.Text), name.Valid} }),
				`XmlConvert.DecodeName("a_x0020_b") => "a b"`),
			M("static string VerifyName(string name)", "The name, if it is one.", E1(func(name string) (string, error) { return verifiedName(name, false) }),
				`XmlConvert.VerifyName("a:b") => "a:b"`),
			M("static string VerifyNCName(string name)", "The name, if it is one without a colon.", E1(func(name string) (string, error) { return verifiedName(name, true) })),
			M("static bool ToBoolean(string s)", "The bool of true, false, 1 or 0.", E1(strictBoolean), `XmlConvert.ToBoolean("1") => true`,
				`XmlConvert.ToBoolean("yes") => FormatException: The string 'yes' is not a valid Boolean value.`),
			M("static int ToInt32(string s)", "The int of a text.", E1(xmlInteger[int32](clr.Int32Type)), `XmlConvert.ToInt32(" 5 ") => 5`),
			M("static uint ToUInt32(string s)", "The uint of a text.", E1(xmlInteger[uint32](clr.UInt32Type))),
			M("static long ToInt64(string s)", "The long of a text.", E1(xmlInteger[int64](clr.Int64Type))),
			M("static ulong ToUInt64(string s)", "The ulong of a text.", E1(xmlInteger[uint64](clr.UInt64Type))),
			M("static double ToDouble(string s)", "The double of a text.", E1(linqxml.ToDouble), `XmlConvert.ToDouble("INF") == double.PositiveInfinity => true`),
			M("static decimal ToDecimal(string s)", "The decimal of a text.", E1(linqxml.ToDecimal)),
			M("static DateTimeOffset ToDateTimeOffset(string s)", "The date of a text.", E1(linqxml.ToDateTimeOffset)),
			M("static TimeSpan ToTimeSpan(string s)", "The time of a duration such as PT1M.", E1(linqxml.ToTimeSpan), `XmlConvert.ToTimeSpan("PT1M").TotalSeconds == 60 => true`),
			M("static Guid ToGuid(string s)", "The Guid of a text.", E1(linqxml.ToGUID)),
		},
	}
	for _, of := range []string{"bool", "char", "int", "uint", "long", "ulong", "short", "byte", "float", "double", "decimal", "TimeSpan", "DateTimeOffset", "Guid"} {
		m := M("static string ToString("+of+" value)", "The value's text in XML.", text)
		switch of {
		case "bool":
			m.Examples = []string{`XmlConvert.ToString(true) => "true"`}
		case "TimeSpan":
			m.Examples = []string{`XmlConvert.ToString(TimeSpan.FromMinutes(90)) => "PT1H30M"`}
		}
		c.Members = append(c.Members, m)
	}
	return c
}

// encodingName is the code of EncodeName and EncodeLocalName, to which null is null.
func encodingName(local bool) Code {
	return F1(func(name NullString) NullString { return NullString{linqxml.EncodeName(name.Text, local), name.Valid} })
}

// strictBoolean reads a bool in lower case only; the casts of LINQ to XML take any.
func strictBoolean(s string) (bool, error) {
	if s != clr.ToLower(s) {
		return false, clr.FormatError("The string '" + s + "' is not a valid Boolean value.")
	}
	return linqxml.ToBoolean(s)
}

func verifiedName(name string, local bool) (string, error) {
	switch {
	case name == "":
		return "", NullArgument("name")
	case !linqxml.IsName(name, local):
		return "", clr.ClassXML.Throwf("The name '%s' has a character that cannot be in a name.", name)
	}
	return name, nil
}
