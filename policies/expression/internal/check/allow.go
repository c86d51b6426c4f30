package check

import (
	"github.com/apimgw/apimgw/policies/expression/internal/library"
	"github.com/apimgw/apimgw/policies/expression/internal/syntax"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// allowMember refuses a member that API Management's allow-list does not have. The list
// is about members that are called: declared types, casts and operators are free.
func (c *checker) allowMember(s syntax.Span, m *library.Member) {
	if !c.opts.Strict || m.IsAllowed() || m.Kind == library.Operator || m.Kind == library.Conversion {
		return
	}
	name := m.Class.Def.FullName()
	if m.Class.Access == library.AllowSome && !anyAllowed(m.Class) {
		c.errorf(s, TypeDenied, "usage of type '%s' is not supported within expressions", name)
		return
	}
	c.errorf(s, MemberDenied, "usage of member '%s' of type '%s' is not supported within expressions", m.Name, name)
}

func anyAllowed(class *library.Class) bool {
	for i := range class.Members {
		if class.Members[i].IsAllowed() {
			return true
		}
	}
	return class.Def == types.ObjectType.Def
}
