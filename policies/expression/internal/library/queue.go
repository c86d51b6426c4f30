package library

import (
	"iter"
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A Queue is a Queue<T>.
type Queue struct {
	elem    *types.Type
	data    []any
	changes int
}

// RuntimeType of the queue.
func (q *Queue) RuntimeType() *types.Type {
	return Load().Def("System.Collections.Generic.Queue", 1).Of(q.elem)
}

// Count is the number of elements.
func (q *Queue) Count() int { return len(q.data) }

// Items goes through the elements, the oldest first.
func (q *Queue) Items() iter.Seq2[any, error] { return unchanged(q.data, &q.changes) }

// unchanged goes through items until their number of changes is another one.
func unchanged(items []any, changes *int) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		began := *changes
		for _, v := range items {
			if !yield(v, nil) {
				return
			}
			if *changes != began {
				yield(nil, changedError())
				return
			}
		}
	}
}

// take is the code of Try…: it takes or shows the next element, if there is one.
func take[T any](next func(T) (any, error), elem func(T) *types.Type) Code {
	return Boxed(func(_ Call, args []any) (any, error) {
		from := args[0].(T)
		v, err := next(from)
		if err != nil {
			v = Zero(elem(from))
		}
		*args[1].(*any) = v
		return err == nil, nil
	})
}

func queueClass() *Class {
	next := func(q *Queue) (any, error) {
		if len(q.data) == 0 {
			return nil, clr.InvalidOperationError("Queue empty.")
		}
		return q.data[0], nil
	}
	dequeue := func(q *Queue) (any, error) {
		v, err := next(q)
		if err == nil {
			q.data, q.changes = q.data[1:], q.changes+1
		}
		return v, err
	}
	elem := func(q *Queue) *types.Type { return q.elem }
	return &Class{
		Name: "System.Collections.Generic.Queue<T>", Doc: "A queue.", Bases: "IReadOnlyCollection<T>",
		Members: []Member{
			M("Queue()", "An empty queue.", C0(func(c Call) (*Queue, error) { return &Queue{elem: c.Type.Args[0]}, nil })),
			M("Queue(IEnumerable<T> collection)", "A queue of the items of a sequence.", C1(func(c Call, v any) (*Queue, error) {
				items, err := c.Collect(v)
				return &Queue{elem: c.Type.Args[0], data: items}, err
			}), `new Queue<int>(new[] { 1, 2 }).Peek() => 1`),
			M("void Enqueue(T item)", "Adds an element at the end.", C2(func(c Call, q *Queue, v any) (Void, error) {
				q.data, q.changes = append(q.data, v), q.changes+1
				return Void{}, c.Budget().Take(16)
			})),
			M("Queue(int capacity)", "An empty queue.", C1(func(c Call, capacity int) (*Queue, error) { return &Queue{elem: c.Type.Args[0]}, notNegative(capacity) })),
			M("T Dequeue()", "Takes the first element.", E1(dequeue), `new Queue<int>().Dequeue() => InvalidOperationException: Queue empty.`),
			M("T Peek()", "The first element.", E1(next)),
			M("int Count { get; }", "The number of elements.", F1((*Queue).Count)),
			M("bool Contains(T item)", "Whether an element is equal to the item.", F2(func(q *Queue, v any) bool { return indexOf(q.data, v) >= 0 })),
			M("void Clear()", "Removes all elements.", F1(func(q *Queue) Void { q.data, q.changes = nil, q.changes+1; return Void{} })),
			M("bool TryDequeue(out T result)", "Takes the first element; false when there is none.", take(dequeue, elem)),
			M("bool TryPeek(out T result)", "The first element; false when there is none.", take(next, elem)),
			M("T[] ToArray()", "The elements as an array.", C1(func(c Call, q *Queue) (any, error) { return c.arrayOf(q.elem, q) }), `new Queue<int>(new[] { 1, 2 }).ToArray() => [1, 2]`),
			M("void CopyTo(T[] array, int arrayIndex)", "Copies the elements into an array.", C3(func(c Call, q *Queue, to any, i int) (Void, error) { return Void{}, c.copyInto(q.elem, q, to, i) })),
			M("void TrimExcess()", "Does nothing here.", F1(func(*Queue) Void { return Void{} })),
		},
	}
}

