package types

// A Conversion is a way in which a value of one type becomes one of another. Those that
// classes declare themselves are not among them.
type Conversion uint8

// The conversions that the language has.
const (
	// None: there is no such conversion.
	None Conversion = iota
	Identity
	// Numeric changes between number types, char and enumerations.
	Numeric
	// Nothing makes a null reference, or a T? without a value, of the literal null.
	Nothing
	// Upcast goes from a class to its base or interface; boxing of a value type is one.
	Upcast
	// Downcast is checked when it runs; unboxing is one.
	Downcast
	// Wrap makes T? of T, perhaps after converting it.
	Wrap
	// Unwrap takes the value out of T?, and fails without one.
	Unwrap
	// Lift converts what is inside T?, if anything.
	Lift
)

// Implicit returns how from becomes to without a cast.
func Implicit(from, to *Type) Conversion {
	switch {
	case from.IsInvalid() || to.IsInvalid():
		return Identity
	case Identical(from, to):
		return Identity
	case from.Kind == Void || to.Kind == Void || to.Kind == Null:
		return None
	case from.Kind == Null:
		if to.IsReference() || to.Kind == Nullable {
			return Nothing
		}
		return None
	case to.Kind == Nullable:
		return implicitNullable(from, to)
	case from.IsNumeric() && to.IsNumeric():
		if widens(from.Kind, to.Kind) {
			return Numeric
		}
		return None
	case IsSubtype(from, to):
		return Upcast
	}
	return None
}

func implicitNullable(from, to *Type) Conversion {
	if from.Kind == Nullable {
		if Implicit(from.Elem, to.Elem) != None {
			return Lift
		}
		return None
	}
	if c := Implicit(from, to.Elem); c == Identity || c == Numeric {
		return Wrap
	}
	return None
}

// widest kinds that each kind widens to, as bits.
var widening = map[Kind][]Kind{
	Char:   {UInt16, Int32, UInt32, Int64, UInt64, Single, Double, Decimal},
	SByte:  {Int16, Int32, Int64, Single, Double, Decimal},
	Byte:   {Int16, UInt16, Int32, UInt32, Int64, UInt64, Single, Double, Decimal},
	Int16:  {Int32, Int64, Single, Double, Decimal},
	UInt16: {Int32, UInt32, Int64, UInt64, Single, Double, Decimal},
	Int32:  {Int64, Single, Double, Decimal},
	UInt32: {Int64, UInt64, Single, Double, Decimal},
	Int64:  {Single, Double, Decimal},
	UInt64: {Single, Double, Decimal},
	Single: {Double},
}

func widens(from, to Kind) bool {
	for _, k := range widening[from] {
		if k == to {
			return true
		}
	}
	return false
}

// IsSubtype reports whether every value of type from is one of type to: by inheritance,
// an interface, boxing, or variance.
func IsSubtype(from, to *Type) bool {
	if Identical(from, to) {
		return true
	}
	switch {
	case to.Kind == Object:
		return from.Kind != Void && from.Kind != Null
	case from.Kind == Nullable:
		return !to.IsValue() && IsSubtype(from.Elem, to)
	case from.Kind == Array && to.Kind == Array:
		return from.Rank == to.Rank && from.Elem.IsReference() && to.Elem.IsReference() && IsSubtype(from.Elem, to.Elem)
	case variant(from, to):
		return true
	}
	for _, b := range Bases(from) {
		if IsSubtype(b, to) {
			return true
		}
	}
	return false
}

// variant reports whether both are made of one definition, and differ only in covariant
// arguments that are references.
func variant(from, to *Type) bool {
	if from.Def == nil || from.Def != to.Def || len(from.Args) == 0 {
		return false
	}
	for i := range from.Args {
		a, b := from.Args[i], to.Args[i]
		if Identical(a, b) {
			continue
		}
		if !from.Def.Covariant[i] || !a.IsReference() || !IsSubtype(a, b) {
			return false
		}
	}
	return true
}

// Explicit returns how a cast makes to of from.
func Explicit(from, to *Type) Conversion {
	if c := Implicit(from, to); c != None {
		return c
	}
	switch {
	case from.Kind == Void || to.Kind == Void || from.Kind == Null || to.Kind == Null:
		return None
	case from.Kind == Nullable && to.Kind == Nullable:
		if explicitScalar(from.Elem, to.Elem) {
			return Lift
		}
		return None
	case from.Kind == Nullable && to.IsValue():
		if Identical(from.Elem, to) || explicitScalar(from.Elem, to) {
			return Unwrap
		}
		return None
	case to.Kind == Nullable && from.IsValue():
		if explicitScalar(from, to.Elem) {
			return Wrap
		}
		return None
	case explicitScalar(from, to):
		return Numeric
	}
	return explicitReference(from, to)
}

// explicitScalar reports whether a cast converts between two number or enumeration types.
func explicitScalar(from, to *Type) bool {
	scalar := func(t *Type) bool { return t.IsNumeric() || t.Kind == Enum }
	return scalar(from) && scalar(to)
}

func explicitReference(from, to *Type) Conversion {
	switch {
	case from.Kind == Parameter || to.Kind == Parameter:
		return Downcast
	case from.IsValue():
		return None
	case IsSubtype(to, from):
		return Downcast
	case to.IsValue():
		if to.Kind == Nullable && IsSubtype(to.Elem, from) {
			return Downcast
		}
		return None
	case from.Kind == Interface && (to.Kind == Interface || to.Kind == Class || to.Kind == Array):
		return Downcast
	case to.Kind == Interface && from.Kind == Class:
		return Downcast
	case from.Kind == Array && to.Kind == Array && from.Rank == to.Rank:
		return explicitElements(from.Elem, to.Elem)
	}
	return None
}

func explicitElements(from, to *Type) Conversion {
	if from.IsReference() && to.IsReference() && Explicit(from, to) != None {
		return Downcast
	}
	return None
}

// Promote returns the type in which arithmetic on two number types is done; nil when
// there is none, as for decimal and double.
func Promote(a, b *Type) *Type {
	either := func(k Kind) bool { return a.Kind == k || b.Kind == k }
	signed := func(t *Type) bool {
		return t.Kind == SByte || t.Kind == Int16 || t.Kind == Int32 || t.Kind == Int64
	}
	switch {
	case !a.IsNumeric() || !b.IsNumeric():
		return nil
	case either(Decimal):
		if either(Double) || either(Single) {
			return nil
		}
		return DecimalType
	case either(Double):
		return DoubleType
	case either(Single):
		return FloatType
	case either(UInt64):
		if signed(a) || signed(b) {
			return nil
		}
		return ULongType
	case either(Int64):
		return LongType
	case either(UInt32):
		if signed(a) || signed(b) {
			return LongType
		}
		return UIntType
	}
	return IntType
}
