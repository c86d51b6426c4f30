package folder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Watch tells of changes: of files and folders of the layout, below links as well, of the
// links themselves (a ConfigMap's ..data, the checkout of git-sync), of the folder as a
// whole coming and going. Where the system does not let it watch all folders, it says what
// to do about it and looks every now and then instead.
func (f *Folder) Watch(ctx context.Context, changed chan<- struct{}) error {
	stop := f.watch.start()
	defer stop()
	tell(changed)
	d := debounce{quiet: f.options.Quiet, patience: f.options.Patience}
	defer d.stop()
	poll := time.NewTimer(f.options.Poll)
	defer poll.Stop()
	events, failures := f.watch.channels()
	for {
		select {
		case <-ctx.Done():
			return nil
		case e := <-events:
			if f.watch.note(e) {
				d.event(time.Now())
			}
		case err := <-failures:
			f.watch.fail(err)
			d.event(time.Now())
		case <-d.due():
			d.done()
			tell(changed)
		case <-poll.C:
			if f.watch.polling() {
				f.watch.lost()
				tell(changed)
			}
			poll.Reset(max(f.options.Poll, 10*f.watch.lastScan()))
		}
	}
}

// tell leaves a notice where there is none.
func tell(changed chan<- struct{}) {
	select {
	case changed <- struct{}{}:
	default:
	}
}

// A watch knows what changed since the tree was read. The loop of Watch writes into it,
// Pull takes from it and tells it what to look at.
type watch struct {
	root string
	log  *slog.Logger

	mu      sync.Mutex
	fs      *fsnotify.Watcher // nil while no one watches, or when it cannot be had
	changed map[string]bool   // folders to be read again; true: with all below
	all     bool              // or rather everything
	// outside are folders beside the tree that are watched for some of their entries: where
	// the root's name and links are, where links lead to.
	outside map[string]map[string]bool
	// linked: there are links in the tree, so that a folder may be known by several paths
	// and an event by only one of them.
	linked bool
	// blind: not everything can be watched.
	blind bool
	scan  time.Duration
}

// start begins to watch; all is read anew then.
func (w *watch) start() (stop func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	fsw, err := fsnotify.NewWatcher()
	w.all, w.blind = true, false
	if err != nil {
		w.goBlind(err)
		return func() {}
	}
	w.fs = fsw
	return func() {
		w.mu.Lock()
		w.fs = nil
		w.mu.Unlock()
		if err := fsw.Close(); err != nil {
			w.log.Warn("the folder's watcher does not close", "folder", w.root, "error", err)
		}
	}
}

func (w *watch) channels() (<-chan fsnotify.Event, <-chan error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fs == nil {
		return nil, nil
	}
	return w.fs.Events, w.fs.Errors
}

// take returns what is to be read again, and forgets it.
func (w *watch) take() (changed map[string]bool, all bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	changed, all = w.changed, w.all || w.fs == nil
	w.changed, w.all = nil, false
	return changed, all
}

// lost makes the next pull read everything.
func (w *watch) lost() {
	w.mu.Lock()
	w.all = true
	w.mu.Unlock()
}

func (w *watch) polling() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.blind
}

func (w *watch) scanned(took time.Duration) {
	w.mu.Lock()
	w.scan = took
	w.mu.Unlock()
}

func (w *watch) lastScan() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.scan
}

// enterRoot prepares for reading the whole tree: it watches where the root, and the file
// with the secrets, come and go.
func (w *watch) enterRoot(others ...string) {
	w.mu.Lock()
	w.outside, w.linked = map[string]map[string]bool{}, false
	w.mu.Unlock()
	for _, p := range append(others, w.root) {
		if p != "" {
			w.enterWay(p)
		}
	}
}

// enterWay watches the places that decide what a path leads to: the folder its last
// element is in (or where the first missing one will be), and those of all links on it.
func (w *watch) enterWay(p string) {
	abs, err := filepath.Abs(p)
	if err != nil {
		return
	}
	for hops := 0; hops < 40; hops++ {
		link, missing := firstLink(abs)
		switch {
		case missing != "":
			w.enterFor(filepath.Dir(missing), filepath.Base(missing))
			if _, err := os.Lstat(missing); err != nil {
				return
			}
			continue // it came before it was watched
		case link == "":
			w.enterFor(filepath.Dir(abs), filepath.Base(abs))
			return
		}
		w.enterFor(filepath.Dir(link), filepath.Base(link))
		target, err := os.Readlink(link)
		if err != nil {
			return
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(link), target)
		}
		abs = filepath.Join(target, strings.TrimPrefix(abs, link))
	}
}

