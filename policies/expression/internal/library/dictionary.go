package library

import (
	"iter"

	"github.com/apimgw/apimgw/policies/exchange"
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// A Pair is a KeyValuePair<TKey, TValue>.
type Pair struct {
	Key, Value any
	Type       *types.Type
}

// Members are the pair's properties, as JSON has them.
func (p Pair) Members() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		_ = yield("Key", p.Key) && yield("Value", p.Value)
	}
}

// RuntimeType is the type the pair was made of.
func (p Pair) RuntimeType() *types.Type { return p.Type }

// TypeName is the name of the pair's type.
func (p Pair) TypeName() string { return p.Type.CLRName() }

// ToString is "[key, value]".
func (p Pair) ToString() string {
	return "[" + clr.ToString(p.Key) + ", " + clr.ToString(p.Value) + "]"
}

// Equals compares key and value.
func (p Pair) Equals(other any) bool {
	o, ok := other.(Pair)
	return ok && clr.Equals(p.Key, o.Key) && clr.Equals(p.Value, o.Value)
}

// EqualityKey is the same for equal pairs.
func (p Pair) EqualityKey() any { return clr.EqualityKeys(p.Key, p.Value) }

// A Lookup is a dictionary that can be read.
type Lookup interface {
	// Get returns the value of a key, which is not null.
	Get(key any) (any, bool)
	// Len is the number of entries.
	Len() int
	// Entries goes through keys and values in order.
	Entries() iter.Seq2[any, any]
	// Missing is what reading a key that is not there gives.
	Missing(r *Run, key any) (any, error)
	// RuntimeType of the dictionary.
	RuntimeType() *types.Type
}

// lookupOf is the dictionary that a value is; nil when it is none.
func lookupOf(v any) Lookup {
	switch v := v.(type) {
	case Lookup:
		return v
	case *exchange.Variables:
		return variables{v}
	case *exchange.Headers:
		return headers{v}
	}
	return nil
}

func missingKey(key any) error { return clr.KeyNotFoundError(clr.ToString(key)) }

func pairType(dictionary *types.Type) *types.Type {
	base := types.Base(dictionary, types.IReadOnlyDictionary)
	if base == nil {
		base = types.Base(dictionary, types.IDictionary)
	}
	return types.KeyValuePair.Of(base.Args...)
}

func pairsOf(l Lookup) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		t := pairType(l.RuntimeType())
		for k, v := range l.Entries() {
			if !yield(Pair{k, v, t}, nil) {
				return
			}
		}
	}
}

func keysOf(l Lookup) *Sequence {
	return NewSequence(pairType(l.RuntimeType()).Args[0], func(yield func(any) error) error {
		for k := range l.Entries() {
			if err := yield(k); err != nil {
				return err
			}
		}
		return nil
	})
}

func valuesOf(l Lookup) *Sequence {
	return NewSequence(pairType(l.RuntimeType()).Args[1], func(yield func(any) error) error {
		for _, v := range l.Entries() {
			if err := yield(v); err != nil {
				return err
			}
		}
		return nil
	})
}

// variables are context.Variables.
type variables struct{ v *exchange.Variables }

// VariablesType is IReadOnlyDictionary<string, object>; HeadersType has string[] for
// values, and ParametersType string.
var (
	VariablesType  = types.IReadOnlyDictionary.Of(types.StringType, types.ObjectType)
	HeadersType    = types.IReadOnlyDictionary.Of(types.StringType, types.StringArray)
	ParametersType = types.IReadOnlyDictionary.Of(types.StringType, types.StringType)
)

// Get returns a variable.
func (d variables) Get(key any) (any, bool) {
	name, _ := key.(string)
	return d.v.Get(name)
}

// Len is the number of variables.
func (d variables) Len() int { return d.v.Len() }

// Entries goes through names and values.
func (d variables) Entries() iter.Seq2[any, any] {
	return func(yield func(any, any) bool) {
		for name, value := range d.v.All {
			if !yield(name, value) {
				return
			}
		}
	}
}

// Missing is null, or throws where that is asked for.
func (d variables) Missing(r *Run, key any) (any, error) {
	if r.Services.MissingVariableThrows {
		return nil, missingKey(key)
	}
	return nil, nil
}

// RuntimeType of the variables.
func (d variables) RuntimeType() *types.Type { return VariablesType }

// headers are the headers of a message.
type headers struct{ h *exchange.Headers }

// Get returns the values of a header as string[].
func (d headers) Get(key any) (any, bool) {
	name, _ := key.(string)
	values := d.h.Values(name)
	if values == nil {
		return nil, false
	}
	return Strings(values...), true
}

// Len is the number of names.
func (d headers) Len() int {
	n := 0
	for range d.Entries() {
		n++
	}
	return n
}

// Entries goes through names and string[] values.
func (d headers) Entries() iter.Seq2[any, any] {
	return func(yield func(any, any) bool) {
		fields := d.h.Fields()
		for i, f := range fields {
			if seenHeader(fields[:i], f.Name) {
				continue
			}
			if !yield(f.Name, any(Strings(d.h.Values(f.Name)...))) {
				return
			}
		}
	}
}