// notNegative checks a capacity.
func notNegative(capacity int) error {
	if capacity < 0 {
		return clr.OutOfRangeError("capacity", "Non-negative number required.")
	}
	return nil
}

// arrayOf makes an array of the items of a collection.
func (r *Run) arrayOf(elem *types.Type, v any) (any, error) {
	items, err := r.Collect(v)
	if err != nil {
		return nil, err
	}
	return NewArray(elem, items), nil
}

// copyInto copies the items of a collection into an array.
func (r *Run) copyInto(elem *types.Type, v, to any, i int) error {
	items, err := r.Collect(v)
	if err != nil {
		return err
	}
	return copyArray(&Array{Elem: elem, Data: items}, 0, to, i, len(items))
}

// A Stack is a Stack<T>.
type Stack struct {
	elem    *types.Type
	data    []any
	changes int
}

// RuntimeType of the stack.
func (s *Stack) RuntimeType() *types.Type {
	return Load().Def("System.Collections.Generic.Stack", 1).Of(s.elem)
}

// Count is the number of elements.
func (s *Stack) Count() int { return len(s.data) }

// Items goes through the elements, the newest first.
func (s *Stack) Items() iter.Seq2[any, error] {
	items := slices.Clone(s.data)
	slices.Reverse(items)
	return unchanged(items, &s.changes)
}

func stackClass() *Class {
	top := func(s *Stack) (any, error) {
		if len(s.data) == 0 {
			return nil, clr.InvalidOperationError("Stack empty.")
		}
		return s.data[len(s.data)-1], nil
	}
	pop := func(s *Stack) (any, error) {
		v, err := top(s)
		if err == nil {
			s.data, s.changes = s.data[:len(s.data)-1], s.changes+1
		}
		return v, err
	}
	elem := func(s *Stack) *types.Type { return s.elem }
	return &Class{
		Name: "System.Collections.Generic.Stack<T>", Doc: "A stack.", Bases: "IReadOnlyCollection<T>",
		Members: []Member{
			M("Stack()", "An empty stack.", C0(func(c Call) (*Stack, error) { return &Stack{elem: c.Type.Args[0]}, nil })),
			M("Stack(IEnumerable<T> collection)", "A stack of the items of a sequence.", C1(func(c Call, v any) (*Stack, error) {
				items, err := c.Collect(v)
				return &Stack{elem: c.Type.Args[0], data: items}, err
			}), `new Stack<int>(new[] { 1, 2 }).Peek() => 2`),
			M("void Push(T item)", "Adds an element on top.", C2(func(c Call, s *Stack, v any) (Void, error) {
				s.data, s.changes = append(s.data, v), s.changes+1
				return Void{}, c.Budget().Take(16)
			})),
			M("Stack(int capacity)", "An empty stack.", C1(func(c Call, capacity int) (*Stack, error) { return &Stack{elem: c.Type.Args[0]}, notNegative(capacity) })),
			M("T Pop()", "Takes the top element.", E1(pop), `new Stack<int>().Pop() => InvalidOperationException: Stack empty.`),
			M("T Peek()", "The top element.", E1(top)),
			M("int Count { get; }", "The number of elements.", F1((*Stack).Count)),
			M("bool Contains(T item)", "Whether an element is equal to the item.", F2(func(s *Stack, v any) bool { return indexOf(s.data, v) >= 0 }), `new Stack<int>(new[] { 1 }).Contains(1) => true`),
			M("void Clear()", "Removes all elements.", F1(func(s *Stack) Void { s.data, s.changes = nil, s.changes+1; return Void{} })),
			M("bool TryPop(out T result)", "Takes the top element; false when there is none.", take(pop, elem)),
			M("bool TryPeek(out T result)", "The top element; false when there is none.", take(top, elem)),
			M("T[] ToArray()", "The elements as an array, the top one first.", C1(func(c Call, s *Stack) (any, error) { return c.arrayOf(s.elem, s) }), `new Stack<int>(new[] { 1, 2 }).ToArray() => [2, 1]`),
			M("void CopyTo(T[] array, int arrayIndex)", "Copies the elements into an array.", C3(func(c Call, s *Stack, to any, i int) (Void, error) { return Void{}, c.copyInto(s.elem, s, to, i) })),
			M("void TrimExcess()", "Does nothing here.", F1(func(*Stack) Void { return Void{} })),
		},
	}
}

