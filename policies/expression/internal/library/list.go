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
func (l *List) Items() iter.Seq2[any, error] { return over(l.Data) }

func (l *List) at(i int) error {
	if i < 0 || i >= len(l.Data) {
		return clr.IndexError()
	}
	return nil
}

func (l *List) add(c Call, v any) error {
	if err := c.Budget().Take(16); err != nil {
		return err
	}
	l.Data = append(l.Data, v)
	return nil
}

func listClass() *Class {
	return &Class{
		Name: "System.Collections.Generic.List<T>", Doc: "A list that grows.",
		Bases: "IList<T>; IReadOnlyList<T>",
		Members: []Member{
			M("List()", "An empty list.", C0(func(c Call) (*List, error) { return &List{Elem: c.Type.Args[0]}, nil }),
				`new List<int>().Count => 0`, `string.Join(",", new List<string> { "a", "b" }) => "a,b"`),
			M("List(int capacity)", "An empty list.", C1(func(c Call, _ int) (*List, error) { return &List{Elem: c.Type.Args[0]}, nil })),
			M("List(IEnumerable<T> collection)", "A list of the items of a sequence.",
				C1(func(c Call, v any) (*List, error) {
					items, err := c.Collect(v)
					return &List{Elem: c.Type.Args[0], Data: items}, err
				}), `new List<string>(new[] { "a" }).Count => 1`),
			M("int Count { get; }", "The number of elements.", F1(func(l *List) int { return len(l.Data) })),
			M("int Capacity { get; }", "The number of elements there is room for.", F1(func(l *List) int { return cap(l.Data) })),
			M("T this[int index] { get; set; }", "The element at a place.", C2(func(_ Call, l *List, i int) (any, error) {
				if err := l.at(i); err != nil {
					return nil, err
				}
				return l.Data[i], nil
			}), `new List<int> { 1, 2 }[1] => 2`,
				`new List<int>()[0] => ArgumentOutOfRangeException: Index was out of range. Must be non-negative and less than the size of the collection. (Parameter 'index')`).
				Set(C3(func(_ Call, l *List, i int, v any) (Void, error) {
					if err := l.at(i); err != nil {
						return Void{}, err
					}
					l.Data[i] = v
					return Void{}, nil
				})),
			M("void Add(T item)", "Adds an element at the end.", C2(func(c Call, l *List, v any) (Void, error) { return Void{}, l.add(c, v) })),
			M("void AddRange(IEnumerable<T> collection)", "Adds the items of a sequence at the end.",
				C2(func(c Call, l *List, v any) (Void, error) {
					items, err := c.Collect(v)
					l.Data = append(l.Data, items...)
					return Void{}, err
				})),
			M("void Clear()", "Removes all elements.", F1(func(l *List) Void { l.Data = nil; return Void{} })),
			M("bool Contains(T item)", "Whether an element is equal to the item.", F2(func(l *List, v any) bool { return indexOf(l.Data, v) >= 0 }),
				`new List<string> { "a" }.Contains("a") => true`),
			M("int IndexOf(T item)", "The place of the first equal element, or -1.", F2(func(l *List, v any) int { return indexOf(l.Data, v) }),
				`new List<string> { "a", "b" }.IndexOf("b") => 1`),
			M("void Insert(int index, T item)", "Inserts an element at a place.", C3(func(c Call, l *List, i int, v any) (Void, error) {
				if i < 0 || i > len(l.Data) {
					return Void{}, clr.OutOfRangeError("index", "Index must be within the bounds of the List.")
				}
				if err := c.Budget().Take(16); err != nil {
					return Void{}, err
				}
				l.Data = slices.Insert(l.Data, i, v)
				return Void{}, nil
			})),
			M("bool Remove(T item)", "Removes the first equal element.", F2(func(l *List, v any) bool {
				i := indexOf(l.Data, v)
				if i >= 0 {
					l.Data = slices.Delete(l.Data, i, i+1)
				}
				return i >= 0
			})),
			M("void RemoveAt(int index)", "Removes the element at a place.", E2(func(l *List, i int) (Void, error) {
				if err := l.at(i); err != nil {
					return Void{}, err
				}
				l.Data = slices.Delete(l.Data, i, i+1)
				return Void{}, nil
			})),
			M("int RemoveAll(Predicate<T> match)", "Removes the elements that match, and tells how many.", C2(removeAll)),
			M("void Reverse()", "Turns the order round.", F1(func(l *List) Void { slices.Reverse(l.Data); return Void{} })),
			M("void Sort()", "Sorts the elements.", C1(func(c Call, l *List) (Void, error) { return Void{}, c.SortBy(l.Data, compareItems) })),
			M("void Sort(Comparison<T> comparison)", "Sorts the elements with a comparison.", C2(func(c Call, l *List, d *Delegate) (Void, error) {
				return Void{}, c.SortBy(l.Data, d.compare)
			})),
			M("void ForEach(Action<T> action)", "Calls an action with each element.", C2(func(c Call, l *List, d *Delegate) (Void, error) {
				return Void{}, c.Each(l, func(v any) error {
					_, err := d.Call(v)
					return err
				})
			})),
			M("T Find(Predicate<T> match)", "The first element that matches, or the default.", C2(func(c Call, l *List, d *Delegate) (any, error) {
				i, err := c.find(l.Data, d)
				if err != nil || i < 0 {
					return Zero(l.Elem), err
				}
				return l.Data[i], nil
			}), `new List<int> { 1, 5 }.Find(x => x > 2) => 5`),
			M("List<T> FindAll(Predicate<T> match)", "The elements that match.", C2(func(c Call, l *List, d *Delegate) (*List, error) {
				out := &List{Elem: l.Elem}
				err := c.Each(l, func(v any) error {
					ok, err := d.Test(v)
					if ok {
						out.Data = append(out.Data, v)
					}
					return err
				})
				return out, err
			})),
			M("T FindLast(Predicate<T> match)", "The last element that matches, or the default.", C2(func(c Call, l *List, d *Delegate) (any, error) {
				for i := len(l.Data) - 1; i >= 0; i-- {
					if ok, err := d.Test(l.Data[i]); err != nil || ok {
						return l.Data[i], err
					}
				}
				return Zero(l.Elem), nil
			}), `new List<int> { 1, 5, 7 }.FindLast(x => x < 6) => 5`),
			M("List<TOutput> ConvertAll<TOutput>(Converter<T, TOutput> converter)", "A list of what becomes of the elements.",
				C2(func(c Call, l *List, d *Delegate) (*List, error) {
					items, err := c.convertAll(l, d)
					return &List{Elem: c.TypeArgs[0], Data: items}, err
				}), `new List<int> { 1 }.ConvertAll(x => "n" + x) => ["n1"]`),
			M("int LastIndexOf(T item)", "The place of the last equal element, or -1.", F2(func(l *List, v any) int {
				for i := len(l.Data) - 1; i >= 0; i-- {
					if clr.Equals(l.Data[i], v) {
						return i
					}
				}
				return -1
			}), `new List<int> { 1, 2, 1 }.LastIndexOf(1) => 2`),
			M("void RemoveRange(int index, int count)", "Removes some of the elements.", E3(func(l *List, i, n int) (Void, error) {
				if i < 0 || n < 0 {
					return Void{}, clr.OutOfRangeError("index", "Non-negative number required.")
				}
				if n > len(l.Data)-i {
					return Void{}, clr.ArgumentError("Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.", "")
				}
				l.Data = slices.Delete(l.Data, i, i+n)
				return Void{}, nil
			})),
			M("int FindIndex(Predicate<T> match)", "The place of the first element that matches, or -1.",
				C2(func(c Call, l *List, d *Delegate) (int, error) { return c.find(l.Data, d) })),
			M("bool Exists(Predicate<T> match)", "Whether an element matches.", C2(func(c Call, l *List, d *Delegate) (bool, error) {
				i, err := c.find(l.Data, d)
				return i >= 0, err
			})),
			M("bool TrueForAll(Predicate<T> match)", "Whether all elements match.", C2(func(c Call, l *List, d *Delegate) (bool, error) {
				all := true
				err := c.Each(l, func(v any) error {
					ok, err := d.Test(v)
					if err == nil && !ok {
						all = false
						err = ErrStop
					}
					return err
				})
				return all, err
			})),
			M("List<T> GetRange(int index, int count)", "Some of the elements.", E3(func(l *List, i, n int) (*List, error) {
				if i < 0 || n < 0 || i+n > len(l.Data) {
					return nil, clr.ArgumentError("Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.", "")
				}
				return &List{Elem: l.Elem, Data: slices.Clone(l.Data[i : i+n])}, nil
			})),
			M("T[] ToArray()", "The elements as an array.", C1(func(_ Call, l *List) (any, error) { return NewArray(l.Elem, slices.Clone(l.Data)), nil })),
		},
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
	l.Data = kept
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
