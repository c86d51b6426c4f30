package newtonsoft

import (
	"math/big"
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// A BigInteger is an integer that is too large for long.
type BigInteger struct{ n *big.Int }

// TypeName is the full name of the C# type.
func (BigInteger) TypeName() string { return "System.Numerics.BigInteger" }

// truth is what a cast to bool makes of the number: by way of int.
func (b BigInteger) truth() (bool, error) {
	if n := b.n; !n.IsInt64() || n.Int64() != int64(int32(n.Int64())) {
		return false, clr.ClassOverflow.Throw("Value was either too large or too small for an Int32.")
	}
	return b.n.Sign() != 0, nil
}

// ToString is the number in decimal.
func (b BigInteger) ToString() string { return b.n.String() }

// Equals reports whether other is the same number.
func (b BigInteger) Equals(other any) bool {
	o, ok := other.(BigInteger)
	return ok && b.n.Cmp(o.n) == 0
}

// EqualityKey is the same for equal numbers.
func (b BigInteger) EqualityKey() any { return clr.EqualityKeys("BigInteger", b.n.String()) }

// bytes are the number's bytes in two's complement, lowest first, as few as it takes.
func (b BigInteger) bytes() []byte {
	n := b.n
	width := n.BitLen()/8 + 1
	if n.Sign() < 0 {
		width = new(big.Int).Not(n).BitLen()/8 + 1
		n = new(big.Int).Add(n, new(big.Int).Lsh(big.NewInt(1), uint(8*width)))
	}
	out := n.FillBytes(make([]byte, width))
	slices.Reverse(out)
	return out
}
