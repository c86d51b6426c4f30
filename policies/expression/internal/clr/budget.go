package clr

import "fmt"

// MaxText is the most bytes that one text, or one byte array, may have.
const MaxText = 64 << 20

// A Budget limits the bytes that one evaluation may build. It is used by one goroutine.
type Budget struct{ left int64 }

// NewBudget makes a budget of so many bytes.
func NewBudget(bytes int64) *Budget { return &Budget{left: bytes} }

// Take asks for n bytes before they are built. It fails with a *LimitError when n exceeds
// MaxText or what is left. A nil budget checks MaxText only.
func (b *Budget) Take(n int64) error {
	if n > MaxText {
		return &LimitError{What: fmt.Sprintf("a text of %d bytes is longer than the limit of %d", n, int64(MaxText))}
	}
	if b == nil {
		return nil
	}
	if n > b.left {
		return &LimitError{What: "the expression built more text than its memory budget allows"}
	}
	b.left -= n
	return nil
}

// A LimitError ends an evaluation that ran into a limit. It is no Exception: an
// expression cannot catch it.
type LimitError struct {
	// What was exceeded, as a clause.
	What string
}

// Error returns what was exceeded.
func (e *LimitError) Error() string { return e.What }
