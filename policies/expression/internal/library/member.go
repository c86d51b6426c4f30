package library

import "github.com/apimgw/apimgw/policies/expression/internal/types"

// A MemberKind says what sort of member a Member is.
type MemberKind uint8

// The kinds of members.
const (
	Method MemberKind = iota
	Property
	FieldMember
	Indexer
	Constructor
	Operator
	Conversion
)

// A Member of a class.
type Member struct {
	// Declared is the signature as it is declared.
	Declared string
	Doc      string
	// Examples are "expression => value".
	Examples []string

	Class *Class
	Kind  MemberKind
	// Name of the member; of an operator its symbol; "implicit" or "explicit" of a
	// conversion.
	Name      string
	Static    bool
	Extension bool
	Signature *types.Signature
	// Const is the value of a constant.
	Const    any
	HasConst bool
	// HasSetter: the property, indexer or field can be assigned.
	HasSetter bool

	// Call is the code in its general form: receiver first. For a property, indexer or
	// field it gets the value.
	Call func(Call, []any) (any, error)
	// Assign sets a property or an indexer; the value is the last argument.
	Assign func(Call, []any) (any, error)
	// Typed is the Go function behind Call, or nil, for calls without boxing.
	Typed any

	code, setCode Code
	access        access
}

type access uint8

const (
	accessOfClass access = iota
	accessAllowed
	accessDenied
)

// M declares a member.
func M(signature, doc string, code Code, examples ...string) Member {
	return Member{Declared: signature, Doc: doc, code: code, Examples: examples}
}

// Const declares a constant.
func Const(signature, doc string, value any, examples ...string) Member {
	return Member{Declared: signature, Doc: doc, Const: value, HasConst: true, Examples: examples}
}

// Set adds the code that assigns the property or the indexer.
func (m Member) Set(code Code) Member {
	m.setCode = code
	return m
}

// Allowed puts the member on the allow-list, where its class as a whole is not.
func (m Member) Allowed() Member {
	m.access = accessAllowed
	return m
}

// Denied takes the member off the allow-list, where its class as a whole is on it.
func (m Member) Denied() Member {
	m.access = accessDenied
	return m
}

// IsAllowed reports whether API Management accepts the member.
func (m *Member) IsAllowed() bool {
	switch m.access {
	case accessAllowed:
		return true
	case accessDenied:
		return false
	}
	return m.Class.Access == AllowAll
}

// String is the class and the member's name.
func (m *Member) String() string { return m.Class.Def.Display() + "." + m.Name }
