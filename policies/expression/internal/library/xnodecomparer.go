package library

import "github.com/apimgw/apimgw/policies/expression/internal/linqxml"

// nodeEquality is an XNodeEqualityComparer.
type nodeEquality struct{}

// TypeName is the class.
func (nodeEquality) TypeName() string { return "System.Xml.Linq.XNodeEqualityComparer" }

// ToString is the class's name.
func (n nodeEquality) ToString() string { return n.TypeName() }

func (nodeEquality) equal(a, b any) (equal, ok bool) {
	x, isNode := a.(linqxml.Node)
	y, isNode2 := b.(linqxml.Node)
	if !isNode || !isNode2 {
		return false, false
	}
	return linqxml.DeepEquals(x, y), true
}

func (nodeEquality) key(v any) (any, bool) {
	n, ok := v.(linqxml.Node)
	if !ok {
		return nil, false
	}
	text, err := linqxml.Text(nil, n, linqxml.DisableFormatting)
	return text, err == nil
}

func xNodeEqualityComparerClass() *Class {
	return &Class{
		Name: "System.Xml.Linq.XNodeEqualityComparer", Doc: "Tells whether two XML trees are equal.", Bases: "IEqualityComparer<XNode>", Go: TypeFor[nodeEquality](),
		Members: []Member{
			M("XNodeEqualityComparer()", "A comparer.", F0(func() nodeEquality { return nodeEquality{} })),
			M("bool Equals(XNode x, XNode y)", "Whether two trees have the same names, attributes and text.",
				F3(func(_ nodeEquality, x, y linqxml.Node) bool { return linqxml.DeepEquals(x, y) }),
				`new XNodeEqualityComparer().Equals(new XElement("a"), new XElement("a")) => true`),
			M("int GetHashCode(XNode obj)", "A number that is equal for equal trees.",
				E2(func(_ nodeEquality, n linqxml.Node) (int, error) {
					if n == nil {
						return 0, nil
					}
					text, err := linqxml.Text(nil, n, linqxml.DisableFormatting)
					return HashCode(text), err
				})),
		},
	}
}

// nodeOrder is an XNodeDocumentOrderComparer.
type nodeOrder struct{}

// TypeName is the class.
func (nodeOrder) TypeName() string { return "System.Xml.Linq.XNodeDocumentOrderComparer" }

// ToString is the class's name.
func (n nodeOrder) ToString() string { return n.TypeName() }

func (nodeOrder) compare(a, b any) (order int, ok bool, err error) {
	x, isNode := a.(linqxml.Node)
	y, isNode2 := b.(linqxml.Node)
	if !isNode || !isNode2 {
		return 0, false, nil
	}
	order, err = linqxml.CompareDocumentOrder(x, y)
	return order, true, err
}

func xNodeDocumentOrderComparerClass() *Class {
	return &Class{
		Name: "System.Xml.Linq.XNodeDocumentOrderComparer", Doc: "Compares the places of nodes in their tree.", Bases: "IComparer<XNode>", Go: TypeFor[nodeOrder](),
		Members: []Member{
			M("XNodeDocumentOrderComparer()", "A comparer.", F0(func() nodeOrder { return nodeOrder{} })),
			M("int Compare(XNode x, XNode y)", "Which node comes first: negative when the first does.",
				E3(func(_ nodeOrder, x, y linqxml.Node) (int, error) { return linqxml.CompareDocumentOrder(x, y) }),
				`new XNodeDocumentOrderComparer().Compare(new XElement("a"), null) => 1`),
		},
	}
}
