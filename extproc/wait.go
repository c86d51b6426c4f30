package extproc

import (
	"time"

	"github.com/apimgw/apimgw/extproc/wire"
	"github.com/apimgw/apimgw/policies/exchange"
)

// An incoming is a message of Envoy's, or why there is none.
type incoming struct {
	message wire.Message
	err     error
}

// overdue is what a session was waiting for when it stopped to: a message that did not come in
// time. The session goes on, to run on-error, and answers without a message to answer, which
// Envoy takes at any time.
type overdue struct {
	phase    wire.Phase      // of the message
	incoming <-chan incoming // which may come yet, and counts no more
}

// next waits for the next message.
func (s *session) next() error {
	if err := s.stream.RecvMsg(&s.message); err != nil {
		return s.gone(err)
	}
	s.pending = s.message.Phase
	return nil
}

// nextWithin waits for the next message, which is to be of the phase, for a time. It returns
// late when there is none; everything that Envoy sends later is passed over.
func (s *session) nextWithin(d time.Duration, phase wire.Phase, late *exchange.Error) error {
	arrived := make(chan incoming, 1)
	go func() { // it ends with the stream at the latest; nobody need wait for it
		var in incoming
		in.err = s.stream.RecvMsg(&in.message)
		arrived <- in
	}()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case in := <-arrived:
		if in.err != nil {
			return s.gone(in.err)
		}
		s.message, s.pending = in.message, in.message.Phase
		return nil
	case <-timer.C:
		s.overdue = &overdue{phase: phase, incoming: arrived}
		return late
	}
}

// gone is the error of a stream that has ended.
func (s *session) gone(err error) error {
	s.broken = err
	return &exchange.Error{Reason: exchange.ReasonClientConnectionFailure, Message: "The client closed the connection.", Cause: err}
}

// drain waits until Envoy, whose messages are all answered, ends the stream.
func (s *session) drain() error {
	if s.overdue != nil {
		if in := <-s.overdue.incoming; in.err != nil {
			return unlessEnd(in.err)
		}
	}
	switch err := s.stream.RecvMsg(&s.message); {
	case err != nil:
		return unlessEnd(err)
	case s.overdue != nil:
		return nil // it has crossed our answer
	}
	s.pending = s.message.Phase
	return s.unexpected()
}
