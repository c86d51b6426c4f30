// Package samples holds the sample APIs that the gateway serves when it is given no folder.
// The tree is one that people read and edit, in the layout of APIOps.
package samples

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Backend is the address of the backend that the samples forward to: host and port.
const Backend = "127.0.0.1:8181"

//go:embed all:tree
var tree embed.FS

// FS is the sample tree.
func FS() fs.FS {
	sub, err := fs.Sub(tree, "tree")
	if err != nil {
		panic(err) // the path is a valid one
	}
	return sub
}

// Write puts the sample tree into a folder that does not exist yet. The folder is there
// whole, or not at all.
func Write(dir string) error {
	dir = filepath.Clean(dir)
	if _, err := os.Lstat(dir); err == nil {
		return fmt.Errorf("write the samples: %w", &fs.PathError{Op: "create", Path: dir, Err: fs.ErrExist})
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return fmt.Errorf("write the samples: %w", err)
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), ".samples-")
	if err != nil {
		return fmt.Errorf("write the samples: %w", err)
	}
	err = errors.Join(os.CopyFS(tmp, FS()), os.Chmod(tmp, 0o755))
	if err == nil {
		err = os.Rename(tmp, dir)
	}
	if err != nil {
		return fmt.Errorf("write the samples: %w", errors.Join(err, os.RemoveAll(tmp)))
	}
	return nil
}
