package policytest

import (
	"context"
	"errors"
)

// identities have a token for each resource but "nosuch".
type identities struct{}

// Token says what it is for.
func (identities) Token(_ context.Context, resource, client string) (string, error) {
	if resource == "nosuch" {
		return "", errors.New("nobody has an identity here")
	}
	return "token-of-" + client + "-for-" + resource, nil
}