func seenHeader(fields []exchange.Field, name string) bool {
	for _, f := range fields {
		if clr.EqualIgnoreCase(f.Name, name) {
			return true
		}
	}
	return false
}

// Missing throws.
func (d headers) Missing(_ *Run, key any) (any, error) { return nil, missingKey(key) }

// RuntimeType of the headers.
func (d headers) RuntimeType() *types.Type { return HeadersType }

// A Query is the query of a URL as a dictionary.
type Query exchange.URL

func (q *Query) url() *exchange.URL { return (*exchange.URL)(q) }

// Get returns the values of a parameter as string[].
func (q *Query) Get(key any) (any, bool) {
	name, _ := key.(string)
	values := q.url().Parameter(name)
	if values == nil {
		return nil, false
	}
	return Strings(values...), true
}

// Len is the number of names.
func (q *Query) Len() int {
	n := 0
	for range q.Entries() {
		n++
	}
	return n
}

// Entries goes through names and string[] values.
func (q *Query) Entries() iter.Seq2[any, any] {
	return func(yield func(any, any) bool) {
		var seen []exchange.Field
		for name := range q.url().Parameters {
			if seenHeader(seen, name) {
				continue
			}
			seen = append(seen, exchange.Field{Name: name})
			if !yield(name, any(Strings(q.url().Parameter(name)...))) {
				return
			}
		}
	}
}

// Missing throws.
func (q *Query) Missing(_ *Run, key any) (any, error) { return nil, missingKey(key) }

// RuntimeType of the query.
func (q *Query) RuntimeType() *types.Type { return HeadersType }

// Items goes through the pairs.
func (q *Query) Items() iter.Seq2[any, error] { return pairsOf(q) }

// Parameters are the matched parameters of a request as a dictionary.
type Parameters exchange.Request

// Get returns a parameter.
func (p *Parameters) Get(key any) (any, bool) {
	name, _ := key.(string)
	v, ok := (*exchange.Request)(p).MatchedParameter(name)
	if !ok {
		return nil, false
	}
	return v, true
}

// Len is the number of parameters.
func (p *Parameters) Len() int { return len(p.MatchedParameters) }

// Entries goes through names and values.
func (p *Parameters) Entries() iter.Seq2[any, any] {
	return func(yield func(any, any) bool) {
		for _, f := range p.MatchedParameters {
			if !yield(f.Name, f.Value) {
				return
			}
		}
	}
}

// Missing throws.
func (p *Parameters) Missing(_ *Run, key any) (any, error) { return nil, missingKey(key) }

// RuntimeType of the parameters.
func (p *Parameters) RuntimeType() *types.Type { return ParametersType }

// Items goes through the pairs.
func (p *Parameters) Items() iter.Seq2[any, error] { return pairsOf(p) }

func readOnlyDictionaryClass() *Class {
	return &Class{
		Name: "System.Collections.Generic.IReadOnlyDictionary<TKey, TValue>", Kind: types.Interface,
		Doc:   "A dictionary that can be read: headers, query parameters, claims, variables.",
		Bases: "IReadOnlyCollection<KeyValuePair<TKey, TValue>>",
		Members: []Member{
			M("TValue this[TKey key] { get; }", "The value of a key. A key that is not there throws, but for context.Variables.", Boxed(lookup),
				`context.Variables["tier"] => "gold"`, `context.Variables["none"] => null`,
				`context.Request.Headers["none"] => KeyNotFoundException: The given key 'none' was not present in the dictionary.`),
			M("bool ContainsKey(TKey key)", "Whether the key is there.", Boxed(containsKey),
				`context.Variables.ContainsKey("tier") => true`),
			M("bool TryGetValue(TKey key, out TValue value)", "Whether the key is there, and its value.", Boxed(tryGetValue)),
			M("IEnumerable<TKey> Keys { get; }", "The keys.", F1(func(v any) any { return partOf(v, true) })),
			M("IEnumerable<TValue> Values { get; }", "The values.", F1(func(v any) any { return partOf(v, false) })),
			M("int Count { get; }", "The number of entries.", F1(func(v any) int { return lookupOf(v).Len() })),
		},
	}
}

func lookup(c Call, args []any) (any, error) { return ValueOf(c.Run, args[0], args[1]) }

// ValueOf is dictionary[key].
func ValueOf(r *Run, dictionary, key any) (any, error) {
	if key == nil {
		return nil, NullArgument("key")
	}
	l := lookupOf(dictionary)
	if v, ok := l.Get(key); ok {
		return v, nil
	}
	return l.Missing(r, key)
}

func containsKey(_ Call, args []any) (any, error) {
	if args[1] == nil {
		return nil, NullArgument("key")
	}
	if h, ok := args[0].(*exchange.Headers); ok {
		return h.Has(args[1].(string)), nil
	}
	_, ok := lookupOf(args[0]).Get(args[1])
	return ok, nil
}

func tryGetValue(c Call, args []any) (any, error) {
	if args[1] == nil {
		return nil, NullArgument("key")
	}
	v, ok := lookupOf(args[0]).Get(args[1])
	if !ok {
		v = Zero(pairType(c.Type).Args[1])
	}
	*args[2].(*any) = v
	return ok, nil
}
