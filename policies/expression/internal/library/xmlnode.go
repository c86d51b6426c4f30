package library

import (
	"iter"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
	"github.com/apimgw/apimgw/policies/expression/internal/xmldom"
	"github.com/apimgw/apimgw/policies/expression/internal/xpath"
)

const xmlNamespace = "System.Xml."

func xmlNodeClass() *Class {
	return &Class{
		Name: xmlNamespace + "XmlNode", Abstract: true, Bases: "IEnumerable", Doc: "A node of an XML document.",
		Members: append(append(xmlNodeFacts(), xmlNodeChanges()...), xmlNodeQueries()...),
	}
}

func xmlNodeFacts() []Member {
	return []Member{
		M("string Name { get; }", "The qualified name, or what stands for one, such as #text.", F1(xmldom.Name)),
		M("string LocalName { get; }", "The name without its prefix.", F1(xmldom.LocalName)),
		M("string Prefix { get; }", "The prefix of the name.", F1(xmldom.Prefix)),
		M("string NamespaceURI { get; }", "The namespace of the name.", F1(xmldom.Namespace)),
		M("System.Xml.XmlNodeType NodeType { get; }", "What the node is.", F1(xmldom.Kind)),
		M("string Value { get; set; }", "The node's own text; null of an element or a document.", F1(func(n xmldom.Node) NullString {
			s, ok := xmldom.Value(n)
			return NullString{s, ok}
		})).Set(E2(func(n xmldom.Node, s NullString) (Void, error) { return Void{}, xmldom.SetValue(n, s.Text) })),
		M("string InnerText { get; set; }", "The text of all that is in the node; setting it replaces the content.", F1(xmldom.InnerText)).
			Set(C2(func(c Call, n xmldom.Node, s NullString) (Void, error) {
				return Void{}, xmldom.SetInnerText(c.Budget(), n, s.Text)
			})),
		M("string InnerXml { get; set; }", "What is in the node as XML.",
			C1(func(c Call, n xmldom.Node) (string, error) { return xmldom.Inner(c.Budget(), n) })).
			Set(C2(func(c Call, n xmldom.Node, s string) (Void, error) { return Void{}, xmldom.SetInner(c.Budget(), n, s) })),
		M("void WriteTo(XmlWriter w)", "Writes the node.", C2(writeDOMNode)),
		M("string OuterXml { get; }", "The node as XML.",
			C1(func(c Call, n xmldom.Node) (string, error) { return xmldom.Outer(c.Budget(), n) })),
		M("XmlNode ParentNode { get; }", "The node that the node is in, or null.", F1(xmldom.Parent)),
		M("XmlNodeList ChildNodes { get; }", "The nodes in the node.", F1(func(n xmldom.Node) *nodeList { return &nodeList{xmldom.Children(n)} })),
		M("bool HasChildNodes { get; }", "Whether there are nodes in the node.", F1(func(n xmldom.Node) bool { return len(xmldom.Children(n)) > 0 })),
		M("XmlNode FirstChild { get; }", "The first node in the node, or null.", F1(func(n xmldom.Node) xmldom.Node { return xmldom.At(xmldom.Children(n), 0) })),
		M("XmlNode LastChild { get; }", "The last node in the node, or null.",
			F1(func(n xmldom.Node) xmldom.Node { return xmldom.At(xmldom.Children(n), len(xmldom.Children(n))-1) })),
		M("XmlNode NextSibling { get; }", "The node after the node, or null.", F1(func(n xmldom.Node) xmldom.Node { return xmldom.Sibling(n, 1) })),
		M("XmlNode PreviousSibling { get; }", "The node before the node, or null.", F1(func(n xmldom.Node) xmldom.Node { return xmldom.Sibling(n, -1) })),
		M("XmlDocument OwnerDocument { get; }", "The document that the node is of; null of a document.", F1(xmldom.OwnerDocument)),
		M("XmlAttributeCollection Attributes { get; }", "The attributes of an element; null of other nodes.", F1(func(n xmldom.Node) any {
			if e, ok := n.(*xmldom.Element); ok {
				return &attributeCollection{e}
			}
			return nil
		})),
		M("XmlElement this[string name] { get; }", "The first element of a qualified name in the node, or null.", F2(func(n xmldom.Node, name string) *xmldom.Element {
			return childElement(n, func(e *xmldom.Element) bool { return xmldom.Name(e) == name })
		})),
		M("XmlElement this[string localname, string ns] { get; }", "The first element of a name in the node, or null.", F3(func(n xmldom.Node, local, uri string) *xmldom.Element {
			return childElement(n, named(local, uri))
		})),
	}
}

