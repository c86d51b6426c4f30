package library

import (
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func linqSets() []Member {
	const comparer = ", IEqualityComparer<TSource> comparer)"
	set := func(name, doc string, keep func(first, second *Set, item any) bool, example string) []Member {
		run := func(c Call, a, b, by any) (*Sequence, error) { return combine(c, a, b, by, name == "Union", keep) }
		return []Member{
			M("static IEnumerable<TSource> "+name+"<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second)", doc,
				C2(func(c Call, a, b any) (*Sequence, error) { return run(c, a, b, nil) }), example),
			M("static IEnumerable<TSource> "+name+"<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second"+comparer, doc+" A comparer tells what is equal.", C3(run)),
		}
	}
	out := []Member{
		M("static IEnumerable<TSource> Distinct<TSource>(this IEnumerable<TSource> source)", "The items, each once.",
			C1(func(c Call, v any) (*Sequence, error) { return distinct(c, v, nil) }), `new[] { 1, 2, 1 }.Distinct() => [1, 2]`),
		M("static IEnumerable<TSource> Distinct<TSource>(this IEnumerable<TSource> source"+comparer, "The items, each once, as a comparer has it.", C2(distinct),
			`new[] { "a", "A" }.Distinct(StringComparer.OrdinalIgnoreCase) => ["a"]`),
	}
	out = append(out, linqGroups()...)
	out = append(out, set("Union", "The items of both, each once.", func(_, _ *Set, _ any) bool { return true }, `new[] { 1 }.Union(new[] { 1, 2 }) => [1, 2]`)...)
	out = append(out, set("Intersect", "The items that are in both, each once.", func(_, second *Set, item any) bool { return second.has(item) }, `new[] { 1, 2 }.Intersect(new[] { 2 }) => [2]`)...)
	return append(out, set("Except", "The items that are not in the second, each once.", func(_, second *Set, item any) bool { return !second.has(item) }, `new[] { 1, 2 }.Except(new[] { 2 }) => [1]`)...)
}

func distinct(c Call, v, comparer any) (*Sequence, error) {
	return lazy(c, v, func(each func(func(any) error) error, yield func(any) error) error {
		seen := newSet(types.ObjectType, comparer)
		return passing(each, yield, func(item any, yield func(any) error) error {
			if !seen.add(item) {
				return nil
			}
			if err := c.Budget().Take(entrySize); err != nil {
				return err
			}
			return yield(item)
		})
	})
}

func combine(c Call, a, b, comparer any, both bool, keep func(first, second *Set, item any) bool) (*Sequence, error) {
	if b == nil {
		return nil, NullArgument("second")
	}
	r := c.Run
	return lazy(c, a, func(each func(func(any) error) error, yield func(any) error) error {
		seen, second := newSet(types.ObjectType, comparer), newSet(types.ObjectType, comparer)
		if !both {
			if err := r.Each(b, func(item any) error { second.add(item); return r.budget.Take(entrySize) }); err != nil {
				return err
			}
		}
		hand := func(item any, yield func(any) error) error {
			if !keep(seen, second, item) || !seen.add(item) {
				return nil
			}
			if err := r.budget.Take(entrySize); err != nil {
				return err
			}
			return yield(item)
		}
		if err := passing(each, yield, hand); err != nil || !both {
			return err
		}
		return passing(func(f func(any) error) error { return r.Each(b, f) }, yield, hand)
	})
}

// A Grouping is the items of one key.
type Grouping struct {
	key  any
	list *List
	typ  *types.Type
}

// RuntimeType is IGrouping<TKey, TElement>.
func (g *Grouping) RuntimeType() *types.Type { return g.typ }

func linqGroups() []Member {
	const (
		groups  = "static IEnumerable<IGrouping<TKey, TSource>> GroupBy<TSource, TKey>(this IEnumerable<TSource> source, Func<TSource, TKey> keySelector"
		parts   = "static IEnumerable<IGrouping<TKey, TElement>> GroupBy<TSource, TKey, TElement>(this IEnumerable<TSource> source, Func<TSource, TKey> keySelector, Func<TSource, TElement> elementSelector"
		results = "static IEnumerable<TResult> GroupBy<TSource, TKey, TResult>(this IEnumerable<TSource> source, Func<TSource, TKey> keySelector, Func<TKey, IEnumerable<TSource>, TResult> resultSelector"
		by      = ", IEqualityComparer<TKey> comparer)"
	)
	result := func(c Call, v any, key, result *Delegate, comparer any) (*Sequence, error) {
		found, err := groupBy(c, v, grouping(c.TypeArgs[1], c.TypeArgs[0]), key, nil, comparer)
		if err != nil {
			return nil, err
		}
		r := c.Run
		return NewSequence(c.Result.Args[0], func(yield func(any) error) error {
			return r.Each(found, func(g any) error {
				out, err := result.Call(g.(*Grouping).key, g.(*Grouping).list)
				if err != nil {
					return err
				}
				return yield(out)
			})
		}), nil
	}
	return []Member{
		M(groups+")", "The items in groups of equal keys.",
			C2(func(c Call, v any, key *Delegate) (*Sequence, error) {
				return groupBy(c, v, c.Result.Args[0], key, nil, nil)
			}),
			`new[] { "a", "bb", "c" }.GroupBy(x => x.Length).Select(g => g.Key + ":" + g.Count()) => ["1:2", "2:1"]`),
		M(groups+by, "The items in groups of equal keys, as a comparer has it.",
			C3(func(c Call, v any, key *Delegate, comparer any) (*Sequence, error) {
				return groupBy(c, v, c.Result.Args[0], key, nil, comparer)
			}),
			`new[] { "a", "A" }.GroupBy(x => x, StringComparer.OrdinalIgnoreCase).Count() => 1`),
		M(parts+")", "What becomes of the items, in groups of equal keys.",
			C3(func(c Call, v any, key, element *Delegate) (*Sequence, error) {
				return groupBy(c, v, c.Result.Args[0], key, element, nil)
			}),
			`new[] { "a", "b" }.GroupBy(x => x.Length, x => x + "!").Select(g => string.Join("", g)) => ["a!b!"]`),
		M(parts+by, "What becomes of the items, in groups of equal keys, as a comparer has it.",
			C4(func(c Call, v any, key, element *Delegate, comparer any) (*Sequence, error) {
				return groupBy(c, v, c.Result.Args[0], key, element, comparer)
			})),
		M(results+")", "What becomes of the groups of equal keys.",
			C3(func(c Call, v any, key, of *Delegate) (*Sequence, error) { return result(c, v, key, of, nil) }),
			`new[] { "a", "bb", "c" }.GroupBy(x => x.Length, (key, items) => key * items.Count()) => [2, 2]`),
		M(results+by, "What becomes of the groups of equal keys, as a comparer has it.", C4(result)),
	}
}

// grouping is IGrouping<key, elem>.
func grouping(key, elem *types.Type) *types.Type {
	return Load().Def("System.Linq.IGrouping", 2).Of(key, elem)
}

// groupBy makes groups of type t of what element makes of the items; of the items, when
// there is no element.
func groupBy(c Call, v any, t *types.Type, key, element *Delegate, comparer any) (*Sequence, error) {
	if err := source(v); err != nil {
		return nil, err
	}
	r := c.Run
	return NewSequence(t, func(yield func(any) error) error {
		groups := newDict(t.Args[0], t, comparer)
		err := r.Each(v, func(item any) error {
			k, err := key.Call(item)
			if err != nil {
				return err
			}
			if element != nil {
				if item, err = element.Call(item); err != nil {
					return err
				}
			}
			g, ok := groups.Get(keyOrNull(k))
			if !ok {
				g = &Grouping{k, &List{Elem: t.Args[1]}, t}
				if err := r.budget.Take(2 * entrySize); err != nil {
					return err
				}
				groups.set(keyOrNull(k), g)
			}
			g.(*Grouping).list.Data = append(g.(*Grouping).list.Data, item)
			return r.budget.Take(16)
		})
		if err != nil {
			return err
		}
		for _, g := range groups.Entries() {
			if err := yield(g); err != nil {
				return err
			}
		}
		return nil
	}), nil
}

// nullKey stands for null among the keys of groups.
type nullKey struct{ _ byte }

func keyOrNull(key any) any {
	if key == nil {
		return nullKey{}
	}
	return key
}

func groupingClass() *Class {
	return &Class{
		Name: "System.Linq.IGrouping<out TKey, out TElement>", Kind: types.Interface, Doc: "The items of one key.", Bases: "IEnumerable<TElement>",
		Members: []Member{M("TKey Key { get; }", "The key.", F1(func(g *Grouping) any { return g.key })).Allowed()},
	}
}

// A sortKey is what items are sorted by; comparer may be nil.
type sortKey struct {
	of         *Delegate
	descending bool
	comparer   any
}

func (k *sortKey) compare(a, b any) (int, error) {
	n, err := compareBy(k.comparer, a, b)
	if k.descending {
		n = -n
	}
	return n, err
}

// An Ordered is a sequence that is sorted when it is gone through.
type Ordered struct {
	run    *Run
	elem   *types.Type
	source any
	keys   []sortKey
}

// RuntimeType is IOrderedEnumerable<T>.
func (o *Ordered) RuntimeType() *types.Type {
	return Load().Def("System.Linq.IOrderedEnumerable", 1).Of(o.elem)
}

func (o *Ordered) each(f func(any) error) error {
	items, err := o.run.Collect(o.source)
	if err != nil {
		return err
	}
	rows, err := o.rows(items)
	if err != nil {
		return err
	}
	err = o.run.SortBy(rows, func(a, b any) (int, error) {
		x, y := a.([]any), b.([]any)
		for i := range o.keys {
			if n, err := o.keys[i].compare(x[i+1], y[i+1]); err != nil || n != 0 {
				return n, err
			}
		}
		return 0, nil
	})
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := f(row.([]any)[0]); err != nil {
			return err
		}
	}
	return nil
}

