package folder

import (
	"context"
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/sync/catalog"
)

func (b *builder) readVersionSets(ctx context.Context) error {
	return readInto(ctx, b, "versionsets", (*entry).versionSet, &b.catalog.VersionSets)
}

func (e *entry) versionSet() *catalog.VersionSet {
	s := e.settings(e.dir, "versionSetInformation.json")
	v := &catalog.VersionSet{ID: e.id}
	v.DisplayName, _ = s.text("displayName")
	v.Scheme = s.choice("versioningScheme", "", "Segment", "Query", "Header")
	v.QueryName, _ = s.text("versionQueryName")
	v.HeaderName, _ = s.text("versionHeaderName")
	switch {
	case v.Scheme == "" && s.exists() && !e.diags.HasErrors():
		s.required("versioningScheme")
	case v.Scheme == "Query" && v.QueryName == "":
		s.required("versionQueryName")
	case v.Scheme == "Header" && v.HeaderName == "":
		s.required("versionHeaderName")
	}
	s.alsoKnown("description")
	s.finish()
	return v
}

func (b *builder) readFragments(ctx context.Context) error {
	return readInto(ctx, b, "policyfragments", (*entry).fragment, &b.catalog.Fragments)
}

func (e *entry) fragment() *catalog.Fragment {
	p := e.policy(e.dir)
	if p == nil {
		if e.dir.file("policy.xml") == nil {
			e.diags.Errorf(diag.Range{}, CodeMissing, "%s has no policy.xml", e.dir.rel)
		}
		return nil
	}
	return &catalog.Fragment{ID: e.id, Policy: *p}
}

func (b *builder) readGroups(ctx context.Context) error {
	return readInto(ctx, b, "groups", (*entry).group, &b.catalog.Groups)
}

func (e *entry) group() *catalog.Group {
	s := e.settings(e.dir, "groupInformation.json")
	g := &catalog.Group{ID: e.id}
	g.DisplayName, _ = s.text("displayName")
	s.alsoKnown("description", "type", "externalId", "builtIn")
	s.finish()
	return g
}

func (b *builder) readUsers(ctx context.Context) error {
	return readInto(ctx, b, "users", (*entry).user, &b.catalog.Users)
}

func (e *entry) user() *catalog.User {
	s := e.settings(e.dir, "userInformation.json")
	u := &catalog.User{ID: e.id}
	u.FirstName, _ = s.text("firstName")
	u.LastName, _ = s.text("lastName")
	u.Email, _ = s.text("email")
	u.Note, _ = s.text("note")
	if t := s.date("registrationDate"); t != nil {
		u.Registered = *t
	}
	for _, item := range s.list("groups") {
		if item.kind == object {
			g := &settings{node: item, diags: &e.diags}
			name, _ := g.required("name")
			u.Groups = append(u.Groups, lastSegment(name))
			continue
		}
		u.Groups = append(u.Groups, lastSegment(item.text))
	}
	for _, item := range s.list("identities") {
		i := &settings{node: item, diags: &e.diags}
		id, _ := i.text("id")
		provider, _ := i.text("provider")
		u.Identities = append(u.Identities, catalog.Identity{ID: id, Provider: provider})
	}
	s.alsoKnown("state", "password", "confirmation", "appType")
	s.finish()
	return u
}

// A namedValue is what the folder says of a named value; the value may come from elsewhere.
type namedValue struct {
	catalog.NamedValue
	at       diag.Range // of its display name
	keyVault bool
}

func (b *builder) readNamedValues(ctx context.Context) error {
	values, err := readSection(ctx, b, "namedvalues", b.section("namedvalues"), (*entry).namedValue)
	byName := map[string]diag.Range{}
	for _, v := range values {
		name := strings.ToLower(v.value.DisplayName)
		if first, twice := byName[name]; twice {
			b.duplicate(v.value.at, first, "named value", v.value.DisplayName)
			continue
		}
		byName[name] = v.value.at
		n := v.value.NamedValue
		if n.Value = b.namedValue(n.ID, n.Value.Reveal()); n.Value == "" {
			b.diags.Warnf(v.value.at, CodeSecret, "the named value %q has no value: policies that use it will not compile", n.DisplayName)
			b.diags[len(b.diags)-1].Help = "set APIMGW_NAMED_VALUE_" + variableName(n.ID) + ", or write it into secrets.yaml under namedValues"
			continue
		}
		b.catalog.NamedValues = append(b.catalog.NamedValues, &n)
	}
	return err
}

func (e *entry) namedValue() *namedValue {
	s := e.settings(e.dir, "namedValueInformation.json")
	v := &namedValue{NamedValue: catalog.NamedValue{ID: e.id}}
	v.DisplayName, v.at = s.text("displayName")
	if v.DisplayName == "" {
		v.DisplayName = e.id
	}
	value, _ := s.text("value")
	v.Value = catalog.Secret(value)
	v.keyVault = s.field("keyVault") != nil
	v.Secret = s.flag("secret", false) || v.keyVault
	s.alsoKnown("tags", "provisioningState")
	s.finish()
	return v
}

// duplicate reports the second of two things that must differ.
func (b *builder) duplicate(at, first diag.Range, what, name string) {
	b.diags.Errorf(at, CodeDuplicate, "there is another %s %q", what, name)
	if !first.IsZero() {
		b.diags[len(b.diags)-1].Related = []diag.Related{{Range: first, Message: "the other one"}}
	}
}

// readGateways finds out which APIs the gateway has.
func (b *builder) readGateways(context.Context) error {
	if b.folder.options.Gateway == "" {
		return nil
	}
	gateways := b.section("gateways")
	for _, d := range gateways {
		if !strings.EqualFold(d.name, b.folder.options.Gateway) {
			continue
		}
		e := &entry{id: d.name, dir: d}
		e.unreadable(d)
		b.attach(e.links("apis"))
		b.diags = append(b.diags, e.diags...)
		return nil
	}
	names := ids(gateways, func(d *dir) string { return d.name })
	unknown(&b.diags, link{name: b.folder.options.Gateway, rel: "gateways"}, "gateway", names)
	b.apis = nil
	return nil
}

func (b *builder) attach(links []link) {
	names := ids(b.apis, func(d *dir) string { return apiID(d.name) })
	known := index(names)
	attached := map[string]bool{}
	for _, l := range links {
		id := strings.ToLower(apiID(lastSegment(l.name)))
		if known[id] == "" {
			unknown(&b.diags, l, "API", names)
			continue
		}
		attached[id] = true
	}
	var kept []*dir
	for _, d := range b.apis {
		if attached[strings.ToLower(apiID(d.name))] {
			kept = append(kept, d)
		}
	}
	b.apis = kept
}