func childElement(n xmldom.Node, is func(*xmldom.Element) bool) *xmldom.Element {
	for _, c := range xmldom.Children(n) {
		if e, ok := c.(*xmldom.Element); ok && is(e) {
			return e
		}
	}
	return nil
}

// named holds for elements of a name.
func named(local, uri string) func(*xmldom.Element) bool {
	return func(e *xmldom.Element) bool {
		return (local == "*" || xmldom.LocalName(e) == local) && (uri == "*" || xmldom.Namespace(e) == uri)
	}
}

// qualified holds for elements of a qualified name.
func qualified(name string) func(*xmldom.Element) bool {
	return func(e *xmldom.Element) bool { return name == "*" || xmldom.Name(e) == name }
}

func xmlNodeChanges() []Member {
	insert := func(place func(in, reference xmldom.Node) (int, error)) Code {
		return E3(func(in, n, reference xmldom.Node) (xmldom.Node, error) {
			if n == nil {
				return nil, clr.NullReferenceError()
			}
			at, err := place(in, reference)
			if err != nil {
				return nil, err
			}
			return xmldom.Insert(in, n, at)
		})
	}
	at := func(place func(in xmldom.Node) int) Code {
		return E2(func(in, n xmldom.Node) (xmldom.Node, error) {
			if n == nil {
				return nil, clr.NullReferenceError()
			}
			return xmldom.Insert(in, n, place(in))
		})
	}
	return []Member{
		M("XmlNode AppendChild(XmlNode newChild)", "Puts a node at the end of the node.", at(func(in xmldom.Node) int { return len(xmldom.Children(in)) })),
		M("XmlNode PrependChild(XmlNode newChild)", "Puts a node at the beginning of the node.", at(func(xmldom.Node) int { return 0 })),
		M("XmlNode InsertBefore(XmlNode newChild, XmlNode refChild)", "Puts a node before one that is in the node; at the end without one.", insert(xmldom.PlaceOf)),
		M("XmlNode InsertAfter(XmlNode newChild, XmlNode refChild)", "Puts a node after one that is in the node; at the beginning without one.",
			insert(func(in, reference xmldom.Node) (int, error) {
				if reference == nil {
					return 0, nil
				}
				i, err := xmldom.PlaceOf(in, reference)
				return i + 1, err
			})),
		M("XmlNode RemoveChild(XmlNode oldChild)", "Takes a node out of the node.", E2(xmldom.Remove)),
		M("XmlNode ReplaceChild(XmlNode newChild, XmlNode oldChild)", "Puts a node in the place of one that is in the node, and returns that.",
			E3(func(in, n, old xmldom.Node) (xmldom.Node, error) {
				if n == nil || old == nil {
					return nil, clr.NullReferenceError()
				}
				i, err := xmldom.PlaceOf(in, old)
				if err == nil {
					_, err = xmldom.Insert(in, n, i)
				}
				if err != nil {
					return nil, err
				}
				return xmldom.Remove(in, old)
			})),
		M("void RemoveAll()", "Takes all nodes and attributes away.", F1(func(n xmldom.Node) Void {
			xmldom.RemoveChildren(n)
			if e, ok := n.(*xmldom.Element); ok {
				for _, a := range append([]*xmldom.Attribute(nil), xmldom.Attributes(e)...) {
					e.RemoveAttribute(a)
				}
			}
			return Void{}
		})),
		M("XmlNode CloneNode(bool deep)", "A copy of the node, with what is in it if deep.",
			C2(func(c Call, n xmldom.Node, deep bool) (xmldom.Node, error) { return xmldom.Clone(c.Budget(), n, deep) })),
		M("XmlNode Clone()", "A copy of the node with what is in it.",
			C1(func(c Call, n xmldom.Node) (xmldom.Node, error) { return xmldom.Clone(c.Budget(), n, true) })),
	}
}

