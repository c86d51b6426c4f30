package newtonsoft

import "github.com/apimgw/apimgw/policies/expression/internal/clr"

// Enumerate goes through the children of a token. Like C#'s enumerators it fails when
// children come or go, or an array's element is replaced, while it is under way.
func Enumerate(t JToken, f func(JToken) error) error {
	c, ok := t.(JContainer)
	if !ok {
		return nil
	}
	version := versionOf(c)
	for i := 0; i < c.Count(); i++ {
		if err := f(c.child(i)); err != nil {
			return err
		}
		if versionOf(c) != version {
			return clr.InvalidOperationError("Collection was modified; enumeration operation may not execute.")
		}
	}
	return nil
}

// EnumerateDescendants goes through everything below the token, in document order, and
// fails as Enumerate does.
func EnumerateDescendants(t JToken, f func(JToken) error) error {
	return Enumerate(t, func(child JToken) error {
		if err := f(child); err != nil {
			return err
		}
		return EnumerateDescendants(child, f)
	})
}

// versionOf counts the changes to a container's list of children.
func versionOf(c JContainer) int {
	switch c := c.(type) {
	case *JObject:
		return c.version
	case *JArray:
		return c.version
	case *JConstructor:
		return c.version
	}
	return 0
}
