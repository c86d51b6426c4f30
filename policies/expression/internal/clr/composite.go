package clr

import "strings"

// Format is string.Format.
func Format(b *Budget, format string, args []any) (string, error) {
	c := composite{budget: b, format: format, args: args}
	if err := c.run(); err != nil {
		return "", err
	}
	return rejoin(c.out.String()), nil
}

// most is the largest index and width of a format item.
const most = 1_000_000

// composite walks a format string with {index,width:format} items.
type composite struct {
	budget *Budget
	format string
	at     int
	args   []any
	out    strings.Builder
}

func (c *composite) run() error {
	for {
		n := strings.IndexAny(c.format[c.at:], "{}")
		if n < 0 {
			c.out.WriteString(c.format[c.at:])
			return c.budget.Take(int64(len(c.format)))
		}
		c.out.WriteString(c.format[c.at : c.at+n])
		c.at += n
		brace := c.format[c.at]
		next, err := c.next()
		switch {
		case err != nil:
			return err
		case next == brace:
			c.out.WriteByte(brace)
			c.at++
		case brace == '}':
			return c.fail("Unexpected closing brace without a corresponding opening brace.")
		default:
			if err := c.item(next); err != nil {
				return err
			}
		}
	}
}

// next moves on by one character and returns it.
func (c *composite) next() (byte, error) {
	if c.at++; c.at >= len(c.format) {
		return 0, c.fail("Format item ends prematurely.")
	}
	return c.format[c.at], nil
}

func (c *composite) fail(reason string) error {
	offset := Length(c.format[:c.at])
	return FormatError("Input string was not in a correct format. Failure to parse near offset " + itoa(offset) + ". " + reason)
}

// item writes the item whose first character is ch.
func (c *composite) item(ch byte) error {
	index, ch, err := c.number(ch)
	if err != nil {
		return err
	}
	width, left := 0, false
	if ch == ',' {
		if width, left, ch, err = c.width(); err != nil {
			return err
		}
	}
	format := ""
	if ch == ':' {
		start := c.at + 1
		n := strings.IndexAny(c.format[start:], "{}")
		if n < 0 {
			c.at = len(c.format)
			return c.fail("Format item ends prematurely.")
		}
		c.at = start + n
		format, ch = c.format[start:c.at], c.format[c.at]
	}
	if ch != '}' {
		return c.fail("Format item ends prematurely.")
	}
	c.at++
	if index >= len(c.args) {
		return FormatError("Index (zero based) must be greater than or equal to zero and less than the size of the argument list.")
	}
	text, err := FormatValue(c.budget, c.args[index], format)
	if err != nil {
		return err
	}
	return c.padded(text, width, left)
}

// number reads digits, the first of which is ch, and the blanks after them; it returns
// what follows.
func (c *composite) number(ch byte) (int, byte, error) {
	if ch < '0' || ch > '9' {
		return 0, 0, c.fail("Expected an ASCII digit.")
	}
	n := 0
	var err error
	for ch >= '0' && ch <= '9' && n < most {
		n = n*10 + int(ch-'0')
		if ch, err = c.next(); err != nil {
			return 0, 0, err
		}
	}
	for ch == ' ' {
		if ch, err = c.next(); err != nil {
			return 0, 0, err
		}
	}
	return n, ch, nil
}

func (c *composite) width() (width int, left bool, ch byte, err error) {
	for ch = ' '; ch == ' '; {
		if ch, err = c.next(); err != nil {
			return 0, false, 0, err
		}
	}
	if ch == '-' {
		left = true
		if ch, err = c.next(); err != nil {
			return 0, false, 0, err
		}
	}
	width, ch, err = c.number(ch)
	return width, left, ch, err
}

func (c *composite) padded(text string, width int, left bool) error {
	n := 0
	if width > 0 {
		n = max(0, width-Length(text))
	}
	if err := c.budget.Take(int64(len(text) + n)); err != nil {
		return err
	}
	if left {
		c.out.WriteString(text)
	}
	c.out.WriteString(strings.Repeat(" ", n))
	if !left {
		c.out.WriteString(text)
	}
	return nil
}
