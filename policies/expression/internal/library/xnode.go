package library

import (
	"iter"

	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
)

func xObjectClass() *Class {
	return &Class{
		Name: "System.Xml.Linq.XObject", Doc: "A node or an attribute.", Abstract: true,
		Members: []Member{
			M("XElement Parent { get; }", "The element it is in, or null.", F1(linqxml.Object.Parent)),
			M("XDocument Document { get; }", "The document it is in, or null.", F1(linqxml.Document)),
			M("string BaseUri { get; }", "Nothing: no node comes from an address.", F1(func(linqxml.Object) string { return "" })),
			M("System.Xml.XmlNodeType NodeType { get; }", "What it is.", F1(linqxml.Object.NodeType),
				`XElement.Parse("<a>x</a>").FirstNode.NodeType == System.Xml.XmlNodeType.Text => true`),
		},
	}
}

func xNodeClass() *Class {
	return &Class{
		Name: "System.Xml.Linq.XNode", Doc: "A node of an XML tree.", Abstract: true, Bases: "XObject",
		Members: []Member{
			M("XNode NextNode { get; }", "The node after this one, or null.", F1(linqxml.Next)),
			M("XNode PreviousNode { get; }", "The node before this one, or null.", F1(linqxml.Previous)),
			M("IEnumerable<XElement> Ancestors()", "The elements that the node is in, innermost first.",
				C1(func(c Call, n linqxml.Node) (*Sequence, error) { return sequenceOf(c, linqxml.Ancestors(n)), nil })),
			M("IEnumerable<XElement> Ancestors(XName name)", "The elements of a name that the node is in.",
				C2(func(c Call, n linqxml.Node, name linqxml.XName) (*Sequence, error) {
					return sequenceOf(c, linqxml.WithName(linqxml.Ancestors(n), name)), nil
				})),
			M("IEnumerable<XNode> NodesAfterSelf()", "The nodes after this one.",
				C1(func(c Call, n linqxml.Node) (*Sequence, error) { return sequenceOf(c, linqxml.NodesAfterSelf(n)), nil })),
			M("IEnumerable<XNode> NodesBeforeSelf()", "The nodes before this one.",
				C1(func(c Call, n linqxml.Node) (*Sequence, error) { return sequenceOf(c, linqxml.NodesBeforeSelf(n)), nil })),
			M("IEnumerable<XElement> ElementsAfterSelf()", "The elements after this node.",
				C1(func(c Call, n linqxml.Node) (*Sequence, error) {
					return sequenceOf(c, elementsOf(linqxml.NodesAfterSelf(n))), nil
				})),
			M("IEnumerable<XElement> ElementsBeforeSelf()", "The elements before this node.",
				C1(func(c Call, n linqxml.Node) (*Sequence, error) {
					return sequenceOf(c, elementsOf(linqxml.NodesBeforeSelf(n))), nil
				})),
			M("IEnumerable<XElement> ElementsAfterSelf(XName name)", "The elements of a name after this node.",
				C2(func(c Call, n linqxml.Node, name linqxml.XName) (*Sequence, error) {
					return sequenceOf(c, linqxml.WithName(elementsOf(linqxml.NodesAfterSelf(n)), name)), nil
				}), `XElement.Parse("<a><b/><c/><b/></a>").Element("c").ElementsAfterSelf("b").Count() => 1`),
			M("IEnumerable<XElement> ElementsBeforeSelf(XName name)", "The elements of a name before this node.",
				C2(func(c Call, n linqxml.Node, name linqxml.XName) (*Sequence, error) {
					return sequenceOf(c, linqxml.WithName(elementsOf(linqxml.NodesBeforeSelf(n)), name)), nil
				})),
			M("bool IsAfter(XNode node)", "Whether the node comes after another one of its tree.",
				E2(func(n, other linqxml.Node) (bool, error) {
					order, err := linqxml.CompareDocumentOrder(n, other)
					return order > 0, err
				}), `new XElement("a").IsAfter(new XElement("b")) => InvalidOperationException: A common ancestor is missing.`),
			M("bool IsBefore(XNode node)", "Whether the node comes before another one of its tree.",
				E2(func(n, other linqxml.Node) (bool, error) {
					order, err := linqxml.CompareDocumentOrder(n, other)
					return order < 0, err
				})),
			M("static int CompareDocumentOrder(XNode n1, XNode n2)", "Which of two nodes of a tree comes first: negative when the first does.", E2(linqxml.CompareDocumentOrder)),
			M("static XNodeEqualityComparer EqualityComparer { get; }", "What tells whether nodes are equal.", F0(func() nodeEquality { return nodeEquality{} })),
			M("static XNodeDocumentOrderComparer DocumentOrderComparer { get; }", "What compares the places of nodes.", F0(func() nodeOrder { return nodeOrder{} })),
			M("void AddAfterSelf(object content)", "Adds content after the node.",
				C2(func(c Call, n linqxml.Node, content any) (Void, error) {
					return Void{}, linqxml.AddAfterSelf(c.Budget(), n, content)
				})),
			M("void AddAfterSelf(params object[] content)", "Adds content after the node.",
				C2(func(c Call, n linqxml.Node, content []any) (Void, error) {
					return Void{}, linqxml.AddAfterSelf(c.Budget(), n, content...)
				})),
			M("void AddBeforeSelf(object content)", "Adds content before the node.",
				C2(func(c Call, n linqxml.Node, content any) (Void, error) {
					return Void{}, linqxml.AddBeforeSelf(c.Budget(), n, content)
				})),
			M("void AddBeforeSelf(params object[] content)", "Adds content before the node.",
				C2(func(c Call, n linqxml.Node, content []any) (Void, error) {
					return Void{}, linqxml.AddBeforeSelf(c.Budget(), n, content...)
				})),
			M("void Remove()", "Takes the node out of its parent.",
				E1(func(n linqxml.Node) (Void, error) { return Void{}, linqxml.Remove(n) })),
			M("void ReplaceWith(object content)", "Puts content in the node's place.",
				C2(func(c Call, n linqxml.Node, content any) (Void, error) {
					return Void{}, linqxml.ReplaceWith(c.Budget(), n, content)
				})),
			M("void ReplaceWith(params object[] content)", "Puts content in the node's place.",
				C2(func(c Call, n linqxml.Node, content []any) (Void, error) {
					return Void{}, linqxml.ReplaceWith(c.Budget(), n, content...)
				})),
			M("static XNode ReadFrom(System.Xml.XmlReader reader)", "The node that a reader is at; the reader goes behind it.", C1(linqFromReader)),
			M("void WriteTo(System.Xml.XmlWriter writer)", "Writes the node.", E2(writeNode)),
			M("static bool DeepEquals(XNode n1, XNode n2)", "Whether two trees have the same names, attributes and text.",
				F2(linqxml.DeepEquals),
				`XNode.DeepEquals(XElement.Parse("<a><b/></a>"), XElement.Parse("<a> <b /> </a>")) => true`),
			M("string ToString()", "The node as indented XML.",
				C1(func(c Call, n linqxml.Node) (string, error) { return linqxml.Text(c.Budget(), n, linqxml.Indented) }),
				`XElement.Parse("<a><b/></a>").ToString() => "<a>\n  <b />\n</a>"`),
			M("string ToString(SaveOptions options)", "The node as XML, on one line with DisableFormatting.",
				C2(func(c Call, n linqxml.Node, options linqxml.SaveOptions) (string, error) {
					return linqxml.Text(c.Budget(), n, options)
				}),
				`XElement.Parse("<a><b/></a>").ToString(SaveOptions.DisableFormatting) => "<a><b /></a>"`),
		},
	}
}

