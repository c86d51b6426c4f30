package library

import (
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// view lets an array be handled whatever its elements are. Changes of the view of a
// byte[] are written back by store.
func view(v any) []any { return itemsOf(v) }

func store(v any, items []any) {
	if b, ok := v.([]byte); ok {
		for i, item := range items {
			b[i] = item.(byte)
		}
	}
}

func lengthOf(v any) int {
	switch a := v.(type) {
	case *Array:
		return len(a.Data)
	case []byte:
		return len(a)
	}
	return 0
}

func arrayClass() *Class {
	return &Class{
		Name: "System.Array", Doc: "The base of arrays.", Abstract: true,
		Members: []Member{
			M("int Length { get; }", "The number of elements.", F1(lengthOf), `new[] { 1, 2 }.Length => 2`),
			M("long LongLength { get; }", "The number of elements.", F1(func(v any) int64 { return int64(lengthOf(v)) })),
			M("int Rank { get; }", "The number of dimensions.", F1(rankOf), `new[] { 1 }.Rank => 1`),
			M("int GetLength(int dimension)", "The number of elements of a dimension.", E2(lengthOfDimension), `new[] { 1, 2 }.GetLength(0) => 2`),
			M("object Clone()", "A copy of the array.", F1(func(v any) any { return NewArrayLike(v, slices.Clone(view(v))) })),
			M("static T[] Empty<T>()", "An array without elements.", C0(func(c Call) (any, error) { return NewArray(c.TypeArgs[0], []any{}), nil }),
				`Array.Empty<string>().Length => 0`),
			M("static void Copy(Array sourceArray, Array destinationArray, int length)", "Copies elements from the beginning.",
				E3(func(from, to any, n int) (Void, error) { return Void{}, copyArray(from, 0, to, 0, n) })),
			M("static void Copy(Array sourceArray, int sourceIndex, Array destinationArray, int destinationIndex, int length)", "Copies elements.",
				Boxed(func(_ Call, a []any) (any, error) {
					return nil, copyArray(a[0], int(a[1].(int32)), a[2], int(a[3].(int32)), int(a[4].(int32)))
				})),
			M("void CopyTo(Array array, int index)", "Copies all elements.",
				E3(func(from, to any, i int) (Void, error) { return Void{}, copyArray(from, 0, to, i, lengthOf(from)) })),
			M("static int IndexOf<T>(T[] array, T value)", "The place of the first equal element, or -1.", E2(func(a, v any) (int, error) {
				if a == nil {
					return 0, NullArgument("array")
				}
				return indexOf(view(a), v), nil
			}), `Array.IndexOf(new[] { "a", "b" }, "b") => 1`),
			M("static bool Exists<T>(T[] array, Predicate<T> match)", "Whether an element matches.", C2(func(c Call, a any, d *Delegate) (bool, error) {
				if a == nil {
					return false, NullArgument("array")
				}
				i, err := c.find(view(a), d)
				return i >= 0, err
			}), `Array.Exists(new[] { 1, 2 }, x => x == 2) => true`),
			M("static T Find<T>(T[] array, Predicate<T> match)", "The first element that matches, or the default.", C2(func(c Call, a any, d *Delegate) (any, error) {
				i, err := c.find(view(a), d)
				if err != nil || i < 0 {
					return Zero(c.TypeArgs[0]), err
				}
				return view(a)[i], nil
			}), `Array.Find(new[] { "a", "bc" }, x => x.Length == 2) => "bc"`),
			M("static T[] FindAll<T>(T[] array, Predicate<T> match)", "The elements that match.", C2(func(c Call, a any, d *Delegate) (any, error) {
				if a == nil {
					return nil, NullArgument("array")
				}
				var out []any
				err := c.Each(a, func(item any) error {
					ok, err := d.Test(item)
					if ok {
						out = append(out, item)
					}
					return err
				})
				return NewArray(c.TypeArgs[0], out), err
			}), `Array.FindAll(new[] { 1, 2, 3 }, x => x > 1) => [2, 3]`),
			M("static TOutput[] ConvertAll<TInput, TOutput>(TInput[] array, Converter<TInput, TOutput> converter)", "An array of what becomes of the elements.",
				C2(func(c Call, a any, d *Delegate) (any, error) {
					if a == nil {
						return nil, NullArgument("array")
					}
					items, err := c.convertAll(a, d)
					if err != nil {
						return nil, err
					}
					return NewArray(c.TypeArgs[1], items), nil
				}), `Array.ConvertAll(new[] { "1", "2" }, int.Parse) => [1, 2]`),
			M("static bool TrueForAll<T>(T[] array, Predicate<T> match)", "Whether all elements match.", C2(func(c Call, a any, d *Delegate) (bool, error) {
				if a == nil {
					return false, NullArgument("array")
				}
				for _, item := range view(a) {
					if ok, err := d.Test(item); err != nil || !ok {
						return false, err
					}
				}
				return true, nil
			}), `Array.TrueForAll(new[] { 1, 2 }, x => x > 1) => false`),
			M("static int FindIndex<T>(T[] array, Predicate<T> match)", "The place of the first element that matches, or -1.",
				C2(func(c Call, a any, d *Delegate) (int, error) { return c.find(view(a), d) })),
			M("static void Reverse(Array array)", "Turns the order round.", F1(func(a any) Void { return reverseArray(a) })),
			M("static void Reverse<T>(T[] array)", "Turns the order round.", F1(func(a any) Void { return reverseArray(a) })),
			M("static void Sort<T>(T[] array)", "Sorts the elements.", C1(func(c Call, a any) (Void, error) {
				items := view(a)
				err := c.SortBy(items, compareItems)
				store(a, items)
				return Void{}, err
			})),
			M("static void Resize<T>(T[] array, int newSize)", "Not possible here: arrays are not passed by reference.", E2(func(any, int) (Void, error) {
				return Void{}, clr.ClassNotSupported.Throw("Array.Resize needs a reference to a variable, which expressions do not have.")
			})),
		},
	}
}

// NewArrayLike makes an array of the same type as another one.
func NewArrayLike(v any, items []any) any {
	if a, ok := v.(*Array); ok {
		return &Array{Elem: a.Elem, Data: items, Lengths: a.Lengths}
	}
	out := make([]byte, len(items))
	store(out, items)
	return out
}

func rankOf(v any) int {
	if a, ok := v.(*Array); ok && len(a.Lengths) > 1 {
		return len(a.Lengths)
	}
	return 1
}

func lengthOfDimension(v any, d int) (int, error) {
	a, ok := v.(*Array)
	switch {
	case ok && len(a.Lengths) > 1 && d >= 0 && d < len(a.Lengths):
		return a.Lengths[d], nil
	case d == 0:
		return lengthOf(v), nil
	}
	return 0, clr.IndexOutOfRangeError()
}

func reverseArray(v any) Void {
	items := view(v)
	slices.Reverse(items)
	store(v, items)
	return Void{}
}

func copyArray(from any, i int, to any, j, n int) error {
	switch {
	case from == nil:
		return NullArgument("sourceArray")
	case to == nil:
		return NullArgument("destinationArray")
	case n < 0:
		return clr.OutOfRangeError("length", "Non-negative number required.")
	case i < 0 || i+n > lengthOf(from):
		return clr.ArgumentError("Source array was not long enough. Check the source index, length, and the array's lower bounds.", "sourceArray")
	case j < 0 || j+n > lengthOf(to):
		return clr.ArgumentError("Destination array was not long enough. Check the destination index, length, and the array's lower bounds.", "destinationArray")
	}
	source, ok := from.([]byte)
	target, ok2 := to.([]byte)
	if ok && ok2 {
		copy(target[j:j+n], source[i:i+n])
		return nil
	}
	items := view(to)
	copy(items[j:j+n], view(from)[i:i+n])
	store(to, items)
	return nil
}
