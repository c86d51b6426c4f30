package linqxml

import (
	"bufio"
	"errors"
	"flag"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

var update = flag.Bool("update", false, "rewrite golden files")

// outcome is what tests compare: a text, or an exception.
func outcome(s string, err error) string {
	var e *clr.Exception
	switch {
	case errors.As(err, &e):
		return "!" + e.Class.ShortName() + ": " + e.Message
	case err != nil:
		return "!!" + err.Error()
	}
	return s
}

var unescape = strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\t`, "\t")

func parseAndPrint(text string) (string, error) {
	e, err := ParseElement(nil, text, DropWhiteSpace)
	if err != nil {
		return "", err
	}
	indented, err := Text(nil, e, Indented)
	if err != nil {
		return "", err
	}
	compact, err := Text(nil, e, DisableFormatting)
	return "I " + indented + "  D " + compact + "  V " + e.Value(), err
}

// TestParse reads testdata/parse.txt: a text, "  =>  ", and the element indented (I), on
// one line (D) and its value (V), or the exception. The cases were asked of .NET on Mono.
func TestParse(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/parse.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var updated strings.Builder
	n := 0
	for lines := bufio.NewScanner(f); lines.Scan(); n++ {
		in, want, ok := strings.Cut(lines.Text(), "  =>  ")
		if !ok {
			t.Fatalf("bad line %q", lines.Text())
		}
		got := outcome(parseAndPrint(unescape.Replace(in)))
		got = strings.NewReplacer("\\", `\\`, "\n", `\n`, "\r", `\r`).Replace(got)
		updated.WriteString(in + "  =>  " + got + "\n")
		if got != want && !*update {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
	if n < 80 {
		t.Errorf("only %d cases", n)
	}
	if *update {
		if err := os.WriteFile("testdata/parse.txt", []byte(updated.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// Hostile documents: none costs more than its length.
func TestParseManyAttributesAndNamespaces(t *testing.T) {
	t.Parallel()
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(format, "#", strconv.Itoa(i)))
		}
		return b.String()
	}
	attributes := many(50_000, " a#='1'")
	if e, err := ParseElement(nil, "<r"+attributes+"/>", DropWhiteSpace); err != nil || len(e.attrs) != 50_000 {
		t.Errorf("many attributes: %v", err)
	}
	if _, err := ParseElement(nil, "<r"+attributes+" a7='2'/>", DropWhiteSpace); err == nil || !strings.Contains(err.Error(), "'a7' is a duplicate attribute name.") {
		t.Errorf("many attributes, one twice: %v", err)
	}
	var limit *clr.LimitError
	if _, err := ParseElement(nil, "<r"+many(maxBindings+1, " xmlns:p#='u'")+"/>", DropWhiteSpace); !errors.As(err, &limit) {
		t.Errorf("many namespaces: %v", err)
	}
	if _, err := ParseElement(nil, "<r>"+many(maxBindings+1, "<e xmlns:p#='u'/>")+"</r>", DropWhiteSpace); err != nil {
		t.Errorf("many namespaces, none in force together: %v", err)
	}
}
