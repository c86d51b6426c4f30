package library

import (
	"iter"

	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
)

func xElementClass() *Class {
	return &Class{
		Name: "System.Xml.Linq.XElement", Doc: "An XML element.", Bases: "XContainer", Go: TypeFor[*linqxml.XElement](),
		Members: append(append(xElementMembers(), xElementChanges()...), xmlCasts("XElement element", "element")...),
	}
}

func xElementMembers() []Member {
	return []Member{
		M("XElement(XName name)", "An element without content.", C1(func(c Call, name linqxml.XName) (*linqxml.XElement, error) {
			return newElement(c, name)
		}), `new XElement("a").ToString() => "<a />"`),
		M("XElement(XElement other)", "A copy of an element.",
			C1(func(c Call, other *linqxml.XElement) (*linqxml.XElement, error) {
				if other == nil {
					return nil, NullArgument("other")
				}
				return linqxml.CopyElement(c.Budget(), other)
			})),
		M("XElement(XName name, object content)", "An element with content.",
			C2(func(c Call, name linqxml.XName, content any) (*linqxml.XElement, error) {
				return newElement(c, name, content)
			}),
			`new XElement("a", "x").ToString() => "<a>x</a>"`, `new XElement("a", "").ToString() => "<a></a>"`),
		M("XElement(XName name, params object[] content)", "An element with content: nodes, attributes, values and sequences of those.",
			C2(func(c Call, name linqxml.XName, content []any) (*linqxml.XElement, error) {
				return newElement(c, name, content...)
			}),
			`new XElement("a", new XAttribute("b", 1), true, null, 1.5).ToString() => "<a b=\"1\">true1.5</a>"`),
		M("static XElement Parse(string text)", "Reads an element. White space between elements is dropped.",
			C1(func(c Call, text string) (*linqxml.XElement, error) {
				return linqxml.ParseElement(c.Budget(), text, linqxml.DropWhiteSpace)
			}),
			`XElement.Parse("<a b='1'>x</a>").Value => "x"`,
			`XElement.Parse("<a></b>") => XmlException: The 'a' start tag on line 1 position 2 does not match the end tag of 'b'. Line 1, position 6.`),
		M("static XElement Parse(string text, LoadOptions options)", "Reads an element.",
			C2(func(c Call, text string, options linqxml.LoadOptions) (*linqxml.XElement, error) {
				return linqxml.ParseElement(c.Budget(), text, options)
			}),
			`XElement.Parse("<a> <b/> </a>", LoadOptions.PreserveWhitespace).Nodes().Count() => 3`),
		M("static XElement Load(TextReader textReader)", "Reads an element.",
			C1(func(c Call, in *textReader) (*linqxml.XElement, error) {
				text, err := readAll(in)
				if err != nil {
					return nil, err
				}
				return linqxml.ParseElement(c.Budget(), text, linqxml.DropWhiteSpace)
			}), `XElement.Load(new StringReader("<a>x</a>")).Value => "x"`),
		M("static XElement Load(TextReader textReader, LoadOptions options)", "Reads an element.",
			C2(func(c Call, in *textReader, options linqxml.LoadOptions) (*linqxml.XElement, error) {
				text, err := readAll(in)
				if err != nil {
					return nil, err
				}
				return linqxml.ParseElement(c.Budget(), text, options)
			})),
		M("static XElement Load(System.Xml.XmlReader reader)", "The element that a reader is at or comes to.", C1(loadElement),
			`XElement.Load(XmlReader.Create(new StringReader("<a>x</a>"))).Value => "x"`),
		M("XName Name { get; set; }", "The element's name.", F1((*linqxml.XElement).Name),
			`XElement.Parse("<p:a xmlns:p='urn:x'/>").Name.NamespaceName => "urn:x"`).
			Set(F2(func(e *linqxml.XElement, name linqxml.XName) Void {
				e.SetName(name)
				return Void{}
			})),
		M("string Value { get; set; }", "The text of all descendants; setting it replaces the content.", F1((*linqxml.XElement).Value),
			`XElement.Parse("<a>x<b>y</b></a>").Value => "xy"`).
			Set(C2(func(c Call, e *linqxml.XElement, s string) (Void, error) { return Void{}, e.SetValue(c.Budget(), s) })),
		M("bool IsEmpty { get; }", "Whether the element has no content at all.", F1((*linqxml.XElement).IsEmpty)),
		M("bool HasElements { get; }", "Whether the element has elements.", F1((*linqxml.XElement).HasElements)),
		M("bool HasAttributes { get; }", "Whether the element has attributes.", F1((*linqxml.XElement).HasAttributes)),
		M("XAttribute FirstAttribute { get; }", "The first attribute, or null.",
			F1(func(e *linqxml.XElement) *linqxml.XAttribute {
				for a := range e.Attributes() {
					return a
				}
				return nil
			})),
		M("XAttribute LastAttribute { get; }", "The last attribute, or null.",
			F1(func(e *linqxml.XElement) *linqxml.XAttribute {
				var last *linqxml.XAttribute
				for a := range e.Attributes() {
					last = a
				}
				return last
			}), `XElement.Parse("<a b='1' c='2'/>").LastAttribute.Value => "2"`),
		M("static IEnumerable<XElement> EmptySequence { get; }", "No elements.", C0(emptySequence)),
		M("XAttribute Attribute(XName name)", "The attribute of a name, or null.", F2((*linqxml.XElement).Attribute),
			`XElement.Parse("<a b='1'/>").Attribute("b").Value => "1"`, `XElement.Parse("<a/>").Attribute("b") == null => true`),
		M("IEnumerable<XAttribute> Attributes()", "The attributes.",
			C1(func(c Call, e *linqxml.XElement) (*Sequence, error) { return sequenceOf(c, e.Attributes()), nil })),
		M("IEnumerable<XAttribute> Attributes(XName name)", "The attribute of a name, if there is one.",
			C2(func(c Call, e *linqxml.XElement, name linqxml.XName) (*Sequence, error) {
				return sequenceOf(c, attributesOf(e, name)), nil
			})),
		M("IEnumerable<XElement> AncestorsAndSelf()", "The element and those it is in, innermost first.",
			C1(func(c Call, e *linqxml.XElement) (*Sequence, error) { return sequenceOf(c, e.AncestorsAndSelf()), nil })),
		M("IEnumerable<XElement> DescendantsAndSelf()", "The element and all elements below it.",
			C1(func(c Call, e *linqxml.XElement) (*Sequence, error) {
				return descendantElements(c, e, true, nil), nil
			})),
		M("IEnumerable<XElement> DescendantsAndSelf(XName name)", "The element and all below it that have a name.",
			C2(func(c Call, e *linqxml.XElement, name linqxml.XName) (*Sequence, error) {
				return descendantElements(c, e, true, &name), nil
			})),
		M("IEnumerable<XNode> DescendantNodesAndSelf()", "The element and all nodes below it.",
			C1(func(c Call, e *linqxml.XElement) (*Sequence, error) { return descendantNodes(c, e, true), nil }),
			`XElement.Parse("<a>x<b/></a>").DescendantNodesAndSelf().Count() => 3`),
		M("IEnumerable<XElement> AncestorsAndSelf(XName name)", "The element and those it is in, if they have a name.",
			C2(func(c Call, e *linqxml.XElement, name linqxml.XName) (*Sequence, error) {
				return sequenceOf(c, linqxml.WithName(e.AncestorsAndSelf(), name)), nil
			})),
		M("void Save(TextWriter textWriter)", "Writes the element with an XML declaration.", saveTo[*linqxml.XElement](),
			`@{ var w = new StringWriter(); new XElement("a").Save(w); return w.ToString(); } => "<?xml version=\"1.0\" encoding=\"utf-16\"?>\n<a />"`),
		M("void Save(System.Xml.XmlWriter writer)", "Writes the element as a document.", E2(func(e *linqxml.XElement, x xmlWriter) (Void, error) { return saveNode(e, x) })),
		M("void Save(TextWriter textWriter, SaveOptions options)", "Writes the element with an XML declaration.", saveWith[*linqxml.XElement]()),
		M("XNamespace GetDefaultNamespace()", "The default namespace where the element is.", F1((*linqxml.XElement).DefaultNamespace)),
		M("XNamespace GetNamespaceOfPrefix(string prefix)", "The namespace that a prefix stands for where the element is, or null.",
			F2(func(e *linqxml.XElement, prefix string) any {
				if n, ok := e.NamespaceOfPrefix(prefix); ok {
					return n
				}
				return nil
			})),
		M("string GetPrefixOfNamespace(XNamespace ns)", "A prefix that stands for a namespace where the element is, or null.",
			F2(func(e *linqxml.XElement, ns linqxml.XNamespace) NullString {
				prefix, ok := e.PrefixOfNamespace(ns)
				return NullString{prefix, ok}
			})),
	}
}

