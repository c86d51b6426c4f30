package library

import (
	"iter"
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
)

func xmlExtensionsClass() *Class {
	return &Class{
		Name: "System.Xml.Linq.Extensions", Doc: "What sequences of XML nodes can do.", Static: true,
		Members: []Member{
			M("static IEnumerable<XElement> Elements<T>(this IEnumerable<T> source) where T : XContainer", "The elements in the nodes.", manyElements(linqxml.Elements)),
			M("static IEnumerable<XElement> Elements<T>(this IEnumerable<T> source, XName name) where T : XContainer", "The elements of a name in the nodes.",
				manyNamed(linqxml.Elements),
				`XElement.Parse("<a><b><c/></b><b><c/></b></a>").Elements("b").Elements("c").Count() => 2`),
			M("static IEnumerable<XElement> Descendants<T>(this IEnumerable<T> source) where T : XContainer", "All elements below the nodes.", manyBelow(false, false)),
			M("static IEnumerable<XElement> Descendants<T>(this IEnumerable<T> source, XName name) where T : XContainer", "All elements of a name below the nodes.",
				manyBelow(false, true)),
			M("static IEnumerable<XElement> DescendantsAndSelf(this IEnumerable<XElement> source)", "The elements and all elements below them.", manyBelow(true, false),
				`XElement.Parse("<a><b><c/></b><b/></a>").Elements("b").DescendantsAndSelf().Count() => 3`),
			M("static IEnumerable<XElement> DescendantsAndSelf(this IEnumerable<XElement> source, XName name)", "The elements and all elements below them, if they have a name.",
				manyBelow(true, true)),
			M("static IEnumerable<XNode> DescendantNodes<T>(this IEnumerable<T> source) where T : XContainer", "All nodes below the nodes.", manyNodesBelow(false)),
			M("static IEnumerable<XNode> DescendantNodesAndSelf(this IEnumerable<XElement> source)", "The elements and all nodes below them.", manyNodesBelow(true)),
			M("static IEnumerable<XElement> AncestorsAndSelf(this IEnumerable<XElement> source)", "The elements and those they are in.",
				C1(func(c Call, source any) (*Sequence, error) {
					return many(c, source, (*linqxml.XElement).AncestorsAndSelf)
				})),
			M("static IEnumerable<XElement> AncestorsAndSelf(this IEnumerable<XElement> source, XName name)", "The elements and those they are in, if they have a name.",
				C2(func(c Call, source any, name linqxml.XName) (*Sequence, error) {
					return many(c, source, func(e *linqxml.XElement) iter.Seq[*linqxml.XElement] {
						return linqxml.WithName(e.AncestorsAndSelf(), name)
					})
				})),
			M("static IEnumerable<XElement> Ancestors<T>(this IEnumerable<T> source, XName name) where T : XNode", "The elements of a name that the nodes are in.",
				C2(func(c Call, source any, name linqxml.XName) (*Sequence, error) {
					return many(c, source, func(n linqxml.Node) iter.Seq[*linqxml.XElement] { return linqxml.WithName(linqxml.Ancestors(n), name) })
				})),
			M("static IEnumerable<T> InDocumentOrder<T>(this IEnumerable<T> source) where T : XNode", "The nodes in the order in which they are in their tree.", C1(inDocumentOrder),
				`XElement.Parse("<a><b/><c/></a>").Elements().Reverse().InDocumentOrder().First().Name.LocalName => "b"`),
			M("static IEnumerable<XNode> Nodes<T>(this IEnumerable<T> source) where T : XContainer", "The nodes in the nodes.",
				C1(func(c Call, source any) (*Sequence, error) { return many(c, source, linqxml.Nodes) })),
			M("static IEnumerable<XElement> Ancestors<T>(this IEnumerable<T> source) where T : XNode", "The elements that the nodes are in.",
				C1(func(c Call, source any) (*Sequence, error) { return many(c, source, linqxml.Ancestors) })),
			M("static IEnumerable<XAttribute> Attributes(this IEnumerable<XElement> source)", "The elements' attributes.",
				C1(func(c Call, source any) (*Sequence, error) { return many(c, source, (*linqxml.XElement).Attributes) })),
			M("static IEnumerable<XAttribute> Attributes(this IEnumerable<XElement> source, XName name)", "The elements' attributes of a name.",
				C2(func(c Call, source any, name linqxml.XName) (*Sequence, error) {
					return many(c, source, func(e *linqxml.XElement) iter.Seq[*linqxml.XAttribute] { return attributesOf(e, name) })
				})),
			M("static void Remove<T>(this IEnumerable<T> source)", "Takes nodes or attributes out of their parents.", C1(detachAll)),
		},
	}
}

func manyElements(of func(linqxml.Container) iter.Seq[*linqxml.XElement]) Code {
	return C1(func(c Call, source any) (*Sequence, error) { return many(c, source, of) })
}

func manyNamed(of func(linqxml.Container) iter.Seq[*linqxml.XElement]) Code {
	return C2(func(c Call, source any, name linqxml.XName) (*Sequence, error) {
		return many(c, source, func(x linqxml.Container) iter.Seq[*linqxml.XElement] { return linqxml.WithName(of(x), name) })
	})
}

// manyBelow is the code of what goes through the elements below each of a sequence.
func manyBelow(self, named bool) Code {
	below := func(c Call, source any, name *linqxml.XName) (*Sequence, error) {
		return flatNodes(c, source, func(x linqxml.Container, yield func(any) error) error {
			return descendantElements(c, x, self, name).run(yield)
		})
	}
	if named {
		return C2(func(c Call, source any, name linqxml.XName) (*Sequence, error) { return below(c, source, &name) })
	}
	return C1(func(c Call, source any) (*Sequence, error) { return below(c, source, nil) })
}

