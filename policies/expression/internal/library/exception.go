package library

import "github.com/apimgw/apimgw/policies/expression/internal/clr"

func exceptionBaseClass() *Class {
	return &Class{
		Name: "System.Exception", Doc: "What is thrown when something fails.",
		Members: []Member{
			M("Exception()", "An exception without a message of its own.", F0(clr.ClassException.New)),
			M("Exception(string message)", "An exception with a message.", F1(throwOf(clr.ClassException))),
			M("Exception(string message, Exception innerException)", "An exception that another one led to.",
				F2(throwInner(clr.ClassException))),
			M("string Message { get; }", "What went wrong.", F1(func(e *clr.Exception) string { return e.Message }),
				`new Exception("no").Message => "no"`),
			M("Exception InnerException { get; }", "The exception that led to this one, or null.",
				F1(func(e *clr.Exception) *clr.Exception { return e.Inner })),
			M("string StackTrace { get; }", "Null: there are no stack traces.", F1(func(*clr.Exception) NullString { return NullString{} })),
			M("string Source { get; }", "Where the exception came from.", F1(func(*clr.Exception) NullString { return NullString{} })),
			M("string ToString()", "The exception's class and message.", F1((*clr.Exception).ToString),
				`new Exception("no").ToString() => "System.Exception: no"`),
		},
	}
}

// exceptionClasses declares every exception of package clr that no list declares.
func exceptionClasses(declared []*Class) []*Class {
	known := map[string]bool{}
	for _, c := range declared {
		known[c.Name] = true
	}
	var out []*Class
	for _, class := range clr.Classes() {
		if known[class.Name] {
			continue
		}
		name := class.ShortName()
		out = append(out, &Class{
			Name: class.Name, Doc: "The exception " + name + ".", Bases: class.Base.Name,
			Members: []Member{
				M(name+"()", "An exception with the class's own message.", F0(class.New)),
				M(name+"(string message)", "An exception with a message.", F1(throwOf(class))),
				M(name+"(string message, Exception innerException)", "An exception that another one led to.", F2(throwInner(class))),
			},
		})
	}
	return out
}

func throwOf(class *clr.Class) func(NullString) *clr.Exception {
	return func(message NullString) *clr.Exception {
		if !message.Valid {
			return class.New()
		}
		return class.Throw(message.Text)
	}
}

func throwInner(class *clr.Class) func(NullString, *clr.Exception) *clr.Exception {
	throw := throwOf(class)
	return func(message NullString, inner *clr.Exception) *clr.Exception {
		e := throw(message)
		e.Inner = inner
		return e
	}
}
