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
			M("static bool DeepEquals(XNode n1, XNode n2)", "Whether two trees have the same names, attributes and text.",
				F2(linqxml.DeepEquals),
				`XNode.DeepEquals(XElement.Parse("<a><b/></a>"), XElement.Parse("<a> <b /> </a>")) => true`),
			M("string ToString()", "The node as indented XML.",
				C1(func(c Call, n linqxml.Node) (string, error) { return linqxml.Text(c.Budget(), n, false) }),
				`XElement.Parse("<a><b/></a>").ToString() => "<a>\n  <b />\n</a>"`),
			M("string ToString(SaveOptions options)", "The node as XML, on one line with DisableFormatting.",
				C2(func(c Call, n linqxml.Node, options saveOptions) (string, error) {
					return linqxml.Text(c.Budget(), n, options&disableFormatting != 0)
				}),
				`XElement.Parse("<a><b/></a>").ToString(SaveOptions.DisableFormatting) => "<a><b /></a>"`),
		},
	}
}

// saveOptions are the values of SaveOptions.
type saveOptions int32

const disableFormatting saveOptions = 1

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
					return sequenceOf(c, linqxml.DescendantNodes(x)), nil
				})),
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
					return sequenceOf(c, linqxml.Descendants(x)), nil
				}),
				`XElement.Parse("<a><b><c/></b></a>").Descendants().Last().Name.LocalName => "c"`),
			M("IEnumerable<XElement> Descendants(XName name)", "All elements of a name below, in document order.",
				C2(func(c Call, x linqxml.Container, name linqxml.XName) (*Sequence, error) {
					return sequenceOf(c, linqxml.WithName(linqxml.Descendants(x), name)), nil
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
			M("string Target { get; }", "The name of what the instruction is for.", F1((*linqxml.XProcessingInstruction).Target)),
			M("string Data { get; set; }", "The instruction.", F1((*linqxml.XProcessingInstruction).Data)).
				Set(F2(func(t *linqxml.XProcessingInstruction, s string) Void {
					t.SetData(s)
					return Void{}
				})),
		},
	}
}
