package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/apimgw/apimgw/policies"
	"github.com/apimgw/apimgw/policies/builtin"
)

// rooms is the folder of the policies.
const rooms = "policies/builtin"

// policyPages are a page for each policy that is built, and one that lists them all.
func policyPages(s *source) (map[string]string, error) {
	homes, err := s.homes()
	if err != nil {
		return nil, err
	}
	chapters, err := s.chapters()
	if err != nil {
		return nil, err
	}
	out := map[string]string{"policies/README.md": policyIndex(chapters)}
	for _, k := range builtin.Kinds {
		home, ok := homes[k.Name]
		if !ok {
			return nil, fmt.Errorf("no folder of %s defines <%s>", rooms, k.Name)
		}
		text, err := policyPage(s, k, home)
		if err != nil {
			return nil, fmt.Errorf("the page of <%s>: %w", k.Name, err)
		}
		out["policies/"+k.Name+".md"] = text
	}
	return out, nil
}

// homes finds the folder that defines each policy.
func (s *source) homes() (map[string]string, error) {
	folders, err := s.folders(rooms)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, dir := range folders {
		files, err := s.pkg(dir)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			ast.Inspect(f, func(n ast.Node) bool {
				if name, ok := specName(n); ok {
					out[name] = dir
				}
				return true
			})
		}
	}
	return out, nil
}

// specName returns the policy's name when a node is a policies.Spec.
func specName(n ast.Node) (string, bool) {
	lit, ok := n.(*ast.CompositeLit)
	if !ok {
		return "", false
	}
	index, ok := lit.Type.(*ast.IndexExpr)
	if !ok {
		return "", false
	}
	if sel, ok := index.X.(*ast.SelectorExpr); !ok || sel.Sel.Name != "Spec" {
		return "", false
	}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := kv.Key.(*ast.Ident); ok && key.Name == "Name" {
				return text(kv.Value)
			}
		}
	}
	return "", false
}

// A chapter of the reference, and the policies that API Management has in it.
type chapter struct {
	title string
	names []string
}

// chapters reads the comments between the names of builtin.Known, which are the chapters.
func (s *source) chapters() ([]chapter, error) {
	files, err := s.pkg(rooms)
	if err != nil {
		return nil, err
	}
	var out []chapter
	for _, f := range files {
		lit := listKnown(f)
		if lit == nil {
			continue
		}
		for _, group := range f.Comments {
			if group.Pos() > lit.Lbrace && group.End() < lit.Rbrace {
				out = append(out, chapter{strings.TrimSpace(group.Text()), namesBehind(lit, f, group)})
			}
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s has no list Known with chapters", rooms)
	}
	return out, nil
}

// listKnown finds the value of the variable Known.
func listKnown(f *ast.File) *ast.CompositeLit {
	for spec := range specs([]*ast.File{f}) {
		v, ok := spec.(*ast.ValueSpec)
		if !ok || v.Names[0].Name != "Known" || len(v.Values) != 1 {
			continue
		}
		lit, _ := v.Values[0].(*ast.CompositeLit)
		return lit
	}
	return nil
}

// namesBehind are the literals between a comment and the next one.
func namesBehind(lit *ast.CompositeLit, f *ast.File, group *ast.CommentGroup) []string {
	end := lit.Rbrace
	for _, other := range f.Comments {
		if other.Pos() > group.Pos() && other.Pos() < end {
			end = other.Pos()
		}
	}
	var out []string
	for _, e := range lit.Elts {
		if name, ok := text(e); ok && e.Pos() > group.Pos() && e.Pos() < end {
			out = append(out, name)
		}
	}
	return out
}

func policyIndex(chapters []chapter) string {
	p := newPage("Policies")
	p.text("[Reference](../README.md)")
	p.text(fmt.Sprintf("%d of the %d policies of API Management are built, and `<base />` besides. One that is not built yet is refused when a document is loaded, with its place "+
		"([not-built-yet](../diagnostics.md#not-built-yet)); an element that API Management does not have either is skipped with a warning ([unknown-policy](../diagnostics.md#unknown-policy)).",
		len(builtin.Kinds), len(builtin.Known)))
	for _, c := range chapters {
		p.heading(2, c.title)
		var rows [][]string
		var missing, skipped []string
		for _, name := range c.names {
			i := slices.IndexFunc(builtin.Kinds, func(k policies.Kind) bool { return k.Name == name })
			if i < 0 && slices.Contains(builtin.Skipped, name) {
				skipped = append(skipped, name)
				continue
			}
			if i < 0 {
				missing = append(missing, name)
				continue
			}
			k := builtin.Kinds[i]
			rows = append(rows, []string{fmt.Sprintf("[%s](%s.md)", name, name), sections(k.Sections), scopes(k.Scopes)})
		}
		if len(rows) > 0 {
			p.table([]string{"policy", "sections", "scopes"}, rows)
		}
		if len(missing) > 0 {
			p.text("Not built yet: " + codes(missing) + ".")
		}
		if len(skipped) > 0 {
			p.text("Skipped with a warning, as by API Management's self-hosted gateway, which does not have them ([not-self-hosted](../diagnostics.md#not-self-hosted)): " + codes(skipped) + ".")
		}
	}
	return p.String()
}

func sections(s policies.Sections) string {
	if s == policies.Anywhere {
		return "all"
	}
	return names(s.List())
}

func scopes(s policies.Scopes) string {
	if s == 0 {
		return "all"
	}
	return names(s.List())
}

func names[T fmt.Stringer](list []T) string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = v.String()
	}
	return strings.Join(out, ", ")
}

