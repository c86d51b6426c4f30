package newtonsoft

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// longestInteger is how many characters an integer may have.
const longestInteger = 380

// number reads a number: decimal, hexadecimal with 0x, or octal with a leading zero.
func (r *reader) number() (JToken, error) {
	if strings.HasPrefix(r.text[r.pos:], "-I") {
		return r.word("-Infinity", "-Infinity", func(v *JValue) { v.setDouble(math.Inf(-1)) })
	}
	text, err := r.numberText()
	if err != nil {
		return nil, err
	}
	v, err := r.newValue()
	if err != nil {
		return nil, err
	}
	r.read()
	if n, ok := smallInteger(text); ok {
		v.setInteger(n)
		return v, nil
	}
	return v, r.convert(v, text)
}

// numberText passes the characters that numbers are made of, and wants a separator next.
func (r *reader) numberText() (string, error) {
	start := r.pos
	for r.pos < len(r.text) {
		switch c := r.text[r.pos]; {
		case c >= '0' && c <= '9', c == '.', c == '-', c == '+', c >= 'a' && c <= 'f', c >= 'A' && c <= 'F', c == 'x', c == 'X':
			r.pos++
		case c == ',', c == '}', c == ']', c == ')', c == '/', c == ' ', c == '\n', c == '\r', c == '\t', c == 0:
			return r.text[start:r.pos], nil
		default:
			if char := []rune(r.char())[0]; !isSpace(char) {
				return "", r.errorf("Unexpected character encountered while parsing number: %c.", char)
			}
			return r.text[start:r.pos], nil
		}
	}
	return r.text[start:], nil
}

// smallInteger reads the usual case: up to 18 digits without a leading zero.
func smallInteger(s string) (int64, bool) {
	digits, negative := s, false
	if s[0] == '-' {
		digits, negative = s[1:], true
	}
	if len(digits) == 0 || len(digits) > 18 || (digits[0] == '0' && len(digits) > 1 && !negative) {
		return 0, false
	}
	var n int64
	for i := range len(digits) {
		d := digits[i] - '0'
		if d > 9 {
			return 0, false
		}
		n = n*10 + int64(d)
	}
	if negative {
		n = -n
	}
	return n, true
}

func (r *reader) convert(v *JValue, text string) error {
	if len(text) > 1 && text[0] == '0' && !strings.ContainsRune(".eE", rune(text[1])) {
		n, err := otherBase(text)
		if err != nil {
			return r.errorf("Input string '%s' is not a valid number.", text)
		}
		v.setInteger(n)
		return nil
	}
	if isInteger(text) {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			v.setInteger(n)
			return nil
		}
		if len(text) > longestInteger {
			return r.errorf("JSON integer %s is too large to parse.", text)
		}
		n, _ := new(big.Int).SetString(text, 10)
		v.setOther(Integer, BigInteger{n})
		return nil
	}
	d, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(d, 0) {
		return r.errorf("Input string '%s' is not a valid number.", text)
	}
	v.setDouble(d)
	return nil
}

// otherBase reads 0x1F, or 017 which is octal. Like Convert.ToInt64, it takes all 64 bits.
func otherBase(text string) (int64, error) {
	base := 8
	if text[1] == 'x' || text[1] == 'X' {
		text, base = text[2:], 16
	}
	n, err := strconv.ParseUint(text, base, 64)
	return int64(n), err
}

