package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
	"github.com/apimgw/apimgw/policies/expression/internal/xmldom"
)

type xmlWriter = *linqxml.XMLWriter

func conformanceLevelEnum() *Class {
	return &Class{Name: xmlNamespace + "ConformanceLevel", Kind: types.Enum, Doc: "Whether XML is a document.", Values: "Auto Fragment Document"}
}

func xmlWriterSettingsClass() *Class {
	flag := func(name, doc string, of func(*linqxml.WriterSettings) *bool) Member {
		return M("bool "+name+" { get; set; }", doc, F1(func(s *linqxml.WriterSettings) bool { return *of(s) })).
			Set(F2(func(s *linqxml.WriterSettings, v bool) Void {
				*of(s) = v
				return Void{}
			}))
	}
	text := func(name, doc string, of func(*linqxml.WriterSettings) *string) Member {
		return M("string "+name+" { get; set; }", doc, F1(func(s *linqxml.WriterSettings) string { return *of(s) })).
			Set(E2(func(s *linqxml.WriterSettings, v NullString) (Void, error) {
				if !v.Valid {
					return Void{}, NullArgument("value")
				}
				*of(s) = v.Text
				return Void{}, nil
			}))
	}
	return &Class{
		Name: xmlNamespace + "XmlWriterSettings", Go: TypeFor[*linqxml.WriterSettings](), Doc: "How an XmlWriter writes.",
		Members: []Member{
			M("XmlWriterSettings()", "The usual settings: a document on one line, with its declaration.", F0(linqxml.NewWriterSettings)),
			flag("Indent", "Whether elements stand on lines of their own.", func(s *linqxml.WriterSettings) *bool { return &s.Indent }),
			flag("OmitXmlDeclaration", "Whether the declaration is left out.", func(s *linqxml.WriterSettings) *bool { return &s.OmitDeclaration }),
			flag("NewLineOnAttributes", "Whether attributes stand on lines of their own.", func(s *linqxml.WriterSettings) *bool { return &s.NewLineOnAttributes }),
			text("IndentChars", "What a line is indented by; two blanks.", func(s *linqxml.WriterSettings) *string { return &s.IndentChars }),
			text("NewLineChars", "What ends a line.", func(s *linqxml.WriterSettings) *string { return &s.NewLineChars }),
			M("ConformanceLevel ConformanceLevel { get; set; }", "Whether a document is written, or part of one.",
				F1(func(s *linqxml.WriterSettings) linqxml.Conformance { return s.Conformance })).
				Set(F2(func(s *linqxml.WriterSettings, v linqxml.Conformance) Void {
					s.Conformance = v
					return Void{}
				})),
		},
	}
}

func xmlWriterClass() *Class {
	members := append(xmlWriterMakers(), xmlWriterElements()...)
	return &Class{
		Name: xmlNamespace + "XmlWriter", Go: TypeFor[xmlWriter](), Abstract: true, Disposes: true, Bases: "IDisposable", Doc: "Writes XML piece by piece.",
		Members: append(members, xmlWriterContents()...),
	}
}

func xmlWriterMakers() []Member {
	toBuilder := func(c Call, out builder, s *linqxml.WriterSettings) (xmlWriter, error) {
		if out == nil {
			return nil, NullArgument("output")
		}
		return linqxml.NewXMLWriter(c.Budget(), out, s), nil
	}
	toWriter := func(c Call, out *textWriter, s *linqxml.WriterSettings) (xmlWriter, error) {
		if out == nil {
			return nil, NullArgument("output")
		}
		return linqxml.NewXMLWriter(c.Budget(), out.builder, s), nil
	}
	closing := C1(func(c Call, x xmlWriter) (Void, error) { return Void{}, x.Close(c.Budget()) })
	return []Member{
		M("static XmlWriter Create(StringBuilder output)", "A writer that adds to a builder.",
			C1(func(c Call, out builder) (xmlWriter, error) { return toBuilder(c, out, nil) }),
			`@{ var s = new StringBuilder(); using (var w = XmlWriter.Create(s)) { w.WriteElementString("a", "<"); } return s.ToString(); } => "<?xml version=\"1.0\" encoding=\"utf-16\"?><a>&lt;</a>"`),
		M("static XmlWriter Create(StringBuilder output, XmlWriterSettings settings)", "A writer that adds to a builder.", C2(toBuilder)),
		M("static XmlWriter Create(TextWriter output)", "A writer that writes to another one.",
			C1(func(c Call, out *textWriter) (xmlWriter, error) { return toWriter(c, out, nil) })),
		M("static XmlWriter Create(TextWriter output, XmlWriterSettings settings)", "A writer that writes to another one.", C2(toWriter)),
		M("XmlWriterSettings Settings { get; }", "How the writer writes.", F1(xmlWriter.Settings)),
		M("void Flush()", "Hands over what was written.", C1(func(c Call, x xmlWriter) (Void, error) { return Void{}, x.Flush(c.Budget()) })),
		M("void Close()", "Ends all elements, and hands over what was written.", closing),
		M("void Dispose()", "Ends all elements, and hands over what was written.", closing),
		M("string LookupPrefix(string ns)", "The prefix of a namespace, or null.", F2(func(x xmlWriter, ns string) NullString {
			prefix, ok := x.LookupPrefix(ns)
			return NullString{prefix, ok}
		})),
	}
}

