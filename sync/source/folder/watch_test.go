package folder

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
	"go.uber.org/goleak"

	"github.com/apimgw/apimgw/sync/catalog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const policyFile = "apis/echo/operations/get/policy.xml"

// writeTree writes an API with one operation whose policy is given.
func writeTree(t testing.TB, root, policy string) {
	t.Helper()
	write(t, root, "apis/echo/apiInformation.json", `{"properties": {"path": "echo"}}`)
	write(t, root, "apis/echo/operations/get/operationInformation.json", `{"properties": {"method": "GET", "urlTemplate": "/"}}`)
	write(t, root, policyFile, policy)
}

// A watched folder pulls whenever it is told of a change.
type watched struct {
	*Folder
	changed chan struct{}
	pulls   int
}

func watchFolder(t *testing.T, root string, o Options) *watched {
	t.Helper()
	w := &watched{Folder: newFolder(t, root, o), changed: make(chan struct{}, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- w.Watch(ctx, w.changed) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Watch ended with %v", err)
		}
	})
	return w
}

// until pulls until the result is as wanted.
func (w *watched) until(t *testing.T, what string, ok func(*catalog.Catalog, error) bool) {
	t.Helper()
	deadline := time.After(15 * time.Second)
	for {
		select {
		case <-w.changed:
			w.pulls++
			c, _, err := w.Pull(t.Context())
			if ok(c, err) {
				return
			}
		case <-deadline:
			t.Fatalf("never came: %s", what)
		}
	}
}

