package library

import "github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"

func jPropertyClass() *Class {
	return &Class{
		Name: "Newtonsoft.Json.Linq.JProperty", Doc: "A property of a JSON object: a name with a value.",
		Bases: "JContainer", Go: TypeFor[*newtonsoft.JProperty](),
		Members: []Member{
			M("JProperty(JProperty other)", "A copy of a property.",
				C1(func(c Call, other *newtonsoft.JProperty) (newtonsoft.JToken, error) {
					return copyToken(c, other, other == nil)
				})),
			M("JProperty(string name, object content)", "A property; a sequence becomes an array, null a JSON null.",
				C2(func(c Call, name string, content any) (*newtonsoft.JProperty, error) {
					return newtonsoft.NewProperty(c.Budget(), name, content)
				}),
				`new JProperty("a", 1).ToString() => "\"a\": 1"`,
				`new JProperty("a", 'x') => ArgumentException: Could not determine JSON object type for type System.Char.`),
			M("JProperty(string name, params object[] content)", "A property whose value is an array of content.",
				C2(func(c Call, name string, content any) (*newtonsoft.JProperty, error) {
					return newtonsoft.NewProperty(c.Budget(), name, content)
				}),
				`new JProperty("a", null).ToString() => "\"a\": null"`,
				`new JProperty("a", 1, 2).ToString(Newtonsoft.Json.Formatting.None) => "\"a\":[1,2]"`),
			M("string Name { get; }", "The property's name.", F1((*newtonsoft.JProperty).Name)),
			M("JToken Value { get; set; }", "The property's value.", F1((*newtonsoft.JProperty).Value),
				`(int)JObject.Parse("{a:1}").Property("a").Value => 1`).
				Set(C2(func(c Call, p *newtonsoft.JProperty, value newtonsoft.JToken) (Void, error) {
					return Void{}, p.SetValue(c.Budget(), value)
				})),
		},
	}
}
