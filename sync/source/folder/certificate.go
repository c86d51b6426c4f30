package folder

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/pfx"
	"github.com/apimgw/apimgw/sync/catalog"
)

// A certificate is what the folder certificates/ID says, as long as nothing changes: a PFX,
// or PEM files. Its password may come from elsewhere.
type certificate struct {
	file       string // that it was read from
	data       string // of the PFX
	password   string // as written, perhaps with {{named values}}
	chain, key string // in PEM or DER
	thumbprint string // that API Management tells of it
	at         diag.Range
}

// Names of the files of a certificate, from the first that is looked for. Kubernetes names
// them tls.crt and tls.key.
var (
	pfxFiles   = []string{"certificate.pfx", "certificate.p12"}
	chainFiles = []string{"certificate.pem", "certificate.crt", "certificate.cer", "tls.crt"}
	keyFiles   = []string{"certificate.key", "key.pem", "tls.key"}
)

const certificateInformation = "certificateInformation.json"

// isCertificateFile reports whether a file of a certificate's folder is read.
func isCertificateFile(name string) bool {
	return name == strings.ToLower(certificateInformation) || isKeyMaterial(name)
}

// isKeyMaterial reports whether a file may hold a key, or is not text: no message shows it.
func isKeyMaterial(name string) bool {
	name = strings.ToLower(name)
	return has(pfxFiles, name) || has(chainFiles, name) || has(keyFiles, name)
}

// readCertificates decodes certificates. What was decoded is remembered by its content, for
// that takes time.
func (b *builder) readCertificates(ctx context.Context) error {
	all, err := readSection(ctx, b, "certificates", b.section("certificates"), (*entry).certificate)
	if err != nil {
		return err
	}
	decoded := make(map[[sha256.Size]byte]*pfx.Certificate, len(all))
	for _, r := range all {
		key := r.value.sum(b.password(r.id, r.value))
		made := b.folder.certificates[key]
		if made == nil {
			if made, err = b.decode(r.id, r.value); err != nil {
				b.certificateError(r.value, r.id, err)
				continue
			}
		}
		decoded[key] = made
		b.addCertificate(r.id, r.value, made)
	}
	b.folder.certificates = decoded
	return nil
}

// sum is the hash of all that decoding depends on.
func (v *certificate) sum(password string) [sha256.Size]byte {
	return sha256.Sum256([]byte(strings.Join([]string{v.data, password, v.chain, v.key}, "\x00")))
}

func (b *builder) decode(id string, v *certificate) (*pfx.Certificate, error) {
	if v.data != "" {
		return pfx.Decode([]byte(v.data), b.password(id, v))
	}
	return pfx.ParsePEM(v.chain, v.key)
}

func (b *builder) certificateError(v *certificate, id string, err error) {
	b.diags.Errorf(v.at, CodeCertificate, "%s: the certificate %q cannot be used: %v", v.file, id, err)
	if errors.Is(err, pfx.ErrPassword) {
		b.diags[len(b.diags)-1].Help = "set APIMGW_CERTIFICATE_" + variableName(id) + "_PASSWORD, or write it into secrets.yaml under certificates"
	}
}

// addCertificate puts a certificate into the catalog, with warnings of what others may not
// take.
func (b *builder) addCertificate(id string, v *certificate, made *pfx.Certificate) {
	now := time.Now()
	switch {
	case now.After(made.Leaf.NotAfter):
		b.diags.Warnf(v.at, CodeCertificate, "%s: the certificate %q expired at %s", v.file, id, made.Leaf.NotAfter.Format(time.RFC3339))
	case now.Before(made.Leaf.NotBefore):
		b.diags.Warnf(v.at, CodeCertificate, "%s: the certificate %q is not valid before %s", v.file, id, made.Leaf.NotBefore.Format(time.RFC3339))
	}
	if told := pfx.NormalThumbprint(v.thumbprint); told != "" && told != made.Thumbprint() {
		b.diags.Warnf(v.at, CodeCertificate, "%s: the certificate %q has the thumbprint %s, and %s names %s", v.file, id, made.Thumbprint(), certificateInformation, told)
	}
	b.catalog.Certificates = append(b.catalog.Certificates, &catalog.Certificate{
		ID: id, Thumbprint: made.Thumbprint(), PEM: made.Chain, Key: catalog.Secret(made.Key), File: v.file,
	})
}

// certificate reads the files of one certificate. A PFX comes before PEM files, and both
// before "data".
func (e *entry) certificate() *certificate {
	v := &certificate{}
	s := &settings{over: e.over, diags: &e.diags}
	if e.dir.file(certificateInformation) != nil {
		s = e.settings(e.dir, certificateInformation)
	}
	data, at := s.text("data")
	v.at = at
	v.password, _ = s.text("password")
	v.thumbprint, _ = s.text("thumbprint")
	vault := s.field("keyVault") != nil
	s.alsoKnown("subject", "expirationDate")
	s.finish()
	switch name := ""; {
	case e.take(pfxFiles, &v.data, &v.file):
	case e.take(chainFiles, &v.chain, &v.file):
		if !e.take(keyFiles, &v.key, &name) && strings.Contains(v.chain, "PRIVATE KEY") {
			v.key = v.chain
		}
	case data != "":
		v.file = e.dir.rel + "/" + certificateInformation
		e.decodeData(v, data, at)
	default:
		e.noCertificate(vault)
		return nil
	}
	return v
}

