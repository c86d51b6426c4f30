package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
)

func jArrayClass() *Class {
	return &Class{
		Name: "Newtonsoft.Json.Linq.JArray", Doc: "A JSON array.",
		Bases: "JContainer", Go: TypeFor[*newtonsoft.JArray](),
		Members: []Member{
			M("JArray()", "An empty array.", F0(func() *newtonsoft.JArray { return &newtonsoft.JArray{} }),
				`new JArray { 1, "x" }.ToString(Newtonsoft.Json.Formatting.None) => "[1,\"x\"]"`),
			M("JArray(JArray other)", "A copy of an array.",
				C1(func(c Call, other *newtonsoft.JArray) (newtonsoft.JToken, error) {
					return copyToken(c, other, other == nil)
				}),
				`new JArray(new JArray(1, 2)).ToString(Newtonsoft.Json.Formatting.None) => "[1,2]"`),
			M("JArray(object content)", "An array of content; a sequence is spread.",
				C1(func(c Call, content any) (*newtonsoft.JArray, error) {
					a := &newtonsoft.JArray{}
					return a, newtonsoft.Add(c.Budget(), a, content)
				}),
				`new JArray("a,b".Split(',')).ToString(Newtonsoft.Json.Formatting.None) => "[\"a\",\"b\"]"`),
			M("JArray(params object[] content)", "An array of content; sequences are spread.",
				C1(func(c Call, content []any) (*newtonsoft.JArray, error) {
					a := &newtonsoft.JArray{}
					return a, newtonsoft.Add(c.Budget(), a, newtonsoft.Seq(content...))
				}),
				`new JArray(1, "x", null).ToString(Newtonsoft.Json.Formatting.None) => "[1,\"x\",null]"`),
			M("static JArray Parse(string json)", "Reads a JSON text that is an array.",
				parsing(newtonsoft.ParseArray),
				`JArray.Parse("[1,2]").Count => 2`,
				`JArray.Parse("{}") => JsonReaderException: Error reading JArray from JsonReader. Current JsonReader item is not an array: StartObject. Path '', line 1, position 1.`),
			M("static JArray FromObject(object o)", "Makes an array of any sequence.", fromObject[*newtonsoft.JArray](newtonsoft.Array)),
			M("JToken this[int index] { get; set; }", "The item at an index.", E2((*newtonsoft.JArray).At),
				`(int)JArray.Parse("[4,5]")[1] => 5`,
				`JArray.Parse("[4]")[1] => ArgumentOutOfRangeException: Index was out of range. Must be non-negative and less than the size of the collection. (Parameter 'index')`).
				Set(C3(func(c Call, a *newtonsoft.JArray, i int32, item newtonsoft.JToken) (Void, error) {
					return Void{}, a.SetAt(c.Budget(), i, item)
				})),
			M("void Add(JToken item)", "Adds an item at the end.",
				C2(func(c Call, a *newtonsoft.JArray, item newtonsoft.JToken) (Void, error) {
					// A null reference becomes a JSON null; an interface that is nil says so.
					if item == nil {
						return Void{}, newtonsoft.Add(c.Budget(), a, nil)
					}
					return Void{}, newtonsoft.Add(c.Budget(), a, item)
				})),
			M("void CopyTo(JToken[] array, int arrayIndex)", "Copies the items into an array, from an index of it on.", E3(copyItems)),
			M("int IndexOf(JToken item)", "The index of this very item, or -1.", F2((*newtonsoft.JArray).IndexOf)),
			M("bool Contains(JToken item)", "Whether this very item is in the array. A value that is equal is not the same item.",
				F2((*newtonsoft.JArray).Contains), `JArray.Parse("['x']").Contains("x") => false`),
			M("void Insert(int index, JToken item)", "Puts an item before the one at an index.",
				C3(func(c Call, a *newtonsoft.JArray, i int32, item newtonsoft.JToken) (Void, error) {
					return Void{}, a.Insert(c.Budget(), i, item)
				})),
			M("void RemoveAt(int index)", "Removes the item at an index.",
				E2(func(a *newtonsoft.JArray, i int32) (Void, error) { return Void{}, a.RemoveAt(i) })),
			M("bool Remove(JToken item)", "Removes this very item and tells whether it was there.", E2((*newtonsoft.JArray).RemoveItem)),
			M("void Clear()", "Removes all items.",
				E1(func(a *newtonsoft.JArray) (Void, error) { return Void{}, newtonsoft.RemoveAll(a) })),
			M("bool IsReadOnly { get; }", "Always false.", F1(func(*newtonsoft.JArray) bool { return false })),
			M("IEnumerator<JToken> GetEnumerator()", "Goes through the items; foreach uses it.",
				C1(func(c Call, a *newtonsoft.JArray) (*Sequence, error) {
					return childrenOf(c, a), nil
				})),
		},
	}
}

func jConstructorClass() *Class {
	return &Class{
		Name: "Newtonsoft.Json.Linq.JConstructor", Doc: "A JavaScript constructor call, such as new Date(1).",
		Bases: "JContainer", Go: TypeFor[*newtonsoft.JConstructor](),
		Members: []Member{
			M("JConstructor()", "A call without a name.", F0(func() *newtonsoft.JConstructor { return &newtonsoft.JConstructor{} })),
			M("JConstructor(string name)", "A call without arguments.",
				C1(func(c Call, name string) (*newtonsoft.JConstructor, error) {
					return newtonsoft.NewConstructor(c.Budget(), name)
				}),
				`new JConstructor("Date").ToString() => "new Date()"`),
			M("JConstructor(string name, params object[] content)", "A call with arguments.",
				C2(func(c Call, name string, content []any) (*newtonsoft.JConstructor, error) {
					return newtonsoft.NewConstructor(c.Budget(), name, content...)
				})),
			M("string Name { get; set; }", "The constructor's name.", F1((*newtonsoft.JConstructor).Name)).
				Set(F2(func(t *newtonsoft.JConstructor, name string) Void {
					t.SetName(name)
					return Void{}
				})),
		},
	}
}

// copyItems is CopyTo.
func copyItems(a *newtonsoft.JArray, to *Array, index int) (Void, error) {
	switch {
	case to == nil:
		return Void{}, NullArgument("array")
	case index < 0:
		return Void{}, clr.OutOfRangeError("arrayIndex", "arrayIndex is less than 0.")
	case index >= len(to.Data) && index != 0:
		return Void{}, clr.ArgumentError("arrayIndex is equal to or greater than the length of array.", "")
	case a.Count() > len(to.Data)-index:
		return Void{}, clr.ArgumentError("The number of elements in the source JObject is greater than the available space from arrayIndex to the end of the destination array.", "")
	}
	for t := range newtonsoft.Children(a) {
		to.Data[index] = t
		index++
	}
	return Void{}, nil
}
