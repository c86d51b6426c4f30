package wire

import (
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
)

// Codec carries Messages and Replies by hand and everything else by gRPC's own codec.
// It is for [google.golang.org/grpc.ForceServerCodecV2].
type Codec struct{ other encoding.CodecV2 }

var _ encoding.CodecV2 = Codec{}

// NewCodec makes a codec.
func NewCodec() Codec { return Codec{encoding.GetCodecV2(proto.Name)} }

// Name is that of the ordinary codec: on the wire there is no difference.
func (Codec) Name() string { return proto.Name }

// Marshal writes a *Reply, or any other message.
func (c Codec) Marshal(v any) (mem.BufferSlice, error) {
	r, ok := v.(*Reply)
	if !ok {
		return c.other.Marshal(v)
	}
	if r.plain() {
		return plainReplies[r.Phase], nil
	}
	size := r.Size()
	if mem.IsBelowBufferPoolingThreshold(size) {
		return mem.BufferSlice{mem.SliceBuffer(r.AppendTo(make([]byte, 0, size)))}, nil
	}
	pool := mem.DefaultBufferPool()
	space := pool.Get(size)
	*space = r.AppendTo((*space)[:0])
	return mem.BufferSlice{mem.NewBuffer(space, pool)}, nil
}

// Unmarshal reads a *Message, or any other message. The Message keeps a copy of its own:
// what policies remember of it must not change when gRPC reuses its buffers.
func (c Codec) Unmarshal(data mem.BufferSlice, v any) error {
	m, ok := v.(*Message)
	if !ok {
		return c.other.Unmarshal(data, v)
	}
	return m.Unmarshal(data.Materialize())
}

// plainReplies let a message of each phase pass. They are shared: nobody writes into what a
// codec has returned.
var plainReplies = func() (all [ResponseTrailers + 1]mem.BufferSlice) {
	for phase := RequestHeaders; phase <= ResponseTrailers; phase++ {
		r := Reply{Phase: phase}
		all[phase] = mem.BufferSlice{mem.SliceBuffer(r.AppendTo(nil))}
	}
	return all
}()