// take reads the first of some files that is there.
func (e *entry) take(names []string, text, rel *string) bool {
	for _, name := range names {
		if f := e.dir.file(name); f != nil {
			*text, *rel = f.text, f.rel
			return true
		}
	}
	return false
}

// decodeData reads what ARM templates and API Management's REST interface have: a PFX, or a
// certificate alone, in Base64.
func (e *entry) decodeData(v *certificate, data string, at diag.Range) {
	text, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(data), ""))
	if err != nil {
		e.diags.Errorf(at, CodeType, `"data" is a PFX in Base64`)
		return
	}
	if _, err := pfx.ParsePEM(string(text), ""); err == nil {
		v.chain = string(text)
		return
	}
	v.data = string(text)
}

// noCertificate says that a certificate has only its description, as everything has that is
// read back from API Management: it never tells keys.
func (e *entry) noCertificate(vault bool) {
	where := ""
	if vault {
		where = ", and Key Vault is not asked"
	}
	e.diags.Warnf(diag.Range{}, CodeSecret, "%s: the certificate %q is not in the folder%s: what uses it will not work", e.dir.rel, e.id, where)
	e.diags[len(e.diags)-1].Help = "put certificate.pfx there, or tls.crt and tls.key in PEM"
}

// password of a PFX: from the environment, a secrets file, or written.
func (b *builder) password(id string, v *certificate) string {
	if v.data == "" {
		return ""
	}
	if p, ok := b.folder.options.LookupEnv("APIMGW_CERTIFICATE_" + variableName(id) + "_PASSWORD"); ok {
		return p
	}
	for _, s := range b.secrets {
		if p := s.passwords[strings.ToLower(id)]; p != nil {
			return p.value
		}
	}
	return b.expand(v.password)
}

// expand puts named values in for {{name}}; unknown ones stay.
func (b *builder) expand(text string) string {
	for _, v := range b.catalog.NamedValues {
		text = strings.ReplaceAll(text, "{{"+v.DisplayName+"}}", v.Value.Reveal())
	}
	return text
}

// A certificateRef names a certificate of the service.
type certificateRef struct {
	name string // an id, or a thumbprint
	at   diag.Range
}

// certificates reads those that a backend is shown: ids win over thumbprints.
func (s *settings) certificates() (refs []certificateRef) {
	for _, name := range []string{"certificate", "certificateIds"} {
		items := s.list(name)
		if len(items) == 0 {
			continue
		}
		refs = nil
		for _, item := range items {
			if item.kind != text {
				s.diags.Errorf(item.at, CodeType, "%q holds %s, not %s", name, item.kind, text)
				continue
			}
			ref := certificateRef{item.text, item.at}
			if name == "certificateIds" {
				ref.name = lastSegment(item.text)
			}
			refs = append(refs, ref)
		}
	}
	return refs
}

// certificateIDs finds the certificates that references name. One that is not there stays as
// it is written: what would use it is refused where it is used.
func (b *builder) certificateIDs(refs []certificateRef, file string) []string {
	var out []string
	for _, ref := range refs {
		c := b.findCertificate(ref.name)
		if c == nil {
			names := ids(b.catalog.Certificates, func(c *catalog.Certificate) string { return c.ID })
			unknown(&b.diags, link{ref.name, file, ref.at}, "certificate", names)
			out = append(out, ref.name)
			continue
		}
		if c.Key == "" {
			b.diags.Errorf(ref.at, CodeCertificate, "the certificate %q has no key, so that it cannot be shown", c.ID)
			b.diags[len(b.diags)-1].Help = "put its key beside " + filepath.Base(c.File)
		}
		out = append(out, c.ID)
	}
	return out
}

// findCertificate finds one by its id or its thumbprint; nil when there is none.
func (b *builder) findCertificate(name string) *catalog.Certificate {
	for _, c := range b.catalog.Certificates {
		if strings.EqualFold(c.ID, name) || c.Thumbprint == pfx.NormalThumbprint(name) {
			return c
		}
	}
	return nil
}

// withCertificates is a backend with the certificates of the catalog.
func (b *builder) withCertificates(v *backend) *catalog.Backend {
	made := v.Backend
	made.Certificates = b.certificateIDs(v.certificates, v.File)
	b.checkShown(&made, v.certificates)
	return &made
}

// checkShown warns of certificates that a backend is never shown.
func (b *builder) checkShown(v *catalog.Backend, refs []certificateRef) {
	scheme, _, _ := strings.Cut(strings.ToLower(v.URL), ":")
	switch {
	case len(refs) == 0:
	case scheme == "http" || scheme == "ws":
		b.diags.Warnf(refs[0].at, CodeCertificate, "a backend without TLS is shown no certificate")
		b.diags[len(b.diags)-1].Help = "give it a URL that begins with https://"
	case len(refs) > 1:
		b.diags.Warnf(refs[1].at, CodeCertificate, "a backend is shown one certificate: the first one that has a key")
		b.diags[len(b.diags)-1].Help = "leave the one that it trusts"
	}
}

// proxy reads the proxy of a backend.
func (v *backend) proxy(s *settings) {
	if !s.exists() {
		return
	}
	v.Proxy = &catalog.Proxy{}
	v.Proxy.URL, _ = s.required("url")
	v.Proxy.Username, _ = s.text("username")
	password, _ := s.text("password")
	v.Proxy.Password = catalog.Secret(password)
	s.finish()
}
