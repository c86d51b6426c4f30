package syntax

// A kind is the kind of a token.
type kind uint8

const (
	endOfText kind = iota
	badToken       // there is a message about it
	identifier
	integerLiteral
	realLiteral
	characterLiteral
	stringLiteral
	interpolatedString
	// queryWord is a word such as where, which is a keyword in a query only.
	queryWord

	// Punctuation. >> and >>= are read as > > and > >=, for List<List<int>>.
	leftParen
	rightParen
	leftBracket
	rightBracket
	leftBrace
	rightBrace
	semicolon
	comma
	colon
	doubleColon
	dot
	dotDot
	question
	questionDot
	coalesce
	coalesceAssign
	arrow
	assign
	plus
	minus
	star
	slash
	percent
	ampersand
	bar
	caret
	tilde
	exclamation
	less
	greater
	lessEqual
	greaterEqual
	equalEqual
	notEqual
	andAnd
	orOr
	plusPlus
	minusMinus
	shiftLeft
	plusAssign
	minusAssign
	starAssign
	slashAssign
	percentAssign
	ampersandAssign
	barAssign
	caretAssign
	shiftLeftAssign

	// Keywords.
	kwAbstract
	kwAs
	kwBase
	kwBool
	kwBreak
	kwByte
	kwCase
	kwCatch
	kwChar
	kwChecked
	kwClass
	kwConst
	kwContinue
	kwDecimal
	kwDefault
	kwDelegate
	kwDo
	kwDouble
	kwElse
	kwEnum
	kwEvent
	kwExplicit
	kwExtern
	kwFalse
	kwFinally
	kwFixed
	kwFloat
	kwFor
	kwForeach
	kwGoto
	kwIf
	kwImplicit
	kwIn
	kwInt
	kwInterface
	kwInternal
	kwIs
	kwLock
	kwLong
	kwNamespace
	kwNew
	kwNull
	kwObject
	kwOperator
	kwOut
	kwOverride
	kwParams
	kwPrivate
	kwProtected
	kwPublic
	kwReadonly
	kwRef
	kwReturn
	kwSbyte
	kwSealed
	kwShort
	kwSizeof
	kwStackalloc
	kwStatic
	kwString
	kwStruct
	kwSwitch
	kwThis
	kwThrow
	kwTrue
	kwTry
	kwTypeof
	kwUint
	kwUlong
	kwUnchecked
	kwUnsafe
	kwUshort
	kwUsing
	kwVirtual
	kwVoid
	kwVolatile
	kwWhile
	lastKind
)

var kindText = [lastKind]string{
	endOfText: "the end of the expression", badToken: "?", identifier: "a name",
	integerLiteral: "a number", realLiteral: "a number", characterLiteral: "a character",
	stringLiteral: "a string", interpolatedString: "a string", queryWord: "a word of a query",

	leftParen: "(", rightParen: ")", leftBracket: "[", rightBracket: "]", leftBrace: "{", rightBrace: "}",
	semicolon: ";", comma: ",", colon: ":", doubleColon: "::", dot: ".", dotDot: "..", question: "?",
	questionDot: "?.", coalesce: "??", coalesceAssign: "??=", arrow: "=>", assign: "=",
	plus: "+", minus: "-", star: "*", slash: "/", percent: "%", ampersand: "&", bar: "|", caret: "^",
	tilde: "~", exclamation: "!", less: "<", greater: ">", lessEqual: "<=", greaterEqual: ">=",
	equalEqual: "==", notEqual: "!=", andAnd: "&&", orOr: "||", plusPlus: "++", minusMinus: "--",
	shiftLeft: "<<", plusAssign: "+=", minusAssign: "-=", starAssign: "*=", slashAssign: "/=",
	percentAssign: "%=", ampersandAssign: "&=", barAssign: "|=", caretAssign: "^=", shiftLeftAssign: "<<=",

	kwAbstract: "abstract", kwAs: "as", kwBase: "base", kwBool: "bool", kwBreak: "break", kwByte: "byte",
	kwCase: "case", kwCatch: "catch", kwChar: "char", kwChecked: "checked", kwClass: "class",
	kwConst: "const", kwContinue: "continue", kwDecimal: "decimal", kwDefault: "default",
	kwDelegate: "delegate", kwDo: "do", kwDouble: "double", kwElse: "else", kwEnum: "enum",
	kwEvent: "event", kwExplicit: "explicit", kwExtern: "extern", kwFalse: "false", kwFinally: "finally",
	kwFixed: "fixed", kwFloat: "float", kwFor: "for", kwForeach: "foreach", kwGoto: "goto", kwIf: "if",
	kwImplicit: "implicit", kwIn: "in", kwInt: "int", kwInterface: "interface", kwInternal: "internal",
	kwIs: "is", kwLock: "lock", kwLong: "long", kwNamespace: "namespace", kwNew: "new", kwNull: "null",
	kwObject: "object", kwOperator: "operator", kwOut: "out", kwOverride: "override", kwParams: "params",
	kwPrivate: "private", kwProtected: "protected", kwPublic: "public", kwReadonly: "readonly",
	kwRef: "ref", kwReturn: "return", kwSbyte: "sbyte", kwSealed: "sealed", kwShort: "short",
	kwSizeof: "sizeof", kwStackalloc: "stackalloc", kwStatic: "static", kwString: "string",
	kwStruct: "struct", kwSwitch: "switch", kwThis: "this", kwThrow: "throw", kwTrue: "true",
	kwTry: "try", kwTypeof: "typeof", kwUint: "uint", kwUlong: "ulong", kwUnchecked: "unchecked",
	kwUnsafe: "unsafe", kwUshort: "ushort", kwUsing: "using", kwVirtual: "virtual", kwVoid: "void",
	kwVolatile: "volatile", kwWhile: "while",
}

// String returns the token as it is written, or what it is.
func (k kind) String() string { return kindText[k] }

var keywords = func() map[string]kind {
	m := make(map[string]kind, lastKind-kwAbstract)
	for k := kwAbstract; k < lastKind; k++ {
		m[kindText[k]] = k
	}
	return m
}()

func (k kind) isKeyword() bool { return k >= kwAbstract }

// isPredefinedType reports whether the keyword names a type.
func (k kind) isPredefinedType() bool {
	switch k {
	case kwBool, kwByte, kwChar, kwDecimal, kwDouble, kwFloat, kwInt, kwLong, kwObject, kwSbyte,
		kwShort, kwString, kwUint, kwUlong, kwUshort:
		return true
	}
	return false
}

// A token is a piece of the text.
type token struct {
	kind       kind
	start, end int
}
