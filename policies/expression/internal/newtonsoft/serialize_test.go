package newtonsoft

import (
	"iter"
	"math"
	"testing"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
)

// pairs stands for a dictionary or an anonymous object.
type pair struct {
	name  string
	value any
}

type record []pair

func (r record) Members() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for _, p := range r {
			if !yield(p.name, p.value) {
				return
			}
		}
	}
}

type dictionary []pair

func (d dictionary) Entries() iter.Seq2[any, any] {
	return func(yield func(any, any) bool) {
		for _, p := range d {
			if !yield(p.name, p.value) {
				return
			}
		}
	}
}

func TestSerializeObject(t *testing.T) {
	t.Parallel()
	decimal := func(s string) clr.Decimal {
		d, err := clr.ParseDecimal(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	date, err := clr.NewDateTime(2020, 1, 2, 3, 4, 5, 0, clr.KindUTC)
	if err != nil {
		t.Fatal(err)
	}
	inner, err := ParseObject(`{"q":[1]}`, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		value any
		f     Formatting
		want  string
	}{
		{value: nil, want: "null"},
		{value: "x\"'/<é\u2028\x01", want: `"x\"'/<é\u2028\u0001"`},
		{value: clr.Char('c'), want: `"c"`},
		{
			value: Seq[any](int32(1), 1.0, decimal("1.50"), decimal("2"), true, nil, date, clr.Guid{}, clr.TimeSpan(clr.TicksPerSecond), []byte{1, 2}, 1e20, float32(0.1), math.Copysign(0, -1), 1e-7),
			want:  `[1,1.0,1.50,2.0,true,null,"2020-01-02T03:04:05Z","00000000-0000-0000-0000-000000000000","00:00:01","AQI=",1E+20,0.1,-0.0,1E-07]`,
		},
		{value: Seq(1.0/3, 0.30000000000000004, 123456789012345678.0, 1e15, 1e16), want: "[0.3333333333333333,0.30000000000000004,1.2345678901234568E+17,1E+15,1E+16]"},
		{
			value: record{{"b", int32(1)}, {"N", nil}, {"d", dictionary{{"x y", Seq(int64(1), 2)}, {"z", record{}}}}, {"o", inner}}, f: Indented,
			want: "{\n  \"b\": 1,\n  \"N\": null,\n  \"d\": {\n    \"x y\": [\n      1,\n      2\n    ],\n    \"z\": {}\n  },\n  \"o\": {\n    \"q\": [\n      1\n    ]\n  }\n}",
		},
	} {
		got, err := SerializeObject(nil, tc.value, tc.f)
		if err != nil || got != tc.want {
			t.Errorf("\n got %s (%v)\nwant %s", got, err, tc.want)
		}
	}
	if inner.Parent() != nil {
		t.Error("a token that was serialized went into another tree")
	}
}

func TestSerializeXML(t *testing.T) {
	t.Parallel()
	for xml, want := range map[string]string{
		"<a/>":                                  `{"a":null}`,
		"<a></a>":                               `{"a":""}`,
		"<a>x</a>":                              `{"a":"x"}`,
		"<a b='1'>x</a>":                        `{"a":{"@b":"1","#text":"x"}}`,
		"<a b='1'/>":                            `{"a":{"@b":"1"}}`,
		"<a><b>1</b><b>2</b><c/></a>":           `{"a":{"b":["1","2"],"c":null}}`,
		"<a>x<b/>y</a>":                         `{"a":{"#text":["x","y"],"b":null}}`,
		"<a><![CDATA[z]]></a>":                  `{"a":{"#cdata-section":"z"}}`,
		"<a><b/>t<b/>u</a>":                     `{"a":{"b":[null,null],"#text":["t","u"]}}`,
		"<a><b><c>1</c></b></a>":                `{"a":{"b":{"c":"1"}}}`,
		"<a xmlns='u'><b/></a>":                 `{"a":{"@xmlns":"u","b":null}}`,
		"<p:a xmlns:p='u' p:k='1'><p:b/></p:a>": `{"p:a":{"@xmlns:p":"u","@p:k":"1","p:b":null}}`,
		"<a><?p q?></a>":                        `{"a":{"?p":"q"}}`,
	} {
		e, err := linqxml.ParseElement(nil, xml, linqxml.DropWhiteSpace)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := SerializeObject(nil, e, Compact); err != nil || got != want {
			t.Errorf("%s\n got %s (%v)\nwant %s", xml, got, err, want)
		}
	}
	d, err := linqxml.ParseDocument(nil, "<?xml version='1.0' encoding='utf-8' standalone='yes'?><a>1</a>", linqxml.DropWhiteSpace)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"?xml":{"@version":"1.0","@encoding":"utf-8","@standalone":"yes"},"a":"1"}`
	if got, err := SerializeObject(nil, d, Compact); err != nil || got != want {
		t.Errorf("got %s (%v)", got, err)
	}
}