func xmlNodeQueries() []Member {
	selectNodes := func(c Call, n xmldom.Node, query string, m *xmldom.NamespaceManager) ([]xmldom.Node, error) {
		found, err := selectAt(c, xmldom.Point(n), query, m)
		out := make([]xmldom.Node, len(found))
		for i, f := range found {
			out[i] = xmldom.NodeAt(f)
		}
		return out, err
	}
	all := func(c Call, n xmldom.Node, query string, m *xmldom.NamespaceManager) (*nodeList, error) {
		found, err := selectNodes(c, n, query, m)
		return &nodeList{found}, err
	}
	first := func(c Call, n xmldom.Node, query string, m *xmldom.NamespaceManager) (xmldom.Node, error) {
		found, err := selectNodes(c, n, query, m)
		return xmldom.At(found, 0), err
	}
	return []Member{
		M("System.Xml.XPath.XPathNavigator CreateNavigator()", "A navigator at the node.",
			F1(func(n xmldom.Node) *navigator { return &navigator{xmldom.Point(n)} }),
			`@{ var d = new XmlDocument(); d.LoadXml("<a><b>1</b></a>"); return d.CreateNavigator().SelectSingleNode("/a/b").Value; } => "1"`),
		M("XmlNode SelectSingleNode(string xpath)", "The first node that an XPath query finds, or null.",
			C2(func(c Call, n xmldom.Node, query string) (xmldom.Node, error) { return first(c, n, query, nil) })),
		M("XmlNode SelectSingleNode(string xpath, XmlNamespaceManager nsmgr)", "The first node that an XPath query with prefixes finds, or null.", C3(first)),
		M("XmlNodeList SelectNodes(string xpath)", "The nodes that an XPath query finds.",
			C2(func(c Call, n xmldom.Node, query string) (*nodeList, error) { return all(c, n, query, nil) })),
		M("XmlNodeList SelectNodes(string xpath, XmlNamespaceManager nsmgr)", "The nodes that an XPath query with prefixes finds.", C3(all)),
	}
}

// selectAt runs a query that gives nodes.
func selectAt(c Call, n xpath.Node, query string, m *xmldom.NamespaceManager) ([]xpath.Node, error) {
	q, err := xpath.Compile(query)
	if err != nil {
		return nil, err
	}
	return q.Select(n, resolver(m), c.Step)
}

// resolver is nil for no manager.
func resolver(m *xmldom.NamespaceManager) xpath.Resolver {
	if m == nil {
		return nil
	}
	return m
}

func xmlLinkedNodeClass() *Class {
	return &Class{Name: xmlNamespace + "XmlLinkedNode", Abstract: true, Bases: "XmlNode", Doc: "A node that has nodes beside it."}
}

func xmlCharacterDataClass() *Class {
	return &Class{
		Name: xmlNamespace + "XmlCharacterData", Abstract: true, Bases: "XmlLinkedNode", Doc: "A node that is text.",
		Members: []Member{
			M("string Data { get; set; }", "The text.", F1(xmldom.InnerText)).
				Set(E2(func(n xmldom.Node, s NullString) (Void, error) { return Void{}, xmldom.SetValue(n, s.Text) })),
			M("int Length { get; }", "How long the text is.", F1(func(n xmldom.Node) int { return clr.Length(xmldom.InnerText(n)) })),
		},
	}
}

