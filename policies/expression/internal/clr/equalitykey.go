package clr

// EqualityKey is a Go value that can be compared, and that is the same for values that [Equals] calls
// equal: what dictionaries, sets and groups keep them by.
func EqualityKey(v any) any {
	switch v := v.(type) {
	case Decimal:
		return decimalKey(v.Normal().String())
	case DateTime:
		return v.WithKind(0)
	case DateTimeOffset:
		return v.UTC()
	case float64:
		if v != v {
			return notANumber(64)
		}
	case float32:
		if v != v {
			return notANumber(32)
		}
	case []byte:
		if cap(v) == 0 {
			return bytesKey{}
		}
		return bytesKey{&v[:1][0], len(v)}
	case Equaler:
		return v.EqualityKey()
	}
	return v
}

// EqualityKeys is one key made of those of several values.
func EqualityKeys(values ...any) any {
	var out any
	for i := len(values) - 1; i >= 0; i-- {
		out = linkedKey{EqualityKey(values[i]), out}
	}
	return out
}

type (
	decimalKey string
	notANumber int
	linkedKey  struct{ first, rest any }
	// bytesKey tells arrays by where they are, as SameBytes does.
	bytesKey struct {
		first  *byte
		length int
	}
)
