package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
	"github.com/apimgw/apimgw/policies/expression/internal/xmldom"
)

type xmlReader = *xmldom.Reader

func xmlReaderClass() *Class {
	members := append(xmlReaderFacts(), xmlReaderMoves()...)
	return &Class{
		Name: xmlNamespace + "XmlReader", Go: TypeFor[xmlReader](), Abstract: true, Bases: "IDisposable", Doc: "Reads XML from beginning to end.",
		Members: append(members, xmlReaderContents()...),
	}
}

// ofNode is a fact of the node that a reader is at, and a text where it is at none.
func ofNode(f func(xmldom.Node) string) Code {
	return F1(func(r xmlReader) string {
		if n := r.Node(); n != nil {
			return f(n)
		}
		return ""
	})
}

// nameAt is a name of the node that a reader is at, empty where the node has none.
func nameAt(f func(xmldom.Node) string) Code {
	return ofNode(func(n xmldom.Node) string {
		switch xmldom.Kind(n) {
		case linqxml.ElementNode, linqxml.AttributeNode, linqxml.ProcessingInstructionNode, xmldom.DeclarationNode:
			return f(n)
		}
		return ""
	})
}

func xmlReaderFacts() []Member {
	return []Member{
		M("static XmlReader Create(TextReader input)", "A reader of a text.", E1(func(in *textReader) (xmlReader, error) { return newXMLReader(in, nil) })),
		M("static XmlReader Create(TextReader input, XmlReaderSettings settings)", "A reader of a text.", E2(newXMLReader)),
		M("bool EOF { get; }", "Whether the end was reached.", F1(xmlReader.EOF)),
		M("string Name { get; }", "The qualified name of the node.", nameAt(xmldom.Name)),
		M("string LocalName { get; }", "The node's name without its prefix.", nameAt(xmldom.LocalName)),
		M("string Prefix { get; }", "The prefix of the node's name.", ofNode(xmldom.Prefix)),
		M("string NamespaceURI { get; }", "The namespace of the node's name.", ofNode(xmldom.Namespace)),
		M("System.Xml.XmlNodeType NodeType { get; }", "What the node is.", F1(xmlReader.Kind)),
		M("string Value { get; }", "The node's own text.", ofNode(func(n xmldom.Node) string {
			s, _ := xmldom.Value(n)
			return s
		})),
		M("bool HasValue { get; }", "Whether the node has a text of its own.", F1(func(r xmlReader) bool {
			if r.Node() == nil {
				return false
			}
			_, ok := xmldom.Value(r.Node())
			return ok
		})),
		M("int Depth { get; }", "How many elements the node is in.", F1(xmlReader.Depth)),
		M("bool IsEmptyElement { get; }", "Whether the node is an element without an end tag.", F1(xmlReader.IsEmpty)),
		M("bool HasAttributes { get; }", "Whether the node has attributes.", F1(func(r xmlReader) bool { return attributeCount(r) > 0 })),
		M("int AttributeCount { get; }", "The number of the node's attributes.", F1(attributeCount)),
		M("string GetAttribute(string name)", "The value of an attribute, or null.", F2(readAttribute)),
		M("string GetAttribute(int i)", "The value of an attribute.", E2(readAttributeAt)),
		M("string this[string name] { get; }", "The value of an attribute, or null.", F2(readAttribute)),
		M("string this[int i] { get; }", "The value of an attribute.", E2(readAttributeAt)),
		M("void Close()", "Ends the reading.", F1(closeReader)),
		M("void Dispose()", "Ends the reading.", F1(closeReader)),
	}
}

func newXMLReader(in *textReader, s *xmldom.Settings) (xmlReader, error) {
	text, err := readAll(in)
	return xmldom.NewReader(text, s), err
}

func closeReader(r xmlReader) Void {
	r.Close()
	return Void{}
}

func attributeCount(r xmlReader) int { return len(r.Attributes()) }

func readAttribute(r xmlReader, name string) NullString {
	for _, a := range r.Attributes() {
		if xmldom.Name(a) == name {
			return Some(xmldom.InnerText(a))
		}
	}
	return NullString{}
}

