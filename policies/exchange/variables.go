package exchange

// Variables is context.Variables: values by name, in the order in which they were
// first set. Names are case-sensitive. A request has few of them, so that a scan over
// names that are mostly the same string constants is faster than a map, and needs no
// allocation of its own.
//
// Values are what expressions make: their Go representation is that of package clr
// below policies/expression (string, bool, int32, int64, float64, …); nil is null.
type Variables struct {
	entries []variable
}

type variable struct {
	name  string
	value any
}

// Get returns a variable, and whether it is set; a variable may be set to nil.
func (v *Variables) Get(name string) (any, bool) {
	for i := range v.entries {
		if v.entries[i].name == name {
			return v.entries[i].value, true
		}
	}
	return nil, false
}

// Set sets a variable.
func (v *Variables) Set(name string, value any) {
	for i := range v.entries {
		if v.entries[i].name == name {
			v.entries[i].value = value
			return
		}
	}
	if v.entries == nil {
		v.entries = make([]variable, 0, 8)
	}
	v.entries = append(v.entries, variable{name, value})
}

// Len is the number of variables.
func (v *Variables) Len() int { return len(v.entries) }

// All yields the variables in order.
func (v *Variables) All(yield func(name string, value any) bool) {
	for i := range v.entries {
		if !yield(v.entries[i].name, v.entries[i].value) {
			return
		}
	}
}