// xmlLeafClasses are the nodes without members of their own, or nearly.
func xmlLeafClasses() []func() *Class {
	text := func(name, doc string, c *Class) func() *Class {
		return func() *Class {
			c := *c
			c.Name, c.Doc, c.Abstract = xmlNamespace+name, doc, true
			if c.Bases == "" {
				c.Bases = "XmlCharacterData"
			}
			return &c
		}
	}
	data := func() []Member {
		return []Member{
			M("string Target { get; }", "What the instruction is for.", F1(xmldom.LocalName)),
			M("string Data { get; set; }", "The instruction.", F1(xmldom.InnerText)).
				Set(E2(func(n xmldom.Node, s NullString) (Void, error) { return Void{}, xmldom.SetValue(n, s.Text) })),
		}
	}
	return []func() *Class{
		text("XmlText", "Text.", &Class{Go: TypeFor[*xmldom.Text]()}),
		text("XmlCDataSection", "Text that is written as a CDATA section.", &Class{Go: TypeFor[*xmldom.CData]()}),
		text("XmlComment", "A comment.", &Class{Go: TypeFor[*xmldom.Comment]()}),
		text("XmlWhitespace", "White space between elements.", &Class{Go: TypeFor[*xmldom.Whitespace]()}),
		text("XmlSignificantWhitespace", "White space that counts.", &Class{Go: TypeFor[*xmldom.SignificantWhitespace]()}),
		func() *Class {
			return &Class{
				Name: xmlNamespace + "XmlProcessingInstruction", Abstract: true, Bases: "XmlLinkedNode", Doc: "A processing instruction.",
				Go: TypeFor[*xmldom.Instruction](), Members: data(),
			}
		},
		text("XmlDeclaration", "The declaration of a document.", &Class{Go: TypeFor[*xmldom.Declaration](), Bases: "XmlLinkedNode"}),
		text("XmlDocumentFragment", "Nodes that belong together for a while.", &Class{Go: TypeFor[*xmldom.Fragment](), Bases: "XmlNode"}),
	}
}

// A nodeList is an XmlNodeList.
type nodeList struct{ nodes []xmldom.Node }

// TypeName is the class.
func (*nodeList) TypeName() string { return xmlNamespace + "XmlNodeList" }

// ToString is the class's name.
func (l *nodeList) ToString() string { return l.TypeName() }

// Items goes through the nodes.
func (l *nodeList) Items() iter.Seq2[any, error] { return itemsIn(l.nodes) }

func (l *nodeList) at(i int) xmldom.Node { return xmldom.At(l.nodes, i) }

func xmlNodeListClass() *Class {
	return &Class{
		Name: xmlNamespace + "XmlNodeList", Go: TypeFor[*nodeList](), Abstract: true, Bases: "IEnumerable", Doc: "Nodes of an XML document.",
		Members: []Member{
			M("int Count { get; }", "The number of nodes.", F1(func(l *nodeList) int { return len(l.nodes) })),
			M("XmlNode Item(int index)", "The node at a place, or null.", F2((*nodeList).at)),
			M("XmlNode this[int i] { get; }", "The node at a place, or null.", F2((*nodeList).at)),
		},
	}
}

// An attributeCollection is the attributes of an element.
type attributeCollection struct{ of *xmldom.Element }

// TypeName is the class.
func (*attributeCollection) TypeName() string { return xmlNamespace + "XmlAttributeCollection" }

// ToString is the class's name.
func (c *attributeCollection) ToString() string { return c.TypeName() }

// Items goes through the attributes.
func (c *attributeCollection) Items() iter.Seq2[any, error] { return itemsIn(xmldom.Attributes(c.of)) }

// at is the attribute at a place.
func (c *attributeCollection) at(i int) (*xmldom.Attribute, error) {
	all := xmldom.Attributes(c.of)
	if i < 0 || i >= len(all) {
		return nil, clr.ClassIndexOutOfRange.Throw("The index being passed in is out of range.")
	}
	return all[i], nil
}

