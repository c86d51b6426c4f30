// Package clr has the run-time semantics of .NET that policy expressions rely on, as
// plain Go functions. It knows nothing of the language: syntax, static types, overloads
// and evaluation live in the packages above it, and null references are theirs too.
//
// The behaviour is that of .NET 8 on Linux under the invariant culture, with UTC as local
// time zone and "\n" as line end.
//
// # Values
//
// A C# value is held by the Go type on its right:
//
//	bool                        bool
//	sbyte short int long        int8 int16 int32 int64
//	byte ushort uint ulong      uint8 uint16 uint32 uint64
//	float double                float32 float64
//	decimal                     Decimal
//	char                        Char
//	string                      string (see Text below)
//	DateTime DateTimeOffset     DateTime, DateTimeOffset
//	TimeSpan Guid               TimeSpan, Guid
//	byte[]                      []byte; a nil slice is null, an empty array is not nil
//	an enumeration              Enum
//	an exception                *Exception
//	a null reference, no value  nil
//
// Values of classes that are not in this package are Objects.
//
// All value types are comparable with Go's ==, which for Decimal, DateTime and
// DateTimeOffset is not C#'s equality: use their Equal methods, or Equals for boxed values.
//
// # Text
//
// C# strings are sequences of UTF-16 code units, and may hold half a surrogate pair. Here
// they are UTF-8, in which a lone surrogate is written as the three bytes that UTF-8 would
// use for it (known as WTF-8). A pair is always one four-byte sequence: functions that
// put units side by side, such as Concat, join halves that meet. So equal C# strings are
// equal Go strings, and Go's comparison of bytes can decide equality. Bytes that are
// neither, which can only come from outside, count as one U+FFFD each. WellFormed makes
// text fit for the outside again, as an encoder of .NET would: lone halves become U+FFFD.
//
// Positions and lengths are in UTF-16 units, as in C#. Text that is all ASCII, the usual
// case, is handled without conversion.
//
// # Failures
//
// Whatever .NET throws is returned as an *Exception, with the text that .NET 8 has. What a
// C# program could not catch, such as the end of a budget, is a *LimitError.
//
// # Budgets
//
// A function whose result can be much larger than what it is given (padding, repeating,
// replacing, joining, formatting) takes a *Budget and asks it before it builds the result.
// A budget counts the bytes built in one evaluation; whatever the budget, no single text
// may exceed MaxText bytes. A nil *Budget has that second limit only.
package clr
