package folder

import "github.com/apimgw/apimgw/policies/diag"

// A kind is what a value of a JSON or YAML file is.
type kind int

const (
	null kind = iota
	boolean
	number
	text
	list
	object
)

func (k kind) String() string {
	return [...]string{"null", "true or false", "a number", "a text", "a list", "an object"}[k]
}

// A node is one value of a JSON or YAML file, with its place.
type node struct {
	kind kind
	at   diag.Range
	// text of a text; the literal of a number or a boolean.
	text   string
	items  []*node
	fields []field
}

// A field is one member of an object.
type field struct {
	name  string
	at    diag.Range
	value *node
}
