package folder

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/fsnotify/fsnotify"
)

// TestIncrementalIsTheSame edits a tree at random. What a folder that is told of the
// changes pulls must be what a new one does.
func TestIncrementalIsTheSame(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	writeTree(t, root, "first")
	told := newFolder(t, root, Options{})
	if _, _, err := told.Pull(t.Context()); err != nil {
		t.Fatal(err)
	}
	// From here as if watched; the events are made by hand.
	told.watch.fs, told.tree.entering = &fsnotify.Watcher{}, func(string) {}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 300 {
		randomEdit(t, random, told, i)
		if random.IntN(3) == 0 {
			continue // several edits at once
		}
		got, gotDiags, err := told.Pull(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want, wantDiags, err := newFolder(t, root, Options{}).Pull(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got.Version != want.Version {
			t.Fatalf("after edit %d the catalogs differ:\n%s\nwant\n%s", i, render(t, got), render(t, want))
		}
		if gotDiags.String() != wantDiags.String() {
			t.Fatalf("after edit %d the messages are\n%s\nwant\n%s", i, gotDiags, wantDiags)
		}
	}
}

// randomEdit changes one thing in the tree, and tells the folder so.
func randomEdit(t *testing.T, random *rand.Rand, f *Folder, i int) {
	api := fmt.Sprintf("apis/api%d", random.IntN(5))
	change := func(name, content string) {
		made := filepath.Join(f.root, name)
		for dir := filepath.Dir(made); dir != f.root; dir = filepath.Dir(dir) {
			if _, err := os.Stat(dir); err != nil {
				made = dir
			}
		}
		write(t, f.root, name, content)
		f.watch.note(fsnotify.Event{Name: made, Op: fsnotify.Create})
		f.watch.note(fsnotify.Event{Name: filepath.Join(f.root, name), Op: fsnotify.Write})
	}
	remove := func(name string) {
		must(t, os.RemoveAll(filepath.Join(f.root, name)))
		f.watch.note(fsnotify.Event{Name: filepath.Join(f.root, name), Op: fsnotify.Remove})
	}
	switch random.IntN(10) {
	case 0, 1:
		change(api+"/apiInformation.json", fmt.Sprintf(`{"properties": {"path": "p%d", "displayName": "%d"}}`, random.IntN(6), i))
	case 2:
		change(api+"/apiInformation.json", `{"properties": {`)
	case 3, 4:
		op := fmt.Sprintf("%s/operations/op%d", api, random.IntN(3))
		change(op+"/operationInformation.json", fmt.Sprintf(`{"properties": {"method": "GET", "urlTemplate": "/%d"}}`, random.IntN(3)))
	case 5:
		change(fmt.Sprintf("%s/operations/op%d/policy.xml", api, random.IntN(3)), fmt.Sprint(i))
	case 6:
		remove(api)
	case 7:
		remove(fmt.Sprintf("%s/operations/op%d", api, random.IntN(3)))
	case 8:
		change("products/p/productInformation.json", `{"properties": {"displayName": "P"}}`)
		change("products/p/apis.json", fmt.Sprintf(`["api%d"]`, random.IntN(5)))
	case 9:
		change(api+"/specification.yaml", fmt.Sprintf("openapi: 3.0.0\ninfo: {title: t, version: '1'}\npaths:\n  /s%d:\n    get: {operationId: op1, responses: {'200': {description: ok}}}\n", i))
	}
}

// TestUnchangedIsTheSamePointer: what did not change is handed out again as it was, down to
// the operations of a changed API.
func TestUnchangedIsTheSamePointer(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	writeTree(t, root, "first")
	write(t, root, "apis/echo/operations/post/operationInformation.json", `{"properties": {"method": "POST", "urlTemplate": "/"}}`)
	write(t, root, "apis/other/apiInformation.json", `{"properties": {"path": "other"}}`)
	write(t, root, "apis/other/specification.json", `{"openapi": "3.0.0", "info": {"title": "t", "version": "1"}, "paths": {"/": {"get": {"responses": {"200": {"description": "ok"}}}}}}`)
	f := newFolder(t, root, Options{})
	before, _, err := f.Pull(t.Context())
	must(t, err)
	same, _, err := f.Pull(t.Context())
	must(t, err)
	if same.Version != before.Version || same.APIs[0] != before.APIs[0] {
		t.Error("an unchanged tree gives another API")
	}
	write(t, root, policyFile, "second")
	after, _, err := f.Pull(t.Context())
	must(t, err)
	switch {
	case after.Version == before.Version:
		t.Error("another policy has the same version")
	case after.APIs[1] != before.APIs[1]:
		t.Error("an API that did not change is another")
	case after.APIs[0] == before.APIs[0] || after.APIs[0].Operations[0] == before.APIs[0].Operations[0]:
		t.Error("what changed is still the same")
	case after.APIs[0].Operations[1] != before.APIs[0].Operations[1]:
		t.Error("an operation that did not change is another")
	}
}
