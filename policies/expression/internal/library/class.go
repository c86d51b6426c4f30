package library

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// An Access says what of a class API Management's allow-list has.
type Access uint8

// What of a class is allowed.
const (
	// AllowAll members but those that are Denied.
	AllowAll Access = iota
	// AllowSome: only members that are Allowed. With none, the class itself is not on the
	// list.
	AllowSome
)

// A Class is a declared type: class, interface, structure, enumeration or delegate.
type Class struct {
	// Name is the full name, with type parameters: "System.Collections.Generic.List<T>".
	Name string
	Doc  string
	// Kind of the type; that of the predefined types is known, and otherwise zero is
	// types.Class.
	Kind types.Kind
	// Bases are base class and interfaces, separated by "; ". The last may be "explicit"
	// interfaces, whose members are not those of the class.
	Bases  string
	Access Access
	Static bool
	// Abstract classes cannot be made.
	Abstract bool
	// Disposes: its Dispose does something, so that a using statement has to call it.
	Disposes bool
	// Go is the type of the Go values that are instances. Nil when a value tells its type
	// itself (see Typed), or has none of its own.
	Go reflect.Type
	// Values of an enumeration: "Ordinal=4 OrdinalIgnoreCase=5"; a value may be left out
	// when it is one more than the one before.
	Values string
	// Flags: the enumeration is a set of bits.
	Flags bool
	// Invoke is the signature of a delegate: "TResult Invoke(T arg)".
	Invoke  string
	Members []Member

	Def    *types.Def
	byName map[string][]*Member
	enum   *clr.EnumType
}

// TypeFor is the Go type T, for Class.Go.
func TypeFor[T any]() reflect.Type { return reflect.TypeFor[T]() }

// Named are the members of that name that the class itself declares.
func (c *Class) Named(name string) []*Member { return c.byName[name] }

// A Library is all classes.
type Library struct {
	classes    []*Class
	byDef      map[*types.Def]*Class
	byName     map[string][]*types.Def // short names
	byGo       map[reflect.Type]*types.Type
	exceptions map[*clr.Class]*types.Type
	enums      map[*clr.EnumType]*types.Type
	extensions map[string][]*Member
}

// Load returns the library. It is put together when it is first asked for.
func Load() *Library {
	once.Do(func() { loaded = assemble() })
	return loaded
}

var (
	once   sync.Once
	loaded *Library
)

func assemble() *Library {
	l := &Library{
		byDef: map[*types.Def]*Class{}, byName: map[string][]*types.Def{}, byGo: map[reflect.Type]*types.Type{},
		exceptions: map[*clr.Class]*types.Type{}, enums: map[*clr.EnumType]*types.Type{}, extensions: map[string][]*Member{},
	}
	for _, list := range lists() {
		for _, declare := range list {
			l.classes = append(l.classes, declare())
		}
	}
	l.classes = append(l.classes, exceptionClasses(l.classes)...)
	withProviders(l.classes)
	l.define()
	for _, c := range l.classes {
		l.relate(c)
	}
	for _, class := range clr.Classes() {
		l.exceptions[class] = l.Type(class.Name)
	}
	for _, c := range l.classes {
		l.fill(c)
	}
	return l
}

// Classes lists all classes.
func (l *Library) Classes() []*Class { return l.classes }

// ClassOf is the class that a definition is declared by; nil for none.
func (l *Library) ClassOf(d *types.Def) *Class { return l.byDef[d] }

// Defs are the definitions with that short name.
func (l *Library) Defs(name string) []*types.Def { return l.byName[name] }

// Extensions are the extension methods of that name.
func (l *Library) Extensions(name string) []*Member { return l.extensions[name] }

// Def finds a definition by its full name and number of type parameters.
func (l *Library) Def(fullName string, arity int) *types.Def {
	short := fullName[strings.LastIndexAny(fullName, ".+")+1:]
	for _, d := range l.byName[short] {
		if d.FullName() == fullName && len(d.Params) == arity {
			return d
		}
	}
	return nil
}

// Type is the type of a name without type parameters; it is there, or the declaration of
// a member is wrong.
func (l *Library) Type(fullName string) *types.Type {
	d := l.Def(fullName, 0)
	if d == nil {
		panic("library: no class " + fullName)
	}
	return d.Type()
}

func (l *Library) exceptionType(c *clr.Class) *types.Type {
	if t, ok := l.exceptions[c]; ok {
		return t
	}
	return types.ExceptionClass.Type()
}