func readAttributeAt(r xmlReader, i int) (string, error) {
	if i < 0 || i >= attributeCount(r) {
		return "", clr.OutOfRangeError("i", "")
	}
	return xmldom.InnerText(r.Attributes()[i]), nil
}

func xmlReaderMoves() []Member {
	to := func(f func(xmlReader, *clr.Budget, func(*xmldom.Element) bool) (bool, error)) (one, two Code) {
		return C2(func(c Call, r xmlReader, name string) (bool, error) { return f(r, c.Budget(), qualified(name)) }),
			C3(func(c Call, r xmlReader, local, uri string) (bool, error) { return f(r, c.Budget(), named(local, uri)) })
	}
	following, followingIn := to(xmlReader.ToFollowing)
	descendant, descendantIn := to(xmlReader.ToDescendant)
	sibling, siblingIn := to(xmlReader.ToNextSibling)
	return []Member{
		M("bool Read()", "Goes to the next node; false at the end.", C1(func(c Call, r xmlReader) (bool, error) {
			if err := c.Step(); err != nil {
				return false, err
			}
			return r.Read(c.Budget())
		})),
		M("System.Xml.XmlNodeType MoveToContent()", "Goes to the next element, end of an element, or text.",
			C1(func(c Call, r xmlReader) (linqxml.NodeType, error) { return r.MoveToContent(c.Budget()) })),
		M("bool ReadToFollowing(string name)", "Goes to the next element of a qualified name.", following),
		M("bool ReadToFollowing(string localName, string namespaceURI)", "Goes to the next element of a name.", followingIn),
		M("bool ReadToDescendant(string name)", "Goes to the next element of a qualified name in the element.", descendant),
		M("bool ReadToDescendant(string localName, string namespaceURI)", "Goes to the next element of a name in the element.", descendantIn),
		M("bool ReadToNextSibling(string name)", "Goes to the next element of a qualified name beside the element.", sibling),
		M("bool ReadToNextSibling(string localName, string namespaceURI)", "Goes to the next element of a name beside the element.", siblingIn),
		M("void Skip()", "Goes behind the node and what is in it.", C1(func(c Call, r xmlReader) (Void, error) { return Void{}, r.Skip(c.Budget()) })),
		M("bool IsStartElement()", "Goes to content, and tells whether it is an element.", C1(func(c Call, r xmlReader) (bool, error) {
			k, err := r.MoveToContent(c.Budget())
			return k == linqxml.ElementNode, err
		})),
		M("bool IsStartElement(string name)", "Goes to content, and tells whether it is an element of a qualified name.", C2(func(c Call, r xmlReader, name string) (bool, error) {
			_, err := r.MoveToContent(c.Budget())
			e := r.Element()
			return e != nil && qualified(name)(e), err
		})),
		M("void ReadStartElement()", "Goes into an element.", C1(func(c Call, r xmlReader) (Void, error) { return enterElement(c, r, "*") })),
		M("void ReadStartElement(string name)", "Goes into an element of a qualified name.", C2(enterElement)),
		M("void ReadEndElement()", "Goes out of an element.", C1(func(c Call, r xmlReader) (Void, error) {
			k, err := r.MoveToContent(c.Budget())
			if err == nil && k != xmldom.EndElementNode {
				err = clr.ClassXML.Throwf("'%s' is an invalid XmlNodeType.", xmldom.TypeText(k))
			}
			if err == nil {
				_, err = r.Read(c.Budget())
			}
			return Void{}, err
		})),
		M("bool MoveToElement()", "Goes back from an attribute to its element.", F1(xmlReader.MoveToElement)),
		M("bool MoveToFirstAttribute()", "Goes to the element's first attribute.", F1(func(r xmlReader) bool { return r.MoveToAttribute(0) })),
		M("bool MoveToNextAttribute()", "Goes to the element's next attribute.", F1(func(r xmlReader) bool { return r.MoveToAttribute(r.AttributeIndex() + 1) })),
		M("bool MoveToAttribute(string name)", "Goes to an attribute of the element.", F2(func(r xmlReader, name string) bool {
			for i, a := range r.Attributes() {
				if xmldom.Name(a) == name {
					return r.MoveToAttribute(i)
				}
			}
			return false
		})),
	}
}