// isInteger: digits only, after an optional minus.
func isInteger(s string) bool {
	s = strings.TrimPrefix(s, "-")
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// literal reads one of the words that are values, or a constructor call.
func (r *reader) literal(c byte) (JToken, error) {
	switch c {
	case 't':
		return r.word("true", "boolean", func(v *JValue) { v.setBoolean(true) })
	case 'f':
		return r.word("false", "boolean", func(v *JValue) { v.setBoolean(false) })
	case 'N':
		return r.word("NaN", "NaN", func(v *JValue) { v.setDouble(math.NaN()) })
	case 'I':
		return r.word("Infinity", "Infinity", func(v *JValue) { v.setDouble(math.Inf(1)) })
	case 'u':
		return r.word("undefined", "undefined", func(v *JValue) { v.kind = Undefined })
	}
	if r.pos+1 >= len(r.text) {
		r.pos++
		return nil, r.errorf("Unexpected end when reading JSON.")
	}
	switch r.text[r.pos+1] {
	case 'u':
		return r.word("null", "null", func(v *JValue) { v.kind = Null })
	case 'e':
		return r.constructor()
	}
	return nil, r.errorf("Unexpected character encountered while parsing value: %s.", r.char())
}

// word reads a word that is a value; what names it in the message that refuses it.
func (r *reader) word(word, what string, set func(*JValue)) (JToken, error) {
	ok, err := r.match(word)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, r.errorf("Error parsing %s value.", what)
	}
	v, err := r.newValue()
	if err != nil {
		return nil, err
	}
	set(v)
	r.read()
	return v, nil
}

// match passes a word that a separator follows. Where they differ it stops.
func (r *reader) match(word string) (bool, error) {
	if len(r.text)-r.pos < len(word) {
		r.pos = len(r.text)
		return false, r.errorf("Unexpected end when reading JSON.")
	}
	for i := range len(word) {
		if r.text[r.pos+i] != word[i] {
			r.pos += i
			return false, nil
		}
	}
	r.pos += len(word)
	return r.atSeparator(), nil
}

func (r *reader) atSeparator() bool {
	if r.pos >= len(r.text) {
		return true
	}
	switch r.text[r.pos] {
	case '}', ']', ',', ' ', '\t', '\n', '\r', 0:
		return true
	case '/':
		return r.pos+1 < len(r.text) && (r.text[r.pos+1] == '*' || r.text[r.pos+1] == '/')
	case ')':
		return len(r.stack) > 0 && r.stack[len(r.stack)-1].kind == Constructor
	}
	return isSpace([]rune(r.char())[0])
}

// constructor reads a constructor call such as new Date(1, 2).
func (r *reader) constructor() (JToken, error) {
	ok, err := r.match("new")
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, r.errorf("Unexpected content while parsing JSON.")
	}
	r.skipSpace()
	name, err := r.constructorName()
	if err != nil {
		return nil, err
	}
	r.skipSpace()
	if r.pos >= len(r.text) || r.text[r.pos] != '(' {
		return nil, r.errorf("Unexpected character while parsing constructor: %s.", r.char())
	}
	r.pos++
	if err := r.push(Constructor); err != nil {
		return nil, err
	}
	c := &JConstructor{name: name}
	if len(r.stack) == 1 {
		r.root = "JConstructor"
		if r.only != 0 {
			return c, nil
		}
	}
	if c.items, err = r.elements(c); err != nil {
		return nil, err
	}
	if d, ok := c.dateOf(); ok && r.writesDates() {
		v := &JValue{}
		v.setDate(d)
		return v, nil
	}
	return c, nil
}

// writesDates: the constructor call that has just been read is copied into a tree by
// JsonConvert, which makes a date of new Date(…).
func (r *reader) writesDates() bool {
	if r.opts.to == nil {
		return false
	}
	return len(r.stack) > 0 || r.opts.to.Kind == TokenTarget
}

func (r *reader) constructorName() (string, error) {
	start := r.pos
	for r.pos < len(r.text) {
		char := []rune(r.char())[0]
		switch {
		case isLetterOrDigit(char):
			r.pos += len(r.char())
		case char == '(' || char == 0 || isSpace(char):
			return r.text[start:r.pos], nil
		default:
			return "", r.errorf("Unexpected character while parsing constructor: %c.", char)
		}
	}
	return "", r.errorf("Unexpected end while parsing constructor.")
}
