package library

import (
	"slices"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
)

type exception = *clr.Exception

func exceptionBaseClass() *Class {
	none := F1(func(exception) NullString { return NullString{} })
	return &Class{
		Name: "System.Exception", Doc: "What is thrown when something fails.",
		Members: []Member{
			M("Exception()", "An exception without a message of its own.", F0(clr.ClassException.New),
				`new Exception().Message => "Exception of type 'System.Exception' was thrown."`),
			M("Exception(string message)", "An exception with a message.", F1(throwOf(clr.ClassException))),
			M("Exception(string message, Exception innerException)", "An exception that another one led to.",
				F2(throwInner(clr.ClassException))),
			M("string Message { get; }", "What went wrong.", F1(func(e exception) string { return e.Message }),
				`new Exception("no").Message => "no"`),
			M("Exception InnerException { get; }", "The exception that led to this one, or null.",
				F1(func(e exception) exception { return e.Inner }),
				`new Exception("no", new FormatException("bad")).InnerException.Message => "bad"`),
			M("Exception GetBaseException()", "The exception that all began with.", F1(exception.Base),
				`new Exception("a", new Exception("b", new Exception("c"))).GetBaseException().Message => "c"`),
			M("string StackTrace { get; }", "Null: there are no stack traces.", none),
			M("string Source { get; }", "Null: where the exception came from is not told.", none),
			M("string HelpLink { get; set; }", "A link that the exception was given, or null.",
				F1(func(e exception) NullString { return NullString{e.Help, e.Help != ""} })).
				Set(F2(func(e exception, link NullString) Void { e.Help = link.Text; return Void{} })),
			M("int HResult { get; }", "The number of the exception's class.", F1(func(e exception) int32 { return e.Class.HResult() }),
				`new Exception().HResult => -2146233088`, `new FormatException().HResult => -2146233033`),
			M("string ToString()", "The exception's class and message.", F1(exception.ToString),
				`new Exception("no").ToString() => "System.Exception: no"`),
		},
	}
}

// argumentClasses are the exceptions that are about a parameter.
func argumentClasses() []func() *Class {
	about := func(class *clr.Class) func(NullString, NullString) exception {
		throw := throwOf(class)
		return func(message, parameter NullString) exception { return throw(message).About(parameter.Text) }
	}
	return []func() *Class{
		func() *Class {
			c := exceptionClass(clr.ClassArgument)
			c.Members = append(c.Members,
				M("ArgumentException(string message, string paramName)", "An exception about a parameter.", F2(about(clr.ClassArgument)),
					`new ArgumentException("no", "x").Message => "no (Parameter 'x')"`),
				M("ArgumentException(string message, string paramName, Exception innerException)", "An exception about a parameter that another one led to.",
					F3(func(message, parameter NullString, inner exception) exception {
						e := about(clr.ClassArgument)(message, parameter)
						e.Inner = inner
						return e
					})),
				M("string ParamName { get; }", "The parameter that the exception is about, or null.",
					F1(func(e exception) NullString { return NullString{e.Param, e.Param != ""} }), `new ArgumentException("no", "x").ParamName => "x"`))
			return c
		},
		func() *Class {
			c := exceptionClass(clr.ClassArgumentNull)
			c.Members[1] = M("ArgumentNullException(string paramName)", "An exception about a parameter that is null.",
				F1(func(parameter NullString) exception { return clr.ArgumentNullError(parameter.Text) }),
				`new ArgumentNullException("x").Message => "Value cannot be null. (Parameter 'x')"`)
			c.Members = append(c.Members, M("ArgumentNullException(string paramName, string message)", "An exception about a parameter that is null.",
				F2(func(parameter, message NullString) exception { return about(clr.ClassArgumentNull)(message, parameter) })))
			return c
		},
		func() *Class {
			c := exceptionClass(clr.ClassArgumentOutOfRange)
			c.Members[1] = M("ArgumentOutOfRangeException(string paramName)", "An exception about a parameter that is out of range.",
				F1(func(parameter NullString) exception { return clr.OutOfRangeError(parameter.Text, "") }))
			c.Members = append(c.Members,
				M("ArgumentOutOfRangeException(string paramName, string message)", "An exception about a parameter that is out of range.",
					F2(func(parameter, message NullString) exception {
						return about(clr.ClassArgumentOutOfRange)(message, parameter)
					})),
				M("ArgumentOutOfRangeException(string paramName, object actualValue, string message)", "An exception about a parameter and its value.",
					F3(func(parameter NullString, actual any, message NullString) exception {
						e := about(clr.ClassArgumentOutOfRange)(message, parameter)
						if e.Actual = actual; actual != nil {
							e.Message += "\nActual value was " + clr.ToString(actual) + "."
						}
						return e
					}), `new ArgumentOutOfRangeException("x", 5, "no").Message => "no (Parameter 'x')\nActual value was 5."`),
				M("object ActualValue { get; }", "The value of the parameter, or null.", F1(func(e exception) any { return e.Actual }),
					`new ArgumentOutOfRangeException("x", 5, "no").ActualValue => 5`))
			return c
		},
	}
}

// exceptionClasses declares every exception of package clr that no list declares.
func exceptionClasses(declared []*Class) []*Class {
	var out []*Class
	for _, class := range clr.Classes() {
		if !slices.ContainsFunc(declared, func(c *Class) bool { return c.Name == class.Name }) {
			out = append(out, exceptionClass(class))
		}
	}
	return out
}

// exceptionClass declares an exception with the constructors that all have.
func exceptionClass(class *clr.Class) *Class {
	name := class.ShortName()
	return &Class{
		Name: class.Name, Doc: "The exception " + name + ".", Bases: class.Base.Name,
		Members: []Member{
			M(name+"()", "An exception with the class's own message.", F0(class.New)),
			M(name+"(string message)", "An exception with a message.", F1(throwOf(class))),
			M(name+"(string message, Exception innerException)", "An exception that another one led to.", F2(throwInner(class))),
		},
	}
}

func throwOf(class *clr.Class) func(NullString) exception {
	return func(message NullString) exception {
		if !message.Valid {
			return class.New()
		}
		return class.Throw(message.Text)
	}
}

func throwInner(class *clr.Class) func(NullString, exception) exception {
	throw := throwOf(class)
	return func(message NullString, inner exception) exception {
		e := throw(message)
		e.Inner = inner
		return e
	}
}
