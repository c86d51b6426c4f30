package exchange

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestBranchesTakeTurns(t *testing.T) {
	t.Parallel()
	x := New(nil, &Request{})
	said := ""
	first, second := make(chan struct{}), make(chan struct{})
	x.Branch(
		func() {
			said += "a"
			mustAwait(t, x, func() { close(first); <-second })
			said += "A"
		},
		func() {
			said += "b"
			x.Branch(func() { // a nested one shares the turns
				said += "c"
				mustAwait(t, x, func() { <-first; close(second) })
				said += "C"
			})
		},
	)
	if !strings.HasPrefix(said, "abc") || len(said) != 5 {
		t.Errorf("branches said %q", said)
	}
	mustAwait(t, x, func() { said = "outside" })
	if said != "outside" || x.turn != nil {
		t.Errorf("outside of branches: said %q, turn %v", said, x.turn)
	}
}

func mustAwait(t *testing.T, x *Exchange, f func()) {
	t.Helper()
	if err := x.Await(t.Context(), f); err != nil {
		t.Error(err)
	}
}

func TestAwaitTellsThatNobodyWaits(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	if err := New(nil, &Request{}).Await(ctx, cancel); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

func TestPanicOfABranch(t *testing.T) {
	t.Parallel()
	x := New(nil, &Request{})
	other := false
	defer func() {
		fault, _ := recover().(string)
		if !strings.HasPrefix(fault, "oops\n") || !strings.Contains(fault, "TestPanicOfABranch") || !other {
			t.Errorf("panic %q, the other branch ran: %t", fault, other)
		}
	}()
	x.Branch(func() { mustAwait(t, x, func() { panic("oops") }) }, func() { other = true })
}
