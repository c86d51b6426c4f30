package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/apimgw/apimgw/samples"
)

// A tree is a folder of APIs.
type tree struct {
	t    testing.TB
	path string
}

// newTree makes a folder of the files of a txtar text, in which $BACKEND is the address of
// a backend.
func newTree(t testing.TB, backend, files string) tree {
	t.Helper()
	f := tree{t, filepath.Join(t.TempDir(), "apis")}
	f.add(backend, files)
	return f
}

// add writes further files.
func (f tree) add(backend, files string) {
	f.t.Helper()
	archive := txtar.Parse([]byte(files))
	if len(archive.Files) == 0 {
		f.t.Fatal("the tree has no files")
	}
	for _, file := range archive.Files {
		f.write(file.Name, strings.ReplaceAll(string(file.Data), "$BACKEND", backend))
	}
}

// sampleTree is the sample APIs, at another backend.
func sampleTree(t testing.TB, backend string) tree {
	t.Helper()
	f := tree{t, filepath.Join(t.TempDir(), "apis")}
	if err := samples.Write(f.path, backend); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f tree) file(name string) string { return filepath.Join(f.path, filepath.FromSlash(name)) }

func (f tree) read(name string) string {
	f.t.Helper()
	text, err := os.ReadFile(f.file(name))
	if err != nil {
		f.t.Fatal(err)
	}
	return string(text)
}

// write truncates a file and writes it anew, as many editors do.
func (f tree) write(name, text string) {
	f.t.Helper()
	if err := os.MkdirAll(filepath.Dir(f.file(name)), 0o755); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(f.file(name), []byte(text), 0o644); err != nil {
		f.t.Fatal(err)
	}
}

// A way in which editors save.
type way struct {
	name string
	save func(f tree, name, text string)
}

var ways = []way{
	{"truncate and write", tree.write},
	{"in pieces", tree.writePieces},
	{"rename over", tree.renameOver},
	{"move aside", tree.moveAside},
}

// writePieces writes as a file of several blocks is written: a reader may see a part of it.
func (f tree) writePieces(name, text string) {
	f.t.Helper()
	out, err := os.Create(f.file(name))
	if err != nil {
		f.t.Fatal(err)
	}
	for piece := range strings.Lines(text) {
		if _, err := out.WriteString(piece); err != nil {
			f.t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		f.t.Fatal(err)
	}
}

// renameOver writes another file and gives it the name, as IDEs do.
func (f tree) renameOver(name, text string) {
	f.t.Helper()
	aside := name + "~new"
	f.write(aside, text)
	if err := os.Rename(f.file(aside), f.file(name)); err != nil {
		f.t.Fatal(err)
	}
}

// moveAside gives the old file another name and writes a new one, as vim does.
func (f tree) moveAside(name, text string) {
	f.t.Helper()
	if err := os.Rename(f.file(name), f.file(name+"~")); err != nil {
		f.t.Fatal(err)
	}
	f.write(name, text)
	if err := os.Remove(f.file(name + "~")); err != nil {
		f.t.Fatal(err)
	}
}
