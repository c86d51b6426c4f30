package newtonsoft

import (
	"math/big"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// A Scalar is a C# type that a single value converts to.
type Scalar uint8

// The scalars.
const (
	ToBoolean Scalar = iota
	ToChar
	ToSByte
	ToByte
	ToInt16
	ToUInt16
	ToInt32
	ToUInt32
	ToInt64
	ToUInt64
	ToSingle
	ToDouble
	ToDecimal
	ToString
	ToDateTime
	ToDateTimeOffset
	ToTimeSpan
	ToGUID
	ToURI
	ToBytes
)

var scalarNames = [...]string{
	"Boolean", "Char", "SByte", "Byte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Single",
	"Double", "Decimal", "String", "DateTime", "DateTimeOffset", "TimeSpan", "Guid", "Uri", "byte array",
}

// String is the type's name as messages of casts have it.
func (s Scalar) String() string { return scalarNames[s] }

// fullName is the type's name in System.
func (s Scalar) fullName() string {
	if s == ToBytes {
		return "System.Byte[]"
	}
	return "System." + scalarNames[s]
}

func (s Scalar) integer() (clr.IntegerType, bool) {
	switch s {
	case ToChar:
		return clr.CharType, true
	case ToSByte:
		return clr.SByteType, true
	case ToByte:
		return clr.ByteType, true
	case ToInt16:
		return clr.Int16Type, true
	case ToUInt16:
		return clr.UInt16Type, true
	case ToInt32:
		return clr.Int32Type, true
	case ToUInt32:
		return clr.UInt32Type, true
	case ToInt64:
		return clr.Int64Type, true
	case ToUInt64:
		return clr.UInt64Type, true
	}
	return clr.IntegerType{}, false
}

// box makes a value of the scalar of its bits.
func (s Scalar) box(bits uint64) any {
	switch s {
	case ToChar:
		return clr.Char(bits)
	case ToSByte:
		return int8(bits)
	case ToByte:
		return uint8(bits)
	case ToInt16:
		return int16(bits)
	case ToUInt16:
		return uint16(bits)
	case ToInt32:
		return int32(bits)
	case ToUInt32:
		return uint32(bits)
	case ToUInt64:
		return bits
	}
	return int64(bits)
}

// toInteger is Convert.ToInt32(object) and its like, or the cast of a BigInteger: the bits
// of the result.
func toInteger(v any, s Scalar) (uint64, error) {
	t, _ := s.integer()
	if b, ok := v.(BigInteger); ok {
		return b.integer(t)
	}
	return clr.ToInteger(v, t)
}

func (b BigInteger) integer(t clr.IntegerType) (uint64, error) {
	switch {
	case b.n.IsInt64():
		return clr.ToInteger(b.n.Int64(), t)
	case b.n.IsUint64():
		return clr.ToInteger(b.n.Uint64(), t)
	}
	return 0, t.Overflow()
}

func toDouble(v any) (float64, error) {
	if b, ok := v.(BigInteger); ok {
		d, _ := new(big.Float).SetInt(b.n).Float64()
		return d, nil
	}
	return clr.ToDouble(v)
}

func toDecimal(v any) (clr.Decimal, error) {
	if b, ok := v.(BigInteger); ok {
		return clr.ParseDecimal(b.ToString())
	}
	return clr.ToDecimal(v)
}

func toBoolean(v any) (bool, error) {
	if b, ok := v.(BigInteger); ok {
		return b.n.Sign() != 0, nil
	}
	return clr.ToBool(v)
}

func toDateTime(v any) (clr.DateTime, error) { return clr.ToDateTime(v, now()) }

// changeType is Convert.ChangeType(value, type).
func changeType(v any, to Scalar) (any, error) {
	switch v.(type) {
	case nil:
		switch to {
		case ToString, ToURI, ToBytes:
			return nil, nil
		}
		return nil, clr.ClassInvalidCast.Throw("Null object cannot be converted to a value type.")
	case clr.Guid, clr.TimeSpan, clr.DateTimeOffset, []byte, BigInteger, *clr.URI:
		return nil, clr.ClassInvalidCast.Throw("Object must implement IConvertible.")
	}
	switch to {
	case ToDateTimeOffset, ToTimeSpan, ToGUID, ToURI, ToBytes:
		return nil, clr.ClassInvalidCast.Throwf("Invalid cast from '%s' to '%s'.", clr.TypeName(v), to.fullName())
	}
	return convertTo(v, to)
}

// convertTo converts to one of the scalars that Convert has a method for.
func convertTo(v any, to Scalar) (any, error) {
	switch to {
	case ToBoolean:
		return boxed(toBoolean(v))
	case ToSingle:
		if f, ok := v.(float32); ok {
			return f, nil
		}
		d, err := toDouble(v)
		return boxed(float32(d), err)
	case ToDouble:
		return boxed(toDouble(v))
	case ToDecimal:
		return boxed(toDecimal(v))
	case ToString:
		return clr.ToString(v), nil
	case ToDateTime:
		return boxed(toDateTime(v))
	}
	bits, err := toInteger(v, to)
	if err != nil {
		return nil, err
	}
	return to.box(bits), nil
}

func boxed[T any](v T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}
