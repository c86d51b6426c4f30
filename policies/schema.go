package policies

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/policies/document"
)

// A schema is a struct type as the description of an element.
type schema struct {
	typ      reflect.Type
	fields   []field
	attrs    []string // names, for "did you mean"
	children []string
	hasText  bool
	open     bool // its children are policies, or not looked at
}

// A field of a schema.
type field struct {
	index    int
	goName   string
	origin   origin
	name     string // of the attribute or the child
	required bool
	list     bool // a slice: the child may be there several times
	raw      bool // text with the white space around it
	nested   *schema
	pointer  bool // to the nested struct, or to the single setting
	rules    rules
	children childRule
}

// rules that the value of a setting obeys.
type rules struct {
	fallback string
	has      bool // there is a fallback
	oneOf    []string
	min, max *float64
}

type origin int

const (
	fromAttribute origin = iota
	fromChild
	fromText
	fromElement
)

// childRule says what the children of an element are, besides the declared ones.
type childRule int

const (
	childrenDeclared childRule = iota
	childrenPolicies
	childrenAny
)

var elementType = reflect.TypeFor[*document.Element]()

// schemaOf reads the schema that a struct type is.
func schemaOf(t reflect.Type) (*schema, error) {
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("%v is no struct", t)
	}
	s := &schema{typ: t}
	for i := range t.NumField() {
		f, err := fieldOf(t.Field(i))
		if err != nil {
			return nil, fmt.Errorf("%v.%s: %w", t, t.Field(i).Name, err)
		}
		f.index = i
		s.add(f)
	}
	return s, nil
}

func (s *schema) add(f field) {
	switch f.origin {
	case fromAttribute:
		s.attrs = append(s.attrs, f.name)
	case fromChild:
		s.children = append(s.children, f.name)
	case fromText:
		s.hasText = true
	case fromElement:
		s.open = s.open || f.children != childrenDeclared
	}
	s.fields = append(s.fields, f)
}

func fieldOf(sf reflect.StructField) (field, error) {
	f := field{goName: sf.Name}
	if !sf.IsExported() {
		return f, fmt.Errorf("the field is not exported")
	}
	if err := f.tag(sf.Tag); err != nil {
		return f, err
	}
	t := sf.Type
	if f.origin == fromElement {
		if t != elementType {
			return f, fmt.Errorf("it is a %v, not a *document.Element", t)
		}
		return f, nil
	}
	if t.Kind() == reflect.Slice && f.origin == fromChild && t != reflect.TypeFor[[]byte]() {
		f.list, t = true, t.Elem()
	}
	if t.Kind() == reflect.Pointer {
		f.pointer, t = true, t.Elem()
	}
	if isSetting(t) {
		return f, f.checkLiterals(t)
	}
	if t.Kind() != reflect.Struct || f.origin != fromChild {
		return f, fmt.Errorf("there are no settings of type %v", t)
	}
	var err error
	f.nested, err = schemaOf(t)
	return f, err
}

func (f *field) tag(tag reflect.StructTag) error {
	var options string
	attr, isAttr := tag.Lookup("attr")
	elem, isElem := tag.Lookup("elem")
	text, isText := tag.Lookup("text")
	element, isElement := tag.Lookup("element")
	switch {
	case isAttr:
		f.origin = fromAttribute
		f.name, options, _ = strings.Cut(attr, ",")
	case isElem:
		f.origin = fromChild
		f.name, options, _ = strings.Cut(elem, ",")
	case isText:
		f.origin, options = fromText, text
	case isElement:
		f.origin = fromElement
		var ok bool
		f.children, ok = map[string]childRule{"": childrenDeclared, "steps": childrenPolicies, "any": childrenAny}[element]
		if !ok {
			return fmt.Errorf("element:%q means nothing", element)
		}
	default:
		return fmt.Errorf("no tag says where it comes from")
	}
	for _, option := range strings.Split(options, ",") {
		switch option {
		case "":
		case "required":
			f.required = true
		case "raw":
			f.raw = true
		default:
			return fmt.Errorf("the option %q means nothing", option)
		}
	}
	return f.rules.tag(tag)
}

func (r *rules) tag(tag reflect.StructTag) error {
	r.fallback, r.has = tag.Lookup("default")
	r.oneOf = strings.Fields(tag.Get("oneof"))
	for name, bound := range map[string]**float64{"min": &r.min, "max": &r.max} {
		text, ok := tag.Lookup(name)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return fmt.Errorf("%s:%q is no number", name, text)
		}
		*bound = &n
	}
	return nil
}

// checkLiterals makes sure that the fallback is a value of the setting.
func (f *field) checkLiterals(t reflect.Type) error {
	if !f.rules.has {
		return nil
	}
	return setterOf(reflect.New(t)).setLiteral(f.rules.fallback, f.rules)
}

// isSetting reports whether a type is one value: a Value[T], or a bare literal.
func isSetting(t reflect.Type) bool { return setterOf(reflect.New(t)) != nil }

// setterOf returns what sets the value that a pointer points to, or nil.
func setterOf(pointer reflect.Value) literalSetter {
	switch p := pointer.Interface().(type) {
	case literalSetter:
		return p
	case *string, *bool, *int, *float64:
		return bare{p}
	}
	return nil
}

// bare is a pointer to a string, bool, int or float64, which takes only a literal.
type bare struct{ target any }

func (b bare) setLiteral(text string, r rules) error {
	if err := parseLiteral(b.target, text); err != nil {
		return err
	}
	return check(reflect.ValueOf(b.target).Elem().Interface(), r)
}

// Settings are what an element can hold, for people who write a reference.
type Settings struct {
	// Type is the Go struct that is the schema, whose field comments are the
	// descriptions.
	Type reflect.Type
	// List of the settings in the order of the struct.
	List []Setting
	// Policies reports whether the element's children are policies.
	Policies bool
}

// A Setting is an attribute, a child or the text of an element.
type Setting struct {
	// Field is the name of the Go field.
	Field string
	// Attribute or Element is its name; both are empty for the element's own text.
	Attribute, Element string
	Required, Several  bool
	// Expression reports whether it may be an expression; Type is the type of its value.
	Expression bool
	Type       string
	// Default, if HasDefault, OneOf, Min and Max limit the value.
	Default    string
	HasDefault bool
	OneOf      []string
	Min, Max   *float64
	// Nested are the settings of a child that has its own.
	Nested *Settings
}

func (s *schema) settings() Settings {
	out := Settings{Type: s.typ}
	for i := range s.fields {
		f := &s.fields[i]
		if f.origin == fromElement {
			out.Policies = out.Policies || f.children == childrenPolicies
			continue
		}
		out.List = append(out.List, f.setting(s.typ.Field(f.index).Type))
	}
	return out
}

func (f *field) setting(t reflect.Type) Setting {
	out := Setting{
		Field: f.goName, Required: f.required, Several: f.list,
		Default: f.rules.fallback, HasDefault: f.rules.has,
		OneOf: slices.Clone(f.rules.oneOf), Min: f.rules.min, Max: f.rules.max,
	}
	switch f.origin {
	case fromAttribute:
		out.Attribute = f.name
	case fromChild:
		out.Element = f.name
	}
	if f.nested != nil {
		nested := f.nested.settings()
		out.Nested = &nested
		return out
	}
	if f.list || f.pointer {
		t = t.Elem()
	}
	if v, ok := reflect.New(t).Interface().(expressionSetter); ok {
		out.Expression, out.Type = true, v.typeName()
	} else {
		out.Type = t.String()
	}
	return out
}
