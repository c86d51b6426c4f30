package folder

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/sync/catalog"
)

// secrets are the keys and values of one secrets file.
type secrets struct {
	subscriptions map[string]*keyPair // by lower-case id
	namedValues   map[string]*given   // by lower-case id
	passwords     map[string]*given   // of certificates, by lower-case id
	diags         diag.List
}

type keyPair struct {
	given
	primary, secondary string
}

// given is a secret and where it is written.
type given struct {
	id    string
	at    diag.Range
	value string
}

// readSecrets reads the secrets files; earlier ones have precedence.
func (b *builder) readSecrets() {
	b.readSecretsFile(b.folder.externalSecrets(&b.diags))
	for _, f := range inOrder(b.top.files) {
		if isSecrets(f.name) {
			b.readSecretsFile(f)
		}
	}
}

func (b *builder) readSecretsFile(f *file) {
	if f == nil || f.err != nil {
		return
	}
	if f.secrets == nil {
		f.secrets = parseSecrets(f)
	}
	b.secrets = append(b.secrets, f.secrets)
	b.diags = append(b.diags, f.secrets.diags...)
}

// externalSecrets reads the secrets file outside of the tree. It may come later than the
// gateway, so that it is missing is only a warning.
func (f *Folder) externalSecrets(diags *diag.List) *file {
	name := f.options.SecretsFile
	if name == "" {
		return nil
	}
	t := &tree{root: filepath.Dir(name)}
	f.secretsFile = t.file(f.secretsFile, filepath.Base(name), "secrets.yaml")
	switch {
	case f.secretsFile == nil:
		diags.Warnf(diag.Range{}, CodeMissing, "the secrets file %s is not there", name)
	case errors.Is(f.secretsFile.err, fs.ErrPermission), f.secretsFile.err != nil:
		diags.Errorf(diag.Range{}, CodeUnreadable, "the secrets file %s cannot be read: %v", name, f.secretsFile.err)
	}
	return f.secretsFile
}

func parseSecrets(f *file) *secrets {
	out := &secrets{subscriptions: map[string]*keyPair{}, namedValues: map[string]*given{}, passwords: map[string]*given{}}
	root := parseYAML(f.text, f.source, &out.diags)
	if root == nil {
		return out
	}
	if root.kind != object {
		out.diags.Errorf(root.at, CodeType, "the file holds %s, not %s", root.kind, object)
		return out
	}
	s := &settings{node: root, diags: &out.diags}
	if subscriptions := s.object("subscriptions"); subscriptions.exists() {
		for _, f := range subscriptions.node.fields {
			out.addKeys(f)
		}
	}
	if values := s.object("namedValues"); values.exists() {
		for _, f := range values.node.fields {
			v, _ := values.text(f.name)
			out.namedValues[strings.ToLower(f.name)] = &given{f.name, f.at, v}
		}
	}
	if certificates := s.object("certificates"); certificates.exists() {
		for _, f := range certificates.node.fields {
			c := certificates.object(f.name)
			v, _ := c.text("password")
			c.finish()
			out.passwords[strings.ToLower(f.name)] = &given{f.name, f.at, v}
		}
	}
	s.finish()
	return out
}

func (s *secrets) addKeys(f field) {
	if f.value.kind != object {
		s.diags.Errorf(f.at, CodeType, `a subscription has a "primaryKey" and a "secondaryKey"`)
		return
	}
	keys := &settings{node: f.value, diags: &s.diags}
	k := &keyPair{given: given{id: f.name, at: f.at}}
	k.primary, _ = keys.text("primaryKey")
	k.secondary, _ = keys.text("secondaryKey")
	keys.finish()
	s.subscriptions[strings.ToLower(f.name)] = k
}

// checkSecrets warns of secrets for what is not there.
func (b *builder) checkSecrets() {
	subscriptions := ids(b.section("subscriptions"), func(d *dir) string { return d.name })
	values := ids(b.section("namedvalues"), func(d *dir) string { return d.name })
	certificates := ids(b.section("certificates"), func(d *dir) string { return d.name })
	for _, s := range b.secrets {
		for _, p := range inOrder(s.passwords) {
			b.checkSecret(p, "certificate", certificates)
		}
		for _, k := range inOrder(s.subscriptions) {
			b.checkSecret(&k.given, "subscription", subscriptions)
		}
		for _, v := range inOrder(s.namedValues) {
			b.checkSecret(v, "named value", values)
		}
	}
}

func (b *builder) checkSecret(g *given, what string, names []string) {
	if _, ok := find(names, g.id); !ok {
		b.diags.Warnf(g.at, CodeReference, "there is no %s %q", what, g.id)
		b.diags[len(b.diags)-1].Help = didYouMean(nearest(g.id, names))
	}
}

// key returns a subscription's key: from the environment, a secrets file, or written.
func (b *builder) key(id string, secondary bool, written string) catalog.Secret {
	variable := "APIMGW_SUBSCRIPTION_" + variableName(id) + "_PRIMARY_KEY"
	if secondary {
		variable = "APIMGW_SUBSCRIPTION_" + variableName(id) + "_SECONDARY_KEY"
	}
	if v, ok := b.folder.options.LookupEnv(variable); ok && v != "" {
		return catalog.Secret(v)
	}
	for _, s := range b.secrets {
		k := s.subscriptions[strings.ToLower(id)]
		if k == nil {
			continue
		}
		if v := k.primary; v != "" && !secondary {
			return catalog.Secret(v)
		}
		if v := k.secondary; v != "" && secondary {
			return catalog.Secret(v)
		}
	}
	return catalog.Secret(written)
}

// namedValue returns the value of a named value, in the same way.
func (b *builder) namedValue(id, written string) catalog.Secret {
	if v, ok := b.folder.options.LookupEnv("APIMGW_NAMED_VALUE_" + variableName(id)); ok && v != "" {
		return catalog.Secret(v)
	}
	for _, s := range b.secrets {
		if v := s.namedValues[strings.ToLower(id)]; v != nil && v.value != "" {
			return catalog.Secret(v.value)
		}
	}
	return catalog.Secret(written)
}

// variableName is an id as part of an environment variable's name.
func variableName(id string) string {
	var out strings.Builder
	gap := false
	for _, c := range strings.ToUpper(id) {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			gap = true
			continue
		}
		if gap && out.Len() > 0 {
			out.WriteByte('_')
		}
		gap = false
		out.WriteRune(c)
	}
	return out.String()
}
