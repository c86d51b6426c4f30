package library

import (
	"errors"
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/newtonsoft"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func linqClass() *Class {
	return &Class{
		Name: "System.Linq.Enumerable", Static: true, Doc: "Queries of anything that can be gone through. Those that return a sequence run when it is gone through.",
		Members: slices.Concat(linqPick(), linqTest(), linqTransform(), linqSets(), linqOrder(), linqNumbers(), linqJoins(), linqMake(), linqCollect(), linqPositions()),
	}
}

// source is the check of a first argument that .NET makes when a query is put together.
func source(v any) error {
	if v == nil {
		return NullArgument("source")
	}
	return nil
}

// lazy makes a sequence of the type that the call results in.
func lazy(c Call, v any, run func(each func(func(any) error) error, yield func(any) error) error) (*Sequence, error) {
	if err := source(v); err != nil {
		return nil, err
	}
	r := c.Run
	return NewSequence(c.Result.Args[0], func(yield func(any) error) error {
		return run(func(f func(any) error) error { return r.Each(v, f) }, yield)
	}), nil
}

// passing runs through a source and hands items on. When yield wants no more, the source
// ends and so does what passing is part of; when f returns errTaken, only the source.
func passing(each func(func(any) error) error, yield func(any) error, f func(item any, yield func(any) error) error) error {
	stopped := false
	taken := &ended{}
	err := each(func(item any) error {
		err := f(item, yield)
		switch {
		case errors.Is(err, ErrStop):
			stopped = true
		case errors.Is(err, errTaken):
			return taken
		}
		return err
	})
	var e *ended
	switch {
	case err == nil && stopped:
		return ErrStop
	case errors.As(err, &e) && e == taken:
		return nil
	}
	return err
}

// An ended tells apart which of several nested sources is to end.
type ended struct{ _ byte }

func (*ended) Error() string { return "ended" }

// errTaken ends a source from which nothing more is wanted, while the sequence made of it
// ends normally.
var errTaken = errors.New("taken")

func noElements() error { return clr.InvalidOperationError("Sequence contains no elements") }
func noMatch() error    { return clr.InvalidOperationError("Sequence contains no matching element") }

func moreThanOne() error { return clr.InvalidOperationError("Sequence contains more than one element") }

func moreMatches() error {
	return clr.InvalidOperationError("Sequence contains more than one matching element")
}

// matches reports whether an item is one that is looked for; every item is, without a
// predicate.
func matches(d *Delegate, item any) (bool, error) {
	if d == nil {
		return true, nil
	}
	return d.Test(item)
}

// picked is what First, Last and Single look for.
type picked struct {
	item  any
	count int
}

func pick(c Call, v any, d *Delegate, enough int) (picked, error) {
	var out picked
	if err := source(v); err != nil {
		return out, err
	}
	err := c.Each(v, func(item any) error {
		ok, err := matches(d, item)
		if err != nil || !ok {
			return err
		}
		out.count++
		out.item = item
		if out.count == enough {
			return ErrStop
		}
		return nil
	})
	return out, err
}

// picker declares First, Last or Single, with and without a predicate, and OrDefault.
func picker(name, doc string, enough int, single bool) []Member {
	must := func(c Call, v any, d *Delegate) (any, error) {
		p, err := pick(c, v, d, enough)
		switch {
		case err != nil:
			return nil, err
		case p.count == 0 && d == nil:
			return nil, noElements()
		case p.count == 0:
			return nil, noMatch()
		case single && p.count > 1:
			return nil, several(d)
		}
		return p.item, nil
	}
	may := func(c Call, v any, d *Delegate, otherwise any) (any, error) {
		p, err := pick(c, v, d, enough)
		switch {
		case err != nil:
			return nil, err
		case p.count == 0:
			return otherwise, nil
		case single && p.count > 1:
			return nil, several(d)
		}
		return p.item, nil
	}
	return []Member{
		M("static TSource "+name+"<TSource>(this IEnumerable<TSource> source)", "The "+doc+" item; without one it throws.",
			C1(func(c Call, v any) (any, error) { return must(c, v, nil) })),
		M("static TSource "+name+"<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)", "The "+doc+" item that matches; without one it throws.",
			C2(must)),
		M("static TSource "+name+"OrDefault<TSource>(this IEnumerable<TSource> source)", "The "+doc+" item, or the default.",
			C1(func(c Call, v any) (any, error) { return may(c, v, nil, Zero(c.Result)) })),
		M("static TSource "+name+"OrDefault<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)", "The "+doc+" item that matches, or the default.",
			C2(func(c Call, v any, d *Delegate) (any, error) { return may(c, v, d, Zero(c.Result)) })),
	}
}

