package newtonsoft

import (
	"iter"
	"strconv"
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// A JToken is a node of a JSON tree: *JObject, *JArray, *JConstructor, *JProperty or
// *JValue.
type JToken interface {
	// Type tells what the token is.
	Type() JTokenType
	// Parent is the container the token is in, or nil.
	Parent() JContainer
	// ClassName is the name of the token's C# class, such as JObject.
	ClassName() string
	// TypeName is the full name of that class.
	TypeName() string
	// ToString is Text without a budget, or the class's name where Text fails.
	ToString() string

	setParent(JContainer)
	clone(*copier) (JToken, error)
	equals(JToken) bool
	write(*writer, int) error
}

// A JContainer is a token with children: *JObject, *JArray, *JConstructor or *JProperty.
type JContainer interface {
	JToken
	// Count is the number of children.
	Count() int

	child(i int) JToken
	indexOf(JToken) int
	// validate refuses a token that may not be added, or that may not replace existing.
	validate(item, existing JToken) error
	// insert, set and remove change the list of children and nothing else. They fail
	// where the container does not allow the change.
	insert(i int, item JToken) error
	set(i int, item JToken)
	remove(i int) error
	clear() error
	merge(*copier, any, MergeSettings) error
}

// JTokenType is the enumeration Newtonsoft.Json.Linq.JTokenType.
type JTokenType int32

// The types of tokens, numbered as in C#.
const (
	None JTokenType = iota
	Object
	Array
	Constructor
	Property
	Comment
	Integer
	Float
	String
	Boolean
	Null
	Undefined
	Date
	Raw
	Bytes
	GUID
	URI
	TimeSpan
)

// JTokenTypeNames are the names of the types in C#, by number.
var JTokenTypeNames = [...]string{
	"None", "Object", "Array", "Constructor", "Property", "Comment", "Integer", "Float", "String",
	"Boolean", "Null", "Undefined", "Date", "Raw", "Bytes", "Guid", "Uri", "TimeSpan",
}

// String is the name of the type in C#.
func (t JTokenType) String() string {
	if t < 0 || int(t) >= len(JTokenTypeNames) {
		return strconv.Itoa(int(t))
	}
	return JTokenTypeNames[t]
}

// Formatting is the enumeration Newtonsoft.Json.Formatting.
type Formatting int32

// The two ways to lay out JSON text.
const (
	Compact  Formatting = iota // Formatting.None
	Indented                   // Formatting.Indented
)

// header is what every token has.
type header struct{ parent JContainer }

// Parent is the container the token is in, or nil.
func (h *header) Parent() JContainer { return h.parent }

func (h *header) setParent(c JContainer) { h.parent = c }

const namespace = "Newtonsoft.Json.Linq."

func fullName(t JToken) string { return t.TypeName() }

func toString(t JToken) string {
	s, err := Text(nil, t)
	if err != nil {
		return t.TypeName()
	}
	return s
}

// HasValues reports whether the token has children.
func HasValues(t JToken) bool {
	c, ok := t.(JContainer)
	return ok && c.Count() > 0
}

// Root is the outermost token of the tree that t is in.
func Root(t JToken) JToken {
	for p := t.Parent(); p != nil; p = t.Parent() {
		t = p
	}
	return t
}

// Next is the sibling after the token, or nil.
func Next(t JToken) JToken { return sibling(t, 1) }

// Previous is the sibling before the token, or nil.
func Previous(t JToken) JToken { return sibling(t, -1) }

func sibling(t JToken, step int) JToken {
	p := t.Parent()
	if p == nil {
		return nil
	}
	i := p.indexOf(t) + step
	if i < 0 || i >= p.Count() {
		return nil
	}
	return p.child(i)
}

// First is the first child, or nil when there is none.
func First(t JToken) (JToken, error) { return edge(t, func(int) int { return 0 }) }

// Last is the last child, or nil when there is none.
func Last(t JToken) (JToken, error) { return edge(t, func(n int) int { return n - 1 }) }

func edge(t JToken, index func(count int) int) (JToken, error) {
	c, ok := t.(JContainer)
	if !ok {
		return nil, noChildren(t)
	}
	if c.Count() == 0 {
		return nil, nil
	}
	return c.child(index(c.Count())), nil
}

func noChildren(t JToken) error {
	return clr.ClassInvalidOperation.Throwf("Cannot access child value on %s.", fullName(t))
}

// Children goes through the children as they are when it starts. A value has none.
func Children(t JToken) iter.Seq[JToken] {
	return func(yield func(JToken) bool) {
		c, ok := t.(JContainer)
		if !ok {
			return
		}
		for i := 0; i < c.Count(); i++ {
			if !yield(c.child(i)) {
				return
			}
		}
	}
}

// Descendants goes through everything below the token, in document order.
func Descendants(t JToken) iter.Seq[JToken] {
	return func(yield func(JToken) bool) { descend(t, yield) }
}

func descend(t JToken, yield func(JToken) bool) bool {
	for child := range Children(t) {
		if !yield(child) || !descend(child, yield) {
			return false
		}
	}
	return true
}

// Ancestors goes through the token's parents, innermost first.
func Ancestors(t JToken) iter.Seq[JToken] {
	return func(yield func(JToken) bool) {
		for p := t.Parent(); p != nil; p = p.Parent() {
			if !yield(p) {
				return
			}
		}
	}
}

// AfterSelf goes through the siblings after the token.
func AfterSelf(t JToken) iter.Seq[JToken] {
	return func(yield func(JToken) bool) {
		p := t.Parent()
		if p == nil {
			return
		}
		for i := p.indexOf(t) + 1; i < p.Count(); i++ {
			if !yield(p.child(i)) {
				return
			}
		}
	}
}

// BeforeSelf goes through the siblings before the token.
func BeforeSelf(t JToken) iter.Seq[JToken] {
	return func(yield func(JToken) bool) {
		p := t.Parent()
		if p == nil {
			return
		}
		for i := 0; i < p.Count() && p.child(i) != t; i++ {
			if !yield(p.child(i)) {
				return
			}
		}
	}
}

// Path tells where the token is in its tree, as a JSONPath such as a.b[0].
func Path(t JToken) string {
	var steps []position
	for p := t.Parent(); p != nil; t, p = p, p.Parent() {
		switch p := p.(type) {
		case *JProperty:
		case *JObject:
			steps = append(steps, position{name: t.(*JProperty).name, named: true})
		default:
			steps = append(steps, position{index: p.indexOf(t)})
		}
	}
	if p, ok := t.(*JProperty); ok {
		steps = append(steps, position{name: p.name, named: true})
	}
	for i, j := 0, len(steps)-1; i < j; i, j = i+1, j-1 {
		steps[i], steps[j] = steps[j], steps[i]
	}
	return buildPath(steps)
}

// A position is one step of a path: into a property, or to an element.
type position struct {
	name  string
	index int
	// named: the step goes into a property; in a reader, the container is an object.
	named bool
	// fresh: nothing in the container has been read yet.
	fresh bool
	kind  JTokenType
}

func buildPath(steps []position) string {
	var b strings.Builder
	for _, s := range steps {
		switch {
		case !s.named:
			b.WriteByte('[')
			b.WriteString(strconv.Itoa(s.index))
			b.WriteByte(']')
		case strings.ContainsAny(s.name, ". '/\"[]()\t\n\r\f\b\\\u0085\u2028\u2029"):
			// A dot stands between names only, so that a quoted one after a name has none.
			b.WriteString("['")
			b.Write(appendEscaped(nil, s.name, '\''))
			b.WriteString("']")
		default:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(s.name)
		}
	}
	return b.String()
}

// Index is C#'s token[key].
func Index(t JToken, key any) (JToken, error) {
	if key == nil {
		return nil, clr.ArgumentNullError("key")
	}
	switch t := t.(type) {
	case *JObject:
		name, ok := key.(string)
		if !ok {
			return nil, clr.ClassArgument.Throwf("Accessed JObject values with invalid key value: %s. Object property name expected.", describe(key))
		}
		return t.Get(name), nil
	case *JArray:
		i, ok := key.(int32)
		if !ok {
			return nil, clr.ClassArgument.Throwf("Accessed JArray values with invalid key value: %s. Int32 array index expected.", describe(key))
		}
		return t.At(i)
	case *JConstructor:
		i, ok := key.(int32)
		if !ok {
			return nil, clr.ClassArgument.Throwf("Accessed JConstructor values with invalid key value: %s. Argument position index expected.", describe(key))
		}
		return t.At(i)
	}
	return nil, noChildren(t)
}

// SetIndex is C#'s token[key] = item.
func SetIndex(b *clr.Budget, t JToken, key any, item JToken) error {
	if key == nil {
		return clr.ArgumentNullError("key")
	}
	switch t := t.(type) {
	case *JObject:
		name, ok := key.(string)
		if !ok {
			return clr.ClassArgument.Throwf("Set JObject values with invalid key value: %s. Object property name expected.", describe(key))
		}
		return t.Set(b, name, item)
	case *JArray:
		i, ok := key.(int32)
		if !ok {
			return clr.ClassArgument.Throwf("Set JArray values with invalid key value: %s. Int32 array index expected.", describe(key))
		}
		return t.SetAt(b, i, item)
	case *JConstructor:
		i, ok := key.(int32)
		if !ok {
			return clr.ClassArgument.Throwf("Set JConstructor values with invalid key value: %s. Argument position index expected.", describe(key))
		}
		return t.SetAt(b, i, item)
	}
	return clr.ClassInvalidOperation.Throwf("Cannot set child value on %s.", fullName(t))
}

// describe shows a key in a message: a string in quotes, anything else as its text.
func describe(key any) string {
	if s, ok := key.(string); ok {
		return `"` + s + `"`
	}
	return clr.ToString(key)
}

// Remove takes the token out of its parent.
func Remove(t JToken) error {
	p := t.Parent()
	if p == nil {
		return errNoParent()
	}
	return removeAt(p, p.indexOf(t))
}

// Replace puts another token in this one's place.
func Replace(b *clr.Budget, t, by JToken) error {
	p := t.Parent()
	if p == nil {
		return errNoParent()
	}
	return setItem(newCopier(b), p, p.indexOf(t), by)
}

// AddAfterSelf adds content after the token.
func AddAfterSelf(b *clr.Budget, t JToken, content any) error { return addBeside(b, t, content, 1) }

// AddBeforeSelf adds content before the token.
func AddBeforeSelf(b *clr.Budget, t JToken, content any) error { return addBeside(b, t, content, 0) }

func addBeside(b *clr.Budget, t JToken, content any, offset int) error {
	p := t.Parent()
	if p == nil {
		return errNoParent()
	}
	return addContent(newCopier(b), p, p.indexOf(t)+offset, content)
}

func errNoParent() error { return clr.ClassInvalidOperation.Throw("The parent is missing.") }

// DeepEquals reports whether two trees are equal in shape and values. The order of an
// object's properties does not matter.
func DeepEquals(a, b JToken) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return a == b || a.equals(b)
}

// DeepClone copies the token and all below it. The copy has no parent.
func DeepClone(b *clr.Budget, t JToken) (JToken, error) { return t.clone(newCopier(b)) }
