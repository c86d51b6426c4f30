package check

import (
	"strings"

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

// allowItem refuses the items of tuples: ValueTuple is not on the list.
func (c *checker) allowItem(t *types.Type, i int, s syntax.Span) {
	if c.opts.Strict {
		c.errorf(s, TypeDenied, "usage of type '%s' is not supported within expressions", t.Def.FullName())
		c.help("take the tuple apart: var (a, b) = …; this one is %s", types.ItemName(i))
	}
}

func anyAllowed(class *library.Class) bool {
	for i := range class.Members {
		if class.Members[i].IsAllowed() {
			return true
		}
	}
	return class.Def == types.ObjectType.Def
}

// deniedTypes are types of .NET that authors try and that API Management refuses.
var deniedTypes = map[string]string{
	"Activator": "System.Activator", "AppDomain": "System.AppDomain", "Assembly": "System.Reflection.Assembly",
	"Console": "System.Console", "CultureInfo": "System.Globalization.CultureInfo", "DateTimeStyles": "System.Globalization.DateTimeStyles",
	"Debug": "System.Diagnostics.Debug", "Environment": "System.Environment", "File": "System.IO.File", "GC": "System.GC",
	"HttpClient": "System.Net.Http.HttpClient", "HttpUtility": "System.Web.HttpUtility",
	"JsonSerializerSettings": "Newtonsoft.Json.JsonSerializerSettings", "MemoryStream": "System.IO.MemoryStream",
	"NumberStyles": "System.Globalization.NumberStyles", "Process": "System.Diagnostics.Process", "Stopwatch": "System.Diagnostics.Stopwatch",
	"Task": "System.Threading.Tasks.Task", "Thread": "System.Threading.Thread", "Type": "System.Type", "WebClient": "System.Net.WebClient",
}

// denied tells of a type that exists in .NET but not in expressions; name may be full.
func (c *checker) denied(s syntax.Span, name string) bool {
	full := deniedTypes[name[strings.LastIndexByte(name, '.')+1:]]
	if full == "" || strings.Contains(name, ".") && name != full {
		return false
	}
	c.errorf(s, TypeDenied, "usage of type '%s' is not supported within expressions", full)
	return true
}
