package folder

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/sync/catalog"
)

// An entry is one entity being read: an API, a product, a backend.
type entry struct {
	// id is the entity's name: its folder's.
	id     string
	dir    *dir
	over   *node // its settings in configuration.<environment>.yaml; may be nil
	before any   // what was read from the folder last time; may be nil
	diags  diag.List
}

// A unit is what was read from the folder of one entity, as long as nothing changes.
type unit struct {
	version uint64
	over    *node
	value   any // nil when the entity has errors and is left out
	diags   diag.List
	seen    uint64
}

// A read is one entity that was read without errors.
type read[T any] struct {
	id    string
	dir   *dir
	value T
}

// readInto reads a section whose entities go into the catalog as they are.
func readInto[T any](ctx context.Context, b *builder, section string, one func(*entry) *T, list *[]*T) error {
	all, err := readSection(ctx, b, section, b.section(section), one)
	for _, r := range all {
		*list = append(*list, r.value)
	}
	return err
}

// readSection reads the entities of a section, each in a folder of its own, in the order
// of the folders. What did not change since the last time is taken over. Entities with
// errors are left out.
func readSection[T any](ctx context.Context, b *builder, section string, dirs []*dir, one func(*entry) *T) ([]read[*T], error) {
	units := make([]unit, len(dirs))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for part := range slices.Chunk(indexes(len(dirs)), 64) {
		stale := slices.DeleteFunc(part, func(i int) bool {
			u, known := b.folder.units[dirs[i]]
			units[i] = u
			return known && u.version == dirs[i].version && u.over == b.override(section, dirs[i].name)
		})
		if len(stale) == 0 {
			continue
		}
		g.Go(func() error {
			for _, i := range stale {
				units[i] = readUnit(b, section, dirs[i], units[i], one)
			}
			return ctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	var out []read[*T]
	for i, u := range units {
		u.seen = b.folder.tree.clock
		b.folder.units[dirs[i]] = u
		b.diags = append(b.diags, u.diags...)
		if v, ok := u.value.(*T); ok && v != nil {
			out = append(out, read[*T]{dirs[i].name, dirs[i], v})
		}
	}
	return out, nil
}

func readUnit[T any](b *builder, section string, d *dir, before unit, one func(*entry) *T) unit {
	u := unit{version: d.version, over: b.override(section, d.name)}
	if d.empty() {
		return u // as git leaves it when the last file in it went
	}
	e := &entry{id: d.name, dir: d, over: u.over, before: before.value}
	e.unreadable(d)
	v := one(e)
	if u.diags = e.diags; v != nil && !e.diags.HasErrors() {
		u.value = v
	}
	return u
}

// unreadable reports what is there and cannot be read, in and below a folder.
func (e *entry) unreadable(d *dir) {
	if d.err != nil {
		e.diags.Errorf(diag.Range{}, CodeUnreadable, "%s cannot be read: %v", d.rel, d.err)
	}
	for _, f := range inOrder(d.files) {
		if f.err != nil {
			e.diags.Errorf(diag.Range{}, CodeUnreadable, "%s cannot be read: %v", f.rel, f.err)
		}
	}
	for _, s := range inOrder(d.dirs) {
		e.unreadable(s)
	}
}

// settings reads the "properties" of one of the entity's JSON files. When the file is
// missing, it says so; the settings are empty then.
func (e *entry) settings(d *dir, name string) *settings {
	s := &settings{over: e.over, diags: &e.diags}
	f := d.file(name)
	if f == nil {
		e.diags.Errorf(diag.Range{}, CodeMissing, "%s has no %s", d.rel, name)
		return s
	}
	if f.err != nil {
		return s
	}
	root := parseJSON(f.text, f.source, &e.diags)
	if root == nil {
		return s
	}
	if root.kind != object {
		e.diags.Errorf(root.at, CodeType, "the file holds %s, not %s", root.kind, object)
		return s
	}
	outer := &settings{node: root, diags: &e.diags}
	outer.alsoKnown("id", "name", "type", "etag")
	s.node = outer.object("properties").node
	if s.node == nil {
		e.diags.Errorf(outer.at(), CodeMissing, `"properties" is missing`)
	}
	outer.finish()
	return s
}

// policy is the policy document of a folder; nil when there is none.
func (e *entry) policy(d *dir) *catalog.Policy {
	f := d.file("policy.xml")
	if f == nil || f.err != nil {
		return nil
	}
	return &catalog.Policy{File: f.rel, Text: f.text}
}

// links are the names that a folder is linked to: by a folder below it each, or by a list
// in a JSON file, as older releases of APIOps write it.
func (e *entry) links(kind string) []link {
	var out []link
	if d := e.dir.sub(kind); d != nil {
		for _, l := range inOrder(d.dirs) {
			at := diag.Range{}
			for _, f := range inOrder(l.files) {
				at = f.source.Range(0, min(1, len(f.text)))
			}
			out = append(out, link{l.name, l.rel, at})
		}
	}
	if f := e.dir.file(kind + ".json"); f != nil && f.err == nil {
		out = append(out, e.listedLinks(f, kind)...)
	}
	return out
}

// listedLinks are the links of a list of names, or of objects with a name.
func (e *entry) listedLinks(f *file, kind string) []link {
	root := parseJSON(f.text, f.source, &e.diags)
	if root == nil {
		return nil
	}
	if root.kind != list {
		e.diags.Errorf(root.at, CodeType, "the file holds %s, not %s", root.kind, list)
		return nil
	}
	var out []link
	for _, item := range root.items {
		switch item.kind {
		case object:
			s := &settings{node: item, diags: &e.diags}
			name, at := s.required("name")
			out = append(out, link{name, f.rel, at})
		case text:
			out = append(out, link{item.text, f.rel, item.at})
		default:
			e.diags.Errorf(item.at, CodeType, "this is %s, not the name of one of the %s", item.kind, kind)
		}
	}
	return out
}

// A link names another entity.
type link struct {
	name string
	rel  string // the folder or file that makes it
	at   diag.Range
}

// lastSegment is the id in a reference such as "/products/starter" or a full resource id.
func lastSegment(ref string) string {
	ref = strings.TrimRight(ref, "/")
	return ref[strings.LastIndexByte(ref, '/')+1:]
}

// inOrder returns the values of a map in the order of their names.
func inOrder[V any](m map[string]V) []V {
	out := make([]V, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[k])
	}
	return out
}

func indexes(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}
