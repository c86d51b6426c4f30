package library

import (
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
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

// elemOf is the element type of an array.
func elemOf(v any) *types.Type {
	if a, ok := v.(*Array); ok {
		return a.Elem
	}
	return types.ByteType
}

// givenArray is the view of an array that may not be null.
func givenArray(v any) ([]any, error) {
	if v == nil {
		return nil, NullArgument("array")
	}
	return view(v), nil
}

func arrayClass() *Class {
	c := &Class{Name: "System.Array", Doc: "The base of arrays.", Abstract: true, Bases: "IEnumerable"}
	for _, part := range [][]Member{arrayShape(), arrayCopying(), arraySearching(), arrayFinding(), arraySorting(), arrayChanging()} {
		c.Members = append(c.Members, part...)
	}
	return c
}

func arrayShape() []Member {
	is := func(b bool) Code { return F1(func(any) bool { return b }) }
	return []Member{
		M("int Length { get; }", "The number of elements.", F1(lengthOf), `new[] { 1, 2 }.Length => 2`),
		M("long LongLength { get; }", "The number of elements.", F1(func(v any) int64 { return int64(lengthOf(v)) })),
		M("int Rank { get; }", "The number of dimensions.", F1(rankOf), `new[] { 1 }.Rank => 1`),
		M("int GetLength(int dimension)", "The number of elements of a dimension.", E2(lengthOfDimension), `new[] { 1, 2 }.GetLength(0) => 2`),
		M("long GetLongLength(int dimension)", "The number of elements of a dimension.", E2(func(v any, d int) (int64, error) {
			n, err := lengthOfDimension(v, d)
			return int64(n), err
		})),
		M("int GetLowerBound(int dimension)", "Zero: where a dimension begins.", E2(func(v any, d int) (int, error) {
			_, err := lengthOfDimension(v, d)
			return 0, err
		}), `new[] { 1, 2 }.GetLowerBound(0) => 0`),
		M("int GetUpperBound(int dimension)", "Where a dimension ends.", E2(func(v any, d int) (int, error) {
			n, err := lengthOfDimension(v, d)
			return n - 1, err
		}), `new[] { 1, 2 }.GetUpperBound(0) => 1`),
		M("bool IsFixedSize { get; }", "True.", is(true)),
		M("bool IsReadOnly { get; }", "False.", is(false)),
		M("bool IsSynchronized { get; }", "False.", is(false)),
		M("object SyncRoot { get; }", "The array itself.", F1(func(v any) any { return v })),
		M("object GetValue(params int[] indices)", "An element.", E2(func(v any, at []any) (any, error) {
			i, err := placeIn(v, at)
			if err != nil {
				return nil, err
			}
			return view(v)[i], nil
		}), `new[] { "a", "b" }.GetValue(1) => "b"`, `new[] { "a" }.GetValue(1) => IndexOutOfRangeException: Index was outside the bounds of the array.`),
		M("void SetValue(object value, params int[] indices)", "Sets an element.", E3(func(v, value any, at []any) (Void, error) {
			i, err := placeIn(v, at)
			if err != nil {
				return Void{}, err
			}
			return Void{}, putElement(v, i, value)
		})),
		M("object Clone()", "A copy of the array.", C1(func(c Call, v any) (any, error) {
			return NewArrayLike(v, slices.Clone(view(v))), c.Budget().Take(16 * int64(lengthOf(v)))
		})),
		M("static T[] Empty<T>()", "An array without elements.", C0(func(c Call) (any, error) { return NewArray(c.TypeArgs[0], []any{}), nil }),
			`Array.Empty<string>().Length => 0`),
	}
}

// placeIn is where the element with these indices is.
func placeIn(v any, at []any) (int, error) {
	if len(at) != rankOf(v) {
		return 0, clr.ArgumentError("Array was not a "+itoa(len(at))+"-dimensional array.", "")
	}
	place := 0
	for d, index := range at {
		n, err := lengthOfDimension(v, d)
		if i := int(index.(int32)); err == nil && i >= 0 && i < n {
			place = place*n + i
			continue
		}
		return 0, clr.IndexOutOfRangeError()
	}
	return place, nil
}

func itoa(n int) string { return clr.ToString(int32(n)) }

// putElement sets an element to a boxed value of any type.
func putElement(v any, i int, value any) error {
	elem := elemOf(v)
	switch {
	case value == nil && elem.IsValue():
		value = Zero(elem)
	case value != nil && !Is(value, elem) && elem.Kind != types.Object:
		return clr.ClassInvalidCast.Throw("Object cannot be stored in an array of this type.")
	}
	if b, ok := v.([]byte); ok {
		b[i] = value.(byte)
		return nil
	}
	v.(*Array).Data[i] = value
	return nil
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

func arrayCopying() []Member {
	ranged := Boxed(func(_ Call, a []any) (any, error) {
		return nil, copyArray(a[0], whole(a[1]), a[2], whole(a[3]), whole(a[4]))
	})
	begin := Boxed(func(_ Call, a []any) (any, error) { return nil, copyArray(a[0], 0, a[1], 0, whole(a[2])) })
	return []Member{
		M("static void Copy(Array sourceArray, Array destinationArray, int length)", "Copies elements from the beginning.", begin),
		M("static void Copy(Array sourceArray, Array destinationArray, long length)", "Copies elements from the beginning.", begin),
		M("static void Copy(Array sourceArray, int sourceIndex, Array destinationArray, int destinationIndex, int length)", "Copies elements.", ranged),
		M("static void Copy(Array sourceArray, long sourceIndex, Array destinationArray, long destinationIndex, long length)", "Copies elements.", ranged),
		M("static void ConstrainedCopy(Array sourceArray, int sourceIndex, Array destinationArray, int destinationIndex, int length)", "Copies all elements, or none.", ranged),
		M("void CopyTo(Array array, int index)", "Copies all elements.",
			E3(func(from, to any, i int) (Void, error) { return Void{}, copyArray(from, 0, to, i, lengthOf(from)) })),
	}
}

// whole is an int or a long as a Go number.
func whole(v any) int {
	if n, ok := v.(int64); ok {
		return int(n)
	}
	return int(v.(int32))
}

func copyArray(from any, i int, to any, j, n int) error {
	switch {
	case from == nil:
		return NullArgument("sourceArray")
	case to == nil:
		return NullArgument("destinationArray")
	case n < 0:
		return clr.OutOfRangeError("length", "Non-negative number required.")
	case i < 0:
		return clr.OutOfRangeError("sourceIndex", "Non-negative number required.")
	case j < 0:
		return clr.OutOfRangeError("destinationIndex", "Non-negative number required.")
	case n > lengthOf(from)-i:
		return clr.ArgumentError("Source array was not long enough. Check the source index, length, and the array's lower bounds.", "sourceArray")
	case n > lengthOf(to)-j:
		return clr.ArgumentError("Destination array was not long enough. Check the destination index, length, and the array's lower bounds.", "destinationArray")
	}
	source, ok := from.([]byte)
	target, ok2 := to.([]byte)
	if ok && ok2 {
		copy(target[j:j+n], source[i:i+n])
		return nil
	}
	return copyElements(from, view(from)[i:i+n], to, j)
}

// copyElements copies items of one array into another, whose element type may be another
// one.
func copyElements(from any, items []any, to any, j int) error {
	a, b := elemOf(from), elemOf(to)
	if types.Identical(a, b) || b.Kind == types.Object || b.IsReference() && types.IsSubtype(a, b) {
		all := view(to)
		copy(all[j:], items)
		store(to, all)
		return nil
	}
	if a.IsValue() || b.IsValue() && a.Kind != types.Object {
		return clr.ClassArrayTypeMismatch.Throw("Source array type cannot be assigned to destination array type.")
	}
	for k, item := range items {
		if item != nil && !Is(item, b) || item == nil && b.IsValue() {
			return clr.ClassInvalidCast.Throw("At least one element in the source array could not be cast down to the destination array type.")
		}
		if err := putElement(to, j+k, item); err != nil {
			return err
		}
	}
	return nil
}

// checkRange checks a range of an array or list from its start on.
func checkRange(length, start, count int) error {
	switch {
	case start < 0 || start > length:
		return clr.OutOfRangeError("startIndex", "Index was out of range. Must be non-negative and less than or equal to the size of the collection.")
	case count < 0 || count > length-start:
		return clr.OutOfRangeError("count", "Count must be positive and count must refer to a location within the string/array/collection.")
	}
	return nil
}

// checkRangeBack checks a range that ends at start.
func checkRangeBack(length, start, count int) error {
	switch {
	case length == 0 && (start == 0 || start == -1) && count == 0:
		return nil
	case start < 0 || start >= length:
		return clr.OutOfRangeError("startIndex", "Index was out of range. Must be non-negative and less than or equal to the size of the collection.")
	case count < 0 || start-count+1 < 0:
		return clr.OutOfRangeError("count", "Count must be positive and count must refer to a location within the string/array/collection.")
	}
	return nil
}

// indexWithin is where a value is among count items from start on; -1 for nowhere.
func indexWithin(items []any, v any, start, count int) (int, error) {
	if err := checkRange(len(items), start, count); err != nil {
		return -1, err
	}
	if i := indexOf(items[start:start+count], v); i >= 0 {
		return start + i, nil
	}
	return -1, nil
}

// lastIndexWithin is where a value last is among the count items that end at start.
func lastIndexWithin(items []any, v any, start, count int) (int, error) {
	if err := checkRangeBack(len(items), start, count); err != nil {
		return -1, err
	}
	for i := start; i > start-count; i-- {
		if clr.Equals(items[i], v) {
			return i, nil
		}
	}
	return -1, nil
}

// ranged is the code of a search that takes a collection, a value, and perhaps where to
// begin and how many items to look at. Without them all are looked at.
func ranged(search func(items []any, v any, start, count int) (int, error), given func(any) ([]any, error), back bool) Code {
	return Boxed(func(_ Call, args []any) (any, error) {
		items, err := given(args[0])
		if err != nil {
			return nil, err
		}
		start, count := bounds(len(items), args[2:], back)
		i, err := search(items, args[1], start, count)
		return int32(i), err
	})
}

// bounds are the start and the count that a search is given, or those that stand for all.
func bounds(length int, given []any, back bool) (start, count int) {
	if start = 0; back {
		start = length - 1
	}
	if len(given) > 0 {
		start = whole(given[0])
	}
	switch {
	case len(given) > 1:
		return start, whole(given[1])
	case back:
		return start, start + 1
	}
	return start, length - start
}

func arraySearching() []Member {
	var out []Member
	for _, of := range []struct{ generic, array, value string }{{"<T>", "T[]", "T"}, {"", "Array", "object"}} {
		for _, more := range []string{"", ", int startIndex", ", int startIndex, int count"} {
			params := of.generic + "(" + of.array + " array, " + of.value + " value" + more + ")"
			out = append(out,
				M("static int IndexOf"+params, "The place of the first equal element, or -1.", ranged(indexWithin, givenArray, false), `Array.IndexOf(new[] { "a", "b" }, "b") => 1`),
				M("static int LastIndexOf"+params, "The place of the last equal element, or -1.", ranged(lastIndexWithin, givenArray, true), `Array.LastIndexOf(new[] { 1, 2, 1 }, 1) => 2`))
		}
	}
	search := Boxed(func(_ Call, a []any) (any, error) {
		items, err := givenArray(a[0])
		if err != nil {
			return nil, err
		}
		return binarySearch(items, 0, a[1], nil)
	})
	within := func(comparer bool) Code {
		return Boxed(func(_ Call, a []any) (any, error) {
			items, err := givenArray(a[0])
			if err == nil {
				err = checkPart(len(items), whole(a[1]), whole(a[2]))
			}
			if err != nil {
				return nil, err
			}
			var by any
			if comparer {
				by = a[4]
			}
			start := whole(a[1])
			return binarySearch(items[start:start+whole(a[2])], start, a[3], by)
		})
	}
	by := Boxed(func(_ Call, a []any) (any, error) {
		items, err := givenArray(a[0])
		if err != nil {
			return nil, err
		}
		return binarySearch(items, 0, a[1], a[2])
	})
	const doc = "The place of an equal element in a sorted array, or the complement of where it would be."
	return append(out,
		M("static int BinarySearch(Array array, object value)", doc, search),
		M("static int BinarySearch(Array array, int index, int length, object value)", doc, within(false)),
		M("static int BinarySearch<T>(T[] array, T value)", doc, search, `Array.BinarySearch(new[] { 1, 3, 5 }, 3) => 1`, `Array.BinarySearch(new[] { 1, 3, 5 }, 4) => -3`),
		M("static int BinarySearch<T>(T[] array, T value, IComparer<T> comparer)", doc, by),
		M("static int BinarySearch<T>(T[] array, int index, int length, T value)", doc, within(false)),
		M("static int BinarySearch<T>(T[] array, int index, int length, T value, IComparer<T> comparer)", doc, within(true)))
}

// binarySearch looks for a value in sorted items, of which the first is at start.
func binarySearch(items []any, start int, v, comparer any) (any, error) {
	low, high := 0, len(items)-1
	for low <= high {
		middle := low + (high-low)/2
		order, err := compareBy(comparer, items[middle], v)
		switch {
		case err != nil:
			return nil, notComparable(err)
		case order == 0:
			return int32(start + middle), nil
		case order < 0:
			low = middle + 1
		default:
			high = middle - 1
		}
	}
	return int32(^(start + low)), nil
}

// notComparable is what sorting and searching make of an exception of the comparison.
func notComparable(err error) error {
	inner := clr.AsException(err)
	if inner == nil || inner.Class == clr.ClassInvalidOperation {
		return err
	}
	e := clr.InvalidOperationError("Failed to compare two elements in the array.")
	e.Inner = inner
	return e
}

// checkPart checks a part of an array or list that is sorted, searched or copied.
func checkPart(length, start, count int) error {
	switch {
	case start < 0:
		return clr.OutOfRangeError("index", "Non-negative number required.")
	case count < 0:
		return clr.OutOfRangeError("length", "Non-negative number required.")
	case count > length-start:
		return clr.ArgumentError("Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.", "")
	}
	return nil
}

// finding is the code of a search with a predicate, which may come after where to begin
// and how many items to look at.
func finding(given func(any) ([]any, error), back bool) Code {
	return Boxed(func(c Call, args []any) (any, error) {
		items, err := given(args[0])
		if err != nil {
			return nil, err
		}
		last := len(args) - 1
		match, ok := args[last].(*Delegate)
		if !ok {
			return nil, NullArgument("match")
		}
		start, count := bounds(len(items), args[1:last], back)
		i, err := c.findWithin(items, match, start, count, back)
		return int32(i), err
	})
}

func (r *Run) findWithin(items []any, match *Delegate, start, count int, back bool) (int, error) {
	check, step := checkRange, 1
	if back {
		check, step = checkRangeBack, -1
	}
	if err := check(len(items), start, count); err != nil {
		return -1, err
	}
	for i := start; count > 0; i, count = i+step, count-1 {
		if err := r.Step(); err != nil {
			return -1, err
		}
		if ok, err := match.Test(items[i]); err != nil || ok {
			return i, err
		}
	}
	return -1, nil
}

func arrayFinding() []Member {
	var out []Member
	for _, more := range []string{"", "int startIndex, ", "int startIndex, int count, "} {
		params := "<T>(T[] array, " + more + "Predicate<T> match)"
		out = append(out,
			M("static int FindIndex"+params, "The place of the first element that matches, or -1.", finding(givenArray, false), `Array.FindIndex(new[] { 1, 2 }, x => x > 1) => 1`),
			M("static int FindLastIndex"+params, "The place of the last element that matches, or -1.", finding(givenArray, true), `Array.FindLastIndex(new[] { 1, 2, 1 }, x => x < 2) => 2`))
	}
	find := func(back bool) Code {
		return C2(func(c Call, a any, match *Delegate) (any, error) {
			items, err := givenArray(a)
			if err != nil {
				return nil, err
			}
			start, count := bounds(len(items), nil, back)
			i, err := c.findWithin(items, match, start, count, back)
			if err != nil || i < 0 {
				return Zero(c.TypeArgs[0]), err
			}
			return items[i], nil
		})
	}
	return append(out,
		M("static bool Exists<T>(T[] array, Predicate<T> match)", "Whether an element matches.", C2(func(c Call, a any, d *Delegate) (bool, error) {
			items, err := givenArray(a)
			if err != nil {
				return false, err
			}
			i, err := c.find(items, d)
			return i >= 0, err
		}), `Array.Exists(new[] { 1, 2 }, x => x == 2) => true`),
		M("static T Find<T>(T[] array, Predicate<T> match)", "The first element that matches, or the default.", find(false), `Array.Find(new[] { "a", "bc" }, x => x.Length == 2) => "bc"`),
		M("static T FindLast<T>(T[] array, Predicate<T> match)", "The last element that matches, or the default.", find(true), `Array.FindLast(new[] { 1, 2, 3 }, x => x < 3) => 2`),
		M("static T[] FindAll<T>(T[] array, Predicate<T> match)", "The elements that match.", C2(func(c Call, a any, d *Delegate) (any, error) {
			if a == nil {
				return nil, NullArgument("array")
			}
			items, err := c.matching(a, d)
			if err != nil {
				return nil, err
			}
			return NewArray(c.TypeArgs[0], items), nil
		}), `Array.FindAll(new[] { 1, 2, 3 }, x => x > 1) => [2, 3]`),
		M("static bool TrueForAll<T>(T[] array, Predicate<T> match)", "Whether all elements match.", C2(func(c Call, a any, d *Delegate) (bool, error) {
			if a == nil {
				return false, NullArgument("array")
			}
			return c.allMatch(a, d)
		}), `Array.TrueForAll(new[] { 1, 2 }, x => x > 1) => false`),
		M("static void ForEach<T>(T[] array, Action<T> action)", "Calls an action with each element.", C2(func(c Call, a any, d *Delegate) (Void, error) {
			if a == nil {
				return Void{}, NullArgument("array")
			}
			return Void{}, c.callEach(a, d)
		})),
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
			}), `Array.ConvertAll(new[] { "1", "2" }, int.Parse) => [1, 2]`))
}

