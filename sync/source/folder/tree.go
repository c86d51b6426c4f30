package folder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"github.com/apimgw/apimgw/policies/diag"
)

// A tree is the files of a folder that belong to the layout, with their contents. It is
// read once whole; later only what changed is read again. A file that did not change
// stays the same pointer, and a folder in or below which nothing changed keeps its
// version.
type tree struct {
	root string
	top  *dir
	// clock counts the times the tree was read.
	clock uint64
	// strangers are the folders of the root that are not part of the layout.
	strangers []string
	// told: what is read now is known to have changed somehow, so that small files are read
	// whatever their size and time say.
	told bool
	// entering is told each folder before it is read, so that it can be watched from then
	// on; linked is told the target of a link to a file.
	entering func(abs string)
	linked   func(target, rel string)
}

// A dir is one folder of the tree.
type dir struct {
	name    string
	rel     string   // path below the root with slashes; "" for the root
	parents []string // rel, in its segments
	dirs    map[string]*dir
	files   map[string]*file
	version uint64
	err     error
}

// A file is one version of a file. It is immutable but for what is remembered of it.
type file struct {
	name string
	rel  string
	text string
	err  error // why it could not be read, or is not text
	// source is what messages point into: the text, or the text without its secrets.
	source *diag.Source

	info os.FileInfo
	seen time.Time // just before info was taken

	// once made, by what reads this kind of file
	contract  *contract
	overrides *overrides
	secrets   *secrets
}

// largest is how long a file may be.
const largest = 32 << 20

var errTooLarge = fmt.Errorf("it is larger than %d MiB", largest>>20)

var errNotUTF8 = errors.New("it is not UTF-8 text")

// scan reads the whole tree. What has the size and time it had is not read again.
func (t *tree) scan(ctx context.Context) error {
	t.clock++
	info, err := os.Stat(t.root)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a folder", t.root)
	}
	if t.top == nil {
		t.top = newDir("", nil)
	}
	_, err = t.read(ctx, t.top, true)
	if err == nil {
		err = t.top.err
	}
	return err
}

// refresh reads the folders again of which something is known to have changed. Each is
// given by its path below the root; deep ones with all that is below them.
func (t *tree) refresh(ctx context.Context, changed map[string]bool) error {
	t.clock++
	t.told = true
	defer func() { t.told = false }()
	paths := slices.Collect(maps.Keys(changed))
	slices.Sort(paths) // parents first
	for _, rel := range paths {
		chain := t.chain(rel)
		if chain == nil {
			continue // not there any more, or read with its parent just now
		}
		touched, err := t.read(ctx, chain[len(chain)-1], changed[rel])
		if err != nil {
			return err
		}
		if touched {
			for _, d := range chain {
				d.version = t.clock
			}
		}
	}
	return t.top.err
}

// chain is the folders from the root to a path; nil when the tree does not have it.
func (t *tree) chain(rel string) []*dir {
	chain := []*dir{t.top}
	if rel == "" {
		return chain
	}
	for name := range strings.SplitSeq(rel, "/") {
		next := chain[len(chain)-1].dirs[name]
		if next == nil {
			return nil
		}
		chain = append(chain, next)
	}
	return chain
}

func newDir(name string, parent *dir) *dir {
	d := &dir{name: name, rel: name, dirs: map[string]*dir{}, files: map[string]*file{}}
	if parent != nil {
		d.rel = path.Join(parent.rel, name)
		d.parents = append(slices.Clone(parent.parents), name)
	}
	return d
}

// read brings a folder up to date, and reports whether anything in or below it changed.
// Folders below it that it had before are read only if deep.
func (t *tree) read(ctx context.Context, d *dir, deep bool) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	abs := filepath.Join(t.root, filepath.FromSlash(d.rel))
	t.entering(abs)
	entries, err := os.ReadDir(abs)
	if errors.Is(err, fs.ErrNotExist) && d.rel != "" {
		err = nil // gone since its parent was read, which will be told
	}
	changed := (err == nil) != (d.err == nil)
	d.err = err
	found := t.sort(d, abs, entries)
	for name, old := range d.files {
		if found.files[name] != old {
			changed = true
		}
	}
	changed = changed || len(found.files) != len(d.files)
	d.files = found.files
	below, err := t.readBelow(ctx, d, found.dirs, deep)
	if changed = changed || below; changed {
		d.version = t.clock
	}
	return changed, err
}

// entriesFound are the entries of one folder that belong to the layout.
type entriesFound struct {
	files map[string]*file
	dirs  []string
}

