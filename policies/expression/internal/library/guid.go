package library

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func guidClass() *Class {
	return &Class{
		Name: "System.Guid", Kind: types.Struct, Go: TypeFor[clr.Guid](), Doc: "A globally unique identifier.",
		Members: append([]Member{
			M("Guid(string g)", "The Guid written in a text.", E1(clr.ParseGuid), `new Guid("0F8FAD5B-D9CB-469F-A165-70867728950E").ToString() => "0f8fad5b-d9cb-469f-a165-70867728950e"`),
			M("Guid(byte[] b)", "The Guid with these bytes.", E1(func(b []byte) (clr.Guid, error) {
				if b == nil {
					return clr.Guid{}, NullArgument("b")
				}
				return clr.GuidFromBytes(b)
			}), `new Guid(new byte[16]) == Guid.Empty => true`),
			M("static Guid Empty", "The Guid of zeros.", F0(func() clr.Guid { return clr.Guid{} }), `Guid.Empty.ToString("N") => "00000000000000000000000000000000"`),
			M("static Guid NewGuid()", "A new random Guid.", F0(clr.NewGuid), `Guid.NewGuid().ToString().Length => 36`),
			M("static Guid Parse(string input)", "The Guid written in a text, in any of its five forms.", E1(clr.ParseGuid),
				`Guid.Parse("{0f8fad5bd9cb469fa16570867728950e}") => FormatException: Could not find a brace, or the length between the previous token and the brace was zero (i.e., '0x,'etc.).`,
				`Guid.Parse("x") => FormatException: Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).`),
			M("static bool TryParse(string input, out Guid result)", "Whether the text is a Guid, which result becomes.", tryParse(clr.ParseGuid)),
			M("byte[] ToByteArray()", "The bytes, the first three groups little-endian.", F1(clr.Guid.Bytes), `Guid.Empty.ToByteArray().Length => 16`),
			M("string ToString()", "Lower-case digits with dashes.", F1(clr.Guid.String), `Guid.Empty.ToString() => "00000000-0000-0000-0000-000000000000"`),
			M("string ToString(string format)", "The Guid in format N, D, B, P or X.",
				C2(func(c Call, g clr.Guid, format NullString) (string, error) { return g.Format(c.Budget(), format.Text) }),
				`Guid.Empty.ToString("B") => "{00000000-0000-0000-0000-000000000000}"`),
			M("static bool operator ==(Guid a, Guid b)", "Whether both are equal.", F2(func(a, b clr.Guid) bool { return a == b })),
			M("static bool operator !=(Guid a, Guid b)", "Whether both differ.", F2(func(a, b clr.Guid) bool { return a != b })),
		}, guidValueMembers()...),
	}
}

func guidValueMembers() []Member {
	members := valueMembers("Guid", func(a, b clr.Guid) bool { return a == b }, clr.Guid.Compare)
	for i := range members {
		if members[i].Declared == "int GetHashCode()" {
			members[i] = M("int GetHashCode()", "A number made of the Guid's bytes.", F1(clr.Guid.Hash),
				`new Guid("0f8fad5b-d9cb-469f-a165-70867728950e").GetHashCode() == new Guid("0f8fad5b-d9cb-469f-a165-70867728950e").GetHashCode() => true`)
		}
	}
	return members
}
