package follow

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apimgw/apimgw/sync/catalog"
	"github.com/apimgw/apimgw/sync/source/folder"
)

// TestFolder edits a watched folder: a good policy, a broken setting, a policy that does not
// compile, and back.
func TestFolder(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		name = filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const info, policy = "apis/a/apiInformation.json", "apis/a/policy.xml"
	write(info, `{"properties": {"path": "a"}}`)
	write("apis/a/operations/get/operationInformation.json", `{"properties": {"method": "GET", "urlTemplate": "/"}}`)
	write(policy, "first")
	source, err := folder.New(root, folder.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := newFake(t)
	f := New(Options[*catalog.Catalog]{
		Source: source, Compile: s.compile, Publish: s.publish, Report: s.report,
		Logger: slog.New(slog.NewTextHandler(s.log, nil)),
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- f.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run ended with %v", err)
		}
	})
	serves := func(text string) {
		t.Helper()
		s.eventually("the policy "+text+" is published", func() bool {
			select {
			case c := <-s.published:
				return c.APIs[0].Policy.Text == text
			default:
				return false
			}
		})
	}
	told := func(text string) func() bool {
		return func() bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			return strings.Contains(strings.Join(s.reports, ""), text)
		}
	}
	serves("first")
	write(policy, "second")
	serves("second")
	s.eventually("it is applied", func() bool { return f.Status().Version != "" })

	write(info, "{\n  \"properties\": {\"path\": \"a\",}\n}\n")
	s.eventually("the JSON error is told with its place", told(info+":2:29: this is not JSON"))
	s.eventually("it is refused", func() bool { return f.Status().Refused != "" })
	write(info, `{"properties": {"path": "a"}}`)
	s.eventually("the mistake is taken back", func() bool { return f.Status().Refused == "" })

	write(policy, "second\nis bad")
	s.eventually("the policy's error is told with its line", told(policy+":2:4: this is bad [bad]\n    2 | is bad\n"))
	s.eventually("it is refused", func() bool { return f.Status().Refused != "" })
	write(policy, "third")
	serves("third")
	s.eventually("nothing is refused", func() bool { return f.Status().Refused == "" })
}
