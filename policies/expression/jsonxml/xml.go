package jsonxml

import (
	"errors"
	"fmt"
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
)

// XMLOptions say how JSON becomes XML.
type XMLOptions struct {
	// ParseDates writes a string that looks like a date as .NET writes dates. Otherwise it
	// stays as it is.
	ParseDates bool
	// Separator stands between prefix and name in the names of properties. A prefix that
	// nothing declares is part of the name.
	Separator string
	// NamespacePrefix is the name of properties that declare a namespace, such as xmlns;
	// with the separator and a prefix behind it for that prefix. Empty: there are none.
	NamespacePrefix string
	// AttributeBlock is the name of the property whose members are attributes. Empty:
	// there is none.
	AttributeBlock string
	// AttributePrefix begins the names of properties that are attributes, as @ does anyhow.
	// Empty: there are no others.
	AttributePrefix string
	// NamespaceBlock is the name of the property whose members declare namespaces: each has
	// a prefix as its name, the default namespace's is empty or $. Empty: there is none.
	NamespaceBlock string
	// InvalidCharacters is what stands for a character that a name cannot have. Empty: it is
	// written as _xHHHH_.
	InvalidCharacters string
	// TrimValues takes white space off the ends of texts.
	TrimValues bool
	// EmptyAsNull takes an empty text for a null.
	EmptyAsNull bool
}

// ToXML converts a JSON document. A property is an element, an array the same element
// several times. Without exactly one element to be the outermost one, that is <Document>.
// A null is marked with xsi:nil. As in Json.NET, @name is an attribute, #text a text and
// #cdata-section a CDATA section.
func ToXML(text string, o XMLOptions) ([]byte, error) {
	budget := clr.NewBudget(memory)
	t, err := newtonsoft.Parse(text, newtonsoft.ReadOptions{KeepDates: !o.ParseDates, MaxDepth: maxDepth, Budget: budget})
	if err != nil {
		return nil, own(err)
	}
	w := xmlWriter{XMLOptions: o, budget: budget, out: make([]byte, 0, len(text)+len(text)/2)}
	if err := w.document(t); err != nil {
		return nil, own(err)
	}
	return w.out, nil
}

type xmlWriter struct {
	XMLOptions
	budget *clr.Budget
	out    []byte
	paid   int
	scope  scope
}

const (
	wrapper = "Document" // around what is no single element
	entry   = "Item"     // of an array that has no name
)

func (w *xmlWriter) document(t newtonsoft.JToken) error {
	switch t := t.(type) {
	case *newtonsoft.JObject:
		if p := single(t); p != nil && w.isElement(p.Name()) {
			return w.element(p.Name(), p.Value())
		}
	case *newtonsoft.JArray:
		if t.Count() == 0 {
			break
		}
		w.out = append(w.out, "<"+wrapper+">"...)
		err := w.array(entry, t)
		w.end(wrapper)
		return err
	}
	return w.element(wrapper, t)
}

// single is the property of an object that has one, which is no array.
func single(o *newtonsoft.JObject) *newtonsoft.JProperty {
	if o.Count() != 1 {
		return nil
	}
	for p := range o.Properties() {
		if p.Value().Type() != newtonsoft.Array {
			return p
		}
	}
	return nil
}

// isElement reports whether a property of that name is an element, unless its value says
// something else.
func (w *xmlWriter) isElement(name string) bool {
	_, declares := w.declares(name)
	return !declares && name != w.AttributeBlock && name != w.NamespaceBlock && !w.isAttribute(name) && name != "#text" && name != "#cdata-section"
}

// isAttribute reports whether a property of that name is an attribute.
func (w *xmlWriter) isAttribute(name string) bool { return w.attributeOf(name) != "" }

// attributeOf is the name of the attribute that a property of that name is; empty when it is
// none.
func (w *xmlWriter) attributeOf(name string) string {
	if rest, ok := strings.CutPrefix(name, w.AttributePrefix); ok && w.AttributePrefix != "" {
		return rest
	}
	if len(name) > 1 && name[0] == '@' {
		return name[1:]
	}
	return ""
}

// element writes a value as an element, or an array as several.
func (w *xmlWriter) element(name string, t newtonsoft.JToken) error {
	switch t := t.(type) {
	case *newtonsoft.JObject:
		return w.object(name, t)
	case *newtonsoft.JArray:
		return w.array(name, t)
	case *newtonsoft.JValue:
		return w.scalar(name, t)
	}
	return fmt.Errorf("a %s has no counterpart in XML", t.ClassName())
}

