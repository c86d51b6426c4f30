package newtonsoft

import (
	"encoding/base64"
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// set is a set of types of tokens.
type set uint32

func setOf(kinds ...JTokenType) set {
	var s set
	for _, k := range kinds {
		s |= 1 << k
	}
	return s
}

func (s set) has(k JTokenType) bool { return s>>k&1 == 1 }

var (
	texts     = setOf(String, Comment, Raw)
	numbers   = texts | setOf(Integer, Float, Boolean)
	castTypes = [...]set{
		ToBoolean: numbers, ToChar: texts | setOf(Integer, Float), ToSByte: numbers, ToByte: numbers, ToInt16: numbers,
		ToUInt16: numbers, ToInt32: numbers, ToUInt32: numbers, ToInt64: numbers, ToUInt64: numbers,
		ToSingle: numbers, ToDouble: numbers, ToDecimal: numbers,
		ToString:   numbers | setOf(Date, Bytes, GUID, TimeSpan, URI),
		ToDateTime: texts | setOf(Date), ToDateTimeOffset: texts | setOf(Date),
		ToTimeSpan: texts | setOf(TimeSpan), ToGUID: texts | setOf(GUID, Bytes), ToURI: texts | setOf(URI),
		ToBytes: texts | setOf(Bytes, Integer),
	}
)

// Cast is a C# cast of a token, such as (int)token, or with nullable (int?)token. Strings,
// URIs and byte arrays are nullable anyway. The result is nil for a null.
func Cast(t JToken, to Scalar, nullable bool) (any, error) {
	nullable = nullable || to == ToString || to == ToURI || to == ToBytes
	if t == nil {
		if nullable {
			return nil, nil
		}
		return nil, clr.ArgumentNullError("value")
	}
	v, err := castable(t, to, nullable && to != ToBytes)
	if err != nil {
		return nil, err
	}
	if v.holds == holdsNothing && nullable {
		return nil, nil
	}
	return castValue(v, to)
}

// CastString is (string)token. Not ok means null.
func CastString(t JToken) (s string, ok bool, err error) {
	if t == nil {
		return "", false, nil
	}
	v, err := castable(t, ToString, true)
	if err != nil || v.holds == holdsNothing {
		return "", false, err
	}
	if v.holds == holdsText {
		return v.text, true, nil
	}
	return castText(v.Value()), true, nil
}

// CastInt32 is (int)token.
func CastInt32(t JToken) (int32, error) {
	if v, ok := t.(*JValue); ok && v.holds == holdsInteger {
		if n := int64(v.number); n == int64(int32(n)) {
			return int32(n), nil
		}
	}
	n, err := Cast(t, ToInt32, false)
	if err != nil {
		return 0, err
	}
	return n.(int32), nil
}

// CastInt64 is (long)token.
func CastInt64(t JToken) (int64, error) {
	if v, ok := t.(*JValue); ok && v.holds == holdsInteger {
		return int64(v.number), nil
	}
	n, err := Cast(t, ToInt64, false)
	if err != nil {
		return 0, err
	}
	return n.(int64), nil
}

// CastDouble is (double)token.
func CastDouble(t JToken) (float64, error) {
	n, err := Cast(t, ToDouble, false)
	if err != nil {
		return 0, err
	}
	return n.(float64), nil
}

// CastBoolean is (bool)token.
func CastBoolean(t JToken) (bool, error) {
	if v, ok := t.(*JValue); ok && v.holds == holdsBoolean {
		return v.number != 0, nil
	}
	b, err := Cast(t, ToBoolean, false)
	if err != nil {
		return false, err
	}
	return b.(bool), nil
}

// castable returns the value that a token, or a property, casts by.
func castable(t JToken, to Scalar, nullable bool) (*JValue, error) {
	if p, ok := t.(*JProperty); ok {
		t = p.value
	}
	v, ok := t.(*JValue)
	if !ok || !castTypes[to].has(v.kind) && (!nullable || v.kind != Null && v.kind != Undefined) {
		return nil, cannotConvert(t, to)
	}
	return v, nil
}

func cannotConvert(t JToken, to Scalar) error {
	return clr.ClassArgument.Throwf("Can not convert %s to %s.", t.Type(), to)
}

func castText(v any) string {
	if b, ok := v.([]byte); ok {
		return base64.StdEncoding.EncodeToString(b)
	}
	return clr.ToString(v)
}

func castValue(v *JValue, to Scalar) (any, error) {
	value := v.Value()
	switch to {
	case ToString:
		return castText(value), nil
	case ToDateTime:
		if o, ok := value.(clr.DateTimeOffset); ok {
			return o.DateTime(), nil
		}
		return boxed(toDateTime(value))
	case ToDateTimeOffset:
		return boxed(toOffset(value))
	case ToTimeSpan:
		if span, ok := value.(clr.TimeSpan); ok {
			return span, nil
		}
		return boxed(clr.ParseTimeSpan(clr.ToString(value)))
	case ToGUID:
		return castGUID(value)
	case ToURI:
		if u, ok := value.(*clr.URI); ok {
			return u, nil
		}
		return boxed(clr.ParseURI(clr.ToString(value), clr.URIAbsolute))
	case ToBytes:
		return castBytes(v, value)
	case ToChar:
		if v.kind == Float {
			return nil, clr.ClassInvalidCast.Throwf("Invalid cast from '%s' to 'Char'.", strings.TrimPrefix(clr.TypeName(value), "System."))
		}
	case ToBoolean:
		if n, ok := value.(BigInteger); ok {
			return boxed(n.truth())
		}
	}
	return convertTo(value, to)
}

// toOffset is the conversion of a date or a text to DateTimeOffset.
func toOffset(value any) (clr.DateTimeOffset, error) {
	switch v := value.(type) {
	case clr.DateTimeOffset:
		return v, nil
	case string:
		return clr.ParseDateTimeOffset(v, now())
	}
	d, err := toDateTime(value)
	if err != nil {
		return clr.DateTimeOffset{}, err
	}
	return clr.DateTimeOffsetFrom(d), nil
}

func castGUID(value any) (any, error) {
	switch v := value.(type) {
	case clr.Guid:
		return v, nil
	case []byte:
		return boxed(clr.GuidFromBytes(v))
	}
	return boxed(clr.ParseGuid(clr.ToString(value)))
}

func castBytes(v *JValue, value any) (any, error) {
	switch x := value.(type) {
	case []byte:
		return x, nil
	case string:
		return boxed(clr.FromBase64(x))
	case BigInteger:
		return x.bytes(), nil
	}
	return nil, cannotConvert(v, ToBytes)
}
