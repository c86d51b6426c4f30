package expression

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/expression/internal/check"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/oracle"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

const oracleFolder = "testdata/oracle"

// readReasons reads paragraphs that begin with a reason: in corrections.txt the answers
// that Mono got wrong or that .NET 8 changed, in open.txt those that we give and that are
// known to be wrong.
func readReasons(t testing.TB, name string) map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(oracleFolder, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out, reason := map[string]string{}, ""
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		switch {
		case line == "":
			reason = ""
		case strings.HasPrefix(line, "# "):
			reason = line
		case reason == "":
			t.Errorf("%s: no reason for %s", name, line)
		default:
			i := strings.LastIndex(line, " => ")
			out[line[:i]] = line[i+4:]
		}
	}
	return out
}

func contexts(t testing.TB) map[string]*oracle.Context {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(oracleFolder, "contexts.json"))
	if err != nil {
		t.Fatal(err)
	}
	all, err := oracle.ReadContexts(text)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestOracleAnswers holds every case of testdata/oracle against the answer of a C#
// compiler and its run time: static type, type and value, or class of the exception.
func TestOracleAnswers(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(oracleFolder, "*.answers"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no answers: %v", err)
	}
	right, open := readReasons(t, "corrections.txt"), readReasons(t, "open.txt")
	all, used, total := contexts(t), map[string]bool{}, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		cases, answers, err := oracle.ReadAnswers(string(text))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		total += len(cases)
		for i, c := range cases {
			want := answers[i]
			if better, ok := right[c.Source]; ok {
				if better == want {
					t.Errorf("%s: the correction is what Mono says: %s", file, c.Source)
				}
				want, used[c.Source] = better, true
			}
			got := answer(t, c, all, fixedOptions())
			if wrong, ok := open[c.Source]; ok {
				if used[c.Source] = true; agree(got, want) {
					t.Errorf("open.txt: this is right now: %s", c.Source)
					continue
				}
				want = wrong
			}
			if !agree(got, want) {
				t.Errorf("%s (%s): %s\n got %s\nwant %s", filepath.Base(file), c.Context, c.Source, got, want)
			}
		}
	}
	for _, listed := range []map[string]string{right, open} {
		for source := range listed {
			if !used[source] {
				t.Errorf("listed, but not a case: %s", source)
			}
		}
	}
	if total < 2000 {
		t.Errorf("there are %d cases, at least 2000 are wanted", total)
	}
}

// agree compares answers: of a class that is not public, Mono's cannot be known.
func agree(got, want string) bool {
	if strings.HasPrefix(want, "!compile") {
		return strings.HasPrefix(got, "!compile")
	}
	if got == want {
		return true
	}
	type1, value1, _ := strings.Cut(got, " ")
	type2, value2, _ := strings.Cut(want, " ")
	static1, _, _ := strings.Cut(type1, ":")
	static2, hidden, ok := strings.Cut(type2, ":")
	return ok && hidden == "Hidden" && static1 == static2 && value1 == value2
}

// answer is what our compiler and run time say, in the oracle's words.
func answer(t testing.TB, c oracle.Case, all map[string]*oracle.Context, options Options) string {
	t.Helper()
	given, ok := all[c.Context]
	if !ok {
		t.Fatalf("no context %q", c.Context)
	}
	text := diag.NewText(diag.NewSource("e", wholeExpression(c.Source)))
	p, list := Compile(text, Text, options)
	if p == nil {
		for _, d := range list {
			if d.Severity == diag.Error {
				return "!compile " + d.Message
			}
		}
	}
	x, err := given.Exchange()
	if err != nil {
		t.Fatal(err)
	}
	var out string
	err = p.eval.Use(context.Background(), x, func(r *library.Run, v any) (err error) {
		out, err = oracle.Describe(r, staticType(text), v)
		return err
	})
	if err != nil {
		return oracle.Failure(err)
	}
	return out
}

// staticType is the type of an inline expression; the oracle knows none of a block.
func staticType(text diag.Text) *types.Type {
	if strings.HasPrefix(text.String(), "@{") {
		return nil
	}
	tree, _ := syntax.Parse(text)
	unit, _ := check.Expression(tree, check.Options{})
	return unit.Root.Result
}
