package library

import (
	"iter"

	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A ReadOnly is a ReadOnlyCollection<T>: a list that only its owner changes.
type ReadOnly struct{ list *List }

// RuntimeType is ReadOnlyCollection<T>.
func (r *ReadOnly) RuntimeType() *types.Type {
	return Load().Def("System.Collections.ObjectModel.ReadOnlyCollection", 1).Of(r.list.Elem)
}

// TypeName is the name of the collection's type.
func (r *ReadOnly) TypeName() string { return r.RuntimeType().CLRName() }

// ToString is the type's name.
func (r *ReadOnly) ToString() string { return r.TypeName() }

// Items goes through the elements.
func (r *ReadOnly) Items() iter.Seq2[any, error] { return r.list.Items() }

// Count is the number of elements.
func (r *ReadOnly) Count() int { return len(r.list.Data) }

// At is the element at a place.
func (r *ReadOnly) At(i int) (any, error) {
	if err := r.list.at(i); err != nil {
		return nil, err
	}
	return r.list.Data[i], nil
}

func readOnlyCollectionOfClass() *Class {
	return &Class{
		Name: "System.Collections.ObjectModel.ReadOnlyCollection<T>", Bases: "IReadOnlyList<T>; explicit IList<T>", Access: AllowSome, Doc: "A list that cannot be changed.",
		Members: []Member{
			M("ReadOnlyCollection(IList<T> list)", "A view of a list.", C1(func(c Call, v any) (*ReadOnly, error) {
				if v == nil {
					return nil, NullArgument("list")
				}
				return readOnlyView(c, c.Type.Args[0], v)
			}), `new System.Collections.ObjectModel.ReadOnlyCollection<int>(new List<int> { 1, 2 }).Count => 2`),
			M("int Count { get; }", "The number of elements.", F1((*ReadOnly).Count)),
			M("T this[int index] { get; }", "The element at a place.", E2((*ReadOnly).At), `new List<int> { 1, 2 }.AsReadOnly()[1] => 2`),
			M("bool Contains(T value)", "Whether an element is equal to the value.", C2(contains)),
			M("int IndexOf(T value)", "The place of the first equal element, or -1.", F2(func(r *ReadOnly, v any) int { return indexOf(r.list.Data, v) })),
			M("void CopyTo(T[] array, int index)", "Copies the elements into an array.", C3(func(c Call, v, to any, i int) (Void, error) {
				return Void{}, c.copyInto(elemOf(to), v, to, i)
			})),
		},
	}
}

// readOnlyView shares a list's elements; those of an array are copied.
func readOnlyView(c Call, elem *types.Type, v any) (*ReadOnly, error) {
	if l, ok := v.(*List); ok {
		return &ReadOnly{l}, nil
	}
	items, err := c.Collect(v)
	return &ReadOnly{&List{Elem: elem, Data: items}}, err
}
