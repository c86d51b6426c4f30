package envoy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// funcE asks func-e, which downloads Envoy's own releases, for the pinned version. The
// version goes by the environment, so what the user has chosen for func-e is not touched.
// The binary stays where func-e keeps it.
func (f *finder) funcE(ctx context.Context) (Binary, error) {
	tool, ok := f.lookPath("func-e")
	if !ok {
		return Binary{}, errors.New("no func-e on PATH")
	}
	f.log.InfoContext(ctx, "getting envoy by func-e", "version", Version)
	cmd := exec.CommandContext(ctx, tool, "which")
	cmd.Env = append(os.Environ(), "ENVOY_VERSION="+Version)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return Binary{}, fmt.Errorf("%s which: %w%s", tool, err, tail([]byte(stderr.String())))
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	path := strings.TrimSpace(lines[len(lines)-1])
	version, err := versionOf(ctx, path)
	if err != nil {
		return Binary{}, err
	}
	if version != Version {
		return Binary{}, fmt.Errorf("func-e gave Envoy %s, want %s", version, Version)
	}
	return Binary{Path: path, Version: version, Origin: "func-e"}, nil
}
