package exchange

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
)

// Branch runs functions on the exchange side by side, each in a goroutine of its own, and
// returns when all have ended. Only one at a time has the exchange: it keeps it until it
// ends or calls Await. So an exchange still belongs to one goroutine at every moment, and
// branches may do with it whatever a policy may. They begin in order. A panic of a branch is
// one of Branch.
func (x *Exchange) Branch(branches ...func()) {
	turn := x.turn
	if turn == nil {
		turn = new(sync.Mutex)
		turn.Lock()
		x.turn = turn
		defer func() { x.turn = nil }()
	}
	var group sync.WaitGroup
	faults := make([]string, len(branches))
	for i, run := range branches {
		group.Go(func() { // begins with the turn that the caller has
			defer turn.Unlock()
			defer func() {
				if fault := recover(); fault != nil {
					faults[i] = fmt.Sprintf("%v\n%s", fault, debug.Stack())
				}
			}()
			run()
		})
		turn.Lock()
	}
	turn.Unlock()
	group.Wait()
	turn.Lock()
	for _, fault := range faults {
		if fault != "" {
			panic(fault)
		}
	}
}

// Await runs f, which waits for something and does not touch the exchange. Meanwhile other
// branches may have it. An error is that of ctx: it was done by the time when the exchange
// was had again, and nothing more is to be done with it. Who waits outside of Branch may use
// Await as well.
func (x *Exchange) Await(ctx context.Context, f func()) error {
	x.release(f)
	return ctx.Err()
}

func (x *Exchange) release(f func()) {
	turn := x.turn
	if turn == nil {
		f()
		return
	}
	turn.Unlock()
	defer turn.Lock()
	f()
}
