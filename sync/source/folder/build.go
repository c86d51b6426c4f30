package folder

import (
	"context"
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/sync/catalog"
)

// A builder makes one catalog of the tree as it is now.
type builder struct {
	folder  *Folder
	top     *dir
	over    *overrides
	secrets []*secrets
	catalog *catalog.Catalog
	diags   diag.List

	apis []*dir // those of the gateway
}

func newBuilder(f *Folder) *builder {
	return &builder{folder: f, top: f.tree.top, catalog: &catalog.Catalog{Gateway: f.options.Gateway, Service: f.options.Service}}
}

func (b *builder) build(ctx context.Context) (*catalog.Catalog, error) {
	b.checkFolders()
	b.readOverrides()
	b.readSecrets()
	b.apis = b.section("apis")
	b.catalog.Policy = b.globalPolicy()
	for _, step := range []func(context.Context) error{
		b.readGateways, b.readVersionSets, b.readAPIs, b.readNamedValues, b.readCertificates, b.readBackends,
		b.readHostnames, b.readFragments, b.readGroups, b.readUsers, b.readProducts, b.readSubscriptions,
	} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	b.checkSecrets()
	b.forget()
	b.diags.Sort()
	if err := b.catalog.Seal(); err != nil {
		return nil, err
	}
	return b.catalog, nil
}

// section returns the folders of a section, in the order of their names.
func (b *builder) section(name string) []*dir {
	var out []*dir
	for _, d := range inOrder(b.top.dirs) {
		if sectionName(d.name) != name {
			continue
		}
		if d.err != nil {
			b.diags.Errorf(diag.Range{}, CodeUnreadable, "%s cannot be read: %v", d.rel, d.err)
		}
		out = append(out, inOrder(d.dirs)...)
	}
	return out
}

// forget drops what was read from folders that are gone.
func (b *builder) forget() {
	for d, u := range b.folder.units {
		if u.seen != b.folder.tree.clock {
			delete(b.folder.units, d)
		}
	}
}

func (b *builder) globalPolicy() *catalog.Policy {
	e := &entry{dir: b.top}
	for _, f := range inOrder(b.top.files) {
		if f.err != nil {
			b.diags.Errorf(diag.Range{}, CodeUnreadable, "%s cannot be read: %v", f.rel, f.err)
		}
	}
	return e.policy(b.top)
}

// checkFolders warns of folders of the root whose names are surely typing errors.
func (b *builder) checkFolders() {
	for _, name := range b.folder.tree.strangers {
		section := sectionName(name)
		if has(otherSections, section) {
			if section == "workspaces" {
				b.diags.Warnf(diag.Range{}, CodeUnsupported, "workspaces are not built yet: the folder %s is not read", name)
			}
			continue
		}
		if meant := typo(section, sections); meant != "" {
			b.diags.Warnf(diag.Range{}, CodeFolder, "the folder %s is not read", name)
			b.diags[len(b.diags)-1].Help = didYouMean(meant)
		}
	}
}

// ids of what was read.
func ids[T any](all []T, id func(T) string) []string {
	out := make([]string, len(all))
	for i, v := range all {
		out[i] = id(v)
	}
	return out
}

// find returns the name as it is written in names, whatever its case.
func find(names []string, name string) (string, bool) {
	i := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
	if i < 0 {
		return "", false
	}
	return names[i], true
}

// unknown reports a reference to something that is not there.
func unknown(diags *diag.List, l link, what string, names []string) {
	message := "there is no " + what + " %q"
	if l.at.IsZero() {
		message = strings.ReplaceAll(l.rel, "%", "%%") + ": " + message
	}
	diags.Errorf(l.at, CodeReference, message, l.name)
	(*diags)[len(*diags)-1].Help = didYouMean(nearest(l.name, names))
}
