package exchange

import (
	"context"
	"errors"
)

// A Body is the body of a message. It is fetched from the driver when it is first
// read, and not at all when nobody reads it. The zero Body is absent.
type Body struct {
	source  BodySource
	present bool
	fetched bool
	content []byte
	state   bodyState
}

type bodyState byte

const (
	bodyOriginal bodyState = iota
	bodyTaken              // read without being preserved: the message goes on without
	bodyReplaced
)

// A BodySource fetches the whole body of a message from a driver's transport.
type BodySource interface {
	// FetchBody waits for the body and returns it. It is called at most once. A body
	// that is too large or was cut off is an *Error.
	FetchBody(ctx context.Context) ([]byte, error)
}

// ErrBodyTaken is the error of reading a body that was read before without being
// preserved.
var ErrBodyTaken = errors.New("the message body was already consumed")

// FetchedFrom makes a body that a driver fetches when it is first read.
func FetchedFrom(source BodySource) Body { return Body{source: source, present: true} }

// BodyOf makes a body of bytes that are there already; nil is a present, empty body.
func BodyOf(content []byte) Body {
	return Body{present: true, fetched: true, content: content}
}

// Present reports whether the message has a body (of any length).
func (b *Body) Present() bool { return b.present }

// Bytes returns the content and preserves it. The bytes belong to the body: do not
// change them. An absent body has none.
func (b *Body) Bytes(ctx context.Context) ([]byte, error) {
	if b.state == bodyTaken {
		return nil, ErrBodyTaken
	}
	if b.present && !b.fetched {
		content, err := b.source.FetchBody(ctx)
		if err != nil {
			return nil, err
		}
		b.content, b.fetched = content, true
	}
	return b.content, nil
}

// Take returns the content and consumes it: a later read fails, and the message goes
// on without a body unless it is replaced.
func (b *Body) Take(ctx context.Context) ([]byte, error) {
	content, err := b.Bytes(ctx)
	if err == nil && b.present {
		b.state = bodyTaken
	}
	return content, err
}

// Replace sets the content. The body is present from then on.
func (b *Body) Replace(content []byte) {
	*b = Body{present: true, fetched: true, content: content, state: bodyReplaced, source: b.source}
}

// Changed reports whether the message goes on with another body than it came with.
func (b *Body) Changed() bool { return b.state != bodyOriginal }

// Fetched reports whether the content is here: a driver that streams must not ask.
func (b *Body) Fetched() bool { return b.fetched }

// Final is the content that the message goes on with; nil after Take. Ask only when
// Changed or Fetched.
func (b *Body) Final() []byte {
	if b.state == bodyTaken {
		return nil
	}
	return b.content
}
