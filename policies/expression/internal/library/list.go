package library

import (
	"iter"
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A List is a List<T>.
type List struct {
	Elem *types.Type
	Data []any
	// changes counts what changed it: an enumeration does not go on after a change.
	changes int
}

// ListType is List<elem>.
func ListType(elem *types.Type) *types.Type {
	return Load().Def("System.Collections.Generic.List", 1).Of(elem)
}

// RuntimeType of the list.
func (l *List) RuntimeType() *types.Type { return ListType(l.Elem) }

// TypeName is the name of the list's type.
func (l *List) TypeName() string { return l.RuntimeType().CLRName() }

// ToString is the type's name.
func (l *List) ToString() string { return l.TypeName() }

// Items goes through the elements.
func (l *List) Items() iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		began := l.changes
		for i := 0; i < len(l.Data); i++ {
			if !yield(l.Data[i], nil) {
				return
			}
			if l.changes != began {
				yield(nil, changedError())
				return
			}
		}
	}
}

// changedError is what going on with an enumeration throws when the collection was
// changed.
func changedError() error {
	return clr.InvalidOperationError("Collection was modified; enumeration operation may not execute.")
}

func (l *List) at(i int) error {
	if i < 0 || i >= len(l.Data) {
		return clr.IndexError()
	}
	return nil
}

func (l *List) add(c Call, items ...any) error { return l.insert(c, len(l.Data), items...) }

func (l *List) insert(c Call, i int, items ...any) error {
	if i < 0 || i > len(l.Data) {
		return clr.OutOfRangeError("index", "Index must be within the bounds of the List.")
	}
	if err := c.Budget().Take(16 * int64(len(items))); err != nil {
		return err
	}
	l.Data = slices.Insert(l.Data, i, items...)
	l.changes++
	return nil
}

func (l *List) removeAt(i, n int) error {
	if err := checkPart(len(l.Data), i, n); err != nil {
		return err
	}
	l.Data = slices.Delete(l.Data, i, i+n)
	l.changes++
	return nil
}

func (l *List) set(i int, v any) error {
	if err := l.at(i); err != nil {
		return err
	}
	l.Data[i] = v
	l.changes++
	return nil
}

// Clear removes all elements.
func (l *List) Clear() { l.Data, l.changes = nil, l.changes+1 }

func listClass() *Class {
	c := &Class{Name: "System.Collections.Generic.List<T>", Doc: "A list that grows.", Bases: "IList<T>; IReadOnlyList<T>"}
	for _, part := range [][]Member{listMaking(), listElements(), listSearching(), listFinding(), listOrdering()} {
		c.Members = append(c.Members, part...)
	}
	return c
}

// givenList are the elements of a list.
func givenList(v any) ([]any, error) { return v.(*List).Data, nil }

