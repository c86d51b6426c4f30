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
	return c.Budget().Take(48)
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
func (s *Set) Items() iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for k := range s.dict.Entries() {
			if _, null := k.(nullKey); null {
				k = nil
			}
			if !yield(k, nil) {
				return
			}
		}
	}
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
		Members: []Member{
			M("HashSet()", "An empty set.", C0(func(c Call) (*Set, error) { return newSet(c.Type.Args[0], nil), nil }), `new HashSet<string> { "a", "a" }.Count => 1`),
			M("HashSet(IEqualityComparer<T> comparer)", "An empty set whose elements a comparer compares.", C1(func(c Call, by any) (*Set, error) { return newSet(c.Type.Args[0], by), nil }),
				`new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "a" }.Contains("A") => true`),
			M("HashSet(IEnumerable<T> collection)", "A set of the items of a sequence.", C1(func(c Call, v any) (*Set, error) { return setOf(c, v, nil) })),
			M("HashSet(IEnumerable<T> collection, IEqualityComparer<T> comparer)", "A set of the items of a sequence, which a comparer compares.", C2(setOf)),
			M("bool Add(T item)", "Adds an element; false when it is there already.", C2(func(c Call, s *Set, v any) (bool, error) { return s.add(v), c.Budget().Take(48) })),
			M("bool Contains(T item)", "Whether the element is there.", F2((*Set).has), `new HashSet<int> { 1 }.Contains(1) => true`),
			M("bool Remove(T item)", "Removes an element.", F2(func(s *Set, v any) bool { return s.dict.remove(keyOrNull(v)) })),
			M("void Clear()", "Removes all elements.", F1(func(s *Set) Void { s.Clear(); return Void{} })),
			M("int Count { get; }", "The number of elements.", F1((*Set).Count)),
			M("void UnionWith(IEnumerable<T> other)", "Adds the items of a sequence.", C2(func(c Call, s *Set, v any) (Void, error) {
				return Void{}, c.Each(v, func(item any) error { return s.Put(c, item) })
			})),
			M("void ExceptWith(IEnumerable<T> other)", "Removes the items of a sequence.", C2(func(c Call, s *Set, v any) (Void, error) {
				return Void{}, c.Each(v, func(item any) error { s.dict.remove(keyOrNull(item)); return nil })
			})),
			M("void IntersectWith(IEnumerable<T> other)", "Keeps only the items of a sequence.", C2(func(c Call, s *Set, v any) (Void, error) {
				keep := newSet(s.elem, s.dict.keys.comparer)
				err := c.Each(v, func(item any) error {
					if s.has(item) {
						keep.add(item)
					}
					return nil
				})
				s.dict = keep.dict
				return Void{}, err
			})),
			M("bool Overlaps(IEnumerable<T> other)", "Whether a sequence has an element of the set.", C2(func(c Call, s *Set, v any) (bool, error) {
				found := false
				err := c.Each(v, func(item any) error {
					if found = s.has(item); found {
						return ErrStop
					}
					return nil
				})
				return found, err
			})),
			M("bool IsSubsetOf(IEnumerable<T> other)", "Whether a sequence has all elements of the set.", C2(func(c Call, s *Set, v any) (bool, error) {
				other, err := collectSet(c, s, v)
				return err == nil && coveredBy(s, other), err
			})),
			M("bool IsSupersetOf(IEnumerable<T> other)", "Whether the set has all items of a sequence.", C2(func(c Call, s *Set, v any) (bool, error) {
				other, err := collectSet(c, s, v)
				return err == nil && coveredBy(other, s), err
			})),
			M("bool SetEquals(IEnumerable<T> other)", "Whether both have the same elements.", C2(func(c Call, s *Set, v any) (bool, error) {
				other, err := collectSet(c, s, v)
				return err == nil && coveredBy(other, s) && coveredBy(s, other), err
			})),
		},
	}
}

func collectSet(c Call, like *Set, v any) (*Set, error) {
	out := newSet(like.elem, like.dict.keys.comparer)
	return out, c.Each(v, func(item any) error { out.add(item); return nil })
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
		Members: []Member{M("bool Add(T item)", "Adds an element; false when it is there already.", C2(func(c Call, s *Set, v any) (bool, error) { return s.add(v), c.Budget().Take(48) }))},
	}
}
