package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"
)

// apimgw is the path of the binary under test.
var apimgw string

func TestMain(m *testing.M) {
	if address := os.Getenv(backendAddress); address != "" {
		serveMarks(address)
		return
	}
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	dir, err := os.MkdirTemp("", "apimgw-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e: make a folder for the binary:", err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }() // a leftover in the system's folder for such
	apimgw = filepath.Join(dir, "apimgw")
	if out, err := exec.Command("go", "build", "-o", apimgw, "../cmd/apimgw").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "e2e: build apimgw: %v\n%s", err, out)
		return 1
	}
	code := m.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		return 1
	}
	return code
}
