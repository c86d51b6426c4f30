package xmldom

import (
	"errors"
	"testing"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/linqxml"
)

func TestBudgetEndsReadingAndCopying(t *testing.T) {
	t.Parallel()
	const text = "<a><b>1</b><b>2</b></a>"
	var limit *clr.LimitError
	if err := NewDocument().LoadXML(clr.NewBudget(700), text); !errors.As(err, &limit) {
		t.Errorf("reading without budget: %v", err)
	}
	d := NewDocument()
	if err := d.LoadXML(nil, text); err != nil {
		t.Fatal(err)
	}
	if _, err := Clone(clr.NewBudget(700), d, true); !errors.As(err, &limit) {
		t.Errorf("copying without budget: %v", err)
	}
	if _, err := Outer(clr.NewBudget(5), d); !errors.As(err, &limit) {
		t.Errorf("writing without budget: %v", err)
	}
}

func TestNestingIsLimited(t *testing.T) {
	t.Parallel()
	d := NewDocument()
	var in Node = d
	for range maxDepth + 1 {
		n, err := d.Create(nil, linqxml.ElementNode, "", "a", "", "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err = Insert(in, n, 0); err != nil {
			var limit *clr.LimitError
			if !errors.As(err, &limit) {
				t.Errorf("nesting fails with %v", err)
			}
			return
		}
		in = n
	}
	t.Error("elements can be nested without limit")
}

func TestADocumentForLinq(t *testing.T) {
	t.Parallel()
	const text = `<?xml version="1.0"?><p:a xmlns:p="urn:x" p:k="1"><b></b><c />t</p:a>`
	d := NewDocument()
	if err := d.LoadXML(nil, text); err != nil {
		t.Fatal(err)
	}
	x, err := ToLinq(nil, d)
	if err != nil {
		t.Fatal(err)
	}
	got, err := linqxml.Text(nil, x, linqxml.DisableFormatting)
	if want := `<p:a xmlns:p="urn:x" p:k="1"><b></b><c />t</p:a>`; got != want || err != nil {
		t.Errorf("for LINQ it is %s, %v", got, err)
	}
	if x.(*linqxml.XDocument).Declaration() == nil {
		t.Error("the declaration is lost")
	}
}

func TestCommentsBetweenTexts(t *testing.T) {
	t.Parallel()
	for pass, want := range map[bool]string{true: "12", false: "1"} {
		r := NewReader("<a>1<!--x-->2</a>", nil)
		for range 2 {
			if ok, err := r.Read(nil); !ok || err != nil {
				t.Fatal(err)
			}
		}
		if got, err := r.Text(nil, pass); got != want || err != nil {
			t.Errorf("passing over comments %t: %q, %v", pass, got, err)
		}
	}
}