// define makes the definitions of all classes.
func (l *Library) define() {
	known := map[string]*types.Def{}
	for _, d := range types.Predefined() {
		known[d.FullName()+"`"+strconv.Itoa(len(d.Params))] = d
		l.byName[d.Name] = append(l.byName[d.Name], d)
	}
	for _, c := range l.classes {
		namespace, name, params := splitName(c.Name)
		full := strings.TrimPrefix(namespace+"."+name, ".")
		d := known[full+"`"+strconv.Itoa(len(params))]
		if d == nil {
			kind := c.Kind
			if kind == types.Invalid {
				kind = types.Class
			}
			d = types.NewDef(kind, namespace, name, params...)
			short := name[strings.LastIndexByte(name, '+')+1:]
			l.byName[short] = append(l.byName[short], d)
		}
		if l.byDef[d] != nil {
			panic("library: class " + c.Name + " is declared twice")
		}
		d.Static, d.Abstract, d.Flags = c.Static, c.Abstract, c.Flags
		c.Def = d
		l.byDef[d] = c
	}
}

func splitName(full string) (namespace, name string, params []string) {
	if i := strings.IndexByte(full, '<'); i >= 0 {
		for _, p := range strings.Split(strings.TrimSuffix(full[i+1:], ">"), ",") {
			params = append(params, strings.TrimSpace(p))
		}
		full = full[:i]
	}
	i := strings.LastIndexByte(full, '.')
	return full[:max(i, 0)], full[i+1:], params
}

// relate sets the bases of a class, its values, and what a delegate is called with.
func (l *Library) relate(c *Class) {
	if c.Bases != "" {
		c.Def.Bases = nil
		for _, b := range strings.Split(c.Bases, ";") {
			b, explicit := strings.CutPrefix(strings.TrimSpace(b), "explicit ")
			if explicit {
				c.Def.Explicit++
			}
			c.Def.Bases = append(c.Def.Bases, l.parser(c, b).only())
		}
	}
	if c.Go != nil {
		l.byGo[c.Go] = c.Def.Type()
	}
	next := int64(0)
	for _, v := range strings.Fields(c.Values) {
		name, number, given := strings.Cut(v, "=")
		if given {
			n, err := strconv.ParseInt(number, 0, 64)
			if err != nil {
				panic("library: " + c.Name + ": " + err.Error())
			}
			next = n
		}
		c.Def.Values = append(c.Def.Values, types.EnumValue{Name: name, Value: next})
		next++
	}
	if c.Def.Kind == types.Enum {
		c.enum = &clr.EnumType{Name: c.Def.FullName(), Flags: c.Flags}
		for _, v := range c.Def.Values {
			c.enum.Members = append(c.enum.Members, clr.EnumMember{Name: v.Name, Value: v.Value})
		}
		l.enums[c.enum] = c.Def.Type()
	}
	if c.Invoke != "" {
		m := Member{Declared: c.Invoke, Class: c}
		l.parser(c, c.Invoke).member(&m)
		c.Def.Invoke = m.Signature
	}
}

// fill parses the members of a class and readies their code.
func (l *Library) fill(c *Class) {
	c.byName = map[string][]*Member{}
	for i := range c.Members {
		m := &c.Members[i]
		m.Class = c
		l.parser(c, m.Declared).member(m)
		m.bind()
		c.byName[m.Name] = append(c.byName[m.Name], m)
		if m.Extension {
			l.extensions[m.Name] = append(l.extensions[m.Name], m)
		}
	}
}

// bind makes the general form of a member's code.
func (m *Member) bind() {
	if m.HasConst {
		return
	}
	if m.code.boxed == nil && m.setCode.boxed == nil {
		panic(fmt.Sprintf("library: %s: %s has no code", m.Class.Name, m.Declared))
	}
	params := m.Signature.Params
	if !m.Static && m.Kind != Constructor {
		params = append([]types.Param{{Name: "this", Type: m.Class.Def.Type()}}, params...)
	}
	if m.code.boxed != nil {
		m.Call = m.code.boxed(params, m.Signature.Result)
		m.Typed = m.code.typed
	}
	if m.setCode.boxed != nil {
		m.HasSetter = true
		value := types.Param{Name: "value", Type: m.Signature.Result}
		m.Assign = m.setCode.boxed(append(append([]types.Param(nil), params...), value), types.VoidType)
	}
}