// elementsOf passes the elements among nodes.
func elementsOf(nodes iter.Seq[linqxml.Node]) iter.Seq[*linqxml.XElement] {
	return func(yield func(*linqxml.XElement) bool) {
		for n := range nodes {
			if e, ok := n.(*linqxml.XElement); ok && !yield(e) {
				return
			}
		}
	}
}

func xContainerClass() *Class {
	return &Class{
		Name: "System.Xml.Linq.XContainer", Doc: "A node that has nodes: an element or a document.", Abstract: true, Bases: "XNode",
		Members: []Member{
			M("XNode FirstNode { get; }", "The first node, or null.", F1(linqxml.First)),
			M("XNode LastNode { get; }", "The last node, or null.", F1(linqxml.Last)),
			M("IEnumerable<XNode> Nodes()", "The nodes.",
				C1(func(c Call, x linqxml.Container) (*Sequence, error) { return sequenceOf(c, linqxml.Nodes(x)), nil }),
				`XElement.Parse("<a>x<b/>y</a>").Nodes().Count() => 3`),
			M("IEnumerable<XNode> DescendantNodes()", "All nodes below.",
				C1(func(c Call, x linqxml.Container) (*Sequence, error) {
					return descendantNodes(c, x, false), nil
				}), `XElement.Parse("<a>x<b>y</b></a>").DescendantNodes().Count() => 3`),
			M("XElement Element(XName name)", "The first element of a name, or null.", F2(linqxml.Element),
				`XElement.Parse("<a><b>1</b></a>").Element("b").Value => "1"`, `XElement.Parse("<a/>").Element("b") == null => true`),
			M("IEnumerable<XElement> Elements()", "The elements.",
				C1(func(c Call, x linqxml.Container) (*Sequence, error) { return sequenceOf(c, linqxml.Elements(x)), nil })),
			M("IEnumerable<XElement> Elements(XName name)", "The elements of a name.",
				C2(func(c Call, x linqxml.Container, name linqxml.XName) (*Sequence, error) {
					return sequenceOf(c, linqxml.WithName(linqxml.Elements(x), name)), nil
				}),
				`XElement.Parse("<a><b/><c/><b/></a>").Elements("b").Count() => 2`),
			M("IEnumerable<XElement> Descendants()", "All elements below, in document order.",
				C1(func(c Call, x linqxml.Container) (*Sequence, error) {
					return descendantElements(c, x, false, nil), nil
				}),
				`XElement.Parse("<a><b><c/></b></a>").Descendants().Last().Name.LocalName => "c"`),
			M("IEnumerable<XElement> Descendants(XName name)", "All elements of a name below, in document order.",
				C2(func(c Call, x linqxml.Container, name linqxml.XName) (*Sequence, error) {
					return descendantElements(c, x, false, &name), nil
				}),
				`XElement.Parse("<a xmlns='urn:x'><b>5</b></a>").Descendants(XNamespace.Get("urn:x") + "b").First().Value => "5"`),
			M("void Add(object content)", "Adds content at the end: nodes, attributes, values, or a sequence of those.",
				C2(func(c Call, x linqxml.Container, content any) (Void, error) {
					return Void{}, linqxml.Add(c.Budget(), x, content)
				})),
			M("void Add(params object[] content)", "Adds content at the end.",
				C2(func(c Call, x linqxml.Container, content []any) (Void, error) {
					return Void{}, linqxml.Add(c.Budget(), x, content...)
				})),
			M("void AddFirst(object content)", "Adds content at the beginning.",
				C2(func(c Call, x linqxml.Container, content any) (Void, error) {
					return Void{}, linqxml.AddFirst(c.Budget(), x, content)
				})),
			M("void AddFirst(params object[] content)", "Adds content at the beginning.",
				C2(func(c Call, x linqxml.Container, content []any) (Void, error) {
					return Void{}, linqxml.AddFirst(c.Budget(), x, content...)
				})),
			M("void RemoveNodes()", "Takes all nodes out.",
				F1(func(x linqxml.Container) Void {
					linqxml.RemoveNodes(x)
					return Void{}
				})),
			M("void ReplaceNodes(object content)", "Takes all nodes out and adds content.",
				C2(func(c Call, x linqxml.Container, content any) (Void, error) {
					return Void{}, linqxml.ReplaceNodes(c.Budget(), x, content)
				})),
			M("void ReplaceNodes(params object[] content)", "Takes all nodes out and adds content.",
				C2(func(c Call, x linqxml.Container, content []any) (Void, error) {
					return Void{}, linqxml.ReplaceNodes(c.Budget(), x, content...)
				})),
		},
	}
}

