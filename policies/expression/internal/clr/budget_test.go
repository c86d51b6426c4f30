package clr

import (
	"errors"
	"testing"
)

func TestBudget(t *testing.T) {
	t.Parallel()
	b := NewBudget(100)
	if err := b.Take(60); err != nil {
		t.Fatal(err)
	}
	var limit *LimitError
	if err := b.Take(41); !errors.As(err, &limit) {
		t.Errorf("taking more than is left gives %v", err)
	}
	if err := b.Take(40); err != nil || b.left != 0 {
		t.Errorf("taking the rest: %v, %d left", err, b.left)
	}
	var none *Budget
	if err := none.Take(MaxText); err != nil {
		t.Error(err)
	}
	if err := none.Take(MaxText + 1); AsException(err) != nil || err == nil {
		t.Errorf("a text that is too long gives %v", err)
	}
}
