package expression

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apimgw/apimgw/policies/diag"
)

// FuzzExpression compiles whatever it is given and runs what compiles: nothing panics, and
// nothing runs for long.
func FuzzExpression(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		for _, source := range sources(f, name) {
			f.Add(source)
		}
	}
	opts := fixedOptions()
	opts.Limits = Limits{Time: 200 * time.Millisecond, Steps: 20_000, Memory: 1 << 20, Depth: 30}
	f.Fuzz(func(t *testing.T, source string) {
		p, list := Compile(diag.NewText(diag.NewSource("e", source)), Text, opts)
		if p == nil {
			if !list.HasErrors() {
				t.Errorf("%q does not compile, and nothing is said", source)
			}
			return
		}
		started := time.Now()
		_, failed := p.eval.Any(context.Background(), testExchange())
		if took := time.Since(started); took > 5*time.Second {
			t.Errorf("%q ran for %v", source, took)
		}
		if failed != nil && failed.Error() == "" {
			t.Errorf("%q fails without a message", source)
		}
	})
}

func sources(f *testing.F, name string) []string {
	file, err := os.Open(name)
	if err != nil {
		f.Fatal(err)
	}
	defer file.Close()
	var out []string
	s := bufio.NewScanner(file)
	for s.Scan() {
		text := strings.TrimSpace(s.Text())
		if i := strings.LastIndex(text, " => "); i > 0 && !strings.HasPrefix(text, "#") {
			out = append(out, wholeExpression(text[:i]))
		}
	}
	return out
}