func (t *tree) sort(d *dir, abs string, entries []os.DirEntry) entriesFound {
	found := entriesFound{files: make(map[string]*file)}
	if d.rel == "" {
		t.strangers = nil
	}
	for _, e := range entries {
		name := e.Name()
		asFile, asDir := readsFile(d.parents, name), readsFolder(d.parents, name)
		if !asFile && !asDir {
			if d.rel == "" && e.IsDir() && !hidden(name) {
				t.strangers = append(t.strangers, name)
			}
			continue
		}
		isDir := e.IsDir()
		if e.Type()&fs.ModeSymlink != 0 {
			info, err := os.Stat(filepath.Join(abs, name))
			isDir = err == nil && info.IsDir()
			t.noteLink(abs, path.Join(d.rel, name), name)
		}
		switch {
		case isDir && asDir:
			found.dirs = append(found.dirs, name)
		case !isDir && asFile:
			if f := t.file(d.files[name], path.Join(d.rel, name), name); f != nil {
				found.files[name] = f
			}
		}
	}
	return found
}

// noteLink tells where a link leads, whether that is there or not.
func (t *tree) noteLink(abs, rel, name string) {
	target, err := filepath.EvalSymlinks(filepath.Join(abs, name))
	if err == nil {
		t.linked(target, rel)
	}
}

// readBelow reads the folders below d and makes them what names say, several at a time
// where there are many.
func (t *tree) readBelow(ctx context.Context, d *dir, names []string, deep bool) (bool, error) {
	before := d.dirs
	d.dirs = make(map[string]*dir, len(names))
	var todo []*dir
	for _, name := range names {
		next, known := before[name]
		if !known {
			next = newDir(name, d)
		}
		d.dirs[name] = next
		if deep || !known {
			todo = append(todo, next)
		}
	}
	changed := len(d.dirs) != len(before)
	for name := range d.dirs {
		changed = changed || before[name] == nil
	}
	below, err := t.readAll(ctx, todo, deep)
	return changed || below, err
}

func (t *tree) readAll(ctx context.Context, dirs []*dir, deep bool) (bool, error) {
	if len(dirs) < 16 {
		changed := false
		for _, d := range dirs {
			one, err := t.read(ctx, d, deep)
			if err != nil {
				return changed, err
			}
			changed = changed || one
		}
		return changed, nil
	}
	var (
		g       errgroup.Group
		mu      sync.Mutex
		changed bool
	)
	g.SetLimit(2 * runtime.GOMAXPROCS(0))
	for part := range slices.Chunk(dirs, 15) {
		g.Go(func() error {
			one, err := t.readAll(ctx, part, deep)
			mu.Lock()
			defer mu.Unlock()
			changed = changed || one
			return err
		})
	}
	err := g.Wait()
	return changed, err
}

// file returns the present version of a file: old, if that is still what is there; nil, if
// the file is gone.
func (t *tree) file(old *file, rel, name string) *file {
	abs := filepath.Join(t.root, filepath.FromSlash(rel))
	seen := time.Now()
	info, err := os.Stat(abs)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && old != nil && old.same(info) && (!t.told || info.Size() > small) {
		return old
	}
	content, err := readText(abs, info, err)
	if errors.Is(err, errNotUTF8) && isKeyMaterial(name) {
		err = nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if old != nil && old.err == nil && err == nil && old.text == content {
		old.info, old.seen = info, seen
		return old
	}
	f := &file{name: name, rel: rel, text: content, err: err, info: info, seen: seen}
	f.source = diag.NewSource(rel, mask(name, content))
	return f
}

// small is how long a file may be that is read to find out whether it changed.
const small = 1 << 20

// settled is how long after a change of a file a second change surely has another time.
const settled = time.Second

// same reports whether a file has surely not changed: it is the same one of the same size
// and time, and that time was long past when it was read.
func (f *file) same(info os.FileInfo) bool {
	return f.err == nil && os.SameFile(f.info, info) && f.info.Size() == info.Size() &&
		f.info.ModTime().Equal(info.ModTime()) && f.seen.Sub(info.ModTime()) > settled
}

func readText(abs string, info os.FileInfo, err error) (string, error) {
	switch {
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", errors.New("it is not a regular file")
	case info.Size() > largest:
		return "", errTooLarge
	}
	content, err := os.ReadFile(abs)
	if err != nil {
		return "", err
	}
	s := strings.TrimPrefix(string(content), "\ufeff")
	if !utf8.ValidString(s) {
		return s, errNotUTF8
	}
	return s, nil
}

// sub returns the folder of a name, whatever its case.
func (d *dir) sub(name string) *dir {
	for n, s := range d.dirs {
		if strings.EqualFold(n, name) {
			return s
		}
	}
	return nil
}

// file returns the file of a name, whatever its case.
func (d *dir) file(name string) *file {
	if f := d.files[name]; f != nil {
		return f
	}
	for n, f := range d.files {
		if strings.EqualFold(n, name) {
			return f
		}
	}
	return nil
}

// empty reports whether there is no file in or below the folder.
func (d *dir) empty() bool {
	for _, s := range d.dirs {
		if !s.empty() {
			return false
		}
	}
	return len(d.files) == 0 && d.err == nil
}
