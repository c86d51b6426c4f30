package clr

import (
	"errors"
	"fmt"
	"strings"
)

// An Exception is something that .NET threw. Message is its Message property.
type Exception struct {
	Class   *Class
	Message string
	// Inner is the exception that led to this one; usually nil.
	Inner *Exception
	// Param is ParamName, of an ArgumentException; "" is null.
	Param string
	// Actual is ActualValue, of an ArgumentOutOfRangeException.
	Actual any
	// Help is HelpLink; "" is null.
	Help string
}

// Error returns the message alone, as C#'s Message does.
func (e *Exception) Error() string { return e.Message }

// ToString returns the class and the message, as C#'s ToString does without the stack.
func (e *Exception) ToString() string {
	var b strings.Builder
	b.WriteString(e.Class.Name)
	if e.Message != "" {
		b.WriteString(": ")
		b.WriteString(e.Message)
	}
	if e.Inner != nil {
		b.WriteString("\n ---> ")
		b.WriteString(e.Inner.ToString())
		b.WriteString("\n   --- End of inner exception stack trace ---")
	}
	return b.String()
}

// IsA reports whether the exception is of the class or of one derived from it.
func (e *Exception) IsA(class *Class) bool { return e.Class.IsA(class) }

// Unwrap returns the inner exception, for errors.Is and errors.As.
func (e *Exception) Unwrap() error {
	if e.Inner == nil {
		return nil
	}
	return e.Inner
}