// matching are the items that match.
func (r *Run) matching(v any, d *Delegate) ([]any, error) {
	var out []any
	err := r.Each(v, func(item any) error {
		ok, err := d.Test(item)
		if err != nil || !ok {
			return err
		}
		out = append(out, item)
		return r.budget.Take(16)
	})
	return out, err
}

func (r *Run) allMatch(v any, d *Delegate) (bool, error) {
	all := true
	err := r.Each(v, func(item any) error {
		ok, err := d.Test(item)
		if err == nil && !ok {
			all, err = false, ErrStop
		}
		return err
	})
	return all && err == nil, err
}

func (r *Run) callEach(v any, d *Delegate) error {
	return r.Each(v, func(item any) error {
		_, err := d.Call(item)
		return err
	})
}

// sortPart sorts a part of an array, and another array along with it, if there is one.
func sortPart(c Call, array, along any, start, count int, compare func(a, b any) (int, error)) error {
	keys, err := givenArray(array)
	if err == nil {
		err = checkPart(len(keys), start, count)
	}
	if err != nil {
		return err
	}
	if along == nil {
		err = c.SortBy(keys[start:start+count], compare)
		store(array, keys)
		return notComparable(err)
	}
	items := view(along)
	if len(items)-start < count {
		return clr.ArgumentError("Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.", "")
	}
	err = c.sortPairs(keys[start:start+count], items[start:start+count], compare)
	store(array, keys)
	store(along, items)
	return notComparable(err)
}

