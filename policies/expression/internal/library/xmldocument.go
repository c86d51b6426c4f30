package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
	"github.com/apimgw/apimgw/policies/expression/internal/xmldom"
)

func xmlDocumentClass() *Class {
	return &Class{
		Name: xmlNamespace + "XmlDocument", Go: TypeFor[*xmldom.Document](), Bases: "XmlNode", Doc: "An XML document.",
		Members: append([]Member{
			M("XmlDocument()", "An empty document.", F0(xmldom.NewDocument)),
			M("void Save(XmlWriter w)", "Writes the document.", C2(saveDocument)),
			M("void Save(TextWriter writer)", "Writes the document on several lines, with a declaration.", C2(saveDocumentText),
				`@{ var d = new XmlDocument(); d.LoadXml("<a/>"); var w = new StringWriter(); d.Save(w); return w.ToString(); } => "<?xml version=\"1.0\" encoding=\"utf-16\"?>\n<a />"`),
			M("void LoadXml(string xml)", "Reads a document. White space between elements is dropped, unless PreserveWhitespace says to keep it.",
				C2(func(c Call, d *xmldom.Document, text string) (Void, error) {
					return Void{}, d.LoadXML(c.Budget(), text)
				})),
			M("void Load(TextReader txtReader)", "Reads a document.",
				C2(func(c Call, d *xmldom.Document, r *textReader) (Void, error) {
					text, err := readAll(r)
					if err == nil {
						err = d.LoadXML(c.Budget(), text)
					}
					return Void{}, err
				})),
			M("XmlElement DocumentElement { get; }", "The document's element, or null.", F1((*xmldom.Document).Root)),
			M("bool PreserveWhitespace { get; set; }", "Whether white space between elements is kept.", F1(func(d *xmldom.Document) bool { return d.KeepsSpace })).
				Set(F2(func(d *xmldom.Document, keep bool) Void {
					d.KeepsSpace = keep
					return Void{}
				})),
			M("XmlNameTable NameTable { get; }", "The table of the document's names.", F1(func(*xmldom.Document) *nameTable { return &nameTable{} })),
			M("XmlNodeList GetElementsByTagName(string name)", "All elements of a qualified name; * for all.", C2(elementsNamed)),
			M("XmlNodeList GetElementsByTagName(string localName, string namespaceURI)", "All elements of a name.", C3(elementsIn)),
			M("XmlNode ImportNode(XmlNode node, bool deep)", "A copy of a node of another document for this one.",
				C3(func(c Call, d *xmldom.Document, n xmldom.Node, deep bool) (xmldom.Node, error) {
					if n == nil {
						return nil, clr.ClassInvalidOperation.Throw("Cannot import a null node.")
					}
					return d.Import(c.Budget(), n, deep)
				})),
		}, xmlCreation()...),
	}
}

// readAll takes the rest of a reader.
func readAll(r *textReader) (string, error) {
	if r == nil {
		return "", NullArgument("input")
	}
	return r.all()
}

// xmlCreation are the members that make nodes.
func xmlCreation() []Member {
	text := func(class, method, parameter string, kind linqxml.NodeType) Member {
		return M(class+" "+method+"(string "+parameter+")", "A new "+class+", not yet anywhere in the document.",
			C2(func(c Call, d *xmldom.Document, s NullString) (xmldom.Node, error) {
				return d.Create(c.Budget(), kind, "", "", "", s.Text)
			}))
	}
	created := func(kind linqxml.NodeType) func(Call, *xmldom.Document, string, string) (xmldom.Node, error) {
		return func(c Call, d *xmldom.Document, name, uri string) (xmldom.Node, error) {
			return d.CreateNamed(c.Budget(), kind, name, uri)
		}
	}
	var out []Member
	for _, made := range [...]struct {
		class string
		kind  linqxml.NodeType
	}{{"Element", linqxml.ElementNode}, {"Attribute", linqxml.AttributeNode}} {
		class, create := made.class, created(made.kind)
		out = append(out,
			M("Xml"+class+" Create"+class+"(string name)", "A new node of a qualified name, not yet anywhere in the document.",
				C2(func(c Call, d *xmldom.Document, name string) (xmldom.Node, error) { return create(c, d, name, "") })),
			M("Xml"+class+" Create"+class+"(string qualifiedName, string namespaceURI)", "A new node of a name in a namespace.",
				C3(func(c Call, d *xmldom.Document, name string, uri NullString) (xmldom.Node, error) {
					return create(c, d, name, uri.Text)
				})),
			M("Xml"+class+" Create"+class+"(string prefix, string localName, string namespaceURI)", "A new node of a name in a namespace, with a prefix.",
				C4(func(c Call, d *xmldom.Document, prefix NullString, name string, uri NullString) (xmldom.Node, error) {
					if prefix.Text != "" {
						name = prefix.Text + ":" + name
					}
					return create(c, d, name, uri.Text)
				})))
	}
	return append(out,
		text("XmlText", "CreateTextNode", "text", linqxml.TextNodeType),
		text("XmlCDataSection", "CreateCDataSection", "data", linqxml.CDATANode),
		text("XmlComment", "CreateComment", "data", linqxml.CommentNode),
		M("XmlDocumentFragment CreateDocumentFragment()", "A new fragment.", C1(func(c Call, d *xmldom.Document) (xmldom.Node, error) {
			return d.Create(c.Budget(), xmldom.FragmentNode, "", "", "", "")
		})),
		M("XmlProcessingInstruction CreateProcessingInstruction(string target, string data)", "A new processing instruction.",
			C3(func(c Call, d *xmldom.Document, target string, data NullString) (xmldom.Node, error) {
				return d.Create(c.Budget(), linqxml.ProcessingInstructionNode, "", target, "", data.Text)
			})),
		M("XmlDeclaration CreateXmlDeclaration(string version, string encoding, string standalone)", "A new declaration.",
			C4(func(c Call, d *xmldom.Document, version string, encoding, standalone NullString) (xmldom.Node, error) {
				text := `version="` + version + `"`
				if encoding.Text != "" {
					text += ` encoding="` + encoding.Text + `"`
				}
				if standalone.Text != "" {
					text += ` standalone="` + standalone.Text + `"`
				}
				return d.Create(c.Budget(), xmldom.DeclarationNode, "", "xml", "", text)
			})))
}