// A Tuple is a System.Tuple.
type Tuple struct {
	typ   *types.Type
	items []any
}

// RuntimeType of the tuple.
func (t *Tuple) RuntimeType() *types.Type { return t.typ }

// ToString is "(a, b)".
func (t *Tuple) ToString() string {
	out := "("
	for i, v := range t.items {
		if i > 0 {
			out += ", "
		}
		out += clr.ToString(v)
	}
	return out + ")"
}

// TypeName is the name of the tuple's type.
func (t *Tuple) TypeName() string { return t.typ.CLRName() }

// Equals compares the items.
func (t *Tuple) Equals(other any) bool {
	o, ok := other.(*Tuple)
	return ok && slices.EqualFunc(t.items, o.items, clr.Equals)
}

// EqualityKey is the same for equal tuples.
func (t *Tuple) EqualityKey() any { return clr.EqualityKeys(t.items...) }

var tupleParams = []string{"T1", "T2", "T3", "T4", "T5", "T6", "T7"}

// tupleClasses are Tuple and its generic classes with up to seven items.
func tupleClasses() []func() *Class {
	out := []func() *Class{tupleClass}
	for n := 1; n <= len(tupleParams); n++ {
		out = append(out, func() *Class { return tupleOf(n) })
	}
	return out
}

func tupleSignature(n int) (params, args string) {
	for i, p := range tupleParams[:n] {
		if i > 0 {
			params += ", "
			args += ", "
		}
		params += p
		args += p + " item" + p[1:]
	}
	return params, args
}

func tupleClass() *Class {
	c := &Class{Name: "System.Tuple", Static: true, Doc: "Makes tuples."}
	for n := 1; n <= len(tupleParams); n++ {
		params, args := tupleSignature(n)
		c.Members = append(c.Members, M("static Tuple<"+params+"> Create<"+params+">("+args+")", "A tuple of its arguments.",
			Boxed(func(c Call, items []any) (any, error) { return &Tuple{c.Result, slices.Clone(items)}, nil })))
	}
	c.Members[1].Examples = []string{`Tuple.Create(1, "a").Item2 => "a"`}
	return c
}

func tupleOf(n int) *Class {
	params, args := tupleSignature(n)
	c := &Class{Name: "System.Tuple<" + params + ">", Doc: "A tuple of values."}
	c.Members = append(c.Members, M("Tuple("+args+")", "A tuple of its arguments.",
		Boxed(func(c Call, items []any) (any, error) { return &Tuple{c.Type, slices.Clone(items)}, nil })))
	c.Members = append(c.Members,
		M("string ToString()", "The items in brackets.", F1((*Tuple).ToString)),
		M("bool Equals(object obj)", "Whether both have equal items.", F2((*Tuple).Equals)),
		M("int GetHashCode()", "A number that is equal for equal tuples.", F1(func(t *Tuple) int { return int(clr.HashText(t.ToString())) })))
	for i, p := range tupleParams[:n] {
		c.Members = append(c.Members, M(p+" Item"+p[1:]+" { get; }", "An item of the tuple.", F1(func(t *Tuple) any { return t.items[i] })))
	}
	return c
}
