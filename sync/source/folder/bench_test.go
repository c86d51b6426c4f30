package folder

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/apimgw/apimgw/policies/diag"
)

// The tree of the benchmarks: APIs with an OpenAPI document of ten operations each, all
// with a policy.
const (
	benchAPIs       = 10_000
	benchOperations = 10
)

func benchTree(b *testing.B) string {
	root := b.TempDir()
	spec := benchSpec()
	var g errgroup.Group
	g.SetLimit(8)
	for i := range benchAPIs {
		g.Go(func() error {
			dir := filepath.Join(root, "apis", fmt.Sprintf("api-%05d", i))
			files := map[string]string{
				"apiInformation.json": fmt.Sprintf(`{"properties": {"path": "api-%d", "protocols": ["http", "https"]}}`, i),
				"specification.yaml":  spec,
			}
			for o := range benchOperations {
				files[fmt.Sprintf("operations/get-%d/policy.xml", o)] = benchPolicy(0)
			}
			for name, content := range files {
				name = filepath.Join(dir, name)
				if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
					return err
				}
				if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		b.Fatal(err)
	}
	return root
}

func benchPolicy(n int) string {
	return fmt.Sprintf(`<policies><inbound><base /><set-header name="x-n"><value>%d</value></set-header></inbound>
<backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`, n)
}

// BenchmarkPull pulls a tree of 10,000 APIs with 10 operations each: whole at first; whole
// again when nothing is known of what changed; and after one edited policy while watching.
func BenchmarkPull(b *testing.B) {
	root := benchTree(b)
	pull := func(b *testing.B, f *Folder) {
		c, diags, err := f.Pull(b.Context())
		if err != nil || len(diags) > 0 || len(c.APIs) != benchAPIs {
			b.Fatalf("pulled %d APIs, %v, %v", len(c.APIs), diags, err)
		}
	}
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			pull(b, newFolder(b, root, Options{}))
		}
	})
	b.Run("rescan", func(b *testing.B) {
		f := newFolder(b, root, Options{})
		pull(b, f)
		for b.Loop() {
			pull(b, f)
		}
	})
	b.Run("edit", func(b *testing.B) {
		f := newFolder(b, root, Options{})
		ctx, cancel := context.WithCancel(b.Context())
		changed, done := make(chan struct{}, 1), make(chan error)
		go func() { done <- f.Watch(ctx, changed) }()
		<-changed
		pull(b, f)
		if f.watch.polling() {
			b.Log("not all folders can be watched here")
		}
		n := 0
		for b.Loop() {
			b.StopTimer()
			n++
			write(b, root, "apis/api-05000/operations/get-5/policy.xml", benchPolicy(n))
			<-changed
			b.StartTimer()
			pull(b, f)
		}
		cancel()
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkContract(b *testing.B) {
	text := benchSpec()
	for b.Loop() {
		f := &file{rel: "specification.yaml", text: text, source: diag.NewSource("specification.yaml", text)}
		if c := readContract(f, true); len(c.operations) != benchOperations {
			b.Fatal(c.diags)
		}
	}
}

// benchSpec is an OpenAPI document with ten operations.
func benchSpec() string {
	var spec strings.Builder
	spec.WriteString("openapi: 3.0.3\ninfo: {title: t, version: '1'}\nservers: [{url: https://api.example.com}]\npaths:\n")
	for i := range benchOperations {
		fmt.Fprintf(&spec, "  /things%d/{id}:\n    get:\n      operationId: get-%d\n      parameters:\n", i, i)
		spec.WriteString("        - {name: id, in: path, required: true, schema: {type: string}}\n")
		spec.WriteString("      responses:\n        '200':\n          description: ok\n          content:\n            application/json:\n")
		spec.WriteString("              schema: {type: object, properties: {id: {type: string}, n: {type: integer}}}\n")
	}
	return spec.String()
}