func xmlNamedNodeMapClass() *Class {
	return &Class{
		Name: xmlNamespace + "XmlNamedNodeMap", Abstract: true, Bases: "IEnumerable", Doc: "Nodes with names.",
		Members: []Member{
			M("int Count { get; }", "The number of nodes.", F1(func(c *attributeCollection) int { return len(xmldom.Attributes(c.of)) })),
			M("XmlNode GetNamedItem(string name)", "The node of a qualified name, or null.",
				F2(func(c *attributeCollection, name string) *xmldom.Attribute { return c.of.Attribute(name) })),
			M("XmlNode Item(int index)", "The node at a place, or null.", F2(func(c *attributeCollection, i int) any {
				if a, err := c.at(i); err == nil {
					return a
				}
				return nil
			})),
		},
	}
}

func xmlAttributeCollectionClass() *Class {
	return &Class{
		Name: xmlNamespace + "XmlAttributeCollection", Go: TypeFor[*attributeCollection](), Abstract: true, Bases: "XmlNamedNodeMap", Doc: "The attributes of an element.",
		Members: []Member{
			M("XmlAttribute this[int i] { get; }", "The attribute at a place.", E2((*attributeCollection).at)),
			M("XmlAttribute this[string name] { get; }", "The attribute of a qualified name, or null.",
				F2(func(c *attributeCollection, name string) *xmldom.Attribute { return c.of.Attribute(name) })),
			M("XmlAttribute this[string localName, string namespaceURI] { get; }", "The attribute of a name, or null.",
				F3(func(c *attributeCollection, local, uri string) *xmldom.Attribute { return c.of.AttributeIn(local, uri) })),
			M("XmlAttribute Append(XmlAttribute node)", "Adds an attribute, in the place of one of its name.",
				E2(func(c *attributeCollection, a *xmldom.Attribute) (*xmldom.Attribute, error) {
					if a == nil {
						return nil, clr.NullReferenceError()
					}
					_, err := c.of.PutAttribute(a)
					return a, err
				})),
			M("XmlAttribute Remove(XmlAttribute node)", "Takes an attribute away.",
				F2(func(c *attributeCollection, a *xmldom.Attribute) *xmldom.Attribute {
					c.of.RemoveAttribute(a)
					return a
				})),
			M("void RemoveAll()", "Takes all attributes away.", F1(func(c *attributeCollection) Void {
				for _, a := range append([]*xmldom.Attribute(nil), xmldom.Attributes(c.of)...) {
					c.of.RemoveAttribute(a)
				}
				return Void{}
			})),
		},
	}
}

func xmlAttributeClass() *Class {
	return &Class{
		Name: xmlNamespace + "XmlAttribute", Go: TypeFor[*xmldom.Attribute](), Abstract: true, Bases: "XmlNode", Doc: "An attribute of an XML element.",
		Members: []Member{
			M("XmlElement OwnerElement { get; }", "The element that the attribute is of, or null.", F1((*xmldom.Attribute).OwnerElement)),
			M("bool Specified { get; }", "True: there are no document types that give attributes.", F1(func(*xmldom.Attribute) bool { return true })),
		},
	}
}

func xmlNamespaceResolverInterface() *Class {
	return &Class{
		Name: xmlNamespace + "IXmlNamespaceResolver", Kind: types.Interface, Doc: "What tells what prefixes stand for.",
		Members: []Member{
			M("string LookupNamespace(string prefix)", "The namespace that a prefix stands for, or null.", F2(lookupNamespace)),
			M("string LookupPrefix(string namespaceName)", "A prefix that stands for a namespace, or null.", F2(lookupPrefix)),
		},
	}
}

func lookupNamespace(m *xmldom.NamespaceManager, prefix string) NullString {
	uri, ok := m.ResolvePrefix(prefix)
	return NullString{uri, ok}
}

