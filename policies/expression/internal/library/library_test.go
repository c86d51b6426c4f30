package library

import (
	"context"
	"testing"
	"time"

	"github.com/apimgw/apimgw/policies/expression/internal/clr"
	"github.com/apimgw/apimgw/policies/expression/internal/types"
)

func TestEveryClassLoads(t *testing.T) {
	t.Parallel()
	l := Load()
	for _, c := range l.Classes() {
		if c.Doc == "" {
			t.Errorf("%s has no documentation", c.Name)
		}
		for i := range c.Members {
			if m := &c.Members[i]; m.Doc == "" {
				t.Errorf("%s: %s has no documentation", c.Name, m.Declared)
			}
		}
	}
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	l := Load()
	s := l.ClassOf(types.StringType.Def)
	m := s.Named("Replace")[0]
	if len(m.Signature.Params) != 2 || m.Signature.Params[1].Name != "newValue" || m.Signature.Result != types.StringType {
		t.Errorf("Replace is %+v", m.Signature)
	}
	if e := s.Named("Empty")[0]; e.Kind != FieldMember || !e.Static {
		t.Errorf("Empty is %+v", e)
	}
	if d := l.Def("System.StringComparison", 0); d.Kind != types.Enum || d.Values[5].Value != 5 {
		t.Errorf("StringComparison is %+v", d)
	}
	if d := l.Def("System.OverflowException", 0); !types.IsSubtype(d.Type(), types.ExceptionClass.Type()) {
		t.Error("OverflowException is an Exception")
	}
}

func testRun() *Run {
	r := new(Run)
	r.Begin(context.Background(), nil, nil, Limits{Time: time.Second, Steps: 1e6, Memory: 1000, Depth: 10})
	return r
}

func TestTypedCodeAndNull(t *testing.T) {
	t.Parallel()
	c := Call{testRun(), &Site{}}
	s := Load().ClassOf(types.StringType.Def)
	contains := s.Named("Contains")[0]
	if v, err := contains.Call(c, []any{"abc", "b"}); v != true || err != nil {
		t.Errorf("Contains is %v, %v", v, err)
	}
	_, err := contains.Call(c, []any{"abc", nil})
	if e := clr.AsException(err); e == nil || e.Message != "Value cannot be null. (Parameter 'value')" {
		t.Errorf("Contains(null) is %v", err)
	}
	equals := s.Named("Equals")[1]
	ignore := EnumOf(Load().Type("System.StringComparison"), 5)
	if v, err := equals.Call(c, []any{"abc", "ABC", ignore}); v != true || err != nil {
		t.Errorf("Equals is %v, %v", v, err)
	}
}

func TestStepsEnd(t *testing.T) {
	t.Parallel()
	r := new(Run)
	r.Begin(context.Background(), nil, nil, Limits{Time: time.Hour, Steps: 5000, Depth: 2})
	n := 0
	for r.Step() == nil {
		n++
	}
	if n < 4990 || n > 5000 {
		t.Errorf("%d steps of 5000", n)
	}
	r.Begin(context.Background(), nil, nil, Limits{Time: 0, Steps: 1 << 40})
	n = 0
	for r.Step() == nil && n < 1e6 {
		n++
	}
	if n >= 1e6 {
		t.Error("no deadline")
	}
}

func TestEachStops(t *testing.T) {
	t.Parallel()
	n := 0
	err := testRun().Each("a€𝄞", func(any) error {
		if n++; n == 4 {
			return ErrStop
		}
		return nil
	})
	if n != 4 || err != nil {
		t.Errorf("%d characters, %v", n, err)
	}
}
