package newtonsoft

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
)

// XMLOptions say how JSON becomes XML.
type XMLOptions struct {
	// Root is the name of an element around everything; "" for none.
	Root string
	// ArrayAttribute marks an element that was an array of one.
	ArrayAttribute bool
	// EncodeSpecial takes names such as @a and #text for those of elements.
	EncodeSpecial bool
	// DOM: the result is to be an XmlDocument, which takes a null for the value of an
	// attribute, but no declaration within an element.
	DOM bool
}

// jsonNamespace is the namespace of the attributes that Json.NET itself gives to XML.
const jsonNamespace = "http://james.newtonking.com/projects/json"

// DeserializeXNode is JsonConvert.DeserializeXNode: a document of a JSON text, or nil for null.
func DeserializeXNode(text string, x XMLOptions, o ReadOptions) (*linqxml.XDocument, error) {
	t, err := Parse(text, o)
	if err != nil || isNullToken(t) {
		return nil, err
	}
	object, ok := t.(*JObject)
	if !ok {
		return nil, clr.ClassJSONSerialization.Throw("XmlNodeConverter can only convert JSON that begins with an object. Path '" + Path(t) + "'.")
	}
	d, err := linqxml.NewDocument(o.Budget)
	if err != nil {
		return nil, err
	}
	r := &xmlReader{XMLOptions: x, budget: o.Budget, document: d, scope: []binding{{"xmlns", linqxml.XMLNSNamespace.NamespaceName()}, {"xml", linqxml.XMLNamespace.NamespaceName()}}}
	if x.Root != "" {
		return d, r.element(d, x.Root, object)
	}
	return d, r.properties(d, object.props)
}

type binding struct{ prefix, uri string }

// An xmlReader makes XML of a JSON tree, as Json.NET's XmlNodeConverter does of a text.
type xmlReader struct {
	XMLOptions
	budget   *clr.Budget
	document *linqxml.XDocument
	// scope are the namespaces in force, innermost last.
	scope []binding
}

func (r *xmlReader) lookup(prefix string) (string, bool) {
	for i := len(r.scope) - 1; i >= 0; i-- {
		if r.scope[i].prefix == prefix {
			return r.scope[i].uri, true
		}
	}
	return "", false
}

func (r *xmlReader) properties(to linqxml.Container, props []*JProperty) error {
	for _, p := range props {
		if to == linqxml.Container(r.document) && r.document.Root() != nil {
			return at(p, "JSON root object has multiple properties. The root object must have a single property in order to create a valid XML document. Consider specifying a DeserializeRootElementName.")
		}
		if err := r.property(to, p); err != nil {
			return err
		}
	}
	return nil
}

func (r *xmlReader) property(to linqxml.Container, p *JProperty) error {
	a, ok := p.value.(*JArray)
	if !ok {
		return r.value(to, p.name, p.value)
	}
	for _, item := range a.items {
		if err := r.value(to, p.name, item); err != nil {
			return err
		}
	}
	if len(a.items) == 1 {
		return r.markLast(to)
	}
	return nil
}

// markLast marks the last element of a container as an array.
func (r *xmlReader) markLast(c linqxml.Container) error {
	e, ok := linqxml.Last(c).(*linqxml.XElement)
	if !ok {
		return nil
	}
	return r.markArray(e)
}

func (r *xmlReader) markArray(e *linqxml.XElement) error {
	if !r.ArrayAttribute {
		return nil
	}
	name, err := linqxml.Namespace(jsonNamespace).Name("Array")
	if err != nil {
		return err
	}
	declaration, err := linqxml.XMLNSNamespace.Name("json")
	if err != nil {
		return err
	}
	if err := e.SetAttributeValue(name, "true"); err != nil {
		return err
	}
	if _, ok := e.PrefixOfNamespace(linqxml.Namespace(jsonNamespace)); ok {
		return nil
	}
	return e.SetAttributeValue(declaration, jsonNamespace)
}

// value adds what a value becomes under a name.
func (r *xmlReader) value(to linqxml.Container, name string, t JToken) error {
	if !r.EncodeSpecial {
		if done, err := r.special(to, name, t); done || err != nil {
			return err
		}
	}
	if a, ok := t.(*JArray); ok {
		return r.nested(to, name, a)
	}
	return r.element(to, name, t)
}

// special adds what is no element, and tells whether the name is such a one.
func (r *xmlReader) special(to linqxml.Container, name string, t JToken) (bool, error) {
	switch {
	case name == "#text", name == "#whitespace", name == "#significant-whitespace":
		s, _, err := xmlText(t)
		if err != nil {
			return true, err
		}
		return true, linqxml.Add(r.budget, to, s)
	case name == "#cdata-section":
		s, _, err := xmlText(t)
		if err != nil {
			return true, err
		}
		return true, linqxml.Add(r.budget, to, linqxml.NewCData(s))
	case name == "?xml" && r.DOM && to != linqxml.Container(r.document):
		return true, clr.InvalidOperationError("The specified node cannot be inserted as the valid child of this node, because the specified node is the wrong type.")
	case name == "?xml":
		return true, r.declaration(t)
	case strings.HasPrefix(name, "?"):
		s, _, err := xmlText(t)
		if err != nil {
			return true, err
		}
		p, err := linqxml.NewProcessingInstruction(name[1:], s)
		if err != nil {
			return true, err
		}
		return true, linqxml.Add(r.budget, to, p)
	}
	return false, nil
}

