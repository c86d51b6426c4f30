package check

import (
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// findNeeds notes what the expression asks of the exchange. Whatever it cannot follow
// counts as asked for.
func (c *checker) findNeeds() {
	n := &needs{c: c, out: &c.unit.Needs, named: map[Expr]bool{}, temps: map[*Var]Expr{}}
	c.unit.Root.Walk(func(e Expr) {
		if chain, ok := e.(*NullConditional); ok {
			n.temps[chain.Temp] = chain.X
		}
		if call, ok := e.(*Call); ok && n.is(call, "IProxyRequestContext", "Response") {
			n.out.Response = true
		}
	})
	c.unit.Root.Walk(n.visit)
	slices.Sort(n.out.Variables)
	n.out.Variables = slices.Compact(n.out.Variables)
	slices.Sort(n.out.RequestHeaders)
	n.out.RequestHeaders = slices.Compact(n.out.RequestHeaders)
}

type needs struct {
	c   *checker
	out *Needs
	// named are dictionaries from which only a constant name is read.
	named map[Expr]bool
	// temps are what null-conditional chains begin with.
	temps map[*Var]Expr
}

func (n *needs) is(e Expr, class, member string) bool {
	call, ok := e.(*Call)
	return ok && call.Member.Name == member && call.Member.Class.Def.Name == class
}

func (n *needs) visit(e Expr) {
	call, ok := e.(*Call)
	if !ok {
		return
	}
	switch class, name := call.Member.Class.Def.Name, call.Member.Name; {
	case class == "IProxyRequestContext" && name == "LastError":
		n.out.LastError = true
	case class == "IProxyRequestContext" && name == "Variables":
		if !n.named[e] {
			n.out.AllVariables = true
		}
	case class == "IMessage" && name == "Headers":
		if !n.named[e] && n.ofRequest(call.Recv) {
			n.out.AllRequestHeaders = true
		}
	case class == "IMessageBody":
		n.body(call)
	default:
		n.lookup(call)
	}
}

// lookup notes the reading of one name from a dictionary.
func (n *needs) lookup(call *Call) {
	dictionary, key := call.Recv, 0
	if call.Recv == nil && call.Member.Extension {
		dictionary, key = call.Args[0], 1
	}
	if dictionary == nil || len(call.Args) <= key {
		return
	}
	switch call.Member.Name {
	case "this[]", "GetValueOrDefault", "ContainsKey", "TryGetValue":
	default:
		return
	}
	k := asConst(call.Args[key])
	if k == nil {
		return
	}
	name, ok := k.Value.(string)
	if !ok {
		return
	}
	if n.is(dictionary, "IProxyRequestContext", "Variables") {
		n.named[dictionary] = true
		n.out.Variables = append(n.out.Variables, name)
	}
	if n.is(dictionary, "IMessage", "Headers") && n.ofRequest(dictionary.(*Call).Recv) {
		n.named[dictionary] = true
		n.out.RequestHeaders = append(n.out.RequestHeaders, strings.ToLower(name))
	}
}

func (n *needs) ofRequest(recv Expr) bool {
	return recv == nil || types.Base(recv.Type(), n.c.lib.Def("IResponse", 0)) == nil
}

// body notes the reading of a body: which, and whether it is consumed.
func (n *needs) body(call *Call) {
	takes := true
	for _, a := range call.Args {
		if k := asConst(a); k != nil && k.Value == true {
			takes = false
		}
	}
	request, response := n.owner(call.Recv)
	if request {
		n.out.RequestBody = true
		n.out.TakesRequestBody = n.out.TakesRequestBody || takes
	}
	if response {
		n.out.ResponseBody = true
		n.out.TakesResponseBody = n.out.TakesResponseBody || takes
	}
}

// owner tells whose body an expression may be. A response from a variable is not the
// exchange's, unless the expression mentions that as well.
func (n *needs) owner(e Expr) (request, response bool) {
	for e != nil {
		if n.is(e, "IProxyRequestContext", "Response") {
			return false, true
		}
		if n.is(e, "IProxyRequestContext", "Request") {
			return true, false
		}
		switch t := e.Type(); {
		case t.Def != nil && t.Def.Name == "IRequest":
			return true, false
		case t.Def != nil && t.Def.Name == "IResponse":
			if _, cast := e.(*Convert); cast {
				return false, false
			}
			return false, n.out.Response
		}
		switch x := e.(type) {
		case *Call:
			e = x.Recv
		case *NullConditional:
			e = x.Rest
		case *Convert:
			e = x.X
		case *Local:
			if e = n.temps[x.Var]; e == nil {
				return true, n.out.Response
			}
		default:
			return true, n.out.Response
		}
	}
	return true, n.out.Response
}
