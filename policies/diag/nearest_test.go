package diag

import "testing"

func TestNearest(t *testing.T) {
	t.Parallel()
	candidates := []string{"set-header", "set-body", "set-status", "cors", "1", "2"}
	for written, want := range map[string]string{
		"set-heder": "set-header", "SET-BODY": "set-body", "set-stats": "set-status", "core": "cors",
		"3": "", "": "", "retry": "", "set": "",
	} {
		if got := Nearest(written, candidates); got != want {
			t.Errorf("nearest to %q is %q, want %q", written, got, want)
		}
	}
	if got := DidYouMean("set-heder", candidates); got != `did you mean "set-header"?` {
		t.Errorf("help is %q", got)
	}
}
