package expression

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression/internal/oracle"
)

// fuzzLimits are small, so that what would not end is seen soon.
var fuzzLimits = Limits{Time: 500 * time.Millisecond, Steps: 100_000, Memory: 8 << 20, Depth: 64}

// FuzzProgram checks that no text makes the compiler or a program panic, and that each
// program ends within its limits.
func FuzzProgram(f *testing.F) {
	for _, source := range fuzzSeeds(f) {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) > 4096 {
			return
		}
		p, list := Compile(diag.NewText(diag.NewSource("e", source)), Text, Options{Limits: fuzzLimits, Now: fixedOptions().Now})
		if (p == nil) != list.HasErrors() {
			t.Fatalf("%s: a program %v with the mistakes %v", source, p != nil, list)
		}
		if p != nil {
			runWithinLimits(t, p, source)
		}
	})
}

// FuzzTypedProgram does the same with well-typed expressions, which all get to run.
func FuzzTypedProgram(f *testing.F) {
	for seed := range uint64(64) {
		f.Add(seed, byte(seed%7))
	}
	f.Fuzz(func(t *testing.T, seed uint64, depth byte) {
		source := wholeExpression(oracle.NewGenerator(seed).Expression(int(depth % 7)).String())
		p, _ := Compile(diag.NewText(diag.NewSource("e", source)), Text, Options{Limits: fuzzLimits})
		if p != nil {
			runWithinLimits(t, p, source)
		}
	})
}

func runWithinLimits(t *testing.T, p *Program, source string) {
	t.Helper()
	began := time.Now()
	_, _, err := p.Text(context.Background(), testExchange())
	if took := time.Since(began); took > 20*fuzzLimits.Time {
		t.Fatalf("%s ran for %v", source, took)
	}
	var own *exchange.Error
	if err != nil && !errors.As(err, &own) {
		t.Fatalf("%s: a failure that is no error of the exchange: %v", source, err)
	}
}

// fuzzSeeds are the cases of the oracle: not all, since each is run before fuzzing starts.
func fuzzSeeds(f *testing.F) []string {
	files, err := filepath.Glob(filepath.Join(oracleFolder, "*.answers"))
	if err != nil {
		f.Fatal(err)
	}
	var out []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		cases, _, err := oracle.ReadAnswers(string(text))
		if err != nil {
			f.Fatal(err)
		}
		for i := 0; i < len(cases); i += 17 {
			out = append(out, wholeExpression(cases[i].Source))
		}
	}
	return out
}

// TestMillionEvaluationsLeakNothing runs expressions a million times in all and looks at
// what is left on the heap.
func TestMillionEvaluationsLeakNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("runs for some seconds")
	}
	sources := []string{
		`@(context.Request.Headers.GetValueOrDefault("X-One", "") == "1" ? "yes" : "no")`,
		`@("/api/" + context.Request.Headers.GetValueOrDefault("X-One", "") + context.Variables.GetValueOrDefault<int>("count"))`,
		`@((string)((JObject)context.Variables["json"])["deep"]["x"][0]["y"])`,
		`@(new JObject(new JProperty("a", 1)).ToString(Newtonsoft.Json.Formatting.None))`,
		`@(string.Join(",", new[] { "a", "bb" }.Where(x => x.Length > 1).Select(x => x.ToUpper())))`,
		`@{ try { return int.Parse("x").ToString(); } catch (FormatException e) { return e.Message; } }`,
		`@(Regex.Replace(context.Request.Method, "P(.)", "$1"))`,
		`@(context.Variables.GetValueOrDefault<string>("count"))`, // fails
	}
	x := testExchange()
	programs := make([]*Program, len(sources))
	for i, source := range sources {
		programs[i] = compile(t, source, Text, Options{})
	}
	run := func(n int) {
		for i := range n {
			_, _, _ = programs[i%len(programs)].Text(t.Context(), x)
		}
	}
	run(10_000)
	before := heap()
	run(1_000_000)
	if after := heap(); after > before+1<<20 {
		t.Errorf("the heap has grown from %d to %d bytes", before, after)
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
