package check

import (
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A found member, with the type that declares it.
type found struct {
	member *library.Member
	of     *types.Type
}

// members finds the members of a name in a type and its bases, the type's own first.
// What a class declares hides what its bases declare with the same parameters.
func (c *checker) members(t *types.Type, name string) []found {
	var out []found
	c.eachClass(t, func(class *library.Class, of *types.Type) {
		for _, m := range class.Named(name) {
			if !m.Extension && !hidden(out, m) {
				out = append(out, found{m, of})
			}
		}
	})
	return out
}

// eachClass goes through the classes whose members a type has, each once, its own first.
func (c *checker) eachClass(t *types.Type, do func(*library.Class, *types.Type)) {
	seen := map[*library.Class]bool{}
	var visit func(t *types.Type)
	visit = func(t *types.Type) {
		if class := c.lib.ClassOf(definition(t)); class != nil && !seen[class] {
			seen[class] = true
			do(class, t)
		}
		for _, b := range shownBases(t) {
			// An array has the members of its class only: those of interfaces are hidden.
			if t.Kind != types.Array || b.Kind == types.Class {
				visit(b)
			}
		}
	}
	visit(declaring(t))
	if t.Kind != types.Object {
		visit(types.ObjectType)
	}
}

// shownBases are the bases whose members a type has, too.
func shownBases(t *types.Type) []*types.Type {
	bases := types.Bases(t)
	if t.Def == nil {
		return bases
	}
	return bases[:len(bases)-t.Def.Explicit]
}

// declaring is the type whose class has the members: Nullable<T> for T?.
func declaring(t *types.Type) *types.Type {
	if t.Kind == types.Nullable {
		return types.NullableStruct.Of(t.Elem)
	}
	return t
}

func definition(t *types.Type) *types.Def {
	if t.Kind == types.Array {
		return nil // its bases have the members
	}
	return t.Def
}

func hidden(by []found, m *library.Member) bool {
	for _, f := range by {
		if f.member.Static == m.Static && f.member.Kind == m.Kind &&
			len(f.member.Signature.TypeParams) == len(m.Signature.TypeParams) && sameParams(f.member.Signature.Params, m.Signature.Params) {
			return true
		}
	}
	return false
}

func sameParams(a, b []types.Param) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !types.Identical(a[i].Type, b[i].Type) {
			return false
		}
	}
	return true
}

// memberNames lists what a type has, for "did you mean".
func (c *checker) memberNames(t *types.Type, static bool) []string {
	var out []string
	c.eachClass(t, func(class *library.Class, _ *types.Type) {
		for i := range class.Members {
			if m := &class.Members[i]; m.Static == static && m.Kind <= library.FieldMember {
				out = append(out, m.Name)
			}
		}
		for _, v := range class.Def.Values {
			out = append(out, v.Name)
		}
	})
	for _, f := range t.Fields {
		out = append(out, f.Name)
	}
	return out
}

func (c *checker) member(e *syntax.Member) Expr { return c.memberOf(e, false) }

// memberOf resolves a member; called tells that it is called as a method, so that a
// property that is no delegate does not count while there is a method.
func (c *checker) memberOf(e *syntax.Member, called bool) Expr {
	var x Expr
	if n, ok := e.X.(*syntax.Name); ok && len(n.TypeArgs) == 0 {
		x = c.qualifier(n)
	} else {
		x = c.bind(e.X)
	}
	switch x := x.(type) {
	case *namespaceRef:
		return c.inNamespace(x, e)
	case *typeRef:
		return c.staticMember(x, e)
	}
	x = c.expr1(x)
	if isBad(x) {
		if hasNoType(x) {
			c.errorf(x.Span(), NoType, "the expression has no type here")
		}
		return bad(e.Span)
	}
	if isNull(x) || x.Type().Kind == types.Void {
		c.errorf(x.Span(), BadOperator, "operator '.' cannot be applied to %s", describe(x))
		return bad(e.Span)
	}
	return c.instanceMember(x, e, called)
}

// qualifier resolves the name before a dot, where a generic type's name alone is a hint
// at missing type arguments.
func (c *checker) qualifier(n *syntax.Name) Expr {
	if c.lookup(n.Name) == nil && n.Name != "context" && c.typeNamed(n.Name, 0) == nil && !c.isNamespace(n.Name) {
		for arity := 1; arity <= 3; arity++ {
			if c.typeNamed(n.Name, arity) != nil {
				c.errorf(n.Span, CannotInfer, "the generic type %q needs %d type arguments", n.Name, arity)
				return bad(n.Span)
			}
		}
	}
	return c.bind(n)
}

func (c *checker) inNamespace(x *namespaceRef, e *syntax.Member) Expr {
	full := x.name + "." + e.Name.Name
	if len(e.TypeArgs) > 0 {
		return c.genericName(e, strings.Split(full, "."), e.TypeArgs)
	}
	if d := c.lib.Def(full, 0); d != nil {
		return &typeRef{node{types.InvalidType, e.Span}, d.Type()}
	}
	if c.isNamespace(full) {
		return &namespaceRef{node{types.InvalidType, e.Span}, full}
	}
	if c.denied(e.Span, full) {
		return bad(e.Span)
	}
	c.errorf(e.Span, UnknownName, "the type or namespace %q does not exist or is not available in expressions", full)
	return bad(e.Span)
}

