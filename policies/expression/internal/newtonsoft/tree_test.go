package newtonsoft

import (
	"errors"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

func mustParse(t *testing.T, text string) JToken {
	t.Helper()
	token, err := Parse(text, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// array stands for a C# array.
type array struct {
	name  string
	items []any
}

func (a *array) TypeName() string { return a.name }
func (a *array) ToString() string { return a.name }

func compact(t *testing.T, token JToken) string {
	t.Helper()
	s, err := JSON(nil, token, Compact)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func find(t *testing.T, root JToken, path string) JToken {
	t.Helper()
	found, err := SelectToken(root, path, SelectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestChange changes trees as C# code would and looks at the whole.
func TestChange(t *testing.T) {
	t.Parallel()
	root := mustParse(t, `{"a":{"x":1},"b":[1,2,3],"c":"s"}`).(*JObject)
	check := func(err error, want string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if got := compact(t, root); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
	check(root.Set(nil, "d", root.Get("a")), `{"a":{"x":1},"b":[1,2,3],"c":"s","d":{"x":1}}`)
	check(root.Get("d").(*JObject).Set(nil, "x", NewInteger(2)), `{"a":{"x":1},"b":[1,2,3],"c":"s","d":{"x":2}}`)
	check(root.Set(nil, "a", nil), `{"a":null,"b":[1,2,3],"c":"s","d":{"x":2}}`)
	check(Remove(root.Property("c")), `{"a":null,"b":[1,2,3],"d":{"x":2}}`)
	check(Replace(nil, root.Get("a"), NewString("r")), `{"a":"r","b":[1,2,3],"d":{"x":2}}`)
	b := root.Get("b").(*JArray)
	check(AddFirst(nil, b, Seq[any](NewInteger(0), "t")), `{"a":"r","b":[0,"t",1,2,3],"d":{"x":2}}`)
	check(b.RemoveAt(1), `{"a":"r","b":[0,1,2,3],"d":{"x":2}}`)
	check(AddAfterSelf(nil, b.child(0), true), `{"a":"r","b":[0,true,1,2,3],"d":{"x":2}}`)
	check(Add(nil, b, root.Get("d")), `{"a":"r","b":[0,true,1,2,3,{"x":2}],"d":{"x":2}}`)
	check(SetIndex(nil, b, int32(5), b), `{"a":"r","b":[0,true,1,2,3,[0,true,1,2,3,{"x":2}]],"d":{"x":2}}`)
	check(RemoveAll(b), `{"a":"r","b":[],"d":{"x":2}}`)
	check(Add(nil, b, root), `{"a":"r","b":[{"a":"r","b":[],"d":{"x":2}}],"d":{"x":2}}`)
	check(Merge(nil, root, mustParse(t, `{"a":null,"b":[7],"d":{"y":1},"e":1}`), MergeSettings{}), `{"a":"r","b":[{"a":"r","b":[],"d":{"x":2}},7],"d":{"x":2,"y":1},"e":1}`)
}

func TestMerge(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		settings MergeSettings
		want     string
	}{
		{MergeSettings{}, `{"a":[1,2,2,3],"n":1,"A":1}`},
		{MergeSettings{Arrays: Union}, `{"a":[1,2,3],"n":1,"A":1}`},
		{MergeSettings{Arrays: ReplaceArray}, `{"a":[2,3],"n":1,"A":1}`},
		{MergeSettings{Arrays: MergeItems, Nulls: true}, `{"a":[2,3],"n":null,"A":1}`},
		{MergeSettings{EqualNames: strings.EqualFold}, `{"a":1,"n":1}`},
	} {
		root := mustParse(t, `{"a":[1,2],"n":1}`).(*JObject)
		if err := Merge(nil, root, mustParse(t, `{"a":[2,3],"n":null,"A":1}`), tc.settings); err != nil {
			t.Fatal(err)
		}
		if got := compact(t, root); got != tc.want {
			t.Errorf("%+v:\n got %s\nwant %s", tc.settings, got, tc.want)
		}
	}
}

func TestNavigate(t *testing.T) {
	t.Parallel()
	root := mustParse(t, `{"a":{"b.c":[10,20]},"d":1}`)
	item := find(t, root, "a['b.c'][1]")
	if got := Path(item); got != "a['b.c'][1]" {
		t.Error(got)
	}
	if Root(item) != root || item.Parent().Type() != Array || Previous(item).ToString() != "10" || Next(item) != nil {
		t.Error("root, parent and siblings")
	}
	first, err := First(root)
	if err != nil || first.Type() != Property || Path(first) != "a" {
		t.Error(first, err)
	}
	var kinds []string
	for d := range Descendants(root) {
		kinds = append(kinds, d.Type().String())
	}
	if got := strings.Join(kinds, " "); got != "Property Object Property Array Integer Integer Property Integer" {
		t.Error(got)
	}
	if _, err := First(item); outcome("", err) != "!InvalidOperationException: Cannot access child value on Newtonsoft.Json.Linq.JValue." {
		t.Error(err)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	root := mustParse(t, `{"a":[1],"b":1}`).(*JObject)
	list := root.Get("a").(*JArray)
	index := func(token JToken, key any) error { _, err := Index(token, key); return err }
	value := func(v any) error { _, err := NewValue(v); return err }
	for _, tc := range []struct {
		err  error
		want string
	}{
		{root.AddProperty(nil, "a", nil), "!ArgumentException: Can not add property a to Newtonsoft.Json.Linq.JObject. Property with the same name already exists on object."},
		{Add(nil, root, 1.5), "!ArgumentException: Can not add Newtonsoft.Json.Linq.JValue to Newtonsoft.Json.Linq.JObject."},
		{Add(nil, list, root.Property("b")), "!ArgumentException: Can not add Newtonsoft.Json.Linq.JProperty to Newtonsoft.Json.Linq.JArray."},
		{index(list, "x"), `!ArgumentException: Accessed JArray values with invalid key value: "x". Int32 array index expected.`},
		{index(root, int32(0)), "!ArgumentException: Accessed JObject values with invalid key value: 0. Object property name expected."},
		{index(list, int32(1)), "!ArgumentOutOfRangeException: Index was out of range. Must be non-negative and less than the size of the collection. (Parameter 'index')"},
		{index(root.Get("b"), "x"), "!InvalidOperationException: Cannot access child value on Newtonsoft.Json.Linq.JValue."},
		{Remove(root), "!InvalidOperationException: The parent is missing."},
		{Remove(root.Get("b")), "!JsonException: Cannot add or remove items from Newtonsoft.Json.Linq.JProperty."},
		{Add(nil, root.Property("b"), 1.5), "!JsonException: Newtonsoft.Json.Linq.JProperty cannot have multiple values."},
		{value(clr.Char('x')), "!ArgumentException: Could not determine JSON object type for type System.Char."},
		{value(&array{name: "System.Int32[]"}), "!ArgumentException: Could not determine JSON object type for type System.Int32[]."},
	} {
		if got := outcome("no failure", tc.err); got != tc.want {
			t.Errorf("\n got %s\nwant %s", got, tc.want)
		}
	}
	if got := compact(t, root); got != `{"a":[1],"b":1}` {
		t.Error("failures changed the tree: ", got)
	}
}

func TestEquality(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		a, b string
		want bool
	}{
		{`{"a":1,"b":[2]}`, `{"b":[2],"a":1}`, true},
		{`[1,2]`, `[2,1]`, false},
		{`1`, `1.0`, false},
		{`1.0`, `1.0000000000000001`, true},
		{`"1"`, `1`, false},
		{`null`, `null`, true},
		{`123456789012345678901`, `123456789012345678901`, true},
		{`"2020-01-02T03:04:05Z"`, `"2020-01-02T03:04:05"`, true},
	} {
		if got := DeepEquals(mustParse(t, tc.a), mustParse(t, tc.b)); got != tc.want {
			t.Errorf("%s equals %s: %t", tc.a, tc.b, got)
		}
	}
}

// TestCast casts values of texts, as (int)token and the like do.
func TestCast(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		json     string
		to       Scalar
		nullable bool
		want     string
	}{
		{`"x"`, ToString, false, "x"},
		{`true`, ToString, false, "True"},
		{`1.0`, ToString, false, "1"},
		{`1.50`, ToString, false, "1.5"},
		{`1e20`, ToString, false, "1E+20"},
		{`"2020-01-02T03:04:05Z"`, ToString, false, "01/02/2020 03:04:05"},
		{`null`, ToString, false, "<null>"},
		{`{}`, ToString, false, "!ArgumentException: Can not convert Object to String."},
		{`[]`, ToInt32, false, "!ArgumentException: Can not convert Array to Int32."},
		{`null`, ToInt32, false, "!ArgumentException: Can not convert Null to Int32."},
		{`null`, ToInt32, true, "<null>"},
		{`2.5`, ToInt32, false, "2"},
		{`3.5`, ToInt32, false, "4"},
		{`"12"`, ToInt32, false, "12"},
		{`true`, ToInt32, false, "1"},
		{`"x"`, ToInt32, false, "!FormatException: The input string 'x' was not in a correct format."},
		{`3000000000`, ToInt32, false, "!OverflowException: Value was either too large or too small for an Int32."},
		{`123456789012345678901`, ToInt64, false, "!OverflowException: Value was either too large or too small for an Int64."},
		{`123456789012345678901`, ToDouble, false, "1.2345678901234568E+20"},
		{`"1.5"`, ToDecimal, false, "1.5"},
		{`0`, ToBoolean, false, "False"},
		{`"TRUE"`, ToBoolean, false, "True"},
		{`"yes"`, ToBoolean, false, "!FormatException: String 'yes' was not recognized as a valid Boolean."},
		{`"2020-01-02"`, ToDateTime, false, "01/02/2020 00:00:00"},
		{`"2020-01-02T03:04:05+02:00"`, ToDateTimeOffset, false, "01/02/2020 01:04:05 +00:00"},
		{`1`, ToDateTime, false, "!ArgumentException: Can not convert Integer to DateTime."},
		{`"6f9619ff-8b86-d011-b42d-00c04fc964ff"`, ToGUID, false, "6f9619ff-8b86-d011-b42d-00c04fc964ff"},
		{`"00:01:30"`, ToTimeSpan, false, "00:01:30"},
		{`"AQI="`, ToBytes, false, "System.Byte[]"},
		{`true`, ToBytes, false, "!ArgumentException: Can not convert Boolean to byte array."},
	} {
		v, err := Cast(mustParse(t, tc.json), tc.to, tc.nullable)
		got := outcome(clr.ToString(v), err)
		if err == nil && v == nil {
			got = "<null>"
		}
		if got != tc.want {
			t.Errorf("(%s)%s:\n got %s\nwant %s", tc.to, tc.json, got, tc.want)
		}
	}
	if _, err := Cast(nil, ToInt32, false); outcome("", err) != "!ArgumentNullException: Value cannot be null. (Parameter 'value')" {
		t.Error(err)
	}
}

// TestConvert has what token.Value<T>() does differently from a cast.
func TestConvert(t *testing.T) {
	t.Parallel()
	scalar := func(s Scalar) *Target { return &Target{Kind: ScalarTarget, Scalar: s, Name: s.fullName()} }
	for _, tc := range []struct {
		json string
		to   *Target
		want string
	}{
		{`"5"`, scalar(ToInt32), "5"},
		{`5`, scalar(ToString), "5"},
		{`null`, scalar(ToString), ""},
		{`null`, scalar(ToInt32), "!InvalidCastException: Null object cannot be converted to a value type."},
		{`{}`, scalar(ToString), "!InvalidCastException: Cannot cast Newtonsoft.Json.Linq.JObject to Newtonsoft.Json.Linq.JToken."},
		{`"x"`, scalar(ToGUID), "!InvalidCastException: Invalid cast from 'System.String' to 'System.Guid'."},
		{`[1]`, &Target{Kind: TokenTarget, Token: Array}, "[\n  1\n]"},
		{`1`, &Target{Kind: TokenTarget, Token: Object}, "!InvalidCastException: Cannot cast Newtonsoft.Json.Linq.JValue to Newtonsoft.Json.Linq.JToken."},
	} {
		v, err := Convert(mustParse(t, tc.json), tc.to)
		if got := outcome(clr.ToString(v), err); got != tc.want {
			t.Errorf("%s to %s:\n got %s\nwant %s", tc.json, tc.to.Name, got, tc.want)
		}
	}
	if v, err := Convert(nil, scalar(ToInt32)); v != int32(0) || err != nil {
		t.Errorf("an absent token as int: %v, %v", v, err)
	}
}

func TestToObject(t *testing.T) {
	t.Parallel()
	text := &Target{Kind: ScalarTarget, Scalar: ToString, Name: "System.String"}
	number := &Target{Kind: ScalarTarget, Scalar: ToInt32, Name: "System.Int32"}
	list := func(of *Target) *Target {
		return &Target{Kind: ListTarget, Element: of, Name: of.Name + "[]", List: func(items []any) (any, error) {
			return &array{of.Name + "[]", items}, nil
		}}
	}
	show := func(v any, err error) string {
		if a, ok := v.(*array); ok {
			var parts []string
			for _, item := range a.items {
				parts = append(parts, clr.ToString(item))
			}
			return strings.Join(parts, ",")
		}
		return outcome(clr.ToString(v), err)
	}
	for _, tc := range []struct {
		json string
		to   *Target
		want string
	}{
		{`["a",1,true,null]`, list(text), "a,1,True,"},
		{`[1,"2",3.0]`, list(number), "1,2,3"},
		{`["x"]`, list(number), "!JsonReaderException: Could not convert string to integer: x. Path '[0]'."},
		{`[null]`, list(number), "!JsonSerializationException: Error converting value {null} to type 'System.Int32'. Path '[0]'."},
		{`5`, text, "5"},
		{`{"a":1}`, &Target{Kind: AnyTarget}, "{\n  \"a\": 1\n}"},
		{`1`, list(number), "!JsonSerializationException: Error converting value 1 to type 'System.Int32[]'. Path ''."},
	} {
		if got := show(ToObject(nil, mustParse(t, tc.json), tc.to)); got != tc.want {
			t.Errorf("%s to %s:\n got %s\nwant %s", tc.json, tc.to.Name, got, tc.want)
		}
	}
	if got := show(DeserializeObject(`["2020-01-02T03:04:05Z",true]`, list(text), ReadOptions{})); got != "2020-01-02T03:04:05Z,true" {
		t.Error(got)
	}
	if v, err := DeserializeObject("", &Target{Kind: AnyTarget}, ReadOptions{}); v != nil || err != nil {
		t.Errorf("an empty text: %v, %v", v, err)
	}
}

func TestBudget(t *testing.T) {
	t.Parallel()
	var limit *clr.LimitError
	if _, err := Parse("["+strings.Repeat("0,", 10_000)+"0]", ReadOptions{Budget: clr.NewBudget(10_000)}); !errors.As(err, &limit) {
		t.Errorf("reading beyond the budget: %v", err)
	}
	a := mustParse(t, "[1]").(*JArray)
	b := clr.NewBudget(1 << 20)
	for range 60 {
		if err := Add(b, a, a); err != nil {
			if !errors.As(err, &limit) {
				t.Error(err)
			}
			return
		}
	}
	t.Error("doubling an array did not end")
}

func TestDepth(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 65) + strings.Repeat("]", 65)
	_, err := Parse(deep, ReadOptions{})
	if got := outcome("", err); !strings.HasPrefix(got, "!JsonReaderException: The reader's MaxDepth of 64 has been exceeded. Path '[0]") {
		t.Error(got)
	}
	if _, err := Parse(deep, ReadOptions{MaxDepth: 65}); err != nil {
		t.Error(err)
	}
	if _, err := Parse(deep[1:len(deep)-1], ReadOptions{}); err != nil {
		t.Error(err)
	}
}

func TestReadAs(t *testing.T) {
	t.Parallel()
	object := func(text string) error { _, err := ParseObject(text, ReadOptions{}); return err }
	list := func(text string) error { _, err := ParseArray(text, ReadOptions{}); return err }
	for _, tc := range []struct {
		err  error
		want string
	}{
		{object("[1]"), "!JsonReaderException: Error reading JObject from JsonReader. Current JsonReader item is not an object: StartArray. Path '', line 1, position 1."},
		{object(`"x"`), "!JsonReaderException: Error reading JObject from JsonReader. Current JsonReader item is not an object: String. Path '', line 1, position 3."},
		{object(""), "!JsonReaderException: Error reading JObject from JsonReader. Path '', line 0, position 0."},
		{object("{"), "!JsonReaderException: Error reading JObject from JsonReader. Path '', line 1, position 1."},
		{object(`{"a":{"b": tru}}`), "!JsonReaderException: Error parsing boolean value. Path 'a.b', line 1, position 14."},
		{list("{}"), "!JsonReaderException: Error reading JArray from JsonReader. Current JsonReader item is not an array: StartObject. Path '', line 1, position 1."},
	} {
		if got := outcome("no failure", tc.err); got != tc.want {
			t.Errorf("\n got %s\nwant %s", got, tc.want)
		}
	}
	o, err := ParseObject(`{"d":"2020-01-02T03:04:05Z"}`, ReadOptions{KeepDates: true})
	if err != nil || o.Get("d").Type() != String {
		t.Error("dates off: ", o, err)
	}
}

// TestManyNames reads an object that has an index of its names while it is read.
func TestManyNames(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("{")
	for i := range 100 {
		b.WriteString(`"k` + string(rune('a'+i%50)) + `":` + string(rune('0'+i%10)) + ",")
	}
	b.WriteString("}")
	o, err := ParseObject(b.String(), ReadOptions{})
	if err != nil || o.Count() != 50 || o.Get("kb").ToString() != "1" {
		t.Fatal(o, err)
	}
	if removed, err := o.RemoveProperty("kb"); !removed || err != nil || o.Get("kb") != nil || o.Count() != 49 {
		t.Error("removing from an object with an index")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5e3,"x\u00e9",null,true]}`, "{a:'b',/*c*/d:0x1F,e:010}", `["2020-01-02T03:04:05.12+02:00","/Date(1)/"]`, "new X(1,undefined)", "[,]"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		token, err := Parse(text, ReadOptions{})
		if err != nil {
			if clr.AsException(err) == nil {
				t.Fatal(err)
			}
			return
		}
		printed := compact(t, token)
		again, err := Parse(printed, ReadOptions{})
		if err != nil && strings.Contains(text, "//") && strings.Contains(printed, "*/") {
			return // Json.NET writes a comment of one line as it is, even if it has */ in it
		}
		if err != nil {
			t.Fatalf("%q printed as %q does not parse: %v", text, printed, err)
		}
		if second := compact(t, again); second != printed {
			t.Fatalf("%q printed as %q and then as %q", text, printed, second)
		}
	})
}