func elementsNamed(c Call, n xmldom.Node, name string) (*nodeList, error) {
	return elementsBelow(c, n, qualified(name))
}

func elementsIn(c Call, n xmldom.Node, local, uri string) (*nodeList, error) {
	return elementsBelow(c, n, named(local, uri))
}

func elementsBelow(c Call, n xmldom.Node, is func(*xmldom.Element) bool) (*nodeList, error) {
	found := &nodeList{}
	return found, xmldom.Elements(n, func(e *xmldom.Element) error {
		if is(e) {
			found.nodes = append(found.nodes, e)
		}
		return c.Step()
	})
}

func xmlElementClass() *Class {
	return &Class{
		Name: xmlNamespace + "XmlElement", Go: TypeFor[*xmldom.Element](), Abstract: true, Bases: "XmlLinkedNode", Doc: "An element of an XML document.",
		Members: []Member{
			M("bool IsEmpty { get; set; }", "Whether the element is written without an end tag.", F1((*xmldom.Element).Empty)).
				Set(F2(func(e *xmldom.Element, empty bool) Void {
					e.SetEmpty(empty)
					return Void{}
				})),
			M("bool HasAttributes { get; }", "Whether the element has attributes.", F1(func(e *xmldom.Element) bool { return len(xmldom.Attributes(e)) > 0 })),
			M("bool HasAttribute(string name)", "Whether the element has an attribute of a qualified name.",
				F2(func(e *xmldom.Element, name string) bool { return e.Attribute(name) != nil })),
			M("string GetAttribute(string name)", "The value of an attribute; empty without one.",
				F2(func(e *xmldom.Element, name string) string { return valueOfAttribute(e.Attribute(name)) })),
			M("string GetAttribute(string localName, string namespaceURI)", "The value of an attribute; empty without one.",
				F3(func(e *xmldom.Element, local, uri string) string { return valueOfAttribute(e.AttributeIn(local, uri)) })),
			M("XmlAttribute GetAttributeNode(string name)", "The attribute of a qualified name, or null.", F2((*xmldom.Element).Attribute)),
			M("void SetAttribute(string name, string value)", "Changes an attribute or adds it.",
				C3(func(c Call, e *xmldom.Element, name string, value NullString) (Void, error) {
					return Void{}, e.SetAttribute(c.Budget(), name, "", value.Text)
				})),
			M("string SetAttribute(string localName, string namespaceURI, string value)", "Changes an attribute or adds it.",
				C4(func(c Call, e *xmldom.Element, local string, uri, value NullString) (NullString, error) {
					return value, e.SetAttribute(c.Budget(), local, uri.Text, value.Text)
				})),
			M("XmlAttribute SetAttributeNode(XmlAttribute newAttr)", "Adds an attribute in the place of one of its name, which is returned.",
				E2(func(e *xmldom.Element, a *xmldom.Attribute) (*xmldom.Attribute, error) {
					if a == nil {
						return nil, clr.NullReferenceError()
					}
					return e.PutAttribute(a)
				})),
			M("void RemoveAttribute(string name)", "Takes an attribute away.", F2(func(e *xmldom.Element, name string) Void {
				e.RemoveAttribute(e.Attribute(name))
				return Void{}
			})),
			M("void RemoveAllAttributes()", "Takes all attributes away.", F1(func(e *xmldom.Element) Void {
				for _, a := range append([]*xmldom.Attribute(nil), xmldom.Attributes(e)...) {
					e.RemoveAttribute(a)
				}
				return Void{}
			})),
			M("XmlNodeList GetElementsByTagName(string name)", "All elements of a qualified name in the element; * for all.", C2(elementsNamed)),
			M("XmlNodeList GetElementsByTagName(string localName, string namespaceURI)", "All elements of a name in the element.", C3(elementsIn)),
		},
	}
}

func valueOfAttribute(a *xmldom.Attribute) string {
	if a == nil {
		return ""
	}
	return xmldom.InnerText(a)
}

func xmlReaderSettingsClass() *Class {
	flag := func(name, doc string, of func(*xmldom.Settings) *bool) Member {
		return M("bool "+name+" { get; set; }", doc, F1(func(s *xmldom.Settings) bool { return *of(s) })).
			Set(F2(func(s *xmldom.Settings, v bool) Void {
				*of(s) = v
				return Void{}
			}))
	}
	return &Class{
		Name: xmlNamespace + "XmlReaderSettings", Go: TypeFor[*xmldom.Settings](), Doc: "How an XmlReader reads.",
		Members: []Member{
			M("XmlReaderSettings()", "The usual settings.", F0(func() *xmldom.Settings { return &xmldom.Settings{} })),
			flag("IgnoreWhitespace", "Whether white space between elements is passed over.", func(s *xmldom.Settings) *bool { return &s.IgnoreWhitespace }),
			flag("IgnoreComments", "Whether comments are passed over.", func(s *xmldom.Settings) *bool { return &s.IgnoreComments }),
			flag("IgnoreProcessingInstructions", "Whether processing instructions are passed over.",
				func(s *xmldom.Settings) *bool { return &s.IgnoreProcessingInstructions }),
		},
	}
}