func listMaking() []Member {
	return []Member{
		M("ReadOnlyCollection<T> AsReadOnly()", "A view of the list that cannot be changed.", F1(func(l *List) *ReadOnly { return &ReadOnly{l} }),
			`new List<int> { 1, 2 }.AsReadOnly().Count => 2`),
		M("List()", "An empty list.", C0(func(c Call) (*List, error) { return &List{Elem: c.Type.Args[0]}, nil }),
			`new List<int>().Count => 0`, `string.Join(",", new List<string> { "a", "b" }) => "a,b"`),
		M("List(int capacity)", "An empty list.", C1(func(c Call, capacity int) (*List, error) {
			if capacity < 0 {
				return nil, clr.OutOfRangeError("capacity", "Non-negative number required.")
			}
			return &List{Elem: c.Type.Args[0]}, nil
		})),
		M("List(IEnumerable<T> collection)", "A list of the items of a sequence.",
			C1(func(c Call, v any) (*List, error) {
				if v == nil {
					return nil, NullArgument("collection")
				}
				items, err := c.Collect(v)
				return &List{Elem: c.Type.Args[0], Data: items}, err
			}), `new List<string>(new[] { "a" }).Count => 1`),
		M("int Count { get; }", "The number of elements.", F1(func(l *List) int { return len(l.Data) })),
		M("int Capacity { get; set; }", "The number of elements there is room for.", F1(func(l *List) int { return cap(l.Data) })).Set(
			C2(func(c Call, l *List, n int) (Void, error) {
				if n < len(l.Data) {
					return Void{}, clr.OutOfRangeError("value", "capacity was less than the current size.")
				}
				return Void{}, c.Budget().Take(16 * int64(n))
			})),
		M("T[] ToArray()", "The elements as an array.", C1(func(c Call, l *List) (any, error) {
			return NewArray(l.Elem, slices.Clone(l.Data)), c.Budget().Take(16 * int64(len(l.Data)))
		})),
		M("List<T> GetRange(int index, int count)", "Some of the elements.", C3(func(c Call, l *List, i, n int) (*List, error) {
			if err := checkPart(len(l.Data), i, n); err != nil {
				return nil, err
			}
			return &List{Elem: l.Elem, Data: slices.Clone(l.Data[i : i+n])}, c.Budget().Take(16 * int64(n))
		}), `new List<int> { 1, 2, 3 }.GetRange(1, 2) => [2, 3]`),
		M("List<TOutput> ConvertAll<TOutput>(Converter<T, TOutput> converter)", "A list of what becomes of the elements.",
			C2(func(c Call, l *List, d *Delegate) (*List, error) {
				items, err := c.convertAll(l, d)
				return &List{Elem: c.TypeArgs[0], Data: items}, err
			}), `new List<int> { 1 }.ConvertAll(x => "n" + x) => ["n1"]`),
		M("void CopyTo(T[] array)", "Copies all elements to the beginning of an array.",
			E2(func(l *List, to any) (Void, error) { return Void{}, l.copyTo(0, to, 0, len(l.Data)) })),
		M("void CopyTo(T[] array, int arrayIndex)", "Copies all elements into an array.",
			E3(func(l *List, to any, j int) (Void, error) { return Void{}, l.copyTo(0, to, j, len(l.Data)) })),
		M("void CopyTo(int index, T[] array, int arrayIndex, int count)", "Copies elements into an array.", Boxed(func(_ Call, args []any) (any, error) {
			return nil, args[0].(*List).copyTo(whole(args[1]), args[2], whole(args[3]), whole(args[4]))
		})),
	}
}

func (l *List) copyTo(i int, to any, j, n int) error {
	return copyArray(&Array{Elem: l.Elem, Data: l.Data}, i, to, j, n)
}

func listElements() []Member {
	return []Member{
		M("T this[int index] { get; set; }", "The element at a place.", C2(func(_ Call, l *List, i int) (any, error) {
			if err := l.at(i); err != nil {
				return nil, err
			}
			return l.Data[i], nil
		}), `new List<int> { 1, 2 }[1] => 2`,
			`new List<int>()[0] => ArgumentOutOfRangeException: Index was out of range. Must be non-negative and less than the size of the collection. (Parameter 'index')`).
			Set(E3(func(l *List, i int, v any) (Void, error) { return Void{}, l.set(i, v) })),
		M("void Add(T item)", "Adds an element at the end.", C2(func(c Call, l *List, v any) (Void, error) { return Void{}, l.add(c, v) })),
		M("void AddRange(IEnumerable<T> collection)", "Adds the items of a sequence at the end.",
			C2(func(c Call, l *List, v any) (Void, error) { return Void{}, l.insertAll(c, len(l.Data), v) })),
		M("void Clear()", "Removes all elements.", F1(func(l *List) Void { l.Clear(); return Void{} })),
		M("void Insert(int index, T item)", "Inserts an element at a place.", C3(func(c Call, l *List, i int, v any) (Void, error) {
			return Void{}, l.insert(c, i, v)
		})),
		M("void InsertRange(int index, IEnumerable<T> collection)", "Inserts the items of a sequence at a place.",
			C3(func(c Call, l *List, i int, v any) (Void, error) { return Void{}, l.insertAll(c, i, v) })),
		M("bool Remove(T item)", "Removes the first equal element.", E2(func(l *List, v any) (bool, error) {
			i := indexOf(l.Data, v)
			if i < 0 {
				return false, nil
			}
			return true, l.removeAt(i, 1)
		})),
		M("void RemoveAt(int index)", "Removes the element at a place.", E2(func(l *List, i int) (Void, error) {
			if err := l.at(i); err != nil {
				return Void{}, err
			}
			return Void{}, l.removeAt(i, 1)
		})),
		M("void RemoveRange(int index, int count)", "Removes some of the elements.", E3(func(l *List, i, n int) (Void, error) { return Void{}, l.removeAt(i, n) })),
		M("int RemoveAll(Predicate<T> match)", "Removes the elements that match, and tells how many.", C2(removeAll)),
		M("void TrimExcess()", "Does nothing here.", F1(func(*List) Void { return Void{} })),
	}
}