func attributesOf(e *linqxml.XElement, name linqxml.XName) iter.Seq[*linqxml.XAttribute] {
	return func(yield func(*linqxml.XAttribute) bool) {
		if a := e.Attribute(name); a != nil {
			yield(a)
		}
	}
}

// newElement makes an element; its name may not be null, which arrives as the zero name.
func newElement(c Call, name linqxml.XName, content ...any) (*linqxml.XElement, error) {
	if name == (linqxml.XName{}) {
		return nil, NullArgument("name")
	}
	return linqxml.NewElement(c.Budget(), name, content...)
}

// xElementChanges are the members that change an element.
func xElementChanges() []Member {
	return []Member{
		M("void SetAttributeValue(XName name, object value)", "Changes an attribute, adds it, or with null removes it.",
			E3(func(e *linqxml.XElement, name linqxml.XName, value any) (Void, error) {
				return Void{}, e.SetAttributeValue(name, value)
			})),
		M("void SetElementValue(XName name, object value)", "Changes the text of an element, adds the element, or with null removes it.",
			C3(func(c Call, e *linqxml.XElement, name linqxml.XName, value any) (Void, error) {
				return Void{}, e.SetElementValue(c.Budget(), name, value)
			})),
		M("void SetValue(object value)", "Replaces the content by the text of a value.",
			C2(func(c Call, e *linqxml.XElement, value any) (Void, error) {
				return Void{}, e.SetAnyValue(c.Budget(), value)
			})),
		M("void RemoveAll()", "Takes all attributes and nodes away.",
			F1(func(e *linqxml.XElement) Void {
				e.RemoveAll()
				return Void{}
			})),
		M("void RemoveAttributes()", "Takes all attributes away.",
			F1(func(e *linqxml.XElement) Void {
				e.RemoveAttributes()
				return Void{}
			})),
		M("void ReplaceAll(object content)", "Takes attributes and nodes away and adds content.",
			C2(func(c Call, e *linqxml.XElement, content any) (Void, error) {
				return Void{}, e.ReplaceAll(c.Budget(), content)
			})),
		M("void ReplaceAll(params object[] content)", "Takes attributes and nodes away and adds content.",
			C2(func(c Call, e *linqxml.XElement, content []any) (Void, error) {
				return Void{}, e.ReplaceAll(c.Budget(), content...)
			})),
		M("void ReplaceAttributes(params object[] content)", "Takes all attributes away and adds content.",
			C2(func(c Call, e *linqxml.XElement, content []any) (Void, error) {
				return Void{}, e.ReplaceAttributes(c.Budget(), content...)
			})),
	}
}

