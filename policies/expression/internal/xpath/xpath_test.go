package xpath_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
	"github.com/apimgw/apimgw/policies/expression/internal/xmldom"
	"github.com/apimgw/apimgw/policies/expression/internal/xpath"
)

func TestPrecedence(t *testing.T) {
	t.Parallel()
	root := node(t, "<a><b>3</b><b>4</b></a>")
	for query, want := range map[string]any{
		"1 + 2 * 3 = 7 and 2 > 1": true,
		"count(b) - 1":            1.0,
		"b - 1":                   2.0,
		"sum(b) div 2":            3.5,
		"b * b":                   9.0,
		"* = 4":                   true,
		"not(b = 5) or 1 div 0":   true,
		"- - 2":                   2.0,
		"string(b[2]) = '4'":      true,
	} {
		q, err := xpath.Compile(query)
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		if got, err := q.Evaluate(root, nil, free); got != want || err != nil {
			t.Errorf("%s is %v, %v", query, got, err)
		}
	}
}

func TestStepsEndAQuery(t *testing.T) {
	t.Parallel()
	root := node(t, "<a>"+strings.Repeat("<b/>", 2000)+"</a>")
	for _, query := range []string{
		"//b//node()/ancestor::*", "b/following-sibling::b", "b[following::b = preceding::b]", "b[last()]/preceding-sibling::z | b/following-sibling::z",
		"count(//*[. = //*])",
	} {
		q, err := xpath.Compile(query)
		if err != nil {
			t.Fatal(err)
		}
		left := 5000
		spent := errors.New("spent")
		_, err = q.Evaluate(root, nil, func() error {
			if left--; left < 0 {
				return spent
			}
			return nil
		})
		if !errors.Is(err, spent) {
			t.Errorf("%s took %d steps, %v", query, 5000-left, err)
		}
	}
}

func TestNestedQueryIsRefused(t *testing.T) {
	t.Parallel()
	_, err := xpath.Compile(strings.Repeat("(", 10000) + "1" + strings.Repeat(")", 10000))
	if e := clr.AsException(err); e == nil || e.Message != "The xpath query is too complex." {
		t.Errorf("ten thousand parentheses: %v", err)
	}
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{"/a/b[1]", "//*[local-name()='x']/@k", "a | b", "-1 + count(.)", "p:a[x = \"'\"]", "self::node()", "a[", "'"} {
		f.Add(seed)
	}
	root := node(f, "<a k='1'><b>x</b><!--c--><c><b/></c></a>")
	f.Fuzz(func(t *testing.T, query string) {
		q, err := xpath.Compile(query)
		if err != nil {
			if clr.AsException(err) == nil {
				t.Errorf("%q fails with %T", query, err)
			}
			return
		}
		left := 10000
		_, _ = q.Evaluate(root, xmldom.NewNamespaceManager(), func() error {
			if left--; left < 0 {
				return errors.New("spent")
			}
			return nil
		})
	})
}

func free() error { return nil }

func node(t testing.TB, text string) xpath.Node {
	t.Helper()
	e, err := linqxml.ParseElement(nil, text, linqxml.DropWhiteSpace)
	if err != nil {
		t.Fatal(err)
	}
	return xmldom.LinqPoint(e)
}
