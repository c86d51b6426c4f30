package library

import (
	"iter"
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A Queue is a Queue<T>.
type Queue struct {
	elem *types.Type
	data []any
}

// RuntimeType of the queue.
func (q *Queue) RuntimeType() *types.Type {
	return Load().Def("System.Collections.Generic.Queue", 1).Of(q.elem)
}

// Count is the number of elements.
func (q *Queue) Count() int { return len(q.data) }

// Items goes through the elements, the oldest first.
func (q *Queue) Items() iter.Seq2[any, error] { return over(q.data) }

func queueClass() *Class {
	next := func(q *Queue) (any, error) {
		if len(q.data) == 0 {
			return nil, clr.InvalidOperationError("Queue empty.")
		}
		return q.data[0], nil
	}
	return &Class{
		Name: "System.Collections.Generic.Queue<T>", Doc: "A queue.", Bases: "IReadOnlyCollection<T>",
		Members: []Member{
			M("Queue()", "An empty queue.", C0(func(c Call) (*Queue, error) { return &Queue{elem: c.Type.Args[0]}, nil })),
			M("Queue(IEnumerable<T> collection)", "A queue of the items of a sequence.", C1(func(c Call, v any) (*Queue, error) {
				items, err := c.Collect(v)
				return &Queue{c.Type.Args[0], items}, err
			}), `new Queue<int>(new[] { 1, 2 }).Peek() => 1`),
			M("void Enqueue(T item)", "Adds an element at the end.", C2(func(c Call, q *Queue, v any) (Void, error) {
				q.data = append(q.data, v)
				return Void{}, c.Budget().Take(16)
			})),
			M("T Dequeue()", "Takes the first element.", E1(func(q *Queue) (any, error) {
				v, err := next(q)
				if err == nil {
					q.data = q.data[1:]
				}
				return v, err
			}), `new Queue<int>().Dequeue() => InvalidOperationException: Queue empty.`),
			M("T Peek()", "The first element.", E1(next)),
			M("int Count { get; }", "The number of elements.", F1((*Queue).Count)),
			M("bool Contains(T item)", "Whether an element is equal to the item.", F2(func(q *Queue, v any) bool { return indexOf(q.data, v) >= 0 })),
			M("void Clear()", "Removes all elements.", F1(func(q *Queue) Void { q.data = nil; return Void{} })),
		},
	}
}

// A Stack is a Stack<T>.
type Stack struct {
	elem *types.Type
	data []any
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
	return over(items)
}

func stackClass() *Class {
	top := func(s *Stack) (any, error) {
		if len(s.data) == 0 {
			return nil, clr.InvalidOperationError("Stack empty.")
		}
		return s.data[len(s.data)-1], nil
	}
	return &Class{
		Name: "System.Collections.Generic.Stack<T>", Doc: "A stack.", Bases: "IReadOnlyCollection<T>",
		Members: []Member{
			M("Stack()", "An empty stack.", C0(func(c Call) (*Stack, error) { return &Stack{elem: c.Type.Args[0]}, nil })),
			M("Stack(IEnumerable<T> collection)", "A stack of the items of a sequence.", C1(func(c Call, v any) (*Stack, error) {
				items, err := c.Collect(v)
				return &Stack{c.Type.Args[0], items}, err
			}), `new Stack<int>(new[] { 1, 2 }).Peek() => 2`),
			M("void Push(T item)", "Adds an element on top.", C2(func(c Call, s *Stack, v any) (Void, error) {
				s.data = append(s.data, v)
				return Void{}, c.Budget().Take(16)
			})),
			M("T Pop()", "Takes the top element.", E1(func(s *Stack) (any, error) {
				v, err := top(s)
				if err == nil {
					s.data = s.data[:len(s.data)-1]
				}
				return v, err
			}), `new Stack<int>().Pop() => InvalidOperationException: Stack empty.`),
			M("T Peek()", "The top element.", E1(top)),
			M("int Count { get; }", "The number of elements.", F1((*Stack).Count)),
			M("void Clear()", "Removes all elements.", F1(func(s *Stack) Void { s.data = nil; return Void{} })),
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

var tupleParams = []string{"T1", "T2", "T3", "T4"}

// tupleClasses are Tuple and its generic classes with up to four items.
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
	for i, p := range tupleParams[:n] {
		c.Members = append(c.Members, M(p+" Item"+p[1:]+" { get; }", "An item of the tuple.", F1(func(t *Tuple) any { return t.items[i] })))
	}
	return c
}