func (l *List) insertAll(c Call, i int, v any) error {
	if v == nil {
		return NullArgument("collection")
	}
	items, err := c.Collect(v)
	if err != nil {
		return err
	}
	return l.insert(c, i, items...)
}

func listSearching() []Member {
	const doc = "The place of an equal element in a sorted list, or the complement of where it would be."
	out := []Member{
		M("bool Contains(T item)", "Whether an element is equal to the item.", F2(func(l *List, v any) bool { return indexOf(l.Data, v) >= 0 }),
			`new List<string> { "a" }.Contains("a") => true`),
		M("int BinarySearch(T item)", doc, E2(func(l *List, v any) (any, error) { return binarySearch(l.Data, 0, v, nil) }), `new List<int> { 1, 3 }.BinarySearch(3) => 1`),
		M("int BinarySearch(T item, IComparer<T> comparer)", doc, E3(func(l *List, v, comparer any) (any, error) { return binarySearch(l.Data, 0, v, comparer) })),
		M("int BinarySearch(int index, int count, T item, IComparer<T> comparer)", doc, Boxed(func(_ Call, a []any) (any, error) {
			l, start, n := a[0].(*List), whole(a[1]), whole(a[2])
			if err := checkPart(len(l.Data), start, n); err != nil {
				return nil, err
			}
			return binarySearch(l.Data[start:start+n], start, a[3], a[4])
		})),
	}
	for _, more := range []string{"", ", int index", ", int index, int count"} {
		out = append(out,
			M("int IndexOf(T item"+more+")", "The place of the first equal element, or -1.", ranged(indexWithin, givenList, false), `new List<string> { "a", "b" }.IndexOf("b") => 1`),
			M("int LastIndexOf(T item"+more+")", "The place of the last equal element, or -1.", Boxed(lastIndexInList), `new List<int> { 1, 2, 1 }.LastIndexOf(1) => 2`))
	}
	return out
}

// lastIndexInList is LastIndexOf: of an empty list, any start with a count is right.
func lastIndexInList(_ Call, args []any) (any, error) {
	items := args[0].(*List).Data
	if len(items) == 0 && (len(args) != 3 || whole(args[2]) < 0) {
		return int32(-1), nil
	}
	start, count := bounds(len(items), args[2:], true)
	i, err := lastIndexWithin(items, args[1], start, count)
	return int32(i), err
}

func listFinding() []Member {
	find := func(back bool) Code {
		return C2(func(c Call, l *List, match *Delegate) (any, error) {
			start, count := bounds(len(l.Data), nil, back)
			i, err := c.findWithin(l.Data, match, start, count, back)
			if err != nil || i < 0 {
				return Zero(l.Elem), err
			}
			return l.Data[i], nil
		})
	}
	out := []Member{
		M("T Find(Predicate<T> match)", "The first element that matches, or the default.", find(false), `new List<int> { 1, 5 }.Find(x => x > 2) => 5`),
		M("T FindLast(Predicate<T> match)", "The last element that matches, or the default.", find(true), `new List<int> { 1, 5, 7 }.FindLast(x => x < 6) => 5`),
		M("List<T> FindAll(Predicate<T> match)", "The elements that match.", C2(func(c Call, l *List, d *Delegate) (*List, error) {
			items, err := c.matching(l, d)
			return &List{Elem: l.Elem, Data: items}, err
		})),
		M("bool Exists(Predicate<T> match)", "Whether an element matches.", C2(func(c Call, l *List, d *Delegate) (bool, error) {
			i, err := c.find(l.Data, d)
			return i >= 0, err
		})),
		M("bool TrueForAll(Predicate<T> match)", "Whether all elements match.", C2(func(c Call, l *List, d *Delegate) (bool, error) { return c.allMatch(l, d) })),
		M("void ForEach(Action<T> action)", "Calls an action with each element.", C2(func(c Call, l *List, d *Delegate) (Void, error) { return Void{}, c.callEach(l, d) })),
	}
	for _, more := range []string{"", "int startIndex, ", "int startIndex, int count, "} {
		out = append(out,
			M("int FindIndex("+more+"Predicate<T> match)", "The place of the first element that matches, or -1.", finding(givenList, false), `new List<int> { 1, 2 }.FindIndex(x => x > 1) => 1`),
			M("int FindLastIndex("+more+"Predicate<T> match)", "The place of the last element that matches, or -1.", finding(givenList, true), `new List<int> { 1, 2, 1 }.FindLastIndex(x => x == 1) => 2`))
	}
	return out
}

