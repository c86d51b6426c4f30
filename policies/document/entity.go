package document

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

var entities = map[string]rune{"quot": '"', "apos": '\'', "lt": '<', "gt": '>', "amp": '&'}

// longestEntity is how far from its & an entity's ; may be: &#x10FFFF; has ten bytes, and
// leading zeros are rare.
const longestEntity = 16

// entity decodes the entity that text begins with. n is its length; it is 0 when text
// does not begin with a complete one. ok is false when it stands for no character.
func entity(text string) (r rune, n int, ok bool) {
	end := strings.IndexByte(text[:min(len(text), longestEntity)], ';')
	if end < 2 || text[0] != '&' {
		return 0, 0, false
	}
	name := text[1:end]
	if name[0] == '#' {
		r, ok = characterReference(name[1:])
		return r, end + 1, ok
	}
	for i := range len(name) {
		if !isNameByte(name[i]) {
			return 0, 0, false
		}
	}
	r, ok = entities[name]
	return r, end + 1, ok
}

func characterReference(digits string) (rune, bool) {
	base := 10
	if strings.HasPrefix(digits, "x") {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || !isXMLRune(rune(n)) {
		return 0, false
	}
	return rune(n), true
}

// isXMLRune reports whether XML may hold the character.
func isXMLRune(r rune) bool {
	switch {
	case r == '\t', r == '\n', r == '\r':
		return true
	case r < ' ', r == 0xFFFE, r == 0xFFFF:
		return false
	}
	return utf8.ValidRune(r)
}

// isNameByte reports whether a byte may be in a name; names of other than ASCII letters
// are left to the XML parser to judge.
func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == '-' || c == '_' || c == '.' || c == ':' || c >= utf8.RuneSelf
}

// A decoded text is a text with its entities replaced, and the way back.
type decoded struct {
	text string
	// at[i] is an offset in text just after an entity, back[i] that in the original.
	at, back []int
}

// decodeAll decodes every entity of a text. What is no entity stays.
func decodeAll(text string) decoded {
	var d decoded
	var b strings.Builder
	from := 0
	for i := 0; i < len(text); {
		next := strings.IndexByte(text[i:], '&')
		if next < 0 {
			break
		}
		i += next
		r, n, ok := entity(text[i:])
		if !ok {
			i++
			continue
		}
		b.WriteString(text[from:i])
		b.WriteRune(r)
		i += n
		from = i
		d.at, d.back = append(d.at, b.Len()), append(d.back, i)
	}
	b.WriteString(text[from:])
	d.text = b.String()
	return d
}

// original returns the offset in the original text of an offset in the decoded one.
func (d decoded) original(offset int) int { return translate(d.at, d.back, offset) }

// offset returns the offset in the decoded text of one in the original, which is not
// inside of an entity.
func (d decoded) offset(original int) int { return translate(d.back, d.at, original) }

func translate(from, to []int, offset int) int {
	lo, hi := 0, len(from)
	for lo < hi {
		if mid := (lo + hi) / 2; from[mid] <= offset {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == 0 {
		return offset
	}
	return to[lo-1] + offset - from[lo-1]
}