func manyNodesBelow(self bool) Code {
	return C1(func(c Call, source any) (*Sequence, error) {
		return flatNodes(c, source, func(x linqxml.Container, yield func(any) error) error {
			return descendantNodes(c, x, self).run(yield)
		})
	})
}

// flatNodes is a lazy sequence of what f yields for each container of a sequence.
func flatNodes(c Call, source any, f func(x linqxml.Container, yield func(any) error) error) (*Sequence, error) {
	if source == nil {
		return nil, NullArgument("source")
	}
	return NewSequence(c.Result.Args[0], func(yield func(any) error) error {
		return each(source, func(item any) error {
			x, ok := item.(linqxml.Container)
			if item == nil {
				return nil // .NET passes over it
			}
			if !ok {
				return clr.NullReferenceError()
			}
			return f(x, yield)
		})
	}), nil
}

// inDocumentOrder sorts when it is enumerated.
func inDocumentOrder(c Call, source any) (*Sequence, error) {
	if source == nil {
		return nil, NullArgument("source")
	}
	return NewSequence(c.Result.Args[0], func(yield func(any) error) error {
		items, err := c.Collect(source)
		if err != nil {
			return err
		}
		sorted := append([]any(nil), items...)
		slices.SortStableFunc(sorted, func(a, b any) int {
			x, _ := a.(linqxml.Node)
			y, _ := b.(linqxml.Node)
			order, failed := linqxml.CompareDocumentOrder(x, y)
			if failed != nil {
				err = failed
			}
			return order
		})
		if err != nil {
			return err
		}
		return eachOf(sorted, yield)
	}), nil
}

// many is a lazy sequence of what each item of a sequence leads to.
func many[T, R any](c Call, source any, of func(T) iter.Seq[R]) (*Sequence, error) {
	if source == nil {
		return nil, NullArgument("source")
	}
	return NewSequence(c.Result.Args[0], func(yield func(any) error) error {
		return each(source, func(item any) error {
			t, ok := item.(T)
			if item == nil {
				return nil // .NET passes over it
			}
			if !ok {
				return clr.NullReferenceError()
			}
			for v := range of(t) {
				if err := yield(any(v)); err != nil {
					return err
				}
			}
			return nil
		})
	}), nil
}

// detachAll looks at the whole sequence first, since it may be a query over what it
// changes.
func detachAll(c Call, source any) (Void, error) {
	if source == nil {
		return Void{}, NullArgument("source")
	}
	var all []any
	err := c.Each(source, func(item any) error {
		all = append(all, item)
		return nil
	})
	for _, item := range all {
		if err != nil {
			break
		}
		switch x := item.(type) {
		case *linqxml.XAttribute:
			err = x.Remove()
		case linqxml.Node:
			err = linqxml.Remove(x)
		}
	}
	return Void{}, err
}

// xmlCasts are the casts of an element or an attribute to values.
func xmlCasts(parameter, name string) []Member {
	out := []Member{
		M("static explicit operator string("+parameter+")", "The text; null for null.",
			F1(func(v any) NullString {
				s, ok := xmlText(v)
				return NullString{s, ok}
			})),
	}
	for _, x := range []struct {
		name string
		read func(string) (any, error)
	}{
		{"bool", boxing(linqxml.ToBoolean)},
		{"int", xmlInteger[int32](clr.Int32Type)},
		{"uint", xmlInteger[uint32](clr.UInt32Type)},
		{"long", xmlInteger[int64](clr.Int64Type)},
		{"ulong", xmlInteger[uint64](clr.UInt64Type)},
		{"double", boxing(linqxml.ToDouble)},
		{"float", func(s string) (any, error) {
			d, err := linqxml.ToDouble(s)
			return float32(d), err
		}},
		{"decimal", boxing(linqxml.ToDecimal)},
		{"DateTime", boxing(linqxml.ToDateTime)},
		{"DateTimeOffset", boxing(linqxml.ToDateTimeOffset)},
		{"TimeSpan", boxing(linqxml.ToTimeSpan)},
		{"Guid", boxing(linqxml.ToGUID)},
	} {
		out = append(out,
			M("static explicit operator "+x.name+"("+parameter+")", "The text as "+x.name+".",
				E1(func(v any) (any, error) {
					s, ok := xmlText(v)
					if !ok {
						return nil, NullArgument(name)
					}
					return x.read(s)
				})),
			M("static explicit operator "+x.name+"?("+parameter+")", "The text as "+x.name+"; null for null.",
				E1(func(v any) (any, error) {
					s, ok := xmlText(v)
					if !ok {
						return nil, nil
					}
					return x.read(s)
				})))
	}
	return out
}

// xmlText is the value of an element or an attribute; there is none for null.
func xmlText(v any) (string, bool) {
	switch x := v.(type) {
	case *linqxml.XElement:
		return x.Value(), true
	case *linqxml.XAttribute:
		return x.Value(), true
	}
	return "", false
}

func boxing[T any](read func(string) (T, error)) func(string) (any, error) {
	return func(s string) (any, error) {
		v, err := read(s)
		if err != nil {
			return nil, err
		}
		return v, nil
	}
}

func xmlInteger[T int32 | uint32 | int64 | uint64](t clr.IntegerType) func(string) (any, error) {
	return func(s string) (any, error) {
		bits, err := linqxml.ToInteger(s, t)
		if err != nil {
			return nil, err
		}
		return T(bits), nil
	}
}
