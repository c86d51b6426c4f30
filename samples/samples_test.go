package samples

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/apimgw/apimgw/sync/source/folder"
)

func TestSamplesAreWithoutMistakes(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "samples")
	if err := Write(dir); err != nil {
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
	if len(mistakes) > 0 {
		t.Fatalf("the samples have mistakes:\n%s", mistakes)
	}
	if len(c.Subscriptions) != 1 || c.Subscriptions[0].PrimaryKey == "" || len(c.Fragments) != 1 || len(c.NamedValues) != 1 {
		t.Errorf("the samples lack a key, a fragment or a named value: %+v", c)
	}
	for _, a := range c.APIs {
		for _, o := range a.Operations {
			if o.Policy == nil {
				t.Errorf("the operation %s of %s has no policy to edit", o.ID, a.ID)
			}
		}
		if a.ServiceURL != "http://"+Backend && a.ServiceURL != "http://"+Backend+"/orders" {
			t.Errorf("the API %s forwards to %s", a.ID, a.ServiceURL)
		}
	}
}

func TestWriteLeavesWhatIsThere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := Write(dir); !errors.Is(err, fs.ErrExist) {
		t.Fatalf("writing over a folder gives %v", err)
	}
	entries, err := os.ReadDir(filepath.Dir(dir))
	if err != nil || len(entries) != 1 {
		t.Errorf("something was left over: %v, %v", entries, err)
	}
}