func several(d *Delegate) error {
	if d == nil {
		return moreThanOne()
	}
	return moreMatches()
}

func linqPick() []Member {
	out := slices.Concat(picker("First", "first", 1, false), picker("Last", "last", -1, false), picker("Single", "only", 2, true))
	return append(out,
		M("static TSource ElementAt<TSource>(this IEnumerable<TSource> source, int index)", "The item at a place; without one it throws.",
			C2(func(c Call, v any, i int) (any, error) {
				item, ok, err := elementAt(c, v, i)
				if err == nil && !ok {
					err = clr.OutOfRangeError("index", "Index was out of range. Must be non-negative and less than the size of the collection.")
				}
				return item, err
			}), `new[] { 1, 2 }.ElementAt(1) => 2`),
		M("static TSource ElementAtOrDefault<TSource>(this IEnumerable<TSource> source, int index)", "The item at a place, or the default.",
			C2(func(c Call, v any, i int) (any, error) {
				item, ok, err := elementAt(c, v, i)
				if err == nil && !ok {
					item = Zero(c.Result)
				}
				return item, err
			}), `new[] { 1, 2 }.ElementAtOrDefault(5) => 0`),
		M("static IEnumerable<TSource> DefaultIfEmpty<TSource>(this IEnumerable<TSource> source)", "The items, or one default where there are none.",
			C1(func(c Call, v any) (*Sequence, error) { return orDefault(c, v, Zero(c.Result.Args[0])) }),
			`new int[0].DefaultIfEmpty() => [0]`),
		M("static IEnumerable<TSource> DefaultIfEmpty<TSource>(this IEnumerable<TSource> source, TSource defaultValue)", "The items, or another one where there are none.",
			C2(orDefault), `new int[0].DefaultIfEmpty(3) => [3]`),
	)
}

func elementAt(c Call, v any, i int) (item any, ok bool, err error) {
	if err := source(v); err != nil || i < 0 {
		return nil, false, err
	}
	n := 0
	err = c.Each(v, func(x any) error {
		if n == i {
			item, ok = x, true
			return ErrStop
		}
		n++
		return nil
	})
	return item, ok, err
}

func orDefault(c Call, v, otherwise any) (*Sequence, error) {
	return lazy(c, v, func(each func(func(any) error) error, yield func(any) error) error {
		empty := true
		err := passing(each, yield, func(item any, yield func(any) error) error {
			empty = false
			return yield(item)
		})
		if err == nil && empty {
			return yield(otherwise)
		}
		return err
	})
}

