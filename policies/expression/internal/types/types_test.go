package types

import "testing"

func TestString(t *testing.T) {
	t.Parallel()
	list := NewDef(Class, "System.Collections.Generic", "List", "T")
	for _, c := range []struct {
		t          *Type
		short, clr string
	}{
		{IntType, "int", "System.Int32"},
		{NullableOf(BoolType), "bool?", "System.Nullable`1[System.Boolean]"},
		{ArrayOf(MultiArrayOf(IntType, 2)), "int[][,]", "System.Int32[,][]"},
		{list.Of(list.Of(StringType)), "List<List<string>>", "System.Collections.Generic.List`1[System.Collections.Generic.List`1[System.String]]"},
		{AnonymousOf([]Field{{"a", IntType}, {"b", StringType}}), "<anonymous type: int a, string b>", "<>f__AnonymousType0`2[System.Int32,System.String]"},
	} {
		if c.t.String() != c.short || c.t.CLRName() != c.clr {
			t.Errorf("%s, %s; want %s, %s", c.t, c.t.CLRName(), c.short, c.clr)
		}
	}
}

func TestConversions(t *testing.T) {
	t.Parallel()
	dict := IReadOnlyDictionary.Of(StringType, ObjectType)
	pair := KeyValuePair.Of(StringType, ObjectType)
	for _, c := range []struct {
		from, to *Type
		implicit Conversion
		explicit Conversion
	}{
		{IntType, LongType, Numeric, Numeric},
		{LongType, IntType, None, Numeric},
		{CharType, IntType, Numeric, Numeric},
		{IntType, CharType, None, Numeric},
		{BoolType, IntType, None, None},
		{NullType, StringType, Nothing, Nothing},
		{NullType, IntType, None, None},
		{IntType, ObjectType, Upcast, Upcast},
		{ObjectType, IntType, None, Downcast},
		{ObjectType, NullableOf(IntType), None, Downcast},
		{IntType, NullableOf(LongType), Wrap, Wrap},
		{NullableOf(IntType), NullableOf(LongType), Lift, Lift},
		{NullableOf(IntType), IntType, None, Unwrap},
		{StringType, IEnumerable.Of(CharType), Upcast, Upcast},
		{dict, IEnumerable.Of(pair), Upcast, Upcast},
		{ArrayOf(StringType), IEnumerable.Of(ObjectType), Upcast, Upcast},
		{ArrayOf(IntType), IEnumerable.Of(ObjectType), None, None},
		{ArrayOf(StringType), ArrayOf(ObjectType), Upcast, Upcast},
		{DecimalType, DoubleType, None, Numeric},
		{StringType, IntType, None, None},
	} {
		if got := Implicit(c.from, c.to); got != c.implicit {
			t.Errorf("implicit %s → %s is %d, want %d", c.from, c.to, got, c.implicit)
		}
		if got := Explicit(c.from, c.to); got != c.explicit && c.from.Kind != Array {
			t.Errorf("explicit %s → %s is %d, want %d", c.from, c.to, got, c.explicit)
		}
	}
}

func TestInference(t *testing.T) {
	t.Parallel()
	p := NewParameter("TSource")
	for _, c := range []struct{ param, arg, want *Type }{
		{IEnumerable.Of(p), ArrayOf(StringType), StringType},
		{IEnumerable.Of(p), StringType, CharType},
		{IEnumerable.Of(p), IReadOnlyDictionary.Of(StringType, IntType), KeyValuePair.Of(StringType, IntType)},
		{p, IntType, IntType},
		{NullableOf(p), IntType, IntType},
	} {
		in := NewInference([]*Type{p})
		in.Argument(c.param, c.arg)
		if !in.Fix() || !Identical(in.Args()[0], c.want) {
			t.Errorf("%s from %s gives %s, want %s", c.param, c.arg, in.Args()[0], c.want)
		}
	}
	in := NewInference([]*Type{p})
	in.Argument(p, IntType)
	in.Argument(p, DoubleType)
	if !in.Fix() || in.Args()[0] != DoubleType {
		t.Errorf("int and double give %s", in.Args()[0])
	}
	in = NewInference([]*Type{p})
	in.Argument(p, IntType)
	in.Argument(p, StringType)
	if in.Fix() {
		t.Error("int and string have no best type")
	}
}

func TestPromote(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ a, b, want *Type }{
		{CharType, CharType, IntType},
		{IntType, UIntType, LongType},
		{ULongType, IntType, nil},
		{DecimalType, DoubleType, nil},
		{LongType, FloatType, FloatType},
		{ByteType, ULongType, ULongType},
	} {
		if got := Promote(c.a, c.b); got != c.want {
			t.Errorf("%s and %s promote to %v, want %v", c.a, c.b, got, c.want)
		}
	}
}
