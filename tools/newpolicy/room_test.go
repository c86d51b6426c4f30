package main

import (
	"go/format"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRoomIsLaidOut(t *testing.T) {
	t.Parallel()
	into := t.TempDir()
	r, err := newRoom("rate-limit-by-key")
	if err != nil {
		t.Fatal(err)
	}
	files, err := r.layOut(into)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(into, "ratelimitbykey")
	want := []string{
		filepath.Join(dir, "ratelimitbykey.go"),
		filepath.Join(dir, "ratelimitbykey_test.go"),
		filepath.Join(dir, "testdata", "plain.txtar"),
	}
	if got := strings.Join(files, "\n"); got != strings.Join(want, "\n") {
		t.Fatalf("wrote\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "rate-limit-by-key") && !strings.Contains(string(text), "ratelimitbykey") {
			t.Errorf("%s does not name its policy:\n%s", f, text)
		}
		if filepath.Ext(f) != ".go" {
			continue
		}
		formatted, err := format.Source(text)
		if err != nil {
			t.Errorf("%s: %v", f, err)
		} else if string(formatted) != string(text) {
			t.Errorf("%s is not formatted", f)
		}
	}
}

func TestRoomThatIsThereStaysAsItIs(t *testing.T) {
	t.Parallel()
	into := t.TempDir()
	file := filepath.Join(into, "cors", "cors.go")
	if err := os.Mkdir(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := newRoom("cors")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.layOut(into); err == nil || !strings.Contains(err.Error(), "there already") {
		t.Errorf("laying out over a room: error %v", err)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "mine" {
		t.Errorf("the room was changed: %q, %v", text, err)
	}
}

func TestNamesAreElementNames(t *testing.T) {
	t.Parallel()
	for name, ok := range map[string]bool{
		"cors": true, "set-header": true, "llm-token-limit": true, "odata2": true,
		"": false, "SetHeader": false, "set--header": false, "-set": false, "set-": false, "../cors": false, "set header": false,
	} {
		if _, err := newRoom(name); (err == nil) != ok {
			t.Errorf("name %q: error %v", name, err)
		}
	}
}