func (r *Run) sortPairs(keys, items []any, compare func(a, b any) (int, error)) error {
	pairs := make([]any, len(keys))
	for i := range keys {
		pairs[i] = [2]any{keys[i], items[i]}
	}
	if err := r.budget.Take(48 * int64(len(keys))); err != nil {
		return err
	}
	err := r.SortBy(pairs, func(a, b any) (int, error) { return compare(a.([2]any)[0], b.([2]any)[0]) })
	for i, p := range pairs {
		keys[i], items[i] = p.([2]any)[0], p.([2]any)[1]
	}
	return err
}

// orderBy is a comparison by a comparer, which may be null.
func orderBy(comparer any) func(a, b any) (int, error) {
	return func(a, b any) (int, error) { return compareBy(comparer, a, b) }
}

func arraySorting() []Member {
	type shape struct {
		params           string
		along, start, by int
	}
	var out []Member
	for _, s := range []shape{
		{params: "<T>(T[] array)"},
		{params: "<T>(T[] array, int index, int length)", start: 1},
		{params: "<T>(T[] array, IComparer<T> comparer)", by: 1},
		{params: "<T>(T[] array, int index, int length, IComparer<T> comparer)", start: 1, by: 3},
		{params: "<TKey, TValue>(TKey[] keys, TValue[] items)", along: 1},
		{params: "<TKey, TValue>(TKey[] keys, TValue[] items, int index, int length)", along: 1, start: 2},
		{params: "<TKey, TValue>(TKey[] keys, TValue[] items, IComparer<TKey> comparer)", along: 1, by: 2},
		{params: "<TKey, TValue>(TKey[] keys, TValue[] items, int index, int length, IComparer<TKey> comparer)", along: 1, start: 2, by: 4},
		{params: "(Array array)"},
		{params: "(Array array, int index, int length)", start: 1},
		{params: "(Array keys, Array items)", along: 1},
		{params: "(Array keys, Array items, int index, int length)", along: 1, start: 2},
	} {
		out = append(out, M("static void Sort"+s.params, "Sorts the elements; of keys and items, the items along with the keys.", Boxed(func(c Call, args []any) (any, error) {
			var along, by any
			start, count := 0, lengthOf(args[0])
			if s.along > 0 {
				along = args[s.along]
			}
			if s.start > 0 {
				start, count = whole(args[s.start]), whole(args[s.start+1])
			}
			if s.by > 0 {
				by = args[s.by]
			}
			return nil, sortPart(c, args[0], along, start, count, orderBy(by))
		})))
	}
	return append(out,
		M("static void Sort<T>(T[] array, Comparison<T> comparison)", "Sorts the elements with a comparison.", C2(func(c Call, a any, d *Delegate) (Void, error) {
			if d == nil {
				return Void{}, NullArgument("comparison")
			}
			return Void{}, sortPart(c, a, nil, 0, lengthOf(a), d.compare)
		})))
}

