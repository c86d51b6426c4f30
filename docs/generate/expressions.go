package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/apimgw/apimgw/policies/expression"
)

// expressionPages are a page for each namespace, and one that lists all types.
func expressionPages(*source) (map[string]string, error) {
	spaces := map[string][]expression.Class{}
	for _, c := range expression.Reference() {
		spaces[c.Namespace] = append(spaces[c.Namespace], c)
	}
	var order []string
	for name := range spaces {
		order = append(order, name)
	}
	slices.Sort(order)
	out := map[string]string{}
	anchors := map[string]map[string]string{}
	for _, name := range order {
		if name != "" {
			slices.SortStableFunc(spaces[name], func(a, b expression.Class) int { return cmp.Compare(a.Name, b.Name) })
		}
		out["expressions/"+file(name)], anchors[name] = namespacePage(name, spaces[name])
	}
	out["expressions.md"] = expressionIndex(order, spaces, anchors)
	return out, nil
}

// file is the page of a namespace.
func file(namespace string) string { return cmp.Or(namespace, "context") + ".md" }

// title of a namespace; the gateway's own types are in none.
func title(namespace string) string {
	return cmp.Or(namespace, "The context and other types of API Management")
}

const expressionText = "Wherever a setting takes an expression, `@(…)` is one expression of C# and `@{ … return …; }` is a block of statements: a subset of C# 7.3. " +
	"It is compiled when the policy is loaded, with static types: a name or a type that does not fit is told then, with its place ([diagnostics](diagnostics.md)). " +
	"`context` is an [IProxyRequestContext](%s).\n\n" +
	"Try one with [`apimgw eval`](commands.md#apimgw-eval):\n\n" +
	"```console\n$ apimgw eval '@(\"abc\".Substring(1))'\n```\n\n" +
	"The examples on these pages have run: what stands behind `=>` is the value, or the exception. Most types and members are on API Management's list of those that expressions may use. " +
	"A member that is marked as an *extra* is not on it: apimgw runs it all the same, unless `--strict` is given."

func expressionIndex(order []string, spaces map[string][]expression.Class, anchors map[string]map[string]string) string {
	p := newPage("Expressions")
	p.text("[Reference](README.md)")
	p.text(fmt.Sprintf(expressionText, "expressions/"+file("")+"#"+anchors[""]["IProxyRequestContext"]))
	for _, name := range order {
		p.heading(2, title(name))
		var rows [][]string
		for _, c := range spaces[name] {
			link := fmt.Sprintf("[%s](expressions/%s#%s)", code(shown(c)), file(name), anchors[name][c.Name])
			rows = append(rows, []string{link, c.Kind, line(c.Doc)})
		}
		p.table([]string{"type", "kind", "what it is"}, rows)
	}
	return p.String()
}

// shown is a type's name with its keyword.
func shown(c expression.Class) string {
	if c.Keyword != "" {
		return c.Name + " (" + c.Keyword + ")"
	}
	return c.Name
}

// namespacePage makes the page, and returns the anchors of its classes.
func namespacePage(name string, classes []expression.Class) (text string, anchors map[string]string) {
	p := newPage(title(name))
	p.text("[Reference](../README.md) / [Expressions](../expressions.md)")
	anchors = map[string]string{}
	for _, c := range classes {
		anchors[c.Name] = p.heading(2, shown(c))
		classText(p, c)
	}
	return p.String(), anchors
}

func classText(p *page, c expression.Class) {
	p.text(line(c.Doc))
	about := capital(c.Kind)
	if len(c.Bases) > 0 {
		about += "; has all that " + codes(c.Bases) + " has"
	}
	if !c.Listed && len(c.Members) > 0 {
		about += "; an *extra*, not on API Management's list"
	}
	p.text(about + ".")
	if c.Invoke != "" {
		p.text("It is called as " + code(c.Invoke) + ".")
	}
	if len(c.Values) > 0 {
		values := make([]string, len(c.Values))
		for i, v := range c.Values {
			values[i] = fmt.Sprintf("%s = %d", code(v.Name), v.Value)
		}
		what := "Values: "
		if c.Flags {
			what = "Values, which `|` combines: "
		}
		p.text(what + strings.Join(values, ", ") + ".")
	}
	var b strings.Builder
	for _, m := range c.Members {
		memberText(&b, m, c.Listed)
	}
	if b.Len() > 0 {
		p.text(b.String())
	}
}

// memberText adds an item of a list. An extra is marked where not the whole class is one.
func memberText(b *strings.Builder, m expression.Member, classListed bool) {
	fmt.Fprintf(b, "- %s", code(m.Signature))
	if !m.Listed && classListed {
		b.WriteString(" (*extra*)")
	}
	fmt.Fprintf(b, "<br>%s\n", line(m.Doc))
	for _, e := range m.Examples {
		fmt.Fprintf(b, "  - %s\n", code(e))
	}
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
