package wire

import "google.golang.org/protobuf/encoding/protowire"

// A scanner goes through the fields of one message.
type scanner struct {
	rest []byte
	err  error

	num    protowire.Number
	bytes  []byte // of a field with a length, not nil; else nil
	number uint64 // of a varint
}

// next goes to the next field. It returns false at the end, and when the message is
// malformed, which err then tells.
func (s *scanner) next() bool {
	if len(s.rest) == 0 || s.err != nil {
		return false
	}
	tag, ok := s.varint()
	if !ok || tag>>3 > uint64(protowire.MaxValidNumber) || tag>>3 < uint64(protowire.MinValidNumber) {
		return s.fail()
	}
	s.num, s.bytes, s.number = protowire.Number(tag>>3), nil, 0
	switch typ := protowire.Type(tag & 7); typ {
	case protowire.BytesType:
		n, ok := s.varint()
		if !ok || n > uint64(len(s.rest)) {
			return s.fail()
		}
		s.bytes, s.rest = s.rest[:n:n], s.rest[n:]
	case protowire.VarintType:
		if s.number, ok = s.varint(); !ok {
			return s.fail()
		}
	default:
		n := protowire.ConsumeFieldValue(s.num, typ, s.rest)
		if n < 0 {
			return s.fail()
		}
		s.rest = s.rest[n:]
	}
	return true
}

func (s *scanner) varint() (uint64, bool) {
	if len(s.rest) > 0 && s.rest[0] < 0x80 {
		v := uint64(s.rest[0])
		s.rest = s.rest[1:]
		return v, true
	}
	v, n := protowire.ConsumeVarint(s.rest)
	if n < 0 {
		return 0, false
	}
	s.rest = s.rest[n:]
	return v, true
}

func (s *scanner) fail() bool {
	s.err = errTruncated
	return false
}
