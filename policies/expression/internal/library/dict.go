package library

import (
	"iter"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// keys hash keys of dictionaries and sets, as a comparer has it.
type keys struct{ comparer equality }

// of is a Go value that is equal for equal keys.
func (k keys) of(v any) any {
	if k.comparer != nil {
		if key, ok := k.comparer.key(v); ok {
			return key
		}
	}
	return clr.EqualityKey(v)
}

// A Dict is a Dictionary<TKey, TValue>. It keeps the order of insertion.
type Dict struct {
	key, value *types.Type
	keys       keys
	index      map[any]int
	entries    []entry
	free       []int // places of removed entries, which the next ones take
	live       int
	changes    int // but for removals, which do not end an enumeration
}

// entrySize is about what an entry of a dictionary or a set takes, in bytes.
const entrySize = 96

type entry struct {
	key, value any
	removed    bool
}

func newDict(key, value *types.Type, comparer any) *Dict {
	c, _ := comparer.(equality)
	return &Dict{key: key, value: value, keys: keys{c}, index: map[any]int{}}
}

// DictionaryType is Dictionary<key, value>.
func DictionaryType(key, value *types.Type) *types.Type {
	return Load().Def("System.Collections.Generic.Dictionary", 2).Of(key, value)
}

// RuntimeType of the dictionary.
func (d *Dict) RuntimeType() *types.Type { return DictionaryType(d.key, d.value) }

// TypeName is the name of the dictionary's type.
func (d *Dict) TypeName() string { return d.RuntimeType().CLRName() }

// ToString is the type's name.
func (d *Dict) ToString() string { return d.TypeName() }

// Get returns the value of a key.
func (d *Dict) Get(key any) (any, bool) {
	i, ok := d.index[d.keys.of(key)]
	if !ok {
		return nil, false
	}
	return d.entries[i].value, true
}

// Len is the number of entries.
func (d *Dict) Len() int { return d.live }

// Entries goes through keys and values.
func (d *Dict) Entries() iter.Seq2[any, any] {
	return func(yield func(any, any) bool) {
		for i := 0; i < len(d.entries); i++ {
			if e := d.entries[i]; !e.removed && !yield(e.key, e.value) {
				return
			}
		}
	}
}

// each goes through the entries, as pairs, keys or values, until one is added.
func (d *Dict) each(f func(any) error, of func(k, v any) any) error {
	began := d.changes
	for k, v := range d.Entries() {
		if err := f(of(k, v)); err != nil {
			return err
		}
		if d.changes != began {
			return changedError()
		}
	}
	return nil
}

func (d *Dict) pairs() *Sequence {
	t := pairType(d.RuntimeType())
	return NewSequence(t, func(yield func(any) error) error {
		return d.each(yield, func(k, v any) any { return Pair{k, v, t} })
	})
}

// Items goes through the pairs.
func (d *Dict) Items() iter.Seq2[any, error] { return d.pairs().Items() }

// Missing throws.
func (d *Dict) Missing(_ *Run, key any) (any, error) { return nil, missingKey(key) }

// Set sets the value of a key.
func (d *Dict) set(key, value any) {
	k := d.keys.of(key)
	if i, ok := d.index[k]; ok {
		d.entries[i].value = value
		return
	}
	d.live++
	d.changes++
	if n := len(d.free); n > 0 {
		d.index[k] = d.free[n-1]
		d.entries[d.free[n-1]] = entry{key: key, value: value}
		d.free = d.free[:n-1]
		return
	}
	d.index[k] = len(d.entries)
	d.entries = append(d.entries, entry{key: key, value: value})
}

func (d *Dict) insert(c Call, key, value any) error {
	if key == nil {
		return NullArgument("key")
	}
	if _, ok := d.Get(key); ok {
		return clr.DuplicateKeyError(clr.ToString(key))
	}
	if err := c.Budget().Take(entrySize); err != nil {
		return err
	}
	d.set(key, value)
	return nil
}

func (d *Dict) remove(key any) bool {
	k := d.keys.of(key)
	i, ok := d.index[k]
	if ok {
		delete(d.index, k)
		d.entries[i] = entry{removed: true}
		d.free = append(d.free, i)
		d.live--
	}
	return ok
}

// Clear removes all entries.
func (d *Dict) Clear() { d.index, d.entries, d.free, d.live = map[any]int{}, nil, nil, 0 }

// Put adds a pair.
func (d *Dict) Put(c Call, v any) error {
	p := v.(Pair)
	return d.insert(c, p.Key, p.Value)
}

func newDictOf(c Call, from, comparer any) (*Dict, error) {
	d := newDict(c.Type.Args[0], c.Type.Args[1], comparer)
	if from == nil {
		return d, NullArgument("dictionary")
	}
	return d, c.Each(Pairs(from), func(pair any) error { return d.Put(c, pair) })
}

// A dictPart is the keys or the values of a Dict, as they are at any time.
type dictPart struct {
	of   *Dict
	keys bool
}

// RuntimeType is Dictionary's KeyCollection or ValueCollection.
func (p *dictPart) RuntimeType() *types.Type {
	name := "ValueCollection"
	if p.keys {
		name = "KeyCollection"
	}
	return Load().Defs(name)[0].Of(p.of.key, p.of.value)
}

// TypeName is the type's name.
func (p *dictPart) TypeName() string { return p.RuntimeType().CLRName() }

// ToString is the type's name.
func (p *dictPart) ToString() string { return p.TypeName() }

// Count is the number of entries.
func (p *dictPart) Count() int { return p.of.live }

func (p *dictPart) each(f func(any) error) error {
	return p.of.each(f, func(k, v any) any {
		if p.keys {
			return k
		}
		return v
	})
}

// Items goes through the keys or the values.
func (p *dictPart) Items() iter.Seq2[any, error] { return ownItems(p) }

// partOf is the keys or the values of any dictionary.
func partOf(v any, keys bool) any {
	if d, ok := v.(*Dict); ok {
		return &dictPart{d, keys}
	}
	if keys {
		return keysOf(lookupOf(v))
	}
	return valuesOf(lookupOf(v))
}

// dictPartClasses are the types of Dictionary's Keys and Values.
func dictPartClasses() []func() *Class {
	declare := func(name, doc, elem string) func() *Class {
		return func() *Class {
			return &Class{
				Name: "System.Collections.Generic.Dictionary+" + name + "<TKey, TValue>", Abstract: true, Access: AllowSome, Doc: doc,
				Bases: "ICollection<" + elem + ">; IReadOnlyCollection<" + elem + ">",
				Members: []Member{
					M("int Count { get; }", "How many there are.", F1((*dictPart).Count)),
					M("void CopyTo("+elem+"[] array, int index)", "Copies them into an array.", C3(func(c Call, p *dictPart, to any, i int) (Void, error) {
						elem := p.of.value
						if p.keys {
							elem = p.of.key
						}
						return Void{}, c.copyInto(elem, p, to, i)
					})),
				},
			}
		}
	}
	return []func() *Class{declare("KeyCollection", "The keys of a dictionary.", "TKey"), declare("ValueCollection", "The values of a dictionary.", "TValue")}
}

func dictionaryClass() *Class {
	empty := func(c Call, comparer any) (*Dict, error) {
		return newDict(c.Type.Args[0], c.Type.Args[1], comparer), nil
	}
	return &Class{
		Name: "System.Collections.Generic.Dictionary<TKey, TValue>", Doc: "A dictionary.",
		Bases: "IDictionary<TKey, TValue>; IReadOnlyDictionary<TKey, TValue>",
		Members: []Member{
			M("Dictionary()", "An empty dictionary.", C0(func(c Call) (*Dict, error) { return empty(c, nil) }),
				`new Dictionary<string, int> { { "a", 1 }, { "b", 2 } }["b"] => 2`, `new Dictionary<string, int> { ["a"] = 1 }.Count => 1`,
				`JsonConvert.SerializeObject(new Dictionary<string, object> { { "a", 1 } }) => "{\"a\":1}"`),
			M("Dictionary(int capacity)", "An empty dictionary.", C1(func(c Call, n int) (*Dict, error) {
				return newDict(c.Type.Args[0], c.Type.Args[1], nil), notNegative(n)
			})),
			M("Dictionary(int capacity, IEqualityComparer<TKey> comparer)", "An empty dictionary whose keys a comparer compares.", C2(func(c Call, n int, by any) (*Dict, error) {
				return newDict(c.Type.Args[0], c.Type.Args[1], by), notNegative(n)
			})),
			M("Dictionary(IEnumerable<KeyValuePair<TKey, TValue>> collection)", "A dictionary of pairs.", C1(func(c Call, from any) (*Dict, error) { return newDictOf(c, from, nil) })),
			M("Dictionary(IEnumerable<KeyValuePair<TKey, TValue>> collection, IEqualityComparer<TKey> comparer)", "A dictionary of pairs whose keys a comparer compares.", C2(newDictOf)),
			M("Dictionary(IEqualityComparer<TKey> comparer)", "An empty dictionary whose keys a comparer compares.", C1(empty),
				`new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase) { { "a", 1 } }["A"] => 1`),
			M("Dictionary(IDictionary<TKey, TValue> dictionary)", "A copy of a dictionary.", C1(func(c Call, from any) (*Dict, error) { return newDictOf(c, from, nil) })),
			M("Dictionary(IDictionary<TKey, TValue> dictionary, IEqualityComparer<TKey> comparer)", "A copy of a dictionary whose keys a comparer compares.", C2(newDictOf)),
			M("TValue this[TKey key] { get; set; }", "The value of a key; one that is not there throws.", Boxed(lookup),
				`new Dictionary<string, int>()["a"] => KeyNotFoundException: The given key 'a' was not present in the dictionary.`).Set(Boxed(setEntry)),
			M("void Add(TKey key, TValue value)", "Adds a key that is not there yet.", C3(func(c Call, d *Dict, k, v any) (Void, error) { return Void{}, d.insert(c, k, v) }),
				`new Dictionary<string, int> { { "a", 1 }, { "a", 2 } } => ArgumentException: An item with the same key has already been added. Key: a`),
			M("bool TryAdd(TKey key, TValue value)", "Adds a key unless it is there.", C3(func(c Call, d *Dict, k, v any) (bool, error) {
				if _, ok := d.Get(k); ok {
					return false, nil
				}
				return true, d.insert(c, k, v)
			})),
			M("bool ContainsKey(TKey key)", "Whether the key is there.", Boxed(containsKey)),
			M("bool ContainsValue(TValue value)", "Whether a value is there.", C2(func(_ Call, d *Dict, v any) (bool, error) {
				for _, have := range d.Entries() {
					if clr.Equals(have, v) {
						return true, nil
					}
				}
				return false, nil
			})),
			M("bool TryGetValue(TKey key, out TValue value)", "Whether the key is there, and its value.", Boxed(tryGetValue)),
			M("bool Remove(TKey key)", "Removes a key.", E2(func(d *Dict, key any) (bool, error) {
				if key == nil {
					return false, NullArgument("key")
				}
				return d.remove(key), nil
			})),
			M("bool Remove(TKey key, out TValue value)", "Removes a key, and tells its value.", Boxed(func(_ Call, args []any) (any, error) {
				d, key := args[0].(*Dict), args[1]
				if key == nil {
					return nil, NullArgument("key")
				}
				v, ok := d.Get(key)
				if !ok {
					v = Zero(d.value)
				}
				*args[2].(*any) = v
				return d.remove(key), nil
			})),
			M("int EnsureCapacity(int capacity)", "The capacity.", E2(func(_ *Dict, n int) (int, error) { return n, notNegative(n) })),
			M("void TrimExcess()", "Does nothing here.", F1(func(*Dict) Void { return Void{} })),
			M("IEqualityComparer<TKey> Comparer { get; }", "What compares the keys, or null here for the default.", F1(func(d *Dict) any {
				if d.keys.comparer == nil {
					return nil
				}
				return d.keys.comparer
			})),
			M("void Clear()", "Removes all keys.", F1(func(d *Dict) Void { d.Clear(); return Void{} })),
			M("int Count { get; }", "The number of keys.", F1((*Dict).Len)),
			M("KeyCollection<TKey, TValue> Keys { get; }", "The keys.", F1(func(d *Dict) *dictPart { return &dictPart{d, true} }), `new Dictionary<string, int> { { "a", 1 } }.Keys => ["a"]`),
			M("ValueCollection<TKey, TValue> Values { get; }", "The values.", F1(func(d *Dict) *dictPart { return &dictPart{d, false} }), `new Dictionary<string, int> { { "a", 1 } }.Values => [1]`),
			M("IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator()", "An enumerator that stands before the first pair.", C1(newEnumerator)),
		},
	}
}

func setEntry(c Call, args []any) (any, error) {
	if args[1] == nil {
		return nil, NullArgument("key")
	}
	if o, ok := args[0].(jObjectView); ok {
		return nil, o.set(c, args[1], args[2])
	}
	d, ok := args[0].(*Dict)
	if !ok {
		return nil, clr.ClassNotSupported.Throw("Collection is read-only.")
	}
	d.set(args[1], args[2])
	return nil, c.Budget().Take(entrySize)
}

func dictionaryInterface() *Class {
	return &Class{
		Name: "System.Collections.Generic.IDictionary<TKey, TValue>", Kind: types.Interface, Doc: "A dictionary.", Bases: "ICollection<KeyValuePair<TKey, TValue>>",
		Members: []Member{
			M("TValue this[TKey key] { get; set; }", "The value of a key; one that is not there throws.", Boxed(lookup)).Set(Boxed(setEntry)),
			M("bool ContainsKey(TKey key)", "Whether the key is there.", Boxed(containsKey)),
			M("bool TryGetValue(TKey key, out TValue value)", "Whether the key is there, and its value.", Boxed(tryGetValue)),
			M("ICollection<TKey> Keys { get; }", "The keys.", F1(func(v any) any { return partOf(v, true) })),
			M("ICollection<TValue> Values { get; }", "The values.", F1(func(v any) any { return partOf(v, false) })),
			M("void Add(TKey key, TValue value)", "Adds a key that is not there yet.", C3(func(c Call, v, key, value any) (Void, error) {
				if o, ok := v.(jObjectView); ok {
					return Void{}, o.insert(c, key, value)
				}
				d, ok := v.(*Dict)
				if !ok {
					return Void{}, clr.ClassNotSupported.Throw("Collection is read-only.")
				}
				return Void{}, d.insert(c, key, value)
			})),
			M("bool Remove(TKey key)", "Removes a key.", E2(func(v, key any) (bool, error) {
				if o, ok := v.(jObjectView); ok {
					name, _ := key.(string)
					return o.object.RemoveProperty(name)
				}
				d, ok := v.(*Dict)
				if !ok {
					return false, clr.ClassNotSupported.Throw("Collection is read-only.")
				}
				return d.remove(key), nil
			})),
		},
	}
}