func xTextClass() *Class {
	return &Class{
		Name: "System.Xml.Linq.XText", Doc: "Text.", Bases: "XNode", Go: TypeFor[*linqxml.XText](),
		Members: []Member{
			M("XText(XText other)", "A copy of a text.", copyOf[linqxml.TextNode](func(t linqxml.TextNode) *linqxml.XText { return linqxml.NewText(t.Value()) })),
			M("XText(string value)", "A text.", F1(linqxml.NewText), `new XElement("a", new XText("<")).ToString() => "<a>&lt;</a>"`),
			M("string Value { get; set; }", "The text.", F1(linqxml.TextNode.Value)).
				Set(F2(func(t linqxml.TextNode, s string) Void {
					t.SetValue(s)
					return Void{}
				})),
		},
	}
}

func xCDataClass() *Class {
	return &Class{
		Name: "System.Xml.Linq.XCData", Doc: "Text that is written as a CDATA section.", Bases: "XText", Go: TypeFor[*linqxml.XCData](),
		Members: []Member{
			M("XCData(XCData other)", "A copy of a section.", copyOf[*linqxml.XCData](func(t *linqxml.XCData) *linqxml.XCData { return linqxml.NewCData(t.Value()) })),
			M("XCData(string value)", "A CDATA section.", F1(linqxml.NewCData),
				`new XElement("a", new XCData("<")).ToString() => "<a><![CDATA[<]]></a>"`,
				`((XCData)XElement.Parse("<a><![CDATA[<]]></a>").FirstNode).Value => "<"`),
		},
	}
}

