package expression

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/diag"
)

// example finds a code's name, the last line of its comment, and its value.
var example = regexp.MustCompile(`(?m)//\t(.*@.*)\n\t(\w+) diag\.Code = "([\w-]+)"`)

// TestCodes compiles the example in the comment of each code of package check: it is told
// with that code.
func TestCodes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("internal/check/errors.go")
	if err != nil {
		t.Fatal(err)
	}
	all := example.FindAllStringSubmatch(string(text), -1)
	if len(all) < 20 {
		t.Fatalf("%d examples", len(all))
	}
	for _, m := range all {
		source, want := m[1], Text
		if condition, ok := strings.CutPrefix(source, `condition="`); ok {
			source, want = strings.TrimSuffix(condition, `"`), Bool
		}
		_, list := Compile(diag.NewText(diag.NewSource("e", source)), want, Options{Strict: true})
		if !told(list, diag.Code(m[3])) {
			t.Errorf("%s: %s is told as %v", m[2], source, list)
		}
	}
}

func told(list diag.List, code diag.Code) bool {
	for _, d := range list {
		if d.Code == code {
			return true
		}
	}
	return false
}