func (r *xmlReader) declaration(t JToken) error {
	o, ok := t.(*JObject)
	if !ok {
		return at(t, "Unexpected JsonToken when deserializing an XML declaration.")
	}
	d := &linqxml.XDeclaration{}
	for _, p := range o.props {
		s, _, err := xmlText(p.value)
		if err != nil {
			return err
		}
		switch p.name {
		case "@version":
			d.Version = s
		case "@encoding":
			d.Encoding = s
		case "@standalone":
			d.Standalone = s
		default:
			return at(p, "Unexpected property name encountered while deserializing XmlDeclaration: "+p.name+".")
		}
	}
	r.document.SetDeclaration(d)
	return nil
}

// nested adds an array in an array: an element that has elements of the same name.
func (r *xmlReader) nested(to linqxml.Container, name string, a *JArray) error {
	e, err := r.newElement(name)
	if err != nil {
		return err
	}
	if err := linqxml.Add(r.budget, to, e); err != nil {
		return err
	}
	for _, item := range a.items {
		if err := r.value(e, name, item); err != nil {
			return err
		}
	}
	if err := r.markArray(e); err != nil || len(a.items) != 1 {
		return err
	}
	return r.markLast(e)
}

func (r *xmlReader) newElement(name string) (*linqxml.XElement, error) {
	n, err := r.name(name, r.EncodeSpecial, true)
	if err != nil {
		return nil, err
	}
	return linqxml.NewElement(r.budget, n)
}

// name is that of an element or an attribute, in the namespace that its prefix stands for.
func (r *xmlReader) name(name string, local, isElement bool) (linqxml.XName, error) {
	encoded := linqxml.EncodeName(name, local)
	prefix, rest, ok := strings.Cut(encoded, ":")
	if !ok || prefix == "" || rest == "" {
		prefix, rest = "", encoded
	}
	uri, known := r.lookup(prefix)
	if prefix == "" && !isElement || !known {
		return linqxml.NoNamespace.Name(encoded)
	}
	return linqxml.Namespace(uri).Name(rest)
}

// element adds an element of a value.
func (r *xmlReader) element(to linqxml.Container, name string, t JToken) error {
	if name == "" {
		return at(t, "XmlNodeConverter cannot convert JSON with an empty property name to XML.")
	}
	if !r.EncodeSpecial && (name[0] == '@' || name[0] == '$' && isMetadata(name)) {
		return r.lateAttribute(to, name, t)
	}
	outer := len(r.scope)
	defer func() { r.scope = r.scope[:outer] }()
	var attributes, rest []*JProperty
	if o, ok := t.(*JObject); ok {
		attributes, rest = r.attributes(o)
	}
	e, err := r.newElement(name)
	if err != nil {
		return err
	}
	if err := linqxml.Add(r.budget, to, e); err != nil {
		return err
	}
	for _, p := range attributes {
		if err := r.attribute(e, p.name, p.value); err != nil {
			return err
		}
	}
	if _, ok := t.(*JObject); ok {
		return r.properties(e, rest)
	}
	s, present, err := xmlText(t)
	if err != nil || !present {
		return err
	}
	return linqxml.Add(r.budget, e, s)
}

// isMetadata reports whether a name is one of those that Json.NET writes about references.
func isMetadata(name string) bool {
	switch name {
	case "$id", "$ref", "$type", "$value":
		return true
	}
	return false
}

// attributes are the properties that an object begins with and that are attributes of the
// element; the namespaces that they declare are in force.
func (r *xmlReader) attributes(o *JObject) (attributes, rest []*JProperty) {
	for i, p := range o.props {
		isAttribute := strings.HasPrefix(p.name, "@") || isMetadata(p.name)
		if r.EncodeSpecial || !isAttribute {
			return o.props[:i], o.props[i:]
		}
		if v, ok := p.value.(*JValue); ok {
			if p.name == "@xmlns" {
				r.scope = append(r.scope, binding{"", castText(v.Value())})
			} else if prefix, ok := strings.CutPrefix(p.name, "@xmlns:"); ok {
				r.scope = append(r.scope, binding{prefix, castText(v.Value())})
			}
		}
		if p.name[0] == '$' {
			if _, ok := r.lookup("json"); !ok {
				r.scope = append(r.scope, binding{"json", jsonNamespace})
			}
		}
	}
	return o.props, nil
}

// lateAttribute adds an attribute that comes after other content.
func (r *xmlReader) lateAttribute(to linqxml.Container, name string, t JToken) error {
	e, ok := to.(*linqxml.XElement)
	if !ok {
		return at(t, "JSON root object has property '"+name+"' that will be converted to an attribute. A root object cannot have any attribute properties. Consider specifying a DeserializeRootElementName.")
	}
	return r.attribute(e, name, t)
}

func (r *xmlReader) attribute(e *linqxml.XElement, name string, t JToken) error {
	s, present, err := xmlText(t)
	if err != nil {
		return err
	}
	if !present && !r.DOM {
		return clr.ArgumentNullError("value")
	}
	qualified := name[1:]
	if name[0] == '$' {
		qualified = "json:" + qualified
		declaration, err := linqxml.XMLNSNamespace.Name("json")
		if err != nil {
			return err
		}
		if err := e.SetAttributeValue(declaration, jsonNamespace); err != nil {
			return err
		}
	}
	n, err := r.name(qualified, false, false)
	if err != nil {
		return err
	}
	return e.SetAttributeValue(n, s)
}

// xmlText is a value as XML has it; a null has none.
func xmlText(t JToken) (text string, ok bool, err error) {
	v, isValue := t.(*JValue)
	if !isValue {
		return "", false, at(t, "Cannot get an XML string value from token type 'Start"+t.Type().String()+"'.")
	}
	switch value := v.Value().(type) {
	case nil:
		return "", false, nil
	case []byte:
		return base64.StdEncoding.EncodeToString(value), true, nil
	case int64:
		return strconv.FormatInt(value, 10), true, nil
	default:
		text, err = linqxml.ValueText(value)
		return text, true, err
	}
}