func xCommentClass() *Class {
	return &Class{
		Name: "System.Xml.Linq.XComment", Doc: "A comment.", Bases: "XNode", Go: TypeFor[*linqxml.XComment](),
		Members: []Member{
			M("XComment(XComment other)", "A copy of a comment.", copyOf[*linqxml.XComment](func(t *linqxml.XComment) *linqxml.XComment { return linqxml.NewComment(t.Value()) })),
			M("XComment(string value)", "A comment.", F1(linqxml.NewComment), `new XComment("x").ToString() => "<!--x-->"`),
			M("string Value { get; set; }", "The text of the comment.", F1((*linqxml.XComment).Value)).
				Set(F2(func(t *linqxml.XComment, s string) Void {
					t.SetValue(s)
					return Void{}
				})),
		},
	}
}

func xProcessingInstructionClass() *Class {
	return &Class{
		Name: "System.Xml.Linq.XProcessingInstruction", Doc: "A processing instruction.", Bases: "XNode",
		Go: TypeFor[*linqxml.XProcessingInstruction](),
		Members: []Member{
			M("XProcessingInstruction(string target, string data)", "A processing instruction.", E2(linqxml.NewProcessingInstruction)),
			M("XProcessingInstruction(XProcessingInstruction other)", "A copy of an instruction.",
				E1(func(other *linqxml.XProcessingInstruction) (*linqxml.XProcessingInstruction, error) {
					if other == nil {
						return nil, NullArgument("other")
					}
					return linqxml.NewProcessingInstruction(other.Target(), other.Data())
				})),
			M("string Target { get; set; }", "The name of what the instruction is for.", F1((*linqxml.XProcessingInstruction).Target)).
				Set(E2(func(p *linqxml.XProcessingInstruction, target string) (Void, error) {
					return Void{}, p.SetTarget(target)
				})),
			M("string Data { get; set; }", "The instruction.", F1((*linqxml.XProcessingInstruction).Data)).
				Set(F2(func(t *linqxml.XProcessingInstruction, s string) Void {
					t.SetData(s)
					return Void{}
				})),
		},
	}
}

// copyOf is the code of a constructor that copies a node.
func copyOf[T interface {
	comparable
	linqxml.Node
}, R linqxml.Node](copy func(T) R) Code {
	return E1(func(other T) (R, error) {
		var none T
		if other == none {
			var nothing R
			return nothing, NullArgument("other")
		}
		return copy(other), nil
	})
}

// elementsBelow is the lazy sequence of the elements below a node, and with self the node
// if it is an element; of a name, unless name is nil.
func descendantElements(c Call, x linqxml.Container, self bool, name *linqxml.XName) *Sequence {
	return NewSequence(c.Result.Args[0], func(yield func(any) error) error {
		return walkBelow(x, self, func(n linqxml.Node) error {
			if e, ok := n.(*linqxml.XElement); ok && (name == nil || e.Name() == *name) {
				return yield(e)
			}
			return nil
		})
	})
}

// nodesBelow is the lazy sequence of the nodes below a node, and with self the node.
func descendantNodes(c Call, x linqxml.Container, self bool) *Sequence {
	return NewSequence(c.Result.Args[0], func(yield func(any) error) error {
		return walkBelow(x, self, func(n linqxml.Node) error { return yield(n) })
	})
}

func walkBelow(x linqxml.Container, self bool, f func(linqxml.Node) error) error {
	if self {
		if err := f(x); err != nil {
			return err
		}
	}
	return linqxml.WalkDescendants(x, f)
}
