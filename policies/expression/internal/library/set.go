package library

import (
	"iter"

	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A Set is a HashSet<T>. It keeps the order of insertion.
type Set struct {
	elem *types.Type
	dict *Dict
}

func newSet(elem *types.Type, comparer any) *Set { return &Set{elem, newDict(elem, elem, comparer)} }

// RuntimeType of the set.
func (s *Set) RuntimeType() *types.Type {
	return Load().Def("System.Collections.Generic.HashSet", 1).Of(s.elem)
}

// TypeName is the name of the set's type.
func (s *Set) TypeName() string { return s.RuntimeType().CLRName() }

// ToString is the type's name.
func (s *Set) ToString() string { return s.TypeName() }

// Count is the number of elements.
func (s *Set) Count() int { return s.dict.Len() }

// Clear removes all elements.
func (s *Set) Clear() { s.dict.Clear() }

// Put adds an element.
func (s *Set) Put(c Call, v any) error {
	s.add(v)
	return c.Budget().Take(entrySize)
}

func (s *Set) add(v any) bool {
	v = keyOrNull(v)
	if _, ok := s.dict.Get(v); ok {
		return false
	}
	s.dict.set(v, v)
	return true
}

func (s *Set) has(v any) bool {
	_, ok := s.dict.Get(keyOrNull(v))
	return ok
}

// Items goes through the elements.
func (s *Set) Items() iter.Seq2[any, error] { return ownItems(s) }

func (s *Set) each(f func(any) error) error {
	return s.dict.each(f, func(k, _ any) any {
		if _, null := k.(nullKey); null {
			return nil
		}
		return k
	})
}

func setOf(c Call, v, comparer any) (*Set, error) {
	s := newSet(c.Type.Args[0], comparer)
	if v == nil {
		return nil, NullArgument("collection")
	}
	return s, c.Each(v, func(item any) error { return s.Put(c, item) })
}

func hashSetClass() *Class {
	return &Class{
		Name: "System.Collections.Generic.HashSet<T>", Doc: "A set.", Bases: "ISet<T>; IReadOnlyCollection<T>",
		Members: append([]Member{
			M("HashSet()", "An empty set.", C0(func(c Call) (*Set, error) { return newSet(c.Type.Args[0], nil), nil }), `new HashSet<string> { "a", "a" }.Count => 1`),
			M("HashSet(int capacity)", "An empty set.", C1(func(c Call, n int) (*Set, error) { return newSet(c.Type.Args[0], nil), notNegative(n) })),
			M("HashSet(IEqualityComparer<T> comparer)", "An empty set whose elements a comparer compares.", C1(func(c Call, by any) (*Set, error) { return newSet(c.Type.Args[0], by), nil }),
				`new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "a" }.Contains("A") => true`),
			M("HashSet(int capacity, IEqualityComparer<T> comparer)", "An empty set whose elements a comparer compares.",
				C2(func(c Call, n int, by any) (*Set, error) { return newSet(c.Type.Args[0], by), notNegative(n) })),
			M("HashSet(IEnumerable<T> collection)", "A set of the items of a sequence.", C1(func(c Call, v any) (*Set, error) { return setOf(c, v, nil) })),
			M("HashSet(IEnumerable<T> collection, IEqualityComparer<T> comparer)", "A set of the items of a sequence, which a comparer compares.", C2(setOf)),
			M("bool Contains(T item)", "Whether the element is there.", F2((*Set).has), `new HashSet<int> { 1 }.Contains(1) => true`),
			M("bool Remove(T item)", "Removes an element.", F2((*Set).Remove)),
			M("int RemoveWhere(Predicate<T> match)", "Removes the elements that match, and tells how many.", C2(removeWhere)),
			M("void Clear()", "Removes all elements.", F1(func(s *Set) Void { s.Clear(); return Void{} })),
			M("int Count { get; }", "The number of elements.", F1((*Set).Count)),
			M("bool TryGetValue(T equalValue, out T actualValue)", "The element that is equal to a value; false when there is none.", Boxed(func(_ Call, args []any) (any, error) {
				s := args[0].(*Set)
				v, ok := s.dict.Get(keyOrNull(args[1]))
				if _, null := v.(nullKey); null {
					v = nil
				} else if !ok {
					v = Zero(s.elem)
				}
				*args[2].(*any) = v
				return ok, nil
			})),
			M("void CopyTo(T[] array)", "Copies the elements into an array.", C2(func(c Call, s *Set, to any) (Void, error) { return Void{}, c.copyInto(s.elem, s, to, 0) })),
			M("void CopyTo(T[] array, int arrayIndex)", "Copies the elements into an array.", C3(func(c Call, s *Set, to any, i int) (Void, error) { return Void{}, c.copyInto(s.elem, s, to, i) })),
			M("void CopyTo(T[] array, int arrayIndex, int count)", "Copies some elements into an array.", C4(func(c Call, s *Set, to any, i, n int) (Void, error) {
				items, err := c.Collect(s)
				if err != nil {
					return Void{}, err
				}
				return Void{}, copyArray(&Array{Elem: s.elem, Data: items}, 0, to, i, min(n, len(items)))
			})),
			M("int EnsureCapacity(int capacity)", "The capacity.", E2(func(_ *Set, n int) (int, error) { return n, notNegative(n) })),
			M("void TrimExcess()", "Does nothing here.", F1(func(*Set) Void { return Void{} })),
			M("IEqualityComparer<T> Comparer { get; }", "What compares the elements, or null here for the default.", F1(func(s *Set) any {
				if s.dict.keys.comparer == nil {
					return nil
				}
				return s.dict.keys.comparer
			})),
		}, setOperations()...),
	}
}

// Remove removes an element.
func (s *Set) Remove(v any) bool { return s.dict.remove(keyOrNull(v)) }

func removeWhere(c Call, s *Set, match *Delegate) (int, error) {
	if match == nil {
		return 0, NullArgument("match")
	}
	items, err := c.Collect(s)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, v := range items {
		ok, err := match.Test(v)
		if err != nil {
			return n, err
		}
		if ok {
			s.Remove(v)
			n++
		}
	}
	return n, nil
}

// setOperations are the members of ISet.
func setOperations() []Member {
	// compared is the code of a comparison with another collection, of which both the set
	// and its size are told.
	compared := func(holds func(s, other *Set) bool) Code {
		return C2(func(c Call, s *Set, v any) (bool, error) {
			other, err := collectSet(c, s, v)
			return err == nil && holds(s, other), err
		})
	}
	return []Member{
		M("bool Add(T item)", "Adds an element; false when it is there already.", C2(func(c Call, s *Set, v any) (bool, error) { return s.add(v), c.Budget().Take(entrySize) })),
		M("void UnionWith(IEnumerable<T> other)", "Adds the items of a sequence.", C2(func(c Call, s *Set, v any) (Void, error) {
			other, err := collectSet(c, s, v)
			if err != nil {
				return Void{}, err
			}
			return Void{}, c.Each(other, func(item any) error { return s.Put(c, item) })
		})),
		M("void ExceptWith(IEnumerable<T> other)", "Removes the items of a sequence.", C2(func(c Call, s *Set, v any) (Void, error) {
			other, err := collectSet(c, s, v)
			if err != nil {
				return Void{}, err
			}
			return Void{}, c.Each(other, func(item any) error { s.Remove(item); return nil })
		})),
		M("void IntersectWith(IEnumerable<T> other)", "Keeps only the items of a sequence.", C2(func(c Call, s *Set, v any) (Void, error) {
			other, err := collectSet(c, s, v)
			if err != nil {
				return Void{}, err
			}
			for k := range s.dict.Entries() {
				if _, ok := other.dict.Get(k); !ok {
					s.dict.remove(k)
				}
			}
			return Void{}, nil
		})),
		M("void SymmetricExceptWith(IEnumerable<T> other)", "Keeps what only one of both has.", C2(func(c Call, s *Set, v any) (Void, error) {
			other, err := collectSet(c, s, v)
			if err != nil {
				return Void{}, err
			}
			return Void{}, c.Each(other, func(item any) error {
				if s.Remove(item) {
					return nil
				}
				return s.Put(c, item)
			})
		})),
		M("bool Overlaps(IEnumerable<T> other)", "Whether a sequence has an element of the set.", compared(func(s, other *Set) bool {
			for k := range other.dict.Entries() {
				if _, ok := s.dict.Get(k); ok {
					return true
				}
			}
			return false
		})),
		M("bool IsSubsetOf(IEnumerable<T> other)", "Whether a sequence has all elements of the set.", compared(coveredBy), `new HashSet<int> { 1 }.IsSubsetOf(new[] { 1, 2 }) => true`),
		M("bool IsProperSubsetOf(IEnumerable<T> other)", "Whether a sequence has all elements of the set, and more.",
			compared(func(s, other *Set) bool { return coveredBy(s, other) && s.Count() < other.Count() })),
		M("bool IsSupersetOf(IEnumerable<T> other)", "Whether the set has all items of a sequence.", compared(func(s, other *Set) bool { return coveredBy(other, s) })),
		M("bool IsProperSupersetOf(IEnumerable<T> other)", "Whether the set has all items of a sequence, and more.",
			compared(func(s, other *Set) bool { return coveredBy(other, s) && other.Count() < s.Count() })),
		M("bool SetEquals(IEnumerable<T> other)", "Whether both have the same elements.",
			compared(func(s, other *Set) bool { return coveredBy(other, s) && coveredBy(s, other) })),
	}
}

func collectSet(c Call, like *Set, v any) (*Set, error) {
	if v == nil {
		return nil, NullArgument("other")
	}
	out := newSet(like.elem, like.dict.keys.comparer)
	return out, c.Each(v, func(item any) error { return out.Put(c, item) })
}

func coveredBy(a, b *Set) bool {
	for k := range a.dict.Entries() {
		if _, ok := b.dict.Get(k); !ok {
			return false
		}
	}
	return true
}

func setInterface() *Class {
	return &Class{
		Name: "System.Collections.Generic.ISet<T>", Kind: types.Interface, Doc: "A set.", Bases: "ICollection<T>",
		Members: setOperations(),
	}
}