// rows are items with their keys. All first keys are made before the second ones, and
// each once, whether they are compared or not.
func (o *Ordered) rows(items []any) ([]any, error) {
	if err := o.run.budget.Take(int64(len(items)) * int64(len(o.keys)+2) * 16); err != nil {
		return nil, err
	}
	rows := make([]any, len(items))
	for i, item := range items {
		row := make([]any, len(o.keys)+1)
		row[0], rows[i] = item, row
	}
	for k := range o.keys {
		for i, item := range items {
			key, err := o.keys[k].of.Call(item)
			if err != nil {
				return nil, err
			}
			rows[i].([]any)[k+1] = key
		}
	}
	return rows, nil
}

func orderedClass() *Class {
	return &Class{Name: "System.Linq.IOrderedEnumerable<out T>", Kind: types.Interface, Doc: "A sorted sequence.", Bases: "IEnumerable<T>"}
}

func linqOrder() []Member {
	const (
		order = "<TSource, TKey>(this IEnumerable<TSource> source, Func<TSource, TKey> keySelector"
		then  = "<TSource, TKey>(this IOrderedEnumerable<TSource> source, Func<TSource, TKey> keySelector"
	)
	both := func(name, rest, doc string, run func(c Call, v any, d *Delegate, comparer any) (*Ordered, error), examples ...string) []Member {
		name = "static IOrderedEnumerable<TSource> " + name + rest
		return []Member{
			M(name+")", doc, C2(func(c Call, v any, d *Delegate) (*Ordered, error) { return run(c, v, d, nil) }), examples[0]),
			M(name+", IComparer<TKey> comparer)", doc+" A comparer tells which comes first.", C3(run), examples[1:]...),
		}
	}
	first := func(descending bool) func(c Call, v any, d *Delegate, comparer any) (*Ordered, error) {
		return func(c Call, v any, d *Delegate, comparer any) (*Ordered, error) {
			if err := source(v); err != nil {
				return nil, err
			}
			return &Ordered{c.Run, c.Result.Args[0], v, []sortKey{{d, descending, comparer}}}, nil
		}
	}
	next := func(descending bool) func(c Call, v any, d *Delegate, comparer any) (*Ordered, error) {
		return func(_ Call, v any, d *Delegate, comparer any) (*Ordered, error) {
			o, ok := v.(*Ordered)
			if !ok {
				return nil, NullArgument("source")
			}
			keys := append(slices.Clone(o.keys), sortKey{d, descending, comparer})
			return &Ordered{o.run, o.elem, o.source, keys}, nil
		}
	}
	return slices.Concat(
		both("OrderBy", order, "The items, smallest key first.", first(false), `new[] { "b", "C", "a" }.OrderBy(x => x) => ["a", "b", "C"]`,
			`new[] { "b", "C", "a" }.OrderBy(x => x, StringComparer.Ordinal) => ["C", "a", "b"]`),
		both("OrderByDescending", order, "The items, largest key first.", first(true), `new[] { 1, 3, 2 }.OrderByDescending(x => x) => [3, 2, 1]`),
		both("ThenBy", then, "The items; those with equal keys by another key.", next(false), `new[] { "bb", "a", "aa" }.OrderBy(x => x.Length).ThenBy(x => x) => ["a", "aa", "bb"]`),
		both("ThenByDescending", then, "The items; those with equal keys by another key, largest first.", next(true), `new[] { "aa", "a", "bb" }.OrderBy(x => x.Length).ThenByDescending(x => x) => ["a", "bb", "aa"]`),
	)
}