func (w *xmlWriter) array(name string, a *newtonsoft.JArray) error {
	if a.Count() == 0 {
		tag := w.tag(name)
		w.out = append(append(append(w.out, '<'), tag...), " />"...)
		return w.pay()
	}
	for item := range newtonsoft.Children(a) {
		inner, nested := item.(*newtonsoft.JArray)
		if !nested {
			if err := w.element(name, item); err != nil {
				return err
			}
			continue
		}
		tag := w.tag(name)
		w.out = append(append(append(w.out, '<'), tag...), '>')
		if err := w.array(name, inner); err != nil {
			return err
		}
		w.end(tag)
	}
	return nil
}

func (w *xmlWriter) end(tag string) { w.out = append(append(append(w.out, "</"...), tag...), '>') }

func (w *xmlWriter) scalar(name string, v *newtonsoft.JValue) error {
	tag := w.tag(name)
	w.out = append(append(w.out, '<'), tag...)
	text, null := w.valueOf(v)
	if null {
		w.markNil()
		w.out = append(w.out, " />"...)
		return w.pay()
	}
	w.out = append(w.out, '>')
	if err := w.text(text); err != nil {
		return err
	}
	w.end(tag)
	return w.pay()
}

// valueOf is a value as a text, or null.
func (w *xmlWriter) valueOf(v *newtonsoft.JValue) (text string, null bool) {
	if v.Value() == nil {
		return "", true
	}
	text = clr.ToString(v.Value())
	if w.TrimValues {
		text = strings.TrimSpace(text)
	}
	return text, text == "" && w.EmptyAsNull
}

// markNil marks an element as null.
func (w *xmlWriter) markNil() {
	prefix := "xsi"
	for w.scope.has(prefix) && w.scope.current[prefix] != schemaInstance {
		prefix += "_"
	}
	w.out = append(append(append(w.out, ' '), prefix...), `:nil="true"`...)
	if !w.scope.has(prefix) {
		w.out = append(append(append(w.out, " xmlns:"...), prefix...), `="`+schemaInstance+`"`...)
	}
}

func (w *xmlWriter) text(s string) (err error) {
	w.out, err = appendText(w.out, s, false)
	return err
}

// object writes an object as an element: its declarations and attributes first, whatever
// their place, then the rest.
func (w *xmlWriter) object(name string, o *newtonsoft.JObject) error {
	outer := w.scope.len()
	defer w.scope.leave(outer)
	attributes, content := w.sort(o)
	if err := w.declareAll(attributes); err != nil {
		return err
	}
	tag := w.tag(name)
	w.out = append(append(w.out, '<'), tag...)
	if err := w.attributes(attributes); err != nil {
		return err
	}
	if len(content) == 0 {
		w.out = append(w.out, " />"...)
		return w.pay()
	}
	w.out = append(w.out, '>')
	for _, p := range content {
		if err := w.content(p.Name(), p.Value()); err != nil {
			return err
		}
	}
	w.end(tag)
	return w.pay()
}

// An attribute of an element; of a declaration, declares is set and name is the prefix.
type attribute struct {
	name     string
	declares bool
	value    newtonsoft.JToken
}

// sort tells the properties that are attributes from those that are content.
func (w *xmlWriter) sort(o *newtonsoft.JObject) (attributes []attribute, content []*newtonsoft.JProperty) {
	for p := range o.Properties() {
		name, value := p.Name(), p.Value()
		_, scalar := value.(*newtonsoft.JValue)
		prefix, declares := w.declares(name)
		block, isObject := value.(*newtonsoft.JObject)
		switch {
		case w.AttributeBlock != "" && name == w.AttributeBlock && isObject:
			for member := range block.Properties() {
				prefix, declares := w.declares(member.Name())
				if !declares {
					prefix = member.Name()
				}
				attributes = append(attributes, attribute{prefix, declares, member.Value()})
			}
		case w.NamespaceBlock != "" && name == w.NamespaceBlock && isObject:
			for member := range block.Properties() {
				attributes = append(attributes, attribute{strings.TrimPrefix(member.Name(), "$"), true, member.Value()})
			}
		case declares && scalar:
			attributes = append(attributes, attribute{prefix, true, value})
		case w.isAttribute(name):
			attributes = append(attributes, attribute{w.attributeOf(name), false, value})
		default:
			content = append(content, p)
		}
	}
	return attributes, content
}

// declares reports whether a property of that name declares a namespace, and for which
// prefix. What Json.NET writes, @xmlns and @xmlns:prefix, always does.
func (w *xmlWriter) declares(name string) (prefix string, ok bool) {
	if rest, is := strings.CutPrefix(name, "@xmlns"); is {
		return w.declaredPrefix(rest, ":")
	}
	if rest, is := strings.CutPrefix(name, w.NamespacePrefix); is && w.NamespacePrefix != "" {
		return w.declaredPrefix(rest, w.Separator)
	}
	return "", false
}

func (w *xmlWriter) declaredPrefix(rest, separator string) (string, bool) {
	if rest == "" {
		return "", true
	}
	for _, s := range [...]string{separator, w.Separator} {
		if prefix, ok := strings.CutPrefix(rest, s); ok && s != "" && prefix != "" {
			return prefix, true
		}
	}
	return "", false
}