func policyPage(s *source, k policies.Kind, home string) (string, error) {
	comment, err := s.packageComment(home)
	if err != nil {
		return "", err
	}
	p := newPage(k.Name)
	p.text("[Reference](../README.md) / [Policies](README.md) / " + string(k.Chapter))
	p.text(markdown(introduction(comment, k.Name), "xml"))
	settings := k.Settings()
	p.fence("xml", skeleton(k.Name, settings, ""))
	p.heading(2, "Where it may stand")
	p.text("Sections: " + sections(k.Sections) + ". Scopes: " + scopes(k.Scopes) + ".")
	if err := settingTables(s, p, k.Name, settings); err != nil {
		return "", err
	}
	if err := examples(s, p, k.Name, home); err != nil {
		return "", err
	}
	p.heading(2, "See also")
	p.text(fmt.Sprintf("- [%s in Microsoft's reference](https://learn.microsoft.com/azure/api-management/%s-policy)\n"+
		"- [what apimgw chose where that is silent](../../fidelity.md)\n"+
		"- [the source](../../../%s)", k.Name, k.Name, home))
	return p.String(), nil
}

var (
	implements = regexp.MustCompile(`^Package \w+ implements ([^.]*?),\s+which\s+`)
	each       = regexp.MustCompile(`([a-z][a-z0-9-]*),\s+which\s+`)
)

// introduction turns "Package x implements y, which does z" into "y does z". Of twins,
// "a, which does b, and c, which does d", it tells the one that the page is about.
func introduction(comment, name string) string {
	if own, rest, ok := ofTwins(comment, name); ok {
		return "<" + name + "> " + own + rest
	}
	return implements.ReplaceAllStringFunc(comment, func(s string) string {
		words := strings.Fields(implements.FindStringSubmatch(s)[1])
		for i, w := range words {
			if slices.Contains(builtin.Known, w) {
				words[i] = "<" + w + ">"
			}
		}
		return strings.Join(words, " ") + " "
	})
}

// ofTwins splits a comment about several policies into what the first sentence says of one
// of them, and what is behind the sentence.
func ofTwins(comment, name string) (own, rest string, ok bool) {
	end := strings.Index(comment+" ", ". ")
	if i := strings.Index(comment, ".\n"); i >= 0 && (end < 0 || i < end) {
		end = i
	}
	if end < 0 {
		return "", "", false
	}
	sentence, rest := comment[:end], comment[end:]
	var subjects [][]int
	for _, m := range each.FindAllStringSubmatchIndex(sentence, -1) {
		if slices.Contains(builtin.Known, sentence[m[2]:m[3]]) {
			subjects = append(subjects, m)
		}
	}
	for i, m := range subjects {
		if len(subjects) < 2 || sentence[m[2]:m[3]] != name {
			continue
		}
		own = sentence[m[1]:]
		if i+1 < len(subjects) {
			own = sentence[m[1]:subjects[i+1][0]]
		}
		own = strings.TrimSuffix(strings.TrimSpace(own), "and")
		return strings.TrimRight(own, ", \n"), rest, true
	}
	return "", "", false
}

