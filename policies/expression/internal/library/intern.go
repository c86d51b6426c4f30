package library

import (
	"reflect"
	"unique"

	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// Intern returns the one copy of a text that literals share, so that comparing references
// finds equal literals the same.
func Intern(s string) string { return unique.Make(s).Value() }

// Zero is the default value of a type, boxed.
func Zero(t *types.Type) any {
	switch t.Kind {
	case types.Bool:
		return false
	case types.Char, types.SByte, types.Byte, types.Int16, types.UInt16, types.Int32, types.UInt32,
		types.Int64, types.UInt64, types.Single, types.Double, types.Decimal:
		return reflect.Zero(goTypes[t.Kind]).Interface()
	case types.Enum:
		return EnumOf(t, 0)
	case types.Struct:
		if t.Def == types.KeyValuePair {
			return Pair{Key: Zero(t.Args[0]), Value: Zero(t.Args[1]), Type: t}
		}
		if t.IsTuple() {
			return zeroTuple(t)
		}
		if class := Load().ClassOf(t.Def); class != nil && class.Go != nil {
			return reflect.Zero(class.Go).Interface()
		}
	}
	return nil
}