func (w *xmlWriter) declareAll(attributes []attribute) error {
	for _, a := range attributes {
		if !a.declares {
			continue
		}
		uri, err := w.attributeText(a)
		switch {
		case err != nil:
			return err
		case a.name == "xml" || a.name == "xmlns":
			return fmt.Errorf("the prefix %q cannot be declared", a.name)
		case a.name != "" && uri == "":
			return fmt.Errorf("the namespace of the prefix %q is empty", a.name)
		}
		w.scope.declare(a.name, uri)
	}
	return nil
}

func (w *xmlWriter) attributeText(a attribute) (string, error) {
	v, ok := a.value.(*newtonsoft.JValue)
	if !ok {
		return "", fmt.Errorf("the attribute %q is an object or an array", a.name)
	}
	text, _ := w.valueOf(v)
	return text, nil
}

func (w *xmlWriter) attributes(list []attribute) error {
	seen := make(map[[2]string]bool, len(list)) // by namespace and name
	for _, a := range list {
		name, key := w.attributeName(a)
		if seen[key] {
			return fmt.Errorf("the attribute %q is there twice", name)
		}
		seen[key] = true
		value, err := w.attributeText(a)
		if err != nil {
			return err
		}
		w.out = append(append(append(w.out, ' '), name...), `="`...)
		if w.out, err = appendText(w.out, value, true); err != nil {
			return err
		}
		w.out = append(w.out, '"')
	}
	return nil
}

// content writes a property inside of an element.
func (w *xmlWriter) content(name string, value newtonsoft.JToken) error {
	switch name {
	case "#text":
		return w.each(value, w.text)
	case "#cdata-section":
		return w.each(value, w.cdata)
	}
	return w.element(name, value)
}

// each writes a text, or those of an array.
func (w *xmlWriter) each(t newtonsoft.JToken, write func(string) error) error {
	switch t := t.(type) {
	case *newtonsoft.JValue:
		text, null := w.valueOf(t)
		if null {
			return nil
		}
		return write(text)
	case *newtonsoft.JArray:
		for item := range newtonsoft.Children(t) {
			v, ok := item.(*newtonsoft.JValue)
			if !ok {
				return errNoText
			}
			if err := w.each(v, write); err != nil {
				return err
			}
		}
		return nil
	}
	return errNoText
}

var errNoText = errors.New("a text of an element is an object or an array")

func (w *xmlWriter) cdata(s string) error {
	for _, c := range s {
		if !isXML(c) {
			return errNotXML(c)
		}
	}
	w.out = append(w.out, "<![CDATA["...)
	w.out = append(w.out, strings.ReplaceAll(s, "]]>", "]]]]><![CDATA[>")...)
	w.out = append(w.out, "]]>"...)
	return nil
}

// attributeName is the name of an attribute as it is written, and what makes it unique.
func (w *xmlWriter) attributeName(a attribute) (name string, key [2]string) {
	if a.declares && a.name == "" {
		return "xmlns", [2]string{"", "xmlns"}
	}
	if a.declares {
		name := w.encodeName(a.name)
		return "xmlns:" + name, [2]string{"xmlns", name}
	}
	prefix, local := w.split(a.name, true)
	local = w.encodeName(local)
	if prefix == "" {
		return local, [2]string{"", local}
	}
	return w.encodeName(prefix) + ":" + local, [2]string{"{" + w.scope.current[prefix], local}
}

// encodeName makes a name of any text.
func (w *xmlWriter) encodeName(s string) string {
	if w.InvalidCharacters != "" {
		s = replaceInvalid(s, w.InvalidCharacters)
	}
	return encodeName(s)
}

// tag is a property's name as that of an element.
func (w *xmlWriter) tag(name string) string {
	prefix, local := w.split(name, false)
	if prefix == "" {
		return w.encodeName(local)
	}
	return w.encodeName(prefix) + ":" + w.encodeName(local)
}

// split takes a prefix off a name, if there is one that is declared. The prefix xml, which
// needs no declaration, has a meaning for attributes only.
func (w *xmlWriter) split(name string, isAttribute bool) (prefix, local string) {
	for _, separator := range [...]string{w.Separator, ":"} {
		if separator == "" {
			continue
		}
		prefix, local, found := strings.Cut(name, separator)
		if found && prefix != "" && local != "" && (w.scope.has(prefix) || prefix == "xml" && isAttribute) {
			return prefix, local
		}
	}
	return "", name
}

// pay takes what was written since the last time from the budget.
func (w *xmlWriter) pay() error {
	n := len(w.out) - w.paid
	if n < 1<<12 {
		return nil
	}
	w.paid = len(w.out)
	if w.paid > clr.MaxText {
		return errTooLarge
	}
	return w.budget.Take(int64(n))
}