// firstLink is the first element of a path that is a link, or the first that is missing.
func firstLink(abs string) (link, missing string) {
	var way []string
	for p := abs; ; p = filepath.Dir(p) {
		way = append(way, p)
		if filepath.Dir(p) == p {
			break
		}
	}
	for i := len(way) - 1; i >= 0; i-- {
		info, err := os.Lstat(way[i])
		switch {
		case err != nil:
			return "", way[i]
		case info.Mode()&fs.ModeSymlink != 0:
			return way[i], ""
		}
	}
	return "", ""
}

// enterFor watches one entry of a folder that is not part of the tree.
func (w *watch) enterFor(dir, name string) {
	w.mu.Lock()
	if w.outside[dir] == nil {
		w.outside[dir] = map[string]bool{}
	}
	w.outside[dir][name] = true
	w.mu.Unlock()
	w.enter(dir)
}

// link watches where a link of the tree leads to.
func (w *watch) link(target, _ string) {
	w.mu.Lock()
	w.linked = true
	w.mu.Unlock()
	w.enterFor(filepath.Dir(target), filepath.Base(target))
}

// enter watches a folder from now on.
func (w *watch) enter(dir string) {
	w.mu.Lock()
	fsw := w.fs
	w.mu.Unlock()
	if fsw == nil {
		return
	}
	err := fsw.Add(dir)
	if err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fsnotify.ErrClosed) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.goBlind(fmt.Errorf("watch %s: %w", dir, err))
}

// goBlind makes the loop look by itself, and says why. w.mu is held.
func (w *watch) goBlind(err error) {
	if w.blind {
		return
	}
	w.blind = true
	w.log.Warn("the folder cannot be watched; it is looked through every few seconds instead",
		"folder", w.root, "error", err, "remedy", remedy(err))
}

// remedy is what to do about a limit of the system.
func remedy(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return "allow more watched folders: sysctl fs.inotify.max_user_watches=1048576"
	case errors.Is(err, syscall.EMFILE):
		return "allow more watchers and open files: sysctl fs.inotify.max_user_instances=1024, ulimit -n 65536"
	}
	return "see the error"
}

// fail takes note of an error of the watcher.
func (w *watch) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = true
	if err != nil && !errors.Is(err, fsnotify.ErrEventOverflow) {
		w.log.Warn("watching the folder failed once; all of it is read again", "folder", w.root, "error", err)
	}
}

// note takes note of an event, and reports whether it may have changed the tree.
func (w *watch) note(e fsnotify.Event) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	dir, name := filepath.Split(e.Name)
	dir = filepath.Clean(dir)
	if names := w.outside[dir]; names[name] || names != nil && strings.HasPrefix(name, "..") {
		w.all = true
		return true
	}
	rel, err := filepath.Rel(w.root, e.Name)
	switch {
	case err != nil || rel == "..", strings.HasPrefix(filepath.ToSlash(rel), "../"):
		return false // another entry of a folder beside the tree
	case rel == ".", strings.HasPrefix(name, ".."):
		w.all = true
		return true
	}
	parents := strings.Split(filepath.ToSlash(rel), "/")
	parents = parents[:len(parents)-1]
	asFolder := readsFolder(parents, name)
	if !asFolder && !readsFile(parents, name) {
		return false
	}
	if w.linked {
		w.all = true
		return true
	}
	w.again(strings.Join(parents, "/"), false)
	if asFolder && e.Has(fsnotify.Create) {
		w.again(filepath.ToSlash(rel), true)
	}
	return true
}

// again notes a folder to be read again. w.mu is held.
func (w *watch) again(rel string, deep bool) {
	if w.changed == nil {
		w.changed = map[string]bool{}
	}
	w.changed[rel] = w.changed[rel] || deep
}
