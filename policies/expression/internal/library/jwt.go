package library

import (
	"iter"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// Claims are the claims of a token as a dictionary; their names compare without case.
type Claims clr.Jwt

// Get returns the values of a claim as string[].
func (c *Claims) Get(key any) (any, bool) {
	name, _ := key.(string)
	claim := (*clr.Jwt)(c).FindClaim(name)
	if claim == nil {
		return nil, false
	}
	return valuesOfClaim(claim), true
}

func valuesOfClaim(c *clr.Claim) any {
	if c.Array != nil {
		return c.Array
	}
	return Strings(c.Values...)
}

// ReadJwt reads a token for expressions; nil when it is none.
func ReadJwt(s string) *clr.Jwt {
	j := clr.ParseJwt(s)
	if j == nil {
		return nil
	}
	for i := range j.Claims {
		j.Claims[i].Array = Strings(j.Claims[i].Values...)
	}
	return j
}

// Len is the number of claims.
func (c *Claims) Len() int { return len(c.Claims) }

// Entries goes through names and string[] values.
func (c *Claims) Entries() iter.Seq2[any, any] {
	return func(yield func(any, any) bool) {
		for _, claim := range c.Claims {
			if !yield(claim.Name, valuesOfClaim(&claim)) {
				return
			}
		}
	}
}

// Missing throws.
func (c *Claims) Missing(_ *Run, key any) (any, error) { return nil, missingKey(key) }

// RuntimeType of the claims.
func (c *Claims) RuntimeType() *types.Type { return HeadersType }

// Items goes through the pairs.
func (c *Claims) Items() iter.Seq2[any, error] { return pairsOf(c) }

// sampleToken is {"alg":"none","typ":"JWT"} and {"iss":"me","sub":"you","aud":["a","b"],"exp":1577934245}.
const sampleToken = `"Bearer eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJpc3MiOiJtZSIsInN1YiI6InlvdSIsImF1ZCI6WyJhIiwiYiJdLCJleHAiOjE1Nzc5MzQyNDV9.".AsJwt()`

func jwtClass() *Class {
	text := func(name, doc string, f func(*clr.Jwt) string, example string) Member {
		return M("string "+name+" { get; }", doc, F1(f), sampleToken+"."+name+" => "+example)
	}
	date := func(name, doc string, f func(*clr.Jwt) *clr.DateTime, example string) Member {
		return M("DateTime? "+name+" { get; }", doc, F1(func(j *clr.Jwt) any {
			if d := f(j); d != nil {
				return *d
			}
			return nil
		}), sampleToken+"."+name+" => "+example)
	}
	return &Class{
		Name: "Jwt", Go: TypeFor[*clr.Jwt](), Abstract: true, Doc: "A JSON web token, as it was read: its signature may not have been checked.",
		Members: []Member{
			text("Algorithm", "The algorithm of the signature.", func(j *clr.Jwt) string { return j.Algorithm }, `"none"`),
			text("Type", "The type of the token.", func(j *clr.Jwt) string { return j.Type }, `"JWT"`),
			text("Issuer", "Who issued the token.", func(j *clr.Jwt) string { return j.Issuer }, `"me"`),
			text("Subject", "Who the token is about.", func(j *clr.Jwt) string { return j.Subject }, `"you"`),
			text("Id", "The token's identity.", func(j *clr.Jwt) string { return j.ID }, `""`),
			M("IEnumerable<string> Audiences { get; }", "Who the token is for.", F1(func(j *clr.Jwt) *Array { return Strings(j.Audiences...) }),
				`string.Join(",", `+sampleToken+`.Audiences) => "a,b"`),
			date("ExpirationTime", "When the token ends to be valid, or null.", func(j *clr.Jwt) *clr.DateTime { return j.ExpirationTime }, "01/02/2020 03:04:05"),
			date("NotBefore", "When the token begins to be valid, or null.", func(j *clr.Jwt) *clr.DateTime { return j.NotBefore }, "null"),
			date("IssuedAt", "When the token was issued, or null.", func(j *clr.Jwt) *clr.DateTime { return j.IssuedAt }, "null"),
			M("IReadOnlyDictionary<string, string[]> Claims { get; }", "All claims, each with its values.", F1(func(j *clr.Jwt) *Claims { return (*Claims)(j) }),
				sampleToken+`.Claims["aud"][1] => "b"`, sampleToken+`.Claims.GetValueOrDefault("none", "x") => "x"`),
		},
	}
}

func basicClass() *Class {
	user := F1(func(b *clr.Basic) string { return b.UserID })
	return &Class{
		Name: "BasicAuthCredentials", Go: TypeFor[*clr.Basic](), Abstract: true, Doc: "User name and password of basic authentication.",
		Members: []Member{
			M("string UserId { get; }", "The user name.", user, `"Basic dXNlcjpwYXNz".AsBasic().UserId => "user"`),
			M("string Username { get; }", "The user name.", user),
			M("string Password { get; }", "The password.", F1(func(b *clr.Basic) string { return b.Password }), `"Basic dXNlcjpwYXNz".AsBasic().Password => "pass"`),
		},
	}
}

// parsed is the code of AsJwt and AsBasic, for which null is a text like any other that is
// none.
func parsed[T any](parse func(string) *T) Code {
	return F1(func(s NullString) *T { return parse(s.Text) })
}

// tryParsed is the code of TryParseJwt and TryParseBasic.
func tryParsed[T any](parse func(string) *T) Code {
	return Boxed(func(_ Call, args []any) (any, error) {
		s, _ := args[0].(string)
		*args[1].(*any) = nil
		v := parse(s)
		if v != nil {
			*args[1].(*any) = v
		}
		return v != nil, nil
	})
}

func authorizationExtensionsClass() *Class {
	return &Class{
		Name: "AuthorizationExtensions", Static: true, Doc: "Reading of credentials.",
		Members: []Member{
			M("static Jwt AsJwt(this string input)", "The token that the text is, with or without Bearer before it, or null. Its signature is not checked.", parsed(ReadJwt),
				`"x".AsJwt() => null`, `((string)null).AsJwt() => null`, sampleToken+`.Subject => "you"`),
			M("static bool TryParseJwt(this string input, out Jwt result)", "Whether the text is a token, which result becomes.", tryParsed(ReadJwt)),
			M("static BasicAuthCredentials AsBasic(this string input)", "The credentials of an Authorization header, or null.", parsed(clr.ParseBasic),
				`"Bearer x".AsBasic() => null`),
			M("static bool TryParseBasic(this string input, out BasicAuthCredentials result)", "Whether the text has credentials, which result becomes.", tryParsed(clr.ParseBasic)),
		},
	}
}