// xmlName are the arguments prefix, localName and ns of a call that has some of them.
func xmlName(names string, args []any) (prefix linqxml.Optional, local string, ns linqxml.Optional) {
	optional := func(v any) linqxml.Optional {
		s, ok := v.(string)
		return linqxml.Optional{Text: s, Valid: ok}
	}
	switch names {
	case "prefix local ns":
		prefix, ns = optional(args[0]), optional(args[2])
		local, _ = args[1].(string)
	case "local ns":
		local, _ = args[0].(string)
		ns = optional(args[1])
	case "local":
		local, _ = args[0].(string)
	}
	return prefix, local, ns
}

// xmlWriterElements are the members that take a name, in each of its forms.
func xmlWriterElements() []Member {
	var members []Member
	for _, form := range []struct{ names, params string }{
		{"local", "string localName"}, {"local ns", "string localName, string ns"}, {"prefix local ns", "string prefix, string localName, string ns"},
	} {
		element := form.params
		named := func(f func(x xmlWriter, prefix linqxml.Optional, local string, ns linqxml.Optional, rest []any) error) Code {
			return Boxed(func(_ Call, args []any) (any, error) {
				x, ok := args[0].(xmlWriter)
				if !ok {
					return nil, clr.NullReferenceError()
				}
				prefix, local, ns := xmlName(form.names, args[1:])
				return nil, f(x, prefix, local, ns, args[1:])
			})
		}
		value := func(rest []any) string {
			s, _ := rest[len(rest)-1].(string)
			return s
		}
		members = append(
			members,
			M("void WriteStartElement("+element+")", "Begins an element.", named(func(x xmlWriter, prefix linqxml.Optional, local string, ns linqxml.Optional, _ []any) error {
				return x.StartElement(prefix, local, ns)
			})),
			M("void WriteElementString("+element+", string value)", "Writes an element with a text.", named(func(x xmlWriter, prefix linqxml.Optional, local string, ns linqxml.Optional, rest []any) error {
				if err := x.StartElement(prefix, local, ns); err != nil {
					return err
				}
				if s := value(rest); s != "" {
					if err := x.String(s); err != nil {
						return err
					}
				}
				return x.EndElement(false)
			})),
			M("void WriteStartAttribute("+element+")", "Begins an attribute of the element that was begun.", named(func(x xmlWriter, prefix linqxml.Optional, local string, ns linqxml.Optional, _ []any) error {
				return x.StartAttribute(prefix, local, ns)
			})),
			M("void WriteAttributeString("+element+", string value)", "Writes an attribute of the element that was begun.", named(func(x xmlWriter, prefix linqxml.Optional, local string, ns linqxml.Optional, rest []any) error {
				if err := x.StartAttribute(prefix, local, ns); err != nil {
					return err
				}
				if err := x.String(value(rest)); err != nil {
					return err
				}
				return x.EndAttribute()
			})),
		)
	}
	return members
}

