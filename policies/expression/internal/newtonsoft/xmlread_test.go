package newtonsoft

import "testing"

func TestXMLOfJSON(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, root, want string }{
		{"attributes and text", `{a:{"@b":1,"#text":"x"}}`, "", `<a b="1">x</a>`},
		{"arrays", `{a:{b:[1,[2]]}}`, "", "<a>\n  <b>1</b>\n  <b>\n    <b>2</b>\n  </b>\n</a>"},
		{"namespaces", `{"p:a":{"@xmlns:p":"urn:x","p:b":null}}`, "", "<p:a xmlns:p=\"urn:x\">\n  <p:b />\n</p:a>"},
		{"a root", `{a:1,b:2}`, "r", "<r>\n  <a>1</a>\n  <b>2</b>\n</r>"},
		{"no root", `{a:1,b:2}`, "", "!JsonSerializationException: JSON root object has multiple properties. The root object must have a single property in order to create a valid XML document. Consider specifying a DeserializeRootElementName. Path 'b'."},
		{"no object", `[1]`, "", "!JsonSerializationException: XmlNodeConverter can only convert JSON that begins with an object. Path ''."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, err := DeserializeXNode(c.in, XMLOptions{Root: c.root}, ReadOptions{})
			text := ""
			if err == nil {
				text = d.ToString()
			}
			if got := outcome(text, err); got != c.want {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestEnumerateSeesChanges(t *testing.T) {
	t.Parallel()
	o, err := ParseObject(`{a:1,b:[1,2]}`, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	err = Enumerate(o, func(JToken) error {
		_, err := o.RemoveProperty("b")
		return err
	})
	if got := outcome("", err); got != "!InvalidOperationException: Collection was modified; enumeration operation may not execute." {
		t.Errorf("removing: %s", got)
	}
	if err := Enumerate(o, func(JToken) error { return o.Set(nil, "a", NewInteger(2)) }); err != nil {
		t.Errorf("another value: %v", err)
	}
}