func lookupPrefix(m *xmldom.NamespaceManager, uri string) NullString {
	prefix, ok := m.PrefixOf(uri)
	return NullString{prefix, ok}
}

func xmlNamespaceManagerClass() *Class {
	return &Class{
		Name: xmlNamespace + "XmlNamespaceManager", Go: TypeFor[*xmldom.NamespaceManager](), Bases: "IXmlNamespaceResolver", Doc: "What prefixes stand for in XPath queries.",
		Members: []Member{
			M("XmlNamespaceManager(XmlNameTable nameTable)", "A manager without prefixes.", F1(func(any) *xmldom.NamespaceManager { return xmldom.NewNamespaceManager() }),
				`new XmlNamespaceManager(new NameTable()).LookupNamespace("xml") => "http://www.w3.org/XML/1998/namespace"`),
			M("void AddNamespace(string prefix, string uri)", "Says what a prefix stands for.", F3(func(m *xmldom.NamespaceManager, prefix, uri string) Void {
				m.Add(prefix, uri)
				return Void{}
			})),
			M("void RemoveNamespace(string prefix, string uri)", "Takes a prefix away that stands for a namespace.", F3(func(m *xmldom.NamespaceManager, prefix, uri string) Void {
				m.Remove(prefix, uri)
				return Void{}
			})),
			M("bool HasNamespace(string prefix)", "Whether a prefix stands for something.", F2(func(m *xmldom.NamespaceManager, prefix string) bool {
				_, ok := m.ResolvePrefix(prefix)
				return ok
			})),
			M("string DefaultNamespace { get; }", "What no prefix stands for.", F1(func(m *xmldom.NamespaceManager) string {
				uri, _ := m.ResolvePrefix("")
				return uri
			})),
			M("string LookupNamespace(string prefix)", "The namespace that a prefix stands for, or null.", F2(lookupNamespace)),
			M("string LookupPrefix(string uri)", "A prefix that stands for a namespace, or null.", F2(lookupPrefix)),
			M("XmlNameTable NameTable { get; }", "The table of names.", F1(func(*xmldom.NamespaceManager) *nameTable { return &nameTable{} })),
		},
	}
}

// A nameTable is there because XmlNamespaceManager takes one.
type nameTable struct{}

// TypeName is the class.
func (*nameTable) TypeName() string { return xmlNamespace + "NameTable" }

// ToString is the class's name.
func (t *nameTable) ToString() string { return t.TypeName() }

func xmlNameTableClass() *Class {
	return &Class{Name: xmlNamespace + "XmlNameTable", Abstract: true, Doc: "A table of names."}
}

func nameTableClass() *Class {
	return &Class{
		Name: xmlNamespace + "NameTable", Go: TypeFor[*nameTable](), Bases: "XmlNameTable", Doc: "A table of names.",
		Members: []Member{M("NameTable()", "An empty table.", F0(func() *nameTable { return &nameTable{} }))},
	}
}