// policyIs reports whether the echo API's operation has the policy.
func policyIs(policy string) func(*catalog.Catalog, error) bool {
	return func(c *catalog.Catalog, err error) bool {
		if err != nil || len(c.APIs) == 0 || len(c.APIs[0].Operations) == 0 {
			return false
		}
		p := c.APIs[0].Operations[0].Policy
		return p != nil && p.Text == policy
	}
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// TestWatchSaves saves a policy in the ways that editors do.
func TestWatchSaves(t *testing.T) {
	t.Parallel()
	for name, save := range map[string]func(t *testing.T, file string){
		"truncate and write": func(t *testing.T, file string) {
			must(t, os.WriteFile(file, []byte("new"), 0o644))
		},
		"rename over": func(t *testing.T, file string) {
			tmp := filepath.Join(filepath.Dir(file), ".policy.xml.tmp123")
			must(t, os.WriteFile(tmp, []byte("new"), 0o644), os.Rename(tmp, file))
		},
		"vim": func(t *testing.T, file string) {
			dir := filepath.Dir(file)
			probe, swap := filepath.Join(dir, "4913"), filepath.Join(dir, ".policy.xml.swp")
			must(t, os.WriteFile(swap, nil, 0o600), os.WriteFile(probe, nil, 0o644), os.Remove(probe),
				os.Rename(file, file+"~"), os.WriteFile(file, []byte("new"), 0o644), os.Remove(file+"~"), os.Remove(swap))
		},
		"remove and write": func(t *testing.T, file string) {
			must(t, os.Remove(file), os.WriteFile(file, []byte("new"), 0o644))
		},
		"folder replaced": func(t *testing.T, file string) {
			dir := filepath.Dir(file)
			must(t, os.Rename(dir, dir+".old"), os.RemoveAll(dir+".old"))
			write(t, dir, "policy.xml", "new")
			write(t, dir, "operationInformation.json", `{"properties": {"method": "GET", "urlTemplate": "/"}}`)
		},
		"same size and time": func(t *testing.T, file string) {
			info, err := os.Stat(file)
			must(t, err, os.WriteFile(file, []byte("new"), 0o644), os.Chtimes(file, info.ModTime(), info.ModTime()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			writeTree(t, root, "old")
			past := time.Now().Add(-time.Hour)
			must(t, os.Chtimes(filepath.Join(root, policyFile), past, past))
			w := watchFolder(t, root, Options{})
			w.until(t, "the first catalog", policyIs("old"))
			save(t, filepath.Join(root, policyFile))
			w.until(t, "the saved policy", policyIs("new"))
		})
	}
}

func TestWatchNewAndGoneFolders(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	writeTree(t, root, "old")
	w := watchFolder(t, root, Options{})
	w.until(t, "the first catalog", policyIs("old"))
	apis := func(n int) func(*catalog.Catalog, error) bool {
		return func(c *catalog.Catalog, err error) bool {
			return err == nil && len(c.APIs) == n && len(c.APIs[n-1].Operations) > 0
		}
	}
	write(t, root, "apis/next/apiInformation.json", `{"properties": {"path": "next"}}`)
	write(t, root, "apis/next/operations/get/operationInformation.json", `{"properties": {"method": "GET", "urlTemplate": "/"}}`)
	w.until(t, "a new API", apis(2))
	write(t, root, "apis/next/operations/get/policy.xml", "in a new folder")
	w.until(t, "a file in the new folder", func(c *catalog.Catalog, err error) bool {
		return err == nil && c.APIs[1].Operations[0].Policy != nil
	})
	must(t, os.RemoveAll(filepath.Join(root, "apis/next")))
	w.until(t, "the API to go", apis(1))
}

func TestWatchFolderVanishes(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	root := filepath.Join(base, "deep", "config")
	w := watchFolder(t, root, Options{})
	missing := func(_ *catalog.Catalog, err error) bool { return errors.Is(err, os.ErrNotExist) }
	w.until(t, "an error for the missing folder", missing)
	writeTree(t, root, "first")
	w.until(t, "the folder to come", policyIs("first"))
	must(t, os.RemoveAll(filepath.Join(base, "deep")))
	w.until(t, "the folder to vanish", missing)
	writeTree(t, root, "second")
	w.until(t, "the folder to come back", policyIs("second"))
	write(t, root, policyFile, "third")
	w.until(t, "a change after that", policyIs("third"))
	must(t, os.RemoveAll(filepath.Join(root, "apis")))
	w.until(t, "an error for the empty folder", func(_ *catalog.Catalog, err error) bool { return errors.Is(err, errNothing) })
}

// TestWatchConfigMap swaps ..data as the kubelet does.
func TestWatchConfigMap(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	mount := func(version, policy string) {
		writeTree(t, filepath.Join(root, ".."+version), policy)
		tmp := filepath.Join(root, "..data_tmp")
		must(t, os.Symlink(".."+version, tmp), os.Rename(tmp, filepath.Join(root, "..data")))
	}
	mount("2026_01", "old")
	must(t, os.Symlink("..data/apis", filepath.Join(root, "apis")))
	w := watchFolder(t, root, Options{})
	w.until(t, "the first catalog", policyIs("old"))
	for i := range 3 {
		policy := fmt.Sprint("new", i)
		mount(fmt.Sprint("2026_02_", i), policy)
		w.until(t, "the swapped data", policyIs(policy))
	}
}

// TestWatchGitSync swaps a link on the way to the root, as git-sync does.
func TestWatchGitSync(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	checkout := func(sha, policy string) {
		writeTree(t, filepath.Join(base, ".worktrees", sha, "apim"), policy)
		tmp := filepath.Join(base, "tmp-link")
		must(t, os.Symlink(filepath.Join(".worktrees", sha), tmp), os.Rename(tmp, filepath.Join(base, "current")))
	}
	checkout("a", "old")
	w := watchFolder(t, filepath.Join(base, "current", "apim"), Options{})
	w.until(t, "the first catalog", policyIs("old"))
	checkout("b", "new")
	w.until(t, "the new checkout", policyIs("new"))
	checkout("c", "newer")
	w.until(t, "the newer checkout", policyIs("newer"))
}

func TestWatchLinkedFile(t *testing.T) {
	t.Parallel()
	root, shared := t.TempDir(), t.TempDir()
	writeTree(t, root, "")
	write(t, shared, "common.xml", "old")
	link := filepath.Join(root, policyFile)
	must(t, os.Remove(link), os.Symlink(filepath.Join(shared, "common.xml"), link))
	w := watchFolder(t, root, Options{})
	w.until(t, "the first catalog", policyIs("old"))
	write(t, shared, "common.xml", "new")
	w.until(t, "the change of the target", policyIs("new"))
}

func TestWatchSecretsFile(t *testing.T) {
	t.Parallel()
	root, etc := t.TempDir(), t.TempDir()
	writeTree(t, root, "p")
	write(t, root, "subscriptions/s/subscriptionInformation.json", `{"properties": {"displayName": "S", "scope": "/apis"}}`)
	w := watchFolder(t, root, Options{SecretsFile: filepath.Join(etc, "keys.yaml")})
	keyIs := func(key string) func(*catalog.Catalog, error) bool {
		return func(c *catalog.Catalog, err error) bool {
			return err == nil && c.Subscriptions[0].PrimaryKey.Reveal() == key
		}
	}
	w.until(t, "a catalog without the key", keyIs(""))
	write(t, etc, "keys.yaml", "subscriptions: {s: {primaryKey: one}}")
	w.until(t, "the key", keyIs("one"))
	write(t, etc, "keys.yaml", "subscriptions: {s: {primaryKey: two}}")
	w.until(t, "the other key", keyIs("two"))
}

func TestWatchManyChangesAreOne(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	writeTree(t, root, "old")
	w := watchFolder(t, root, Options{Quiet: 300 * time.Millisecond, Patience: 10 * time.Second})
	w.until(t, "the first catalog", policyIs("old"))
	w.pulls = 0
	for i := range 50 {
		write(t, root, policyFile, fmt.Sprint("change ", i))
	}
	w.until(t, "the last change", policyIs("change 49"))
	if w.pulls > 2 {
		t.Errorf("50 changes made %d pulls", w.pulls)
	}
}

func TestDebounce(t *testing.T) {
	t.Parallel()
	d := debounce{quiet: time.Hour, patience: time.Hour}
	defer d.stop()
	if d.due() != nil {
		t.Error("it is due without an event")
	}
	start := time.Now()
	d.event(start)
	d.event(start.Add(time.Hour)) // patience is over: now
	select {
	case <-d.due():
	case <-time.After(10 * time.Second):
		t.Fatal("it waits longer than its patience")
	}
	d.done()
	if !d.first.IsZero() {
		t.Error("the events are not forgotten")
	}
}

// TestNote says which events matter.
func TestNote(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		op   fsnotify.Op
		want string
	}{
		{"/r/apis/a/policy.xml", fsnotify.Write, "apis/a"},
		{"/r/apis/a/policy.xml~", fsnotify.Create, ""},
		{"/r/apis/a/.policy.xml.swp", fsnotify.Create, ""},
		{"/r/apis/a/4913", fsnotify.Create, ""},
		{"/r/apis/a/operations", fsnotify.Create, "apis/a apis/a/operations/..."},
		{"/r/apis/a", fsnotify.Remove, "apis"},
		{"/r/secrets.yaml", fsnotify.Create, "."},
		{"/r/README.md", fsnotify.Write, ""},
		{"/r/node_modules", fsnotify.Create, ""},
		{"/r/..data", fsnotify.Create, "all"},
		{"/r", fsnotify.Remove, "all"},
		{"/other", fsnotify.Create, ""},
		{"/way", fsnotify.Rename, "all"},
	} {
		w := &watch{root: "/r", outside: map[string]map[string]bool{"/": {"r": true, "way": true}}}
		noted := w.note(fsnotify.Event{Name: tt.name, Op: tt.op})
		var got []string
		for _, rel := range []string{"", "apis", "apis/a", "apis/a/operations"} {
			if deep, ok := w.changed[rel]; ok {
				got = append(got, map[bool]string{false: rel, true: rel + "/..."}[deep])
			}
		}
		if len(got) == 1 && got[0] == "" {
			got[0] = "."
		}
		if w.all {
			got = append(got, "all")
		}
		if text := strings.Join(got, " "); text != tt.want || noted != (tt.want != "") {
			t.Errorf("%s of %s is noted as %q, want %q", tt.op, tt.name, text, tt.want)
		}
	}
}

// TestBlind looks through the folder where it cannot be watched, and says what to do.
func TestBlind(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	writeTree(t, root, "old")
	var logged strings.Builder
	w := watchFolder(t, root, Options{Poll: 20 * time.Millisecond, Logger: slog.New(slog.NewTextHandler(&logged, nil))})
	w.until(t, "the first catalog", policyIs("old"))
	w.watch.mu.Lock()
	w.watch.goBlind(fmt.Errorf("watch: %w", syscall.ENOSPC))
	fsw := w.watch.fs
	text := logged.String()
	w.watch.mu.Unlock()
	for _, dir := range fsw.WatchList() {
		must(t, fsw.Remove(dir))
	}
	if !strings.Contains(text, "max_user_watches") {
		t.Errorf("the log does not say what to do: %s", text)
	}
	write(t, root, policyFile, "new!")
	w.until(t, "the change", policyIs("new!"))
}

func TestOverflowReadsEverything(t *testing.T) {
	t.Parallel()
	w := &watch{log: slog.New(slog.DiscardHandler), fs: &fsnotify.Watcher{}}
	w.fail(fsnotify.ErrEventOverflow)
	if _, all := w.take(); !all {
		t.Error("after an overflow only a part is read again")
	}
	if _, all := w.take(); all {
		t.Error("everything is read twice")
	}
}
