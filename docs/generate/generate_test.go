package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin"
	"github.com/apimgw/apimgw/policies/expression"
)

const root = "../.."

// once renders the pages that the tests share; none of them changes them.
var once = sync.OnceValues(func() (map[string]string, error) { return render(root) })

func rendered(t *testing.T) map[string]string {
	t.Helper()
	pages, err := once()
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

func TestReferenceIsFresh(t *testing.T) {
	t.Parallel()
	want := rendered(t)
	got, err := generated(filepath.Join(root, reference))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s is out of date: make generate", name)
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is no longer made: make generate", name)
		}
	}
}

func TestFailuresAreFresh(t *testing.T) {
	t.Parallel()
	want, err := withFailures(root)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(root, fidelity))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("the table of failures in %s is out of date: make generate", fidelity)
	}
	if strings.Count(want, "\n### ") < 7 || !strings.Contains(want, "| the connection is refused |") {
		t.Errorf("the table of failures in %s is not whole", fidelity)
	}
}

func TestFailuresNeedTheirPlace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{fidelity: beginFailure + "no end", failures: "### Rows\n"} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := writeFailures(dir); err == nil || !strings.Contains(err.Error(), "has no place for the table") {
		t.Errorf("the error is %v", err)
	}
}

func TestRenderingIsDeterministic(t *testing.T) {
	t.Parallel()
	again, err := render(root)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range rendered(t) {
		if again[name] != text {
			t.Errorf("%s came out differently", name)
		}
	}
}

