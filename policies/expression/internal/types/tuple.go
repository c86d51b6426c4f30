package types

// tupleDefs are ValueTuple with two items, three, and so on.
var tupleDefs = func() []*Def {
	names := []string{"T1", "T2", "T3", "T4", "T5", "T6", "T7"}
	var out []*Def
	for n := 2; n <= len(names); n++ {
		out = append(out, define(Struct, "System", "ValueTuple", names[:n]...))
	}
	return out
}()

// MostItems is how many items a tuple has at most.
const MostItems = 7

// TupleOf returns the type of a tuple of two items up to MostItems. A name may be empty;
// names tell nothing about whether two types are the same.
func TupleOf(names []string, items []*Type) *Type {
	t := &Type{Kind: Struct, Def: tupleDefs[len(items)-2], Args: items}
	for i, item := range items {
		t.Fields = append(t.Fields, Field{Name: names[i], Type: item})
	}
	return t
}

// IsTuple reports whether the type is one of a tuple.
func (t *Type) IsTuple() bool {
	return t.Kind == Struct && len(t.Args) >= 2 && len(t.Args) <= MostItems && t.Def == tupleDefs[len(t.Args)-2]
}

// Item returns which item of a tuple has a name: its own, or Item1, Item2, …; -1 when none has.
func (t *Type) Item(name string) int {
	for i, f := range t.Fields {
		if f.Name == name {
			return i
		}
	}
	for i := range t.Args {
		if name == ItemName(i) {
			return i
		}
	}
	return -1
}

// ItemName is the name that each item of a tuple has beside its own.
func ItemName(i int) string { return "Item" + itoa(i+1) }

// withNames is a tuple with other items, which have the names of t's.
func (t *Type) withNames(items []*Type) *Type {
	names := make([]string, len(items))
	for i, f := range t.Fields {
		names[i] = f.Name
	}
	return TupleOf(names, items)
}

func (t *Type) tupleString() string {
	out := "("
	for i, item := range t.Args {
		if i > 0 {
			out += ", "
		}
		out += item.String()
		if len(t.Fields) > 0 && t.Fields[i].Name != "" {
			out += " " + t.Fields[i].Name
		}
	}
	return out + ")"
}