func linqTest() []Member {
	return []Member{
		M("static bool Any<TSource>(this IEnumerable<TSource> source)", "Whether there is an item.", C1(func(c Call, v any) (bool, error) {
			p, err := pick(c, v, nil, 1)
			return p.count > 0, err
		}), `new[] { 1 }.Any() => true`, `new int[0].Any() => false`),
		M("static bool Any<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)", "Whether an item matches.", C2(func(c Call, v any, d *Delegate) (bool, error) {
			p, err := pick(c, v, d, 1)
			return p.count > 0, err
		}), `new[] { 1, 5 }.Any(x => x > 3) => true`),
		M("static bool All<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)", "Whether every item matches.", C2(func(c Call, v any, d *Delegate) (bool, error) {
			if err := source(v); err != nil {
				return false, err
			}
			all := true
			err := c.Each(v, func(item any) error {
				ok, err := d.Test(item)
				if err == nil && !ok {
					all, err = false, ErrStop
				}
				return err
			})
			return all, err
		}), `new[] { 1, 5 }.All(x => x > 3) => false`),
		M("static int Count<TSource>(this IEnumerable<TSource> source)", "The number of items.", C1(func(c Call, v any) (int, error) {
			if err := source(v); err != nil {
				return 0, err
			}
			return count(c, v)
		}), `"abc".Count() => 3`),
		M("static int Count<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)", "The number of items that match.", C2(func(c Call, v any, d *Delegate) (int, error) {
			p, err := pick(c, v, d, -1)
			return p.count, err
		}), `new[] { 1, 5, 6 }.Count(x => x > 3) => 2`),
		M("static long LongCount<TSource>(this IEnumerable<TSource> source)", "The number of items.", C1(func(c Call, v any) (int64, error) {
			n, err := count(c, v)
			return int64(n), err
		})),
		M("static bool Contains<TSource>(this IEnumerable<TSource> source, TSource value)", "Whether an item is equal to the value.", C2(func(c Call, v, item any) (bool, error) {
			if err := source(v); err != nil {
				return false, err
			}
			if a, ok := v.(*newtonsoft.JArray); ok {
				// A collection is asked itself, and an array of tokens knows only its own.
				t, _ := item.(newtonsoft.JToken)
				return t != nil && a.Contains(t), nil
			}
			return contains(c, v, item)
		}), `new[] { "a", "b" }.Contains("b") => true`),
		M("static bool Contains<TSource>(this IEnumerable<TSource> source, TSource value, IEqualityComparer<TSource> comparer)", "Whether an item is equal to the value, as a comparer has it.",
			C3(func(c Call, v, item, comparer any) (bool, error) {
				if err := source(v); err != nil {
					return false, err
				}
				found := false
				err := c.Each(v, func(x any) error {
					if equalBy(comparer, x, item) {
						found = true
						return ErrStop
					}
					return nil
				})
				return found, err
			}), `new[] { "a" }.Contains("A", StringComparer.OrdinalIgnoreCase) => true`),
		M("static bool SequenceEqual<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second)", "Whether both have equal items in the same order.",
			C2(func(c Call, a, b any) (bool, error) { return sequenceEqual(c, a, b, nil) }), `new[] { 1, 2 }.SequenceEqual(new[] { 1, 2 }) => true`),
		M("static bool SequenceEqual<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second, IEqualityComparer<TSource> comparer)", "Whether both have equal items in the same order, as a comparer has it.",
			C3(sequenceEqual), `new[] { "a" }.SequenceEqual(new[] { "A" }, StringComparer.OrdinalIgnoreCase) => true`),
	}
}

func sequenceEqual(c Call, a, b, comparer any) (bool, error) {
	switch {
	case a == nil:
		return false, NullArgument("first")
	case b == nil:
		return false, NullArgument("second")
	}
	next, stop := c.pull(b)
	defer stop()
	equal := true
	err := c.Each(a, func(x any) error {
		y, ok, err := next()
		if err == nil && (!ok || !equalBy(comparer, x, y)) {
			equal, err = false, ErrStop
		}
		return err
	})
	if err != nil || !equal {
		return false, err
	}
	_, more, err := next()
	return !more, err
}

