package types

// The predefined types.
var (
	InvalidType = &Type{Kind: Invalid}
	VoidType    = basic(Void, "void", "Void")
	NullType    = &Type{Kind: Null}
	BoolType    = basic(Bool, "bool", "Boolean")
	CharType    = basic(Char, "char", "Char")
	SByteType   = basic(SByte, "sbyte", "SByte")
	ByteType    = basic(Byte, "byte", "Byte")
	ShortType   = basic(Int16, "short", "Int16")
	UShortType  = basic(UInt16, "ushort", "UInt16")
	IntType     = basic(Int32, "int", "Int32")
	UIntType    = basic(UInt32, "uint", "UInt32")
	LongType    = basic(Int64, "long", "Int64")
	ULongType   = basic(UInt64, "ulong", "UInt64")
	FloatType   = basic(Single, "float", "Single")
	DoubleType  = basic(Double, "double", "Double")
	DecimalType = basic(Decimal, "decimal", "Decimal")
	StringType  = basic(String, "string", "String")
	ObjectType  = basic(Object, "object", "Object")
)

// Definitions that the language itself knows: foreach, arrays, using, throw.
var (
	ArrayClass          = define(Class, "System", "Array")
	EnumClass           = define(Class, "System", "Enum")
	ExceptionClass      = define(Class, "System", "Exception")
	IDisposable         = define(Interface, "System", "IDisposable")
	IEnumerableUntyped  = define(Interface, "System.Collections", "IEnumerable")
	IEnumerable         = define(Interface, "System.Collections.Generic", "IEnumerable", "out T")
	IEnumerator         = define(Interface, "System.Collections.Generic", "IEnumerator", "out T")
	ICollection         = define(Interface, "System.Collections.Generic", "ICollection", "T")
	IReadOnlyCollection = define(Interface, "System.Collections.Generic", "IReadOnlyCollection", "out T")
	IList               = define(Interface, "System.Collections.Generic", "IList", "T")
	IReadOnlyList       = define(Interface, "System.Collections.Generic", "IReadOnlyList", "out T")
	IDictionary         = define(Interface, "System.Collections.Generic", "IDictionary", "TKey", "TValue")
	IReadOnlyDictionary = define(Interface, "System.Collections.Generic", "IReadOnlyDictionary", "TKey", "TValue")
	KeyValuePair        = define(Struct, "System.Collections.Generic", "KeyValuePair", "TKey", "TValue")
	NullableStruct      = define(Struct, "System", "Nullable", "T")
	TypeClass           = define(Class, "System", "Type")
)

// ByteArray is byte[]; StringArray is string[].
var (
	ByteArray   = ArrayOf(ByteType)
	StringArray = ArrayOf(StringType)
)

func init() {
	extend := func(d *Def, bases ...*Type) { d.Bases = bases }
	extend(IEnumerable, IEnumerableUntyped.Type())
	extend(IEnumerator, IDisposable.Type())
	for _, d := range []*Def{ICollection, IReadOnlyCollection} {
		extend(d, IEnumerable.Of(d.Params[0]))
	}
	extend(IList, ICollection.Of(IList.Params[0]))
	extend(IReadOnlyList, IReadOnlyCollection.Of(IReadOnlyList.Params[0]))
	extend(IDictionary, ICollection.Of(KeyValuePair.Of(IDictionary.Params...)))
	extend(IReadOnlyDictionary, IReadOnlyCollection.Of(KeyValuePair.Of(IReadOnlyDictionary.Params...)))
	extend(StringType.Def, IEnumerable.Of(CharType))
}

var predefined []*Def

// Predefined lists the definitions that the language itself knows. The library gives them
// their members.
func Predefined() []*Def { return predefined }

var keywords = map[string]*Type{}

// ByKeyword returns the type of a keyword such as int; nil when there is none.
func ByKeyword(keyword string) *Type { return keywords[keyword] }

func basic(kind Kind, keyword, name string) *Type {
	d := define(kind, "System", name)
	d.Keyword = keyword
	t := d.Type()
	keywords[keyword] = t
	return t
}

func define(kind Kind, namespace, name string, params ...string) *Def {
	d := NewDef(kind, namespace, name, params...)
	predefined = append(predefined, d)
	return d
}

// NewDef makes a definition. A type parameter may be marked as in "out T".
func NewDef(kind Kind, namespace, name string, params ...string) *Def {
	d := &Def{Namespace: namespace, Name: name, Kind: kind}
	for _, p := range params {
		covariant := len(p) > 4 && p[:4] == "out "
		if covariant {
			p = p[4:]
		}
		d.Params = append(d.Params, NewParameter(p))
		d.Covariant = append(d.Covariant, covariant)
	}
	d.Type()
	return d
}
