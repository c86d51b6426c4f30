package library

import "slices"

// textClasses are text, numbers, dates, encodings, cryptography, regular expressions.
func textClasses() []func() *Class {
	return slices.Concat(integerClasses(), []func() *Class{
		stringClass,
		stringComparisonEnum,
		stringSplitOptionsEnum,
		charClass,
		boolClass,
		doubleClass,
		singleClass,
		decimalClass,
		mathClass,
		midpointRoundingEnum,
		convertClass,
		base64FormattingOptionsEnum,
		dateTimeClass,
		dateTimeKindEnum,
		dayOfWeekEnum,
		dateTimeOffsetClass,
		timeSpanClass,
		timeZoneInfoClass,
		guidClass,
		uriClass,
		uriKindEnum,
		uriPartialEnum,
		uriHostNameTypeEnum,
		webUtilityClass,
		encodingClass,
		bitConverterClass,
		randomClass,
		stringBuilderClass,
		regexClass,
		regexOptionsEnum,
		matchEvaluatorDelegate,
		captureClass,
		captureCollectionClass,
		groupMatchClass,
		groupCollectionClass,
		matchClass,
		matchCollectionClass,
	})
}
