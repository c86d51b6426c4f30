package library

import (
	"fmt"
	"strings"

	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

// delegateClasses are Func and Action with up to four parameters, and their kin.
func delegateClasses() []func() *Class {
	var out []func() *Class
	add := func(name, invoke string) {
		out = append(out, func() *Class {
			return &Class{
				Name: name, Kind: types.Delegate, Access: AllowSome, Invoke: invoke,
				Doc: "A function as a value: " + invoke + ".",
			}
		})
	}
	for n := range 5 {
		var params, typeParams []string
		for i := range n {
			t := "T"
			if n > 1 {
				t = fmt.Sprintf("T%d", i+1)
			}
			typeParams = append(typeParams, t)
			params = append(params, fmt.Sprintf("%s arg%d", t, i+1))
		}
		list := strings.Join(params, ", ")
		add("System.Func<"+strings.Join(append(typeParams, "TResult"), ", ")+">", "TResult Invoke("+list+")")
		if n == 0 {
			add("System.Action", "void Invoke()")
			continue
		}
		add("System.Action<"+strings.Join(typeParams, ", ")+">", "void Invoke("+list+")")
	}
	add("System.Predicate<T>", "bool Invoke(T obj)")
	add("System.Comparison<T>", "int Invoke(T x, T y)")
	add("System.Converter<TInput, TOutput>", "TOutput Invoke(TInput input)")
	return out
}