func linqMake() []Member {
	return []Member{
		M("static IEnumerable<int> Range(int start, int count)", "Numbers that follow each other.", C2(func(_ Call, start, n int) (*Sequence, error) {
			if n < 0 || int64(start)+int64(n)-1 > 1<<31-1 {
				return nil, clr.OutOfRangeError("count", "")
			}
			return NewSequence(types.IntType, func(yield func(any) error) error {
				for i := range n {
					if err := yield(int32(start + i)); err != nil {
						return err
					}
				}
				return nil
			}), nil
		}), `Enumerable.Range(3, 2) => [3, 4]`),
		M("static IEnumerable<TResult> Repeat<TResult>(TResult element, int count)", "One item many times.", C2(func(c Call, v any, n int) (*Sequence, error) {
			if n < 0 {
				return nil, clr.OutOfRangeError("count", "")
			}
			return NewSequence(c.TypeArgs[0], func(yield func(any) error) error {
				for range n {
					if err := yield(v); err != nil {
						return err
					}
				}
				return nil
			}), nil
		}), `string.Join("", Enumerable.Repeat("a", 3)) => "aaa"`),
		M("static IEnumerable<TResult> Empty<TResult>()", "No items.", C0(func(c Call) (*Sequence, error) {
			return NewSequence(c.TypeArgs[0], func(func(any) error) error { return nil }), nil
		}), `Enumerable.Empty<int>().Any() => false`),
	}
}

