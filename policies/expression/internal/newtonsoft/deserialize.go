package newtonsoft

import (
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// A Target is a C# type that JSON is converted to.
type Target struct {
	// Name is the full name of the type, for messages.
	Name string
	Kind TargetKind
	// Scalar is the type, or the type under a T?; for kind ScalarTarget.
	Scalar Scalar
	// Nullable: a T?.
	Nullable bool
	// Token is the type of token; None for JToken. For kind TokenTarget.
	Token JTokenType
	// Element is what a list's elements, or a dictionary's values, become.
	Element *Target
	// Key is what a dictionary's names become.
	Key *Target
	// Fields are the members of an object, for kind RecordTarget.
	Fields []Field
	// List makes the value of a list's elements, Dictionary that of a dictionary's keys and
	// values, and Record that of an object's members.
	List       func(items []any) (any, error)
	Dictionary func(keys, values []any) (any, error)
	Record     func(values []any) (any, error)
	// Enum is the enumeration; for kind EnumTarget.
	Enum *clr.EnumType
}

// TargetKind is the sort of type that a Target is.
type TargetKind uint8

// The kinds of targets.
const (
	AnyTarget TargetKind = iota // object
	ScalarTarget
	TokenTarget
	ListTarget
	DictionaryTarget
	EnumTarget
	RecordTarget
)

// A Field is a member of an object.
type Field struct {
	Name   string
	Target *Target
}

// ToObject is token.ToObject<T>().
func ToObject(b *clr.Budget, t JToken, to *Target) (any, error) {
	switch to.Kind {
	case ScalarTarget:
		return Cast(t, to.Scalar, to.Nullable)
	case EnumTarget:
		return enumOf(t, to)
	}
	return (&deserializer{copier: newCopier(b)}).value(t, to)
}

// DeserializeObject is JsonConvert.DeserializeObject<T>(text).
func DeserializeObject(text string, to *Target, o ReadOptions) (any, error) {
	// Text that is to become a string stays as it is written, dates and all; one that
	// becomes a DateTimeOffset keeps its zone.
	if l := leaf(to); l.Kind == ScalarTarget && l.Scalar != ToDateTime {
		o.KeepDates = true
	}
	o.to = to
	t, err := Parse(text, o)
	if err != nil {
		if e := clr.AsException(err); e != nil && isEmpty(text, o) {
			return nil, nothing(to)
		}
		return nil, err
	}
	if c, ok := t.(*JConstructor); ok && to.Kind == AnyTarget {
		return nil, at(c, "Additional text found in JSON string after finishing deserializing object.")
	}
	d := deserializer{copier: newCopier(o.Budget), fromText: true}
	return d.value(t, to)
}

// isEmpty reports whether a text has nothing but white space and comments.
func isEmpty(text string, o ReadOptions) bool {
	r := newReader(text, o)
	defer r.release()
	_, end, err := r.value()
	return err == nil && end == endOfText
}

// nothing is what an empty text gives: null, or an exception for a value type.
func nothing(to *Target) error {
	if to.Kind == ScalarTarget && !to.Nullable && !to.Scalar.nullable() {
		return clr.ClassJSONSerialization.Throwf("No JSON content found and type '%s' is not nullable. Path '', line 0, position 0.", to.Name)
	}
	return nil
}

func (s Scalar) nullable() bool { return s == ToString || s == ToURI || s == ToBytes }

// leaf is what is at the bottom of nested lists and dictionaries.
func leaf(t *Target) *Target {
	for t.Element != nil {
		t = t.Element
	}
	return t
}

type deserializer struct {
	copier *copier
	// fromText: the JSON was a text, in which a literal true is still "true".
	fromText bool
}

func (d *deserializer) value(t JToken, to *Target) (any, error) {
	if p, ok := t.(*JProperty); ok {
		t = p.value
	}
	switch to.Kind {
	case ScalarTarget:
		return d.scalar(t, to)
	case TokenTarget:
		return d.token(t, to)
	case ListTarget:
		return d.list(t, to)
	case DictionaryTarget:
		return d.dictionary(t, to)
	case EnumTarget:
		return enumOf(t, to)
	case RecordTarget:
		return d.record(t, to)
	}
	switch t := t.(type) {
	case *JValue:
		return t.Value(), nil
	case *JObject:
		return d.object(t)
	}
	return t.clone(d.copier)
}

// object is what a target of type object gets of an object. Json.NET takes properties in
// front that it would itself write about references and types.
func (d *deserializer) object(o *JObject) (any, error) {
	t, err := o.clone(d.copier)
	if err != nil {
		return nil, err
	}
	c := t.(*JObject)
	for len(c.props) > 0 {
		p := c.props[0]
		switch p.name {
		case "$id", "$type":
			if err := Remove(p); err != nil {
				return nil, err
			}
			continue
		case "$ref":
			return d.reference(c, p)
		}
		break
	}
	return c, nil
}

// reference is what {"$ref": "1"} stands for. Nothing has such a name here.
func (d *deserializer) reference(o *JObject, p *JProperty) (any, error) {
	switch p.value.Type() {
	case String, Null:
	default:
		return nil, at(p, "JSON reference $ref property must have a string or null value.")
	}
	if len(o.props) > 1 {
		return nil, at(o.props[1], "Additional content found in JSON reference object. A JSON reference object should only have a $ref property.")
	}
	return nil, nil
}

func (d *deserializer) token(t JToken, to *Target) (any, error) {
	if t.Type() == Null && to.Token != None {
		return nil, nil
	}
	if to.Token != None && t.Type() != to.Token && (to.Token != String || !isValue(t)) {
		return nil, at(t, "Deserialized JSON type '"+t.TypeName()+"' is not compatible with expected type '"+to.Name+"'.")
	}
	return t.clone(d.copier)
}

func isValue(t JToken) bool {
	_, ok := t.(*JValue)
	return ok
}

// at makes an exception that names the token's place.
func at(t JToken, message string) error {
	return clr.ClassJSONSerialization.Throw(message + " Path '" + Path(t) + "'.")
}

func (d *deserializer) list(t JToken, to *Target) (any, error) {
	if isNullToken(t) {
		return nil, nil
	}
	a, ok := t.(*JArray)
	if !ok {
		return nil, d.wrongShape(t, to, "JSON array (e.g. [1,2,3])")
	}
	items := make([]any, 0, len(a.items))
	for _, item := range a.items {
		v, err := d.value(item, to.Element)
		if err != nil {
			return nil, err
		}
		items = append(items, v)
	}
	if err := d.copier.take(int64(len(items)) * 16); err != nil {
		return nil, err
	}
	return to.List(items)
}

func (d *deserializer) dictionary(t JToken, to *Target) (any, error) {
	if isNullToken(t) {
		return nil, nil
	}
	o, ok := t.(*JObject)
	if !ok {
		return nil, d.wrongShape(t, to, `JSON object (e.g. {"name":"value"})`)
	}
	names, values := make([]any, 0, len(o.props)), make([]any, 0, len(o.props))
	for _, p := range o.props {
		var key any = p.name
		if to.Key.Kind != ScalarTarget || to.Key.Scalar != ToString {
			var err error
			if key, err = d.key(p, to); err != nil {
				return nil, err
			}
		}
		v, err := d.value(p.value, to.Element)
		if err != nil {
			return nil, err
		}
		names, values = append(names, key), append(values, v)
	}
	if err := d.copier.take(int64(len(values)) * 32); err != nil {
		return nil, err
	}
	return to.Dictionary(names, values)
}

// key converts a name to the type of a dictionary's keys.
func (d *deserializer) key(p *JProperty, to *Target) (any, error) {
	var key any
	var err error
	switch to.Key.Kind {
	case EnumTarget:
		key, err = enumOf(NewString(p.name), to.Key)
	default:
		key, err = Cast(NewString(p.name), to.Key.Scalar, to.Key.Nullable)
	}
	if e := clr.AsException(err); e != nil {
		failed := clr.ClassJSONSerialization.Throw("Could not convert string '" + p.name + "' to dictionary key type '" + to.Key.Name +
			"'. Create a TypeConverter to convert from the string to the key type object. Path '" + Path(p) + "'.")
		failed.Inner = e
		return nil, failed
	}
	return key, err
}

// record makes an object of its members: each gets the value of the property of its name,
// whatever the case, and what has none gets its type's default.
func (d *deserializer) record(t JToken, to *Target) (any, error) {
	if isNullToken(t) {
		if to.Nullable {
			return nil, nil
		}
		return nil, at(t, "Error converting value {null} to type '"+to.Name+"'.")
	}
	o, ok := t.(*JObject)
	if !ok {
		return nil, d.wrongShape(t, to, `JSON object (e.g. {"name":"value"})`)
	}
	values := make([]any, len(to.Fields))
	for i, f := range to.Fields {
		p := o.PropertyFold(f.Name, strings.EqualFold)
		var err error
		if p == nil {
			values[i], err = zero(f.Target)
		} else {
			values[i], err = d.value(p.value, f.Target)
		}
		if err != nil {
			return nil, err
		}
	}
	return to.Record(values)
}

func isNullToken(t JToken) bool {
	v, ok := t.(*JValue)
	return ok && (v.kind == Null || v.kind == Undefined)
}

// wrongShape refuses an object where an array is wanted, and the like.
func (d *deserializer) wrongShape(t JToken, to *Target, wanted string) error {
	if v, ok := t.(*JValue); ok {
		return at(t, "Error converting value "+shown(v)+" to type '"+to.Name+"'.")
	}
	have := `JSON object (e.g. {"name":"value"})`
	advice := "change the deserialized type so that it is a normal .NET type (e.g. not a primitive type like integer, not a collection type like an array or List<T>) that can be deserialized from a JSON object. JsonObjectAttribute can also be added to the type to force it to deserialize from a JSON object."
	if t.Type() == Array {
		have = "JSON array (e.g. [1,2,3])"
		advice = "change the deserialized type to an array or a type that implements a collection interface (e.g. ICollection, IList) like List<T> that can be deserialized from a JSON array. JsonArrayAttribute can also be added to the type to force it to deserialize from a JSON array."
	}
	return clr.ClassJSONSerialization.Throw("Cannot deserialize the current " + have + " into type '" + to.Name +
		"' because the type requires a " + wanted + " to deserialize correctly.\nTo fix this error either change the JSON to a " + wanted +
		" or " + advice + "\nPath '" + Path(t) + "'.")
}

// shown is a value in a message.
func shown(v *JValue) string {
	switch v.holds {
	case holdsNothing:
		return "{null}"
	case holdsText:
		return `"` + v.text + `"`
	}
	return clr.ToString(v.Value())
}

// scalar converts an element. Json.NET reads it as the type that is wanted, with messages
// of its own.
func (d *deserializer) scalar(t JToken, to *Target) (any, error) {
	if err := d.unread(t, to.Scalar); err != nil {
		return nil, err
	}
	v, ok := t.(*JValue)
	if !ok {
		return nil, at(t, "Unexpected character encountered while parsing value: "+string("{["[truth(t.Type() == Array)])+".")
	}
	if v.holds == holdsNothing {
		if to.Nullable || to.Scalar.nullable() {
			return nil, nil
		}
		return nil, at(t, "Error converting value {null} to type '"+to.Name+"'.")
	}
	if to.Scalar == ToString {
		if d.fromText && v.holds == holdsBoolean {
			return clr.ToLower(clr.BoolText(v.number != 0)), nil
		}
		return castText(v.Value()), nil
	}
	out, err := Cast(v, to.Scalar, to.Nullable)
	if e := clr.AsException(err); e != nil {
		return nil, d.notScalar(v, to, e)
	}
	return out, err
}

// readAs are the types that Json.NET's reader looks for in a text by itself, with the
// types of tokens it finds them in.
var readAs = map[Scalar]set{
	ToInt32: texts | setOf(Integer, Date), ToDouble: texts | setOf(Integer, Float, Date), ToDecimal: texts | setOf(Integer, Float, Date),
	ToBoolean: texts | setOf(Integer, Float, Boolean, Date), ToString: numbers | setOf(Date),
	ToDateTime: texts | setOf(Date), ToDateTimeOffset: texts | setOf(Date),
}

// unread is the failure of Json.NET's reader when a text has something else than what is
// looked for.
func (d *deserializer) unread(t JToken, to Scalar) error {
	wanted, ok := readAs[to]
	if !ok || isNullToken(t) || wanted.has(t.Type()) {
		return nil
	}
	if !d.fromText {
		return unreadToken(t, to)
	}
	if v, ok := t.(*JValue); ok && v.kind == Float {
		if to == ToInt32 {
			return clr.ClassJSONReader.Throw("Input string '" + clr.ToString(v.Value()) + "' is not a valid integer. Path '" + Path(t) + "'.")
		}
	}
	text, err := JSON(nil, t, Compact)
	if err != nil {
		return err
	}
	return clr.ClassJSONReader.Throw("Unexpected character encountered while parsing value: " + text[:1] + ". Path '" + Path(t) + "'.")
}

// unreadToken is that failure where the JSON is a tree.
func unreadToken(t JToken, to Scalar) error {
	noun, token := scalarNouns[to], t.Type().String()
	switch {
	case to == ToInt32 && t.Type() == Float, to == ToString && isValue(t):
		return nil
	case to == ToDateTime || to == ToDateTimeOffset:
		noun = "date"
	}
	if !isValue(t) {
		token = "Start" + token
	}
	return clr.ClassJSONReader.Throw("Error reading " + noun + ". Unexpected token: " + token + ". Path '" + Path(t) + "'.")
}

// scalarNouns are the names of types in the messages of Json.NET's reader.
var scalarNouns = map[Scalar]string{
	ToInt32: "integer", ToDouble: "double", ToDecimal: "decimal", ToBoolean: "boolean", ToString: "string",
	ToDateTime: "DateTime", ToDateTimeOffset: "DateTimeOffset",
}

func (d *deserializer) notScalar(v *JValue, to *Target, cause *clr.Exception) error {
	noun, ok := scalarNouns[to.Scalar]
	if ok && v.kind == String {
		return clr.ClassJSONReader.Throw("Could not convert string to " + noun + ": " + v.text + ". Path '" + Path(v) + "'.")
	}
	e := clr.ClassJSONSerialization.Throw("Error converting value " + shown(v) + " to type '" + to.Name + "'. Path '" + Path(v) + "'.")
	e.Inner = cause
	return e
}

func enumOf(t JToken, to *Target) (any, error) {
	if isNullToken(t) && to.Nullable {
		return nil, nil
	}
	v, ok := t.(*JValue)
	if !ok || (v.kind != String && v.kind != Integer) {
		return nil, clr.ClassArgument.Throwf("Could not convert '%s' to %s.", t.ToString(), to.Name)
	}
	if v.kind == Integer {
		n, err := toLong(v.Value())
		return clr.Enum{Type: to.Enum, Value: n}, err
	}
	e, err := to.Enum.Parse(v.text, true)
	if err != nil {
		return nil, clr.ClassArgument.Throwf("Could not convert '%s' to %s.", v.text, to.Name)
	}
	return e, nil
}

// Convert is token.Value<T>(), and what Value<T>(key) does with the token it finds.
func Convert(t JToken, to *Target) (any, error) {
	if t == nil {
		return zero(to)
	}
	if to.Kind == AnyTarget || to.Kind == TokenTarget && (to.Token == None || to.Token == t.Type() || to.Token == String && isValue(t)) {
		return t, nil
	}
	v, ok := t.(*JValue)
	if ok && v.holds == holdsNothing && to.Kind != ScalarTarget {
		return nil, nil
	}
	if !ok || to.Kind != ScalarTarget {
		return nil, clr.ClassInvalidCast.Throwf("Cannot cast %s to Newtonsoft.Json.Linq.JToken.", t.TypeName())
	}
	value := v.Value()
	if value != nil && clr.TypeName(value) == to.Scalar.fullName() {
		return value, nil
	}
	if value == nil && to.Nullable {
		return nil, nil
	}
	return changeType(value, to.Scalar)
}

// zero is default(T).
func zero(to *Target) (any, error) {
	if to.Kind != ScalarTarget || to.Nullable || to.Scalar.nullable() {
		return nil, nil
	}
	switch to.Scalar {
	case ToDateTimeOffset:
		return clr.DateTimeOffset{}, nil
	case ToTimeSpan:
		return clr.TimeSpan(0), nil
	case ToGUID:
		return clr.Guid{}, nil
	}
	return convertTo(nil, to.Scalar)
}