// widest is how long a tag may be that is written on one line.
const widest = 110

// skeleton writes the element with all its settings.
func skeleton(name string, s policies.Settings, indent string) string {
	start, inner := []string{indent + "<" + name}, ""
	for _, x := range s.List {
		switch {
		case x.Attribute != "":
			start = append(start, fmt.Sprintf("%s=%q", x.Attribute, placeholder(x)))
		case x.Element == "":
			inner += indent + "    " + placeholder(x) + "\n"
		case x.Nested != nil:
			inner += skeleton(x.Element, *x.Nested, indent+"    ") + "\n"
		default:
			inner += fmt.Sprintf("%s    <%s>%s</%s>\n", indent, x.Element, placeholder(x), x.Element)
		}
		if x.Several {
			inner += indent + "    …\n"
		}
	}
	if s.Policies {
		inner += indent + "    <!-- policies -->\n"
	}
	tag := strings.Join(start, " ")
	if len(tag) > widest {
		tag = strings.Join(start, "\n"+indent+"    ")
	}
	if inner == "" {
		return tag + " />"
	}
	return tag + ">\n" + inner + indent + "</" + name + ">"
}

func placeholder(x policies.Setting) string {
	switch {
	case len(x.OneOf) > 0:
		return strings.Join(x.OneOf, " | ")
	case x.Type == "bool":
		return "true | false"
	}
	return cmp.Or(words[x.Type], x.Type)
}

// words for the types of settings.
var words = map[string]string{
	"string": "text", "int": "number", "float64": "number", "any": "value", "body": "body",
}

// settingTables adds a table for the element and one for each child with its own settings.
func settingTables(s *source, p *page, name string, settings policies.Settings) error {
	st, err := s.structOf(settings.Type)
	if err != nil {
		return err
	}
	p.heading(2, "Settings")
	if len(settings.List) == 0 {
		p.text("It has none.")
	}
	return settingTable(s, p, name, settings, st)
}

func settingTable(s *source, p *page, name string, settings policies.Settings, st *ast.StructType) error {
	var rows [][]string
	var nested []func() error
	for _, x := range settings.List {
		f, comment, err := fieldOf(st, x.Field)
		if err != nil {
			return fmt.Errorf("<%s>: %w", name, err)
		}
		rows = append(rows, settingRow(x, comment))
		if x.Nested == nil {
			continue
		}
		inner, err := s.nestedStruct(*x.Nested, f)
		if err != nil {
			return fmt.Errorf("<%s>: <%s>: %w", name, x.Element, err)
		}
		nested = append(nested, func() error {
			if len(x.Nested.List) > 0 {
				p.heading(3, "`<"+x.Element+">` in `<"+name+">`")
			}
			return settingTable(s, p, x.Element, *x.Nested, inner)
		})
	}
	if len(rows) > 0 {
		p.table([]string{"setting", "value", "required", "default", "what it is"}, rows)
	}
	for _, add := range nested {
		if err := add(); err != nil {
			return err
		}
	}
	return nil
}

func (s *source) nestedStruct(n policies.Settings, f *ast.Field) (*ast.StructType, error) {
	if n.Type.Name() == "" {
		return anonymous(f)
	}
	return s.structOf(n.Type)
}

func settingRow(x policies.Setting, comment string) []string {
	required, fallback := "no", ""
	if x.Required {
		required = "yes"
	}
	if x.HasDefault {
		fallback = code(cmp.Or(x.Default, `""`))
	}
	return []string{settingName(x), settingValue(x), required, fallback, description(x, comment)}
}

func settingName(x policies.Setting) string {
	switch {
	case x.Attribute != "":
		return code(x.Attribute)
	case x.Element != "" && x.Several:
		return code("<"+x.Element+">") + ", any number"
	case x.Element != "":
		return code("<" + x.Element + ">")
	}
	return "the text"
}

// goName matches a name that only a program has: ContinueTimeout, but not Timeout.
var goName = regexp.MustCompile(`[a-zA-Z][A-Z][a-z]|[a-z][A-Z]`)

