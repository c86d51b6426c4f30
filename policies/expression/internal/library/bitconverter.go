package library

import (
	"math"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// reader is the code of a ToInt32 and its like.
func reader[T any](size int, make func(uint64) T) Code {
	return E2(func(data []byte, start int) (T, error) {
		var none T
		if data == nil {
			return none, NullArgument("value")
		}
		v, err := clr.ReadLittleEndian(data, start, size)
		if err != nil {
			return none, err
		}
		return make(v), nil
	})
}

func bitConverterClass() *Class {
	c := &Class{
		Name: "System.BitConverter", Doc: "Values as bytes, the low byte first.", Static: true,
		Members: []Member{
			M("static bool IsLittleEndian", "Whether the low byte comes first: yes.", F0(func() bool { return true }), `BitConverter.IsLittleEndian => true`),
			M("static string ToString(byte[] value)", "Upper-case hexadecimal pairs with dashes.",
				C1(func(c Call, data []byte) (string, error) {
					if data == nil {
						return "", NullArgument("value")
					}
					return clr.HexDump(c.Budget(), data)
				}), `BitConverter.ToString(new byte[] { 1, 255 }) => "01-FF"`),
			M("static string ToString(byte[] value, int startIndex)", "The bytes from startIndex on.",
				C2(func(c Call, data []byte, start int) (string, error) { return hexRange(c, data, start, len(data)-start) })),
			M("static string ToString(byte[] value, int startIndex, int length)", "length bytes from startIndex on.", C3(hexRange),
				`BitConverter.ToString(new byte[] { 1, 2, 3 }, 1, 1) => "02"`),
			M("static short ToInt16(byte[] value, int startIndex)", "The short at startIndex.", reader(2, func(v uint64) int16 { return int16(v) })),
			M("static ushort ToUInt16(byte[] value, int startIndex)", "The ushort at startIndex.", reader(2, func(v uint64) uint16 { return uint16(v) })),
			M("static int ToInt32(byte[] value, int startIndex)", "The int at startIndex.", reader(4, func(v uint64) int32 { return int32(v) }),
				`BitConverter.ToInt32(new byte[] { 1, 2, 0, 0 }, 0) => 513`,
				`BitConverter.ToInt32(new byte[2], 0) => ArgumentException: Destination array is not long enough to copy all the items in the collection. Check array index and length. (Parameter 'value')`),
			M("static uint ToUInt32(byte[] value, int startIndex)", "The uint at startIndex.", reader(4, func(v uint64) uint32 { return uint32(v) })),
			M("static long ToInt64(byte[] value, int startIndex)", "The long at startIndex.", reader(8, func(v uint64) int64 { return int64(v) })),
			M("static ulong ToUInt64(byte[] value, int startIndex)", "The ulong at startIndex.", reader(8, func(v uint64) uint64 { return v })),
			M("static char ToChar(byte[] value, int startIndex)", "The character at startIndex.", reader(2, func(v uint64) clr.Char { return clr.Char(v) })),
			M("static bool ToBoolean(byte[] value, int startIndex)", "Whether the byte at startIndex is not 0.", reader(1, func(v uint64) bool { return v != 0 })),
			M("static float ToSingle(byte[] value, int startIndex)", "The float at startIndex.", reader(4, func(v uint64) float32 { return math.Float32frombits(uint32(v)) })),
			M("static double ToDouble(byte[] value, int startIndex)", "The double at startIndex.", reader(8, math.Float64frombits)),
			M("static long DoubleToInt64Bits(double value)", "The bits of a double.", F1(func(v float64) int64 { return int64(math.Float64bits(v)) })),
			M("static double Int64BitsToDouble(long value)", "The double with these bits.", F1(func(v int64) float64 { return math.Float64frombits(uint64(v)) })),
		},
	}
	c.Members = append(c.Members, bitConverterBytes()...)
	return c
}

func hexRange(c Call, data []byte, start, length int) (string, error) {
	switch {
	case data == nil:
		return "", NullArgument("value")
	case start < 0 || start >= len(data) && start > 0:
		return "", clr.OutOfRangeError("startIndex", "StartIndex cannot be less than zero.")
	case length < 0 || start > len(data)-length:
		return "", clr.OutOfRangeError("length", "")
	}
	return clr.HexDump(c.Budget(), data[start:start+length])
}

func bitConverterBytes() []Member {
	const doc = "The bytes of the value."
	return []Member{
		M("static int SingleToInt32Bits(float value)", "The int of the same bits.", F1(func(v float32) int32 { return int32(math.Float32bits(v)) }), `BitConverter.SingleToInt32Bits(1f) => 1065353216`),
		M("static float Int32BitsToSingle(int value)", "The float of the same bits.", F1(func(v int32) float32 { return math.Float32frombits(uint32(v)) }), `BitConverter.Int32BitsToSingle(1065353216) => 1`),
		M("static byte[] GetBytes(bool value)", doc, F1(func(v bool) []byte { return []byte{byte(boolInt(v))} })),
		M("static byte[] GetBytes(char value)", doc, F1(func(v clr.Char) []byte { return clr.LittleEndian(uint64(v), 2) })),
		M("static byte[] GetBytes(short value)", doc, F1(func(v int16) []byte { return clr.LittleEndian(uint64(v), 2) })),
		M("static byte[] GetBytes(ushort value)", doc, F1(func(v uint16) []byte { return clr.LittleEndian(uint64(v), 2) })),
		M("static byte[] GetBytes(int value)", doc, F1(func(v int32) []byte { return clr.LittleEndian(uint64(v), 4) }), `BitConverter.ToString(BitConverter.GetBytes(513)) => "01-02-00-00"`),
		M("static byte[] GetBytes(uint value)", doc, F1(func(v uint32) []byte { return clr.LittleEndian(uint64(v), 4) })),
		M("static byte[] GetBytes(long value)", doc, F1(func(v int64) []byte { return clr.LittleEndian(uint64(v), 8) }), `BitConverter.GetBytes(1L).Length => 8`),
		M("static byte[] GetBytes(ulong value)", doc, F1(func(v uint64) []byte { return clr.LittleEndian(v, 8) })),
		M("static byte[] GetBytes(float value)", doc, F1(func(v float32) []byte { return clr.LittleEndian(uint64(math.Float32bits(v)), 4) })),
		M("static byte[] GetBytes(double value)", doc, F1(func(v float64) []byte { return clr.LittleEndian(math.Float64bits(v), 8) })),
	}
}
