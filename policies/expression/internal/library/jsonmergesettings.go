package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A mergeSettings is a JsonMergeSettings. API Management has it on no list, so it is an
// extra of ours.
type mergeSettings struct {
	newtonsoft.MergeSettings
	comparison clr.StringComparison
}

// TypeName is the class.
func (*mergeSettings) TypeName() string { return "Newtonsoft.Json.Linq.JsonMergeSettings" }

// ToString is the class's name.
func (s *mergeSettings) ToString() string { return s.TypeName() }

// merge are the settings as Merge takes them; null has the defaults.
func (s *mergeSettings) merge() newtonsoft.MergeSettings {
	if s == nil {
		return newtonsoft.MergeSettings{}
	}
	out := s.MergeSettings
	if s.comparison != clr.Ordinal {
		out.EqualNames = func(a, b string) bool {
			equal, err := clr.EqualText(a, b, s.comparison)
			return err == nil && equal
		}
	}
	return out
}

func mergeSettingsClass() *Class {
	return &Class{
		Name: "Newtonsoft.Json.Linq.JsonMergeSettings", Doc: "How Merge puts together what both sides have.",
		Go: TypeFor[*mergeSettings](), Access: AllowSome,
		Members: []Member{
			M("JsonMergeSettings()", "Settings that add arrays to each other and leave out nulls.",
				F0(func() *mergeSettings { return &mergeSettings{comparison: clr.Ordinal} })),
			M("MergeArrayHandling MergeArrayHandling { get; set; }", "How arrays are put together.",
				F1(func(s *mergeSettings) newtonsoft.MergeArrays { return s.Arrays }),
				`@{ var o = JObject.Parse("{a:[1,2]}"); o.Merge(JObject.Parse("{a:[2,3]}"), new JsonMergeSettings { MergeArrayHandling = MergeArrayHandling.Union }); return (string)o["a"][2]; } => "3"`).
				Set(F2(func(s *mergeSettings, v newtonsoft.MergeArrays) Void { s.Arrays = v; return Void{} })),
			M("MergeNullValueHandling MergeNullValueHandling { get; set; }", "Whether a JSON null replaces a value.",
				F1(func(s *mergeSettings) mergeNulls {
					if s.Nulls {
						return 1
					}
					return 0
				})).
				Set(F2(func(s *mergeSettings, v mergeNulls) Void { s.Nulls = v == 1; return Void{} })),
			M("StringComparison PropertyNameComparison { get; set; }", "How names of properties are compared.",
				F1(func(s *mergeSettings) clr.StringComparison { return s.comparison })).
				Set(F2(func(s *mergeSettings, v clr.StringComparison) Void { s.comparison = v; return Void{} })),
		},
	}
}

// mergeNulls stands for MergeNullValueHandling.
type mergeNulls int32

func mergeArrayHandlingEnum() *Class {
	return &Class{
		Name: "Newtonsoft.Json.Linq.MergeArrayHandling", Kind: types.Enum, Doc: "How Merge puts arrays together.",
		Values: "Concat Union Replace Merge", Access: AllowSome,
	}
}

func mergeNullValueHandlingEnum() *Class {
	return &Class{
		Name: "Newtonsoft.Json.Linq.MergeNullValueHandling", Kind: types.Enum, Flags: true, Doc: "Whether Merge takes JSON nulls over.",
		Values: "Ignore=0 Merge=1", Access: AllowSome,
	}
}

func jsonConverterClass() *Class {
	return &Class{
		Name: "Newtonsoft.Json.JsonConverter", Doc: "Converts objects to JSON and back. There are none in expressions.",
		Abstract: true, Access: AllowSome,
	}
}
