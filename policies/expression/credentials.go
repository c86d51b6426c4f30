package expression

import (
	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/library"
)

// Jwt is the value of type Jwt that a policy stores in a variable for expressions to read,
// made of a compact token with or without "Bearer " before it; false if the text is none.
// It does not check the signature: that is for the policy to do first.
func Jwt(token string) (any, bool) {
	j := library.ReadJwt(token)
	if j == nil {
		return nil, false
	}
	return j, true
}

// BasicAuthCredentials is the value of type BasicAuthCredentials of a user and a password.
func BasicAuthCredentials(user, password string) any {
	return &clr.Basic{UserID: user, Password: password}
}
