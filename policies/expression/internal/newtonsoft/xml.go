package newtonsoft

import (
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
	"github.com/apimgw/apimgw/policies/expression/internal/xmldom"
)

// xml makes JSON of XML: attributes are named @name, text #text, and elements of one name
// are an array.
func (s *serializer) xml(n linqxml.Object) (JToken, error) {
	o := &JObject{}
	var err error
	switch x := n.(type) {
	case *linqxml.XAttribute:
		err = s.property(o, "@"+attributeName(x), NewString(x.Value()))
	case *linqxml.XDocument:
		err = s.document(o, x)
	case linqxml.Node:
		err = s.group(o, []linqxml.Node{x})
	}
	return o, err
}

// XNodeOf is a node of the DOM as LINQ to XML has it.
func XNodeOf(b *clr.Budget, n xmldom.Node) (linqxml.Node, error) {
	_, document := n.(*xmldom.Document)
	_, element := n.(*xmldom.Element)
	if !document && !element {
		return xmldom.ToLinq(b, n)
	}
	text, err := xmldom.Outer(b, n)
	if err != nil {
		return nil, err
	}
	if document {
		return linqxml.ParseDocument(b, text, linqxml.DropWhiteSpace)
	}
	return linqxml.ParseElement(b, text, linqxml.DropWhiteSpace)
}

// SerializeXNode is JsonConvert.SerializeXNode: the JSON text of XML, without the outermost
// element's name if that is left out.
func SerializeXNode(b *clr.Budget, n linqxml.Object, f Formatting, omitRoot bool) (string, error) {
	t, err := written(b, n)
	if err != nil {
		return "", err
	}
	o, ok := t.(*JObject)
	if !ok || !omitRoot || n.NodeType() != linqxml.ElementNode && n.NodeType() != linqxml.DocumentNode {
		return JSON(b, t, f)
	}
	for _, p := range o.props {
		if !strings.HasPrefix(p.name, "?") && p.name != commentName {
			return JSON(b, p.value, f)
		}
	}
	return JSON(b, t, f)
}

func (s *serializer) property(o *JObject, name string, value JToken) error {
	if err := s.copier.take(propertyBytes + valueBytes); err != nil {
		return err
	}
	return o.Set(s.budget, name, value)
}

func (s *serializer) document(o *JObject, d *linqxml.XDocument) error {
	if x := d.Declaration(); x != nil {
		declaration := &JObject{}
		for _, part := range [...]struct{ name, value string }{
			{"@version", x.Version}, {"@encoding", x.Encoding}, {"@standalone", x.Standalone},
		} {
			if part.value == "" {
				continue
			}
			if err := s.property(declaration, part.name, NewString(part.value)); err != nil {
				return err
			}
		}
		if err := s.property(o, "?xml", declaration); err != nil {
			return err
		}
	}
	return s.group(o, nodesOf(d))
}

func nodesOf(c linqxml.Container) []linqxml.Node {
	var out []linqxml.Node
	for n := range linqxml.Nodes(c) {
		out = append(out, n)
	}
	return out
}

// commentName is the name that a comment has in an object that is to be written. No text
// of C# is like it.
const commentName = "\xff"

// group adds nodes to an object; those of one name become one array, in the place of the
// first.
func (s *serializer) group(o *JObject, nodes []linqxml.Node) error {
	seen, arrays := map[string][]JToken{}, map[string]bool{}
	var names []string
	for _, n := range nodes {
		name, err := s.node(n, seen)
		if err != nil {
			return err
		}
		if len(seen[name]) == 1 {
			names = append(names, name)
		}
		if e, ok := n.(*linqxml.XElement); ok && isArray(e) {
			arrays[name] = true
		}
	}
	for _, name := range names {
		if name == commentsName {
			if err := s.commentsOf(o, seen[name]); err != nil {
				return err
			}
			continue
		}
		value := seen[name][0]
		if len(seen[name]) > 1 || arrays[name] {
			a := &JArray{items: seen[name]}
			for _, t := range a.items {
				t.setParent(a)
			}
			value = a
		}
		if err := s.property(o, name, value); err != nil {
			return err
		}
	}
	return nil
}

// commentsName is the name of several comments.
const commentsName = "#comment"

// commentsOf adds the comments of a node as Json.NET does: one stands for itself, and
// several are an empty array.
func (s *serializer) commentsOf(o *JObject, comments []JToken) error {
	switch {
	case len(comments) > 1:
		return s.property(o, commentsName, &JArray{})
	case s.comments:
		return s.property(o, commentName, comments[0])
	}
	return nil
}

// node notes the value of a node under its name.
func (s *serializer) node(n linqxml.Node, seen map[string][]JToken) (string, error) {
	var name string
	var value JToken
	switch x := n.(type) {
	case *linqxml.XElement:
		v, err := s.element(x)
		if err != nil {
			return "", err
		}
		name, value = elementName(x), v
	case *linqxml.XText:
		name, value = "#text", NewString(x.Value())
	case *linqxml.XCData:
		name, value = "#cdata-section", NewString(x.Value())
	case *linqxml.XProcessingInstruction:
		name, value = "?"+x.Target(), NewString(x.Data())
	case *linqxml.XComment:
		name, value = commentsName, NewComment(x.Value())
	default:
		name, value = "#"+n.NodeType().String(), NewNull()
	}
	seen[name] = append(seen[name], value)
	return name, nil
}

func elementName(e *linqxml.XElement) string {
	if prefix, ok := e.PrefixOfNamespace(e.Name().Namespace()); ok && e.Name().NamespaceName() != "" {
		return prefix + ":" + e.Name().LocalName()
	}
	return e.Name().LocalName()
}

func attributeName(a *linqxml.XAttribute) string {
	local, space := a.Name().LocalName(), a.Name().Namespace()
	if space == linqxml.NoNamespace || a.Parent() == nil {
		return local
	}
	if prefix, ok := a.Parent().PrefixOfNamespace(space); ok {
		return prefix + ":" + local
	}
	return local
}

func (s *serializer) element(e *linqxml.XElement) (JToken, error) {
	nodes := nodesOf(e)
	if !hasAttributes(e) {
		if len(nodes) == 0 {
			if e.IsEmpty() {
				return NewNull(), nil
			}
			return NewString(""), nil
		}
		if text, ok := nodes[0].(*linqxml.XText); ok && len(nodes) == 1 {
			return NewString(text.Value()), nil
		}
	}
	o := &JObject{}
	for a := range e.Attributes() {
		if isOfJSON(a) {
			continue
		}
		if err := s.property(o, "@"+attributeName(a), NewString(a.Value())); err != nil {
			return nil, err
		}
	}
	return o, s.group(o, nodes)
}

// isOfJSON reports whether an attribute only tells Json.NET something: json:Array, and the
// declaration of its prefix.
func isOfJSON(a *linqxml.XAttribute) bool {
	return a.IsNamespaceDeclaration() && a.Value() == jsonNamespace || a.Name().NamespaceName() == jsonNamespace && a.Name().LocalName() == "Array"
}

// hasAttributes reports whether an element has attributes that become properties.
func hasAttributes(e *linqxml.XElement) bool {
	for a := range e.Attributes() {
		if !isOfJSON(a) {
			return true
		}
	}
	return false
}

// isArray reports whether an element says that it is to be an array, even if it is alone.
func isArray(e *linqxml.XElement) bool {
	for a := range e.Attributes() {
		if a.Name().NamespaceName() == jsonNamespace && a.Name().LocalName() == "Array" {
			return a.Value() == "true" || a.Value() == "1"
		}
	}
	return false
}
