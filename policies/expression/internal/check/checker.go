package check

import (
	"strings"

	"github.com/apimgw/apimgw/policies/diag"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// Options of checking.
type Options struct {
	// Strict refuses what API Management's allow-list does not have.
	Strict bool
	// Lenient compares values where C# compares references with text.
	Lenient bool
}

// Expression resolves a parsed expression. The unit is complete only when the list has no
// errors.
func Expression(u *syntax.Unit, opts Options) (*Unit, diag.List) {
	c := &checker{
		unit: &Unit{Text: u.Text}, lib: library.Load(), opts: opts, fuel: maxBindings,
		contextType: library.Load().Type("IProxyRequestContext"),
	}
	root := &Func{slots: map[*Var]int{}}
	c.unit.Root, c.fn = root, root
	c.scope = &scope{fn: root, vars: new([]*Var)}
	if u.Expr != nil {
		root.Expr = c.typed(u.Expr)
		root.Result = root.Expr.Type()
		if root.Result.Kind == types.Void {
			c.errorf(root.Expr.Span(), BadResult, "the expression has no value")
		}
	} else {
		c.body(root, u.Block)
		c.mustReturn(root)
	}
	if !c.list.HasErrors() && root.Result.IsInvalid() {
		c.errorf(span(u), NoType, "the type of the expression does not follow from it")
	}
	if !c.list.HasErrors() {
		c.flow(root)
	}
	if !c.list.HasErrors() {
		c.findNeeds()
	}
	return c.unit, c.list
}

// mustReturn refuses a return without a value where none has one.
func (c *checker) mustReturn(root *Func) {
	if root.Result.Kind != types.Void {
		return
	}
	for _, r := range *c.returns {
		c.errorf(r.span, BadReturn, "the expression must return a value")
	}
}

// maxBindings is how many lambdas are resolved at most; each overload that may take one
// resolves it again.
const maxBindings = 20_000

type checker struct {
	unit        *Unit
	lib         *library.Library
	opts        Options
	list        diag.List
	contextType *types.Type

	fn        *Func
	scope     *scope
	receivers []*Local // of the null-conditional chains around
	returns   *[]*Return
	loops     int // loops around
	breakable int // loops and switches around
	catches   []*Var
	inFinally bool // in a finally block of the function being resolved
	checked   bool
	unchecked bool // inside unchecked(…)
	fuel      int
}

// A scope is a block, or a statement with variables of its own.
type scope struct {
	outer *scope
	fn    *Func
	names map[string]*Var
	vars  *[]*Var
	// inner are names that scopes inside of this one declared: they cannot be declared
	// here any more.
	inner map[string]bool
	// into is where variables of a section of a switch go: all sections are one scope.
	into *scope
}

// close ends a scope.
func (s *scope) close() {
	if s.outer == nil {
		return
	}
	if s.outer.inner == nil {
		s.outer.inner = map[string]bool{}
	}
	for name := range s.inner {
		s.outer.inner[name] = true
	}
	for name := range s.names {
		s.outer.inner[name] = true
	}
}

func (c *checker) push(vars *[]*Var) func() {
	saved := c.scope
	c.scope = &scope{outer: saved, fn: c.fn, vars: vars}
	return func() {
		c.scope.close()
		c.scope = saved
	}
}

func (c *checker) lookup(name string) *Var {
	for s := c.scope; s != nil; s = s.outer {
		if v := s.names[name]; v != nil {
			return v
		}
	}
	return nil
}

// declare makes a variable of the scope. The name "_" of a discard is never found again.
func (c *checker) declare(name string, t *types.Type, span syntax.Span) *Var {
	v := c.temp(t)
	v.Name, v.span = name, span
	to := c.scope
	if to.into != nil {
		to = to.into
	}
	switch {
	case name == "context" || c.lookup(name) != nil:
		c.errorf(span, DuplicateName, "a variable named %q is declared here already", name)
		return v
	case to.inner[name]:
		c.errorf(span, DuplicateName, "a variable named %q is declared already inside of this block, where it would mean another one", name)
		return v
	}
	if to.names == nil {
		to.names = map[string]*Var{}
	}
	to.names[name] = v
	*to.vars = append(*to.vars, v)
	return v
}

// temp makes a variable without a name.
func (c *checker) temp(t *types.Type) *Var {
	v := &Var{Type: t, Owner: c.fn, Slot: c.fn.Slots}
	c.fn.Slots++
	return v
}

// inParameter is what cannot be assigned in a parameter with in.
const inParameter = "parameter with in"

// use makes a variable reachable from the function being resolved.
func (c *checker) use(v *Var) {
	if v.Owner != c.fn {
		v.Captured = true
		c.fn.capture(v)
	}
}

func (f *Func) capture(v *Var) int {
	if v.Owner == f {
		return v.Slot
	}
	if s, ok := f.slots[v]; ok {
		return s
	}
	from := f.Outer.capture(v)
	to := f.Slots
	f.Slots++
	f.slots[v] = to
	f.Captures = append(f.Captures, Capture{v, from, to})
	return to
}

func (c *checker) local(v *Var, s syntax.Span) *Local {
	if v.Owner != c.fn && (v.Out || v.readOnly == inParameter) {
		c.errorf(s, NotAValue, "%q is a parameter with ref, out or in: a lambda or a local function inside cannot use it", v.Name)
	}
	c.use(v)
	return &Local{node{v.Type, s}, v}
}

func bad(s syntax.Span) Expr { return &Const{node: node{types.InvalidType, s}} }

func isBad(e Expr) bool { return e.Type().IsInvalid() }

func span(n syntax.Node) syntax.Span { return syntax.Span{Start: n.Pos(), Stop: n.End()} }

// visible lists the names that are in scope, for "did you mean".
func (c *checker) visible() []string {
	out := []string{"context"}
	for s := c.scope; s != nil; s = s.outer {
		for name := range s.names {
			out = append(out, name)
		}
	}
	for _, class := range c.lib.Classes() {
		if c.imported(class.Def) {
			out = append(out, class.Def.Name)
		}
	}
	return out
}

var imports = map[string]bool{
	"": true, "System": true, "System.Collections.Generic": true, "System.IO": true, "System.Linq": true,
	"System.Security.Cryptography": true, "System.Security.Cryptography.X509Certificates": true,
	"System.Text": true, "System.Text.RegularExpressions": true, "System.Threading": true,
	"System.Threading.Tasks": true, "System.Xml": true, "System.Xml.Linq": true,
	"Newtonsoft.Json": true, "Newtonsoft.Json.Linq": true,
}

func (c *checker) imported(d *types.Def) bool {
	return imports[d.Namespace] && !strings.Contains(d.Name, "+")
}

// typeNamed finds an imported type by its short name.
func (c *checker) typeNamed(name string, arity int) *types.Def {
	var found *types.Def
	for _, d := range c.lib.Defs(name) {
		if !c.imported(d) || len(d.Params) != arity {
			continue
		}
		if found == nil || d.Namespace == "Newtonsoft.Json" {
			found = d
		}
	}
	return found
}

// isNamespace reports whether any type is in the namespace or in one below it, be it one
// that expressions may not use.
func (c *checker) isNamespace(name string) bool {
	for _, class := range c.lib.Classes() {
		ns := class.Def.Namespace
		if ns == name || strings.HasPrefix(ns, name+".") {
			return true
		}
	}
	for _, full := range deniedTypes {
		if strings.HasPrefix(full, name+".") {
			return true
		}
	}
	return false
}

// typ resolves a type as it is written; nil for var.
func (c *checker) typ(t syntax.Type) *types.Type {
	switch t := t.(type) {
	case *syntax.PredefinedType:
		if t.Keyword == "dynamic" {
			c.errorf(t.Span, TypeDenied, "dynamic member invocation is not supported")
			return types.InvalidType
		}
		if known := types.ByKeyword(t.Keyword); known != nil {
			return known
		}
	case *syntax.VarType:
		return nil
	case *syntax.NullableType:
		return c.nullable(t)
	case *syntax.ArrayType:
		elem := c.typ(t.Elem)
		if elem == nil || elem.IsInvalid() {
			return types.InvalidType
		}
		return types.MultiArrayOf(elem, t.Rank)
	case *syntax.NamedType:
		return c.namedType(t)
	case *syntax.TupleType:
		return c.tupleType(t)
	}
	return types.InvalidType
}

func (c *checker) nullable(t *syntax.NullableType) *types.Type {
	elem := c.typ(t.Elem)
	switch {
	case elem == nil || elem.IsInvalid():
		return types.InvalidType
	case !elem.IsValue() || elem.Kind == types.Nullable:
		c.errorf(t.Span, NoConversion, "%s cannot be nullable: it is no value type that is never null", quoted(elem))
		return types.InvalidType
	}
	return types.NullableOf(elem)
}

func (c *checker) namedType(t *syntax.NamedType) *types.Type {
	names := make([]string, len(t.Parts))
	for i, p := range t.Parts {
		names[i] = p.Name
	}
	last := t.Parts[len(t.Parts)-1]
	args := make([]*types.Type, len(last.Args))
	for i, a := range last.Args {
		args[i] = c.typ(a)
		if args[i] == nil || args[i].IsInvalid() {
			return types.InvalidType
		}
	}
	if len(names) == 1 && len(args) == 0 {
		if v := c.lookup(names[0]); v != nil && v.Type != nil && v.Type.Kind == types.Parameter && v.Name == v.Type.Name {
			return v.Type
		}
	}
	d := c.findDef(names, len(args))
	if d == nil {
		full := strings.Join(names, ".")
		if c.denied(t.Span, full) {
			return types.InvalidType
		}
		c.errorf(t.Span, UnknownName, "the type %q does not exist or is not available in expressions", full)
		c.suggest(names[len(names)-1], c.visible())
		return types.InvalidType
	}
	if d == types.NullableStruct {
		return types.NullableOf(args[0])
	}
	return d.Of(args...)
}

// findDef finds a type by its short or its full name, or by that of the type it is in.
func (c *checker) findDef(names []string, arity int) *types.Def {
	if len(names) == 1 {
		return c.typeNamed(names[0], arity)
	}
	if d := c.lib.Def(strings.Join(names, "."), arity); d != nil {
		return d
	}
	outer, inner := names[:len(names)-1], names[len(names)-1]
	if d := c.findDef(outer, 0); d != nil {
		return c.lib.Def(d.FullName()+"+"+inner, arity)
	}
	return nil
}
