package expression

import (
	"time"

	"github.com/apimgw/apimgw/policies/expression/internal/library"
)

// A Want says what the host of an expression makes of its result.
type Want uint8

// What hosts want.
const (
	// Any value that may be stored in a variable.
	Any Want = iota
	// Bool is a condition.
	Bool
	// Int is a whole number, such as a status code.
	Int
	// Double is a number.
	Double
	// Text is a text, or null.
	Text
	// Body is the content of a message: byte[], or a text.
	Body
)

// Options of compiling. The zero Options are the gateway's defaults.
type Options struct {
	// Strict refuses types and members that API Management's allow-list does not have.
	Strict bool
	// Lenient compares values where C# compares references of type object with text.
	Lenient bool
	// MissingVariableThrows makes context.Variables["x"] throw when there is no x, instead
	// of being null.
	MissingVariableThrows bool
	// Now is the clock; nil is the real one.
	Now func() time.Time
	// Random returns a number from 0 up to 1, for any number of callers at once; nil is
	// the system's source.
	Random func() float64
	// Limits of each evaluation.
	Limits Limits
}

// Limits of one evaluation; zero fields have defaults.
type Limits struct {
	// Time an evaluation may take; by default five seconds.
	Time time.Duration
	// Steps: turns of loops, calls, elements gone through; by default 50 million.
	Steps int64
	// Memory: bytes of text and arrays that may be built; by default 256 MiB.
	Memory int64
	// Depth of calls; by default 256.
	Depth int
}

func (l Limits) withDefaults() library.Limits {
	out := library.Limits{Time: l.Time, Steps: l.Steps, Memory: l.Memory, Depth: l.Depth}
	if out.Time == 0 {
		out.Time = 5 * time.Second
	}
	if out.Steps == 0 {
		out.Steps = 50_000_000
	}
	if out.Memory == 0 {
		out.Memory = 256 << 20
	}
	if out.Depth == 0 {
		out.Depth = 256
	}
	return out
}
