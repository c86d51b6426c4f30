package clr

import "strings"

// A picture is a section of a custom number format, as it was read before the number is
// laid out by it.
type picture struct {
	format string
	// digits counts the placeholders; point is how many stand before the decimal point.
	digits, point int
	// firstZero and lastZero are the places of the outermost 0, counted from the point.
	firstZero, lastZero int
	scientific          bool
	grouped             bool
	// scale is the power of ten from % and scaling commas.
	scale int
}

// picture lays the number out by a custom format.
func (n numeral) picture(b *Budget, format string) (string, error) {
	if err := b.Take(int64(len(format)) + int64(max(0, n.point))); err != nil {
		return "", err
	}
	index := 0
	switch {
	case len(n.digits) == 0:
		index = 2
	case n.negative:
		index = 1
	}
	text, first := section(format, index)
	p := readPicture(text)
	if len(n.digits) > 0 {
		n.point += p.scale
		keep := p.digits
		if !p.scientific {
			keep = n.point + p.digits - p.point
		}
		n.round(keep)
		if len(n.digits) == 0 {
			if zero, isFirst := section(format, 2); zero != text {
				p, first = readPicture(zero), isFirst
			}
		}
	} else if n.kind != floatNumeral {
		n.negative = false
	}
	out := p.layOut(&n)
	if n.negative && first && out != "" {
		out = "-" + out
	}
	return out, nil
}

// section returns a section of a format, or the first when it has no such one.
func section(format string, index int) (text string, first bool) {
	parts := sections(format)
	if index > 0 && index < len(parts) && parts[index] != "" {
		return parts[index], false
	}
	return parts[0], true
}

func sections(format string) []string {
	var parts []string
	start := 0
	for i := 0; i < len(format); i++ {
		switch format[i] {
		case '\'', '"':
			i = quoteEnd(format, i)
		case '\\':
			i++
		case ';':
			parts = append(parts, format[start:i])
			start = i + 1
		}
	}
	return append(parts, format[start:])
}

// quoteEnd is the position of the quote that ends the literal opened at i.
func quoteEnd(format string, i int) int {
	if n := strings.IndexByte(format[i+1:], format[i]); n >= 0 {
		return i + 1 + n
	}
	return len(format)
}

func readPicture(format string) picture {
	p := picture{format: format, point: -1}
	first, last := 1<<30, 0
	comma, commas := -1, 0
	for i := 0; i < len(format); i++ {
		switch c := format[i]; c {
		case '#':
			p.digits++
		case '0':
			first = min(first, p.digits)
			p.digits++
			last = p.digits
		case '.':
			if p.point < 0 {
				p.point = p.digits
			}
		case ',':
			if p.digits == 0 || p.point >= 0 {
				continue
			}
			if comma == p.digits {
				commas++
				continue
			}
			p.grouped = p.grouped || comma >= 0
			comma, commas = p.digits, 1
		case '%':
			p.scale += 2
		case '\'', '"':
			i = quoteEnd(format, i)
		case '\\':
			i++
		case 'E', 'e':
			if _, width := exponentAt(format[i+1:]); width > 0 {
				p.scientific = true
				i += width
			}
		default:
			if strings.HasPrefix(format[i:], "‰") {
				p.scale += 3
			}
		}
	}
	if p.point < 0 {
		p.point = p.digits
	}
	if comma == p.point {
		p.scale -= 3 * commas
	} else if comma >= 0 {
		p.grouped = true
	}
	if first < p.point {
		p.firstZero = p.point - first
	}
	if last > p.point {
		p.lastZero = p.point - last
	}
	return p
}

// exponentAt reads what follows an E: an optional sign and zeros. It returns the sign and
// the number of bytes; none when this is no exponent.
func exponentAt(s string) (sign byte, width int) {
	i := 0
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		sign = s[i]
		i++
	}
	zeros := 0
	for i < len(s) && s[i] == '0' {
		i++
		zeros++
	}
	if zeros == 0 {
		return 0, 0
	}
	return sign, i
}

// A layout is the state of writing one number by a picture.
type layout struct {
	picture
	n   *numeral
	out []byte
	// next is the digit to be written next; place is how far it is before the point.
	next, place int
	// extra counts digits that the picture has no placeholder for, or, negative,
	// placeholders that come before the first digit.
	extra   int
	pointed bool
}

func (p picture) layOut(n *numeral) string {
	l := layout{picture: p, n: n, place: p.point}
	if !p.scientific {
		l.place = max(n.point, p.point)
		l.extra = n.point - p.point
	}
	format := p.format
	for i := 0; i < len(format); i++ {
		switch c := format[i]; c {
		case '#', '0':
			l.digit()
		case '.':
			l.decimalPoint()
		case ',':
		case '\'', '"':
			end := quoteEnd(format, i)
			l.out = append(l.out, format[i+1:min(end, len(format))]...)
			i = end
		case '\\':
			if i++; i < len(format) {
				l.out = append(l.out, format[i])
			}
		case 'E', 'e':
			i += l.exponent(format[i:])
		default:
			l.out = append(l.out, c)
		}
	}
	return string(l.out)
}

func (l *layout) write(c byte) {
	l.out = append(l.out, c)
	if l.grouped && l.place > 1 && (l.place-1)%3 == 0 && l.place-1 < l.groupedDigits() {
		l.out = append(l.out, ',')
	}
}

func (l *layout) groupedDigits() int { return max(l.firstZero, l.n.point) }

func (l *layout) take() byte {
	c := l.n.digit(l.next)
	l.next++
	return c
}

func (l *layout) surplus() {
	for ; l.extra > 0; l.extra-- {
		l.write(l.take())
		l.place--
	}
}

func (l *layout) digit() {
	l.surplus()
	switch {
	case l.extra < 0:
		l.extra++
		if l.place <= l.firstZero {
			l.write('0')
		}
	case l.next < len(l.n.digits) || l.place > l.lastZero:
		l.write(l.take())
	}
	l.place--
}

func (l *layout) decimalPoint() {
	l.surplus()
	if l.place != 0 || l.pointed {
		return
	}
	if l.lastZero < 0 || l.point < l.digits && l.next < len(l.n.digits) {
		l.out = append(l.out, '.')
		l.pointed = true
	}
}

// exponent writes the exponent that starts format, and returns how many bytes after the E
// it used.
func (l *layout) exponent(format string) int {
	sign, width := exponentAt(format[1:])
	if !l.scientific || width == 0 {
		l.out = append(l.out, format[0])
		if width > 0 {
			l.out = append(l.out, format[1:1+width]...)
		}
		return width
	}
	exponent, zeros := 0, width
	if sign != 0 {
		zeros--
	}
	if len(l.n.digits) > 0 {
		exponent = l.n.point - l.point
	}
	l.out = appendExponent(append(l.out, format[0]), exponent, min(zeros, 10), sign == '+')
	l.scientific = false
	return width
}