func linqCollect() []Member {
	const (
		byKey      = "<TSource, TKey>(this IEnumerable<TSource> source, Func<TSource, TKey> keySelector"
		partsByKey = "<TSource, TKey, TElement>(this IEnumerable<TSource> source, Func<TSource, TKey> keySelector, Func<TSource, TElement> elementSelector"
		by         = ", IEqualityComparer<TKey> comparer)"
	)
	return []Member{
		M("static TSource[] ToArray<TSource>(this IEnumerable<TSource> source)", "The items as an array.", C1(func(c Call, v any) (any, error) {
			if err := source(v); err != nil {
				return nil, err
			}
			items, err := c.Collect(v)
			if err != nil {
				return nil, err
			}
			return NewArray(c.TypeArgs[0], items), nil
		}), `new List<int> { 1 }.ToArray().Length => 1`),
		M("static List<TSource> ToList<TSource>(this IEnumerable<TSource> source)", "The items as a list.", C1(func(c Call, v any) (*List, error) {
			if err := source(v); err != nil {
				return nil, err
			}
			items, err := c.Collect(v)
			return &List{Elem: c.TypeArgs[0], Data: items}, err
		}), `"ab".ToList().Count => 2`),
		M("static HashSet<TSource> ToHashSet<TSource>(this IEnumerable<TSource> source)", "The items as a set.",
			C1(func(c Call, v any) (*Set, error) { return toSet(c, v, nil) }), `new[] { 1, 1 }.ToHashSet().Count => 1`),
		M("static HashSet<TSource> ToHashSet<TSource>(this IEnumerable<TSource> source, IEqualityComparer<TSource> comparer)", "The items as a set, as a comparer has it.",
			C2(toSet), `new[] { "a", "A" }.ToHashSet(StringComparer.OrdinalIgnoreCase).Count => 1`),
		M("static Dictionary<TKey, TSource> ToDictionary"+byKey+")", "The items by their keys.",
			C2(func(c Call, v any, key *Delegate) (*Dict, error) { return toDictionary(c, v, key, nil, nil) }),
			`new[] { "a", "bb" }.ToDictionary(x => x.Length)[2] => "bb"`),
		M("static Dictionary<TKey, TSource> ToDictionary"+byKey+by, "The items by their keys, as a comparer has it.",
			C3(func(c Call, v any, key *Delegate, comparer any) (*Dict, error) {
				return toDictionary(c, v, key, nil, comparer)
			}),
			`new[] { "a" }.ToDictionary(x => x, StringComparer.OrdinalIgnoreCase)["A"] => "a"`),
		M("static Dictionary<TKey, TElement> ToDictionary"+partsByKey+")", "What becomes of the items, by their keys.",
			C3(func(c Call, v any, key, element *Delegate) (*Dict, error) {
				return toDictionary(c, v, key, element, nil)
			}),
			`new[] { "a", "bb" }.ToDictionary(x => x, x => x.Length)["bb"] => 2`,
			`new[] { 1, 1 }.ToDictionary(x => x, x => x) => ArgumentException: An item with the same key has already been added. Key: 1`),
		M("static Dictionary<TKey, TElement> ToDictionary"+partsByKey+by, "What becomes of the items, by their keys, as a comparer has it.",
			C4(toDictionary), `new[] { "a" }.ToDictionary(x => x, x => x.Length, StringComparer.OrdinalIgnoreCase)["A"] => 1`),
		M("static ILookup<TKey, TSource> ToLookup"+byKey+")", "The items in groups of equal keys.",
			C2(func(c Call, v any, key *Delegate) (*Groups, error) { return toLookup(c, v, key, nil, nil) }),
			`new[] { "a", "b" }.ToLookup(x => x.Length)[1].Count() => 2`),
		M("static ILookup<TKey, TSource> ToLookup"+byKey+by, "The items in groups of equal keys, as a comparer has it.",
			C3(func(c Call, v any, key *Delegate, comparer any) (*Groups, error) {
				return toLookup(c, v, key, nil, comparer)
			}),
			`new[] { "a" }.ToLookup(x => x, StringComparer.OrdinalIgnoreCase)["A"] => ["a"]`),
		M("static ILookup<TKey, TElement> ToLookup"+partsByKey+")", "What becomes of the items, in groups of equal keys.",
			C3(func(c Call, v any, key, element *Delegate) (*Groups, error) { return toLookup(c, v, key, element, nil) }),
			`new[] { "a", "b" }.ToLookup(x => x.Length, x => x + "!")[1] => ["a!", "b!"]`),
	}
}

