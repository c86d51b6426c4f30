package oracle

import (
	"slices"
	"testing"
)

func TestReadExpandsSets(t *testing.T) {
	t.Parallel()
	got, err := Read("# note\n! set n = 1 ;; 2\n%n% + %n%\n! context orders\n%n:a% - %n:a%\n7 %n2% 3\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []Case{
		{"empty", "1 + 1"},
		{"empty", "1 + 2"},
		{"empty", "2 + 1"},
		{"empty", "2 + 2"},
		{"orders", "1 - 1"},
		{"orders", "2 - 2"},
		{"orders", "7 %n2% 3"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("cases are %v", got)
	}
	if _, err := Read("! nonsense"); err == nil {
		t.Error("a directive that does not exist was read")
	}
}

func TestAnswersComeBack(t *testing.T) {
	t.Parallel()
	cases := []Case{{"empty", "1"}, {"orders", "x => x"}, {"orders", "2"}}
	answers := []string{"Int32 1", "!compile CS0411", "Int32 2"}
	gotCases, gotAnswers, err := ReadAnswers("# written by a test\n" + Write(cases, answers))
	if err != nil || !slices.Equal(gotCases, cases) || !slices.Equal(gotAnswers, answers) {
		t.Errorf("came back as %v, %v, %v", gotCases, gotAnswers, err)
	}
}

func TestGeneratedExpressionsGetSmaller(t *testing.T) {
	t.Parallel()
	for seed := range uint64(50) {
		n := NewGenerator(seed).Expression(4)
		if again := NewGenerator(seed).Expression(4); again.String() != n.String() {
			t.Fatalf("seed %d makes %s and %s", seed, n, again)
		}
		for _, s := range n.Smaller() {
			if s.rule.typ != n.rule.typ {
				t.Fatalf("%s of type %s became %s of type %s", n, n.rule.typ, s, s.rule.typ)
			}
		}
	}
}