func xmlWriterContents() []Member {
	simple := func(f func(xmlWriter) error) Code { return E1(func(x xmlWriter) (Void, error) { return Void{}, f(x) }) }
	text := func(f func(xmlWriter, string) error) Code {
		return E2(func(x xmlWriter, s NullString) (Void, error) { return Void{}, f(x, s.Text) })
	}
	members := []Member{
		M("void WriteStartDocument()", "Writes the declaration.", simple(func(x xmlWriter) error { return x.StartDocument("") })),
		M("void WriteStartDocument(bool standalone)", "Writes the declaration.", E2(func(x xmlWriter, standalone bool) (Void, error) {
			if standalone {
				return Void{}, x.StartDocument("yes")
			}
			return Void{}, x.StartDocument("no")
		})),
		M("void WriteEndDocument()", "Ends all elements.", simple(xmlWriter.EndDocument)),
		M("void WriteEndElement()", "Ends an element.", simple(func(x xmlWriter) error { return x.EndElement(false) })),
		M("void WriteFullEndElement()", "Ends an element with an end tag, though it be empty.", simple(func(x xmlWriter) error { return x.EndElement(true) })),
		M("void WriteEndAttribute()", "Ends an attribute.", simple(xmlWriter.EndAttribute)),
		M("void WriteString(string text)", "Writes text, escaped.", text(xmlWriter.String)),
		M("void WriteWhitespace(string ws)", "Writes white space.", text(xmlWriter.Raw)),
		M("void WriteRaw(string data)", "Writes text as it is.", text(xmlWriter.Raw)),
		M("void WriteCData(string text)", "Writes text as a CDATA section.", text(func(x xmlWriter, s string) error { return x.Node(linqxml.NewCData(s)) })),
		M("void WriteComment(string text)", "Writes a comment.", text(func(x xmlWriter, s string) error { return x.Node(linqxml.NewComment(s)) })),
		M("void WriteProcessingInstruction(string name, string text)", "Writes a processing instruction.",
			E3(func(x xmlWriter, name string, text NullString) (Void, error) {
				p, err := linqxml.NewProcessingInstruction(name, text.Text)
				if err != nil {
					return Void{}, err
				}
				return Void{}, x.Node(p)
			})),
		M("void WriteNode(XmlReader reader, bool defattr)", "Writes the node that a reader is at; the reader goes behind it.",
			C3(func(c Call, x xmlWriter, r xmlReader, _ bool) (Void, error) { return Void{}, copyNodes(c, x, r) })),
		M("void WriteValue(object value)", "Writes a value in XML's form.", E2(func(x xmlWriter, v any) (Void, error) {
			if v == nil {
				return Void{}, NullArgument("value")
			}
			return writeValue(x, v)
		})),
	}
	for _, from := range []string{"string", "bool", "int", "long", "float", "double", "decimal", "DateTime", "DateTimeOffset"} {
		members = append(members, M("void WriteValue("+from+" value)", "Writes a value in XML's form.", E2(writeValue)))
	}
	return members
}

func writeValue(x xmlWriter, v any) (Void, error) {
	s, err := linqxml.ValueText(v)
	if v == nil || err != nil {
		return Void{}, err
	}
	return Void{}, x.String(s)
}

// copyNodes writes what a reader is at; all that is left, where it has not begun.
func copyNodes(c Call, x xmlWriter, r xmlReader) error {
	if r == nil {
		return NullArgument("reader")
	}
	all := r.Node() == nil
	if all {
		if _, err := r.Read(c.Budget()); err != nil {
			return err
		}
	}
	for r.Node() != nil {
		n, err := r.Take(c.Budget())
		if err != nil {
			return err
		}
		if xmldom.Kind(n) != xmldom.DeclarationNode {
			tree, err := xmldom.ToLinq(c.Budget(), n)
			if err != nil {
				return err
			}
			if err := x.Node(tree); err != nil {
				return err
			}
		}
		if !all {
			return nil
		}
	}
	return nil
}

// writeNode is the code of WriteTo of a node of LINQ to XML.
func writeNode(n linqxml.Node, x xmlWriter) (Void, error) {
	if x == nil {
		return Void{}, NullArgument("writer")
	}
	return Void{}, x.Node(n)
}

// writeDOMNode is the code of WriteTo of a node of a document.
func writeDOMNode(c Call, n xmldom.Node, x xmlWriter) (Void, error) {
	if x == nil {
		return Void{}, NullArgument("w")
	}
	tree, err := newtonsoft.XNodeOf(c.Budget(), n)
	if err != nil {
		return Void{}, err
	}
	return Void{}, x.Node(tree)
}

// saveNode is the code of Save of a node of LINQ to XML to an XmlWriter.
func saveNode(n linqxml.Node, x xmlWriter) (Void, error) {
	if x == nil {
		return Void{}, NullArgument("writer")
	}
	return Void{}, x.Save(n)
}

// saveDocument is the code of XmlDocument.Save to an XmlWriter.
func saveDocument(c Call, d *xmldom.Document, x xmlWriter) (Void, error) {
	if x == nil {
		return Void{}, NullArgument("w")
	}
	tree, err := newtonsoft.XNodeOf(c.Budget(), d)
	if err != nil {
		return Void{}, err
	}
	if err := x.Save(tree); err != nil {
		return Void{}, err
	}
	return Void{}, x.Flush(c.Budget())
}

// saveDocumentText is the code of XmlDocument.Save to a TextWriter.
func saveDocumentText(c Call, d *xmldom.Document, w *textWriter) (Void, error) {
	if w == nil {
		return Void{}, NullArgument("writer")
	}
	s := linqxml.NewWriterSettings()
	s.Indent = true
	return saveDocument(c, d, linqxml.NewXMLWriter(c.Budget(), w.builder, s))
}