func enterElement(c Call, r xmlReader, name string) (Void, error) {
	k, err := r.MoveToContent(c.Budget())
	switch {
	case err != nil:
		return Void{}, err
	case k != linqxml.ElementNode:
		return Void{}, clr.ClassXML.Throwf("'%s' is an invalid XmlNodeType.", xmldom.TypeText(k))
	case !qualified(name)(r.Element()):
		return Void{}, clr.ClassXML.Throwf("Element '%s' was not found.", name)
	}
	_, err = r.Read(c.Budget())
	return Void{}, err
}

func xmlReaderContents() []Member {
	typed := func(result, name string, read func(string) (any, error)) Member {
		return M(result+" "+name+"()", "Takes an element that has only text, as "+result+".", C1(func(c Call, r xmlReader) (any, error) {
			s, err := r.ElementText(c.Budget(), name)
			if err != nil {
				return nil, err
			}
			return read(s)
		}))
	}
	markup := func(of func(*clr.Budget, xmldom.Node) (string, error)) Code {
		return C1(func(c Call, r xmlReader) (string, error) {
			k := r.Kind()
			if k != linqxml.ElementNode {
				return "", nil
			}
			n, err := r.Take(c.Budget())
			if err != nil {
				return "", err
			}
			return of(c.Budget(), n)
		})
	}
	return []Member{
		typed("string", "ReadElementContentAsString", func(s string) (any, error) { return s, nil }),
		typed("int", "ReadElementContentAsInt", xmlInteger[int32](clr.Int32Type)),
		typed("long", "ReadElementContentAsLong", xmlInteger[int64](clr.Int64Type)),
		typed("double", "ReadElementContentAsDouble", boxing(linqxml.ToDouble)),
		typed("decimal", "ReadElementContentAsDecimal", boxing(linqxml.ToDecimal)),
		typed("bool", "ReadElementContentAsBoolean", boxing(linqxml.ToBoolean)),
		typed("DateTime", "ReadElementContentAsDateTime", boxing(linqxml.ToDateTime)),
		M("string ReadElementString()", "Goes to content and takes an element that has only text.", C1(func(c Call, r xmlReader) (string, error) {
			if _, err := r.MoveToContent(c.Budget()); err != nil {
				return "", err
			}
			return r.ElementText(c.Budget(), "ReadElementString")
		})),
		M("string ReadString()", "Takes the text at the beginning of an element, or the text the reader is at.", C1(func(c Call, r xmlReader) (string, error) {
			r.MoveToElement()
			if r.Kind() == linqxml.ElementNode {
				if r.IsEmpty() {
					return "", nil
				}
				if _, err := r.Read(c.Budget()); err != nil {
					return "", err
				}
			}
			return r.Text(c.Budget(), false)
		})),
		M("string ReadInnerXml()", "Takes an element: what is in it as XML.", markup(xmldom.Inner)),
		M("string ReadOuterXml()", "Takes an element as XML.", markup(xmldom.Outer)),
	}
}

// linqFromReader is the node that a reader is at, which it goes behind.
func linqFromReader(c Call, r xmlReader) (linqxml.Node, error) {
	if r == nil {
		return nil, NullArgument("reader")
	}
	if r.Node() == nil {
		return nil, clr.ClassInvalidOperation.Throw("The XmlReader state should be Interactive.")
	}
	n, err := r.Take(c.Budget())
	if err != nil {
		return nil, err
	}
	return xmldom.ToLinq(c.Budget(), n)
}

func loadElement(c Call, r xmlReader) (*linqxml.XElement, error) {
	if r == nil {
		return nil, NullArgument("reader")
	}
	k, err := r.MoveToContent(c.Budget())
	if err != nil {
		return nil, err
	}
	if k != linqxml.ElementNode {
		return nil, clr.ClassInvalidOperation.Throwf("The XmlReader must be on a node of type Element instead of a node of type %s.", xmldom.TypeText(k))
	}
	n, err := linqFromReader(c, r)
	e, _ := n.(*linqxml.XElement)
	return e, err
}
