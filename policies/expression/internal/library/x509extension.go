package library

import (
	"iter"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// An extension is an X509Extension, or any AsnEncodedData.
type extension struct {
	oid         *oid
	raw         []byte
	ofExtension bool
	critical    bool
}

// RuntimeType is the class.
func (e *extension) RuntimeType() *types.Type { return Load().Type(e.TypeName()) }

// TypeName is the class's name.
func (e *extension) TypeName() string {
	if e.ofExtension {
		return x509Namespace + "X509Extension"
	}
	return cryptography + "AsnEncodedData"
}

// ToString is the class's name.
func (e *extension) ToString() string { return e.TypeName() }

func asnEncodedDataClass() *Class {
	return &Class{
		Name: cryptography + "AsnEncodedData", Abstract: true, Access: AllowSome, Doc: "Something in DER.",
		Members: []Member{
			M("Oid Oid { get; }", "What it is.", F1(func(e *extension) *oid { return e.oid })),
			M("byte[] RawData { get; }", "The bytes.", F1(func(e *extension) []byte { return e.raw })),
			M("string Format(bool multiLine)", "The bytes, in hexadecimal.", C2(func(c Call, e *extension, _ bool) (string, error) { return spacedHex(c, e.raw) })),
		},
	}
}

// spacedHex is two digits for each byte, with blanks between them.
func spacedHex(c Call, data []byte) (string, error) {
	if err := c.Budget().Take(3 * int64(len(data))); err != nil {
		return "", err
	}
	out := make([]byte, 0, 3*len(data))
	for i, b := range data {
		if i > 0 {
			out = append(out, ' ')
		}
		out = append(out, "0123456789abcdef"[b>>4], "0123456789abcdef"[b&15])
	}
	return string(out), nil
}

func extensionClass() *Class {
	return &Class{
		Name: x509Namespace + "X509Extension", Abstract: true, Bases: "AsnEncodedData", Access: AllowSome, Doc: "An extension of a certificate.",
		Members: []Member{M("bool Critical { get; }", "Whether one who does not know it must not use the certificate.", F1(func(e *extension) bool { return e.critical }))},
	}
}

// extensions are an X509ExtensionCollection.
type extensions struct{ all []any }

func extensionsOf(c certificate) *extensions {
	out := &extensions{}
	for _, e := range c.Extensions() {
		out.all = append(out.all, &extension{newOID(e.OID), e.Raw, true, e.Critical})
	}
	return out
}

// Count is the number of extensions.
func (e *extensions) Count() int { return len(e.all) }

// Items goes through the extensions.
func (e *extensions) Items() iter.Seq2[any, error] { return over(e.all) }

// TypeName is the class.
func (*extensions) TypeName() string { return x509Namespace + "X509ExtensionCollection" }

// ToString is the class's name.
func (e *extensions) ToString() string { return e.TypeName() }

func extensionCollectionClass() *Class {
	return &Class{
		Name: x509Namespace + "X509ExtensionCollection", Go: TypeFor[*extensions](), Abstract: true, Access: AllowSome, Bases: "IEnumerable<X509Extension>",
		Doc: "The extensions of a certificate.",
		Members: []Member{
			M("int Count { get; }", "How many there are.", F1((*extensions).Count)),
			M("X509Extension this[int index] { get; }", "An extension.", E2(func(e *extensions, i int) (any, error) {
				if i < 0 || i >= len(e.all) {
					return nil, clr.IndexError()
				}
				return e.all[i], nil
			})),
			M("X509Extension this[string oid] { get; }", "The extension that an identifier names, or null.", F2(func(e *extensions, id string) any {
				for _, x := range e.all {
					if o := x.(*extension).oid; o.value == id || clr.EqualIgnoreCase(o.name, id) {
						return x
					}
				}
				return nil
			})),
		},
	}
}