// description is the comment without the Go field's name, where a verb follows it.
func description(x policies.Setting, comment string) string {
	rest, ok := strings.CutPrefix(comment, x.Field+" ")
	verb, object, _ := strings.Cut(rest, " ")
	switch {
	case !ok:
		return line(comment)
	case verb == "is" || verb == "are":
		return capital(line(object))
	case strings.HasSuffix(verb, "s") && verb != "as":
		return capital(line(rest))
	case goName.MatchString(x.Field):
		return code(cmp.Or(x.Attribute, x.Element, "text")) + " " + line(rest)
	}
	return line(comment)
}

func settingValue(x policies.Setting) string {
	if x.Nested != nil {
		if len(x.Nested.List) == 0 && x.Nested.Policies {
			return "policies"
		}
		return "an element"
	}
	out := map[string]string{
		"string": "a text", "bool": "`true` or `false`", "int": "a whole number", "float64": "a number", "any": "a text", "body": "a text",
	}[x.Type]
	if len(x.OneOf) > 0 {
		out = codes(x.OneOf)
	}
	out += bounds(x.Min, x.Max)
	if x.Expression {
		out += ", or an expression"
	}
	return out
}

func bounds(low, high *float64) string {
	number := func(f *float64) string { return strconv.FormatFloat(*f, 'f', -1, 64) }
	switch {
	case low != nil && high != nil:
		return " from " + number(low) + " to " + number(high)
	case low != nil:
		return ", at least " + number(low)
	case high != nil:
		return ", at most " + number(high)
	}
	return ""
}

// examples adds the archives of the room that use the policy: first those that show what
// it does, then those that show mistakes.
func examples(s *source, p *page, name, home string) error {
	files, err := filepath.Glob(filepath.Join(s.root, home, "testdata", "*.txtar"))
	if err != nil {
		return fmt.Errorf("list the archives: %w", err)
	}
	uses := regexp.MustCompile(`<` + name + `[\s/>]`)
	var good, bad []*txtar.Archive
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("read an archive: %w", err)
		}
		a := txtar.Parse(raw)
		switch {
		case !uses.Match(raw):
		case slices.ContainsFunc(a.Files, func(f txtar.File) bool { return f.Name == "want/errors" }):
			bad = append(bad, a)
		default:
			good = append(good, a)
		}
	}
	if len(good) == 0 {
		return fmt.Errorf("no archive of %s shows what it does", home)
	}
	p.heading(2, "Examples")
	p.text("Each is a test of the gateway.")
	for _, a := range append(good, bad...) {
		example(p, a)
	}
	return nil
}

// labels say what a file of an archive is.
var labels = map[string]string{
	"policy.xml": "The policy", "global.xml": "The global policy", "workspace.xml": "The workspace's policy", "product.xml": "The product's policy",
	"api.xml": "The API's policy", "operation.xml": "The operation's policy",
	"request": "The request", "upstream": "What the backend answers", "upstream-error": "How the backend fails", "named-values": "Named values",
	"context.json": "The API, operation and caller",
	"want/errors":  "The messages", "want/upstream": "What the backend gets", "want/response": "What the client gets", "want/callee": "What the called services get", "want/trace": "What is traced",
}

func example(p *page, a *txtar.Archive) {
	p.heading(3, strings.TrimSuffix(line(string(a.Comment)), "."))
	for _, f := range a.Files {
		label := labels[f.Name]
		kind, rest, _ := strings.Cut(f.Name, "/")
		switch {
		case f.Name == "in-process":
			continue
		case kind == "fragments":
			label = "The fragment " + code(strings.TrimSuffix(rest, ".xml"))
		case kind == "upstream" && rest != "":
			label = "The backend's answer " + rest
		case kind == "callee":
			label = "What the called service " + code(rest) + " answers"
		}
		p.text(cmp.Or(label, code(f.Name)) + ":")
		p.fence(language(f.Name), cmp.Or(strings.TrimRight(string(f.Data), "\n"), "(nothing)"))
	}
}

// language of a file of an archive.
func language(name string) string {
	switch filepath.Ext(name) {
	case ".xml":
		return "xml"
	case ".json":
		return "json"
	}
	kind, rest, _ := strings.Cut(name, "/")
	switch {
	case kind == "request", kind == "upstream", kind == "callee", rest == "upstream", rest == "response", rest == "callee":
		return "http"
	}
	return "text"
}
