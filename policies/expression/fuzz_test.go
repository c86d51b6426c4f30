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

// leakSources are expressions that succeed, fail, are caught, and hold sequences half gone
// through.
var leakSources = []string{
	`@(context.Request.Headers.GetValueOrDefault("X-One", "") == "1" ? "yes" : "no")`,
	`@("/api/" + context.Request.Headers.GetValueOrDefault("X-One", "") + context.Variables.GetValueOrDefault<int>("count"))`,
	`@((string)((JObject)context.Variables["json"])["deep"]["x"][0]["y"])`,
	`@(new JObject(new JProperty("a", 1)).ToString(Newtonsoft.Json.Formatting.None))`,
	`@(string.Join(",", new[] { "a", "bb" }.Where(x => x.Length > 1).Select(x => x.ToUpper())))`,
	`@{ try { return int.Parse("x").ToString(); } catch (FormatException e) { return e.Message; } }`,
	`@(Regex.Replace(context.Request.Method, "P(.)", "$1"))`,
	`@(context.Variables.GetValueOrDefault<string>("count"))`, // fails
	`@(string.Join(",", new[] { 1, 2 }.Zip(Enumerable.Range(0, 1000), (a, b) => a + b)))`,
	`@(new[] { 1, 2 }.SequenceEqual(Enumerable.Range(1, 1000).Select(i => i / (i - 2))))`, // fails inside of a sequence
	`@(XElement.Parse("<a><b>1</b></a>").Elements().Descendants().Count())`,
}

// limitSources run into a limit; the one at caught catches what the limit throws.
var limitSources = []string{
	`@{ while (true) { } }`,
	`@{ var s = "x"; while (true) s += s; }`,
	`@{ int F(int n) => F(n + 1); return F(0); }`,
	`@(Regex.IsMatch(new string('a', 40), "^(a+)+b"))`,
	`@{ try { return Regex.IsMatch(new string('a', 40), "^(a+)+b", RegexOptions.None, TimeSpan.FromMilliseconds(1)); } catch (RegexMatchTimeoutException) { return true; } }`,
	`@(new[] { 1 }.Zip(Enumerable.Range(0, 1000).Where(i => Regex.IsMatch(new string('a', 40), "^(a+)+b")), (a, b) => a).Count())`,
	`@(Enumerable.Range(0, 2000000000).OrderBy(i => -i).First())`,
}

const caught = 4

// TestMillionEvaluationsLeakNothing runs expressions a million times in all, some of them
// into their limits or for a request that has ended, and looks at what is left: on the
// heap, and of goroutines.
func TestMillionEvaluationsLeakNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("runs for some seconds")
	}
	x := testExchange()
	programs, limited := programsOf(t, leakSources, Limits{}), programsOf(t, limitSources, Limits{Time: 2 * time.Millisecond, Steps: 20_000, Memory: 1 << 16, Depth: 32})
	ended, end := context.WithCancel(t.Context())
	end()
	run := func(n int) {
		for i := range n {
			switch {
			case i%20_000 == 0: // few, since the clock of regular expressions goes by tenths of a second
				k := i / 20_000 % len(limited)
				if _, _, err := limited[k].Text(t.Context(), x); err == nil && k != caught {
					t.Fatalf("%s has met no limit", limitSources[k])
				}
			case i%100 == 0:
				_, _, _ = programs[i/100%len(programs)].Text(ended, x)
			default:
				_, _, _ = programs[i%len(programs)].Text(t.Context(), x)
			}
		}
	}
	run(10_000)
	goroutines, before := runtime.NumGoroutine(), heap()
	run(1_000_000)
	if after := heap(); after > before+1<<20 {
		t.Errorf("the heap has grown from %d to %d bytes", before, after)
	}
	requireGoroutines(t, goroutines)
}

func programsOf(t *testing.T, sources []string, limits Limits) []*Program {
	t.Helper()
	out := make([]*Program, len(sources))
	for i, source := range sources {
		out[i] = compile(t, source, Text, Options{Limits: limits})
	}
	return out
}

// requireGoroutines wants no more goroutines than there were, within the time that the
// clock of a regular expression's deadline goes on by itself.
func requireGoroutines(t *testing.T, most int) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(5 * time.Second); runtime.NumGoroutine() > most; {
		select {
		case <-tick.C:
		case <-late:
			t.Errorf("there were %d goroutines, now there are %d", most, runtime.NumGoroutine())
			return
		}
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
