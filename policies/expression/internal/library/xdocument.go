package library

import "github.com/apimgw/apimgw/policies/expression/internal/linqxml"

func xDocumentClass() *Class {
	return &Class{
		Name: "System.Xml.Linq.XDocument", Doc: "An XML document.", Bases: "XContainer", Go: TypeFor[*linqxml.XDocument](),
		Members: []Member{
			M("XDocument()", "An empty document.", C0(func(c Call) (*linqxml.XDocument, error) { return linqxml.NewDocument(c.Budget()) })),
			M("XDocument(XDocument other)", "A copy of a document.",
				C1(func(c Call, other *linqxml.XDocument) (*linqxml.XDocument, error) {
					if other == nil {
						return nil, NullArgument("other")
					}
					return linqxml.CopyDocument(c.Budget(), other)
				}), `new XDocument(XDocument.Parse("<a/>")).ToString() => "<a />"`),
			M("XDocument(params object[] content)", "A document of content.",
				C1(func(c Call, content []any) (*linqxml.XDocument, error) {
					return linqxml.NewDocument(c.Budget(), content...)
				}),
				`new XDocument(new XElement("a")).ToString() => "<a />"`),
			M("XDocument(XDeclaration declaration, params object[] content)", "A document of content with a declaration.",
				C2(func(c Call, declaration *linqxml.XDeclaration, content []any) (*linqxml.XDocument, error) {
					d, err := linqxml.NewDocument(c.Budget(), content...)
					if err == nil {
						d.SetDeclaration(declaration)
					}
					return d, err
				})),
			M("static XDocument Parse(string text)", "Reads a document. White space between elements is dropped.",
				C1(func(c Call, text string) (*linqxml.XDocument, error) {
					return linqxml.ParseDocument(c.Budget(), text, linqxml.DropWhiteSpace)
				}),
				`XDocument.Parse("<?xml version='1.0'?><a>x</a>").Root.Value => "x"`,
				`XDocument.Parse("") => XmlException: Root element is missing.`),
			M("static XDocument Parse(string text, LoadOptions options)", "Reads a document.",
				C2(func(c Call, text string, options linqxml.LoadOptions) (*linqxml.XDocument, error) {
					return linqxml.ParseDocument(c.Budget(), text, options)
				})),
			M("static XDocument Load(TextReader textReader)", "Reads a document.",
				C1(func(c Call, in *textReader) (*linqxml.XDocument, error) {
					text, err := readAll(in)
					if err != nil {
						return nil, err
					}
					return linqxml.ParseDocument(c.Budget(), text, linqxml.DropWhiteSpace)
				}), `XDocument.Load(new StringReader("<a/>")).Root.Name.LocalName => "a"`).Denied(),
			M("void Save(TextWriter textWriter)", "Writes the document with an XML declaration.", saveTo[*linqxml.XDocument](),
				`@{ var w = new StringWriter(); XDocument.Parse("<a/>").Save(w); return w.ToString(); } => "<?xml version=\"1.0\" encoding=\"utf-16\"?>\n<a />"`),
			M("void Save(System.Xml.XmlWriter writer)", "Writes the document.", E2(func(d *linqxml.XDocument, x xmlWriter) (Void, error) { return saveNode(d, x) })),
			M("void Save(TextWriter textWriter, SaveOptions options)", "Writes the document with an XML declaration.", saveWith[*linqxml.XDocument]()),
			M("XDocumentType DocumentType { get; }", "The document's type declaration, or null.", F1((*linqxml.XDocument).DocumentType)),
			M("XElement Root { get; }", "The document's element, or null.", F1((*linqxml.XDocument).Root)),
			M("XDeclaration Declaration { get; set; }", "The document's declaration, or null.", F1((*linqxml.XDocument).Declaration)).
				Set(F2(func(d *linqxml.XDocument, x *linqxml.XDeclaration) Void {
					d.SetDeclaration(x)
					return Void{}
				})),
		},
	}
}

func xDeclarationClass() *Class {
	return &Class{
		Name: "System.Xml.Linq.XDeclaration", Doc: "The declaration of an XML document.", Go: TypeFor[*linqxml.XDeclaration](),
		Members: []Member{
			M("XDeclaration(string version, string encoding, string standalone)", "A declaration; null leaves a part out.",
				F3(func(version, encoding, standalone NullString) *linqxml.XDeclaration {
					return &linqxml.XDeclaration{Version: version.Text, Encoding: encoding.Text, Standalone: standalone.Text}
				}),
				`new XDeclaration("1.0", "utf-8", null).ToString() => "<?xml version=\"1.0\" encoding=\"utf-8\"?>"`),
			M("XDeclaration(XDeclaration other)", "A copy of a declaration.",
				E1(func(other *linqxml.XDeclaration) (*linqxml.XDeclaration, error) {
					if other == nil {
						return nil, NullArgument("other")
					}
					out := *other
					return &out, nil
				})),
			M("string Version { get; set; }", "The version.", F1(func(x *linqxml.XDeclaration) NullString { return someOrNull(x.Version) })).
				Set(F2(func(x *linqxml.XDeclaration, s NullString) Void { x.Version = s.Text; return Void{} })),
			M("string Encoding { get; set; }", "The encoding, or null.", F1(func(x *linqxml.XDeclaration) NullString { return someOrNull(x.Encoding) })).
				Set(F2(func(x *linqxml.XDeclaration, s NullString) Void { x.Encoding = s.Text; return Void{} })),
			M("string Standalone { get; set; }", "Whether the document stands alone, or null.",
				F1(func(x *linqxml.XDeclaration) NullString { return someOrNull(x.Standalone) })).
				Set(F2(func(x *linqxml.XDeclaration, s NullString) Void { x.Standalone = s.Text; return Void{} })),
			M("string ToString()", "The declaration as it is written.", F1((*linqxml.XDeclaration).ToString)),
		},
	}
}

func someOrNull(s string) NullString { return NullString{s, s != ""} }