func xAttributeClass() *Class {
	return &Class{
		Name: "System.Xml.Linq.XAttribute", Doc: "An attribute of an XML element.", Bases: "XObject", Go: TypeFor[*linqxml.XAttribute](),
		Members: append([]Member{
			M("XAttribute(XAttribute other)", "A copy of an attribute.",
				E1(func(other *linqxml.XAttribute) (*linqxml.XAttribute, error) {
					if other == nil {
						return nil, NullArgument("other")
					}
					return linqxml.NewAttribute(other.Name(), other.Value())
				})),
			M("static IEnumerable<XAttribute> EmptySequence { get; }", "No attributes.", C0(emptySequence)),
			M("XAttribute(XName name, object value)", "An attribute.",
				E2(func(name linqxml.XName, value any) (*linqxml.XAttribute, error) {
					if name == (linqxml.XName{}) {
						return nil, NullArgument("name")
					}
					return linqxml.NewAttribute(name, value)
				}),
				`new XAttribute("a", true).ToString() => "a=\"true\""`,
				`new XAttribute("a", null) => ArgumentNullException: Value cannot be null. (Parameter 'value')`),
			M("XName Name { get; }", "The attribute's name.", F1((*linqxml.XAttribute).Name)),
			M("string Value { get; set; }", "The attribute's value.", F1((*linqxml.XAttribute).Value)).
				Set(F2(func(a *linqxml.XAttribute, s string) Void {
					a.SetValue(s)
					return Void{}
				})),
			M("void SetValue(object value)", "Changes the value to the text of a value.",
				E2(func(a *linqxml.XAttribute, value any) (Void, error) { return Void{}, a.SetAnyValue(value) })),
			M("bool IsNamespaceDeclaration { get; }", "Whether the attribute declares a namespace.", F1((*linqxml.XAttribute).IsNamespaceDeclaration)),
			M("XAttribute NextAttribute { get; }", "The attribute after this one, or null.", F1((*linqxml.XAttribute).Next)),
			M("XAttribute PreviousAttribute { get; }", "The attribute before this one, or null.", F1((*linqxml.XAttribute).Previous)),
			M("void Remove()", "Takes the attribute off its element.",
				E1(func(a *linqxml.XAttribute) (Void, error) { return Void{}, a.Remove() })),
			M("string ToString()", "The attribute as it is written in a tag.", F1((*linqxml.XAttribute).ToString)),
		}, xmlCasts("XAttribute attribute", "attribute")...),
	}
}

func emptySequence(c Call) (*Sequence, error) {
	return NewSequence(c.Result.Args[0], func(func(any) error) error { return nil }), nil
}

// saveTo is the code of Save to a TextWriter, and saveWith the one with options.
func saveTo[T linqxml.Node]() Code {
	return C2(func(c Call, n T, w *textWriter) (Void, error) { return save(c, n, w, linqxml.Indented) })
}

func saveWith[T linqxml.Node]() Code {
	return C3(func(c Call, n T, w *textWriter, options linqxml.SaveOptions) (Void, error) {
		return save(c, n, w, options)
	})
}

// save writes a node as .NET does to a StringWriter, whose encoding is UTF-16.
func save(c Call, n linqxml.Node, w *textWriter, options linqxml.SaveOptions) (Void, error) {
	if w == nil {
		return Void{}, NullArgument("output")
	}
	text, err := linqxml.Save(c.Budget(), n, "utf-16", options)
	if err != nil {
		return Void{}, err
	}
	return done(w.builder.Append(c.Budget(), text))
}
