package clr

import (
	"errors"
	"fmt"
	"testing"
)

func TestExceptionMessages(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err   *Exception
		class *Class
		want  string
	}{
		{ArgumentNullError("value"), ClassArgument, "Value cannot be null. (Parameter 'value')"},
		{ArgumentError("Bad.", ""), ClassSystemException, "Bad."},
		{OutOfRangeError("i", ""), ClassArgumentOutOfRange, "Specified argument was out of the range of valid values. (Parameter 'i')"},
		{OutOfRangeValueError("n", "Bad.", "-1"), ClassArgument, "Bad. (Parameter 'n')\nActual value was -1."},
		{DivideByZeroError(), ClassArithmetic, "Attempted to divide by zero."},
		{NullReferenceError(), ClassException, "Object reference not set to an instance of an object."},
		{CastError("System.Int32", "System.String"), ClassInvalidCast, "Unable to cast object of type 'System.Int32' to type 'System.String'."},
		{KeyNotFoundError("x"), ClassKeyNotFound, "The given key 'x' was not present in the dictionary."},
		{ClassException.New(), ClassException, "Exception of type 'System.Exception' was thrown."},
		{VariableCastError("n", "System.Int32", "System.String"), ClassUserVariableCast, "Unable to convert context variable `n` of type `System.Int32` to the type of `System.String`."},
	} {
		if tt.err.Message != tt.want {
			t.Errorf("message is %q, want %q", tt.err.Message, tt.want)
		}
		if !tt.err.IsA(tt.class) {
			t.Errorf("%s is not a %s", tt.err.Class.Name, tt.class.Name)
		}
	}
}

func TestClassTree(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range Classes() {
		if seen[c.Name] {
			t.Errorf("%s is listed twice", c.Name)
		}
		seen[c.Name] = true
		if c.Base != nil && !seen[c.Base.Name] {
			t.Errorf("%s comes before its base %s", c.Name, c.Base.Name)
		}
		if !c.IsA(ClassException) {
			t.Errorf("%s is not an Exception", c.Name)
		}
	}
	if ClassFormat.IsA(ClassURIFormat) || !ClassURIFormat.IsA(ClassFormat) {
		t.Error("a UriFormatException is a FormatException, not the reverse")
	}
	if got := ClassJSONReader.ShortName(); got != "JsonReaderException" {
		t.Errorf("short name is %q", got)
	}
}

func TestAsException(t *testing.T) {
	t.Parallel()
	inner := FormatError("inner")
	outer := &Exception{Class: ClassInvalidOperation, Message: "outer", Inner: inner}
	if got := AsException(fmt.Errorf("evaluate: %w", outer)); got != outer {
		t.Errorf("found %v", got)
	}
	if AsException(errors.New("plain")) != nil {
		t.Error("a plain error is no exception")
	}
	want := "System.InvalidOperationException: outer\n ---> System.FormatException: inner\n   --- End of inner exception stack trace ---"
	if got := outer.ToString(); got != want {
		t.Errorf("text is %q", got)
	}
}
