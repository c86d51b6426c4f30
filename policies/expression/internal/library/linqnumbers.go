package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// sums are the types that Sum and Average are declared for.
var sums = []string{"int", "long", "double", "float", "decimal"}

func linqNumbers() []Member {
	var out []Member
	for _, t := range sums {
		average := "double"
		if t == "decimal" || t == "float" {
			average = t
		}
		out = append(out,
			M("static "+t+" Sum(this IEnumerable<"+t+"> source)", "The sum of the items.", C1(func(c Call, v any) (any, error) { return sum(c, v, nil) })),
			M("static "+t+" Sum<TSource>(this IEnumerable<TSource> source, Func<TSource, "+t+"> selector)", "The sum of what becomes of the items.", C2(sum)),
			M("static "+average+" Average(this IEnumerable<"+t+"> source)", "The mean of the items.", C1(func(c Call, v any) (any, error) { return mean(c, v, nil) })),
			M("static "+average+" Average<TSource>(this IEnumerable<TSource> source, Func<TSource, "+t+"> selector)", "The mean of what becomes of the items.", C2(mean)),
		)
	}
	for _, name := range []string{"Min", "Max"} {
		want := -1
		if name == "Max" {
			want = 1
		}
		run := func(c Call, v any, d *Delegate) (any, error) { return extreme(c, v, d, want) }
		out = append(out,
			M("static TSource "+name+"<TSource>(this IEnumerable<TSource> source)", "The smallest or largest item.", C1(func(c Call, v any) (any, error) { return run(c, v, nil) })),
			M("static TResult "+name+"<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, TResult> selector)", "The smallest or largest of what becomes of the items.", C2(run)),
		)
	}
	return append(out,
		M("static TSource Aggregate<TSource>(this IEnumerable<TSource> source, Func<TSource, TSource, TSource> func)", "What items come to, two at a time.", C2(func(c Call, v any, d *Delegate) (any, error) {
			var total any
			first := true
			if err := source(v); err != nil {
				return nil, err
			}
			err := c.Each(v, func(item any) error {
				if first {
					total, first = item, false
					return nil
				}
				var err error
				total, err = d.Call(total, item)
				return err
			})
			if err == nil && first {
				err = noElements()
			}
			return total, err
		}), `new[] { "a", "b" }.Aggregate((x, y) => x + "-" + y) => "a-b"`),
		M("static TAccumulate Aggregate<TSource, TAccumulate>(this IEnumerable<TSource> source, TAccumulate seed, Func<TAccumulate, TSource, TAccumulate> func)", "What a seed and the items come to.", C3(aggregate),
			`new[] { 1, 2, 3 }.Aggregate(10, (x, y) => x + y) => 16`, `new[] { 1, 2 }.Sum() => 3`, `new[] { 1, 2 }.Average() => 1.5`,
			`new[] { "a", "bcd" }.Max(x => x.Length) => 3`, `new[] { 3, 1 }.Min() => 1`, `new[] { "a", "bc" }.Sum(x => x.Length) => 3`),
	)
}

func aggregate(c Call, v, seed any, d *Delegate) (any, error) {
	if err := source(v); err != nil {
		return nil, err
	}
	err := c.Each(v, func(item any) error {
		var err error
		seed, err = d.Call(seed, item)
		return err
	})
	return seed, err
}

// values goes through what a selector makes of the items.
func values(c Call, v any, d *Delegate, f func(any) error) error {
	if err := source(v); err != nil {
		return err
	}
	return c.Each(v, func(item any) error {
		if d != nil {
			var err error
			if item, err = d.Call(item); err != nil {
				return err
			}
		}
		return f(item)
	})
}

func sum(c Call, v any, d *Delegate) (any, error) {
	total := Zero(c.Result)
	err := values(c, v, d, func(item any) error {
		var err error
		total, err = plus(total, item)
		return err
	})
	return total, err
}

// plus adds two numbers of one type; whole numbers must not overflow.
func plus(a, b any) (any, error) {
	switch a := a.(type) {
	case int32:
		return clr.AddChecked(a, b.(int32))
	case int64:
		return clr.AddChecked(a, b.(int64))
	case float64:
		return a + b.(float64), nil
	case float32:
		return a + b.(float32), nil
	case clr.Decimal:
		return a.Add(b.(clr.Decimal))
	}
	return a, nil
}

func mean(c Call, v any, d *Delegate) (any, error) {
	n := int64(0)
	whole, real, decimal := int64(0), 0.0, clr.Decimal{}
	err := values(c, v, d, func(item any) error {
		n++
		var err error
		switch item := item.(type) {
		case int32:
			whole, err = clr.AddChecked(whole, int64(item))
		case int64:
			whole, err = clr.AddChecked(whole, item)
		case float64:
			real += item
		case float32:
			real += float64(item)
		case clr.Decimal:
			decimal, err = decimal.Add(item)
		}
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case n == 0:
		return nil, noElements()
	}
	switch Zero(c.Result).(type) {
	case clr.Decimal:
		return decimal.Div(clr.DecimalFromInt(n))
	case float32:
		return float32(real / float64(n)), nil
	}
	return (real + float64(whole)) / float64(n), nil
}

// extreme finds the smallest item (want is -1) or the largest (want is 1). Nulls do not
// count; without an item a value type throws.
func extreme(c Call, v any, d *Delegate, want int) (any, error) {
	var best any
	err := values(c, v, d, func(item any) error {
		if item == nil {
			return nil
		}
		if best == nil {
			best = item
			return nil
		}
		n, err := compareItems(item, best)
		if n*want > 0 {
			best = item
		}
		return err
	})
	if err == nil && best == nil && !c.Result.MayBeNull() {
		err = noElements()
	}
	return best, err
}