func toSet(c Call, v, comparer any) (*Set, error) {
	if err := source(v); err != nil {
		return nil, err
	}
	out := newSet(c.TypeArgs[0], comparer)
	return out, c.Each(v, func(item any) error { out.add(item); return c.Budget().Take(16) })
}

func toLookup(c Call, v any, key, element *Delegate, comparer any) (*Groups, error) {
	seq, err := groupBy(c, v, grouping(c.Result.Args[0], c.Result.Args[1]), key, element, comparer)
	if err != nil {
		return nil, err
	}
	items, err := c.Collect(seq)
	return &Groups{c.Result, items, comparer}, err
}

// Groups are what ToLookup makes.
type Groups struct {
	typ      *types.Type
	items    []any
	comparer any
}

// RuntimeType is ILookup<TKey, TElement>.
func (g *Groups) RuntimeType() *types.Type { return g.typ }

func lookupClass() *Class {
	return &Class{
		Name: "System.Linq.ILookup<TKey, TElement>", Kind: types.Interface, Doc: "Items in groups of equal keys.", Bases: "IEnumerable<IGrouping<TKey, TElement>>",
		Members: []Member{
			M("IEnumerable<TElement> this[TKey key] { get; }", "The items of a key.", C2(func(c Call, g *Groups, key any) (any, error) {
				for _, item := range g.items {
					if equalBy(g.comparer, item.(*Grouping).key, key) {
						return item.(*Grouping).list, nil
					}
				}
				return &Array{Elem: c.Result.Args[0]}, nil
			})),
			M("int Count { get; }", "The number of groups.", F1(func(g *Groups) int { return len(g.items) })),
		},
	}
}

func toDictionary(c Call, v any, key, element *Delegate, comparer any) (*Dict, error) {
	if err := source(v); err != nil {
		return nil, err
	}
	out := newDict(c.Result.Args[0], c.Result.Args[1], comparer)
	err := c.Each(v, func(item any) error {
		k, err := key.Call(item)
		if err != nil {
			return err
		}
		if element != nil {
			if item, err = element.Call(item); err != nil {
				return err
			}
		}
		return out.insert(c, k, item)
	})
	return out, err
}
