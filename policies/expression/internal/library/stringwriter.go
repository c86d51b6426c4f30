package library

import "github.com/apimgw/apimgw/policies/expression/internal/clr"

func textWriterClass() *Class {
	return &Class{Name: "System.IO.TextWriter", Abstract: true, Bases: "IDisposable", Access: AllowSome, Doc: "What text is written to."}
}

// A textWriter is a System.IO.StringWriter.
type textWriter struct{ builder *clr.StringBuilder }

// TypeName is the class.
func (*textWriter) TypeName() string { return "System.IO.StringWriter" }

// ToString is the text that was written.
func (w *textWriter) ToString() string { return w.builder.ToString() }

func stringWriterClass() *Class {
	c := &Class{
		Name: "System.IO.StringWriter", Go: TypeFor[*textWriter](), Bases: "TextWriter", Doc: "Writes a text piece by piece.",
		Members: []Member{
			M("StringWriter()", "A writer of a text.", F0(func() *textWriter { return &textWriter{clr.NewStringBuilder("")} })),
			M("StringWriter(StringBuilder sb)", "A writer that adds to a builder.", E1(func(b builder) (*textWriter, error) {
				if b == nil {
					return nil, NullArgument("sb")
				}
				return &textWriter{b}, nil
			})),
			M("StringBuilder GetStringBuilder()", "The builder that is written to.", F1(func(w *textWriter) builder { return w.builder })),
			M("void WriteLine()", "Writes a line end.", C1(func(c Call, w *textWriter) (Void, error) { return done(w.builder.AppendLine(c.Budget(), "")) })),
			M("string ToString()", "The text that was written.", F1((*textWriter).ToString)),
			M("void Close()", "Does nothing here.", F1(func(*textWriter) Void { return Void{} })),
			M("void Dispose()", "Does nothing here.", F1(func(*textWriter) Void { return Void{} })),
		},
	}
	for _, from := range []string{"string", "object", "bool", "char", "int", "long", "double", "decimal"} {
		c.Members = append(
			c.Members,
			M("void Write("+from+" value)", "Writes the text of the value.", C2(func(c Call, w *textWriter, v any) (Void, error) {
				return done(w.builder.Append(c.Budget(), clr.ToString(v)))
			})),
			M("void WriteLine("+from+" value)", "Writes the text of the value and a line end.", C2(func(c Call, w *textWriter, v any) (Void, error) {
				return done(w.builder.AppendLine(c.Budget(), clr.ToString(v)))
			})),
		)
	}
	return c
}
