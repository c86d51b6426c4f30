package newtonsoft

import "github.com/apimgw/apimgw/policies/expression/internal/clr"

// How JsonConvert makes the container that the innermost of the open ones stands for.
type making uint8

const (
	// makingValues: a list or a dictionary, item by item.
	makingValues making = iota
	// makingObject: the outermost JObject that a target of type object gets, property by
	// property.
	makingObject
	// makingTokens: part of a tree that is copied whole, with its comments.
	makingTokens
	// makingPlainTokens: part of a tree that is copied whole, without comments.
	makingPlainTokens
)

// making follows the open containers down from the target.
func (t *Target) making(stack []position) making {
	for i := range stack {
		switch t.Kind {
		case TokenTarget:
			return makingTokens
		case ListTarget, DictionaryTarget:
			t = t.Element
			continue
		case AnyTarget:
			switch {
			case stack[i].kind != Object:
				return makingTokens
			case i < len(stack)-1:
				return makingPlainTokens
			}
			return makingObject
		}
		break
	}
	return makingValues
}

// keepsComments reports whether a comment in the innermost container becomes a token.
func (t *Target) keepsComments(stack []position) bool { return t.making(stack) == makingTokens }

// unfinishedFor is the error for a text that ends inside a container that JsonConvert
// makes something of.
func (r *reader) unfinishedFor(to *Target) error {
	how, top := to.making(r.stack), r.stack[len(r.stack)-1]
	if how == makingTokens || how == makingPlainTokens {
		outer := r.stack[:len(r.stack)-1]
		return clr.ClassJSONWriter.Throw("Unexpected end when reading token. Path '" + buildPath(outer) + "'.")
	}
	text := "Unexpected end when deserializing object."
	switch {
	case top.kind == Array:
		text = "Unexpected end when deserializing array."
	case top.fresh && !r.commented:
		text = "Unexpected end when reading JSON."
	}
	e := clr.AsException(r.errorf("%s", text))
	e.Class = clr.ClassJSONSerialization
	return e
}

// dateOf is the date that JsonConvert makes of new Date(…) within a tree, if it is one:
// milliseconds since 1970, or year, month from 0, and what follows.
func (c *JConstructor) dateOf() (clr.DateTime, bool) {
	var n [7]int64
	if c.name != "Date" || len(c.items) == 0 || len(c.items) > len(n) {
		return clr.DateTime{}, false
	}
	for i, item := range c.items {
		v, ok := item.(*JValue)
		if !ok || v.holds != holdsInteger {
			return clr.DateTime{}, false
		}
		n[i] = int64(v.number)
	}
	if len(c.items) == 1 {
		if n[0] > 1<<50 || n[0] < -1<<50 {
			return clr.DateTime{}, false
		}
		return dateOf(clr.UnixEpoch.Ticks()+n[0]*clr.TicksPerMillisecond, clr.KindUTC)
	}
	d, err := clr.NewDateTime(int(n[0]), int(n[1])+1, max(int(n[2]), 1), int(n[3]), int(n[4]), int(n[5]), int(n[6]), clr.KindUnspecified)
	return d, err == nil
}
