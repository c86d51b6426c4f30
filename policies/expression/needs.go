package expression

import "github.com/apimgw/apimgw/policies/expression/internal/check"

// Needs are what an expression asks of the exchange.
type Needs = check.Needs
