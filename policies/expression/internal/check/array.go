package check

import (
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func (c *checker) newArray(e *syntax.NewArray) Expr {
	var elem *types.Type
	if e.Elem != nil {
		if elem = c.typ(e.Elem); elem == nil || elem.IsInvalid() {
			return bad(e.Span)
		}
	}
	out := &NewArray{node: node{span: e.Span}}
	for _, size := range e.Sizes {
		out.Sizes = append(out.Sizes, c.arraySize(size))
	}
	switch {
	case e.Init == nil:
		out.typ = types.MultiArrayOf(elem, max(1, e.Rank))
		return out
	case elem == nil:
		return c.implicitArray(e)
	}
	array := c.arrayInit(e.Init, types.MultiArrayOf(elem, max(1, e.Rank)))
	if a, ok := array.(*NewArray); ok {
		a.span = e.Span
		c.checkSizes(out.Sizes, a, e.Init.Span)
	}
	return array
}

// arraySize resolves a size, or an index: an int, or a longer integer.
func (c *checker) arraySize(e syntax.Expr) Expr {
	x := c.index1(e)
	if k := asConst(x); k != nil {
		if n, _ := Integer(k.Value); n < 0 && x.Type().Kind != types.UInt64 {
			c.errorf(x.Span(), Overflow, "an array cannot have a negative size")
			return bad(x.Span())
		}
	}
	return x
}

// index1 resolves what an element is found by.
func (c *checker) index1(e syntax.Expr) Expr {
	x := c.typed(e)
	for _, t := range []*types.Type{types.IntType, types.UIntType, types.LongType, types.ULongType} {
		if isBad(x) || c.convertible(x, t) {
			return c.convert(x, t)
		}
	}
	return c.convert(x, types.IntType)
}

// checkSizes compares the sizes that were written with the initialiser's.
func (c *checker) checkSizes(sizes []Expr, a *NewArray, s syntax.Span) {
	lengths := a.Lengths
	if lengths == nil {
		lengths = []int{len(a.Elems)}
	}
	for i, size := range sizes {
		k := asConst(size)
		if k == nil {
			c.errorf(size.Span(), NotConstant, "the size must be a constant")
			return
		}
		if n, _ := Integer(k.Value); int(n) != lengths[i] {
			c.errorf(s, WrongArguments, "an array initialiser of length %d is expected", n)
			return
		}
	}
}

// arrayInit makes an array of type t.
func (c *checker) arrayInit(e *syntax.ArrayInit, t *types.Type) Expr {
	if t.IsInvalid() {
		return bad(e.Span)
	}
	if t.Kind != types.Array {
		c.errorf(e.Span, NoConversion, "an array initialiser makes an array, not %s", quoted(t))
		return bad(e.Span)
	}
	elems, lengths, ok := c.flatten(e, t.Rank)
	if !ok {
		return bad(e.Span)
	}
	out := &NewArray{node: node{t, e.Span}, Lengths: lengths}
	for _, x := range elems {
		out.Elems = append(out.Elems, c.exprAs(x, t.Elem))
	}
	return out
}

// implicitArray makes an array whose type follows from its elements.
func (c *checker) implicitArray(e *syntax.NewArray) Expr {
	elems, lengths, ok := c.flatten(e.Init, max(1, e.Rank))
	if !ok {
		return bad(e.Span)
	}
	out := &NewArray{node: node{span: e.Span}, Lengths: lengths}
	for _, x := range elems {
		out.Elems = append(out.Elems, c.typed(x))
	}
	elem := c.bestCommon(out.Elems)
	if elem == nil {
		if anyBad(out.Elems) {
			return bad(e.Span)
		}
		c.errorf(e.Span, NoType, "no best type found for the elements of the array")
		return bad(e.Span)
	}
	for i, x := range out.Elems {
		out.Elems[i] = c.convert(x, elem)
	}
	out.typ = types.MultiArrayOf(elem, max(1, e.Rank))
	return out
}

// flatten lists the elements of an initialiser for so many dimensions, and how long it is
// in each; lengths is nil for one dimension.
func (c *checker) flatten(e *syntax.ArrayInit, rank int) (elems []syntax.Expr, lengths []int, ok bool) {
	shape := make([]int, rank)
	for i := range shape {
		shape[i] = -1
	}
	ok = true
	var visit func(e *syntax.ArrayInit, depth int)
	visit = func(e *syntax.ArrayInit, depth int) {
		if shape[depth] >= 0 && shape[depth] != len(e.Elems) {
			c.errorf(e.Span, WrongArguments, "an array initialiser of length %d is expected", shape[depth])
			ok = false
			return
		}
		shape[depth] = len(e.Elems)
		for _, x := range e.Elems {
			inner, nested := x.(*syntax.ArrayInit)
			switch {
			case nested && depth+1 == rank:
				c.errorf(inner.Span, NoType, "an array initialiser has no type here: write new[] { … }")
				ok = false
			case nested:
				visit(inner, depth+1)
			case depth+1 < rank:
				c.errorf(span(x), NoConversion, "a nested array initialiser is expected")
				ok = false
			default:
				elems = append(elems, x)
			}
		}
	}
	visit(e, 0)
	for i, n := range shape {
		shape[i] = max(n, 0)
	}
	if rank == 1 {
		return elems, nil, ok
	}
	return elems, shape, ok
}
