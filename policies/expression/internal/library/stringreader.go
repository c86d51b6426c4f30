package library

import (
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

// A textReader is a System.IO.StringReader.
type textReader struct {
	rest   string
	closed bool
}

// TypeName is the class.
func (*textReader) TypeName() string { return "System.IO.StringReader" }

// ToString is the class's name.
func (r *textReader) ToString() string { return r.TypeName() }

func (r *textReader) open() error {
	if r.closed {
		return clr.ClassObjectDisposed.Throw("Cannot read from a closed TextReader.")
	}
	return nil
}

func (r *textReader) close() Void {
	r.closed = true
	return Void{}
}

// read takes the next character, or only looks at it; -1 is the end.
func (r *textReader) read(take bool) (int, error) {
	if err := r.open(); err != nil || r.rest == "" {
		return -1, err
	}
	c, err := clr.CharAt(r.rest, 0)
	if err == nil && take {
		r.rest, err = clr.Substring(r.rest, 1)
	}
	return int(c), err
}

func (r *textReader) line() (NullString, error) {
	if err := r.open(); err != nil || r.rest == "" {
		return NullString{}, err
	}
	i := strings.IndexAny(r.rest, "\r\n")
	if i < 0 {
		line := r.rest
		r.rest = ""
		return Some(line), nil
	}
	line := r.rest[:i]
	end := i + 1
	if strings.HasPrefix(r.rest[i:], "\r\n") {
		end++
	}
	r.rest = r.rest[end:]
	return Some(line), nil
}

func (r *textReader) all() (string, error) {
	rest := r.rest
	r.rest = ""
	return rest, r.open()
}

func textReaderClass() *Class {
	return &Class{Name: "System.IO.TextReader", Abstract: true, Bases: "IDisposable", Access: AllowSome, Doc: "What text is read from."}
}

func stringReaderClass() *Class {
	return &Class{
		Name: "System.IO.StringReader", Go: TypeFor[*textReader](), Bases: "TextReader", Doc: "Reads a text piece by piece.",
		Members: []Member{
			M("StringReader(string s)", "A reader of a text.", F1(func(s string) *textReader { return &textReader{rest: s} }),
				`new StringReader("a\r\nb").ReadLine() => "a"`),
			M("int Peek()", "The next character, -1 at the end.", E1(func(r *textReader) (int, error) { return r.read(false) })),
			M("int Read()", "Takes the next character, -1 at the end.", E1(func(r *textReader) (int, error) { return r.read(true) }), `new StringReader("a").Read() => 97`),
			M("string ReadLine()", "Takes the next line, null at the end.", E1((*textReader).line), `new StringReader("").ReadLine() => null`),
			M("string ReadToEnd()", "Takes the rest.", E1((*textReader).all), `new StringReader("ab").ReadToEnd() => "ab"`),
			M("void Close()", "Ends the reading.", F1((*textReader).close)),
			M("void Dispose()", "Ends the reading.", F1((*textReader).close)),
		},
	}
}
