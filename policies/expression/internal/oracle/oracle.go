package oracle

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// A Case is an expression, and the name of the context that it is evaluated in.
type Case struct{ Context, Source string }

// An Oracle asks a C# compiler and its run time.
type Oracle struct {
	dir      string
	json     string
	contexts []byte
}

var (
	//go:embed context.cs
	contextSource []byte
	//go:embed main.cs
	mainSource []byte
)

// ErrMissing says that Mono is not installed.
var ErrMissing = errors.New("the oracle needs the programs mcs and mono, and Json.NET 5 for them: " +
	"apt-get install --no-install-recommends mono-mcs mono-runtime libnewtonsoft-json5.0-cil")

// jsonLibrary is where Debian puts Json.NET.
const jsonLibrary = "/usr/lib/cli/Newtonsoft.Json-5.0/Newtonsoft.Json.dll"

// New finds Mono and readies a folder to work in. The contexts are the text of
// contexts.json.
func New(dir string, contexts []byte) (*Oracle, error) {
	for _, name := range []string{"mcs", "mono"} {
		if _, err := exec.LookPath(name); err != nil {
			return nil, ErrMissing
		}
	}
	if _, err := os.Stat(jsonLibrary); err != nil {
		return nil, ErrMissing
	}
	var line bytes.Buffer
	if err := json.Compact(&line, contexts); err != nil {
		return nil, fmt.Errorf("read contexts: %w", err)
	}
	o := &Oracle{dir: dir, json: jsonLibrary, contexts: line.Bytes()}
	if err := errors.Join(o.write("context.cs", contextSource), o.write("main.cs", mainSource)); err != nil {
		return nil, err
	}
	return o, nil
}

func (o *Oracle) write(name string, text []byte) error {
	if err := os.WriteFile(filepath.Join(o.dir, name), text, 0o600); err != nil {
		return fmt.Errorf("write C# source: %w", err)
	}
	return nil
}

// batch is how many cases go into one program.
const batch = 800

// Ask returns the answer to each case: a type and a value, "!" and an exception, or
// "!compile" and the compiler's code.
func (o *Oracle) Ask(ctx context.Context, cases []Case) ([]string, error) {
	answers := make([]string, len(cases))
	for start := 0; start < len(cases); start += batch {
		end := min(start+batch, len(cases))
		if err := o.ask(ctx, cases[start:end], answers[start:end]); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

func (o *Oracle) ask(ctx context.Context, cases []Case, answers []string) error {
	left := make([]int, len(cases))
	for i, c := range cases {
		left[i] = i
		if err := o.write(fileOf(i), []byte(program(i, c.Source))); err != nil {
			return err
		}
	}
	left, err := o.compile(ctx, left, answers)
	if err != nil || len(left) == 0 {
		return err
	}
	return o.run(ctx, cases, left, answers)
}

func fileOf(i int) string { return "E" + strconv.Itoa(i) + ".cs" }

// imports are the names that expressions see.
const imports = "using System; using System.Collections.Generic; using System.IO; using System.Linq; using System.Security.Cryptography; " +
	"using System.Security.Cryptography.X509Certificates; using System.Text; using System.Text.RegularExpressions; using System.Threading; " +
	"using System.Threading.Tasks; using System.Xml; using System.Xml.Linq; using Newtonsoft.Json; using Newtonsoft.Json.Linq; "

// program wraps an expression into a class of its own, in a namespace below the one of the
// gateway's extension methods: at equal distance they would be ambiguous with Mono's own.
func program(i int, source string) string {
	class := imports + "namespace Gateway.Cases { public static class E" + strconv.Itoa(i) + " { "
	if block, ok := strings.CutPrefix(source, "@{"); ok {
		return class + "static object Block(Context context) {" + strings.TrimSuffix(block, "}") + "\n} " +
			"public static Result Eval(Context context) { return Result.OfBlock(Block(context)); } } }"
	}
	return class + "public static Result Eval(Context context) { return Result.Of(" + source + "\n); } } }"
}

var compileError = regexp.MustCompile(`E(\d+)\.cs\(\d+,\d+\+?\): error (CS\d+)`)

// compile compiles the cases that are left, and leaves out those that do not compile. The
// compiler does not tell all mistakes at once: syntax errors come first.
func (o *Oracle) compile(ctx context.Context, left []int, answers []string) ([]int, error) {
	for len(left) > 0 {
		args := []string{
			"-nologo", "-langversion:7.2", "-warn:0", "-out:oracle.exe", "-r:" + o.json, "-r:System.Core.dll", "-r:System.Numerics.dll",
			"-r:System.Xml.dll", "-r:System.Xml.Linq.dll", "-r:System.Security.dll", "context.cs", "main.cs",
		}
		for _, i := range left {
			args = append(args, fileOf(i))
		}
		mcs := exec.CommandContext(ctx, "mcs", args...)
		mcs.Dir = o.dir
		out, err := mcs.CombinedOutput()
		if err == nil {
			return left, nil
		}
		found := false
		for _, m := range compileError.FindAllStringSubmatch(string(out), -1) {
			i, _ := strconv.Atoi(m[1])
			if answers[i] == "" {
				answers[i], found = "!compile "+m[2], true
			}
		}
		if !found {
			return nil, fmt.Errorf("compile the oracle: %w: %s", err, out)
		}
		left = without(left, answers)
	}
	return nil, nil
}

func without(left []int, answers []string) []int {
	var out []int
	for _, i := range left {
		if answers[i] == "" {
			out = append(out, i)
		}
	}
	return out
}

func (o *Oracle) run(ctx context.Context, cases []Case, left []int, answers []string) error {
	var in bytes.Buffer
	in.Write(o.contexts)
	in.WriteByte('\n')
	for _, i := range left {
		fmt.Fprintf(&in, "%d %s\n", i, cases[i].Context)
	}
	mono := exec.CommandContext(ctx, "mono", "oracle.exe")
	mono.Dir, mono.Stdin = o.dir, &in
	mono.Env = append(os.Environ(), "TZ=UTC", "LANG=C", "MONO_PATH="+filepath.Dir(o.json))
	var told bytes.Buffer
	mono.Stderr = &told
	out, err := mono.Output()
	if err != nil {
		return fmt.Errorf("run the oracle: %w: %s", err, told.Bytes())
	}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		number, answer, _ := strings.Cut(lines.Text(), "\t")
		i, err := strconv.Atoi(number)
		if err != nil || i >= len(answers) {
			return fmt.Errorf("run the oracle: it printed %q", lines.Text())
		}
		answers[i] = realNumbers(answer)
	}
	return lines.Err()
}

var bits = regexp.MustCompile(`0d[0-9A-F]{16}\b`)

// realNumbers writes the bits of floating-point numbers as digits: Mono prints 15 of them.
func realNumbers(answer string) string {
	return bits.ReplaceAllStringFunc(answer, func(s string) string {
		n, err := strconv.ParseUint(s[2:], 16, 64)
		if err != nil {
			return s
		}
		return realText(math.Float64frombits(n))
	})
}

func realText(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
