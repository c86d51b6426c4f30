package samples

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/policies/builtin"
	"github.com/apimgw/apimgw/sync/plan"
	"github.com/apimgw/apimgw/sync/source/folder"
)

func TestSamplesAreWithoutMistakes(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "samples")
	if err := Write(dir, Backend); err != nil {
		t.Fatal(err)
	}
	f, err := folder.New(dir, folder.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c, mistakes, err := f.Pull(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p, more := plan.Compile(c, plan.Options{Kinds: builtin.Kinds, Known: builtin.Known, Skipped: builtin.Skipped}, nil)
	if mistakes = append(mistakes, more...); len(mistakes) > 0 {
		t.Fatalf("the samples have mistakes:\n%s", mistakes)
	}
	for _, e := range p.Endpoints() {
		if _, err := fs.Stat(FS(), "apis/"+e.API+"/operations/"+e.Operation+"/policy.xml"); err != nil {
			t.Errorf("there is no policy to edit for %s: %v", e.Path, err)
		}
		if want := e.API == "orders"; e.KeyRequired != want || (p.Key(e.API) != "") != want {
			t.Errorf("%s needs a key: %t, and has one: %t", e.Path, e.KeyRequired, p.Key(e.API) != "")
		}
	}
	for _, a := range c.APIs {
		if a.ServiceURL != "http://"+Backend && a.ServiceURL != "http://"+Backend+"/orders" && a.ServiceURL != "ws://"+Backend+"/chat" {
			t.Errorf("the API %s forwards to %s", a.ID, a.ServiceURL)
		}
	}
}

func TestWriteLeavesWhatIsThere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := Write(dir, Backend); !errors.Is(err, fs.ErrExist) {
		t.Fatalf("writing over a folder gives %v", err)
	}
	entries, err := os.ReadDir(filepath.Dir(dir))
	if err != nil || len(entries) != 1 {
		t.Errorf("something was left over: %v, %v", entries, err)
	}
}

func TestWriteForAnotherBackend(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "samples")
	if err := Write(dir, "127.0.0.1:9999"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "apis", "echo", "apiInformation.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "http://127.0.0.1:9999") || strings.Contains(string(text), Backend) {
		t.Errorf("the echo API is\n%s", text)
	}
}
