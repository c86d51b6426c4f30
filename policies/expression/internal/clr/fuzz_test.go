package clr

import (
	"math/big"
	"strconv"
	"testing"
	"unicode/utf8"
)

// FuzzText holds positions in texts against what Go's UTF-16 conversion says.
func FuzzText(f *testing.F) {
	f.Add("abc", "b", 1, 1)
	f.Add("a😀é", "😀", 1, 2)
	f.Add("", "", 0, 0)
	f.Add("\xED\xA0\xBD\xED\xB8\x80", "\xED\xA0\xBD", 1, 1)
	f.Fuzz(func(t *testing.T, s, value string, start, count int) {
		units := Units(s)
		if Length(s) != len(units) {
			t.Fatalf("%q has %d units, not %d", s, Length(s), len(units))
		}
		if got := FromUnits(units); Length(got) != len(units) {
			t.Fatalf("%q of the units of %q", got, s)
		}
		part, err := SubstringCount(s, start, count)
		if inside := start >= 0 && count >= 0 && start <= len(units) && count <= len(units)-start; inside != (err == nil) {
			t.Fatalf("part %d, %d of %q: %v", start, count, s, err)
		}
		if err == nil && Length(part) != count {
			t.Fatalf("part %d, %d of %q is %q", start, count, s, part)
		}
		i, err := IndexOf(s, value, Ordinal)
		if err != nil || (i >= 0) != Contains(s, value) {
			t.Fatalf("%q in %q at %d, %v", value, s, i, err)
		}
		for c := CurrentCulture; c <= OrdinalIgnoreCase; c++ {
			if _, err := LastIndexOf(s, value, c); err != nil {
				t.Fatal(err)
			}
			if order, err := CompareText(s, s, c); order != 0 || err != nil {
				t.Fatalf("%q is not equal to itself: %d, %v", s, order, err)
			}
		}
		if !utf8.ValidString(WellFormed(s)) {
			t.Fatalf("%q is still not well formed", WellFormed(s))
		}
	})
}

// FuzzFormats checks that no format, number or date makes anything panic.
func FuzzFormats(f *testing.F) {
	f.Add("#,##0.00;(0);z", 12.5, int64(12), "{0:X2}")
	f.Add("yyyy-MM-ddTHH:mm:ss.fffK", 0.1, int64(1<<40), "{0,5}")
	f.Add("0.0E+0'x'\\", -1e300, int64(-1), "{{}}")
	f.Fuzz(func(t *testing.T, format string, v float64, n int64, composite string) {
		b := NewBudget(1 << 20)
		_, _ = FormatDouble(b, v, format)
		_, _ = FormatInt(b, n, 64, format)
		_, _ = DecimalFromInt(n).Format(b, format)
		_, _ = TimeSpan(n).Format(b, format)
		if d, err := DateTimeFromTicks(n, KindUTC); err == nil {
			_, _ = d.Format(b, format)
			_, _ = DateTimeOffsetFrom(d).Format(b, format)
		}
		_, _ = Format(b, composite, []any{n, v, format})
		back, err := ParseDouble(DoubleText(v))
		if err != nil || back != v && v == v {
			t.Fatalf("%s reads as %v, %v", DoubleText(v), back, err)
		}
	})
}

// FuzzParse checks that no text makes a reader panic, and that integers read as Go reads
// them.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"1,000.5", " -12 ", "2020-01-02T03:04:05Z", "1.02:03:04", "{0x1,0x2,0x3,{0,0,0,0,0,0,0,0}}", "http://a/%zz?b#c", "(a|b)*", "a.b.c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if v, err := ParseInt(s, Int64Type); err == nil {
			if want, err := strconv.ParseInt(trimNumber(s), 10, 64); err == nil && v != want {
				t.Fatalf("%q reads as %d", s, v)
			}
		}
		_, _ = ParseDouble(s)
		if d, err := ParseDecimal(s); err == nil {
			if again, err := ParseDecimal(d.String()); err != nil || !again.Equal(d) {
				t.Fatalf("%q reads as %s and then as %s, %v", s, d, again, err)
			}
		}
		_, _ = ParseDateTime(s, UnixEpoch)
		_, _ = ParseDateTimeOffset(s, UnixEpoch)
		_, _ = ParseTimeSpan(s)
		_, _ = ParseGuid(s)
		_, _ = FromBase64(s)
		_, _ = ParseIPAddress(s)
		_, _ = IntFromBase(s, Int32Type, 16)
		ParseJwt(s)
		ParseBasic(s)
		_, _ = HTMLDecode(s), URLDecode(s)
		if u, err := ParseURI(s, URIRelativeOrAbsolute); err == nil && u.IsAbsolute() {
			_ = u.ToString()
			text, err := u.AbsoluteURI()
			if err != nil {
				t.Fatal(err)
			}
			_, _ = ParseURI(text, URIAbsolute)
			_, _ = ResolveURI(u, s)
		}
	})
}

// FuzzDecimal holds sums and products that fit against exact arithmetic.
func FuzzDecimal(f *testing.F) {
	f.Add(int64(110), uint8(2), int64(-7), uint8(0))
	f.Add(int64(1<<62), uint8(28), int64(1<<62), uint8(28))
	f.Fuzz(func(t *testing.T, a int64, aScale uint8, b int64, bScale uint8) {
		x, y := DecimalFromInt(a), DecimalFromInt(b)
		x.scale, y.scale = aScale%29, bScale%29
		exact := func(d Decimal) *big.Rat { return new(big.Rat).SetFrac(d.signed(), tens[d.scale]) }
		if sum, err := x.Add(y); err != nil || sum.scale == max(x.scale, y.scale) && exact(sum).Cmp(new(big.Rat).Add(exact(x), exact(y))) != 0 {
			t.Fatalf("%s + %s is %s, %v", x, y, sum, err)
		}
		if product, err := x.Mul(y); err == nil && product.scale == x.scale+y.scale && exact(product).Cmp(new(big.Rat).Mul(exact(x), exact(y))) != 0 {
			t.Fatalf("%s * %s is %s", x, y, product)
		}
		if quotient, err := x.Div(y); err == nil {
			back := new(big.Rat).Mul(exact(quotient), exact(y))
			off := new(big.Rat).Sub(back, exact(x))
			limit := new(big.Rat).Mul(new(big.Rat).SetFrac(big.NewInt(1), tens[quotient.scale]), new(big.Rat).Abs(exact(y)))
			if off.Abs(off).Cmp(limit) > 0 {
				t.Fatalf("%s / %s is %s", x, y, quotient)
			}
		}
		if x.Compare(y) != exact(x).Cmp(exact(y)) || x.Normal().Compare(x) != 0 {
			t.Fatalf("%s and %s compare as %d", x, y, x.Compare(y))
		}
	})
}
