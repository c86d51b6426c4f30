package types

import "slices"

// An Inference collects what a call tells about the type parameters of a method.
type Inference struct {
	params []*Type
	exact  []*Type
	lower  [][]*Type
	fixed  []*Type

	// Converts reports whether a type declares a conversion to another. C# takes those
	// into account when it chooses among the types of several arguments.
	Converts func(from, to *Type) bool
}

// NewInference begins an inference for these type parameters.
func NewInference(params []*Type) *Inference {
	return &Inference{
		params: params, exact: make([]*Type, len(params)),
		lower: make([][]*Type, len(params)), fixed: make([]*Type, len(params)),
	}
}

func (in *Inference) index(t *Type) int {
	for i, p := range in.params {
		if p == t {
			return i
		}
	}
	return -1
}

// Argument notes that an argument of type arg is passed to a parameter of type param.
func (in *Inference) Argument(param, arg *Type) {
	if arg.Kind == Null || arg.Kind == Void || arg.IsInvalid() {
		return
	}
	in.lowerBound(param, arg)
}

func (in *Inference) lowerBound(param, arg *Type) {
	if i := in.index(param); i >= 0 {
		in.addLower(i, arg)
		return
	}
	switch {
	case param.Kind == Nullable && arg.Kind == Nullable:
		in.lowerBound(param.Elem, arg.Elem)
	case param.Kind == Nullable:
		in.lowerBound(param.Elem, arg)
	case param.Kind == Array && arg.Kind == Array && param.Rank == arg.Rank:
		if arg.Elem.IsReference() {
			in.lowerBound(param.Elem, arg.Elem)
		} else {
			in.exactBound(param.Elem, arg.Elem)
		}
	case param.Def != nil && len(param.Args) > 0:
		in.lowerGeneric(param, arg)
	}
}

func (in *Inference) lowerGeneric(param, arg *Type) {
	base := onlyBase(arg, param.Def)
	if base == nil {
		return
	}
	for i, p := range param.Args {
		if param.Def.Covariant[i] && base.Args[i].IsReference() {
			in.lowerBound(p, base.Args[i])
		} else {
			in.exactBound(p, base.Args[i])
		}
	}
}

// onlyBase is the base of t that is made of the definition; nil when there is none, or when
// t has several, such as JObject, which is a sequence of tokens and one of pairs.
func onlyBase(t *Type, def *Def) *Type {
	first := Base(t, def)
	if first == nil || first == t || len(Bases(t)) < 2 {
		return first
	}
	for _, b := range Bases(t) {
		if other := Base(b, def); other != nil && !Identical(other, first) {
			return nil
		}
	}
	return first
}

func (in *Inference) exactBound(param, arg *Type) {
	if i := in.index(param); i >= 0 {
		in.exact[i] = arg
		return
	}
	switch {
	case param.Kind == arg.Kind && (param.Kind == Array || param.Kind == Nullable):
		in.exactBound(param.Elem, arg.Elem)
	case param.Def != nil && param.Def == arg.Def:
		for i := range param.Args {
			in.exactBound(param.Args[i], arg.Args[i])
		}
	}
}

func (in *Inference) addLower(i int, t *Type) {
	for _, have := range in.lower[i] {
		if Identical(have, t) {
			return
		}
	}
	in.lower[i] = append(in.lower[i], t)
}

// Fix settles every parameter that has bounds and is not settled yet. It reports false
// when the bounds of one contradict each other.
func (in *Inference) Fix() bool {
	ok := true
	for i := range in.params {
		if in.fixed[i] != nil || in.exact[i] == nil && len(in.lower[i]) == 0 {
			continue
		}
		if in.exact[i] != nil {
			in.fixed[i] = in.exact[i]
			continue
		}
		in.fixed[i] = in.best(in.lower[i])
		ok = ok && in.fixed[i] != nil
	}
	return ok
}

// Args are the settled arguments; nil where one is not settled.
func (in *Inference) Args() []*Type { return in.fixed }

// Done reports whether all parameters are settled.
func (in *Inference) Done() bool {
	for _, t := range in.fixed {
		if t == nil {
			return false
		}
	}
	return true
}

// Best returns the one of the types that all others convert to implicitly; nil when there
// is none.
func Best(all []*Type) *Type {
	return best(all, func(from, to *Type) bool { return Implicit(from, to) != None })
}

func (in *Inference) best(all []*Type) *Type {
	if t := Best(all); t != nil || in.Converts == nil {
		return t
	}
	return best(all, func(from, to *Type) bool { return Implicit(from, to) != None || in.Converts(from, to) })
}

func best(all []*Type, converts func(from, to *Type) bool) *Type {
	for _, candidate := range all {
		if candidate.Kind != Null && !slices.ContainsFunc(all, func(t *Type) bool { return !converts(t, candidate) }) {
			return candidate
		}
	}
	return nil
}
