package folder

import (
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
)

// overrides are the settings of configuration.<environment>.yaml: lists by section, whose
// items have a name and the properties to be changed.
type overrides struct {
	entities map[string]map[string]*override // by section and lower-case name
	diags    diag.List
}

type override struct {
	name       string
	at         diag.Range
	properties *node
}

func (b *builder) readOverrides() {
	env := b.folder.options.Environment
	if env == "" {
		return
	}
	f := b.top.file("configuration." + env + ".yaml")
	if f == nil {
		f = b.top.file("configuration." + env + ".yml")
	}
	if f == nil {
		b.diags.Errorf(diag.Range{}, CodeMissing, "there is no configuration.%s.yaml for the environment %q", env, env)
		return
	}
	if f.err != nil {
		return
	}
	if f.overrides == nil {
		f.overrides = parseOverrides(f)
	}
	b.over = f.overrides
	b.diags = append(b.diags, b.over.diags...)
	b.checkOverrides()
}

// checkOverrides warns of changes to what is not there.
func (b *builder) checkOverrides() {
	for _, section := range inOrder(b.over.sections()) {
		dirs := ids(b.section(section), func(d *dir) string { return d.name })
		for _, o := range inOrder(b.over.entities[section]) {
			if _, ok := find(dirs, o.name); !ok {
				b.diags.Warnf(o.at, CodeReference, "nothing named %q is in the folder", o.name)
				b.diags[len(b.diags)-1].Help = didYouMean(nearest(o.name, dirs))
			}
		}
	}
}

func (o *overrides) sections() map[string]string {
	out := map[string]string{}
	for s := range o.entities {
		out[s] = s
	}
	return out
}

// override returns the changed settings of an entity; nil when there are none.
func (b *builder) override(section, name string) *node {
	if b.over == nil {
		return nil
	}
	if o := b.over.entities[section][strings.ToLower(name)]; o != nil {
		return o.properties
	}
	return nil
}

func parseOverrides(f *file) *overrides {
	o := &overrides{entities: map[string]map[string]*override{}}
	root := parseYAML(f.text, f.source, &o.diags)
	if root == nil {
		return o
	}
	for _, field := range root.fields {
		section := sectionName(field.name)
		if !has(sections, section) {
			if meant := typo(section, sections); meant != "" {
				o.diags.Warnf(field.at, CodeProperty, "there is no section %q", field.name)
				o.diags[len(o.diags)-1].Help = didYouMean(meant)
			}
			continue
		}
		if field.value.kind != list && field.value.kind != null {
			o.diags.Errorf(field.at, CodeType, "%q is %s, not %s", field.name, list, field.value.kind)
			continue
		}
		o.entities[section] = map[string]*override{}
		for _, item := range field.value.items {
			o.add(section, item)
		}
	}
	return o
}

func (o *overrides) add(section string, item *node) {
	if item.kind != object {
		o.diags.Errorf(item.at, CodeType, "this is %s, not %s with a name and properties", item.kind, object)
		return
	}
	s := &settings{node: item, diags: &o.diags}
	name, at := s.required("name")
	properties := s.object("properties")
	o.entities[section][strings.ToLower(name)] = &override{name, at, properties.node}
}