func (c *checker) staticMember(x *typeRef, e *syntax.Member) Expr {
	if x.of.IsInvalid() {
		return bad(e.Span)
	}
	name := e.Name.Name
	if x.of.Kind == types.Enum {
		if n, ok := x.of.Def.Value(name); ok {
			return constant(x.of, library.EnumOf(x.of, n), e.Span)
		}
	}
	all := c.members(x.of, name)
	for _, f := range all {
		if f.member.Static && (f.member.Kind == library.Property || f.member.Kind == library.FieldMember) {
			return c.readStatic(f, e.Span, e.Name.Span)
		}
		if f.member.Kind == library.Method {
			return &methodGroup{node: node{types.InvalidType, e.Span}, of: x.of, name: name, args: c.typeArgs(e.TypeArgs), nameAt: e.Name.Span}
		}
	}
	if nested := c.lib.Def(x.of.Def.FullName()+"+"+name, 0); nested != nil {
		return &typeRef{node{types.InvalidType, e.Span}, nested.Type()}
	}
	if ext := c.lib.Extensions(name); len(ext) > 0 && ext[0].Class.Def == x.of.Def {
		return &methodGroup{node: node{types.InvalidType, e.Span}, of: x.of, name: name, args: c.typeArgs(e.TypeArgs), nameAt: e.Name.Span}
	}
	if len(all) > 0 {
		c.errorf(e.Name.Span, UnknownMember, "%q of %s needs an object: it is not static", name, quoted(x.of))
		return bad(e.Span)
	}
	return c.unknownMember(e.Name.Span, x.of, name, c.memberNames(x.of, true))
}

func (c *checker) readStatic(f found, s, nameAt syntax.Span) Expr {
	c.allowMember(nameAt, f.member)
	t := types.Substitute(f.member.Signature.Result, f.of.Def.Params, f.of.Args)
	if f.member.HasConst {
		return constant(t, f.member.Const, s)
	}
	return &Call{node: node{t, s}, Member: f.member, Site: &library.Site{Type: f.of, Result: t}}
}

func (c *checker) typeArgs(all []syntax.Type) []*types.Type {
	var out []*types.Type
	for _, a := range all {
		t := c.typ(a)
		if t == nil {
			t = types.InvalidType
		}
		out = append(out, t)
	}
	return out
}

func (c *checker) instanceMember(x Expr, e *syntax.Member, called bool) Expr {
	t, name := x.Type(), e.Name.Name
	if t.IsTuple() {
		if i := t.Item(name); i >= 0 {
			c.allowItem(t, i, e.Name.Span)
			return &Field{node{t.Args[i], e.Span}, x, i}
		}
	}
	for i, f := range t.Fields {
		if f.Name == name {
			return &Field{node{f.Type, e.Span}, x, i}
		}
	}
	group := &methodGroup{
		node: node{types.InvalidType, e.Span}, recv: x, of: t, name: name,
		args: c.typeArgs(e.TypeArgs), nameAt: e.Name.Span,
	}
	all := c.members(t, name)
	for _, f := range all {
		if f.member.Static {
			continue
		}
		switch f.member.Kind {
		case library.Property, library.FieldMember:
			if called && f.member.Signature.Result.Kind != types.Delegate && len(c.lib.Extensions(name)) > 0 {
				continue
			}
			return c.readMember(f, x, e.Span, e.Name.Span)
		case library.Method:
			return group
		}
	}
	if len(c.lib.Extensions(name)) > 0 {
		group.nothing = true
		return group
	}
	if len(all) > 0 {
		c.errorf(e.Name.Span, UnknownMember, "%q is static: write %s.%s", name, t, name)
		return bad(e.Span)
	}
	out := c.unknownMember(e.Name.Span, t, name, c.memberNames(t, false))
	if t.Kind == types.Object && c.list[len(c.list)-1].Help == "" {
		c.help("the value has the type object here: cast it first, as in ((JObject)x).%s", name)
	}
	return out
}

func (c *checker) readMember(f found, x Expr, s, nameAt syntax.Span) Expr {
	c.allowMember(nameAt, f.member)
	t := types.Substitute(f.member.Signature.Result, params(f.of), f.of.Args)
	return &Call{
		node: node{t, s}, Member: f.member, Recv: x, Site: &library.Site{Type: f.of, Result: t},
		NoNullCheck: f.of.Def == types.NullableStruct,
	}
}

func params(t *types.Type) []*types.Type {
	if t.Def == nil {
		return nil
	}
	return t.Def.Params
}

func (c *checker) index(e *syntax.Index) Expr {
	x := c.typed(e.X)
	if isBad(x) {
		return x
	}
	t := x.Type()
	if t.Kind == types.Array {
		return c.element(x, e)
	}
	var all []*candidate
	for _, f := range c.members(t, "this[]") {
		all = append(all, c.candidateOf(f))
	}
	if len(all) == 0 {
		c.errorf(e.Span, BadOperator, "%s cannot be indexed with []", quoted(t))
		if t.Kind == types.Object {
			c.help("the value has the type object here: cast it first, as in ((JObject)x)[\"key\"]")
		}
		return bad(e.Span)
	}
	return c.resolve(all, x, c.args(e.Args), e.Span, e.Span, "the indexer of "+quoted(t))
}

func (c *checker) element(x Expr, e *syntax.Index) Expr {
	t := x.Type()
	if len(e.Args) != t.Rank {
		c.errorf(e.Span, WrongArguments, "an element of %s has %d indexes", quoted(t), t.Rank)
		return bad(e.Span)
	}
	out := &Element{node: node{t.Elem, e.Span}, X: x}
	for _, a := range e.Args {
		if a.Value == nil {
			c.errorf(a.Span, WrongArguments, "an index is a value")
			return bad(e.Span)
		}
		i := c.index1(a.Value)
		if isBad(i) {
			return i
		}
		out.Index = append(out.Index, i)
	}
	return out
}