func linqTransform() []Member {
	return []Member{
		M("static IEnumerable<TSource> Where<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)", "The items that match.", C2(func(c Call, v any, d *Delegate) (*Sequence, error) {
			return lazy(c, v, func(each func(func(any) error) error, yield func(any) error) error {
				return passing(each, yield, func(item any, yield func(any) error) error {
					ok, err := d.Test(item)
					if err != nil || !ok {
						return err
					}
					return yield(item)
				})
			})
		}), `new[] { 1, 2, 3 }.Where(x => x > 1) => [2, 3]`),
		M("static IEnumerable<TSource> Where<TSource>(this IEnumerable<TSource> source, Func<TSource, int, bool> predicate)", "The items that match, with their places.", C2(func(c Call, v any, d *Delegate) (*Sequence, error) {
			return indexed(c, v, func(item any, i int, yield func(any) error) error {
				ok, err := d.Test(item, int32(i))
				if err != nil || !ok {
					return err
				}
				return yield(item)
			})
		}), `new[] { "a", "b" }.Where((x, i) => i == 1) => ["b"]`),
		M("static IEnumerable<TResult> Select<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, TResult> selector)", "What becomes of each item.", C2(func(c Call, v any, d *Delegate) (*Sequence, error) {
			return indexed(c, v, func(item any, _ int, yield func(any) error) error {
				out, err := d.Call(item)
				if err != nil {
					return err
				}
				return yield(out)
			})
		}), `new[] { 1, 2 }.Select(x => x * 2) => [2, 4]`, `new[] { "1", "2" }.Select(int.Parse).Sum() => 3`),
		M("static IEnumerable<TResult> Select<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, int, TResult> selector)", "What becomes of each item, with its place.", C2(func(c Call, v any, d *Delegate) (*Sequence, error) {
			return indexed(c, v, func(item any, i int, yield func(any) error) error {
				out, err := d.Call(item, int32(i))
				if err != nil {
					return err
				}
				return yield(out)
			})
		}), `new[] { "a", "b" }.Select((x, i) => x + i) => ["a0", "b1"]`),
		M("static IEnumerable<TResult> SelectMany<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, IEnumerable<TResult>> selector)", "The items of what becomes of each item.", C2(func(c Call, v any, d *Delegate) (*Sequence, error) {
			r := c.Run
			return indexed(c, v, func(item any, _ int, yield func(any) error) error {
				inner, err := d.Call(item)
				if err != nil {
					return err
				}
				return passing(func(f func(any) error) error { return r.Each(inner, f) }, yield, func(x any, yield func(any) error) error { return yield(x) })
			})
		}), `new[] { "ab", "c" }.SelectMany(x => x) => ['a', 'b', 'c']`),
		M("static IEnumerable<TSource> Take<TSource>(this IEnumerable<TSource> source, int count)", "The first items.", C2(func(c Call, v any, n int) (*Sequence, error) {
			return lazy(c, v, func(each func(func(any) error) error, yield func(any) error) error {
				if n <= 0 {
					return nil
				}
				i := 0
				return passing(each, yield, func(item any, yield func(any) error) error {
					if err := yield(item); err != nil {
						return err
					}
					if i++; i >= n {
						return errTaken
					}
					return nil
				})
			})
		}), `new[] { 1, 2, 3 }.Take(2) => [1, 2]`),
		M("static IEnumerable<TSource> Skip<TSource>(this IEnumerable<TSource> source, int count)", "All but the first items.", C2(func(c Call, v any, n int) (*Sequence, error) {
			return indexed(c, v, func(item any, i int, yield func(any) error) error {
				if i < n {
					return nil
				}
				return yield(item)
			})
		}), `new[] { 1, 2, 3 }.Skip(1) => [2, 3]`),
		M("static IEnumerable<TSource> TakeWhile<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)", "The items before the first that does not match.", C2(func(c Call, v any, d *Delegate) (*Sequence, error) {
			return indexed(c, v, func(item any, _ int, yield func(any) error) error {
				ok, err := d.Test(item)
				if err != nil {
					return err
				}
				if !ok {
					return errTaken
				}
				return yield(item)
			})
		}), `new[] { 1, 5, 2 }.TakeWhile(x => x < 3) => [1]`),
		M("static IEnumerable<TSource> SkipWhile<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)", "The items from the first that does not match.", C2(func(c Call, v any, d *Delegate) (*Sequence, error) {
			return lazy(c, v, func(each func(func(any) error) error, yield func(any) error) error {
				skipping := true
				return passing(each, yield, func(item any, yield func(any) error) error {
					if skipping {
						ok, err := d.Test(item)
						if err != nil || ok {
							return err
						}
						skipping = false
					}
					return yield(item)
				})
			})
		}), `new[] { 1, 5, 2 }.SkipWhile(x => x < 3) => [5, 2]`),
		M("static IEnumerable<TSource> Concat<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second)", "The items of both.", C2(concatenate), `new[] { 1 }.Concat(new[] { 2 }) => [1, 2]`),
		M("static IEnumerable<TSource> Append<TSource>(this IEnumerable<TSource> source, TSource element)", "The items and one more.", C2(func(c Call, v, item any) (*Sequence, error) {
			return concatenate(c, v, &Array{Elem: types.ObjectType, Data: []any{item}})
		}), `new[] { 1 }.Append(2) => [1, 2]`),
		M("static IEnumerable<TSource> Prepend<TSource>(this IEnumerable<TSource> source, TSource element)", "One more item and the others.", C2(func(c Call, v, item any) (*Sequence, error) {
			if err := source(v); err != nil {
				return nil, err
			}
			return concatenate(c, &Array{Elem: types.ObjectType, Data: []any{item}}, v)
		}), `new[] { 1 }.Prepend(2) => [2, 1]`),
		M("static IEnumerable<TResult> Zip<TFirst, TSecond, TResult>(this IEnumerable<TFirst> first, IEnumerable<TSecond> second, Func<TFirst, TSecond, TResult> resultSelector)", "What becomes of items at the same places.", C3(zip),
			`new[] { 1, 2 }.Zip(new[] { "a", "b" }, (n, s) => s + n) => ["a1", "b2"]`),
		M("static IEnumerable<TSource> Reverse<TSource>(this IEnumerable<TSource> source)", "The items from the last to the first.", C1(func(c Call, v any) (*Sequence, error) {
			if err := source(v); err != nil {
				return nil, err
			}
			r := c.Run
			return NewSequence(c.Result.Args[0], func(yield func(any) error) error {
				items, err := r.Collect(v)
				if err != nil {
					return err
				}
				slices.Reverse(items)
				return eachOf(items, yield)
			}), nil
		}), `new string("abc".Reverse().ToArray()) => "cba"`),
		M("static IEnumerable<TResult> Cast<TResult>(this IEnumerable source)", "The items, each cast.", C1(func(c Call, v any) (*Sequence, error) {
			t := c.TypeArgs[0]
			return indexed(c, v, func(item any, _ int, yield func(any) error) error {
				if item != nil && !Is(item, t) {
					return clr.CastError(RuntimeType(item).CLRName(), t.CLRName())
				}
				return yield(item)
			})
		}), `new object[] { "a" }.Cast<string>() => ["a"]`),
		M("static IEnumerable<TResult> OfType<TResult>(this IEnumerable source)", "The items of a type.", C1(func(c Call, v any) (*Sequence, error) {
			t := c.TypeArgs[0]
			return indexed(c, v, func(item any, _ int, yield func(any) error) error {
				if !Is(item, t) {
					return nil
				}
				return yield(item)
			})
		}), `new object[] { "a", 1 }.OfType<string>() => ["a"]`),
		M("static IEnumerable<TSource> AsEnumerable<TSource>(this IEnumerable<TSource> source)", "The items.", F1(same)),
	}
}

