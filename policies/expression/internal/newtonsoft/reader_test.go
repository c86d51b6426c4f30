package newtonsoft

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// outcome is what a test of text tables sees: a value's text, or an exception.
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

func parseCompact(text string) (string, error) {
	t, err := Parse(text, ReadOptions{})
	if err != nil {
		return "", err
	}
	return JSON(nil, t, Compact)
}

var update = flag.Bool("update", false, "rewrite golden files")

func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(b.String())
}

// TestReader reads testdata/reader.txt: a JSON string that holds the text to read, two
// blanks, and what is to come out as a JSON string: the text printed, or an exception.
// The cases were asked of Json.NET 6 on Mono and differ from it where Json.NET 13 does.
func TestReader(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/reader.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	n := 0
	var updated strings.Builder
	for lines.Scan() {
		in, want, ok := strings.Cut(lines.Text(), "  ")
		var text, expect string
		if !ok || json.Unmarshal([]byte(in), &text) != nil || json.Unmarshal([]byte(want), &expect) != nil {
			t.Fatalf("bad line %q", lines.Text())
		}
		n++
		got := outcome(parseCompact(text))
		fmt.Fprintf(&updated, "%s  %s\n", in, quoted(got))
		if got != expect && !*update {
			t.Errorf("%s\n got %s\nwant %s", in, got, expect)
		}
	}
	if *update {
		if err := os.WriteFile("testdata/reader.txt", []byte(updated.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if n < 50 {
		t.Errorf("only %d cases", n)
	}
}