// AsException returns the exception in err's chain, or nil when there is none.
func AsException(err error) *Exception {
	var e *Exception
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// A Class is a class of exceptions.
type Class struct {
	// Name is the full name, such as System.FormatException.
	Name string
	// Base is nil only for System.Exception.
	Base *Class
	// message is what a new exception says when it is given no message.
	message string
}

// IsA reports whether the class is other or derives from it.
func (c *Class) IsA(other *Class) bool {
	for ; c != nil; c = c.Base {
		if c == other {
			return true
		}
	}
	return false
}

// HResult is the number that .NET has for the class, or else for its base.
func (c *Class) HResult() int32 {
	for ; c.Base != nil; c = c.Base {
		if n, ok := hresults[c.ShortName()]; ok {
			return n
		}
	}
	return -2146233088
}

var hresults = map[string]int32{
	"SystemException": -2146233087, "ArgumentException": -2147024809, "ArgumentNullException": -2147467261, "ArgumentOutOfRangeException": -2146233086,
	"ArithmeticException": -2147024362, "DivideByZeroException": -2147352558, "OverflowException": -2146233066, "ArrayTypeMismatchException": -2146233085,
	"FormatException": -2146233033, "IndexOutOfRangeException": -2146233080, "InvalidCastException": -2147467262, "InvalidOperationException": -2146233079,
	"ObjectDisposedException": -2146232798, "KeyNotFoundException": -2146232969, "NotImplementedException": -2147467263, "NotSupportedException": -2146233067,
	"NullReferenceException": -2147467261, "RankException": -2146233065, "TimeoutException": -2146233083, "IOException": -2146232800,
	"CryptographicException": -2146233296, "XmlException": -2146232000, "XPathException": -2146231997,
}

// ShortName is the name without its namespace.
func (c *Class) ShortName() string { return c.Name[strings.LastIndexByte(c.Name, '.')+1:] }

// New makes an exception as the class's parameterless constructor does.
func (c *Class) New() *Exception {
	message := c.message
	if message == "" {
		message = "Exception of type '" + c.Name + "' was thrown."
	}
	return &Exception{Class: c, Message: message}
}

// Throw makes an exception with a message.
func (c *Class) Throw(message string) *Exception { return &Exception{Class: c, Message: message} }

// Throwf makes an exception with a formatted message.
func (c *Class) Throwf(format string, args ...any) *Exception {
	return &Exception{Class: c, Message: fmt.Sprintf(format, args...)}
}

// The exceptions that expressions can meet or name.
var (
	ClassException           = &Class{Name: "System.Exception"}
	ClassSystemException     = derive(ClassException, "System.SystemException", "System error.")
	ClassArgument            = derive(ClassSystemException, "System.ArgumentException", "Value does not fall within the expected range.")
	ClassArgumentNull        = derive(ClassArgument, "System.ArgumentNullException", "Value cannot be null.")
	ClassCultureNotFound     = derive(ClassArgument, "System.Globalization.CultureNotFoundException", "Culture is not supported.")
	ClassArgumentOutOfRange  = derive(ClassArgument, "System.ArgumentOutOfRangeException", outOfRange)
	ClassDecoderFallback     = derive(ClassArgument, "System.Text.DecoderFallbackException", "")
	ClassRegexParse          = derive(ClassArgument, "System.Text.RegularExpressions.RegexParseException", "")
	ClassArithmetic          = derive(ClassSystemException, "System.ArithmeticException", "Overflow or underflow in the arithmetic operation.")
	ClassDivideByZero        = derive(ClassArithmetic, "System.DivideByZeroException", "Attempted to divide by zero.")
	ClassOverflow            = derive(ClassArithmetic, "System.OverflowException", "Arithmetic operation resulted in an overflow.")
	ClassArrayTypeMismatch   = derive(ClassSystemException, "System.ArrayTypeMismatchException", "Attempted to access an element as a type incompatible with the array.")
	ClassFormat              = derive(ClassSystemException, "System.FormatException", "One of the identified items was in an invalid format.")
	ClassURIFormat           = derive(ClassFormat, "System.UriFormatException", "One of the identified items was in an invalid format.")
	ClassIndexOutOfRange     = derive(ClassSystemException, "System.IndexOutOfRangeException", "Index was outside the bounds of the array.")
	ClassInvalidCast         = derive(ClassSystemException, "System.InvalidCastException", "Specified cast is not valid.")
	ClassInvalidOperation    = derive(ClassSystemException, "System.InvalidOperationException", "Operation is not valid due to the current state of the object.")
	ClassObjectDisposed      = derive(ClassInvalidOperation, "System.ObjectDisposedException", "Cannot access a disposed object.")
	ClassKeyNotFound         = derive(ClassSystemException, "System.Collections.Generic.KeyNotFoundException", "The given key was not present in the dictionary.")
	ClassNotImplemented      = derive(ClassSystemException, "System.NotImplementedException", "The method or operation is not implemented.")
	ClassNotSupported        = derive(ClassSystemException, "System.NotSupportedException", "Specified method is not supported.")
	ClassNullReference       = derive(ClassSystemException, "System.NullReferenceException", "Object reference not set to an instance of an object.")
	ClassRank                = derive(ClassSystemException, "System.RankException", "Attempted to operate on an array with the incorrect number of dimensions.")
	ClassTimeout             = derive(ClassSystemException, "System.TimeoutException", "The operation has timed out.")
	ClassRegexMatchTimeout   = derive(ClassTimeout, "System.Text.RegularExpressions.RegexMatchTimeoutException", "The Regex engine has timed out while trying to match a pattern to an input string.")
	ClassTimeZoneNotFound    = derive(ClassException, "System.TimeZoneNotFoundException", "")
	ClassInvalidTimeZone     = derive(ClassException, "System.InvalidTimeZoneException", "")
	ClassIO                  = derive(ClassSystemException, "System.IO.IOException", "I/O error occurred.")
	ClassCryptographic       = derive(ClassSystemException, "System.Security.Cryptography.CryptographicException", "Error occurred during a cryptographic operation.")
	ClassXML                 = derive(ClassSystemException, "System.Xml.XmlException", "An XML error has occurred.")
	ClassXPath               = derive(ClassSystemException, "System.Xml.XPath.XPathException", "")
	ClassJSON                = derive(ClassException, "Newtonsoft.Json.JsonException", "")
	ClassJSONReader          = derive(ClassJSON, "Newtonsoft.Json.JsonReaderException", "")
	ClassJSONWriter          = derive(ClassJSON, "Newtonsoft.Json.JsonWriterException", "")
	ClassJSONSerialization   = derive(ClassJSON, "Newtonsoft.Json.JsonSerializationException", "")
	ClassUserVariableCast    = derive(ClassException, "Gateway.Configuration.UserVariableCastException", "")
	ClassMessageBodyConsumed = derive(ClassInvalidOperation, "Gateway.Configuration.MessageBodyConsumedException", "The message body was already consumed.")
)

const outOfRange = "Specified argument was out of the range of valid values."

// Classes lists every exception class, bases before what derives from them.
func Classes() []*Class { return classes }

var classes = []*Class{ClassException}

func derive(base *Class, name, message string) *Class {
	c := &Class{Name: name, Base: base, message: message}
	classes = append(classes, c)
	return c
}

// ArgumentError is an ArgumentException about a parameter; parameter may be "".
func ArgumentError(message, parameter string) *Exception {
	return ClassArgument.Throw(message).About(parameter)
}

// ArgumentNullError is the exception for a parameter that may not be null.
func ArgumentNullError(parameter string) *Exception {
	return ClassArgumentNull.New().About(parameter)
}

// OutOfRangeError is an ArgumentOutOfRangeException about a parameter; without a message
// it has .NET's default one.
func OutOfRangeError(parameter, message string) *Exception {
	if message == "" {
		message = outOfRange
	}
	return ClassArgumentOutOfRange.Throw(message).About(parameter)
}

// OutOfRangeValueError is OutOfRangeError with a second line that tells the value.
func OutOfRangeValueError(parameter, message, value string) *Exception {
	e := OutOfRangeError(parameter, message)
	e.Message += "\nActual value was " + value + "."
	return e
}

// IndexError is the exception of a list's indexer.
func IndexError() *Exception {
	return OutOfRangeError("index", "Index was out of range. Must be non-negative and less than the size of the collection.")
}

// About says which parameter the exception is about, if any, and returns the exception.
func (e *Exception) About(parameter string) *Exception {
	if parameter != "" {
		e.Param = parameter
		e.Message += " (Parameter '" + parameter + "')"
	}
	return e
}

// Base returns the exception that all began with.
func (e *Exception) Base() *Exception {
	for e.Inner != nil {
		e = e.Inner
	}
	return e
}

// FormatError is a FormatException.
func FormatError(message string) *Exception { return ClassFormat.Throw(message) }

// NullReferenceError is what a member of a null reference throws.
func NullReferenceError() *Exception { return ClassNullReference.New() }

// DivideByZeroError is what an integer or decimal division by zero throws.
func DivideByZeroError() *Exception { return ClassDivideByZero.New() }

// IndexOutOfRangeError is what an array or a string throws for a bad index.
func IndexOutOfRangeError() *Exception { return ClassIndexOutOfRange.New() }

// CastError is what a cast or an unboxing throws; from and to are full type names.
func CastError(from, to string) *Exception {
	return ClassInvalidCast.Throwf("Unable to cast object of type '%s' to type '%s'.", from, to)
}

// KeyNotFoundError is what a dictionary's indexer throws.
func KeyNotFoundError(key string) *Exception {
	return ClassKeyNotFound.Throwf("The given key '%s' was not present in the dictionary.", key)
}

// DuplicateKeyError is what a dictionary's Add throws.
func DuplicateKeyError(key string) *Exception {
	return ClassArgument.Throw("An item with the same key has already been added. Key: " + key)
}

// NoValueError is what Value of a null T? throws.
func NoValueError() *Exception {
	return ClassInvalidOperation.Throw("Nullable object must have a value.")
}

// InvalidOperationError is an InvalidOperationException.
func InvalidOperationError(message string) *Exception { return ClassInvalidOperation.Throw(message) }

// CryptographicError is a CryptographicException.
func CryptographicError(message string) *Exception { return ClassCryptographic.Throw(message) }

// VariableCastError is what the gateway throws for a context variable of another type;
// from and to are full type names.
func VariableCastError(name, from, to string) *Exception {
	return ClassUserVariableCast.Throwf("Unable to convert context variable `%s` of type `%s` to the type of `%s`.", name, from, to)
}
