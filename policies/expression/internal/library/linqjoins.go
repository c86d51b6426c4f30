package library

import "github.com/apimgw/apimgw/policies/expression/internal/types"

// linqJoins are Join and its kin, and the forms of other methods that have a selector of
// the result.
func linqJoins() []Member {
	out := []Member{
		M("static IEnumerable<TResult> Join<TOuter, TInner, TKey, TResult>(this IEnumerable<TOuter> outer, IEnumerable<TInner> inner, Func<TOuter, TKey> outerKeySelector, Func<TInner, TKey> innerKeySelector, Func<TOuter, TInner, TResult> resultSelector)",
			"What becomes of each pair of items with equal keys.", Boxed(join),
			`new[] { 1, 2 }.Join(new[] { 2, 3 }, x => x, y => y, (x, y) => x * y) => [4]`),
		M("static IEnumerable<TResult> GroupJoin<TOuter, TInner, TKey, TResult>(this IEnumerable<TOuter> outer, IEnumerable<TInner> inner, Func<TOuter, TKey> outerKeySelector, Func<TInner, TKey> innerKeySelector, Func<TOuter, IEnumerable<TInner>, TResult> resultSelector)",
			"What becomes of each item with all of the others that have its key.", Boxed(groupJoin),
			`new[] { 1, 2 }.GroupJoin(new[] { 2, 2 }, x => x, y => y, (x, g) => g.Count()) => [0, 2]`),
		M("static IEnumerable<TResult> SelectMany<TSource, TCollection, TResult>(this IEnumerable<TSource> source, Func<TSource, IEnumerable<TCollection>> collectionSelector, Func<TSource, TCollection, TResult> resultSelector)",
			"What becomes of each item with each item of what it leads to.", C3(selectManyPairs),
			`new[] { 1, 2 }.SelectMany(x => "ab", (x, c) => "" + x + c) => ["1a", "1b", "2a", "2b"]`),
		M("static TResult Aggregate<TSource, TAccumulate, TResult>(this IEnumerable<TSource> source, TAccumulate seed, Func<TAccumulate, TSource, TAccumulate> func, Func<TAccumulate, TResult> resultSelector)",
			"What becomes of what a seed and the items come to.", C4(func(c Call, v, seed any, d, result *Delegate) (any, error) {
				total, err := aggregate(c, v, seed, d)
				if err != nil {
					return nil, err
				}
				return result.Call(total)
			}), `new[] { 1, 2 }.Aggregate(0, (a, b) => a + b, a => a * 10) => 30`),
	}
	for _, t := range sums {
		average := "double?"
		if t == "decimal" || t == "float" {
			average = t + "?"
		}
		t += "?"
		out = append(out,
			M("static "+t+" Sum(this IEnumerable<"+t+"> source)", "The sum of the items that are not null.", C1(func(c Call, v any) (any, error) { return sumOfSome(c, v, nil) })),
			M("static "+t+" Sum<TSource>(this IEnumerable<TSource> source, Func<TSource, "+t+"> selector)", "The sum of what becomes of the items, where that is not null.", C2(sumOfSome)),
			M("static "+average+" Average(this IEnumerable<"+t+"> source)", "The mean of the items that are not null; null when there are none.", C1(func(c Call, v any) (any, error) { return meanOfSome(c, v, nil) })),
			M("static "+average+" Average<TSource>(this IEnumerable<TSource> source, Func<TSource, "+t+"> selector)", "The mean of what becomes of the items, where that is not null.", C2(meanOfSome)),
		)
	}
	return out
}

// some are the values that are not null of what a selector makes of the items.
func some(c Call, v any, d *Delegate) (*Array, error) {
	out := &Array{Elem: c.Result.Elem}
	err := values(c, v, d, func(item any) error {
		if item == nil {
			return nil
		}
		out.Data = append(out.Data, item)
		return c.Budget().Take(16)
	})
	return out, err
}

func sumOfSome(c Call, v any, d *Delegate) (any, error) {
	items, err := some(c, v, d)
	if err != nil {
		return nil, err
	}
	return sum(c.withResult(c.Result.Elem), items, nil)
}

func meanOfSome(c Call, v any, d *Delegate) (any, error) {
	items, err := some(c, v, d)
	if err != nil || len(items.Data) == 0 {
		return nil, err
	}
	return mean(c.withResult(c.Result.Elem), items, nil)
}

// A matcher finds the items of the inner sequence by their keys. The sequence is gone
// through when the first is looked for.
type matcher struct {
	run   *Run
	inner any
	key   *Delegate
	read  bool
	keys  []any
	items []any
}

// load reads the inner sequence.
func (m *matcher) load() error {
	if m.read {
		return nil
	}
	m.read = true
	return m.run.Each(m.inner, func(item any) error {
		k, err := m.key.Call(item)
		if err != nil || k == nil {
			return err
		}
		m.keys, m.items = append(m.keys, k), append(m.items, item)
		return m.run.Budget().Take(32)
	})
}

func (m *matcher) matching(key any) ([]any, error) {
	var out []any
	for i, k := range m.keys {
		if err := m.run.Step(); err != nil {
			return nil, err
		}
		if equalBy(nil, k, key) {
			out = append(out, m.items[i])
		}
	}
	return out, nil
}

// joined goes through the outer items, each with the inner ones of its key. Without inner
// items it stops at the first outer one, unless those without a match count.
func joined(c Call, args []any, unmatched bool, f func(item any, matching []any, yield func(any) error) error) (any, error) {
	if args[1] == nil {
		return nil, NullArgument("inner")
	}
	r, outerKey, innerKey := c.Run, args[2].(*Delegate), args[3].(*Delegate)
	return lazy(c, args[0], func(each func(func(any) error) error, yield func(any) error) error {
		m := &matcher{run: r, inner: args[1], key: innerKey}
		return passing(each, yield, func(item any, yield func(any) error) error {
			if err := m.load(); err != nil {
				return err
			}
			if len(m.keys) == 0 && !unmatched {
				return errTaken
			}
			key, err := outerKey.Call(item)
			if err != nil {
				return err
			}
			matching, err := m.matching(key)
			if err != nil {
				return err
			}
			return f(item, matching, yield)
		})
	})
}

func join(c Call, args []any) (any, error) {
	args = append([]any(nil), args...)
	result := args[4].(*Delegate)
	return joined(c, args, false, func(item any, matching []any, yield func(any) error) error {
		for _, other := range matching {
			out, err := result.Call(item, other)
			if err != nil {
				return err
			}
			if err := yield(out); err != nil {
				return err
			}
		}
		return nil
	})
}

func groupJoin(c Call, args []any) (any, error) {
	args = append([]any(nil), args...)
	result, elem := args[4].(*Delegate), c.TypeArgs[1]
	return joined(c, args, true, func(item any, matching []any, yield func(any) error) error {
		out, err := result.Call(item, &Array{Elem: elem, Data: matching})
		if err != nil {
			return err
		}
		return yield(out)
	})
}

func selectManyPairs(c Call, v any, collection, result *Delegate) (*Sequence, error) {
	r := c.Run
	return indexed(c, v, func(item any, _ int, yield func(any) error) error {
		inner, err := collection.Call(item)
		if err != nil {
			return err
		}
		return passing(func(f func(any) error) error { return r.Each(inner, f) }, yield, func(other any, yield func(any) error) error {
			out, err := result.Call(item, other)
			if err != nil {
				return err
			}
			return yield(out)
		})
	})
}

// withResult is the same call of a member with another result.
func (c Call) withResult(t *types.Type) Call {
	site := *c.Site
	site.Result = t
	return Call{c.Run, &site}
}