func TestGenerateRemovesOldPages(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"policies", "sync", "cmd", "extproc", "xds"} {
		from, err := filepath.Abs(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	folder := filepath.Join(dir, reference)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"old.md": marker + "old", "commands.md": "not ours"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := generate(dir); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"old.md": false, "commands.md": true, "README.md": true, "policies/cors.md": true} {
		if _, err := os.Stat(filepath.Join(folder, name)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryPolicyHasAPage(t *testing.T) {
	t.Parallel()
	pages := rendered(t)
	index := pages["policies/README.md"]
	for _, name := range builtin.Known {
		if !strings.Contains(index, "["+name+"](") && !strings.Contains(index, "`"+name+"`") {
			t.Errorf("the index does not name %s", name)
		}
	}
	for _, k := range builtin.Kinds {
		text := pages["policies/"+k.Name+".md"]
		for _, part := range []string{"# " + k.Name + "\n", "`<" + k.Name + ">` ", string(k.Chapter), "## Where it may stand", "## Settings", "## Examples", "```xml\n<" + k.Name} {
			if !strings.Contains(text, part) {
				t.Errorf("the page of %s has no %q", k.Name, part)
			}
		}
		tellsAll(t, k.Name, text, k.Settings())
	}
}

// tellsAll looks for a row of each setting.
func tellsAll(t *testing.T, policy, text string, s policies.Settings) {
	t.Helper()
	for _, x := range s.List {
		if !strings.Contains(text, "\n| "+settingName(x)+" | ") {
			t.Errorf("the page of %s does not tell %s", policy, settingName(x))
		}
		if x.Nested != nil {
			tellsAll(t, policy, text, *x.Nested)
		}
	}
}

func TestEveryMemberIsThere(t *testing.T) {
	t.Parallel()
	pages := rendered(t)
	for _, c := range expression.Reference() {
		text := pages["expressions/"+file(c.Namespace)]
		if !strings.Contains(text, "\n## "+shown(c)+"\n") {
			t.Errorf("%s has no heading in the page of %q", c.Name, c.Namespace)
		}
		for _, m := range c.Members {
			if !strings.Contains(text, "\n- "+code(m.Signature)) {
				t.Errorf("%s.%s is not told", c.Name, m.Signature)
			}
		}
	}
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	fenced  = regexp.MustCompile("(?ms)^(`{3,})[^\n]*\n.*?^`{3,}$")
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	inline  = regexp.MustCompile("``.+?``|`[^`\n]*`")
)

func TestLinksResolve(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(root, reference)
	files, err := filepath.Glob(filepath.Join(folder, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	deeper, err := filepath.Glob(filepath.Join(folder, "*", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, name := range append(files, deeper...) {
		for _, m := range link.FindAllStringSubmatch(prose(t, name), -1) {
			checked++
			if err := resolve(t, name, m[1]); err != nil {
				t.Errorf("%s: the link to %s: %v", name, m[1], err)
			}
		}
	}
	if checked < 300 {
		t.Errorf("only %d links were found", checked)
	}
}

// prose is a page without its code.
func prose(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return fenced.ReplaceAllString(string(raw), "")
}

func resolve(t *testing.T, from, to string) error {
	t.Helper()
	if strings.HasPrefix(to, "https://") {
		return nil
	}
	target, anchor, hasAnchor := strings.Cut(to, "#")
	name := from
	if target != "" {
		name = filepath.Join(filepath.Dir(from), target)
	}
	if _, err := os.Stat(name); err != nil || !hasAnchor {
		return err
	}
	seen := newPage("")
	seen.slugs = map[string]int{}
	for _, m := range heading.FindAllStringSubmatch(prose(t, name), -1) {
		if seen.anchor(m[1]) == anchor {
			return nil
		}
	}
	return fmt.Errorf("there is no heading #%s", anchor)
}

func TestHeadingsHaveNoLinks(t *testing.T) {
	t.Parallel()
	for name, text := range rendered(t) {
		for _, m := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
			if link.MatchString(inline.ReplaceAllString(m[1], "")) {
				t.Errorf("%s: the heading %q has a link, so that its anchor is not what it seems", name, m[1])
			}
		}
	}
}

func TestIntroduction(t *testing.T) {
	t.Parallel()
	const twins = "Package send implements send-request, which calls, and waits,\nand send-one-way-request, which does not. It is more."
	for _, c := range []struct{ comment, name, want string }{
		{"Package setmethod implements set-method, which sets the method.", "set-method", "<set-method> sets the method."},
		{"Package setmethod implements set-method,\nwhich sets it. See cors, which does not.", "set-method", "<set-method> sets it. See cors, which does not."},
		{"Package ratelimit implements rate-limit and rate-limit-by-key, which turn calls away.", "rate-limit", "<rate-limit> and <rate-limit-by-key> turn calls away."},
		{twins, "send-request", "<send-request> calls, and waits. It is more."},
		{twins, "send-one-way-request", "<send-one-way-request> does not. It is more."},
		{"Something else.", "cors", "Something else."},
	} {
		if got := introduction(c.comment, c.name); got != c.want {
			t.Errorf("%q becomes %q, want %q", c.comment, got, c.want)
		}
	}
}

func TestDescription(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ field, comment, want string }{
		{"Name", "Name of the header.", "Name of the header."},
		{"Code", "Code is the status.", "The status."},
		{"Expose", "Expose are headers.", "Headers."},
		{"Origins", "Origins as scheme://host.", "Origins as scheme://host."},
		{"AllowCredentials", "AllowCredentials lets pages send cookies.", "Lets pages send cookies."},
		{"ContinueTimeout", "ContinueTimeout in seconds, * for none.", "`a-name` in seconds, \\* for none."},
		{"HTTPVersion", "HTTPVersion to speak, with <a />.", "`a-name` to speak, with `<a />`."},
		{"ID", "ID of the fragment.", "ID of the fragment."},
	} {
		if got := description(policies.Setting{Field: c.field, Attribute: "a-name"}, c.comment); got != c.want {
			t.Errorf("%q becomes %q, want %q", c.comment, got, c.want)
		}
	}
}

func TestAnchors(t *testing.T) {
	t.Parallel()
	p := newPage("Title")
	for _, c := range [][2]string{
		{"Dictionary<TKey, TValue>", "dictionarytkey-tvalue"}, {"String (string)", "string-string"}, {"url", "url"}, {"url", "url-1"}, {"apimgw eval", "apimgw-eval"},
	} {
		if got := p.heading(2, c[0]); got != c[1] {
			t.Errorf("the anchor of %q is %q, want %q", c[0], got, c[1])
		}
	}
}
