package clr

import "strings"

// IndexOf is s.IndexOf(value, comparison).
func IndexOf(s, value string, comparison StringComparison) (int, error) {
	if comparison == Ordinal || comparison.linguistic() && !comparison.ignoresCase() && plainASCII(s) && plainASCII(value) {
		return ordinalIndex(s, value), comparison.check()
	}
	if err := comparison.check(); err != nil {
		return 0, err
	}
	text, sought := elements(s, comparison), elements(value, comparison)
	if len(sought) == 0 {
		return 0, nil
	}
	for i := range text {
		if matchAt(text, sought, i) {
			return Length(s[:text[i].start]), nil
		}
	}
	return -1, nil
}

// IndexOfRange is s.IndexOf(value, start, count, comparison).
func IndexOfRange(s, value string, start, count int, comparison StringComparison) (int, error) {
	part, err := searched(s, start, count)
	if err != nil {
		return 0, err
	}
	i, err := IndexOf(part, value, comparison)
	return found(i, start), err
}

// IndexOfChar is s.IndexOf(c).
func IndexOfChar(s string, c Char) int { return ordinalIndex(s, c.String()) }

// IndexOfCharRange is s.IndexOf(c, start, count).
func IndexOfCharRange(s string, c Char, start, count int) (int, error) {
	part, err := searched(s, start, count)
	if err != nil {
		return 0, err
	}
	return found(IndexOfChar(part, c), start), nil
}

// IndexOfAny is s.IndexOfAny(chars, start, count).
func IndexOfAny(s string, chars []Char, start, count int) (int, error) {
	part, err := searched(s, start, count)
	if err != nil {
		return 0, err
	}
	for i, u := range Units(part) {
		if oneOf(u, chars) {
			return start + i, nil
		}
	}
	return -1, nil
}

func oneOf(c Char, chars []Char) bool {
	for _, x := range chars {
		if x == c {
			return true
		}
	}
	return false
}

func searched(s string, start, count int) (string, error) {
	length := Length(s)
	if start < 0 || start > length {
		return "", OutOfRangeError("startIndex", indexLessOrEqual)
	}
	if count < 0 || count > length-start {
		return "", OutOfRangeError("count", countRange)
	}
	return slice(s, start, start+count), nil
}

func found(i, start int) int {
	if i < 0 {
		return i
	}
	return i + start
}

// LastIndexOf is s.LastIndexOf(value, comparison).
func LastIndexOf(s, value string, comparison StringComparison) (int, error) {
	if comparison == Ordinal || comparison.linguistic() && !comparison.ignoresCase() && plainASCII(s) && plainASCII(value) {
		return ordinalLastIndex(s, value), comparison.check()
	}
	if err := comparison.check(); err != nil {
		return 0, err
	}
	text, sought := elements(s, comparison), elements(value, comparison)
	if len(sought) == 0 {
		return Length(s), nil
	}
	for i := len(text) - len(sought); i >= 0; i-- {
		if matchAt(text, sought, i) {
			return Length(s[:text[i].start]), nil
		}
	}
	return -1, nil
}

// LastIndexOfRange is s.LastIndexOf(value, start, count, comparison): the count units that
// end with the one at start are searched.
func LastIndexOfRange(s, value string, start, count int, comparison StringComparison) (int, error) {
	length := Length(s)
	if length == 0 && (start == -1 || start == 0) {
		if value == "" {
			return 0, nil
		}
		return -1, nil
	}
	if start == length {
		start--
		count = max(0, count-1)
	}
	part, from, err := searchedBack(s, length, start, count)
	if err != nil {
		return 0, err
	}
	i, err := LastIndexOf(part, value, comparison)
	return found(i, from), err
}

// LastIndexOfChar is s.LastIndexOf(c).
func LastIndexOfChar(s string, c Char) int { return ordinalLastIndex(s, c.String()) }

// LastIndexOfCharRange is s.LastIndexOf(c, start, count).
func LastIndexOfCharRange(s string, c Char, start, count int) (int, error) {
	length := Length(s)
	if length == 0 {
		return -1, nil
	}
	part, from, err := searchedBack(s, length, start, count)
	if err != nil {
		return 0, err
	}
	return found(LastIndexOfChar(part, c), from), nil
}

// LastIndexOfAny is s.LastIndexOfAny(chars, start, count).
func LastIndexOfAny(s string, chars []Char, start, count int) (int, error) {
	length := Length(s)
	if length == 0 {
		return -1, nil
	}
	part, from, err := searchedBack(s, length, start, count)
	if err != nil {
		return 0, err
	}
	units := Units(part)
	for i := len(units) - 1; i >= 0; i-- {
		if oneOf(units[i], chars) {
			return from + i, nil
		}
	}
	return -1, nil
}

func searchedBack(s string, length, start, count int) (string, int, error) {
	if start < 0 || start >= length {
		return "", 0, OutOfRangeError("startIndex", "Index was out of range. Must be non-negative and less than the size of the collection.")
	}
	if count < 0 || start-count+1 < 0 {
		return "", 0, OutOfRangeError("count", countRange)
	}
	from := start - count + 1
	return slice(s, from, start+1), from, nil
}

func ordinalIndex(s, value string) int {
	if splitsPair(value) {
		units, sought := Units(s), Units(value)
		for i := 0; i+len(sought) <= len(units); i++ {
			if hasPrefix(units[i:], sought) {
				return i
			}
		}
		return -1
	}
	i := strings.Index(s, value)
	if i <= 0 {
		return i
	}
	return Length(s[:i])
}

func ordinalLastIndex(s, value string) int {
	if splitsPair(value) {
		units, sought := Units(s), Units(value)
		for i := len(units) - len(sought); i >= 0; i-- {
			if hasPrefix(units[i:], sought) {
				return i
			}
		}
		return -1
	}
	i := strings.LastIndex(s, value)
	if i <= 0 {
		return i
	}
	return Length(s[:i])
}
