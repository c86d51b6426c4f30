package jsonxml_test

import (
	"bufio"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/expression/jsonxml"
)

var update = flag.Bool("update", false, "rewrite golden files")

// conversions are those that a line of testdata begins with.
var conversions = map[string]func(string) ([]byte, error){
	"direct": func(s string) ([]byte, error) { return jsonxml.ToJSON(s, jsonxml.JSONOptions{}) },
	"arrays": func(s string) ([]byte, error) { return jsonxml.ToJSON(s, jsonxml.JSONOptions{AlwaysArrays: true}) },
	"friendly": func(s string) ([]byte, error) {
		return jsonxml.ToJSON(s, jsonxml.JSONOptions{JavaScriptFriendly: true})
	},
	"xml": func(s string) ([]byte, error) { return jsonxml.ToXML(s, jsonxml.XMLOptions{Separator: "_"}) },
	"xml(dates)": func(s string) ([]byte, error) {
		return jsonxml.ToXML(s, jsonxml.XMLOptions{Separator: "_", ParseDates: true})
	},
	"xml(_,xmlns)": func(s string) ([]byte, error) {
		return jsonxml.ToXML(s, jsonxml.XMLOptions{Separator: "_", NamespacePrefix: "xmlns"})
	},
	"xml(:,xmlns,#)": func(s string) ([]byte, error) {
		return jsonxml.ToXML(s, jsonxml.XMLOptions{Separator: ":", NamespacePrefix: "xmlns", AttributeBlock: "#"})
	},
}

// TestConversions reads lines of testdata: a conversion, a document, and below it what
// comes out. Those that say "Json.NET" were seen in Json.NET 5 on Mono.
func TestConversions(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"testdata/json.txt", "testdata/xml.txt"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		lines := bufio.NewScanner(strings.NewReader(string(text)))
		for lines.Scan() {
			line := lines.Text()
			kind, document, found := strings.Cut(line, " ")
			convert := conversions[kind]
			switch {
			case strings.HasPrefix(line, "\t"):
				continue
			case convert == nil || !found:
				out.WriteString(line + "\n")
				continue
			}
			out.WriteString(line + "\n\t" + outcome(convert(strings.ReplaceAll(document, `\n`, "\n"))) + "\n")
		}
		if *update {
			if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if out.String() != string(text) {
			t.Errorf("%s differs; it is now:\n%s", file, out.String())
		}
	}
}

func outcome(made []byte, err error) string {
	if err != nil {
		return "error: " + err.Error()
	}
	return strings.ReplaceAll(string(made), "\n", `\n`)
}

func TestLimits(t *testing.T) {
	t.Parallel()
	deep := func(open, inner, end string, n int) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
	}
	for name, run := range map[string]func() ([]byte, error){
		"deep XML":  func() ([]byte, error) { return jsonxml.ToJSON(deep("<a>", "", "</a>", 300), jsonxml.JSONOptions{}) },
		"deep JSON": func() ([]byte, error) { return jsonxml.ToXML(deep("[", "", "]", 300), jsonxml.XMLOptions{}) },
		"long names": func() ([]byte, error) { // each item repeats the name
			return jsonxml.ToXML(`{"`+strings.Repeat("a", 1<<20)+`":[`+strings.Repeat("1,", 1<<10)+"1]}", jsonxml.XMLOptions{})
		},
	} {
		if made, err := run(); err == nil {
			t.Errorf("%s: no error, %d bytes", name, len(made))
		}
	}
	if _, err := jsonxml.ToJSON(deep("<a>", "", "</a>", 200), jsonxml.JSONOptions{}); err != nil {
		t.Error(err)
	}
}

func FuzzToJSON(f *testing.F) {
	f.Add(`<?xml version="1.0"?><p:a xmlns:p="u" b="1">t<c/><![CDATA[x]]><?pi d?><!-- c --></p:a>`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, o := range []jsonxml.JSONOptions{{}, {JavaScriptFriendly: true, AlwaysArrays: true}} {
			made, err := jsonxml.ToJSON(text, o)
			if err == nil && !json.Valid(made) {
				t.Errorf("%q is no JSON", made)
			}
		}
	})
}

func FuzzToXML(f *testing.F) {
	f.Add(`{"xmlns:a":"u","a:b":[1,null,{"#":{"c":"d"},"@e":true,"#text":["x"],"":[[]]}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		o := jsonxml.XMLOptions{ParseDates: true, Separator: ":", NamespacePrefix: "xmlns", AttributeBlock: "#"}
		made, err := jsonxml.ToXML(text, o)
		if err != nil {
			return
		}
		if _, err := jsonxml.ToJSON(string(made), jsonxml.JSONOptions{}); err != nil && !strings.Contains(err.Error(), "nested") {
			t.Errorf("%q becomes %q, which is no XML: %v", text, made, err)
		}
	})
}

func BenchmarkToJSON(b *testing.B) {
	text := `<r xmlns:p="urn:p">` + strings.Repeat(`<p:item id="1"><name>a name</name><price>1.50</price></p:item>`, 200) + "</r>"
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := jsonxml.ToJSON(text, jsonxml.JSONOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkToXML(b *testing.B) {
	text := `{"items":[` + strings.Repeat(`{"id":1,"name":"a name","price":1.5},`, 200) + "null]}"
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := jsonxml.ToXML(text, jsonxml.XMLOptions{Separator: "_"}); err != nil {
			b.Fatal(err)
		}
	}
}
