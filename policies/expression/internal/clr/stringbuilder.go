package clr

import "strings"

// A StringBuilder is C#'s StringBuilder.
type StringBuilder struct{ text []byte }

// NewStringBuilder is new StringBuilder(text).
func NewStringBuilder(text string) *StringBuilder { return &StringBuilder{[]byte(text)} }

// TypeName is the class.
func (s *StringBuilder) TypeName() string { return "System.Text.StringBuilder" }

// ToString is the text built so far.
func (s *StringBuilder) ToString() string { return string(s.text) }

// Append adds text at the end.
func (s *StringBuilder) Append(b *Budget, text string) error {
	if err := s.grow(b, len(text)); err != nil {
		return err
	}
	s.text = appendText(s.text, text)
	return nil
}

func (s *StringBuilder) grow(b *Budget, n int) error {
	if int64(len(s.text)+n) > MaxText {
		return b.Take(int64(len(s.text) + n))
	}
	return b.Take(int64(n))
}

// AppendRepeated is Append(char, count).
func (s *StringBuilder) AppendRepeated(b *Budget, c Char, count int) error {
	if count < 0 {
		return negativeError("repeatCount", count)
	}
	unit := c.String()
	if int64(count)*int64(len(unit)) > MaxText {
		return b.Take(int64(count) * int64(len(unit)))
	}
	return s.Append(b, strings.Repeat(unit, count))
}

// AppendLine adds text and a line end.
func (s *StringBuilder) AppendLine(b *Budget, text string) error {
	if err := s.Append(b, text); err != nil {
		return err
	}
	return s.Append(b, "\n")
}

// AppendFormat adds text made by string.Format.
func (s *StringBuilder) AppendFormat(b *Budget, format string, args []any) error {
	text, err := Format(b, format, args)
	if err != nil {
		return err
	}
	return s.Append(b, text)
}

// Insert puts text at a position.
func (s *StringBuilder) Insert(b *Budget, index int, text string) error {
	whole := s.ToString()
	if length := Length(whole); index < 0 || index > length {
		return OutOfRangeError("index", indexLessOrEqual)
	}
	return s.change(Insert(b, whole, index, text))
}

// Remove takes count units away.
func (s *StringBuilder) Remove(b *Budget, start, count int) error {
	whole := s.ToString()
	switch length := Length(whole); {
	case count < 0:
		return negativeError("length", count)
	case start < 0:
		return negativeError("startIndex", start)
	case count > length-start:
		return OutOfRangeError("length", "Index was out of range. Must be non-negative and less than or equal to the size of the collection.")
	}
	return s.change(RemoveCount(b, whole, start, count))
}

// Replace replaces every occurrence of old.
func (s *StringBuilder) Replace(b *Budget, old, replacement string) error {
	if old == "" {
		return ArgumentError("The value cannot be an empty string.", "oldValue")
	}
	return s.change(Replace(b, s.ToString(), old, replacement))
}

// ReplaceRange replaces within count units from start on.
func (s *StringBuilder) ReplaceRange(b *Budget, old, replacement string, start, count int) error {
	whole := s.ToString()
	length := Length(whole)
	switch {
	case start < 0 || start > length:
		return OutOfRangeError("startIndex", indexLessOrEqual)
	case count < 0 || start > length-count:
		return OutOfRangeError("count", indexLessOrEqual)
	case old == "":
		return ArgumentError("The value cannot be an empty string.", "oldValue")
	}
	middle, err := Replace(b, slice(whole, start, start+count), old, replacement)
	if err != nil {
		return err
	}
	return s.change(Concat(b, slice(whole, 0, start), middle, slice(whole, start+count, length)))
}

func (s *StringBuilder) change(text string, err error) error {
	if err == nil {
		s.text = append(s.text[:0], text...)
	}
	return err
}

// Clear empties the builder.
func (s *StringBuilder) Clear() { s.text = s.text[:0] }

// Length is the number of UTF-16 units.
func (s *StringBuilder) Length() int { return Length(s.ToString()) }

// SetLength cuts the text, or fills it up with null characters.
func (s *StringBuilder) SetLength(b *Budget, length int) error {
	if length < 0 {
		return OutOfRangeError("value", "Length cannot be less than zero.")
	}
	whole := s.ToString()
	if n := Length(whole); length >= n {
		return s.AppendRepeated(b, 0, length-n)
	}
	return s.change(slice(whole, 0, length), nil)
}

// CharAt is the indexer.
func (s *StringBuilder) CharAt(i int) (Char, error) {
	c, err := CharAt(s.ToString(), i)
	if err != nil {
		return 0, IndexOutOfRangeError()
	}
	return c, nil
}

// SetCharAt is the indexer's setter.
func (s *StringBuilder) SetCharAt(i int, c Char) error {
	units := Units(s.ToString())
	if i < 0 || i >= len(units) {
		return OutOfRangeError("index", "Index was out of range. Must be non-negative and less than the size of the collection.")
	}
	units[i] = c
	return s.change(FromUnits(units), nil)
}

// Text is ToString(start, length).
func (s *StringBuilder) Text(start, length int) (string, error) {
	whole := s.ToString()
	n := Length(whole)
	switch {
	case start < 0 || start > n:
		return "", OutOfRangeError("startIndex", indexLessOrEqual)
	case length < 0 || start > n-length:
		return "", OutOfRangeError("length", "Index and length must refer to a location within the string.")
	}
	return slice(whole, start, start+length), nil
}

// EqualText compares the texts of two builders.
func (s *StringBuilder) EqualText(o *StringBuilder) bool {
	return o != nil && string(s.text) == string(o.text)
}