func listOrdering() []Member {
	reverse := func(l *List, start, n int) (Void, error) {
		if err := checkPart(len(l.Data), start, n); err != nil {
			return Void{}, err
		}
		slices.Reverse(l.Data[start : start+n])
		l.changes++
		return Void{}, nil
	}
	sort := func(c Call, l *List, start, n int, compare func(a, b any) (int, error)) (Void, error) {
		if err := checkPart(len(l.Data), start, n); err != nil {
			return Void{}, err
		}
		l.changes++
		return Void{}, notComparable(c.SortBy(l.Data[start:start+n], compare))
	}
	return []Member{
		M("void Reverse()", "Turns the order round.", E1(func(l *List) (Void, error) { return reverse(l, 0, len(l.Data)) })),
		M("void Reverse(int index, int count)", "Turns the order of a part round.", E3(reverse)),
		M("void Sort()", "Sorts the elements.", C1(func(c Call, l *List) (Void, error) { return sort(c, l, 0, len(l.Data), compareItems) })),
		M("void Sort(Comparison<T> comparison)", "Sorts the elements with a comparison.", C2(func(c Call, l *List, d *Delegate) (Void, error) {
			if d == nil {
				return Void{}, NullArgument("comparison")
			}
			return sort(c, l, 0, len(l.Data), d.compare)
		})),
		M("void Sort(IComparer<T> comparer)", "Sorts the elements with a comparer.",
			C2(func(c Call, l *List, comparer any) (Void, error) {
				return sort(c, l, 0, len(l.Data), orderBy(comparer))
			})),
		M("void Sort(int index, int count, IComparer<T> comparer)", "Sorts a part with a comparer.",
			C4(func(c Call, l *List, start, n int, comparer any) (Void, error) {
				return sort(c, l, start, n, orderBy(comparer))
			})),
	}
}

// convertAll is what a converter makes of the items.
func (r *Run) convertAll(v any, d *Delegate) ([]any, error) {
	var out []any
	err := r.Each(v, func(item any) error {
		made, err := d.Call(item)
		if err != nil {
			return err
		}
		out = append(out, made)
		return r.Budget().Take(16)
	})
	return out, err
}

func removeAll(_ Call, l *List, d *Delegate) (int, error) {
	var kept []any
	for _, v := range l.Data {
		ok, err := d.Test(v)
		if err != nil {
			return 0, err
		}
		if !ok {
			kept = append(kept, v)
		}
	}
	n := len(l.Data) - len(kept)
	if n > 0 {
		l.Data, l.changes = kept, l.changes+1
	}
	return n, nil
}

func indexOf(items []any, v any) int {
	for i, item := range items {
		if clr.Equals(item, v) {
			return i
		}
	}
	return -1
}

// Collect makes a slice of anything that is enumerable.
func (r *Run) Collect(v any) ([]any, error) {
	switch a := v.(type) {
	case *Array:
		return slices.Clone(a.Data), nil
	case *List:
		return slices.Clone(a.Data), nil
	}
	var out []any
	err := r.Each(v, func(item any) error {
		out = append(out, item)
		return r.budget.Take(16)
	})
	return out, err
}

func (r *Run) find(items []any, d *Delegate) (int, error) {
	for i, v := range items {
		if err := r.Step(); err != nil {
			return -1, err
		}
		ok, err := d.Test(v)
		if err != nil {
			return -1, err
		}
		if ok {
			return i, nil
		}
	}
	return -1, nil
}

func (d *Delegate) compare(a, b any) (int, error) {
	v, err := d.Call(a, b)
	if err != nil {
		return 0, err
	}
	return int(v.(int32)), nil
}

// SortBy sorts items in place, keeping the order of equal ones. A failing comparison ends
// it.
func (r *Run) SortBy(items []any, compare func(a, b any) (int, error)) error {
	var failed error
	slices.SortStableFunc(items, func(a, b any) int {
		if failed != nil {
			return 0
		}
		if failed = r.Step(); failed != nil {
			return 0
		}
		n, err := compare(a, b)
		if err != nil {
			failed = err
			return 0
		}
		return n
	})
	return failed
}
