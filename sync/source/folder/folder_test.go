package folder

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/apimgw/apimgw/sync/catalog"
)

var update = flag.Bool("update", false, "rewrite the expected results in testdata")

// TestLayouts reads the trees of testdata. A line "env NAME=value", "gateway NAME",
// "environment NAME" or "secrets FILE" in the comment sets an option; want/catalog and
// want/errors are what must come out.
func TestLayouts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			testArchive(t, name)
		})
	}
}

func testArchive(t *testing.T, name string) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	var wants []txtar.File
	inputs := archive.Files[:0:0]
	for _, f := range archive.Files {
		if strings.HasPrefix(f.Name, "want/") {
			wants = append(wants, f)
			continue
		}
		inputs = append(inputs, f)
		write(t, root, f.Name, string(f.Data))
	}
	f := newFolder(t, root, archiveOptions(root, string(archive.Comment)))
	c, diags, err := f.Pull(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{"want/catalog": render(t, c), "want/errors": diags.String()}
	if *update {
		archive.Files = inputs
		for _, want := range wants {
			archive.Files = append(archive.Files, txtar.File{Name: want.Name, Data: []byte(got[want.Name])})
		}
		if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if len(wants) == 0 {
		t.Fatal("the archive wants nothing")
	}
	for _, want := range wants {
		if string(want.Data) != got[want.Name] {
			t.Errorf("%s is\n%s\nwant\n%s", want.Name, got[want.Name], want.Data)
		}
	}
}

func archiveOptions(root, comment string) Options {
	env := map[string]string{}
	o := Options{LookupEnv: func(name string) (string, bool) { v, ok := env[name]; return v, ok }}
	for line := range strings.Lines(comment) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch key {
		case "env":
			name, v, _ := strings.Cut(value, "=")
			env[name] = v
		case "gateway":
			o.Gateway = value
		case "environment":
			o.Environment = value
		case "secrets":
			o.SecretsFile = filepath.Join(root, value)
		}
	}
	return o
}

func newFolder(t testing.TB, root string, o Options) *Folder {
	t.Helper()
	f, err := New(root, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func write(t testing.TB, root, name, content string) {
	t.Helper()
	name = filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// render is the catalog as JSON without its version.
func render(t *testing.T, c *catalog.Catalog) string {
	t.Helper()
	shown := *c
	if shown.Version == "" {
		t.Error("the catalog is not sealed")
	}
	shown.Version = ""
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(shown); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
