package library

import (
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func enumerableClass() *Class {
	return &Class{
		Name: "System.Collections.Generic.IEnumerable<out T>", Kind: types.Interface, Doc: "Something to go through.",
		Bases: "IEnumerable",
		Members: []Member{
			M("IEnumerator<T> GetEnumerator()", "An enumerator that stands before the first item.", C1(newEnumerator)),
		},
	}
}

func untypedEnumerableClass() *Class {
	return &Class{Name: "System.Collections.IEnumerable", Kind: types.Interface, Access: AllowSome, Doc: "Something to go through."}
}

// An Enumerator goes through items that were collected when it was made.
type Enumerator struct {
	elem  *types.Type
	items []any
	at    int
}

// RuntimeType of the enumerator is IEnumerator<T>.
func (e *Enumerator) RuntimeType() *types.Type { return types.IEnumerator.Of(e.elem) }

func newEnumerator(c Call, v any) (*Enumerator, error) {
	items, err := c.Collect(v)
	if err != nil {
		return nil, err
	}
	return &Enumerator{c.Result.Args[0], items, -1}, nil
}

func enumeratorClass() *Class {
	return &Class{
		Name: "System.Collections.Generic.IEnumerator<out T>", Kind: types.Interface, Doc: "A place in something that is gone through.",
		Bases: "IDisposable",
		Members: []Member{
			M("bool MoveNext()", "Goes to the next item; false behind the last.", C1(func(c Call, e *Enumerator) (bool, error) {
				if e.at < len(e.items) {
					e.at++
				}
				return e.at < len(e.items), c.Step()
			})),
			M("T Current { get; }", "The item.", E1(func(e *Enumerator) (any, error) {
				if e.at < 0 || e.at >= len(e.items) {
					return Zero(e.elem), nil
				}
				return e.items[e.at], nil
			})),
			M("void Reset()", "Goes back before the first item.", F1(func(e *Enumerator) Void { e.at = -1; return Void{} })),
		},
	}
}

func disposableClass() *Class {
	return &Class{
		Name: "System.IDisposable", Kind: types.Interface, Doc: "Something to dispose of when it is no longer needed.",
		Members: []Member{M("void Dispose()", "Does nothing here.", F1(func(any) Void { return Void{} })).Allowed()},
	}
}

// count is how many items a collection has.
func count(c Call, v any) (int, error) {
	switch v := v.(type) {
	case *Array:
		return len(v.Data), nil
	case []byte:
		return len(v), nil
	case *List:
		return len(v.Data), nil
	case newtonsoft.JContainer:
		return v.Count(), nil
	case interface{ Count() int }:
		return v.Count(), nil
	}
	if l := lookupOf(v); l != nil {
		return l.Len(), nil
	}
	n := 0
	err := c.Each(v, func(any) error { n++; return nil })
	return n, err
}

func collectionClass() *Class {
	return &Class{
		Name: "System.Collections.Generic.ICollection<T>", Kind: types.Interface, Doc: "A collection.", Bases: "IEnumerable<T>",
		Members: []Member{
			M("int Count { get; }", "The number of elements.", C1(count)),
			M("void Add(T item)", "Adds an element.", C2(addTo)),
			M("bool Contains(T item)", "Whether an element is equal to the item.", C2(contains)),
			M("void Clear()", "Removes all elements.", C1(clearAll)),
			M("bool Remove(T item)", "Removes the first equal element; false when there is none.", C2(removeFrom)),
			M("void CopyTo(T[] array, int arrayIndex)", "Copies the elements into an array.", C3(func(c Call, v, to any, i int) (Void, error) {
				return Void{}, c.copyInto(elemOf(to), v, to, i)
			})),
			M("bool IsReadOnly { get; }", "Whether elements can not be added and removed.", F1(isReadOnly)),
		},
	}
}

func addTo(c Call, collection, v any) (Void, error) {
	switch l := collection.(type) {
	case *List:
		return Void{}, l.add(c, v)
	case *newtonsoft.JArray:
		return Void{}, newtonsoft.Add(c.Budget(), l, v)
	case interface{ Put(c Call, v any) error }:
		return Void{}, l.Put(c, v)
	}
	return Void{}, clr.ClassNotSupported.Throw("Collection was of a fixed size.")
}

func clearAll(_ Call, collection any) (Void, error) {
	switch l := collection.(type) {
	case interface{ Clear() }:
		l.Clear()
		return Void{}, nil
	}
	return Void{}, clr.ClassNotSupported.Throw("Collection is read-only.")
}

func removeFrom(_ Call, collection, v any) (bool, error) {
	switch l := collection.(type) {
	case *List:
		i := indexOf(l.Data, v)
		if i < 0 {
			return false, nil
		}
		return true, l.removeAt(i, 1)
	case *newtonsoft.JArray:
		t, _ := v.(newtonsoft.JToken)
		return l.RemoveItem(t)
	case *Dict:
		p := v.(Pair)
		if have, ok := l.Get(p.Key); !ok || !clr.Equals(have, p.Value) {
			return false, nil
		}
		return l.remove(p.Key), nil
	case interface{ Remove(v any) bool }:
		return l.Remove(v), nil
	}
	return false, clr.ClassNotSupported.Throw("Collection was of a fixed size.")
}

// isReadOnly reports whether a collection has no Add and Remove of its own.
func isReadOnly(collection any) bool {
	switch collection.(type) {
	case *List, newtonsoft.JToken, *Dict, *Set:
		return false
	}
	return true
}

func contains(c Call, collection, v any) (bool, error) {
	found := false
	err := c.Each(collection, func(item any) error {
		if clr.Equals(item, v) {
			found = true
			return ErrStop
		}
		return nil
	})
	return found, err
}

func readOnlyCollectionClass() *Class {
	return &Class{
		Name: "System.Collections.Generic.IReadOnlyCollection<out T>", Kind: types.Interface, Doc: "A collection that can be read.", Bases: "IEnumerable<T>",
		Members: []Member{M("int Count { get; }", "The number of elements.", C1(count))},
	}
}

// at is the element at a place of a list or an array.
func at(_ Call, v any, i int) (any, error) {
	switch v := v.(type) {
	case *List:
		if err := v.at(i); err != nil {
			return nil, err
		}
		return v.Data[i], nil
	case *Array:
		if i < 0 || i >= len(v.Data) {
			return nil, clr.IndexOutOfRangeError()
		}
		return v.Data[i], nil
	case []byte:
		if i < 0 || i >= len(v) {
			return nil, clr.IndexOutOfRangeError()
		}
		return v[i], nil
	case *newtonsoft.JArray:
		return v.At(int32(i))
	case interface{ At(i int) (any, error) }:
		return v.At(i)
	}
	return nil, clr.ClassNotSupported.New()
}

func setAt(c Call, v any, i int, item any) (Void, error) {
	switch v := v.(type) {
	case *List:
		return Void{}, v.set(i, item)
	case []byte:
		if i < 0 || i >= len(v) {
			return Void{}, clr.IndexOutOfRangeError()
		}
		v[i] = item.(byte)
	case *Array:
		if i < 0 || i >= len(v.Data) {
			return Void{}, clr.IndexOutOfRangeError()
		}
		v.Data[i] = item
	case *newtonsoft.JArray:
		t, _ := item.(newtonsoft.JToken)
		return Void{}, v.SetAt(c.Budget(), int32(i), t)
	}
	return Void{}, nil
}

func listInterface() *Class {
	return &Class{
		Name: "System.Collections.Generic.IList<T>", Kind: types.Interface, Doc: "A list.", Bases: "ICollection<T>",
		Members: []Member{
			M("T this[int index] { get; set; }", "The element at a place.", C2(at)).Set(C3(wrapSet)),
			M("int IndexOf(T item)", "The place of the first equal element, or -1.", C2(func(c Call, v, item any) (int, error) {
				items, err := c.Collect(v)
				return indexOf(items, item), err
			})),
			M("void Insert(int index, T item)", "Inserts an element at a place.", C3(func(c Call, v any, i int, item any) (Void, error) {
				switch l := v.(type) {
				case *List:
					return Void{}, l.insert(c, i, item)
				case *newtonsoft.JArray:
					t, _ := item.(newtonsoft.JToken)
					return Void{}, l.Insert(c.Budget(), int32(i), t)
				}
				return Void{}, clr.ClassNotSupported.Throw("Collection was of a fixed size.")
			})),
			M("void RemoveAt(int index)", "Removes the element at a place.", C2(func(_ Call, v any, i int) (Void, error) {
				switch l := v.(type) {
				case *List:
					if err := l.at(i); err != nil {
						return Void{}, err
					}
					return Void{}, l.removeAt(i, 1)
				case *newtonsoft.JArray:
					return Void{}, l.RemoveAt(int32(i))
				}
				return Void{}, clr.ClassNotSupported.Throw("Collection was of a fixed size.")
			})),
		},
	}
}

func wrapSet(c Call, v any, i int, item any) (Void, error) { return setAt(c, v, i, item) }

func readOnlyListInterface() *Class {
	return &Class{
		Name: "System.Collections.Generic.IReadOnlyList<out T>", Kind: types.Interface, Doc: "A list that can be read.", Bases: "IReadOnlyCollection<T>",
		Members: []Member{M("T this[int index] { get; }", "The element at a place.", C2(at))},
	}
}

func pairClass() *Class {
	return &Class{
		Name: "System.Collections.Generic.KeyValuePair<TKey, TValue>", Doc: "A key and its value.",
		Members: []Member{
			M("KeyValuePair(TKey key, TValue value)", "A pair.", C2(func(c Call, k, v any) (Pair, error) { return Pair{k, v, c.Type}, nil }),
				`new KeyValuePair<string, int>("a", 1).Value => 1`),
			M("TKey Key { get; }", "The key.", F1(func(p Pair) any { return p.Key })),
			M("TValue Value { get; }", "The value.", F1(func(p Pair) any { return p.Value })),
			M("string ToString()", "The pair in brackets.", F1(Pair.ToString), `new KeyValuePair<string, int>("a", 1).ToString() => "[a, 1]"`),
		},
	}
}

func enumClass() *Class {
	return &Class{
		Name: "System.Enum", Doc: "The base of enumerations.", Access: AllowSome,
		Members: append(enumParsers(), []Member{
			M("string ToString()", "The name of the value.", F1(clr.Enum.ToString), `StringComparison.Ordinal.ToString() => "Ordinal"`).Allowed(),
			M("string ToString(string format)", "The value in a format.", C2(func(c Call, e clr.Enum, format string) (string, error) { return e.Format(c.Budget(), format) })).Allowed(),
			M("bool Equals(object obj)", "Whether both are the same value.", F2(clr.Equals)),
			M("int GetHashCode()", "A number that is equal for equal values.", F1(HashCode)),
			M("int CompareTo(object target)", "Which of the values comes first.", E2(compareItems)),
			M("static T Parse<T>(string value)", "The value with that name or number.", C1(func(c Call, text string) (any, error) { return parseEnum(c, text, false) }),
				`Enum.Parse<DayOfWeek>("Friday") == DayOfWeek.Friday => true`).Allowed(),
			M("static T Parse<T>(string value, bool ignoreCase)", "The value with that name or number.", C2(parseEnum)).Allowed(),
			M("static bool TryParse<T>(string value, out T result)", "Whether there is a value with that name or number, which result becomes.", Boxed(func(c Call, args []any) (any, error) {
				return tryEnum(c, args[0], false, args[1])
			})).Allowed(),
			M("static bool TryParse<T>(string value, bool ignoreCase, out T result)", "Whether there is a value with that name or number, which result becomes.",
				Boxed(func(c Call, args []any) (any, error) { return tryEnum(c, args[0], args[1].(bool), args[2]) })).Allowed(),
			M("static T[] GetValues<T>()", "All values.", C0(func(c Call) (any, error) {
				out := &Array{Elem: c.TypeArgs[0]}
				if c.TypeArgs[0].Kind != types.Enum {
					return nil, notAnEnum()
				}
				for _, v := range c.TypeArgs[0].Def.Values {
					out.Data = append(out.Data, EnumOf(c.TypeArgs[0], v.Value))
				}
				return out, nil
			}), `Enum.GetValues<DateTimeKind>().Length => 3`),
			M("static string[] GetNames<T>()", "The names of all values.", C0(func(c Call) (any, error) {
				if c.TypeArgs[0].Kind != types.Enum {
					return nil, notAnEnum()
				}
				var names []string
				for _, v := range c.TypeArgs[0].Def.Values {
					names = append(names, v.Name)
				}
				return Strings(names...), nil
			}), `Enum.GetNames<DateTimeKind>()[1] => "Utc"`),
			M("bool HasFlag(Enum flag)", "Whether the bits of the flag are set.", F2(func(e, flag clr.Enum) bool { return e.Value&flag.Value == flag.Value })),
		}...),
	}
}

func notAnEnum() error {
	return clr.ArgumentError("Type provided must be an Enum.", "TEnum")
}

// parseEnum reads a value: its number, or its name; of flags, several names with commas
// between them.
func parseEnum(c Call, text string, ignoreCase bool) (any, error) {
	t := c.TypeArgs[0]
	if t.Kind != types.Enum {
		return nil, notAnEnum()
	}
	text = clr.Trim(text)
	if text == "" {
		return nil, clr.ArgumentError("Must specify valid information for parsing in the string.", "value")
	}
	if n, err := clr.ParseInt(text, clr.Int32Type); err == nil {
		return EnumOf(t, n), nil
	} else if e := clr.AsException(err); e.IsA(clr.ClassOverflow) {
		return nil, err
	}
	var value int64
	for _, name := range strings.Split(text, ",") {
		n, ok := enumValue(t, clr.Trim(name), ignoreCase)
		if !ok {
			return nil, clr.ArgumentError("Requested value '"+text+"' was not found.", "")
		}
		value |= n
	}
	return EnumOf(t, value), nil
}

func enumValue(t *types.Type, name string, ignoreCase bool) (int64, bool) {
	for _, v := range t.Def.Values {
		if v.Name == name || ignoreCase && clr.EqualIgnoreCase(v.Name, name) {
			return v.Value, true
		}
	}
	return 0, false
}

func tryEnum(c Call, text any, ignoreCase bool, result any) (any, error) {
	t := c.TypeArgs[0]
	if t.Kind != types.Enum {
		return nil, notAnEnum()
	}
	s, _ := text.(string)
	v, err := parseEnum(c, s, ignoreCase)
	if err != nil {
		v = EnumOf(t, 0)
	}
	*result.(*any) = v
	return err == nil, nil
}