func xpathExtensionsClass() *Class {
	query := func(c Call, n linqxml.Node, query string, m *xmldom.NamespaceManager) ([]linqxml.Object, error) {
		if n == nil {
			return nil, NullArgument("node")
		}
		found, err := selectAt(c, xmldom.LinqPoint(n), query, m)
		out := make([]linqxml.Object, len(found))
		for i, f := range found {
			out[i] = xmldom.LinqAt(f)
		}
		return out, err
	}
	elements := func(c Call, n linqxml.Node, text string, m *xmldom.NamespaceManager) (*Sequence, error) {
		found, err := query(c, n, text, m)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			if _, ok := f.(*linqxml.XElement); !ok {
				return nil, clr.ClassInvalidOperation.Throwf("The XPath expression evaluated to unexpected type %s.", f.TypeName())
			}
		}
		return NewSequence(c.Result.Args[0], func(yield func(any) error) error {
			for _, f := range found {
				if err := yield(f); err != nil {
					return err
				}
			}
			return nil
		}), nil
	}
	first := func(c Call, n linqxml.Node, text string, m *xmldom.NamespaceManager) (*linqxml.XElement, error) {
		found, err := query(c, n, text, m)
		if err != nil || len(found) == 0 {
			return nil, err
		}
		e, ok := found[0].(*linqxml.XElement)
		if !ok {
			return nil, clr.ClassInvalidOperation.Throwf("The XPath expression evaluated to unexpected type %s.", found[0].TypeName())
		}
		return e, nil
	}
	return &Class{
		Name: "System.Xml.XPath.Extensions", Static: true, Doc: "XPath over LINQ to XML. Its namespace is not imported: the methods are called by the class's full name.",
		Members: []Member{
			M("static XElement XPathSelectElement(XNode node, string expression)", "The first element that an XPath query finds, or null.",
				C2(func(c Call, n linqxml.Node, text string) (*linqxml.XElement, error) { return first(c, n, text, nil) }),
				`System.Xml.XPath.Extensions.XPathSelectElement(XElement.Parse("<a><b>1</b><b>2</b></a>"), "b[2]").Value => "2"`),
			M("static XElement XPathSelectElement(XNode node, string expression, IXmlNamespaceResolver resolver)", "The first element that an XPath query with prefixes finds, or null.", C3(first)),
			M("static IEnumerable<XElement> XPathSelectElements(XNode node, string expression)", "The elements that an XPath query finds.",
				C2(func(c Call, n linqxml.Node, text string) (*Sequence, error) { return elements(c, n, text, nil) }),
				`System.Xml.XPath.Extensions.XPathSelectElements(XElement.Parse("<a><b/><c><b/></c></a>"), ".//b").Count() => 2`),
			M("static IEnumerable<XElement> XPathSelectElements(XNode node, string expression, IXmlNamespaceResolver resolver)", "The elements that an XPath query with prefixes finds.", C3(elements)),
			M("static XPathNavigator CreateNavigator(XNode node)", "A navigator at the node.", E1(func(n linqxml.Node) (*navigator, error) {
				if n == nil {
					return nil, NullArgument("node")
				}
				return &navigator{xmldom.LinqPoint(n)}, nil
			}), `System.Xml.XPath.Extensions.CreateNavigator(XElement.Parse("<a><b/></a>")).Evaluate("count(b)").Equals(1.0) => true`),
			M("static object XPathEvaluate(XNode node, string expression)", "What an XPath query gives: a double, a string, a bool, or nodes.",
				C2(func(c Call, n linqxml.Node, text string) (any, error) { return evaluateXPath(c, n, text, nil) }),
				`System.Xml.XPath.Extensions.XPathEvaluate(XElement.Parse("<a><b/><b/></a>"), "count(b)").Equals(2.0) => true`),
			M("static object XPathEvaluate(XNode node, string expression, IXmlNamespaceResolver resolver)", "What an XPath query with prefixes gives.", C3(evaluateXPath)),
		},
	}
}

// evaluateAt runs a query that gives nodes, or a value.
func evaluateAt(c Call, n xpath.Node, text string, m *xmldom.NamespaceManager) (any, error) {
	q, err := xpath.Compile(text)
	if err != nil {
		return nil, err
	}
	return q.Evaluate(n, resolver(m), c.Step)
}

func evaluateXPath(c Call, n linqxml.Node, text string, m *xmldom.NamespaceManager) (any, error) {
	if n == nil {
		return nil, NullArgument("node")
	}
	v, err := evaluateAt(c, xmldom.LinqPoint(n), text, m)
	if err != nil {
		return nil, err
	}
	found, ok := v.([]xpath.Node)
	if !ok {
		return v, nil
	}
	return NewSequence(types.ObjectType, func(yield func(any) error) error {
		for _, f := range found {
			if err := yield(xmldom.LinqAt(f)); err != nil {
				return err
			}
		}
		return nil
	}), nil
}
