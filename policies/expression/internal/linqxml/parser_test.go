package linqxml

import (
	"bufio"
	"errors"
	"flag"
	"os"
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
	indented, err := Text(nil, e, false)
	if err != nil {
		return "", err
	}
	compact, err := Text(nil, e, true)
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
