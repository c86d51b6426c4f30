package library

import "github.com/apimgw/apimgw/policies/expression/internal/clr"

func randomClass() *Class {
	return &Class{
		Name: "System.Random", Go: TypeFor[*clr.Random](), Doc: "A generator of pseudo-random numbers.",
		Members: []Member{
			M("Random()", "A generator whose numbers cannot be foretold.", C0(func(c Call) (*clr.Random, error) { return clr.NewRandom(c.randomSource()), nil })),
			M("Random(int seed)", "A generator that gives the same numbers for the same seed.", F1(clr.NewSeededRandom), `new Random(42).Next() => 1434747710`),
			M("int Next()", "A number from 0 on, less than int.MaxValue.", F1((*clr.Random).Next)),
			M("int Next(int maxValue)", "A number from 0 on, less than maxValue.", E2((*clr.Random).NextBelow), `new Random().Next(1) => 0`,
				`new Random().Next(-1) => ArgumentOutOfRangeException: maxValue ('-1') must be a non-negative value. (Parameter 'maxValue')|Actual value was -1.`),
			M("int Next(int minValue, int maxValue)", "A number from minValue on, less than maxValue.", E3((*clr.Random).NextBetween), `new Random().Next(5, 6) => 5`),
			M("long NextInt64(long minValue, long maxValue)", "A number from minValue on, less than maxValue.", E3((*clr.Random).NextInt64), `new Random().NextInt64(5, 6) => 5`),
			M("double NextDouble()", "A number from 0 on, less than 1.", F1((*clr.Random).NextDouble), `new Random(42).NextDouble() < 1 => true`),
			M("void NextBytes(byte[] buffer)", "Fills a buffer with random bytes.", E2(func(r *clr.Random, buffer []byte) (Void, error) {
				if buffer == nil {
					return Void{}, NullArgument("buffer")
				}
				r.NextBytes(buffer)
				return Void{}, nil
			})),
		},
	}
}

// randomSource is where unseeded generators get their bits.
func (r *Run) randomSource() func() float64 {
	if r.Services != nil && r.Services.Random != nil {
		return r.Services.Random
	}
	return clr.RandomSource
}