func reversePart(v any, start, count int) (Void, error) {
	items, err := givenArray(v)
	if err == nil {
		err = checkPart(len(items), start, count)
	}
	if err != nil {
		return Void{}, err
	}
	slices.Reverse(items[start : start+count])
	store(v, items)
	return Void{}, nil
}

// fill sets a part of an array to one value.
func fill(v any, start, count int, value any) (Void, error) {
	items, err := givenArray(v)
	if err != nil {
		return Void{}, err
	}
	if err := checkRange(len(items), start, count); err != nil {
		return Void{}, err
	}
	for i := start; i < start+count; i++ {
		items[i] = value
	}
	store(v, items)
	return Void{}, nil
}

func clearPart(v any, start, count int) (Void, error) {
	if v == nil {
		return Void{}, NullArgument("array")
	}
	if start < 0 || count < 0 || count > lengthOf(v)-start {
		return Void{}, clr.IndexOutOfRangeError()
	}
	return fill(v, start, count, Zero(elemOf(v)))
}

func arrayChanging() []Member {
	reverse := E1(func(v any) (Void, error) { return reversePart(v, 0, lengthOf(v)) })
	return []Member{
		M("static void Reverse(Array array)", "Turns the order round.", reverse),
		M("static void Reverse<T>(T[] array)", "Turns the order round.", reverse),
		M("static void Reverse(Array array, int index, int length)", "Turns the order of a part round.", E3(reversePart)),
		M("static void Reverse<T>(T[] array, int index, int length)", "Turns the order of a part round.", E3(reversePart)),
		M("static void Clear(Array array)", "Sets all elements to the default of their type.", E1(func(v any) (Void, error) { return clearPart(v, 0, lengthOf(v)) })),
		M("static void Clear(Array array, int index, int length)", "Sets elements to the default of their type.", E3(clearPart)),
		M("static void Fill<T>(T[] array, T value)", "Sets all elements to one value.", E2(func(v, value any) (Void, error) { return fill(v, 0, lengthOf(v), value) })),
		M("static void Fill<T>(T[] array, T value, int startIndex, int count)", "Sets elements to one value.",
			E4(func(v, value any, start, count int) (Void, error) { return fill(v, start, count, value) })),
		M("static void Resize<T>(ref T[] array, int newSize)", "Makes the variable an array of another size, with the elements of the one before.", Boxed(resizeArray)),
		M("void Initialize()", "Does nothing here.", F1(func(any) Void { return Void{} })),
	}
}

func resizeArray(c Call, args []any) (any, error) {
	variable, size := args[0].(*any), whole(args[1])
	if size < 0 {
		return nil, clr.OutOfRangeError("newSize", "Non-negative number required.")
	}
	if err := c.Budget().Take(16 * int64(size)); err != nil {
		return nil, err
	}
	items := make([]any, size)
	n := copy(items, view(*variable))
	for i := n; i < size; i++ {
		items[i] = Zero(c.TypeArgs[0])
	}
	if *variable == nil || lengthOf(*variable) != size {
		*variable = NewArray(c.TypeArgs[0], items)
	}
	return nil, nil
}
