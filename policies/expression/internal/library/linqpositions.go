package library

// linqPositions are the members of Enumerable that look at the place of an item, or at how
// many there are behind it.
func linqPositions() []Member {
	const of = "static IEnumerable<TSource> "
	// last is the code of TakeLast and SkipLast.
	last := func(keep func(items []any, n int) []any) Code {
		return C2(func(c Call, v any, n int) (*Sequence, error) {
			return lazy(c, v, func(each func(func(any) error) error, yield func(any) error) error {
				var items []any
				err := each(func(item any) error {
					items = append(items, item)
					return c.Budget().Take(16)
				})
				if err != nil {
					return err
				}
				return eachOf(keep(items, max(0, min(n, len(items)))), yield)
			})
		})
	}
	return []Member{
		M(of+"TakeWhile<TSource>(this IEnumerable<TSource> source, Func<TSource, int, bool> predicate)", "The items before the first that does not match, which is told its place.",
			C2(func(c Call, v any, d *Delegate) (*Sequence, error) {
				return indexed(c, v, func(item any, i int, yield func(any) error) error {
					ok, err := d.Test(item, int32(i))
					if err != nil {
						return err
					}
					if !ok {
						return errTaken
					}
					return yield(item)
				})
			}), `new[] { 1, 5, 2 }.TakeWhile((x, i) => i < 2) => [1, 5]`),
		M(of+"SkipWhile<TSource>(this IEnumerable<TSource> source, Func<TSource, int, bool> predicate)", "The items from the first that does not match, which is told its place.",
			C2(func(c Call, v any, d *Delegate) (*Sequence, error) {
				return lazy(c, v, func(each func(func(any) error) error, yield func(any) error) error {
					skipping, i := true, int32(-1)
					return passing(each, yield, func(item any, yield func(any) error) error {
						if i++; skipping {
							ok, err := d.Test(item, i)
							if err != nil || ok {
								return err
							}
							skipping = false
						}
						return yield(item)
					})
				})
			}), `new[] { 1, 5, 2 }.SkipWhile((x, i) => i < 2) => [2]`),
		M(of+"TakeLast<TSource>(this IEnumerable<TSource> source, int count)", "The last items.",
			last(func(items []any, n int) []any { return items[len(items)-n:] }), `new[] { 1, 2, 3 }.TakeLast(2) => [2, 3]`),
		M(of+"SkipLast<TSource>(this IEnumerable<TSource> source, int count)", "All but the last items.",
			last(func(items []any, n int) []any { return items[:len(items)-n] }), `new[] { 1, 2, 3 }.SkipLast(2) => [1]`),
	}
}