// indexed makes a sequence of a source's items and their places.
func indexed(c Call, v any, f func(item any, i int, yield func(any) error) error) (*Sequence, error) {
	return lazy(c, v, func(each func(func(any) error) error, yield func(any) error) error {
		i := -1
		return passing(each, yield, func(item any, yield func(any) error) error {
			i++
			return f(item, i, yield)
		})
	})
}

func concatenate(c Call, a, b any) (*Sequence, error) {
	if b == nil {
		return nil, NullArgument("second")
	}
	r := c.Run
	return lazy(c, a, func(each func(func(any) error) error, yield func(any) error) error {
		hand := func(item any, yield func(any) error) error { return yield(item) }
		if err := passing(each, yield, hand); err != nil {
			return err
		}
		return passing(func(f func(any) error) error { return r.Each(b, f) }, yield, hand)
	})
}

func zip(c Call, a, b any, d *Delegate) (*Sequence, error) {
	if b == nil {
		return nil, NullArgument("second")
	}
	r := c.Run
	return lazy(c, a, func(each func(func(any) error) error, yield func(any) error) error {
		next, stop := r.pull(b)
		defer stop()
		return passing(each, yield, func(item any, yield func(any) error) error {
			other, ok, err := next()
			if err != nil {
				return err
			}
			if !ok {
				return errTaken
			}
			out, err := d.Call(item, other)
			if err != nil {
				return err
			}
			return yield(out)
		})
	})
}
